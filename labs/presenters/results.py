"""Results as lines of a table, as pages of their own, and as questions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from labs.domain import sentences as said
from labs.domain.change import Change, ChangeRefused, change_sentences
from labs.domain.comparability import boundary_between, not_stated
from labs.domain.laboratories import NOTHING_KNOWN, Laboratories
from labs.domain.measurands import COMPANIONS
from labs.domain.measurements import ResultStatus
from labs.domain.plausibility import Question, QuestionKind
from labs.domain.quantities import Measurand
from labs.domain.units import Unit
from labs.presenters.glossary import EXPLAINED_UNDER, Term, explained
from labs.presenters.positions import PositionMark, own_mark, position_mark
from labs.presenters.reader_words import reader_words
from labs.presenters.words import (
    ShownValue,
    as_reported,
    dated,
    dated_short,
    in_unit,
    measurand_words,
    reported_unit,
    spelled,
    spoken_all,
    unit_words,
)
from labs.services.answering import CONFIRMED, OWN_DOUBTS
from labs.services.judging import WITHDRAWN, Judged
from labs.services.recording import Entry

if TYPE_CHECKING:
    from labs.models import LabResult, ResultMove

STATUS_WORDS = {
    ResultStatus.REGISTERED: gettext_noop("not released yet"),
    ResultStatus.PRELIMINARY: gettext_noop("preliminary"),
    ResultStatus.FINAL: gettext_noop("final"),
    ResultStatus.AMENDED: gettext_noop("amended"),
    ResultStatus.CORRECTED: gettext_noop("corrected by the laboratory"),
    ResultStatus.CANCELLED: gettext_noop("cancelled by the laboratory"),
    ResultStatus.ENTERED_IN_ERROR: gettext_noop("entered in error"),
    ResultStatus.UNKNOWN: gettext_noop("status not known"),
    ResultStatus.NOT_STATED: gettext_noop("status not stated"),
}
SOURCE_WORDS = {
    "typed_by_patient": gettext_noop("Typed by patient"),
    "typed_by_carer": gettext_noop("Typed by carer"),
    "typed_by_clinic": gettext_noop("Typed by clinic"),
    "imported_file": gettext_noop("From an imported file"),
}


# In a table of 25-hydroxyvitamin D its name stands above, so the part is enough.
SHORT_NAMES = {
    Measurand.TOTAL: gettext_noop("total"),
    Measurand.D3: gettext_noop("D3 part only"),
    Measurand.D2: gettext_noop("D2 part only"),
    Measurand.UNSPECIFIED: gettext_noop("form not stated"),
}


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One line of the results' table, in finished words."""

    result_id: str
    collected_on: date
    day: str
    test: str
    reported: ShownValue
    shown: ShownValue
    mark: PositionMark
    laboratory: str
    method: str
    laboratory_flag: str
    printed_interval: str
    status: str
    version: int
    is_withdrawn: bool = False
    held_because: str = ""
    own_mark: PositionMark | None = None
    remark: str = ""
    is_confirmed: bool = False


def result_row(judged: Judged, unit: Unit) -> ResultRow:
    """Return a result as a line of the table, shown in the reader's unit too."""
    row = judged.row
    is_final = judged.status is ResultStatus.FINAL
    return ResultRow(
        result_id=str(row.pk),
        collected_on=row.collected_on,
        day=dated_short(row.collected_on),
        test=_(SHORT_NAMES.get(judged.measurand, ""))
        or measurand_words(judged.measurand),
        reported=as_reported(row),
        shown=in_unit(judged.measurement, unit),
        mark=position_mark(judged.flag),
        laboratory=row.laboratory or _("not stated"),
        method=row.method or _("not stated"),
        laboratory_flag=row.laboratory_flag,
        printed_interval=row.interval_text,
        status="" if is_final else _(STATUS_WORDS[judged.status]),
        version=row.version,
        is_withdrawn=judged.is_withdrawn,
        held_because=reader_words(row.held_because),
        own_mark=own_mark(judged),
        remark=another_test_words(judged.measurand),
        is_confirmed=row.version_reason.startswith(CONFIRMED),
    )


def remarks_of(rows: Iterable[ResultRow]) -> list[str]:
    """Return why some of these rows are kept apart, each reason once."""
    return list(dict.fromkeys(row.remark for row in rows if row.remark))


# Questions ----------------------------------------------------------------------------

ANSWERS_OF_UNIT: list[tuple[str, str]] = [
    (Unit.NMOL_PER_L.value, "nmol/L"),
    (Unit.NG_PER_ML.value, "ng/mL"),
]
HOLD_ANSWER = ("hold", said.CHOICE_NOT_SURE)
ANSWERS = {
    QuestionKind.DUPLICATE: [
        ("same", gettext_noop("Yes, it is the same: do not add it")),
        ("different", gettext_noop("No, it is another result: add it")),
    ],
    QuestionKind.SAME_DAY: [
        ("different", gettext_noop("Yes, two different results: add it")),
        ("same", gettext_noop("No, it is here already: do not add it")),
    ],
}
AS_PRINTED = [("as_printed", gettext_noop("It is as printed on the report"))]


def answer_choices(question: Question) -> list[tuple[str, str]]:
    """Return the answers to choose from; each question can be left for review."""
    if question.kind is QuestionKind.OUTSIDE_USUAL_NUMBERS:
        return _answers_about_a_number(question)
    if question.choices:
        return [*ANSWERS_OF_UNIT, (HOLD_ANSWER[0], _(HOLD_ANSWER[1]))]
    choices = [*ANSWERS.get(question.kind, AS_PRINTED), HOLD_ANSWER]
    return [(value, _(words)) for value, words in choices]


def _answers_about_a_number(question: Question) -> list[tuple[str, str]]:
    """Return what can be so: both as printed, or the number in the other unit."""
    other = Unit(question.choices[0])
    in_other = _("The number is, but the unit printed next to it is %(unit)s")
    return [
        ("as_printed", _("Yes, the number and the unit are as printed")),
        (other.value, in_other % {"unit": unit_words(other)}),
        (HOLD_ANSWER[0], _(HOLD_ANSWER[1])),
    ]


# One result ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EntryWords:
    """A value on its way in, as it will be stored."""

    value: ShownValue
    test: str
    day: str
    laboratory: str
    method: str
    specimen: str
    accession: str
    printed_interval: str
    laboratory_flag: str
    status: str
    note: str
    remark: str


def entry_words(entry: Entry) -> EntryWords:
    """Return an entry to be read back before it is kept."""
    return EntryWords(
        value=ShownValue(entry.value_text, reported_unit(entry.unit_text, entry.unit)),
        test=measurand_words(entry.measurand),
        day=dated(entry.collected_on),
        laboratory=entry.laboratory or _("not stated"),
        method=entry.method or _("not stated"),
        specimen=specimen_words(entry.specimen),
        accession=entry.accession,
        printed_interval=entry.interval_text,
        laboratory_flag=entry.laboratory_flag,
        status=_(STATUS_WORDS[entry.status]),
        note=entry.note,
        remark=another_test_words(entry.measurand),
    )


@dataclass(frozen=True, slots=True)
class VersionWords:
    """One version of a result, with who wrote it, when and why."""

    id: UUID
    number: int
    value: ShownValue
    test: str
    day: str
    laboratory: str
    method: str
    specimen: str
    accession: str
    printed_interval: str
    laboratory_flag: str
    status: str
    note: str
    comment: str
    checked_elsewhere: str
    reason: str
    source: str
    written: str
    """Where the value came from, who wrote this version, and when."""
    entered_by: str
    entered_on: str
    confirmed: str
    held_because: str
    is_withdrawn: bool
    remark: str
    explained_under: str
    terms: list[Term]


def version_words(row: "LabResult") -> VersionWords:
    """Return a stored version in finished words."""
    status = ResultStatus(row.status)
    return VersionWords(
        id=row.pk,
        number=row.version,
        value=as_reported(row),
        test=measurand_words(Measurand(row.measurand)),
        day=dated(row.collected_on),
        laboratory=row.laboratory or _("not stated"),
        method=row.method or _("not stated"),
        specimen=specimen_words(row.specimen),
        accession=row.accession,
        printed_interval=row.interval_text,
        laboratory_flag=row.laboratory_flag,
        status=_(STATUS_WORDS[status]),
        note=row.note,
        comment=row.comment,
        checked_elsewhere=row.checked_elsewhere,
        reason=_version_reason(row),
        source=_(SOURCE_WORDS.get(row.source, row.source)),
        written=_written(row),
        confirmed=_confirmed(row),
        entered_by=row.entered_by_name,
        entered_on=spelled(row.entered_at),
        held_because=reader_words(row.held_because),
        is_withdrawn=status in WITHDRAWN,
        remark=another_test_words(Measurand(row.measurand)),
        explained_under=EXPLAINED_UNDER[Measurand(row.measurand)],
        terms=explained(Measurand(row.measurand), Unit(row.unit)),
    )


def _version_reason(row: "LabResult") -> str:
    """Return why a version was written: our words translated, a person's as written."""
    reason = row.version_reason
    if not reason.startswith(CONFIRMED):
        return _(reason) if reason else ""
    return f"{_(CONFIRMED)}{reason.removeprefix(CONFIRMED)}"


def _written(row: "LabResult") -> str:
    words = {
        "source": _(SOURCE_WORDS.get(row.source, row.source)),
        "value_by": row.value_by,
        "who": row.entered_by_name,
        "day": spelled(row.entered_at),
    }
    if not row.takes_over:
        return _("%(source)s: %(who)s, %(day)s") % words
    template = (
        _("%(source)s: %(value_by)s. This version: %(who)s, %(day)s")
        if row.value_by
        else _("%(source)s. This version: %(who)s, %(day)s")
    )
    return template % words


def _confirmed(row: "LabResult") -> str:
    """Return who confirmed what was held; empty for every other version."""
    if not row.version_reason.startswith(CONFIRMED):
        return ""
    words = {"author": row.entered_by_name, "day": spelled(row.entered_at)}
    return _(said.CONFIRMED_BY) % words


def held_words(row: "LabResult") -> str:
    """Return that a result is kept for review and why; empty if it is not."""
    if not row.held_because:
        return ""
    why = reader_words(row.held_because)
    says_so = row.held_because in OWN_DOUBTS
    return why if says_so else _("Kept for review: %(why)s") % {"why": why}


def held_lines(row: "LabResult", *, is_seen: bool) -> list[str]:
    """Return what a patient can do about a held result; nothing beyond facts."""
    if row.held_because in OWN_DOUBTS:
        return [_(said.HELD_BY_ONESELF)]
    return [] if is_seen else [_(said.HELD_AND_UNSEEN)]


# Kinds that the form offers; what a laboratory wrote otherwise stays as it wrote it.
SPECIMENS = {
    "serum": gettext_noop("serum"),
    "plasma": gettext_noop("plasma"),
    "finger-prick blood": gettext_noop("blood from a finger prick"),
    "dried blood spot": gettext_noop("dried blood spot"),
}


def specimen_words(specimen: str) -> str:
    """Return the kind of a sample in the reader's language, where it is a known one."""
    if not specimen:
        return _("not stated")
    return _(SPECIMENS[specimen]) if specimen in SPECIMENS else specimen


def as_typed(row: "LabResult") -> dict[str, object]:
    """Return a stored result as the form shows it, to be corrected."""
    return {
        "entry_id": uuid4(),
        "collected_on": row.collected_on,
        "laboratory": row.laboratory,
        "value": row.value_text,
        "unit": row.unit,
        "measurand": row.measurand,
        "method": row.method,
        "specimen": row.specimen,
        "accession": row.accession,
        "interval_text": row.interval_text,
        "laboratory_flag": row.laboratory_flag,
        "status": row.status,
        "note": row.note,
    }


# Beside the one before ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BeforeWords:
    """The result before this one, and why the two may not be joined."""

    id: UUID
    value: ShownValue
    on: date
    day: str
    boundary: list[str]
    not_stated: list[str]


def before_words(
    result: Judged,
    everything: Sequence[Judged],
    laboratories: Laboratories = NOTHING_KNOWN,
) -> BeforeWords | None:
    """Return the result before this one; None where it is the first of its test."""
    series = [
        each
        for each in everything
        if each.measurand is result.measurand
        and each.row.collected_on < result.row.collected_on
        and not each.is_withdrawn
    ]
    if not series:
        return None
    before = max(series, key=lambda each: each.row.collected_on)
    boundary = boundary_between(before, result, aliases=laboratories.aliases)
    return BeforeWords(
        id=before.row.pk,
        value=as_reported(before.row),
        on=before.row.collected_on,
        day=dated(before.row.collected_on),
        boundary=spoken_all(boundary.sentences) if boundary else [],
        not_stated=spoken_all(not_stated(result)),
    )


def change_words(change: Change | ChangeRefused | None) -> list[str]:
    """Return what is said about the change, or why nothing is."""
    if change is None:
        return []
    if isinstance(change, ChangeRefused):
        return spoken_all(change.sentences)
    return spoken_all(change_sentences(change))


# Tests to choose from -----------------------------------------------------------------

OTHER_TESTS = (
    *(each for each in Measurand if each in COMPANIONS),
    Measurand.DIHYDROXY,
    Measurand.URINE_CALCIUM,
)


ANOTHER_TEST = {
    Measurand.DIHYDROXY: said.DIHYDROXY_IS_ANOTHER_TEST,
    Measurand.URINE_CALCIUM: said.URINE_CALCIUM_IS_ANOTHER_TEST,
}


def another_test_words(measurand: Measurand) -> str:
    """Return why a test is kept apart from 25-hydroxyvitamin D; empty for others."""
    sentence = ANOTHER_TEST.get(measurand)
    return _(sentence) if sentence else ""


def other_tests() -> list[tuple[str, str]]:
    """Return the tests that are read beside 25-hydroxyvitamin D."""
    return [(each.value, measurand_words(each)) for each in OTHER_TESTS]


@dataclass(frozen=True, slots=True)
class MoveWords:
    """That a result came from another person's record, or went there."""

    id: UUID
    sentence: str
    can_undo: bool


def move_words(move: "ResultMove", patient_id: UUID) -> MoveWords:
    """Return where a result was moved, for who may see the results of both people."""
    other = move.from_patient if move.to_patient_id == patient_id else move.to_patient
    template = (
        _("Moved here from the record of %(name)s by %(who)s on %(day)s: %(reason)s")
        if other is move.from_patient
        else _("Moved to the record of %(name)s by %(who)s on %(day)s: %(reason)s")
    )
    sentence = template % {
        "name": other.name or _("somebody whose name is not recorded"),
        "who": move.moved_by_name,
        "day": spelled(move.moved_at),
        "reason": move.reason,
    }
    if move.undone_at is not None:
        undone = _("Undone by %(who)s on %(day)s.") % {
            "who": move.undone_by_name,
            "day": spelled(move.undone_at),
        }
        sentence = f"{sentence} {undone}"
    return MoveWords(move.pk, sentence, can_undo=move.undone_at is None)
