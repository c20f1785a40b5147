"""
Share links: a report for somebody outside, behind a code and a PIN.

The code goes into the part of the address that browsers keep to themselves; the PIN
goes another way. Neither is kept. What is kept of the PIN is mixed with the code, so
that a stolen database is no place to guess its six digits.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from accounts.domain.one_time_codes import fingerprint

PIN_LENGTH = 6
MOST_WRONG_PINS = 5  # of one link, by whomever; then it is shut for good
LONGEST_DAYS = 90
MOST_OPENINGS = 20
OPENING_LASTS = timedelta(minutes=60)


def new_pin() -> str:
    """Return a fresh PIN."""
    return "".join(secrets.choice("0123456789") for _ in range(PIN_LENGTH))


def pin_mark(code: str, pin: str) -> str:
    """
    Return what is stored of a PIN, however code and PIN were typed.

    >>> pin_mark("7K3QF-00000", "12 34 56") == pin_mark("7k3qf 00000", "123456")
    True
    """
    digits = "".join(pin.split())
    return hashlib.sha256(f"{fingerprint(code)}:{digits}".encode()).hexdigest()


def is_still_open(opened_at: datetime, *, at: datetime) -> bool:
    """Return whether what was opened may still be read without the PIN."""
    return opened_at <= at < opened_at + OPENING_LASTS
