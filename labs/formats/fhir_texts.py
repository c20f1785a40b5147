"""
Texts of FHIR resources that tell of vitamin D with a number; none is read for values.

A report may come with its conclusion, its narrative or an attached text alone. Where no
result stands beside it, what it holds would be passed over without a word.
"""

import base64
import binascii
import re
from collections.abc import Iterator

from labs.formats.detect import HEAD
from labs.formats.fhir_elements import Element, element_at, elements_at, text_at
from labs.formats.fhir_library import Resource
from labs.formats.running_texts import LONGEST_TEXT, tells_of_vitamin_d

_TAG = re.compile(r"<[^<>]{0,2000}>")
_BLANKS = re.compile(r"(?:\s|&#160;|&nbsp;){1,1000}")
_KINDS = frozenset({"Binary", "Composition", "DiagnosticReport", "DocumentReference"})
_DEEPEST_SECTION = 8
_OF_THREE_BYTES = "AAAA"  # so many signs of base64 are whole bytes


def tells_vitamin_d_in_a_text(resource: Resource) -> bool:
    """Answer whether a text in a resource tells of vitamin D with a number."""
    if resource.kind == "Observation":  # many: of each, only what it was given
        texts = iter([text_at(resource.element, "valueString")])
    else:
        texts = _texts(resource.element) if resource.kind in _KINDS else iter(())
    return any(tells_of_vitamin_d(_plain(text)) for text in texts if text)


def holds_a_document(resource: Resource) -> bool:
    """Answer whether a C-CDA document is attached to a resource."""
    is_holder = resource.kind in _KINDS
    return is_holder and any(map(_is_document, _attachments(resource.element)))


def _is_document(attachment: Element) -> bool:
    start = "".join(text_at(attachment, "data", "content")[:HEAD].split())
    whole = start[: len(start) // len(_OF_THREE_BYTES) * len(_OF_THREE_BYTES)]
    try:
        return b"ClinicalDocument" in base64.b64decode(whole)
    except (binascii.Error, ValueError):
        return False


def _plain(text: str) -> str:
    """Return a text without the tags of XHTML, with single blanks."""
    return _BLANKS.sub(" ", _TAG.sub(" ", text[:LONGEST_TEXT]))


def _texts(element: Element) -> Iterator[str]:
    yield text_at(element, "conclusion")
    yield text_at(element_at(element, "text"), "div")
    yield from _sections(element, _DEEPEST_SECTION)
    yield from map(_attached, _attachments(element))


def _attachments(element: Element) -> Iterator[Element]:
    """Give what a resource has attached; a Binary is attached to itself."""
    yield from elements_at(element, "presentedForm")
    for content in elements_at(element, "content"):
        yield element_at(content, "attachment")
    yield element


def _sections(element: Element, deepest: int) -> Iterator[str]:
    for section in elements_at(element, "section") if deepest else ():
        yield text_at(element_at(section, "text"), "div")
        yield from _sections(section, deepest - 1)


def _attached(attachment: Element) -> str:
    """Return an attached text; nothing of a picture or a PDF, which hold none."""
    if not text_at(attachment, "contentType").strip().startswith("text/"):
        return ""
    try:
        return base64.b64decode(text_at(attachment, "data")).decode(errors="replace")
    except (binascii.Error, ValueError):
        return ""
