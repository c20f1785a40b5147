"""
The newest result beside the one before it, with what the record knows of both.

Only this pair is ever compared. What is not shared with the viewer is not looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from labs.domain.change import (
    FLUORESCEIN_COUNTS_FOR,
    LONGEST_PREGNANCY,
    VOID,
    Change,
    ChangeRefused,
    Pair,
    Sample,
    compare,
    newest_pair,
)
from labs.domain.health import HealthAnswer, HealthProfile, HealthTopic
from labs.domain.laboratories import NOTHING_KNOWN, Laboratories
from labs.domain.supplements import Period, Substance
from labs.services.judging import Judged

BIOTIN_COUNTS_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Background:
    """What else the record holds about the days of the samples."""

    born_on: date | None
    periods: Sequence[Period] = ()
    profile: HealthProfile = HealthProfile()  # noqa: RUF009 - frozen
    laboratories: Laboratories = NOTHING_KNOWN


def change_to(
    result: Judged, everything: Sequence[Judged], background: Background
) -> Change | ChangeRefused | None:
    """Return how a result differs from the one before; None if it is not the newest."""
    series = [
        each
        for each in everything
        if each.is_25ohd and not each.has_day_in_doubt and each.status not in VOID
    ]
    # No other can be of the pair: what is known of their days is not gathered.
    newest = sorted(series, key=lambda each: each.row.collected_on)[-2:]
    pair = newest_pair(sample_of(each, background) for each in newest)
    if pair is None or pair[1] != sample_of(result, background):
        return None
    earlier, later = pair
    return compare(
        Pair(
            earlier,
            later,
            born_on=background.born_on,
            d2_started_between=_d2_started(earlier, later, background.periods),
            cva=_cva_of(earlier, later, background.laboratories),
            aliases=background.laboratories.aliases,
        )
    )


def _cva_of(
    earlier: Sample, later: Sample, laboratories: Laboratories
) -> Decimal | None:
    """Return the imprecision by the method that either report states."""
    method = later.method or earlier.method
    return laboratories.cva_of(later.laboratory, method)


def sample_of(judged: Judged, background: Background) -> Sample:
    """Return a result with what the record knows about its day."""
    row, day = judged.row, judged.row.collected_on
    return Sample(
        measurement=judged.measurement,
        collected_on=day,
        status=judged.status,
        laboratory=row.laboratory,
        method=row.method,
        specimen=row.specimen,
        is_held=bool(row.held_because),
        is_pregnant=_pregnant_on(day, background.profile),
        biotin_before=_biotin_before(day, background.periods),
        fluorescein_before=_fluorescein_before(day, background.profile),
    )


def _pregnant_on(day: date, profile: HealthProfile) -> bool | None:
    """Say what is known of the day; what was told after its end counts back from it."""
    state = profile.state(HealthTopic.PREGNANCY, day)
    if state.is_yes or _is_before_an_end(day, profile):
        return True
    return False if state.answer is HealthAnswer.NO else None


def _is_before_an_end(day: date, profile: HealthProfile) -> bool:
    """Say whether a pregnancy that ended later was there already on this day."""
    answers = profile.given_to(HealthTopic.PREGNANCY)
    denied = [
        each.asked_on
        for each in answers
        if each.answer is HealthAnswer.NO and each.asked_on >= day
    ]
    return any(
        each.ended_on is not None
        and day < each.ended_on <= day + LONGEST_PREGNANCY
        and not any(asked_on < each.ended_on for asked_on in denied)
        for each in answers
    )


def _fluorescein_before(day: date, profile: HealthProfile) -> bool:
    """Say whether the dye was given shortly before, whenever that was told."""
    state = profile.state(HealthTopic.FLUORESCEIN, day)
    given = [each.ended_on for each in profile.given_to(HealthTopic.FLUORESCEIN)]
    return state.is_yes or any(
        last_day is not None and last_day <= day <= last_day + FLUORESCEIN_COUNTS_FOR
        for last_day in [state.ended_on, *given]
    )


def _biotin_before(day: date, periods: Sequence[Period]) -> bool:
    return any(
        Substance.BIOTIN in period.product.substances
        and period.starts_on <= day
        and (period.ends_on is None or period.ends_on >= day - BIOTIN_COUNTS_FOR)
        for period in periods
    )


def _d2_started(earlier: Sample, later: Sample, periods: Sequence[Period]) -> bool:
    return any(
        Substance.D2 in period.product.substances
        and earlier.collected_on < period.starts_on <= later.collected_on
        for period in periods
    )
