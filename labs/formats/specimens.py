"""
Whether a sample is one of the patient's blood, as every test is that is kept here.

"Calcium" in a urine sample is another test than calcium in blood, and its name alone
does not tell. What is said of the sample, and of the panel around the result, does.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from labs.domain.measurands import COMPANIONS, HYDROXYVITAMIN_D, Measurand
from labs.formats.cells import CellRefused
from labs.formats.limits import QUOTED_LENGTH
from labs.formats.sentences import N_
from labs.formats.spelling import plain, quoted

ANOTHER_SAMPLE = N_(
    "It is a test of another sample than blood, %(sample)s. Nothing of it is taken "
    "from a file."
)
NOT_OF_BLOOD = N_(
    "The file says %(sample)s, and this is a test of blood. Check what was measured."
)
CORD_BLOOD = N_(
    "The file says %(sample)s, which is a newborn's blood. Check whose result it is."
)
LONGEST_SAMPLE = 200
OF_BLOOD = COMPANIONS | HYDROXYVITAMIN_D

_WORDS = re.compile(
    r"\b(?:urin\w*|urn?|\w{4,12}urin|orina|idrar\w*|virtsa\w*|vizelet\w*|mocz\w*|moc|harn"
    r"|csf|liquor|cerebrospinal\w*|stools?|stuhl\w*|selles|heces|fa?eces|saliva|speichel|milk"
    r"|salive|sweat|schweiss|dialysat\w*|ascit\w*|pleura\w*|peritoneal\w*|amniotic"
    r"|fruchtwasser|semen|muttermilch"
    r"|lait maternel|leche materna|hair|nails?|haarprobe|cheveux|capelli|cabello"
    r"|quality control|qc material|control serum"
    r"|моч[аиеу]|в моче)\b|尿|소변|שתן|بول"
)
_OF_THE_CORD = re.compile(
    r"\b(?:cord$|cord (?:blood|serum|plasma|venous|arterial)"
    r"|umbilical|nabelschnur\w*|navelstreng\w*|(?:sang|serum) (?:de|du) cordon"
    r"|cordon ombilical|sangre de cordon|sangue (?:de|do) cordao|cordone ombelicale"
    r"|kordon kani)|脐带|臍帯|חבל הטבור|الحبل السري"
)
_CODES = frozenset(
    {"u", "ur", "urn", "uc", "ut", "urt", "urc", "ucl", "24u", "u24", "24ur", "ur24"}
    | {"stl", "sal", "swt", "amn", "plr", "dia", "smn"}
)


def other_sample(texts: Iterable[str]) -> str:
    """
    Return the text that names another sample than blood; empty where none does.

    >>> other_sample(["Serum", "24H UR"]), other_sample(["Uric acid", "Harnstoff"])
    ('24H UR', '')
    >>> other_sample(["25(OH)D hair"])
    '25(OH)D hair'
    """
    return next((text for text in texts if text and _is_other(text)), "")


@lru_cache(maxsize=4_096)
def _is_other(text: str) -> bool:
    words = plain(text[:LONGEST_SAMPLE])
    return words in _CODES or _WORDS.search(words) is not None


def sample_reason(measurand: Measurand, loinc: str, texts: Iterable[str]) -> str:
    """
    Return why a result of another sample is held; empty where the sample is blood's.

    Raises CellRefused for a companion that is known by its name alone: in another
    sample that name means another test.
    """
    texts = tuple(texts)
    sample = other_sample(texts)
    if measurand not in OF_BLOOD:
        return ""
    if not sample:
        return _cord_reason(texts)
    shown = {"sample": quoted(sample, QUOTED_LENGTH)}
    if measurand in COMPANIONS and not loinc:
        raise CellRefused(ANOTHER_SAMPLE % shown)
    return NOT_OF_BLOOD % shown


def _cord_reason(texts: Iterable[str]) -> str:
    """Return why blood of the cord is held, which may stand in the mother's record."""
    cord = next((text for text in texts if _is_of_the_cord(text)), "")
    return CORD_BLOOD % {"sample": quoted(cord, QUOTED_LENGTH)} if cord else ""


@lru_cache(maxsize=4_096)
def _is_of_the_cord(text: str) -> bool:
    return _OF_THE_CORD.search(plain(text[:LONGEST_SAMPLE])) is not None


def is_of_other_sample(measurand: Measurand, texts: Iterable[str]) -> bool:
    """Answer whether a test of blood is said to be one of another sample."""
    return measurand in OF_BLOOD and bool(other_sample(texts))
