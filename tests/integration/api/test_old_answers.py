"""An answer is kept for a program that may ask twice, and no longer than a day."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import StoredAnswer
from tests.factories import a_patient, owner_of
from tracker import tasks


@pytest.mark.django_db
def test_answers_of_yesterday_are_forgotten_and_those_of_today_stay() -> None:
    anna, now = a_patient("Anna Example"), timezone.now()
    for name, age in (("today", timedelta(hours=23)), ("gone", timedelta(hours=25))):
        StoredAnswer.objects.create(
            user_id=owner_of(anna).pk,
            patient=anna,
            key=name.ljust(64, "0"),
            request_hash="0" * 64,
            part="results",
            status=201,
            headers={},
            body="{}",
            made_at=now - age,
        )

    tasks.forget_answers(timestamp=0)

    assert [each.key.strip("0") for each in StoredAnswer.objects.all()] == ["today"]
