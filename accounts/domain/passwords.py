"""
Which passwords are refused, by NIST SP 800-63B-4, section 3.1.1.

Length counts, composition does not: no rule asks for a capital or a digit. A word
that an attacker would try first because it is the person's own is refused by name.
"""

import re
import unicodedata

MINIMUM_LENGTH = 15  # where the password may stand alone
SHORTEST_OWN_WORD = 4
LONGEST_REPEATED_UNIT = 5
SITE_WORDS = ("calcidiol",)
SEQUENCES = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
)


def own_words(*, name: str, email: str) -> tuple[str, ...]:
    """Return the words of four letters or more that belong to a person."""
    parts = re.split(r"[\W_\d]+", f"{name} {email}")
    words = {folded(part) for part in parts if len(part) >= SHORTEST_OWN_WORD}
    return (*sorted(words), *SITE_WORDS)


def own_word_in(password: str, *, name: str, email: str) -> str | None:
    """Return the person's own word that the password contains, or None."""
    typed = folded(password)
    for word in own_words(name=name, email=email):
        if word in typed:
            return word
    return None


def is_pattern(password: str) -> bool:
    """
    Return whether the password only repeats or runs along a row of keys.

    >>> is_pattern("abcabcabcabcabcabc"), is_pattern("three blue teapots")
    (True, False)
    """
    typed = folded(password)
    return _repeats(typed) or any(
        typed in row * 2 or typed in row[::-1] * 2 for row in SEQUENCES
    )


def _repeats(typed: str) -> bool:
    for size in range(1, LONGEST_REPEATED_UNIT + 1):
        unit = typed[:size]
        if typed and (unit * len(typed))[: len(typed)] == typed:
            return True
    return False


def folded(text: str) -> str:
    """Return the text as an attacker's list would have it, whatever its case."""
    return unicodedata.normalize("NFKC", text).casefold()
