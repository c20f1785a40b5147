"""Answers to the questions about health: giving, ending and confirming them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db import transaction

from accounts.domain.audit import Action
from accounts.domain.viewers import Viewer
from accounts.models import Clinic, Patient
from accounts.services import auditing
from labs.domain.health import HealthAnswer, HealthTopic, TopicState
from labs.models import HealthConfirmation, HealthFact
from labs.services import summarising
from labs.services.judging import profile_of
from labs.services.sending import SentAgain, lock_form


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAnswer:
    """One answer as somebody gives it; only a yes has a name or an end."""

    topic: HealthTopic
    answer: HealthAnswer
    detail: str = ""
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class TopicRecord:
    """What holds for a topic today, and the answer that it rests on."""

    state: TopicState
    fact: HealthFact | None
    confirmations: tuple[HealthConfirmation, ...] = ()

    @property
    def topic(self) -> HealthTopic:
        return self.state.topic


def topic_records(facts: Sequence[HealthFact], *, today: date) -> list[TopicRecord]:
    """Return every topic with what is known of it, in the order of the topics."""
    profile = profile_of(facts)
    latest = {fact.topic: fact for fact in facts if fact.asked_on <= today}
    found = []
    for topic in HealthTopic:
        fact = latest.get(topic.value)
        confirmed = tuple(fact.confirmations.all()) if fact else ()
        found.append(TopicRecord(profile.state(topic, today), fact, confirmed))
    return found


@transaction.atomic
def answer_questions(
    *,
    patient: Patient,
    answers: Iterable[GivenAnswer],
    asked_on: date,
    by: Viewer,
    at: datetime,
    entry_id: UUID,
) -> list[HealthFact]:
    """
    Store all answers that were given in one go; earlier answers stay.

    The same `entry_id` again stores nothing new; raises SentAgain where it comes with
    other answers.
    """
    lock_form(entry_id)
    facts = [
        HealthFact(
            id=uuid5(entry_id, given.topic.value),
            patient=patient,
            topic=given.topic.value,
            answer=given.answer.value,
            detail=given.detail,
            asked_on=asked_on,
            ended_on=given.ended_on,
            entered_by_id=by.id_or_none,
            entered_by_name=by.name,
            entered_at=at,
        )
        for given in answers
    ]
    keys = [uuid5(entry_id, topic.value) for topic in HealthTopic]
    stored = list(HealthFact.objects.filter(patient=patient, pk__in=keys))
    if stored:
        if _said(stored) != _said(facts):
            raise SentAgain(stored)
        return stored
    HealthFact.objects.bulk_create(facts)
    _audit(patient, Action.CREATED, entry_id, by=by, at=at)
    summarising.refresh([patient.pk], by=by, at=at)
    return facts


def _said(facts: Iterable[HealthFact]) -> set[GivenAnswer]:
    return {given_in(fact) for fact in facts}


def given_in(fact: HealthFact) -> GivenAnswer:
    """Return a stored answer as somebody gives it."""
    return GivenAnswer(
        topic=HealthTopic(fact.topic),
        answer=HealthAnswer(fact.answer),
        detail=fact.detail,
        ended_on=fact.ended_on,
    )


@transaction.atomic
def end_fact(
    *,
    fact: HealthFact,
    ended_on: date,
    asked_on: date,
    by: Viewer,
    at: datetime,
    entry_id: UUID,
) -> None:
    """Write that something is over: a yes of its own, with its last day."""
    ended = GivenAnswer(
        topic=HealthTopic(fact.topic),
        answer=HealthAnswer.YES,
        detail=fact.detail,
        ended_on=ended_on,
    )
    answer_questions(
        patient=fact.patient,
        answers=[ended],
        asked_on=asked_on,
        by=by,
        at=at,
        entry_id=entry_id,
    )


@transaction.atomic
def confirm(*, fact: HealthFact, clinic: Clinic, by: Viewer, at: datetime) -> None:
    """Write that a clinician found an answer to be so; a second time adds nothing."""
    mine = HealthConfirmation.objects.filter(fact=fact, confirmed_by_id=by.id)
    if mine.exists():
        return
    HealthConfirmation.objects.create(
        patient_id=fact.patient_id,
        fact=fact,
        clinic=clinic,
        clinic_name=clinic.name,
        confirmed_by_id=by.id,
        confirmed_by_name=by.name,
        confirmed_at=at,
    )
    _audit(fact.patient, Action.CHANGED, fact.pk, by=by, at=at)


def _audit(
    patient: Patient, action: Action, object_id: UUID, *, by: Viewer, at: datetime
) -> None:
    auditing.record(
        viewer=by,
        action=action,
        object_label="health fact",
        object_id=object_id,
        patient_id=patient.pk,
        at=at,
    )
