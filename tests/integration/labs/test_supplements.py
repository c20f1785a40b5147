"""Recording what is taken: the label, the schedule, slips and precautions."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import Clinic, Patient
from labs.domain.health import HealthTopic
from labs.domain.supplements import Substance
from labs.models import SupplementPeriod
from labs.services.supplementing import IngredientEntry
from tests.factories import a_clinician, a_consent, a_health_fact, a_period
from tests.integration.conftest import SignedIn


def address(patient: Patient, page: str = "new/") -> str:
    return f"/patients/{patient.pk}/supplements/{page}"


def label(**changes: str) -> dict[str, str]:
    """A product and how it is taken, as somebody types it."""
    return {
        "entry_id": str(uuid4()),
        "name": "Sunny D3",
        "vitamin_k": "none",
        "serving": "1 capsule",
        "servings": "1",
        "schedule": "daily",
        "schedule_count": "",
        "starts_on": "2026-01-05",
        "ends_on": "",
        "advised_by": "",
        "reason": "",
        "line-TOTAL_FORMS": "3",
        "line-INITIAL_FORMS": "0",
        "line-0-substance": "D3",
        "line-0-amount": "1000",
        "line-0-unit": "[iU]",
    } | changes


def confirmed(**changes: str) -> dict[str, str]:
    return label(**changes) | {"confirmed": "yes"}


def test_a_label_is_read_back_before_it_is_stored(annas: Client, anna: Patient) -> None:
    page = annas.post(address(anna), label()).content.decode()

    assert "vitamin D3, 1,000 international units (25 mcg)" in page
    assert "1 capsule, every day" in page
    assert "Amounts as stated on the label." in page
    assert not SupplementPeriod.objects.exists()


def test_a_confirmed_label_is_stored_with_every_line(
    annas: Client, anna: Patient
) -> None:
    form = confirmed(
        vitamin_k="listed",
        **{
            "line-1-substance": "MK-7",
            "line-1-amount": "100",
            "line-1-unit": "ug",
            "line-2-substance": "other",
        },
    )

    answer = annas.post(address(anna), form)

    period = SupplementPeriod.objects.get()
    lines = [
        (each.substance, each.amount, each.unit)
        for each in period.product.ingredients.all()
    ]
    assert answer.status_code == 302
    assert (period.product.name, period.product.vitamin_k) == ("Sunny D3", "listed")
    assert lines == [
        ("D3", Decimal(1000), "[iU]"),
        ("MK-7", Decimal(100), "ug"),
        ("other", None, ""),
    ]
    assert (period.schedule, period.starts_on) == ("daily", date(2026, 1, 5))


@pytest.mark.parametrize(
    ("changes", "stored_as"),
    [
        ({"schedule": "times_a_day", "schedule_count": "2"}, ("times_a_day", 2, [])),
        ({"schedule": "every_n_days", "schedule_count": "3"}, ("every_n_days", 3, [])),
        ({"schedule": "weekdays", "weekdays": "4"}, ("weekdays", 1, [4])),
        ({"schedule": "weekly", "schedule_count": "7"}, ("weekly", 1, [])),
    ],
)
def test_a_schedule_keeps_what_it_needs_and_no_more(
    annas: Client,
    anna: Patient,
    changes: dict[str, str],
    stored_as: tuple[str, int, list[int]],
) -> None:
    annas.post(address(anna), confirmed(**changes))

    period = SupplementPeriod.objects.get()
    assert (period.schedule, period.schedule_count, period.weekdays) == stored_as


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Type the name that is printed on the product."),
        ({"vitamin_k": ""}, "Choose what the label says of vitamin K."),
        ({"servings": ""}, "Type how many servings each time, like 1."),
        ({"servings": "0"}, "Type a plain number above zero"),
        ({"schedule": ""}, "Choose how often it is taken."),
        ({"schedule": "times_a_day"}, "Type how many."),
        (
            {"schedule": "times_a_day", "schedule_count": "25"},
            "Times a day is a number from 1 to 24.",
        ),
        ({"schedule": "weekdays"}, "Choose at least one weekday."),
        ({"starts_on": ""}, "Type the first day, as well as you know it."),
        ({"ends_on": "2026-01-04"}, "The last day cannot be before the first."),
        ({"line-0-unit": ""}, "Choose the unit printed next to the amount."),
        ({"line-0-amount": ""}, "Type the amount, or leave the unit out"),
        ({"line-0-substance": ""}, "Choose the substance of this line."),
        ({"line-0-amount": "1,000"}, "Type a plain number above zero, like 1000"),
        ({"line-0-amount": "<5"}, "Type a plain number above zero"),
        (
            {"line-0-substance": "", "line-0-amount": "", "line-0-unit": ""},
            "Choose at least one substance that is printed on the label.",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_and_nothing_is_stored(
    annas: Client, anna: Patient, changes: dict[str, str], sentence: str
) -> None:
    answer = annas.post(address(anna), confirmed(**changes))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not SupplementPeriod.objects.exists()


def test_more_lines_can_be_asked_for_without_a_script(
    annas: Client, anna: Patient
) -> None:
    page = annas.post(address(anna), label(more="yes")).content.decode()

    assert 'name="line-5-substance"' in page
    assert 'value="1000"' in page


@pytest.mark.parametrize("substance", ["calcifediol", "MK-7", "K1", "calcium"])
def test_international_units_of_what_has_none_are_refused(
    annas: Client, anna: Patient, substance: str
) -> None:
    form = confirmed(vitamin_k="listed", **{"line-0-substance": substance})

    answer = annas.post(address(anna), form)

    assert answer.status_code == 422
    assert "this substance has no international units" in answer.content.decode()
    assert not SupplementPeriod.objects.exists()


def test_the_same_form_sent_twice_stores_one_period(
    annas: Client, anna: Patient
) -> None:
    form = confirmed()

    annas.post(address(anna), form)
    annas.post(address(anna), form)

    assert SupplementPeriod.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Other D3"},
        {"line-0-amount": "2000"},
        {"servings": "2"},
        {"starts_on": "2026-02-05"},
        {"advised_by": "Dr Osei"},
    ],
)
def test_a_saved_label_that_comes_back_changed_is_shown_beside_what_is_stored(
    annas: Client, anna: Patient, changes: dict[str, str]
) -> None:
    form = confirmed()
    annas.post(address(anna), form)

    answer = annas.post(address(anna), form | changes)

    page = answer.content.decode()
    stored = SupplementPeriod.objects.get()
    assert answer.status_code == 409
    assert "What you typed, not saved" in page
    assert all(each in page for each in changes.values())
    assert str(stored.pk) not in page


def test_an_amount_that_looks_like_a_slip_is_asked_about(
    annas: Client, anna: Patient
) -> None:
    form = label(**{"line-0-amount": "1000", "line-0-unit": "ug"})

    page = annas.post(address(anna), form).content.decode()

    assert "is 40 times or one 40th of the other." in page


def test_vitamin_k_beside_warfarin_is_said_before_saving_at_any_amount(
    annas: Client, anna: Patient
) -> None:
    a_health_fact(anna, HealthTopic.VITAMIN_K_ANTAGONIST, detail="warfarin")
    form = label(
        vitamin_k="listed",
        **{"line-1-substance": "MK-7", "line-1-amount": "10", "line-1-unit": "ug"},
    )

    page = annas.post(address(anna), form).content.decode()

    assert "This product lists vitamin K2" in page
    assert "Tell the clinic that checks your INR today" in page
    assert "do not change your warfarin on your own" in page
    assert "Get urgent help for bleeding that does not stop" in page


def test_without_answers_nothing_is_said_to_match(annas: Client, anna: Patient) -> None:
    page = annas.post(address(anna), label()).content.decode()

    assert "You have not answered the questions about medicines" in page
    assert "No precaution in our list matched" not in page


# Ending -------------------------------------------------------------------------------


def test_a_period_is_ended_with_its_last_day(annas: Client, anna: Patient) -> None:
    period = a_period(anna)

    annas.post(address(anna, f"{period.pk}/end/"), {"ends_on": "2026-02-01"})

    period.refresh_from_db()
    assert period.ends_on == date(2026, 2, 1)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Type the last day it was taken."),
        ("2025-10-31", "The last day cannot be before the first."),
    ],
)
def test_an_end_that_cannot_be_is_refused(
    annas: Client, anna: Patient, typed: str, sentence: str
) -> None:
    period = a_period(anna)

    answer = annas.post(address(anna, f"{period.pk}/end/"), {"ends_on": typed})

    assert sentence in answer.content.decode()
    period.refresh_from_db()
    assert period.ends_on is None


def test_another_patients_period_is_not_found(annas: Client, anna: Patient) -> None:
    absent = "00000000-0000-4000-8000-000000000000"

    assert annas.get(address(anna, f"{absent}/end/")).status_code == 404


# Who ----------------------------------------------------------------------------------


def test_a_stranger_finds_nothing(strangers: Client, anna: Patient) -> None:
    period = a_period(anna)

    assert strangers.get(address(anna)).status_code == 404
    assert strangers.post(address(anna), confirmed()).status_code == 404
    assert strangers.get(address(anna, f"{period.pk}/end/")).status_code == 404


def test_a_clinic_without_sight_of_supplements_finds_nothing(
    anna: Patient, clinic: Clinic, signed_in: SignedIn
) -> None:
    a_consent(anna, clinic, supplements=False)
    client = signed_in(a_clinician(clinic, "Dr Partial"))

    assert client.get(address(anna)).status_code == 404


def test_a_clinician_records_a_supplement_for_a_patient(
    oseis: Client, anna: Patient
) -> None:
    oseis.post(address(anna), confirmed())

    assert SupplementPeriod.objects.get().entered_by_name == "Dr Osei"


def test_biotin_can_be_recorded_without_an_amount(annas: Client, anna: Patient) -> None:
    a_period(anna, ingredients=(IngredientEntry(substance=Substance.BIOTIN),))

    page = annas.get(f"/patients/{anna.pk}/").content.decode()

    assert "biotin, amount not stated" in page
