"""Two columns of a wide table that tell one test of one day."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeGuard

from labs.domain.measurands import HYDROXYVITAMIN_D
from labs.domain.measurements import ReportedNumber
from labs.domain.units import HYDROXYVITAMIN_D_UNITS, Unit, are_equal
from labs.formats.gathering import Outcome
from labs.formats.parsed import ParsedResult
from labs.formats.second_values import ALSO_PRINTED, CONTRADICTS, LONGEST, agree
from labs.formats.sentences import N_
from labs.formats.spelling import quoted

# As in a sheet of a family, with a column for each of them.
TWO_VALUES = N_(
    "The line has two values of one test and day, %(first)s and %(second)s. Check "
    "whose they are."
)


def once_for_both_units(outcomes: Sequence[Outcome]) -> Sequence[Outcome]:
    """
    Give once what a row says twice, in two units; hold what contradicts itself.

    As in a table with the columns "25-OH-D (ng/mL)" and "25-OH-D (nmol/L)". The second
    is said beside the first, as where both stand in one cell.
    """
    if len(outcomes) < len(("one", "another")):
        return outcomes
    told: list[Outcome] = []
    first: dict[str, dict[Unit | None, ParsedResult]] = {}
    seconds: dict[int, ParsedResult] = {}
    for one in _held_where_values_disagree(outcomes):
        if _is_of_vitamin_d(one):
            by_unit = first.setdefault(f"{one.measurand} {one.collected_on}", {})
            if said := next((o for o in by_unit.values() if _are_equal(o, one)), None):
                seconds[id(said)] = one
                continue
            by_unit.setdefault(one.unit, one)
        told.append(one)
    return [_with_second(one, seconds.get(id(one))) for one in told]


def _are_equal(one: ParsedResult, other: ParsedResult) -> bool:
    """Answer whether two results are one value, printed in two units."""
    if one.unit is None or other.unit is None or are_equal(one.unit, other.unit):
        return False
    return not _contradiction(one, other)


def _with_second(one: Outcome, second: ParsedResult | None) -> Outcome:
    if second is None or not isinstance(one, ParsedResult):
        return one
    printed = quoted(f"{second.value_text} {second.unit_text}", LONGEST)
    said = ALSO_PRINTED % {"second": printed}
    return replace(one, hold=one.hold or second.hold, remarks=(*one.remarks, said))


def _held_where_values_disagree(outcomes: Sequence[Outcome]) -> Sequence[Outcome]:
    """Hold what a row gives twice, in values that cannot both be of one sample."""
    against: dict[int, str] = {}
    first: dict[str, dict[Unit | None, ParsedResult]] = {}
    for one in filter(_is_of_vitamin_d, outcomes):
        by_unit = first.setdefault(f"{one.measurand} {one.collected_on}", {})
        for other in by_unit.values():
            if reason := _contradiction(other, one):
                against |= dict.fromkeys((id(other), id(one)), reason)
        by_unit.setdefault(one.unit, one)
    return [
        replace(one, hold=one.hold or against[id(one)])
        if isinstance(one, ParsedResult) and id(one) in against
        else one
        for one in outcomes
    ]


def _is_of_vitamin_d(outcome: Outcome) -> TypeGuard[ParsedResult]:
    return isinstance(outcome, ParsedResult) and outcome.measurand in HYDROXYVITAMIN_D


def _contradiction(one: ParsedResult, other: ParsedResult) -> str:
    units = {one.unit, other.unit}
    if one.unit is None or other.unit is None:
        return ""
    numbers = [ReportedNumber(each.value, each.comparator) for each in (one, other)]
    is_in_one_unit = are_equal(one.unit, other.unit)
    is_known = units <= set(HYDROXYVITAMIN_D_UNITS)
    if is_in_one_unit:
        are_alike = numbers[0] == numbers[1]
    else:
        are_alike = is_known and agree(numbers[0], one.unit, numbers[1], other.unit)
    if are_alike:
        return ""
    first, second = (f"{each.value_text} {each.unit}" for each in (one, other))
    return (TWO_VALUES if is_in_one_unit else CONTRADICTS) % {
        "first": quoted(first, LONGEST),
        "second": quoted(second, LONGEST),
    }
