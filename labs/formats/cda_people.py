"""Whose document it is: the record target of a CDA document, never its author."""

from collections.abc import Iterable, Iterator
from datetime import date

from labs.formats.cells import CellRefused, text_of
from labs.formats.dates import DateRefused
from labs.formats.parsed import FileRefused, PatientClue, Source
from labs.formats.sentences import BIRTH_DATE_NOT_READ, N_
from labs.formats.timestamps import read_timestamp
from labs.formats.xml_documents import Element, text_in

LONGEST_NAME = 400
MOST_NAMES = 20  # given, or of the family
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
    parts = (*_once(name.findall("given")), *_once(name.findall("family")))
    return " ".join(filter(None, parts)) or text_in(name, LONGEST_NAME)


def _once(parts: list[Element]) -> Iterator[str]:
    """
    Give names; one that says what it is to its bearer may be there among the others.

    A family name at birth, by marriage and in use is often the same twice. Two equal
    names without such a word are two.
    """
    read = [
        (text_in(part, LONGEST_NAME), bool(part.get("qualifier", "").strip()))
        for part in parts[:MOST_NAMES]
    ]
    for place, (text, is_said) in enumerate(read):
        others = (
            set(other.split())
            for at, (other, also_said) in enumerate(read)
            if at < place or (at > place and not also_said)
        )
        if not (is_said and any(set(text.split()) <= other for other in others)):
            yield text


def _birth(time: Element | None) -> tuple[date | None, tuple[str, ...]]:
    printed = "" if time is None else time.get("value", "").strip()
    if not printed:
        return None, ()
    try:
        return read_timestamp(printed).day, ()
    except DateRefused as refused:
        return None, (BIRTH_DATE_NOT_READ % {"why": refused},)


# Who wrote it -------------------------------------------------------------------------

ONESELF = "ONESELF"
_CARERS = frozenset(
    {"FAMMEMB", "PRN", "MTH", "FTH", "CHILD", "SON", "DAU", "SPS", "DOMPART", "SIB"}
    | {"HUSB", "WIFE", "BRO", "SIS", "GUARD", "CAREGIVER", "HPOWATT"}
)


class Authors:
    """Tells what a person wrote and no laboratory, by the author who stands nearest."""

    def __init__(self, document: Element) -> None:
        self._patient = frozenset(
            _ids(document.iterfind("recordTarget/patientRole/id"))
        )
        # A section with many results is asked by each of them.
        self._known: dict[Element, frozenset[Source | None]] = {}

    def source_of(self, observation: Element, *, has_laboratory: bool) -> Source | None:
        """
        Return the person who wrote an observation; None where it was no person.

        Who put a document together did not write what a laboratory in it performed.
        """
        own = self._of(observation)
        for holder in (
            observation.iterancestors() if not (own or has_laboratory) else ()
        ):
            if holder not in self._known:
                self._known[holder] = self._of(holder)
            if own := self._known[holder]:
                break
        return next(iter(own)) if len(own) == 1 else None

    def _of(self, holder: Element) -> frozenset[Source | None]:
        authors = holder.iterfind("author/assignedAuthor")
        return frozenset(self._written_by(author) for author in authors)

    def _written_by(self, author: Element) -> Source | None:
        codes = {code.get("code", "").upper() for code in author.iterfind("code")}
        if ONESELF in codes or self._patient.intersection(_ids(author.iterfind("id"))):
            return Source.TYPED_BY_PATIENT
        return Source.TYPED_BY_CARER if codes & _CARERS else None


def _ids(identities: Iterable[Element]) -> Iterator[tuple[str, str]]:
    """Give what identifies somebody; a root that stands alone is often a system's."""
    for identity in identities:
        if number := identity.get("extension", "").strip():
            yield identity.get("root", ""), number
