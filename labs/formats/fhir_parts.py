"""
What the parts of one FHIR observation say together: of one test, and of its total.

A test may be told in two units, or once more beside its components. What agrees, by
the rule of the tables (labs.formats.second_values), is one result; what does not is
held. A part that is called "Total" and no more is of the panel around it.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from labs.domain.measurands import HYDROXYVITAMIN_D, Measurand, says_only_total
from labs.domain.measurements import ReportedNumber
from labs.domain.units import HYDROXYVITAMIN_D_UNITS, are_equal
from labs.formats.cells import Analyte
from labs.formats.coded_tests import CodedTest, Concept
from labs.formats.limits import MAX_REASON_LENGTH, QUOTED_LENGTH
from labs.formats.parsed import ParsedResult
from labs.formats.reported_values import flags_together
from labs.formats.second_values import ALSO_PRINTED, CONTRADICTS, LONGEST, agree
from labs.formats.sentences import N_, NAMELESS_TEST
from labs.formats.spelling import quoted

STANDS_TWICE = N_("%(name)s stands there more than once; one of them is wrong.")
TOTAL_OF = N_("%(name)s was read as the total of %(panel)s, of which it is a part.")
WHICH_TOTAL = N_(
    "It is not certain what %(name)s in %(panel)s is: confirm that it is the total of "
    "25-hydroxyvitamin D."
)


# One test, told several times ---------------------------------------------------------


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


# A total without a name of its own ----------------------------------------------------


def is_bare_total(concept: Concept) -> bool:
    """Answer whether a part has no code, and "Total" for its name."""
    return not concept.codings and says_only_total(concept.text)


def total_of_panel(
    concept: Concept, panel: Concept, test: CodedTest, *, is_alone: bool
) -> CodedTest | None:
    """
    Return what "Total" is in a panel; None where the panel is of another test.

    It is the total where the panel plainly is 25-hydroxyvitamin D and `is_alone`: no
    part beside it is of another test. Else a person says so.
    """
    measurand = test.analyte.measurand
    if measurand not in HYDROXYVITAMIN_D:
        return None
    words = {
        "name": quoted(concept.text, QUOTED_LENGTH),
        "panel": quoted(panel.name or NAMELESS_TEST, QUOTED_LENGTH),
    }
    is_plain = measurand is Measurand.TOTAL and is_alone and not test.analyte.hold
    return CodedTest(
        Analyte(Measurand.TOTAL, "" if is_plain else WHICH_TOTAL % words),
        "",
        "",
        f"{panel.name}, {concept.text}",
        (TOTAL_OF % words,),
    )
