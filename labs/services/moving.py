"""
Moving a result that was filed under the wrong person.

Nothing leaves a record unseen: the result is withdrawn where it was and filed anew
where it belongs, each with a sentence that names nobody; the report's files go along.
Undoing turns all of it back.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.domain.viewers import Viewer
from accounts.models import Patient
from accounts.services.turns import Turn, take_turn
from labs.domain.measurements import ResultStatus
from labs.models import LabResult, ResultMove
from labs.policies import can_record
from labs.queries import MOVED_BACK, MOVED_IN, MOVED_OUT
from labs.services import attaching, recording, summarising
from labs.services.judging import WITHDRAWN
from labs.services.recording import VersionConflict

__all__ = ["MoveRefused", "VersionConflict", "move", "undo"]


class MoveRefused(ValueError):
    """Nothing was moved; the sentence says why."""


@transaction.atomic
def move(
    *, result: LabResult, to: Patient, reason: str, by: Viewer, at: datetime
) -> ResultMove:
    """Withdraw the result here and file it there, where both can be written."""
    _check(result, to, by=by, at=at)
    _hold_both(result.patient_id, to.pk, by=by)
    take_turn(Turn.CHAIN_OR_JOB, result.chain)
    recording.mark_entered_in_error(result=result, reason=MOVED_OUT, by=by, at=at)
    filed = recording.file_again(
        result=result, patient=to, reason=MOVED_IN, by=by, at=at
    )
    moved = ResultMove.objects.create(
        from_patient_id=result.patient_id,
        to_patient=to,
        from_chain=result.chain,
        to_chain=filed.chain,
        reason=reason,
        moved_by_id=by.id,
        moved_by_name=by.name,
        moved_at=at,
    )
    attaching.carry(move=moved, by=by, at=at)
    return moved


def _check(result: LabResult, to: Patient, *, by: Viewer, at: datetime) -> None:
    if result.patient_id == to.pk:
        raise MoveRefused(_("The result stands in this person's record already."))
    if ResultStatus(result.status) in WITHDRAWN:
        raise MoveRefused(_("This result was withdrawn; there is nothing to move."))
    for patient in (result.patient, to):
        if not can_record(by, patient, result.collected_on, at=at):
            message = _(
                "A result is moved by somebody who may add results of that day to both "
                "records. One of them shares results with you from a later day on."
            )
            raise MoveRefused(message)


@transaction.atomic
def undo(*, move_id: UUID, by: Viewer, at: datetime) -> ResultMove:
    """Let the result hold where it was again, and withdraw it where it was moved to."""
    moved = ResultMove.objects.select_for_update().filter(pk=move_id).first()
    if moved is None or moved.undone_at is not None:
        raise MoveRefused(_("This move was undone already."))
    _hold_both(moved.from_patient_id, moved.to_patient_id, by=by)
    filed, withdrawn = _newest(moved.to_chain), _newest(moved.from_chain)
    if filed.version != 1 or withdrawn.status != ResultStatus.ENTERED_IN_ERROR.value:
        message = _(
            "The result was changed since it was moved. Move or correct it by hand, so "
            "that the change is not lost."
        )
        raise MoveRefused(message)
    recording.mark_entered_in_error(result=filed, reason=MOVED_BACK, by=by, at=at)
    recording.restore(withdrawn=withdrawn, reason=MOVED_BACK, by=by, at=at)
    moved.undone_at, moved.undone_by_name = at, by.name
    moved.save(update_fields=["undone_at", "undone_by_name"])
    attaching.carry(move=moved, by=by, at=at)
    return moved


def _hold_both(one: UUID, other: UUID, *, by: Viewer) -> None:
    # Both at once: two moves in opposite directions would wait for each other for good.
    summarising.lock([one, other], by=by)


def _newest(chain: UUID) -> LabResult:
    # One writer of a chain at a time, as in recording.
    take_turn(Turn.CHAIN_OR_JOB, chain)
    return LabResult.objects.filter(chain=chain).order_by("-version")[0]
