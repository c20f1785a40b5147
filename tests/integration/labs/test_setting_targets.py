"""Setting a range: who may, what is refused, what it judges."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Clinic, Patient, User
from labs.models import Target
from tests.factories import a_clinician, a_consent, a_result, a_target, an_entry
from tests.integration.conftest import SignedIn


def address(patient: Patient) -> str:
    return f"/patients/{patient.pk}/targets/new/"


def wish(**changes: str) -> dict[str, str]:
    """A range as a clinician types it."""
    return {
        "seen": "0",
        "low": "30",
        "high": "50",
        "unit": "ng/mL",
        "starts_on": "2025-03-01",
        "ends_on": "",
        "review_on": "",
        "alert_low": "",
        "alert_high": "",
        "urgency": "",
        "reason": "Agreed at the visit.",
    } | changes


def confirmed(**changes: str) -> dict[str, str]:
    return wish(**changes) | {"confirmed": "yes"}


def test_no_bound_and_no_unit_is_filled_in_beforehand(
    oseis: Client, anna: Patient
) -> None:
    page = oseis.get(address(anna)).content.decode()

    assert 'name="low" inputmode' in page.replace('type="text" ', "")
    assert "checked" not in page
    assert "There is no default" in page


def test_the_page_says_how_many_results_the_range_will_judge(
    oseis: Client, anna: Patient
) -> None:
    for month in (1, 3, 6):
        a_result(anna, an_entry("28", collected_on=date(2025, month, 12)))

    page = oseis.post(address(anna), wish()).content.decode()

    assert "It will judge 2 results that are here already." in page
    assert not Target.objects.exists()


def test_a_range_that_begins_later_is_named_before_an_earlier_one_is_set(
    oseis: Client, anna: Patient, clinic: Clinic
) -> None:
    falk = a_clinician(clinic, "Dr Falk")
    a_target(anna, falk, low="20", high="40", starts_on=date(2025, 6, 2))

    def look(**changes: str) -> str:
        page = oseis.post(address(anna), wish(seen="1", **changes)).content.decode()
        assert "Is this the range?" in page
        return " ".join(page.split())

    page = look()
    told = page.partition("A range that begins later is already set.")[2]
    assert '<bdi class="number">20 to 40 ng/mL</bdi>' in told
    assert "Set by Dr Falk" in told
    assert "In force from 2 June 2025" in told
    for own in ("2025-06-02", "2025-06-03"):
        assert "begins later" not in look(starts_on=own)
    assert "begins later" not in look(ends_on="2025-06-01")
    assert "begins later" in look(ends_on="2025-06-02")


def test_a_confirmed_range_is_stored_with_author_clinic_and_reason(
    oseis: Client, osei: User, anna: Patient
) -> None:
    form = confirmed(alert_high="100", urgency="today", review_on="2027-03-01")

    answer = oseis.post(address(anna), form)

    target = Target.objects.get()
    assert answer.status_code == 302
    assert (target.low, target.high, target.unit) == (
        Decimal(30),
        Decimal(50),
        "ng/mL",
    )
    assert (target.set_by_id, target.set_by_name) == (osei.pk, "Dr Osei")
    assert (target.clinic_name, target.reason) == (
        "Harbour Clinic",
        "Agreed at the visit.",
    )
    assert (target.alert_high, target.urgency) == (Decimal(100), "today")
    assert target.review_on == date(2027, 3, 1)


def test_one_side_may_stay_open(oseis: Client, anna: Patient) -> None:
    oseis.post(address(anna), confirmed(low="", high="125.5", unit="nmol/L"))

    target = Target.objects.get()
    assert (target.low, target.high) == (None, Decimal("125.50"))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"low": "", "high": ""}, "Give the range a lower limit, an upper limit"),
        ({"low": "60"}, "The lower limit of a range must not be above the upper one."),
        ({"low": "0"}, "Type a plain number above zero"),
        ({"low": "<30"}, "Type a plain number above zero"),
        ({"low": "30.123"}, "Type at most 6 digits and 2 decimals."),
        ({"high": "1000000"}, "Type at most 6 digits and 2 decimals."),
        ({"unit": ""}, "Choose the unit of this range."),
        ({"starts_on": ""}, "Type the day from which this range holds."),
        ({"ends_on": "2025-02-01"}, "A range cannot end before it starts."),
        ({"reason": ""}, "Write why this range is set."),
        ({"alert_high": "40", "urgency": "today"}, "An alert limit must not lie"),
        ({"alert_high": "100"}, "Choose how soon to act on the alert limit"),
        ({"urgency": "today"}, "An urgency needs an alert limit to act on."),
        ({"seen": "-1"}, "Ensure this value is greater than or equal to 0."),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_and_nothing_is_stored(
    oseis: Client, anna: Patient, changes: dict[str, str], sentence: str
) -> None:
    answer = oseis.post(address(anna), confirmed(**changes))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Target.objects.exists()


def test_a_range_set_in_the_meantime_is_shown_beside_ones_own(
    oseis: Client, osei: User, anna: Patient
) -> None:
    a_target(anna, osei, low="20", high="40", reason="Set by a colleague.")

    answer = oseis.post(address(anna), confirmed())

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "20 to 40 ng/mL" in page
    assert "30 to 50 ng/mL" in page
    assert 'name="seen" value="1"' in page
    assert Target.objects.count() == 1


def test_the_same_form_sent_twice_sets_one_range(oseis: Client, anna: Patient) -> None:
    form = confirmed()

    oseis.post(address(anna), form)
    again = oseis.post(address(anna), form)

    assert again.status_code == 302
    assert Target.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"ends_on": "2028-01-01"},
        {"review_on": "2027-01-01"},
        {"alert_high": "120", "urgency": "today"},
        {"urgency": "this_week"},
    ],
)
def test_a_saved_range_that_comes_back_changed_is_shown_beside_the_stored_one(
    oseis: Client, anna: Patient, changes: dict[str, str]
) -> None:
    form = confirmed(alert_high="100", urgency="next_visit")
    oseis.post(address(anna), form)

    answer = oseis.post(address(anna), form | changes)

    assert answer.status_code == 409
    assert "Yours, not saved" in answer.content.decode()
    assert Target.objects.count() == 1


def test_going_back_shows_the_form_with_everything_typed(
    oseis: Client, anna: Patient
) -> None:
    page = oseis.post(address(anna), confirmed(back="yes")).content.decode()

    assert 'value="Agreed at the visit."' in page
    assert not Target.objects.exists()


def test_the_range_in_force_stands_above_the_form(
    oseis: Client, osei: User, anna: Patient
) -> None:
    a_target(anna, osei, low="20", high="40")

    page = oseis.get(address(anna)).content.decode()

    assert "In force now" in page
    assert "20 to 40 ng/mL" in page


def test_a_patient_sets_no_range(annas: Client, anna: Patient) -> None:
    answer = annas.post(address(anna), confirmed())

    assert answer.status_code == 403
    assert "Only a clinician who can see this record sets a range." in (
        answer.content.decode()
    )
    assert not Target.objects.exists()


def test_a_stranger_finds_nothing(strangers: Client, anna: Patient) -> None:
    assert strangers.get(address(anna)).status_code == 404
    assert strangers.post(address(anna), confirmed()).status_code == 404


def test_a_clinic_without_sight_of_results_sets_no_range(
    anna: Patient, clinic: Clinic, signed_in: SignedIn
) -> None:
    a_consent(anna, clinic, results=False)
    client = signed_in(a_clinician(clinic, "Dr Partial"))

    assert client.get(address(anna)).status_code == 404
