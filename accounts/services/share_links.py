"""Making, taking back and opening the links that show a report to somebody outside."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from accounts.domain.audit import Action, Channel
from accounts.domain.one_time_codes import fingerprint, new_code
from accounts.domain.share_links import MOST_WRONG_PINS, new_pin, pin_mark
from accounts.domain.viewers import NOBODY, Viewer, ViewerKind
from accounts.models import Patient, ShareLink
from accounts.queries import viewing
from accounts.services import auditing


class ShareLinkRefused(ValueError):
    """Nothing was opened; the sentence gives no reason away."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What opens a link; it is told once, and each half goes its own way."""

    code: str
    pin: str


@transaction.atomic
def make(
    *,
    link_id: UUID,
    patient: Patient,
    recipient: str,
    results: bool,
    supplements: bool,
    health: bool,
    results_from: date | None,
    expires_at: datetime,
    most_openings: int,
    by: Viewer,
    at: datetime,
) -> Secrets:
    """
    Return code and PIN of a new link, to be shown once.

    The id comes with the form: sent twice, it makes one link.
    """
    told = Secrets(code=new_code(), pin=new_pin())
    link = ShareLink(
        id=link_id,
        patient=patient,
        recipient=recipient,
        code_hash=fingerprint(told.code),
        pin_hash=pin_mark(told.code, told.pin),
        shares_results=results,
        shares_supplements=supplements,
        shares_health=health,
        results_from=results_from,
        most_openings=most_openings,
        made_by_id=by.id,
        made_at=at,
        expires_at=expires_at,
    )
    _save_new(link)
    _record(Action.CREATED, link.pk, patient.pk, by=by, at=at)
    return told


def _save_new(link: ShareLink) -> None:
    try:
        link.save(force_insert=True)
    except IntegrityError as error:
        message = _(
            "This link was made a moment ago, and its code was shown once. If nobody "
            "kept it, take the link back under “Sharing” and make a new one."
        )
        raise ShareLinkRefused(message) from error


@transaction.atomic
def revoke(*, link: ShareLink, by: Viewer, at: datetime) -> None:
    """End a link now; who has its page open sees nothing from the next click on."""
    ended = ShareLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=at)
    if ended:
        _record(Action.REVOKED, link.pk, link.patient_id, by=by, at=at)


def open_link(*, code: str, pin: str, ip_address: str | None, at: datetime) -> Viewer:
    """
    Return the viewer that code and PIN make; the patient reads of the opening.

    Raises ShareLinkRefused in the same words whatever was wrong. The transaction must
    be kept then: it holds the count of wrong PINs, and the trail of the attempt.
    """
    found = _look_up(fingerprint(code), pin_mark(code, pin))
    if found is None:
        raise ShareLinkRefused(_refusal())
    link_id, patient_id, recipient, is_open = found
    viewer = Viewer(ViewerKind.SHARE, link_id, recipient) if is_open else NOBODY
    action = Action.OPENED if is_open else Action.DENIED
    with viewing(viewer):
        _record(action, link_id, patient_id, by=viewer, at=at, ip_address=ip_address)
    if not is_open:
        raise ShareLinkRefused(_refusal())
    return viewer


def _look_up(code_mark: str, mark: str) -> tuple[UUID, UUID, str, bool] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT link_id, patient_id, recipient, is_open"
            " FROM app.open_share_link(%s, %s, %s)",
            [code_mark, mark, MOST_WRONG_PINS],
        )
        found: tuple[UUID, UUID, str, bool] | None = cursor.fetchone()
    return found


def _refusal() -> str:
    return _(
        "This code and PIN do not open a report. Check both. After %(most)s wrong PINs "
        "a link is shut; it also ends on its last day, when it was opened as often as "
        "agreed, or when the patient takes it back. Ask the patient for a new one."
    ) % {"most": MOST_WRONG_PINS}


def _record(
    action: Action,
    link_id: UUID,
    patient_id: UUID,
    *,
    by: Viewer,
    at: datetime,
    ip_address: str | None = None,
) -> None:
    is_outside = by.kind is not ViewerKind.USER
    auditing.record(
        viewer=by,
        action=action,
        object_label="share link",
        object_id=link_id,
        patient_id=patient_id,
        channel=Channel.SHARE if is_outside else Channel.PAGE,
        ip_address=ip_address,
        at=at,
    )
