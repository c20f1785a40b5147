"""The pages of a report: complete, tagged, the same each time, and never broken."""

import hashlib
import io
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Literal

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from tests.pdf_reading import pages_of, squeezed, text_of
from tests.unit.tracker.charts.test_svg import ANY_WORDS, NASTY, filled_with
from tests.unit.tracker.reports.examples import (
    FRAME,
    GLOSSARY,
    LATEST,
    MADE_AT,
    PRECAUTIONS,
    RESULTS,
    SUPPLEMENTS,
    long_report,
    picture,
    report,
    saying,
)
from tracker.reports import typesetting
from tracker.reports.typesetting import NotTypeset, compiler_of, typeset
from tracker.reports.values import (
    Column,
    Entry,
    Line,
    Paper,
    Report,
    Section,
    Table,
)
from tracker.reports.visit_report import (
    TEMPLATE,
    fingerprint,
    report_pdf,
    short_mark,
    typeset_data,
    typeset_pictures,
)

Direction = Literal["ltr", "rtl"]
LARGEST = 3_000_000  # bytes, with the longest words in every place of a report
PAPERS = pytest.mark.parametrize("paper", list(Paper))


@PAPERS
def test_the_summary_stands_on_the_first_page_and_the_table_on_the_next(
    paper: Paper,
) -> None:
    first, second = pages_of(report_pdf(report(), paper=paper))

    for words in ("Anna Example", LATEST.headline, "Below the range", "Sunny D3"):
        assert squeezed(words) in first
    assert squeezed("30 to 50 ng/mL") in first
    assert squeezed("25-hydroxyvitamin D4 results") in first  # the chart's own words
    assert squeezed("As reported") not in first
    assert squeezed("As reported") in second
    assert squeezed("LC-MS/MS · Typed by patient") in second


@PAPERS
@pytest.mark.parametrize(
    ("long", "fewest"),
    [
        (report(), 2),
        (report(sections=()), 1),
        (long_report(8), 2),
        (long_report(60), 4),
    ],
    ids=["short", "summary", "long", "very long"],
)
def test_every_page_says_whose_it_is_what_it_is_for_and_which_page(
    paper: Paper, long: Report, fewest: int
) -> None:
    pages = pages_of(report_pdf(long, paper=paper))

    assert len(pages) >= fewest
    for number, page in enumerate(pages, start=1):
        assert "AnnaExample" in page
        assert squeezed("No. 0001") in page
        assert squeezed(FRAME.purpose) in page
        assert squeezed(FRAME.made) in page
        assert squeezed(FRAME.version) in page
        assert short_mark(long) in page
        assert page.endswith(f"page{number}of{len(pages)}")
        head = squeezed("Anna Example · born 3 May 1978 · No. 0001")
        assert page.startswith(head) == (number > 1)


@PAPERS
def test_lines_to_write_on_give_way_where_that_spares_a_page(paper: Paper) -> None:
    def pages_with(lines: int, results: int) -> int:
        listed = long_report(results).sections[0]
        asked = Section("Questions for my visit", lines_to_write_on=lines)
        sections = (listed, asked, GLOSSARY, GLOSSARY, GLOSSARY)
        return len(pages_of(report_pdf(report(sections=sections), paper=paper)))

    counts = range(14, 19)

    assert [pages_with(6, count) for count in counts] == [
        pages_with(3, count) for count in counts
    ]


def test_every_result_is_in_the_table_and_its_head_is_on_each_page() -> None:
    pages = pages_of(report_pdf(long_report(60)))

    assert sum(page.count("70nmol/Lconverted") for page in pages) == 60
    assert all("Sampletaken" in page for page in pages if "70nmol/Lconverted" in page)


@PAPERS
def test_the_summary_keeps_to_one_page_with_long_precautions(paper: Paper) -> None:
    first, second, *_ = pages_of(report_pdf(long_report(8), paper=paper))

    assert squeezed(PRECAUTIONS.remarks[0]) in first
    assert squeezed("All results are of 25-hydroxyvitamin D") in second


def test_a_summary_too_long_for_a_page_goes_on_overleaf_and_loses_nothing() -> None:
    entries = tuple(
        Entry(f"Product {number}", (Line("vitamin K2 (MK-7), 100 mcg"),) * 3)
        for number in range(40)
    )
    long = report(listings=(replace(SUPPLEMENTS, entries=entries), PRECAUTIONS))

    text = text_of(report_pdf(long))

    assert all(squeezed(entry.head) in text for entry in entries)


@PAPERS
def test_the_paper_is_the_one_that_was_chosen(paper: Paper) -> None:
    sizes = {Paper.A4: b"[0 0 595.2756 841.8898]", Paper.LETTER: b"[0 0 612 792]"}

    assert b"/MediaBox" + sizes[paper] in report_pdf(report(), paper=paper)


def test_the_file_is_tagged_and_names_its_language_and_standard() -> None:
    made = report_pdf(report())

    assert b"/StructTreeRoot" in made
    assert b"/MarkInfo<</Marked true" in made
    assert b"/Lang(en-GB)" in made or b"/Lang(en)" in made
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made
    assert b"/S/Table" in made
    assert b"/S/TH" in made
    assert b"/S/H1" in made
    assert b"/S/Figure" in made
    assert b"A chart of four results." in made  # the alternative of the picture


def test_every_face_is_embedded() -> None:
    made = report_pdf(report())

    faces = re.findall(rb"/BaseFont/(\w+\+[\w-]+)/Encoding", made)
    assert {face.split(b"+")[1] for face in faces} == {
        b"DejaVuSans",
        b"DejaVuSans-Bold",
    }
    assert made.count(b"/FontFile2") == len(faces)


@pytest.mark.parametrize("made", [report(), long_report(8), long_report(60)])
def test_the_layout_settles_and_warns_of_nothing(made: Report) -> None:
    data = json.dumps(typeset_data(made, Paper.A4))

    _pdf, warnings = compiler_of(TEMPLATE).compile_with_warnings(
        format="pdf",
        sys_inputs={"data": data, **typeset_pictures(made)},
        pdf_standards=["ua-1"],
    )

    assert [warning.message for warning in warnings] == []


def test_the_same_report_gives_the_same_bytes() -> None:
    assert report_pdf(report()) == report_pdf(report())


def test_the_moment_alone_changes_the_file_but_not_the_fingerprint() -> None:
    later = replace(
        FRAME, made="13 March 2026, 09:00 UTC", made_at=MADE_AT + timedelta(hours=19)
    )

    assert report_pdf(report(frame=later)) != report_pdf(report())
    assert fingerprint(report(frame=later)) == fingerprint(report())


def test_one_other_word_or_another_chart_changes_the_fingerprint() -> None:
    marks = {
        fingerprint(each)
        for each in (
            report(),
            report(remark="Another remark."),
            report(picture=picture(filled_with("x"))),
            report(picture=None),
        )
    }

    assert len(marks) == 4


def test_threads_take_turns_and_make_the_same_bytes() -> None:
    reports = [report(remark=f"Remark {number}.") for number in range(6)]
    serial = [hashlib.sha256(report_pdf(each)).digest() for each in reports]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(report_pdf, reports * 4))

    assert [hashlib.sha256(each).digest() for each in found] == serial * 4


FEW_REPORTS, MORE_MEGABYTES = 40, 24


def test_a_process_grows_no_larger_with_its_reports() -> None:
    def make(first: int) -> int:
        for number in range(first, first + FEW_REPORTS):
            report_pdf(report(remark=f"Remark {number}."))
        return int(psutil.Process().memory_info().rss / 2**20)

    make(0)
    before = make(FEW_REPORTS)
    after = make(2 * FEW_REPORTS)

    assert after - before < MORE_MEGABYTES


# Hostile words ------------------------------------------------------------------------


def hostile(words: str, direction: Direction) -> Report:
    """Return a report that says nothing but the given words, chart included."""
    drawn = replace(filled_with(words), direction=direction)
    made = saying(words, report(picture=picture(drawn)))
    return replace(made, frame=replace(made.frame, direction=direction))


@settings(max_examples=40, deadline=None)
@given(words=ANY_WORDS, direction=st.sampled_from(("ltr", "rtl")))
def test_no_words_break_a_report(words: str, direction: Direction) -> None:
    made = report_pdf(hostile(words, direction))

    assert made.startswith(b"%PDF-")
    assert len(made) < LARGEST


MARKUP = (
    "#panic()",
    "#sys.inputs.data",
    '"); #panic("',
    "= Heading\n\n- list",
    "$ x^2 $ *bold* _slanted_ `raw` @label <label>",
    "#image(bytes(sys.inputs.picture_0))",
    "\\u{41}",
    *NASTY,
    "\N{THAI CHARACTER KO KAI}" * 200,
    "e" + "\N{COMBINING ACUTE ACCENT}" * 500,
    "1" * 10_000,
)


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("words", MARKUP, ids=range(len(MARKUP)))
def test_markup_stays_words(words: str, direction: Direction) -> None:
    made = report_pdf(hostile(words, direction))

    assert len(made) < LARGEST
    if words.startswith(("#", '"', "$", "\\")) and words.isascii():
        assert squeezed(words) in text_of(made)


def test_words_wider_than_a_column_wrap_and_are_not_lost() -> None:
    name = "W" * 120
    frame = replace(FRAME, person=replace(FRAME.person, name=name))

    first = pages_of(report_pdf(report(frame=frame)))[0]

    assert first.count(name) >= 2  # the name and the foot


def test_a_number_in_a_right_to_left_report_is_not_mirrored() -> None:
    frame = replace(FRAME, direction="rtl", language="ar")
    panel = replace(LATEST, headline="<4", lines=(Line("30-50 ng/mL"),))

    text = text_of(report_pdf(report(frame=frame, panels=(panel,), picture=None)))

    assert "<4" in text
    assert "30-50ng/mL" in text


def test_what_cannot_be_set_is_refused_without_quoting_the_data() -> None:
    with pytest.raises(NotTypeset) as refused:
        typeset("report.typ", {"secret": "Anna"}, pictures={}, made_at=MADE_AT)

    assert "report.typ:" in str(refused.value)
    assert "Anna" not in str(refused.value)
    assert refused.value.__suppress_context__


def test_a_missing_face_is_told_and_not_left_out_in_silence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(typesetting, "FACE", "No Such Face")
    typesetting._fonts.cache_clear()

    with pytest.raises(NotTypeset, match="No Such Face"):
        typesetting._fonts()


@PAPERS
def test_a_number_and_its_unit_stand_in_one_line(paper: Paper) -> None:
    """Columns of numbers are as wide as their numbers, whatever stands beside them."""
    narrow = (Column("Value", 1, is_number=True), Column("Laboratory", 40))
    kidney = ((Line(">90 mL/min/1.73m2"),), (Line("Harbour Laboratory"),))
    table = Table(narrow, (kidney,))

    pdf = report_pdf(report(sections=(Section("Tests", table=table),)), paper=paper)

    (line,) = lines_with("1.73m2", pdf)
    assert line.startswith(">90 mL/min/1.73m2")


def test_what_is_longer_than_a_number_leaves_the_other_columns_their_share() -> None:
    columns = (Column("Value", 1, is_number=True), Column("Laboratory", 1))
    told = "not measured as the tube had broken on its way to us" * 3
    cells = ((Line(told),), (Line("Northgate Pathology"),))
    section = Section("Tests", table=Table(columns, (cells,)))

    (line,) = lines_with("Northgate", report_pdf(report(sections=(section,))))

    assert "Northgate Pathology" in line


def test_a_record_without_results_takes_one_page() -> None:
    empty = (Section("Results", ("No results yet.",)), GLOSSARY)

    pages = pages_of(report_pdf(report(picture=None, sections=empty)))

    assert len(pages) == 1


@pytest.mark.parametrize("entries", range(18))
def test_what_is_said_of_a_table_stands_on_the_page_of_its_first_row(
    entries: int,
) -> None:
    filled = Section("Before", ("A line of what stands before it.",) * 3 * entries)

    pages = pages_of(report_pdf(report(picture=None, sections=(filled, RESULTS))))

    said, first_row = squeezed(RESULTS.paragraphs[0]), "12Mar2026"
    assert [said in page for page in pages] == [first_row in page for page in pages]


def lines_with(words: str, pdf: bytes) -> list[str]:
    """Return the lines of a file that hold some words, as they are seen."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    lines = (line for page in pages for line in page.extract_text().splitlines())
    return [line for line in lines if words in line]


def test_a_report_without_chart_and_sections_is_one_page() -> None:
    made = report_pdf(report(picture=None, sections=()))

    assert len(pages_of(made)) == 1


def test_terms_are_explained() -> None:
    text = text_of(report_pdf(report()))

    for word, meaning in GLOSSARY.terms:
        assert squeezed(word + "·" + meaning) in text
