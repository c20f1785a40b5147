"""
Tables of text whose columns are held apart by blanks alone, as printers set them.

Each piece of a line stands under one name of the header, or over part of it. Where that
is not so for every line, nothing is a table: a guess would move a value to its
neighbour.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from labs.formats.column_names import Role
from labs.formats.headers import read_header
from labs.formats.limits import MAX_COLUMNS, MAX_PREAMBLE_ROWS, MAX_RECORD_LENGTH

_PIECE = re.compile(r"\S+(?: \S+)*")  # two blanks part it from the next
_HEAD = 65_536  # characters in which the header is looked for
_LEAST = 3  # columns: a day, a test and a value
_RULE = re.compile(r"[-=_+ ]*")
_END_OF_LINE = re.compile(r"\r\n|\r|\n")

Span = tuple[int, int]


def out_of_fixed_columns(text: str) -> str:
    r"""
    Return a text whose columns are held apart by blanks with tabs between them.

    Any other text is returned as it is.

    >>> out_of_fixed_columns("Date        Test     Value\n2025-03-12  25-OH-D     27")
    'Date\tTest\tValue\n2025-03-12\t25-OH-D\t27'
    """
    if any(sign in text for sign in '\t|;"'):
        return text
    head = next(_headers(_END_OF_LINE.split(text[:_HEAD])), None)
    if head is None:
        return text
    lines = _END_OF_LINE.split(text)
    if any(len(line) > MAX_RECORD_LENGTH for line in lines):
        return text
    spans = _spans(lines[head])
    rows = [_row(line, spans) for line in lines[head + 1 :]]
    if None in rows:
        return text
    above = [line.strip() for line in lines[:head]]
    named = "\t".join(lines[head][start:end] for start, end in spans)
    return "\n".join([*above, named, *map(str, rows)])


def _headers(lines: Sequence[str]) -> Iterator[int]:
    """Give the places of lines whose pieces are names of the columns of a table."""
    for place, line in enumerate(islice(lines, MAX_PREAMBLE_ROWS)):
        spans = _spans(line)
        if _LEAST <= len(spans) <= MAX_COLUMNS and "," not in line:
            header = read_header([line[start:end] for start, end in spans])
            is_dated = header.is_long or header.is_wide
            names_values = Role.VALUE in header.roles and Role.TEST_NAME in header.roles
            if is_dated or names_values:
                yield place


def _spans(line: str) -> list[Span]:
    return [piece.span() for piece in _PIECE.finditer(line)]


def _row(line: str, columns: Sequence[Span]) -> str | None:
    """
    Return the cells of a line with tabs between them; None where one has no column.

    A line of one piece is no row, and stays as it is.
    """
    if _RULE.fullmatch(line):
        return ""
    pieces = _spans(line)
    if len(pieces) < len(("one", "another")):
        return line.strip()
    cells = [""] * len(columns)
    for piece in pieces:
        under = [place for place, name in enumerate(columns) if _touch(piece, name)]
        if len(under) != 1 or cells[under[0]] or not _fit(piece, columns[under[0]]):
            return None
        cells[under[0]] = line[slice(*piece)]
    return "\t".join(cells)


def _touch(piece: Span, name: Span) -> bool:
    return piece[0] < name[1] and name[0] < piece[1]


def _fit(piece: Span, name: Span) -> bool:
    """Answer whether one stands over all of the other, or both begin or end in line."""
    (start, end), (left, right) = piece, name
    is_over = (start <= left and right <= end) or (left <= start and end <= right)
    return is_over or start == left or end == right
