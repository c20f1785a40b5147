"""
The value of a result segment, OBX-5, by its type in OBX-2.

A number with its comparator is read; ranges, ratios, codes, dates and attachments are
refused by name.
"""

import re
from dataclasses import replace

from labs.domain.measurements import COMPARATOR_SPELLINGS
from labs.formats.cells import CellRefused, DecimalMark, is_unit, read_comparator
from labs.formats.hl7v2_segments import Segment, type_of_value
from labs.formats.limits import QUOTED_LENGTH
from labs.formats.reported_values import (
    BESIDE_VALUE,
    NO_NUMBER,
    SEVERAL_VALUES,
    ReportedValue,
    compared,
    value_in_text,
    with_unit_beside,
)
from labs.formats.sentences import N_
from labs.formats.spelling import quoted

OF_ANOTHER_TYPE = N_("The value is of type %(kind)s, %(name)s, and no number.")
NOT_ONE_NUMBER = N_("%(shown)s is %(what)s, not one number.")
SAYS_NOT_WHAT = N_("%(shown)s does not say what the value is.")
A_CODE = N_("The value is the code %(shown)s, not a number.")

_NUMERIC = frozenset({"NM", "SI"})
_TEXTS = frozenset({"", "ST", "TX", "FT", "NM", "SI", "IS", "ID"})
_CODED = frozenset({"CE", "CWE", "CNE", "CF"})
RANGE = N_("a range")
RATIO = N_("a ratio")
MORE = N_("more")
UNKNOWN_TYPE = N_("a type that is not known here")
_NAMES = {
    "DT": N_("a date"),
    "TM": N_("a time"),
    "TS": N_("a date and time"),
    "DTM": N_("a date and time"),
    "ED": N_("an attachment"),
    "RP": N_("a pointer to an attachment"),
    "NA": N_("a row of numbers"),
    "MA": N_("a row of numbers"),
    "NR": N_("a range"),
}


def value_of(segment: Segment, mark: DecimalMark | None) -> ReportedValue:
    """
    Return the value of a result segment; raise CellRefused.

    `mark` is the decimal mark that the message's texts prove. A number's type demands
    the point, so there it is known.
    """
    sent, beside = _value_sent(segment)
    if not sent.strip():
        raise CellRefused(NO_NUMBER)
    return _with_words_beside(_by_type(segment, sent, mark), beside)


_MAY_BE_VALUE = re.compile(r"(?:[<>\u2264\u2265]=?\s{0,2})?\d", re.ASCII)
IN_PLACE_OF_A_CODE = N_(
    "The number was sent in the place of a code, without its words."
)
ONE_TOO_LATE = N_("The comparator and the number were sent one component too late.")
_HOLDS_DIGIT = re.compile(r"\d")


def _value_sent(segment: Segment) -> tuple[str, list[str]]:
    """Return the repetition of OBX-5 that holds the value, and what the others say."""
    repeats = segment.repeats(5)
    if len(repeats) <= 1:
        return next(iter(repeats), ""), []
    numbers = [repeat for repeat in repeats if _HOLDS_DIGIT.search(repeat)]
    if len(numbers) != 1:
        shown = quoted(segment.text(5), QUOTED_LENGTH)
        raise CellRefused(SEVERAL_VALUES % {"shown": shown})
    words = [segment.readable(one).strip() for one in repeats if one not in numbers]
    return numbers[0], words


def _with_words_beside(value: ReportedValue, words: list[str]) -> ReportedValue:
    """
    Return a value with what other repetitions say: a unit counts, a remark is kept.

    A comparator among them is taken for the number's own, and a person looks.
    """
    if not words:
        return value
    said = BESIDE_VALUE % {"text": quoted(" ".join(words), QUOTED_LENGTH)}
    for unit in filter(is_unit, words):
        value = with_unit_beside(value, unit)
    sides = {word.casefold() for word in words} & COMPARATOR_SPELLINGS.keys()
    if not sides:
        return replace(value, remarks=(*value.remarks, said))
    held = replace(value, hold=" ".join(filter(None, (value.hold, said))))
    if len(sides) > 1 or value.number.comparator is not None:
        return held
    comparator = COMPARATOR_SPELLINGS[sides.pop()]
    number = replace(value.number, comparator=comparator)
    return replace(held, text=f"{comparator}{value.text}", number=number)


def _by_type(segment: Segment, sent: str, mark: DecimalMark | None) -> ReportedValue:
    kind = type_of_value(segment)
    parts = segment.parts(sent)
    if kind == "CQ":
        # Its unit is a code in parts of its own: 27^ng/mL&nanograms per mL&UCUM.
        parts[1:] = [
            part.split(segment.delimiters.subcomponent)[0] for part in parts[1:]
        ]
    if kind in ("SN", "CQ") or (kind in _TEXTS and _is_structured(parts)):
        return _composite(kind, parts)
    if kind in _TEXTS and _is_quantity(parts):
        return _composite("CQ", parts)
    if kind in _CODED and _is_structured(parts) and parts[0]:
        return replace(_composite(kind, parts), hold=IN_PLACE_OF_A_CODE)
    if kind in _CODED:
        return _coded(parts)
    if kind not in _TEXTS:
        name = _NAMES.get(kind, UNKNOWN_TYPE)
        raise CellRefused(
            OF_ANOTHER_TYPE % {"kind": quoted(kind, QUOTED_LENGTH), "name": name}
        )
    known = DecimalMark.POINT if kind in _NUMERIC else mark
    # Some analysers end each value with the sign of one component more.
    text = segment.readable(sent.rstrip(segment.delimiters.component))
    if kind in _NUMERIC:
        text = text.strip().removeprefix("+")
    return value_in_text(text, known)


SIGNS = ("<", ">", "<=", ">=")
_BEFORE_NUMBER = frozenset({*SIGNS, "=", ""})


def _is_structured(parts: list[str]) -> bool:
    """Answer whether a text is a comparator, or none, and a number behind it."""
    return len(parts) > 1 and parts[0] in _BEFORE_NUMBER and bool(parts[1])


def _is_quantity(parts: list[str]) -> bool:
    """Answer whether a text is a number and its unit in two components."""
    return len(parts) == len(("27", "ng/mL")) and is_unit(parts[1])


def _composite(kind: str, parts: list[str]) -> ReportedValue:
    """Read comparator^number^separator^number, or number^unit."""
    if kind == "CQ":
        value = value_in_text(parts[0], DecimalMark.POINT)
        return with_unit_beside(value, parts[1] if len(parts) > 1 else "")
    if len(parts) == 1:
        return value_in_text(parts[0], DecimalMark.POINT)
    comparator, digits, separator, second, *_ = [*parts, "", "", ""]
    if not comparator and digits in SIGNS and separator and not second:
        value = compared(read_comparator(digits), separator)
        return replace(value, remarks=(*value.remarks, ONE_TOO_LATE))
    if separator or second:
        shown = quoted("".join(parts), QUOTED_LENGTH)
        raise CellRefused(
            NOT_ONE_NUMBER % {"shown": shown, "what": _second_number(separator)}
        )
    if not digits:
        return value_in_text(comparator, DecimalMark.POINT)
    if comparator in ("<>", "!="):
        raise CellRefused(SAYS_NOT_WHAT % {"shown": f"{comparator}{digits}"})
    return compared(read_comparator(comparator), digits)


def _second_number(separator: str) -> str:
    match separator:
        case "-":
            return RANGE
        case ":" | "/":
            return RATIO
        case _:
            return MORE


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
        raise CellRefused(A_CODE % {"shown": shown})
    return value_in_text(texts[0], None)
