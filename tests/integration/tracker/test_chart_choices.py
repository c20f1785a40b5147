"""What a reader chooses to see, what that hides, and that a file shows the same."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Patient
from labs.domain.measurements import ResultStatus
from labs.domain.quantities import Measurand
from tests.factories import a_result, an_entry
from tests.integration.labs.spoken_pages import flowing

TODAY = datetime(2026, 7, 1, 12, tzinfo=UTC)
DAYS = (date(2024, 1, 10), date(2024, 9, 1), date(2025, 5, 1), date(2026, 3, 12))


@pytest.fixture
def filled(anna: Patient) -> Patient:
    """Anna, with four results, the first from another laboratory."""
    for day, value in zip(DAYS, ("20", "24", "26", "28"), strict=True):
        laboratory = "Lakeside" if day == DAYS[0] else "Harbour Laboratory"
        entry = an_entry(
            value,
            collected_on=day,
            laboratory=laboratory,
            interval_text="30-100 ng/mL",
            interval_high=Decimal(100),
        )
        a_result(anna, entry)
    return anna


def points(client: Client, patient: Patient, query: str) -> int:
    with time_machine.travel(TODAY, tick=False):
        page = client.get(f"/patients/{patient.pk}/?{query}")
    return page.content.decode().count('class="chart-point"') // 2  # wide and narrow


def words(client: Client, patient: Patient, query: str) -> str:
    with time_machine.travel(TODAY, tick=False):
        return flowing(client.get(f"/patients/{patient.pk}/?{query}"))


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("range=all", 4, ""),
        ("range=1y", 1, "3 results hidden"),
        ("from=2024-08-01&to=2025-06-01", 2, "2 results hidden"),
        ("from=2024-09-01&to=2024-09-01", 1, "3 results hidden"),
        ("from=2020-01-01&to=2020-02-01", 0, "4 results hidden"),
        ("range=all&method=same", 3, "1 result hidden"),
    ],
)
def test_a_range_or_filter_says_how_many_results_it_hides(
    annas: Client, filled: Patient, query: str, shown: int, hidden: str
) -> None:
    assert points(annas, filled, query) == shown
    page = words(annas, filled, query)
    assert hidden in page
    assert bool(hidden) == ("hidden" in page)


@pytest.mark.parametrize(
    ("newest", "hidden"),
    [
        ({"method": ""}, "1 result hidden"),
        ({"laboratory": "Lakeside", "held_because": "Not sure"}, "2 results hidden"),
        (
            {"laboratory": "Lakeside", "status": ResultStatus.PRELIMINARY},
            "2 results hidden",
        ),
        (
            {"method": "", "laboratory": "", "status": ResultStatus.PRELIMINARY},
            "1 result hidden",
        ),
    ],
)
def test_one_method_is_that_of_the_newest_sure_result_that_states_one(
    annas: Client, filled: Patient, newest: dict[str, Any], hidden: str
) -> None:
    a_result(filled, replace(an_entry("31", collected_on=date(2026, 6, 1)), **newest))

    assert "Only what compares with the latest" in words(annas, filled, "range=all")
    assert hidden in words(annas, filled, "range=all&method=same")


def test_a_newest_result_without_method_lets_no_second_method_pass(
    annas: Client, anna: Patient
) -> None:
    for month, method in ((1, "immunoassay"), (2, "LC-MS/MS"), (3, "")):
        day = date(2026, month, 3)
        a_result(anna, an_entry("28", collected_on=day, method=method))

    assert points(annas, anna, "range=all&method=same") == 2
    assert "1 result hidden" in words(annas, anna, "range=all&method=same")


@pytest.mark.parametrize(
    "query",
    [
        "from=2025-06-01&to=2024-06-01",
        "from=2025-06-01&to=",
        "from=now&to=then",
        "from=0001-01-01&to=9999-12-31",
        "from=2025-02-30&to=2025-03-01",
    ],
)
def test_days_that_cannot_be_are_said_and_hide_nothing(
    annas: Client, filled: Patient, query: str
) -> None:
    page = words(annas, filled, f"range=days&{query}")

    assert "Type both days, the first one before the last." in page
    assert points(annas, filled, f"range=days&{query}") == 4


@pytest.mark.parametrize("kind", ["svg", "pdf", "png"])
def test_a_download_leads_to_exactly_what_is_shown(
    annas: Client, filled: Patient, kind: str
) -> None:
    query = "from=2024-08-01&to=2025-06-01&method=same&intervals=shown&unit=nmol"
    with time_machine.travel(TODAY, tick=False):
        page = annas.get(f"/patients/{filled.pk}/?{query}")
        links = [link.address for link in page.context["page"].downloads]
        asked = "?" + links[0].partition("?")[2]
        chart = annas.get(f"/patients/{filled.pk}/chart.svg{asked}").content.decode()
        file = annas.get(f"/patients/{filled.pk}/chart.{kind}{asked}")

    assert file.status_code == 200
    for part in query.split("&"):
        assert all(part in link for link in links)
    assert "2 results hidden" in chart
    assert "Laboratory's interval" in chart
    assert "nmol/L" in chart


def test_the_laboratorys_interval_is_drawn_at_each_result_on_demand(
    annas: Client, filled: Patient
) -> None:
    with time_machine.travel(TODAY, tick=False):
        without = annas.get(f"/patients/{filled.pk}/chart.svg?range=all")
        asked = annas.get(f"/patients/{filled.pk}/chart.svg?range=all&intervals=shown")

    assert "Laboratory's interval" not in without.content.decode()
    assert "Laboratory's interval" in asked.content.decode()


def test_the_filter_for_one_method_is_offered_where_it_hides_something(
    annas: Client, anna: Patient
) -> None:
    a_result(anna, an_entry("28"))
    assert "Only what compares with the latest" not in words(annas, anna, "")

    a_result(anna, an_entry("24", method="Immunoassay", collected_on=DAYS[1]))
    assert "Only what compares with the latest" in words(annas, anna, "")


def test_what_a_mark_tells_has_value_day_flag_basis_laboratory_and_method(
    annas: Client, filled: Patient
) -> None:
    with time_machine.travel(TODAY, tick=False):
        page = annas.get(f"/patients/{filled.pk}/").content.decode()

    for part in ("28 ng/mL", "12 March 2026", "Harbour Laboratory", "LC-MS/MS"):
        assert part in page.split('data-detail="')[-1].split('"')[0]


def test_the_change_is_told_under_the_chart_where_it_may_be_calculated(
    annas: Client, anna: Patient
) -> None:
    a_result(anna, an_entry("24", collected_on=date(2025, 9, 1)))
    a_result(anna, an_entry("31", collected_on=date(2026, 3, 12)))
    remark = "About 1 in 20 pairs"

    with time_machine.travel(TODAY, tick=False):
        allowed = annas.get(f"/patients/{anna.pk}/chart.svg").content.decode()
        a_result(anna, an_entry("60", laboratory="Lakeside", collected_on=TODAY.date()))
        refused = annas.get(f"/patients/{anna.pk}/chart.svg").content.decode()

    assert remark in allowed
    assert remark not in refused


# Companions ---------------------------------------------------------------------------


def companion(value: str, measurand: Measurand, unit: str = "mmol/L") -> object:
    return an_entry(
        value,
        unit,
        measurand=measurand,
        interval_text="2.20-2.60",
        interval_high=Decimal("2.60"),
        collected_on=TODAY.date() - timedelta(days=50),
    )


def test_calcium_is_drawn_on_the_same_days_and_apart_from_ionised(
    annas: Client, filled: Patient
) -> None:
    a_result(filled, companion("2.71", Measurand.CALCIUM))  # type: ignore[arg-type]
    a_result(filled, companion("1.31", Measurand.IONISED_CALCIUM))  # type: ignore[arg-type]

    with time_machine.travel(TODAY, tick=False):
        page = annas.get(f"/patients/{filled.pk}/").content.decode()

    assert "Calcium, total, mmol/L" in page
    assert "Calcium, ionised, mmol/L" in page
    assert "Other tests on the same days" in page


def test_another_vitamin_d_test_is_never_drawn_beside_it(
    annas: Client, filled: Patient
) -> None:
    a_result(filled, companion("48", Measurand.DIHYDROXY, "pg/mL"))  # type: ignore[arg-type]

    with time_machine.travel(TODAY, tick=False):
        page = annas.get(f"/patients/{filled.pk}/").content.decode()

    assert "Other tests on the same days" not in page


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        ({"status": ResultStatus.PRELIMINARY}, "preliminary"),
        ({"status": ResultStatus.NOT_STATED}, "status not stated"),
        ({"held_because": "Not sure"}, "kept for review"),
    ],
)
def test_a_mark_of_another_test_says_in_words_how_it_stands(
    annas: Client, anna: Patient, standing: dict[str, Any], said: str
) -> None:
    a_result(anna, an_entry("28"))
    calcium = an_entry("2.71", "mmol/L", measurand=Measurand.CALCIUM)
    a_result(anna, replace(calcium, **standing))

    with time_machine.travel(TODAY, tick=False):
        page = annas.get(f"/patients/{anna.pk}/").content.decode()

    assert f"Harbour Laboratory · LC-MS/MS · {said}" in page
