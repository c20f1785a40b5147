"""The log of intakes in finished words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.domain.viewers import Viewer
from accounts.services.commas import parted
from labs.domain.assay_marks import assay_marks
from labs.domain.intakes import (
    Lane,
    LoggedPeriod,
    LogSummary,
    Outcome,
    coverage,
    exposure_before,
    upper_level_for_clinician,
    upper_level_for_patient,
)
from labs.domain.logbook import for_clinician, intakes_a_day
from labs.domain.schedules import ScheduleKind
from labs.domain.supplements import Period
from labs.presenters.supplements import paused_words
from labs.presenters.words import dated, dated_short, spoken_all
from labs.services import logbook

if TYPE_CHECKING:
    from accounts.models import Patient
    from labs.models import Intake, SupplementPeriod

OUTCOME_WORDS = {
    Outcome.TAKEN: gettext_noop("taken"),
    Outcome.SKIPPED: gettext_noop("skipped"),
}


@dataclass(frozen=True, slots=True)
class TodayWords:
    """What is logged of today for one period, and what can be done by one tap."""

    period_id: UUID
    product: str
    status: str
    paused: str
    can_log: bool
    entry_id: UUID
    undo_id: UUID | None
    week: str
    week_entry_id: UUID


def today_words(
    row: "SupplementPeriod",
    period: Period,
    intakes: "Sequence[Intake]",
    patient: "Patient",
    *,
    viewer: Viewer,
    for_patient: bool,
    today: date,
) -> TodayWords:
    """Return today's line of the log; `intakes` are those of the period."""
    of_today = [each for each in intakes if each.on_day == today]
    all_rounds = intakes_a_day(period.schedule)
    latest = max(of_today, key=lambda each: each.round, default=None)
    may_undo = latest is not None and logbook.can_undo(latest, viewer, patient)
    may_tap = _may_tap(
        period, patient, for_patient=for_patient
    ) and not period.is_paused(today)
    return TodayWords(
        period_id=row.pk,
        product=row.product.name,
        status=_status(period, of_today, intakes),
        paused=paused_words(period, today),
        can_log=may_tap and len(of_today) < all_rounds,
        entry_id=uuid4(),
        undo_id=latest.pk if latest is not None and may_undo else None,
        week=_week(period, intakes, today) if may_tap else "",
        week_entry_id=uuid4(),
    )


def _may_tap(period: Period, patient: "Patient", *, for_patient: bool) -> bool:
    """Whether a tap is offered: to patient and carer, or where a clinic keeps it."""
    is_kept_by_clinic = (
        patient.user_id is None or period.schedule.kind is ScheduleKind.GIVEN_IN_CLINIC
    )
    return is_kept_by_clinic or for_patient


def _status(
    period: Period, of_today: "Sequence[Intake]", intakes: "Sequence[Intake]"
) -> str:
    if of_today:
        in_order = sorted(of_today, key=lambda each: each.round)
        outcomes = parted(_(OUTCOME_WORDS[Outcome(each.outcome)]) for each in in_order)
        if intakes_a_day(period.schedule) == 1:
            return _("Today: %(outcome)s") % {"outcome": outcomes}
        return _("Today, %(count)s logged: %(outcome)s") % {
            "count": len(of_today),
            "outcome": outcomes,
        }
    if not intakes:
        return _("Nothing is logged yet")
    last = max(intakes, key=lambda each: (each.on_day, each.round))
    return _("Nothing logged today. Last: %(outcome)s on %(day)s") % {
        "outcome": _(OUTCOME_WORDS[Outcome(last.outcome)]),
        "day": dated(last.on_day),
    }


def _week(period: Period, intakes: "Sequence[Intake]", today: date) -> str:
    """Return the first and last day that one tap would fill; empty for one or none."""
    logged: dict[date, set[int]] = {}
    for each in intakes:
        logged.setdefault(each.on_day, set()).add(each.round)
    left = sorted({day for day, _round in logbook.week_left(period, logged, today)})
    if len(left) <= 1:
        return ""
    return _("%(first)s to %(last)s") % {
        "first": dated_short(left[0]),
        "last": dated_short(left[-1]),
    }


# The page of the log ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EntryWords:
    """One logged intake."""

    intake_id: UUID
    day: str
    product: str
    outcome: str
    who: str
    can_undo: bool


def entry_words(
    intakes: "Iterable[Intake]",
    periods: "Iterable[SupplementPeriod]",
    patient: "Patient",
    *,
    viewer: Viewer,
) -> list[EntryWords]:
    """Return logged intakes in words, in their order."""
    names = {row.pk: row.product.name for row in periods}
    return [
        EntryWords(
            intake_id=each.pk,
            day=dated(each.on_day),
            product=names.get(each.period_id, ""),
            outcome=_(OUTCOME_WORDS[Outcome(each.outcome)]),
            who=each.logged_by_name,
            can_undo=logbook.can_undo(each, viewer, patient),
        )
        for each in intakes
    ]


@dataclass(frozen=True, slots=True)
class SumWords:
    """What the log adds up to over some days."""

    title: str
    coverage: str
    lines: list[str]


def sum_words(
    summary: LogSummary,
    records: Sequence[LoggedPeriod],
    *,
    born_on: date | None,
    has_recorded_plan: bool,
    for_patient: bool,
) -> SumWords:
    """Return the arithmetic of the log in words, for either reader."""
    line = summary.line(Lane.VITAMIN_D)
    upper_level = upper_level_for_patient if for_patient else upper_level_for_clinician
    said = summary.sentences()
    compared = upper_level(line, born_on=born_on, has_recorded_plan=has_recorded_plan)
    covered = coverage(records, summary.span)
    return SumWords(
        title=_("The %(days)s days to %(day)s")
        % {"days": summary.span.days, "day": dated(summary.span.ends_on)},
        coverage=_("%(logged)s intakes logged, %(expected)s expected by the schedule.")
        % {"logged": covered.logged, "expected": covered.expected}
        if covered.logged or covered.expected
        else "",
        lines=spoken_all([*(said if for_patient else for_clinician(said)), *compared]),
    )


# Beside a result ----------------------------------------------------------------------


def exposure_words(
    records: Sequence[LoggedPeriod], sample_on: date, *, for_patient: bool
) -> list[str]:
    """Return what was logged in the 90 days before a sample, and what marks a test."""
    said = exposure_before(records, sample_on).sentences()
    marks = assay_marks(records, sample_on)
    return spoken_all([*(said if for_patient else for_clinician(said)), *marks])
