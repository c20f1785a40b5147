"""Sentences, dates, numbers and values as the reader's language writes them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import get_format
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from accounts.services import days
from labs.domain.measurements import Comparator, Measurement
from labs.domain.quantities import Measurand
from labs.domain.sentences import Plain, Sentence
from labs.domain.supplements import AmountNumber
from labs.domain.units import (
    NotConvertible,
    Unit,
    are_equal,
    as_printed,
    display_converted,
)

if TYPE_CHECKING:
    from labs.models import LabResult


class Voice:
    """
    How one language says things; who has many to say asks once which one it is.

    The templates are kept: a page of results says the same few many times.
    """

    def __init__(self, language: str | None) -> None:
        """Speak this language, which is the one that is spoken now."""
        self.language = language
        self.decimal_mark = str(get_format("DECIMAL_SEPARATOR", language))
        self.templates: dict[str, str] = {}

    def translate(self, template: str) -> str:
        """Return a template of the rules."""
        found = self.templates.get(template)
        if found is None:
            found = self.templates[template] = _(template)
        return found

    def spell(self, value: Plain) -> str:
        """Spell a plain value."""
        if type(value) is str:  # mostly, and the last to be found out below
            return value
        match value:
            case Unit():
                return unit_words(value)
            case AmountNumber():
                return grouped(value)
            case Decimal():
                return f"{value:f}".replace(".", self.decimal_mark)
            case date():
                return days.dated_in(self.language, _day_of(value))
            case _:
                return str(value)


def _day_of(value: date) -> date:
    if isinstance(value, datetime):
        return timezone.localtime(value).date()
    return value


@cache
def _voice(language: str | None) -> Voice:
    return Voice(language)


def voice() -> Voice:
    """Return the voice of the language that is spoken now."""
    return _voice(get_language())


def spoken(sentence: Sentence) -> str:
    """Return a sentence of the rules in the reader's language."""
    now = voice()
    return sentence.in_words(now.translate, now.spell)


def translated(template: str) -> str:
    """Return a template of the rules in the reader's language."""
    return voice().translate(template)


def spelled(value: Plain) -> str:
    """Spell a plain value as the reader's language writes it."""
    return voice().spell(value)


def dated(day: date) -> str:
    """Return a date in words: 12 March 2026."""
    return days.dated(day)


def dated_short(day: date) -> str:
    """Return a date for a table: 12 Mar 2026."""
    return days.dated_short(day)


def numbered(number: Decimal) -> str:
    """Return a number with the decimals it has, and the reader's decimal mark."""
    return f"{number:f}".replace(".", decimal_mark())


def decimal_mark() -> str:
    return voice().decimal_mark


def has_decimal_comma() -> bool:
    """Say whether the reader's language writes decimals after a comma."""
    return decimal_mark() == ","


def grouped(number: AmountNumber) -> str:
    marks = {",": str(get_format("THOUSAND_SEPARATOR")), ".": decimal_mark()}
    return "".join(marks.get(sign, sign) for sign in f"{number}")


def spoken_all(found: Iterable[Sentence], now: Voice | None = None) -> list[str]:
    """Return sentences in the reader's language, in their order."""
    now = now or voice()
    return [each.in_words(now.translate, now.spell) for each in found]


def optional_day(day: date | None) -> str:
    return dated(day) if day else ""


# Values -------------------------------------------------------------------------------

COMPARATOR_SIGNS = {
    Comparator.LESS: "<",
    Comparator.AT_MOST: "\N{LESS-THAN OR EQUAL TO}",
    Comparator.AT_LEAST: "\N{GREATER-THAN OR EQUAL TO}",
    Comparator.GREATER: ">",
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


def unit_words(unit: Unit) -> str:
    """Return a unit as reports print it."""
    return as_printed(unit)


def measurand_words(measurand: Measurand) -> str:
    return translated(MEASURAND_NAMES[measurand])


@dataclass(frozen=True, slots=True)
class ShownValue:
    """A value to be shown: the number with its sign, and the unit behind it."""

    number: str
    unit: str
    is_converted: bool = False

    @property
    def words(self) -> str:
        return f"{self.number} {self.unit}".strip()


def as_reported(row: "LabResult") -> ShownValue:
    """Return the value character by character as it was entered or sent."""
    return ShownValue(row.value_text, reported_unit(row.unit_text, Unit(row.unit)))


def reported_unit(text: str, unit: Unit) -> str:
    """
    Return the unit as it was written; a bare code is put as reports print it.

    INR is the name of a ratio: as a unit behind it, it would say the same twice.
    """
    if unit is Unit.INR:
        return ""
    return unit_words(unit) if text == unit.value else text


def in_unit(measurement: Measurement, unit: Unit) -> ShownValue:
    """Return the value in the reader's unit, marked where it was converted."""
    try:
        number = display_converted(
            measurement.number, measurement.unit, unit, measurement.measurand
        )
    except NotConvertible:
        number, unit = measurement.number, measurement.unit
    return ShownValue(
        signed(number, measurement.comparator, decimal_mark()),
        unit_words(unit),
        is_converted=not are_equal(unit, measurement.unit),
    )


def as_read(number: Decimal, unit: Unit, comparator: Comparator | None) -> ShownValue:
    """Return a value as it was understood: in its own unit, sign in front."""
    return ShownValue(signed(number, comparator, decimal_mark()), unit_words(unit))


def signed(number: Decimal, comparator: Comparator | None, mark: str) -> str:
    """Return a number with its decimals behind that mark, and its sign in front."""
    words = f"{number:f}".replace(".", mark)
    return f"{COMPARATOR_SIGNS[comparator]}{words}" if comparator else words
