"""A record that a clinic opened becomes the patient's own, by a one-time code."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from threading import Barrier, Event
from typing import LiteralString

import psycopg
import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts import queries
from accounts.domain.viewers import Viewer
from accounts.models import AuditEvent, ClaimCode, Patient, RecordJoin, User
from accounts.services import claims, enrolment, joining
from tests.access.characters import Cast, person
from tests.access.signing_in import moved_on
from tests.access.web_connection import looking, web_connection
from tests.factories import a_consent
from tests.integration.conftest import SignedIn, is_somebody_waiting

BORN = date(1961, 2, 3)
CODE = re.compile(r"(?:[0-9A-Z]{5}-){4}[0-9A-Z]{5}")


@pytest.fixture
def known(cast: Cast) -> Patient:
    """Ivy, whom the harbour clinic entered, and who has no login."""
    return enrolment.open_clinic_record(
        clinic=cast.harbour,
        number="H-1",
        name="Ivy Ingram",
        born_on=BORN,
        hemisphere="north",
        by=queries.viewer_for_clinic(cast.harbour),
        at=timezone.now() - timedelta(days=9),
    )


@pytest.fixture
def ivy(db: None) -> User:
    del db
    return person("Ivy Ingram", "ivy@example.org")


def a_code(client: Client, known: Patient) -> str:
    page = client.post(f"/patients/{known.pk}/claim-code/").content.decode()
    found = CODE.search(page)
    assert found is not None
    return found.group()


def answer(client: Client, code: str, born_on: object = BORN) -> HttpResponse:
    values = {"code": code, "born_on": str(born_on)}
    return client.post("/record/claim/", values)  # type: ignore[return-value]


def owner_of(known: Patient) -> User | None:
    return Patient.objects.get(pk=known.pk).user


def test_code_and_birth_date_make_the_record_the_patients_own(
    cast: Cast, known: Patient, ivy: User, signed_in: SignedIn
) -> None:
    carols, ivys = signed_in(cast.consented), signed_in(ivy)
    code = a_code(carols, known)
    assert ivys.get(f"/patients/{known.pk}/").status_code == 404

    taken = answer(ivys, f" {code.lower().replace('-', ' ')} ")

    assert taken["Location"] == f"/patients/{known.pk}/sharing/"
    assert owner_of(known) == ivy
    page = ivys.get(taken["Location"]).content.decode()
    assert "The clinic opened this record itself." in page
    looks = ivys.get(f"/patients/{known.pk}/looks/").content.decode()
    assert "<strong>You</strong> took over your record" in looks
    assert "added a one-time code for taking over your record" in looks


def test_the_clinics_own_basis_can_be_taken_back_after_the_claim(
    cast: Cast, known: Patient, ivy: User, signed_in: SignedIn
) -> None:
    carols, ivys = signed_in(cast.consented), signed_in(ivy)
    answer(ivys, a_code(carols, known))
    consent = known.consents.get()

    ivys.post(f"/patients/{known.pk}/sharing/{consent.pk}/revoke/")

    assert carols.get(f"/patients/{known.pk}/").status_code == 404


def test_the_code_is_shown_once_and_kept_as_a_hash(
    cast: Cast, known: Patient, signed_in: SignedIn
) -> None:
    carols = signed_in(cast.consented)

    code = a_code(carols, known)

    assert not CODE.search(
        carols.get(f"/patients/{known.pk}/claim-code/").content.decode()
    )
    stored = str(ClaimCode.objects.values_list().get())
    assert code not in stored
    assert code.replace("-", "") not in stored
    assert not any(code in str(row) for row in AuditEvent.objects.values_list())


def test_the_record_offers_a_code_until_somebody_owns_it(
    cast: Cast, known: Patient, ivy: User, signed_in: SignedIn
) -> None:
    carols = signed_in(cast.consented)
    path = f"/patients/{known.pk}/"
    assert f'href="{path}claim-code/"' in carols.get(path).content.decode()

    answer(signed_in(ivy), a_code(carols, known))

    assert "claim-code" not in carols.get(path).content.decode()


def test_a_code_works_once(
    cast: Cast, known: Patient, ivy: User, signed_in: SignedIn
) -> None:
    code = a_code(signed_in(cast.consented), known)
    answer(signed_in(ivy), code)
    joan = person("Joan", "joan@example.org")

    refused = answer(signed_in(joan), code)

    assert "do not open a record" in refused.content.decode()
    assert owner_of(known) == ivy


def test_a_newer_code_ends_the_older_one(
    cast: Cast, known: Patient, ivy: User, signed_in: SignedIn
) -> None:
    carols, ivys = signed_in(cast.consented), signed_in(ivy)
    older, newer = a_code(carols, known), a_code(carols, known)

    answer(ivys, older)
    assert owner_of(known) is None

    answer(ivys, newer)
    assert owner_of(known) == ivy


def test_a_code_that_is_too_old_opens_nothing(
    cast: Cast, known: Patient, ivy: User, signed_in: SignedIn
) -> None:
    code = a_code(signed_in(cast.consented), known)
    made = ClaimCode.objects.get()
    assert made.expires_at - made.made_at == timedelta(days=14)
    ClaimCode.objects.update(expires_at=timezone.now())

    refused = answer(signed_in(ivy), code)

    assert "do not open a record" in refused.content.decode()
    assert owner_of(known) is None


def test_the_answer_does_not_tell_what_was_wrong(
    cast: Cast, known: Patient, ivy: User, signed_in: SignedIn
) -> None:
    code, ivys = a_code(signed_in(cast.consented), known), signed_in(ivy)

    wrong_code = answer(ivys, "ABCDE-ABCDE-ABCDE-ABCDE").content.decode()
    wrong_day = answer(ivys, code, "1961-02-04").content.decode()

    sentence = "This code and birth date do not open a record."
    assert sentence in wrong_code
    assert sentence in wrong_day
    assert owner_of(known) is None


def test_after_ten_tries_in_an_hour_the_right_code_is_not_taken_either(
    cast: Cast, known: Patient, ivy: User, signed_in: SignedIn
) -> None:
    code, ivys = a_code(signed_in(cast.consented), known), signed_in(ivy)
    for _ in range(10):
        answer(ivys, "ABCDE-ABCDE-ABCDE-ABCDE")

    stopped = answer(ivys, code).content.decode()
    assert "tried too often" in stopped
    assert owner_of(known) is None

    with moved_on(minutes=61):
        again = signed_in(ivy)
        answer(again, code)
    assert owner_of(known) == ivy


def test_five_wrong_birth_dates_end_a_code_whoever_tried(
    cast: Cast, known: Patient, ivy: User, signed_in: SignedIn
) -> None:
    code = a_code(signed_in(cast.consented), known)
    guesser = signed_in(person("Guy", "guy@example.org"))
    for day in range(4, 9):
        answer(guesser, code, date(1961, 2, day))

    answer(signed_in(ivy), code)

    assert owner_of(known) is None
    assert ClaimCode.objects.get().closed_at is not None


def test_who_made_the_code_cannot_take_the_record(
    cast: Cast, known: Patient, signed_in: SignedIn
) -> None:
    carols = signed_in(cast.consented)

    answer(carols, a_code(carols, known))

    assert owner_of(known) is None


def test_a_record_of_somebody_born_on_another_day_is_not_joined_to_ones_own(
    cast: Cast, known: Patient, signed_in: SignedIn
) -> None:
    """Alice has a record and was born on another day than Ivy."""
    code, alices = a_code(signed_in(cast.consented), known), signed_in(cast.owner)

    page = answer(alices, code).content.decode()

    assert "do not open a record" in page
    assert not RecordJoin.objects.filter(joined=known).exists()
    assert owner_of(known) is None


def test_only_the_clinic_that_opened_the_record_makes_a_code(
    cast: Cast, known: Patient, signed_in: SignedIn
) -> None:
    path = f"/patients/{known.pk}/claim-code/"
    assert signed_in(cast.elsewhere).post(path).status_code == 404
    assert signed_in(cast.admin).post(path).status_code == 404
    # Whom a patient let in sees the record, but did not open it.
    foreign = f"/patients/{cast.record.pk}/claim-code/"
    assert signed_in(cast.consented).post(foreign).status_code == 403
    assert not ClaimCode.objects.exists()


def test_without_a_birth_date_no_code_is_made(
    cast: Cast, known: Patient, signed_in: SignedIn
) -> None:
    Patient.objects.filter(pk=known.pk).update(born_on=None)

    page = signed_in(cast.consented).post(f"/patients/{known.pk}/claim-code/")

    assert "No birth date is recorded" in page.content.decode()
    assert not ClaimCode.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_people_at_the_same_moment_exactly_one_gets_the_record(
    cast: Cast, known: Patient, ivy: User
) -> None:
    with transaction.atomic():
        code = claims.make_code(
            patient=known,
            clinic=cast.harbour,
            by=queries.viewer_for(cast.consented),
            at=timezone.now(),
        )
    people = [ivy, person("Joan", "joan@example.org")]
    both = Barrier(2)

    def take(user: User) -> str:
        viewer = queries.viewer_for(user)
        both.wait()
        try:
            with transaction.atomic(), queries.viewing(viewer):
                claims.claim(code=code, born_on=BORN, by=viewer, at=timezone.now())
        except claims.ClaimRefused:
            return "refused"
        finally:
            connection.close()
        return "taken"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(take, people))

    assert outcomes == ["refused", "taken"]
    assert owner_of(known) in people
    assert AuditEvent.objects.filter(action="claimed", patient_id=known.pk).count() == 1


@dataclass(frozen=True)
class JoinedTwice:
    """A clinician joins two records, and the patient does so with a code meanwhile."""

    kept: Patient
    joined: Patient
    code: str
    has_locked: Event = field(default_factory=Event)
    is_over: Event = field(default_factory=Event)

    def by_the_clinician(self, viewer: Viewer) -> str:
        two = {"kept": self.kept, "joined": self.joined, "reason": "One person"}
        try:
            with transaction.atomic(), queries.viewing(viewer):
                joining.join(**two, by=viewer, at=timezone.now())  # type: ignore[arg-type]
        finally:
            self.has_locked.set()
            connection.close()
        return "joined"

    def by_the_code(self, viewer: Viewer) -> str:
        try:
            assert self.has_locked.wait(timeout=300)
            with transaction.atomic(), queries.viewing(viewer):
                claims.claim(code=self.code, born_on=BORN, by=viewer, at=timezone.now())
        except claims.ClaimRefused:
            return "refused"
        finally:
            self.is_over.set()
            connection.close()
        return "taken"

    def wait_for_the_code(self) -> None:
        """Let the clinician go on when the code waits, or has come to an end."""
        self.has_locked.set()
        while not self.is_over.wait(timeout=0.05):
            if is_somebody_waiting():
                return


@pytest.mark.django_db(transaction=True)
def test_a_code_and_a_clinician_who_join_the_same_records_both_come_to_an_end(
    cast: Cast, known: Patient, ivy: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clinician, who was first, joins them; the code takes over nothing."""
    carol = queries.viewer_for(cast.consented)
    own = Patient.objects.create(
        user=ivy, name="Ivy Ingram", born_on=BORN, created_at=timezone.now()
    )
    with transaction.atomic():
        a_consent(own, cast.harbour)
        code = claims.make_code(
            patient=known, clinic=cast.harbour, by=carol, at=timezone.now()
        )
    both, write = JoinedTwice(own, known, code), RecordJoin.objects.create

    def write_when_the_code_waits(**values: object) -> RecordJoin:
        both.wait_for_the_code()
        return write(**values)

    monkeypatch.setattr(RecordJoin.objects, "create", write_when_the_code_waits)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(both.by_the_clinician, carol)
        second = pool.submit(both.by_the_code, queries.viewer_for(ivy))

    assert (first.result(), second.result()) == ("joined", "refused")
    assert RecordJoin.objects.get().joined == known


ADD_CODE: LiteralString = (
    "INSERT INTO accounts_claimcode (id, patient_id, clinic_id, code_hash, made_by_id,"
    " made_at, expires_at, wrong_birth_dates)"
    " VALUES (gen_random_uuid(), %s, %s, repeat('1', 64), %s, now(), now(), 0)"
)


@pytest.mark.django_db(transaction=True)
def test_the_database_lets_only_the_opening_clinic_add_a_code(
    cast: Cast, known: Patient
) -> None:
    with web_connection() as opened:
        for user in (cast.elsewhere, cast.admin, cast.owner):
            values = [known.pk, cast.harbour.pk, user.pk]
            with looking(opened, "user", user.pk), pytest.raises(psycopg.Error):
                opened.execute(ADD_CODE, values)
        with looking(opened, "user", cast.consented.pk):
            with pytest.raises(psycopg.Error), opened.transaction():
                opened.execute(
                    ADD_CODE, [cast.record.pk, cast.harbour.pk, cast.consented.pk]
                )
            with pytest.raises(psycopg.Error), opened.transaction():
                opened.execute(ADD_CODE, [known.pk, cast.harbour.pk, cast.admin.pk])
            opened.execute(ADD_CODE, [known.pk, cast.harbour.pk, cast.consented.pk])


@pytest.mark.django_db(transaction=True)
def test_the_web_role_can_give_a_record_to_nobody_by_hand(
    cast: Cast, known: Patient
) -> None:
    with (
        web_connection() as opened,
        looking(opened, "user", cast.consented.pk),
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        opened.execute(
            "UPDATE accounts_patient SET user_id = %s WHERE id = %s",
            [cast.consented.pk, known.pk],
        )
