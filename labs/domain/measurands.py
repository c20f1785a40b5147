"""
What was measured, and by which codes and names it is recognised.

A code counts only together with its system: 1649-3 is calcitriol in LOINC and a people
in the code system of race. Codes come from docs/clinical.md, "Codes"; one that could
not be confirmed is not here.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from labs.domain import sentences
from labs.domain.quantities import HYDROXYVITAMIN_D, Measurand
from labs.domain.sentences import Sentence
from labs.domain.units import MASS_UNITS, Unit

__all__ = [
    "ALLOWED_UNITS",
    "COMPANIONS",
    "DIHYDROXY_CODES",
    "HYDROXYVITAMIN_D",
    "LOINC_MEASURANDS",
    "PARENT_CODES",
    "Measurand",
    "Recognition",
    "allowed_units",
    "code_and_unit_disagree",
    "code_unit_question",
    "in_words",
    "loinc_for",
    "recognise",
    "recognise_code",
    "recognise_name",
]

COMPANIONS = frozenset(
    {
        Measurand.CALCIUM,
        Measurand.ADJUSTED_CALCIUM,
        Measurand.IONISED_CALCIUM,
        Measurand.ALBUMIN,
        Measurand.PTH,
        Measurand.PHOSPHATE,
        Measurand.MAGNESIUM,
        Measurand.ALP,
        Measurand.CREATININE,
        Measurand.EGFR,
        Measurand.INR,
    }
)

# Codes --------------------------------------------------------------------------------

LOINC_SYSTEMS = frozenset(
    {
        "loinc",
        "ln",
        "loinc.org",
        "http://loinc.org",
        "https://loinc.org",
        "2.16.840.1.113883.6.1",
        "urn:oid:2.16.840.1.113883.6.1",
    }
)

MOLAR_UNITS = frozenset({Unit.NMOL_PER_L})
DIHYDROXY_UNITS = frozenset({Unit.PG_PER_ML, Unit.NG_PER_L, Unit.PMOL_PER_L})

HYDROXYVITAMIN_D_CODES: Mapping[str, tuple[Measurand, frozenset[Unit]]] = {
    "62292-8": (Measurand.TOTAL, MASS_UNITS),
    "68438-1": (Measurand.TOTAL, MOLAR_UNITS),
    "83070-3": (Measurand.TOTAL, MASS_UNITS),  # by immunoassay
    "83071-1": (Measurand.TOTAL, MOLAR_UNITS),  # by immunoassay
    "1989-3": (Measurand.D3, MASS_UNITS),
    "14635-7": (Measurand.D3, MOLAR_UNITS),
    "49054-0": (Measurand.D2, MASS_UNITS),
    "46269-7": (Measurand.D2, MOLAR_UNITS),
    "35365-6": (Measurand.UNSPECIFIED, MASS_UNITS),
}

HELD_CODES: Mapping[str, str] = {
    "49054-0": sentences.HELD_D2_CODE,
    "46269-7": sentences.HELD_D2_CODE,
    "35365-6": sentences.HELD_UNSPECIFIC_CODE,  # vitamin D and metabolites
}

DIHYDROXY_CODES = frozenset({"1649-3", "14566-4", "62290-2", "62291-0"})
PARENT_CODES = frozenset({"1990-1", "2236-8", "47094-8"})

COMPANION_CODES: Mapping[str, tuple[Measurand, frozenset[Unit]]] = {
    "17861-6": (Measurand.CALCIUM, frozenset({Unit.MG_PER_DL})),
    "2000-8": (Measurand.CALCIUM, frozenset({Unit.MMOL_PER_L})),
    "46099-8": (Measurand.ADJUSTED_CALCIUM, frozenset({Unit.MG_PER_DL})),
    "29265-6": (Measurand.ADJUSTED_CALCIUM, frozenset({Unit.MMOL_PER_L})),
    "1995-0": (Measurand.IONISED_CALCIUM, frozenset({Unit.MMOL_PER_L})),
    "1994-3": (Measurand.IONISED_CALCIUM, frozenset({Unit.MMOL_PER_L})),
    "1751-7": (Measurand.ALBUMIN, frozenset({Unit.G_PER_DL, Unit.G_PER_L})),
    "61151-7": (Measurand.ALBUMIN, frozenset({Unit.G_PER_DL, Unit.G_PER_L})),
    "61152-5": (Measurand.ALBUMIN, frozenset({Unit.G_PER_DL, Unit.G_PER_L})),
    "54347-0": (Measurand.ALBUMIN, frozenset({Unit.UMOL_PER_L})),
    "2731-8": (Measurand.PTH, frozenset({Unit.PG_PER_ML, Unit.NG_PER_L})),
    "14866-8": (Measurand.PTH, frozenset({Unit.PMOL_PER_L})),
    "2777-1": (Measurand.PHOSPHATE, frozenset({Unit.MG_PER_DL})),
    "14879-1": (Measurand.PHOSPHATE, frozenset({Unit.MMOL_PER_L})),
    "2160-0": (Measurand.CREATININE, frozenset({Unit.MG_PER_DL})),
    "14682-9": (Measurand.CREATININE, frozenset({Unit.UMOL_PER_L})),
    "19123-9": (Measurand.MAGNESIUM, frozenset({Unit.MG_PER_DL})),
    "2601-3": (Measurand.MAGNESIUM, frozenset({Unit.MMOL_PER_L})),
    "6768-6": (Measurand.ALP, frozenset({Unit.U_PER_L})),
    "6301-6": (Measurand.INR, frozenset({Unit.INR})),
    "34714-6": (Measurand.INR, frozenset({Unit.INR})),
} | {
    code: (Measurand.EGFR, frozenset({Unit.ML_PER_MIN_PER_1_73_M2}))
    for code in (
        "98979-8",
        "62238-1",
        "48642-3",
        "48643-1",
        "33914-3",
        "50210-4",
        "77147-7",
    )
}

LOINC_MEASURANDS = {**HYDROXYVITAMIN_D_CODES, **COMPANION_CODES}

# The code that the product writes for a value of its own making.
WRITTEN_CODES: Mapping[tuple[Measurand, Unit], str] = {
    (Measurand.TOTAL, Unit.NG_PER_ML): "62292-8",
    (Measurand.TOTAL, Unit.UG_PER_L): "62292-8",
    (Measurand.TOTAL, Unit.NMOL_PER_L): "68438-1",
    (Measurand.D3, Unit.NG_PER_ML): "1989-3",
    (Measurand.D3, Unit.UG_PER_L): "1989-3",
    (Measurand.D3, Unit.NMOL_PER_L): "14635-7",
    (Measurand.CALCIUM, Unit.MG_PER_DL): "17861-6",
    (Measurand.CALCIUM, Unit.MMOL_PER_L): "2000-8",
    (Measurand.ADJUSTED_CALCIUM, Unit.MG_PER_DL): "46099-8",
    (Measurand.ADJUSTED_CALCIUM, Unit.MMOL_PER_L): "29265-6",
    (Measurand.IONISED_CALCIUM, Unit.MMOL_PER_L): "1995-0",
    (Measurand.ALBUMIN, Unit.G_PER_DL): "1751-7",
    (Measurand.ALBUMIN, Unit.G_PER_L): "1751-7",
    (Measurand.ALBUMIN, Unit.UMOL_PER_L): "54347-0",
    (Measurand.PTH, Unit.PG_PER_ML): "2731-8",
    (Measurand.PTH, Unit.NG_PER_L): "2731-8",
    (Measurand.PTH, Unit.PMOL_PER_L): "14866-8",
    (Measurand.PHOSPHATE, Unit.MG_PER_DL): "2777-1",
    (Measurand.PHOSPHATE, Unit.MMOL_PER_L): "14879-1",
    (Measurand.CREATININE, Unit.MG_PER_DL): "2160-0",
    (Measurand.CREATININE, Unit.UMOL_PER_L): "14682-9",
    (Measurand.MAGNESIUM, Unit.MG_PER_DL): "19123-9",
    (Measurand.MAGNESIUM, Unit.MMOL_PER_L): "2601-3",
    (Measurand.ALP, Unit.U_PER_L): "6768-6",
    (Measurand.INR, Unit.INR): "6301-6",
}

# Units --------------------------------------------------------------------------------

_HYDROXY_UNITS = (Unit.NG_PER_ML, Unit.NMOL_PER_L, Unit.UG_PER_L)
_MASS_OR_MOLES = (Unit.MMOL_PER_L, Unit.MG_PER_DL)

ALLOWED_UNITS: Mapping[Measurand, tuple[Unit, ...]] = {
    Measurand.TOTAL: _HYDROXY_UNITS,
    Measurand.D3: _HYDROXY_UNITS,
    Measurand.D2: _HYDROXY_UNITS,
    Measurand.UNSPECIFIED: _HYDROXY_UNITS,
    Measurand.CALCIUM: _MASS_OR_MOLES,
    Measurand.ADJUSTED_CALCIUM: _MASS_OR_MOLES,
    Measurand.IONISED_CALCIUM: _MASS_OR_MOLES,
    Measurand.ALBUMIN: (Unit.G_PER_L, Unit.G_PER_DL, Unit.UMOL_PER_L),
    Measurand.PTH: (Unit.PG_PER_ML, Unit.NG_PER_L, Unit.PMOL_PER_L),
    Measurand.PHOSPHATE: _MASS_OR_MOLES,
    Measurand.MAGNESIUM: _MASS_OR_MOLES,
    Measurand.ALP: (Unit.U_PER_L,),
    Measurand.CREATININE: (Unit.UMOL_PER_L, Unit.MG_PER_DL),
    Measurand.EGFR: (Unit.ML_PER_MIN_PER_1_73_M2,),
    Measurand.INR: (Unit.INR,),
    Measurand.DIHYDROXY: (Unit.PG_PER_ML, Unit.NG_PER_L, Unit.PMOL_PER_L),
    Measurand.URINE_CALCIUM: (Unit.MMOL_PER_DAY, Unit.MG_PER_DAY),
}


def allowed_units(measurand: Measurand) -> tuple[Unit, ...]:
    """Return the units that laboratories print for it, the most usual first."""
    return ALLOWED_UNITS[measurand]


NAMES = {
    Measurand.TOTAL: sentences.THE_TOTAL,
    Measurand.D3: sentences.THE_D3_PART,
    Measurand.D2: sentences.THE_D2_PART,
    Measurand.UNSPECIFIED: sentences.UNSPECIFIED_VITAMIN_D,
    Measurand.CALCIUM: sentences.CALCIUM,
    Measurand.ADJUSTED_CALCIUM: sentences.ADJUSTED_CALCIUM,
    Measurand.IONISED_CALCIUM: sentences.IONISED_CALCIUM,
    Measurand.ALBUMIN: sentences.ALBUMIN,
    Measurand.PTH: sentences.PTH,
    Measurand.PHOSPHATE: sentences.PHOSPHATE,
    Measurand.MAGNESIUM: sentences.MAGNESIUM,
    Measurand.ALP: sentences.ALP,
    Measurand.CREATININE: sentences.CREATININE,
    Measurand.EGFR: sentences.EGFR,
    Measurand.INR: sentences.INR,
    Measurand.DIHYDROXY: sentences.DIHYDROXY,
    Measurand.URINE_CALCIUM: sentences.URINE_CALCIUM,
}


def in_words(measurand: Measurand) -> Sentence:
    """Return what was measured, for prose."""
    return Sentence(NAMES[measurand])


def code_and_unit_disagree(loinc: str, unit: Unit) -> bool:
    """
    Say whether the code names another kind of unit than the one reported.

    A code that is not ours says nothing, so it does not disagree.
    """
    if loinc in DIHYDROXY_CODES:
        return unit not in DIHYDROXY_UNITS
    known = LOINC_MEASURANDS.get(loinc)
    return known is not None and unit not in known[1]


def code_unit_question(loinc: str, unit: Unit) -> Sentence | None:
    """Return why a result with this code and unit is held, or None where they agree."""
    if not code_and_unit_disagree(loinc, unit):
        return None
    return Sentence(
        sentences.HELD_CODE_AND_UNIT_DISAGREE, {"code": loinc, "unit": unit}
    )


def loinc_for(measurand: Measurand, unit: Unit) -> str | None:
    """Return the code to write for such a value; None where no code is certain."""
    return WRITTEN_CODES.get((measurand, unit))


# Recognition --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Recognition:
    """
    What a report's code and name say was measured.

    `refused` says why it is never 25-hydroxyvitamin D; `hold` says why a clinician has
    to confirm it first; both are templates of the catalogue without blanks, and empty
    for a plain answer. `measurand` is None where nothing was recognised, and for a
    parent vitamin or another substance.
    """

    measurand: Measurand | None
    basis: Literal["code", "name", "none"]
    refused: str = ""
    hold: str = ""


UNRECOGNISED = Recognition(None, "none")
_BARELY_NAMED = Recognition(
    Measurand.UNSPECIFIED, "name", hold=sentences.HELD_BARE_NAME
)


def recognise(*, loinc: str, system: str = "loinc", name: str = "") -> Recognition:
    """
    Say what was measured: by code and system first, else by the laboratory's name.

    >>> recognise(loinc="62292-8").measurand
    <Measurand.TOTAL: 'total'>
    >>> recognise(loinc="1649-3", system="urn:oid:2.16.840.1.113883.6.238").basis
    'none'
    """
    by_code, by_name = recognise_code(loinc, system), recognise_name(name)
    if by_code.basis == "none":
        return by_name
    if by_code.refused or by_name.basis == "none":
        return by_code
    if by_name.refused:
        return replace(by_code, hold=sentences.HELD_CODE_AND_NAME_DISAGREE)
    if by_code.hold:
        return by_name if _settles(name, by_name, by_code) else by_code
    return _checked_by_name(by_code, by_name)


def recognise_code(loinc: str, system: str = "loinc") -> Recognition:
    """Say what a LOINC code alone means; another system's code means nothing."""
    code = loinc.strip()
    if system.strip().lower() not in LOINC_SYSTEMS:
        return UNRECOGNISED
    if code in DIHYDROXY_CODES:
        return Recognition(Measurand.DIHYDROXY, "code", refused=_DIHYDROXY)
    if code in PARENT_CODES:
        return Recognition(None, "code", refused=sentences.PARENT_IS_ANOTHER_TEST)
    if code not in LOINC_MEASURANDS:
        return UNRECOGNISED
    measurand, _ = LOINC_MEASURANDS[code]
    return Recognition(measurand, "code", hold=HELD_CODES.get(code, ""))


def _settles(name: str, by_name: Recognition, by_code: Recognition) -> bool:
    """
    Say whether the laboratory's own text is clear where its code is not.

    A code of the D2 part needs a name that tells the part; its own old display,
    "25-hydroxycalciferol", does not.
    """
    if by_code.measurand is Measurand.D2:
        return part_named(_folded(name)) is not None
    return not by_name.hold


def _checked_by_name(by_code: Recognition, by_name: Recognition) -> Recognition:
    """
    Hold a code of another analyte whose report calls it 25-hydroxyvitamin D.

    So is a code of the total or of D3 beside the name of D2, which may be "<4" where
    the total is not. A total is often named "D3", as what nearly all of it is.
    """
    is_total_or_d3 = by_code.measurand in (Measurand.TOTAL, Measurand.D3)
    if is_total_or_d3 and by_name.measurand is Measurand.D2:
        return replace(by_code, hold=sentences.HELD_CODE_AND_NAME_DISAGREE)
    if by_code.measurand in HYDROXYVITAMIN_D or by_name.hold:
        return by_code
    return replace(by_code, hold=sentences.HELD_CODE_AND_NAME_DISAGREE)


# Names --------------------------------------------------------------------------------

_DIHYDROXY = sentences.DIHYDROXY_IS_ANOTHER_TEST

LONGEST_NAME = 300

_VITAMIN = r"(?:vit(?:am?(?:i{1,2}n[a-z]{0,3})?)?|witamin[ay])"
_OH = r"(?:oh|h[yiu]dro(?:x[yi]|ks[yiu])|idross[iy])"
_DASHES = r"[\s,;/_\u2010\u2013-]*"
# A 1 and a 25 with more than blanks between them; "1. 25-OH" is a numbered list.
_ONE_25 = rf"(?<!\d)1(?!\s*25)(?:\.|{_DASHES}(?:alpha|\u03b1|a)?{_DASHES})25(?!\d)"

# Names are searched folded: lower case, no accents, digits plain.
DIHYDROXY_NAMED = re.compile(
    r"[ck]al[czs]+itriol"
    rf"|(?:{_ONE_25}|(?<!\d)125)\W{{0,3}}(?:{_OH}|di\W?{_OH}|diidross)"
)
DIHYDROXY_VITAMIN_NAMED = re.compile(
    rf"{_ONE_25}|di\W?h[yiu]dro(?:x|ks)|diidross|di\W?oh|\(oh\)\W?2"
)
BINDING_PROTEIN_NAMED = re.compile(
    r"(?:binding|bindend\w*|transport\w*)\W*(?:prot|glob|eiwit)|bindungs(?:prot|glob)"
    r"|liante|legante|fijadora|transportadora|baglayici"
)
OTHER_METABOLITE_NAMED = re.compile(
    r"24\s*[,.;:/_-]\s*25|\bepi(?:mer)?\b|epi\W?25"
    r"|\b(?:free|frei|freies|libre|liber[ao]|vrije?|serbest|bioavail\w*)\b"
)
VITAMIN_D_NAMED = re.compile(
    rf"{_VITAMIN}\W{{0,3}}d(?![a-z])"
    rf"|(?<![a-z])d\W{{0,2}}{_VITAMIN}"
    r"|[ck]al[czs]iferol"
    rf"|{_OH}\W{{0,3}}d(?![a-z])"
    rf"|(?<![a-z])d\W?25\W?{_OH}\W?{_VITAMIN}"
)
HYDROXY_NAMED = re.compile(
    rf"(?<!\d)25\W{{0,3}}(?:mono\W?)?(?:{_OH}|ho(?![a-z]))|{_OH}\W{{0,3}}25(?!\d)"
)
# As Finnish laboratories shorten it, by specimen, vitamin, position: "S -D-25-OH";
# and as analysers do, with the generation of the kit: "25-OH VD II", "VD25".
SHORTENED_NAME = re.compile(
    r"f?[psb] ?-? ?d ?- ?25(?:\W?oh)?(?:\W*\(?\d{4,5}\)?)?|d\W?25\W?oh|oh\W?d\W?25"
    r"|25\W{0,2}oh\W{0,2}vd(?: i{1,3})?|vd\W?25(?:t|\W{0,2}oh\W?)?|25\W?vd"
    r"|25\W?oh\W?d\W?t(?:ot)?"
)
# Codes of laboratories for "vitamin D", with a T for the total.
SHORTENED_BARE_NAME = re.compile(
    r"t?vit\W?d\W?(?:t|tot|total)|tvit\W?d|vit\W?d\W?25\W?t|25\W?vit\W?d"
)
CALCIDIOL_NAMED = re.compile(r"[ck]al[czs]i(?:fe)?diol")
# As LOINC names the D2 part now, and the total "Calcidiol+ercalcidiol".
ERCALCIDIOL_NAMED = re.compile(r"(?<![a-z])er(?:go)?[ck]al[czs]i(?:fe)?diol")
PARENT_NAMED = re.compile(r"(?:[ck]h?ole|ergo)[ck]al[czs]iferol")
D3_NAMED = re.compile(r"(?<![a-z])d\W?3(?!\d)|(?:vit|oh)d3(?!\d)|[ck]h?ole[ck]al[czs]i")
D2_NAMED = re.compile(r"(?<![a-z])d\W?2(?!\d)|(?:vit|oh)d2(?!\d)|ergo[ck]al[czs]i")
D2_OR_D3_ALONE = re.compile(r"d\W?[23]")
TOTAL_NAMED = re.compile(
    r"\b(?:total|totale|totaal|totales|gesamt|summe|sum|toplam|calkowita|tot)\b"
)
# How it was measured, which tells nothing of what.
_METHODS = (
    r"ia|clia|eclia|cmia|ria|elisa|hplc|lc|ms|lcms|lcmsms|immunoassay|assay|by|screen"
)
BARE_NAME = re.compile(
    r"(?:(?:serum|plasma|blood|total|s|p|b)\W+)*"
    rf"(?:{_OH}\W?)?(?:{_VITAMIN}\W*d(?:25|[23])?|d[23]?\W*{_VITAMIN})"
    r"(?:\W+(?:25|tot|total|gesamt|totale|totaal|toplam|serum|plasma|blood|blut|level"
    r"|spiegel|status|panel|profile|test|and|metabolites|mass|volume|in|or|s|p"
    rf"|d[23]|{_METHODS}))*\W*"
)


def recognise_name(name: str) -> Recognition:
    """
    Say what a laboratory's own name for a test means.

    >>> recognise_name("Vitamin D, 25-Hydroxy").measurand
    <Measurand.TOTAL: 'total'>
    >>> recognise_name("25-OH-progesterone").basis
    'none'
    """
    folded = _folded(name)
    if shortened := _shortened(folded):
        return shortened
    is_calcidiol = CALCIDIOL_NAMED.search(folded) is not None
    if not is_calcidiol and VITAMIN_D_NAMED.search(folded) is None:
        return _refused(_DIHYDROXY if DIHYDROXY_NAMED.search(folded) else "")
    refused = _other_test(folded)
    if refused:
        return _refused(refused)
    if HYDROXY_NAMED.search(folded):
        return Recognition(part_named(folded) or Measurand.TOTAL, "name")
    if is_calcidiol:
        return Recognition(_calcidiol_named(folded), "name")
    return _without_hydroxy(folded)


def _shortened(folded: str) -> Recognition | None:
    """Say what a laboratory's own code means; None where it is not known."""
    if SHORTENED_NAME.fullmatch(folded):
        return Recognition(Measurand.TOTAL, "name")
    return _BARELY_NAMED if SHORTENED_BARE_NAME.fullmatch(folded) else None


def _calcidiol_named(folded: str) -> Measurand:
    """Return which part "calcidiol" tells: the D3 part, the D2 part with its prefix."""
    others = ERCALCIDIOL_NAMED.sub("", folded)
    if others == folded:
        return Measurand.D3
    has_d3 = CALCIDIOL_NAMED.search(others) is not None
    return Measurand.TOTAL if has_d3 else Measurand.D2


def _refused(reason: str) -> Recognition:
    if not reason:
        return UNRECOGNISED
    measurand = Measurand.DIHYDROXY if reason == _DIHYDROXY else None
    return Recognition(measurand, "name", refused=reason)


def _other_test(folded: str) -> str:
    """Return why a name with vitamin D in it is not 25-hydroxyvitamin D, else empty."""
    if OTHER_METABOLITE_NAMED.search(folded):
        return sentences.OTHER_METABOLITE_IS_ANOTHER_TEST
    if DIHYDROXY_NAMED.search(folded) or DIHYDROXY_VITAMIN_NAMED.search(folded):
        return _DIHYDROXY
    if BINDING_PROTEIN_NAMED.search(folded):
        return sentences.BINDING_PROTEIN_IS_ANOTHER_TEST
    return ""


def part_named(folded: str) -> Measurand | None:
    """
    Return which part of 25-hydroxyvitamin D a folded name tells, or None.

    D2 and D3 named together are the total; "D3 total" stays D3, the cautious reading.
    """
    if ERCALCIDIOL_NAMED.search(folded):
        return _calcidiol_named(folded)
    has_d2, has_d3 = D2_NAMED.search(folded), D3_NAMED.search(folded)
    if has_d2 and has_d3:
        return Measurand.TOTAL
    if has_d2 or has_d3:
        return Measurand.D2 if has_d2 else Measurand.D3
    return Measurand.TOTAL if TOTAL_NAMED.search(folded) else None


def mentions_vitamin_d(name: str) -> bool:
    """
    Say whether a name is about vitamin D, whatever else it says.

    >>> mentions_vitamin_d("Vitamin D (ECLIA)"), mentions_vitamin_d("Vitamin B12")
    (True, False)
    """
    return VITAMIN_D_NAMED.search(_folded(name)) is not None


def names_the_part(name: str) -> bool:
    """
    Say whether a name tells total, D3 or D2, so that it was not only taken as total.

    >>> names_the_part("25-OH vitamin D"), names_the_part("25-OH vitamin D3")
    (False, True)
    """
    return part_named(_folded(name)) is not None


def part_alone(name: str) -> Measurand | None:
    """
    Return the part that a name tells by the word for it and no more, or None.

    >>> part_alone("Gesamt:"), part_alone("D3")
    (<Measurand.TOTAL: 'total'>, <Measurand.D3: 'D3'>)
    >>> part_alone("Total D"), part_alone("Vitamin D3")
    (None, None)
    """
    folded = _folded(name).strip(" :.*")
    is_alone = TOTAL_NAMED.fullmatch(folded) or D2_OR_D3_ALONE.fullmatch(folded)
    return part_named(folded) if is_alone else None


def _without_hydroxy(folded: str) -> Recognition:
    if PARENT_NAMED.search(folded):
        return _refused(sentences.PARENT_IS_ANOTHER_TEST)
    if BARE_NAME.fullmatch(folded):
        return _BARELY_NAMED
    return UNRECOGNISED


def _folded(name: str) -> str:
    """Lower the case, drop accents, make digits plain; a name too long says nothing."""
    if len(name) > LONGEST_NAME:
        return ""
    plain = unicodedata.normalize("NFKD", name).casefold().replace("\u0131", "i")
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).strip()
