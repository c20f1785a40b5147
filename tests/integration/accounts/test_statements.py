"""A statement is kept for everybody, and never anything of who asked first."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import Model, QuerySet
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts import queries, statements
from accounts.domain.scopes import Scope
from accounts.domain.viewers import NOBODY, Viewer
from accounts.models import Clinic, Patient, RecordJoin, User
from accounts.queries import viewer_for
from accounts.statements import Blanks, NotPlain
from labs import queries as labs_queries
from labs.api.results import ORDER
from labs.models import LabResult
from tests.access import records
from tests.access.characters import assemble
from tests.factories import a_patient, a_period, a_result, an_entry, owner_of

pytestmark = pytest.mark.django_db
NOW = timezone.now


def people_named(blank: Blanks, word: str) -> QuerySet[Any]:
    rows = Patient.objects.filter(name__startswith=word, pk=blank["key"])
    return rows.values_list("name", flat=True)


def test_a_kept_statement_answers_what_is_asked_now() -> None:
    anna, ben = a_patient("Anna Example"), a_patient("Ben Example")

    for patient in (anna, ben, anna):
        found = statements.rows(people_named, patient.name[:2], key=patient.pk)
        assert found == [(patient.name,)]
    assert statements.rows(people_named, "Zoe", key=anna.pk) == []


def test_a_function_that_closes_over_a_request_is_not_kept() -> None:
    mine = uuid4()

    def closed_over(_blank: Blanks) -> QuerySet[Any]:
        return Patient.objects.filter(pk=mine).values_list("pk")

    with pytest.raises(NotPlain):
        statements.rows(closed_over)


def works_out(blank: Blanks) -> QuerySet[Any]:
    later = blank["day"] + timedelta(days=1)
    return Patient.objects.filter(born_on=later).values_list("pk")


def test_a_value_that_is_worked_out_from_another_is_not_kept() -> None:
    with pytest.raises(NotPlain):
        statements.rows(works_out, day=date(2026, 1, 1))


def asks_otherwise(blank: Blanks) -> QuerySet[Any]:
    rows = Patient.objects.values_list("pk")
    return rows.order_by("pk") if blank["key"].int % 2 else rows


def test_a_query_that_depends_on_its_values_is_not_kept() -> None:
    with pytest.raises(NotPlain):
        statements.rows(asks_otherwise, key=uuid4())


def test_who_may_see_a_record_is_asked_anew_for_everybody(
    anna: Patient, osei: User, clinic: Clinic
) -> None:
    del clinic
    stranger = owner_of(a_patient("Ben Example"))
    for scope in (Scope.RECORD, Scope.RESULTS):
        for user in (osei, owner_of(anna)):
            found = queries.patient_for(
                viewer_for(user), anna.pk, at=NOW(), scope=scope
            )
            assert found == anna
            assert found.name == anna.name
        for viewer in (viewer_for(stranger), NOBODY):
            with pytest.raises(queries.PatientNotVisible):
                queries.patient_for(viewer, anna.pk, at=NOW(), scope=scope)


def a_page(
    patient: Patient,
    viewer: Viewer,
    *,
    after: Sequence[object] = (),
    **filters: object,
) -> list[LabResult]:
    return labs_queries.page_of_results(
        patient,
        viewer=viewer,
        at=NOW(),
        filters=filters,
        behind=ORDER.after,
        after=after,
        limit=2,
    )


@pytest.mark.parametrize("is_joined", [False, True])
def test_a_page_has_the_rows_and_the_columns_of_the_usual_query(
    anna: Patient, *, is_joined: bool
) -> None:
    for day in range(1, 5):
        a_result(anna, an_entry(f"{30 + day}.50", collected_on=date(2026, 3, day)))
    if is_joined:
        other = a_patient("Anna Exemple")
        a_result(other, an_entry("<4", collected_on=date(2026, 3, 9)))
        Patient.objects.filter(pk=other.pk).update(user=None)
        RecordJoin.objects.create(
            kept=anna, joined=other, joined_at=NOW(), reason="x", joined_by_name="x"
        )
    viewer = viewer_for(owner_of(anna))

    usual = list(labs_queries.results_of(anna, viewer=viewer, at=NOW()))
    first = a_page(anna, viewer)
    last = first[-1]
    second = a_page(anna, viewer, after=[last.collected_on, last.entered_at, last.id])
    some = a_page(anna, viewer, collected_on__lte=date(2026, 3, 2))

    pairs = zip([*first, *second, *some], [*usual[:4], *usual[-2:]], strict=True)
    for light, stored in pairs:
        for name in (*labs_queries.TOLD, "pk"):
            assert getattr(light, name) == getattr(stored, name), name


USUAL_AND_AT_ONCE: list[tuple[Any, Any, dict[str, Any]]] = [
    (labs_queries.results_of, labs_queries.every_result_of, {}),
    (labs_queries.targets_of, labs_queries.standing_targets_of, {}),
    (labs_queries.periods_of, labs_queries.every_period_of, {}),
    (labs_queries.plans_of, labs_queries.every_plan_of, {}),
    (
        labs_queries.intakes_of,
        labs_queries.every_intake_of,
        {"since": date(2020, 1, 1)},
    ),
    (labs_queries.events_of, labs_queries.every_event_of, {}),
    (labs_queries.health_answers_of, labs_queries.every_health_answer_of, {}),
    (
        labs_queries.acknowledgements_of,
        labs_queries.every_acknowledgement_of,
        {"scopes": frozenset(Scope)},
    ),
    (labs_queries.reviews_of, labs_queries.every_review_of, {}),
    (labs_queries.notes_of, labs_queries.every_note_of, {}),
    (labs_queries.retests_of, labs_queries.every_retest_of, {}),
]


@pytest.mark.parametrize("is_joined", [False, True])
def test_what_is_read_at_once_is_what_the_usual_queries_read(
    *, is_joined: bool
) -> None:
    cast = assemble()
    records.fill(cast)
    record, at = cast.record, NOW()
    if is_joined:
        other = a_patient("Alice Exemple")
        a_period(other)
        Patient.objects.filter(pk=other.pk).update(user=None)
        RecordJoin.objects.create(
            kept=record, joined=other, joined_at=at, reason="x", joined_by_name="x"
        )
    read = set()
    for user in [*cast.people().values(), cast.consented]:
        viewer = viewer_for(user)
        for usual, at_once, more in USUAL_AND_AT_ONCE:
            asked = {"viewer": viewer, "at": at, **more}
            rows = [columns(each) for each in usual(record, **asked)]
            found = [columns(each) for each in at_once(record, **asked)]
            assert found == rows, (user.name, at_once.__name__)
            read |= {at_once.__name__} if rows else set()

    assert read == {each.__name__ for _usual, each, _more in USUAL_AND_AT_ONCE}


def columns(row: Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.fields}


def test_the_database_keeps_the_plan_of_a_kept_statement(anna: Patient) -> None:
    def uses() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(sum(generic_plans + custom_plans), 0)"
                " FROM pg_prepared_statements WHERE statement LIKE '%accounts_patient%'"
            )
            return int(cursor.fetchone()[0])

    before = uses()
    for _time in range(3):
        statements.rows(people_named, "Anna", key=anna.pk)
    assert uses() == before + 3


MOMENTS = st.datetimes(timezones=st.just(UTC)).filter(lambda at: 1 < at.year < 9999)


@given(moment=MOMENTS, day=st.dates())
def test_moments_and_days_are_read_as_the_framework_reads_them(
    moment: datetime, day: date
) -> None:
    question, values = "SELECT %s::timestamptz, %s::date", [moment, day]
    quick = statements.Statement(question, (), ()).asked(values)
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        usual = cursor.fetchall()
    assert quick == usual == [(moment, day)]
    assert quick[0][0].tzinfo == usual[0][0].tzinfo
