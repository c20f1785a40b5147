"""What stands above a table: the test or the person that all its rows are about."""

from collections.abc import Mapping, Sequence

from labs.formats.cells import known_here, not_taken
from labs.formats.column_names import Role
from labs.formats.dates import DateRefused, has_short_year, read_date
from labs.formats.labelled_texts import labelled_in
from labs.formats.parsed import FileRefused, PatientClue
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
    for record in preamble:
        for role, text in labelled_in(record):
            # "Patient: Ada Muster, MRN: 17" gives a name and then a number.
            is_name = role is Role.PATIENT_ID and _is_name(text)
            parts.setdefault(Role.PATIENT_NAME if is_name else role, text)
    name = parts.get(Role.PATIENT_NAME) or _name_in(parts)
    return clue(parts.get(Role.PATIENT_ID, ""), name, parts.get(Role.BORN_ON, ""))


def _is_name(text: str) -> bool:
    return " " in text and not any(sign.isdigit() for sign in text)


def _name_in(parts: Mapping[Role, str]) -> str:
    """Return a name in one piece or in two; beside a given name "Name" is the other."""
    family = parts.get(Role.FAMILY_NAME) or parts.get(Role.ANY_NAME, "")
    return " ".join(filter(None, (parts.get(Role.GIVEN_NAME), family)))


def clue(identifier: str, name: str, born_on: str) -> PatientClue:
    """Return a clue; what stands for a number and is words is a name."""
    if _is_name(identifier) and not name:
        identifier, name = "", identifier
    try:
        is_certain = born_on and not has_short_year(born_on)
        day = read_date(born_on) if is_certain else None
    except DateRefused:
        day = None
    return PatientClue(identifier, name, day)
