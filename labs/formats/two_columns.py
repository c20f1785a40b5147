"""Two columns of a wide table that tell one test of one day."""

from collections.abc import Collection, Iterable, Mapping, Sequence
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
    beside: set[int] = set()  # those that are said beside another
    against: dict[int, str] = {}
    for one in outcomes:
        if _is_of_vitamin_d(one):
            by_unit = first.setdefault(f"{one.measurand} {one.collected_on}", {})
            alike = _weighed(one, by_unit.values(), against)
            by_unit.setdefault(one.unit, one)
            said = next((o for o in alike if _may_stand_beside(o, one, beside)), None)
            if said is not None:
                seconds[id(said)] = one
                beside.add(id(one))
                continue
        told.append(one)
    return [_as_weighed(one, seconds.get(id(one)), against) for one in told]


def _weighed(
    one: ParsedResult, others: Iterable[ParsedResult], against: dict[int, str]
) -> list[ParsedResult]:
    """Return those that a result may repeat; write down what it contradicts."""
    alike: list[ParsedResult] = []
    for other in others:
        if reason := _contradiction(other, one):
            against |= dict.fromkeys((id(other), id(one)), reason)
        else:
            alike.append(other)
    return alike


def _may_stand_beside(
    said: ParsedResult, one: ParsedResult, beside: Collection[int]
) -> bool:
    """Answer whether a result repeats one that is told, in another unit."""
    if id(said) in beside or said.unit is None or one.unit is None:
        return False
    return not are_equal(said.unit, one.unit)


def _as_weighed(
    one: Outcome, second: ParsedResult | None, against: Mapping[int, str]
) -> Outcome:
    """Return a result with its second value beside it, held by what contradicts it."""
    if not isinstance(one, ParsedResult):
        return one
    held = one.hold or against.get(id(one), "")
    if second is None:
        return replace(one, hold=held)
    printed = quoted(f"{second.value_text} {second.unit_text}", LONGEST)
    said = ALSO_PRINTED % {"second": printed}
    held = held or second.hold or against.get(id(second), "")
    return replace(one, hold=held, remarks=(*one.remarks, said))


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
