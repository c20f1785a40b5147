"""An uploaded file in words: its questions, what it would do, what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from accounts.services.commas import parted
from labs import queries
from labs.domain.measurands import Measurand
from labs.domain.measurements import Comparator, ResultStatus
from labs.domain.units import Unit
from labs.formats.entries import UNITS_ASKED
from labs.presenters.reader_words import place_words, quotes_nothing, reader_words
from labs.presenters.results import STATUS_WORDS
from labs.presenters.words import ShownValue, as_read, dated, measurand_words
from labs.services.importing import NOT_SHARED as LATER_DAY
from labs.services.telling_files import NOT_TOLD, OPEN
from labs.services.uploading import (
    AS_BEFORE,
    has_file,
    is_of_nobody_known,
    may_open_records,
)

if TYPE_CHECKING:
    from accounts.models import Patient
    from labs.models import ImportBatch, ImportRow
    from labs.services.telling_files import ToldFile, ToldRows

STATES = {
    "asked": gettext_noop("A question is open"),
    "read": gettext_noop("Read, not saved yet"),
    "saved": gettext_noop("Saved"),
    "undone": gettext_noop("Taken back"),
}
NOT_READ = gettext_noop("Not read yet")
SECTIONS = (
    ("held", gettext_noop("Held for review"), gettext_noop("Were held for review")),
    ("refused", gettext_noop("Refused"), gettext_noop("Were refused")),
    ("added", gettext_noop("Will be added"), gettext_noop("Were added")),
    ("here", gettext_noop("Already here"), gettext_noop("Were here already")),
)
NOT_SHARED = gettext_noop("Not shared with you.")
ORDERS = {
    "ymd": gettext_noop("year, month, day"),
    "dmy": gettext_noop("day, month, year"),
    "mdy": gettext_noop("month, day, year"),
}
PLAIN = ("", ResultStatus.FINAL.value, ResultStatus.NOT_STATED.value)
MOST_SHOWN = 100
TAKEN = ("held", "added", "here")


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A file in a list."""

    id: UUID
    file_name: str
    state: str
    counts: str
    who_and_when: str


@dataclass(frozen=True, slots=True)
class UnderstoodWords:
    """What would be stored of a row: beside the file's own words, to be compared."""

    test: str
    value: ShownValue
    day: str
    status: str  # empty where it is final or not stated


class AnsweredWords(NamedTuple):
    """A question that was answered: it can be answered otherwise until it is saved."""

    kind: str
    said: str
    choices: list[tuple[str, str]]
    is_as_before: bool  # said of an earlier file with the same columns


@dataclass(slots=True)
class RowWords:
    """
    A row: where it stands, what the file says, as what it is understood, and why.

    `person` is whose record it goes to, in a file of many people.
    """

    id: int
    where: str
    who: str
    what: str
    why: str
    is_because_of_day: bool
    patient_id: UUID | None
    understood: UnderstoodWords | None
    person: str = ""
    is_told: bool = True

    def hide(self) -> None:
        """Leave out what the row says; where it stands is told."""
        why = self.why if self.is_because_of_day else _(NOT_SHARED)
        self.who = self.what = self.person = ""
        self.understood, self.why, self.is_told = None, why, False


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
    rows: list["RowWords"]
    more: int
    earlier: int = 0
    later: int = 0

    @property
    def has_reasons(self) -> bool:
        """Say whether any row of it says why."""
        return any(row.why for row in self.rows)

    @property
    def is_understood(self) -> bool:
        """Say whether any row of it became a result."""
        return any(row.understood for row in self.rows)

    @property
    def has_people(self) -> bool:
        """Say whether its rows go to records of several people."""
        return any(row.person for row in self.rows)


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
    are_warnings_all: bool
    sections: list[Section]
    listed: list["ImportRow"]
    medicines: list[RowWords]
    other_person: str
    question: dict[str, Any]
    orders: list[tuple[str, str]]
    answered: list["AnsweredWords"]
    may_open_records: bool
    opens_records: bool
    is_unread: bool
    is_open: bool
    can_save: bool
    can_undo: bool
    has_refused: bool

    @property
    def has_medicines(self) -> bool:
        """Say whether a medicine is told."""
        return any(row.is_told for row in self.medicines)

    def hide_untold(self, told: "ToldRows") -> None:
        """Leave out what the rows say that are not told."""
        for row in (*self.medicines, *(r for s in self.sections for r in s.rows)):
            if row.id not in told.ids:
                row.hide()

    def match_people(self, seen: Mapping[UUID, str]) -> None:
        """Say of each row that is told whose record it goes to."""
        for section in self.sections:
            for row in section.rows:
                if row.is_told and row.patient_id:
                    row.person = seen.get(row.patient_id, "")
                elif row.is_told and section.kind in TAKEN:
                    row.person = _("a new record")


def batch_line(batch: "ImportBatch") -> BatchLine:
    """Return a file for a list."""
    return BatchLine(
        batch.pk, batch.file_name, _state_words(batch), _counts(batch), _who(batch)
    )


def batch_words(
    batch: "ImportBatch", told: "ToldFile", pages: Mapping[str, int]
) -> BatchWords:
    """Return a file for its page; `pages` says which page of which fate is asked."""
    question = told.question
    found = _pages_of(batch, pages)
    sections = _sections(batch, found)
    medicines = queries.rows_of_file(batch, kind="medicine", most=MOST_SHOWN)
    listed = [row for page in found.values() for row in page.rows]
    return BatchWords(
        id=batch.pk,
        file_name=batch.file_name,
        format=place_words(batch.file_format),
        state=batch.state,
        state_words=_state_words(batch),
        who_and_when=_who(batch),
        summary=_summary(batch),
        warnings=warnings_told(told),
        are_warnings_all=batch.state == "read" and not any(_counted(batch)),
        sections=sections,
        listed=[*listed, *medicines],
        medicines=[_row_words(row) for row in medicines],
        other_person=other_person_words(told),
        question=_question_words(question, told),
        orders=[
            (one, _(ORDERS[one]))
            for one in question.get("choices", ())
            if one in ORDERS
        ],
        answered=_answered(batch) if batch.state == "read" else [],
        may_open_records=may_open_records(batch),
        opens_records=bool(batch.answers.get("create_patients")),
        is_unread=_is_unread(batch),
        is_open=batch.state in OPEN,
        can_save=batch.state == "read" and batch.added > 0,
        can_undo=batch.state == "saved" and batch.added > 0,
        has_refused=batch.refused > 0 and has_file(batch),
    )


def _is_unread(batch: "ImportBatch") -> bool:
    """Say whether a file waits to be looked at, and asks nothing."""
    return batch.state == "asked" and not batch.question


def _state_words(batch: "ImportBatch") -> str:
    return _(NOT_READ) if _is_unread(batch) else _(STATES[batch.state])


def _answered(batch: "ImportBatch") -> list[AnsweredWords]:
    """Return what was said of the file's dates and unit, with what else can be said."""
    is_as_before = bool(batch.answers.get(AS_BEFORE))
    offered = {
        "date_order": [(order, _(words)) for order, words in ORDERS.items()],
        "unit": [(unit, unit) for unit in UNITS_ASKED],
    }
    return [
        AnsweredWords(kind, batch.answers[kind], choices, is_as_before)
        for kind, choices in offered.items()
        if kind in batch.answers
    ]


class _Page(NamedTuple):
    """The rows of one fate that are asked for, and which page of how many rows."""

    rows: "list[ImportRow]"
    number: int
    last: int
    listed: int


def _pages_of(batch: "ImportBatch", pages: Mapping[str, int]) -> dict[str, _Page]:
    listed = queries.counts_of_rows(batch)
    found = {}
    for kind in _counts_by_kind(batch):
        count = listed.get(kind, 0)
        last = max(1, -(-count // MOST_SHOWN))
        number = min(max(1, pages.get(kind, 1)), last)
        start = (number - 1) * MOST_SHOWN
        rows = queries.rows_of_file(batch, kind=kind, skipped=start, most=MOST_SHOWN)
        found[kind] = _Page(rows, number, last, count)
    return found


def _counts_by_kind(batch: "ImportBatch") -> dict[str, int]:
    counts = {
        "held": batch.held,
        "refused": batch.refused,
        "added": batch.added - batch.held,
        "here": batch.already_here,
    }
    return {kind: count for kind, count in counts.items() if count}


def _sections(batch: "ImportBatch", pages: Mapping[str, _Page]) -> list[Section]:
    counts = _counts_by_kind(batch)
    return [
        Section(
            kind,
            _(ahead) if batch.state in OPEN else _(behind),
            counts[kind],
            [_row_words(row) for row in pages[kind].rows],
            more=counts[kind] - pages[kind].listed,
            earlier=pages[kind].number - 1,
            later=pages[kind].number + 1
            if pages[kind].number < pages[kind].last
            else 0,
        )
        for kind, ahead, behind in SECTIONS
        if kind in counts
    ]


def other_person_words(told: "ToldFile") -> str:
    """Return whom a file speaks of instead, named where all of the file is told."""
    if not told.other_person or told.is_whole:
        return told.other_person
    return _("somebody else")


def warnings_told(told: "ToldFile") -> list[str]:
    """Return what was tolerated in a file, as far as it is told."""
    words = (told_words(str(warning), told) for warning in told.warnings)
    return list(dict.fromkeys(words))


def told_words(text: str, told: "ToldFile") -> str:
    """Return what a reader said; what quotes the file, where all of it is told."""
    is_told = text != NOT_TOLD and (told.is_whole or quotes_nothing(text))
    return reader_words(text) if is_told else _(NOT_SHARED)


def _question_words(question: Mapping[str, Any], told: "ToldFile") -> dict[str, Any]:
    """Return what a file asks, its sentence in the language of the page."""
    if "sentence" not in question:
        return {**question}
    return {**question, "sentence": told_words(question["sentence"], told)}


def _row_words(row: "ImportRow") -> RowWords:
    return RowWords(
        id=row.pk,
        where=place_words(row.where),
        who=row.who,
        what=row.what,
        why=reader_words(row.why),
        is_because_of_day=row.why == LATER_DAY,
        patient_id=row.patient_id,
        understood=_understood_words(row.understood) if row.understood else None,
    )


def _understood_words(told: Mapping[str, str]) -> UnderstoodWords:
    number, sign = Decimal(told["value"]), told["comparator"]
    unit, status = told["unit"], told.get("status", "")
    return UnderstoodWords(
        test=measurand_words(Measurand(told["measurand"])),
        value=as_read(number, Unit(unit), Comparator(sign) if sign else None)
        if unit
        else ShownValue(told["value"], _("unit not read")),
        day=dated(date.fromisoformat(told["collected_on"])),
        status="" if status in PLAIN else _(STATUS_WORDS[ResultStatus(status)]),
    )


def matched_words(patient: "Patient", clinic_id: UUID | None) -> str:
    """Return whose record rows go to: name, birth date, number of the clinic."""
    born_on = patient.born_on
    known = (each for each in patient.numbers.all() if each.clinic_id == clinic_id)
    born = dated(born_on) if born_on else _("not recorded")
    return parted(
        (
            patient.name or _("Name not recorded"),
            _("born %(day)s") % {"day": born},
            *(each.number for each in known),
        )
    )


def _counted(batch: "ImportBatch") -> tuple[int, ...]:
    return batch.added, batch.already_here, batch.refused


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
                "%(count)s comes as corrected or withdrawn and replaces the earlier "
                "result, where that is here.",
                "%(count)s come as corrected or withdrawn and replace the earlier "
                "results, where those are here.",
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
        lines += _nothing_new(batch)
    if batch.undone_at is not None:
        lines.append(
            _("Taken back by %(name)s on %(day)s.")
            % {
                "name": batch.undone_by_name,
                "day": dated(timezone.localtime(batch.undone_at).date()),
            }
        )
    return lines


def _nothing_new(batch: "ImportBatch") -> list[str]:
    """Return what is true of a file of which nothing would be added, by its counts."""
    if not batch.already_here and not batch.refused:
        return [_("No result that is kept here was found in this file.")]
    if not batch.refused:
        return [_("Nothing of this file is new.")]
    lines = [_("Nothing of this file can be added.")]
    if batch.already_here:
        here = ngettext(
            "%(count)s result is already here.",
            "%(count)s results are already here.",
            batch.already_here,
        )
        lines.append(here % {"count": batch.already_here})
    refused = ngettext(
        "%(count)s row was refused, for the reason below.",
        "%(count)s rows were refused, each for the reason below.",
        batch.refused,
    )
    lines.append(refused % {"count": batch.refused})
    if is_of_nobody_known(batch):
        lines.append(_("Nobody whom this file names was found in this clinic."))
    return lines


def _who(batch: "ImportBatch") -> str:
    day = dated(timezone.localtime(batch.entered_at).date())
    return _("%(name)s, %(day)s") % {"name": batch.entered_by_name, "day": day}
