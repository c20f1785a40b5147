"""
Texts that are kept beside a result: cut where they are too long, and the cut is said.

A comment that is too long is no reason to lose the result; a number, a code or a
patient's name that is too long is, and `cells.text_of` refuses it.
"""

from dataclasses import dataclass

from labs.formats.cells import UNWRITABLE
from labs.formats.limits import MAX_FIELD_LENGTHS
from labs.formats.sentences import N_

HELD_CONTROLS = N_("The %(name)s held control characters.")
WAS_CUT = N_("The %(name)s was longer than %(limit)s characters and was cut.")

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
    remarks = [HELD_CONTROLS % {"name": name}] if tidy != lines else []
    if len(tidy) > limit:
        tidy = tidy[: limit - len(CUT)] + CUT
        remarks.append(WAS_CUT % {"name": name, "limit": limit})
    return KeptText(tidy if "\n" in tidy else tidy.strip(), tuple(remarks))
