"""A clinic's figures: every count on its page, no small one in what leaves it."""

import re
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts import queries
from accounts.models import AuditEvent, Clinic, Patient, User
from accounts.services import languages
from labs.domain.disclosure import FEWEST_TOLD
from labs.domain.quantities import Measurand
from labs.models import WorklistRow
from labs.services import clinic_figures
from labs.services.clinic_figures import ClinicFigures, Group, Month
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
from tests.pdf_reading import squeezed, text_of
from tracker.services.clinic_overviews import Table, tables_of

TODAY = timezone.localdate


def page_of(clinic: Clinic, file: str = "") -> str:
    return f"/clinics/{clinic.pk}/overview/{file}"


@pytest.fixture
def some_people(anna: Patient, osei: User, clinic: Clinic) -> list[Patient]:
    """One within, one below, one without a range, one long without a test."""
    people = [anna, *(a_patient(name) for name in ("Ben", "Cleo", "Dora"))]
    for person in people[1:]:
        a_consent(person, clinic)
    tests = zip(people, ("40", "21", "33", "35"), (3, 9, 5, 900), strict=True)
    for person, value, days in tests:
        day = TODAY() - timedelta(days=days)
        a_result(person, an_entry(value, collected_on=day), at=timezone.now())
    for person in (people[0], people[1], people[3]):
        a_target(person, osei, starts_on=date(2020, 1, 1))
    return people


def test_the_page_tells_every_count_and_leads_into_the_list(
    oseis: Client, clinic: Clinic, some_people: list[Patient]
) -> None:
    del some_people
    page = flowing(oseis.get(page_of(clinic)))

    for words in (
        "Everybody on the list 4",
        "Below the range 1",
        "Within the range 2",
        "No range set 1",
        "No test since then 1",
    ):
        assert words in page
    raw = oseis.get(page_of(clinic)).content.decode()
    assert raw.count("<svg") == 4  # each for wide and for narrow screens
    assert "untested_since=" in raw


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("without_target=True", {"Cleo"}),
        ("untested_since={a_year_ago}", {"Dora"}),
        ("flag=below", {"Ben"}),
    ],
)
def test_a_count_is_the_number_of_rows_it_leads_to(
    oseis: Client, some_people: list[Patient], query: str, names: set[str]
) -> None:
    del some_people
    asked = query.format(a_year_ago=TODAY() - timedelta(days=365))
    page = oseis.get(f"/worklist/?{asked}").content.decode()

    for name in ("Anna Example", "Ben", "Cleo", "Dora"):
        assert (f">{name}</a>" in page) == (name in names)


def test_who_was_never_tested_has_no_test_since_then(
    oseis: Client, anna: Patient
) -> None:
    del anna
    page = oseis.get(f"/worklist/?untested_since={TODAY()}").content.decode()

    assert "Anna Example" in page


def test_months_count_what_was_compared_with_the_range_of_its_own_day(
    osei: User, anna: Patient, clinic: Clinic
) -> None:
    first = TODAY().replace(day=1)
    a_target(anna, osei, starts_on=first)
    a_result(anna, an_entry("40", collected_on=first))
    a_result(anna, an_entry("38", collected_on=first, measurand=Measurand.D3))
    a_result(anna, an_entry("12", collected_on=first, laboratory="Other"))
    a_result(anna, an_entry("41", collected_on=first - timedelta(days=3)))

    with queries.viewing(queries.viewer_for(osei)):
        found = clinic_figures.figures_of(clinic, today=TODAY())

    assert found.months[-1] == Month(first, 1, 2)
    assert sum(month.compared for month in found.months) == 2
    assert len(found.months) == 12


def test_what_is_not_shared_is_not_counted(anna: Patient, osei: User) -> None:
    day = TODAY() - timedelta(days=20)
    a_target(anna, osei, starts_on=day)
    a_result(anna, an_entry("40", collected_on=day))
    other = a_clinic("City Clinic")
    a_consent(anna, other, results_from=TODAY() - timedelta(days=5))

    with queries.viewing(queries.viewer_for(a_clinician(other))):
        found = clinic_figures.figures_of(other, today=TODAY())

    assert sum(month.compared for month in found.months) == 0
    assert found.groups[Group.WITHIN] == 0


def test_the_files_hide_small_counts_and_are_on_the_trail(
    oseis: Client, clinic: Clinic, some_people: list[Patient]
) -> None:
    del some_people
    table = oseis.get(page_of(clinic, "overview.csv"))
    pdf = oseis.get(page_of(clinic, "overview.pdf"))

    text = table.content.decode("utf-8-sig")
    assert "Everybody on the list,hidden" in text
    assert "Within the range,hidden" in text
    assert pdf.content.startswith(b"%PDF")
    assert squeezed("Within the range hidden") in text_of(pdf.content)
    for name in ("Anna", "Ben", "Cleo", "Dora"):
        assert name not in text
        assert name not in text_of(pdf.content)
    trail = AuditEvent.objects.filter(object_label="clinic figures")
    assert sorted(event.channel for event in trail) == ["export", "pdf"]


def test_the_overview_goes_on_paper_from_right_to_left(
    oseis: Client, osei: User, clinic: Clinic, some_people: list[Patient]
) -> None:
    del some_people
    languages.choose("ar", by=queries.viewer_for(osei))
    pdf = oseis.get(page_of(clinic, "overview.pdf"))

    assert pdf.status_code == 200
    (told,) = re.findall(rb"/Lang ?\(([\w-]+)\)", pdf.content)[:1]
    assert told == b"ar"


def test_only_the_clinics_clinicians_see_its_figures(
    annas: Client, clinic: Clinic, signed_in: SignedIn
) -> None:
    other = signed_in(a_clinician(a_clinic("City Clinic"), "Dr Else"))

    for client in (annas, other):
        for file in ("", "overview.csv", "overview.pdf"):
            assert client.get(page_of(clinic, file)).status_code == 404


def test_the_number_of_queries_does_not_grow(
    oseis: Client,
    clinic: Clinic,
    some_people: list[Patient],
    django_assert_max_num_queries: object,
) -> None:
    del some_people
    assert WorklistRow.objects.count() == 4
    with django_assert_max_num_queries(22):  # type: ignore[operator]
        oseis.get(page_of(clinic))


# What leaves --------------------------------------------------------------------------


COUNT = st.integers(0, 12)


@given(st.lists(COUNT, min_size=5, max_size=5), st.data())
def test_no_small_count_leaves_nor_can_be_worked_out(
    counts: list[int], data: st.DataObject
) -> None:
    groups = dict(zip(Group, counts, strict=True))
    total = sum(counts)
    compared = data.draw(COUNT)
    figures = ClinicFigures(
        clinic=Clinic(name="Harbour", preferred_unit="ng/mL"),
        today=TODAY(),
        groups=Counter(groups),
        values=[
            (group, Decimal(data.draw(st.integers(1, 99))))
            for group in (Group.BELOW, Group.WITHIN, Group.ABOVE)
            for _number in range(groups[group])
        ],
        not_tested=data.draw(st.integers(0, total)),
        tested_since=TODAY(),
        months=[Month(TODAY(), data.draw(st.integers(0, compared)), compared)],
    )

    people, tested, values, months = tables_of(figures, leaves=True)

    for table in (people, tested, values, months):
        for row in table.rows:
            for cell in row[1:]:
                assert _is_large(cell)
    if people.rows[0][1] != "hidden":
        assert not _gives_one_away([row[1] for row in people.rows[1:]], counts)
    _check_columns(people, values)
    (_words, _all, within, share), *_rest = months.rows
    outside = compared - figures.months[0].within
    if 0 < figures.months[0].within < FEWEST_TOLD or 0 < outside < FEWEST_TOLD:
        assert (within, share) == ("hidden", "hidden")


def _is_large(cell: str) -> bool:
    return not cell.isdecimal() or cell == "0" or int(cell) >= FEWEST_TOLD


def _gives_one_away(shown: list[str], counts: list[int]) -> bool:
    hidden = [
        count for cell, count in zip(shown, counts, strict=True) if cell == "hidden"
    ]
    return len(hidden) == 1 and sum(1 for each in counts if each) > 1


def _check_columns(people: Table, values: Table) -> None:
    """The columns of a group are hidden with its number, and never one alone."""
    for place, row in enumerate(people.rows[1:4]):
        column = [each[1 + place] for each in values.rows]
        if row[1] == "hidden":
            assert all(cell == "hidden" for cell in column)
        elif column.count("hidden") == 1:
            assert all(cell in {"0", "hidden"} for cell in column)
