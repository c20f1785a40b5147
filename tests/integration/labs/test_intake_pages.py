"""The log of intakes: one tap, late entries, a week, undoing, and the sums."""

import re
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, Clinic, Patient, User
from accounts.queries import viewer_for, viewing
from labs.domain.language import violations
from labs.domain.schedules import ScheduleKind
from labs.domain.supplements import AmountUnit, Substance
from labs.models import Intake, SupplementPause, SupplementPeriod
from labs.services import supplementing
from labs.services.supplementing import IngredientEntry, PeriodEntry
from tests.factories import (
    a_clinician,
    a_consent,
    a_period,
    a_result,
    an_entry,
    owner_of,
)
from tests.integration.conftest import SignedIn
from tests.integration.labs.spoken_pages import flowing, text_of, words_of

TODAY = timezone.localdate
A_MONTH = timedelta(days=30)


def log_page(patient: Patient) -> str:
    return f"/patients/{patient.pk}/intakes/"


def record(patient: Patient) -> str:
    return f"/patients/{patient.pk}/"


def taken(**changes: str) -> dict[str, str]:
    return {"entry_id": str(uuid4()), "outcome": "taken"} | changes


def d3(amount: int = 1000) -> IngredientEntry:
    return IngredientEntry(
        substance=Substance.D3,
        amount=Decimal(amount),
        unit=AmountUnit.IU,
        amount_text=str(amount),
    )


@pytest.fixture
def drops(anna: Patient) -> SupplementPeriod:
    """Anna's drops, once a day for a month."""
    return a_period(anna, starts_on=TODAY() - A_MONTH)


def address(period: SupplementPeriod, page: str = "") -> str:
    return f"{log_page(period.patient)}{period.pk}/{page}"


def log_days(client: Client, period: SupplementPeriod, days: int) -> None:
    for back in range(days):
        day = (TODAY() - timedelta(days=back)).isoformat()
        client.post(address(period), taken(day=day))


# One tap ------------------------------------------------------------------------------


def test_one_tap_on_the_record_logs_today_with_its_amounts(
    annas: Client, anna: Patient, drops: SupplementPeriod
) -> None:
    assert "Taken today" in text_of(annas.get(record(anna)))

    answer = annas.post(address(drops), taken(back="record"), follow=True)

    intake = Intake.objects.get()
    assert (intake.on_day, intake.round, intake.outcome) == (TODAY(), 1, "taken")
    assert intake.servings == Decimal(1)
    assert intake.ingredients == [
        {"substance": "D3", "amount": "1000.0000", "unit": "[iU]"}
    ]
    assert intake.logged_by_name == "Anna Example"
    assert "Today: taken" in text_of(answer)
    assert ">Taken today" not in text_of(answer)


def test_skipped_is_logged_as_well(annas: Client, drops: SupplementPeriod) -> None:
    answer = annas.post(address(drops), taken(outcome="skipped"), follow=True)

    assert Intake.objects.get().outcome == "skipped"
    assert "Today: skipped" in text_of(answer)


def test_the_same_tap_twice_counts_once(annas: Client, drops: SupplementPeriod) -> None:
    tap = taken()

    annas.post(address(drops), tap)
    annas.post(address(drops), tap)

    assert Intake.objects.count() == 1


def test_a_day_that_is_full_is_not_logged_again(
    annas: Client, drops: SupplementPeriod
) -> None:
    annas.post(address(drops), taken())
    answer = annas.post(address(drops), taken(), follow=True)

    assert Intake.objects.count() == 1
    assert "is logged already. Undo that entry first." in text_of(answer)


def test_several_times_a_day_are_logged_round_by_round(
    annas: Client, anna: Patient
) -> None:
    period = a_period(
        anna, schedule=ScheduleKind.TIMES_A_DAY, starts_on=TODAY() - A_MONTH
    )
    SupplementPeriod.objects.update(schedule_count=2)

    annas.post(address(period), taken())
    annas.post(address(period), taken(outcome="skipped"))
    page = annas.post(address(period), taken(), follow=True)

    rounds = Intake.objects.order_by("round").values_list("round", "outcome")
    assert list(rounds) == [(1, "taken"), (2, "skipped")]
    assert "Today, 2 logged: taken, skipped" in text_of(page)


def test_the_amounts_of_a_day_stay_what_they_were(
    annas: Client, drops: SupplementPeriod
) -> None:
    annas.post(address(drops), taken())
    drops.product.ingredients.update(amount=4000)

    page = flowing(annas.get(log_page(drops.patient)))

    assert "1 \N{MULTIPLICATION SIGN} 1,000 international units" in page


def test_a_clinician_is_not_offered_to_tap_for_a_patient(
    oseis: Client, drops: SupplementPeriod
) -> None:
    assert "Taken today" not in text_of(oseis.get(record(drops.patient)))


# Another day --------------------------------------------------------------------------


def test_a_late_entry_is_of_the_day_that_was_chosen(
    annas: Client, drops: SupplementPeriod
) -> None:
    day = TODAY() - timedelta(days=3)

    annas.post(address(drops), taken(day=day.isoformat()))

    assert Intake.objects.get().on_day == day


@pytest.mark.parametrize(
    ("days_off", "why"),
    [(2, "has not come yet"), (-40, "was not recorded on")],
)
def test_a_day_that_the_record_does_not_hold_is_refused(
    annas: Client, drops: SupplementPeriod, days_off: int, why: str
) -> None:
    day = TODAY() + timedelta(days=days_off)

    answer = annas.post(address(drops), taken(day=day.isoformat()), follow=True)

    assert why in text_of(answer)
    assert not Intake.objects.exists()


def test_a_late_entry_without_a_day_asks_for_it(
    annas: Client, drops: SupplementPeriod
) -> None:
    answer = annas.post(address(drops), taken(day=""))

    assert answer.status_code == 422
    assert "Choose the day." in text_of(answer)


def test_a_paused_day_is_not_logged(
    annas: Client, anna: Patient, drops: SupplementPeriod
) -> None:
    SupplementPause.objects.create(
        patient=anna,
        period=drops,
        starts_on=TODAY() - timedelta(days=2),
        entered_by_name="Anna Example",
        entered_at=timezone.now(),
    )

    answer = annas.post(address(drops), taken(), follow=True)

    assert "was recorded as paused on" in text_of(answer)
    assert not Intake.objects.exists()
    assert "Taken today" not in text_of(annas.get(record(anna)))


def test_a_week_is_filled_around_what_is_logged_already(
    annas: Client, drops: SupplementPeriod
) -> None:
    yesterday = TODAY() - timedelta(days=1)
    annas.post(address(drops), taken(outcome="skipped", day=yesterday.isoformat()))

    annas.post(address(drops, "week/"), {"entry_id": str(uuid4())})

    logged = dict(Intake.objects.values_list("on_day", "outcome"))
    assert len(logged) == 7
    assert logged[yesterday] == "skipped"
    assert min(logged) == TODAY() - timedelta(days=6)


def test_a_week_twice_logs_nothing_twice(
    annas: Client, drops: SupplementPeriod
) -> None:
    annas.post(address(drops, "week/"), {"entry_id": str(uuid4())})
    answer = annas.post(
        address(drops, "week/"), {"entry_id": str(uuid4())}, follow=True
    )

    assert Intake.objects.count() == 7
    assert "Everything of these days is logged already." in text_of(answer)


# Undoing ------------------------------------------------------------------------------


def test_an_undone_entry_stays_and_counts_no_more(
    annas: Client, drops: SupplementPeriod
) -> None:
    annas.post(address(drops), taken())
    intake = Intake.objects.get()

    annas.post(f"{log_page(drops.patient)}{intake.pk}/undo/")

    intake.refresh_from_db()
    assert intake.undone_at is not None
    assert intake.undone_by_name == "Anna Example"
    assert "Nothing is logged yet" in text_of(annas.get(record(drops.patient)))
    annas.post(address(drops), taken(outcome="skipped"))
    assert Intake.objects.filter(undone_at=None).get().outcome == "skipped"


def test_the_last_tap_is_undone_as_a_whole(
    annas: Client, drops: SupplementPeriod
) -> None:
    annas.post(address(drops, "week/"), {"entry_id": str(uuid4())})
    today = Intake.objects.get(on_day=TODAY())

    annas.post(f"{log_page(drops.patient)}{today.pk}/undo/", {"whole_entry": "yes"})

    assert not Intake.objects.filter(undone_at=None).exists()


def test_somebody_else_of_a_clinic_does_not_undo_the_patients_entry(
    annas: Client, oseis: Client, drops: SupplementPeriod
) -> None:
    annas.post(address(drops), taken())
    intake = Intake.objects.get()

    answer = oseis.post(f"{log_page(drops.patient)}{intake.pk}/undo/")

    assert answer.status_code == 404
    intake.refresh_from_db()
    assert intake.undone_at is None


def changed_rows(viewer: User, statement: str) -> int:
    """Return how many rows the web's role would change for this viewer; undo it."""
    with (
        transaction.atomic(),
        viewing(viewer_for(viewer)),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
        count = int(cursor.rowcount)
        transaction.set_rollback(True)
    return count


def test_the_database_lets_only_its_author_or_the_patient_undo_an_entry_once(
    annas: Client, osei: User, drops: SupplementPeriod
) -> None:
    annas.post(address(drops), taken())
    undo = "UPDATE labs_intake SET undone_at = now(), undone_by_name = 'x'"

    assert changed_rows(osei, undo) == 0
    assert changed_rows(owner_of(drops.patient), undo) == 1
    Intake.objects.update(undone_at=timezone.now(), undone_by_name="Anna")
    assert changed_rows(owner_of(drops.patient), undo) == 0


# The sums -----------------------------------------------------------------------------


def test_an_incomplete_log_shows_no_average(
    annas: Client, drops: SupplementPeriod
) -> None:
    log_days(annas, drops, 9)

    page = flowing(annas.get(log_page(drops.patient)))

    assert (
        "You logged 9 of the 28 intakes expected in these 28 days, so no average is"
        " shown. What you logged is listed below."
    ) in page
    assert "What was logged in 90 days" in page
    assert "per day" not in page


def test_a_log_that_covers_four_fifths_shows_its_average_as_arithmetic(
    annas: Client, oseis: Client, drops: SupplementPeriod
) -> None:
    log_days(annas, drops, 28)

    own = flowing(annas.get(log_page(drops.patient)))
    clinicians = flowing(oseis.get(log_page(drops.patient)))

    average = "about 1,000 international units (25 mcg) per day"
    assert f"Spread over 28 days that is {average} (arithmetic of your log" in own
    assert (
        f"Spread over 28 days that is {average} (arithmetic of the log)" in clinicians
    )
    assert "you logged" not in clinicians


def test_what_is_only_recorded_is_never_said_to_be_taken(
    annas: Client, drops: SupplementPeriod
) -> None:
    page = flowing(annas.get(log_page(drops.patient)))

    assert "Sunny D3 is recorded as 1 " in page
    assert "the amount on its label, every day" in page
    assert "you logged" not in page


UPPER_LEVEL = "Your log is higher than a published general upper level."
CITED = "Published upper level for adults is 4,000 international units"


def a_period_above(patient: Patient) -> SupplementPeriod:
    return a_period(patient, ingredients=(d3(5000),), starts_on=TODAY() - A_MONTH)


def test_above_the_published_level_each_reader_gets_their_own_words(
    annas: Client, oseis: Client, anna: Patient
) -> None:
    period = a_period_above(anna)
    log_days(annas, period, 28)

    own = flowing(annas.get(log_page(anna)))
    clinicians = flowing(oseis.get(log_page(anna)))

    assert UPPER_LEVEL in own
    assert CITED not in own
    assert CITED in clinicians
    assert "Clinicians sometimes prescribe above it." in clinicians


def test_a_plan_that_a_clinician_recorded_is_not_compared_with_the_level(
    annas: Client, anna: Patient, osei: User
) -> None:
    entry = PeriodEntry(
        name="Plan",
        vitamin_k="none",
        ingredients=(d3(5000),),
        servings=Decimal(1),
        schedule=ScheduleKind.DAILY,
        starts_on=TODAY() - A_MONTH,
    )
    period = supplementing.start_period(
        patient=anna,
        entry=entry,
        by=viewer_for(osei),
        at=timezone.now(),
        entry_id=uuid4(),
    )
    log_days(annas, period, 28)

    page = flowing(annas.get(log_page(anna)))

    assert "5,000 international units" in page
    assert UPPER_LEVEL not in page


# Before a result ----------------------------------------------------------------------


def test_a_result_shows_what_was_logged_in_the_90_days_before_it(
    annas: Client, oseis: Client, anna: Patient
) -> None:
    period = a_period(anna, starts_on=TODAY() - timedelta(days=20))
    result = a_result(anna, an_entry(collected_on=TODAY()))
    log_days(annas, period, 5)

    own = flowing(annas.get(f"{record(anna)}results/{result.pk}/"))
    clinicians = flowing(oseis.get(f"{record(anna)}results/{result.pk}/"))

    # The day of the sample itself does not count.
    assert "you logged 4 \N{MULTIPLICATION SIGN} 1,000 international units" in own
    assert (
        "the log holds 4 \N{MULTIPLICATION SIGN} 1,000 international units"
        in clinicians
    )


def test_biotin_that_was_logged_marks_a_result_that_is_there_already(
    annas: Client, anna: Patient
) -> None:
    biotin = IngredientEntry(substance=Substance.BIOTIN)
    period = a_period(
        anna, ingredients=(biotin,), starts_on=TODAY() - timedelta(days=20)
    )
    result = a_result(anna, an_entry(collected_on=TODAY()))
    log_days(annas, period, 3)

    page = flowing(annas.get(f"{record(anna)}results/{result.pk}/"))

    assert "Biotin was logged in the 7 days before this sample." in page


# Who sees it --------------------------------------------------------------------------


def test_without_the_scope_the_log_is_not_there_and_a_result_says_so(
    anna: Patient,
    clinic: Clinic,
    drops: SupplementPeriod,
    signed_in: SignedIn,
) -> None:
    dr_falk = a_clinician(clinic, "Dr Falk")
    a_consent(anna, clinic, supplements=False)
    result = a_result(anna, an_entry(collected_on=TODAY()))
    browser = signed_in(dr_falk)

    assert browser.get(log_page(anna)).status_code == 404
    assert browser.post(address(drops), taken()).status_code == 404
    assert browser.post(address(drops, "week/"), taken()).status_code == 404
    page = flowing(browser.get(f"{record(anna)}results/{result.pk}/"))
    before = page[page.index("Logged before this sample") :]
    assert before.startswith(
        "Logged before this sample Not shared with you: not checked here."
    )
    assert "Sunny D3" not in page


def test_logging_and_looking_are_on_the_trail(
    annas: Client, oseis: Client, drops: SupplementPeriod
) -> None:
    annas.post(address(drops), taken())
    oseis.get(log_page(drops.patient))

    events = AuditEvent.objects.filter(object_label="intake").order_by("at")
    assert [(event.action, event.actor_name) for event in events] == [
        ("created", "Anna Example"),
        ("read", "Dr Osei"),
    ]


def test_no_page_says_what_the_product_must_not_say(
    annas: Client, oseis: Client, anna: Patient
) -> None:
    period = a_period_above(anna)
    weekly = a_period(anna, name="Weekly", schedule=ScheduleKind.WEEKLY)
    result = a_result(anna, an_entry(collected_on=TODAY()))
    log_days(annas, period, 28)
    log_days(annas, weekly, 1)
    pages = [
        page
        for browser in (annas, oseis)
        for page in (
            browser.get(log_page(anna)),
            browser.get(record(anna)),
            browser.get(f"{record(anna)}results/{result.pk}/"),
        )
    ]
    pages.append(annas.post(address(period), taken(day="")))

    for page in pages:
        assert violations(words_of(page)) == ()


def test_every_amount_on_the_page_stands_in_the_log_or_is_its_arithmetic(
    annas: Client, drops: SupplementPeriod
) -> None:
    log_days(annas, drops, 28)

    page = flowing(annas.get(log_page(drops.patient)))

    amounts = set(re.findall(r"[\d,.]+ (?:international units|mcg)", page))
    logged = {"1,000 international units", "25 mcg"}
    over_90_days = {"311.1 international units", "7.8 mcg"}  # 28,000 in 90 days
    assert amounts == logged | over_90_days
