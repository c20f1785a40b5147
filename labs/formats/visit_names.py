"""
Which visit a column is of, where a row holds several: "date_v1, vitd_v1, date_v2".

A study writes one line for a person and one group of columns for each visit. The visit
is a word at an end of the name, a unit may stand behind it.
"""

import re

_WORDS = (
    r"visit|v|timepoint|time|tp|t|week|wk|w|month|mo|m|year|yr|y|day|exam"
    r"|follow[ _-]?up|fu"
)
_ALONE = (
    r"baseline|base|bl|follow[ _-]?up|fu|pre|post|before|after|first|second|third"
    r"|fourth"
)
_VISIT = rf"(?:(?:{_WORDS})[ _.-]?\d{{1,3}}|{_ALONE})"
_BEHIND = re.compile(rf"(?P<stem>.*[^ _.-])[ _.-]+(?P<visit>{_VISIT})", re.IGNORECASE)
_NUMBERED = re.compile(r"(?P<stem>.*[^ _.\d-])[ _.-]*(?P<visit>\d{1,2})", re.ASCII)
_BEFORE = re.compile(rf"(?P<visit>{_VISIT})[ _.-]+(?P<stem>.+)", re.IGNORECASE)
_BETWEEN = re.compile(r"[ _.-]+")
_AGAIN = re.compile(r"\.\d{1,2}$")  # as programs tell columns of one name apart


def name_of_repeated(name: str) -> str:
    """
    Return the name that a column has in common with the same one of other visits.

    >>> name_of_repeated("25-OH-D (ng/mL).1"), name_of_repeated("25-OH-D (ng/mL)")
    ('25-OH-D (ng/mL)', '25-OH-D (ng/mL)')
    """
    return _AGAIN.sub("", name)


def visit_in_name(name: str) -> tuple[str, str]:
    """
    Return the name without its visit, and the visit; both empty where it names none.

    >>> visit_in_name("vitd_v1"), visit_in_name("Visit 2 date")
    (('vitd', 'v1'), ('date', 'visit2'))
    >>> visit_in_name("25-OH-D 1"), visit_in_name("vitd")
    (('25-OH-D', '1'), ('', ''))
    """
    ways = (_BEHIND, _BEFORE, _NUMBERED)
    found = next(filter(None, (way.fullmatch(name) for way in ways)), None)
    if found is None:
        return "", ""
    return found["stem"], _BETWEEN.sub("", found["visit"]).casefold()
