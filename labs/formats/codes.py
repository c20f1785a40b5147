"""LOINC codes as tables write them, and telling them from a laboratory's own codes."""

import re

LONGEST_CODE = 40
_CODE = re.compile(r"(\d{1,7})-(\d)", re.ASCII)
_PREFIX = re.compile(r"(?:loinc|ln)\s*[:#^|]?\s*", re.IGNORECASE)


def is_code(text: str) -> bool:
    """Answer whether a text is written like a code of LOINC, right or wrong."""
    return _CODE.fullmatch(text) is not None


def loinc_in(cell: str) -> str:
    """
    Return the LOINC code that a cell writes, or an empty text.

    The last digit of a code is a check digit, so that a laboratory's own number with a
    dash is not taken for one.

    >>> loinc_in("LOINC: 62292-8"), loinc_in("62292-7"), loinc_in("VITD25")
    ('62292-8', '', '')
    """
    text = _bare(cell)
    found = _CODE.fullmatch(text)
    return text if found and _check_digit(found[1]) == int(found[2]) else ""


def _bare(cell: str) -> str:
    return _PREFIX.sub("", cell.strip(), count=1) if len(cell) <= LONGEST_CODE else ""


def _check_digit(digits: str) -> int:
    """Return the digit that LOINC puts behind the dash (Luhn, modulus 10)."""
    doubled = "".join(
        str(int(digit) * 2) if place % 2 == 0 else digit
        for place, digit in enumerate(reversed(digits))
    )
    return -sum(map(int, doubled)) % 10


def parted_codes(loinc: str, other: str) -> tuple[str, str]:
    """
    Return LOINC code and local code out of a column of LOINC and one of any codes.

    A column named LOINC is believed, so that a wrong code stays as it was received.

    >>> parted_codes("", "1989-3"), parted_codes("VITD", "")
    (('1989-3', ''), ('', 'VITD'))
    """
    named = _bare(loinc)
    is_code = _CODE.fullmatch(named) is not None
    found = named if is_code else loinc_in(other)
    local = [
        text for text in ("" if is_code else loinc, other) if text and text != found
    ]
    return found, " ".join(local)
