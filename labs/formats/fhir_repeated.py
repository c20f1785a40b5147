"""
One resource that stands in a file in several versions, or twice and differently.

Exports that were made one after the other and packed together hold a result as it was
and as it was corrected. The newest version counts where each says which one it is. Two
servers may give one id to two things: only where person and test are the same, too,
are they taken for versions of one.
"""

from labs.formats.fhir_elements import (
    Element,
    concept_at,
    element_at,
    reference_at,
    text_at,
)
from labs.formats.fhir_library import Resource
from labs.formats.fhir_values import value_keys
from labs.formats.fhir_versions import Version, version_of
from labs.formats.strict_json import Json

_DAY = len("2024-03-01")


class Repeated:
    """Remembers versions and values of resources by hashes, to save memory."""

    def __init__(self) -> None:
        self._newest: dict[int, Version] = {}
        self._of_several: set[int] = set()
        self._values: dict[int, int] = {}
        self._contradictory: set[int] = set()

    def note(self, resource: Resource) -> None:
        """Take a resource into account; one without an id is not known again."""
        if not _has_own_id(resource):
            return
        version = version_of(resource.element)
        if version != Version():
            self._note_version(_key(resource), version)
        values, result = _values(resource.element), _result_key(resource)
        if self._values.setdefault(result, values) != values:
            self._contradictory.add(result)

    def _note_version(self, key: int, version: Version) -> None:
        known = self._newest.setdefault(key, version)
        if known != version:
            self._of_several.add(key)
        if known.is_older_than(version):
            self._newest[key] = version

    def settle(self) -> None:
        """Forget what stands in the file once, after all of it was noted."""
        self._newest = {key: self._newest[key] for key in self._of_several}
        self._values = {}

    def is_overtaken(self, resource: Resource) -> bool:
        """Answer whether a newer version of the same stands in the file."""
        if not _has_own_id(resource):
            return False
        newest = self._newest.get(_key(resource), Version())
        return version_of(resource.element).is_older_than(newest)

    def is_contradicted(self, resource: Resource) -> bool:
        """Answer whether the same, of one day, stands there with another value."""
        return _has_own_id(resource) and _result_key(resource) in self._contradictory


def _has_own_id(resource: Resource) -> bool:
    """Answer whether it has an id that means it in the whole file."""
    return bool(resource.id) and resource.root is None


def _key(resource: Resource) -> int:
    named = reference_at(resource.element, "subject", "patient")
    whose = named.address or named.identifier or named.display
    concept = concept_at(resource.element, "code")
    return hash((resource.base, resource.tail, whose, concept))


def _result_key(resource: Resource) -> int:
    """Return what two resources share that cannot both be right with two values."""
    element = resource.element
    day = text_at(element, "effectiveDateTime", "effectiveInstant")[:_DAY]
    start = text_at(element_at(element, "effectivePeriod"), "start")[:_DAY]
    status = text_at(element, "status")
    return hash((_key(resource), version_of(element), status, day, start))


def _values(element: Element) -> int:
    keys = ("component", *value_keys(element))
    return hash(_in_one_order({key: element.get(key) for key in keys}))


def _in_one_order(part: Json) -> tuple[object, ...]:
    """Return a part of a resource so that the order of its keys does not count."""
    match part:
        case dict():
            return tuple(sorted((key, _in_one_order(x)) for key, x in part.items()))
        case list():
            return tuple(map(_in_one_order, part))
        case _:
            return (str(part),)
