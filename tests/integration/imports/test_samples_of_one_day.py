"""Two samples of one day: what is sent of the one leaves the other as it is."""

import pytest

from accounts.models import Clinic
from labs.domain.worklist import LookReason
from labs.models import LabResult
from tests.integration.imports.conftest import (
    CALCIUM,
    EVENING,
    MORNING,
    VITAMIN_D,
    bring_file,
    bring_message,
    message_of,
    reasons,
)

HIGH = {CALCIUM: "3.30", VITAMIN_D: "155"}
ORDINARY = {CALCIUM: "2.40", VITAMIN_D: "40"}


def standing() -> dict[str, str]:
    """Return of each sample the value that holds now."""
    rows = LabResult.objects.latest_versions().shown()
    return {row.accession: row.value_text for row in rows}


@pytest.mark.parametrize("test", [CALCIUM, VITAMIN_D])
@pytest.mark.parametrize("first", ["P", "F"])
@pytest.mark.parametrize("second", ["F", "C"])
def test_a_later_sample_does_not_replace_a_critical_one(
    clinic: Clinic, second: str, first: str, test: tuple[str, str, str]
) -> None:
    high, ordinary = HIGH[test], ORDINARY[test]
    bring_message(clinic, high, sample=MORNING, status=first, flag="HH", test=test)

    bring_message(clinic, ordinary, sample=EVENING, status=second, test=test)

    assert standing() == {MORNING: high, EVENING: ordinary}
    assert LookReason.ALERT in reasons(clinic)


def test_a_withdrawal_leaves_another_sample(clinic: Clinic) -> None:
    bring_message(clinic, "155", sample=MORNING, flag="HH")

    bring_message(clinic, "40", sample=EVENING, status="D")

    assert standing() == {MORNING: "155"}
    assert LookReason.ALERT in reasons(clinic)


def test_a_correction_finds_its_own_sample(clinic: Clinic) -> None:
    bring_message(clinic, "155", sample=MORNING, flag="HH")
    bring_message(clinic, "40", sample=EVENING)

    outcome = bring_message(clinic, "51", sample=EVENING, status="C")

    assert (outcome.added, outcome.corrected) == (1, 1)
    assert standing() == {MORNING: "155", EVENING: "51"}


@pytest.mark.parametrize("sample", ["", MORNING])
def test_the_same_sample_or_none_named_is_corrected(
    clinic: Clinic, sample: str
) -> None:
    bring_message(clinic, "82", sample=sample)

    outcome = bring_message(clinic, "28", sample=MORNING, status="C")

    assert (outcome.added, outcome.corrected) == (1, 1)
    assert standing() == {MORNING: "28"}


@pytest.mark.parametrize("sample", ["", MORNING])
def test_the_same_sample_or_none_named_is_made_final(
    clinic: Clinic, sample: str
) -> None:
    bring_message(clinic, "82", sample=MORNING, status="P")

    outcome = bring_message(clinic, "81", sample=sample)

    assert (outcome.added, outcome.corrected) == (1, 1)
    assert list(standing().values()) == ["81"]


# Equal results, and which of several is meant ---------------------------------------


def test_equal_results_of_two_samples_are_two(clinic: Clinic) -> None:
    bring_message(clinic, "40", sample=MORNING)

    outcome = bring_message(clinic, "40", sample=EVENING)

    assert outcome.added == 1
    assert standing() == {MORNING: "40", EVENING: "40"}


def test_equal_results_of_two_samples_in_one_file_are_two(clinic: Clinic) -> None:
    both = message_of("40", sample=MORNING) + message_of("40", sample=EVENING)

    first, again = (bring_file(clinic, both) for _ in range(2))

    assert (first.added, again.added, again.already_here) == (2, 0, 2)
    assert standing() == {MORNING: "40", EVENING: "40"}


@pytest.mark.parametrize(
    ("before", "status"), [("F", "C"), ("P", "F"), ("F", "D"), ("P", "U")]
)
def test_which_of_two_samples_is_meant_is_asked(
    clinic: Clinic, before: str, status: str
) -> None:
    bring_message(clinic, "155", sample=MORNING, status=before, flag="HH")
    bring_message(clinic, "40", sample=EVENING, status=before)

    outcome = bring_message(clinic, "51", sample="", status=status)
    again = bring_message(clinic, "51", sample="", status=status)

    rows = LabResult.objects.latest_versions()
    assert sorted(row.value_text for row in rows if not row.held_because) == [
        "155",
        "40",
    ]
    held = rows.exclude(held_because="").get()
    assert "155 ng/mL (A100)" in held.held_because
    assert "40 ng/mL (B200)" in held.held_because
    assert (held.version, outcome.held, outcome.corrected) == (1, 1, 1)
    assert (again.added, again.already_here) == (0, 1)
    assert LookReason.ALERT in reasons(clinic)


def test_what_repeats_the_value_of_one_sample_makes_that_one_final(
    clinic: Clinic,
) -> None:
    bring_message(clinic, "155", sample=MORNING, status="P")
    bring_message(clinic, "40", sample=EVENING, status="P")

    bring_message(clinic, "40", sample="")

    rows = LabResult.objects.latest_versions()
    assert {row.value_text: row.status for row in rows} == {
        "155": "preliminary",
        "40": "final",
    }


def test_a_correction_leaves_what_was_withdrawn(clinic: Clinic) -> None:
    """What stands is meant, though what was withdrawn has more versions."""
    bring_message(clinic, "82", sample=MORNING)
    bring_message(clinic, "82", sample=MORNING, status="D")
    bring_message(clinic, "83", sample=MORNING)

    bring_message(clinic, "28", sample=MORNING, status="C")

    rows = LabResult.objects.latest_versions()
    assert {row.value_text: row.status for row in rows} == {
        "82": "entered-in-error",
        "28": "corrected",
    }


def test_what_was_withdrawn_before_withdraws_no_later_value(clinic: Clinic) -> None:
    """The old message came again, after the sample had been measured anew."""
    bring_message(clinic, "82", sample=MORNING)
    bring_message(clinic, "82", sample=MORNING, status="X")
    bring_message(clinic, "28", sample=MORNING)

    bring_message(clinic, "82", sample=MORNING, status="X", flag="H")

    assert standing() == {MORNING: "28"}


# Preliminary and final ----------------------------------------------------------------


@pytest.mark.parametrize("order", [("P", "F"), ("F", "P")])
@pytest.mark.parametrize("sample", ["", MORNING])
def test_both_in_one_file_are_one_result(
    clinic: Clinic, sample: str, order: tuple[str, str]
) -> None:
    value = {"P": "82", "F": "28"}
    file = b"".join(message_of(value[s], sample=sample, status=s) for s in order)

    first, again = (bring_file(clinic, file) for _ in range(2))

    assert (first.added, first.corrected) == (2, 1)
    assert (again.added, again.already_here) == (0, 2)
    assert standing() == {sample: "28"}
    newest = LabResult.objects.latest_versions().get()
    assert (newest.version, newest.status) == (2, "final")
    assert newest.version_reason == "Made final by the laboratory"


def test_another_samples_final_result_is_its_own(clinic: Clinic) -> None:
    preliminary = message_of("82", sample=MORNING, status="P")

    bring_file(clinic, preliminary + message_of("28", sample=EVENING))

    assert standing() == {MORNING: "82", EVENING: "28"}


@pytest.mark.parametrize("status", ["F", "C"])
def test_a_preliminary_result_that_comes_late_is_kept_for_review(
    clinic: Clinic, status: str
) -> None:
    bring_message(clinic, "28", status=status)

    outcome = bring_message(clinic, "155", status="P", flag="HH")

    late = LabResult.objects.exclude(held_because="").get()
    assert outcome.held == 1
    assert "here already: 28 ng/mL. This preliminary one" in late.held_because
    assert LookReason.ALERT in reasons(clinic)


def test_it_is_not_held_where_the_final_one_was_withdrawn(clinic: Clinic) -> None:
    bring_message(clinic, "28")
    bring_message(clinic, "28", status="D")

    outcome = bring_message(clinic, "31", status="P")

    assert outcome.held == 0
    assert standing() == {MORNING: "31"}


@pytest.mark.parametrize(
    ("of_final", "of_late"), [(MORNING, ""), ("", ""), ("", MORNING)]
)
def test_a_late_preliminary_result_that_may_be_of_the_final_one_stands_beside_none(
    clinic: Clinic, of_final: str, of_late: str
) -> None:
    bring_message(clinic, "28", sample=of_final)

    outcome = bring_message(clinic, "155", sample=of_late, status="P", flag="HH")
    again = bring_message(clinic, "155", sample=of_late, status="P", flag="HH")

    assert (outcome.added, outcome.held, again.added) == (1, 1, 0)
    late = LabResult.objects.exclude(held_because="").get()
    named = f"28 ng/mL ({of_final})" if of_final else "28 ng/mL"
    assert late.held_because == (
        f"It may be of a sample whose final result is here already: {named}. "
        "This preliminary one came after it. Look at the report."
    )
    final = LabResult.objects.latest_versions().get(held_because="")
    assert (final.value_text, final.status) == ("28", "final")
    assert LookReason.ALERT in reasons(clinic)


def test_a_late_preliminary_result_names_every_final_one_of_its_day(
    clinic: Clinic,
) -> None:
    bring_message(clinic, "28", sample=MORNING)
    bring_message(clinic, "40", sample=EVENING)

    bring_message(clinic, "31", sample="", status="P")

    late = LabResult.objects.exclude(held_because="").get()
    assert "28 ng/mL (A100); 40 ng/mL (B200)" in late.held_because


def test_a_late_preliminary_result_of_the_same_value_is_here(clinic: Clinic) -> None:
    bring_message(clinic, "28", sample=MORNING)

    outcome = bring_message(clinic, "28", sample="", status="P")
    flagged = bring_message(clinic, "28", sample="", status="P", flag="LL")

    assert (outcome.added, outcome.already_here) == (0, 1)
    assert flagged.corrected == 1
    newest = LabResult.objects.latest_versions().get()
    assert (newest.status, newest.laboratory_flag) == ("final", "LL")


def test_another_sample_may_be_preliminary_beside_a_final_one(clinic: Clinic) -> None:
    bring_message(clinic, "28", sample=MORNING)

    outcome = bring_message(clinic, "31", sample=EVENING, status="P")

    assert outcome.held == 0


def test_a_correction_does_not_mean_the_preliminary_result_that_came_late(
    clinic: Clinic,
) -> None:
    bring_message(clinic, "28", sample=MORNING)
    bring_message(clinic, "31", sample="", status="P")

    bring_message(clinic, "27", sample="", status="C")

    rows = LabResult.objects.latest_versions()
    assert {row.value_text: row.status for row in rows} == {
        "27": "corrected",
        "31": "preliminary",
    }


# A correction that equals one of two --------------------------------------------------


@pytest.mark.parametrize("flag", ["", "HH"])
def test_a_correction_that_equals_one_of_two_samples_may_mean_the_other(
    clinic: Clinic, flag: str
) -> None:
    bring_message(clinic, "155", sample=MORNING)
    bring_message(clinic, "40", sample=EVENING)

    outcome = bring_message(clinic, "40", sample="", status="C", flag=flag)
    again = bring_message(clinic, "40", sample="", status="C", flag=flag)

    held = LabResult.objects.exclude(held_because="").get()
    assert "155 ng/mL (A100)" in held.held_because
    assert "40 ng/mL (B200)" in held.held_because
    assert (outcome.held, again.added, again.already_here) == (1, 0, 1)
    rows = LabResult.objects.latest_versions().filter(held_because="")
    assert {(row.value_text, row.status) for row in rows} == {
        ("155", "final"),
        ("40", "final"),
    }


def test_a_correction_that_was_made_already_is_here(clinic: Clinic) -> None:
    bring_message(clinic, "155", sample=MORNING)
    bring_message(clinic, "40", sample=EVENING)
    bring_message(clinic, "51", sample=EVENING, status="C")

    outcome = bring_message(clinic, "51", sample="", status="C")

    assert (outcome.added, outcome.already_here) == (0, 1)
    assert standing() == {MORNING: "155", EVENING: "51"}


def test_a_correction_that_equals_the_only_sample_is_here(clinic: Clinic) -> None:
    bring_message(clinic, "40", sample=MORNING)

    outcome = bring_message(clinic, "40", sample="", status="C")

    assert (outcome.added, outcome.already_here) == (0, 1)
