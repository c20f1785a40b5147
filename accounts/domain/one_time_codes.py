"""
Codes that are told once and kept as a hash.

Twenty-five characters of Crockford's thirty-two: 125 random bits, which nobody
guesses, and no letters that are read as another.
"""

import hashlib
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 25
GROUP = 5
MISREAD = str.maketrans(
    {"O": "0", "I": "1", "L": "1", "-": "", "\u2011": "", "\u2013": ""}
)


def new_code() -> str:
    """Return a fresh code, in groups, as it is shown."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    groups = (letters[start : start + GROUP] for start in range(0, LENGTH, GROUP))
    return "-".join(groups)


def fingerprint(code: str) -> str:
    """
    Return what is stored of a code, however it was typed.

    >>> fingerprint("7k3qf-00000-11111-zzzzz") == fingerprint(
    ...     " 7K3QF OOOOO lIiL1 ZZZZZ"
    ... )
    True
    """
    letters = "".join(code.split()).upper().translate(MISREAD)
    return hashlib.sha256(letters.encode()).hexdigest()
