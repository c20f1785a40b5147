"""
The parts of a FHIR resource, taken out of its JSON without trusting its shape.

What a version of FHIR writes as an object another one writes as a list of them, and
senders mix both; what is neither reads as absent. DSTU2, STU3 and R4 pass through here
alike.
"""

from dataclasses import dataclass

from labs.formats.coded_tests import Coding, Concept
from labs.formats.codes import is_code
from labs.formats.strict_json import Json, JsonNumber

Element = dict[str, Json]
NOTHING: Element = {}
LONGEST_NAME = 1_000  # characters; a name beyond that is a text and tells no test


def elements_at(node: Element, key: str) -> tuple[Element, ...]:
    """Return the objects under a key, however many there are."""
    match node.get(key):
        case None:
            return ()
        case dict() as found:
            return (found,)
        case list() as several:
            return tuple(item for item in several if isinstance(item, dict))
        case _:
            return ()


def element_at(node: Element, *keys: str) -> Element:
    """Return the first object on the way down the keys; an empty one if none."""
    for key in keys:
        node = next(iter(elements_at(node, key)), NOTHING)
    return node


def text_at(node: Element, *keys: str) -> str:
    """Return the first text or number that one of the keys holds, else nothing."""
    for key in keys:
        found = node.get(key)
        if isinstance(found, str) and found.strip():
            return found
        if found is not None and (texts := texts_at(node, key)):
            return texts[0]
    return ""


def texts_at(node: Element, key: str) -> tuple[str, ...]:
    """Return the texts and numbers under a key, without those that are blank."""
    found = node.get(key)
    items = found if isinstance(found, list) else [found]
    return tuple(text for item in items if (text := _text(item)).strip())


def _text(item: Json) -> str:
    match item:
        case str():
            return item
        case JsonNumber(text):
            return text
        case _:
            return ""


def is_true(node: Element, key: str) -> bool:
    """Answer whether a key holds the JSON value true."""
    return node.get(key) is True


# Concepts -----------------------------------------------------------------------------


def concept_of(node: Element) -> Concept:
    """
    Return a CodeableConcept with its codes, its names and the sender's own text.

    A code alone that stands in the place of one is its only code.
    """
    alone = (node,) if "coding" not in node and text_at(node, "code") else ()
    return Concept(
        tuple(_coding(coding) for coding in elements_at(node, "coding") or alone),
        _shortened(text_at(node, "text")),
    )


def concepts_at(node: Element, key: str) -> tuple[Concept, ...]:
    """Return the concepts under a key that have a name or a code."""
    found = node.get(key)
    items = found if isinstance(found, list) else [found]
    concepts = (_concept(item) for item in items)
    return tuple(concept for concept in concepts if concept.name)


def concept_at(node: Element, key: str) -> Concept:
    """Return the first concept under a key; one without a name if there is none."""
    return next(iter(concepts_at(node, key)), Concept())


def _concept(item: Json) -> Concept:
    match item:
        case dict():
            return concept_of(item)
        case str():
            return _concept_in_words(_shortened(item))
        case _:
            return Concept()


def _concept_in_words(text: str) -> Concept:
    """Return what a text alone in the place of a concept says: a code, or a name."""
    system, _, code = text.rpartition("|")
    return Concept((Coding(code, system),)) if is_code(code) else Concept(text=text)


def name_at(node: Element, key: str) -> str:
    """Return what the first concept under a key is called; its code if it has none."""
    return concept_at(node, key).name


def _coding(node: Element) -> Coding:
    code, system, name = (text_at(node, key) for key in ("code", "system", "display"))
    return Coding(_shortened(code), _shortened(system), _shortened(name))


def _shortened(text: str) -> str:
    return text.strip()[:LONGEST_NAME]


# References ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reference:
    """What one resource says of another: where it is, what it is, how it is called."""

    address: str = ""
    kind: str = ""
    system: str = ""
    identifier: str = ""
    display: str = ""

    def __bool__(self) -> bool:
        return bool(self.address or self.identifier or self.display)

    @property
    def tail(self) -> str:
        """Return the kind and id at the end of the address, such as Patient/12."""
        parts = self.address.partition("/_history/")[0].split("/")
        is_address = len(parts) >= len(("kind", "id")) and all(parts[-2:])
        return "/".join(parts[-2:]) if is_address else ""

    @property
    def is_absolute(self) -> bool:
        return "://" in self.address or self.address.startswith("urn:")

    @property
    def kind_named(self) -> str:
        """Return the kind of resource that it names, as far as it does."""
        return self.kind or self.tail.partition("/")[0]


def references_at(node: Element, key: str) -> tuple[Reference, ...]:
    """Return the references under a key; a bare text is taken for an address."""
    found = node.get(key)
    if found is None:
        return ()
    items = found if isinstance(found, list) else [found]
    return tuple(reference for item in items if (reference := _reference(item)))


def reference_at(node: Element, *keys: str) -> Reference:
    """Return the first reference that one of the keys holds; an empty one if none."""
    for key in keys:
        for reference in references_at(node, key):
            return reference
    return Reference()


def _reference(item: Json) -> Reference:
    match item:
        case str():
            return Reference(item.strip())
        case {"actor": actor}:  # a performer of STU3, with its role around it
            return _reference(actor)
        case dict():
            return Reference(
                text_at(item, "reference").strip(),
                text_at(item, "type"),
                text_at(element_at(item, "identifier"), "system"),
                text_at(element_at(item, "identifier"), "value"),
                text_at(item, "display"),
            )
        case _:
            return Reference()
