"""
What to say when a result is urgent, and what an old one is spared.

Two voices are kept apart: the alert limit that a clinician set, and the laboratory's
own critical flag, which is quoted at any status. Neither alerts anyone by itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from labs.domain import sentences as said
from labs.domain.flags import Alert, Flag
from labs.domain.laboratory_flags import marks_of
from labs.domain.limits import ReachedLimit, limit_reached
from labs.domain.measurements import Measurement, spoken, spoken_number
from labs.domain.sentences import Sentence, Value
from labs.domain.targets import Target, Urgency, plain

# [30 days], an engineering choice: docs/clinical.md, "Urgency"
FRESH_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom a person can reach; empty where the clinic gave nothing."""

    phone: str = ""
    out_of_hours: str = ""
    is_watched: bool = True
    """False where no clinic can see the record."""


BEYOND = {Alert.HIGH: said.ALERT_ABOVE, Alert.LOW: said.ALERT_BELOW}
CONTACT = {
    Urgency.TODAY: (said.CONTACT_CLINIC_TODAY, said.CONTACT_CLINIC_TODAY_NO_PHONE),
    Urgency.THIS_WEEK: (
        said.CONTACT_CLINIC_THIS_WEEK,
        said.CONTACT_CLINIC_THIS_WEEK_NO_PHONE,
    ),
    Urgency.NEXT_VISIT: (said.TALK_AT_NEXT_VISIT, said.TALK_AT_NEXT_VISIT),
}
URGENT_HELP = {
    Alert.HIGH: (said.URGENT_HELP_HIGH,),
    Alert.LOW: (said.URGENT_HELP_LOW,),
    None: (said.URGENT_HELP_HIGH, said.URGENT_HELP_LOW),
}
OLDER_NOW = {
    Alert.HIGH: said.OLDER_ABOVE_LIMIT_NOW,
    Alert.LOW: said.OLDER_BELOW_LIMIT_NOW,
}
OLDER_THEN = {
    Alert.HIGH: said.OLDER_ABOVE_LIMIT_THEN,
    Alert.LOW: said.OLDER_BELOW_LIMIT_THEN,
}


def is_fresh(collected_on: date, reported_on: date | None, today: date) -> bool:
    """Say whether a result is recent enough for a text that says "today"."""
    latest = max(collected_on, reported_on or collected_on)
    return today - latest <= FRESH_FOR


def alert_sentences(
    flag: Flag,
    measurement: Measurement,
    contact: Contact,
    *,
    collected_on: date,
    reported_on: date | None,
    today: date,
) -> tuple[Sentence, ...]:
    """
    Return the text of a reached alert limit; nothing where none is reached.

    An old result gets one calm line: what was urgent years ago is not urgent news.
    """
    target = flag.alert_target
    reached = limit_reached(measurement, target) if target else None
    if target is None or reached is None:
        return ()
    if not is_fresh(collected_on, reported_on, today):
        older = OLDER_NOW if target.is_in_force(today) else OLDER_THEN
        return (Sentence(older[reached.alert], {"collected_on": collected_on}),)
    return (
        _limit_sentence(reached, measurement, target),
        _contact_sentence(target, contact),
        *_help_sentences(reached.alert, contact),
    )


def _limit_sentence(
    reached: ReachedLimit, measurement: Measurement, target: Target
) -> Sentence:
    beyond = BEYOND[reached.alert]
    limit = spoken_number(plain(reached.limit), None, target.unit)
    values: dict[str, Value] = {
        "value": spoken(measurement),
        "author": target.set_by,
        "limit": limit,
    }
    return Sentence(beyond if reached.is_beyond else said.ALERT_AT, values)


def _contact_sentence(target: Target, contact: Contact) -> Sentence:
    with_phone, without = CONTACT[target.urgency or Urgency.TODAY]
    values: dict[str, Value] = {"author": target.set_by, "phone": contact.phone}
    return Sentence(with_phone if contact.phone else without, values)


def _help_sentences(alert: Alert | None, contact: Contact) -> Iterator[Sentence]:
    """Yield what to do if nobody answers; None stands for either direction."""
    if contact.out_of_hours:
        yield Sentence(said.IF_CLOSED, {"line": contact.out_of_hours})
    watched = said.ALERTS_NO_ONE if contact.is_watched else said.NO_CLINIC_CAN_SEE
    yield Sentence(watched)
    for template in URGENT_HELP[alert]:
        yield Sentence(template)


# The laboratory's own voice -----------------------------------------------------------

CRITICAL_FLAGS: Mapping[str, Alert | None] = {
    "HH": Alert.HIGH,
    "LL": Alert.LOW,
    "AA": None,
    "CRITICAL HIGH": Alert.HIGH,
    "CRITICAL LOW": Alert.LOW,
    "CRITICAL": None,
}


def is_laboratory_critical(laboratory_flag: str) -> bool:
    """
    Say whether the laboratory marked a result as critical, at any status.

    One critical mark among several is enough. "U" and "D" tell of a change, "<" and ">"
    of the assay's range: none is critical.
    """
    return not marks_of(laboratory_flag).isdisjoint(CRITICAL_FLAGS)


def laboratory_critical_sentences(
    laboratory_flag: str,
    contact: Contact,
    *,
    collected_on: date,
    reported_on: date | None,
    today: date,
) -> tuple[Sentence, ...]:
    """Return the text of a critical flag, quoted as sent; nothing for another flag."""
    if not is_laboratory_critical(laboratory_flag):
        return ()
    values: dict[str, Value] = {
        "flag": laboratory_flag.strip(),
        "collected_on": collected_on,
    }
    if not is_fresh(collected_on, reported_on, today):
        return (Sentence(said.LABORATORY_CRITICAL_OLDER, values),)
    return (
        Sentence(said.LABORATORY_CRITICAL, values),
        *_help_sentences(_critical_direction(laboratory_flag), contact),
    )


def _critical_direction(laboratory_flag: str) -> Alert | None:
    """Return where the critical marks point; None unless all that point agree."""
    critical = marks_of(laboratory_flag) & CRITICAL_FLAGS.keys()
    told = {CRITICAL_FLAGS[mark] for mark in critical} - {None}
    return told.pop() if len(told) == 1 else None


def corrected_sentences(
    before: Measurement,
    after: Measurement,
    *,
    corrected_on: date,
    on_the_list_of: str = "",
) -> tuple[Sentence, ...]:
    """Return what to say after a correction, and on whose list it is, by consent."""
    values: dict[str, Value] = {
        "corrected_on": corrected_on,
        "before": spoken(before),
        "after": spoken(after),
    }
    corrected = Sentence(said.CORRECTED, values)
    if not on_the_list_of:
        return (corrected,)
    listed = Sentence(said.CORRECTED_ON_THE_LIST, {"author": on_the_list_of})
    return (corrected, listed)
