"""The report as text, for a practice's record."""

import re
from dataclasses import replace

import pytest

from tests.pdf_reading import squeezed, text_of
from tests.unit.tracker.charts.test_svg import NASTY
from tests.unit.tracker.reports.examples import FRAME, report, saying
from tracker.reports.plain_text import report_text
from tracker.reports.visit_report import report_pdf, short_mark


def test_the_text_reads_from_top_to_bottom_like_the_page() -> None:
    text = report_text(report())

    order = (
        "Visit report: 25-hydroxyvitamin D",
        "Anna Example · born 3 May 1978 · 47 years · No. 0001",
        "Latest result · 12 March 2026\n28 ng/mL\nBelow the range\n",
        "Range in force\n30 to 50 ng/mL\n",
        "This compares numbers. It is not a diagnosis.",
        "Supplements now\n- Sunny D3\n  vitamin D3, 1,000 international units (25 mcg)",
        "12 Mar 2026 | 28 ng/mL | 70 nmol/L; converted | Below the range; 30 to 50",
        FRAME.purpose,
        f"content {short_mark(report())}",
    )
    places = [text.find(part) for part in order]
    assert -1 not in places
    assert places == sorted(places)


def test_no_word_of_the_text_is_missing_from_the_pdf() -> None:
    page = text_of(report_pdf(report()))

    for line in report_text(report()).splitlines():
        for part in re.split(r" \| |; | · |: ", line.removeprefix("- ")):
            assert squeezed(part) in page


@pytest.mark.parametrize("words", NASTY, ids=range(len(NASTY)))
def test_no_words_break_the_lines(words: str) -> None:
    made = saying(words, report())

    text = report_text(replace(made, picture=None))

    text.encode("utf-8")
    assert "\0" not in text
    assert all(line.isprintable() or "\u200d" in line for line in text.splitlines())
    assert len(text) < 300_000
