"""
Texts that are kept beside a result: cut where they are too long, and the cut is said.

A comment that is too long is no reason to lose the result; a number, a code or a
patient's name that is too long is, and `cells.text_of` refuses it.
"""

from dataclasses import dataclass

from labs.formats.cells import UNWRITABLE
from labs.formats.limits import MAX_FIELD_LENGTHS

CUT = "…"
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class KeptText:
    """A text that fits its field, and what had to be done for that."""

    text: str
    remarks: tuple[str, ...] = ()


NOTHING = KeptText("")


def kept_text(text: str, field: str) -> KeptText:
    """
    Return a text as it can be kept in a field of a result.

    >>> kept_text("27" * 40, "laboratory_flag").remarks
    ('The laboratory flag was longer than 40 characters and was cut.',)
    """
    if not text:
        return NOTHING
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip()
    tidy = UNWRITABLE.sub(REPLACEMENT, lines)
    name, limit = field.replace("_", " "), MAX_FIELD_LENGTHS[field]
    remarks = [f"The {name} held control characters."] if tidy != lines else []
    if len(tidy) > limit:
        tidy = tidy[: limit - len(CUT)] + CUT
        remarks.append(f"The {name} was longer than {limit} characters and was cut.")
    return KeptText(tidy if "\n" in tidy else tidy.strip(), tuple(remarks))
