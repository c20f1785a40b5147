"""Who runs the site and may look at its lists; made and ended by a command alone."""

from datetime import datetime

from django.db import transaction

from accounts.domain.audit import Action, Channel
from accounts.domain.viewers import NOBODY
from accounts.models import User
from accounts.services import auditing


@transaction.atomic
def appoint(*, email: str, is_operator: bool, at: datetime) -> None:
    """Let somebody look at the lists, or end it. Raises User.DoesNotExist."""
    user = User.objects.get(email__iexact=email)
    user.is_staff = is_operator
    user.save(update_fields=["is_staff"])
    auditing.record(
        viewer=NOBODY,
        action=Action.GRANTED if is_operator else Action.REVOKED,
        object_label="operator",
        object_id=user.pk,
        channel=Channel.COMMAND,
        at=at,
    )
