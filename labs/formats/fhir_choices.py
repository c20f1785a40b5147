"""
Choices of types as a database of FHIR writes them: {"value": {"Quantity": ...}}.

The standard puts the type into the name, valueQuantity. Aidbox keeps it inside, and
its exports stay so.
"""

from labs.formats.fhir_elements import Element
from labs.formats.strict_json import Json

_CHOICES = frozenset({"value", "effective", "collected", "medication"})
_TYPES = frozenset(
    {
        "Attachment",
        "CodeableConcept",
        "Coding",
        "Period",
        "Quantity",
        "Range",
        "Ratio",
        "Reference",
        "SampledData",
        "Timing",
        "boolean",
        "dateTime",
        "decimal",
        "instant",
        "integer",
        "string",
        "time",
    }
)
_WITH_CHOICES = ("component", "collection", "contained")


def with_named_choices(element: Element) -> Element:
    """Return an element whose choices have their types in their names."""
    named = dict(_named(key, part) for key, part in element.items())
    for key in _WITH_CHOICES:
        match named.get(key):
            case dict() as one:
                named[key] = with_named_choices(one)
            case list() as several:
                named[key] = [_within(item) for item in several]
            case _:
                pass
    return named


def _within(item: Json) -> Json:
    return with_named_choices(item) if isinstance(item, dict) else item


def _named(key: str, part: Json) -> tuple[str, Json]:
    match part:
        case dict() if key in _CHOICES and len(part) == 1:
            ((kind, inner),) = part.items()
            if kind in _TYPES:
                return f"{key}{kind[0].upper()}{kind[1:]}", inner
    return key, part
