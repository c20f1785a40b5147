"""
A day that has begun somewhere does not lie in the future.

In Auckland a morning's sample is of a day that universal time has not reached yet.
"""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Clinic, Patient
from accounts.queries import viewer_for_clinic, viewing
from labs.domain.plausibility import latest_day
from labs.domain.sentences import HELD_FUTURE_DATE
from labs.models import LabResult
from labs.services.importing import import_table
from tests.integration.imports.conftest import clinic, message_of
from tests.integration.labs.test_entering_results import address, confirmed, report

__all__ = ["clinic"]

# Half past eight in the morning of 29 November in Auckland.
MORNING_IN_AUCKLAND = datetime(2026, 11, 28, 19, 30, tzinfo=UTC)
ITS_DAY = date(2026, 11, 29)
THE_DAY_AFTER = date(2026, 11, 30)


@pytest.fixture(autouse=True)
def _morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: MORNING_IN_AUCKLAND)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 11, 28, 9, 59, 59, tzinfo=UTC), date(2026, 11, 28)),
        (datetime(2026, 11, 28, 10, 0, tzinfo=UTC), date(2026, 11, 29)),
        (MORNING_IN_AUCKLAND, ITS_DAY),
    ],
)
def test_a_day_begins_where_the_calendar_is_earliest(at: datetime, day: date) -> None:
    assert latest_day(at) == day


@pytest.mark.parametrize(
    ("day", "held"), [(ITS_DAY, ""), (THE_DAY_AFTER, HELD_FUTURE_DATE)]
)
def test_a_message_of_that_morning_is_not_held(
    clinic: Clinic,
    day: date,
    held: str,
) -> None:
    viewer = viewer_for_clinic(clinic)
    with viewing(viewer):
        import_table(
            data=message_of("28").replace(b"20260601", f"{day:%Y%m%d}".encode()),
            file_name="message.hl7",
            clinic=clinic,
            create_patients=True,
            by=viewer,
            at=MORNING_IN_AUCKLAND,
        )

    assert LabResult.objects.get().held_because == held


def test_nobody_is_asked_about_the_date_of_that_morning(
    anna: Patient, annas: Client
) -> None:
    asked = annas.post(address(anna), report(collected_on=ITS_DAY.isoformat()))
    annas.post(address(anna), confirmed(collected_on=ITS_DAY.isoformat()))

    assert "lies in the future" not in asked.content.decode()
    stored = LabResult.objects.get()
    assert (stored.collected_on, stored.held_because) == (ITS_DAY, "")


def test_the_day_after_is_asked_about(anna: Patient, annas: Client) -> None:
    asked = annas.post(address(anna), report(collected_on=THE_DAY_AFTER.isoformat()))

    assert "lies in the future" in asked.content.decode()
