"""
How a medicine is taken, by what FHIR says of it: in words, or in amounts and times.

Words are handed on as written. Where there are none, the structure is said as it
stands ("1 tablet, 2 per 1 d"), and only as a whole: a dose without the days on which
it is taken would say something else. Codes stay codes; nothing is worked out.
"""

from collections.abc import Iterator

from labs.formats.fhir_elements import (
    Element,
    concepts_at,
    element_at,
    elements_at,
    is_true,
    name_at,
    text_at,
    texts_at,
)

_UNITS_OF_PERIOD = ("periodUnit", "periodUnits")  # of now, and of DSTU2
# What is said of a timing's repetition; what else stands there leaves all unsaid.
_SAID_OF_REPEAT = frozenset(
    {
        "id",
        "boundsPeriod",  # told as the first and the last day
        "boundsDuration",
        "count",
        "frequency",
        "frequencyMax",
        "period",
        "periodMax",
        *_UNITS_OF_PERIOD,
        "dayOfWeek",
        "timeOfDay",
        "when",
    }
)
_SAID_OF_TIMING = frozenset({"id", "code", "repeat"})
_AS_NEEDED = "as needed"


def dosages_of(element: Element) -> tuple[Element, ...]:
    """Return the dosages of a medicine, wherever the version of FHIR puts them."""
    return (
        *elements_at(element, "dosageInstruction"),
        *elements_at(element, "dosage"),
    )


def directions_of(element: Element) -> str:
    """Return how a medicine is taken; empty where it is not told, or not plainly."""
    dosages = dosages_of(element)
    written = [_written(dosage) for dosage in dosages]
    rendered = text_at(element, "renderedDosageInstruction")
    if rendered and not (written and all(written)):
        return rendered
    told = [text or _said(each) for text, each in zip(written, dosages, strict=True)]
    if not all(told):
        told = [
            text or _advice(each) for text, each in zip(written, dosages, strict=True)
        ]
    return "; ".join(filter(None, told))


def _written(dosage: Element) -> str:
    """Return the words of a dosage; without its text they are not all of it."""
    text = text_at(dosage, "text")
    return ". ".join(dict.fromkeys((text, _advice(dosage) or text))) if text else ""


def _advice(dosage: Element) -> str:
    return text_at(dosage, "patientInstruction")


def _said(dosage: Element) -> str:
    """Return what a dosage says by its structure; empty where a part is unsaid."""
    timing = element_at(dosage, "timing")
    repeat = element_at(timing, "repeat")
    is_whole = "period" in repeat or repeat.keys().isdisjoint(_UNITS_OF_PERIOD)
    is_known = _SAID_OF_TIMING.issuperset(timing) and _SAID_OF_REPEAT.issuperset(repeat)
    if not (is_whole and is_known):
        return ""
    parts = (
        *_doses(dosage),
        name_at(timing, "code"),
        *_times(repeat),
        _as_needed(dosage),
        *_at_most(dosage),
        _advice(dosage),
        *(
            concept.name
            for key in ("additionalInstruction", "additionalInstructions")
            for concept in concepts_at(dosage, key)
        ),
    )
    return ", ".join(dict.fromkeys(filter(None, parts)))


def _doses(dosage: Element) -> Iterator[str]:
    """Give each amount that is taken at once, as R4 and the versions before it do."""
    for holder in (*elements_at(dosage, "doseAndRate"), dosage):
        for stem in ("dose", "quantity"):
            yield _quantity(element_at(holder, f"{stem}Quantity"))
            yield _range(element_at(holder, f"{stem}Range"))


def _quantity(quantity: Element) -> str:
    """Return an amount with its unit; a number alone is called a dose."""
    number = text_at(quantity, "value")
    if not number:
        return ""
    unit = text_at(quantity, "unit", "code")
    value = f"{text_at(quantity, 'comparator')}{number}"
    return f"{value} {unit}" if unit else f"dose {value}"


def _range(span: Element) -> str:
    low, high = element_at(span, "low"), element_at(span, "high")
    least, most = text_at(low, "value"), text_at(high, "value")
    if not (least and most):
        return ""
    units = {text_at(one, "unit", "code") for one in (low, high)} - {""}
    if len(units) > 1:
        return f"{_quantity(low)} - {_quantity(high)}"
    return f"{least}-{most} {''.join(units)}" if units else f"dose {least}-{most}"


def _at_most(dosage: Element) -> Iterator[str]:
    """Give how much may be taken at most in a time."""
    for ratio in elements_at(dosage, "maxDosePerPeriod"):
        most, time = (element_at(ratio, key) for key in ("numerator", "denominator"))
        if text_at(most, "value") and text_at(time, "value"):
            yield f"at most {_quantity(most)} per {_quantity(time)}"


def _times(repeat: Element) -> Iterator[str]:
    """Give how often, on which days and at what times of the day."""
    often = _span(repeat, "frequency")
    if period := _span(repeat, "period"):
        unit = text_at(repeat, *_UNITS_OF_PERIOD)
        yield f"{often} per {period} {unit}".strip()
    elif often:
        yield f"frequency {often}"
    for key in ("dayOfWeek", "timeOfDay", "when"):
        yield ", ".join(texts_at(repeat, key))
    if length := _quantity(element_at(repeat, "boundsDuration")):
        yield f"for {length}"
    if count := text_at(repeat, "count"):
        yield f"count {count}"


def _span(repeat: Element, key: str) -> str:
    """Return a number, or the least and the most of it."""
    numbers = (text_at(repeat, key), text_at(repeat, f"{key}Max"))
    return "-".join(filter(None, numbers))


def _as_needed(dosage: Element) -> str:
    """Return that it is taken as needed, and why, as far as the sender says so."""
    why = name_at(dosage, "asNeededCodeableConcept") or name_at(dosage, "asNeededFor")
    if why:
        return f"{_AS_NEEDED}: {why}"
    is_needed = is_true(dosage, "asNeededBoolean") or is_true(dosage, "asNeeded")
    return _AS_NEEDED if is_needed else ""
