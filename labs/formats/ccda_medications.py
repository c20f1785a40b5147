"""
Products with vitamins D or K or calcium, and medicines that precautions know, in C-CDA.

They are handed on as written; amounts and schedules are not read out of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from labs.domain.medicines import CodeSystem
from labs.formats.cda_narrative import Narrative
from labs.formats.coded_tests import Coding
from labs.formats.dates import DateRefused
from labs.formats.medication_list import LONGEST_TEXT
from labs.formats.medicine_lines import (
    NAMELESS,
    NOT_TAKEN,
    code_as_sent,
    is_listed,
    names_of_codes,
)
from labs.formats.parsed import ParsedSupplement, PatientClue, Refusal
from labs.formats.timestamps import read_timestamp
from labs.formats.xml_documents import Element, text_in, type_of

TAKEN_OR_PRESCRIBED = frozenset({"EVN", "INT"})
ADMINISTRATION, SUPPLY = "substanceAdministration", "supply"
PRODUCTS = ("consumable/manufacturedProduct", "product/manufacturedProduct")
MATERIALS = ("manufacturedMaterial", "manufacturedLabeledDrug")
SYSTEMS = {
    "2.16.840.1.113883.6.88": CodeSystem.RXNORM.value,
    "2.16.840.1.113883.6.96": CodeSystem.SNOMED.value,
    "2.16.840.1.113883.6.73": CodeSystem.ATC.value,
}
# Of the United States (CVX), by the older number, too.
VACCINES = frozenset({"2.16.840.1.113883.12.292", "2.16.840.1.113883.6.59"})


@dataclass(frozen=True, slots=True)
class Products:
    """What the document says of medicines, each entry in one of three places."""

    listed: tuple[ParsedSupplement, ...]
    refused: tuple[Refusal, ...]
    others: int
    """How many have a name that is not known here."""


def products_of(root: Element, narrative: Narrative, patient: PatientClue) -> Products:
    """Return vitamin D and K products and known medicines, as the document names."""
    listed: list[ParsedSupplement] = []
    refused: list[Refusal] = []
    others = 0
    for element in root.iter(ADMINISTRATION, SUPPLY):
        material = _material(element)
        if material is None or _is_vaccine(material) or _repeats(element, material):
            continue
        line = _line(element, material, narrative, patient)
        if line is None and element.get("negationInd") == "true":
            continue  # "No known medicines" is none.
        match line:
            case ParsedSupplement():
                listed.append(line)
            case Refusal():
                refused.append(line)
            case None:
                others += 1
    return Products(tuple(listed), tuple(refused), others)


def _material(element: Element) -> Element | None:
    """Return what was taken, prescribed or handed out; None where an entry has none."""
    found = (
        element.find(f"{product}/{kind}") for product in PRODUCTS for kind in MATERIALS
    )
    told = [each for each in found if each is not None]
    # A labelled drug of nullFlavor fills a place that has to be filled.
    return next((each for each in told if each.tag == MATERIALS[0] or len(each)), None)


def _repeats(element: Element, material: Element) -> bool:
    """
    Answer whether an entry is part of another one, whose medicine it does not name.

    A supply within it hands out what the entry around it is of.
    """
    is_part = next(element.iterancestors(ADMINISTRATION, SUPPLY), None) is not None
    return is_part and (element.tag == SUPPLY or len(material) == 0)


def _line(
    element: Element, material: Element, narrative: Narrative, patient: PatientClue
) -> ParsedSupplement | Refusal | None:
    """Return a product or known medicine; None for another that has a name."""
    where = f"medication at line {element.sourceline}"
    names = [*filter(None, _names(material, narrative))]
    status = _status(element)
    name = (_telling(names, material) if names else _unnamed(material))[:LONGEST_TEXT]
    if not name:
        if names or status:
            return None
        return Refusal(where, NAMELESS, patient=patient, is_medicine=True)
    if status:
        why = NOT_TAKEN % {"name": name, "status": status}
        return Refusal(where, why, patient=patient, is_medicine=True)
    return ParsedSupplement(
        where,
        patient,
        name,
        _directions(element, narrative)[:LONGEST_TEXT],
        *_from_and_until(element),
    )


def _status(element: Element) -> str:
    """Return why it does not count, in the document's own word; empty where it does."""
    mood, status = element.get("moodCode", "EVN"), element.find("statusCode")
    if status is not None and status.get("code") == "nullified":
        return "nullified"
    if element.get("negationInd") == "true":
        return "negationInd"
    return "" if mood in TAKEN_OR_PRESCRIBED else mood


def _telling(names: list[str], material: Element) -> str:
    """Return the first name that is known, else what is known to be in the product."""
    if known := next(filter(is_listed, names), ""):
        return known
    coded = next(iter(names_of_codes(_codings(material))), "")
    inside = coded or _ingredients(material)
    return f"{names[0]} ({inside})" if inside else ""


def _unnamed(material: Element) -> str:
    """Return what the codes of a medicine without a name stand for, else a code."""
    codings = [*_codings(material)]
    named = next(iter(names_of_codes(codings)), "") or _ingredients(material)
    return named or code_as_sent(codings)


MOST_INGREDIENTS = 50


def _ingredients(material: Element) -> str:
    """
    Return which known things are in a product, as European documents list them.

    These elements are an extension, each country's in a namespace of its own.
    """
    found: dict[str, None] = {}
    for part in islice(material.iterfind(".//{*}ingredient"), MOST_INGREDIENTS):
        codes = (code.get("displayName", "") for code in part.iterfind("{*}code"))
        names = (text_in(name, LONGEST_TEXT) for name in part.iterfind("{*}name"))
        found.update(dict.fromkeys(filter(is_listed, (*names, *codes))))
    return " / ".join(found)


def _is_vaccine(material: Element) -> bool:
    return any(each.get("codeSystem") in VACCINES for each in _codes(material))


def _codes(material: Element) -> Iterator[Element]:
    for code in material.iterfind("code"):
        yield code
        yield from code.iterfind("translation")


def _codings(material: Element) -> Iterator[Coding]:
    """Give the codes with their systems, the known ones under their addresses."""
    for code in _codes(material):
        system = code.get("codeSystem", "")
        named = code.get("codeSystemName", "") or system
        yield Coding(code.get("code", ""), SYSTEMS.get(system, named))


def _names(material: Element, narrative: Narrative) -> Iterator[str]:
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
