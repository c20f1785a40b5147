"""The rows of a worklist, and the reasons on its side, in finished words."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from accounts.services.commas import parted
from labs.domain import sentences as said
from labs.domain.ages import age_on
from labs.domain.alerts import is_laboratory_critical
from labs.domain.flags import Basis
from labs.domain.limits import Position
from labs.domain.measurements import Comparator, Measurement
from labs.domain.quantities import Measurand
from labs.domain.sentences import Sentence, Value
from labs.domain.targets import Target, range_in_words
from labs.domain.units import Unit
from labs.domain.worklist import LookReason
from labs.presenters.people import PersonWords
from labs.presenters.positions import POSITION_WORDS, PositionMark
from labs.presenters.words import (
    ShownValue,
    dated,
    dated_short,
    in_unit,
    measurand_words,
    numbered,
    spelled,
    spoken,
)
from labs.services.reviewing import Why

if TYPE_CHECKING:
    from collections.abc import Sequence

    from labs.models import ClinicNote, RetestPlan, Review, WorklistRow

BEGINS_ANEW = gettext_noop(
    "The list has changed where the page before ended. It begins at the top again."
)
REASON_WORDS = {
    LookReason.ALERT: gettext_noop("Alert limit or critical"),
    LookReason.VITAMIN_K: gettext_noop("Vitamin K with a blood thinner"),
    LookReason.CALCIUM: gettext_noop("Calcium outside its interval"),
    LookReason.WAITING_LONG: gettext_noop("Not reviewed for a week"),
    LookReason.ABOVE_CALCIUM_UNKNOWN: gettext_noop("Above, calcium unknown"),
    LookReason.ABOVE: gettext_noop("Above the range"),
    LookReason.BELOW: gettext_noop("Below the range"),
    LookReason.CHANGED: gettext_noop("Changed more than usual"),
    LookReason.PRECAUTION: gettext_noop("Precaution not acknowledged"),
    LookReason.NOT_REVIEWED: gettext_noop("New, not reviewed"),
    LookReason.HELD: gettext_noop("Held for review"),
    LookReason.RETEST_OVERDUE: gettext_noop("Retest overdue"),
    LookReason.TARGET_CHANGED: gettext_noop("Range changed by another clinic"),
}
REFUSED_WORDS = {
    Why.NOT_THERE: gettext_noop("%(name)s is not on this list any more."),
    Why.CHANGED: gettext_noop(
        "Something new came in for %(name)s. Look at the row again."
    ),
    Why.ONE_BY_ONE: gettext_noop(
        "%(name)s is reviewed alone: an alert, a critical or corrected result, or "
        "vitamin K with a blood thinner."
    ),
}
# A range in words needs a moment only to be a range at all.
SOME_TIME = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class ReasonWords:
    """A reason to look; grave ones stand out by weight, not by colour alone."""

    words: str
    is_grave: bool
    about: tuple[str, ...]
    """The values it rests on, where the row shows them nowhere else."""


@dataclass(frozen=True, slots=True)
class JoinedWords:
    """Another record of the same person."""

    id: str
    name: str
    number: str


@dataclass(frozen=True, slots=True)
class RowWords:
    """One row of the list; all that is drawn of it, so that it is drawn once."""

    person: PersonWords
    stamp: str
    reasons: tuple[ReasonWords, ...]
    is_one_by_one: bool
    can_review: bool
    shares_results: bool
    value: ShownValue | None
    reported: ShownValue | None
    day: str
    mark: PositionMark | None
    own_flag: str
    sparkline: SafeString
    target: str
    target_since: str
    waited: str
    retest: str
    precautions: str
    reviewed: str
    tags: tuple[str, ...]
    joined: tuple[JoinedWords, ...]
    """The same person's other records, which are read in this row."""


def row_words(
    row: "WorklistRow",
    *,
    unit: Unit,
    sparkline: SafeString,
    today: date,
) -> RowWords:
    """Return one row in finished words."""
    facts = row.facts
    measured = measurement_in(facts)
    shown = in_unit(measured, unit) if measured else None
    target = facts["target"]
    return RowWords(
        person=listed_person(row, today),
        stamp=row.stamp,
        reasons=tuple(reason_words(row)),
        is_one_by_one=row.is_one_by_one,
        can_review=bool(facts["open"] or facts["subjects"]),
        shares_results=facts["shares"][0],
        value=shown,
        reported=_as_reported(facts) if shown and shown.is_converted else None,
        day=dated_short(row.latest_on) if row.latest_on else "",
        mark=mark_in(facts),
        own_flag=_own_flag(facts),
        sparkline=sparkline,
        target=_range(target) if target else "",
        target_since=_target_since(target) if target else "",
        waited=_days(row.latest_on, today) if row.latest_on else "",
        retest=dated_short(row.retest_on) if row.retest_on else "",
        precautions=_precautions(row),
        reviewed=_reviewed(facts["reviewed"]),
        tags=tuple(row.tags),
        joined=tuple(JoinedWords(**each) for each in facts.get("joined", ())),
    )


def reason_words(row: "WorklistRow") -> list[ReasonWords]:
    """Return every reason of a row, the gravest first."""
    reasons = [LookReason(each) for each in row.reasons]
    return [
        ReasonWords(
            _(REASON_WORDS[each]),
            each <= LookReason.CALCIUM,
            _about(row, each),
        )
        for each in reasons
    ]


def _about(row: "WorklistRow", reason: LookReason) -> tuple[str, ...]:
    if reason is LookReason.CALCIUM:
        return _calcium(row)
    if reason is not LookReason.NOT_REVIEWED:
        return ()
    changed = changed_words(row.facts.get("changed", []))
    return (*(line for _id, line in changed), *_late(row))


def changed_words(changed: "Sequence[dict[str, Any]]") -> tuple[tuple[str, str], ...]:
    """Return what was reviewed and holds no longer as it was, each with its result."""
    return tuple((each["id"], _changed_line(each)) for each in changed)


def _changed_line(facts: dict[str, Any]) -> str:
    words = (
        _("Reviewed before, withdrawn since: %(test)s %(value)s of %(day)s")
        if facts["is_withdrawn"]
        else _("Reviewed before, changed since: %(test)s, now %(value)s, of %(day)s")
    )
    return words % _values_of(facts)


def _late(row: "WorklistRow") -> tuple[str, ...]:
    """Return what would be urgent, had it not been old when it was first shared."""
    return tuple(_late_line(each) for each in row.facts.get("late", []))


def _late_line(facts: dict[str, Any]) -> str:
    words = _(
        "%(test)s %(value)s of %(day)s: alert limit or critical, old when this clinic "
        "was let in"
    )
    return words % _values_of(facts)


def _values_of(facts: dict[str, Any]) -> dict[str, str]:
    return {
        "test": measurand_words(Measurand(facts["measurand"])),
        "value": ShownValue(facts["text"], facts["unit_text"]).words,
        "day": dated_short(date.fromisoformat(facts["on"])),
    }


def _calcium(row: "WorklistRow") -> tuple[str, ...]:
    """Return each calcium outside its own interval, with interval or flag and day."""
    return tuple(_calcium_line(each) for each in row.facts.get("calcium", []))


def _calcium_line(facts: dict[str, Any]) -> str:
    value = ShownValue(facts["text"], facts["unit_text"]).words
    bounds = [facts[name] for name in ("low", "high") if facts[name]]
    interval = "\N{EN DASH}".join(numbered(Decimal(each)) for each in bounds)
    if len(bounds) == 1:
        interval = f"{'≥' if facts['low'] else '≤'} {interval}"
    own = f"({interval})" if interval else f"‘{facts['flag']}’"  # noqa: RUF001
    test = measurand_words(Measurand(facts["measurand"]))
    day = dated_short(date.fromisoformat(facts["on"]))
    return f"{test} {value} {own}, {day}"


def refused_words(why: Why, name: str) -> str:
    """Return why a row was not reviewed."""
    return _(REFUSED_WORDS[why]) % {"name": name}


def listed_person(row: "WorklistRow", today: date) -> PersonWords:
    """Return who stands in a row."""
    born_on = row.born_on
    return PersonWords(
        id=row.patient_id,
        name=row.name,
        born_on=dated(born_on) if born_on else _("not recorded"),
        number=row.number,
        age=age_on(born_on, on=today) if born_on else None,
    )


def measurement_in(facts: dict[str, Any]) -> Measurement | None:
    """Return the latest value of a row; None where there is none."""
    latest = facts["latest"]
    if latest is None:
        return None
    comparator = latest["comparator"]
    return Measurement(
        text=latest["text"],
        value=Decimal(latest["value"]),
        comparator=Comparator(comparator) if comparator else None,
        unit=Unit(latest["unit"]),
        measurand=Measurand(latest["measurand"]),
    )


def _as_reported(facts: dict[str, Any]) -> ShownValue:
    return ShownValue(facts["latest"]["text"], facts["latest"]["unit_text"])


def mark_in(facts: dict[str, Any]) -> PositionMark | None:
    """Return where the latest value stands, and against whose range."""
    flag = facts["flag"]
    if flag is None:
        return None
    words = _(POSITION_WORDS[Position(flag["position"])])
    if flag["range"] is None:
        return PositionMark(flag["position"], words)
    values = {"range": _range(flag["range"]), "author": flag["range"]["by"]}
    is_today = flag["basis"] == Basis.TARGET_TODAY
    template = (
        _("today's range: %(range)s, %(author)s")
        if is_today
        else _("%(range)s, %(author)s")
    )
    return PositionMark(flag["position"], words, template % values)


def _range(bounds: dict[str, Any]) -> str:
    low, high = bounds["low"], bounds["high"]
    target = Target(
        low=Decimal(low) if low else None,
        high=Decimal(high) if high else None,
        unit=Unit(bounds["unit"]),
        starts_on=SOME_TIME.date(),
        ends_on=None,
        set_by="-",
        set_at=SOME_TIME,
    )
    return spoken(range_in_words(target))


def _target_since(target: dict[str, Any]) -> str:
    day = dated_short(date.fromisoformat(target["starts_on"]))
    return _("since %(day)s, %(author)s") % {"day": day, "author": target["set_by"]}


def _own_flag(facts: dict[str, Any]) -> str:
    flag = (facts["latest"] or {}).get("flag", "")
    if not is_laboratory_critical(flag):
        return ""
    return _("Laboratory: critical (%(flag)s)") % {"flag": flag}


def _days(day: date, today: date) -> str:
    days = (today - day).days
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def _precautions(row: "WorklistRow") -> str:
    shares = row.facts["shares"]
    if not (shares[1] and shares[2]):
        return _("Not shared with you: not checked here")
    unread = len(row.facts["open_precautions"])
    if LookReason.VITAMIN_K in row.reasons:
        unread += 1
    if not unread:
        return ""
    words = ngettext("%(n)s to acknowledge", "%(n)s to acknowledge", unread)
    return words % {"n": unread}


def _reviewed(reviewed: dict[str, str] | None) -> str:
    if reviewed is None:
        return ""
    day = datetime.fromisoformat(reviewed["at"])
    return parted((reviewed["by"], dated_short(day.date())))


# Reviews, notes and plans on the pages of a patient -----------------------------------


@dataclass(frozen=True, slots=True)
class NoteWords:
    """A clinician's words, verbatim, with who wrote them and when."""

    text: str
    signed: str
    is_for_patient: bool


def review_words(reviews: "list[Review]", result_id: UUID | None) -> list[str]:
    """Return who has looked at a result, or that nobody has; nothing without one."""
    if result_id is None:
        return []
    found = [each for each in reviews if each.result_id == result_id]
    if not found:
        return [_(said.NOT_REVIEWED_YET)]
    lines = [
        _("Reviewed on %(day)s by %(author)s, %(clinic)s.")
        % {
            "day": spelled(each.reviewed_at),
            "author": each.reviewed_by_name,
            "clinic": each.clinic_name,
        }
        for each in found
    ]
    author = found[0].reviewed_by_name
    return [*lines, spoken(Sentence(said.REVIEWED_MEANS, {"author": author}))]


def note_words(note: "ClinicNote") -> NoteWords:
    """Return a note with its signature."""
    signed = _("%(author)s, %(clinic)s, %(day)s") % {
        "author": note.written_by_name,
        "clinic": note.clinic_name,
        "day": spelled(note.written_at),
    }
    return NoteWords(note.text, signed, note.is_for_patient)


def retest_words(plan: "RetestPlan", due_on: date | None) -> str:
    """Return when the next test was asked for; empty once it was done."""
    if due_on is None:
        return ""
    values: dict[str, Value] = {"author": plan.set_by_name, "day": due_on}
    return spoken(Sentence(said.RETEST_ASKED, values))
