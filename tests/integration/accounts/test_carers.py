"""A carer sees and writes in another person's record; the person decides who does."""

import html
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import LiteralString
from uuid import uuid4

import pytest
import time_machine
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts import queries
from accounts.models import AuditEvent, CareGrant, Patient, User
from accounts.services import care, enrolment
from labs.models import Intake, LabResult
from tests.access import records
from tests.access.characters import Cast, person
from tests.access.signing_in import moved_on, sign_in
from tests.access.web_connection import looking, rows_seen, web_connection
from tests.factories import a_period
from tests.integration.conftest import SignedIn
from tests.integration.labs.test_entering_results import confirmed

CODE = re.compile(r"(?:[0-9A-Z]{5}-){4}[0-9A-Z]{5}")
BORN = date(2012, 9, 14)
NOTE = "See you in spring."
EIGHTEENTH = datetime(2030, 9, 14, tzinfo=UTC)


@pytest.fixture
def child(cast: Cast) -> Patient:
    """Ben, fourteen, whose record the harbour clinic opened."""
    return enrolment.open_clinic_record(
        clinic=cast.harbour,
        number="H-2",
        name="Ben Birch",
        born_on=BORN,
        hemisphere="north",
        by=queries.viewer_for_clinic(cast.harbour),
        at=timezone.now() - timedelta(days=9),
    )


@pytest.fixture
def mother(db: None) -> User:
    del db
    return person("Mary Birch", "mary@example.org")


def a_code(client: Client, patient: Patient, **values: str) -> str:
    asked = {"carer_name": "Mary Birch", "last_day": "", **values}
    page = client.post(f"/patients/{patient.pk}/carers/new/", asked).content.decode()
    found = CODE.search(page)
    assert found is not None, page
    return found.group()


def answer(client: Client, code: str, born_on: object = BORN) -> HttpResponse:
    values = {"code": code, "born_on": str(born_on)}
    return client.post("/care/accept/", values)  # type: ignore[return-value]


def status(client: Client, patient: Patient) -> int:
    return client.get(f"/patients/{patient.pk}/").status_code


def typed(value: str) -> dict[str, str]:
    """Return what a filled result form sends, read back and confirmed."""
    return confirmed(value=value, entry_id=str(uuid4()))


def test_a_clinic_lets_a_parent_into_a_childs_record(
    cast: Cast, child: Patient, mother: User, signed_in: SignedIn
) -> None:
    carols, marys = signed_in(cast.consented), signed_in(mother)
    code = a_code(carols, child, basis="parent")
    assert status(marys, child) == 404

    taken = answer(marys, f" {code.lower().replace('-', ' ')} ")

    assert taken["Location"] == f"/patients/{child.pk}/"
    page = marys.get(taken["Location"]).content.decode()
    assert "Ben Birch" in page
    assert "You look after this record" in page
    assert "What the patient reads" not in page
    assert "The harbour clinic" in page  # can see the results, and is named
    assert "No clinic can see this" not in page
    grant = CareGrant.objects.get(carer=mother)
    assert (grant.basis, grant.ends_at) == ("parent", EIGHTEENTH)
    assert grant.granted_by_name == cast.consented.name
    listed = carols.get(f"/patients/{child.pk}/carers/").content.decode()
    assert "Parental responsibility for a child." in listed
    assert "13 September 2030" in listed


def test_every_page_of_entry_names_the_person_it_is_about(
    cast: Cast, signed_in: SignedIn
) -> None:
    """Ida looks after Alice: she must never write for the wrong one."""
    idas = signed_in(cast.carer)
    record = f"/patients/{cast.record.pk}"
    for page in (
        f"{record}/results/new/",
        f"{record}/supplements/new/",
        f"{record}/health/",
        f"{record}/intakes/",
    ):
        shown = idas.get(page)
        line = re.search(
            r'class="person-line">.*?</p>', shown.content.decode(), re.DOTALL
        )
        assert line is not None, page
        assert "Alice Ashby" in line.group()
        assert "17 May 1980" in line.group()


def test_two_tabs_write_each_to_their_own_person(
    cast: Cast, child: Patient, signed_in: SignedIn
) -> None:
    carols, idas = signed_in(cast.consented), signed_in(cast.carer)
    answer(idas, a_code(carols, child, basis="parent"))
    alices_tab = f"/patients/{cast.record.pk}/results/new/"
    bens_tab = f"/patients/{child.pk}/results/new/"
    idas.get(alices_tab)
    idas.get(bens_tab)

    idas.post(alices_tab, typed("31"))
    idas.post(bens_tab, typed("22"))

    stored = {
        (row.patient_id, row.value_text, row.source) for row in LabResult.objects.all()
    }
    assert stored == {
        (cast.record.pk, "31", "typed_by_carer"),
        (child.pk, "22", "typed_by_carer"),
    }


def test_the_switcher_lists_each_record_by_name(
    cast: Cast, child: Patient, signed_in: SignedIn
) -> None:
    carols, idas = signed_in(cast.consented), signed_in(cast.carer)
    answer(idas, a_code(carols, child, basis="parent"))

    assert idas.get("/")["Location"] == "/records/"
    page = idas.get("/records/").content.decode()

    assert page.index("Alice Ashby") < page.index("Ben Birch")
    assert f'href="/patients/{child.pk}/"' in page


def test_a_childs_record_closes_for_carers_on_the_18th_birthday(
    cast: Cast, child: Patient, mother: User, signed_in: SignedIn
) -> None:
    carols = signed_in(cast.consented)
    answer(signed_in(mother), a_code(carols, child, basis="parent"))
    with time_machine.travel(EIGHTEENTH - timedelta(hours=2), tick=False):
        marys, carols = Client(), Client()
        sign_in(marys, mother)
        sign_in(carols, cast.consented)
        page = marys.get(f"/patients/{child.pk}/").content.decode()
        assert "turns 18 on 14 September 2030" in page
        assert "closed to you" in page
        seen = carols.get(f"/patients/{child.pk}/").content.decode()
        assert "hand the record over then" in seen
    with time_machine.travel(EIGHTEENTH + timedelta(minutes=1), tick=False):
        later = Client()
        sign_in(later, mother)
        assert status(later, child) == 404


@pytest.mark.django_db(transaction=True)
def test_the_database_ends_it_by_its_own_clock(
    cast: Cast, child: Patient, mother: User, signed_in: SignedIn
) -> None:
    answer(signed_in(mother), a_code(signed_in(cast.consented), child, basis="parent"))
    with web_connection() as opened:
        with looking(opened, "user", mother.pk):
            assert len(rows_seen(opened, "accounts_patient")) == 1
        came_of_age = a_birthday(18)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE accounts_patient SET born_on = %s WHERE id = %s",
                [came_of_age, child.pk],
            )
        with looking(opened, "user", mother.pk):
            assert rows_seen(opened, "accounts_patient") == []


def a_birthday(years: int) -> date:
    """Return the day so many years ago; of 29 February, the day before it."""
    today = timezone.localdate()
    if (today.month, today.day) == (2, 29):
        today -= timedelta(days=1)
    return today.replace(year=today.year - years)


def test_taking_the_record_over_ends_what_the_clinic_gave(
    cast: Cast, child: Patient, mother: User, signed_in: SignedIn
) -> None:
    carols, marys = signed_in(cast.consented), signed_in(mother)
    answer(marys, a_code(carols, child, basis="parent"))
    page = carols.post(f"/patients/{child.pk}/claim-code/").content.decode()
    found = CODE.search(page)
    assert found is not None
    values = {"code": found.group(), "born_on": str(BORN)}

    marys.post("/record/claim/", values)  # a carer never makes the record her own
    assert Patient.objects.get(pk=child.pk).user is None
    bens = signed_in(person("Ben Birch", "ben@example.org"))
    bens.post("/record/claim/", values)

    assert status(bens, child) == 200
    assert status(marys, child) == 404


def test_the_patient_lets_a_carer_in_and_ends_it_at_once(
    cast: Cast, mother: User, signed_in: SignedIn
) -> None:
    alices, marys = signed_in(cast.owner), signed_in(mother)
    answer(marys, a_code(alices, cast.record), date(1980, 5, 17))
    assert status(marys, cast.record) == 200
    grant = CareGrant.objects.get(carer=mother)

    alices.post(f"/patients/{cast.record.pk}/carers/{grant.pk}/end/")

    assert status(marys, cast.record) == 404
    looks = alices.get(f"/patients/{cast.record.pk}/looks/").content.decode()
    assert "made a code for a carer of your record" in looks
    assert "<strong>Mary Birch</strong> became a carer of your record" in looks
    assert "ended a carer's access to your record" in html.unescape(looks)


def test_a_carer_can_stop(cast: Cast, signed_in: SignedIn) -> None:
    idas = signed_in(cast.carer)
    grant = CareGrant.objects.get(carer=cast.carer)

    stopped = idas.post(f"/patients/{cast.record.pk}/carers/{grant.pk}/end/")

    assert stopped["Location"] == "/records/"
    assert status(idas, cast.record) == 404


def test_a_date_that_was_set_ends_it(
    cast: Cast, mother: User, signed_in: SignedIn
) -> None:
    today = timezone.now().date()
    code = a_code(signed_in(cast.owner), cast.record, last_day=today.isoformat())
    answer(signed_in(mother), code, date(1980, 5, 17))

    with moved_on(days=2):
        later = Client()
        sign_in(later, mother)
        assert status(later, cast.record) == 404


def test_a_representative_needs_a_document_that_was_seen(
    cast: Cast, child: Patient, signed_in: SignedIn
) -> None:
    values = {"carer_name": "Rita Roe", "basis": "representative", "last_day": ""}
    page = signed_in(cast.consented).post(f"/patients/{child.pk}/carers/new/", values)

    assert "Write down which document was seen." in page.content.decode()
    assert not CareGrant.objects.filter(patient=child).exists()


def test_a_carer_reads_what_the_clinic_tells_the_patient(
    cast: Cast, signed_in: SignedIn
) -> None:
    records.fill(cast)
    idas = signed_in(cast.carer)

    page = idas.get(f"/patients/{cast.record.pk}/").content.decode()

    assert "Reviewed on" in page
    assert "Not reviewed yet" not in page
    assert page.count(NOTE) == 1  # the one for her, none among clinicians
    assert 'class="retest"' in page
    assert "These are the clinics you work in" not in page


def test_a_carer_taps_what_was_taken_where_the_patient_signs_in_too(
    cast: Cast, signed_in: SignedIn
) -> None:
    period = a_period(cast.record)
    idas = signed_in(cast.carer)
    page = idas.get(f"/patients/{cast.record.pk}/").content.decode()
    log = f"/patients/{cast.record.pk}/intakes/{period.pk}/"
    assert log in page

    idas.post(log, {"entry_id": str(uuid4()), "outcome": "taken"})

    intake = Intake.objects.get()
    assert (intake.logged_by_name, intake.outcome) == (cast.carer.name, "taken")


@pytest.mark.django_db(transaction=True)
def test_who_stands_in_for_somebody_reads_who_looked(
    cast: Cast, child: Patient, mother: User, signed_in: SignedIn
) -> None:
    carols, marys = signed_in(cast.consented), signed_in(mother)
    answer(marys, a_code(carols, child, basis="parent"))
    carols.get(f"/patients/{child.pk}/")

    looks = f"/patients/{child.pk}/looks/"
    assert looks in marys.get(f"/patients/{child.pk}/").content.decode()
    page = marys.get(looks).content.decode()
    assert "Dr Carol Cole" in page
    assert "the record of Ben Birch" in page
    with web_connection() as opened, looking(opened, "user", mother.pk):
        assert opened.execute(LOOKS_AT, [child.pk]).fetchall()
    CareGrant.objects.update(ends_at=timezone.now() + timedelta(microseconds=1))
    with web_connection() as opened, looking(opened, "user", mother.pk):
        assert not opened.execute(LOOKS_AT, [child.pk]).fetchall()


LOOKS_AT: LiteralString = "SELECT 1 FROM accounts_auditevent WHERE patient_id = %s"


def test_who_was_asked_to_help_does_not_read_to_whom_else_somebody_turned(
    cast: Cast, signed_in: SignedIn
) -> None:
    idas = signed_in(cast.carer)

    assert idas.get(f"/patients/{cast.record.pk}/looks/").status_code == 403
    page = idas.get(f"/patients/{cast.record.pk}/").content.decode()
    assert f"/patients/{cast.record.pk}/looks/" not in page


def test_a_carer_lets_nobody_in(cast: Cast, signed_in: SignedIn) -> None:
    idas = signed_in(cast.carer)
    for page in ("sharing", "looks", "carers", "sharing/new"):
        assert idas.get(f"/patients/{cast.record.pk}/{page}/").status_code == 403


def test_wrong_codes_and_birth_dates_give_nothing_away(
    cast: Cast, child: Patient, mother: User, signed_in: SignedIn
) -> None:
    marys = signed_in(mother)
    code = a_code(signed_in(cast.consented), child, basis="parent")
    wrong_day = answer(marys, code, date(2012, 9, 15)).content.decode()
    wrong_code = answer(marys, "00000-00000-00000-00000-00000").content.decode()
    for page in (wrong_day, wrong_code):
        assert "do not open a record" in page

    for _ in range(4):
        answer(marys, code, date(2012, 9, 15))

    assert "do not open a record" in answer(marys, code).content.decode()
    assert not CareGrant.objects.filter(carer=mother).exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_at_once_one_becomes_the_carer(
    cast: Cast, child: Patient, signed_in: SignedIn
) -> None:
    code = a_code(signed_in(cast.consented), child, basis="parent")
    people = [person(f"Carer {n}", f"carer{n}@example.org") for n in range(4)]
    start = Barrier(len(people))

    def attempt(user: User) -> bool:
        viewer = queries.viewer_for(user)
        try:
            start.wait()
            with transaction.atomic(), queries.viewing(viewer):
                care.accept(code=code, born_on=BORN, by=viewer, at=timezone.now())
        except care.CareRefused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(len(people)) as pool:
        outcomes = list(pool.map(attempt, people))

    assert outcomes.count(True) == 1
    assert CareGrant.objects.filter(patient=child, carer__isnull=False).count() == 1


def test_nobody_under_18_opens_a_record_alone(db: None, signed_in: SignedIn) -> None:
    del db
    client = signed_in(person("Kim Kay", "kim@example.org"))
    born = a_birthday(17)
    values = {
        "name": "Kim Kay",
        "born_on": born.isoformat(),
        "hemisphere": "north",
        "preferred_unit": "ng/mL",
    }

    page = client.post("/record/new/", values).content.decode()

    assert "from your 18th birthday on" in page
    assert not Patient.objects.exists()


def test_the_code_is_kept_as_a_hash_and_no_look_names_it(
    cast: Cast, child: Patient, signed_in: SignedIn
) -> None:
    code = a_code(signed_in(cast.consented), child, basis="parent")

    assert code not in str(list(CareGrant.objects.values_list()))
    assert not any(code in str(row) for row in AuditEvent.objects.values_list())
