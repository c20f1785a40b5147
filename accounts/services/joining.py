"""
Reading two records of one person as one, and parting them again.

Nothing is copied, moved or deleted: a joining says that a page about the one also reads
the other. Consents stay with the record they were given for.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import queries
from accounts.domain.audit import Action
from accounts.domain.scopes import Scope
from accounts.domain.viewers import Viewer
from accounts.models import Patient, RecordJoin
from accounts.services import auditing, record_changes
from accounts.services.turns import Turn, take_turn


class JoinRefused(ValueError):
    """The records stay apart; the sentence says why."""


@transaction.atomic
def join(
    *, kept: Patient, joined: Patient, reason: str, by: Viewer, at: datetime
) -> RecordJoin:
    """
    Read `joined` together with `kept` from now on.

    Of two records the one with a login is kept, whichever was named first.
    """
    if joined.user_id is not None and kept.user_id is None:
        kept, joined = joined, kept
    _lock(kept, joined)
    _check(kept, joined, by=by, at=at)
    record_changes.hold([kept.pk, joined.pk], by=by)
    made = RecordJoin.objects.create(
        kept=kept,
        joined=joined,
        reason=reason,
        joined_by_id=by.id,
        joined_by_name=by.name,
        joined_at=at,
    )
    _record(made, Action.JOINED, by=by, at=at)
    record_changes.tell([kept.pk, joined.pk], by=by, at=at)
    return made


def _lock(*records: Patient) -> None:
    for pk in sorted(str(record.pk) for record in records):
        take_turn(Turn.FORM_OR_JOINING, pk)


def _check(kept: Patient, joined: Patient, *, by: Viewer, at: datetime) -> None:
    treated = queries.consents_in_force(viewer=by, at=at, scope=Scope.RESULTS)
    for patient in (kept, joined):
        if not treated.filter(patient=patient).exists():
            message = _(
                "Records are joined by a clinician with whom both share their results."
            )
            raise JoinRefused(message)
    if kept.pk == joined.pk:
        raise JoinRefused(_("This is one record already."))
    if joined.user_id is not None:
        raise JoinRefused(
            _("Two people sign in with these records. They cannot be joined here.")
        )
    if kept.born_on is None or kept.born_on != joined.born_on:
        message = _(
            "The birth dates are not the same: these may be two people. Correct the "
            "wrong one first, if it is one person."
        )
        raise JoinRefused(message)
    links = RecordJoin.objects.in_force()
    is_part = links.filter(joined__in=(kept, joined)).exists()
    if is_part or links.filter(kept=joined).exists():
        raise JoinRefused(_("One of these records is joined already. Undo that first."))


@transaction.atomic
def part(*, join: RecordJoin, by: Viewer, at: datetime) -> bool:
    """Take the records apart again; return whether they were joined until now."""
    record_changes.hold([join.joined_id], by=by)
    changed = RecordJoin.objects.in_force().filter(pk=join.pk)
    if not changed.update(undone_at=at, undone_by_name=by.name):
        return False
    _record(join, Action.PARTED, by=by, at=at)
    record_changes.tell([join.kept_id, join.joined_id], by=by, at=at)
    return True


def _record(join: RecordJoin, action: Action, *, by: Viewer, at: datetime) -> None:
    """Tell both trails; each names its own record alone."""
    for patient_id in (join.kept_id, join.joined_id):
        auditing.record(
            viewer=by,
            action=action,
            object_label="join",
            object_id=join.pk,
            patient_id=patient_id,
            at=at,
        )
