"""
Names of another value than the result: a goal, a limit, a mean, an earlier result.

A table leaves out what is surely none of its results; elsewhere, and in doubt, a person
looks. English, German, French, Spanish, Italian, Dutch, Portuguese, Turkish, Polish,
Czech, the Nordic languages and Arabic.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from labs.formats.column_names import ROLE_OF_NAME, Role
from labs.formats.limits import QUOTED_LENGTH
from labs.formats.sentences import N_
from labs.formats.spelling import plain, quoted

ANOTHER_VALUE = N_(
    "The name %(name)s may be that of another value than the result itself, such as an "
    "earlier result or a goal. Check what was measured."
)
LONGEST_NAME = 300


def _words(text: str) -> frozenset[str]:
    return frozenset(plain(text).split())


# With a number behind it such a word is an interval in the name: "goal > 30".
_GOALS = _words(
    "target targets goal goals aim ziel zielwert zielbereich sollwert objectif cible "
    "objetivo meta obiettivo doel streefwaarde hedef hedeflenen cel docelowa docelowy "
    "cil mal malvarde tavoite optimal optimum ideal recommended empfohlen recommande "
    "recomendado المستهدف الهدف"
)
_OTHERS = _words(
    # changes
    "change changed delta difference diff veranderung anderung differenz variation "
    "ecart cambio diferencia variazione differenza verschil degisim zmiana forandring "
    # earlier ones
    "prev previous previously prior vorwert vorwerte vorbefund vorherig vorherige "
    "vorheriger vorheriges anterieur anterieure anteriorite anterior precedent "
    "precedente vorig vorige onceki poprzedni poprzednia poprzednie poprzedniego "
    "forrige foregaende edellinen predchozi السابق السابقة "
    # sums of several
    "average avg mean median mittelwert durchschnitt moyenne promedio media gemiddelde "
    "ortalama srednia medelvarde gjennomsnitt gennemsnit keskiarvo المتوسط ratio "
    "quotient percentile perzentile zscore score z sds "
    # what was made of it
    "log ln log2 log10 sqrt transformed residual residuals deseasonalized "
    "deseasonalised seasonally seasonadj season weighted count counts cat bin binary "
    "dichotomous \u03b4 "
    # what nobody measured
    "imputed grs prs genetic genetically "
    "estimated predicted expected planned geschatzt erwartet geplant estime estimado "
    "stimato geschat tahmini "
    # limits, and what is said of the method
    "cutoff threshold grenzwert schwellenwert seuil umbral soglia drempelwaarde "
    "gransvarde lod loq lloq nachweisgrenze sd cv sem uncertainty messunsicherheit "
    "incertitude incertidumbre incertezza onzekerheid"
)
# Of these a person is to say what they mean: of when it is, or of whom.
_IN_DOUBT = _words(
    "last letzter letzte letztes dernier derniere ultimo ultima laatste ago "
    "maternal mother mothers paternal father cord umbilical infant newborn neonatal "
    "neonate baby fetal foetal partner sibling mutter vater nabelschnur neugeborene "
    "neugeborenes mere maternelle cordon madre materna cordone neonato"
)
# Beside no number they name a level that is compared with; else what is said of one.
_LEVELS = _words(
    "below above under over deficient deficiency insufficient insufficiency sufficient "
    "unter uber unterhalb oberhalb mangel toxic toxisch toxique"
)
# At an end of a name they may be a flag; within it they are of a method.
_MAY_BE_FLAGS = _words("low high lower upper laag hoog")
_INTERVALS = {name for name, role in ROLE_OF_NAME.items() if role is Role.INTERVAL}
_LIMITS = {
    name
    for name, role in ROLE_OF_NAME.items()
    if role in (Role.INTERVAL_LOW, Role.INTERVAL_HIGH)
} - _MAY_BE_FLAGS | {"cut off", "detection limit"}
_OF_NO_RESULT = _GOALS | _OTHERS | _LIMITS
_MAKES_LOOK = _OTHERS | _LIMITS | _IN_DOUBT
_MOST_WORDS = 3  # of the name of a limit
_OF_HYDROXY = ("oh", "hydrox", "hidrox")  # "Target 25-OH-D" has no number behind it


def names_no_result(name: str) -> bool:
    """
    Answer whether a name is surely that of no result.

    One with its number behind it is an interval in the name.

    >>> names_no_result("Target 25-OH-D"), names_no_result("25-OH-D (goal > 30)")
    (True, False)
    >>> names_no_result("25-OH-D reference low"), names_no_result("25-OH-D low")
    (True, False)
    """
    return any(
        part in _OF_NO_RESULT and not has_number
        for part, has_number in _parts(_words_of(name))
    )


def another_value(name: str) -> str:
    """
    Return why a name makes a person look that may be of no result of the sample.

    >>> another_value("25-OH Vitamin D"), another_value("25-OH Vitamin D (goal > 30)")
    ('', '')
    """
    words = _words_of(name)
    ends = {*words[:1], *words[-1:]}
    is_other = (
        bool(ends & (_MAY_BE_FLAGS | _INTERVALS))
        or _names_a_level(words)
        or any(
            part in _MAKES_LOOK or (part in _GOALS and not has_number)
            for part, has_number in _parts(words)
        )
    )
    return ANOTHER_VALUE % {"name": quoted(name, QUOTED_LENGTH)} if is_other else ""


def _names_a_level(words: list[str]) -> bool:
    """Answer whether words name a level to compare with, and not which it is."""
    return not _LEVELS.isdisjoint(words) and not any(
        word.isdigit() and word not in _OF_THE_TEST for word in words
    )


_OF_THE_TEST = frozenset({"25", "2", "3"})  # "25-OH-D", "D2", "D 3"


# A word that stands at the name without a blank, as in "ln25OHD".
_GLUED = re.compile(r"(?:(?<=[^\W\d_]{2})|(?<=\u03b4))(?=25 ?(?:oh|hydr))")


def _words_of(name: str) -> list[str]:
    words = plain(name[:LONGEST_NAME]).replace(" range ", " ")
    return _GLUED.sub(" ", words).split()


def _parts(words: list[str]) -> Iterator[tuple[str, bool]]:
    """
    Give the words of a name, and those together that may name a limit.

    With each comes whether a number stands behind it.
    """
    behind = [*pairwise([*words[1:], "", ""])]
    for start in range(len(words)):
        for end in range(start, min(start + _MOST_WORDS, len(words))):
            number, what = behind[end]
            has_number = number.isdigit() and not what.startswith(_OF_HYDROXY)
            yield " ".join(words[start : end + 1]), has_number
