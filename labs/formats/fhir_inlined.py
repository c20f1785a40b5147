"""
Resources that stand in FHIR where a reference to them belongs.

An app that looked up what a report names keeps the results themselves in the place of
the references, and saves them so.
"""

from labs.formats.fhir_elements import Element, elements_at, text_at
from labs.formats.strict_json import Json

# What a reference may say, with the kind of resource that it means.
_OF_A_REFERENCE = frozenset({"resourceType", "id", "reference", "type", "display"})

_HOLDERS = frozenset({"entry", "parameter"})  # a bundle's, and that of parameters


def taken_apart(resource: Element) -> tuple[Element, tuple[Element, ...]]:
    """
    Return a resource with references in the place of others, and those others.

    An other without an id is contained in the resource, as the standard has it.
    """
    if not _holds_another(resource):
        return resource, ()
    taken = _Taken(elements_at(resource, "contained"))
    element = taken.without_others(resource)
    if taken.contained:
        element["contained"] = [*taken.contained]
    return element, tuple(taken.others)


def _holds_another(resource: Element) -> bool:
    """Answer whether a resource, or what names its kind, lies anywhere in another."""
    waiting = [part for key, part in resource.items() if key != "contained"]
    for part in waiting:  # grows as it is gone through
        if isinstance(part, dict):
            if "resourceType" in part:
                return True
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
    return False


class _Taken:
    """Gathers the resources that lie in another one."""

    def __init__(self, contained: tuple[Element, ...]) -> None:
        self.contained = list(contained)
        self.others: list[Element] = []

    def without_others(self, resource: Element) -> Element:
        """Return a resource whose parts refer to what lay in them."""
        return {
            key: part if key == "contained" else self._referring(part)
            for key, part in resource.items()
        }

    def _referring(self, part: Json) -> Json:
        match part:
            case list():
                return [self._referring(item) for item in part]
            case dict() if text_at(part, "resourceType"):
                return self._reference_to(part)
            case {"resource": dict() as inner} if text_at(inner, "resourceType"):
                return self._reference_to(inner)
            case dict():
                return {key: self._referring(inner) for key, inner in part.items()}
            case _:
                return part

    def _reference_to(self, resource: Element) -> Json:
        """Keep a resource, unless it only names one, and return what refers to it."""
        name = text_at(resource, "id")
        if not resource.keys().isdisjoint(_HOLDERS):
            self.others.append(resource)
            return {}
        if name and not resource.keys() <= _OF_A_REFERENCE:
            self.others.append(resource)
        if not name:
            name = f"inlined-{len(self.contained) + 1}"
            self.contained.append({**self.without_others(resource), "id": name})
            return {"reference": f"#{name}"}
        address = f"{text_at(resource, 'resourceType')}/{name}"
        return {"reference": address, "display": text_at(resource, "display")}
