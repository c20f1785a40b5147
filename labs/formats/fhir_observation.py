"""
Results out of FHIR observations, their components and what they refer to.

Each value is read by itself, with the status, the patient, the specimen and the
laboratory of the observation around it. Notes are kept as written and never read for
values.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache

from labs.domain.measurands import HYDROXYVITAMIN_D, Measurand
from labs.domain.measurements import ResultStatus
from labs.formats.cells import CellRefused, read_status, text_of
from labs.formats.coded_tests import CodedTest, Concept, read_coded_test
from labs.formats.fhir_as_recorded import as_recorded, as_sent, restored, stated_test
from labs.formats.fhir_elements import (
    NOTHING,
    Element,
    Reference,
    concept_at,
    concept_of,
    concepts_at,
    element_at,
    elements_at,
    name_at,
    reference_at,
    references_at,
    text_at,
)
from labs.formats.fhir_library import Library, Resource, members_of
from labs.formats.fhir_people import whose
from labs.formats.fhir_times import collected
from labs.formats.fhir_values import (
    reported_interval,
    reported_unit,
    reported_value,
    second_value,
    value_keys,
)
from labs.formats.gathering import NotKept, Outcome
from labs.formats.limits import QUOTED_LENGTH
from labs.formats.panel_parts import bare_part, part_of_panel
from labs.formats.parsed import (
    ParsedResult,
    PatientClue,
    Refusal,
    Source,
    Withdrawal,
)
from labs.formats.reported_results import (
    ReportedResult,
    SentStatus,
    Surroundings,
    withdrawal_of,
)
from labs.formats.reported_values import ReportedValue
from labs.formats.sentences import N_, NAMELESS_TEST, TYPED_BY_PERSON
from labs.formats.spelling import as_said, quoted
from labs.formats.told_together import STANDS_TWICE, held_as_repeated, told_together

ITS_STATUS = N_("Its status is %(status)s.")
MODIFIED = N_("It carries an extension that may change its meaning: %(url)s.")
ABOUT_SOMEONE_ELSE = N_(
    "It says that it is about someone or something beside the patient."
)
REPORT_OF_ANOTHER = N_("A report about another patient names it as a part, too.")
WITHDRAWN_REPORT = N_("The report that it belongs to has the status %(status)s.")
VALUE_AND_REASON = N_("It has a value and also a reason why there is none: %(reason)s.")
_PEOPLE = {
    "Patient": Source.TYPED_BY_PATIENT,
    "RelatedPerson": Source.TYPED_BY_CARER,
}
_NOT_LABORATORIES = _PEOPLE.keys() | {
    "Practitioner",
    "PractitionerRole",
    "CareTeam",
    "Device",
}
_ACCESSIONS = frozenset({"ACSN", "FILL"})  # the sample's, the filler's order number
_WITHOUT_VALUE = (
    ResultStatus.REGISTERED,
    ResultStatus.PRELIMINARY,
    ResultStatus.CANCELLED,
    ResultStatus.ENTERED_IN_ERROR,
)


_test_of = lru_cache(maxsize=2_048)(read_coded_test)


def outcomes_of(resource: Resource, library: Library) -> Iterator[Outcome]:
    """Give what an observation and each of its components say."""
    components = elements_at(resource.element, "component")
    is_panel = bool(components or members_of(resource))
    nodes = {
        f"{resource.where}, component {number}": component
        for number, component in enumerate(components, start=1)
    }
    if value_keys(resource.element) or not is_panel:
        nodes = {resource.where: resource.element, **nodes}
    observation = _Observation(resource, library, tuple(nodes.values()))
    outcomes = [observation.outcome(node, where) for where, node in nodes.items()]
    yield from observation.once(outcomes) if len(outcomes) > 1 else outcomes


def is_of_kept_test(resource: Resource) -> bool:
    """Answer whether an observation, or a component, says that it is of a kept test."""
    if resource.kind != "Observation":
        return False
    components = elements_at(resource.element, "component")
    return any(
        _is_kept(concept)
        for node in (resource.element, *components)
        for concept in concepts_at(node, "code")
    )


class _Observation:
    """One observation with what surrounds it in the file."""

    def __init__(
        self, resource: Resource, library: Library, nodes: tuple[Element, ...]
    ) -> None:
        self._resource = resource
        self._nodes = nodes
        self._element = resource.element
        self._library = library
        self._groups = library.groups_of(resource)

    def outcome(self, node: Element, where: str) -> Outcome:
        """Return what the observation itself or one component says."""
        said = as_recorded(node)
        own = as_sent(element_at(node, "code")) if said else NOTHING
        concept = concept_of(own) if own else concept_at(node, "code")
        try:
            _refuse_two_tests(node)
            stated = said.get("measurand")
            test = stated_test(concept, stated) if stated else self._test(node)
            if test.analyte.measurand is None:
                return NotKept(concept.name or NAMELESS_TEST)
            result = self._result(node, where, test, test.analyte.measurand).parsed()
            return restored(result, said) if said else result
        except CellRefused as refused:
            return Refusal(
                where,
                str(refused),
                self._said(node, concept),
                self._named(),
                withdraws=self._withdrawal(node),
            )

    def once(self, outcomes: Sequence[Outcome]) -> Iterator[Outcome]:
        """Give what the parts say, what they say of one test together."""
        tests = [self._measurand(node) for node in self._nodes]
        pairs = list(zip(tests, outcomes, strict=True))
        done = set[Measurand]()
        for test, outcome in pairs:
            if test is None or not isinstance(outcome, ParsedResult):
                yield outcome
            elif test not in done:
                done.add(test)
                yield from self._of_test([each for of, each in pairs if of is test])

    def _of_test(self, outcomes: Sequence[Outcome]) -> Sequence[ParsedResult]:
        """
        Return the results of one test; where their values differ, weighed or held.

        Only of vitamin D is it known what one value is in two units.
        """
        results = [each for each in outcomes if isinstance(each, ParsedResult)]
        measurand = results[0].measurand
        is_whole = len(results) == len(outcomes)
        if len(outcomes) > 1 and is_whole and measurand in HYDROXYVITAMIN_D:
            return told_together(results)
        is_doubtful = measurand in self._of_two_values
        return list(map(held_as_repeated, results)) if is_doubtful else results

    def _test(self, node: Element) -> CodedTest:
        """Return which test a node is of; raise CellRefused for what only sounds so."""
        concept = concept_at(node, "code")
        is_bare = bare_part(concept) is not None
        return (self._part(node, concept) if is_bare else None) or _test_of(concept)

    def _measurand(self, node: Element) -> Measurand | None:
        """Return the same; None where that is not kept or not clear."""
        try:
            return self._test(node).analyte.measurand
        except CellRefused:
            return None

    def _part(self, node: Element, concept: Concept) -> CodedTest | None:
        """Return what is called "Total" or "D3" alone; None where that is open."""
        is_component = node is not self._element
        groups = [group.element for group in self._groups]
        for around in [self._element] if is_component else groups:
            panel = concept_at(around, "code")
            try:
                test = _test_of(panel)
            except CellRefused:
                continue
            # What else a panel of observations holds is not known here.
            is_alone = is_component and self._is_of_one_test
            if part := part_of_panel(concept, panel, test, is_alone=is_alone):
                return part
        return None

    @cached_property
    def _is_of_one_test(self) -> bool:
        """Whether each component that tells a number is of vitamin D."""
        return all(
            _is_of_hydroxyvitamin_d(concept_at(node, "code"))
            for node in self._nodes
            if node is not self._element and not _NUMBERS.isdisjoint(node)
        )

    def _withdrawal(self, node: Element) -> Withdrawal | None:
        """Return what a node takes back that came without its value."""
        is_doubtful = (
            elements_at(self._element, "modifierExtension")
            or references_at(self._element, "focus")
            or self._measurand(node) in self._of_two_values
        )
        keys = value_keys(node)
        if is_doubtful or text_at(element_at(node, "valueQuantity"), "value"):
            return None
        words = (text_at(node, key) or name_at(node, key) for key in keys)
        value = " ".join(words) or name_at(node, "dataAbsentReason")
        specimen = self._specimen()
        try:
            if whose(self._resource, self._library).hold:
                return None
            analyte = self._test(node).analyte
            _refuse_repeated(self._element, node)
            day = collected(self._element, specimen, self._groups)
            status = self._status()
        except CellRefused:
            return None
        around = self._around(node, specimen)
        return withdrawal_of(analyte, day, status, around, value)

    def _named(self) -> PatientClue:
        """Return whom a refused result is about, as far as that can be read."""
        try:
            return whose(self._resource, self._library).clue
        except CellRefused:
            return PatientClue()

    def _said(self, node: Element, concept: Concept) -> str:
        """Return what the file says of a result that is refused."""
        quantity = element_at(node, "valueQuantity")
        return as_said(
            text_at(self._element, "effectiveDateTime"),
            text_at(node, "valueString"),
            " ".join(text_at(quantity, key) for key in ("value", "unit")),
            concept.name,
        )

    def _result(
        self, node: Element, where: str, test: CodedTest, measurand: Measurand
    ) -> ReportedResult:
        _refuse_repeated(self._element, node)
        status = self._status()
        value = self._value(node, status)
        interval = reported_interval(node)
        unit = reported_unit(node, value, interval, measurand)
        specimen = self._specimen()
        patient = whose(self._resource, self._library)
        if not value.second and measurand in HYDROXYVITAMIN_D:
            value = replace(value, second=second_value(node, value.number, unit.unit))
        return ReportedResult(
            where=where,
            patient=patient.clue,
            collected=collected(self._element, specimen, self._groups),
            test=test,
            measurand=measurand,
            value=value,
            unit_text=unit.text,
            unit=unit.unit,
            interval=interval.beside(unit.unit),
            status=status,
            around=self._around(node, specimen),
            holds=(*unit.hold, *self._holds(node), patient.hold),
            remarks=(*patient.remarks, *self._remarks()),
        )

    # Status and value

    def _status(self) -> SentStatus:
        word = text_of(text_at(self._element, "status"), "status")
        return SentStatus(word, *read_status(word))

    def _value(self, node: Element, status: SentStatus) -> ReportedValue:
        """Return the value; where there is none, a telling status says why."""
        try:
            return reported_value(node)
        except CellRefused as refused:
            if status.meaning not in _WITHOUT_VALUE:
                raise
            raise CellRefused(
                f"{refused} {ITS_STATUS % {'status': status.word}}"
            ) from None

    # Doubts

    def _holds(self, node: Element) -> Iterator[str]:
        for extension in elements_at(self._element, "modifierExtension"):
            shown = quoted(text_at(extension, "url"), QUOTED_LENGTH)
            yield MODIFIED % {"url": shown}
        if references_at(self._element, "focus"):
            yield ABOUT_SOMEONE_ELSE
        if reason := name_at(node, "dataAbsentReason"):
            yield VALUE_AND_REASON % {"reason": quoted(reason, QUOTED_LENGTH)}
        if self._library.is_named_for_another(self._resource):
            yield REPORT_OF_ANOTHER
        for group in self._groups:
            status = text_at(group.element, "status")
            if status in ("entered-in-error", "cancelled"):
                yield WITHDRAWN_REPORT % {"status": status}

    @cached_property
    def _of_two_values(self) -> frozenset[Measurand]:
        """The tests to which parts of the observation give values that differ."""
        first: dict[Measurand, Element] = {}
        differing = set()
        for node in self._nodes if len(self._nodes) > 1 else ():
            measurand = self._measurand(node)
            values = {key: node[key] for key in value_keys(node)}
            if measurand and first.setdefault(measurand, values) != values:
                differing.add(measurand)
        return frozenset(differing)

    def _remarks(self) -> Iterator[str]:
        if self._source() is not None:
            yield TYPED_BY_PERSON

    def _source(self) -> Source | None:
        """Return who typed the value, where a person and no laboratory says it."""
        performers = references_at(self._element, "performer")
        kinds = (self._kind(performer) for performer in performers)
        return next((_PEOPLE[kind] for kind in kinds if kind in _PEOPLE), None)

    # What stands around the value

    def _around(self, node: Element, specimen: Element) -> Surroundings:
        return Surroundings(
            laboratory=self._laboratory(),
            method=name_at(self._element, "method") or self._device(),
            specimen=self._specimen_name(specimen),
            flag=", ".join(map(_flag, concepts_at(node, "interpretation"))),
            comment=_comment(self._element),
            accession=self._accession(specimen),
            source=self._source(),
            sample=tuple(self._sample(specimen)),
        )

    def _sample(self, specimen: Element) -> Iterator[str]:
        """Give what tells of the sample: the specimen, and what names the result."""
        yield self._specimen_name(specimen)
        yield reference_at(self._element, "specimen").display
        yield from (one.code for one in concept_at(specimen, "type").codings)
        for group in self._nearby()[1:]:
            yield name_at(group.element, "code")

    def _accession(self, specimen: Element) -> str:
        """Return the number under which the laboratory knows the sample."""
        if number := text_at(element_at(specimen, "accessionIdentifier"), "value"):
            return number
        identifiers = [
            identifier
            for one in self._nearby()
            for identifier in elements_at(one.element, "identifier")
        ]
        return next(filter(None, map(_as_accession, identifiers)), "")

    def _nearby(self) -> tuple[Resource, ...]:
        """Return the observation, what contains it and what names it as a part."""
        root = (self._resource.root,) if self._resource.root else ()
        return (self._resource, *self._groups, *root)

    def _specimen(self) -> Element:
        """Return the specimen; a report's only where it has no more than one."""
        for one in self._nearby():
            named = references_at(one.element, "specimen")
            if len(named) == 1:
                found = self._library.find(named[0], one)
                return found.element if found else NOTHING
        return NOTHING

    def _specimen_name(self, specimen: Element) -> str:
        drawn = name_at(element_at(specimen, "collection"), "method")
        shown = reference_at(self._element, "specimen").display
        return ", ".join(filter(None, (name_at(specimen, "type") or shown, drawn)))

    def _laboratory(self) -> str:
        for one in self._nearby():
            for performer in references_at(one.element, "performer"):
                if name := self._laboratory_named(performer, one):
                    return name
        return ""

    def _laboratory_named(self, performer: Reference, seen_from: Resource) -> str:
        """Return an organization's name; a person's is no laboratory's."""
        found = self._library.find(performer, seen_from)
        if found is not None and found.kind == "PractitionerRole":
            performer = reference_at(found.element, "organization")
            found = self._library.find(performer, found)
        if found is not None and found.kind == "Organization":
            return text_at(found.element, "name") or performer.display
        kind = found.kind if found else performer.kind_named
        return "" if kind in _NOT_LABORATORIES else performer.display

    def _kind(self, named: Reference) -> str:
        found = self._library.find(named, self._resource)
        return found.kind if found else named.kind_named

    def _device(self) -> str:
        named = reference_at(self._element, "device")
        found = self._library.find(named, self._resource) if named else None
        if found is None:
            return named.display
        names = element_at(found.element, "deviceName")
        return text_at(names, "name") or name_at(found.element, "type") or named.display


def _is_of_hydroxyvitamin_d(concept: Concept) -> bool:
    """Answer whether a part is of vitamin D, be it called "Total" or "D3" alone."""
    if bare_part(concept) is not None:
        return True
    try:
        return _test_of(concept).analyte.measurand in HYDROXYVITAMIN_D
    except CellRefused:
        return False


def _refuse_two_tests(node: Element) -> None:
    """Raise CellRefused for a node with several codes of which one is kept here."""
    codes = concepts_at(node, "code")
    if len(codes) > 1 and any(map(_is_kept, codes)):
        raise CellRefused(STANDS_TWICE % {"name": quoted("code", QUOTED_LENGTH)})


def _is_kept(code: Concept) -> bool:
    try:
        return _test_of(code).analyte.measurand is not None
    except CellRefused:
        return False


_NUMBERS = frozenset(
    f"value{kind}" for kind in ("Quantity", "Integer", "Decimal", "Range", "Ratio")
)
_ONE_AT_MOST = ("status", "code", "subject", "patient", "specimen")
_ONE_IN_A_QUANTITY = ("value", "comparator", "unit", "code")


def _refuse_repeated(observation: Element, node: Element) -> None:
    """
    Raise CellRefused where something that every version allows once stands twice.

    In XML nothing forbids it, and the first would win in silence.
    """
    times = (key for key in observation if key.startswith("effective"))
    quantity = element_at(node, "valueQuantity")
    for holder, keys in (
        (observation, (*_ONE_AT_MOST, *times)),
        (node, ("code", *value_keys(node))),
        (quantity, _ONE_IN_A_QUANTITY),
    ):
        for key in keys:
            found = holder.get(key)
            if isinstance(found, list) and len(found) > 1:
                raise CellRefused(STANDS_TWICE % {"name": quoted(key, QUOTED_LENGTH)})


def _as_accession(identifier: Element) -> str:
    kinds = concept_at(identifier, "type").codings
    is_accession = any(coding.code in _ACCESSIONS for coding in kinds)
    return text_at(identifier, "value") if is_accession else ""


def _flag(concept: Concept) -> str:
    """Return a flag as the laboratory coded it, else in its words."""
    codes = (coding.code for coding in concept.codings if coding.code)
    return next(codes, concept.name)


def _comment(observation: Element) -> str:
    """Return the notes of any version of FHIR, one after the other, as written."""
    notes = map(_note, elements_at(observation, "note"))
    older = (text_at(observation, key) for key in ("comment", "comments"))
    return "\n".join(filter(None, (*notes, *older)))


def _note(note: Element) -> str:
    """Return a note, behind what a code says that it is about: a "No" of something."""
    text = text_at(note, "text")
    codes = (
        name_at(extension, "valueCodeableConcept")
        for extension in elements_at(note, "extension")
    )
    about = next(filter(None, codes), "")
    return f"{about}: {text}" if about and text else text
