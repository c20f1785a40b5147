"""
One value of a test that a file tells in two results, one for each unit.

Some laboratories send 25-hydroxyvitamin D once in ng/mL and once in nmol/L. By the rule
that holds within one result (labs.formats.second_values), what agrees is one result and
what does not is held.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from labs.domain.measurands import code_unit_question
from labs.formats.fhir_parts import held, told_together
from labs.formats.parsed import ParsedFile, ParsedResult


def once_in_two_units(parsed: ParsedFile) -> ParsedFile:
    """Return what a file holds, and once what it tells of vitamin D in two units."""
    groups: dict[tuple[object, ...], list[ParsedResult]] = {}
    for result in parsed.results:
        groups.setdefault(_test_and_sample(result), []).append(result)
    told = (each for group in groups.values() for each in _told(group))
    places = {result.where: place for place, result in enumerate(parsed.results)}
    results = sorted(told, key=lambda each: places[each.where])
    return replace(parsed, results=tuple(results))


def _test_and_sample(result: ParsedResult) -> tuple[object, ...]:
    """Return what two results share that are of one test and sample, equally final."""
    return (
        result.patient,
        result.collected_on,
        result.measurand,
        result.result_status,
        result.accession,
        result.laboratory.casefold(),
        result.specimen.casefold(),
    )


def _told(group: Sequence[ParsedResult]) -> Iterable[ParsedResult]:
    """Give one result for two in units of different size; any other group as it is."""
    units = {result.unit for result in group}
    if len(group) != len(("one", "other")) or len(units) < len(group):
        return group
    told = told_together(group)
    if len(told) > 1:
        return told
    (kept,) = told
    (other,) = (each for each in group if each.where != kept.where)
    return [_with_what_else_is_said(kept, other)]


def _with_what_else_is_said(kept: ParsedResult, other: ParsedResult) -> ParsedResult:
    """
    Return a result with the comment on the same value in another unit, and its doubt.

    That the code and the unit of the other disagree is told by the two values: the
    sender gives both one code.
    """
    lines = dict.fromkeys(filter(None, (kept.comment, other.comment)))
    said = replace(kept, comment="\n".join(lines))
    is_explained = other.unit is not None and other.hold == str(
        code_unit_question(other.loinc, other.unit)
    )
    is_said = not other.hold or other.hold in kept.hold
    return said if is_said or is_explained else held(said, other.hold)
