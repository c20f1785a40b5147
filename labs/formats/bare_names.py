"""
Lines of a table that hold a text alone, and may name the person whose rows follow.

Nothing but the text tells a person's name from a heading. What consists of words of
headings is none; what is words alone is taken for a name; what may hold one is doubt.
"""

from enum import Enum

from labs.formats.cells import names_a_test
from labs.formats.column_names import ROLE_OF_NAME, WORDS_OF_TOTALS
from labs.formats.dates import is_part_of_a_date
from labs.formats.spelling import plain
from labs.formats.tabular import Record

MOST_WORDS = 4  # of a name; a longer line is a sentence that may hold one
NAME_PARTS = 2  # a name, or a family name and a given name beside it
LONGEST_LINE = 80  # characters; a longer line is a paragraph, which heads no rows
_HEADINGS = """
    blood serum plasma urine clinical chemistry biochemistry haematology hematology
    endocrinology immunology vitamin vitamins mineral minerals hormone hormones
    electrolytes lipid lipids liver kidney renal bone thyroid iron metabolic profile
    panel function test tests result results value values report reports history
    previous current baseline follow up fasting note notes comment comments winter
    spring summer autumn fall general routine other summary continued pending
    blutbild blut klinische chemie klinisch vitamine elektrolyte leber niere
    schilddruse knochen befund befunde werte laborwerte verlauf sommer herbst fruhling
    fruhjahr bilan sang sanguin vitamines resultats vitaminas sangre resultados
"""
_PLACES = "laboratory laboratories lab labs labor clinic hospital klinik hopital"
HEADING_WORDS = frozenset(_HEADINGS.split()) | WORDS_OF_TOTALS
WORDS_OF_PLACES = frozenset(_PLACES.split())
WORDS_OF_COLUMNS = frozenset(word for name in ROLE_OF_NAME for word in name.split())
NO_PARTS_OF_NAMES = HEADING_WORDS | WORDS_OF_COLUMNS


class Bare(Enum):
    """What a line that holds a text alone may be."""

    NO_NAME = "no name"
    NAME = "name"
    DOUBT = "doubt"


def bare_text(record: Record) -> str:
    """Return the text that a line holds alone; empty for more, such as a test's."""
    filled = [cell for cell in record.cells if cell]
    if len(filled) > NAME_PARTS or record.cells[: len(filled)] != tuple(filled):
        return ""
    if any(map(names_a_test, filled)):
        return ""
    return " ".join(filled)


def read_bare(text: str) -> Bare:
    """
    Return what a text that stands alone between rows may be.

    >>> [read_bare(text).value for text in ("Ada Okafor", "Tom", "Vitamin D", "2025")]
    ['name', 'doubt', 'no name', 'no name']
    """
    words = plain(text).split()
    if not words or len(text) > LONGEST_LINE or _is_of_something(text, words):
        return Bare.NO_NAME
    others = [word for word in words if word not in NO_PARTS_OF_NAMES]
    if not others:
        return Bare.NO_NAME
    are_all = len(others) == len(words)
    is_name = are_all and NAME_PARTS <= len(words) <= MOST_WORDS
    return Bare.NAME if is_name else Bare.DOUBT


def _is_of_something(text: str, words: list[str]) -> bool:
    """Say whether a text has a number, or names a month, a place or a test."""
    if any(sign.isdigit() for sign in text) or is_part_of_a_date(text):
        return True
    return not WORDS_OF_PLACES.isdisjoint(words) or names_a_test(text)
