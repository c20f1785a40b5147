"""What the words on a report mean: what a thing is, never what to do about it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from labs.domain.quantities import Measurand
from labs.domain.units import Unit


@dataclass(frozen=True, slots=True)
class Term:
    """A word with its meaning; the key is its place on the page."""

    key: str
    name: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """Terms that belong together."""

    title: str
    terms: list[Term]


VITAMIN_D = (
    (
        "25-hydroxyvitamin-d",
        gettext_noop("25-hydroxyvitamin D, 25(OH)D"),
        gettext_noop(
            "The form of vitamin D that laboratories measure in blood. The liver makes "
            "it from the vitamin D of food, supplements and skin. Its total is the D3 "
            "part and the D2 part together."
        ),
    ),
    (
        "d3-and-d2",
        gettext_noop("D3 part, D2 part"),
        gettext_noop(
            "Two kinds of vitamin D. D3 comes from skin, from animal food and from "
            "many products; D2 comes from yeast and mushrooms and from some products. "
            "A laboratory may report each by itself. A range set here speaks of the "
            "total."
        ),
    ),
    (
        "1-25",
        gettext_noop("1,25-dihydroxyvitamin D"),
        gettext_noop(
            "A hormone that the kidneys make from 25-hydroxyvitamin D. It is another "
            "test, in other units, and is kept in a series of its own."
        ),
    ),
)
UNITS = (
    (
        "ng-ml",
        gettext_noop("ng/mL, nanograms per millilitre"),
        gettext_noop(
            "A mass in a volume: billionths of a gram in a millilitre of serum. µg/L "
            "is the same number."
        ),
    ),
    (
        "nmol-l",
        gettext_noop("nmol/L, nanomoles per litre"),
        gettext_noop(
            "A count of molecules in a volume. For total 25-hydroxyvitamin D one ng/mL "
            "is about 2.5 nmol/L, so 28 ng/mL and 70 nmol/L say the same. A result "
            "keeps the unit of its report."
        ),
    ),
    (
        "sign",
        gettext_noop("A sign before the number, like <4 or >150"),
        gettext_noop(
            "The laboratory could tell only that the value lies below or above this "
            "number."
        ),
    ),
)
REPORT = (
    (
        "range",
        gettext_noop("Range"),
        gettext_noop(
            "The span that a clinician set for one person, from one day on, with a "
            "name and a reason. Calcidiol sets none by itself."
        ),
    ),
    (
        "interval",
        gettext_noop("The laboratory's interval and flag"),
        gettext_noop(
            "What the laboratory printed beside its number, for everybody whom it "
            "tests. It is quoted as printed, apart from the range."
        ),
    ),
    (
        "method",
        gettext_noop("Method: immunoassay, LC-MS/MS"),
        gettext_noop(
            "How the laboratory measures. An immunoassay uses antibodies; LC-MS/MS "
            "weighs the molecules. Two methods can give two numbers for one sample."
        ),
    ),
    (
        "specimen",
        gettext_noop("Serum, plasma, finger prick, dried blood spot"),
        gettext_noop(
            "The kind of sample. Serum and plasma are the liquid part of blood from a "
            "vein; a finger prick gives a few drops, which may be dried on paper."
        ),
    ),
    (
        "status",
        gettext_noop("Preliminary, final, corrected, cancelled"),
        gettext_noop(
            "How far the laboratory had finished. A corrected report replaces an "
            "earlier one; both stay readable here."
        ),
    ),
    (
        "imprecision",
        gettext_noop("Imprecision (CV) and short-term variation"),
        gettext_noop(
            "A test repeated on one sample gives slightly other numbers, and blood "
            "itself varies from week to week. Two results are held against both before "
            "a difference is called larger than usual."
        ),
    ),
)
COMPANIONS = (
    (
        "calcium",
        gettext_noop("Calcium: total, adjusted, ionised"),
        gettext_noop(
            "Total calcium is all of it. Adjusted calcium is calculated for the "
            "albumin of the same sample. Ionised calcium is the part that is not "
            "bound. Each has intervals of its own."
        ),
    ),
    (
        "albumin",
        gettext_noop("Albumin"),
        gettext_noop("A protein of the blood that carries part of the calcium."),
    ),
    (
        "pth",
        gettext_noop("Parathyroid hormone (PTH)"),
        gettext_noop("A hormone of four small glands in the neck that moves calcium."),
    ),
    (
        "phosphate",
        gettext_noop("Phosphate, magnesium"),
        gettext_noop("Minerals in blood that laboratories report beside calcium."),
    ),
    (
        "alp",
        gettext_noop("Alkaline phosphatase (ALP)"),
        gettext_noop("An enzyme in blood that comes mostly from bone and liver."),
    ),
    (
        "creatinine",
        gettext_noop("Creatinine, eGFR"),
        gettext_noop(
            "Creatinine is a substance that kidneys clear from blood. eGFR is "
            "calculated from it and estimates how much blood the kidneys filter in a "
            "minute."
        ),
    ),
    (
        "inr",
        gettext_noop("INR"),
        gettext_noop(
            "A measure of how long blood takes to clot, used with blood thinners of "
            "the warfarin type. It is shown as context alone."
        ),
    ),
)
CHAPTERS = (
    (gettext_noop("Vitamin D"), VITAMIN_D),
    (gettext_noop("Numbers and units"), UNITS),
    (gettext_noop("What stands on a report"), REPORT),
    (gettext_noop("Other tests"), COMPANIONS),
)
EXPLAINED_UNDER = {
    Measurand.TOTAL: "25-hydroxyvitamin-d",
    Measurand.UNSPECIFIED: "25-hydroxyvitamin-d",
    Measurand.D3: "d3-and-d2",
    Measurand.D2: "d3-and-d2",
    Measurand.DIHYDROXY: "1-25",
    Measurand.CALCIUM: "calcium",
    Measurand.ADJUSTED_CALCIUM: "calcium",
    Measurand.IONISED_CALCIUM: "calcium",
    Measurand.URINE_CALCIUM: "calcium",
    Measurand.ALBUMIN: "albumin",
    Measurand.PTH: "pth",
    Measurand.PHOSPHATE: "phosphate",
    Measurand.MAGNESIUM: "phosphate",
    Measurand.ALP: "alp",
    Measurand.CREATININE: "creatinine",
    Measurand.EGFR: "creatinine",
    Measurand.INR: "inr",
}


EXPLAINED_UNITS = {Unit.NG_PER_ML: "ng-ml", Unit.NMOL_PER_L: "nmol-l"}


def explained(measurand: Measurand, unit: Unit) -> list[Term]:
    """Return what a test and its unit are, to stand where they are read first."""
    keys = (EXPLAINED_UNDER[measurand], EXPLAINED_UNITS.get(unit, ""))
    known = {term.key: term for chapter in chapters() for term in chapter.terms}
    return [known[key] for key in keys if key in known]


def chapters() -> list[Chapter]:
    """Return the whole glossary in the reader's language."""
    return [
        Chapter(
            _(title), [Term(key, _(name), _(meaning)) for key, name, meaning in terms]
        )
        for title, terms in CHAPTERS
    ]
