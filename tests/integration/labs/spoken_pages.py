"""What a page says, as a reader meets it, for the rules of language."""

import re
from html import unescape
from typing import Protocol

BLOCKS = re.compile(
    r"</?(?:p|li|h\d|legend|label|dt|dd|div|section|fieldset|summary|details|button"
    r"|option|ul|form|td|th|tr)\b[^>]*>"
)


class Answer(Protocol):
    """What a client got."""

    @property
    def content(self) -> bytes: ...


def words_of(answer: Answer) -> str:
    """Return the text of a page, its blocks parted by an empty line."""
    page = re.sub(r"(?s)<(script|style|svg|head)\b.*?</\1>", "", text_of(answer))
    return unescape(re.sub(r"<[^>]+>", "", BLOCKS.sub("\n\n", page)))


def flowing(answer: Answer) -> str:
    """Return the same with every stretch of white space as one space."""
    return " ".join(words_of(answer).split())


def text_of(answer: Answer) -> str:
    return answer.content.decode()
