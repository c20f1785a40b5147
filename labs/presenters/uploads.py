"""An uploaded file in words: its questions, what it would do, what became of it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from labs.presenters.words import dated
from labs.services.uploading import has_file, listed_rows

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
    """Rows that share a fate, with how many there are in all."""

    name: str
    count: int
    rows: list["ImportRow"]
    more: int

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


def batch_line(batch: "ImportBatch") -> BatchLine:
    """Return a file for a list."""
    return BatchLine(
        batch.pk, batch.file_name, _(STATES[batch.state]), _counts(batch), _who(batch)
    )


def batch_words(batch: "ImportBatch") -> BatchWords:
    """Return a file for its page."""
    rows = listed_rows(batch)
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
        sections=list(_sections(batch, rows)),
        medicines=[row for row in rows if row.kind == "medicine"],
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


def _sections(batch: "ImportBatch", rows: "list[ImportRow]") -> "list[Section]":
    counts = {
        "held": batch.held,
        "refused": batch.refused,
        "added": batch.added - batch.held,
        "here": batch.already_here,
    }
    found = []
    for kind, ahead, behind in SECTIONS:
        shown = [row for row in rows if row.kind == kind][:MOST_SHOWN]
        name = _(ahead) if batch.state in ("asked", "read") else _(behind)
        if counts[kind]:
            more = counts[kind] - len(shown)
            found.append(Section(name, counts[kind], shown, more))
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
