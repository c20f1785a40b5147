"""
Running texts that tell of vitamin D with a number; no value is read out of them.

A whole report may be sent as one text. Where no result stands beside it, what it holds
would be passed over without a word.
"""

import re
from itertools import islice

from labs.domain.measurands import mentions_vitamin_d
from labs.formats.sentences import N_

IN_A_TEXT = N_(
    "A text tells of vitamin D with a number (%(where)s). Values are not read out of "
    "running text; enter them by hand."
)
_NUMBER_AND_UNIT = re.compile(
    r"\d\s{0,3}(?:[nu\u00b5\u03bc]g/m?l|mcg/l|nmol/l)(?![a-z])", re.IGNORECASE
)
NAME_BEFORE = 120  # characters; what stands farther away names something else
LONGEST_TEXT = 200_000
MOST_NUMBERS = 1_000  # so that no text takes long


def tells_of_vitamin_d(text: str) -> bool:
    """
    Answer whether a number with a unit of vitamin D stands behind its name.

    >>> tells_of_vitamin_d("Vit. D (25-OH): 31 ng/mL"), tells_of_vitamin_d("31 ng/mL")
    (True, False)
    """
    text = text[:LONGEST_TEXT]
    found = islice(_NUMBER_AND_UNIT.finditer(text), MOST_NUMBERS)
    places = (number.start() for number in found)
    return any(mentions_vitamin_d(text[max(0, at - NAME_BEFORE) : at]) for at in places)
