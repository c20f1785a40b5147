"""
The marks within a laboratory's flag.

One flag may hold several: HL7 repeats the field, FHIR and C-CDA send a list. It is
stored and quoted as it came; whoever asks what it says asks for its marks.
"""

import re

_BETWEEN = re.compile(r"[,;~]")
_AROUND = " *!()[]"  # "HH*", "(H)": how reports set a mark off


def written_marks(flag: str) -> tuple[str, ...]:
    """
    Return each mark as it was written.

    >>> written_marks("H~ critical high")
    ('H', 'critical high')
    """
    return tuple(mark for part in _BETWEEN.split(flag) if (mark := part.strip()))


def mark_named(written: str) -> str:
    """
    Return a mark in capitals, without what sets it off.

    >>> mark_named("(hh)*"), mark_named("Critical  high")
    ('HH', 'CRITICAL HIGH')
    """
    return " ".join(written.strip(_AROUND).upper().split())


def marks_of(flag: str) -> frozenset[str]:
    """
    Return every mark of a flag, in capitals.

    >>> sorted(marks_of("h; HH*"))
    ['H', 'HH']
    """
    return frozenset(mark_named(written) for written in written_marks(flag))
