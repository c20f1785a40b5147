"""A mail server that is down for a day: what waits is kept, and goes out once."""

import socket
import socketserver
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone
from pytest_django import Settings

from accounts.models import OutgoingMail
from accounts.services import mailing
from tests.integration.operations.stack import held_port, number_of

MESSAGES = 12
HOURS = 24
pytestmark = pytest.mark.django_db


class Session(socketserver.StreamRequestHandler):
    """Speaks as little SMTP as is needed to take a message."""

    server: "MailServer"

    def handle(self) -> None:
        """Answer line by line until the other side has done."""
        self.say("220 here")
        for line in self.rfile:
            match line[:4].upper():
                case b"RCPT":
                    self.recipient = line.decode().partition("<")[2].partition(">")[0]
                    busy = self.server.is_busy
                    self.say("451 try later" if busy else "250 yes")
                case b"DATA":
                    self.say("354 go on")
                    while self.rfile.readline() != b".\r\n":
                        pass
                    self.server.taken[self.recipient] += 1
                    self.say("250 taken")
                case b"QUIT":
                    self.say("221 gone")
                    return
                case _:
                    self.say("250 yes")

    def say(self, line: str) -> None:
        """Write one line."""
        self.wfile.write(f"{line}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    """Takes messages, or puts everybody off."""

    allow_reuse_address = True
    is_busy = False

    def __init__(self, port: int, taken: Counter[str]) -> None:
        """Listen."""
        self.taken = taken
        super().__init__(("127.0.0.1", port), Session)


@contextmanager
def mail_server(port: int, taken: Counter[str], *, is_busy: bool) -> Iterator[None]:
    with MailServer(port, taken) as server:
        server.is_busy = is_busy
        thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.01}
        )
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def port() -> Iterator[socket.socket]:
    """A port that is nobody else's for the whole day."""
    with held_port() as held:
        yield held


def test_a_day_without_a_mail_server_loses_and_doubles_nothing(
    settings: Settings, port: socket.socket
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", number_of(port)
    begun, taken = timezone.now(), Counter[str]()
    people = [f"person{number}@example.org" for number in range(MESSAGES)]
    for person in people:
        mailing.queue(
            EmailMessage("Confirm", "a code", "from@example.org", [person]), at=begun
        )

    for hour in range(HOURS):  # nobody listens at all
        assert mailing.send_waiting(at=begun + timedelta(hours=hour)) == 0
    with mail_server(settings.EMAIL_PORT, taken, is_busy=True):
        assert mailing.send_waiting(at=begun + timedelta(hours=HOURS)) == 0
    assert OutgoingMail.objects.count() == MESSAGES
    with mail_server(settings.EMAIL_PORT, taken, is_busy=False):
        for hour in range(HOURS + 1, HOURS + 3):
            mailing.send_waiting(at=begun + timedelta(hours=hour))

    assert taken == Counter(people)
    assert not OutgoingMail.objects.exists()
