"""
Questions to ask before a result is kept.

They ask about the unit, the number, the date and about doubles; they never change what
was entered, and the answer is recorded with the result.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from labs.domain import sentences
from labs.domain.comparability import NO_ALIASES, is_another_name
from labs.domain.measurements import Measurement, spoken, spoken_number
from labs.domain.quantities import HYDROXYVITAMIN_D
from labs.domain.sentences import Sentence, Value, quotable
from labs.domain.units import (
    HYDROXYVITAMIN_D_UNITS,
    MICRO_SIGNS,
    Unit,
    are_equal,
    convert,
    display_converted,
    other_unit,
)

# docs/clinical.md, "Plausibility": what laboratories report, and how far a result is
# from an earlier one when ng/mL and nmol/L were taken for each other (2.496 times).
USUAL_NUMBERS = {
    Unit.NG_PER_ML: (Decimal(2), Decimal(400)),
    Unit.UG_PER_L: (Decimal(2), Decimal(400)),
    Unit.NMOL_PER_L: (Decimal(5), Decimal(1000)),
}
SLIP_UPWARDS = (Decimal("2.3"), Decimal("2.7"))
SLIP_DOWNWARDS = (Decimal("0.37"), Decimal("0.43"))


class QuestionKind(StrEnum):
    """What a question is about, as it is recorded with its answer."""

    UNIT_AGAINST_HISTORY = "unit_against_history"
    UNIT_AGAINST_PRINTED_INTERVAL = "unit_against_printed_interval"
    OUTSIDE_USUAL_NUMBERS = "outside_usual_numbers"
    FUTURE_DATE = "future_date"
    BEFORE_BIRTH = "before_birth"
    DUPLICATE = "duplicate"
    SAME_DAY = "same_day"


UNIT_CHOICES = (Unit.NMOL_PER_L, Unit.NG_PER_ML, sentences.CHOICE_NOT_SURE)


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the answers to choose from; none means: yes or correct it."""

    kind: QuestionKind
    sentence: Sentence
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A result that is entered, or one that is already here."""

    measurement: Measurement
    collected_on: date
    laboratory: str = ""
    printed_interval: str = ""


def questions(
    entry: Entry,
    history: Sequence[Entry],
    *,
    today: date,
    born_on: date | None,
    aliases: Mapping[str, str] = NO_ALIASES,
) -> tuple[Question, ...]:
    """Return everything to ask about an entry; nothing is ever mended by itself."""
    return (
        *_about_the_date(entry, today, born_on),
        *_about_doubles(entry, history, aliases),
        *_about_the_unit(entry, history),
    )


def unit_echo(measurement: Measurement) -> Sentence | None:
    """
    Return the number in the other unit, to be read back before saving.

    A sign stays on both sides. None for what is not 25-hydroxyvitamin D, or stands in
    none of its units.
    """
    if not _is_hydroxyvitamin_d(measurement):
        return None
    values: dict[str, Value] = {
        "entered": spoken_number(measurement.number, None, measurement.unit),
        "converted": _in_other_unit(measurement),
    }
    if measurement.comparator is not None:
        worded = sentences.UNIT_ECHO_CENSORED[measurement.comparator.value]
        return Sentence(worded, values)
    return Sentence(sentences.UNIT_ECHO, values)


def _is_hydroxyvitamin_d(measurement: Measurement) -> bool:
    has_unit = measurement.unit in HYDROXYVITAMIN_D_UNITS
    return has_unit and measurement.measurand in HYDROXYVITAMIN_D


def _in_other_unit(measurement: Measurement) -> Sentence:
    unit = other_unit(measurement.unit)
    return spoken_number(_rounded_about(measurement, unit), None, unit)


def _rounded_about(measurement: Measurement, unit: Unit) -> Decimal:
    return display_converted(
        measurement.value, measurement.unit, unit, measurement.measurand
    )


# The date -----------------------------------------------------------------------------


def _about_the_date(
    entry: Entry, today: date, born_on: date | None
) -> Iterator[Question]:
    day = entry.collected_on
    if day > today:
        asked = Sentence(sentences.ASK_FUTURE_DATE, {"collected_on": day})
        yield Question(QuestionKind.FUTURE_DATE, asked)
    if born_on is not None and day < born_on:
        values: dict[str, Value] = {"collected_on": day, "born_on": born_on}
        asked = Sentence(sentences.ASK_BEFORE_BIRTH, values)
        yield Question(QuestionKind.BEFORE_BIRTH, asked)


# docs/clinical.md, "Plausibility": how far the earliest calendars are ahead of
# universal time (the Line Islands). Where a sample was taken is mostly not known here.
EARLIEST_CALENDAR = timedelta(hours=14)


def latest_day(at: datetime) -> date:
    """
    Return the latest day that has begun anywhere; what is later lies in the future.

    >>> latest_day(datetime(2026, 11, 28, 20, 0, tzinfo=UTC))
    datetime.date(2026, 11, 29)
    """
    return (at.astimezone(UTC) + EARLIEST_CALENDAR).date()


DATES_IN_DOUBT = frozenset({sentences.HELD_FUTURE_DATE, sentences.HELD_BEFORE_BIRTH})


def reason_to_hold_date(day: date, *, today: date, born_on: date | None) -> str:
    """
    Return why a result of this day is kept for review; empty where the day can be.

    `today` is the latest day that has begun anywhere.
    An answer such as "as printed" is kept with the result, and settles nothing: no
    sample was taken on such a day.
    """
    if day > today:
        return sentences.HELD_FUTURE_DATE
    if born_on is not None and day < born_on:
        return sentences.HELD_BEFORE_BIRTH
    return ""


# Doubles ------------------------------------------------------------------------------


def _about_doubles(
    entry: Entry, history: Iterable[Entry], aliases: Mapping[str, str]
) -> Iterator[Question]:
    """Yield one question at most: a double explains a second result of the day."""
    of_the_day = [
        each.measurement for each in history if _is_same_draw(each, entry, aliases)
    ]
    same = [each for each in of_the_day if is_same_value(each, entry.measurement)]
    if not of_the_day:
        return
    values: dict[str, Value] = {
        "existing": spoken((same or of_the_day)[0]),
        "collected_on": entry.collected_on,
    }
    if same:
        asked = Sentence(sentences.ASK_DUPLICATE, values)
        yield Question(QuestionKind.DUPLICATE, asked)
    else:
        asked = Sentence(sentences.ASK_SAME_DAY, values)
        yield Question(QuestionKind.SAME_DAY, asked)


def is_same_result(one: Entry, other: Entry) -> bool:
    """Say whether two entries are the same result, in either unit."""
    same_value = is_same_value(one.measurement, other.measurement)
    return same_value and _is_same_draw(one, other)


def _is_same_draw(
    one: Entry, other: Entry, aliases: Mapping[str, str] = NO_ALIASES
) -> bool:
    is_same_day = one.collected_on == other.collected_on
    is_same_test = one.measurement.measurand is other.measurement.measurand
    another_laboratory = is_another_name(
        one.laboratory, other.laboratory, aliases=aliases
    )
    return is_same_day and is_same_test and not another_laboratory


def is_same_value(one: Measurement, other: Measurement) -> bool:
    """
    Say whether a laboratory could have printed one value as both.

    28 ng/mL and 70 nmol/L are the same; so are 28 ng/mL and 71 nmol/L, which is 28.4
    before it is rounded to whole ng/mL.
    """
    if one.comparator is not other.comparator or one.measurand is not other.measurand:
        return False
    if are_equal(one.unit, other.unit):
        return one.value == other.value
    if not (_is_hydroxyvitamin_d(one) and _is_hydroxyvitamin_d(other)):
        return False
    return _rounds_to(one, other) or _rounds_to(other, one)


def _rounds_to(one: Measurement, other: Measurement) -> bool:
    converted = convert(one.value, one.unit, other.unit, one.measurand)
    places = max(-int(other.number.as_tuple().exponent), 0)
    return round(converted, places) == other.value


# The unit -----------------------------------------------------------------------------


def _about_the_unit(entry: Entry, history: Iterable[Entry]) -> Iterator[Question]:
    if not _is_hydroxyvitamin_d(entry.measurement):
        return
    if _printed_in_another_unit(entry):
        yield _printed_interval_question(entry)
    neighbour = _neighbour(entry, history)
    if neighbour is not None and _looks_like_the_other_unit(entry, neighbour):
        yield _history_question(entry, neighbour)
    yield from _outside_usual_numbers(entry.measurement)


UNITS_PRINTED = re.compile(r"(?P<mass>(?:n|u|mc)g\s*/\s*m?l)|(?P<molar>nmol\s*/\s*l)")


def _printed_in_another_unit(entry: Entry) -> bool:
    """Say whether the printed interval names units, and not the one chosen."""
    text = entry.printed_interval.lower().translate(MICRO_SIGNS)
    printed = {found.lastgroup for found in UNITS_PRINTED.finditer(text)}
    is_molar = entry.measurement.unit is Unit.NMOL_PER_L
    return bool(printed) and ("molar" if is_molar else "mass") not in printed


def _printed_interval_question(entry: Entry) -> Question:
    values: dict[str, Value] = {
        "entered": spoken(entry.measurement),
        "printed": quotable(entry.printed_interval),
    }
    asked = Sentence(sentences.ASK_UNIT_BY_PRINTED_INTERVAL, values)
    return Question(QuestionKind.UNIT_AGAINST_PRINTED_INTERVAL, asked, UNIT_CHOICES)


def _neighbour(entry: Entry, history: Iterable[Entry]) -> Entry | None:
    """Return the last exact result before the entry, or else the first after it."""
    exact = [
        each
        for each in history
        if each.measurement.measurand is entry.measurement.measurand
        and _is_hydroxyvitamin_d(each.measurement)
        and not each.measurement.is_censored
    ]
    before = [each for each in exact if each.collected_on <= entry.collected_on]
    if before:
        return max(before, key=lambda each: each.collected_on)
    return min(exact, key=lambda each: each.collected_on, default=None)


def _looks_like_the_other_unit(entry: Entry, neighbour: Entry) -> bool:
    measurement, last = entry.measurement, neighbour.measurement
    reference = convert(last.value, last.unit, measurement.unit, last.measurand)
    if measurement.is_censored or reference == 0:
        return False
    ratio = measurement.value / reference
    slips = (SLIP_UPWARDS, SLIP_DOWNWARDS)
    return any(least <= ratio <= most for least, most in slips)


def _history_question(entry: Entry, neighbour: Entry) -> Question:
    measurement = entry.measurement
    unit = other_unit(measurement.unit)
    as_other = Measurement(
        measurement.text, measurement.value, None, unit, measurement.measurand
    )
    converted = _rounded_about(as_other, measurement.unit)
    values: dict[str, Value] = {
        "entered": spoken(measurement),
        "last": spoken(neighbour.measurement),
        "other": spoken(as_other),
        "converted": spoken_number(converted, None, measurement.unit),
    }
    is_earlier = neighbour.collected_on <= entry.collected_on
    by_last, by_next = sentences.ASK_UNIT_BY_HISTORY, sentences.ASK_UNIT_BY_LATER_RESULT
    asked = Sentence(by_last if is_earlier else by_next, values)
    return Question(QuestionKind.UNIT_AGAINST_HISTORY, asked, UNIT_CHOICES)


def _outside_usual_numbers(measurement: Measurement) -> Iterator[Question]:
    low, high = USUAL_NUMBERS[measurement.unit]
    if low <= measurement.value <= high:
        return
    values: dict[str, Value] = {
        "entered": spoken(measurement),
        "low": low,
        "high": high,
        "unit": measurement.unit,
    }
    asked = Sentence(sentences.ASK_OUTSIDE_USUAL_NUMBERS, values)
    choices = (other_unit(measurement.unit), sentences.CHOICE_NOT_SURE)
    yield Question(QuestionKind.OUTSIDE_USUAL_NUMBERS, asked, choices)
