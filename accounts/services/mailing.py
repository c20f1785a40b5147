"""
Mail leaves through the queue, never in a request.

So a request costs the same whether a mail server is quick, slow or down, and what is
rolled back sends nothing. A message is removed once a server took it: if the worker is
killed in between, it is sent once more, and never lost.
"""

import logging
import smtplib
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import transaction
from procrastinate.contrib.django import app

from accounts.models import OutgoingMail
from accounts.services.mail_pages import HTML, page_of

TASK = "send_mail"
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=3)  # the codes in it have long ended by then
TOLD_FOR = timedelta(days=30)
"""How long it is told that a message was given up."""

logger = logging.getLogger("accounts.mail")


def queue(message: EmailMessage, *, at: datetime) -> None:
    """Keep a message to each recipient and tell the worker, in this transaction."""
    page = page_of(str(message.subject), str(message.body))
    for recipient in message.to:
        waiting = OutgoingMail.objects.create(
            recipient=recipient,
            sender=message.from_email,
            subject=str(message.subject),
            body=str(message.body),
            page=page,
            made_at=at,
            try_after=at,
        )
        app.configure_task(TASK).defer(mail_id=str(waiting.pk))


def send_waiting(*, at: datetime) -> int:
    """Send what is due, each in a transaction of its own; return how many went."""
    OutgoingMail.objects.filter(given_up_at__lte=at - TOLD_FOR).delete()
    due = OutgoingMail.objects.filter(try_after__lte=at, given_up_at=None)
    due = due.order_by("made_at", "id")
    return sum(send(pk, at=at) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def send(mail_id: UUID, *, at: datetime) -> bool:
    """Send one message; where nobody takes it, it waits longer each time."""
    due = OutgoingMail.objects.select_for_update(skip_locked=True)
    waiting = due.filter(pk=mail_id, try_after__lte=at, given_up_at=None).first()
    if waiting is None:
        return False  # sent already, being sent by another worker, or not due yet
    message = _message(waiting)
    try:
        message.send()
    except (OSError, smtplib.SMTPException) as error:
        _put_off(waiting, error, at=at)
        return False
    waiting.delete()
    return True


def _message(waiting: OutgoingMail) -> EmailMessage:
    """Return what was kept; its page may be missing where it was kept long ago."""
    message = EmailMultiAlternatives(
        waiting.subject, waiting.body, waiting.sender, [waiting.recipient]
    )
    if waiting.page:
        message.attach_alternative(waiting.page, HTML)
    return message


def _put_off(waiting: OutgoingMail, error: Exception, *, at: datetime) -> None:
    """Wait longer each time; the log names the message by its id alone."""
    if at - waiting.made_at >= GIVEN_UP_AFTER:
        logger.error("message %s was never taken and is given up", waiting.pk)
        _give_up(waiting, at=at)
        return
    wait = min(FIRST_WAIT * 2**waiting.attempts, LONGEST_WAIT)
    waiting.attempts += 1
    waiting.try_after = at + wait
    waiting.save(update_fields=["attempts", "try_after"])
    logger.warning(
        "message %s was not taken (%s), try %s follows",
        waiting.pk,
        type(error).__name__,
        waiting.attempts + 1,
    )


def _give_up(waiting: OutgoingMail, *, at: datetime) -> None:
    """Keep to whom and when, so that it can be told, and no word of the message."""
    waiting.subject = waiting.body = waiting.page = ""
    waiting.given_up_at = at
    waiting.try_after = at + TOLD_FOR  # an older program leaves it alone till then
    waiting.save(update_fields=["subject", "body", "page", "given_up_at", "try_after"])


def given_up_for(addresses: Iterable[str]) -> dict[str, datetime]:
    """Return when the newest message was written that never reached an address."""
    found = OutgoingMail.objects.filter(recipient__in=list(addresses))
    found = found.exclude(given_up_at=None).order_by("made_at")
    return dict(found.values_list("recipient", "made_at"))
