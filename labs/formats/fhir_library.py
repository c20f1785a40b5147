"""
The resources of a file, and finding the one that another refers to.

A reference that could mean two resources means none: a result without a patient is
asked about, a result with the wrong patient is not. Only what results refer to is
kept in memory; results themselves pass by.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from labs.formats.detect import HEAD
from labs.formats.fhir_choices import with_named_choices
from labs.formats.fhir_elements import (
    Element,
    Reference,
    element_at,
    elements_at,
    reference_at,
    references_at,
    text_at,
)
from labs.formats.fhir_inlined import taken_apart
from labs.formats.fhir_versions import Version, version_of
from labs.formats.fhir_warehouse import as_resource, is_of_warehouse
from labs.formats.limits import MAX_INDEXED_VALUES, QUOTED_LENGTH
from labs.formats.parsed import FileRefused
from labs.formats.sentences import N_
from labs.formats.spelling import quoted
from labs.formats.strict_json import Json, parse_json

NOT_FHIR = N_(
    "This is JSON, but not FHIR: it does not say which resource it is (resourceType)."
)
WRAPPED = N_(
    "The resources lie inside JSON that is not FHIR; they were read as they are."
)
ONE_PAGE = N_(
    "The file is one page of a longer answer; the pages behind it are not in it."
)
DELETED = N_(
    "Resources that were deleted according to the history and were not read: %(count)s."
)
OLDER_VERSIONS = N_("Of every resource in a history only the newest version was read.")
TOO_MANY_TO_KEEP = N_(
    "The file speaks of more people, specimens and reports than are "
    "read at once. Split it."
)
CDA_INSIDE = N_(
    "A C-CDA document lies inside the file and was not read. Save it as a file of its "
    "own."
)
MOST_NAMESAKES = 4  # resources under one id that are kept, to see that it is not one
MOST_GROUPS = 8  # panels and reports of one result that are kept

# What is kept of each kind, so that a large file does not stay in memory.
_TIMES = (
    "effectiveDateTime",
    "effectivePeriod",
    "effectiveInstant",
    "effectiveTiming",
    "issued",
)
_OF_A_GROUP = (
    "subject",
    "identifier",
    "status",
    "code",
    "specimen",
    "performer",
    "contained",
    *_TIMES,
)
KEPT_OF_KIND = {
    "Patient": ("identifier", "name", "birthDate"),
    "Specimen": ("type", "collection", "receivedTime", "accessionIdentifier"),
    "Organization": ("name",),
    "PractitionerRole": ("organization",),
    "Device": ("type", "deviceName", "displayName", "model"),
    "Medication": ("code", "ingredient", "product"),
    "DiagnosticReport": ("result", *_OF_A_GROUP),
    "Observation": ("hasMember", "related", *_OF_A_GROUP),
}


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """A resource, where in the file it stands, and in which other one if in any."""

    kind: str
    element: Element
    place: str = ""
    full_url: str = ""
    root: "Resource | None" = None

    @property
    def id(self) -> str:
        """Return its id, which a bundle may give in the full address alone."""
        given = text_at(self.element, "id").removeprefix("#")
        return given or self.full_url.rpartition("/")[2].rpartition(":")[2]

    @property
    def tail(self) -> str:
        """Return the kind and id, as references write them; empty without an id."""
        return f"{self.kind}/{self.id}" if self.id else ""

    @property
    def base(self) -> str:
        """Return the address of its server; empty where the file does not say."""
        is_address = "://" in self.full_url and self.full_url.endswith(f"/{self.tail}")
        return self.full_url.removesuffix(self.tail) if is_address else ""

    @property
    def where(self) -> str:
        named = quoted(self.tail or self.kind, QUOTED_LENGTH).strip("'")
        inside = f"{self.root.where}, contained " if self.root else self.place
        return f"{inside}{named}"


# Taking a document apart --------------------------------------------------------------


def resources_in(
    document: Json, place: str = "", full_url: str = "", said: set[str] | None = None
) -> Iterator[Resource]:
    """
    Give the resources of a document, those of its bundles and contained ones too.

    `said` gathers what was left out. Raises FileRefused for what is not FHIR.
    """
    said = set() if said is None else said
    if isinstance(document, list) and document:
        for number, item in enumerate(document, start=1):
            yield from resources_in(item, f"{place}item {number}, ", "", said)
        return
    if not isinstance(document, dict):
        raise FileRefused(NOT_FHIR)
    if is_of_warehouse(document):
        document = as_resource(document)
    kind = text_at(document, "resourceType")
    if kind in ("Bundle", "Parameters") or "entry" in document:
        yield from _in_entries(document, place, said)
    elif kind:
        element = with_named_choices(_in_todays_words(kind, document))
        yield from _with_others(Resource(kind, element, place, full_url), said)
    elif inner := element_at(document, "resource"):
        yield from resources_in(inner, place, text_at(document, "fullUrl"), said)
    else:
        yield from _in_a_wrapping(document, place, said)


def _in_a_wrapping(document: Element, place: str, said: set[str]) -> Iterator[Resource]:
    """Give the resources that lie somewhere in JSON of another kind."""
    wrapped = list(_wrapped(document, place, said))
    if not wrapped:
        raise FileRefused(NOT_FHIR)
    said.add(WRAPPED)
    for inside, where in wrapped:
        yield from resources_in(inside, where, "", said)


def _wrapped(node: Json, place: str, said: set[str]) -> Iterator[tuple[Element, str]]:
    """Give the resources that an app packed into JSON of its own, and their places."""
    if isinstance(node, dict):
        if text_at(node, "resourceType"):
            yield node, place
            return
        for name, value in node.items():
            yield from _wrapped(value, f"{place}{quoted(name, 20)[1:-1]}, ", said)
    elif isinstance(node, list):
        for number, item in enumerate(node, start=1):
            yield from _wrapped(item, f"{place}{number}, ", said)
    elif isinstance(node, str) and (inside := _written_in(node, said)):
        yield inside, place


def _written_in(text: str, said: set[str]) -> Element:
    """Return the resource that an app keeps as text inside its JSON, if it is one."""
    if "<ClinicalDocument" in text[:HEAD]:
        said.add(CDA_INSIDE)
    if '"resourceType"' not in text:
        return {}
    try:
        value = parse_json(text.encode()).value
    except (FileRefused, UnicodeEncodeError):
        return {}
    return value if isinstance(value, dict) and "resourceType" in value else {}


# As the first version of FHIR called the parts of an observation.
_FIRST_NAMES = {
    "name": "code",
    "appliesDateTime": "effectiveDateTime",
    "appliesPeriod": "effectivePeriod",
}


def _in_todays_words(kind: str, resource: Element) -> Element:
    """Return a resource; an observation of the first version with the names of now."""
    if kind != "Observation" or "code" in resource or "name" not in resource:
        return resource
    return {_FIRST_NAMES.get(key, key): part for key, part in resource.items()}


_NAMES_OF_ENTRIES = ("parameter", "part")


def _in_entries(bundle: Element, place: str, said: set[str]) -> Iterator[Resource]:
    """
    Give the resources of a bundle's entries, each of which may be a bundle again.

    Parameters have parts, which hold resources or parts again.
    """
    name = next((one for one in _NAMES_OF_ENTRIES if one in bundle), "entry")
    entries = list(enumerate(_entries_of(bundle, name), start=1))
    if any(text_at(link, "relation") == "next" for link in elements_at(bundle, "link")):
        said.add(ONE_PAGE)
    if text_at(bundle, "type") == "history":
        entries = _newest(_not_deleted(entries, said), said)
    for number, entry in entries:
        resource = element_at(entry, "resource") or entry
        if "resourceType" in resource:
            url = text_at(entry, "fullUrl")
            yield from resources_in(resource, f"{place}{name} {number}, ", url, said)
        elif "part" in entry:
            yield from _in_entries(entry, f"{place}{name} {number}, ", said)
        else:
            for inside, where in _wrapped(entry, f"{place}{name} {number}, ", said):
                yield from resources_in(inside, where, "", said)


def _entries_of(bundle: Element, name: str) -> Iterator[Element]:
    """Give the entries of a bundle; some programs put a list into the list of them."""
    held = bundle.get(name)
    for item in held if isinstance(held, list) else [held]:
        for entry in item if isinstance(item, list) else [item]:
            if isinstance(entry, dict):
                yield entry


def _not_deleted(
    entries: list[tuple[int, Element]], said: set[str]
) -> list[tuple[int, Element]]:
    """Leave out what was deleted last; a history begins with its newest entry."""
    is_gone: dict[str, bool] = {}
    kept: list[tuple[int, Element]] = []
    for number, entry in entries:
        request, resource = (element_at(entry, key) for key in ("request", "resource"))
        kind, name = text_at(resource, "resourceType"), text_at(resource, "id")
        tail = f"{kind}/{name}" if name else _tail_of(text_at(request, "url"))
        is_deletion = text_at(request, "method") == "DELETE"
        if tail and is_gone.setdefault(tail, is_deletion):
            continue
        kept.append((number, entry))
    if count := sum(is_gone.values()):
        said.add(DELETED % {"count": count})
    return kept


def _tail_of(address: str) -> str:
    """Return kind and id, the end of an address: Observation/o1."""
    return "/".join(address.partition("/_history")[0].split("/")[-2:])


def _newest(
    entries: list[tuple[int, Element]], said: set[str]
) -> list[tuple[int, Element]]:
    newest: dict[object, tuple[int, Element]] = {}
    for number, entry in entries:
        resource = element_at(entry, "resource")
        name = text_at(resource, "id")
        key = (text_at(resource, "resourceType"), name) if name else number
        known = newest.get(key, (number, entry))
        newest[key] = max(known, (number, entry), key=_version)
    if len(newest) < len(entries):
        said.add(OLDER_VERSIONS)
    return list(newest.values())


def _version(numbered: tuple[int, Element]) -> Version:
    return version_of(element_at(numbered[1], "resource"))


def _with_others(resource: Resource, said: set[str]) -> Iterator[Resource]:
    """Give a resource, what it contains, and what lies in it without its leave."""
    element, others = taken_apart(resource.element)
    resource = replace(resource, element=element)
    yield resource
    for contained in elements_at(element, "contained"):
        kind = text_at(contained, "resourceType")
        if kind:
            yield Resource(kind, contained, root=resource)
    for other in others:
        tail = f"{text_at(other, 'resourceType')}/{text_at(other, 'id')}"
        url = f"{resource.base}{tail}" if resource.base else ""
        yield from resources_in(other, f"{resource.where}, ", url, said)


# Finding ------------------------------------------------------------------------------


class Library:
    """What results refer to, and the panels and reports that refer to results."""

    def __init__(self) -> None:
        self._by_address: dict[str, list[Resource]] = {}
        self._by_tail: dict[str, list[Resource]] = {}
        self._by_identifier: dict[str, list[Resource]] = {}
        self._patients: list[Resource] = []
        self._groups: dict[str, list[Resource]] = {}
        self._members: set[tuple[str, ...]] = set()
        self._met: set[str] = set()
        self._values = 0

    def add(self, resource: Resource) -> None:
        """Keep a resource if another one may ask for it."""
        if resource.kind not in KEPT_OF_KIND or resource.root is not None:
            return
        members = members_of(resource)
        if resource.kind == "Observation" and not members:
            return
        kept = self._shortened(resource)
        for member in members:
            self._add_member(_keys_named(member, kept), kept)
        address = kept.full_url or f"urn:uuid:{kept.id}"
        _keep_once(self._by_address.setdefault(address, []), kept)
        _keep_once(self._by_tail.setdefault(kept.tail, []), kept)
        if kept.kind == "Patient":
            self._add_patient(kept)

    def _shortened(self, resource: Resource) -> Resource:
        keys = ("id", *KEPT_OF_KIND[resource.kind])
        element = {k: resource.element[k] for k in keys if k in resource.element}
        self._values += _count_values(element)
        if self._values > MAX_INDEXED_VALUES:
            raise FileRefused(TOO_MANY_TO_KEEP)
        return Resource(resource.kind, element, resource.place, resource.full_url)

    def _add_member(self, keys: tuple[str, ...], group: Resource) -> None:
        if keys:
            self._members.add(keys)
        for key in keys:
            groups = self._groups.setdefault(key, [])
            if len(groups) < MOST_GROUPS:
                groups.append(group)

    def _add_patient(self, patient: Resource) -> None:
        _keep_once(self._patients, patient)
        for system, value in _numbers_of(patient):
            for key in {f"{system}|{value}", f"|{value}"}:
                _keep_once(self._by_identifier.setdefault(key, []), patient)

    @property
    def only_patient(self) -> Resource | None:
        """Return the one patient of the file; None if it has none or several."""
        return self._patients[0] if len(self._patients) == 1 else None

    @property
    def has_patients(self) -> bool:
        return bool(self._patients)

    def find(self, reference: Reference, seen_from: Resource) -> Resource | None:
        """Return the resource that is meant; None if none or more than one may be."""
        if reference.address.startswith("#"):
            return _contained(reference.address[1:], seen_from)
        named = self._by_address.get(_without_version(reference.address))
        if named is None and reference.tail:
            named = self._by_tail.get(reference.tail, [])
            if reference.is_absolute:
                named = [one for one in named if not one.base]
            elif len(named) > 1:
                named = [one for one in named if one.base == _base(seen_from)]
        if not named:
            named = self._by_identifier.get(_identifier(reference), [])
        if not named and reference.tail.startswith("Patient/"):
            number = reference.tail.rpartition("/")[2]
            numbered = self._by_identifier.get(f"|{number}", [])
            named = [one for one in numbered if not one.id]
        return named[0] if len(named) == 1 else None

    def groups_of(self, resource: Resource) -> tuple[Resource, ...]:
        """Return the panels and reports a result is part of, the nearest first."""
        subject = reference_at(resource.element, "subject")
        groups: dict[int, Resource] = {}
        waiting = [resource]
        while waiting and len(groups) < MOST_GROUPS:
            nearest = self._naming(waiting.pop(0))
            new = {id(one): one for one in nearest if _may_share_subject(one, subject)}
            waiting += [one for key, one in new.items() if key not in groups]
            groups |= new
        return tuple(sorted(groups.values(), key=lambda one: one.kind != "Observation"))

    def is_named_for_another(self, resource: Resource) -> bool:
        """Answer whether a report or panel of another patient names it as a part."""
        subject = reference_at(resource.element, "subject")
        own = self.find(subject, resource)
        apart = [
            self.find(reference_at(group.element, "subject"), group)
            for group in self._naming(resource)
            if not _may_share_subject(group, subject)
        ]
        return own is not None and any(
            other is not None and other.element is not own.element for other in apart
        )

    def _naming(self, resource: Resource) -> tuple[Resource, ...]:
        keys = [key for key in _keys_of(resource) if key in self._groups]
        self._met.update(keys)
        return tuple(group for key in keys for group in self._groups[key])

    @property
    def missing_members(self) -> int:
        """Return how many results that reports and panels name were not met."""
        return sum(self._met.isdisjoint(keys) for keys in self._members)


def members_of(resource: Resource) -> tuple[Reference, ...]:
    """Return the results that a panel or a report names as its own."""
    element = resource.element
    related = (
        reference
        for relation in elements_at(element, "related")
        if text_at(relation, "type") in ("has-member", "")
        for reference in references_at(relation, "target")
    )
    named = "result" if resource.kind == "DiagnosticReport" else "hasMember"
    return (*references_at(element, named), *related)


def _keys_named(member: Reference, group: Resource) -> tuple[str, ...]:
    if member.address.startswith("#"):
        return (f"{group.where}{member.address}",)
    address = _without_version(member.address)
    keys = tuple(dict.fromkeys(filter(None, (address, member.tail))))
    is_numbered = member.system and member.identifier
    return keys or ((_identifier(member),) if is_numbered else ())


def _without_version(address: str) -> str:
    return address.partition("/_history/")[0]


def _keys_of(resource: Resource) -> tuple[str, ...]:
    if resource.root is not None:
        return (f"{resource.root.where}#{resource.id}",)
    numbers = (f"{system}|{value}" for system, value in _numbers_of(resource))
    named = filter(None, (resource.full_url, resource.tail))
    return tuple(dict.fromkeys((*named, *numbers)))


def _numbers_of(resource: Resource) -> Iterator[tuple[str, str]]:
    """Give the system and the value of each identifier that has a value."""
    for identifier in elements_at(resource.element, "identifier"):
        if value := text_at(identifier, "value"):
            yield text_at(identifier, "system"), value


def _may_share_subject(group: Resource, subject: Reference) -> bool:
    other = reference_at(group.element, "subject")
    either_is_open = not (subject.address and other.address)
    return either_is_open or other.address == subject.address


def _contained(name: str, seen_from: Resource) -> Resource | None:
    root = seen_from.root or seen_from
    if not name:
        return root
    for contained in elements_at(root.element, "contained"):
        if text_at(contained, "id").removeprefix("#") == name:
            return Resource(text_at(contained, "resourceType"), contained, root=root)
    return None


def _base(resource: Resource) -> str:
    return (resource.root or resource).base


def _identifier(reference: Reference) -> str:
    """Return the identifier a reference gives, also as a search for it."""
    if reference.identifier:
        return f"{reference.system}|{reference.identifier}"
    _, _, searched = reference.address.partition("?identifier=")
    return searched if "|" in searched else f"|{searched}"


def _keep_once(kept: list[Resource], resource: Resource) -> None:
    is_new = all(
        one.element != resource.element or one.base != resource.base for one in kept
    )
    if is_new and len(kept) < MOST_NAMESAKES:
        kept.append(resource)


def _count_values(node: Json) -> int:
    count, waiting = 0, [node]
    while waiting:
        found = waiting.pop()
        count += 1
        if isinstance(found, dict):
            waiting.extend(found.values())
        elif isinstance(found, list):
            waiting.extend(found)
    return count
