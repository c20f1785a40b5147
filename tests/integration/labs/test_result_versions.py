"""Reading, correcting and withdrawing a result; nothing is ever overwritten."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import queries
from accounts.models import AuditEvent, Patient, User
from accounts.policies import NotAllowed
from accounts.queries import viewing
from labs.domain.measurements import ResultStatus
from labs.domain.quantities import Measurand
from labs.domain.supplements import Substance
from labs.domain.units import Unit
from labs.models import LabResult
from labs.services import recording
from labs.services.supplementing import IngredientEntry
from tests.factories import a_period, a_result, a_target, an_entry, owner_of
from tests.integration.labs.spoken_pages import flowing
from tests.integration.labs.test_entering_results import report


def address(result: LabResult, page: str = "") -> str:
    return f"/patients/{result.patient_id}/results/{result.pk}/{page}"


def correction(**changes: str) -> dict[str, str]:
    return report(reason="Typed wrongly") | {"confirmed": "yes"} | changes


@pytest.fixture
def result(anna: Patient) -> LabResult:
    """82 ng/mL on 12 March 2026, which should have been 28."""
    return a_result(anna, an_entry("82"))


def move_out(result: LabResult) -> None:
    """Let the patient correct the day to one that Dr Osei does not see."""
    recording.correct(
        result=result,
        entry=an_entry("17.93", collected_on=date(2025, 3, 12)),
        reason="Wrong year",
        by=queries.viewer_for(owner_of(result.patient)),
        at=timezone.now(),
    )


@pytest.fixture
def in_sight(osei: User, anna: Patient) -> LabResult:
    """28.41 ng/mL, the one result that Dr Osei sees, who sees results of 2026 alone."""
    del osei
    anna.consents.update(results_from=date(2026, 1, 1))
    return a_result(anna, an_entry("28.41"))


# Reading ------------------------------------------------------------------------------


def test_a_result_says_where_it_stood_then_and_where_it_stands_today(
    annas: Client, anna: Patient, osei: User
) -> None:
    a_target(anna, osei, low="30", high="50", starts_on=date(2025, 3, 1))
    a_target(anna, osei, low="20", high="50", starts_on=date(2026, 5, 1))
    result = a_result(anna, an_entry("28"))

    page = annas.get(address(result)).content.decode()

    assert "28 ng/mL on 12 March 2026. This is below the range Dr Osei set" in page
    assert "30 to 50 ng/mL, set by Dr Osei" in page
    assert "20 to 50 ng/mL, set by Dr Osei" in page
    assert page.count("Below the range") == 1
    assert page.count("Within the range") == 1
    assert page.count("This compares numbers. It is not a diagnosis.") == 1


def test_a_result_without_a_range_quotes_what_the_laboratory_printed(
    annas: Client, anna: Patient
) -> None:
    result = a_result(anna, an_entry("28", interval_text="30-100 ng/mL"))

    page = annas.get(address(result)).content.decode()

    assert "No clinician has set a range for you here" in page
    assert "The laboratory printed: &#x27;30-100 ng/mL&#x27;." in page


def test_two_laboratories_are_not_compared(annas: Client, anna: Patient) -> None:
    a_result(
        anna, an_entry("24", collected_on=date(2025, 9, 12), laboratory="Lakeside")
    )
    result = a_result(anna, an_entry("28"))

    page = annas.get(address(result)).content.decode()

    assert "These results come from two laboratories" in page
    assert "higher)" not in page


def test_the_unit_in_which_a_value_was_compared_is_said(
    annas: Client, anna: Patient, osei: User
) -> None:
    a_target(anna, osei, low="50", high="125", unit=Unit.NMOL_PER_L)
    row = a_result(anna, an_entry("28"))
    same = a_result(anna, an_entry("70", "nmol/L", collected_on=date(2026, 1, 5)))

    other_unit = annas.get(address(row)).content.decode()
    same_unit = annas.get(address(same)).content.decode()

    sentence = "Compared in nmol/L, the unit in which the range was set"
    assert f"{sentence}: 28 ng/mL is about 70 nmol/L." in other_unit
    assert sentence not in same_unit


def test_everything_that_differs_is_said_not_the_first_thing_alone(
    annas: Client, anna: Patient
) -> None:
    earlier = an_entry(
        "24", collected_on=date(2025, 9, 12), laboratory="Lakeside", method="ECLIA"
    )
    a_result(anna, earlier)
    result = a_result(anna, an_entry("28", specimen="dried blood spot"))

    page = annas.get(address(result)).content.decode()

    assert "two laboratories, Lakeside and Harbour Laboratory" in page
    assert "two methods, ECLIA and LC-MS/MS" in page
    assert "two kinds of sample, serum and dried blood spot" in page


def test_a_change_within_the_usual_variation_says_so(
    annas: Client, anna: Patient
) -> None:
    a_result(anna, an_entry("27", collected_on=date(2025, 9, 12)))
    result = a_result(anna, an_entry("28"))

    page = annas.get(address(result)).content.decode()

    assert "From 27 to 28 ng/mL (4% higher)." in page
    assert "This does not prove that nothing changed." in page


def test_a_critical_flag_of_the_laboratory_asks_to_contact_the_clinician(
    annas: Client, anna: Patient
) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    entry = an_entry("155", collected_on=yesterday, laboratory_flag="HH")

    page = annas.get(address(a_result(anna, entry))).content.decode()

    assert "marked this result as critical (&#x27;HH&#x27;)" in page
    assert "No clinic can see this. This message does not alert anyone." in page


def test_a_companion_is_not_compared_with_the_range(
    annas: Client, anna: Patient, osei: User
) -> None:
    a_target(anna, osei)
    entry = an_entry("2.35", "mmol/L", measurand=Measurand.CALCIUM)

    page = annas.get(address(a_result(anna, entry))).content.decode()

    assert "The range is for 25-hydroxyvitamin D" in page
    assert "Below the range" not in page


def test_reading_a_result_is_noted_once(annas: Client, result: LabResult) -> None:
    before = AuditEvent.objects.filter(object_label="result", action="read").count()

    annas.get(address(result))

    looks = AuditEvent.objects.filter(object_label="result", action="read")
    assert looks.count() == before + 1


# Correcting ---------------------------------------------------------------------------


def test_the_form_of_a_correction_shows_what_is_stored(
    annas: Client, result: LabResult
) -> None:
    page = annas.get(address(result, "correct/")).content.decode()

    assert 'value="82"' in page
    assert 'value="2026-03-12"' in page


def test_a_correction_is_a_new_version_and_the_old_one_stays_readable(
    annas: Client, result: LabResult
) -> None:
    answer = annas.post(address(result, "correct/"), correction())

    newest = LabResult.objects.get(version=2)
    old_page = annas.get(address(result)).content.decode()
    new_page = annas.get(answer["Location"]).content.decode()
    assert (newest.value_text, newest.version_reason) == ("28", "Typed wrongly")
    assert newest.entered_by_name == "Anna Example"
    assert LabResult.objects.get(version=1).value_text == "82"
    assert "This is an earlier version." in old_page
    assert "Typed wrongly" in new_page
    assert new_page.index("28 <span") < new_page.index("82 <span")


def test_a_correction_needs_a_reason(annas: Client, result: LabResult) -> None:
    answer = annas.post(address(result, "correct/"), correction(reason=""))

    assert answer.status_code == 422
    assert "Write why this result is corrected." in answer.content.decode()
    assert LabResult.objects.count() == 1


def test_a_correction_is_read_back_before_it_is_stored(
    annas: Client, result: LabResult
) -> None:
    form = correction()
    del form["confirmed"]

    page = annas.post(address(result, "correct/"), form).content.decode()

    assert "28 ng/mL is about 70 nmol/L." in page
    assert "Save the correction" in page
    assert LabResult.objects.count() == 1


def test_a_correction_that_changes_nothing_is_refused(
    annas: Client, result: LabResult
) -> None:
    form = correction(value="82", method="LC-MS/MS", specimen="serum")

    answer = annas.post(address(result, "correct/"), form)

    assert answer.status_code == 422
    assert "Nothing differs from what is stored." in answer.content.decode()
    assert LabResult.objects.count() == 1


def test_a_correction_is_not_taken_for_a_double_of_itself(
    annas: Client, result: LabResult
) -> None:
    form = correction(value="82", note="Read again")
    page = annas.post(address(result, "correct/"), form)

    assert page.status_code == 302


def test_of_two_corrections_at_once_the_second_sees_both(
    annas: Client, oseis: Client, result: LabResult
) -> None:
    annas.post(address(result, "correct/"), correction(value="28"))

    answer = oseis.post(address(result, "correct/"), correction(value="29"))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "28 <span" in page
    assert "29 <span" in page
    assert "Nothing of yours was saved." in page
    assert LabResult.objects.count() == 2


def test_a_correction_sent_twice_is_stored_once(
    annas: Client, result: LabResult
) -> None:
    annas.post(address(result, "correct/"), correction())

    again = annas.post(address(result, "correct/"), correction())

    assert again.status_code == 302
    assert LabResult.objects.count() == 2


def test_a_correction_sent_again_with_another_value_shows_both(
    annas: Client, result: LabResult
) -> None:
    annas.post(address(result, "correct/"), correction(value="28"))

    answer = annas.post(address(result, "correct/"), correction(value="29"))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "29 <span" in page
    assert 'name="value" value="29"' in page
    assert LabResult.objects.count() == 2


def test_a_companion_is_corrected_in_its_own_units(
    annas: Client, anna: Patient
) -> None:
    entry = an_entry("2.35", "mmol/L", measurand=Measurand.CALCIUM)
    result = a_result(anna, entry)
    form = correction(measurand="calcium", value="2.53", unit="mmol/L")

    annas.post(address(result, "correct/"), form)

    assert LabResult.objects.get(version=2).value_text == "2.53"


def test_a_correction_keeps_a_status_and_a_sample_that_no_form_offers(
    annas: Client, anna: Patient
) -> None:
    entry = an_entry("82", status=ResultStatus.AMENDED, specimen="Serum or plasma")
    result = a_result(anna, entry)

    page = annas.get(address(result, "correct/")).content.decode()
    form = correction(status="amended", specimen="Serum or plasma")
    annas.post(address(result, "correct/"), form)

    stored = LabResult.objects.get(version=2)
    assert '<option value="Serum or plasma" selected>' in page
    assert (stored.status, stored.specimen) == ("amended", "Serum or plasma")


def test_what_a_code_put_under_review_is_not_released_by_the_patient(
    annas: Client, oseis: Client, anna: Patient
) -> None:
    held = an_entry("82", held_because="The code does not say what was measured.")
    result = a_result(anna, held)

    annas.post(address(result, "correct/"), correction())
    by_patient = LabResult.objects.get(version=2)
    reason = {"reason": "Asked the lab"}
    oseis.post(address(by_patient, "correct/"), correction(value="29", **reason))

    assert by_patient.held_because == "The code does not say what was measured."
    by_clinician = LabResult.objects.get(version=3)
    assert by_clinician.held_because == "The code does not say what was measured."


def test_a_correction_of_the_laboratory_is_told_with_both_values(
    annas: Client, result: LabResult
) -> None:
    answer = annas.post(
        address(result, "correct/"), correction(status="corrected", value="28")
    )

    page = annas.get(answer["Location"]).content.decode()

    assert "It was 82 ng/mL and is now 28 ng/mL. We have compared it again." in page


def test_a_slip_of_the_pen_is_not_laid_at_the_laboratorys_door(
    annas: Client, result: LabResult
) -> None:
    answer = annas.post(address(result, "correct/"), correction())

    page = annas.get(answer["Location"]).content.decode()

    assert "The laboratory corrected this result" not in page


# Withdrawing --------------------------------------------------------------------------


def test_what_was_entered_in_error_leaves_the_chart_and_stays_in_the_history(
    annas: Client, anna: Patient, result: LabResult
) -> None:
    answer = annas.post(address(result, "void/"), {"reason": "Somebody else's"})

    record = annas.get(f"/patients/{anna.pk}/").content.decode()
    history = annas.get(answer["Location"]).content.decode()
    assert "chart-point" not in record
    assert "entered in error" in record
    assert "Somebody else&#x27;s" in history
    assert LabResult.objects.get(version=1).status == "final"


@pytest.mark.parametrize("page", ["correct/", "void/"])
def test_what_was_withdrawn_is_neither_corrected_nor_withdrawn_again(
    annas: Client, result: LabResult, page: str
) -> None:
    withdrawn = annas.post(address(result, "void/"), {"reason": "Not mine"})["Location"]

    opened = annas.get(f"{withdrawn}{page}")
    from_an_earlier_one = annas.get(address(result, page))
    sent = annas.post(f"{withdrawn}{page}", correction(), follow=True)

    assert opened["Location"] == from_an_earlier_one["Location"] == withdrawn
    assert "This result was withdrawn, and stays so." in sent.content.decode()
    assert LabResult.objects.count() == 2


def test_a_withdrawn_row_of_the_table_does_not_say_corrected(
    annas: Client, anna: Patient, result: LabResult
) -> None:
    annas.post(address(result, "void/"), {"reason": "Not mine"})

    record = annas.get(f"/patients/{anna.pk}/").content.decode()

    assert "2, withdrawn" in record
    assert "2, corrected" not in record


def test_a_withdrawal_sent_twice_is_stored_once(
    annas: Client, result: LabResult
) -> None:
    first, again = (
        annas.post(address(result, "void/"), {"reason": "Not mine"}) for _ in range(2)
    )

    assert (first.status_code, again.status_code) == (302, 302)
    assert LabResult.objects.count() == 2


def test_a_withdrawal_needs_a_reason(annas: Client, result: LabResult) -> None:
    answer = annas.post(address(result, "void/"), {"reason": " "})

    assert answer.status_code == 422
    assert LabResult.objects.count() == 1


def test_a_withdrawal_after_somebody_elses_correction_shows_what_is_stored(
    annas: Client, oseis: Client, result: LabResult
) -> None:
    oseis.post(address(result, "correct/"), correction())

    answer = annas.post(address(result, "void/"), {"reason": "Not mine"})

    assert answer.status_code == 409
    assert "28 <span" in answer.content.decode()


# Out of sight -------------------------------------------------------------------------


def test_what_was_corrected_to_a_day_out_of_sight_holds_no_more(
    oseis: Client, annas: Client, anna: Patient, in_sight: LabResult
) -> None:
    before = oseis.get(f"/patients/{anna.pk}/").content.decode()
    move_out(in_sight)

    page = oseis.get(f"/patients/{anna.pk}/").content.decode()
    own = annas.get(f"/patients/{anna.pk}/").content.decode()

    assert "28.41" in before
    assert "28.41" not in page
    assert "17.93" not in page
    assert "17.93" in own


def test_its_own_page_says_so_and_nothing_of_the_newer_version(
    oseis: Client, in_sight: LabResult
) -> None:
    move_out(in_sight)

    page = flowing(oseis.get(address(in_sight)))

    assert "28.41" in page
    assert "What you see of it no longer holds." in page
    assert "Open the version that holds now" not in page
    assert "17.93" not in page
    assert "2025" not in page
    assert address(in_sight, "correct/") not in page


@pytest.mark.parametrize("page", ["correct/", "void/"])
def test_it_is_neither_corrected_nor_withdrawn_by_who_sees_a_part(
    oseis: Client, in_sight: LabResult, page: str
) -> None:
    move_out(in_sight)

    asked = oseis.get(address(in_sight, page))
    sent = oseis.post(address(in_sight, page), correction(value="29"))

    assert asked.status_code == sent.status_code == 403
    assert "What you see of it no longer holds." in flowing(sent)
    assert "17.93" not in flowing(sent)
    assert LabResult.objects.count() == 2


def test_a_version_that_came_out_of_sight_meanwhile_is_not_written_over(
    osei: User, in_sight: LabResult
) -> None:
    move_out(in_sight)
    viewer = queries.viewer_for(osei)

    with viewing(viewer), pytest.raises(NotAllowed) as refused:
        recording.mark_entered_in_error(
            result=in_sight, reason="Mine", by=viewer, at=timezone.now()
        )

    assert "17.93" not in str(refused.value)
    assert LabResult.objects.count() == 2


def test_a_later_version_that_is_seen_again_holds(
    oseis: Client, anna: Patient, in_sight: LabResult
) -> None:
    move_out(in_sight)
    recording.correct(
        result=LabResult.objects.get(version=2),
        entry=an_entry("28.41"),
        reason="It was right",
        by=queries.viewer_for(owner_of(anna)),
        at=timezone.now(),
    )

    page = oseis.get(f"/patients/{anna.pk}/").content.decode()
    earlier = flowing(oseis.get(address(in_sight)))

    assert "28.41" in page
    assert "Open the version that holds now" in earlier


# Who ----------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["", "correct/", "void/"])
def test_a_stranger_finds_nothing(
    strangers: Client, result: LabResult, page: str
) -> None:
    assert strangers.get(address(result, page)).status_code == 404


@pytest.mark.parametrize("page", ["", "correct/", "void/"])
def test_a_result_is_not_found_under_another_patient(
    annas: Client, anna: Patient, page: str
) -> None:
    absent = "00000000-0000-4000-8000-000000000000"

    answer = annas.get(f"/patients/{anna.pk}/results/{absent}/{page}")

    assert answer.status_code == 404


def test_biotin_before_a_sample_keeps_the_change_from_being_calculated(
    annas: Client, anna: Patient
) -> None:

    biotin = (IngredientEntry(substance=Substance.BIOTIN),)
    a_period(anna, name="Hair and nails", ingredients=biotin)
    a_result(anna, an_entry("20", collected_on=date(2025, 9, 12), method="ECLIA"))
    result = a_result(anna, an_entry("28", method="ECLIA"))

    page = annas.get(address(result)).content.decode()

    assert "biotin was logged before one of the two samples" in page
