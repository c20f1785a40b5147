"""Turns results, ranges, supplements and rules into finished words for pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format, get_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from labs.domain import sentences as said
from labs.domain.flags import Basis, Flag, sentences
from labs.domain.intakes import SUBSTANCE_NAMES
from labs.domain.limits import Position
from labs.domain.measurements import Comparator, Measurement, ResultStatus
from labs.domain.quantities import Measurand
from labs.domain.sentences import Plain, Sentence
from labs.domain.supplements import AmountNumber, Ingredient, Period, VitaminKContent
from labs.domain.targets import Target, Urgency, plain, range_in_words
from labs.domain.units import NotConvertible, Unit, are_equal, display_converted

if TYPE_CHECKING:
    from labs.models import LabResult, SupplementPeriod
    from labs.models import Target as TargetRow
    from labs.services.judging import Judged

# Plain words --------------------------------------------------------------------------


def spoken(sentence: Sentence) -> str:
    """Return a sentence of the rules in the reader's language."""
    return sentence.in_words(_, spelled)


def spelled(value: Plain) -> str:
    """Spell a plain value as the reader's language writes it."""
    if isinstance(value, datetime):
        return dated(timezone.localtime(value).date())
    if isinstance(value, date):
        return dated(value)
    if isinstance(value, AmountNumber):
        return _grouped(value)
    if isinstance(value, Decimal):
        return numbered(value)
    return str(value)


def dated(day: date) -> str:
    """Return a date in words: 12 March 2026."""
    return date_format(day, pgettext("date format", "j F Y"))


def dated_short(day: date) -> str:
    """Return a date for a table: 12 Mar 2026."""
    return date_format(day, pgettext("short date format", "j M Y"))


def numbered(number: Decimal) -> str:
    """Return a number with the decimals it has, and the reader's decimal mark."""
    return f"{number:f}".replace(".", decimal_mark())


def decimal_mark() -> str:
    return str(get_format("DECIMAL_SEPARATOR"))


def has_decimal_comma() -> bool:
    """Say whether the reader's language writes decimals after a comma."""
    return decimal_mark() == ","


def _grouped(number: AmountNumber) -> str:
    marks = {",": str(get_format("THOUSAND_SEPARATOR")), ".": decimal_mark()}
    return "".join(marks.get(sign, sign) for sign in f"{number}")


# Values -------------------------------------------------------------------------------

COMPARATOR_SIGNS = {
    Comparator.LESS: "<",
    Comparator.AT_MOST: "\N{LESS-THAN OR EQUAL TO}",
    Comparator.AT_LEAST: "\N{GREATER-THAN OR EQUAL TO}",
    Comparator.GREATER: ">",
}
UNIT_WORDS = {
    Unit.UG_PER_L: "µg/L",
    Unit.UMOL_PER_L: "µmol/L",
    Unit.ML_PER_MIN_PER_1_73_M2: "mL/min/1.73 m²",
    Unit.INR: "INR",
    Unit.MMOL_PER_DAY: "mmol/24 h",
    Unit.MG_PER_DAY: "mg/24 h",
}
MEASURAND_NAMES = {
    Measurand.TOTAL: gettext_noop("25-hydroxyvitamin D, total"),
    Measurand.D3: gettext_noop("25-hydroxyvitamin D3 only"),
    Measurand.D2: gettext_noop("25-hydroxyvitamin D2 only"),
    Measurand.UNSPECIFIED: gettext_noop("Vitamin D, form not stated"),
    Measurand.CALCIUM: gettext_noop("Calcium, total"),
    Measurand.ADJUSTED_CALCIUM: gettext_noop("Calcium, adjusted for albumin"),
    Measurand.IONISED_CALCIUM: gettext_noop("Calcium, ionised"),
    Measurand.ALBUMIN: gettext_noop("Albumin"),
    Measurand.PTH: gettext_noop("Parathyroid hormone (PTH)"),
    Measurand.PHOSPHATE: gettext_noop("Phosphate"),
    Measurand.MAGNESIUM: gettext_noop("Magnesium"),
    Measurand.ALP: gettext_noop("Alkaline phosphatase (ALP)"),
    Measurand.CREATININE: gettext_noop("Creatinine"),
    Measurand.EGFR: gettext_noop("eGFR"),
    Measurand.INR: gettext_noop("INR"),
    Measurand.DIHYDROXY: gettext_noop("1,25-dihydroxyvitamin D"),
    Measurand.URINE_CALCIUM: gettext_noop("Calcium in 24-hour urine"),
}
STATUS_WORDS = {
    ResultStatus.REGISTERED: gettext_noop("not released yet"),
    ResultStatus.PRELIMINARY: gettext_noop("preliminary"),
    ResultStatus.FINAL: gettext_noop("final"),
    ResultStatus.AMENDED: gettext_noop("amended"),
    ResultStatus.CORRECTED: gettext_noop("corrected by the laboratory"),
    ResultStatus.CANCELLED: gettext_noop("cancelled by the laboratory"),
    ResultStatus.ENTERED_IN_ERROR: gettext_noop("entered in error"),
    ResultStatus.UNKNOWN: gettext_noop("status not known"),
    ResultStatus.NOT_STATED: gettext_noop("status not stated"),
}
SOURCE_WORDS = {
    "typed_by_patient": gettext_noop("Typed by patient"),
    "typed_by_clinic": gettext_noop("Typed by clinic"),
    "imported_file": gettext_noop("From an imported file"),
}


def unit_words(unit: Unit) -> str:
    """Return a unit as reports print it."""
    return UNIT_WORDS.get(unit, unit.value)


def measurand_words(measurand: Measurand) -> str:
    return _(MEASURAND_NAMES[measurand])


@dataclass(frozen=True, slots=True)
class ShownValue:
    """A value to be shown: the number with its sign, and the unit behind it."""

    number: str
    unit: str
    is_converted: bool = False


def as_reported(row: "LabResult") -> ShownValue:
    """Return the value character by character as it was entered or sent."""
    return ShownValue(row.value_text, row.unit_text)


def in_unit(measurement: Measurement, unit: Unit) -> ShownValue:
    """Return the value in the reader's unit, marked where it was converted."""
    try:
        number = display_converted(
            measurement.number, measurement.unit, unit, measurement.measurand
        )
    except NotConvertible:
        number, unit = measurement.number, measurement.unit
    return ShownValue(
        _signed(numbered(number), measurement.comparator),
        unit_words(unit),
        is_converted=not are_equal(unit, measurement.unit),
    )


def _signed(number: str, comparator: Comparator | None) -> str:
    return f"{COMPARATOR_SIGNS[comparator]}{number}" if comparator else number


# Positions ----------------------------------------------------------------------------

POSITION_WORDS = {
    Position.BELOW: gettext_noop("Below the range"),
    Position.WITHIN: gettext_noop("Within the range"),
    Position.ABOVE: gettext_noop("Above the range"),
    Position.CANNOT_TELL: gettext_noop("Cannot tell"),
    Position.NO_TARGET: gettext_noop("No range set"),
    Position.NOT_COMPARED: gettext_noop("Not compared"),
}
BASIS_WORDS = {
    Basis.TARGET_THEN: gettext_noop("range of that date: %(range)s, %(author)s"),
    Basis.TARGET_TODAY: gettext_noop(
        "no range on that date; range of today: %(range)s, %(author)s"
    ),
}


@dataclass(frozen=True, slots=True)
class PositionMark:
    """Where a value stands: a shape, words, and what it was compared with."""

    kind: str
    words: str
    basis: str = ""


def position_mark(flag: Flag) -> PositionMark:
    """Return the mark of a flag; the kind names its shape and colour."""
    words = _(POSITION_WORDS[flag.position])
    if flag.target is None:
        return PositionMark(flag.position.value, words)
    basis = _(BASIS_WORDS[flag.basis]) % {
        "range": spoken(range_in_words(flag.target)),
        "author": flag.target.set_by,
    }
    return PositionMark(flag.position.value, words, basis)


def position_sentences(judged: "Judged") -> list[str]:
    """Return the full wording of where a result stands."""
    row = judged.row
    return [
        spoken(each)
        for each in sentences(
            judged.flag,
            judged.measurement,
            row.collected_on,
            printed_interval=row.interval_text,
        )
    ]


def compares_numbers() -> str:
    """Return the line that stands once on every page with a position."""
    return _(said.COMPARES_NUMBERS)


# Rows of results ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One line of the results' table, in finished words."""

    result_id: str
    collected_on: date
    day: str
    test: str
    reported: ShownValue
    shown: ShownValue
    mark: PositionMark
    laboratory: str
    method: str
    laboratory_flag: str
    printed_interval: str
    status: str
    version: int
    is_withdrawn: bool = False


def result_row(judged: "Judged", unit: Unit) -> ResultRow:
    """Return a result as a line of the table, shown in the reader's unit too."""
    row = judged.row
    is_final = judged.status is ResultStatus.FINAL
    return ResultRow(
        result_id=str(row.pk),
        collected_on=row.collected_on,
        day=dated_short(row.collected_on),
        test=measurand_words(judged.measurement.measurand),
        reported=as_reported(row),
        shown=in_unit(judged.measurement, unit),
        mark=position_mark(judged.flag),
        laboratory=row.laboratory or _("not stated"),
        method=row.method or _("not stated"),
        laboratory_flag=row.laboratory_flag,
        printed_interval=row.interval_text,
        status="" if is_final else _(STATUS_WORDS[judged.status]),
        version=row.version,
        is_withdrawn=judged.status
        in {ResultStatus.ENTERED_IN_ERROR, ResultStatus.CANCELLED},
    )


# Ranges -------------------------------------------------------------------------------

URGENCY_WORDS = {
    Urgency.TODAY: gettext_noop("contact today"),
    Urgency.THIS_WEEK: gettext_noop("contact this week"),
    Urgency.NEXT_VISIT: gettext_noop("at the next visit"),
}


@dataclass(frozen=True, slots=True)
class TargetWords:
    """A range in words, with who set it, when and why."""

    number: int
    range: str
    author: str
    clinic: str
    set_on: str
    starts_on: str
    ends_on: str
    review_on: str
    reason: str
    alerts: list[str]
    urgency: str
    is_in_force: bool = False


def target_words(
    row: "TargetRow", target: Target, *, in_force: Target | None
) -> TargetWords:
    """Return a stored range in finished words."""
    return TargetWords(
        number=row.number,
        range=spoken(range_in_words(target)),
        author=target.set_by,
        clinic=target.clinic,
        set_on=spelled(target.set_at),
        starts_on=dated(target.starts_on),
        ends_on=_optional_day(target.ends_on),
        review_on=_optional_day(row.review_on),
        reason=target.reason,
        alerts=_alert_words(target),
        urgency=_(URGENCY_WORDS[target.urgency]) if target.urgency else "",
        is_in_force=target is in_force,
    )


def _optional_day(day: date | None) -> str:
    return dated(day) if day else ""


def _alert_words(target: Target) -> list[str]:
    unit = unit_words(target.unit)
    words = []
    if target.alert_low is not None:
        low = {"limit": numbered(plain(target.alert_low)), "unit": unit}
        words.append(_("alert at or below %(limit)s %(unit)s") % low)
    if target.alert_high is not None:
        high = {"limit": numbered(plain(target.alert_high)), "unit": unit}
        words.append(_("alert at or above %(limit)s %(unit)s") % high)
    return words


# Supplements --------------------------------------------------------------------------

VITAMIN_K_WORDS = {
    VitaminKContent.LISTED: gettext_noop("Vitamin K is on the label"),
    VitaminKContent.UNKNOWN: gettext_noop("Vitamin K: not known"),
    VitaminKContent.NONE: gettext_noop("No vitamin K on the label"),
}


@dataclass(frozen=True, slots=True)
class PeriodWords:
    """A period of a supplement, in words; amounts as stated on the label."""

    period_id: str
    product: str
    ingredients: list[str]
    intake: str
    starts_on: str
    ends_on: str
    vitamin_k: str
    entered_by: str
    reason: str
    advised_by: str
    is_current: bool


def period_words(
    row: "SupplementPeriod", period: Period, *, today: date
) -> PeriodWords:
    """Return a stored period in finished words."""
    return PeriodWords(
        period_id=str(row.pk),
        product=row.product.name,
        ingredients=[ingredient_words(each) for each in period.product.ingredients],
        intake=intake_words(period, row.product.serving),
        starts_on=dated(row.starts_on),
        ends_on=_optional_day(row.ends_on),
        vitamin_k=_(VITAMIN_K_WORDS[VitaminKContent(row.product.vitamin_k)]),
        entered_by=row.entered_by_name,
        reason=row.reason,
        advised_by=row.advised_by,
        is_current=period.is_in_force(today),
    )


def ingredient_words(ingredient: Ingredient) -> str:
    """Return a line of the label: "vitamin D3, 1,000 international units (25 mcg)"."""
    return _("%(substance)s, %(amount)s") % {
        "substance": _(SUBSTANCE_NAMES[ingredient.substance]),
        "amount": spoken(ingredient.described()),
    }


def intake_words(period: Period, serving: str) -> str:
    """Return how the product was recorded, as servings and schedule."""
    return _("%(servings)s \N{MULTIPLICATION SIGN} %(serving)s, %(schedule)s") % {
        "servings": _grouped(AmountNumber(period.servings)),
        "serving": serving or _("serving"),
        "schedule": spoken(period.schedule.described()),
    }


# Questions ----------------------------------------------------------------------------


def spoken_all(found: Iterable[Sentence]) -> list[str]:
    """Return sentences in the reader's language, in their order."""
    return [spoken(each) for each in found]
