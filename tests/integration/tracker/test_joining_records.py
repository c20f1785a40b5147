"""
Two records of one person are read as one; nobody sees what they did not see before.

But the person themself: to them, both are their own.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts import queries
from accounts.models import AuditEvent, Clinic, Patient, RecordJoin, User
from accounts.services import enrolment, joining
from labs.models import LabResult, ResultSource
from labs.services import recording
from tests.access.web_connection import looking, rows_seen, web_connection
from tests.factories import (
    a_clinic,
    a_clinician,
    a_consent,
    a_patient,
    a_result,
    an_entry,
    owner_of,
)
from tests.integration.conftest import SignedIn

BORN = date(1978, 5, 3)  # as the factory makes everybody
REASON = "Same name, birth date and address on both reports."
CODE = re.compile(r"(?:[0-9A-Z]{5}-){4}[0-9A-Z]{5}")


def opened_by(clinic: Clinic, *, number: str = "H-9", born_on: date = BORN) -> Patient:
    """Return a record of Anna that a clinic opened, with one result of its own."""
    doctor = clinic.memberships.select_related("user").first()
    assert doctor is not None
    record = enrolment.open_clinic_record(
        clinic=clinic,
        number=number,
        name="Anna Example",
        born_on=born_on,
        hemisphere="north",
        by=queries.viewer_for_clinic(clinic),
        at=timezone.now() - timedelta(days=9),
    )
    recording.record(
        patient=record,
        entry=an_entry(
            "41", collected_on=date(2025, 9, 1), laboratory="Wellside Laboratory"
        ),
        source=ResultSource.TYPED_BY_CLINIC,
        answers={},
        by=queries.viewer_for(doctor.user),
        at=timezone.now() - timedelta(days=8),
    )
    return record


@pytest.fixture
def second(clinic: Clinic, osei: User) -> Patient:
    """The record of Anna that the harbour clinic opened beside her own."""
    del osei
    return opened_by(clinic)


def post(client: Client, kept: Patient, other: Patient, **values: str) -> HttpResponse:
    sent = {"other": str(other.pk), "reason": REASON, "confirmed": "yes", **values}
    return client.post(f"/patients/{kept.pk}/join/", sent)  # type: ignore[return-value]


def shown(client: Client, patient: Patient) -> str:
    answer = client.get(f"/patients/{patient.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_both_are_read_back_before_they_are_joined(
    oseis: Client, anna: Patient, second: Patient
) -> None:
    sent = {"other": str(second.pk), "reason": REASON, "q": "anna"}
    page = oseis.post(f"/patients/{anna.pk}/join/", sent).content.decode()

    assert page.count("Anna Example") >= 2
    assert "Each clinic goes on seeing what it saw before" in page
    assert not RecordJoin.objects.exists()


def test_the_person_reads_both_records_as_one(
    oseis: Client, annas: Client, anna: Patient, second: Patient
) -> None:
    a_result(anna, an_entry("28"))
    assert "Wellside" not in shown(annas, anna)

    done = post(oseis, second, anna)  # whichever is named first, her own is kept

    assert done["Location"] == f"/patients/{anna.pk}/"
    for client in (annas, oseis):
        page = shown(client, anna)
        assert "Wellside" in page
        assert "Harbour Laboratory" in page
    assert (
        "Harbour Clinic" in annas.get(f"/patients/{anna.pk}/sharing/").content.decode()
    )
    result = LabResult.objects.get(patient=second)
    path = f"/patients/{anna.pk}/results/{result.pk}/"
    assert annas.get(path).status_code == 200
    assert annas.get(f"{path}correct/").status_code == 200


def test_the_clinics_list_names_the_person_once_with_the_number(
    oseis: Client, anna: Patient, second: Patient
) -> None:
    assert oseis.get("/patients/").content.decode().count("Anna Example") == 2

    post(oseis, anna, second)

    page = oseis.get("/patients/").content.decode()
    assert page.count("Anna Example") == 1
    assert "H-9" in page
    found = oseis.post("/patients/", {"q": "H-9"}).content.decode()
    assert f"/patients/{anna.pk}/" in found


@pytest.mark.django_db(transaction=True)
def test_no_clinic_sees_a_row_that_it_did_not_see_before(
    anna: Patient, osei: User, second: Patient
) -> None:
    """Hill opened a record of its own; river sees Anna's supplements alone."""
    a_result(anna, an_entry("28"))
    hill, river = a_clinic("Hill Clinic"), a_clinic("River Clinic")
    gwen, rita = a_clinician(hill, "Dr Gwen"), a_clinician(river, "Dr Rita")
    third = opened_by(hill, number="X-1")
    a_consent(anna, river, results=False)
    people = (osei, gwen, rita)

    def seen() -> list[set[object]]:
        with web_connection() as opened:
            rows = []
            for person in people:
                with looking(opened, "user", person.pk):
                    tables = ("accounts_patient", "labs_labresult", "accounts_consent")
                    rows.append(
                        {row[0] for table in tables for row in rows_seen(opened, table)}
                    )
        return rows

    before = seen()
    as_owner(osei, anna, second)
    RecordJoin.objects.create(
        kept=anna,
        joined=third,
        reason=REASON,
        joined_by_name="an operator",
        joined_at=timezone.now(),
    )

    assert seen() == before
    with web_connection() as opened, looking(opened, "user", owner_of(anna).pk):
        assert len(rows_seen(opened, "labs_labresult")) == 3


def as_owner(clinician: User, kept: Patient, joined: Patient) -> RecordJoin:
    """Join as the service does, with the clinician's own eyes."""
    viewer = queries.viewer_for(clinician)
    with transaction.atomic(), queries.viewing(viewer):
        return joining.join(
            kept=kept, joined=joined, reason=REASON, by=viewer, at=timezone.now()
        )


def test_pages_show_each_clinic_what_they_showed_before(
    osei: User, anna: Patient, second: Patient, signed_in: SignedIn
) -> None:
    a_result(anna, an_entry("28"))
    river = a_clinic("River Clinic")
    a_consent(anna, river, results=False)
    ritas = signed_in(a_clinician(river, "Dr Rita"))
    ritas.get("/patients/")  # takes the greeting away
    before = shown(ritas, anna)

    as_owner(osei, anna, second)

    without = re.compile(r'[0-9a-f-]{36}|value="\w+"')
    assert without.sub("", shown(ritas, anna)) == without.sub("", before)
    assert ritas.get(f"/patients/{second.pk}/").status_code == 404


def test_it_is_undone_with_everything_where_it_was(
    oseis: Client, annas: Client, anna: Patient, second: Patient
) -> None:
    post(oseis, anna, second)
    made = RecordJoin.objects.get()

    annas.post(f"/patients/{anna.pk}/joins/{made.pk}/undo/")

    assert "Wellside" not in shown(annas, anna)
    assert "Wellside" in shown(oseis, second)
    assert oseis.get("/patients/").content.decode().count("Anna Example") == 2
    trail = AuditEvent.objects.filter(object_label="join").order_by("at", "patient_id")
    assert {(event.action, event.patient_id) for event in trail} == {
        ("joined", anna.pk),
        ("joined", second.pk),
        ("parted", anna.pk),
        ("parted", second.pk),
    }


def test_different_birth_dates_are_refused_with_the_reason(
    oseis: Client, anna: Patient, clinic: Clinic
) -> None:
    other = opened_by(clinic, born_on=date(1978, 5, 4))

    page = post(oseis, anna, other)

    assert page.status_code == 422
    assert "The birth dates are not the same" in page.content.decode()


def test_two_logins_are_refused(oseis: Client, anna: Patient, clinic: Clinic) -> None:
    bob = a_patient("Bob Birch")
    a_consent(bob, clinic)

    assert "Two people sign in" in post(oseis, anna, bob).content.decode()


def test_who_may_not_write_both_is_told_so(
    oseis: Client, anna: Patient, osei: User
) -> None:
    del osei
    hill = a_clinic("Hill Clinic")
    a_clinician(hill, "Dr Gwen")
    foreign = opened_by(hill)

    page = post(oseis, anna, foreign)

    assert page.status_code == 422
    assert "whose results are shared with you" in page.content.decode()
    assert not RecordJoin.objects.exists()


def test_a_code_of_the_clinic_joins_its_record_to_ones_own(
    annas: Client, anna: Patient, signed_in: SignedIn
) -> None:
    """The clinic of the code needs no sight of Anna's own record, and gets none."""
    hill = a_clinic("Hill Clinic")
    gwens = signed_in(a_clinician(hill, "Dr Gwen"))
    foreign = opened_by(hill)
    page = gwens.post(f"/patients/{foreign.pk}/claim-code/").content.decode()
    code = CODE.search(page)
    assert code is not None
    assert (
        "You have a record here already" in annas.get("/record/claim/").content.decode()
    )

    done = annas.post("/record/claim/", {"code": code.group(), "born_on": str(BORN)})

    assert done["Location"] == f"/patients/{anna.pk}/sharing/"
    assert "Hill Clinic" in annas.get(done["Location"]).content.decode()
    assert "Wellside" in shown(annas, anna)
    assert gwens.get(f"/patients/{anna.pk}/").status_code == 404
    assert "Wellside" in shown(gwens, foreign)
    assert "claim-code" not in shown(gwens, foreign)


def test_the_person_takes_back_the_sight_of_a_joined_record_too(
    annas: Client, anna: Patient, oseis: Client, second: Patient
) -> None:
    post(oseis, anna, second)
    for consent in queries.consents_of(Patient.objects.get(pk=anna.pk)):
        annas.post(f"/patients/{anna.pk}/sharing/{consent.pk}/revoke/")

    for record in (anna, second):
        assert oseis.get(f"/patients/{record.pk}/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_joined_twice_at_the_same_moment_they_are_joined_once(
    anna: Patient, osei: User, second: Patient
) -> None:
    start = Barrier(4)

    def attempt(_: int) -> bool:
        try:
            start.wait()
            as_owner(osei, anna, second)
        except joining.JoinRefused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(attempt, range(4)))

    assert outcomes.count(True) == 1
    assert RecordJoin.objects.count() == 1


def test_a_stranger_is_no_part_of_it(strangers: Client, anna: Patient) -> None:
    assert strangers.get(f"/patients/{anna.pk}/join/").status_code == 404


def test_one_person_has_one_row_on_every_list_that_has_both(
    oseis: Client, anna: Patient, second: Patient, signed_in: SignedIn
) -> None:
    """Consents stand with a record: a list without the one says nothing of it."""

    def rows(client: Client) -> list[str]:
        page = client.get("/worklist/").content.decode()
        return re.findall(r'id="person-([0-9a-f-]{36})', page)

    def marks(client: Client, path: str = "/worklist/") -> list[str]:
        page = client.get(path).content.decode()
        return re.findall(r'Joined with: <a href="/patients/([0-9a-f-]{36})/', page)

    river = a_clinic("River Clinic")
    a_consent(anna, river)
    ritas = signed_in(a_clinician(river, "Dr Rita"))
    assert sorted(rows(oseis)) == sorted([str(anna.pk), str(second.pk)])
    assert marks(oseis) == []

    post(oseis, anna, second)

    assert rows(oseis) == rows(ritas) == [str(anna.pk)]
    assert marks(oseis) == [str(second.pk)]
    assert marks(ritas) == []
    for record in (anna, second):  # an address of before leads to the one row
        assert marks(oseis, f"/worklist/{record.pk}/") == [str(second.pk)]
    made = RecordJoin.objects.get()
    oseis.post(f"/patients/{anna.pk}/joins/{made.pk}/undo/")
    made.refresh_from_db()
    assert made.undone_at is not None
    assert marks(oseis) == []
    assert len(rows(oseis)) == 2
