"""One value in two columns of a wide table, one for each unit."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeGuard

from labs.domain.measurands import HYDROXYVITAMIN_D
from labs.domain.measurements import ReportedNumber
from labs.domain.units import HYDROXYVITAMIN_D_UNITS, Unit, are_equal
from labs.formats.gathering import Outcome
from labs.formats.parsed import ParsedResult
from labs.formats.second_values import CONTRADICTS, LONGEST, agree
from labs.formats.spelling import quoted


def held_where_units_disagree(outcomes: Sequence[Outcome]) -> Sequence[Outcome]:
    """
    Hold what a row gives twice, in two units that contradict each other.

    As in a table with the columns "25-OH-D (ng/mL)" and "25-OH-D (nmol/L)".
    """
    if len(outcomes) < len(("one", "another")):
        return outcomes
    against: dict[int, str] = {}
    first: dict[str, dict[Unit | None, ParsedResult]] = {}
    for one in filter(_is_of_vitamin_d, outcomes):
        by_unit = first.setdefault(f"{one.measurand} {one.collected_on}", {})
        by_unit.setdefault(one.unit, one)
        for other in by_unit.values():
            if reason := _contradiction(other, one):
                against |= dict.fromkeys((id(other), id(one)), reason)
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
    if one.unit is None or other.unit is None or are_equal(one.unit, other.unit):
        return ""
    numbers = [ReportedNumber(each.value, each.comparator) for each in (one, other)]
    is_known = units <= set(HYDROXYVITAMIN_D_UNITS)
    if is_known and agree(numbers[0], one.unit, numbers[1], other.unit):
        return ""
    first, second = (f"{each.value_text} {each.unit}" for each in (one, other))
    return CONTRADICTS % {
        "first": quoted(first, LONGEST),
        "second": quoted(second, LONGEST),
    }
