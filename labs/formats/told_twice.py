"""
One value of a test that a file tells in two results, one for each unit.

Some laboratories send 25-hydroxyvitamin D once in ng/mL and once in nmol/L. By the rule
that holds within one result (labs.formats.second_values), what agrees is one result and
what does not is held. So are two different values of one sample in the same unit.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeGuard

from labs.domain.measurands import HYDROXYVITAMIN_D, code_unit_question
from labs.formats.fhir_people import OF_SEVERAL
from labs.formats.parsed import ParsedFile, ParsedResult, Refusal
from labs.formats.told_together import held, told_together

Row = ParsedResult | Refusal
KEPT_BACK = 200  # rows of a file that passes by in which a second value is found


def once_in_two_units(parsed: ParsedFile) -> ParsedFile:
    """Return what a file holds, and once what it tells of vitamin D in two units."""
    results = once_as_they_pass(parsed.results, most=len(parsed.results))
    return replace(
        parsed,
        results=tuple(each for each in results if isinstance(each, ParsedResult)),
    )


def once_as_they_pass(rows: Iterable[Row], *, most: int = KEPT_BACK) -> Iterator[Row]:
    """
    Give the rows of a file in their order, and once what two of them tell.

    No more than `most` wait at a time: two that stand further apart stay as they are.
    """
    waiting: dict[int, Row | None] = {}
    places: dict[tuple[object, ...], list[int]] = {}
    for place, row in enumerate(rows):
        waiting[place] = row
        if _is_of_vitamin_d(row):
            places.setdefault(_test_and_sample(row), []).append(place)
        if len(waiting) > most:
            yield from _released(waiting, places)
    while waiting:
        yield from _released(waiting, places)


def _released(
    waiting: dict[int, Row | None], places: dict[tuple[object, ...], list[int]]
) -> Iterator[Row]:
    """Give the row that waits longest, once those of its test and sample are known."""
    first = next(iter(waiting))
    row = waiting[first]
    if row is not None and _is_of_vitamin_d(row):
        of_one = places.get(_test_and_sample(row), [])
        if of_one[:1] == [first]:
            del places[_test_and_sample(row)]
            group = [
                each
                for place in of_one
                if isinstance(each := waiting[place], ParsedResult)
            ]
            waiting.update(zip(of_one, _told(group), strict=True))
    released = waiting.pop(first)
    if released is not None:
        yield released


def _is_of_vitamin_d(row: Row) -> TypeGuard[ParsedResult]:
    return isinstance(row, ParsedResult) and row.measurand in HYDROXYVITAMIN_D


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


def _told(group: Sequence[ParsedResult]) -> Sequence[ParsedResult | None]:
    """
    Give for two results in units of different size one and none; others stay.

    Values of one numbered sample that cannot both be are held, whatever their units.
    """
    if any(OF_SEVERAL in result.hold for result in group):
        return group  # nobody knows whether both are of one person
    units = {result.unit for result in group}
    told = told_together(group)
    if len(group) != len(("one", "other")) or len(units) < len(group):
        is_contradictory = len(told) == len(group) and bool(group[0].accession)
        return told if is_contradictory else group
    if len(told) > 1:
        return told
    (kept,) = told
    (other,) = (each for each in group if each.unit is not kept.unit)
    whole = _with_what_else_is_said(kept, other)
    return [whole if each.unit is kept.unit else None for each in group]


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
