"""Labels from a table and medication lists: looked at, then confirmed by a person."""

import re
from datetime import date
from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from accounts.models import AuditEvent, Clinic, Patient
from labs.domain.health import HealthTopic
from labs.domain.language import violations
from labs.domain.supplements import AmountUnit
from labs.models import CatalogueLabel, HealthFact, SupplementProduct
from tests.factories import a_clinician, a_consent, a_health_fact, a_period
from tests.integration.conftest import SignedIn
from tests.integration.labs.spoken_pages import flowing, words_of
from tests.integration.labs.test_supplements import address

SAMPLE = Path(settings.BASE_DIR) / "../shared/samples/supplements/smart_meds.txt"
LABELS = """\
name,vitamin k,dosage form,basis,units per serving,mark,substance,amount,unit,form
Sunny drops,no,drops,per drop,5,USP,Cholecalciferol,400,IU,
Duo,,capsule,per serving,,,vitamin D3,25,µg,
Duo,,,,,,Menaquinone-7,75,mcg,
Wrong,no,,,,,K1,80,mcg,
Chalk,no,tablet,per serving,,,Calcium,500,mg,as carbonate
Odd,,,,,,Silica,5,mg,
"""


def sent(client: Client, path: str, text: str, **more: str) -> HttpResponse:
    file = SimpleUploadedFile("labels.csv", text.encode(), "text/csv")
    answer: HttpResponse = client.post(path, {"file": file, **more})  # type: ignore[assignment]
    return answer


def confirm(
    client: Client, path: str, looked_at: HttpResponse, **more: object
) -> HttpResponse:
    """Send what was looked at once more, as the page does."""
    hidden = r'<input type="hidden" name="(\w+)" value="([^"]*)"'
    fields = dict(re.findall(hidden, looked_at.content.decode()))
    fields["text"] = unescape(fields["text"])
    answer: HttpResponse = client.post(path, fields | more)  # type: ignore[assignment]
    return answer


# Labels -------------------------------------------------------------------------------


def test_a_table_of_labels_is_looked_at_before_anything_is_kept(
    annas: Client, anna: Patient
) -> None:
    page = sent(annas, address(anna, "labels/"), LABELS)

    words = flowing(page)
    assert "4 labels can be kept. Nothing is kept yet." in words
    assert "Sunny drops row 2 " in words
    assert "Duo rows 3, 4 " in words
    assert "vitamin D3, 400 international units (10 mcg) per drop" in words
    assert "vitamin K2 (MK-7), 75 mcg per serving Vitamin K is on the label" in words
    assert "Not kept. Does the label list vitamin K?: A line of this label is" in words
    assert "elemental calcium (“as carbonate”), 500 mg" in words
    assert "other ingredients (“Silica”), 5 mg" in words
    assert violations(words_of(page)) == ()
    assert not SupplementProduct.objects.exists()


def test_confirmed_labels_are_kept_once_and_can_be_picked(
    annas: Client, anna: Patient
) -> None:
    path = address(anna, "labels/")
    looked_at = sent(annas, path, LABELS)

    for _ in range(2):
        assert confirm(annas, path, looked_at).status_code == 302

    names = set(SupplementProduct.objects.values_list("name", flat=True))
    assert names == {"Sunny drops", "Duo", "Chalk", "Odd"}
    assert SupplementProduct.objects.count() == 4
    assert "Duo" in flowing(annas.get(address(anna)))
    kept = AuditEvent.objects.filter(
        object_label="supplement product", action="created"
    )
    assert kept.count() == 4


def test_labels_of_a_table_go_on_a_clinics_list(
    oseis: Client, annas: Client, anna: Patient, clinic: Clinic
) -> None:
    path = f"/clinics/{clinic.pk}/labels/file/"

    confirm(oseis, path, sent(oseis, path, LABELS))

    assert CatalogueLabel.objects.count() == 4
    assert "Sunny drops" in flowing(annas.get(address(anna)))
    assert annas.get(path).status_code == 404


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Choose a file."),
        ("a;b\n1;2\n", "The header row has no column called name or substance."),
        ("name,substance\n", "The file holds no product under its header row."),
        ("name,substance\n\0,\n", "not"),
    ],
)
def test_what_is_no_table_of_labels_is_refused_in_a_sentence(
    annas: Client, anna: Patient, text: str, sentence: str
) -> None:
    answer = sent(annas, address(anna, "labels/"), text)

    assert answer.status_code == 422
    assert sentence in flowing(answer)


def test_a_table_with_semicolons_and_an_unknown_unit(
    annas: Client, anna: Patient
) -> None:
    table = "Product;Ingredient;Amount;Unit\nSun;D3;5;ED\n"

    page = flowing(sent(annas, address(anna, "labels/"), table))

    assert "line 1 of the label, Amount: 'ED' is not a unit of amount we know" in page


# What looks like a slip ---------------------------------------------------------------

SLIPS = """\
name,vitamin k,dosage form,basis,substance,amount,unit
Strong,no,capsule,per serving,D3,5,mg
Kay,,capsule,per serving,MK-7,75,mg
Plain,no,capsule,per serving,D3,1000,IU
"""
D_SLIP, K_SLIP = "label-0-mg_or_mcg-D3", "label-1-mg_or_mcg-MK-7"


def test_a_slip_of_a_table_is_asked_with_answers_and_nothing_is_kept_without(
    annas: Client, anna: Patient
) -> None:
    path = address(anna, "labels/")
    looked_at = sent(annas, path, SLIPS)

    unanswered = confirm(annas, path, looked_at)

    page = flowing(looked_at)
    assert "1 mg is 1,000 mcg. Which unit is printed next to the number?" in page
    for words in ("mg, as entered", "micrograms) was meant", "Leave this label out"):
        assert words in page
    assert violations(words_of(looked_at)) == ()
    assert unanswered.status_code == 422
    assert "Please answer what is asked about these labels." in flowing(unanswered)
    assert not SupplementProduct.objects.exists()


def test_the_answers_about_a_table_are_followed_and_kept(
    annas: Client, anna: Patient
) -> None:
    path = address(anna, "labels/")
    looked_at = sent(annas, path, SLIPS)

    after = confirm(annas, path, looked_at, **{D_SLIP: "as_printed", K_SLIP: "ug"})

    assert after.status_code == 302
    strong, kay, plain = (
        SupplementProduct.objects.get(name=name) for name in ("Strong", "Kay", "Plain")
    )
    assert (strong.answers, plain.answers) == ({"mg_or_mcg-D3": "as_printed"}, None)
    assert strong.ingredients.get().unit == "mg"
    assert kay.answers == {"mg_or_mcg-MK-7": "ug"}
    line = kay.ingredients.get()
    assert (line.amount, line.unit, line.amount_text) == (Decimal(75), "ug", "75 mcg")
    page = flowing(annas.get(address(anna)))
    assert "vitamin K2 (MK-7), the unit printed on the label. The answer was:" in page
    assert "The answer was: mcg (µg, micrograms)." in page


def test_a_unit_that_was_meant_may_be_a_slip_of_its_own(
    annas: Client, anna: Patient
) -> None:
    path = address(anna, "labels/")
    text = SLIPS.splitlines()[0] + "\nStrong,no,capsule,per serving,D3,5000,mg\n"
    looked_at = sent(annas, path, text)

    once = confirm(annas, path, looked_at, **{D_SLIP: "ug"})
    twice = confirm(
        annas, path, once, **{D_SLIP: "ug", "label-0-units_or_mcg-D3": "[iU]"}
    )

    assert once.status_code == 422
    assert "Which unit is printed next to 5,000?" in flowing(once)
    assert twice.status_code == 302, flowing(twice)
    line = SupplementProduct.objects.get().ingredients.get()
    assert (line.amount, line.unit) == (Decimal(5000), AmountUnit.IU.value)


def test_a_label_that_is_left_out_is_not_kept_and_that_is_said(
    oseis: Client, clinic: Clinic
) -> None:
    path = f"/clinics/{clinic.pk}/labels/file/"
    looked_at = sent(oseis, path, SLIPS)

    answered = {D_SLIP: "change", K_SLIP: "not_sure"}
    after = oseis.get(confirm(oseis, path, looked_at, **answered)["Location"])

    kept = {row.name: row.answers for row in CatalogueLabel.objects.all()}
    assert kept == {"Kay": {"mg_or_mcg-MK-7": "not_sure"}, "Plain": None}
    assert "Left out, as you answered: Strong." in flowing(after)
    assert "The answer was: not sure." in flowing(after)


# Medication lists ---------------------------------------------------------------------


def medicines(patient: Patient) -> str:
    return f"/patients/{patient.pk}/medicines/list/"


of_the_sample = pytest.mark.skipif(
    not SAMPLE.is_file(),
    reason="the folder of real sample files, ../shared/samples, is not on this machine",
)


@pytest.fixture
def looked_at(annas: Client, anna: Patient) -> HttpResponse:
    """Somebody's lines of the real list, who takes warfarin."""
    text = SAMPLE.read_text(encoding="utf-8")
    whose = sent(annas, medicines(anna), text)
    assert "Whose are they here?" in flowing(whose)
    return sent(annas, medicines(anna), text, of="1768562")


@of_the_sample
def test_each_line_is_shown_as_written_with_what_it_is_known_as(
    looked_at: HttpResponse,
) -> None:
    words = flowing(looked_at)

    assert "Warfarin 5 MG Oral Tablet [Coumadin]" in words
    assert "Known here as warfarin (a blood thinner of the warfarin type)" in words
    assert (
        "We do not know 'Cyclobenzaprine hydrochloride 10 MG Oral Tablet' as a "
        "medicine, so it has not been checked." in words
    )
    boxes = re.findall(r"<input[^>]*checkbox[^>]*>", looked_at.content.decode())
    assert boxes
    assert not any("checked" in box for box in boxes)


@of_the_sample
def test_nothing_is_set_that_nobody_chose(
    annas: Client, anna: Patient, looked_at: HttpResponse
) -> None:
    confirm(annas, medicines(anna), looked_at)

    assert not HealthFact.objects.exists()
    assert not SupplementProduct.objects.exists()


@of_the_sample
def test_a_chosen_anticoagulant_becomes_a_health_fact_without_its_strength(
    annas: Client, anna: Patient, looked_at: HttpResponse
) -> None:
    page = looked_at.content.decode()
    place = page.index("data-verbatim>Warfarin 5 MG")
    number = re.search(r'name="chosen" id="line-\d+" value="(\d+)"', page[place:])
    assert number

    confirm(annas, medicines(anna), looked_at, chosen=[number[1]])

    fact = HealthFact.objects.get()
    assert (fact.topic, fact.answer) == ("vitamin_k_antagonist", "yes")
    assert "warfarin" in fact.detail.casefold()
    assert "5" not in fact.detail


@of_the_sample
def test_products_of_the_list_are_kept_by_name_and_never_by_an_amount_read_from_it(
    annas: Client, anna: Patient
) -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    page = sent(annas, medicines(anna), text, of="5555002")
    assert "Ergocalciferol Capsule 50,000 iu" in flowing(page)
    assert "what it contains is not known" in flowing(page)
    boxes = r'name="chosen" id="line-\d+" value="(\d+)"'
    numbers = re.findall(boxes, page.content.decode())

    confirm(annas, medicines(anna), page, chosen=numbers)

    kept = SupplementProduct.objects.filter(name__icontains="vitamin d3")
    assert [row.vitamin_k for row in kept] == ["unknown"]
    assert not kept.get().ingredients.exists()


OLD_LINE = """\
Product,Directions,Start date,End date
Warfarin 5 mg tablet,1 daily,2019-01-01,2020-01-01
"""


def test_an_old_line_of_a_list_never_ends_a_medicine_that_is_taken(
    annas: Client, anna: Patient
) -> None:
    a_period(anna, name="D3 and K2", vitamin_k="listed")
    a_health_fact(anna, HealthTopic.VITAMIN_K_ANTAGONIST, detail="Marcumar")

    shown = sent(annas, medicines(anna), OLD_LINE)
    after = confirm(annas, medicines(anna), shown, confirmed="yes", chosen=["0"])

    fact = HealthFact.objects.get()
    assert (fact.detail, fact.ended_on) == ("Marcumar", None)
    health = flowing(annas.get(after["Location"]))
    assert "taken now: Warfarin 5 mg tablet. If it is over" in health
    assert "lines of the list are taken over" not in health
    record = flowing(annas.get(f"/patients/{anna.pk}/"))
    assert "INR today, or as soon as it opens" in record


def test_a_line_that_is_over_is_kept_where_the_record_says_nothing_else(
    annas: Client, anna: Patient
) -> None:
    shown = sent(annas, medicines(anna), OLD_LINE)
    after = confirm(annas, medicines(anna), shown, confirmed="yes", chosen=["0"])

    assert HealthFact.objects.get().ended_on == date(2020, 1, 1)
    health = flowing(annas.get(after["Location"]))
    assert "1 lines of the list are taken over." in health
    assert "Not ended by this list" not in health


def test_a_file_that_is_no_list_of_medicines_is_refused(
    annas: Client, anna: Patient
) -> None:
    answer = sent(annas, medicines(anna), "date,value\n2026-01-01,5\n")

    assert answer.status_code == 422
    assert "This is no list of medicines" in flowing(answer)


def test_a_clinic_without_sight_of_health_facts_reads_no_list_in(
    anna: Patient, clinic: Clinic, signed_in: SignedIn
) -> None:
    a_consent(anna, clinic, health=False)
    client = signed_in(a_clinician(clinic, "Dr Partial"))

    assert client.get(medicines(anna)).status_code == 404


DROPS = """\
name,vitamin k,dosage form,basis,units per serving,substance,amount,unit
Sunny,,drops,,5,D3,400,IU
Sunny,,,,,MK-7,20,mcg
Pair,no,capsule,,2,D3,1000,IU
"""
OF_D, OF_K = "label-0-drop_or_ml-D3", "label-0-drop_or_ml-MK-7"
OF_PAIR = "label-1-serving_or_unit-D3"


@pytest.mark.parametrize(
    ("drop_or_ml", "serving_or_unit", "spoken"),
    [
        ("per_drop", "per_serving", "One drop"),
        ("per_ml", "per_unit", "One mL"),
        ("not_sure", "as_printed", ""),
    ],
)
def test_what_the_amounts_are_printed_for_is_chosen_among_what_was_asked(
    annas: Client, anna: Patient, drop_or_ml: str, serving_or_unit: str, spoken: str
) -> None:
    path = address(anna, "labels/")
    looked_at = sent(annas, path, DROPS)
    answers = {OF_D: drop_or_ml, OF_K: drop_or_ml, OF_PAIR: serving_or_unit}

    after = confirm(annas, path, looked_at, **answers)

    page = flowing(looked_at)
    for words in ("One drop", "One mL", "One serving", "One piece"):
        assert f"{words} was meant" in page.replace(
            " (a tablet, a capsule, a spray)", ""
        )
    assert after.status_code == 302, flowing(after)
    told = {"per_drop": "per_drop", "per_ml": "per_ml"}.get(drop_or_ml, "not_stated")
    pair = {"as_printed": "not_stated"}.get(serving_or_unit, serving_or_unit)
    kept = dict(SupplementProduct.objects.values_list("name", "basis"))
    assert kept == {"Sunny": told, "Pair": pair}
    if spoken:
        assert f"The answer was: {spoken}." in flowing(annas.get(address(anna)))


@pytest.mark.parametrize("other", ["per_ml", "as_printed"])
def test_answers_that_differ_in_what_amounts_are_printed_for_are_refused(
    annas: Client, anna: Patient, other: str
) -> None:
    path = address(anna, "labels/")
    looked_at = sent(annas, path, DROPS)
    answers = {OF_D: "per_drop", OF_K: other, OF_PAIR: "as_printed"}

    refused = confirm(annas, path, looked_at, **answers)

    assert refused.status_code == 422
    assert "Your answers differ in what the amounts are printed for" in flowing(refused)
    assert not SupplementProduct.objects.exists()
