"""
Results and vitamin products in C-CDA and other CDA R2 documents.

Sections are known by the root of their templates, whatever version it carries, or by
their LOINC code. The text for people is never shown as HTML and never read for values.
A number in it that differs from its entry's holds the result.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from labs.domain.measurands import (
    DIHYDROXY_CODES,
    HYDROXYVITAMIN_D_CODES,
    PARENT_CODES,
)
from labs.formats.ccda_medications import products_of
from labs.formats.ccda_results import ResultReader, is_results_section
from labs.formats.cda_narrative import Narrative
from labs.formats.cda_people import patient_of
from labs.formats.cda_tests import Tests
from labs.formats.gathering import Outcome, gathered
from labs.formats.medicine_lines import is_supplement, others_counted
from labs.formats.parsed import FileRefused, ParsedFile, PatientClue, Refusal
from labs.formats.sentences import N_
from labs.formats.spelling import quoted
from labs.formats.told_twice import once_in_two_units
from labs.formats.xml_documents import HL7V3, Element, parse_xml, text_in

NO_CCDA = N_(
    "This is XML, but no C-CDA document (urn: %(urn)s): its first element is %(name)s."
)
SEVERAL_DOCUMENTS = N_(
    "The XML holds %(count)s documents. Save each in a file of its own."
)

DOCUMENT = "ClinicalDocument"
FRAGMENTS = frozenset(
    {"component", "structuredBody", "section", "entry", "organizer", "observation"}
)
LONGEST_NAME = 60

NO_ENTRIES = N_(
    "The section of results holds only text for people and no coded "
    "entries. Values in such a text are not read; enter them by hand."
)
NO_ENTRY_OF_IT = N_(
    "The text for people names vitamin D and no coded entry does. "
    "Values in such a text are not read; enter them by hand."
)
LONGEST_NARRATIVE = 100_000
VITAMIN_D_CODES = frozenset(HYDROXYVITAMIN_D_CODES) | DIHYDROXY_CODES | PARENT_CODES
_VITAMIN_D = re.compile(
    r"\bvit(?:amin)?\W{0,3}d|25\W{0,3}(?:oh|hydroxy)|calcidiol", re.IGNORECASE
)
_VALUE_OF_IT = re.compile(
    rf"(?:{_VITAMIN_D.pattern})[^.;]{{0,60}}?[0-9](?:[.,][0-9]+)? ?"
    r"(?:ng/ml|nmol/l|[uµμ]g/l|mcg/l)",
    re.IGNORECASE,
)
NO_BODY = N_("The document has no structured body, so no results were found in it.")
ATTACHED_BODY = N_(
    "The document holds its content as an attachment, such as a PDF. "
    "It can be kept with the record; results in it are not read."
)
FRAGMENT = N_("The file is a part of a document and names no patient.")
NOBODY_NAMED = N_("The document names no patient (recordTarget).")
REPLACES = N_("The document says that it replaces an earlier one.")


def read_ccda(data: bytes) -> ParsedFile:
    """Return what a CDA document, or a part of one, holds; raise FileRefused."""
    document = parse_xml(data)
    root = _cda_in(document.root)
    narrative = Narrative(root)
    patient, about_patient = patient_of(root)
    results = ResultReader(root, narrative, patient)
    products = products_of(root, narrative, patient)
    parsed = gathered(
        _format_name(root),
        (*results.outcomes(), *_only_text(root, patient), *products.refused),
        (
            *document.warnings,
            *about_patient,
            *_about(root, patient),
            *others_counted(products.others),
        ),
        noun="result",
        supplements=tuple(one for one in products.listed if is_supplement(one.name)),
    )
    medicines = (one for one in products.listed if not is_supplement(one.name))
    return replace(once_in_two_units(parsed), medicines=tuple(medicines))


def _cda_in(root: Element) -> Element:
    """Return the document; one that lies in an envelope is taken out of it."""
    if root.tag == DOCUMENT or root.tag in FRAGMENTS:
        return root
    inside = list(root.iter(DOCUMENT))
    if len(inside) == 1:
        return inside[0]
    if inside:
        raise FileRefused(SEVERAL_DOCUMENTS % {"count": len(inside)})
    shown = quoted(str(root.tag).rpartition("}")[2], LONGEST_NAME)
    raise FileRefused(NO_CCDA % {"urn": HL7V3, "name": shown})


def _format_name(root: Element) -> str:
    return (
        "XML (C-CDA)" if root.tag == DOCUMENT else "XML (C-CDA), a part of a document"
    )


def _only_text(root: Element, patient: PatientClue) -> Iterator[Outcome]:
    """Refuse by name the sections with results that people alone can read."""
    elsewhere: list[str] = []
    for section, text in _texts(root):
        where = f"section at line {section.sourceline}"
        if not is_results_section(section):
            elsewhere += [where] if _tells_a_value(text) else []
        elif section.find(".//observation") is None:
            if "vitamin" in text_in(text, LONGEST_NARRATIVE).casefold():
                yield Refusal(where, NO_ENTRIES, patient=patient)
        elif _tells_more(section, text):
            yield Refusal(where, NO_ENTRY_OF_IT, patient=patient)
    for where in elsewhere if elsewhere and not _is_coded(root) else ():
        yield Refusal(where, NO_ENTRY_OF_IT, patient=patient)


def _texts(root: Element) -> Iterator[tuple[Element, Element]]:
    """Give each section that has a text for people, with that text."""
    for section in root.iter("section"):
        text = section.find("text")
        if text is not None:
            yield section, text


def _tells_more(section: Element, text: Element) -> bool:
    """Answer whether vitamin D stands in the text for people and in no coded entry."""
    tells_it = _VITAMIN_D.search(text_in(text, LONGEST_NARRATIVE)) is not None
    return tells_it and not _is_coded(section)


def _tells_a_value(text: Element) -> bool:
    """Answer whether a text for people gives vitamin D with a number and its unit."""
    return _VALUE_OF_IT.search(text_in(text, LONGEST_NARRATIVE)) is not None


def _is_coded(holder: Element) -> bool:
    """Answer whether an observation names vitamin D by its code or beside it."""
    tests = Tests(Narrative(holder))
    concepts = (tests.concept_of(each) for each in holder.iter("observation"))
    names = (
        name
        for concept in concepts
        for name in (*(coding.code for coding in concept.codings), *concept.names)
    )
    return any(name in VITAMIN_D_CODES or _VITAMIN_D.search(name) for name in names)


def _about(root: Element, patient: PatientClue) -> Iterator[str]:
    """Give what is to be said of the document as a whole."""
    if root.tag != DOCUMENT:
        yield FRAGMENT
        return
    if patient == PatientClue():
        yield NOBODY_NAMED
    if root.find("component/nonXMLBody") is not None:
        yield ATTACHED_BODY
    elif root.find("component/structuredBody") is None and root.find("section") is None:
        yield NO_BODY
    if root.find("relatedDocument[@typeCode='RPLC']") is not None:
        yield REPLACES
