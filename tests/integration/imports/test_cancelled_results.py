"""What a laboratory cancels does not stand any longer, and stays in the history."""

import pytest

from accounts.models import Clinic
from accounts.queries import viewer_for_clinic, viewing
from labs.domain.worklist import LookReason
from labs.models import ImportBatch, LabResult
from labs.services import uploading
from tests.integration.imports.conftest import (
    EVENING,
    EVENING_OF_SAMPLES,
    MORNING,
    bring_message,
    reasons,
)


def standing() -> list[tuple[str, str]]:
    """Return the sample and the value of what holds now."""
    rows = LabResult.objects.latest_versions().shown()
    return [(row.accession, row.value_text) for row in rows]


@pytest.mark.parametrize("status", ["P", "F"])
def test_a_cancellation_is_the_next_version(clinic: Clinic, status: str) -> None:
    bring_message(clinic, "155", status=status, flag="HH")
    assert LookReason.ALERT in reasons(clinic)

    outcome = bring_message(clinic, "155", status="X", flag="HH")

    first, second = LabResult.objects.order_by("version")
    assert (outcome.added, outcome.corrected) == (1, 1)
    assert second.chain == first.chain
    assert second.version_reason == "Cancelled by the laboratory"
    assert standing() == []
    assert LookReason.ALERT not in reasons(clinic)


def test_the_same_cancellation_again_adds_nothing(clinic: Clinic) -> None:
    bring_message(clinic, "12", status="P")
    bring_message(clinic, "12", status="X")

    again = bring_message(clinic, "12", status="X")
    of_other_value = bring_message(clinic, "13", status="X")

    assert [again.already_here, of_other_value.already_here] == [1, 1]
    assert LabResult.objects.count() == 2


def test_another_sample_is_not_cancelled(clinic: Clinic) -> None:
    bring_message(clinic, "155", sample=MORNING, status="P", flag="HH")

    bring_message(clinic, "155", sample=EVENING, status="X", flag="HH")

    assert standing() == [(MORNING, "155")]
    assert LookReason.ALERT in reasons(clinic)


def test_without_a_number_another_value_is_not_cancelled(clinic: Clinic) -> None:
    """The laboratory measured again: the first of the two is what it cancels."""
    bring_message(clinic, "155", sample="", flag="HH")

    bring_message(clinic, "12", sample="", status="X")

    assert standing() == [("", "155")]


def test_a_cancellation_without_its_result_stands_for_nothing(clinic: Clinic) -> None:
    bring_message(clinic, "12", status="X")

    assert standing() == []


def test_undoing_a_cancellation_lets_the_result_stand_again(clinic: Clinic) -> None:
    bring_message(clinic, "12", status="P")
    outcome = bring_message(clinic, "12", status="X")
    batch = ImportBatch.objects.get(pk=outcome.batch_id)

    viewer = viewer_for_clinic(clinic)
    with viewing(viewer):
        uploading.undo(batch=batch, by=viewer, at=EVENING_OF_SAMPLES)

    assert standing() == [(MORNING, "12")]
