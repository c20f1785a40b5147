"""What stands above a table: the test or the person that all its rows are about."""

from collections.abc import Iterator, Sequence

from labs.formats.cells import known_here, not_taken
from labs.formats.column_names import ROLE_OF_NAME, Role
from labs.formats.dates import DateRefused, has_short_year, read_date
from labs.formats.parsed import FileRefused, PatientClue
from labs.formats.spelling import plain
from labs.formats.tabular import Record


def test_named_in(preamble: Sequence[Record]) -> str:
    """Return the first text that names vitamin D; raise where it is another test."""
    for record in preamble:
        for text in filter(None, record.cells):
            found = known_here("", text)
            if found.refused:
                raise FileRefused(not_taken(found.refused))
            if found.basis == "name":
                return text
    return ""


def patient_named_in(preamble: Sequence[Record]) -> PatientClue:
    """
    Return the person that lines such as "Patient: Ada Muster" name.

    A birth date that fits more than one order is left out.
    """
    parts: dict[Role, str] = {}
    for name, text in _labelled(preamble):
        role = ROLE_OF_NAME.get(plain(name))
        if role is not None:
            parts.setdefault(role, text)
    identifier = parts.get(Role.PATIENT_ID, "")
    name = parts.get(Role.PATIENT_NAME) or parts.get(Role.ANY_NAME, "")
    return clue(identifier, name, parts.get(Role.BORN_ON, ""))


def clue(identifier: str, name: str, born_on: str) -> PatientClue:
    """Return a clue; what stands for a number and is words is a name."""
    is_name = not any(sign.isdigit() for sign in identifier) and " " in identifier
    if is_name and not name:
        identifier, name = "", identifier
    try:
        is_certain = born_on and not has_short_year(born_on)
        day = read_date(born_on) if is_certain else None
    except DateRefused:
        day = None
    return PatientClue(identifier, name, day)


def _labelled(preamble: Sequence[Record]) -> Iterator[tuple[str, str]]:
    """Give names and texts of lines that hold a name and one text."""
    for record in preamble:
        filled = [cell for cell in record.cells if cell]
        if len(filled) == len(("name", "text")):
            yield filled[0], filled[1]
        elif len(filled) == 1 and ":" in filled[0]:
            name, _, text = filled[0].partition(":")
            yield name, text.strip()
