"""
The arithmetic of the log: what was logged over a stretch of days, as a fact of the log.

Worked example: four intakes of 50,000 international units of vitamin D2, once a week
over 28 days, make 200,000 / 28, about 7,143 international units per day. That is
arithmetic, never a recommendation, and it is shown only where at least 80 % of the
expected intakes were logged and the record covers two cycles of its schedule. Food,
sun and whatever was not logged are not in it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

from labs.domain.ages import is_minor
from labs.domain.schedules import EVENTS_ONLY, ScheduleKind, Span, listed
from labs.domain.sentences import N_, Sentence, Value
from labs.domain.supplements import (
    IU_PER_UG,
    IU_WITH_MCG,
    MINERALS,
    PARENT_VITAMIN_D,
    AmountNotConvertible,
    AmountNumber,
    AmountUnit,
    DosageForm,
    Ingredient,
    Period,
    Substance,
    described,
    international_units,
    micrograms,
    milligrams,
)

COVERAGE_NEEDED = Fraction(8, 10)  # facts 9; docs/clinical.md
CYCLES_NEEDED = 2  # weekly 14 days, monthly 60 days: facts 9
EXPOSURE_DAYS = 90
UPPER_LEVEL_IU_PER_DAY = Decimal(4000)  # adults: IOM 2011, EFSA 2023 (100 mcg)
BOLUS_KINDS = frozenset(
    {ScheduleKind.SINGLE, ScheduleKind.FORTNIGHTLY, ScheduleKind.MONTHLY}
)
GIVEN_BY_NEEDLE = frozenset({DosageForm.INJECTION, DosageForm.AMPOULE})

INCOMPLETE_LOG = N_(
    "You logged %(logged)s of the %(expected)s intakes expected in these %(days)s "
    "days, so no average is shown. What you logged is listed below."
)
FEWER_THAN_TWO_CYCLES = N_(
    "These %(days)s days hold fewer than two rounds of the recorded schedule, so no "
    "average is shown. What you logged is listed below."
)
EVENTS_HAVE_NO_AVERAGE = N_(
    "Intakes that are single, as needed or given in a clinic are not spread over days, "
    "so no average is shown. What you logged is listed below."
)
AMOUNT_MISSING = N_(
    "The amount of %(count)s logged intakes is not known, so no average is shown. What "
    "you logged is listed below."
)
LOGGED_EQUAL_AMOUNTS = N_(
    "In the %(days)s days to %(ends_on)s you logged %(count)s "
    "\N{MULTIPLICATION SIGN} %(amount)s of %(substance)s."
)
LOGGED_IN_ALL = N_(
    "In the %(days)s days to %(ends_on)s you logged %(amount)s of %(substance)s in "
    "%(count)s intakes."
)
LOGGED_WITHOUT_AMOUNT = N_(
    "In the %(days)s days to %(ends_on)s you logged %(substance)s in %(count)s intakes "
    "whose amount is not known."
)
SPREAD_OVER_DAYS = N_(
    "Spread over %(days)s days that is about %(average)s per day (arithmetic of your "
    "log, not a recommendation)."
)
BREAKDOWN = N_("Of this: %(parts)s.")
BREAKDOWN_PART = N_("%(substance)s: %(amount)s")
ONLY_SUPPLEMENTS = N_(
    "Supplements only: food, sun and what was not logged are not included."
)
RECORDED_AS = N_(
    "%(product)s is recorded as %(servings)s \N{MULTIPLICATION SIGN} the amount on its "
    "label, %(schedule)s, from %(starts_on)s. No intake was logged in these %(days)s "
    "days."
)
RECORDED_AS_UNTIL = N_(
    "%(product)s is recorded as %(servings)s \N{MULTIPLICATION SIGN} the amount on its "
    "label, %(schedule)s, from %(starts_on)s to %(ends_on)s. No intake was logged in "
    "these %(days)s days."
)
LOGGED_AS_SKIPPED = N_(
    "All %(count)s intakes of %(product)s logged in these %(days)s days were logged as "
    "skipped."
)
NOTHING_LOGGED = N_("Nothing was logged in these %(days)s days.")

ABOVE_UPPER_LEVEL_CLINICIAN = N_(
    "Logged average %(average)s per day from supplements. Published upper level for "
    "adults is %(level)s per day (IOM 2011, EFSA 2023). Clinicians sometimes prescribe "
    "above it."
)
ABOVE_UPPER_LEVEL_PATIENT = N_(
    "Your log is higher than a published general upper level. Please go over it with "
    "the clinician who looks after your vitamin D."
)
UPPER_LEVEL_COUNTS_ALL = N_(
    "Published upper levels count all sources; the log counts only supplements. "
    "Calcifediol is not included."
)

SUBSTANCE_NAMES = {
    Substance.D3: N_("vitamin D3"),
    Substance.D2: N_("vitamin D2"),
    Substance.CALCIFEDIOL: N_("calcifediol"),
    Substance.CALCITRIOL: N_("calcitriol, an active vitamin D medicine"),
    Substance.ALFACALCIDOL: N_("alfacalcidol, an active vitamin D medicine"),
    Substance.PARICALCITOL: N_("paricalcitol, an active vitamin D medicine"),
    Substance.K1: N_("vitamin K1"),
    Substance.MK4: N_("vitamin K2 (MK-4)"),
    Substance.MK7: N_("vitamin K2 (MK-7)"),
    Substance.K_UNSPECIFIED: N_("vitamin K2"),
    Substance.CALCIUM: N_("elemental calcium"),
    Substance.MAGNESIUM: N_("elemental magnesium"),
    Substance.ZINC: N_("elemental zinc"),
    Substance.BIOTIN: N_("biotin"),
    Substance.OTHER: N_("other ingredients"),
}
VITAMIN_D_NAME = N_("vitamin D")


class Outcome(StrEnum):
    """What was logged of an intake."""

    TAKEN = "taken"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Intake:
    """A logged intake, with the ingredients of one serving as they were that day."""

    on: date
    outcome: Outcome
    servings: Decimal = Decimal(1)
    ingredients: tuple[Ingredient, ...] = ()


@dataclass(frozen=True, slots=True)
class LoggedPeriod:
    """A recorded period with the intakes that were logged for it."""

    period: Period
    intakes: tuple[Intake, ...] = ()

    def logged_in(self, span: Span) -> tuple[Intake, ...]:
        return tuple(intake for intake in self.intakes if intake.on in span)

    def is_due(self, intake: Intake) -> bool:
        """Whether the record still says that it was taken then, and not paused."""
        period = self.period
        return period.is_in_force(intake.on) and not period.is_paused(intake.on)

    def taken_in(self, span: Span) -> tuple[Intake, ...]:
        return tuple(
            intake for intake in self.logged_in(span) if intake.outcome is Outcome.TAKEN
        )


@dataclass(frozen=True, slots=True)
class Coverage:
    """
    How much of what the record expects was logged, taken or skipped.

    A surplus of one period does not hide a gap of another: each counts at most what
    it expects, and nothing on days that were recorded as paused afterwards.
    """

    logged: int
    counted: int
    expected: int

    @property
    def fraction(self) -> Fraction | None:
        """The share that was logged; None where nothing was expected."""
        return Fraction(self.counted, self.expected) if self.expected else None

    @property
    def is_sufficient(self) -> bool:
        return self.fraction is not None and self.fraction >= COVERAGE_NEEDED


def coverage(records: Iterable[LoggedPeriod], span: Span) -> Coverage:
    """Return (taken + skipped) against the intakes that the schedules expect."""
    logged = counted = expected = 0
    for record in records:
        of_record = record.logged_in(span)
        due = record.period.expected_in(span)
        logged += len(of_record)
        counted += min(sum(map(record.is_due, of_record)), due)
        expected += due
    return Coverage(logged=logged, counted=counted, expected=expected)


class Lane(StrEnum):
    """What is added up together: vitamin D2 with D3, and nothing else with anything."""

    VITAMIN_D = "vitamin D"
    CALCIFEDIOL = "calcifediol"
    CALCITRIOL = "calcitriol"
    ALFACALCIDOL = "alfacalcidol"
    PARICALCITOL = "paricalcitol"
    K1 = "K1"
    MK4 = "MK-4"
    MK7 = "MK-7"
    K_UNSPECIFIED = "K2 unspecified"
    CALCIUM = "calcium"
    MAGNESIUM = "magnesium"
    ZINC = "zinc"
    BIOTIN = "biotin"


def lane_of(substance: Substance) -> Lane | None:
    """Return where the substance is added up; None for other ingredients."""
    if substance in PARENT_VITAMIN_D:
        return Lane.VITAMIN_D
    return None if substance is Substance.OTHER else Lane(substance.value)


def lane_unit(lane: Lane) -> AmountUnit:
    """Return the unit that the lane is added up in."""
    if lane is Lane.VITAMIN_D:
        return AmountUnit.IU
    return AmountUnit.MG if lane.value in MINERALS else AmountUnit.UG


@dataclass(frozen=True, slots=True)
class AmountLine:
    """What was logged of one lane, in its unit, and whether it may be averaged."""

    lane: Lane
    span: Span
    count: int
    total: Decimal
    unit: AmountUnit
    breakdown: tuple[tuple[Substance, Decimal], ...]
    equal_amount: Decimal | None
    without_amount: int
    coverage: Coverage
    holds_bolus: bool
    no_average: Sentence | None

    @property
    def average_per_day(self) -> Decimal | None:
        """The total over the calendar days, unrounded; None where not to be shown."""
        return None if self.no_average else self.total / self.span.days

    def sentences(self) -> tuple[Sentence, ...]:
        """Return what was logged, its parts, and the average or why there is none."""
        said = [self._logged(), *self._parts()]
        if self.no_average is not None:
            return (*said, self.no_average)
        values: dict[str, Value] = {
            "days": self.span.days,
            "average": self.average_described(),
        }
        spread = Sentence(SPREAD_OVER_DAYS, values)
        return (*said, spread, Sentence(ONLY_SUPPLEMENTS))

    def average_described(self) -> Sentence:
        """Return the average per day in words, whether or not it may be shown."""
        return self._about(self.total / self.span.days)

    def _logged(self) -> Sentence:
        values: dict[str, Value] = {
            "days": self.span.days,
            "ends_on": self.span.ends_on,
            "count": self.count,
            "substance": self._name(),
        }
        if not self.breakdown:
            return Sentence(LOGGED_WITHOUT_AMOUNT, values)
        if self.equal_amount is not None:
            amount = self._exactly(self.equal_amount)
            return Sentence(LOGGED_EQUAL_AMOUNTS, {**values, "amount": amount})
        return Sentence(LOGGED_IN_ALL, {**values, "amount": self._exactly(self.total)})

    def _name(self) -> Sentence:
        if len(self.breakdown) == 1:
            return Sentence(SUBSTANCE_NAMES[self.breakdown[0][0]])
        if self.lane is Lane.VITAMIN_D:
            return Sentence(VITAMIN_D_NAME)
        return Sentence(SUBSTANCE_NAMES[Substance(self.lane.value)])

    def _parts(self) -> tuple[Sentence, ...]:
        if len(self.breakdown) < 2:  # noqa: PLR2004 - one part is the whole
            return ()
        parts = [
            Sentence(
                BREAKDOWN_PART,
                {
                    "substance": Sentence(SUBSTANCE_NAMES[substance]),
                    "amount": self._exactly(amount),
                },
            )
            for substance, amount in self.breakdown
        ]
        return (Sentence(BREAKDOWN, {"parts": listed(parts)}),)

    def _exactly(self, amount: Decimal) -> Sentence:
        return described(amount, self.unit, self._any_substance())

    def _about(self, amount: Decimal) -> Sentence:
        """Describe an average, rounded; each unit is rounded from the exact number."""
        number = AmountNumber(_rounded(amount))
        if self.lane is not Lane.VITAMIN_D:
            return described(number, self.unit, self._any_substance())
        other = AmountNumber(_rounded(amount / IU_PER_UG))
        return Sentence(IU_WITH_MCG, {"number": number, "other": other})

    def _any_substance(self) -> Substance:
        return self.breakdown[0][0]


def _rounded(amount: Decimal) -> Decimal:
    """Round to a whole number from 1,000 on, to a tenth from 1 on, else to 0.001."""
    if amount >= 1000:  # noqa: PLR2004 - a fourth digit says nothing of an average
        return amount.quantize(Decimal(1), ROUND_HALF_UP)
    places = Decimal("0.1") if amount >= 1 else Decimal("0.001")
    return amount.quantize(places, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class LogSummary:
    """What was logged over a span, lane by lane, and what was only recorded."""

    span: Span
    lines: tuple[AmountLine, ...]
    recorded_only: tuple[Period, ...]
    skipped_only: tuple[LoggedPeriod, ...]

    def line(self, lane: Lane) -> AmountLine | None:
        """Return what was logged of one lane; None where nothing was taken of it."""
        return next((line for line in self.lines if line.lane is lane), None)

    def sentences(self) -> tuple[Sentence, ...]:
        logged = [sentence for line in self.lines for sentence in line.sentences()]
        recorded = [self._recorded_as(period) for period in self.recorded_only]
        skipped = [self._skipped(record) for record in self.skipped_only]
        if not logged and not skipped:
            nothing = Sentence(NOTHING_LOGGED, {"days": self.span.days})
            return tuple(recorded) or (nothing,)
        return (*logged, *skipped, *recorded)

    def _recorded_as(self, period: Period) -> Sentence:
        values: dict[str, Value] = {
            "product": period.product.name,
            "servings": AmountNumber(period.servings),
            "schedule": period.schedule.described(),
            "starts_on": period.starts_on,
            "days": self.span.days,
        }
        if period.ends_on is None:
            return Sentence(RECORDED_AS, values)
        return Sentence(RECORDED_AS_UNTIL, {**values, "ends_on": period.ends_on})

    def _skipped(self, record: LoggedPeriod) -> Sentence:
        return Sentence(
            LOGGED_AS_SKIPPED,
            {
                "count": len(record.logged_in(self.span)),
                "days": self.span.days,
                "product": record.period.product.name,
            },
        )


def summarise(records: Sequence[LoggedPeriod], span: Span) -> LogSummary:
    """Add up the log over a span; a period without logged intakes is only recorded."""
    present = [
        record
        for record in records
        if record.logged_in(span)
        or span.overlap(record.period.starts_on, record.period.ends_on)
    ]
    lines = (_line(lane, present, span) for lane in Lane)
    logged = [record for record in present if record.logged_in(span)]
    return LogSummary(
        span=span,
        lines=tuple(line for line in lines if line.count),
        recorded_only=tuple(
            record.period for record in present if record not in logged
        ),
        skipped_only=tuple(record for record in logged if not record.taken_in(span)),
    )


def exposure_before(records: Sequence[LoggedPeriod], sample_on: date) -> LogSummary:
    """Add up the log over the 90 days before a sample, its own day not included."""
    last = sample_on - timedelta(days=1)
    return summarise(records, Span(last - timedelta(days=EXPOSURE_DAYS - 1), last))


def _line(lane: Lane, records: Sequence[LoggedPeriod], span: Span) -> AmountLine:
    in_lane = [record for record in records if _speaks_of(lane, record, span)]
    amounts = [
        _amounts(lane, intake)
        for record in in_lane
        for intake in record.taken_in(span)
        if _holds(lane, intake.ingredients)
    ]
    known = [found for found in amounts if found is not None]
    totals = {sum(found.values(), Decimal(0)) for found in known}
    breakdown: defaultdict[Substance, Decimal] = defaultdict(Decimal)
    for found in known:
        for substance, amount in found.items():
            breakdown[substance] += amount
    without_amount = len(amounts) - len(known)
    covered = coverage(in_lane, span)
    return AmountLine(
        lane=lane,
        span=span,
        count=len(amounts),
        total=sum(breakdown.values(), Decimal(0)),
        unit=lane_unit(lane),
        breakdown=tuple(breakdown.items()),
        equal_amount=totals.pop() if len(totals) == 1 and not without_amount else None,
        without_amount=without_amount,
        coverage=covered,
        holds_bolus=any(_is_bolus(record, span) for record in in_lane),
        no_average=_no_average(in_lane, span, covered, without_amount),
    )


def _speaks_of(lane: Lane, record: LoggedPeriod, span: Span) -> bool:
    """Whether the product holds the lane, or held it when an intake was logged."""
    return _holds(lane, record.period.product.ingredients) or any(
        _holds(lane, intake.ingredients) for intake in record.taken_in(span)
    )


def _holds(lane: Lane, ingredients: Iterable[Ingredient]) -> bool:
    return any(lane_of(ingredient.substance) is lane for ingredient in ingredients)


def _amounts(lane: Lane, intake: Intake) -> dict[Substance, Decimal] | None:
    """Return the amounts of one intake; None where one of them cannot be told."""
    found: defaultdict[Substance, Decimal] = defaultdict(Decimal)
    for ingredient in intake.ingredients:
        if lane_of(ingredient.substance) is not lane:
            continue
        amount = _in_lane_unit(lane, ingredient)
        if amount is None:
            return None
        found[ingredient.substance] += amount * intake.servings
    return dict(found)


def _in_lane_unit(lane: Lane, ingredient: Ingredient) -> Decimal | None:
    if ingredient.amount is None or ingredient.unit is None:
        return None
    try:
        return _CONVERTED_TO[lane_unit(lane)](
            ingredient.amount, ingredient.unit, ingredient.substance
        )
    except AmountNotConvertible:
        return None


_CONVERTED_TO = {
    AmountUnit.IU: international_units,
    AmountUnit.UG: micrograms,
    AmountUnit.MG: milligrams,
}


def _is_bolus(record: LoggedPeriod, span: Span) -> bool:
    period = record.period
    return bool(record.taken_in(span)) and (
        period.schedule.kind in BOLUS_KINDS
        or period.schedule.kind is ScheduleKind.GIVEN_IN_CLINIC
        or period.product.dosage_form in GIVEN_BY_NEEDLE
    )


def _no_average(
    records: Sequence[LoggedPeriod],
    span: Span,
    covered: Coverage,
    without_amount: int,
) -> Sentence | None:
    """Return why no average may be shown; None where one may."""
    if without_amount:
        return Sentence(AMOUNT_MISSING, {"count": without_amount})
    if any(_has_events_only(record, span) for record in records):
        return Sentence(EVENTS_HAVE_NO_AVERAGE)
    if not covered.is_sufficient:
        return Sentence(
            INCOMPLETE_LOG,
            {
                "logged": covered.counted,
                "expected": covered.expected,
                "days": span.days,
            },
        )
    if not all(_covers_two_cycles(record.period, span) for record in records):
        return Sentence(FEWER_THAN_TWO_CYCLES, {"days": span.days})
    return None


def _has_events_only(record: LoggedPeriod, span: Span) -> bool:
    return record.period.schedule.kind in EVENTS_ONLY and bool(record.taken_in(span))


def _covers_two_cycles(period: Period, span: Span) -> bool:
    """Whether the shared days hold two rounds; a daily schedule needs no more."""
    cycle = period.schedule.cycle_in_days
    shared = span.overlap(period.starts_on, period.ends_on)
    return cycle == 1 or (shared is not None and shared.days >= CYCLES_NEEDED * cycle)


def upper_level_for_patient(
    line: AmountLine | None, *, born_on: date | None, has_recorded_plan: bool
) -> tuple[Sentence, ...]:
    """
    Return what a patient reads where the log is above the published upper level.

    Empty means no comparison: under the level, under 18, bolus or injection, a plan
    recorded by a clinician, or no average. It never means that an amount is fine.
    """
    if line is None or not _is_above_upper_level(line, born_on, has_recorded_plan):
        return ()
    return (Sentence(ABOVE_UPPER_LEVEL_PATIENT), Sentence(UPPER_LEVEL_COUNTS_ALL))


def upper_level_for_clinician(
    line: AmountLine | None, *, born_on: date | None, has_recorded_plan: bool
) -> tuple[Sentence, ...]:
    """Return what a clinician reads there: the average, the level and its source."""
    if line is None or not _is_above_upper_level(line, born_on, has_recorded_plan):
        return ()
    level = described(UPPER_LEVEL_IU_PER_DAY, AmountUnit.IU, Substance.D3)
    values = {"average": line.average_described(), "level": level}
    return (
        Sentence(ABOVE_UPPER_LEVEL_CLINICIAN, values),
        Sentence(UPPER_LEVEL_COUNTS_ALL),
    )


def _is_above_upper_level(
    line: AmountLine,
    born_on: date | None,
    has_recorded_plan: bool,  # noqa: FBT001 - a fact
) -> bool:
    average = line.average_per_day
    return (
        line.lane is Lane.VITAMIN_D
        and average is not None
        and average > UPPER_LEVEL_IU_PER_DAY
        and not line.holds_bolus
        and not has_recorded_plan
        and born_on is not None
        and not is_minor(born_on, on=line.span.starts_on)
    )
