"""Mail goes through the queue: nothing is lost, nothing is sent of what never was."""

import logging
import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import OutgoingMail, User
from accounts.services import mailing
from tests.integration.accounts.mails import delivered
from tracker import tasks

pytestmark = pytest.mark.django_db

ASKED = {
    "name": "Ida Ivory",
    "email": "ida@example.org",
    "password1": "seven quiet otters paddle",
}


def a_message() -> EmailMessage:
    return EmailMessage("Confirm", "a code", "from@example.org", ["ida@example.org"])


def jobs() -> list[ProcrastinateJob]:
    return list(ProcrastinateJob.objects.filter(task_name=mailing.TASK))


def test_a_request_queues_its_mail_and_sends_none(client: Client) -> None:
    client.post("/account/signup/", ASKED)

    assert mail.outbox == []
    waiting = OutgoingMail.objects.get()
    (job,) = jobs()
    assert job.args == {"mail_id": str(waiting.pk)}


def test_the_worker_sends_it_once_and_forgets_it(client: Client) -> None:
    client.post("/account/signup/", ASKED)
    (job,) = jobs()

    tasks.send_mail(**job.args)
    tasks.send_mail(**job.args)

    assert [message.to for message in mail.outbox] == [["ida@example.org"]]
    assert not OutgoingMail.objects.exists()


def test_what_is_rolled_back_sends_nothing() -> None:
    with transaction.atomic():
        mailing.queue(a_message(), at=timezone.now())
        transaction.set_rollback(True)

    assert delivered() == []
    assert jobs() == []


def test_a_request_that_fails_sends_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.raise_request_exception = False
    queue = mailing.queue

    def queue_and_fail(*args: object, **kwargs: object) -> None:
        queue(*args, **kwargs)  # type: ignore[arg-type]
        raise RuntimeError

    monkeypatch.setattr(mailing, "queue", queue_and_fail)

    assert client.post("/account/signup/", ASKED).status_code == 500
    assert not User.objects.exists()
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("error", [smtplib.SMTPServerDisconnected("x"), OSError("y")])
def test_a_server_that_is_down_loses_nothing_and_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
) -> None:
    at = timezone.now()
    mailing.queue(a_message(), at=at)

    def down(*_: object) -> int:
        raise error

    with monkeypatch.context() as patched, caplog.at_level(logging.WARNING):
        patched.setattr(EmailBackend, "send_messages", down)
        assert mailing.send_waiting(at=at) == 0
        assert mailing.send_waiting(at=at + timedelta(seconds=30)) == 0  # not due yet
        assert mailing.send_waiting(at=at + timedelta(minutes=1)) == 0
    waiting = OutgoingMail.objects.get()
    assert waiting.attempts == 2
    assert waiting.try_after == at + timedelta(minutes=3)
    assert "ida" not in caplog.text
    assert "code" not in caplog.text

    assert mailing.send_waiting(at=at + timedelta(minutes=3)) == 1
    assert len(mail.outbox) == 1


def test_what_nobody_takes_for_days_is_given_up_and_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    at = timezone.now()
    mailing.queue(a_message(), at=at)

    def down(*_: object) -> int:
        raise OSError

    monkeypatch.setattr(EmailBackend, "send_messages", down)
    mailing.send_waiting(at=at + mailing.GIVEN_UP_AFTER)

    kept = OutgoingMail.objects.get()
    assert kept.given_up_at == at + mailing.GIVEN_UP_AFTER
    assert kept.subject == kept.body == kept.page == ""
    assert mailing.given_up_for([kept.recipient]) == {kept.recipient: at}
    assert mailing.given_up_for(["else@example.org"]) == {}
    assert "given up" in caplog.text
    assert "ida" not in caplog.text

    monkeypatch.undo()
    later = kept.given_up_at + mailing.TOLD_FOR
    assert mailing.send_waiting(at=later - timedelta(seconds=1)) == 0
    assert OutgoingMail.objects.exists()
    assert mailing.send_waiting(at=later) == 0
    assert not OutgoingMail.objects.exists()
