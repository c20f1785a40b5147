"""What a package prints: units, drops, marks, and a label that is copied again."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Patient
from labs.models import Intake, SupplementPeriod, SupplementProduct
from tests.factories import a_period
from tests.integration.labs.spoken_pages import flowing
from tests.integration.labs.test_supplements import address, confirmed, label
from tests.pdf_reading import squeezed, text_of

ASKED = re.compile(r'name="(asked-[^"]+)"')
DROPS = {
    "name": "Small drops",
    "serving": "5 drops",
    "dosage_form": "drops",
    "basis": "per_drop",
    "units_per_serving": "5",
    "line-0-amount": "400",
}


def answered(content: bytes, answer: str) -> dict[str, str]:
    """Give each question of a page the same answer."""
    return dict.fromkeys(ASKED.findall(content.decode()), answer)


@pytest.mark.parametrize(
    ("typed", "unit", "stored"),
    [
        ("1000 IU", "", "[iU]"),
        ("1000 I.U.", "[iU]", "[iU]"),
        ("1000 UI", "", "[iU]"),
        ("25 µg", "", "ug"),
        ("25 μg", "", "ug"),
        ("25 mcg", "", "ug"),
        ("25mcg", "", "ug"),
        ("0.025 mg", "", "mg"),
    ],
)
def test_an_amount_may_be_typed_with_its_unit_in_any_usual_spelling(
    annas: Client, anna: Patient, typed: str, unit: str, stored: str
) -> None:
    form = confirmed(**{"line-0-amount": typed, "line-0-unit": unit})

    annas.post(address(anna), form)

    line = SupplementProduct.objects.get().ingredients.get()
    assert (line.unit, line.amount_text) == (stored, typed)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"line-0-amount": "25 mcg"},
            "another one is written in the amount",
        ),
        ({"line-0-amount": "25 ED", "line-0-unit": ""}, "is not a unit of amount"),
        ({"basis": "per_drop"}, "how many pieces, drops or mL make one serving"),
        ({"barcode": "4006381333932"}, "These digits do not belong together"),
        ({"barcode": "123"}, "A barcode has 8, 12, 13 or 14 digits."),
        ({"servings": "123456"}, "Type a number up to 9999"),
        ({"servings": "0.00001"}, "with up to 3 decimals"),
        ({"starts_on": "1966-02-01"}, "This day is before the date of birth."),
        (
            {"line-1-substance": "MK-7", "line-1-amount": "75 mcg"},
            "A line of this label is vitamin K. Choose yes here",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused_in_a_sentence(
    annas: Client, anna: Patient, changes: dict[str, str], sentence: str
) -> None:
    answer = annas.post(address(anna), confirmed(**changes))

    assert answer.status_code == 422
    assert sentence in flowing(answer)
    assert not SupplementPeriod.objects.exists()


@pytest.mark.parametrize(
    ("changes", "question"),
    [
        (
            {"name": "Sunny D3 + K2"},
            "The name of this product points to vitamin K, and you chose",
        ),
        ({"starts_on": "2090-01-01"}, "which has not come yet. Is that the day?"),
        ({"line-0-amount": "50", "line-0-unit": "mg"}, "1 mg is 1,000 mcg."),
        ({"line-0-amount": "50000"}, "Products of this strength are often recorded"),
        ({"line-0-amount": "12000"}, "Is that the amount, and the unit, printed"),
        ({"dosage_form": "drops"}, "printed for one drop or for one mL?"),
        (
            {"dosage_form": "capsule", "units_per_serving": "2"},
            "printed for one serving or for one unit?",
        ),
    ],
)
def test_what_looks_like_a_slip_is_asked_and_can_be_kept(
    annas: Client, anna: Patient, changes: dict[str, str], question: str
) -> None:
    form = label(**changes)

    page = annas.post(address(anna), form)
    assert question in flowing(page)
    answers = answered(page.content, "as_printed")
    annas.post(address(anna), form | {"confirmed": "yes"} | answers)

    stored = SupplementPeriod.objects.get()
    told = {name.removeprefix("asked-"): each for name, each in answers.items()}
    assert (stored.answers or {}) == told


def test_a_slip_is_kept_only_once_it_was_answered_for(
    annas: Client, anna: Patient
) -> None:
    form = label(**{"line-0-amount": "50", "line-0-unit": "mg"})
    page = flowing(annas.post(address(anna), form))
    assert "mg, as entered" in page
    assert "Something else: go back to the form" in page

    unanswered = annas.post(address(anna), form | {"confirmed": "yes"})

    assert unanswered.status_code == 422
    assert "Choose one of the answers." in unanswered.content.decode()
    assert not SupplementPeriod.objects.exists()


def test_a_slip_that_is_one_leads_back_to_the_form(
    annas: Client, anna: Patient
) -> None:
    form = label(**{"line-0-amount": "50", "line-0-unit": "mg"})
    answers = answered(annas.post(address(anna), form).content, "change")

    page = flowing(annas.post(address(anna), form | {"confirmed": "yes"} | answers))

    assert "Write it down as the label prints it." in page
    assert not SupplementPeriod.objects.exists()


def test_a_drop_taken_for_a_ml_is_asked_about_and_its_answer_kept(
    annas: Client, anna: Patient
) -> None:
    poured = {"dosage_form": "drops", "basis": "per_ml", "units_per_serving": "20"}
    form = label(**poured, **{"line-0-amount": "20000"})

    page = annas.post(address(anna), form)

    assert "20 mL each time: together 400,000 international" in flowing(page)
    assert "One mL, as entered" in flowing(page)
    answers = answered(page.content, "not_sure")
    annas.post(address(anna), form | {"confirmed": "yes"} | answers)
    stored = SupplementPeriod.objects.get().answers
    assert stored is not None
    assert stored["drop_or_ml-D3"] == "not_sure"


def test_drops_are_read_back_per_drop_and_per_serving(
    annas: Client, anna: Patient
) -> None:
    page = flowing(annas.post(address(anna), label(**DROPS)))

    assert "vitamin D3, 400 international units (10 mcg) per drop" in page
    assert "One serving then holds: vitamin D3, 2,000 international units (50" in page
    assert "5 drops make one serving" in page


def test_a_logged_intake_of_drops_holds_all_its_drops(
    annas: Client, anna: Patient
) -> None:
    annas.post(address(anna), confirmed(**DROPS, starts_on=str(timezone.localdate())))
    period = SupplementPeriod.objects.get()

    annas.post(
        f"/patients/{anna.pk}/intakes/{period.pk}/",
        {"entry_id": str(period.pk), "outcome": "taken"},
    )

    assert Decimal(Intake.objects.get().ingredients[0]["amount"]) == 2000
    page = flowing(annas.get(f"/patients/{anna.pk}/intakes/"))
    assert (
        "1 \N{MULTIPLICATION SIGN} 2,000 international units (50 mcg) of vitamin D3"
        in page
    )


def test_the_sheet_for_the_inr_says_what_an_amount_is_an_amount_of(
    annas: Client, anna: Patient
) -> None:
    line = {"line-1-substance": "MK-7", "line-1-amount": "7.5 mcg"}
    annas.post(address(anna), confirmed(**(DROPS | line | {"vitamin_k": "listed"})))

    sheet = annas.get(f"/patients/{anna.pk}/anticoagulation.pdf").content

    assert squeezed("7.5 mcg per drop") in text_of(sheet)


def test_what_else_the_package_prints_is_kept_and_shown(
    annas: Client, anna: Patient
) -> None:
    form = confirmed(
        mark="USP Verified",
        lot="B 42/7",
        barcode="4 006381 333931",
        package_servings="90",
        dosage_form="capsule",
        **{
            "line-1-substance": "calcium",
            "line-1-amount": "500 mg",
            "line-1-form": "as carbonate",
        },
    )

    annas.post(address(anna), form)

    page = flowing(annas.get(f"/patients/{anna.pk}/"))
    assert "Testing mark on the package: USP Verified." in page
    assert "Lot B 42/7. Barcode 4006381333931." in page
    assert "90 servings in the package." in page
    assert "elemental calcium (“as carbonate”), 500 mg" in page


@pytest.mark.parametrize("chosen", ["none", "unknown"])
def test_vitamin_k_hidden_in_another_ingredient_is_seen(
    annas: Client, anna: Patient, chosen: str
) -> None:
    form = label(
        vitamin_k=chosen,
        **{"line-1-substance": "other", "line-1-form": "menaquinone-7"},
    )

    page = flowing(annas.post(address(anna), form))

    assert "Vitamin K is on the label" in page
    assert "No vitamin K on the label" not in page


def test_a_name_that_points_to_vitamin_k_is_never_shown_as_without(
    annas: Client, anna: Patient
) -> None:
    a_period(anna, name="Sunny D3 + K2", vitamin_k="none")

    page = flowing(annas.get(f"/patients/{anna.pk}/"))

    assert "The name points to vitamin K: check the label" in page
    assert "No vitamin K on the label" not in page


# Copied again -------------------------------------------------------------------------


def test_a_label_copied_before_is_picked_instead_of_typed(
    annas: Client, anna: Patient
) -> None:
    annas.post(address(anna), confirmed(lot="B 42", mark="NSF", **DROPS))
    product = SupplementProduct.objects.get()

    listed = annas.get(address(anna)).content.decode()
    picked = annas.get(address(anna) + f"?product={product.pk}").content.decode()

    assert f"?product={product.pk}" in listed
    assert 'value="Small drops"' in picked
    assert 'name="line-0-amount" value="400"' in picked
    assert '<option value="per_drop" selected>' in picked
    assert 'value="NSF"' in picked
    assert "B 42" not in picked  # another package has another lot


def test_equal_labels_are_offered_once(annas: Client, anna: Patient) -> None:
    for _ in range(2):
        annas.post(address(anna), confirmed(name="Twice the same"))

    page = annas.get(address(anna)).content.decode()

    assert SupplementProduct.objects.count() == 2
    assert page.count("Twice the same") == 1


def test_a_picked_label_is_stored_as_a_label_of_its_own(
    annas: Client, anna: Patient
) -> None:
    annas.post(address(anna), confirmed())
    first = SupplementProduct.objects.get()

    annas.get(address(anna) + f"?product={first.pk}")
    annas.post(address(anna), confirmed(**{"line-0-amount": "2000"}))

    first.refresh_from_db()
    assert first.ingredients.get().amount == 1000
    assert SupplementProduct.objects.count() == 2


def test_another_persons_label_cannot_be_picked(
    strangers: Client, annas: Client, anna: Patient
) -> None:
    product = a_period(anna).product
    absent = "00000000-0000-4000-8000-000000000000"

    assert annas.get(address(anna) + f"?product={absent}").status_code == 404
    assert annas.get(address(anna) + "?product=x").status_code == 404
    assert strangers.get(address(anna) + f"?product={product.pk}").status_code == 404


# Changed ------------------------------------------------------------------------------


def test_a_strong_weekly_product_changed_to_daily_is_asked_about(
    annas: Client, anna: Patient
) -> None:
    annas.post(
        address(anna),
        confirmed(
            schedule="weekly",
            starts_on=str(timezone.localdate() - timedelta(days=40)),
            **{"line-0-amount": "50000"},
        ),
    )
    period = SupplementPeriod.objects.get()
    change = {
        "entry_id": "00000000-0000-4000-8000-000000000001",
        "starts_on": str(timezone.localdate()),
        "servings": "1",
        "schedule": "daily",
    }

    path = address(anna, f"{period.pk}/change/")

    asked = annas.post(path, change)

    assert "Is that how often this product is used?" in flowing(asked)
    shown = change | {"confirmed": "yes"}
    assert annas.post(path, shown).status_code == 422
    wrong = annas.post(path, shown | answered(asked.content, "change"))
    assert "Is that how often this product is used?" not in flowing(wrong)
    assert 'name="servings" value="1"' in wrong.content.decode()
    assert SupplementPeriod.objects.count() == 1

    annas.post(path, shown | answered(asked.content, "not_sure"))

    changed = SupplementPeriod.objects.latest("starts_on")
    assert set((changed.answers or {}).values()) == {"not_sure"}
    record = flowing(annas.get(f"/patients/{anna.pk}/"))
    assert "vitamin D3, how often it is taken. The answer was: not sure." in record
