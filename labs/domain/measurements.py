"""
A value as a laboratory reported it.

The text is kept exactly; the number beside it is parsed strictly, so that what cannot
be read is refused with a sentence and never guessed. A comparator stays a comparator.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from labs.domain import sentences
from labs.domain.quantities import Measurand
from labs.domain.sentences import Refused, Sentence, quotable
from labs.domain.units import Unit, UnknownUnit, parse_unit


class Comparator(StrEnum):
    """How a censored value stands to the number that is printed with it."""

    LESS = "<"
    AT_MOST = "<="
    AT_LEAST = ">="
    GREATER = ">"


IS_UPPER_BOUND = frozenset({Comparator.LESS, Comparator.AT_MOST})
IS_LOWER_BOUND = frozenset({Comparator.AT_LEAST, Comparator.GREATER})

SPOKEN = {
    None: sentences.EXACTLY,
    Comparator.LESS: sentences.LESS_THAN,
    Comparator.AT_MOST: sentences.AT_MOST,
    Comparator.AT_LEAST: sentences.AT_LEAST,
    Comparator.GREATER: sentences.MORE_THAN,
}


class ValueRefused(Refused):
    """A text that is not a number as a laboratory prints it."""


class ResultStatus(StrEnum):
    """What the laboratory said about how final a result is."""

    REGISTERED = "registered"
    PRELIMINARY = "preliminary"
    FINAL = "final"
    AMENDED = "amended"
    CORRECTED = "corrected"
    CANCELLED = "cancelled"
    ENTERED_IN_ERROR = "entered-in-error"
    UNKNOWN = "unknown"
    NOT_STATED = "not-stated"


@dataclass(frozen=True, slots=True)
class Measurement:
    """
    A reported value of one quantity.

    `text` is what the report printed, character by character; `value` its number.
    """

    text: str
    value: Decimal
    comparator: Comparator | None
    unit: Unit
    measurand: Measurand

    def __post_init__(self) -> None:
        if not self.value.is_finite() or self.value < 0:
            raise ValueRefused.because(
                sentences.VALUE_NOT_A_NUMBER, text=quotable(self.text)
            )

    @property
    def is_censored(self) -> bool:
        return self.comparator is not None

    @property
    def number(self) -> Decimal:
        """
        The value with as many decimals as were printed.

        A database pads a number to its own scale; the report's decimals are its
        precision and are shown as they were.
        """
        printed = PRINTED_NUMBER.search(self.text)
        places = len(printed[1] or "") if printed else 0
        as_printed = round(self.value, places)
        return as_printed if as_printed == self.value else self.value


PRINTED_NUMBER = re.compile(r"[0-9]+(?:[.,]([0-9]+))?")


def spoken(measurement: Measurement) -> Sentence:
    """
    Return the value for prose and for screen readers, without signs to mistake.

    >>> four = Decimal(4), Comparator.LESS, Unit.NG_PER_ML, Measurand.TOTAL
    >>> str(spoken(Measurement("<4", *four)))
    'less than 4 ng/mL'
    """
    return spoken_number(measurement.number, measurement.comparator, measurement.unit)


def spoken_number(
    number: Decimal, comparator: Comparator | None, unit: Unit
) -> Sentence:
    return Sentence(SPOKEN[comparator], {"number": number, "unit": unit})


# Reading numbers ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReportedNumber:
    """A number with the comparator that stood before it."""

    value: Decimal
    comparator: Comparator | None


BLANKS = str.maketrans(dict.fromkeys("\t\r\n\u00a0\u202f", " "))
MOST_DIGITS = 12
LONGEST_TEXT = 40

# The words of other languages are as plain as the signs; "up to" and "from" are not.
# Record systems that keep a value as a text write LT and GT before it.
_LESS = """
    less than; lt; below; under; lower than; smaller than; kleiner als; kleiner; unter;
    weniger als; unterhalb von; inférieur à; inferieur a; inférieure à; moins de; inf à;
    inf. à; menor que; menor de; menos de; inferior a; minore di; inferiore a; meno di;
    kleiner dan; minder dan; lager dan; menor do que; abaixo de; mniej niż; poniżej;
    mindre än; under; mindre enn; mindre end; alle; менее; меньше; méně než; pod
"""
_MORE = """
    more than; greater than; gt; above; over; higher than; größer als; größer;
    grösser als; über; mehr als; oberhalb von; supérieur à; superieur a;
    supérieure à; plus de; sup à; sup. à;
    mayor que; mayor de; superior a; maggiore di; superiore a;
    più di; groter dan; meer dan; hoger dan; maior que; maior do que; acima de;
    więcej niż; powyżej; större än; över; yli; более; больше; více než; nad
"""


def _spelled(words: str, comparator: Comparator) -> dict[str, Comparator]:
    return {word.strip(): comparator for word in words.split(";")}


COMPARATOR_SPELLINGS = {
    **_spelled(_LESS, Comparator.LESS),
    **_spelled(_MORE, Comparator.GREATER),
    "less than or equal to": Comparator.AT_MOST,
    "greater than or equal to": Comparator.AT_LEAST,
    "<": Comparator.LESS,
    "<=": Comparator.AT_MOST,
    "=<": Comparator.AT_MOST,
    "< or =": Comparator.AT_MOST,
    "<or=": Comparator.AT_MOST,
    "\N{LESS-THAN OR EQUAL TO}": Comparator.AT_MOST,
    ">=": Comparator.AT_LEAST,
    "=>": Comparator.AT_LEAST,
    "> or =": Comparator.AT_LEAST,
    ">or=": Comparator.AT_LEAST,
    "\N{GREATER-THAN OR EQUAL TO}": Comparator.AT_LEAST,
    ">": Comparator.GREATER,
}

# Longer spellings first, so that "<=" is not read as "<" with a stray "=".
_COMPARATOR = "|".join(sorted(COMPARATOR_SPELLINGS, key=len, reverse=True))
NUMBER = re.compile(
    rf"(?P<comparator>{_COMPARATOR})? *(?P<number>[0-9]+(?:[.,][0-9]+)?)", re.IGNORECASE
)


def parse_reported_number(text: str, *, decimal_comma: bool = False) -> ReportedNumber:
    """
    Return the number and the comparator of a printed result; raise ValueRefused.

    Only ASCII digits and one decimal mark, the one that was announced, are read.

    >>> parse_reported_number("<4.0").value
    Decimal('4.0')
    """
    stripped = _plausible_text(text)
    found = NUMBER.fullmatch(stripped)
    if found is None:
        raise ValueRefused.because(_why_no_number(stripped), text=quotable(text))
    digits = _with_point(found["number"], decimal_comma=decimal_comma)
    if len(digits.replace(".", "").lstrip("0")) > MOST_DIGITS:
        raise ValueRefused.because(sentences.VALUE_TOO_MANY_DIGITS, most=MOST_DIGITS)
    spelling = found["comparator"]
    comparator = COMPARATOR_SPELLINGS[spelling.lower()] if spelling else None
    if comparator is Comparator.LESS and not Decimal(digits):
        raise ValueRefused.because(sentences.VALUE_NEGATIVE)
    return ReportedNumber(Decimal(digits), comparator)


def _plausible_text(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise ValueRefused.because(sentences.VALUE_TOO_LONG)
    stripped = text.translate(BLANKS).strip(" ")
    if not stripped:
        raise ValueRefused.because(sentences.VALUE_MISSING)
    return stripped


def _why_no_number(stripped: str) -> str:
    """Return the template that says best what is wrong with the text."""
    if any(sign.isnumeric() and not sign.isascii() for sign in stripped):
        return sentences.VALUE_FOREIGN_DIGITS
    if NEGATIVE.match(stripped):
        return sentences.VALUE_NEGATIVE
    if MARKED_TWICE.fullmatch(stripped):
        return sentences.VALUE_THOUSANDS
    return sentences.VALUE_NOT_A_NUMBER


NEGATIVE = re.compile(r"[<>= ]*[-\N{MINUS SIGN}\N{EN DASH}] *[0-9]")
MARKED_TWICE = re.compile(r"[<>= ]*[0-9]+(?:[.,' ][0-9]+)+")


def _with_point(number: str, *, decimal_comma: bool) -> str:
    """Return the digits with a point; refuse the mark that was not announced."""
    if decimal_comma and "." in number:
        raise ValueRefused.because(sentences.VALUE_WANTS_COMMA, text=number)
    if not decimal_comma and "," in number:
        raise ValueRefused.because(sentences.VALUE_WANTS_POINT, text=number)
    return number.replace(",", ".")


# Reading printed intervals ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PrintedInterval:
    """
    A laboratory's own interval, as far as its text could be read without doubt.

    Either bound and the unit may be missing. The text itself is what is shown.
    """

    low: Decimal | None
    high: Decimal | None
    unit: Unit | None


LONGEST_INTERVAL = 80
_PLAIN = r"[0-9]{1,6}(?:[.,][0-9]{1,4})?"
_BETWEEN = (
    r"[-~\u2013\u2014\uff5e]|\.\."
    r"|\b(?:to|bis|tot|\u00e0|a|do|til|till|al|and|und|et|y|hasta)\b"
)
_BEGINS = r"(?:(?:from|between|von|zwischen|de|da|van|entre|desde|od)\s+)?"


def _spellings(*comparators: Comparator) -> str:
    """Return the signs and words of these comparators, the longest first."""
    spelled = [
        text for text, sign in COMPARATOR_SPELLINGS.items() if sign in comparators
    ]
    return "|".join(map(re.escape, sorted(spelled, key=len, reverse=True)))


_FROM = _spellings(Comparator.GREATER, Comparator.AT_LEAST)
_UP_TO = _spellings(Comparator.LESS, Comparator.AT_MOST)
INTERVAL = re.compile(
    rf"(?:{_BEGINS}(?P<low>{_PLAIN})\s*(?:{_BETWEEN})\s*(?P<high>{_PLAIN})"
    rf"|(?:{_FROM}|from)\s*(?P<least>{_PLAIN})"
    rf"|(?:{_UP_TO}|up to)\s*(?P<most>{_PLAIN}))"
    r"\s*(?P<unit>[^\s0-9].{0,30})?",
    re.IGNORECASE,
)


def parse_printed_interval(text: str) -> PrintedInterval | None:
    """
    Return the bounds and the unit of a printed interval; None where in any doubt.

    >>> parse_printed_interval("20-50 ng/mL").unit
    <Unit.NG_PER_ML: 'ng/mL'>
    >>> parse_printed_interval("deficient: < 20; sufficient: 30-100") is None
    True
    """
    found = INTERVAL.fullmatch(text.strip()) if len(text) <= LONGEST_INTERVAL else None
    if found is None:
        return None
    try:
        unit = parse_unit(found["unit"]) if found["unit"] else None
    except UnknownUnit:
        return None
    return PrintedInterval(
        _bound(found["low"] or found["least"]),
        _bound(found["high"] or found["most"]),
        unit,
    )


def _bound(digits: str | None) -> Decimal | None:
    return Decimal(digits.replace(",", ".")) if digits else None
