"""Health facts and the precautions that look at them, for programs."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.documenting import ONCE, Read, documented
from accounts.api.fields import Day, Sent, Text, Word, refuse_faults, taken
from accounts.api.problems import faults_of, refuse
from accounts.api.views import HealthView, PatientView, counts_once
from accounts.domain.problems import Kind
from accounts.domain.scopes import Scope
from accounts.domain.tokens import READS_ALL, TokenScope
from accounts.domain.words import N_
from labs import queries
from labs.api.acting import acting_clinic, clinic_field
from labs.api.shapes import check, values_of
from labs.domain.acknowledgements import AcknowledgementRefused
from labs.domain.health import HealthAnswer, HealthTopic, TopicGroup
from labs.domain.plausibility import latest_day
from labs.forms.health import HealthForm
from labs.forms.precautions import LONGEST_REASON, AcknowledgeForm
from labs.policies import check_can_confirm
from labs.presenters.health import is_open
from labs.presenters.programs import precautions_json
from labs.presenters.words import spoken
from labs.services import acknowledging, cautioning, questioning
from labs.services.questioning import TopicRecord

if TYPE_CHECKING:
    from labs.domain.precautions import PrecautionReport
    from labs.models import HealthFact

TAG = "Health"
GIVEN = [HealthAnswer.YES.value, HealthAnswer.NO.value, HealthAnswer.UNKNOWN.value]
LONGEST_NAME = 120
TWICE = N_("This topic is answered twice.")


class TopicOut(Read):
    """
    A topic, what holds of it today, and whether it should be asked.

    An earlier yes keeps counting where the answer now is that it is not known.
    """

    answer_id = serializers.UUIDField(
        allow_null=True, help_text="The newest answer; null where none was given."
    )
    topic = serializers.ChoiceField(choices=values_of(HealthTopic))
    group = serializers.ChoiceField(choices=values_of(TopicGroup))
    answer = serializers.ChoiceField(choices=values_of(HealthAnswer))
    counts_as_yes = serializers.BooleanField()
    detail = serializers.CharField(allow_blank=True)
    asked_on = serializers.DateField(allow_null=True)
    ended_on = serializers.DateField(allow_null=True)
    should_be_asked = serializers.BooleanField()
    confirmed_by = serializers.ListField(child=serializers.CharField())


class AnswerIn(Sent):
    """One answer; only a yes has a name or an end."""

    topic = Word(choices=values_of(HealthTopic))
    answer = Word(choices=GIVEN)
    detail = Text(required=False, allow_blank=True, max_length=LONGEST_NAME)
    ended_on = Day(required=False)


class HealthAnswersIn(Sent):
    """Answers given in one go; what is left out stays as it was."""

    answers = serializers.ListField(
        child=AnswerIn(), min_length=1, max_length=len(HealthTopic)
    )


class TopicsView(HealthView):
    """An address of the health profile."""

    def records(self) -> list[TopicRecord]:
        """Return every topic with what is known of it."""
        facts = queries.health_answers_of(self.patient, viewer=self.viewer, at=self.at)
        known = list(facts.prefetch_related("confirmations"))
        return questioning.topic_records(known, today=self.today)

    def told(self, records: Iterable[TopicRecord]) -> list[dict[str, Any]]:
        """Return topics as programs read them."""
        return [_json(each, is_asked=is_open(each, self.today)) for each in records]


class Topics(TopicsView):
    """The health profile of a patient."""

    @documented(operation="health_list", tag=TAG, answers={200: TopicOut(many=True)})
    def get(self, request: Request, patient_id: UUID) -> Response:
        """Return every topic with what is known of it; not asked is no no."""
        del request, patient_id
        self.note("health fact")
        return Response(self.told(self.records()))

    @documented(
        operation="health_answer",
        tag=TAG,
        request=HealthAnswersIn,
        example={"answers": [{"topic": "pregnancy", "answer": "no"}]},
        answers={201: TopicOut(many=True)},
        headers=[ONCE],
    )
    @counts_once
    def post(self, request: Request, patient_id: UUID) -> Response:
        """Store answers; the earlier ones stay in the history."""
        del patient_id
        sent = taken(HealthAnswersIn, request.data)["answers"]
        form = self._form(sent)
        if not form.is_valid():
            _refuse(form, [each["topic"] for each in sent])
        questioning.answer_questions(
            patient=self.patient,
            answers=form.answers(),
            asked_on=self.today,
            by=self.viewer,
            at=self.at,
            entry_id=form.cleaned_data["entry_id"],
        )
        return Response(self.told(self.records()), status=201)

    def _form(self, sent: list[dict[str, Any]]) -> HealthForm:
        topics = [each["topic"] for each in sent]
        if len(set(topics)) < len(topics):
            refuse_faults({"answers": [_(TWICE)]})
        typed: dict[str, Any] = {"entry_id": str(uuid4())}
        for each in sent:
            topic = each["topic"]
            typed[f"answer_{topic}"] = each["answer"]
            typed[f"detail_{topic}"] = each.get("detail", "")
            typed[f"ended_{topic}"] = each.get("ended_on", "")
        form = HealthForm(typed, open_topics=(), today=latest_day(self.at))
        unknown = [
            {name: [_(NOT_ASKED)] for name in _useless(each, form)} for each in sent
        ]
        if any(unknown):
            refuse_faults({"answers": unknown})
        return form


class ConfirmationIn(Sent):
    """For which of your clinics."""

    clinic = clinic_field()


class Confirmation(TopicsView):
    """That a clinician found an answer to be so."""

    @documented(
        operation="health_confirm",
        tag=TAG,
        request=ConfirmationIn,
        example={},
        answers={200: TopicOut},
        kinds=(Kind.NOT_FOUND, Kind.FORBIDDEN),
        headers=[ONCE],
    )
    @counts_once
    def post(self, request: Request, patient_id: UUID, fact_id: UUID) -> Response:
        """Confirm the newest answer to a topic, with your name; once is enough."""
        del patient_id
        fact = self._newest_answer(fact_id)
        check_can_confirm(self.viewer, self.patient, at=self.at)
        sent = taken(ConfirmationIn, request.data)
        clinic = acting_clinic(self, sent, scope=Scope.HEALTH)
        questioning.confirm(fact=fact, clinic=clinic, by=self.viewer, at=self.at)
        told = self.told(self.records())
        return Response(next(each for each in told if each["answer_id"] == fact.pk))

    def _newest_answer(self, fact_id: UUID) -> "HealthFact":
        """Return an answer that no later one replaced; 404 where there is none."""
        for record in self.records():
            if record.fact is not None and record.fact.pk == fact_id:
                return record.fact
        raise Http404


NOT_ASKED = N_("This topic has no such thing.")


def _useless(sent: dict[str, Any], form: HealthForm) -> list[str]:
    """Return what was sent for a topic that its question does not ask."""
    wanted = {"detail": f"detail_{sent['topic']}", "ended_on": f"ended_{sent['topic']}"}
    return [
        name
        for name, field in wanted.items()
        if sent.get(name) and field not in form.fields
    ]


def _refuse(form: HealthForm, topics: list[str]) -> None:
    """Refuse each answer at its place in the list."""
    found: list[dict[str, list[str]]] = [{} for _topic in topics]
    others: list[str] = []
    for field, said in form.errors.items():
        name, _line, topic = field.partition("_")
        if topic in topics:
            known = {"ended": "ended_on"}.get(name, name)
            found[topics.index(topic)][known] = [str(each) for each in said]
        else:
            others += [str(each) for each in said]
    refuse_faults({"answers": found if faults_of(found) else others})


def _json(record: TopicRecord, *, is_asked: bool) -> dict[str, Any]:
    state = record.state
    return {
        "answer_id": record.fact.pk if record.fact else None,
        "topic": record.topic.value,
        "group": record.topic.group.value,
        "answer": state.answer.value,
        "counts_as_yes": state.is_yes,
        "detail": state.detail,
        "asked_on": state.asked_on,
        "ended_on": record.fact.ended_on if record.fact else None,
        "should_be_asked": is_asked,
        "confirmed_by": [each.confirmed_by_name for each in record.confirmations],
    }


class AcknowledgedOut(Read):
    """Who has read these very words, and what was done about them."""

    by = serializers.CharField()
    at = serializers.DateTimeField()
    reason = serializers.CharField()


class MatchOut(Read):
    """A precaution that matches this record, in its reader's words."""

    id = serializers.CharField()
    products = serializers.ListField(child=serializers.CharField())
    sentences = serializers.ListField(child=serializers.CharField())
    is_urgent = serializers.BooleanField()
    source = serializers.CharField()  # type: ignore[assignment]
    subject = serializers.CharField(help_text="What an acknowledgement is of.")
    acknowledged = AcknowledgedOut(
        many=True,
        allow_null=True,
        help_text="Null for a key that does not open every part of a record.",
    )


class PrecautionsOut(Read):
    """What matched, and what was not checked: nothing found is no all-clear."""

    matched = MatchOut(many=True)
    not_checked = serializers.ListField(child=serializers.CharField())
    closing = serializers.CharField(allow_blank=True)
    beside_results = serializers.ListField(child=serializers.CharField())


class PrecautionsView(PatientView):
    """An address of the precautions in force."""

    def report(self) -> "PrecautionReport":
        """Return what matches what this viewer sees of the record."""
        shared = cautioning.shared_with(
            self.viewer, self.patient, at=self.at, today=self.today
        )
        return cautioning.report_for(
            shared, today=self.today, born_on=self.patient.born_on
        )

    def told(self, report: "PrecautionReport") -> dict[str, Any]:
        """Return a report, with who has read it."""
        token = self.viewer.token
        rows = None
        if token is None or token.scopes >= READS_ALL:
            rows = queries.acknowledgements_of(
                self.patient, viewer=self.viewer, at=self.at
            )
        acknowledged = None if rows is None else list(rows)
        return precautions_json(report, acknowledged, for_patient=self.for_patient)


class Precautions(PrecautionsView):
    """The precautions in force; a part that is not shared is said to be unchecked."""

    @documented(
        operation="precautions_read",
        is_scoped=False,
        tag=TAG,
        answers={200: PrecautionsOut},
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        """Return what matches this record today, and what was not checked."""
        del request, patient_id
        told = self.told(self.report())
        self.note("precautions")
        return Response(told)


class AcknowledgementIn(Sent):
    """Which words were read, and what was done about them."""

    subject = Text(max_length=64)
    reason = Text(max_length=LONGEST_REASON)


class Acknowledgements(PrecautionsView):
    """That somebody has read a precaution; it stays, and so does the precaution."""

    writes = TokenScope.WRITE_HEALTH
    also = READS_ALL  # of all of which a precaution tells

    @documented(
        operation="precautions_acknowledge",
        tag=TAG,
        request=AcknowledgementIn,
        example={"subject": "0" * 64, "reason": "The INR clinic was told."},
        answers={201: PrecautionsOut},
        kinds=(Kind.NOT_FOUND, Kind.CONFLICT),
        headers=[ONCE],
    )
    @counts_once
    def post(self, request: Request, patient_id: UUID) -> Response:
        """Say that you have read a precaution; its words must still be the same."""
        del patient_id
        sent = taken(AcknowledgementIn, request.data)
        entry_id = uuid4()
        check(AcknowledgeForm({**sent, "entry_id": entry_id}))
        report = self.report()
        try:
            acknowledging.acknowledge(
                patient=self.patient,
                report=report,
                subject=sent["subject"],
                reason=sent["reason"],
                by=self.viewer,
                at=self.at,
                entry_id=entry_id,
            )
        except AcknowledgementRefused as error:
            words = spoken(error.sentence)
            refuse(Kind.CONFLICT, words, current=self.told(report))
        return Response(self.told(report), status=201)
