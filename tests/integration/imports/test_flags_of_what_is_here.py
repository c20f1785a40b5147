"""A flag or an interval of the laboratory reaches a result that is here already."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from accounts.models import Clinic, Patient
from accounts.queries import viewer_for_clinic, viewing
from labs.domain.alerts import CRITICAL_FLAGS
from labs.domain.quantities import Measurand
from labs.domain.worklist import LookReason
from labs.models import ImportBatch, LabResult, ResultSource
from labs.services import importing, recording, uploading
from tests.factories import an_entry
from tests.integration.imports.conftest import (
    CALCIUM,
    EVENING,
    EVENING_OF_SAMPLES,
    MORNING,
    VITAMIN_D,
    bring_message,
    message_of,
    reasons,
)

DAY = date(2026, 6, 1)
TYPED_AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
BY_PATIENT, BY_CLINIC = ResultSource.TYPED_BY_PATIENT, ResultSource.TYPED_BY_CLINIC


def ada(clinic: Clinic) -> Patient:
    """Return the messages' patient, whom the clinic knows by an older result."""
    if not Patient.objects.exists():
        data = message_of("30").replace(b"20260601", b"20250601")
        viewer = viewer_for_clinic(clinic)
        with viewing(viewer):
            importing.import_table(
                data=data,
                file_name="older.hl7",
                clinic=clinic,
                create_patients=True,
                by=viewer,
                at=TYPED_AT,
            )
    return Patient.objects.get()


def typed(
    clinic: Clinic,
    value: str = "155",
    unit: str = "ng/mL",
    *,
    source: ResultSource = BY_PATIENT,
    measurand: Measurand = Measurand.TOTAL,
    flag: str = "",
) -> LabResult:
    """Store what a report says, as somebody typed it without its interval."""
    entry = an_entry(
        value,
        unit,
        collected_on=DAY,
        measurand=measurand,
        laboratory="",
        method="",
        laboratory_flag=flag,
    )
    viewer = viewer_for_clinic(clinic)
    with viewing(viewer):
        return recording.record(
            patient=ada(clinic),
            entry=replace(entry, note="after the holiday"),
            source=source,
            answers={},
            by=viewer,
            at=TYPED_AT,
        )


def versions() -> list[LabResult]:
    """Return every version of the one result of the day, in their order."""
    rows = list(LabResult.objects.filter(collected_on=DAY).order_by("version"))
    assert len({row.chain for row in rows}) == 1
    return rows


def counts(outcome: importing.ImportOutcome) -> tuple[int, int, int]:
    return outcome.added, outcome.corrected, outcome.already_here


@pytest.mark.parametrize("test", [CALCIUM, VITAMIN_D])
def test_a_critical_flag_reaches_what_a_patient_typed(
    clinic: Clinic, test: tuple[str, str, str]
) -> None:
    is_calcium = test == CALCIUM
    value = "3.30" if is_calcium else "155"
    kind = Measurand.CALCIUM if is_calcium else Measurand.TOTAL
    typed(clinic, value, test[1], measurand=kind)

    outcome = bring_message(clinic, value, flag="HH", test=test)

    first, second = versions()
    assert counts(outcome) == (1, 1, 0)
    assert (first.source, first.laboratory_flag) == (BY_PATIENT, "")
    assert second.version_reason == importing.COMPLETED
    assert (second.source, second.laboratory_flag) == ("imported_file", "HH")
    assert (second.interval_text, second.accession) == (test[2], MORNING)
    assert (second.laboratory, second.note) == ("HARBOUR", "after the holiday")
    assert LookReason.ALERT in reasons(clinic)
    assert (LookReason.CALCIUM in reasons(clinic)) is is_calcium


def test_an_interval_alone_reaches_what_a_patient_typed(clinic: Clinic) -> None:
    typed(clinic, "3.30", "mmol/L", measurand=Measurand.CALCIUM)
    assert LookReason.CALCIUM not in reasons(clinic)

    bring_message(clinic, "3.30", test=CALCIUM)

    assert versions()[-1].interval_high == Decimal("2.60")
    assert LookReason.CALCIUM in reasons(clinic)


def test_the_same_in_the_other_unit_brings_its_flag(clinic: Clinic) -> None:
    typed(clinic, "388", "nmol/L")

    bring_message(clinic, "155.4", flag="HH")

    assert [row.value_text for row in versions()] == ["388", "155.4"]
    assert LookReason.ALERT in reasons(clinic)


@pytest.mark.parametrize("status", ["F", "C", "P"])
@pytest.mark.parametrize("flag_before", ["", "H"])
@pytest.mark.parametrize("flag", CRITICAL_FLAGS)
def test_a_critical_flag_that_comes_later_is_kept(
    clinic: Clinic, flag: str, flag_before: str, status: str
) -> None:
    bring_message(clinic, "155", flag=flag_before)
    assert LookReason.ALERT not in reasons(clinic)

    outcome = bring_message(clinic, "155", flag=flag, status=status)

    assert counts(outcome) == (1, 1, 0)
    assert versions()[-1].laboratory_flag == flag
    assert versions()[-1].status == ("corrected" if status == "C" else "final")
    assert LookReason.ALERT in reasons(clinic)


def test_what_is_complete_is_here_already_and_stays(clinic: Clinic) -> None:
    typed(clinic)
    flags = ("HH", "", "H", "HH")
    bring_message(clinic, "155", flag="HH")

    again = [counts(bring_message(clinic, "155", flag=flag)) for flag in flags]
    corrected = counts(bring_message(clinic, "155", flag="HH", status="C"))

    assert again == [(0, 0, 1)] * len(flags)
    assert corrected == (0, 0, 1)
    assert [row.laboratory_flag for row in versions()] == ["", "HH"]


def test_an_interval_that_comes_later_keeps_the_critical_flag(clinic: Clinic) -> None:
    bring_message(clinic, "155", flag="HH", test=(*VITAMIN_D[:2], ""))

    bring_message(clinic, "155")

    newest = versions()[-1]
    assert (newest.laboratory_flag, newest.interval_text) == ("HH", "20-50")


def test_what_a_clinic_typed_keeps_its_words_and_takes_the_flag(
    clinic: Clinic,
) -> None:
    typed(clinic, "388", "nmol/L", source=BY_CLINIC)

    bring_message(clinic, "155.4", flag="HH")

    first, second = versions()
    said = (second.value_text, second.unit, second.source, second.value_by)
    assert said == ("388", "nmol/L", BY_CLINIC, first.entered_by_name)
    assert (second.laboratory_flag, second.accession) == ("HH", MORNING)
    # Limits of the other unit would not be of this value.
    assert (second.interval_text, second.interval_high) == ("", None)
    assert counts(bring_message(clinic, "155.4", flag="HH")) == (0, 0, 1)


@pytest.mark.parametrize("flag", ["H", "N"])
def test_a_flag_that_a_clinician_wrote_stays(clinic: Clinic, flag: str) -> None:
    typed(clinic, source=BY_CLINIC, flag=flag)

    bring_message(clinic, "155", flag="HH", test=(*VITAMIN_D[:2], ""))

    assert [row.laboratory_flag for row in versions()] == [flag]


def test_what_a_clinician_corrected_is_not_replaced(clinic: Clinic) -> None:
    bring_message(clinic, "155")
    entry = an_entry("15.5", collected_on=DAY, laboratory="HARBOUR", method="")
    viewer = viewer_for_clinic(clinic)
    with viewing(viewer):
        recording.correct(
            result=versions()[0],
            entry=entry,
            reason="misread",
            by=viewer,
            at=TYPED_AT,
        )

    outcome = bring_message(clinic, "155", flag="HH")

    assert counts(outcome) == (0, 0, 1)
    assert [row.value_text for row in versions()] == ["155", "15.5"]


def test_what_a_clinician_confirmed_takes_the_flag_alone(clinic: Clinic) -> None:
    row = typed(clinic, measurand=Measurand.UNSPECIFIED)
    entry = an_entry("155", collected_on=DAY, laboratory="", method="LC-MS/MS")
    viewer = viewer_for_clinic(clinic)
    with viewing(viewer):
        recording.confirm(
            result=row, entry=entry, reason="on the report", by=viewer, at=TYPED_AT
        )

    bring_message(clinic, "155", flag="HH")

    newest = versions()[-1]
    assert (newest.version, newest.laboratory_flag) == (3, "HH")
    assert (newest.source, newest.method) == (BY_PATIENT, "LC-MS/MS")
    assert newest.interval_text == "20-50"


def test_of_two_samples_of_one_value_each_stands(clinic: Clinic) -> None:
    typed(clinic)

    data = message_of("155", sample=EVENING) + message_of("155", flag="HH")
    viewer = viewer_for_clinic(clinic)
    with viewing(viewer):
        importing.import_table(
            data=data,
            file_name="two.hl7",
            clinic=clinic,
            create_patients=False,
            by=viewer,
            at=EVENING_OF_SAMPLES,
        )

    rows = LabResult.objects.filter(collected_on=DAY).latest_versions()
    said = {row.accession: (row.version, row.laboratory_flag) for row in rows}
    assert said == {MORNING: (2, "HH"), EVENING: (1, "")}


def test_a_test_message_completes_nothing_and_shows_its_flag(clinic: Clinic) -> None:
    typed(clinic)
    data = message_of("155", flag="HH").replace(b"|P|2.5.1", b"|T|2.5.1")
    viewer = viewer_for_clinic(clinic)
    with viewing(viewer):
        importing.import_table(
            data=data,
            file_name="test.hl7",
            clinic=clinic,
            create_patients=False,
            by=viewer,
            at=EVENING_OF_SAMPLES,
        )

    rows = LabResult.objects.filter(collected_on=DAY).order_by("entered_at")
    assert [(row.version, row.source, bool(row.held_because)) for row in rows] == [
        (1, BY_PATIENT, False),
        (1, "imported_file", True),
    ]
    assert LookReason.ALERT in reasons(clinic)


def uploaded(clinic: Clinic, data: bytes) -> ImportBatch:
    """Return a clinic's file that was looked at, and not saved."""
    viewer = viewer_for_clinic(clinic)
    with viewing(viewer):
        batch = uploading.receive(
            data=data,
            file_name="later.hl7",
            clinic=clinic,
            by=viewer,
            at=EVENING_OF_SAMPLES,
        )
        uploading.look(batch=batch, by=viewer, at=EVENING_OF_SAMPLES)
    batch.refresh_from_db()
    return batch


@pytest.mark.parametrize("source", [BY_PATIENT, BY_CLINIC])
def test_the_preview_says_what_saving_does_and_undoing_takes_it_back(
    clinic: Clinic, source: ResultSource
) -> None:
    typed(clinic, source=source)
    data = message_of("155", flag="HH") + message_of("155")
    viewer = viewer_for_clinic(clinic)

    for times in (1, 2):
        batch = uploaded(clinic, data)
        foreseen = list(batch.rows.order_by("id").values_list("kind", "what"))
        assert (batch.added, batch.corrected, batch.already_here) == (1, 1, 1)
        assert [kind for kind, _ in foreseen] == ["added", "here"]
        with viewing(viewer):
            outcome = uploading.save(
                batch=batch, is_confirmed=True, by=viewer, at=EVENING_OF_SAMPLES
            )
        assert counts(outcome) == (1, 1, 1)
        assert list(batch.rows.order_by("id").values_list("kind", "what")) == foreseen
        assert LookReason.ALERT in reasons(clinic)

        with viewing(viewer):
            undone = uploading.undo(batch=batch, by=viewer, at=EVENING_OF_SAMPLES)
        assert (undone.taken_back, undone.kept) == (1, 0)
        newest = versions()[-1]
        assert (newest.version, newest.laboratory_flag) == (1 + 2 * times, "")
        assert (newest.source, newest.note) == (source, "after the holiday")
        assert LookReason.ALERT not in reasons(clinic)
