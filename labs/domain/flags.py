"""
Where a value stands against the range that a clinician has set, and on what basis.

The laboratory's own flag is another voice: it is quoted beside a position, at any
status, and never changes one. Nothing here reads it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from labs.domain import sentences as said
from labs.domain.ages import is_minor
from labs.domain.limits import Alert, Position, alert_reached, possible_positions
from labs.domain.measurements import Measurement, ResultStatus, spoken
from labs.domain.quantities import HYDROXYVITAMIN_D, Measurand
from labs.domain.sentences import Sentence, Value
from labs.domain.targets import Target, range_in_words, target_in_force
from labs.domain.units import HYDROXYVITAMIN_D_UNITS, other_unit

__all__ = [
    "Alert",
    "Basis",
    "CalciumConcern",
    "Flag",
    "Position",
    "Reason",
    "judge",
    "reason_not_to_compare",
    "sentences",
    "worklist_alert",
]


class Basis(StrEnum):
    """Which range a position speaks of."""

    TARGET_THEN = "target_then"
    """The one in force on the collection date."""
    TARGET_TODAY = "target_today"
    """None was set on that date; this is the one in force today."""
    NONE = "none"


class Reason(StrEnum):
    """Why a value is not, or cannot be, placed; empty where it is."""

    NONE = ""
    REGISTERED = "registered"
    PRELIMINARY = "preliminary"
    CANCELLED = "cancelled"
    ENTERED_IN_ERROR = "entered_in_error"
    HELD = "held"
    OTHER_TEST = "other_test"
    UNIT = "unit"
    D2_PART_ONLY = "d2_part_only"
    UNSPECIFIED = "unspecified"
    MINOR_THEN = "minor_then"
    NO_TARGET_SET = "no_target_set"
    NO_TARGET_IN_FORCE = "no_target_in_force"
    D3_PART_ONLY = "d3_part_only"
    BELOW_OR_WITHIN = "below_or_within"
    WITHIN_OR_ABOVE = "within_or_above"
    BELOW_WITHIN_OR_ABOVE = "below_within_or_above"


@dataclass(frozen=True, slots=True)
class Flag:
    """
    A position with the range it speaks of.

    `alert` is None unless an alert limit is certainly reached; `alert_target` is the
    range that carries that limit, which need not be the one the value is judged by.
    """

    position: Position
    basis: Basis
    target: Target | None
    alert: Alert | None
    reason: Reason = Reason.NONE
    alert_target: Target | None = None


# Judging ------------------------------------------------------------------------------

NOT_COMPARED_STATUS = {
    ResultStatus.REGISTERED: Reason.REGISTERED,
    ResultStatus.PRELIMINARY: Reason.PRELIMINARY,
    ResultStatus.CANCELLED: Reason.CANCELLED,
    ResultStatus.ENTERED_IN_ERROR: Reason.ENTERED_IN_ERROR,
}
NOT_COMPARED_MEASURAND = {
    Measurand.D2: Reason.D2_PART_ONLY,
    Measurand.UNSPECIFIED: Reason.UNSPECIFIED,
}
CANNOT_TELL_BETWEEN = {
    frozenset({Position.BELOW, Position.WITHIN}): Reason.BELOW_OR_WITHIN,
    frozenset({Position.WITHIN, Position.ABOVE}): Reason.WITHIN_OR_ABOVE,
    frozenset(
        {Position.BELOW, Position.WITHIN, Position.ABOVE}
    ): Reason.BELOW_WITHIN_OR_ABOVE,
}


def judge(
    measurement: Measurement,
    targets: Iterable[Target],
    *,
    collected_on: date,
    today: date,
    status: ResultStatus,
    held: bool = False,
    laboratory_total_confirmed: bool = False,
    born_on: date | None = None,
) -> Flag:
    """
    Say where a result stands, by the range in force on its collection date.

    Where none was in force then, today's range judges it and the basis says so.
    `laboratory_total_confirmed` means that a clinician has confirmed that this
    laboratory's D3-coded result is its total. With `born_on`, a sample taken before 18
    is judged by a range of its own time or not at all.
    """
    return judge_by(
        Ranges(targets, today),
        measurement,
        collected_on=collected_on,
        status=status,
        held=held,
        laboratory_total_confirmed=laboratory_total_confirmed,
        born_on=born_on,
    )


Alerted = tuple[Alert | None, Target | None]
"""The alert limit that is reached, if one is, and the range that carries it."""


class Ranges:
    """
    The ranges of one record, by the day that asks for them.

    Many results are judged by few of them: which one holds is found once for a day.
    """

    def __init__(self, targets: Iterable[Target], today: date) -> None:
        """Keep them, with the one that holds today."""
        self.known = tuple(targets)
        self.now = target_in_force(self.known, today)
        self._then: dict[date, Target | None] = {today: self.now}
        self._flags: dict[tuple[object, ...], Flag] = {}

    def then(self, day: date) -> Target | None:
        """Return the one that was in force on a day."""
        if day not in self._then:
            self._then[day] = target_in_force(self.known, day)
        return self._then[day]

    def flag(
        self,
        position: Position,
        basis: Basis,
        target: Target,
        reason: Reason,
        alerted: Alerted,
    ) -> Flag:
        """Return the flag that says this of one of these ranges, made once."""
        alert, alert_target = alerted
        said = position, basis, id(target), reason, alert, id(alert_target)
        flag = self._flags.get(said)
        if flag is None:
            flag = Flag(position, basis, target, alert, reason, alert_target)
            self._flags[said] = flag
        return flag


def judge_by(
    ranges: Ranges,
    measurement: Measurement,
    *,
    collected_on: date,
    status: ResultStatus,
    held: bool = False,
    laboratory_total_confirmed: bool = False,
    born_on: date | None = None,
) -> Flag:
    """Say where one of many results stands, as `judge` does."""
    why_not = reason_not_to_compare(measurement, status, held=held)
    if why_not is not Reason.NONE:
        return _unplaced(Position.NOT_COMPARED, why_not)
    then, now = ranges.then(collected_on), ranges.now
    target = then or now
    if target is None:
        return _unplaced(Position.NO_TARGET, _why_no_target(ranges.known))
    if then is None and born_on is not None and is_minor(born_on, on=collected_on):
        return _unplaced(Position.NOT_COMPARED, Reason.MINOR_THEN)
    is_d3_part = measurement.measurand is Measurand.D3
    only_part = is_d3_part and not laboratory_total_confirmed
    position, reason = _placed(measurement, target, only_part=only_part)
    alerted = _first_alert(measurement, then, now, only_part=only_part)
    basis = Basis.TARGET_THEN if then else Basis.TARGET_TODAY
    return ranges.flag(position, basis, target, reason, alerted)


def reason_not_to_compare(
    measurement: Measurement, status: ResultStatus, *, held: bool
) -> Reason:
    """
    Return why no range may judge this result, or the empty reason.

    An unknown or missing status is no reason: such a result is compared.
    """
    if status in NOT_COMPARED_STATUS:
        return NOT_COMPARED_STATUS[status]
    if held:
        return Reason.HELD
    if measurement.measurand not in HYDROXYVITAMIN_D:
        return Reason.OTHER_TEST
    if measurement.unit not in HYDROXYVITAMIN_D_UNITS:
        return Reason.UNIT
    return NOT_COMPARED_MEASURAND.get(measurement.measurand, Reason.NONE)


def _unplaced(position: Position, reason: Reason) -> Flag:
    return Flag(position, Basis.NONE, None, None, reason)


def _why_no_target(known: tuple[Target, ...]) -> Reason:
    return Reason.NO_TARGET_IN_FORCE if known else Reason.NO_TARGET_SET


def _placed(
    measurement: Measurement, target: Target, *, only_part: bool
) -> tuple[Position, Reason]:
    if only_part:
        return Position.CANNOT_TELL, Reason.D3_PART_ONLY
    possible = possible_positions(measurement, target)
    if len(possible) > 1:
        return Position.CANNOT_TELL, CANNOT_TELL_BETWEEN[possible]
    (position,) = possible
    return position, Reason.NONE


# Alert limits -------------------------------------------------------------------------


def _first_alert(
    measurement: Measurement,
    then: Target | None,
    now: Target | None,
    *,
    only_part: bool,
) -> Alerted:
    """
    Return the alert by the range of that time, else by today's.

    A part of the total that is high makes the total high; one that is low says nothing.
    """
    for target in (then,) if then is now else (then, now):
        alert = alert_reached(measurement, target) if target else None
        if alert is not None and not (only_part and alert is Alert.LOW):
            return alert, target
    return None, None


def worklist_alert(
    measurement: Measurement,
    targets: Iterable[Target],
    *,
    collected_on: date,
    today: date,
    status: ResultStatus,
    held: bool,
    laboratory_total_confirmed: bool = False,
    born_on: date | None = None,
) -> Alert | None:
    """
    Return the alert limit that puts a result on top of the worklist.

    Today's range counts, and the range of the sample's own day, as on every page: a
    range that ended yesterday takes nothing off the list that the page calls urgent.
    Preliminary results count. A held or unspecified one counts if its number reaches
    the limit in either unit, because its unit or its code is what is in doubt. With
    `born_on`, a child's sample has a range of its own time or no alert, as in `judge`.
    """
    known = tuple(targets)
    then, now = target_in_force(known, collected_on), target_in_force(known, today)
    is_childs = born_on is not None and _is_childs(born_on, collected_on)
    is_void = status in {ResultStatus.CANCELLED, ResultStatus.ENTERED_IN_ERROR}
    measurand = measurement.measurand
    if is_void or measurand not in HYDROXYVITAMIN_D or (is_childs and then is None):
        return None
    has_unit = measurement.unit in HYDROXYVITAMIN_D_UNITS
    if held or measurand is Measurand.UNSPECIFIED or not has_unit:
        either = (
            _alert_in_either_unit(measurement, each) for each in (now, then) if each
        )
        return next(filter(None, either), None)
    is_total = measurand is Measurand.TOTAL or laboratory_total_confirmed
    alert, _target = _first_alert(measurement, then, now, only_part=not is_total)
    return alert


def _is_childs(born_on: date, day: date) -> bool:
    """Say whether a sample of this day is a child's; before birth it is nobody's."""
    return born_on <= day and is_minor(born_on, on=day)


def _alert_in_either_unit(measurement: Measurement, target: Target) -> Alert | None:
    alerts = {
        alert_reached(
            replace(measurement, unit=unit, measurand=Measurand.TOTAL), target
        )
        for unit in (target.unit, other_unit(target.unit))
    }
    return next((alert for alert in Alert if alert in alerts), None)


# In words -----------------------------------------------------------------------------


class CalciumConcern(StrEnum):
    """What makes a 25-hydroxyvitamin D result no comfort about calcium."""

    HIGH_CALCIUM = "high_calcium"
    SARCOIDOSIS = "sarcoidosis"
    KIDNEY_DISEASE = "kidney_disease"


NOT_ABOUT_CALCIUM = {
    CalciumConcern.HIGH_CALCIUM: said.NOT_ABOUT_CALCIUM_HIGH,
    CalciumConcern.SARCOIDOSIS: said.NOT_ABOUT_CALCIUM_SARCOIDOSIS,
    CalciumConcern.KIDNEY_DISEASE: said.NOT_ABOUT_CALCIUM_KIDNEY,
}

JUDGED_THEN = {
    Position.BELOW: said.IS_BELOW,
    Position.WITHIN: said.IS_WITHIN,
    Position.ABOVE: said.IS_ABOVE,
}
CENSORED_JUDGED_THEN = {
    Position.BELOW: said.CENSORED_BELOW,
    Position.WITHIN: said.CENSORED_WITHIN,
    Position.ABOVE: said.CENSORED_ABOVE,
}
JUDGED_TODAY = {
    Position.BELOW: said.LATER_RANGE_BELOW,
    Position.WITHIN: said.LATER_RANGE_WITHIN,
    Position.ABOVE: said.LATER_RANGE_ABOVE,
}
REASONS = {
    Reason.REGISTERED: said.NOT_COMPARED_REGISTERED,
    Reason.PRELIMINARY: said.NOT_COMPARED_PRELIMINARY,
    Reason.CANCELLED: said.NOT_COMPARED_CANCELLED,
    Reason.ENTERED_IN_ERROR: said.NOT_COMPARED_ENTERED_IN_ERROR,
    Reason.HELD: said.NOT_COMPARED_HELD,
    Reason.OTHER_TEST: said.NOT_COMPARED_OTHER_TEST,
    Reason.UNIT: said.NOT_COMPARED_UNIT,
    Reason.D2_PART_ONLY: said.NOT_COMPARED_D2_PART,
    Reason.UNSPECIFIED: said.NOT_COMPARED_UNSPECIFIED,
    Reason.MINOR_THEN: said.NOT_COMPARED_MINOR,
    Reason.NO_TARGET_SET: said.NO_TARGET,
    Reason.NO_TARGET_IN_FORCE: said.NO_TARGET_IN_FORCE,
    Reason.D3_PART_ONLY: said.CANNOT_TELL_D3_PART_ONLY,
    Reason.BELOW_OR_WITHIN: said.CANNOT_TELL_BELOW_OR_WITHIN,
    Reason.WITHIN_OR_ABOVE: said.CANNOT_TELL_WITHIN_OR_ABOVE,
    Reason.BELOW_WITHIN_OR_ABOVE: said.CANNOT_TELL_AT_ALL,
}


def range_values(target: Target) -> Mapping[str, Value]:
    """Return what is said of a range: who set it, when, and from where to where."""
    return {
        "author": target.set_by,
        "set_on": target.set_at,
        "range": range_in_words(target),
    }


def sentences(
    flag: Flag,
    measurement: Measurement,
    collected_on: date,
    *,
    printed_interval: str = "",
    calcium_concerns: Collection[CalciumConcern] = (),
    of_range: Callable[[Target], Mapping[str, Value]] = range_values,
) -> tuple[Sentence, ...]:
    """
    Return what to say about a flag, with the lines that must travel with it.

    The laboratory's printed interval is quoted only where no range judges the result;
    a calcium concern is said whatever the position. Who speaks of many results under
    one range may have its words ready (`of_range`).
    """
    values = _values(flag, measurement, collected_on, of_range)
    spoken_first = [Sentence(each, values) for each in _templates(flag, measurement)]
    if flag.position is Position.NO_TARGET and printed_interval:
        printed = {"printed": printed_interval}
        spoken_first.append(Sentence(said.LABORATORY_PRINTED, printed))
    concerns = (each for each in CalciumConcern if each in calcium_concerns)
    lines = (Sentence(NOT_ABOUT_CALCIUM[each]) for each in concerns)
    return (*spoken_first, *lines)


def _templates(flag: Flag, measurement: Measurement) -> Iterator[str]:
    is_today = flag.basis is Basis.TARGET_TODAY
    if flag.reason:
        if is_today:
            yield said.NO_RANGE_THEN
        yield REASONS[flag.reason]
    elif is_today:
        yield JUDGED_TODAY[flag.position]
    elif measurement.is_censored:
        yield CENSORED_JUDGED_THEN[flag.position]
    else:
        yield JUDGED_THEN[flag.position]


def _values(
    flag: Flag,
    measurement: Measurement,
    collected_on: date,
    of_range: Callable[[Target], Mapping[str, Value]],
) -> dict[str, Value]:
    values: dict[str, Value] = {
        "value": spoken(measurement),
        "collected_on": collected_on,
        "unit": measurement.unit,
    }
    if flag.target is not None:
        values |= of_range(flag.target)
    return values
