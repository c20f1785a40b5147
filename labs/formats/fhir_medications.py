"""
Vitamin D and K products, and medicines that precautions know, out of FHIR.

They are handed on as written; amounts and schedules are not read out of directions.
"""

from collections.abc import Iterator
from datetime import date

from labs.domain.medicines import recognise_medicine, recognise_medicine_code
from labs.domain.vitamin_k import names_vitamin_k
from labs.formats.cells import UNWRITABLE, CellRefused
from labs.formats.coded_tests import Concept
from labs.formats.fhir_elements import (
    Element,
    concept_of,
    element_at,
    elements_at,
    is_true,
    name_at,
    reference_at,
    text_at,
)
from labs.formats.fhir_library import Library, Resource
from labs.formats.fhir_people import whose
from labs.formats.fhir_times import day_of
from labs.formats.medication_list import (
    LONGEST_TEXT,
    VITAMIN_D_BRAND,
    names_vitamin_d,
)
from labs.formats.parsed import ParsedSupplement, PatientClue, Refusal
from labs.formats.sentences import N_

KINDS = frozenset(
    {
        "MedicationStatement",
        "MedicationRequest",
        "MedicationDispense",
        "MedicationAdministration",
        "MedicationUsage",
        "MedicationOrder",  # DSTU2
    }
)
NOT_TAKEN = N_("%(name)s is not handed on: its status is %(status)s.")
_NOT_IN_USE = frozenset(
    {"entered-in-error", "cancelled", "not-taken", "not-done", "declined", "draft"}
)


def supplement_of(
    resource: Resource, library: Library
) -> ParsedSupplement | Refusal | None:
    """
    Return a vitamin D or K product, or a medicine that precautions know, as written.

    None for any other medicine.

    One that was never taken, or entered in error, is a Refusal.
    """
    names = _names(resource, library)
    listed = [name for name in names if _is_listed(name)]
    if not listed:
        return None
    # What is in a product says more than how it is called.
    telling = next((n for n in listed if not VITAMIN_D_BRAND.search(n)), listed[0])
    name = _tidy(names[0] if telling == names[0] else f"{names[0]} ({telling})")
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
        _tidy(_directions(resource.element)),
        starts_on,
        ends_on,
    )


def _named(resource: Resource, library: Library) -> PatientClue:
    """Return whom a refused line is about, as far as that can be read."""
    try:
        return whose(resource, library).clue
    except CellRefused:
        return PatientClue()


def is_supplement(name: str) -> bool:
    """Answer whether a name tells a product with vitamin D or K."""
    return names_vitamin_d(name) or names_vitamin_k(name)


def _is_listed(name: str) -> bool:
    return is_supplement(name) or recognise_medicine(name) is not None


def _names(resource: Resource, library: Library) -> tuple[str, ...]:
    """Return how the medicine is called, wherever the version of FHIR puts it."""
    element = resource.element
    names = [*_called(concept_of(element_at(element, "medicationCodeableConcept")))]
    names += _called(concept_of(element_at(element, "medication", "concept")))
    named = reference_at(element, "medicationReference")
    named = named or reference_at(element_at(element, "medication"), "reference")
    if named:
        found = library.find(named, resource)
        names += _names_of_product(found.element) if found else ()
        names.append(named.display)
    return tuple(filter(None, names))


def _called(concept: Concept) -> Iterator[str]:
    """Give the names of a medicine; where none is known, what its codes stand for."""
    yield from concept.names
    if any(recognise_medicine(name) for name in concept.names):
        return
    for coding in concept.codings:
        if match := recognise_medicine_code(coding.system, coding.code):
            yield from match.names


def _names_of_product(product: Element) -> Iterator[str]:
    """Give the product's own names, then those of what is in it."""
    yield from _called(concept_of(element_at(product, "code")))
    older = element_at(product, "product")  # DSTU2
    for ingredient in (
        *elements_at(product, "ingredient"),
        *elements_at(older, "ingredient"),
    ):
        item = element_at(ingredient, "item")
        yield from _called(concept_of(element_at(ingredient, "itemCodeableConcept")))
        yield from _called(concept_of(element_at(item, "concept")))
        yield from filter(None, [reference_at(item, "reference").display])
        yield from filter(None, [text_at(item, "display")])


def _status(element: Element) -> str:
    """Return the status; that a medicine is not taken has four ways of saying."""
    denied = is_true(element, "wasNotTaken") or is_true(element, "doNotPerform")
    if denied or text_at(element, "taken") == "n":
        return "not-taken"
    return text_at(element, "status")


def _tidy(text: str) -> str:
    return UNWRITABLE.sub(" ", text).strip()[:LONGEST_TEXT]


# Directions and days ------------------------------------------------------------------


def _dosages(element: Element) -> tuple[Element, ...]:
    return (
        *elements_at(element, "dosageInstruction"),
        *elements_at(element, "dosage"),
    )


def _directions(element: Element) -> str:
    written = [_direction(dosage) for dosage in _dosages(element)]
    rendered = text_at(element, "renderedDosageInstruction")
    return "; ".join(filter(None, written)) or rendered


def _direction(dosage: Element) -> str:
    texts = (text_at(dosage, "text"), text_at(dosage, "patientInstruction"))
    written = ". ".join(dict.fromkeys(filter(None, texts)))
    return written or name_at(element_at(dosage, "timing"), "code")


def _days(element: Element) -> tuple[date | None, date | None]:
    """Return from when and until when it is taken, as far as full days are told."""
    periods = [element_at(element, "effectivePeriod")]
    periods += [
        element_at(dosage, "timing", "repeat", "boundsPeriod")
        for dosage in _dosages(element)
    ]
    starts = (day_of(text_at(period, "start")) for period in periods)
    ends = (day_of(text_at(period, "end")) for period in periods)
    told = (
        "effectiveDateTime",
        "whenHandedOver",
        "whenPrepared",
        "authoredOn",
        "dateWritten",
    )
    days = (*starts, *(day_of(text_at(element, key)) for key in told))
    return next(filter(None, days), None), next(filter(None, ends), None)
