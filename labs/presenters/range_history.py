"""Every range that was ever set for a patient: who, when, what changed, and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from labs.domain.targets import Target, plain, target_in_force
from labs.presenters.positions import URGENCY_WORDS, TargetWords, target_words
from labs.presenters.ranges_together import withdrawn_words
from labs.presenters.words import dated, numbered, spelled, unit_words
from labs.services.judging import target_of

if TYPE_CHECKING:
    from labs.models import Target as TargetRow

ONE_DAY = timedelta(days=1)
LIMITS = {
    "low": gettext_noop("lower limit"),
    "high": gettext_noop("upper limit"),
    "alert_low": gettext_noop("alert at or below"),
    "alert_high": gettext_noop("alert at or above"),
}
DAYS = {
    "starts_on": gettext_noop("in force from"),
    "ends_on": gettext_noop("until"),
    "review_on": gettext_noop("review on"),
}


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One range as it was set, and what became of it."""

    id: UUID
    target: TargetWords
    became: str
    changes: list[str]
    together: UUID | None = None


def history_lines(rows: "Sequence[TargetRow]", *, today: date) -> list[HistoryLine]:
    """Return the history, the range that was set last first."""
    in_order = sorted(rows, key=lambda row: (row.set_at, row.number))
    values = {row.pk: target_of(row) for row in in_order}
    standing = [row for row in in_order if row.withdrawn_at is None]
    now = target_in_force([values[row.pk] for row in standing], today)
    found = []
    before: TargetRow | None = None
    for row in in_order:
        target = values[row.pk]
        found.append(
            HistoryLine(
                id=row.pk,
                target=target_words(row, target, in_force=now),
                became=_became(row, standing, values, now, today),
                changes=list(_changes(before, row)) if before else [],
                together=row.together,
            )
        )
        if row.withdrawn_at is None:
            before = row
    return found[::-1]


def _became(
    row: "TargetRow",
    standing: "Sequence[TargetRow]",
    values: dict[UUID, Target],
    now: Target | None,
    today: date,
) -> str:
    """Return whether a range holds, or since when and by what it holds no longer."""
    if row.withdrawn_at is not None:
        return withdrawn_words(row)
    target = values[row.pk]
    if target is now:
        return _("In force now")
    if target.starts_on > today:
        return _("Begins on %(day)s") % {"day": dated(target.starts_on)}
    follower = _follower(row, standing, values)
    if follower is not None and follower.starts_on <= today:
        words = {
            "author": follower.set_by_name,
            "clinic": follower.clinic_name,
            "set_on": spelled(follower.set_at),
            "day": dated(follower.starts_on),
        }
        return (
            _(
                "Followed from %(day)s on by the range that %(author)s, %(clinic)s, "
                "set on %(set_on)s"
            )
            % words
        )
    if target.ends_on is not None:
        return _("Ended on %(day)s") % {"day": dated(target.ends_on)}
    return ""


def _follower(
    row: "TargetRow",
    standing: "Sequence[TargetRow]",
    values: dict[UUID, Target],
) -> "TargetRow | None":
    """Return the range that counts instead, from the first day on which one does."""
    target = values[row.pk]
    later = [
        each
        for each in standing
        if (each.starts_on, each.set_at) > (row.starts_on, row.set_at)
        and (target.ends_on is None or each.starts_on <= target.ends_on + ONE_DAY)
    ]
    if not later:
        return None
    first = min(each.starts_on for each in later)
    same = [each for each in later if each.starts_on == first]
    return max(same, key=lambda each: each.set_at)


# What changed -------------------------------------------------------------------------


def _changes(before: "TargetRow", row: "TargetRow") -> Iterator[str]:
    """Yield what is different from the range that was set before."""
    was, now = unit_words(target_of(before).unit), unit_words(target_of(row).unit)
    if was != now:
        yield _change(_("unit"), was, now)
    for name, label in LIMITS.items():
        old, new = getattr(before, name), getattr(row, name)
        if old != new or (was != now and new is not None):
            yield _change(_(label), _limit(old, was), _limit(new, now))
    if before.urgency != row.urgency:
        yield _change(_("urgency"), _urgency(before), _urgency(row))
    for name, label in DAYS.items():
        old_day, new_day = getattr(before, name), getattr(row, name)
        if old_day != new_day:
            yield _change(_(label), _day(old_day), _day(new_day))
    if before.clinic_name != row.clinic_name:
        yield _change(_("clinic"), before.clinic_name, row.clinic_name)


def _change(what: str, old: str, new: str) -> str:
    return _("%(what)s: %(old)s, now %(new)s") % {"what": what, "old": old, "new": new}


def _limit(limit: Decimal | None, unit: str) -> str:
    return _("none") if limit is None else f"{numbered(plain(limit))} {unit}"


def _day(day: date | None) -> str:
    return _("none") if day is None else dated(day)


def _urgency(row: "TargetRow") -> str:
    target = target_of(row)
    return _(URGENCY_WORDS[target.urgency]) if target.urgency else _("none")
