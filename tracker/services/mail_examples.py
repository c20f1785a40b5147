"""
Every message that the site can send, with invented words, for those who write them.

The list is read from the templates themselves, so that none is forgotten; a test looks
at each of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from allauth.account.adapter import get_adapter
from django.conf import settings

from accounts.services.mail_pages import page_of

ENDING = "_message.txt"
# What other templates are built on; it is not sent.
BASES = frozenset({"account/email/base"})
READER = "reader@example.org"
INVENTED = {
    "accept_url": "https://calcidiol.example/invitations/accept/",
    "activate_url": "https://calcidiol.example/account/confirm-email/one-time-key/",
    "address": "/worklist/",
    "answer_url": "https://calcidiol.example/clinics/a-clinic/export/a-request/",
    "asked_by": "Dr Robin Ash",
    "clinic": "Example Clinic",
    "code": "QUIET-OTTER-PADDLE",
    "day": "1 June 2026",
    "days": 7,
    "home_url": "https://calcidiol.example/",
    "invited_by": "Kim Example",
    "ip": "192.0.2.1",
    "login_url": "https://calcidiol.example/account/login/",
    "not_reviewed": "12",
    "overdue": "1-4",
    "password_reset_url": "https://calcidiol.example/account/password/reset/key/a-b/",
    "sessions_url": "https://calcidiol.example/account/sessions/",
    "signup_url": "https://calcidiol.example/account/signup/",
    "site_origin": "https://calcidiol.example",
    "timestamp": "1 June 2026, 9:00",
    "user_agent": "A browser",
}


@dataclass(frozen=True, slots=True)
class Mail:
    """One message in both its parts."""

    name: str
    subject: str
    text: str
    page: str


def names() -> list[str]:
    """Return the templates of all messages, as the sign-in library names them."""
    return sorted(set(_prefixes()) - BASES)


def _prefixes() -> Iterator[str]:
    folder = Path(settings.BASE_DIR) / "templates"
    for path in folder.rglob(f"*/email/*{ENDING}"):
        yield str(path.relative_to(folder)).removesuffix(ENDING)


def example(name: str) -> Mail:
    """Return a message as somebody would get it."""
    message = get_adapter().render_mail(name, READER, {**INVENTED, "email": READER})
    subject, text = str(message.subject), str(message.body)
    return Mail(name, subject, text, page_of(subject, text))
