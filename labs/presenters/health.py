"""The health profile in finished words: what is known, by whom, and what is open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.services.commas import parted
from labs.domain.health import (
    TOPIC_NAMES,
    HealthAnswer,
    HealthTopic,
    TopicGroup,
)
from labs.domain.medicines import MEDICINES, not_checked, recognise_medicine
from labs.presenters.words import dated, spelled, spoken
from labs.services.questioning import TopicRecord

if TYPE_CHECKING:
    from accounts.models import Patient
    from labs.models import HealthConfirmation

GROUP_WORDS = {
    TopicGroup.BLOOD_THINNER: gettext_noop("Blood thinners"),
    TopicGroup.CONDITION: gettext_noop("Conditions, now or ever"),
    TopicGroup.STATE: gettext_noop("Pregnancy and breastfeeding"),
    TopicGroup.MEDICINE: gettext_noop("Medicines"),
}
MEDICINE_GROUPS = frozenset({TopicGroup.BLOOD_THINNER, TopicGroup.MEDICINE})
MOST_EXAMPLES = 5
# Names that are better known than the medicine behind them.
WELL_KNOWN = {
    HealthTopic.VITAMIN_K_ANTAGONIST: ("Coumadin", "Marcumar", "Sintrom"),
    HealthTopic.DIRECT_ORAL_ANTICOAGULANT: ("Eliquis", "Xarelto"),
}


@dataclass(frozen=True, slots=True)
class TopicWords:
    """One topic in words: its name, what holds, who said so and when."""

    topic: HealthTopic
    fact_id: UUID | None
    name: str
    examples: str
    state: str
    detail: str
    asked: str
    confirmed: list[str]
    note: str
    can_end: bool
    can_be_confirmed: bool


@dataclass(frozen=True, slots=True)
class ProfileWords:
    """What is known of a person's health, by what was answered."""

    yes: list[TopicWords]
    over: list[TopicWords]
    not_known: list[TopicWords]
    no: list[TopicWords]
    open_count: int
    all_count: int


def profile_words(
    records: Iterable[TopicRecord],
    patient: "Patient",
    *,
    today: date,
    confirms_as: UUID | None = None,
) -> ProfileWords:
    """Return the whole profile; `confirms_as` is the clinician who may confirm."""
    given = list(records)
    words = {
        each.topic: topic_words(each, patient, today=today, confirms_as=confirms_as)
        for each in given
    }
    return ProfileWords(
        yes=[words[each.topic] for each in given if each.state.is_yes],
        over=[words[each.topic] for each in given if _is_over(each)],
        not_known=[
            words[each.topic]
            for each in given
            if each.state.answer is HealthAnswer.UNKNOWN and not each.state.is_yes
        ],
        no=[
            words[each.topic] for each in given if each.state.answer is HealthAnswer.NO
        ],
        open_count=sum(is_open(each, today) for each in given),
        all_count=len(given),
    )


def _is_over(record: TopicRecord) -> bool:
    return record.state.answer is HealthAnswer.YES and record.state.is_over


def is_open(record: TopicRecord, today: date) -> bool:
    """Whether the question is to be asked: never asked, or a no that grew old."""
    is_unanswered = record.state.is_unanswered(today)
    return is_unanswered and record.state.answer is not HealthAnswer.UNKNOWN


def topic_words(
    record: TopicRecord,
    patient: "Patient",
    *,
    today: date,
    confirms_as: UUID | None = None,
) -> TopicWords:
    """Return one topic in finished words."""
    fact = record.fact
    confirmed_by = {each.confirmed_by_id for each in record.confirmations}
    may_confirm = fact is not None and confirms_as is not None
    is_of_another = fact is not None and fact.entered_by_id != confirms_as
    return TopicWords(
        topic=record.topic,
        fact_id=fact.pk if fact else None,
        name=capfirst(_(TOPIC_NAMES[record.topic])),
        examples=_examples(record.topic),
        state=_state(record, today),
        detail=record.state.detail if record.state.was_yes else "",
        asked=_asked(record, patient),
        confirmed=[_confirmed(each) for each in record.confirmations],
        note=_note(record),
        can_end=record.topic.ends and record.state.is_yes,
        can_be_confirmed=may_confirm
        and is_of_another
        and confirms_as not in confirmed_by,
    )


def _state(record: TopicRecord, today: date) -> str:
    state = record.state
    if state.answer is HealthAnswer.NOT_ASKED:
        return _("Not asked yet")
    if state.is_held_by_an_earlier_yes:
        return _("Yes, as answered before; not known now")
    if state.answer is HealthAnswer.UNKNOWN:
        return _("Not known")
    if state.answer is HealthAnswer.NO:
        is_old = state.is_unanswered(today)
        return _("No, more than a year ago: asked again") if is_old else _("No")
    if state.ended_on is not None:
        return _("Yes, until %(day)s") % {"day": dated(state.ended_on)}
    return _("Yes")


def _asked(record: TopicRecord, patient: "Patient") -> str:
    """Return who said so, and on which day it was asked."""
    fact = record.fact
    if fact is None:
        return ""
    is_own = patient.user_id is not None and fact.entered_by_id == patient.user_id
    template = (
        _("Declared by the patient, %(who)s, asked on %(day)s")
        if is_own
        else _("Entered by %(who)s, asked on %(day)s")
    )
    return template % {"who": fact.entered_by_name, "day": dated(fact.asked_on)}


def _confirmed(confirmation: "HealthConfirmation") -> str:
    return _("Confirmed by %(who)s, %(clinic)s, on %(day)s") % {
        "who": confirmation.confirmed_by_name,
        "clinic": confirmation.clinic_name,
        "day": spelled(confirmation.confirmed_at),
    }


def _note(record: TopicRecord) -> str:
    """Return that a medicine's name is not known here, or stands for another kind."""
    detail = record.state.detail
    if not detail or not record.state.is_yes or record.topic not in NAMED_TOPICS:
        return ""
    match = recognise_medicine(detail)
    if match is None:
        return spoken(not_checked(detail))
    if record.topic in match.topics:
        return ""
    kinds = parted(_(TOPIC_NAMES[topic]) for topic in sorted(match.topics))
    return _("This name is known here as %(kind)s, and is checked as that too.") % {
        "kind": kinds
    }


def _examples(topic: HealthTopic) -> str:
    """Return a few names that the topic goes by; empty where it has none."""
    generic = [medicine.name for medicine in MEDICINES if medicine.topic is topic]
    if topic not in NAMED_TOPICS:
        return ""
    telling = [name for name in generic if name not in TOPIC_NAMES[topic]]
    names = [*telling[:MOST_EXAMPLES], *WELL_KNOWN.get(topic, ())]
    if not names:
        return ""
    return _("For example %(names)s") % {"names": parted(names)}


NAMED_TOPICS = frozenset(
    topic for topic in HealthTopic if topic.group in MEDICINE_GROUPS
)
