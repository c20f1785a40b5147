"""The rows of the worklist, each drawn once for as long as it says the same."""

from functools import lru_cache
from uuid import UUID

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from labs.presenters.worklist import RowWords

register = template.Library()
ROWS_KEPT = 1_000  # of each process; a clinic looks at twenty pages of them


@register.simple_tag
def worklist_row(row: RowWords, clinic_key: UUID) -> SafeString:
    """
    Draw a patient of the list.

    Who reviews one row sees the others again, and they say what they said: what is kept
    is kept by all of a row's words, so that it tells nobody more than those words do.
    """
    return _drawn(row, clinic_key, get_language())


@lru_cache(ROWS_KEPT)
def _drawn(row: RowWords, clinic_key: UUID, _language: str | None) -> SafeString:
    given = {"row": row, "clinic_key": clinic_key}
    return render_to_string("tracker/worklist/row.html", given)


def forget() -> None:
    """Draw every row anew when it is shown next, as tests want it."""
    _drawn.cache_clear()
