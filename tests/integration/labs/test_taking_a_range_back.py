"""A range that was just set is taken back like a review: noted, and for good."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, Patient, User
from labs.domain.worklist import LookReason
from labs.models import Target, WorklistRow
from tests.factories import (
    a_clinic,
    a_clinician,
    a_consent,
    a_patient,
    a_result,
    a_target,
    an_entry,
)
from tests.integration.conftest import SignedIn
from tests.integration.labs.spoken_pages import flowing
from tests.integration.labs.test_for_which_clinic import RANGE
from tests.integration.labs.test_worklist_joined import join

TODAY = timezone.localdate
UNDONE = "The range is taken back. Who set it and who took it back stays."
REFUSED = "This is not the range that was set last. Nothing was taken back."


@pytest.fixture
def first(anna: Patient, osei: User) -> Target:
    """The range that Anna had: 21 ng/mL is within it."""
    a_result(
        anna,
        an_entry("21", collected_on=TODAY() - timedelta(days=3)),
        at=timezone.now(),
    )
    return a_target(anna, osei, low="20", high="50")


def address(target: Target) -> str:
    return f"/patients/{target.patient_id}/targets/{target.pk}/undo/"


def source(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def set_in_the_browser(client: Client, patient: Patient, low: str) -> tuple[str, str]:
    """Set a range as the form does; return where that leads and what is read there."""
    newest = Target.objects.filter(patient=patient).latest("number").number
    limits = {"low": low, "high": "50", "unit": "ng/mL"}
    sent = {**RANGE, **limits, "seen": newest, "starts_on": TODAY().isoformat()}
    answer = client.post(f"/patients/{patient.pk}/targets/new/", sent)
    assert answer.status_code == 302, answer.content.decode()
    return answer.url, source(client, answer.url)  # type: ignore[attr-defined]


def reasons(patient: Patient) -> list[int]:
    return WorklistRow.objects.get(patient=patient).reasons


def test_right_after_it_was_set_it_is_undone_and_the_row_moves_back(
    oseis: Client, anna: Patient, first: Target
) -> None:
    before = WorklistRow.objects.filter(patient=anna).values("facts", "flag").get()
    _url, page = set_in_the_browser(oseis, anna, "30")
    newest = Target.objects.latest("number")
    assert address(newest) in page
    assert LookReason.BELOW in reasons(anna)

    answer = oseis.post(address(newest), follow=True)

    assert UNDONE in flowing(answer)
    newest.refresh_from_db()
    assert newest.withdrawn_by_name == "Dr Osei"
    assert LookReason.BELOW not in reasons(anna)
    after = WorklistRow.objects.filter(patient=anna).values("facts", "flag").get()
    assert after == before
    events = AuditEvent.objects.filter(object_label="target", object_id=str(newest.pk))
    assert [each.action for each in events.order_by("at")] == ["created", "changed"]
    assert Target.objects.get(pk=first.pk).withdrawn_at is None


def test_the_same_undo_sent_twice_counts_once(
    oseis: Client, anna: Patient, first: Target
) -> None:
    for _time in range(2):
        assert UNDONE in flowing(oseis.post(address(first), follow=True))

    events = AuditEvent.objects.filter(object_label="target", action="changed")
    assert events.count() == 1
    assert "Taken back by Dr Osei" in flowing(
        oseis.get(f"/patients/{anna.pk}/targets/")
    )


def test_only_the_one_that_was_set_last_is_taken_back(
    oseis: Client, anna: Patient, first: Target
) -> None:
    set_in_the_browser(oseis, anna, "30")

    assert REFUSED in flowing(oseis.post(address(first), follow=True))
    assert not Target.objects.exclude(withdrawn_at=None).exists()
    history = source(oseis, f"/patients/{anna.pk}/targets/")
    assert address(Target.objects.latest("number")) in history
    assert address(first) not in history


def test_another_clinics_range_is_not_taken_back(
    anna: Patient, first: Target, signed_in: SignedIn
) -> None:
    other = a_clinic("City Clinic")
    a_consent(anna, other)
    elses = signed_in(a_clinician(other, "Dr Else"))

    assert REFUSED in flowing(elses.post(address(first), follow=True))
    assert address(first) not in source(elses, f"/patients/{anna.pk}/targets/")
    assert address(first) not in source(elses, f"/patients/{anna.pk}/?set={first.pk}")
    first.refresh_from_db()
    assert first.withdrawn_at is None


def test_neither_patient_nor_stranger_takes_a_range_back(
    annas: Client, strangers: Client, first: Target
) -> None:
    assert annas.post(address(first)).status_code == 403
    assert strangers.post(address(first)).status_code == 404
    first.refresh_from_db()
    assert first.withdrawn_at is None


def test_a_range_that_is_not_there_is_not_taken_back(
    oseis: Client, anna: Patient, first: Target
) -> None:
    invented = f"/patients/{anna.pk}/targets/{uuid4()}/undo/"

    assert oseis.post(invented).status_code == 404
    first.refresh_from_db()
    assert first.withdrawn_at is None


# Records that are read as one ---------------------------------------------------------


@pytest.fixture
def joined(anna: Patient, first: Target, osei: User) -> Target:
    """The range that was set last, in another record that is read with Anna's."""
    assert anna.born_on is not None
    assert first.clinic is not None
    other = a_patient("Anne Sample", born_on=anna.born_on)
    a_consent(other, first.clinic)
    join(anna, other, osei)
    return a_target(other, osei, low="30", high="50", at=timezone.now())


def test_the_one_that_was_set_last_in_either_record_is_taken_back(
    oseis: Client, anna: Patient, first: Target, joined: Target
) -> None:
    """From the page of either: they are shown as one sequence."""
    history = source(oseis, f"/patients/{anna.pk}/targets/")
    undo = f"/patients/{anna.pk}/targets/{joined.pk}/undo/"
    assert undo in history
    assert address(first) not in history
    assert LookReason.BELOW in reasons(anna)

    assert REFUSED in flowing(oseis.post(address(first), follow=True))
    assert UNDONE in flowing(oseis.post(undo, follow=True))

    assert LookReason.BELOW not in reasons(anna)
    assert address(first) in source(oseis, f"/patients/{anna.pk}/targets/")
    assert UNDONE in flowing(oseis.post(address(first), follow=True))
    assert not Target.objects.filter(withdrawn_at=None).exists()
