"""
Dates as files print them: the day stays the day on the report, in no time zone.

Whether 03/04/2024 is in March or April is decided by the other dates of its column or
by a person, never by a guess. Dates with dots are read day first, as every country
that writes dots does, unless the column itself says otherwise.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from labs.formats.limits import QUOTED_LENGTH
from labs.formats.month_names import FILLERS, MONTHS
from labs.formats.sentences import N_
from labs.formats.spelling import plain, quoted

NOT_A_DAY = N_("%(shown)s is not a day of the calendar.")
NOT_KNOWN = N_("%(shown)s is not a date that is known here, like 2024-03-01.")
TOO_LONG = N_("%(shown)s is too long for a date.")
SEVERAL_ORDERS = N_("%(shown)s fits more than one order of day, month and year.")
YEAR_OUTSIDE = N_("The year of %(shown)s lies outside %(first)s to %(last)s.")
EMPTY = N_("The date is empty.")
DAY_NUMBER = N_(
    "%(shown)s looks like a spreadsheet's day number. Format the "
    "column as a date and save the file again."
)
NOT_FULL = N_("%(shown)s is not a full date: the day is missing.")
NOT_YEAR_FIRST = N_("%(shown)s does not have the year first.")

FIRST_YEAR = 1900
LAST_YEAR = 2100
LAST_SHORT_YEAR_OF_THIS_CENTURY = 68  # as POSIX reads two digits: 69 is 1969
LONGEST_DATE = 80


class DateOrder(StrEnum):
    """The order in which day, month and year stand."""

    YMD = "ymd"
    DMY = "dmy"
    MDY = "mdy"


IN_WORDS = {
    DateOrder.YMD: N_("year-month-day"),
    DateOrder.DMY: N_("day-month-year"),
    DateOrder.MDY: N_("month-day-year"),
}


class DateRefused(ValueError):
    """A text that is not a full date, with the reason."""


_AT = r"(?:at |um |à |a las |alle |om |kl\.? |klo )?"
_PARTED = rf"(?:T|,?\s+(?:[/\u2013|-] )?{_AT})"
_TIME = rf"(?:{_PARTED}\d{{1,2}}[:.h]\d{{2}}[A-Za-z0-9:.,+\- ]{{0,30}})?"
_YEAR_FIRST = re.compile(
    rf"(\d{{4}})([-/.])\s?(\d{{1,2}})\2\s?(\d{{1,2}})\.?{_TIME}", re.ASCII
)
_COMPACT = re.compile(
    r"(\d{4})(\d{2})(\d{2})(?:\d{4}(?:\d{2}(?:\.\d{1,6})?)?)?(?:[+-]\d{4})?", re.ASCII
)
_NUMBERS = re.compile(
    rf"(\d{{1,2}})\s?([-/. ])\s?(\d{{1,2}})\s?\2\s?(\d{{4}}|\d{{2}})\.?{_TIME}",
    re.ASCII,
)
_CLOCK = re.compile(r"[T, ]*(?<!\d)\d{1,2}[:h]\d{2}.*", re.ASCII | re.DOTALL)
_WORDS_AND_NUMBERS = re.compile(r"[0-9]+|[^\W\d_]+")
_DAY_NUMBER = re.compile(r"\d{5}(?:[.,]\d+)?", re.ASCII)
_PART_OF_A_DATE = re.compile(r"\d{4}(?:[-/.]\d{1,2})?|\d{1,2}[-/.]\d{4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Numbers:
    """A date written as three numbers with the year not plainly first."""

    first: str
    mark: str
    second: str
    third: str

    @property
    def has_short_year(self) -> bool:
        return len(self.third) < len("2024")


def read_date(text: str, order: DateOrder | None = None) -> date:
    """
    Return the day that a text prints; a time of day and a zone are left aside.

    `order` is needed only where three numbers fit more than one; without it such a
    text is refused. Raises DateRefused.

    >>> read_date("2024-03-01T23:30:00-05:00").isoformat()
    '2024-03-01'
    >>> read_date("1. März 2024").isoformat(), read_date("13/04/2024").isoformat()
    ('2024-03-01', '2024-04-13')
    """
    written = _tidy(text)
    if found := _YEAR_FIRST.fullmatch(written):
        return _day(found[1], found[3], found[4], written)
    if found := _COMPACT.fullmatch(written):
        return _day(found[1], found[2], found[3], written)
    if found := _BY_LETTER.fullmatch(written):
        year = _LETTERS_OF_ERAS[found[1]] + int(found[2])
        return _day(str(year), found[4], found[5], written)
    if numbers := _three_numbers(text):
        return _in_order(numbers, order, written)
    return _with_month_name(written)


def orders_that_fit(text: str) -> frozenset[DateOrder]:
    """
    Return the orders in which a text is a date; empty where none is needed or fits.

    >>> len(orders_that_fit("03/04/2024")), orders_that_fit("13/04/2024")
    (2, frozenset({<DateOrder.DMY: 'dmy'>}))
    >>> orders_that_fit("04/04/2024"), orders_that_fit("2024-03-04")
    (frozenset(), frozenset())
    """
    return _orders_that_fit(text) if len(text) <= LONGEST_DATE else frozenset()


@lru_cache(maxsize=4096)
def _orders_that_fit(text: str) -> frozenset[DateOrder]:
    numbers = _three_numbers(text)
    if numbers is None:
        return frozenset()
    days = {order: _try_order(numbers, order) for order in _possible(numbers)}
    fitting = {order: day for order, day in days.items() if day is not None}
    if len(fitting) > 1 and len(set(fitting.values())) == 1:
        return frozenset()
    return frozenset(fitting)


@dataclass(frozen=True, slots=True)
class ColumnOrder:
    """
    What the dates of one column say about their order.

    `order` is None where no date needs one, or where a person has to say: then
    `choices` are the orders to choose from and `examples` show why. `common` are the
    orders that every date fits.
    """

    order: DateOrder | None
    common: frozenset[DateOrder] = frozenset()
    choices: tuple[DateOrder, ...] = ()
    examples: tuple[str, ...] = ()
    is_assumed_by_dots: bool = False
    has_short_years: bool = False


def order_of_column(texts: Iterable[str]) -> ColumnOrder:
    """Decide the order of a column by all its dates together."""
    fits = {text: orders_that_fit(text) for text in texts}
    telling = {text: orders for text, orders in fits.items() if orders}
    short = any(map(has_short_year, fits))
    if not telling:
        return ColumnOrder(None, has_short_years=short)
    common = frozenset.intersection(*telling.values())
    if len(common) == 1:
        return ColumnOrder(next(iter(common)), common, has_short_years=short)
    by_dots = DateOrder.DMY in common and all("." in text for text in telling)
    choices = tuple(sorted(common or frozenset().union(*telling.values())))
    return ColumnOrder(
        DateOrder.DMY if by_dots else None,
        common,
        () if by_dots else choices,
        _examples(telling, common),
        by_dots,
        short,
    )


def is_date(text: str) -> bool:
    """Answer whether a text is a full date in any order."""
    return 0 < len(text) <= LONGEST_DATE and _is_date(text)


@lru_cache(maxsize=4096)
def _is_date(text: str) -> bool:
    if orders_that_fit(text):
        return True
    try:
        read_date(text)
    except DateRefused:
        return False
    return True


_YEAR = re.compile(r"(?:19|20)\d{2}", re.ASCII)


def is_part_of_a_date(text: str) -> bool:
    """
    Answer whether a text is a month of a year, or a year: a date without its day.

    >>> is_part_of_a_date("Jan 2023"), is_part_of_a_date("2023-01")
    (True, True)
    >>> is_part_of_a_date("1 Jan 2023"), is_part_of_a_date("Result")
    (False, False)
    """
    if len(text) > LONGEST_DATE or not _YEAR.search(text):
        return False
    if _PART_OF_A_DATE.fullmatch(text.strip()):
        return True
    words = plain(text).split()
    years = [word for word in words if _YEAR.fullmatch(word)]
    months = [word for word in words if word in MONTHS]
    return len(words) == len(("month", "year")) == len(years) + len(months)


def _examples(
    telling: dict[str, frozenset[DateOrder]], common: frozenset[DateOrder]
) -> tuple[str, ...]:
    """Return one date that fits several orders, or two that contradict each other."""
    first = next(iter(telling))
    if common:
        return (first,)
    others = (text for text in telling if not telling[text] & telling[first])
    return first, next(others, first)


def _tidy(text: str) -> str:
    """Return the text with plain spaces; spreadsheets put narrow ones before PM."""
    if len(text) > LONGEST_DATE:
        raise DateRefused(TOO_LONG % {"shown": quoted(text, QUOTED_LENGTH)})
    written = text if text.isascii() else in_plain_digits(text)
    return " ".join(written.split())


_DIGITS = str.maketrans(
    "".join(chr(zero + digit) for zero in (0x660, 0x6F0, 0xFF10) for digit in range(10))
    + "\uff0f\uff0d\uff0e",
    "0123456789" * 3 + "/-.",
)
_ERAS = {"\u4ee4\u548c": 2018, "\u5e73\u6210": 1988, "\u662d\u548c": 1925}
_ERA_YEAR = re.compile(rf"({'|'.join(_ERAS)}) ?(\d{{1,2}}|\u5143)(?= ?\u5e74)")
_LETTERS_OF_ERAS = {"R": 2018, "H": 1988, "S": 1925}  # as laboratories shorten them
_BY_LETTER = re.compile(r"([RHS])(\d{1,2})([./-])(\d{1,2})\3(\d{1,2})", re.ASCII)
_EAST_ASIAN_WEEKDAY = re.compile(
    r"\s?[(\uff08][\u6708\u706b\u6c34\u6728\u91d1\u571f\u65e5]"
    r"(?:\u66dc\u65e5?)?[)\uff09]"
)
_EAST_ASIAN = re.compile(r"(\d{4})[年년] ?(\d{1,2})[月월] ?(\d{1,2})[日일]")


def in_plain_digits(text: str) -> str:
    """
    Return a date's digits as 0 to 9, and a Chinese, Japanese or Korean date as ISO.

    >>> in_plain_digits("2026年3月12日"), in_plain_digits("٢٠٢٦-٠٣-١٢")
    ('2026-3-12', '2026-03-12')
    >>> in_plain_digits("令和8年3月12日(木)")
    '2026-3-12'
    """
    plain_digits = _EAST_ASIAN_WEEKDAY.sub("", text.translate(_DIGITS))
    western = _ERA_YEAR.sub(_western_year, plain_digits)
    return _EAST_ASIAN.sub(r"\1-\2-\3", western)


def _western_year(found: re.Match[str]) -> str:
    """Return the year of a Japanese era as the rest of the world counts it."""
    year = 1 if found[2] == "\u5143" else int(found[2])
    return str(_ERAS[found[1]] + year)


def _three_numbers(text: str) -> _Numbers | None:
    if len(text) > LONGEST_DATE:
        return None
    found = _NUMBERS.fullmatch(_tidy(text))
    return _Numbers(found[1], found[2], found[3], found[4]) if found else None


def has_short_year(text: str) -> bool:
    """Answer whether a date of three numbers gives two digits of its year."""
    numbers = _three_numbers(text)
    return numbers is not None and numbers.has_short_year


def _possible(numbers: _Numbers) -> tuple[DateOrder, ...]:
    """
    Return the orders that are in use for this way of writing.

    24/03/15 for a year first is not, save where the first number can be nothing else.
    """
    year_last = (DateOrder.DMY, DateOrder.MDY)
    if not numbers.has_short_year:
        return year_last
    if numbers.mark in "- " or not 1 <= int(numbers.first) <= 31:  # noqa: PLR2004 - days
        return (DateOrder.YMD, *year_last)
    return year_last


def _try_order(numbers: _Numbers, order: DateOrder) -> date | None:
    try:
        return _in_named_order(numbers, order, "")
    except DateRefused:
        return None


def _in_order(numbers: _Numbers, order: DateOrder | None, written: str) -> date:
    if order is not None:
        return _in_named_order(numbers, order, written)
    days = {_try_order(numbers, order) for order in _possible(numbers)} - {None}
    if len(days) > 1:
        raise DateRefused(SEVERAL_ORDERS % {"shown": quoted(written, QUOTED_LENGTH)})
    for day in days:
        if day is not None:
            return day
    _day(numbers.third, "1", "1", written)  # says so where the year lies outside
    raise _not_a_day(written)


def _in_named_order(numbers: _Numbers, order: DateOrder, written: str) -> date:
    first, second, third = numbers.first, numbers.second, numbers.third
    match order:
        case DateOrder.DMY:
            return _day(third, second, first, written)
        case DateOrder.MDY:
            return _day(third, first, second, written)
        case DateOrder.YMD if numbers.has_short_year:
            return _day(first, second, third, written)
        case DateOrder.YMD:
            raise DateRefused(
                NOT_YEAR_FIRST % {"shown": quoted(written, QUOTED_LENGTH)}
            )


def _with_month_name(written: str) -> date:
    """Read a date whose month is a word, in any of the languages known here."""
    words = _WORDS_AND_NUMBERS.findall(plain(_CLOCK.sub("", written)))
    months = [MONTHS[word] for word in words if word in MONTHS]
    numbers = [word for word in words if word.isdigit()]
    others = {w for w in words if not w.isdigit()} - FILLERS - MONTHS.keys()
    if len(months) != 1 or len(numbers) != len(("day", "year")) or others:
        raise _not_a_date(written)
    day, year = numbers
    if len(day) > len("31") or int(day) > 31:  # noqa: PLR2004 - no day: the year is first
        day, year = year, day
    return _day(year, str(months[0]), day, written)


def full_year(year: str) -> str:
    """
    Return a year with its century; whatever is none comes back as it is.

    >>> full_year("24"), full_year("69"), full_year("2024"), full_year("n/a")
    ('2024', '1969', '2024', 'n/a')
    """
    if len(year) > len("24") or not (year.isascii() and year.isdigit()):
        return year
    this_century = int(year) <= LAST_SHORT_YEAR_OF_THIS_CENTURY
    return str(int(year) + (2000 if this_century else 1900))


def _day(year: str, month: str, day: str, written: str) -> date:
    number = int(full_year(year))
    if not FIRST_YEAR <= number <= LAST_YEAR:
        raise DateRefused(
            YEAR_OUTSIDE
            % {
                "shown": quoted(written, QUOTED_LENGTH),
                "first": FIRST_YEAR,
                "last": LAST_YEAR,
            }
        )
    try:
        return date(number, int(month), int(day))
    except ValueError:
        raise _not_a_day(written) from None


def _not_a_day(written: str) -> DateRefused:
    return DateRefused(NOT_A_DAY % {"shown": quoted(written, QUOTED_LENGTH)})


def _not_a_date(written: str) -> DateRefused:
    shown = quoted(written, QUOTED_LENGTH)
    if not written:
        return DateRefused(EMPTY)
    if _DAY_NUMBER.fullmatch(written):
        return DateRefused(DAY_NUMBER % {"shown": shown})
    if _PART_OF_A_DATE.fullmatch(written):
        return DateRefused(NOT_FULL % {"shown": shown})
    return DateRefused(NOT_KNOWN % {"shown": shown})
