"""Short ways to write a value, a range and a pair in a test; dates are fixed."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypedDict, Unpack

from labs.domain.change import Pair, Sample
from labs.domain.flags import Flag, judge
from labs.domain.measurements import Measurement, ResultStatus, parse_reported_number
from labs.domain.quantities import Measurand
from labs.domain.targets import Target, Urgency
from labs.domain.units import Unit, parse_unit

COLLECTED = date(2026, 3, 12)
TODAY = date(2026, 3, 20)
SET_AT = datetime(2025, 3, 1, 9, 30, tzinfo=UTC)


def measured(printed: str, measurand: Measurand = Measurand.TOTAL) -> Measurement:
    """Read "<4 ng/mL" as it would stand on a report."""
    text, _, unit = printed.rpartition(" ")
    number = parse_reported_number(text)
    return Measurement(
        text, number.value, number.comparator, parse_unit(unit), measurand
    )


def bound(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


class RangeChanges(TypedDict, total=False):
    starts_on: date
    ends_on: date | None
    set_by: str
    set_at: datetime
    reason: str
    urgency: Urgency | None
    clinic: str


def a_range(
    low: str | None,
    high: str | None,
    unit: Unit = Unit.NG_PER_ML,
    *,
    alert_low: str | None = None,
    alert_high: str | None = None,
    **changed: Unpack[RangeChanges],
) -> Target:
    has_alert = alert_low is not None or alert_high is not None
    usual: RangeChanges = {
        "starts_on": date(2025, 3, 1),
        "ends_on": None,
        "set_by": "Dr Osei",
        "set_at": SET_AT,
        "urgency": Urgency.TODAY if has_alert else None,
    }
    named: RangeChanges = {**usual, **changed}
    return Target(
        low=bound(low),
        high=bound(high),
        unit=unit,
        alert_low=bound(alert_low),
        alert_high=bound(alert_high),
        **named,
    )


class Circumstances(TypedDict, total=False):
    collected_on: date
    today: date
    status: ResultStatus
    held: bool
    laboratory_total_confirmed: bool
    born_on: date | None


def judged(
    measurement: Measurement, *targets: Target, **changed: Unpack[Circumstances]
) -> Flag:
    usual: Circumstances = {
        "collected_on": COLLECTED,
        "today": TODAY,
        "status": ResultStatus.FINAL,
    }
    named: Circumstances = {**usual, **changed}
    return judge(measurement, targets, **named)


class SampleChanges(TypedDict, total=False):
    status: ResultStatus
    laboratory: str
    method: str
    specimen: str
    is_held: bool
    is_pregnant: bool | None
    biotin_before: bool
    fluorescein_before: bool


def a_sample(
    printed: str,
    collected_on: date,
    measurand: Measurand = Measurand.TOTAL,
    **changed: Unpack[SampleChanges],
) -> Sample:
    usual: SampleChanges = {
        "status": ResultStatus.FINAL,
        "laboratory": "Riverside",
        "method": "Liaison XL",
        "specimen": "serum",
    }
    named: SampleChanges = {**usual, **changed}
    return Sample(measured(printed, measurand), collected_on, **named)


class PairChanges(TypedDict, total=False):
    born_on: date | None
    cvi: Decimal
    d2_started_between: bool
    aliases: Mapping[str, str]


def pair_of(
    earlier: Sample,
    later: Sample,
    cva: str | None = "5",
    **changed: Unpack[PairChanges],
) -> Pair:
    """Two results of an adult, of a laboratory that has told its imprecision."""
    usual: PairChanges = {"born_on": date(1980, 1, 1)}
    named: PairChanges = {**usual, **changed}
    return Pair(earlier, later, cva=bound(cva), **named)


def a_pair(
    earlier: str, later: str, cva: str | None = "5", **changed: Unpack[PairChanges]
) -> Pair:
    """Two results of March and August 2025 from one laboratory, of an adult."""
    spring = a_sample(earlier, date(2025, 3, 12))
    summer = a_sample(later, date(2025, 8, 20))
    return pair_of(spring, summer, cva, **changed)
