"""
A list of people names those whose rows the viewer reads, and nobody else.

The database finds them by another way than the one by which it guards each row; so
every kind of viewer is asked both ways, also who is let in by name, by a carer's code,
by a link or by a login.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import LiteralString

import pytest
from django.db import transaction
from django.utils import timezone

from accounts import queries
from accounts.domain.scopes import Scope
from accounts.domain.viewers import NOBODY, Viewer, ViewerKind
from accounts.models import (
    CareGrant,
    Consent,
    Membership,
    Patient,
    PatientNumber,
    RecordJoin,
    ShareLink,
)
from accounts.queries import PeopleAsked
from accounts.services import consent as consents
from tests.access.characters import NOW, Cast
from tests.access.web_connection import looking, refusal, web_connection
from tests.factories import a_clinician, a_consent, a_patient, owner_of
from tracker.services import finding

pytestmark = pytest.mark.django_db(transaction=True)

EVERYBODY = PeopleAsked(with_joined=True)


@pytest.fixture
def stage(cast: Cast) -> Cast:
    """Put people into the harbour clinic's sight, and just out of it."""
    harbour = cast.harbour
    named = a_patient("Bela Birch")
    consents.give(
        patient=named,
        clinic=harbour,
        clinician_id=cast.consented.pk,
        clinician_name=cast.consented.name,
        results=True,
        supplements=True,
        health=True,
        results_from=None,
        ends_at=None,
        by=queries.viewer_for(owner_of(named)),
        at=NOW - timedelta(days=2),
    )
    a_consent(a_patient("Cleo Crane"), harbour, results=False)
    a_consent(a_patient("Dora Dove"), harbour, supplements=False, health=False)
    a_consent(a_patient("Dora Dove"), harbour, health=False)
    later = a_consent(a_patient("Finn Falk"), harbour)
    Consent.objects.filter(pk=later.pk).update(starts_at=NOW + timedelta(days=1))
    kept, joined = a_patient("Gil Gull"), a_patient("Gilbert Gull")
    for person in (kept, joined):
        a_consent(person, harbour)
    _join(kept, joined)
    _join(a_patient("Hugo Hare"), cast.other_record)  # one of whom nobody sees
    PatientNumber.objects.create(clinic=harbour, patient=joined, number="50%_a")
    PatientNumber.objects.create(clinic=cast.wood, patient=kept, number="50%_b")
    return cast


def _join(kept: Patient, joined: Patient) -> None:
    RecordJoin.objects.create(
        kept=kept,
        joined=joined,
        reason="One person",
        joined_by_name="Dr Carol",
        joined_at=NOW,
    )


def viewers(stage: Cast) -> Iterator[tuple[str, Viewer]]:
    """Yield everybody who may look, by their part."""
    yield "nobody", NOBODY
    for part, user in stage.people().items():
        yield part, queries.viewer_for(user)
    yield "colleague", queries.viewer_for(a_clinician(stage.harbour, "Dr Ivo"))
    left = a_clinician(stage.harbour, "Dr Jule")
    Membership.objects.filter(user=left).update(is_active=False)
    yield "left", queries.viewer_for(left)
    carer = a_clinician(stage.harbour, "Dr Kay")
    grant = CareGrant.objects.get(carer=stage.carer)
    grant.pk, grant.code_hash, grant.carer = None, "another", carer
    grant.patient = stage.other_record
    grant.save(force_insert=True)
    yield "carer and clinician", queries.viewer_for(carer)
    grown = a_clinician(stage.wood, "Dr Lev")
    grant.pk, grant.code_hash, grant.carer = None, "a third", grown
    grant.is_for_a_minor = True
    grant.save(force_insert=True)
    yield "carer of a person of age", queries.viewer_for(grown)
    yield "clinic", queries.viewer_for_clinic(stage.harbour)
    ShareLink.objects.update(openings=1)
    yield "link", Viewer(ViewerKind.SHARE, stage.share_link.pk)


def test_everybody_finds_whose_rows_they_read(stage: Cast) -> None:
    found_by: dict[str, int] = {}
    for part, viewer in viewers(stage):
        for scope in Scope:
            at = timezone.now()
            with transaction.atomic(), queries.viewing(viewer):
                visible = queries.patients_visible_to(viewer=viewer, at=at, scope=scope)
                seen = list(visible.order_by("name", "id"))
                found = queries.people_found(
                    EVERYBODY, viewer=viewer, at=at, scope=scope
                )
                number = queries.count_people(EVERYBODY, viewer=viewer, scope=scope)
            assert found == seen, (part, scope)
            assert number == len(seen), (part, scope)
            found_by[f"{part} {scope}"] = number
    assert found_by["consented record"] == 7
    assert found_by["consented results"] == 6
    assert found_by["colleague record"] == 6
    assert found_by["carer and clinician record"] == 7
    assert found_by["carer record"] == found_by["link results"] == 1
    assert found_by["link supplements"] == found_by["left record"] == 0
    assert found_by["carer of a person of age record"] == 0


def test_the_function_itself_tells_nobody_more_than_the_policy(stage: Cast) -> None:
    people = list(viewers(stage))
    found: LiteralString = (
        "SELECT app.people_found("
        "'record', '', '', NULL, NULL, NULL, true, '', NULL, 0, NULL)"
    )
    with web_connection() as opened:
        for part, viewer in people:
            with looking(opened, viewer.kind.value, viewer.id_or_none):
                told = set(opened.execute(found).fetchall())
                read = set(opened.execute("SELECT id FROM accounts_patient").fetchall())
            assert told <= read, part


def test_the_sight_behind_it_is_asked_by_nobody(stage: Cast) -> None:
    with web_connection() as opened, looking(opened, "user", stage.consented.pk):
        asked: LiteralString = "SELECT app.people_in_sight('record')"
        assert refusal(opened, asked, []) == "InsufficientPrivilege"


def names(viewer: Viewer, text: str, scope: Scope = Scope.RECORD) -> list[str]:
    with transaction.atomic(), queries.viewing(viewer):
        people = finding.patients_like(
            text, viewer=viewer, at=timezone.now(), scope=scope
        )
        found = [each.name for each in people]
        assert len(people) == len(found)
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("dov", ["Dora Dove", "Dora Dove"]),
        ("gull", ["Gil Gull"]),  # the joined record stands under the one it joined
        ("50%_", ["Gil Gull"]),  # by the joined record's number
        ("50%_A", ["Gil Gull"]),
        ("50%_b", []),  # another clinic's number
        ("501", []),
        ("17.05.1980", ["Alice Ashby"]),
        ("hare", []),
        ("birch", ["Bela Birch"]),
    ],
)
def test_a_search_finds_by_name_number_and_day_of_birth(
    stage: Cast, text: str, found: list[str]
) -> None:
    assert names(queries.viewer_for(stage.consented), text) == found


def test_a_joined_record_is_listed_where_the_other_is_not_seen(stage: Cast) -> None:
    viewer = queries.viewer_for(stage.consented)
    assert "Gilbert Gull" not in names(viewer, "")
    Consent.objects.filter(patient__name="Gil Gull").update(shares_results=False)

    assert {"Gil Gull", "Gilbert Gull"} <= set(names(viewer, ""))


def test_pages_begin_behind_a_person_and_do_not_overlap(stage: Cast) -> None:
    viewer, at = queries.viewer_for(stage.consented), timezone.now()
    read: list[Patient] = []
    with transaction.atomic(), queries.viewing(viewer):
        while page := queries.people_found(
            EVERYBODY,
            viewer=viewer,
            at=at,
            after=(read[-1].name, read[-1].pk) if read else (),
            most=2,
        ):
            read += page
        skipped = queries.people_found(
            EVERYBODY, viewer=viewer, at=at, skipped=3, most=2
        )
        every = queries.people_found(EVERYBODY, viewer=viewer, at=at)
    assert read == every
    assert skipped == every[3:5]


def test_what_was_read_along_with_a_patient_is_about_that_viewer_and_moment(
    stage: Cast,
) -> None:
    at = timezone.now()
    carer, owner = queries.viewer_for(stage.carer), queries.viewer_for(stage.owner)
    with transaction.atomic(), queries.viewing(carer):
        patient = queries.patient_for(carer, stage.record.pk, at=at)
        assert queries.cares_for(carer, patient, at=at)
        assert queries.is_carer_of(carer, patient)
        assert not queries.cares_for(carer, patient, at=NOW - timedelta(days=500))
    with transaction.atomic(), queries.viewing(owner):
        assert not queries.cares_for(owner, patient, at=at)
        assert not queries.is_carer_of(owner, patient)
    kept = Patient.objects.get(name="Gil Gull")
    clinician = queries.viewer_for(stage.consented)
    with transaction.atomic(), queries.viewing(clinician):
        opened = queries.patient_for(clinician, kept.pk, at=at)
        assert queries.joined_to(opened) == queries.joined_to(kept)
        assert len(queries.joined_to(opened)) == 1
