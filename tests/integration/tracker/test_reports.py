"""Reports: what the viewer may see, in the words for the reader, and nothing else."""

import io
import re
import tomllib
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from accounts import queries
from accounts.models import AuditEvent, Clinic, Patient, PatientNumber, User
from labs.domain.health import HealthTopic
from labs.domain.language import violations
from labs.domain.quantities import Measurand
from labs.domain.supplements import AmountUnit, Substance
from labs.services import recording
from labs.services.supplementing import IngredientEntry
from tests.factories import (
    LONG_AGO,
    a_clinic,
    a_clinician,
    a_consent,
    a_health_fact,
    a_patient,
    a_period,
    a_result,
    a_target,
    an_entry,
    owner_of,
)
from tests.integration.conftest import SignedIn
from tests.pdf_reading import pages_of, squeezed, text_of
from tracker.services.release import VERSION

TODAY = datetime(2026, 7, 1, 12, tzinfo=UTC)
MK7 = IngredientEntry(
    substance=Substance.MK7,
    amount=Decimal(100),
    unit=AmountUnit.UG,
    amount_text="100.0",
)
ISOLATES = "\u2066\u2067\u2068\u2069 "
NOT_SHARED = "Not shared with you: not checked here."


@pytest.fixture
def filled(anna: Patient, osei: User, clinic: Clinic) -> Patient:
    """Anna, with all that a report can show; her calcium is high."""
    PatientNumber.objects.create(clinic=clinic, patient=anna, number="A-4711")
    a_target(anna, osei, starts_on=date(2025, 3, 1), alert_high="100", urgency="today")
    for day, value, unit in (
        (date(2019, 5, 1), "<10", "ng/mL"),
        (date(2025, 9, 1), "60", "nmol/L"),
        (date(2026, 3, 12), "28", "ng/mL"),
    ):
        printed = f"30-100 {unit}"
        a_result(anna, an_entry(value, unit, collected_on=day, interval_text=printed))
    calcium = an_entry(
        "2.71",
        "mmol/L",
        measurand=Measurand.CALCIUM,
        interval_text="2.20-2.60",
        interval_high=Decimal("2.60"),
        laboratory_flag="H",
    )
    a_result(anna, calcium)
    for day, value in ((date(2026, 2, 1), "2.4"), (date(2026, 3, 1), "3.1")):
        inr = an_entry(
            value, "INR", collected_on=day, measurand=Measurand.INR, method="clot"
        )
        a_result(anna, inr)
    a_period(anna)
    a_period(
        anna,
        name="Bright drops",
        ingredients=(MK7,),
        vitamin_k="listed",
        starts_on=date(2026, 3, 3),
    )
    a_period(
        anna,
        name="Old K2",
        ingredients=(MK7,),
        vitamin_k="listed",
        starts_on=date(2024, 1, 1),
        ends_on=date(2024, 6, 30),
    )
    a_period(anna, name="Morning mix", vitamin_k="unknown")
    a_health_fact(anna, HealthTopic.VITAMIN_K_ANTAGONIST, detail="Marcumar 3 mg")
    a_health_fact(anna, HealthTopic.SARCOIDOSIS)
    return anna


def fetch(client: Client, patient: Patient, name: str, query: str = "") -> bytes:
    answer = client.get(f"/patients/{patient.pk}/{name}{query}")
    assert answer.status_code == 200
    return answer.content


def report_text_of(client: Client, patient: Patient, query: str = "") -> str:
    return fetch(client, patient, "report.txt", query).decode()


# The file -----------------------------------------------------------------------------


def test_the_report_is_a_tagged_pdf_and_its_name_names_nobody(
    annas: Client, filled: Patient
) -> None:
    answer = annas.get(f"/patients/{filled.pk}/report.pdf")

    assert answer["Content-Type"] == "application/pdf"
    assert re.fullmatch(
        r'attachment; filename="visit-report-\d{4}-\d\d-\d\d\.pdf"',
        answer["Content-Disposition"],
    )
    assert answer.content.startswith(b"%PDF-")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in answer.content
    assert "no-store" in answer["Cache-Control"]


def test_the_paper_is_a4_unless_letter_is_asked_for(
    annas: Client, filled: Patient
) -> None:
    assert b"[0 0 595.2756 841.8898]" in fetch(annas, filled, "report.pdf")
    letter = fetch(annas, filled, "report.pdf", "?paper=letter")
    assert b"[0 0 612 792]" in letter


def test_the_first_page_answers_who_what_since_when_and_by_whom(
    oseis: Client, filled: Patient
) -> None:
    first = pages_of(fetch(oseis, filled, "report.pdf"))[0]

    for words in (
        "Anna Example",
        "born 3 May 1978",
        "No. A-4711",
        "Latest result · 12 March 2026",
        "28ng/mL",
        "Below the range",
        "30 to 50 ng/mL",
        "Set by Dr Osei on 1 January 2020, Harbour Clinic",
        "Alert at or above 100 ng/mL",
        "Collection date",  # the chart
        "This compares numbers. It is not a diagnosis.",
        "It does not replace the laboratory's report.",
    ):
        assert squeezed(words) in first


def test_every_word_of_the_text_stands_in_the_pdf_of_the_same_moment(
    oseis: Client, filled: Patient
) -> None:
    with time_machine.travel(TODAY, tick=False):
        page = text_of(fetch(oseis, filled, "report.pdf"))
        text = report_text_of(oseis, filled)

    page = page.replace("-", "").replace("\u00ad", "")  # words broken at a line's end
    for line in text.splitlines():
        for part in re.split(r" \| |; | · |: ", line.removeprefix("- ")):
            assert squeezed(part).replace("-", "") in page


def test_the_same_moment_gives_the_same_bytes(oseis: Client, filled: Patient) -> None:
    with time_machine.travel(TODAY, tick=False):
        first = fetch(oseis, filled, "report.pdf")
        second = fetch(oseis, filled, "report.pdf")

    assert first == second


def test_two_prints_of_the_same_content_carry_the_same_mark(
    oseis: Client, filled: Patient
) -> None:
    with time_machine.travel(TODAY, tick=False):
        first = report_text_of(oseis, filled)
    with time_machine.travel(TODAY + timedelta(minutes=10), tick=False):
        second = report_text_of(oseis, filled)
        other = report_text_of(oseis, filled, "?unit=nmol")

    marks = [re.findall(r"content ([0-9a-f]{12})", text) for text in (first, second)]
    assert marks[0] == marks[1]
    assert len(marks[0]) == 1
    assert re.findall(r"content ([0-9a-f]{12})", other) != marks[0]
    assert "1 July 2026, 12:00 UTC" in first
    assert "1 July 2026, 12:10 UTC" in second


def test_the_version_on_the_paper_is_the_one_of_the_project(
    annas: Client, filled: Patient
) -> None:
    project = tomllib.loads((Path(settings.BASE_DIR) / "pyproject.toml").read_text())

    assert project["project"]["version"] == VERSION
    assert f"Calcidiol {VERSION}" in report_text_of(annas, filled)


def test_a_record_without_anything_says_so_and_draws_no_chart(
    annas: Client, anna: Patient
) -> None:
    text = report_text_of(annas, anna)
    pdf = fetch(annas, anna, "report.pdf")

    assert "No results yet." in text
    assert "Nothing is recorded as taken now." in text
    assert "This compares numbers" not in text
    assert b"/S/Figure" not in pdf


# What was chosen ----------------------------------------------------------------------


def test_each_reader_gets_words_of_their_own(
    annas: Client, oseis: Client, filled: Patient
) -> None:
    own, clinics = report_text_of(annas, filled), report_text_of(oseis, filled)
    handed = report_text_of(oseis, filled, "?for=patient")

    patient_words = "Do not wait for your next visit, and do not change your Marcumar"
    assert "For the patient" in own
    assert patient_words in own
    assert "Questions for my visit" in own
    assert "For the clinician" in clinics
    assert patient_words not in clinics
    assert "A vitamin K antagonist is recorded" in clinics
    assert "Sources of those that matched" in clinics
    assert patient_words in handed


def test_a_patient_cannot_ask_for_the_words_of_clinicians(
    annas: Client, filled: Patient
) -> None:
    assert "For the patient" in report_text_of(annas, filled, "?for=clinician")


def test_the_unit_is_the_one_that_was_chosen_and_says_that_it_was_converted(
    annas: Client, filled: Patient
) -> None:
    text = report_text_of(annas, filled, "?unit=nmol")

    assert "Latest result · 12 March 2026\n70 nmol/L" in text
    assert "Converted. Reported as 28 ng/mL" in text
    assert "28 ng/mL | 70 nmol/L; converted" in text
    assert "60 nmol/L | 60 nmol/L |" in text


def test_a_range_of_time_says_how_many_results_it_leaves_out(
    annas: Client, filled: Patient
) -> None:
    with time_machine.travel(TODAY, tick=False):
        some = report_text_of(annas, filled, "?range=1y")
        every = report_text_of(annas, filled, "?range=all")

    assert "<10 ng/mL" not in some
    assert "1 result hidden" in some
    assert "1 result lies outside the time that this report was asked for." in some
    assert "<10 ng/mL" in every
    assert "hidden" not in every


def test_the_summary_alone_is_one_page_and_says_that_it_is(
    annas: Client, anna: Patient
) -> None:
    a_result(anna)

    pages = pages_of(fetch(annas, anna, "report.pdf", "?part=summary"))

    assert len(pages) == 1
    assert squeezed("This copy is the summary alone, without the tables.") in pages[0]


# What is in the tables ----------------------------------------------------------------


def test_the_table_has_the_value_as_reported_the_basis_and_the_source(
    annas: Client, filled: Patient
) -> None:
    text = report_text_of(annas, filled, "?range=all")

    assert (
        "12 Mar 2026 | 28 ng/mL | 28 ng/mL | Below the range; 30 to 50 ng/mL, Dr Osei"
        " | ‘30-100 ng/mL’ | Harbour Laboratory; LC-MS/MS · Typed by patient"  # noqa: RUF001
    ) in text
    assert "no range on that date; today's: 30 to 50 ng/mL, Dr Osei" in text
    assert "Calcium, total | 2.71 mmol/L | ‘2.20-2.60’ ‘H’" in text  # noqa: RUF001


def test_who_checked_a_value_against_the_report_stands_beside_its_source(
    annas: Client, oseis: Client, filled: Patient
) -> None:
    newest = filled.results.get(value_text="28")
    oseis.post(f"/patients/{filled.pk}/results/{newest.pk}/checked/")

    text = report_text_of(annas, filled)
    said = "LC-MS/MS · Typed by patient; Checked against the report by Dr Osei, "

    assert text.count(said) == 1
    words = text_of(fetch(annas, filled, "report.pdf"))
    assert squeezed("Checked against the report by Dr Osei") in words


def test_a_line_about_calcium_travels_with_the_result_and_with_the_table(
    annas: Client, filled: Patient
) -> None:
    line = "so this result says nothing about your calcium"

    text = report_text_of(annas, filled)

    assert text.count("You told us that you have sarcoidosis. It can raise") >= 2
    assert line in text[: text.index("Supplements now")]
    assert line in text[text.index("Results of 25-hydroxyvitamin D") :]


def test_a_correction_shows_both_versions_with_reason_and_author(
    annas: Client, anna: Patient
) -> None:
    wrong = a_result(anna, an_entry("82"))
    recording.correct(
        result=wrong,
        entry=an_entry("28"),
        reason="Typed the neighbour's line.",
        by=queries.viewer_for(owner_of(anna)),
        at=LONG_AGO,
    )

    text = report_text_of(annas, anna)

    assert "1 result has more than one version." in text
    assert "12 March 2026 | 2 | 28 ng/mL | final | Typed the neighbour's line." in text
    assert "12 March 2026 | 1 | 82 ng/mL | final | –" in text  # noqa: RUF001
    assert "12 Mar 2026; version 2 | 28 ng/mL" in text


def test_a_withdrawn_result_stays_in_the_table_and_leaves_the_summary(
    annas: Client, anna: Patient
) -> None:
    a_result(anna, an_entry("31", collected_on=date(2025, 9, 1)))
    wrong = a_result(anna, an_entry("82"))
    recording.mark_entered_in_error(
        result=wrong,
        reason="Somebody else's report.",
        by=queries.viewer_for(owner_of(anna)),
        at=LONG_AGO,
    )

    text = report_text_of(annas, anna)

    assert "Latest result · 1 September 2025\n31 ng/mL" in text
    assert "entered in error | 82 ng/mL" in text
    assert "1 result was withdrawn" in text


def test_the_change_is_worded_by_the_rules(annas: Client, anna: Patient) -> None:
    a_result(anna, an_entry("24", collected_on=date(2025, 9, 1)))
    a_result(anna, an_entry("31"))

    text = report_text_of(annas, anna)

    assert "The one before: 24 ng/mL on 1 September 2025." in text
    assert "From 24 to 31 ng/mL" in text


def test_words_that_look_like_markup_stay_words(annas: Client, anna: Patient) -> None:
    laboratory = '#panic("x") $y$ <b> \\u{41}'
    a_result(anna, an_entry(laboratory=laboratory))
    a_result(anna, an_entry("31", laboratory="\N{MICROSCOPE} مختبر \u202e<4"))
    a_period(anna, name="#image(sys.inputs.data)")

    page = text_of(fetch(annas, anna, "report.pdf"))

    assert squeezed('#panic("x") $y$ <b> \\u{41}') in page
    assert "#image(sys.inputs.data)" in page


# What is not shared -------------------------------------------------------------------


@pytest.fixture
def partial(filled: Patient, signed_in: SignedIn) -> Client:
    """A clinician of another clinic, who was let in to the supplements alone."""
    hill = a_clinic("Hill Clinic")
    a_consent(filled, hill, results=False, health=False)
    return signed_in(a_clinician(hill, "Dr Dale"))


def test_a_part_that_is_not_shared_says_so_and_shows_nothing(
    partial: Client, filled: Patient
) -> None:
    text = report_text_of(partial, filled)

    assert f"Latest result\n{NOT_SHARED}" in text
    assert f"Range in force\n{NOT_SHARED}" in text
    assert f"Results\n{NOT_SHARED}" in text
    assert f"Results: {NOT_SHARED}\nHealth facts: {NOT_SHARED}" in text
    assert "Bright drops" in text
    for secret in ("28 ng/mL", "30 to 50", "2.71", "Marcumar", "sarcoidosis"):
        assert secret not in text
    pdf = fetch(partial, filled, "report.pdf")
    assert b"/S/Figure" not in pdf
    assert squeezed("30 to 50 ng/mL") not in text_of(pdf)


def test_results_that_are_shared_from_a_day_on_say_from_which(
    filled: Patient, signed_in: SignedIn
) -> None:
    hill = a_clinic("Hill Clinic")
    a_consent(filled, hill, results_from=date(2026, 1, 1))
    client = signed_in(a_clinician(hill, "Dr Dale"))

    text = report_text_of(client, filled, "?range=all")

    words = "Results before 1 January 2026 are not shared with you."
    assert text.count(words) == 2, "of the results, and of the precautions"
    assert "60 nmol/L" not in text
    assert "28 ng/mL" in text


def test_a_strangers_report_is_not_there(filled: Patient, signed_in: SignedIn) -> None:
    stranger = signed_in(owner_of(a_patient("Bob Birch")))

    for name in ("report.pdf", "report.txt", "anticoagulation.pdf"):
        assert stranger.get(f"/patients/{filled.pk}/{name}").status_code == 404


# The sheet for the INR clinic ---------------------------------------------------------


def sheet_of(client: Client, patient: Patient) -> str:
    (page,) = pages_of(fetch(client, patient, "anticoagulation.pdf"))
    return page


def test_the_sheet_lists_each_product_with_vitamin_k_as_printed(
    oseis: Client, filled: Patient
) -> None:
    page = sheet_of(oseis, filled)

    for words in (
        "Bright drops",
        "vitamin K2 (MK-7): 100.0 mcg",
        "capsule, every day",
        "3 March 2026",
        "Old K2",
        "30 June 2024",
        "none recorded",
    ):
        assert squeezed(words) in page
    assert "SunnyD3" not in page  # no vitamin K on its label


def test_the_sheet_tells_unknown_vitamin_k_from_none(
    oseis: Client, filled: Patient
) -> None:
    page = sheet_of(oseis, filled)

    unknown = page.index(squeezed("Products whose vitamin K is not known"))
    assert page.index(squeezed("Morning mix"), unknown) > unknown
    assert squeezed("We do not know whether this product contains vitamin K") in page


def test_the_sheet_names_the_blood_thinner_as_given_and_who_said_so(
    oseis: Client, filled: Patient
) -> None:
    page = sheet_of(oseis, filled)

    assert squeezed("Marcumar 3 mg") in page
    assert squeezed("asked on 1 January 2026") in page
    assert squeezed("Not asked yet") in page


def test_the_sheet_lists_the_inr_dates(oseis: Client, filled: Patient) -> None:
    page = sheet_of(oseis, filled)

    assert squeezed("1 March 2026 3.1") in page
    assert squeezed("1 February 2026 2.4") in page
    assert page.index("1March20263.1") < page.index("1February20262.4")


def test_the_sheet_says_what_is_not_shared(partial: Client, filled: Patient) -> None:
    page = sheet_of(partial, filled)

    assert "Brightdrops" in page
    assert page.count(squeezed(NOT_SHARED)) == 2  # blood thinners, INR results
    assert "Marcumar" not in page
    assert "1March2026" not in page


def test_an_empty_sheet_reassures_nobody(annas: Client, anna: Patient) -> None:
    page = sheet_of(annas, anna)

    assert page.count("Noneisrecorded.") == 3
    assert page.count("Notaskedyet") == 4


# The trail, the language, the cost ----------------------------------------------------


@pytest.mark.parametrize(
    ("name", "channel"),
    [("report.pdf", "pdf"), ("report.txt", "page"), ("anticoagulation.pdf", "pdf")],
)
def test_each_report_is_told_in_the_trail_once(
    oseis: Client, filled: Patient, name: str, channel: str
) -> None:
    before = AuditEvent.objects.count()

    fetch(oseis, filled, name)

    assert AuditEvent.objects.count() == before + 1
    event = AuditEvent.objects.latest("at")
    assert (event.action, event.object_label) == ("exported", "report")
    assert (event.channel, event.actor_name) == (channel, "Dr Osei")
    assert event.patient_id == filled.pk


@pytest.mark.parametrize("query", ["", "?for=patient", "?part=summary&unit=nmol"])
def test_no_report_says_what_the_product_must_never_say(
    oseis: Client, annas: Client, filled: Patient, query: str
) -> None:
    for client in (oseis, annas):
        text = report_text_of(client, filled, query)
        assert violations(text.replace("\n", "\n\n")) == ()


def test_a_report_asks_the_database_as_often_for_any_record(
    oseis: Client, filled: Patient
) -> None:
    fetch(oseis, filled, "report.txt")  # the first request stamps the session
    counts = []
    for number in range(1, 7):
        entry = an_entry("30", collected_on=date(2025, number, 1))
        a_result(filled, entry)
        a_period(filled, name=f"Product {number}")
        with CaptureQueriesContext(connection) as asked:
            fetch(oseis, filled, "report.txt")
        counts.append(len(asked))

    assert len(set(counts)) == 1


def test_the_page_leads_to_the_reports_with_what_is_looked_at(
    oseis: Client, filled: Patient
) -> None:
    page = fetch(oseis, filled, "", "?range=1y&unit=nmol").decode()

    for name in ("report.pdf", "report.txt"):
        assert f"/patients/{filled.pk}/{name}?range=1y&amp;unit=nmol" in page
    assert f"/patients/{filled.pk}/anticoagulation.pdf" in page


# The next test, and the other tests as a picture --------------------------------------


@time_machine.travel(TODAY, tick=False)
def test_the_summary_says_when_the_next_test_was_asked_for_and_by_whom(
    oseis: Client, annas: Client, filled: Patient
) -> None:
    assert "Next test" not in report_text_of(annas, filled)
    oseis.post(f"/worklist/{filled.pk}/retest/", {"due_on": "2026-09-01"})

    asked = "Dr Osei asked for the next test around 1 September 2026."
    for reader in (annas, oseis):
        assert squeezed(asked) in text_of(fetch(reader, filled, "report.pdf"))
        assert f"Next test\n- {asked}" in report_text_of(reader, filled)


def test_the_other_tests_are_drawn_above_their_table_with_words_for_who_cannot_see(
    oseis: Client, filled: Patient
) -> None:
    drawn = fetch(oseis, filled, "report.pdf")
    without = fetch(oseis, filled, "report.pdf", "?parts=&parts=results")

    assert drawn.count(b"/S/Figure") == without.count(b"/S/Figure") + 1
    assert squeezed("interval printed with the result") in text_of(drawn)
    assert squeezed("interval printed with the result") not in text_of(without)


def test_letters_that_cannot_be_printed_are_said_to_be_missing(
    oseis: Client, filled: Patient
) -> None:
    sentence = squeezed("cannot print all letters of this record")
    assert sentence not in sheet_of(oseis, filled)

    a_period(filled, name="ビタミン drops", ingredients=(MK7,), vitamin_k="listed")

    sheet = sheet_of(oseis, filled)
    assert sentence in sheet
    assert "drops" in sheet
    assert "ビタミン drops" in fetch(oseis, filled, "report.txt").decode()


def test_a_sentence_about_a_name_from_right_to_left_is_not_read_backwards(
    oseis: Client, filled: Patient
) -> None:
    a_period(filled, name="فيتامين ك2", ingredients=(MK7,), vitamin_k="listed")

    pdf = fetch(oseis, filled, "anticoagulation.pdf")

    lines = PdfReader(io.BytesIO(pdf)).pages[0].extract_text().splitlines()
    (line,) = [
        each
        for each in lines
        if "recorded from 1 November 2025" in each and "Vitamin" not in each
        if any("\u0600" <= sign <= "\ufefc" for sign in each)
    ]
    assert line.strip(ISOLATES).endswith("(100 mcg).")


def test_the_sheet_says_which_inr_results_are_not_shared(
    filled: Patient, signed_in: SignedIn
) -> None:
    hill = a_clinic("Hill Clinic")
    a_consent(filled, hill, results_from=date(2026, 2, 15))
    partial = signed_in(a_clinician(hill, "Dr Dale"))

    sheet = sheet_of(partial, filled)

    assert squeezed("Results before 15 February 2026 are not shared with you.") in sheet
    assert squeezed("1 February 2026") not in sheet
