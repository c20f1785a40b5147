"""Dated notes in finished words: for their page, the record, the chart, the report."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from labs.domain.events import (
    ADD_TO_HEALTH_FACTS,
    ADD_TO_THEIR_HEALTH_FACTS,
    EVENT_NAMES,
    IS_A_HEALTH_FACT_TOO,
    EventKind,
)
from labs.presenters.words import dated

if TYPE_CHECKING:
    from labs.models import NotedEvent


@dataclass(frozen=True, slots=True)
class EventWords:
    """One note; ``asks`` leads to the health facts, empty where nothing is asked."""

    event_id: str
    name: str
    days: str
    who: str
    asks: str
    is_withdrawn: bool
    withdrawn: str
    has_end: bool
    can_change: bool = False


def event_name(row: "NotedEvent") -> str:
    """Return what was noted: the person's own words, else the kind's name."""
    kind = EventKind(row.kind)
    if kind is EventKind.OTHER:
        return row.words
    name = _(EVENT_NAMES[kind])
    return f"{name}: {row.words}" if row.words else name


def event_words(
    row: "NotedEvent", *, for_patient: bool, can_change: bool = False
) -> EventWords:
    """Return a note as it stands in a list."""
    withdrawn = _("withdrawn by %(who)s") % {"who": row.withdrawn_by_name}
    return EventWords(
        event_id=str(row.pk),
        name=event_name(row),
        days=event_days(row),
        who=_("noted by %(who)s") % {"who": row.entered_by_name},
        asks=_question(row, for_patient=for_patient),
        is_withdrawn=row.withdrawn_at is not None,
        withdrawn=withdrawn if row.withdrawn_at is not None else "",
        has_end=row.ends_on is not None,
        can_change=can_change,
    )


def event_days(row: "NotedEvent") -> str:
    """Return the day, or from when until when."""
    first = dated(row.starts_on)
    if row.ends_on is None or row.ends_on == row.starts_on:
        return first
    days = {"first": first, "last": dated(row.ends_on)}
    return _("%(first)s to %(last)s") % days


def _question(row: "NotedEvent", *, for_patient: bool) -> str:
    if EventKind(row.kind) not in IS_A_HEALTH_FACT_TOO or row.withdrawn_at is not None:
        return ""
    return _(ADD_TO_HEALTH_FACTS if for_patient else ADD_TO_THEIR_HEALTH_FACTS)
