"""
Companions of 25-hydroxyvitamin D by the names that laboratories print.

The whole name must say it: "Calcium" is calcium, "Calcium oxalate" and anything of
urine is not. Total, adjusted and ionised calcium are three measurands.
"""

import re
import unicodedata
from functools import lru_cache

from labs.domain.quantities import Measurand
from labs.formats.other_alphabets import companion_in_latin

LONGEST_NAME = 80
_ELSEWHERE = re.compile(
    r"\b(?:urin\w*|orin\w*|mocz\w*|u|24 ?h|csf|liquor|stool|stuhl|quotient\w*"
    r"|(?<!normalized )(?<!normalised )ratio"
    r"|clearance|score|antibod\w*|antikorper)\b|/"
)
# As the long names of LOINC say what is measured of it.
_AMOUNT_OF_WHAT = re.compile(r"\[(?:mass|moles|enzymatic activity|units)/volume\]")
# What may stand around a name and changes nothing.
_AROUND = re.compile(
    r"\b(?:serum|plasma|blood|blut|sang|sangre|sangue|bloed|krew|kan|s|p|b|fs|fp|i|im|in"
    r"|is|ser|plas|se|pl|w|en|level|concentration|conc|test|mass|moles|lc|enz|surowic[ay]"
    r"|lvl|0[1-9]|or|suero|siero|serico|serica|seriques?|plasmatique)\b"
)
_CA = (
    r"(?:calcium|kalzium|kalsium|kalcium|kalsiyum|calcio|calcemi[ae]|calcemie|wapn|ca"
    r"|vapnik|kalcij|kaltsium|calciu)"
)
_TOTAL = (
    r"(?:total|totale|totaal|totales|gesamt|tot|toplam|calkowity|totalt|totaler|tx"
    r"|celkovy|osszes)"
)
_ADJUSTED = (
    r"(?:adjusted|corrected|adj|corr|corr?eg|korrigiert|korr|korrigert|korrigeret"
    r"|korrigerat|corrige|corrigee|corregido|corregida|corretto|corrigido"
    r"|korr\w*|korj\w*|gecorrigeerd|skorygowany|duzeltilmis|korigovany)"
)
_IONISED = (
    r"(?:ioni[sz]ed|ionisiert|ioniserat|ioniseret|ionise|ionico|ionizzato|ionizado"
    r"|geioniseerd|ionisert|ionizowany|zjonizowany|iyonize|iyonlasmis|ion"
    r"|ionizovany|frei)"
)
_INTACT = r"(?:intact[aeo]?|intakt\w*|intatto|intacte|intakt)"
# "Magnesium (Mg)": a name with the sign for it.
_WITH_SIGN = re.compile(r"([^()]+)\(\s*(\w{1,4})\s*\)")
_CREATININE = "cr"  # alone it may be chromium
_ALBUMIN = r"(?:albumin[aeo]?|albumiini|albumina|alb)"
_PHOSPHATE = (
    r"(?:phosphate?s?|phosphor(?:us|e)?|fosfato|fosfaat|fosfat|fosfor[oy]?|fosfaatti"
    r"|foszfat|phosphoremie|fosforemia|phos|po4)"
)
_NAMES: dict[Measurand, tuple[str, ...]] = {
    Measurand.CALCIUM: (rf"{_CA}(?: {_TOTAL})?", rf"{_TOTAL} {_CA}"),
    Measurand.ADJUSTED_CALCIUM: (
        rf"(?:albumin )?(?:adjusted|adj|corrected|corr|korrigiertes|duzeltilmis) {_CA}",
        rf"{_CA} (?:albumine? ?|alb )?{_ADJUSTED}(?: (?:for |a |per )?albumin\w*)?",
    ),
    Measurand.IONISED_CALCIUM: (
        rf"(?:ioni[sz]ed|free|iyonize|ionisiertes|ion) {_CA}",
        rf"{_CA} {_IONISED}",
        rf"{_CA}ion(?: frit)?(?: ph 7 4)?",
    ),
    Measurand.PTH: (
        rf"i?pth(?: ?{_INTACT})?",
        rf"{_INTACT} (?:pth|parath?ormon\w*)",
        rf"parath?ormon\w*(?: {_INTACT})?(?: pth)?",
        rf"pth parath?ormon\w*(?: {_INTACT})?",
        r"parathyrin[ae]?(?: intact)?",
        r"parathyroid hormone(?: intact| pth| pth intact)?",
        r"hormona paratiroidea(?: intacta)?(?: pth)?",
        r"hormone parathyroidienne",
    ),
    Measurand.PHOSPHATE: (
        rf"(?:inorganic |anorg\w* )?{_PHOSPHATE}",
        rf"{_PHOSPHATE} (?:inorganic[ao]?|inorganique|anorg\w*|nieorganiczny)",
    ),
    Measurand.ALBUMIN: (_ALBUMIN,),
    Measurand.CREATININE: (
        r"[ck]reatinin[aei]?(?: jaffe| enz\w*)?",
        r"kreatynina",
        r"kreatiniini",
        r"creat|crea|krea|kreat",
    ),
    Measurand.EGFR: (
        r"(?:e|est |estimated )?gfr(?: (?:ckd epi|mdrd)(?: 20\d\d)?)?",
        r"(?:e?gfr )?ckd epi(?: 20\d\d)?",
        r"(?:e?dfg|dfge|debit de filtration glomerulaire)(?: ckd epi| mdrd)?",
        r"(?:estimated )?glomerular filtration rate(?: estimated)?",
        r"glomerulare filtrationsrate",
        r"(?:filtrado glomerular|vfg)(?: estimado)?(?: ckd epi)?",
    ),
    Measurand.MAGNESIUM: (
        r"magnesium|magnesio|magnez|magnezyum|magneziu|magneziy|magnesemia|mg",
        r"horcik|magnezij",
    ),
    Measurand.ALP: (
        r"alp|alkp|alk phos|alk phosphatase|alkaline phos|ap",
        r"alkal?ine phosphatase|alkal(?:ische)? phosphatase|alkalische fosfatase",
        r"(?:alkaline phosphatase|alkalische phosphatase) (?:alp|ap)",
        r"phosphatases? alcalines?(?: pal)?|fosfatas[ai] alcalina|pal",
        r"fosfataza (?:alkaliczna|zasadowa)(?: alp)?",
        r"alkalen fosfataz|alkalk? fosfat?as|alkalisk fosfatas[e]?|alkalna fosfataza",
    ),
    Measurand.INR: (
        r"inr(?: platelet poor by coagulation assay)?",
        r"(?:pt|quick|prothrombin time|prothrombin|protrombin|protrombina|tp) inr",
        r"pt inr",
        r"international normali[sz]ed ratio(?: inr)?",
    ),
}
# Letters that have no decomposition into a base letter and an accent.
_LETTERS = str.maketrans({"\N{LATIN SMALL LETTER DOTLESS I}": "i", "ł": "l", "ø": "o"})
_PATTERNS = tuple(
    (measurand, re.compile("|".join(names))) for measurand, names in _NAMES.items()
)


# Tests that are often sent beside these and are kept nowhere here.
_OTHERS = re.compile(
    r"\b(?:ferritin\w*|transferrin\w*|iron|eisen|fer serique|tsh|ft[34]|t[34]"
    r"|thyroxin\w*|b12|[ck]obalamin\w*|folat\w*|folsaure|gluc?ose|glukose|glicemia"
    r"|hba1c|cholesterol|cholesterin|triglycerid\w*|sodium|natrium|potassium|kalium|chlorid\w*|alt|ast|ggt"
    r"|gpt|got|bilirubin\w*|urea|harnstoff|uric acid|harnsaure|ha?emoglobin\w*|crp"
    r"|testosteron\w*|estradiol|cortisol|insulin|psa|zin[ck]|selen\w*|homocystein\w*"
    r"|vit(?:amin)? ?[ace]|vit(?:amin)? ?k[12]?)\b"
)


_OF_VITAMIN_D = re.compile(
    r"vit\w*\W{0,3}d(?![a-z])|25\W{0,3}\(?(?:oh|hydroxy)|[ck]al[czs]i(?:fe)?diol"
)


def other_test_named(name: str) -> bool:
    """
    Answer whether a name plainly tells a test that is neither vitamin D nor kept here.

    >>> other_test_named("Ferritin, Serum"), other_test_named("25-OH D")
    (True, False)
    """
    if len(name) > LONGEST_NAME:
        return False
    plain = _plain(name)
    return bool(_OTHERS.search(plain)) and not _OF_VITAMIN_D.search(plain)


def companion_named(name: str) -> Measurand | None:
    """
    Return which companion a whole name tells; None for anything else.

    >>> companion_named("Kalzium korrigiert"), companion_named("Calcium, urine")
    (<Measurand.ADJUSTED_CALCIUM: 'adjusted_calcium'>, None)
    """
    return _companion_named(name) if len(name) <= LONGEST_NAME else None


@lru_cache(maxsize=4_096)
def _companion_named(name: str) -> Measurand | None:
    letters = _AMOUNT_OF_WHAT.sub(" ", _plain(companion_in_latin(name)))
    if _ELSEWHERE.search(letters):
        return None
    words = _AROUND.sub(" ", re.sub(r"[^a-z0-9]+", " ", letters))
    told = " ".join(words.split())
    found = (each for each, pattern in _PATTERNS if pattern.fullmatch(told))
    companion = next(found, None) if told else None
    return companion or _named_with_its_sign(name)


def _named_with_its_sign(name: str) -> Measurand | None:
    """Return what a name and the sign in brackets behind it both tell."""
    parts = _WITH_SIGN.fullmatch(name.strip())
    named = companion_named(parts[1]) if parts else None
    if parts is None or named is None:
        return None
    is_creatinine = named is Measurand.CREATININE and _plain(parts[2]) == _CREATININE
    return named if is_creatinine or companion_named(parts[2]) is named else None


def _plain(name: str) -> str:
    """Lower the case and drop accents."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return letters.translate(_LETTERS)
