"""Where a value stands, and the ranges it is held against, in finished words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from labs.domain import sentences as said
from labs.domain.companions import IntervalPosition, position
from labs.domain.flags import Basis, Flag, range_values, sentences
from labs.domain.laboratories import Laboratories
from labs.domain.limits import Position
from labs.domain.measurements import spoken as spoken_value
from labs.domain.precautions import high_calcium
from labs.domain.quantities import Measurand
from labs.domain.sentences import Sentence, Value
from labs.domain.targets import Target, Urgency, counts_until, plain, range_in_words
from labs.domain.units import are_equal
from labs.presenters.words import (
    dated,
    in_unit,
    numbered,
    optional_day,
    spelled,
    spoken,
    translated,
    unit_words,
    voice,
)
from labs.services.cautioning import companion_of
from labs.services.judging import Judged, judged_today

if TYPE_CHECKING:
    from labs.models import Target as TargetRow

POSITION_WORDS = {
    Position.BELOW: gettext_noop("Below the range"),
    Position.WITHIN: gettext_noop("Within the range"),
    Position.ABOVE: gettext_noop("Above the range"),
    Position.CANNOT_TELL: gettext_noop("Cannot tell"),
    Position.NO_TARGET: gettext_noop("No range set"),
    Position.NOT_COMPARED: gettext_noop("Not compared"),
}
BASIS_WORDS = {
    Basis.TARGET_THEN: gettext_noop("%(range)s, %(author)s"),
    Basis.TARGET_TODAY: gettext_noop(
        "no range on that date; today's: %(range)s, %(author)s"
    ),
}


@dataclass(frozen=True, slots=True)
class PositionMark:
    """Where a value stands: a shape, words, and what it was compared with."""

    kind: str
    words: str
    basis: str = ""


def position_mark(flag: Flag) -> PositionMark:
    """Return the mark of a flag; the kind names its shape and colour."""
    words = _(POSITION_WORDS[flag.position])
    if flag.target is None:
        return PositionMark(flag.position.value, words)
    basis = _(BASIS_WORDS[flag.basis]) % {
        "range": spoken(range_in_words(flag.target)),
        "author": flag.target.set_by,
    }
    return PositionMark(flag.position.value, words, basis)


class Said:
    """What many results of a page share in their words, put together once."""

    def __init__(self) -> None:
        """Speak the language that is spoken now."""
        self.voice = voice()
        self._of_ranges: dict[int, tuple[Target, dict[str, Value]]] = {}
        self._of_flags: dict[tuple[object, ...], Wording] = {}

    def of_range(self, target: Target) -> Mapping[str, Value]:
        """Return what is said of a range, in finished words."""
        known = self._of_ranges.get(id(target))
        if known is None:
            words: dict[str, Value] = {
                name: value.in_words(self.voice.translate, self.voice.spell)
                if isinstance(value, Sentence)
                else self.voice.spell(value)
                for name, value in range_values(target).items()
            }
            known = self._of_ranges[id(target)] = (target, words)
        return known[1]

    def of_flag(self, judged: Judged, *, for_patient: bool = True) -> list[str]:
        """Return where a result stands; only its value and its day are put in anew."""
        flag, measurement, row = judged.flag, judged.measurement, judged.row
        key = (
            for_patient,
            flag.position,
            flag.basis,
            flag.reason,
            id(flag.target),
            measurement.unit,
            measurement.is_censored,
            row.interval_text,
        )
        spell = self.voice.spell
        wording = self._of_flags.get(key)
        if wording is None:
            found = sentences(
                flag,
                measurement,
                row.collected_on,
                printed_interval=row.interval_text,
                of_range=self.of_range,
            )
            if not for_patient:
                found = tuple(map(_for_others, found))
            wording = self._of_flags[key] = Wording(
                flag,
                [
                    (
                        self.voice.translate(each.template),
                        {
                            name: value.in_words(self.voice.translate, spell)
                            if isinstance(value, Sentence)
                            else spell(value)
                            for name, value in each.values.items()
                        },
                    )
                    for each in found
                ],
            )
        own = {
            "value": spoken_value(measurement).in_words(self.voice.translate, spell),
            "collected_on": spell(row.collected_on),
        }
        return [template % {**words, **own} for template, words in wording.sentences]


@dataclass(frozen=True, slots=True)
class Wording:
    """Sentences of one flag, which is kept so that no other takes its id."""

    flag: Flag
    sentences: list[tuple[str, dict[str, str]]]


def position_sentences(
    judged: Judged, said_before: Said | None = None, *, for_patient: bool = True
) -> list[str]:
    """Return the full wording of where a result stands, in the reader's words."""
    return (said_before or Said()).of_flag(judged, for_patient=for_patient)


def _for_others(sentence: Sentence) -> Sentence:
    """Return what speaks to the patient in words for everybody else."""
    if sentence.template != said.NO_TARGET:
        return sentence
    return replace(sentence, template=said.NO_TARGET_FOR_OTHERS)


def high_calcium_words(judged: Judged) -> str:
    """Return what to do about a calcium that is high by its own report; else ""."""
    if judged.is_25ohd or judged.is_withdrawn:
        return ""
    found = high_calcium(companion_of(judged))
    return spoken(found) if found else ""


def high_calcium_mark() -> PositionMark:
    """Return the mark of such a calcium: it has no range, but its own interval."""
    return PositionMark(Position.ABOVE.value, _("High by its own report"))


def compares_numbers() -> str:
    """Return the line that stands once on every page with a position."""
    return translated(said.COMPARES_NUMBERS)


def compared_in_words(judged: Judged) -> str:
    """Return in which unit a value was compared, where its report used another."""
    target, measurement = judged.flag.target, judged.measurement
    if target is None or are_equal(target.unit, measurement.unit):
        return ""
    converted = in_unit(measurement, target.unit)
    reported = in_unit(measurement, measurement.unit)
    return _(said.COMPARED_IN_ITS_UNIT) % {
        "unit": unit_words(target.unit),
        "value": f"{reported.number} {reported.unit}",
        "converted": f"{converted.number} {converted.unit}",
    }


def total_confirmed_words(judged: Judged, laboratories: Laboratories) -> str:
    """Return why a D3-coded result is compared like a total; empty for others."""
    is_d3 = judged.measurand is Measurand.D3
    if is_d3 and laboratories.reports_total_as_d3(judged.laboratory):
        return _(said.D3_CONFIRMED_AS_TOTAL)
    return ""


def mark_today(
    judged: Judged,
    now: Target | None,
    then: Target | None,
    *,
    today: date,
    born_on: date | None,
    laboratories: Laboratories,
) -> PositionMark | None:
    """Return the mark by today's range, where that is another than the one of then."""
    if now is None or then is None or now is then:
        return None
    flag = judged_today(
        judged, [now], today=today, born_on=born_on, laboratories=laboratories
    )
    return position_mark(flag) if flag else None


# Ranges -------------------------------------------------------------------------------

OWN_INTERVAL = {
    IntervalPosition.ABOVE: (Position.ABOVE.value, gettext_noop("above its interval")),
    IntervalPosition.BELOW: (Position.BELOW.value, gettext_noop("below its interval")),
}


def own_mark(judged: Judged) -> PositionMark | None:
    """Return that a companion lies outside its own interval; None for all others."""
    if judged.is_25ohd or judged.is_withdrawn:
        return None
    found = OWN_INTERVAL.get(position(companion_of(judged)))
    return PositionMark(found[0], _(found[1])) if found else None


URGENCY_WORDS = {
    Urgency.TODAY: gettext_noop("contact today"),
    Urgency.THIS_WEEK: gettext_noop("contact this week"),
    Urgency.NEXT_VISIT: gettext_noop("at the next visit"),
}


@dataclass(frozen=True, slots=True)
class TargetWords:
    """A range in words, with who set it, when and why."""

    number: int
    range: str
    author: str
    clinic: str
    set_on: str
    starts_on: str
    ends_on: str
    review_on: str
    reason: str
    alerts: list[str]
    urgency: str
    is_in_force: bool = False
    source: str = ""
    never_held: bool = False

    @property
    def days(self) -> str:
        """From when until when it holds, and when it is looked at again."""
        if self.never_held:
            return _("Replaced before it was in force")
        words = _("In force from %(day)s") % {"day": self.starts_on}
        if self.ends_on:
            words += " " + _("until %(day)s") % {"day": self.ends_on}
        if self.review_on:
            words += ", " + _("review on %(day)s") % {"day": self.review_on}
        return words


def target_words(
    row: "TargetRow",
    target: Target,
    *,
    in_force: Target | None,
    among: Sequence[Target] = (),
) -> TargetWords:
    """
    Return a stored range in finished words.

    `among` are all that stand: a range that another one follows holds until then,
    whatever end it was set with.
    """
    words = planned_target_words(target, row.review_on)
    if among:
        last = counts_until(target, among)
        never = last is not None and last < target.starts_on
        words = replace(words, ends_on=optional_day(last), never_held=never)
    return replace(
        words,
        number=row.number,
        is_in_force=target is in_force,
        source=row.source,
    )


def every_target_words(
    rows: "Sequence[TargetRow]", targets: Sequence[Target], *, in_force: Target | None
) -> list[TargetWords]:
    """Return every range that stands, the one set last first."""
    words = [
        target_words(row, target, in_force=in_force, among=targets)
        for row, target in zip(rows, targets, strict=True)
    ]
    return words[::-1]


def range_words(target: Target | None) -> str:
    """Return a range with its author and date; empty where there is none."""
    if target is None:
        return ""
    return _("%(range)s, set by %(author)s on %(day)s") % {
        "range": spoken(range_in_words(target)),
        "author": target.set_by,
        "day": spelled(target.set_at),
    }


def alert_words_of(target: Target) -> list[str]:
    """Return the alert limits of a range in words."""
    unit = unit_words(target.unit)
    words = []
    if target.alert_low is not None:
        low = {"limit": numbered(plain(target.alert_low)), "unit": unit}
        words.append(_("alert at or below %(limit)s %(unit)s") % low)
    if target.alert_high is not None:
        high = {"limit": numbered(plain(target.alert_high)), "unit": unit}
        words.append(_("alert at or above %(limit)s %(unit)s") % high)
    return words


def planned_target_words(target: Target, review_on: date | None) -> TargetWords:
    """Return a range on its way in, to be read back before it is kept."""
    return TargetWords(
        number=0,
        range=spoken(range_in_words(target)),
        author=target.set_by,
        clinic=target.clinic,
        set_on=spelled(target.set_at),
        starts_on=dated(target.starts_on),
        ends_on=optional_day(target.ends_on),
        review_on=optional_day(review_on),
        reason=target.reason,
        alerts=alert_words_of(target),
        urgency=_(URGENCY_WORDS[target.urgency]) if target.urgency else "",
    )
