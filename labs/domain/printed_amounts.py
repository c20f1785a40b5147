"""
Amounts and codes as a package prints them: "1000 IU", "25 µg", the digits under bars.

A unit in any of its usual spellings becomes the one unit it stands for; what is printed
stays beside it as text. Nothing is guessed: a spelling that is not known is refused.
"""

import re
from dataclasses import dataclass

from labs.domain.sentences import N_, Refused
from labs.domain.supplements import AmountUnit, parse_amount_unit

LENGTHS_OF_A_BARCODE = frozenset({8, 12, 13, 14})  # EAN-8, UPC-A, EAN-13, GTIN-14

BARCODE_LENGTH = N_("A barcode has 8, 12, 13 or 14 digits. Type all of them.")
BARCODE_DIGITS = N_(
    "These digits do not belong together: one of them is mistyped. Compare them with "
    "the package."
)

_NUMBER_THEN_UNIT = re.compile(r"\s*(?P<number>[^A-Za-z\[\u00b5\u03bc\u0600-\u065f]*)")


class BarcodeRefused(Refused):
    """Digits that no barcode has."""


@dataclass(frozen=True, slots=True)
class PrintedAmount:
    """The number of an amount as text, and the unit where it was written beside it."""

    number: str
    unit: AmountUnit | None


def split_amount(text: str) -> PrintedAmount:
    """
    Return number and unit of an amount; the unit is None where none is written.

    >>> split_amount("1000 I.U.")
    PrintedAmount(number='1000', unit=<AmountUnit.IU: '[iU]'>)
    >>> split_amount("25")
    PrintedAmount(number='25', unit=None)
    """
    found = _NUMBER_THEN_UNIT.match(text)
    number = found["number"] if found else ""
    rest = text[found.end() :].strip() if found else ""
    unit = parse_amount_unit(rest) if rest else None
    return PrintedAmount(number.strip(), unit)


def parse_barcode(text: str) -> str:
    """
    Return the digits under the bars, whose last one checks the others.

    >>> parse_barcode("4 006381 333931")
    '4006381333931'
    """
    digits = re.sub(r"[\s-]", "", text)
    if not (digits.isascii() and digits.isdigit()):
        raise BarcodeRefused.because(BARCODE_LENGTH)
    if len(digits) not in LENGTHS_OF_A_BARCODE:
        raise BarcodeRefused.because(BARCODE_LENGTH)
    weighted = (
        int(digit) * (3 if place % 2 else 1)
        for place, digit in enumerate(reversed(digits))
    )
    if sum(weighted) % 10:
        raise BarcodeRefused.because(BARCODE_DIGITS)
    return digits
