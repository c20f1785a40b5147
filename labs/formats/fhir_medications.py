"""
Vitamins D and K, calcium, and medicines that precautions know, out of FHIR.

They are handed on as written; nothing is worked out from directions.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from labs.domain.medicines import recognise_medicine
from labs.formats.cells import UNWRITABLE, CellRefused
from labs.formats.coded_tests import Concept
from labs.formats.fhir_dosages import directions_of, dosages_of
from labs.formats.fhir_elements import (
    Element,
    Reference,
    concept_at,
    element_at,
    elements_at,
    is_true,
    reference_at,
    text_at,
)
from labs.formats.fhir_library import Library, Resource
from labs.formats.fhir_people import whose
from labs.formats.fhir_times import day_of
from labs.formats.medication_list import LONGEST_TEXT
from labs.formats.medicine_lines import (
    NAMELESS,
    NOT_TAKEN,
    code_as_sent,
    contents_told,
    is_listed,
    names_of_codes,
)
from labs.formats.parsed import ParsedSupplement, PatientClue, Refusal
from labs.formats.product_names import is_brand_with_vitamin_d

KINDS = frozenset(
    {
        "MedicationStatement",
        "MedicationRequest",
        "MedicationDispense",
        "MedicationAdministration",
        "MedicationUsage",
        "MedicationOrder",  # DSTU2
        "MedicationPrescription",  # DSTU1
    }
)
_NOT_IN_USE = frozenset(
    {"entered-in-error", "cancelled", "not-taken", "not-done", "declined", "draft"}
)

_NOT_SIMPLY_IN_USE = frozenset({"stopped", "completed", "ended", "on-hold"})
_NOT_ORDERED = frozenset({"proposal", "plan", "option"})


def supplement_of(
    resource: Resource, library: Library
) -> ParsedSupplement | Refusal | None:
    """
    Return a product for the log, or a medicine that precautions know, as written.

    None for any other medicine that has a name. One without is known by its code, or
    by where the file says that it stands. One that was never taken, or entered in
    error, is a Refusal.
    """
    names = _names(resource, library)
    name = _telling(names) if names else _unnamed(resource, library)
    if names and not name:
        return None
    if not name:
        return Refusal(
            resource.where,
            NAMELESS,
            patient=_named(resource, library),
            is_medicine=True,
        )
    status = _status(resource.element)
    if status in _NOT_IN_USE:
        why = NOT_TAKEN % {"name": name, "status": status}
        return Refusal(
            resource.where,
            why,
            patient=_named(resource, library),
            is_medicine=True,
        )
    try:
        patient = whose(resource, library)
    except CellRefused as refused:
        return Refusal(resource.where, str(refused), is_medicine=True)
    starts_on, ends_on = _days(resource.element)
    return ParsedSupplement(
        resource.where,
        patient.clue,
        name,
        _tidy("; ".join(_said(resource.element, status))),
        starts_on,
        ends_on,
    )


def _named(resource: Resource, library: Library) -> PatientClue:
    """Return whom a refused line is about, as far as that can be read."""
    try:
        return whose(resource, library).clue
    except CellRefused:
        return PatientClue()


def _said(element: Element, status: str) -> Iterator[str]:
    """Give the directions; beside them, as sent, that it is not simply in use."""
    if directions := directions_of(element):
        yield directions
    if status in _NOT_SIMPLY_IN_USE:
        yield f"status: {status}"
    if (intent := text_at(element, "intent")) in _NOT_ORDERED:
        yield f"intent: {intent}"


def _telling(names: tuple[str, ...]) -> str:
    """
    Return the first name with what tells the most; empty where nothing is known.

    Vitamin K behind vitamin D in a list of ingredients is named as well.
    """
    listed = [name for name in names if is_listed(name)]
    if not listed:
        return ""
    # What is in a product says more than how it is called.
    telling = next((n for n in listed if not is_brand_with_vitamin_d(n)), listed[0])
    others = [name for name in _telling_all([telling, *listed]) if name != names[0]]
    return _tidy(f"{names[0]} ({', '.join(others)})" if others else names[0])


def _telling_all(names: Iterable[str]) -> Iterator[str]:
    """Give each name that tells of something which those before it do not tell of."""
    told = set[str]()
    for name in names:
        new = set(_told_by(name)) - told
        if new:
            told |= new
            yield name


def _told_by(name: str) -> Iterator[str]:
    """Give what is known to be in a product that is called so."""
    yield from contents_told(name)
    if match := recognise_medicine(name):
        yield from (medicine.name for medicine in match.medicines)


def _names(resource: Resource, library: Library) -> tuple[str, ...]:
    """Return how the medicine is called, wherever the version of FHIR puts it."""
    names = [name for concept in _own_concepts(resource) for name in _called(concept)]
    named = _reference_to_product(resource)
    if named:
        found = library.find(named, resource)
        names += _names_of_product(found.element) if found else ()
        names.append(named.display)
    return tuple(filter(None, names))


def _own_concepts(resource: Resource) -> Iterator[Concept]:
    yield concept_at(resource.element, "medicationCodeableConcept")
    yield concept_at(element_at(resource.element, "medication"), "concept")


def _reference_to_product(resource: Resource) -> Reference:
    element = resource.element
    named = reference_at(element, "medicationReference", "medication")
    return named or reference_at(element_at(element, "medication"), "reference")


def _unnamed(resource: Resource, library: Library) -> str:
    """Return the code of a medicine without a name, else what the file refers to."""
    concepts = [*_own_concepts(resource)]
    named = _reference_to_product(resource)
    found = library.find(named, resource) if named else None
    if found:
        concepts += _concepts_of_product(found.element)
    codes = (code_as_sent(concept.codings) for concept in concepts)
    return _tidy(next(filter(None, codes), "") or named.address)


def _called(concept: Concept) -> Iterator[str]:
    """Give the names of a medicine; where none is known, what its codes stand for."""
    yield from concept.names
    if any(is_listed(name) for name in concept.names):
        return
    yield from names_of_codes(concept.codings)


def _names_of_product(product: Element) -> Iterator[str]:
    """Give the product's own names, then those of what is in it."""
    for concept in _concepts_of_product(product):
        yield from _called(concept)
    for ingredient in _ingredients(product):
        item = element_at(ingredient, "item")
        yield from filter(None, [reference_at(item, "reference").display])
        yield from filter(None, [text_at(item, "display")])


def _concepts_of_product(product: Element) -> Iterator[Concept]:
    yield concept_at(product, "code")
    for ingredient in _ingredients(product):
        item = element_at(ingredient, "item")
        yield concept_at(ingredient, "itemCodeableConcept")
        yield concept_at(item, "concept")


def _ingredients(product: Element) -> tuple[Element, ...]:
    older = element_at(product, "product")  # DSTU2
    return (*elements_at(product, "ingredient"), *elements_at(older, "ingredient"))


def _status(element: Element) -> str:
    """Return the status; that a medicine is not taken has four ways of saying."""
    denied = is_true(element, "wasNotTaken") or is_true(element, "doNotPerform")
    if denied or text_at(element, "taken") == "n":
        return "not-taken"
    return text_at(element, "status")


def _tidy(text: str) -> str:
    return UNWRITABLE.sub(" ", text).strip()[:LONGEST_TEXT]


# Days ---------------------------------------------------------------------------------


def _days(element: Element) -> tuple[date | None, date | None]:
    """Return from when and until when it is taken, as far as full days are told."""
    periods = [element_at(element, "effectivePeriod")]
    periods += [
        element_at(dosage, "timing", "repeat", "boundsPeriod")
        for dosage in dosages_of(element)
    ]
    starts = (day_of(text_at(period, "start")) for period in periods)
    ends = [day_of(text_at(period, "end")) for period in periods]
    ends += [day_of(text_at(element, "dateEnded"))]  # DSTU2
    told = (
        "effectiveDateTime",
        "whenHandedOver",
        "whenPrepared",
        "authoredOn",
        "dateWritten",
    )
    days = (*starts, *(day_of(text_at(element, key)) for key in told))
    return next(filter(None, days), None), next(filter(None, ends), None)
