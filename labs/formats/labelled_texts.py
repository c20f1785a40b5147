"""
What lines around a table say of a person, each text behind its label.

"Patient: Ada Muster | DOB: 1970-01-02" is one cell and two texts; others give a cell to
each label and to each text.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, pairwise

from labs.formats.column_names import OF_PERSONS, ROLE_OF_NAME, Role
from labs.formats.spelling import plain
from labs.formats.tabular import Record

LONGEST_LINE = 300
LONGEST_LABEL = 40
MOST_CELLS = 40
MOST_WORDS = 4  # of a label
# A label ends with a colon, but not that of a time or of "Patient:in"; "geb. 1.2.1970"
# does without one.
_END = re.compile(r"(?<!\d)\s?:(?!in\b)\s*|\s(?=\d{1,4}[./-]\d{1,2}[./-]\d{2,4})")
_PARTED = re.compile(r"[|;,(\t]\s*|\s{2,}")
_WORD = re.compile(r"\S+")
# What sets a label off in plain text: "- **Name:** Ada Muster".
_MARKED = re.compile(r"\A[-*>#\s\u2022\u00b7]+|\*\*|__")
_AROUND = " \t|;,-\N{EN DASH}"


def labelled_in(record: Record) -> Iterator[tuple[Role, str]]:
    """Give what a line says of a person: what each text is, and the text."""
    bare = (_MARKED.sub("", cell) for cell in record.cells)
    filled = list(islice(filter(None, bare), MOST_CELLS))
    for name, text in pairwise(filled):
        role = _role_of(name)
        if role in OF_PERSONS and _role_of(text) is None and not _labels_in(text):
            yield role, text
    for cell in filled:
        yield from _labelled_in_cell(cell)


def _labelled_in_cell(cell: str) -> Iterator[tuple[Role, str]]:
    labels = _labels_in(cell)
    ends = [start for _role, start, _end in labels[1:]]
    for (role, _start, end), until in zip(labels, [*ends, len(cell)], strict=False):
        text = _unbracketed(cell[end:until].strip(_AROUND))
        if role in OF_PERSONS and text:
            yield role, text


def _unbracketed(text: str) -> str:
    """Return a text without a bracket that was opened or closed outside of it."""
    if text.count("(") == text.count(")"):
        return text
    return text.strip("() ")


def _labels_in(cell: str) -> list[tuple[Role | None, int, int]]:
    """Return what each label in a cell says, where it begins and where its text."""
    found: list[tuple[Role | None, int, int]] = []
    if len(cell) > LONGEST_LINE:
        return found
    last = 0
    for end in _END.finditer(cell):
        role, start = _label_before(cell[last : end.start()])
        is_colon = ":" in end[0]
        if role is Role.BORN_ON or is_colon:
            found.append((role, last + start, end.end()))
            last = end.end()
    return found


def _label_before(text: str) -> tuple[Role | None, int]:
    """
    Return what the label at the end of a text says, and where it begins.

    One that is not known begins behind the last mark that parts, else it is one word.
    The name of anything may end in "Name": a file, a doctor, a place.
    """
    parted = [found.end() for found in _PARTED.finditer(text)]
    begin = parted[-1] if parted else 0
    starts = [word.start() for word in _WORD.finditer(text, begin)]
    for start in starts[-MOST_WORDS:]:
        role = _role_of(text[start:])
        if role and (start == starts[0] or role is not Role.ANY_NAME):
            return role, start
    return None, begin if parted else (starts or [0])[-1]


def _role_of(name: str) -> Role | None:
    if not name[:1].isalpha() or len(name) > LONGEST_LABEL:
        return None
    return _role_of_label(name)


@lru_cache(maxsize=2_048)
def _role_of_label(name: str) -> Role | None:
    return ROLE_OF_NAME.get(plain(name))
