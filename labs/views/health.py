"""The questions about conditions, states and medicines, and what was answered."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.domain.audit import Action
from accounts.domain.scopes import Scope
from accounts.policies import reads_as_patient
from accounts.queries import patient_for
from accounts.services import auditing
from accounts.services.requests import ViewedRequest
from labs import policies, queries
from labs.domain.health import TopicGroup
from labs.domain.plausibility import latest_day
from labs.forms.health import EndedForm, HealthForm
from labs.presenters.health import (
    GROUP_WORDS,
    is_open,
    profile_words,
    topic_words,
)
from labs.presenters.people import person_words
from labs.presenters.precautions import PrecautionWords, precaution_words
from labs.presenters.sent_again import SaidWords, answers_said
from labs.services import cautioning, questioning
from labs.services.questioning import TopicRecord
from labs.services.sending import SentAgain
from labs.views.acting import acting_clinic, which_clinic_page
from labs.views.sent_again import posted_anew, sent_again_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import Patient
    from labs.models import HealthFact

form_methods = require_http_methods(["GET", "HEAD", "POST"])
UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True)
class Place:
    """Where the questions are asked, and where somebody goes on from there."""

    template: str
    goes_on_to: str


USUAL = Place("labs/health.html", "health")
FIRST_TIME = Place("labs/start_health.html", "start_result")


@login_required
@form_methods
def questions(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Show what is known and what is open, and take all answers given in one go."""
    return ask(request, patient_id, USUAL)


def ask(request: ViewedRequest, patient_id: UUID, place: Place) -> HttpResponse:
    """Ask in one of the places."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at, scope=Scope.HEALTH)
    today = timezone.localdate(at)
    records = _records(request, patient, at)
    form = HealthForm(
        request.POST or None,
        open_topics=[each.topic for each in records if is_open(each, today)],
        today=latest_day(at),
        initial={"entry_id": uuid4()},
    )
    if form.is_valid():
        try:
            return _save(request, patient, form, place, at)
        except SentAgain as conflict:
            anew = HealthForm(
                posted_anew(request), open_topics=form.open_topics, today=form.today
            )
            sent = answers_said(form.answers())
            return _sent_again(request, patient, anew, conflict, sent)
    if request.method != "POST":
        _audit_look(request, patient, at)
    context = {
        "form": form,
        "person": person_words(patient),
        "groups": _groups(form, records, patient, today),
        "profile": profile_words(
            records,
            patient,
            today=today,
            confirms_as=_confirms_as(request, patient, at),
        ),
        "is_own": reads_as_patient(request.viewer, patient),
        "precautions": _precautions(request, patient, at),
    }
    status = UNPROCESSABLE if form.errors else None
    return render(request, place.template, context, status=status)


def _precautions(
    request: ViewedRequest, patient: "Patient", at: datetime
) -> PrecautionWords:
    """Return what the answers of today lead to, as a medicine begins or ends here."""
    today = timezone.localdate(at)
    shared = cautioning.shared_with(request.viewer, patient, at=at, today=today)
    report = cautioning.report_for(shared, today=today, born_on=patient.born_on)
    return precaution_words(
        report,
        for_patient=reads_as_patient(request.viewer, patient),
        acknowledged=queries.acknowledgements_of(patient, viewer=request.viewer, at=at),
    )


def _save(
    request: ViewedRequest,
    patient: "Patient",
    form: HealthForm,
    place: Place,
    at: datetime,
) -> HttpResponse:
    saved = questioning.answer_questions(
        patient=patient,
        answers=form.answers(),
        asked_on=timezone.localdate(at),
        by=request.viewer,
        at=at,
        entry_id=form.cleaned_data["entry_id"],
    )
    told = ngettext("%(n)s answer is saved.", "%(n)s answers are saved.", len(saved))
    messages.success(request, told % {"n": len(saved)})
    return redirect(place.goes_on_to, patient.pk)


def _sent_again(
    request: ViewedRequest,
    patient: "Patient",
    anew: "HealthForm | EndedForm",
    conflict: SentAgain["Sequence[HealthFact]"],
    sent: "Sequence[SaidWords]",
) -> HttpResponse:
    stored = answers_said(questioning.given_in(each) for each in conflict.stored)
    addresses = {"action": request.path, "keep": reverse("health", args=[patient.pk])}
    return sent_again_page(
        request, patient, anew, stored=stored, sent=sent, addresses=addresses
    )


def _records(
    request: ViewedRequest, patient: "Patient", at: datetime
) -> list[TopicRecord]:
    facts = queries.health_answers_of(patient, viewer=request.viewer, at=at)
    known = list(facts.prefetch_related("confirmations"))
    return questioning.topic_records(known, today=timezone.localdate(at))


def _groups(
    form: HealthForm, records: list[TopicRecord], patient: "Patient", today: date
) -> list[dict[str, object]]:
    """Return the questions by group, those that are open before the answered ones."""
    found: list[dict[str, object]] = []
    for group, name in GROUP_WORDS.items():
        pairs = [
            (topic_words(each, patient, today=today), form.question(each.topic))
            for each in records
            if each.topic.group is group
        ]
        is_asked = {each.topic for each in records if is_open(each, today)}
        found.append(
            {
                "name": _(name),
                "is_first": group is TopicGroup.BLOOD_THINNER,
                "open": [pair for pair in pairs if pair[0].topic in is_asked],
                "answered": [pair for pair in pairs if pair[0].topic not in is_asked],
                "rest": form.rest(group),
            }
        )
    return found


def _confirms_as(
    request: ViewedRequest, patient: "Patient", at: datetime
) -> UUID | None:
    may = policies.can_confirm(request.viewer, patient, at=at)
    return request.viewer.id if may else None


def _audit_look(request: ViewedRequest, patient: "Patient", at: datetime) -> None:
    auditing.record(
        viewer=request.viewer,
        action=Action.READ,
        object_label="health fact",
        patient_id=patient.pk,
        ip_address=request.META.get("REMOTE_ADDR") or None,
        at=at,
    )


# One answer ---------------------------------------------------------------------------


@login_required
@form_methods
def end(request: ViewedRequest, patient_id: UUID, fact_id: UUID) -> HttpResponse:
    """Write the last day of a medicine or a state; the answer itself stays."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at, scope=Scope.HEALTH)
    record = _record_or_404(request, patient, fact_id, at)
    if not (record.topic.ends and record.state.is_yes):
        raise Http404
    today = timezone.localdate(at)
    form = EndedForm(
        request.POST or None, today=latest_day(at), initial={"entry_id": uuid4()}
    )
    if form.is_valid():
        ended_on = form.cleaned_data["ended_on"]
        try:
            questioning.end_fact(
                fact=_fact(record),
                ended_on=ended_on,
                asked_on=today,
                by=request.viewer,
                at=at,
                entry_id=form.cleaned_data["entry_id"],
            )
        except SentAgain as conflict:
            anew = EndedForm(posted_anew(request), today=latest_day(at))
            given = questioning.given_in(_fact(record))
            sent = answers_said([replace(given, ended_on=ended_on)])
            return _sent_again(request, patient, anew, conflict, sent)
        messages.success(request, _("The last day is saved."))
        return redirect("health", patient_id)
    _audit_look(request, patient, at)
    context = {
        "form": form,
        "topic": topic_words(record, patient, today=today),
        "person": person_words(patient),
    }
    status = UNPROCESSABLE if form.errors else None
    return render(request, "labs/health_end.html", context, status=status)


@login_required
@require_POST
def confirm(request: ViewedRequest, patient_id: UUID, fact_id: UUID) -> HttpResponse:
    """Write that a clinician found an answer to be so."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at, scope=Scope.HEALTH)
    record = _record_or_404(request, patient, fact_id, at)
    policies.check_can_confirm(request.viewer, patient, at=at)
    clinic = acting_clinic(request, patient, at, scope=Scope.HEALTH)
    if clinic is None:
        return which_clinic_page(request, patient, at, scope=Scope.HEALTH)
    questioning.confirm(fact=_fact(record), clinic=clinic, by=request.viewer, at=at)
    messages.success(request, _("The answer is confirmed."))
    return redirect("health", patient_id)


def _record_or_404(
    request: ViewedRequest, patient: "Patient", fact_id: UUID, at: datetime
) -> TopicRecord:
    """Return the topic of an answer that still holds; older ones are not there."""
    for record in _records(request, patient, at):
        if record.fact is not None and record.fact.pk == fact_id:
            return record
    raise Http404


def _fact(record: TopicRecord) -> "HealthFact":
    if record.fact is None:
        raise Http404
    return record.fact
