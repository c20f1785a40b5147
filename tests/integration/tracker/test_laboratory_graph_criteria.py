"""
The criteria for graphs of laboratory results of Sittig et al. 2015, one test each.

On the screen they are met by the page with its chart, on paper by the visit report and
by the chart's own PDF. Every test looks at all three.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.test import Client

from accounts.models import Patient, User
from tests.factories import a_result, a_target, an_entry
from tests.integration.labs.spoken_pages import flowing
from tests.pdf_reading import squeezed, text_of

TODAY = datetime(2026, 7, 1, 12, tzinfo=UTC)
RESULTS = (("2024-03-12", "<10"), ("2025-03-12", "24"), ("2026-03-12", "61"))


@dataclass(frozen=True)
class Shown:
    """The same chart on screen and on paper; words of PDFs stand without space."""

    page: str
    words: str
    report: str
    file: str

    def everywhere(self, words: str) -> bool:
        """Say whether the words are on the page, in the report and in the file."""
        bare = squeezed(words)
        on_paper = bare in self.report and bare in squeezed(self.file)
        return words in self.words and on_paper

    def chart(self) -> str:
        """Return the words of the wide chart, as they are drawn on the page."""
        svg = self.page.split('class="chart chart-wide"')[1].split("</svg>")[0]
        return "\n".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg))


@pytest.fixture
def shown(annas: Client, anna: Patient, osei: User) -> Shown:
    a_target(anna, osei, starts_on=date(2024, 1, 1))
    for day, value in RESULTS:
        entry = an_entry(
            value,
            collected_on=date.fromisoformat(day),
            interval_text="30-100",
            interval_high=Decimal(100),
        )
        a_result(anna, entry)
    with time_machine.travel(TODAY, tick=False):
        page = annas.get(f"/patients/{anna.pk}/")
        report = annas.get(f"/patients/{anna.pk}/report.pdf").content
        file = annas.get(f"/patients/{anna.pk}/chart.svg").content.decode()
    return Shown(page.content.decode(), flowing(page), text_of(report), file)


def scale_of(words: str, *, lowest: int, highest: int) -> bool:
    """Say whether the numbers of a scale stand there, in equal steps from zero."""
    numbers = sorted({int(n) for n in re.findall(r"^\d{1,3}$", words, re.MULTILINE)})
    return numbers[0] == lowest and numbers[-1] >= highest and len(numbers) > 3


def test_1_the_patient_is_identified(shown: Shown) -> None:
    assert shown.everywhere("Anna Example")
    assert shown.everywhere("born 3 May 1978")


def test_2_the_graph_has_a_title(shown: Shown) -> None:
    assert "<title>25-hydroxyvitamin D</title>" in shown.page
    assert "25-hydroxyvitamin D" in shown.chart()
    assert squeezed("25-hydroxyvitamin D") in shown.report


def test_3_the_x_axis_is_named(shown: Shown) -> None:
    assert "Collection date" in shown.chart()
    assert squeezed("Collection date") in shown.report
    assert "Collection date" in shown.file


def test_4_the_x_axis_has_a_true_scale_of_time(shown: Shown) -> None:
    places = {
        day: float(x)
        for x, day in re.findall(
            r'translate\(([\d.]+) [\d.]+\)" data-result="[^"]*" data-date="([^"]+)"',
            shown.page.split('class="chart chart-wide"')[1].split("</svg>")[0],
        )
    }
    first, middle, last = (places[day] for day, _ in RESULTS)
    assert middle - first == pytest.approx(last - middle, abs=1)


def test_5_the_x_axis_has_values(shown: Shown) -> None:
    for year in ("2024", "2025", "2026"):
        assert year in shown.chart()
        assert year in shown.report


def test_6_the_y_axis_is_named_with_its_unit(shown: Shown) -> None:
    assert "25(OH)D, ng/mL" in shown.chart()
    assert squeezed("25(OH)D, ng/mL") in shown.report
    assert "25(OH)D, ng/mL" in shown.file


def test_7_the_y_axis_has_a_scale_from_zero(shown: Shown) -> None:
    assert scale_of(shown.chart(), lowest=0, highest=60)


def test_8_the_y_axis_has_values(shown: Shown) -> None:
    in_file = "\n".join(re.findall(r"<text[^>]*>([^<]*)</text>", shown.file))

    for number in ("20", "40", "60"):
        assert number in shown.chart().split()
        assert number in in_file.split()


def test_9_the_reference_range_is_drawn_and_named(shown: Shown) -> None:
    for words in ("30 to 50 ng/mL", "Dr Osei"):
        assert words in shown.chart()
        assert squeezed(words) in shown.report
        assert words in shown.file


def test_10_a_point_tells_its_details(shown: Shown) -> None:
    details = re.findall(r'data-detail="([^"]*)"', shown.page)

    assert any("61 ng/mL · 12 March 2026 · Above the range" in d for d in details)
    assert all("Harbour Laboratory · LC-MS/MS" in detail for detail in details)
    # Nothing can be pointed at on paper: the latest is labelled, a table has the rest.
    assert "61" in shown.chart().split()
    for words in ("12 Mar 2026", "12 Mar 2025", "12 Mar 2024", "LC-MS/MS"):
        assert squeezed(words) in shown.report


def test_11_every_sign_is_explained_in_a_legend(shown: Shown) -> None:
    for words in ("above the range", "below the range", "range set by a clinician"):
        assert words in shown.chart()
        assert squeezed(words) in shown.report
        assert words in shown.file
    assert "limit of the test" in shown.chart()
