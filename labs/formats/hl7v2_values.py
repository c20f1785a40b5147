"""
The value of a result segment, OBX-5, by its type in OBX-2.

A number with its comparator is read; ranges, ratios, codes, dates and attachments are
refused by name.
"""

import re
from dataclasses import replace

from labs.formats.cells import CellRefused, DecimalMark, read_comparator
from labs.formats.hl7v2_segments import Segment
from labs.formats.limits import QUOTED_LENGTH
from labs.formats.reported_values import (
    NO_NUMBER,
    ReportedValue,
    compared,
    value_in_text,
)
from labs.formats.spelling import quoted

_NUMERIC = frozenset({"NM", "SI"})
_TEXTS = frozenset({"", "ST", "TX", "FT", "NM", "SI", "IS", "ID"})
_CODED = frozenset({"CE", "CWE", "CNE", "CF"})
_NAMES = {
    "DT": "a date",
    "TM": "a time",
    "TS": "a date and time",
    "DTM": "a date and time",
    "ED": "an attachment",
    "RP": "a pointer to an attachment",
    "NA": "a row of numbers",
    "MA": "a row of numbers",
    "NR": "a range",
}


def value_of(segment: Segment, mark: DecimalMark | None) -> ReportedValue:
    """
    Return the value of a result segment; raise CellRefused.

    `mark` is the decimal mark that the message's texts prove. A number's type demands
    the point, so there it is known.
    """
    sent, remarks = _value_sent(segment)
    if not sent.strip():
        raise CellRefused(NO_NUMBER)
    value = _by_type(segment, sent, mark)
    return replace(value, remarks=(*value.remarks, *remarks)) if remarks else value


_MAY_BE_VALUE = re.compile(r"(?:[<>\u2264\u2265]=?\s{0,2})?\d", re.ASCII)
IN_PLACE_OF_A_CODE = "The number was sent in the place of a code, without its words."
ONE_TOO_LATE = "The comparator and the number were sent one component too late."
BESIDE_VALUE = "Beside the value stands {text}."
_HOLDS_DIGIT = re.compile(r"\d")


def _value_sent(segment: Segment) -> tuple[str, tuple[str, ...]]:
    """Return the repetition of OBX-5 that holds the value, and what the others say."""
    repeats = segment.repeats(5)
    if len(repeats) <= 1:
        return next(iter(repeats), ""), ()
    numbers = [repeat for repeat in repeats if _HOLDS_DIGIT.search(repeat)]
    if len(numbers) != 1:
        shown = quoted(segment.text(5), QUOTED_LENGTH)
        raise CellRefused(f"The result gives several values at once, {shown}.")
    words = (segment.readable(one) for one in repeats if one not in numbers)
    shown = quoted(" ".join(words), QUOTED_LENGTH)
    return numbers[0], (BESIDE_VALUE.format(text=shown),)


def _by_type(segment: Segment, sent: str, mark: DecimalMark | None) -> ReportedValue:
    kind = segment.component(2, 1).upper()
    parts = segment.parts(sent)
    if kind in ("SN", "CQ") or (kind in _TEXTS and _is_structured(parts)):
        return _composite(kind, parts)
    if kind in _CODED:
        return _coded(parts)
    if kind not in _TEXTS:
        name = _NAMES.get(kind, "a type that is not known here")
        raise CellRefused(
            f"The value is of type {quoted(kind, QUOTED_LENGTH)}, {name}, "
            "and no number."
        )
    known = DecimalMark.POINT if kind in _NUMERIC else mark
    text = segment.readable(sent)
    if kind in _NUMERIC:
        text = text.strip().removeprefix("+")
    return value_in_text(text, known)


SIGNS = ("<", ">", "<=", ">=")


def _is_structured(parts: list[str]) -> bool:
    """Answer whether a text is a comparator and a number in two components."""
    return len(parts) > 1 and parts[0] in SIGNS and bool(parts[1])


def _composite(kind: str, parts: list[str]) -> ReportedValue:
    """Read comparator^number^separator^number, or number^unit."""
    if kind == "CQ":
        value = value_in_text(parts[0], DecimalMark.POINT)
        unit = parts[1] if len(parts) > 1 else ""
        return ReportedValue(value.text, value.number, unit or value.unit_text)
    if len(parts) == 1:
        return value_in_text(parts[0], DecimalMark.POINT)
    comparator, digits, separator, second, *_ = [*parts, "", "", ""]
    if not comparator and digits in SIGNS and separator and not second:
        value = compared(read_comparator(digits), separator)
        return replace(value, remarks=(*value.remarks, ONE_TOO_LATE))
    if separator or second:
        shown = quoted("".join(parts), QUOTED_LENGTH)
        raise CellRefused(f"{shown} is {_second_number(separator)}, not one number.")
    if not digits:
        return value_in_text(comparator, DecimalMark.POINT)
    if comparator in ("<>", "!="):
        raise CellRefused(f"{comparator}{digits} does not say what the value is.")
    return compared(read_comparator(comparator), digits)


def _second_number(separator: str) -> str:
    match separator:
        case "-":
            return "a range"
        case ":" | "/":
            return "a ratio"
        case _:
            return "more"


def _coded(parts: list[str]) -> ReportedValue:
    """
    Read a number that stands in the text of a coded value, never in its code.

    What stands alone, without text and system, may be a number: a person looks.
    """
    texts = [parts[place] for place in (1, 8, 4) if place < len(parts) and parts[place]]
    if not any(parts[1:]) and _MAY_BE_VALUE.match(parts[0]):
        return replace(value_in_text(parts[0], None), hold=IN_PLACE_OF_A_CODE)
    if not texts:
        shown = quoted(parts[0], QUOTED_LENGTH)
        raise CellRefused(f"The value is the code {shown}, not a number.")
    return value_in_text(texts[0], None)
