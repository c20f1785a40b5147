"""
FHIR as JSON text that keeps a number's decimals: 30.10 leaves as 30.10.

The standard library's writer turns a Decimal into a float or refuses it.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import TypeAlias

Writable: TypeAlias = (
    "dict[str, Writable] | list[Writable] | str | int | bool | Decimal | None"
)
Resource = dict[str, Writable]


def fhir_text(value: Writable) -> str:
    """
    Return a value as JSON.

    >>> fhir_text({"value": Decimal("30.10"), "unit": "ng/mL"})
    '{"value":30.10,"unit":"ng/mL"}'
    """
    return "".join(_parts(value))


def _parts(value: Writable) -> Iterator[str]:
    match value:
        case dict():
            yield from _joined("{", (_member(*item) for item in value.items()), "}")
        case list():
            yield from _joined("[", (_parts(item) for item in value), "]")
        case Decimal():
            yield f"{value:f}"
        case _:
            yield json.dumps(value, ensure_ascii=False)


def _member(key: str, value: Writable) -> Iterator[str]:
    yield f"{json.dumps(key)}:"
    yield from _parts(value)


def _joined(
    opening: str, items: Iterator[Iterator[str]], closing: str
) -> Iterator[str]:
    yield opening
    for number, item in enumerate(items):
        if number:
            yield ","
        yield from item
    yield closing


def without_blanks(resource: dict[str, Writable]) -> Resource:
    """Leave out what is empty: FHIR has no empty texts, lists and objects."""
    return {key: value for key, value in resource.items() if value not in _BLANKS}


_BLANKS: tuple[Writable, ...] = (None, "", [], {})
