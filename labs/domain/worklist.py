"""
Why to look at a patient, by gravity (docs/clinical.md, "Worklist").

A reason about a result is open until somebody of the clinic has reviewed that version
of it: "reviewed" says that it was seen, never that it is well, so its flag stays beside
the row. What a review cannot settle stays a reason: a held result until somebody
settled it, and a calcium outside its own interval, which then no longer lifts its row.
An old result that came in late asks for nothing by itself (hazard H7).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import IntEnum
from functools import cached_property

from labs.domain.alerts import is_fresh, is_laboratory_critical
from labs.domain.companions import (
    CALCIUM,
    CompanionResult,
    IntervalPosition,
    by_day_and_gravity,
    position,
)
from labs.domain.flags import Flag, Position, judge, worklist_alert
from labs.domain.measurements import Measurement, ResultStatus
from labs.domain.quantities import HYDROXYVITAMIN_D, Measurand
from labs.domain.targets import Target

# [7 days], an engineering choice: docs/clinical.md, "Worklist"
REVIEW_WAITS = timedelta(days=7)

VOID = frozenset({ResultStatus.CANCELLED, ResultStatus.ENTERED_IN_ERROR})
CORRECTED = frozenset({ResultStatus.CORRECTED, ResultStatus.AMENDED})


class LookReason(IntEnum):
    """Why to look at somebody; the smaller the number, the graver."""

    ALERT = 10
    VITAMIN_K = 20
    CALCIUM = 30
    WAITING_LONG = 35
    ABOVE_CALCIUM_UNKNOWN = 40
    ABOVE = 50
    BELOW = 60
    CHANGED = 70
    PRECAUTION = 80
    NOT_REVIEWED = 90
    HELD = 100
    RETEST_OVERDUE = 110
    TARGET_CHANGED = 120


NO_REASON = 1000
# Rows whose every reason was seen: behind all that is open, before those without one.
ALL_SEEN = 900
# Rows with one of these, with a corrected result, or with vitamin K beside a blood
# thinner are reviewed one by one.
ONE_BY_ONE = frozenset({LookReason.ALERT, LookReason.VITAMIN_K})


@dataclass(frozen=True, slots=True)
class ListedResult:
    """A result that stands, with what the list asks about it."""

    measurement: Measurement
    collected_on: date
    reported_on: date | None
    came_on: date
    status: ResultStatus
    flag: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    is_held: bool = False
    is_later_version: bool = False
    is_reviewed: bool = False
    is_total_confirmed: bool = False
    """A clinician confirmed that this laboratory's D3-coded test is its total."""
    says_what_is_known: bool = False
    """Its versions differ in words alone, and its sample was old when each came in."""
    was_old_when_shared: bool = False
    """It was here, and no news any more, before the clinic was let into the record."""

    @property
    def measurand(self) -> Measurand:
        return self.measurement.measurand

    @property
    def is_series(self) -> bool:
        return self.measurand in HYDROXYVITAMIN_D

    @property
    def is_news(self) -> bool:
        """Whether it was recent when it came in; a correction always is."""
        came_fresh = is_fresh(self.collected_on, self.reported_on, self.came_on)
        return came_fresh or self.is_corrected

    @property
    def is_urgent_news(self) -> bool:
        """
        Whether it may be a task of today.

        A name mended in an old report is none, nor is a result of long ago that a
        clinic is shown for the first time; the row tells its age.
        """
        is_known = self.says_what_is_known or self.was_old_when_shared
        return self.is_news and not is_known

    @property
    def is_corrected(self) -> bool:
        return self.status in CORRECTED or self.is_later_version


@dataclass(frozen=True)
class ListedRecord:
    """
    One patient as a clinic may see them.

    `series` holds 25-hydroxyvitamin D that stands and has a place in time, the oldest
    first; `others` every other result that stands. Precautions are those whose words
    nobody of the clinic has acknowledged.
    """

    series: Sequence[ListedResult] = ()
    others: Sequence[ListedResult] = ()
    targets: Sequence[Target] = ()
    born_on: date | None = None
    has_changed: bool = False
    has_vitamin_k_news: bool = False
    has_open_precaution: bool = False
    meets_thinner: bool = False
    """Vitamin K stands beside a blood thinner, whether or not somebody has seen it."""
    retest_due_on: date | None = None
    is_target_changed_elsewhere: bool = False
    is_changed_since_review: bool = False
    """Something was reviewed as it was before, and was corrected or withdrawn since."""

    @property
    def latest(self) -> ListedResult | None:
        return self.series[-1] if self.series else None

    @cached_property
    def every(self) -> tuple[ListedResult, ...]:
        return (*self.series, *self.others)

    @cached_property
    def newest_calcium(self) -> tuple[ListedResult, ...]:
        """The newest of each kind that its own report can place."""
        of_calcium = [each for each in self.others if each.measurand in CALCIUM]
        kinds = CALCIUM if of_calcium else ()
        newest = (_newest_known(of_calcium, kind) for kind in kinds)
        return tuple(each for each in newest if each is not None)

    @cached_property
    def calcium_outside(self) -> tuple[ListedResult, ...]:
        outside = {IntervalPosition.ABOVE, IntervalPosition.BELOW}
        return tuple(
            each
            for each in self.newest_calcium
            if position(companion_of(each)) in outside
        )

    @cached_property
    def held(self) -> tuple[ListedResult, ...]:
        """What somebody has to settle; to have seen it settles nothing."""
        return tuple(
            each
            for each in self.every
            if each.is_held and (each.is_series or each.is_news)
        )

    @cached_property
    def open_results(self) -> tuple[ListedResult, ...]:
        """The results that ask for a look and that nobody has reviewed."""
        return tuple(each for each in self.every if self.is_open(each))

    def is_open(self, result: ListedResult) -> bool:
        """Say whether a review of this result would answer a reason."""
        if result.is_reviewed:
            return False
        outside = any(result is each for each in self.calcium_outside)
        return (
            result is self.latest
            or result.is_news
            or outside
            or (result.is_held and result.is_series)
        )


@dataclass(frozen=True, slots=True)
class Look:
    """Why to look at a patient, and what of it may not be reviewed in bulk."""

    reasons: tuple[LookReason, ...]
    flag: Flag | None
    since: date | None
    is_one_by_one: bool
    has_correction: bool
    seen: frozenset[LookReason] = frozenset()
    """Reasons that hold though somebody of the clinic has seen what they rest on."""

    @property
    def gravity(self) -> int:
        if not self.reasons:
            return NO_REASON
        first = self.reasons[0]
        return ALL_SEEN if first in self.seen else first


def look_at(record: ListedRecord, *, today: date) -> Look:
    """Return every reason to look at a patient today; what was seen comes last."""
    flag = flag_today(record, today=today)
    found = {
        *_urgent(record, today),
        *_of_calcium(record),
        *_of_position(record, flag),
        *_of_waiting(record, today),
        *_of_plans(record, today),
    }
    seen = _seen(record)
    reasons = tuple(sorted(found, key=lambda each: (each in seen, each)))
    has_correction = record.is_changed_since_review or any(
        each.is_corrected for each in record.open_results
    )
    waiting = (*record.open_results, *record.held)
    return Look(
        reasons=reasons,
        flag=flag,
        since=min((each.came_on for each in waiting), default=None),
        is_one_by_one=has_correction
        or record.meets_thinner
        or any(urgent_when_new(record, today=today))
        or bool(ONE_BY_ONE & found),
        has_correction=has_correction,
        seen=seen,
    )


def _seen(record: ListedRecord) -> frozenset[LookReason]:
    """Return the reasons that hold although all of what they rest on was reviewed."""
    outside = record.calcium_outside
    if outside and all(each.is_reviewed for each in outside):
        return frozenset({LookReason.CALCIUM})
    return frozenset()


def flag_today(record: ListedRecord, *, today: date) -> Flag | None:
    """
    Return where the latest result stands by today's range; None without a result.

    The list uses the range in force now. A child's sample is judged by a range of its
    own time or not at all, as everywhere.
    """
    latest = record.latest
    if latest is None:
        return None
    in_force = [each for each in record.targets if each.is_in_force(today)]
    now = max(in_force, key=lambda each: (each.starts_on, each.set_at), default=None)
    of_its_day = _judged(latest, record, record.targets, today)
    if now is None or of_its_day.target is None or of_its_day.target is now:
        return of_its_day
    return _judged(latest, record, [now], today)


def _judged(
    result: ListedResult, record: ListedRecord, targets: Iterable[Target], today: date
) -> Flag:
    return judge(
        result.measurement,
        targets,
        collected_on=result.collected_on,
        today=today,
        status=result.status,
        held=result.is_held,
        laboratory_total_confirmed=result.is_total_confirmed,
        born_on=record.born_on,
    )


def _urgent(record: ListedRecord, today: date) -> Iterable[LookReason]:
    if any(is_urgent(each, record, today=today) for each in record.every):
        yield LookReason.ALERT
    if record.has_vitamin_k_news:
        yield LookReason.VITAMIN_K


def is_urgent(result: ListedResult, record: ListedRecord, *, today: date) -> bool:
    """Say whether a result tops the list: at any status, recent when it came in."""
    if result.is_reviewed or not result.is_urgent_news or result.status in VOID:
        return False
    if is_laboratory_critical(result.flag):
        return True
    alert = worklist_alert(
        result.measurement,
        record.targets,
        collected_on=result.collected_on,
        today=today,
        status=result.status,
        held=result.is_held,
        laboratory_total_confirmed=result.is_total_confirmed,
        born_on=record.born_on,
    )
    return alert is not None


def urgent_when_new(record: ListedRecord, *, today: date) -> Iterator[ListedResult]:
    """Yield what would top the list, had it not been old when it was shared."""
    for result in record.every:
        as_new = replace(result, was_old_when_shared=False)
        if result.was_old_when_shared and is_urgent(as_new, record, today=today):
            yield result


def _of_calcium(record: ListedRecord) -> Iterable[LookReason]:
    if record.calcium_outside:
        yield LookReason.CALCIUM


def _newest_known(
    results: Sequence[ListedResult], kind: Measurand
) -> ListedResult | None:
    known = [
        each
        for each in results
        if each.measurand is kind
        and position(companion_of(each)) is not IntervalPosition.UNKNOWN
    ]
    return max(
        known,
        key=lambda each: (
            *by_day_and_gravity(companion_of(each)),
            not each.is_reviewed,
        ),
        default=None,
    )


def companion_of(result: ListedResult) -> CompanionResult:
    """Return a companion as its own report prints it."""
    return CompanionResult(
        measurement=result.measurement,
        collected_on=result.collected_on,
        low=result.low,
        high=result.high,
        flag=result.flag,
        is_held=result.is_held,
    )


def _of_position(record: ListedRecord, flag: Flag | None) -> Iterable[LookReason]:
    latest = record.latest
    if flag is None or latest is None or latest.is_reviewed:
        return
    if flag.position is Position.ABOVE:
        is_known = _is_calcium_known(record, latest.collected_on)
        yield LookReason.ABOVE if is_known else LookReason.ABOVE_CALCIUM_UNKNOWN
    if flag.position is Position.BELOW:
        yield LookReason.BELOW
    if record.has_changed:
        yield LookReason.CHANGED


# [90 days], an engineering choice: docs/clinical.md, "Worklist"
CALCIUM_COUNTS_FOR = timedelta(days=90)


def _is_calcium_known(record: ListedRecord, day: date) -> bool:
    since = day - CALCIUM_COUNTS_FOR
    return any(
        each.collected_on >= since and not each.is_held
        for each in record.newest_calcium
    )


def _of_waiting(record: ListedRecord, today: date) -> Iterable[LookReason]:
    news = [each for each in record.every if each.is_news and not each.is_reviewed]
    if record.is_changed_since_review or any(not each.is_held for each in news):
        yield LookReason.NOT_REVIEWED
    if any(today - each.came_on >= REVIEW_WAITS for each in news):
        yield LookReason.WAITING_LONG
    if record.held:
        yield LookReason.HELD


def _of_plans(record: ListedRecord, today: date) -> Iterable[LookReason]:
    if record.has_open_precaution:
        yield LookReason.PRECAUTION
    if record.retest_due_on is not None and record.retest_due_on < today:
        yield LookReason.RETEST_OVERDUE
    if record.is_target_changed_elsewhere:
        yield LookReason.TARGET_CHANGED


def changes_on(
    record: ListedRecord, others: Iterable[date], *, today: date
) -> date | None:
    """Return the next day on which the reasons change by the calendar alone."""
    days = [
        *(each.starts_on for each in record.targets),
        *(each.ends_on + timedelta(days=1) for each in record.targets if each.ends_on),
        *(each.came_on + REVIEW_WAITS for each in record.open_results),
        *others,
    ]
    if record.retest_due_on is not None:
        days.append(record.retest_due_on + timedelta(days=1))
    return min((day for day in days if day > today), default=None)
