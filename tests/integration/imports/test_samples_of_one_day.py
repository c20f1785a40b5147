"""Two samples of one day: what is sent of the one leaves the other as it is."""

from datetime import UTC, datetime

import pytest

from accounts.models import Clinic
from accounts.queries import viewer_for_clinic, viewing
from labs.domain.worklist import LookReason
from labs.models import LabResult, WorklistRow
from labs.services.importing import ImportOutcome, import_table

MOMENT = datetime(2026, 6, 1, 20, tzinfo=UTC)
MORNING, EVENING = "A100", "B200"
CALCIUM = ("2000-8^Calcium^LN", "mmol/L", "2.20-2.60")
VITAMIN_D = ("62292-8^25-OH Vitamin D^LN", "ng/mL", "20-50")
HIGH = {CALCIUM: "3.30", VITAMIN_D: "155"}
ORDINARY = {CALCIUM: "2.40", VITAMIN_D: "40"}


def bring_message(
    clinic: Clinic,
    value: str,
    *,
    sample: str,
    status: str = "F",
    flag: str = "",
    test: tuple[str, str, str] = VITAMIN_D,
) -> ImportOutcome:
    """Bring what a laboratory's message says of one sample of 1 June 2026."""
    code, unit, interval = test
    hour = "08" if sample == MORNING else "16"
    time = f"20260601{hour}00"
    message = (
        f"MSH|^~\\&|LAB|HARBOUR|X|Y|{time}||ORU^R01|{sample}{status}|P|2.5.1\r"
        "PID|1||7^^^X||Alder^Ada||19800203|F\r"
        f"OBR|1|1|{sample}|{code}|||{time}\r"
        f"OBX|1|NM|{code}||{value}|{unit}|{interval}|{flag}|||{status}|||{time}\r"
    )
    viewer = viewer_for_clinic(clinic)
    with viewing(viewer):
        return import_table(
            data=message.encode(),
            file_name="message.hl7",
            clinic=clinic,
            create_patients=True,
            by=viewer,
            at=MOMENT,
        )


def standing() -> dict[str, str]:
    """Return of each sample the value that holds now."""
    rows = LabResult.objects.latest_versions().shown()
    return {row.accession: row.value_text for row in rows}


def reasons(clinic: Clinic) -> set[LookReason]:
    return set(map(LookReason, WorklistRow.objects.get(clinic=clinic).reasons))


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
