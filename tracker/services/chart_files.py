"""
Charts as files, each drawn once for as long as it says the same.

What a chart is made from is read for each reader, under the policies, and noted in the
trail. What is kept of a picture is found by all of that, and tells nobody more.
"""

from collections.abc import Callable, Hashable
from hashlib import sha256

from django.core.cache.backends.locmem import LocMemCache
from django.db.models import Model
from django.utils.translation import get_language

from accounts import statements
from tracker.services import measuring
from tracker.services.catalogues import not_reviewed_words
from tracker.services.dashboards import Charted, Unjudged

MINUTES_KEPT = 10
PICTURES_KEPT = 200  # of each process; one of a thousand results has 60 kB
_pictures = LocMemCache(
    "chart-files",
    {"timeout": MINUTES_KEPT * 60, "max_entries": PICTURES_KEPT},
)


def picture(
    read: Unjudged,
    chosen: Hashable,
    kind: str,
    draw: Callable[[Charted], bytes],
) -> bytes:
    """
    Return the picture of what was read, drawn anew where it is not known.

    `draw` may depend on nothing but the record, what was `chosen` and the language.
    """
    key = _key(read, chosen, kind)
    known: bytes | None = _pictures.get(key)
    if known is not None:
        return known
    drawn = drawn_anew(read, kind, draw)
    _pictures.set(key, drawn)
    return drawn


def drawn_anew(read: Unjudged, kind: str, draw: Callable[[Charted], bytes]) -> bytes:
    """Return the picture of what was read, of which nothing is kept."""
    record = read.judged()
    with measuring.rendering(kind):
        return draw(record)


def forget() -> None:
    """Draw every chart anew when it is asked for next, as tests want it."""
    _pictures.clear()


def _key(read: Unjudged, chosen: Hashable, kind: str) -> str:
    """Return one word for all that a picture shows; 64 letters."""
    told = (
        kind,
        chosen,
        get_language(),
        not_reviewed_words(),
        read.viewer.kind,
        read.viewer.id,
        read.today,
        read.shared_from,
        read.is_cared_for,
        *(sorted(each) for each in (read.scopes, read.parts, read.partly)),
        _columns(read.patient),
        _columns(read.clinic),
        read.targets,
        read.periods,
        read.health,
        [_columns(each) for each in read.events],
        read.laboratories,
        read.unread,
        # A stored result is never changed (labs.models.result): its id stands for it.
        [row.pk.int for row in read.rows],
    )
    return sha256(repr(told).encode()).hexdigest()


def _columns(row: Model | None) -> list[object]:
    """Return what a stored row says, without what was noted on it while it was read."""
    if row is None:
        return []
    said = vars(row)
    return [said.get(name) for name in statements.columns_of(type(row))]
