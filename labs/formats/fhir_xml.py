"""
FHIR in XML, brought into the shape that FHIR in JSON has.

Both say the same in two spellings: a value stands in an attribute, what is repeated
stands there again. Numbers keep the characters in which they were sent.
"""

import re

from lxml import etree

from labs.formats.detect import FHIR_ROOTS
from labs.formats.fhir import read_fhir_document
from labs.formats.parsed import FileRefused, ParsedFile
from labs.formats.sentences import N_
from labs.formats.spelling import quoted
from labs.formats.strict_json import Json, JsonNumber
from labs.formats.xml_documents import Element, parse_xml

NAME = "FHIR XML"
FHIR = "{http://hl7.org/fhir}"
NOT_FHIR = N_(
    "This is XML, but not FHIR (urn: http://hl7.org/fhir): it begins with %(name)s."
)
WITHOUT_NAMESPACE = N_(
    "The XML does not say that it is FHIR (urn: http://hl7.org/fhir); it was read as "
    "FHIR."
)
# Where `value` is a number and no text.
_QUANTITIES = re.compile(
    r"value(?:Quantity|SimpleQuantity)|low|high|numerator|denominator|doseQuantity|dose"
)
_NUMBERS = frozenset({"valueInteger", "valueDecimal"})
_TRUTHS = frozenset(
    {
        "asNeeded",
        "asNeededBoolean",
        "doNotPerform",
        "userSelected",
        "valueBoolean",
        "wasNotTaken",
    }
)
_NUMBER = re.compile(r"-?\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,3})?", re.ASCII)


def read_fhir_xml(data: bytes) -> ParsedFile:
    """Return what FHIR in XML holds; raise FileRefused with a sentence."""
    document = parse_xml(data)
    said = _with_namespace(document.root)
    if not _is_resource(document.root):
        shown = quoted(_name(document.root), 60)
        raise FileRefused(NOT_FHIR % {"name": shown})
    warnings = (*document.warnings, *said)
    return read_fhir_document(NAME, _resource(document.root), warnings)


def _with_namespace(root: Element) -> tuple[str, ...]:
    """Give the elements of FHIR its namespace where a program left it out."""
    if root.tag not in FHIR_ROOTS:
        return ()
    for element in root.iter(etree.Element):
        if not str(element.tag).startswith("{"):
            element.tag = f"{FHIR}{_name(element)}"
    return (WITHOUT_NAMESPACE,)


def _resource(element: Element) -> dict[str, Json]:
    return {"resourceType": _name(element), **_object(element)}


def _object(element: Element) -> dict[str, Json]:
    """Return an element's attributes and children by their names."""
    found: dict[str, Json] = {
        name: text for name in ("id", "url") if (text := element.get(name, ""))
    }
    for child in element.iterchildren(f"{FHIR}*"):
        name, value = _name(child), _value(child, _name(element))
        if isinstance(value, str) and child.find(f"{FHIR}extension") is not None:
            found.setdefault(f"_{name}", _object(child))  # as JSON has it beside
        before = found.get(name)
        if before is None:
            found[name] = value
        elif isinstance(before, list):
            before.append(value)
        else:
            found[name] = [before, value]
    return found


def _value(element: Element, parent: str) -> Json:
    inner = next(element.iterchildren(f"{FHIR}*"), None)
    if inner is not None and _is_resource(inner):
        return _resource(inner)
    text = element.get("value")
    if text is None or (inner is not None and _name(inner) != "extension"):
        return _object(element)
    name = _name(element)
    if name in _TRUTHS:
        return text == "true"
    is_number = name in _NUMBERS or (name == "value" and _QUANTITIES.fullmatch(parent))
    return JsonNumber(text) if is_number and _NUMBER.fullmatch(text) else text


def _is_resource(element: Element) -> bool:
    """Answer whether an element is a resource: those alone begin with a capital."""
    return str(element.tag).startswith(FHIR) and _name(element)[:1].isupper()


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
