"""Ranges through programs: the one that was set last is taken back as on the page."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from accounts.domain.tokens import TokenScope
from accounts.models import AuditEvent, Clinic, Patient, User
from accounts.queries import viewer_for
from labs.models import Target
from labs.services import targeting_together
from labs.services.targeting_together import Bound
from tests.access.characters import absent
from tests.factories import (
    a_clinic,
    a_clinician,
    a_consent,
    a_patient,
    a_result,
    a_target,
    an_entry,
)
from tests.integration.api.conftest import MakeProgram, Program
from tests.integration.api.stored import an_agreed_range
from tests.integration.labs.test_worklist_joined import join


def ranges(patient: Patient, below: str = "") -> str:
    return f"/api/v1/patients/{patient.pk}/ranges{below}"


def undoing(target: Target) -> str:
    return ranges(target.patient, f"/{target.pk}/undoing")


def test_the_range_set_last_is_taken_back_and_the_one_before_holds(
    anna: Patient, osei: User, oseis_program: Program
) -> None:
    before = a_target(anna, osei, low="20", high="40")
    last = a_target(anna, osei, low="30", high="50")
    a_result(anna, an_entry("25"))

    answer = oseis_program.post(undoing(last))

    told = answer.json()
    assert answer.status_code == 200
    assert told["id"] == str(last.pk)
    assert told["is_in_force"] is False
    assert told["taken_back_by"] == osei.name
    assert told["taken_back_at"]
    (standing,) = oseis_program.get(ranges(anna)).json()
    assert standing["id"] == str(before.pk)
    assert standing["is_in_force"] is True
    results = oseis_program.get(f"/api/v1/patients/{anna.pk}/results").json()
    assert results["items"][0]["flag"]["position"] == "within"
    event = AuditEvent.objects.filter(object_id=str(last.pk)).latest("at")
    assert (event.action, event.object_label) == ("changed", "target")
    assert event.through == "phone app"


def test_taking_back_again_changes_nothing(
    anna: Patient, osei: User, oseis_program: Program
) -> None:
    last = a_target(anna, osei)
    first = oseis_program.post(undoing(last))

    again = oseis_program.post(undoing(last))

    assert again.status_code == 200
    assert again.json() == first.json()
    about = AuditEvent.objects.filter(object_id=str(last.pk), action="changed")
    assert about.count() == 1


def test_of_joined_records_the_last_of_both_is_taken_back_and_keeps_its_place(
    anna: Patient, osei: User, clinic: Clinic, oseis_program: Program
) -> None:
    """Each record counts its own ranges; a program is told the place among all."""
    assert anna.born_on is not None
    other = a_patient("Anne Sample", born_on=anna.born_on)
    a_consent(other, clinic)
    join(anna, other, osei)
    at = timezone.now()
    before = a_target(anna, osei, at=at - timedelta(days=2))
    last = a_target(other, osei, at=at - timedelta(days=1))
    numbers = [each["number"] for each in oseis_program.get(ranges(anna)).json()]

    refused = oseis_program.post(undoing(before))
    told = oseis_program.post(ranges(anna, f"/{last.pk}/undoing"))

    assert numbers == [1, 2]
    assert (refused.status_code, told.status_code) == (409, 200)
    assert (last.number, told.json()["number"]) == (1, 2)
    assert oseis_program.post(undoing(before)).json()["number"] == 1


def test_a_range_before_the_last_is_not_taken_back(
    anna: Patient, osei: User, oseis_program: Program
) -> None:
    before = a_target(anna, osei)
    a_target(anna, osei)

    answer = oseis_program.post(undoing(before))

    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:calcidiol:problem:conflict"
    assert Target.objects.filter(withdrawn_at=None).count() == 2


def test_another_clinics_range_is_not_taken_back(
    anna: Patient, osei: User, program_of: MakeProgram
) -> None:
    last = a_target(anna, osei)
    other = a_clinic("Hill Clinic")
    lind = a_clinician(other, "Dr Lind")
    a_consent(anna, other)

    assert program_of(lind).post(undoing(last)).status_code == 409
    assert Target.objects.get().withdrawn_at is None


def test_the_patient_and_a_key_without_the_word_take_nothing_back(
    anna: Patient,
    osei: User,
    annas_program: Program,
    program_of: MakeProgram,
) -> None:
    last = a_target(anna, osei)
    reads = program_of(osei, frozenset({TokenScope.READ_RESULTS}))

    assert annas_program.post(undoing(last)).status_code == 403
    lacks = reads.post(undoing(last))

    assert lacks.status_code == 403
    assert lacks.json()["scope"] == "ranges:write"
    assert Target.objects.get().withdrawn_at is None


def test_the_range_of_somebody_else_is_not_there(
    anna: Patient, osei: User, oseis_program: Program
) -> None:
    ben = a_patient("Ben Birch")
    a_consent(ben, osei.memberships.get().clinic)
    last = a_target(ben, osei)

    assert oseis_program.post(ranges(anna, f"/{last.pk}/undoing")).status_code == 404
    assert oseis_program.post(ranges(anna, f"/{absent()}/undoing")).status_code == 404
    assert Target.objects.get().withdrawn_at is None


def test_what_was_set_together_is_taken_back_together(
    anna: Patient, osei: User, clinic: Clinic, oseis_program: Program
) -> None:
    ben = a_patient("Ben Birch")
    a_consent(ben, clinic)
    entry_id = uuid4()
    targeting_together.set_for_all(
        [Bound(anna.pk, seen=0), Bound(ben.pk, seen=0)],
        clinic=clinic,
        entry=an_agreed_range(),
        entry_id=entry_id,
        by=viewer_for(osei),
        at=timezone.now(),
    )
    (told,) = oseis_program.get(ranges(anna)).json()
    assert told["set_together_id"] == str(entry_id)
    address = f"/api/v1/clinics/{clinic.pk}/ranges/{entry_id}/undoing"

    answer = oseis_program.post(address)
    again = oseis_program.post(address)

    assert answer.status_code == 200
    assert set(answer.json()["taken_back"]) == {str(anna.pk), str(ben.pk)}
    assert again.json() == {"taken_back": []}
    assert not Target.objects.filter(withdrawn_at=None).exists()
    changed = AuditEvent.objects.filter(object_label="target", action="changed")
    assert {each.patient_id for each in changed} == {anna.pk, ben.pk}


def test_another_clinic_takes_back_nothing_that_was_set_together(
    anna: Patient, osei: User, clinic: Clinic, program_of: MakeProgram
) -> None:
    entry_id = uuid4()
    targeting_together.set_for_all(
        [Bound(anna.pk, seen=0)],
        clinic=clinic,
        entry=an_agreed_range(),
        entry_id=entry_id,
        by=viewer_for(osei),
        at=timezone.now(),
    )
    other = a_clinic("Hill Clinic")
    lind = program_of(a_clinician(other, "Dr Lind"))
    a_consent(anna, other)

    for each in (clinic, other):
        address = f"/api/v1/clinics/{each.pk}/ranges/{entry_id}/undoing"
        assert lind.post(address).status_code == 404
    assert Target.objects.get().withdrawn_at is None
