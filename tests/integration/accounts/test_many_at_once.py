"""Many at the same moment: one is stored or let in, and all others are told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts import queries
from accounts.domain.care import CareBasis
from accounts.domain.one_time_codes import fingerprint
from accounts.domain.roles import Role
from accounts.domain.viewers import Viewer
from accounts.models import (
    AccessRequest,
    AuditEvent,
    CareGrant,
    Invitation,
    Membership,
    Patient,
    User,
)
from accounts.services import access_requests, care, claims, enrolment, members
from labs.models import LabResult, Target
from tests.access.characters import Cast, person
from tests.access.signing_in import sign_in
from tests.factories import a_clinic, a_clinician, a_consent, a_patient, a_result
from tests.integration.labs.test_for_which_clinic import RANGE
from tests.integration.labs.test_result_versions import address, correction

T = TypeVar("T")
MANY = 16

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(act: Callable[[int], T], number: int = MANY) -> list[T]:
    """Let all begin at one moment, each on a connection of its own."""
    ready = Barrier(number)

    def begin(which: int) -> T:
        try:
            ready.wait(60)
            return act(which)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(begin, range(number)))


@pytest.fixture
def anna() -> Patient:
    """Anna, who let the harbour clinic in."""
    anna, clinic = a_patient("Anna Example"), a_clinic("Harbour Clinic")
    a_clinician(clinic, "Dr Osei")
    a_consent(anna, clinic)
    return anna


@pytest.mark.parametrize("what", ["correction", "range"])
def test_of_sixteen_who_write_at_once_one_is_stored_and_the_others_see_it(
    anna: Patient, what: str
) -> None:
    result, tab = a_result(anna), Client()
    sign_in(tab, User.objects.get(name="Dr Osei"))

    def write(number: int) -> tuple[int, str]:
        browser = Client()
        browser.cookies = tab.cookies
        value = str(40 + number)
        if what == "correction":
            path, sent = address(result, "correct/"), correction(value=value)
        else:
            path = f"/patients/{anna.pk}/targets/new/"
            sent = RANGE | {"low": value}
        answer = browser.post(path, sent)
        return answer.status_code, answer.content.decode()

    answers = at_once(write)

    assert sorted(status for status, _page in answers) == [302] + [409] * (MANY - 1)
    kept = next(
        number for number, (status, _page) in enumerate(answers) if status == 302
    )
    if what == "correction":
        newest = LabResult.objects.get(version=2)
        assert LabResult.objects.count() == 2
        assert newest.value_text == str(40 + kept)
    else:
        assert Target.objects.get().low == 40 + kept
    for number, (_status, page) in enumerate(answers):
        if number != kept:
            assert str(40 + kept) in page  # what was stored
            assert str(40 + number) in page  # and what was not


def test_a_code_that_many_enter_at_once_is_taken_once(cast: Cast) -> None:
    gwen = queries.viewer_for(cast.elsewhere)
    with transaction.atomic(), queries.viewing(gwen):
        at = timezone.now()
        code = access_requests.ask_by_code(clinic=cast.wood, by=gwen, at=at)
    people = [
        queries.viewer_for(person(f"Person {number}", f"person{number}@example.org"))
        for number in range(8)
    ]

    def enter(number: int) -> bool:
        viewer = people[number]
        try:
            with transaction.atomic(), queries.viewing(viewer):
                access_requests.take(code=code, by=viewer, at=timezone.now())
        except access_requests.RequestRefused:
            return False
        return True

    outcomes = at_once(enter, len(people))

    assert outcomes.count(True) == 1
    request = AccessRequest.objects.get(email="")
    assert request.taken_by_id == people[outcomes.index(True)].id


def outcomes_of(
    people: list[User], refused: type[Exception], take: Callable[[Viewer], object]
) -> list[bool]:
    """Return who was let in, of sixteen who enter one code at once."""
    viewers = [queries.viewer_for(user) for user in people]

    def enter(number: int) -> bool:
        viewer = viewers[number]
        try:
            with transaction.atomic(), queries.viewing(viewer):
                take(viewer)
        except refused:
            return False
        return True

    return at_once(enter, len(people))


def sixteen_people() -> list[User]:
    return [
        person(f"Person {number}", f"person{number}@example.org")
        for number in range(MANY)
    ]


BORN = date(1961, 2, 3)


def test_of_sixteen_who_claim_a_record_at_once_one_gets_it(cast: Cast) -> None:
    carol = queries.viewer_for(cast.consented)
    known = enrolment.open_clinic_record(
        clinic=cast.harbour,
        number="H-1",
        name="Ivy Ingram",
        born_on=BORN,
        hemisphere="north",
        by=queries.viewer_for_clinic(cast.harbour),
        at=timezone.now() - timedelta(days=9),
    )
    with transaction.atomic(), queries.viewing(carol):
        code = claims.make_code(
            patient=known, clinic=cast.harbour, by=carol, at=timezone.now()
        )
    people = sixteen_people()

    outcomes = outcomes_of(
        people,
        claims.ClaimRefused,
        lambda by: claims.claim(code=code, born_on=BORN, by=by, at=timezone.now()),
    )

    assert outcomes.count(True) == 1
    known.refresh_from_db()
    assert known.user_id == people[outcomes.index(True)].pk
    claimed = AuditEvent.objects.filter(action="claimed", patient_id=known.pk)
    assert [event.actor_id for event in claimed] == [known.user_id]


def test_of_sixteen_who_take_a_carers_code_at_once_one_becomes_carer(
    cast: Cast,
) -> None:
    alice = queries.viewer_for(cast.owner)
    Patient.objects.filter(pk=cast.record.pk).update(born_on=BORN)
    cast.record.refresh_from_db()
    with transaction.atomic(), queries.viewing(alice):
        code = care.give(
            patient=cast.record,
            clinic=None,
            carer_name="Whoever is first",
            basis=CareBasis.ASKED,
            basis_note="",
            last_day=None,
            by=alice,
            at=timezone.now(),
        )
    people = sixteen_people()
    before = set(CareGrant.objects.exclude(carer=None).values_list("pk", flat=True))

    outcomes = outcomes_of(
        people,
        care.CareRefused,
        lambda by: care.accept(code=code, born_on=BORN, by=by, at=timezone.now()),
    )

    assert outcomes.count(True) == 1
    came = CareGrant.objects.exclude(carer=None).exclude(pk__in=before)
    assert [grant.carer_id for grant in came] == [people[outcomes.index(True)].pk]


def test_an_invitation_accepted_in_sixteen_tabs_makes_one_membership(
    cast: Cast,
) -> None:
    code = "ABCDE-ABCDE-ABCDE-ABCDE"
    ned = person("Ned North", "ned@example.org")
    Invitation.objects.create(
        clinic=cast.harbour,
        email=ned.email,
        role=Role.CLINICIAN.value,
        code_hash=fingerprint(code),
        invited_by=cast.admin,
        made_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=1),
    )

    outcomes = outcomes_of(
        [ned] * MANY,
        members.InvitationRefused,
        lambda by: members.accept(code=code, by=by, at=timezone.now()),
    )

    assert outcomes.count(True) == 1
    assert Membership.objects.filter(user=ned).count() == 1


def test_a_double_click_by_sixteen_tabs_stores_one_result(anna: Patient) -> None:
    """The same form, sent sixteen times at once: one row, one event, one page."""
    tab = Client()
    sign_in(tab, User.objects.get(patient=anna))
    form = {**correction(), "entry_id": "5f0e3c6e-6f5c-4d0e-9a52-0d0a4c1c8a11"}

    def send(_number: int) -> tuple[int, str]:
        browser = Client()
        browser.cookies = tab.cookies
        answer = browser.post(f"/patients/{anna.pk}/results/new/", form)
        return answer.status_code, answer.headers.get("Location", "")

    answers = set(at_once(send))

    stored = LabResult.objects.get()
    assert {status for status, _place in answers} == {302}
    assert len({place for _status, place in answers}) == 1
    created = AuditEvent.objects.filter(action="created", object_id=str(stored.pk))
    assert created.count() == 1
