"""
What the single cells of a table mean: numbers, units, intervals, statuses, names.

A cell is read for what it prints or refused with a sentence; nothing is guessed from
the size of a number.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from labs.domain.measurands import (
    HYDROXYVITAMIN_D,
    NAMES,
    Measurand,
    Recognition,
    allowed_units,
    code_unit_question,
    recognise,
)
from labs.domain.measurements import (
    Comparator,
    ReportedNumber,
    ResultStatus,
    ValueRefused,
    parse_printed_interval,
    parse_reported_number,
)
from labs.domain.sentences import (
    BINDING_PROTEIN_IS_ANOTHER_TEST,
    DIHYDROXY_IS_ANOTHER_TEST,
    HELD_CODE_AND_NAME_DISAGREE,
    OTHER_METABOLITE_IS_ANOTHER_TEST,
    PARENT_IS_ANOTHER_TEST,
    Sentence,
)
from labs.domain.units import Unit, UnknownUnit, parse_unit, unit_spelled
from labs.formats.companion_names import companion_named, other_test_named
from labs.formats.limits import (
    MAX_DECIMAL_PLACES,
    MAX_FIELD_LENGTHS,
    MAX_REASON_LENGTH,
    QUOTED_LENGTH,
)
from labs.formats.other_alphabets import in_latin
from labs.formats.other_values import another_value
from labs.formats.second_values import parted
from labs.formats.sentences import N_
from labs.formats.spelling import INVISIBLE, plain, quoted
from labs.formats.status_words import STATUS_OF_WORD
from labs.formats.words_instead import why_no_number

UNUSUAL_UNIT = N_("%(unit)s is not a unit in which %(test)s is reported.")
UNITS_DIFFER = N_("The value is in %(unit)s and the printed interval in %(other)s.")
TWO_MEANINGS = N_(
    "%(shown)s could mean %(whole)s or %(decimal)s; the file does not say which."
)
HYDROXYVITAMIN = N_("25-hydroxyvitamin D")
TEXT_TOO_LONG = N_("The %(name)s is longer than %(limit)s characters.")
CONTROL_CHARACTERS = N_("%(shown)s holds control characters.")
MANY_DECIMALS = N_(
    "The sender's number, %(text)s, has more decimals than a "
    "laboratory prints; it was rounded."
)
TOO_MANY_DECIMALS = N_("%(shown)s has more than %(most)s decimals.")
STATUS_NOT_KNOWN = N_("The status %(shown)s is not known here.")
NO_MEASURAND = N_("%(shown)s is not a measurand. Write total, D3, D2 or unspecified.")
ANOTHER_MEASURAND = N_("The row says %(said)s, and its code or name says %(named)s.")
NO_COMPARATOR = N_("%(shown)s is not a comparator such as < or >.")

UNIT_MISSING = N_("The row gives no unit, and a unit is never guessed.")
NOT_SAID_WHAT = N_(
    "The file does not say what was measured. Confirm that it is 25-hydroxyvitamin D."
)


class CellRefused(ValueError):
    """A cell that cannot be read, with a sentence that says why."""


def text_of(cell: str, field: str) -> str:
    """Return a cell's text without blanks around it; refuse what cannot be kept."""
    text = cell.strip()
    if not text:
        return text
    limit = MAX_FIELD_LENGTHS[field]
    if len(text) > limit:
        name = field.replace("_", " ")
        raise CellRefused(TEXT_TOO_LONG % {"name": name, "limit": limit})
    if UNWRITABLE.search(text):
        raise CellRefused(CONTROL_CHARACTERS % {"shown": quoted(text, QUOTED_LENGTH)})
    return text


UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


# Numbers ------------------------------------------------------------------------------


class DecimalMark(StrEnum):
    """What stands before the decimals."""

    POINT = "."
    COMMA = ","


_ONE_MARK = re.compile(r"(?<![\d.,])(\d+)([.,])(\d+)(?![\d.,])", re.ASCII)


def mark_in_use(texts: Iterable[str]) -> DecimalMark | None:
    """
    Return the decimal mark that the numbers of a file prove; None where they do not.

    >>> mark_in_use(["32,5", "27"]), mark_in_use(["1.234", "27"])
    (<DecimalMark.COMMA: ','>, None)
    """
    proven = {
        DecimalMark(found[2])
        for text in texts
        if (found := _ONE_MARK.search(text)) and not _may_be_thousands(found)
    }
    return proven.pop() if len(proven) == 1 else None


def read_number(text: str, mark: DecimalMark | None) -> ReportedNumber:
    """
    Return the number that a laboratory printed, its comparator beside it.

    `mark` is the file's decimal mark. A number such as 1.234 that may have a mark for
    thousands is refused unless the file proves the mark. Raises CellRefused.
    """
    if reason := why_no_number(text):
        raise CellRefused(reason)
    digits = _with_all_digits(text)
    try:
        number = parse_reported_number(digits, decimal_comma=_has_comma(digits, mark))
    except ValueRefused as refused:
        raise CellRefused(str(refused)) from None
    exponent = number.value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > MAX_DECIMAL_PLACES:
        raise CellRefused(
            TOO_MANY_DECIMALS
            % {"shown": quoted(text, QUOTED_LENGTH), "most": MAX_DECIMAL_PLACES}
        )
    return number


def as_printed(digits: str) -> tuple[str, str]:
    """
    Return a number with no more decimals than a laboratory prints, and a doubt if so.

    Programs that calculate write all that they have: 74.88000000000001.

    >>> as_printed("30.10"), as_printed("<74.88000000000001")[0]
    (('30.10', ''), '<74.88')
    """
    found = _MANY_DECIMALS.search(digits)
    if found is None:
        return digits, ""
    places = Decimal(1).scaleb(-MAX_DECIMAL_PLACES)
    number = Decimal(f"{found[1]}.{found[3]}")
    rounded = number.quantize(places, rounding=ROUND_HALF_UP).normalize()
    plain = f"{rounded:f}".replace(".", found[2])
    return f"{digits[: found.start()]}{plain}", MANY_DECIMALS % {"text": digits}


_MANY_DECIMALS = re.compile(r"(\d{1,20})([.,])(\d{7,64})$", re.ASCII)
_NO_WHOLE_PART = re.compile(r"^([^\d.,]*)(?=[.,]\d+\s*$)", re.ASCII)
_NO_DECIMALS = re.compile(r"(?<=\d)[.,](?=\s*$)", re.ASCII)


def _with_all_digits(text: str) -> str:
    """
    Return a number with the nought that old systems leave out: .9 and 27. are usual.

    >>> _with_all_digits("<.9"), _with_all_digits("27.")
    ('<0.9', '27')
    """
    return _NO_DECIMALS.sub("", _NO_WHOLE_PART.sub(r"\g<1>0", text))


def _has_comma(text: str, mark: DecimalMark | None) -> bool:
    found = _ONE_MARK.search(text)
    if found is None or found[2] == mark:
        return mark is DecimalMark.COMMA
    if _may_be_thousands(found):
        whole = f"{found[1]}{found[3]}"
        raise CellRefused(
            TWO_MEANINGS
            % {
                "shown": quoted(text, QUOTED_LENGTH),
                "whole": whole,
                "decimal": f"{found[1]}.{found[3]}",
            }
        )
    return found[2] == DecimalMark.COMMA


def _may_be_thousands(found: re.Match[str]) -> bool:
    whole, decimals = found[1], found[3]
    return len(decimals) == len("000") >= len(whole) and not whole.startswith("0")


# A value with what stands around it ---------------------------------------------------

NO_VALUE = frozenset(
    {"", ".", "..", "/", "-", "--", "\N{EN DASH}", "\N{EM DASH}"}
    | {"n/a", "#n/a", "na", "nan", "null", "none"}
)
_FLAGS = frozenset(
    {"l", "h", "ll", "hh", "n", "a", "aa", "low", "high", "normal", "abnormal"}
    | {"*", "**", "!", "+", "++", "-", "--", "\N{UPWARDS ARROW}", "\N{DOWNWARDS ARROW}"}
    | {"(l)", "(h)", "(n)", "(a)", "[l]", "[h]", "(low)", "(high)", "critical"}
    | {"(ll)", "(hh)", "(*)", "[ll]", "[hh]", "c", "cl", "ch", "crit", "panic", "out"}
    | {"deficient", "insufficient", "sufficient", "optimal", "borderline", "in range"}
    | {"out of range", "below range", "above range", "abnormal low", "abnormal high"}
    | {"critical low", "critical high", "low normal", "high normal", "in-range"}
    | {"h*", "l*", "hh*", "ll*", "*h", "*l", "***", "h!", "l!"}
)
_MOST_FLAGS = 3
# Joined to its number, "150+" may as well say "more than 150".
_MAY_BE_MORE = re.compile(r"[\d.,]\+$", re.ASCII)
# In front of a number fewer things are flags: "N 27" could be a part of a name.
_FLAG_BEFORE = re.compile(
    r"(\*{1,2}|!|[+-]{1,2}(?=\s)|[LH]{1,2}|\((?:[LH]{1,2}|\*)\)|[\u2191\u2193])\s*(?=[<>\u2264\u2265\d])"
)
_COMMENTED = re.compile(r"(.{0,30}?)\s*[(\[]([^()\[\]]{1,40})[)\]]")
_ESCAPED = {
    "&lt;": "<",
    "&gt;": ">",
    "&le;": "\u2264",
    "&ge;": "\u2265",
    "&micro;": "\u00b5",
    "&mu;": "\u00b5",
    "&#181;": "\u00b5",
    "&nbsp;": " ",
    "\uff1c": "<",
    "\uff1e": ">",
    "\u2039": "<",
}
# Digits of other alphabets mean what 0 to 9 do; so does the Arabic decimal mark.
_PLAIN_SIGNS = str.maketrans(
    {
        chr(zero + digit): str(digit)
        for zero in (0x660, 0x6F0, 0x966, 0xFF10)
        for digit in range(10)
    }
    | {"\u066b": ",", "\uff0e": "."}
    | dict.fromkeys("\u2010\u2011\u2212", "-")
    | dict.fromkeys(INVISIBLE, "")
)
# What some write in front of a value, and behind its unit; "=<4" is at most 4.
_LABELLED = re.compile(
    r"(?!=[<>])(?:result|value|wert|ergebnis|r[e\u00e9]sultat|valeur|resultado|valor)?\s*[:=]\s*"
    r"(?=[<>\u2264\u2265\d])",
    re.IGNORECASE,
)
_STARRED = re.compile(r"(.*\S)\s+(\*{1,3})")
_SIGN_BEFORE_UNIT = re.compile(r"(\*{1,3}|!)\s*(.+)")
_REFERENCE = re.compile(
    r"(?:(?:ref(?:erence)?|standard|normal|norm|r\.?r|v\.?r)\.?)"
    r"(?: ?(?:range|interval))?"
    r"\s*[:=]?\s*(?=[<>\u2264\u2265\d])",
    re.IGNORECASE,
)
_BETWEEN = " ,;:-\N{EN DASH}"
_VALUE_CELL = re.compile(r"(\D{0,20}?\d[\d.,]*)\s*(.*)", re.ASCII | re.DOTALL)
# A unit begins with a letter or a bracket; e400 would be the end of the number.
_MAY_BE_UNIT = re.compile(r"(?!e[+-]?\d)[^\W\d_]|[\[({%]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ValueCell:
    """
    A cell split into its number, the unit in it and the flag in it, as printed.

    `second_text` is the same value in another unit: 27 ng/mL (67 nmol/L).
    """

    number_text: str
    unit_text: str = ""
    flag: str = ""
    interval_text: str = ""
    second_text: str = ""


def split_value(text: str) -> ValueCell:
    """
    Split a cell into number, unit and flag; nothing is judged yet.

    >>> split_value("<4 ng/mL")
    ValueCell(number_text='<4', unit_text='ng/mL', flag='', interval_text='', \
second_text='')
    >>> split_value("27,5 L").flag, split_value("27 ng/mL (30-100)").interval_text
    ('L', '30-100')
    """
    written = text.strip()
    if not written.isascii() or "&" in written:
        written = _unescaped(written)
    if labelled := _LABELLED.match(written):
        written = written[labelled.end() :]
    before = _FLAG_BEFORE.match(written)
    bare = written[before.end() :] if before else written
    found = _VALUE_CELL.fullmatch(bare)
    if found is None or _MAY_BE_MORE.search(bare):
        return ValueCell(written)
    number, rest = found[1].strip(), found[2].strip()
    if before:
        unit = rest.lstrip("*").strip() if before[1].startswith("*") else rest
        return (
            ValueCell(number, unit, before[1])
            if not unit or is_unit(unit)
            else ValueCell(written)
        )
    if _are_flags(rest):
        return ValueCell(number, flag=rest)
    signed = _SIGN_BEFORE_UNIT.fullmatch(rest)
    if signed and is_unit(signed[2]):
        return ValueCell(number, signed[2], signed[1])
    if rest and not _MAY_BE_UNIT.match(rest):
        return ValueCell(written)
    return _unit_and_flag(number, rest)


def _are_flags(text: str) -> bool:
    """Answer whether a text is a flag, or several in a row: "L *"."""
    if text.casefold() in _FLAGS:
        return True
    words = text.casefold().split()
    return 1 < len(words) <= _MOST_FLAGS and _FLAGS.issuperset(words)


def _unescaped(text: str) -> str:
    for written, sign in _ESCAPED.items():
        text = text.replace(written, sign)
    return text


def in_plain_signs(text: str) -> str:
    r"""
    Return a number or an interval in the digits 0 to 9, without signs nobody sees.

    >>> in_plain_signs("\u0661\u0668\u066b\u0663")
    '18,3'
    """
    return text if text.isascii() else text.translate(_PLAIN_SIGNS)


def _unit_and_flag(number: str, rest: str) -> ValueCell:
    """Part what stands behind a number: its unit, its flag, what is said of it."""
    starred = _STARRED.fullmatch(rest)
    if starred and is_unit(starred[1]):
        return ValueCell(number, starred[1], starred[2])
    if is_unit(rest):
        return ValueCell(number, rest)
    unit, second = parted(number, rest)
    if unit:
        return ValueCell(number, unit, second_text=second)
    first, _, behind = rest.partition(" ")
    if first.casefold() in _FLAGS and is_unit(behind.strip()):
        return ValueCell(number, behind.strip(), first)
    for count in (1, 2, 3):
        words = rest.rsplit(maxsplit=count)
        flag = " ".join(words[-count:])
        if len(words) > count and flag.casefold() in _FLAGS:
            return _before_flag(number, words[0], flag)
    return _commented(number, rest)


def _before_flag(number: str, rest: str, flag: str) -> ValueCell:
    """Part what stands between a number and the flag at the end."""
    unit, second = parted(number, rest)
    if unit:
        return ValueCell(number, unit, flag, second_text=second)
    bare = rest.rstrip(_BETWEEN)
    if is_unit(bare):
        return ValueCell(number, bare, flag)
    said = _commented(number, rest)
    return (
        replace(said, flag=flag)
        if said.interval_text
        else ValueCell(number, rest, flag)
    )


def _commented(number: str, rest: str) -> ValueCell:
    """Part a unit from what is said in brackets behind it."""
    said = _COMMENTED.fullmatch(rest)
    if said is None or is_unit(said[2]):
        return ValueCell(number, rest)
    if not said[1] or is_unit(said[1]):
        return _with_what_is_said(number, rest, said[1], said[2])
    unit_text, _, flag = said[1].rpartition(" ")
    if is_unit(unit_text.rstrip(_BETWEEN)) and flag.casefold() in _FLAGS:
        told = _with_what_is_said(number, rest, unit_text.rstrip(_BETWEEN), said[2])
        return (
            replace(told, flag=flag) if told.interval_text else ValueCell(number, rest)
        )
    return ValueCell(number, rest)


def _with_what_is_said(number: str, rest: str, unit_text: str, said: str) -> ValueCell:
    """Take a bracketed interval or word beside a number for what it plainly is."""
    said = _REFERENCE.sub("", said, count=1) if _REFERENCE.match(said) else said
    interval = parse_printed_interval(said)
    if interval is not None:
        return ValueCell(number, unit_text, interval_text=said)
    if any(sign.isdigit() for sign in said):
        return ValueCell(number, rest)
    return ValueCell(number, unit_text, said)


def name_and_interval(name: str) -> tuple[str, str]:
    r"""
    Part the name of a test from the interval that portals print in the line below it.

    >>> name_and_interval("Vitamin D, 25-OH\nStandard range: 30 - 100 ng/mL")
    ('Vitamin D, 25-OH', '30 - 100 ng/mL')
    """
    first, _, below = name.partition("\n")
    label = _REFERENCE.match(below.strip())
    return (first.strip(), below.strip()[label.end() :]) if label else (name, "")


def read_unit(text: str) -> Unit:
    """Return the unit that a text names; raise CellRefused."""
    if not text:
        raise CellRefused(UNIT_MISSING)
    try:
        return parse_unit(text)
    except UnknownUnit as refused:
        raise CellRefused(str(refused)) from None


def unit_and_flag(text: str) -> tuple[str, str]:
    """
    Part a unit from the flag behind it, which some print in the column of units.

    >>> unit_and_flag("ng/mL (H)"), unit_and_flag("ng/mL")
    (('ng/mL', '(H)'), ('ng/mL', ''))
    """
    unit, _, flag = text.rpartition(" ")
    is_flagged = flag.casefold() in _FLAGS and is_unit(unit.strip())
    return (unit.strip(), flag) if is_flagged else (text, "")


def is_unit(text: str) -> bool:
    """Answer whether a text names a unit that is known here."""
    return unit_spelled(text) is not None


_WITHOUT_VOLUME = {"ng": Unit.NG_PER_ML, "nmol": Unit.NMOL_PER_L}


def unit_without_volume(text: str) -> Unit | None:
    """
    Return the unit of vitamin D that a text leaves the volume out of, or None.

    >>> unit_without_volume("nmol"), unit_without_volume("nmol/L")
    (<Unit.NMOL_PER_L: 'nmol/L'>, None)
    """
    # "ng%" has a volume: a hundred millilitres.
    return None if "%" in text else _WITHOUT_VOLUME.get(plain(text))


_COMPARATORS = {
    "<": Comparator.LESS,
    "lt": Comparator.LESS,
    "less than": Comparator.LESS,
    "<=": Comparator.AT_MOST,
    "≤": Comparator.AT_MOST,
    "le": Comparator.AT_MOST,
    "lte": Comparator.AT_MOST,
    "less than or equal to": Comparator.AT_MOST,
    ">": Comparator.GREATER,
    "gt": Comparator.GREATER,
    "greater than": Comparator.GREATER,
    ">=": Comparator.AT_LEAST,
    "≥": Comparator.AT_LEAST,
    "ge": Comparator.AT_LEAST,
    "gte": Comparator.AT_LEAST,
    "greater than or equal to": Comparator.AT_LEAST,
    "=": None,
    "eq": None,
    "equal": None,
    "equals": None,
    "equal to": None,
    "exact": None,
    "e": None,  # as i2b2 writes it
    "": None,
    # as the common data model of OMOP numbers them
    "4171756": Comparator.LESS,
    "4171754": Comparator.AT_MOST,
    "4172704": Comparator.GREATER,
    "4171755": Comparator.AT_LEAST,
    "4172703": None,
    "0": None,  # no concept: the value came without a sign
}


def read_comparator(text: str) -> Comparator | None:
    """
    Return what a column of comparators says; raise CellRefused.

    >>> read_comparator("less_than"), read_comparator("exact")
    (<Comparator.LESS: '<'>, None)
    """
    try:
        return _COMPARATORS[text.casefold().replace("_", " ")]
    except KeyError:
        raise CellRefused(
            NO_COMPARATOR % {"shown": quoted(text, QUOTED_LENGTH)}
        ) from None


# Intervals ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Interval:
    """The laboratory's own interval: its text, and its bounds where they are plain."""

    text: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    unit: Unit | None = None


def read_interval(text: str, mark: DecimalMark | None) -> Interval:
    """
    Return the interval; a text that is not plainly one keeps no bounds.

    >>> read_interval("(30-100 ng/mL)", None).high
    Decimal('100')
    """
    bare = in_plain_signs(text)
    printed = parse_printed_interval(bare.strip("()[] "))
    doubtful = mark is None and any(map(_may_be_thousands, _ONE_MARK.finditer(bare)))
    if printed is None or doubtful:
        return Interval(text)
    return bounded_interval(text, printed.low, printed.high, printed.unit)


def bounded_interval(
    text: str, low: Decimal | None, high: Decimal | None, unit: Unit | None = None
) -> Interval:
    """Return an interval; from 0 to 0, as some systems write "none", is none."""
    if low is not None and high is not None and (low > high or high == 0):
        return Interval(text)
    return Interval(text, low, high, unit)


# Statuses -----------------------------------------------------------------------------


def says_flag(text: str) -> bool:
    """
    Answer whether a column of statuses holds a flag: "Normal", "Low", "Out of range".

    >>> says_flag("Normal"), says_flag("final"), says_flag("F")
    (True, False, False)
    """
    return text.casefold() in _FLAGS and plain(text) not in STATUS_OF_WORD


def read_status(text: str) -> tuple[ResultStatus, str]:
    """Return what a status word means, and why it holds the result, if it does."""
    if not text:
        return ResultStatus.NOT_STATED, ""
    status = STATUS_OF_WORD.get(plain(text) or text)
    if status is None:
        return (
            ResultStatus.UNKNOWN,
            STATUS_NOT_KNOWN % {"shown": quoted(text, QUOTED_LENGTH)},
        )
    return status, ""


# What was measured --------------------------------------------------------------------


def held_reason(cell: str) -> str:
    """Return why a result was held where it was recorded; "No" is no reason."""
    reason = "" if not cell or plain(cell) in _NOT_HELD else cell
    return text_of(reason[:MAX_REASON_LENGTH], "comment")


_NOT_HELD = frozenset({"", "0", "n", "no", "none", "false", "f", "nein", "non"})


@dataclass(frozen=True, slots=True)
class Analyte:
    """What a row is about; `measurand` is None for a test that is not kept here."""

    measurand: Measurand | None
    hold: str = ""


_SPELLED = {measurand.casefold(): measurand for measurand in Measurand}


# "free25OHD" is the free part of it.
_GLUED = re.compile(r"(?<=[a-z]{2})(?=25[ -]?\(?OH)", re.IGNORECASE)


def known_here(loinc: str, name: str) -> Recognition:
    """Return what a code and a name say; a name may be a column's, in any alphabet."""
    parted = _GLUED.sub(" ", name.replace("_", " "))
    return recognise(loinc=loinc, name=in_latin(parted))


def named_test(text: str) -> str:
    """
    Return which test known here, kept or not, a text is the name of; empty if none.

    >>> named_test("25-OH-D"), named_test("Calcium, serum"), named_test("Glucose")
    ('total', 'calcium', '')
    """
    known = known_here("", text)
    if known.basis == "name" or known.refused:
        return known.refused or str(known.measurand)
    return str(companion_named(text) or "")


def names_a_test(text: str) -> bool:
    """Answer whether a text is the name of a test that is known here, kept or not."""
    return bool(named_test(text))


def read_analyte(loinc: str, name: str, stated: str = "") -> Analyte:
    """
    Say what was measured by code, name and the column `measurand`, in this order.

    Raises CellRefused for what is named like 25-hydroxyvitamin D and is another test.
    """
    recognised = known_here(loinc, name)
    if recognised.refused:
        raise CellRefused(not_taken(recognised.refused))
    if stated:
        return _as_stated(stated, recognised, loinc, name)
    if recognised.measurand is not None:
        against = _named_otherwise(recognised, name)
        held = _sentence(recognised.hold or against, loinc, name)
        if not held and recognised.measurand in HYDROXYVITAMIN_D:
            held = another_value(name)
        return Analyte(recognised.measurand, held)
    if loinc or name:
        # A code that is not known here may be of anything: then a name tells nothing.
        return Analyte(None if loinc else companion_named(name))
    return Analyte(Measurand.UNSPECIFIED, NOT_SAID_WHAT)


def _named_otherwise(recognised: Recognition, name: str) -> str:
    """Return why a code is in doubt that stands beside the name of another test."""
    if recognised.basis != "code" or known_here("", name).basis == "name":
        return ""
    companion = companion_named(name)
    is_another = companion is not None and companion is not recognised.measurand
    return HELD_CODE_AND_NAME_DISAGREE if is_another or other_test_named(name) else ""


def _as_stated(stated: str, recognised: Recognition, loinc: str, name: str) -> Analyte:
    measurand = _SPELLED.get(stated.casefold())
    if measurand is None:
        raise CellRefused(NO_MEASURAND % {"shown": quoted(stated, QUOTED_LENGTH)})
    if measurand is Measurand.DIHYDROXY:
        raise CellRefused(not_taken(DIHYDROXY_IS_ANOTHER_TEST))
    if recognised.basis == "name" and recognised.hold:
        return Analyte(measurand)
    if recognised.measurand not in (None, measurand):
        return Analyte(
            measurand,
            ANOTHER_MEASURAND % {"said": measurand, "named": recognised.measurand},
        )
    return Analyte(measurand, _sentence(recognised.hold, loinc, name))


def not_taken(reason: str) -> str:
    """Return why a row of another test is refused: nothing of it is kept apart."""
    if reason not in OTHER_TESTS:
        return str(Sentence(reason))[:MAX_REASON_LENGTH]
    return f"{OTHER_TESTS[reason]} {IS_LEFT_OUT}"[:MAX_REASON_LENGTH]


# The sentences of the rules speak to somebody at a form, who can keep such a result.
IS_LEFT_OUT = N_(
    "It is not taken from a file: nothing of it is kept. Check the name of the test, "
    "and the unit, on the laboratory's report."
)
OTHER_TESTS = {
    DIHYDROXY_IS_ANOTHER_TEST: N_(
        "1,25-dihydroxyvitamin D is a different test from 25-hydroxyvitamin D and has "
        "other units (pg/mL or pmol/L)."
    ),
    PARENT_IS_ANOTHER_TEST: N_(
        "Vitamin D itself (cholecalciferol or ergocalciferol) is a different test from "
        "25-hydroxyvitamin D."
    ),
    BINDING_PROTEIN_IS_ANOTHER_TEST: N_(
        "Vitamin D binding protein is a different test from 25-hydroxyvitamin D."
    ),
    OTHER_METABOLITE_IS_ANOTHER_TEST: N_(
        "This test measures a different substance than 25-hydroxyvitamin D."
    ),
}


def _sentence(template: str, loinc: str, name: str) -> str:
    """Fill the blanks of a reason, which may quote the code or the name."""
    if not template:
        return ""
    values = {"code": loinc, "name": quoted(name, QUOTED_LENGTH).strip("'")}
    return str(Sentence(template, values))[:MAX_REASON_LENGTH]


def unit_reason(
    measurand: Measurand, loinc: str, unit: Unit, interval: Interval
) -> str:
    """Return why the unit makes a person look again, or an empty text."""
    disagreement = code_unit_question(loinc, unit)
    if disagreement is not None:
        return str(disagreement)
    if unit not in allowed_units(measurand):
        is_vitamin_d = measurand in HYDROXYVITAMIN_D
        test = HYDROXYVITAMIN if is_vitamin_d else NAMES[measurand]
        return UNUSUAL_UNIT % {"unit": unit, "test": test}
    if interval.unit not in (None, unit):
        return UNITS_DIFFER % {"unit": unit, "other": interval.unit}
    return ""
