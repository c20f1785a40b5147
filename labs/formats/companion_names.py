"""
Companions of 25-hydroxyvitamin D by the names that laboratories print.

The whole name must say it: "Calcium" is calcium, "Calcium oxalate" and anything of
urine is not. Total, adjusted and ionised calcium are three measurands.
"""

import re
import unicodedata
from functools import lru_cache

from labs.domain.quantities import Measurand

LONGEST_NAME = 80
_ELSEWHERE = re.compile(
    r"\b(?:urin\w*|orin\w*|mocz\w*|u|24 ?h|csf|liquor|stool|stuhl|ratio|quotient\w*"
    r"|clearance|score|antibod\w*|antikorper)\b|/"
)
# What may stand around a name and changes nothing.
_AROUND = re.compile(
    r"\b(?:serum|plasma|blood|blut|sang|sangre|sangue|bloed|s|p|b|i|im|in|is|ser|plas"
    r"|level|concentration|test|mass|moles|lc|enz)\b"
)
_CA = r"(?:calcium|kalzium|kalsium|calcio|calcemie|wapn|ca)"
_TOTAL = r"(?:total|totale|totaal|totales|gesamt|tot)"
_ADJUSTED = (
    r"(?:adjusted|corrected|adj|corr|korrigiert|korr|corrige|corrigee|corregido"
    r"|corretto|gecorrigeerd)"
)
_IONISED = r"(?:ioni[sz]ed|ionisiert|ionise|ionico|ionizzato|geioniseerd|ionisert|ion)"
_INTACT = r"(?:intact|intakt\w*)"
_NAMES: dict[Measurand, tuple[str, ...]] = {
    Measurand.CALCIUM: (rf"{_CA}(?: {_TOTAL})?", rf"{_TOTAL} {_CA}"),
    Measurand.ADJUSTED_CALCIUM: (
        rf"(?:adjusted|corrected) {_CA}",
        rf"{_CA} (?:albumin )?{_ADJUSTED}(?: (?:for )?albumin\w*)?",
    ),
    Measurand.IONISED_CALCIUM: (
        rf"(?:ioni[sz]ed|free) {_CA}",
        rf"{_CA} {_IONISED}",
    ),
    Measurand.PTH: (
        rf"i?pth(?: ?{_INTACT})?",
        rf"{_INTACT} (?:pth|parathormon)",
        rf"parath?ormon\w*(?: {_INTACT})?",
        r"parathyrin",
        r"parathyroid hormone(?: intact| pth| pth intact)?",
    ),
    Measurand.PHOSPHATE: (
        r"(?:inorganic )?phosphate?(?: inorganic)?",
        r"phosphate? anorg\w*",
        r"phosphor(?:us|e)?",
        r"fosfato|fosfaat|fosfat|fosforo|fosfor",
    ),
    Measurand.ALBUMIN: (r"albumin[ae]?",),
    Measurand.CREATININE: (r"[ck]reatinin[ae]?", r"kreatynina", r"creat"),
    Measurand.EGFR: (
        r"e?gfr(?: ckd epi(?: 20\d\d)?)?",
        r"(?:e?gfr )?ckd epi(?: 20\d\d)?",
        r"dfg(?: ckd epi)?",
    ),
    Measurand.MAGNESIUM: (r"magnesium|magnesio|magnez|mg",),
    Measurand.ALP: (
        r"alp|alkp",
        r"alkal?ine phosphatase|alkalische phosphatase|alkalische fosfatase",
        r"phosphatases? alcalines?|fosfatas[ai] alcalina",
    ),
    Measurand.INR: (r"inr",),
}
_PATTERNS = tuple(
    (measurand, re.compile("|".join(names))) for measurand, names in _NAMES.items()
)


def companion_named(name: str) -> Measurand | None:
    """
    Return which companion a whole name tells; None for anything else.

    >>> companion_named("Kalzium korrigiert"), companion_named("Calcium, urine")
    (<Measurand.ADJUSTED_CALCIUM: 'adjusted_calcium'>, None)
    """
    return _companion_named(name) if len(name) <= LONGEST_NAME else None


@lru_cache(maxsize=4_096)
def _companion_named(name: str) -> Measurand | None:
    plain = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    if _ELSEWHERE.search(letters):
        return None
    words = _AROUND.sub(" ", re.sub(r"[^a-z0-9]+", " ", letters))
    told = " ".join(words.split())
    found = (each for each, pattern in _PATTERNS if pattern.fullmatch(told))
    return next(found, None) if told else None
