"""
Units of what is measured in blood.

A value keeps the unit it was reported in; conversion happens on read. Nothing here
guesses a unit from a number.
"""

import re
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import lru_cache

from labs.domain import sentences
from labs.domain.quantities import Measurand
from labs.domain.sentences import Refused

# docs/clinical.md, "Units"
NMOL_PER_NG_TOTAL = Decimal("2.496")  # 1000 / 400.64, the molar mass of 25-OH-D3
NMOL_PER_NG_D2 = Decimal("2.423")  # 1000 / 412.65, the molar mass of 25-OH-D2
GUIDELINE_FACTOR = Decimal("2.5")  # what guidelines use: 20 and 50, 30 and 75

TENTH = Decimal("0.1")
WHOLE = Decimal(1)


class Unit(StrEnum):
    """A unit of measurement, spelled as its UCUM code."""

    NG_PER_ML = "ng/mL"
    UG_PER_L = "ug/L"
    NMOL_PER_L = "nmol/L"
    PG_PER_ML = "pg/mL"
    NG_PER_L = "ng/L"
    PMOL_PER_L = "pmol/L"
    MG_PER_DL = "mg/dL"
    MMOL_PER_L = "mmol/L"
    UMOL_PER_L = "umol/L"
    G_PER_DL = "g/dL"
    G_PER_L = "g/L"
    U_PER_L = "U/L"
    ML_PER_MIN_PER_1_73_M2 = "mL/min/{1.73_m2}"
    INR = "{INR}"
    MMOL_PER_DAY = "mmol/d"
    MG_PER_DAY = "mg/d"


# As reports print them, where the code is none for a reader's eye.
PRINTED = {
    Unit.UG_PER_L: "µg/L",
    Unit.UMOL_PER_L: "µmol/L",
    Unit.ML_PER_MIN_PER_1_73_M2: "mL/min/1.73 m²",
    Unit.INR: "INR",
    Unit.MMOL_PER_DAY: "mmol/24 h",
    Unit.MG_PER_DAY: "mg/24 h",
}


def as_printed(unit: Unit) -> str:
    """
    Return a unit as reports print it.

    >>> as_printed(Unit.ML_PER_MIN_PER_1_73_M2)
    'mL/min/1.73 m²'
    """
    return PRINTED.get(unit, unit.value)


MASS_UNITS = frozenset({Unit.NG_PER_ML, Unit.UG_PER_L})
HYDROXYVITAMIN_D_UNITS = (Unit.NG_PER_ML, Unit.NMOL_PER_L, Unit.UG_PER_L)

# Two spellings of one size: the number stays the same.
EQUAL_UNITS = (MASS_UNITS, frozenset({Unit.PG_PER_ML, Unit.NG_PER_L}))

NMOL_PER_NG = {
    Measurand.TOTAL: NMOL_PER_NG_TOTAL,
    Measurand.D3: NMOL_PER_NG_TOTAL,
    # Shown in the reader's unit, never compared while it is unspecified.
    Measurand.UNSPECIFIED: NMOL_PER_NG_TOTAL,
    Measurand.D2: NMOL_PER_NG_D2,
}


class UnknownUnit(Refused):
    """A spelling that stands for no unit of ours."""


class NotConvertible(Refused):
    """A pair of units, or a measurand, that has no conversion here."""


MICRO_SIGNS = str.maketrans({"\N{MICRO SIGN}": "u", "\N{GREEK SMALL LETTER MU}": "u"})
LONGEST_SPELLING = 40

SPELLINGS = {unit.value.lower(): unit for unit in Unit} | {
    "mcg/l": Unit.UG_PER_L,
    "mcmol/l": Unit.UMOL_PER_L,
    "iu/l": Unit.U_PER_L,
    "[iu]/l": Unit.U_PER_L,
    "units/l": Unit.U_PER_L,
    "inr": Unit.INR,
    "ml/min/1.73m2": Unit.ML_PER_MIN_PER_1_73_M2,
    "ml/min/1.73m^2": Unit.ML_PER_MIN_PER_1_73_M2,
    "ml/min/1.73m\N{SUPERSCRIPT TWO}": Unit.ML_PER_MIN_PER_1_73_M2,
    "ml/min/1.73_m2": Unit.ML_PER_MIN_PER_1_73_M2,
    "ml/min/{1.73m2}": Unit.ML_PER_MIN_PER_1_73_M2,
    "ml/min/1.73qm": Unit.ML_PER_MIN_PER_1_73_M2,
    "ml/min/1.73sq.m": Unit.ML_PER_MIN_PER_1_73_M2,
    "ml/min/1.73sqm": Unit.ML_PER_MIN_PER_1_73_M2,
    "ml/min/1.73m": Unit.ML_PER_MIN_PER_1_73_M2,  # its square was lost
    "ml/min/1.73": Unit.ML_PER_MIN_PER_1_73_M2,
    "ui/l": Unit.U_PER_L,
    "gm/dl": Unit.G_PER_DL,
    "gms/dl": Unit.G_PER_DL,
    "g%": Unit.G_PER_DL,
    "mg%": Unit.MG_PER_DL,  # mg in 100 mL
    "mmol/24h": Unit.MMOL_PER_DAY,
    "mmol/day": Unit.MMOL_PER_DAY,
    "mg/24h": Unit.MG_PER_DAY,
    "mg/day": Unit.MG_PER_DAY,
}


def parse_unit(text: str) -> Unit:
    """
    Return the unit that a report means by this spelling; raise UnknownUnit.

    Case, blanks, the two micro signs, "mcg" and "per" are read; nothing is guessed.

    >>> parse_unit("NG/ML"), parse_unit("nmol per L")
    (<Unit.NG_PER_ML: 'ng/mL'>, <Unit.NMOL_PER_L: 'nmol/L'>)
    """
    if not text.strip():
        raise UnknownUnit.because(sentences.UNIT_MISSING)
    unit = unit_spelled(text)
    if unit is None:
        raise UnknownUnit.because(
            sentences.UNIT_UNKNOWN,
            text=sentences.quotable(text),
            like=" ".join((Unit.NG_PER_ML, "/", Unit.NMOL_PER_L)),
        )
    return unit


def unit_spelled(text: str) -> Unit | None:
    """Return the unit that a text means, or None where it means none known here."""
    return _unit_spelled(text) if len(text) <= LONGEST_SPELLING else None


@lru_cache(maxsize=4_096)
def _unit_spelled(text: str) -> Unit | None:
    return SPELLINGS.get(_folded(text))


# Whole words and other alphabets, spelled as the codes are; longer words first.
_WORDS_OF_UNITS = (
    (r"millilit(?:er|re)s?|mililitros?|millilitri?|ml\.|cc|m\u2113|мл|مل", "ml"),
    (r"decilit(?:er|re)s?|дл", "dl"),
    (r"(?<![a-z])lit(?:er|re)s?|litros?|لتر|(?<!\w)л|\u2113", "l"),
    (r"nano ?gram[a-z]{0,3}(?![a-z])|нг|نانوغرام|نانوجرام", "ng"),
    (
        r"nano ?mol(?:e?s?|i)?(?![a-z])|nmole?s(?![a-z])|nmole(?![a-z])|нмоль|نانومول",
        "nmol",
    ),
    (r"mi[ck]ro ?gram[a-z]{0,3}(?![a-z])|microg(?![a-z])|мкг", "ug"),
    (r"mi[ck]ro ?mol(?:es?)?(?![a-z])|мкмоль", "umol"),
    (r"pi[ck]o ?gram[a-z]{0,3}(?![a-z])|пг", "pg"),
    (r"pi[ck]o ?mol(?:es?)?(?![a-z])|пмоль", "pmol"),
    (r"milli ?mol(?:es?)?(?![a-z])|ммоль", "mmol"),
    (r"milli ?gram[a-z]{0,3}(?![a-z])|мг", "mg"),
    (r"(?<=[a-z])[.\u00b7\u22c5 *]?(ml|l|dl) ?(?:\^?\(?-1\)?|\u207b\u00b9)$", r"/\1"),
    (r"^\[(ng|ug|pg|nmol|pmol|mmol|umol|mg|g)\]", r"\1"),
)
_SPELLED_OUT = tuple((re.compile(word), unit) for word, unit in _WORDS_OF_UNITS)
# What some write behind a unit, which changes nothing of it.
_BEHIND = re.compile(
    r"(?<=\S)\s{0,3}\(?\b(?:serum|plasma|calc(?:ulated)?)\)?$", re.IGNORECASE
)
# UCUM lets a remark in braces stand behind a unit, which changes nothing of it.
_ANNOTATED = re.compile(r"(?<=[a-z])\s?\{(?!1\.73)[^{}]{1,30}\}$")
_OF_SURFACE = re.compile(r"1,73(?!\d)")
_BRACKETED = re.compile(r"[(\[{]([^()\[\]{}]+)[)\]}]")
NANOMOLAR = "nM"  # nm would be a length


def _folded(text: str) -> str:
    bare = text.strip()
    if bare == NANOMOLAR:
        return Unit.NMOL_PER_L.value.lower()
    bracketed = _BRACKETED.fullmatch(bare)
    bare = (bracketed[1] if bracketed else bare).rstrip("*^.").replace("\\/", "/")
    bare = _BEHIND.sub("", bare)
    words = bare.translate(MICRO_SIGNS).lower().replace(" per ", "/")
    words = _ANNOTATED.sub("", _OF_SURFACE.sub("1.73", words))
    folded = "".join(words.split())
    if folded in SPELLINGS:
        return folded
    for spelled, unit in _SPELLED_OUT:
        words = spelled.sub(unit, words)
    return "".join(words.split())


_AMOUNT_IN_A_VOLUME = re.compile(
    r"(?:[fpnumkcd]|mc)?(?:g|mol|eq|[iu]|iu)/(?:[dcmun])?l"
)


def spells_an_amount(text: str) -> bool:
    """
    Answer whether a text spells an amount in a volume, whether we know it or not.

    >>> spells_an_amount("ng/dL"), spells_an_amount("nanograms"), spells_an_amount("L")
    (True, False, False)
    """
    if len(text) > LONGEST_SPELLING:
        return False
    return _AMOUNT_IN_A_VOLUME.fullmatch(_folded(text)) is not None


def convert(
    value: Decimal, from_unit: Unit, to_unit: Unit, measurand: Measurand
) -> Decimal:
    """
    Return the value in the other unit, exact and unrounded; raise NotConvertible.

    Towards ng/mL the division is carried to the precision of the decimal context.

    >>> convert(Decimal(20), Unit.NG_PER_ML, Unit.NMOL_PER_L, Measurand.TOTAL)
    Decimal('49.920')
    """
    if are_equal(from_unit, to_unit):
        return value
    factor = NMOL_PER_NG.get(measurand)
    if factor is None or not {from_unit, to_unit} <= set(HYDROXYVITAMIN_D_UNITS):
        raise NotConvertible.because(
            sentences.UNITS_DO_NOT_CONVERT,
            **{"measurand": measurand, "from": from_unit, "to": to_unit},
        )
    return scaled(value, to_unit, factor)


def convert_by_guideline(value: Decimal, to_unit: Unit) -> Decimal:
    """Return a 25-hydroxyvitamin D value in the other unit by the factor 2.5."""
    return scaled(value, to_unit, GUIDELINE_FACTOR)


def scaled(value: Decimal, to_unit: Unit, nmol_per_ng: Decimal) -> Decimal:
    return value * nmol_per_ng if to_unit is Unit.NMOL_PER_L else value / nmol_per_ng


def are_equal(one: Unit, other: Unit) -> bool:
    """Say whether a number means the same in both units."""
    return one is other or any({one, other} <= equal for equal in EQUAL_UNITS)


def round_as_laboratory(value: Decimal, unit: Unit) -> Decimal:
    """
    Round to what laboratories print: whole nmol/L, one decimal of ng/mL.

    >>> round_as_laboratory(Decimal("49.92"), Unit.NMOL_PER_L)
    Decimal('50')
    """
    step = WHOLE if unit is Unit.NMOL_PER_L else TENTH
    return value.quantize(step, rounding=ROUND_HALF_UP)


def display_converted(
    value: Decimal, from_unit: Unit, to_unit: Unit, measurand: Measurand
) -> Decimal:
    """
    Return the value to show in the reader's unit, as a laboratory would print it.

    In a unit of the same size the number stays exactly as reported.
    """
    converted = convert(value, from_unit, to_unit, measurand)
    if are_equal(from_unit, to_unit):
        return converted
    return round_as_laboratory(converted, to_unit)


def other_unit(unit: Unit) -> Unit:
    """Return the unit that the same 25-hydroxyvitamin D report might have printed."""
    return Unit.NG_PER_ML if unit is Unit.NMOL_PER_L else Unit.NMOL_PER_L
