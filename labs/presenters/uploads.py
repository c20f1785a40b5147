"""An uploaded file in words: its questions, what it would do, what became of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from labs.presenters.words import dated
from labs.services.uploading import count_listed, has_file, listed_rows

if TYPE_CHECKING:
    from labs.models import ImportBatch, ImportRow

STATES = {
    "asked": gettext_noop("A question is open"),
    "read": gettext_noop("Read, not saved yet"),
    "saved": gettext_noop("Saved"),
    "undone": gettext_noop("Taken back"),
}
SECTIONS = (
    ("held", gettext_noop("Held for review"), gettext_noop("Were held for review")),
    ("refused", gettext_noop("Refused"), gettext_noop("Were refused")),
    ("added", gettext_noop("Will be added"), gettext_noop("Were added")),
    ("here", gettext_noop("Already here"), gettext_noop("Were here already")),
)
ORDERS = {
    "ymd": gettext_noop("year, month, day"),
    "dmy": gettext_noop("day, month, year"),
    "mdy": gettext_noop("month, day, year"),
}
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A file in a list."""

    id: UUID
    file_name: str
    state: str
    counts: str
    who_and_when: str


@dataclass(frozen=True, slots=True)
class Section:
    """
    Rows that share a fate, a page of them, with how many there are in all.

    `earlier` and `later` are the pages beside this one, 0 where there is none; `more`
    counts what is never listed.
    """

    kind: str
    name: str
    count: int
    rows: list["ImportRow"]
    more: int
    earlier: int = 0
    later: int = 0

    @property
    def has_reasons(self) -> bool:
        """Say whether any row of it says why."""
        return any(row.why for row in self.rows)


@dataclass(frozen=True, slots=True)
class BatchWords:
    """A file, ready for its page."""

    id: UUID
    file_name: str
    format: str
    state: str
    state_words: str
    who_and_when: str
    summary: list[str]
    warnings: list[str]
    sections: list[Section]
    medicines: list["ImportRow"]
    other_person: str
    question: dict[str, Any]
    orders: list[tuple[str, str]]
    is_open: bool
    can_save: bool
    can_undo: bool
    has_refused: bool

    @property
    def people(self) -> list[UUID]:
        """Return whose rows are shown, each once."""
        rows = [row for section in self.sections for row in section.rows]
        return list(dict.fromkeys(row.patient_id for row in rows if row.patient_id))

    def hide_all_but(self, seen: Collection[UUID]) -> None:
        """Take out what rows say of people who do not share with the viewer now."""
        for section in self.sections:
            for row in section.rows:
                if row.patient_id and row.patient_id not in seen:
                    row.who = row.what = ""
                    row.why = _("Not shared with you any more.")


def batch_line(batch: "ImportBatch") -> BatchLine:
    """Return a file for a list."""
    return BatchLine(
        batch.pk, batch.file_name, _(STATES[batch.state]), _counts(batch), _who(batch)
    )


def batch_words(
    batch: "ImportBatch", pages: Mapping[str, int] | None = None
) -> BatchWords:
    """Return a file for its page; `pages` says which page of which fate is asked."""
    is_open = batch.state in ("asked", "read")
    question = batch.question if is_open else {}
    return BatchWords(
        id=batch.pk,
        file_name=batch.file_name,
        format=batch.file_format,
        state=batch.state,
        state_words=_(STATES[batch.state]),
        who_and_when=_who(batch),
        summary=_summary(batch),
        warnings=[str(warning) for warning in batch.warnings],
        sections=_sections(batch, pages or {}),
        medicines=listed_rows(batch, "medicine", start=0, count=MOST_SHOWN),
        other_person=batch.other_person,
        question=question,
        orders=[
            (one, _(ORDERS[one]))
            for one in question.get("choices", ())
            if one in ORDERS
        ],
        is_open=is_open,
        can_save=batch.state == "read" and batch.added > 0,
        can_undo=batch.state == "saved" and batch.added > 0,
        has_refused=batch.refused > 0 and has_file(batch),
    )


def _sections(batch: "ImportBatch", pages: Mapping[str, int]) -> list[Section]:
    counts = {
        "held": batch.held,
        "refused": batch.refused,
        "added": batch.added - batch.held,
        "here": batch.already_here,
    }
    listed = count_listed(batch)
    found = []
    for kind, ahead, behind in SECTIONS:
        if not counts[kind]:
            continue
        name = _(ahead) if batch.state in ("asked", "read") else _(behind)
        last = max(1, -(-listed.get(kind, 0) // MOST_SHOWN))
        page = min(max(1, pages.get(kind, 1)), last)
        start = (page - 1) * MOST_SHOWN
        rows = listed_rows(batch, kind, start=start, count=MOST_SHOWN)
        found.append(
            Section(
                kind,
                name,
                counts[kind],
                rows,
                more=counts[kind] - listed.get(kind, 0),
                earlier=page - 1,
                later=page + 1 if page < last else 0,
            )
        )
    return found


def _counts(batch: "ImportBatch") -> str:
    if batch.state == "asked":
        return ""
    return ngettext(
        "%(added)s result, %(held)s held, %(here)s already here, %(refused)s refused",
        "%(added)s results, %(held)s held, %(here)s already here, %(refused)s refused",
        batch.added,
    ) % {
        "added": batch.added,
        "held": batch.held,
        "here": batch.already_here,
        "refused": batch.refused,
    }


def _summary(batch: "ImportBatch") -> list[str]:
    """Return the counts that no section shows."""
    lines = []
    if batch.corrected:
        lines.append(
            ngettext(
                "%(count)s replaces a result that the laboratory sent before.",
                "%(count)s replace results that the laboratory sent before.",
                batch.corrected,
            )
            % {"count": batch.corrected}
        )
    if batch.people_created:
        lines.append(
            ngettext(
                "%(count)s record is opened for a person not known here.",
                "%(count)s records are opened for people not known here.",
                batch.people_created,
            )
            % {"count": batch.people_created}
        )
    if batch.state == "read" and not batch.added:
        lines.append(_("Nothing of this file is new."))
    if batch.undone_at is not None:
        lines.append(
            _("Taken back by %(name)s on %(day)s.")
            % {
                "name": batch.undone_by_name,
                "day": dated(timezone.localtime(batch.undone_at).date()),
            }
        )
    return lines


def _who(batch: "ImportBatch") -> str:
    day = dated(timezone.localtime(batch.entered_at).date())
    return _("%(name)s, %(day)s") % {"name": batch.entered_by_name, "day": day}
