"""
Whose result it is: the patient that a resource's subject refers to.

An id that a server gave is no number of a clinic. It is handed on only where name and
birth date do not tell the person, to keep two people apart, and with the kind before
it ("Patient/12"), so that it can never be taken for a number.
"""

from dataclasses import dataclass
from datetime import date

from labs.formats.cells import CellRefused, text_of
from labs.formats.dates import DateRefused, read_date
from labs.formats.fhir_elements import (
    Element,
    Reference,
    element_at,
    elements_at,
    reference_at,
    text_at,
    texts_at,
)
from labs.formats.fhir_library import Library, Resource
from labs.formats.limits import MAX_FIELD_LENGTHS
from labs.formats.parsed import PatientClue
from labs.formats.sentences import BIRTH_DATE_NOT_READ, N_

NOT_A_PERSONS = N_("It is the result of a %(kind)s, not of a patient.")

ONLY_PATIENT = N_("It names no patient; the file speaks of one only, who was taken.")
OF_SEVERAL = N_("It names no patient, and the file speaks of several.")
NOT_PEOPLE = frozenset({"Group", "Device", "Location", "Medication", "Substance"})
_USES_OF_NAMES = ("official", "usual", "", "temp", "nickname", "anonymous", "old")
_NUMBERS_OF_OTHERS = frozenset({"SS", "DL", "PPN"})  # of the state, not of a clinic


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose a result is, and what of it was assumed or could not be read."""

    clue: PatientClue
    remarks: tuple[str, ...] = ()
    hold: str = ""


def whose(resource: Resource, library: Library) -> Whose:
    """
    Return whose a resource is; raise CellRefused where it is not a person's.

    A contained resource and a member of a panel are their container's patient's.
    """
    named = subject_of(resource, library)
    if not named:
        patient = library.only_patient
        if patient is None:
            doubt = OF_SEVERAL if library.has_patients else ""
            return Whose(PatientClue(), hold=doubt)
        found = _person(patient.element, "")
        return Whose(found.clue, (ONLY_PATIENT, *found.remarks))
    patient = library.find(named, resource)
    kind = patient.kind if patient else named.kind_named
    if kind in NOT_PEOPLE:
        raise CellRefused(NOT_A_PERSONS % {"kind": kind})
    if patient is None or kind != "Patient":
        return Whose(_unresolved(named))
    return _person(patient.element, named.display)


def subject_of(resource: Resource, library: Library) -> Reference:
    """Return the reference to the patient, from what surrounds it if need be."""
    if named := reference_at(resource.element, "subject", "patient"):
        return named
    around = (resource.root,) if resource.root else ()
    for one in (*around, *library.groups_of(resource)):
        if named := reference_at(one.element, "subject", "patient"):
            return named
    return Reference()


def _unresolved(named: Reference) -> PatientClue:
    identifier = named.identifier or _by_server(named.tail or named.address)
    return PatientClue(
        text_of(identifier, "patient_id"), text_of(named.display, "patient_name")
    )


def _person(patient: Element, display: str) -> Whose:
    born_on, remarks = _birth(text_at(patient, "birthDate"))
    name = text_of(_name(patient) or display, "patient_name")
    number = _number(patient)
    if not (number or (name and born_on)):
        number = _by_server(f"Patient/{text_at(patient, 'id')}")
    return Whose(PatientClue(text_of(number, "patient_id"), name, born_on), remarks)


def _by_server(address: str) -> str:
    """Return what tells a person apart within the file, as far as it has room."""
    return address[-MAX_FIELD_LENGTHS["patient_id"] :]


def _birth(text: str) -> tuple[date | None, tuple[str, ...]]:
    try:
        return (read_date(text), ()) if text else (None, ())
    except DateRefused as refused:
        return None, (BIRTH_DATE_NOT_READ % {"why": refused},)


# Names and numbers --------------------------------------------------------------------


def _name(patient: Element) -> str:
    names = sorted(elements_at(patient, "name"), key=_rank_of_name)
    return next(filter(None, map(_in_full, names)), "")


def _rank_of_name(name: Element) -> int:
    use = text_at(name, "use")
    is_known = use in _USES_OF_NAMES
    return _USES_OF_NAMES.index(use) if is_known else len(_USES_OF_NAMES)


def _in_full(name: Element) -> str:
    family = texts_at(name, "family")
    if not family and text_at(name, "text"):
        return text_at(name, "text").strip()
    parts = (*texts_at(name, "given"), *family)
    return " ".join(part.strip() for part in parts)


def _number(patient: Element) -> str:
    """Return the number under which a clinic knows the patient, if one is told."""
    numbers = [
        identifier
        for identifier in elements_at(patient, "identifier")
        if 0 < len(text_at(identifier, "value")) <= MAX_FIELD_LENGTHS["patient_id"]
    ]
    numbers.sort(key=_rank_of_number)
    return text_at(numbers[0], "value") if numbers else ""


def _rank_of_number(identifier: Element) -> int:
    kinds = {
        text_at(coding, "code")
        for coding in elements_at(element_at(identifier, "type"), "coding")
    }
    use = text_at(identifier, "use")
    if use == "old" or kinds & _NUMBERS_OF_OTHERS:
        return 3
    if "MR" in kinds:
        return 0
    return 1 if use in ("official", "usual") else 2
