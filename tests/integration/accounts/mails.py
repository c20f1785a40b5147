"""What the worker sent."""

from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone

from accounts.services import mailing


def delivered() -> list[EmailMessage]:
    """Let the worker send what waits, and return all that was sent so far."""
    mailing.send_waiting(at=timezone.now())
    return list(mail.outbox)
