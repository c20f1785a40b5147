"""Entering a result: what is asked, what is refused, what is stored."""

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone, translation

from accounts.models import Clinic, Patient
from labs.domain.plausibility import latest_day
from labs.forms.reports import ROWS
from labs.forms.results import ResultForm
from labs.models import LabResult
from tests.factories import a_clinician, a_consent, a_result, an_entry
from tests.integration.conftest import SignedIn

UNIT_MISSING = "Choose the unit printed on your report. It is next to the number."


def address(patient: Patient) -> str:
    return f"/patients/{patient.pk}/results/new/"


def report(**changes: str) -> dict[str, str]:
    """A report as somebody types it."""
    return {
        "entry_id": str(uuid4()),
        "collected_on": "2026-03-12",
        "laboratory": "Harbour Laboratory",
        "sign": "",
        "value": "28",
        "unit": "ng/mL",
        "measurand": "total",
        "method": "",
        "specimen": "",
        "interval_text": "",
        "laboratory_flag": "",
        "status": "final",
        "accession": "",
        "note": "",
    } | changes


def confirmed(**changes: str) -> dict[str, str]:
    return report(**changes) | {"confirmed": "yes"}


def test_the_page_names_the_person_and_chooses_no_unit(
    annas: Client, anna: Patient
) -> None:
    page = annas.get(address(anna)).content.decode()

    assert "Anna Example" in page
    assert "born 3 May 1978" in page
    assert "checked" not in page


def test_nothing_is_stored_before_the_value_was_read_back(
    annas: Client, anna: Patient
) -> None:
    answer = annas.post(address(anna), report())

    echo = "28 ng/mL is about 70 nmol/L. Your report may print one or both."
    assert echo in answer.content.decode()
    assert not LabResult.objects.exists()


def test_a_confirmed_result_is_stored_as_typed(annas: Client, anna: Patient) -> None:
    answer = annas.post(
        address(anna),
        confirmed(interval_text="30-100 ng/mL", laboratory_flag="L", method="LC-MS/MS"),
    )

    stored = LabResult.objects.get()
    assert answer.status_code == 302
    assert (stored.value_text, stored.unit, stored.comparator) == ("28", "ng/mL", "")
    assert (stored.interval_low, stored.interval_high) == (Decimal(30), Decimal(100))
    assert stored.laboratory_flag == "L"
    assert stored.collected_on == date(2026, 3, 12)
    assert stored.source == "typed_by_patient"
    assert stored.entered_by_name == "Anna Example"


def test_a_clinician_types_for_a_patient_who_let_the_clinic_in(
    oseis: Client, anna: Patient
) -> None:
    oseis.post(address(anna), confirmed())

    stored = LabResult.objects.get()
    assert stored.source == "typed_by_clinic"
    assert stored.entered_by_name == "Dr Osei"


@pytest.mark.parametrize(
    ("typed", "sign", "stored_as"),
    [
        ("<4", "", ("<4", "<")),
        ("4", "<", ("<4", "<")),
        ("<4", "<", ("<4", "<")),
        (">150", "", (">150", ">")),
        ("150", ">=", (">=150", ">=")),
        ("28.50", "", ("28.50", "")),
    ],
)
def test_a_sign_is_kept_whether_typed_or_chosen(
    annas: Client, anna: Patient, typed: str, sign: str, stored_as: tuple[str, str]
) -> None:
    annas.post(address(anna), confirmed(value=typed, sign=sign))

    stored = LabResult.objects.get()
    assert (stored.value_text, stored.comparator) == stored_as


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"unit": ""}, UNIT_MISSING),
        ({"unit": "mg/dL"}, "Choose one of the units shown."),
        ({"measurand": ""}, "Choose the test that is named on your report."),
        ({"value": ""}, "Type the number as printed on the report."),
        ({"value": "abc"}, "is not a number as a laboratory prints it"),
        ({"value": "28,5"}, "Type the decimals after a point."),
        ({"value": "1,000.5"}, "Type the number without marks for thousands."),
        ({"value": "-3"}, "A result cannot be less than zero."),
        ({"value": "NaN"}, "is not a number as a laboratory prints it"),
        ({"value": "1e3"}, "is not a number as a laboratory prints it"),
        ({"value": "1.23456789"}, "Type at most 6 digits after the decimal mark."),
        ({"value": "1" * 13}, "A number may hold at most 12 digits."),
        ({"value": "1" * 41}, "Ensure this value has at most 40 characters"),
        ({"value": "<4", "sign": ">"}, "The sign is given twice, and differs."),
        ({"collected_on": ""}, "Type the date the sample was taken."),
        ({"collected_on": "yesterday"}, "Type the date as day/month/year"),
        ({"collected_on": "1899-12-31"}, "This date is before 1900."),
        ({"collected_on": "2999-01-01"}, "This date is in the future."),
        ({"laboratory": "L" * 121}, "Ensure this value has at most 120 characters"),
        ({"note": "a\0b"}, "Null characters are not allowed."),
        ({"entry_id": "no id"}, "Enter a valid UUID."),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_and_nothing_is_stored(
    annas: Client, anna: Patient, changes: dict[str, str], sentence: str
) -> None:
    answer = annas.post(address(anna), confirmed(**changes))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not LabResult.objects.exists()


def test_what_was_typed_is_still_there_after_a_refusal(
    annas: Client, anna: Patient
) -> None:
    page = annas.post(address(anna), report(unit="", laboratory="Lakeside Lab"))

    assert 'value="Lakeside Lab"' in page.content.decode()


def test_the_same_form_sent_twice_stores_one_result(
    annas: Client, anna: Patient
) -> None:
    form = confirmed()

    annas.post(address(anna), form)
    annas.post(address(anna), form)

    assert LabResult.objects.count() == 1


def test_a_saved_form_that_comes_back_changed_is_shown_beside_what_is_stored(
    annas: Client, anna: Patient
) -> None:
    form = confirmed(value="28")
    annas.post(address(anna), form)

    answer = annas.post(address(anna), form | {"value": "82", "note": "Mistyped"})

    page = answer.content.decode()
    stored = LabResult.objects.get()
    assert answer.status_code == 409
    assert "This is saved already, in other words" in page
    assert "28 <span" in page
    assert "82 <span" in page
    assert stored.value_text == "28"
    assert f"/results/{stored.pk}/correct/" in page
    assert 'name="note" value="Mistyped"' in page


@pytest.mark.parametrize(
    "changes",
    [
        {"collected_on": "2026-03-11"},
        {"laboratory": "Lakeside"},
        {"note": "Fasting"},
        {"laboratory_flag": "L"},
        {"status": "preliminary"},
        {"unit": "nmol/L"},
    ],
)
def test_no_change_to_a_saved_form_is_taken_for_the_same(
    annas: Client, anna: Patient, changes: dict[str, str]
) -> None:
    form = confirmed()
    annas.post(address(anna), form)

    assert annas.post(address(anna), form | changes).status_code == 409


def test_the_same_confirmation_again_leads_where_the_first_one_led(
    annas: Client, anna: Patient
) -> None:
    form = confirmed()

    first = annas.post(address(anna), form)
    again = annas.post(address(anna), form)

    assert (first.status_code, again.status_code) == (302, 302)
    assert again["Location"] == first["Location"]


def test_going_back_shows_the_form_with_everything_typed(
    annas: Client, anna: Patient
) -> None:
    page = annas.post(address(anna), confirmed(value="28.7", back="yes"))

    assert page.status_code == 200
    assert 'value="28.7"' in page.content.decode()
    assert not LabResult.objects.exists()


def test_a_language_with_a_decimal_comma_reads_one() -> None:
    with translation.override("de"):
        with_comma = ResultForm(report(value="28,5"), today=date(2026, 6, 1))
        with_point = ResultForm(report(value="28.5"), today=date(2026, 6, 1))

        assert with_comma.is_valid()
        assert with_comma.entry().value == Decimal("28.5")
        assert with_comma.entry().value_text == "28,5"
        assert not with_point.is_valid()


# Questions ----------------------------------------------------------------------------


@pytest.fixture
def earlier(anna: Patient) -> LabResult:
    """A result of 70 nmol/L."""
    return a_result(anna, an_entry("70", "nmol/L", collected_on=date(2025, 9, 1)))


def newest(patient: Patient) -> LabResult:
    return LabResult.objects.filter(patient=patient).latest("collected_on")


@pytest.mark.usefixtures("earlier")
def test_a_number_that_fits_the_other_unit_is_asked_about(
    annas: Client, anna: Patient
) -> None:
    page = annas.post(address(anna), report(unit="nmol/L")).content.decode()

    assert "You entered 28 nmol/L. Your last result was 70 nmol/L" in page
    assert "Which unit is printed next to the number?" in page
    assert LabResult.objects.count() == 1


@pytest.mark.usefixtures("earlier")
def test_an_unanswered_question_stores_nothing(annas: Client, anna: Patient) -> None:
    answer = annas.post(address(anna), confirmed(unit="nmol/L"))

    assert answer.status_code == 422
    assert "Choose one of the answers." in answer.content.decode()
    assert LabResult.objects.count() == 1


@pytest.mark.parametrize(
    ("chosen", "unit", "held_because"),
    [
        ("ng/mL", "ng/mL", ""),
        ("nmol/L", "nmol/L", ""),
        ("hold", "nmol/L", "Not sure when it was typed; kept for review."),
    ],
)
@pytest.mark.usefixtures("earlier")
def test_only_the_answer_changes_the_unit_and_it_is_recorded(
    annas: Client, anna: Patient, chosen: str, unit: str, held_because: str
) -> None:
    form = confirmed(unit="nmol/L", unit_against_history=chosen)

    annas.post(address(anna), form)

    stored = newest(anna)
    assert (stored.value_text, stored.unit, stored.unit_text) == ("28", unit, unit)
    assert stored.held_because == held_because
    assert stored.answers == {"unit_against_history": chosen}


@pytest.mark.usefixtures("earlier")
def test_two_answers_that_name_two_units_are_refused(
    annas: Client, anna: Patient
) -> None:
    form = confirmed(
        unit="nmol/L",
        interval_text="20-50 ng/mL",
        unit_against_history="nmol/L",
        unit_against_printed_interval="ng/mL",
    )

    answer = annas.post(address(anna), form)

    assert "Your answers name two units." in answer.content.decode()
    assert LabResult.objects.count() == 1


def test_a_printed_interval_in_another_unit_is_asked_about(
    annas: Client, anna: Patient
) -> None:
    page = annas.post(address(anna), report(unit="nmol/L", interval_text="20-50 ng/mL"))

    question = "The interval printed on the report is &#x27;20-50 ng/mL&#x27;"
    assert question in page.content.decode()


@pytest.mark.usefixtures("earlier")
def test_the_same_result_again_is_not_added_when_the_person_says_so(
    annas: Client, anna: Patient
) -> None:
    form = confirmed(collected_on="2025-09-01", value="28", duplicate="same")

    answer = annas.post(address(anna), form, follow=True)

    assert "Nothing was added" in answer.content.decode()
    assert LabResult.objects.count() == 1


def test_an_unlikely_number_can_be_answered_for_with_its_unit(
    annas: Client, anna: Patient
) -> None:
    page = annas.post(address(anna), report(value="2800")).content.decode()

    assert "Yes, the number and the unit are as printed" in page
    assert "The number is, but the unit printed next to it is nmol/L" in page
    assert "The number is not as printed: go back to the form" in page
    annas.post(
        address(anna), confirmed(value="2800", outside_usual_numbers="as_printed")
    )
    stored = LabResult.objects.get()
    assert (stored.value_text, stored.unit) == ("2800", "ng/mL")
    assert stored.answers == {"outside_usual_numbers": "as_printed"}
    assert not stored.held_because


def test_an_unlikely_number_that_is_wrong_leads_back_to_the_form(
    annas: Client, anna: Patient
) -> None:
    form = confirmed(value="2800", outside_usual_numbers="change")

    page = annas.post(address(anna), form).content.decode()

    assert 'value="2800"' in page
    assert "Add a result" in page
    assert not LabResult.objects.exists()


def test_an_unlikely_number_in_the_other_unit_is_kept_in_that(
    annas: Client, anna: Patient
) -> None:
    annas.post(address(anna), confirmed(value="900", outside_usual_numbers="nmol/L"))

    stored = LabResult.objects.get()
    assert stored.unit == "nmol/L"


@pytest.mark.parametrize("value", ["1.5", "900"])
def test_a_number_that_no_assay_reports_is_asked_about(
    annas: Client, anna: Patient, value: str
) -> None:
    page = annas.post(address(anna), report(value=value)).content.decode()
    annas.post(address(anna), confirmed(value=value, outside_usual_numbers="hold"))

    stored = LabResult.objects.get()
    assert 'name="outside_usual_numbers"' in page
    assert stored.answers == {"outside_usual_numbers": "hold"}
    assert stored.held_because


@pytest.mark.usefixtures("earlier")
@pytest.mark.parametrize(
    ("typed", "question"),
    [
        ({"value": "28", "unit": "ng/mL"}, "duplicate"),
        ({"value": "70", "unit": "nmol/L"}, "duplicate"),
        ({"value": "31", "unit": "ng/mL"}, "same_day"),
    ],
)
def test_the_same_day_and_laboratory_are_asked_about_in_either_unit(
    annas: Client, anna: Patient, typed: dict[str, str], question: str
) -> None:
    form = report(collected_on="2025-09-01", **typed)

    page = annas.post(address(anna), form).content.decode()
    annas.post(address(anna), form | {"confirmed": "yes", question: "different"})

    assert f'name="{question}"' in page
    assert LabResult.objects.count() == 2
    assert LabResult.objects.exclude(answers={}).get().answers == {
        question: "different"
    }


def test_a_date_ahead_is_asked_about_and_can_be_kept_for_review(
    annas: Client, anna: Patient
) -> None:
    tomorrow = (latest_day(timezone.now()) + timedelta(days=1)).isoformat()

    asked = annas.post(address(anna), report(collected_on=tomorrow))
    annas.post(address(anna), confirmed(collected_on=tomorrow, future_date="hold"))

    assert "lies in the future" in asked.content.decode()
    assert LabResult.objects.get().held_because


@pytest.mark.parametrize(
    ("days_ahead", "question", "held"),
    [
        (30, "future_date", "lay in the future"),
        (-40_000, "before_birth", "before the date of birth"),
    ],
)
@pytest.mark.usefixtures("earlier")
def test_a_day_that_cannot_be_is_stored_as_printed_and_is_not_the_latest(
    annas: Client, anna: Patient, days_ahead: int, question: str, held: str
) -> None:
    day = timezone.localdate() + timedelta(days=days_ahead)
    form = confirmed(collected_on=day.isoformat(), value="33.3")

    answer = annas.post(address(anna), form | {question: "as_printed"})

    stored = LabResult.objects.get(value_text="33.3")
    record = " ".join(annas.get(f"/patients/{anna.pk}/").content.decode().split())
    page = annas.get(f"/patients/{anna.pk}/results/{stored.pk}/").content.decode()
    assert answer.status_code == 302
    assert stored.collected_on == day
    assert stored.answers == {question: "as_printed"}
    assert held in stored.held_because
    assert "Latest result · 1 September 2025" in record
    assert "1 result, " in record
    assert "33.3" in record
    assert held in page
    assert "higher)" not in page


def test_a_day_that_cannot_be_is_not_the_latest_in_the_list_of_a_clinic(
    oseis: Client, anna: Patient
) -> None:
    tomorrow = latest_day(timezone.now()) + timedelta(days=1)
    a_result(anna, an_entry("28"))
    form = confirmed(collected_on=tomorrow.isoformat(), value="33.3")

    oseis.post(address(anna), form | {"future_date": "as_printed"})

    page = oseis.get("/patients/").content.decode()
    assert LabResult.objects.filter(value_text="33.3").exists()
    assert "28" in page
    assert "33.3" not in page


def test_a_corrected_day_ends_the_review(annas: Client, anna: Patient) -> None:
    tomorrow = (latest_day(timezone.now()) + timedelta(days=1)).isoformat()
    form = confirmed(collected_on=tomorrow)
    annas.post(address(anna), form | {"future_date": "as_printed"})
    stored = LabResult.objects.get()
    place = f"/patients/{anna.pk}/results/{stored.pk}/correct/"

    annas.post(place, confirmed(reason="The date was a slip"))

    assert LabResult.objects.get(version=2).held_because == ""


# Who ----------------------------------------------------------------------------------


def test_a_stranger_finds_nothing(strangers: Client, anna: Patient) -> None:
    assert strangers.get(address(anna)).status_code == 404
    assert strangers.post(address(anna), confirmed()).status_code == 404
    assert not LabResult.objects.exists()


def test_who_is_not_signed_in_is_led_to_the_door(client: Client, anna: Patient) -> None:
    answer = client.get(address(anna))

    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")


def test_a_clinic_cannot_add_what_lies_before_the_day_it_sees(
    anna: Patient, clinic: Clinic, signed_in: SignedIn
) -> None:
    a_consent(anna, clinic, results_from=date(2026, 4, 1))
    client = signed_in(a_clinician(clinic, "Dr Late"))

    answer = client.post(address(anna), confirmed())

    sentence = "The patient shares results with you from a later date on."
    assert sentence in answer.content.decode()
    assert not LabResult.objects.exists()


def test_a_clinic_without_sight_of_results_cannot_enter_one(
    anna: Patient, clinic: Clinic, signed_in: SignedIn
) -> None:
    a_consent(anna, clinic, results=False)
    client = signed_in(a_clinician(clinic, "Dr Partial"))

    assert client.get(address(anna)).status_code == 404


# Echo ---------------------------------------------------------------------------------


def echo_of(client: Client, patient: Patient, **typed: str) -> str:
    answer = client.post(f"/patients/{patient.pk}/results/echo/", report(**typed))
    return answer.content.decode().strip()


def test_the_echo_says_the_value_in_the_other_unit(
    annas: Client, anna: Patient
) -> None:
    said = echo_of(annas, anna, value="70", unit="nmol/L", measurand="")

    assert said == "70 nmol/L is about 28.0 ng/mL. Your report may print one or both."


@pytest.mark.parametrize(
    "typed", [{"value": "<4"}, {"value": "4", "sign": "<"}, {"value": "less than 4"}]
)
def test_the_echo_keeps_the_sign_live_and_before_saving(
    annas: Client, anna: Patient, typed: dict[str, str]
) -> None:
    said = "Less than 4 ng/mL is less than about 10 nmol/L."

    assert echo_of(annas, anna, **typed).startswith(said)
    assert said in annas.post(address(anna), report(**typed)).content.decode()


@pytest.mark.parametrize(
    "typed", [{"value": ""}, {"value": "abc"}, {"unit": ""}, {"unit": "mg/dL"}]
)
def test_the_echo_is_silent_until_number_and_unit_are_there(
    annas: Client, anna: Patient, typed: dict[str, str]
) -> None:
    assert echo_of(annas, anna, **typed) == ""


def test_the_row_of_another_test_is_read_back_as_it_was_understood(
    annas: Client, anna: Patient
) -> None:
    rows = {
        "D3": ("28", "ng/mL", "28 ng/mL is about 70 nmol/L. Your report may print"),
        "D2": ("4.1", "ng/mL", "4.1 ng/mL is about 10 nmol/L. Your report may print"),
        "calcium": ("2.45", "mmol/L", "Calcium, total: 2.45 mmol/L"),
        "pth": ("<0.5", "pmol/L", "Parathyroid hormone (PTH): <0.5 pmol/L"),
    }
    for row, (value, unit, said) in rows.items():
        typed = {"row": row, f"also-{row}-value": value, f"also-{row}-unit": unit}
        shown = echo_of(annas, anna, **typed)
        words = unescape(" ".join(re.sub(r"<[^>]+>", "", shown).split()))
        assert words.startswith(said), row


def test_every_row_asks_for_its_own_line(annas: Client, anna: Patient) -> None:
    page = annas.get(address(anna)).content.decode()

    asked = re.findall(r"""hx-vals='{"row": "([^"]+)"}'""", page)
    assert asked == [each.value for each in ROWS]
    assert page.count('class="echo"') == len(ROWS) + 1


@pytest.mark.parametrize(
    "typed",
    [
        {"row": "calcium", "also-calcium-value": "abc", "also-calcium-unit": "mmol/L"},
        {"row": "calcium", "also-calcium-value": "2.45", "also-calcium-unit": "ng/mL"},
        {"row": "calcium", "also-calcium-value": "", "also-calcium-unit": "mmol/L"},
    ],
)
def test_a_row_is_silent_until_it_can_be_understood(
    annas: Client, anna: Patient, typed: dict[str, str]
) -> None:
    assert echo_of(annas, anna, **typed) == ""


def test_the_echo_is_not_for_strangers_and_not_in_addresses(
    strangers: Client, annas: Client, anna: Patient
) -> None:
    place = f"/patients/{anna.pk}/results/echo/"

    assert strangers.post(place, report()).status_code == 404
    assert annas.get(place).status_code == 405
