"""
The HTML part of a message, made from its plain text.

So both parts say the same, word for word, and no template is written twice. The page
has no styles, no pictures and no scripts: nothing is fetched when somebody reads it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.template.loader import render_to_string

TEMPLATE = "account/email/page.html"
HTML = "text/html"
_ADDRESS = re.compile(r"https?://\S+")
_BLANK_LINES = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a message; an address stands alone on its line."""

    words: str

    @property
    def is_address(self) -> bool:
        """Return whether the line leads somewhere."""
        return _ADDRESS.fullmatch(self.words) is not None


def with_page(message: EmailMessage) -> EmailMultiAlternatives:
    """Return the message with its text as a page beside it."""
    both = EmailMultiAlternatives(
        message.subject, str(message.body), message.from_email, message.to
    )
    both.extra_headers = message.extra_headers
    both.attach_alternative(page_of(str(message.subject), str(message.body)), HTML)
    return both


def page_of(subject: str, text: str) -> str:
    """Return a plain text as a page: a paragraph each, addresses as links."""
    context = {"subject": subject, "paragraphs": list(_paragraphs(text))}
    return render_to_string(TEMPLATE, context)


def _paragraphs(text: str) -> Iterator[list[Line]]:
    for block in _BLANK_LINES.split(text.strip()):
        yield [Line(line.strip()) for line in block.splitlines()]
