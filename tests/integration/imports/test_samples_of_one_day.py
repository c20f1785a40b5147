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
    bring_message,
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
