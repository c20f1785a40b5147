"""
What several values of one test come to: one result, or all of them held.

A test may be told in two units, or twice. What agrees, by the rule of the tables
(labs.formats.second_values), is one result; what does not is held.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from labs.domain.measurements import ReportedNumber
from labs.domain.units import HYDROXYVITAMIN_D_UNITS, are_equal
from labs.formats.limits import MAX_REASON_LENGTH, QUOTED_LENGTH
from labs.formats.parsed import ParsedResult
from labs.formats.reported_values import flags_together
from labs.formats.second_values import ALSO_PRINTED, CONTRADICTS, LONGEST, agree
from labs.formats.sentences import N_
from labs.formats.spelling import quoted

STANDS_TWICE = N_("%(name)s stands there more than once; one of them is wrong.")


def told_together(results: Sequence[ParsedResult]) -> list[ParsedResult]:
    """
    Return what several values of vitamin D come to: one result, or all of them held.

    The one that is kept is as it was reported: the first that nothing else holds.
    """
    if reason := _contradiction(results):
        return [held(each, reason) for each in results]
    kept = min(results, key=lambda each: bool(each.hold))
    others = [each for each in results if _value(each) != _value(kept)]
    said = (ALSO_PRINTED % {"second": _shown(each)} for each in others)
    flag = kept.laboratory_flag
    for each in others:
        flag = flags_together(flag, each.laboratory_flag)
    remarks = tuple(dict.fromkeys((*kept.remarks, *said)))
    return [replace(kept, remarks=remarks, laboratory_flag=flag)]


def held_as_repeated(result: ParsedResult) -> ParsedResult:
    """Return a result of which another value stands there, held for that."""
    return held(result, _twice(result))


def held(result: ParsedResult, reason: str) -> ParsedResult:
    """Return a result that a person looks at for one reason more, said once."""
    if reason in result.hold:
        return result
    reasons = " ".join(filter(None, (result.hold, reason)))
    return replace(result, hold=reasons[:MAX_REASON_LENGTH])


def _contradiction(results: Sequence[ParsedResult]) -> str:
    """Return why two of the values cannot be one, with both shown; empty if none."""
    distinct = {_value(each): each for each in results}
    for one, other in combinations(distinct.values(), 2):
        if one.unit is None or other.unit is None or are_equal(one.unit, other.unit):
            if _number(one) != _number(other):
                return _twice(one)
        elif not {one.unit, other.unit} <= set(HYDROXYVITAMIN_D_UNITS) or not agree(
            _number(one), one.unit, _number(other), other.unit
        ):
            return CONTRADICTS % {"first": _shown(one), "second": _shown(other)}
    return ""


def _twice(result: ParsedResult) -> str:
    name = result.display or result.loinc or result.local_code
    return STANDS_TWICE % {"name": quoted(name, QUOTED_LENGTH)}


def _number(result: ParsedResult) -> ReportedNumber:
    return ReportedNumber(result.value, result.comparator)


def _value(result: ParsedResult) -> tuple[str, object]:
    return result.value_text, result.unit


def _shown(result: ParsedResult) -> str:
    return quoted(f"{result.value_text} {result.unit_text}", LONGEST)
