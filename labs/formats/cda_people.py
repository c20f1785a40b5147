"""Whose document it is: the record target of a CDA document, never its author."""

from datetime import date

from labs.formats.cells import CellRefused, text_of
from labs.formats.dates import DateRefused
from labs.formats.parsed import FileRefused, PatientClue
from labs.formats.sentences import BIRTH_DATE_NOT_READ, N_
from labs.formats.timestamps import read_timestamp
from labs.formats.xml_documents import Element, text_in

LONGEST_NAME = 400
SEVERAL_PATIENTS = N_("The document speaks of several patients; it was not read.")


def patient_of(document: Element) -> tuple[PatientClue, tuple[str, ...]]:
    """
    Return the patient of a document, and what could not be read of them.

    Raises FileRefused for a document of several people.
    """
    roles = document.findall("recordTarget/patientRole")
    if not roles:
        return PatientClue(), ()
    if len(roles) > 1:
        raise FileRefused(SEVERAL_PATIENTS)
    born_on, remarks = _birth(roles[0].find("patient/birthTime"))
    try:
        clue = PatientClue(
            text_of(_identifier(roles[0]), "patient_id"),
            text_of(_name(roles[0]), "patient_name"),
            born_on,
        )
    except CellRefused as refused:
        raise FileRefused(str(refused)) from None
    return clue, remarks


def _identifier(role: Element) -> str:
    found = (identity.get("extension", "") for identity in role.iterfind("id"))
    return next(filter(None, (text.strip() for text in found)), "")


def _name(role: Element) -> str:
    """Return given names and family name of the legal name, else of the first one."""
    names = role.findall("patient/name")
    if not names:
        return ""
    name = next((name for name in names if name.get("use") == "L"), names[0])
    parts = [*name.iterfind("given"), *name.iterfind("family")]
    written = " ".join(text_in(part, LONGEST_NAME) for part in parts)
    return " ".join(written.split()) or text_in(name, LONGEST_NAME)


def _birth(time: Element | None) -> tuple[date | None, tuple[str, ...]]:
    printed = "" if time is None else time.get("value", "").strip()
    if not printed:
        return None, ()
    try:
        return read_timestamp(printed).day, ()
    except DateRefused as refused:
        return None, (BIRTH_DATE_NOT_READ % {"why": refused},)
