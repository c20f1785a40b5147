"""
Results and vitamin products in C-CDA and other CDA R2 documents.

Sections are known by the root of their templates, whatever version it carries, or by
their LOINC code. The text for people is never shown as HTML and never read for values.
"""

from collections.abc import Iterator

from labs.formats.ccda_medications import supplements_of
from labs.formats.ccda_results import ResultReader, is_results_section
from labs.formats.cda_narrative import Narrative
from labs.formats.cda_people import patient_of
from labs.formats.gathering import Outcome, gathered
from labs.formats.parsed import FileRefused, ParsedFile, PatientClue, Refusal
from labs.formats.spelling import quoted
from labs.formats.xml_documents import HL7V3, Element, parse_xml, text_in

DOCUMENT = "ClinicalDocument"
FRAGMENTS = frozenset(
    {"component", "structuredBody", "section", "entry", "organizer", "observation"}
)
LONGEST_NAME = 60

NO_ENTRIES = (
    "The section of results holds only text for people and no coded entries. "
    "Values in such a text are not read; enter them by hand."
)
NO_BODY = "The document has no structured body, so no results were found in it."
ATTACHED_BODY = (
    "The document holds its content as an attachment, such as a PDF. "
    "It can be kept with the record; results in it are not read."
)
FRAGMENT = "The file is a part of a document and names no patient."
NOBODY_NAMED = "The document names no patient (recordTarget)."
REPLACES = "The document says that it replaces an earlier one."


def read_ccda(data: bytes) -> ParsedFile:
    """Return what a CDA document, or a part of one, holds; raise FileRefused."""
    document = parse_xml(data)
    root = _cda_in(document.root)
    narrative = Narrative(root)
    patient, about_patient = patient_of(root)
    results = ResultReader(root, narrative, patient)
    return gathered(
        _format_name(root),
        (*results.outcomes(), *_only_text(root)),
        (*document.warnings, *about_patient, *_about(root, patient)),
        noun="result",
        supplements=supplements_of(root, narrative, patient),
    )


def _cda_in(root: Element) -> Element:
    """Return the document; one that lies in an envelope is taken out of it."""
    if root.tag == DOCUMENT or root.tag in FRAGMENTS:
        return root
    inside = list(root.iter(DOCUMENT))
    if len(inside) == 1:
        return inside[0]
    if inside:
        raise FileRefused(
            f"The XML holds {len(inside)} documents. Save each in a file of its own."
        )
    shown = quoted(str(root.tag).rpartition("}")[2], LONGEST_NAME)
    raise FileRefused(
        f"This is XML, but no C-CDA document (urn: {HL7V3}): its first element is "
        f"{shown}."
    )


def _format_name(root: Element) -> str:
    return (
        "XML (C-CDA)" if root.tag == DOCUMENT else "XML (C-CDA), a part of a document"
    )


def _only_text(root: Element) -> Iterator[Outcome]:
    """Refuse by name the sections of results that people alone can read."""
    for section in root.iter("section"):
        if (
            not is_results_section(section)
            or section.find(".//observation") is not None
        ):
            continue
        text = section.find("text")
        if text is not None and "vitamin" in text_in(text, 100_000).casefold():
            yield Refusal(f"section at line {section.sourceline}", NO_ENTRIES)


def _about(root: Element, patient: PatientClue) -> Iterator[str]:
    """Give what is to be said of the document as a whole."""
    if root.tag != DOCUMENT:
        yield FRAGMENT
        return
    if patient == PatientClue():
        yield NOBODY_NAMED
    if root.find("component/nonXMLBody") is not None:
        yield ATTACHED_BODY
    elif root.find("component/structuredBody") is None:
        yield NO_BODY
    if root.find("relatedDocument[@typeCode='RPLC']") is not None:
        yield REPLACES
