"""Numbers as each language writes them, in and out; nothing stored changes with it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.forms import Form
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from accounts import queries
from accounts.models import Patient, User
from accounts.services import languages
from labs.forms.fields import NumberField, with_mark
from labs.forms.results import EchoForm, ResultForm
from labs.models import LabResult
from labs.presenters.results import other_tests
from labs.presenters.words import dated, dated_short, spelled
from tests.factories import a_period, a_result, a_target, an_entry, owner_of
from tests.integration.api.conftest import Program, a_key
from tests.integration.labs.spoken_pages import words_of
from tests.integration.labs.test_entering_results import confirmed, report

LANGUAGES = ("en-gb", "de", "ar")
TODAY = timezone.localdate


class AmountForm(Form):
    amount = NumberField()


def errors_of(language: str, value: str, **more: str) -> str:
    with translation.override(language):
        form = ResultForm(report(value=value, **more), today=TODAY())
        return " ".join(map(str, form.errors.get("value", [])))


def amount(language: str, text: str) -> Decimal | None:
    with translation.override(language):
        form = AmountForm({"amount": text})
        return form.cleaned_data["amount"] if form.is_valid() else None


@pytest.mark.parametrize(
    ("language", "typed", "number"),
    [
        ("en-gb", "28.5", "28.5"),
        ("de", "28,5", "28.5"),
        ("ar", "28.5", "28.5"),
        ("de", "<4,0", "4.0"),
        ("en-gb", "1000", "1000"),
        ("de", "1000", "1000"),
    ],
)
def test_a_number_is_read_with_the_mark_of_the_language(
    language: str, typed: str, number: str
) -> None:
    with translation.override(language):
        form = EchoForm({"value": typed, "unit": "ng/mL"})
        assert form.is_valid(), form.errors
        assert form.cleaned_data["value"].value == Decimal(number)


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("en-gb", "28,5"),
        ("de", "28.5"),
        ("ar", "28,5"),
        ("ar", "\u0662\u0668"),
        ("ar", "28\u066b5"),
    ],
)
def test_the_other_mark_and_other_digits_are_refused_in_a_sentence(
    language: str, typed: str
) -> None:
    assert errors_of(language, typed)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("typed", ["1.000", "1,000", "12.000", "<1.000", "150,000"])
def test_a_grouped_thousand_is_never_taken_for_one_or_for_a_thousand(
    language: str, typed: str
) -> None:
    assert errors_of(language, typed)
    assert amount(language, typed) is None


def test_the_refusal_names_both_readings() -> None:
    said = errors_of("en-gb", "1.000")

    assert said == "“1.000” can be read in two ways. Type 1 or 1000."


@pytest.mark.parametrize(
    ("test", "unit", "is_refused"),
    [("pth", "pg/mL", True), ("alp", "U/L", True), ("calcium", "mmol/L", False)],
)
def test_three_decimals_are_refused_where_values_reach_thousands(
    test: str, unit: str, *, is_refused: bool
) -> None:
    data = report(value="1.250", measurand=test, unit=unit)
    with translation.override("en-gb"):
        form = ResultForm(data, today=TODAY(), tests=other_tests())
        assert ("value" in form.errors) is is_refused, form.errors


@pytest.mark.parametrize("language", LANGUAGES)
@given(number=st.decimals("0.0001", 999999, places=4))
def test_a_stored_number_comes_back_from_its_own_field(
    language: str, number: Decimal
) -> None:
    with translation.override(language):
        shown = AmountForm(initial={"amount": number})["amount"].value()
        assert amount(language, str(shown)) == number


@given(st.from_regex(r"[0-9]{1,6}([.,][0-9]{1,4})?", fullmatch=True))
def test_a_mark_changes_and_no_digit_does(text: str) -> None:
    for language in LANGUAGES:
        with translation.override(language):
            shown = with_mark(text)
        assert shown.replace(",", ".") == text.replace(",", ".")


def test_days_and_numbers_are_written_as_the_language_does() -> None:
    day, written = date(2026, 3, 12), {}
    for language in LANGUAGES:
        with translation.override(language):
            written[language] = (dated(day), dated_short(day), spelled(Decimal("31.6")))

    assert written == {
        "en-gb": ("12 March 2026", "12 Mar 2026", "31.6"),
        "de": ("12. März 2026", "12.03.2026", "31,6"),
        "ar": (
            "12 \u0645\u0627\u0631\u0633 2026",
            "12 \u0645\u0627\u0631\u0633 2026",
            "31.6",
        ),
    }


def speak(user: User, language: str) -> None:
    languages.choose(language, by=queries.viewer_for(user))


def test_a_german_types_a_comma_and_it_is_stored_as_typed(
    annas: Client, anna: Patient
) -> None:
    speak(owner_of(anna), "de")

    annas.post(reverse("result_add", args=[anna.pk]), confirmed(value="28,5"))

    stored = LabResult.objects.get()
    assert (stored.value_text, stored.value) == ("28,5", Decimal("28.5"))


@pytest.mark.parametrize(
    ("typed", "language"), [("28.5", "de"), ("28,5", "en-gb"), ("28,5", "ar")]
)
def test_a_correction_elsewhere_leaves_the_printed_number_alone(
    annas: Client, anna: Patient, typed: str, language: str
) -> None:
    stored = a_result(anna, replace(an_entry("28.5"), value_text=typed))
    speak(owner_of(anna), language)

    answer = annas.post(
        reverse("result_correct", args=[anna.pk, stored.pk]),
        confirmed(
            value=typed,
            reason="The laboratory was another one",
            laboratory="Hill Laboratory",
            collected_on=stored.collected_on.isoformat(),
        ),
    )

    assert answer.status_code == 302, answer.content.decode()[:3000]
    newest = LabResult.objects.order_by("-version").first()
    assert newest is not None
    assert (newest.version, newest.value_text, newest.value) == (2, typed, stored.value)


def test_a_language_changes_no_stored_byte_and_no_flag(
    annas: Client, anna: Patient, osei: User
) -> None:
    a_target(anna, osei, low="30", high="50")
    for value in ("28.5", "31.0", "<4"):
        a_result(anna, an_entry(value, laboratory=f"Laboratory {value}"))
    a_period(anna)
    before = list(LabResult.objects.order_by("pk").values())
    shown: dict[str, Any] = {}

    for language in LANGUAGES:
        speak(owner_of(anna), language)
        page = annas.get(reverse("patient", args=[anna.pk])).content.decode()
        kinds = [part.split('"')[0] for part in page.split('class="flag flag-')[1:]]
        shown[language] = kinds
        printed = [value in page for value in ("28.5", "31.0", "&lt;4")]
        assert printed == [True, True, True], language

    assert shown["en-gb"]
    assert shown["de"] == shown["ar"] == shown["en-gb"]
    assert list(LabResult.objects.order_by("pk").values()) == before


def test_a_program_writes_a_point_and_reads_words_in_its_language(
    anna: Patient,
) -> None:
    program = Program(a_key(owner_of(anna)))
    speak(owner_of(anna), "de")
    path = f"/api/v1/patients/{anna.pk}/results"
    body = {
        "measurand": "total",
        "value": "28.5",
        "unit": "ng/mL",
        "collected_on": "2026-03-12",
    }

    sent = program.post(path, body, accept_language="de")
    told = {
        language: program.get(path, accept_language=language).json()
        for language in ("de", "en")
    }

    assert sent.status_code == 201, sent.content
    told = {language: answer["items"][0] for language, answer in told.items()}
    assert told["de"]["value"] == told["en"]["value"]
    assert told["de"]["value"]["number"] == "28.5"
    assert told["de"]["test"] != told["en"]["test"]
    # Without a word about it, the language of whoever the key belongs to.
    without = program.get(path).json()["items"][0]
    assert without["test"] == told["de"]["test"]


@pytest.mark.parametrize("language", ["de", "ar"])
def test_a_page_says_that_nobody_reviewed_its_translation(
    annas: Client, anna: Patient, language: str
) -> None:
    speak(owner_of(anna), language)
    page = words_of(annas.get(reverse("patient", args=[anna.pk])))

    assert "This translation has not been clinically reviewed." in page


def test_an_english_page_says_nothing_of_the_kind(annas: Client, anna: Patient) -> None:
    page = words_of(annas.get(reverse("patient", args=[anna.pk])))

    assert "clinically reviewed" not in page


def test_what_words_mean_stands_where_they_are_read_first(
    annas: Client, oseis: Client, anna: Patient
) -> None:
    result = a_result(anna, an_entry("28"))
    for address in (
        reverse("patient", args=[anna.pk]),
        reverse("result", args=[anna.pk, result.pk]),
    ):
        own = words_of(annas.get(address))
        assert "The form of vitamin D that laboratories measure in blood." in own
        assert "A mass in a volume" in own
        clinics = words_of(oseis.get(address))
        assert "A mass in a volume" not in clinics
