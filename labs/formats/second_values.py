"""
One result printed in two units in one place: "27 ng/mL (67 nmol/L)".

The first is read. The second is weighed against it by every factor in use, within what
rounding explains, so that a slip of one of them makes a person look.
"""

import re
from decimal import Decimal

from labs.domain.measurands import HYDROXYVITAMIN_D, Measurand
from labs.domain.measurements import (
    IS_UPPER_BOUND,
    ReportedNumber,
    ValueRefused,
    parse_reported_number,
)
from labs.domain.units import (
    GUIDELINE_FACTOR,
    NMOL_PER_NG_D2,
    Unit,
    UnknownUnit,
    are_equal,
    parse_unit,
)
from labs.formats.sentences import N_
from labs.formats.spelling import quoted

ALSO_PRINTED = N_("The same value is also printed as %(second)s.")
CONTRADICTS = N_(
    "The value is printed in two units that contradict each other, "
    "%(first)s and %(second)s."
)
HALF = Decimal("0.5")
LONGEST = 80

# Both factors of total and of D3 lie between these two.
_LEAST, _MOST = NMOL_PER_NG_D2, GUIDELINE_FACTOR
_COMPARATOR = r"(?:[<>]=?|[\u2264\u2265])?"
_IN_TWO_UNITS = re.compile(
    r"(?P<unit>[^\d()\[\]<>=]{1,20}?)[\s(\[=;|/,~\u2248]{1,6}"
    r"(?:(?:or|oder|ou|bzw\.?|resp\.?)\s{1,3})?"
    rf"(?P<number>{_COMPARATOR}\s{{0,2}}\d{{1,9}}(?:[.,]\d{{1,6}})?)\s{{0,3}}"
    r"(?P<other>[^\d\s()\[\]<>=][^\d()\[\]<>=]{1,19}?)\s{0,3}[)\]]?",
    re.ASCII,
)


def parted(first: str, rest: str) -> tuple[str, str]:
    """
    Part what stands behind a number into its unit and the same value in another.

    Both are empty where the text says anything else, such as an interval.

    >>> parted("27", "ng/mL (67 nmol/L)"), parted("27", "ng/mL (24 ng/mL)")
    (('ng/mL', '67 nmol/L'), ('', ''))
    """
    found = _IN_TWO_UNITS.fullmatch(rest) if len(rest) <= LONGEST else None
    if found is None:
        return "", ""
    unit, other = _unit(found["unit"]), _unit(found["other"])
    if unit is None or other is None:
        return "", ""
    if are_equal(unit, other) and first != found["number"]:
        return "", ""  # of the same size it may be an earlier result
    if not first[:1].isdigit() or found["number"][:1].isdigit():
        return found["unit"].strip(), f"{found['number']} {found['other'].strip()}"
    return "", ""  # "27 ng/mL (<50 nmol/L)" prints an interval


def _unit(text: str) -> Unit | None:
    try:
        return parse_unit(text)
    except UnknownUnit:
        return None


def weighed(
    text: str, number: ReportedNumber, unit: Unit, second: str, about: Measurand
) -> tuple[str, str]:
    """Return why the second value makes a person look, if it does, and a remark."""
    if not second:
        return "", ""
    words = {
        "first": quoted(f"{text} {unit}", LONGEST),
        "second": quoted(second, LONGEST),
    }
    said = ALSO_PRINTED % words
    digits, _, unit_text = second.rpartition(" ")
    other_unit = _unit(unit_text)
    if about not in HYDROXYVITAMIN_D or other_unit is None:
        return "", said
    try:
        other = parse_reported_number(digits, decimal_comma="," in digits)
    except ValueRefused:
        return CONTRADICTS % words, said
    is_same = agree(number, unit, other, other_unit)
    return "" if is_same else CONTRADICTS % words, said


def agree(
    number: ReportedNumber, unit: Unit, other: ReportedNumber, other_unit: Unit
) -> bool:
    """Answer whether two numbers in two units may be one value of vitamin D."""
    sides = {
        None if one.comparator is None else one.comparator in IS_UPPER_BOUND
        for one in (number, other)
    }
    if len(sides) > 1:
        return False
    (low, high), (least, most) = _in_nmol(number, unit), _in_nmol(other, other_unit)
    return low <= most and least <= high


def _in_nmol(number: ReportedNumber, unit: Unit) -> tuple[Decimal, Decimal]:
    """Return between which amounts a printed number lies, all factors considered."""
    exponent = number.value.as_tuple().exponent
    half = HALF.scaleb(exponent) if isinstance(exponent, int) else HALF
    low, high = number.value - half, number.value + half
    if unit is Unit.NMOL_PER_L:
        return low, high
    return low * _LEAST, high * _MOST
