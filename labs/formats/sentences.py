"""
What the readers of files say to people, known by its template.

A reader says it in English, and so it is kept with a file: nobody knows who will read
it, in which language. Whoever shows it finds the template that it came from, among
those marked here, and says it in the language of the page.
"""

from collections.abc import Sequence

_TEMPLATES: dict[str, None] = {}


def N_(template: str) -> str:  # noqa: N802 - the name that gettext's tools look for
    """Mark a template for the translators and remember it; the text stays as it is."""
    _TEMPLATES[template] = None
    return template


def templates() -> tuple[str, ...]:
    """Return every template that the readers imported so far have marked."""
    return tuple(_TEMPLATES)


def is_without_blanks(text: str) -> bool:
    """Say whether a text is words of ours alone, which quote nothing."""
    return text in _TEMPLATES


# What several readers say -------------------------------------------------------------

BIRTH_DATE_NOT_READ = N_("The birth date was not read: %(why)s")
NAMED_WHY = N_("%(name)s: %(why)s")
AND_MORE = N_("%(names)s and %(more)s more")
BOTH = N_("%(one)s and %(other)s")
EITHER = N_("%(one)s or %(other)s")
NOTHING = N_("nothing")
TYPED_BY_PERSON = N_("It was entered by the patient or a carer, not by a laboratory.")
NAMELESS_TEST = N_("a test without a name")

# The parts of a result, as a sentence names them.
PARTS = (
    N_("patient id"),
    N_("patient name"),
    N_("given name"),
    N_("family name"),
    N_("born on"),
    N_("collected on"),
    N_("any date"),
    N_("reported on"),
    N_("value"),
    N_("comparator"),
    N_("unit"),
    N_("measurand"),
    N_("loinc"),
    N_("any code"),
    N_("local code"),
    N_("test name"),
    N_("any name"),
    N_("any id"),
    N_("interval"),
    N_("interval low"),
    N_("interval high"),
    N_("laboratory"),
    N_("method"),
    N_("specimen"),
    N_("held"),
    N_("laboratory flag"),
    N_("status"),
    N_("comment"),
    N_("product"),
    N_("directions"),
    N_("starts on"),
    N_("ends on"),
    N_("accession"),
    N_("collected time"),
    N_("checked by"),
)


def listed(names: Sequence[str], most: int) -> str:
    """
    Return the first names in a row, and how many more there are.

    >>> listed(["'a'", "'b'", "'c'"], 2), listed(["'a'"], 2)
    ("'a', 'b' and 1 more", "'a'")
    """
    shown, more = ", ".join(names[:most]), len(names) - most
    return AND_MORE % {"names": shown, "more": more} if more > 0 else shown
