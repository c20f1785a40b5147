"""
Writing results: the first version, a correction, a withdrawal.

Nothing is overwritten. Each later version names its reason and its author, and is
refused when somebody else was quicker.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.domain.audit import Action
from accounts.domain.viewers import Viewer
from accounts.models import Patient
from accounts.policies import NotAllowed
from accounts.services import auditing
from accounts.services.turns import Turn, take_turn
from labs.domain.measurands import Measurand
from labs.domain.measurements import ResultStatus
from labs.domain.plausibility import latest_day, reason_to_hold_date
from labs.domain.units import Unit
from labs.models import VALUE_BY, ImportBatch, LabResult, ResultSource
from labs.queries import UNDONE, is_replaced_out_of_sight
from labs.services import summarising
from labs.services.entries import Entry
from labs.services.judging import typed_by

__all__ = [
    "REPLACED_OUT_OF_SIGHT",
    "Entry",
    "ReportEntry",
    "VersionConflict",
    "check_holds_in_sight",
    "confirm",
    "correct",
    "mark_entered_in_error",
    "record",
    "record_report",
    "says_the_same",
    "take_back",
    "undo",
]


# It says nothing of the newer version but that it is there, and why it is not shown.
REPLACED_OUT_OF_SIGHT = gettext_noop(
    "A newer version of this result is of a day whose results are not shared with you. "
    "What you see of it no longer holds."
)


class VersionConflict(RuntimeError):
    """Somebody else wrote a newer version; it is shown beside one's own."""

    def __init__(self, newest: LabResult) -> None:
        """Keep the version that holds now."""
        super().__init__(_("This result was changed by somebody else in the meantime."))
        self.newest = newest


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """One result of a report, with the answers to what was asked about it."""

    entry_id: UUID
    entry: Entry
    answers: dict[str, str]


@transaction.atomic
def record_report(
    *,
    patient: Patient,
    entries: Sequence[ReportEntry],
    source: ResultSource,
    by: Viewer,
    at: datetime,
) -> list[LabResult]:
    """Store all results of one report, or none: a conflict in one undoes the others."""
    return [
        record(
            patient=patient,
            entry=each.entry,
            source=source,
            answers=each.answers,
            by=by,
            at=at,
            entry_id=each.entry_id,
        )
        for each in entries
    ]


@transaction.atomic
def record(
    *,
    patient: Patient,
    entry: Entry,
    source: ResultSource,
    answers: dict[str, str],
    by: Viewer,
    at: datetime,
    entry_id: UUID | None = None,
) -> LabResult:
    """
    Store a result; the same `entry_id` again gives the result stored before.

    `answers` are the person's answers to the questions that were asked. Raises
    VersionConflict where the same `entry_id` comes again with anything else in it.
    """
    entry_id = entry_id or uuid4()
    held = summarising.lock([patient.pk], by=by)
    take_turn(Turn.CHAIN_OR_JOB, entry_id)
    stored = LabResult.objects.filter(pk=entry_id, patient=patient).first()
    if stored is not None:
        if not says_the_same(stored, entry):
            raise VersionConflict(_newest(stored) or stored)
        return stored
    result = draft(
        patient=patient,
        entry=entry,
        entry_id=entry_id,
        source=source,
        answers=answers,
        by=by,
        at=at,
    )
    result.save(force_insert=True)
    _audit(result, Action.CREATED, by=by, at=at)
    summarising.draw(held, at=at)
    return result


def draft(
    *,
    patient: Patient,
    entry: Entry,
    entry_id: UUID,
    source: ResultSource,
    answers: dict[str, str],
    by: Viewer,
    at: datetime,
) -> LabResult:
    """Return the first version of a result that is not stored."""
    return LabResult(
        id=entry_id,
        patient=patient,
        chain=entry_id,
        version=1,
        source=source,
        answers=answers,
        **_authored(by=by, at=at),
        **_columns(entry),
    )


@transaction.atomic
def correct(
    *,
    result: LabResult,
    entry: Entry,
    reason: str,
    by: Viewer,
    at: datetime,
    answers: Mapping[str, str] | None = None,
) -> LabResult:
    """
    Add a corrected version; the one before stays readable.

    `answers` are those to what was asked about the correction, kept with it.
    """
    source = typed_by(by, result.patient)
    written = Written(_columns(entry), source, answers=answers or {})
    return _add_version(result, written, reason, Action.CORRECTED, by=by, at=at)


@transaction.atomic
def confirm(
    *, result: LabResult, entry: Entry, reason: str, by: Viewer, at: datetime
) -> LabResult:
    """Add the version that a clinician confirmed: the number stays from who gave it."""
    columns = _columns(entry) | {"checked_elsewhere": result.checked_elsewhere}
    written = _taken_over(result, columns)
    return _add_version(result, written, reason, Action.CORRECTED, by=by, at=at)


@transaction.atomic
def mark_entered_in_error(
    *, result: LabResult, reason: str, by: Viewer, at: datetime
) -> LabResult:
    """Withdraw a result: it leaves chart and flags, and stays in the history."""
    columns = _as_stored(result)
    columns["status"] = ResultStatus.ENTERED_IN_ERROR.value
    written = _taken_over(result, columns)
    return _add_version(result, written, reason, Action.VOIDED, by=by, at=at)


@transaction.atomic
def take_back(
    *,
    result: LabResult,
    status: ResultStatus,
    comment: str,
    reason: str,
    batch: ImportBatch | None,
    by: Viewer,
    at: datetime,
) -> LabResult:
    """
    Withdraw what its laboratory takes back: the value stays as it was reported.

    Whoever calls locks the record before, and draws the rows of lists when everything
    is written: a file may take back many results of one person.
    """
    columns = _as_stored(result) | {"status": status.value, "comment": comment}
    written = _taken_over(result, columns | {"import_batch": batch})
    return _write_version(result, written, reason, Action.VOIDED, by=by, at=at)


@transaction.atomic
def undo(*, results: Sequence[LabResult], by: Viewer, at: datetime) -> None:
    """
    Take back what the same person wrote last; what stood before it holds again.

    Nothing is removed: a first version is marked as entered in error, a later one is
    followed by what it replaced. Raises VersionConflict where somebody came between.
    """
    summarising.lock([each.patient_id for each in results], by=by)
    for result in results:
        before = _version_before(result)
        columns = {name: getattr(before or result, name) for name in _COLUMN_NAMES}
        if before is None:
            columns["status"] = ResultStatus.ENTERED_IN_ERROR.value
        action = Action.CORRECTED if before else Action.VOIDED
        written = _taken_over(before or result, columns)
        _add_version(result, written, UNDONE, action, by=by, at=at)


def _version_before(result: LabResult) -> LabResult | None:
    versions = LabResult.objects.filter(chain=result.chain, version__lt=result.version)
    return versions.order_by("-version").first()


@transaction.atomic
def file_again(
    *, result: LabResult, patient: Patient, reason: str, by: Viewer, at: datetime
) -> LabResult:
    """
    Store what a result says as the first version in another person's record.

    A day on which no sample of that person can have been taken holds it, as everywhere.
    """
    filed_id = uuid4()
    held = summarising.lock([patient.pk], by=by)
    doubt = reason_to_hold_date(
        result.collected_on, today=latest_day(at), born_on=patient.born_on
    )
    columns = _as_stored(result)
    columns["held_because"] = doubt or result.held_because
    filed = LabResult(
        id=filed_id,
        patient=patient,
        chain=filed_id,
        version=1,
        version_reason=reason,
        source=result.source,
        import_batch_id=result.import_batch_id,
        answers=result.answers | {VALUE_BY: ""},
        **_authored(by=by, at=at),
        **columns,
    )
    filed.save(force_insert=True)
    _audit(filed, Action.CREATED, by=by, at=at)
    summarising.draw(held, at=at)
    return filed


@transaction.atomic
def restore(
    *, withdrawn: LabResult, reason: str, by: Viewer, at: datetime
) -> LabResult:
    """Let the version before a withdrawal hold again, as a new version."""
    before = LabResult.objects.get(chain=withdrawn.chain, version=withdrawn.version - 1)
    written = _taken_over(before, _as_stored(before))
    return _add_version(withdrawn, written, reason, Action.CORRECTED, by=by, at=at)


def _as_stored(result: LabResult) -> dict[str, object]:
    return {name: getattr(result, name) for name in _COLUMN_NAMES}


@dataclass(frozen=True, slots=True)
class Written:
    """What a version says, where its value came from, and whose it was before."""

    columns: dict[str, object]
    source: str
    value_by: str | None = None
    answers: Mapping[str, str] = field(default_factory=dict)


def _taken_over(row: LabResult, columns: dict[str, object]) -> Written:
    """Return a version whose value is not its author's: its source stays with it."""
    return Written(columns, row.source, row.value_by)


def _add_version(
    result: LabResult,
    written: Written,
    reason: str,
    action: Action,
    *,
    by: Viewer,
    at: datetime,
) -> LabResult:
    """Write the next version of a result, and draw the rows of lists anew."""
    held = summarising.lock([result.patient_id], by=by)
    version = _write_version(result, written, reason, action, by=by, at=at)
    summarising.draw(held, at=at)
    return version


def _write_version(
    result: LabResult,
    written: Written,
    reason: str,
    action: Action,
    *,
    by: Viewer,
    at: datetime,
) -> LabResult:
    _check_is_newest(result)
    value_by = {} if written.value_by is None else {VALUE_BY: written.value_by}
    version = LabResult(
        patient_id=result.patient_id,
        chain=result.chain,
        version=result.version + 1,
        version_reason=reason,
        source=written.source,
        answers={**written.answers, **value_by},
        **_authored(by=by, at=at),
        **written.columns,
    )
    version.save(force_insert=True)
    _audit(version, action, by=by, at=at)
    return version


def _check_is_newest(result: LabResult) -> None:
    take_turn(Turn.CHAIN_OR_JOB, result.chain)
    check_holds_in_sight(result)
    newest = _newest(result)
    if newest is not None and newest.pk != result.pk:
        raise VersionConflict(newest)


def check_holds_in_sight(result: LabResult) -> None:
    """Refuse to write about a result whose newest version the writer may not see."""
    if is_replaced_out_of_sight(result):
        raise NotAllowed(_(REPLACED_OUT_OF_SIGHT))


def _newest(result: LabResult) -> LabResult | None:
    versions = LabResult.objects.filter(chain=result.chain)
    return versions.order_by("-version").first()


# Drawn from what else stands there, and spelled otherwise by a file than by a form.
_DERIVED = frozenset({"unit_text", "interval_low", "interval_high"})


def says_the_same(stored: LabResult, entry: Entry) -> bool:
    """Say whether an entry holds nothing else than a stored version does."""
    return all(
        getattr(stored, name) == value
        for name, value in _columns(entry).items()
        if name not in _DERIVED
    )


_COLUMN_NAMES = (
    *(each.name for each in fields(Entry)),
    "checked_elsewhere",
)


def _columns(entry: Entry) -> dict[str, object]:
    columns = {each.name: getattr(entry, each.name) for each in fields(entry)}
    columns["comparator"] = entry.comparator.value if entry.comparator else ""
    return {
        name: value.value
        if isinstance(value, Measurand | Unit | ResultStatus)
        else value
        for name, value in columns.items()
    }


def _authored(*, by: Viewer, at: datetime) -> dict[str, object]:
    return {
        "entered_by_id": by.id_or_none,
        "entered_by_name": by.name,
        "entered_at": at,
    }


def _audit(result: LabResult, action: Action, *, by: Viewer, at: datetime) -> None:
    auditing.record(
        viewer=by,
        action=action,
        object_label="result",
        object_id=result.pk,
        patient_id=result.patient_id,
        at=at,
    )
