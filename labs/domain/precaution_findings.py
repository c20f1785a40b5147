"""
What precautions look at in the results: calcium, eGFR, the alert limit, the laboratory.

Total, adjusted and ionised calcium are three kinds that never stand in for each other.
An old high calcium counts until a later result of its kind was not high.
"""

from dataclasses import dataclass
from datetime import date

from labs.domain.ages import is_minor
from labs.domain.companions import (
    CALCIUM,
    CompanionResult,
    IntervalPosition,
    by_day_and_gravity,
    position,
)
from labs.domain.precaution_catalogue import Finding
from labs.domain.quantities import Measurand
from labs.domain.sentences import N_

RESULT_NAMES = {
    Measurand.CALCIUM: N_("calcium"),
    Measurand.ADJUSTED_CALCIUM: N_("adjusted calcium"),
    Measurand.IONISED_CALCIUM: N_("ionised calcium"),
    Measurand.EGFR: N_("eGFR"),
}


@dataclass(frozen=True, slots=True)
class AlertReached:
    """A result of 25-hydroxyvitamin D at or above the limit that a clinician set."""

    collected_on: date
    author: str


@dataclass(frozen=True, slots=True)
class MadeDifferently:
    """A result of another laboratory or method than the one before it."""

    collected_on: date


@dataclass(frozen=True, slots=True)
class ResultsSummary:
    """What precautions look at in the results."""

    companions: tuple[CompanionResult, ...] = ()
    alert_reached: AlertReached | None = None
    made_differently: MadeDifferently | None = None


OneResult = CompanionResult | AlertReached | MadeDifferently
Evidence = dict[Finding, tuple[OneResult | None, ...]]


def findings(
    results: ResultsSummary | None, on: date, born_on: date | None
) -> Evidence:
    found: Evidence = {}
    if born_on is not None and is_minor(born_on, on=on):
        found[Finding.UNDER_18] = (None,)
    if results is None:
        return found
    for measurand in (*CALCIUM, Measurand.EGFR):
        finding = _finding_of(of_kind(results, measurand))
        if finding is not None:
            kind, result = finding
            found[kind] = (*found.get(kind, ()), result)
    if results.alert_reached is not None:
        found[Finding.ABOVE_ALERT_LIMIT] = (results.alert_reached,)
    if results.made_differently is not None:
        found[Finding.LABORATORY_CHANGED] = (results.made_differently,)
    return found


def of_kind(
    results: ResultsSummary, measurand: Measurand
) -> tuple[CompanionResult, ...]:
    """Return the results of one kind by date; of one day, the gravest comes last."""
    return tuple(
        sorted(
            (result for result in results.companions if result.measurand is measurand),
            key=by_day_and_gravity,
        )
    )


def _finding_of(
    results: tuple[CompanionResult, ...],
) -> tuple[Finding, CompanionResult] | None:
    """Return what the results of one kind say; an unknown one replaces no known one."""
    known = [
        result for result in results if position(result) is not IntervalPosition.UNKNOWN
    ]
    if not known:
        return None
    newest = known[-1]
    if newest.measurand is Measurand.EGFR:
        is_low = position(newest) is IntervalPosition.BELOW
        return (Finding.EGFR_LOW, newest) if is_low else None
    return _calcium_finding(known, newest)


def _calcium_finding(
    known: list[CompanionResult], newest: CompanionResult
) -> tuple[Finding, CompanionResult] | None:
    if position(newest) is IntervalPosition.ABOVE:
        return Finding.CALCIUM_HIGH, newest
    if position(newest) is IntervalPosition.BELOW:
        return Finding.CALCIUM_LOW, newest
    high = [result for result in known if position(result) is IntervalPosition.ABOVE]
    return (Finding.CALCIUM_HIGH_EARLIER, high[-1]) if high else None


def not_comparable(results: ResultsSummary) -> tuple[CompanionResult, ...]:
    """
    Return the newest results of each kind that their own report cannot place.

    One that is held is among them also where a later one is known: nobody knows yet
    whether its day, unit or test is right.
    """
    newest = (
        of_one_kind[-1]
        for measurand in RESULT_NAMES
        if (of_one_kind := of_kind(results, measurand))
    )
    held = (
        result
        for result in results.companions
        if result.is_held and result.measurand in RESULT_NAMES
    )
    return tuple(
        result
        for result in dict.fromkeys((*newest, *held))
        if position(result) is IntervalPosition.UNKNOWN
    )
