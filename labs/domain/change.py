"""
Whether two results differ by more than tests and bodies vary by themselves.

The limits are the log-normal reference change value: an increase and a decrease have
limits of their own, and the test looks at the exact ratio of the two values, so that
the unit cannot change the answer. Where an assumption fails nothing is calculated, and
the reason is said. A change is never called better or worse.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from labs.domain import sentences
from labs.domain.ages import is_minor
from labs.domain.comparability import (
    Differs,
    boundary_between,
    folded,
    not_stated,
)
from labs.domain.measurands import in_words
from labs.domain.measurements import Measurement, ResultStatus, spoken
from labs.domain.quantities import Measurand
from labs.domain.seasons import are_of_one_season
from labs.domain.sentences import MONTHS, Refused, Sentence, Value
from labs.domain.targets import plain
from labs.domain.units import HYDROXYVITAMIN_D_UNITS, NMOL_PER_NG_TOTAL, Unit

# docs/clinical.md, "Change": all are percentages but z
Z = Decimal("1.96")  # 95 of 100 pairs, two-sided
DEFAULT_CVI = Decimal("7.1")  # variation within a person
MOST_CVI = Decimal(50)
DEFAULT_CVA = Decimal(10)  # imprecision of a laboratory that has not told its own
LEAST_CVA = Decimal(1)
MOST_CVA = Decimal(25)

SHORTEST_INTERVAL = timedelta(days=14)  # [2 weeks]
LONGEST_INTERVAL_MONTHS = 15  # [15 months]
# [28 days], longer than the dye stays where kidneys are ill
FLUORESCEIN_COUNTS_FOR = timedelta(days=28)
LONGEST_PREGNANCY = timedelta(days=294)  # [42 weeks]
LOW_VALUE_NG = 10  # [low imprecision], 25 nmol/L: below, tests are less exact

MONTHS_OF_A_YEAR = 12
PERCENT = 100

# Enough digits that no rounding is seen, the same on every machine.
EXACT = Context(prec=40)


# Limits -------------------------------------------------------------------------------


class ImprecisionRefused(Refused):
    """A coefficient of variation that no laboratory or body can have."""


@dataclass(frozen=True, slots=True)
class ChangeLimits:
    """
    How far two results may differ by themselves, as fractions of the earlier one.

    `up` is above zero and `down` below it; `log` is the size of both as a logarithm.
    """

    up: Decimal
    down: Decimal
    log: Decimal


def reference_change_limits(
    cva: Decimal, cvi: Decimal = DEFAULT_CVI, z: Decimal = Z
) -> ChangeLimits:
    """
    Return the log-normal limits for the two coefficients of variation, in percent.

    Raises ImprecisionRefused outside what is accepted.

    >>> limits = reference_change_limits(Decimal(5), Decimal("7.1"))
    >>> round(limits.up, 3), round(limits.down, 3)
    (Decimal('0.272'), Decimal('-0.214'))
    """
    check_imprecision(cva)
    check_variation_within_person(cvi)
    with localcontext(EXACT):
        variances = [(1 + (each / PERCENT) ** 2).ln() for each in (cva, cvi)]
        log = z * (2 * sum(variances, Decimal(0))).sqrt()
        return ChangeLimits(up=log.exp() - 1, down=(-log).exp() - 1, log=log)


def check_imprecision(cva: Decimal) -> None:
    if not (cva.is_finite() and LEAST_CVA <= cva <= MOST_CVA):
        raise ImprecisionRefused.because(
            sentences.IMPRECISION_REFUSED, least=LEAST_CVA, most=MOST_CVA
        )


def check_variation_within_person(cvi: Decimal) -> None:
    if not (cvi.is_finite() and 0 < cvi <= MOST_CVI):
        raise ImprecisionRefused.because(sentences.WITHIN_PERSON_REFUSED, most=MOST_CVI)


# What is compared ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sample:
    """
    A result with what has to be known of it before it is compared with another.

    `is_pregnant` is None where nobody said; `biotin_before` and `fluorescein_before`
    say that either was recorded shortly before the sample.
    """

    measurement: Measurement
    collected_on: date
    status: ResultStatus
    laboratory: str
    method: str = ""
    specimen: str = ""
    is_held: bool = False
    is_pregnant: bool | None = None
    biotin_before: bool = False
    fluorescein_before: bool = False

    @property
    def measurand(self) -> Measurand:
        return self.measurement.measurand


@dataclass(frozen=True, slots=True)
class Pair:
    """
    Two results of one person, the earlier first, and what the rules ask about them.

    `cva` is the laboratory's own imprecision in percent, None where it is not known.
    """

    earlier: Sample
    later: Sample
    born_on: date | None
    cva: Decimal | None = None
    cvi: Decimal = DEFAULT_CVI
    d2_started_between: bool = False
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Names of one laboratory or method, as comparability reads them."""

    @property
    def both(self) -> tuple[Sample, Sample]:
        return self.earlier, self.later


class Direction(StrEnum):
    """Which way the number went; neither is good or bad."""

    HIGHER = "higher"
    LOWER = "lower"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Change:
    """The relation of two results, with the limits and inputs that were used."""

    pair: Pair
    fraction: Decimal
    """Of the earlier value; below zero where the later one is lower."""
    exceeds: bool
    limits: ChangeLimits
    cva: Decimal
    cvi: Decimal
    is_cva_assumed: bool

    @property
    def direction(self) -> Direction:
        if self.fraction == 0:
            return Direction.SAME
        return Direction.HIGHER if self.fraction > 0 else Direction.LOWER


class Why(StrEnum):
    """Why no change is calculated."""

    STATUS = "status"
    HELD = "held"
    OTHER_TEST = "other_test"
    UNIT = "unit"
    MEASURAND = "measurand"
    LABORATORY = "laboratory"
    METHOD = "method"
    SPECIMEN = "specimen"
    LABORATORY_UNKNOWN = "laboratory_unknown"
    CENSORED = "censored"
    NO_VALUE = "no_value"
    ORDER = "order"
    TOO_SOON = "too_soon"
    TOO_FAR_APART = "too_far_apart"
    AGE_UNKNOWN = "age_unknown"
    MINOR = "minor"
    PREGNANCY = "pregnancy"
    LOW_VALUE = "low_value"
    D2_STARTED = "d2_started"
    BIOTIN = "biotin"
    FLUORESCEIN = "fluorescein"


@dataclass(frozen=True, slots=True)
class ChangeRefused:
    """No change is calculated, and why."""

    reason: Why
    sentence: Sentence
    also: tuple[Sentence, ...] = ()
    """What else stands against it, where more than one thing differs."""

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        return (self.sentence, *self.also)


def compare(pair: Pair) -> Change | ChangeRefused:
    """
    Return how the later result differs from the earlier, or why that is not said.

    Raises ImprecisionRefused for a CVa or CVi that is not accepted.
    """
    for check in CHECKS:
        refused = check(pair)
        if refused is not None:
            return refused
    cva = DEFAULT_CVA if pair.cva is None else pair.cva
    limits = reference_change_limits(cva, pair.cvi)
    ratio = _exact_ratio(pair)
    with localcontext(EXACT):
        quotient = Decimal(ratio.numerator) / Decimal(ratio.denominator)
        exceeds = abs(quotient.ln()) > limits.log
        fraction = quotient - 1
    is_assumed = pair.cva is None
    return Change(pair, fraction, exceeds, limits, cva, pair.cvi, is_assumed)


def newest_pair(samples: Iterable[Sample]) -> tuple[Sample, Sample] | None:
    """
    Return the newest result with the one before it; None where there are not two.

    What was cancelled or entered in error is no result. Only this pair is compared:
    comparing all with all would find differences by chance alone.
    """
    standing = (each for each in samples if each.status not in VOID)
    in_order = sorted(standing, key=lambda each: each.collected_on)
    return next(iter(reversed(list(pairwise(in_order)))), None)


VOID = frozenset({ResultStatus.CANCELLED, ResultStatus.ENTERED_IN_ERROR})


def _exact_ratio(pair: Pair) -> Fraction:
    return _exact_ng(pair.later.measurement) / _exact_ng(pair.earlier.measurement)


def _exact_ng(measurement: Measurement) -> Fraction:
    value = Fraction(measurement.value)
    if measurement.unit is Unit.NMOL_PER_L:
        return value / Fraction(NMOL_PER_NG_TOTAL)
    return value


# When nothing is calculated -----------------------------------------------------------

FINAL = frozenset({ResultStatus.FINAL, ResultStatus.AMENDED, ResultStatus.CORRECTED})
COMPARED_MEASURANDS = frozenset({Measurand.TOTAL, Measurand.D3})
MASS_SPECTROMETRY_NAMES = (
    "lcms",
    "msms",
    "tandemms",
    "massspec",
    "massenspek",
    "spectrometriedemas",
    "spectrometriademas",
    "spettrometriadimas",
)


def is_mass_spectrometry(method: str) -> bool:
    """Say whether a method's name tells of LC-MS/MS; any other is an immunoassay."""
    name = folded(method)
    return any(each in name for each in MASS_SPECTROMETRY_NAMES)


def _refused(reason: Why, template: str, **values: Value) -> ChangeRefused:
    return ChangeRefused(reason, Sentence(template, values))


def _check_status(pair: Pair) -> ChangeRefused | None:
    if all(each.status in FINAL for each in pair.both):
        return None
    return _refused(Why.STATUS, sentences.NO_CHANGE_STATUS)


def _check_held(pair: Pair) -> ChangeRefused | None:
    if any(each.is_held for each in pair.both):
        return _refused(Why.HELD, sentences.NO_CHANGE_HELD)
    return None


def _check_test(pair: Pair) -> ChangeRefused | None:
    for each in pair.both:
        if each.measurand not in COMPARED_MEASURANDS:
            name = in_words(each.measurand)
            template = sentences.NO_CHANGE_OTHER_TEST
            return _refused(Why.OTHER_TEST, template, measurand=name)
        unit = each.measurement.unit
        if unit not in HYDROXYVITAMIN_D_UNITS:
            return _refused(Why.UNIT, sentences.NO_CHANGE_UNIT, unit=unit)
    return None


def _check_boundary(pair: Pair) -> ChangeRefused | None:
    boundary = boundary_between(*pair.both, aliases=pair.aliases)
    if boundary is not None:
        first, *others = boundary.sentences
        return ChangeRefused(WHY_OF_BOUNDARY[boundary.kind], first, tuple(others))
    if all(folded(each.laboratory) for each in pair.both):
        return None
    template = sentences.NO_CHANGE_LABORATORY_UNKNOWN
    return _refused(Why.LABORATORY_UNKNOWN, template)


WHY_OF_BOUNDARY = {
    Differs.MEASURAND: Why.MEASURAND,
    Differs.LABORATORY: Why.LABORATORY,
    Differs.METHOD: Why.METHOD,
    Differs.SPECIMEN: Why.SPECIMEN,
}


def _check_value(pair: Pair) -> ChangeRefused | None:
    for each in pair.both:
        if each.measurement.is_censored:
            value = spoken(each.measurement)
            return _refused(Why.CENSORED, sentences.NO_CHANGE_CENSORED, value=value)
    if any(each.measurement.value == 0 for each in pair.both):
        return _refused(Why.NO_VALUE, sentences.NO_CHANGE_NO_VALUE)
    return None


def _check_dates(pair: Pair) -> ChangeRefused | None:
    earlier, later = (each.collected_on for each in pair.both)
    if later < earlier:
        return _refused(Why.ORDER, sentences.NO_CHANGE_ORDER)
    if later - earlier < SHORTEST_INTERVAL:
        return _refused(Why.TOO_SOON, sentences.NO_CHANGE_TOO_SOON)
    if later > months_after(earlier, LONGEST_INTERVAL_MONTHS):
        return _refused(Why.TOO_FAR_APART, sentences.NO_CHANGE_TOO_FAR_APART)
    return None


def months_after(day: date, months: int) -> date:
    """
    Return the same day so many months later, or the last day of a shorter month.

    >>> months_after(date(2024, 11, 30), 15)
    datetime.date(2026, 2, 28)
    """
    years, month = divmod(day.month - 1 + months, MONTHS_OF_A_YEAR)
    first = date(day.year + years, month + 1, 1)
    last_day = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last_day.day))


def _check_age(pair: Pair) -> ChangeRefused | None:
    if pair.born_on is None:
        return _refused(Why.AGE_UNKNOWN, sentences.NO_CHANGE_AGE_UNKNOWN)
    if is_minor(pair.born_on, on=pair.earlier.collected_on):
        return _refused(Why.MINOR, sentences.NO_CHANGE_MINOR)
    return None


def _check_pregnancy(pair: Pair) -> ChangeRefused | None:
    if (pair.earlier.is_pregnant is True) == (pair.later.is_pregnant is True):
        return None
    return _refused(Why.PREGNANCY, sentences.NO_CHANGE_PREGNANCY)


def _check_low_value(pair: Pair) -> ChangeRefused | None:
    lowest = min(_exact_ng(each.measurement) for each in pair.both)
    if pair.cva is None and lowest < LOW_VALUE_NG:
        return _refused(Why.LOW_VALUE, sentences.NO_CHANGE_LOW_VALUE)
    return None


def _check_interference(pair: Pair) -> ChangeRefused | None:
    by_immunoassay = [
        each for each in pair.both if not is_mass_spectrometry(each.method)
    ]
    if pair.d2_started_between and by_immunoassay:
        return _refused(Why.D2_STARTED, sentences.NO_CHANGE_D2_STARTED)
    if any(each.biotin_before for each in by_immunoassay):
        return _refused(Why.BIOTIN, sentences.NO_CHANGE_BIOTIN)
    if any(each.fluorescein_before for each in by_immunoassay):
        return _refused(Why.FLUORESCEIN, sentences.NO_CHANGE_FLUORESCEIN)
    return None


# In the order in which a person would ask: is it a result, is it the same test, ...
CHECKS: tuple[Callable[[Pair], ChangeRefused | None], ...] = (
    _check_status,
    _check_held,
    _check_test,
    _check_boundary,
    _check_value,
    _check_dates,
    _check_age,
    _check_pregnancy,
    _check_low_value,
    _check_interference,
)


# In words -----------------------------------------------------------------------------

BEYOND_THE_LIMIT = {
    Direction.HIGHER: sentences.CHANGE_HIGHER,
    Direction.LOWER: sentences.CHANGE_LOWER,
}
BEYOND_IN_ONE_SEASON = {
    Direction.HIGHER: sentences.CHANGE_HIGHER_IN_ONE_SEASON,
    Direction.LOWER: sentences.CHANGE_LOWER_IN_ONE_SEASON,
}
WITHIN_THE_LIMIT = {
    Direction.HIGHER: sentences.CHANGE_WITHIN_HIGHER,
    Direction.LOWER: sentences.CHANGE_WITHIN_LOWER,
    Direction.SAME: sentences.CHANGE_NO_DIFFERENCE,
}


def change_sentences(change: Change) -> tuple[Sentence, ...]:
    """
    Return what to say about a change, with its limits and what was not stated.

    Chance and the months of both samples are named whether or not it exceeds; that
    levels differ between seasons is said only of two seasons.
    """
    values = _values(change)
    unstated = dict.fromkeys(
        line for sample in change.pair.both for line in not_stated(sample)
    )
    return (*_statements(change, values), _inputs(change), *unstated)


def _statements(change: Change, values: dict[str, Value]) -> Iterator[Sentence]:
    days = [each.collected_on for each in change.pair.both]
    in_one_season = are_of_one_season(*days)
    if change.exceeds:
        beyond = BEYOND_IN_ONE_SEASON if in_one_season else BEYOND_THE_LIMIT
        yield Sentence(beyond[change.direction], values)
        return
    yield Sentence(WITHIN_THE_LIMIT[change.direction], values)
    both, one = (
        sentences.CHANGE_CHANCE_AND_SEASON,
        sentences.CHANGE_CHANCE_IN_ONE_SEASON,
    )
    yield Sentence(one if in_one_season else both, values)


def _values(change: Change) -> dict[str, Value]:
    earlier, later = change.pair.both
    is_higher = change.direction is Direction.HIGHER
    limit = change.limits.up if is_higher else change.limits.down
    percent, shown_limit = _told_apart(abs(change.fraction), abs(limit))
    same_unit = earlier.measurement.unit is later.measurement.unit
    number = earlier.measurement.number
    months: dict[str, Value] = {
        "earlier_month": Sentence(MONTHS[earlier.collected_on.month - 1]),
        "later_month": Sentence(MONTHS[later.collected_on.month - 1]),
    }
    one, two = sentences.SAMPLES_OF_ONE_MONTH, sentences.SAMPLES_OF_TWO_MONTHS
    is_one = earlier.collected_on.month == later.collected_on.month
    return {
        "earlier": number if same_unit else spoken(earlier.measurement),
        "later": spoken(later.measurement),
        "percent": percent,
        "limit": shown_limit,
        "months": Sentence(one if is_one else two, months),
        **months,
    }


def _told_apart(
    change: Decimal, limit: Decimal, places: int = 0
) -> tuple[Decimal, Decimal]:
    """
    Return both as whole percentages, with decimals only where they would look equal.

    "27% higher, and usually within 27%" would contradict itself; so would "0% higher".
    """
    shown, shown_limit = _percent(change, places), _percent(limit, places)
    is_clear = shown != shown_limit and (shown > 0 or change == 0)
    if is_clear or places == MOST_PLACES:
        return shown, shown_limit
    return _told_apart(change, limit, places + 1)


MOST_PLACES = 10


def _percent(fraction: Decimal, places: int) -> Decimal:
    step = Decimal(1).scaleb(-places)
    return (fraction * PERCENT).quantize(step, rounding=ROUND_HALF_UP)


def _inputs(change: Change) -> Sentence:
    assumed = sentences.CHANGE_INPUTS_ASSUMED
    template = assumed if change.is_cva_assumed else sentences.CHANGE_INPUTS_LABORATORY
    values: dict[str, Value] = {
        "up": _percent(change.limits.up, 0),
        "down": _percent(abs(change.limits.down), 0),
        "cva": plain(change.cva),
        "cvi": plain(change.cvi),
    }
    return Sentence(template, values)
