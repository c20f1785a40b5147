"""
Products with vitamin D or K, and medicines that precautions know, in C-CDA.

They are handed on as written; amounts and schedules are not read out of them.
"""

from collections.abc import Iterator
from datetime import date

from labs.domain.medicines import recognise_medicine
from labs.domain.vitamin_k import names_vitamin_k
from labs.formats.cda_narrative import Narrative
from labs.formats.dates import DateRefused
from labs.formats.medication_list import LONGEST_TEXT, names_vitamin_d
from labs.formats.parsed import ParsedSupplement, PatientClue
from labs.formats.timestamps import read_timestamp
from labs.formats.xml_documents import Element, type_of

TAKEN_OR_PRESCRIBED = frozenset({"EVN", "INT"})
MATERIAL = "consumable/manufacturedProduct/manufacturedMaterial"


def supplements_of(
    root: Element, narrative: Narrative, patient: PatientClue
) -> tuple[ParsedSupplement, ...]:
    """Return the products that name vitamin D or K, in the order of the document."""
    return tuple(_supplements(root, narrative, patient))


def _supplements(
    root: Element, narrative: Narrative, patient: PatientClue
) -> Iterator[ParsedSupplement]:
    for element in root.iter("substanceAdministration"):
        if not _counts(element):
            continue
        if name := _product(element, narrative):
            yield ParsedSupplement(
                f"medication at line {element.sourceline}",
                patient,
                name[:LONGEST_TEXT],
                _directions(element, narrative)[:LONGEST_TEXT],
                *_from_and_until(element),
            )


def _counts(element: Element) -> bool:
    """Leave out what is only planned, was not given, or was entered in error."""
    mood, status = element.get("moodCode", "EVN"), element.find("statusCode")
    is_error = status is not None and status.get("code") == "nullified"
    return (
        mood in TAKEN_OR_PRESCRIBED
        and element.get("negationInd") != "true"
        and not is_error
    )


def _product(element: Element, narrative: Narrative) -> str:
    """Return the first name that tells vitamin D or K, or a known medicine."""
    for name in _names(element, narrative):
        if is_supplement(name) or (name and recognise_medicine(name) is not None):
            return name
    return ""


def is_supplement(name: str) -> bool:
    """Answer whether a name tells a product with vitamin D or K."""
    return names_vitamin_d(name) or names_vitamin_k(name)


def _names(element: Element, narrative: Narrative) -> Iterator[str]:
    for material in element.iterfind(MATERIAL):
        code = material.find("code")
        if code is not None:
            yield code.get("displayName", "")[:LONGEST_TEXT]
            yield narrative.text_of(code.find("originalText"))[:LONGEST_TEXT]
            for translation in code.iterfind("translation"):
                yield translation.get("displayName", "")[:LONGEST_TEXT]
        yield narrative.text_of(material.find("name"))[:LONGEST_TEXT]


def _directions(element: Element, narrative: Narrative) -> str:
    """Return the directions as text, else the amount of one intake as coded."""
    if text := narrative.text_of(element.find("text")):
        return text
    dose = element.find("doseQuantity")
    if dose is None or not dose.get("value"):
        return ""
    return f"{dose.get('value')} {dose.get('unit', '')}".strip()


def _from_and_until(element: Element) -> tuple[date | None, date | None]:
    for time in element.iterfind("effectiveTime"):
        if type_of(time) not in ("IVL_TS", ""):
            continue
        low, high = time.find("low"), time.find("high")
        if low is not None or high is not None:
            return _day(low), _day(high)
        if time.get("value"):
            return _day(time), None
    return None, None


def _day(time: Element | None) -> date | None:
    try:
        value = "" if time is None else time.get("value", "")
        return read_timestamp(value).day if value else None
    except DateRefused:
        return None
