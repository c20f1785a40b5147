"""Results for programs: read page by page, entered with the same questions as here."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import UUID, uuid4

from django.db import transaction
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.documenting import (
    GUARDED,
    IF_MATCH,
    ONCE,
    documented,
    page_of,
    sparse,
)
from accounts.api.fields import asked_for, kept, refuse_faults, taken
from accounts.api.paging import Key, Order, page_read
from accounts.api.problems import ProblemRaised, refuse
from accounts.api.versions import answer_with, changed, check_saw, etag_of
from accounts.api.views import SAFE, ResultsView, counts_once
from accounts.domain.problems import Kind
from accounts.domain.words import N_
from accounts.queries import watching_clinics
from labs import queries
from labs.api.shapes import (
    MOST_AT_ONCE,
    RESULT_EXAMPLE,
    BatchIn,
    BatchOut,
    CorrectionIn,
    ResultIn,
    ResultOut,
    ResultParameters,
    ToldResultOut,
    VersionOut,
    WithdrawalIn,
    check,
)
from labs.domain import plausibility
from labs.domain.laboratories import Laboratories
from labs.domain.quantities import HYDROXYVITAMIN_D, Measurand
from labs.forms.fields import Choices
from labs.forms.results import (
    MEASURED_CHOICES,
    AnswersForm,
    CorrectionForm,
    ResultForm,
)
from labs.policies import can_record, check_can_confirm_result
from labs.presenters.precautions import beside_words
from labs.presenters.programs import (
    Beside,
    is_withdrawn,
    questions_json,
    remarks_json,
    result_json,
    version_json,
)
from labs.presenters.results import answer_choices, other_tests
from labs.presenters.words import spoken
from labs.services import answering, cautioning, judging, recording
from labs.services.answering import SAME, Asked
from labs.services.cautioning import Shared
from labs.services.laboratories import laboratories_of
from labs.services.recording import Entry, VersionConflict

if TYPE_CHECKING:
    from labs.models import LabResult

TAG = "Results"
QUESTIONS = N_("Something has to be answered before this is kept. See “questions”.")
LATER_ON = N_("The patient shares results with you from a later date on.")
WITHDRAWN = N_("This result was withdrawn, and stays so. Enter it anew if it is right.")
NOT_CHANGED = N_("Nothing differs from what is stored. Change what is wrong first.")
HERE_ALREADY = N_("Nothing was added: you said that the result is here already.")
TWO_UNITS = N_("Your answers name two units. Choose one of them.")


def etag(row: "LabResult") -> str:
    """Return the mark of a result as it holds: a later version has another."""
    return etag_of(row.chain, row.version)


class RecordView(ResultsView):
    """An address of results, with what is told beside each of them."""

    @cached_property
    def targets(self) -> list[Any]:
        at = self.at
        rows = queries.standing_targets_of(self.patient, viewer=self.viewer, at=at)
        return [judging.target_of(row) for row in rows]

    @cached_property
    def laboratories(self) -> Laboratories:
        return laboratories_of(self.patient)

    @cached_property
    def shared(self) -> Shared:
        return cautioning.shared_in_brief(
            self.viewer,
            self.patient,
            targets=self.targets,
            laboratories=self.laboratories,
            at=self.at,
            today=self.today,
        )

    @cached_property
    def beside(self) -> Beside:
        report = cautioning.report_for(
            self.shared, today=self.today, born_on=self.patient.born_on
        )
        return Beside(
            today=self.today,
            lines=beside_words(report, for_patient=self.for_patient),
            watching=watching_clinics(self.patient),
            for_patient=self.for_patient,
        )

    def told(self, rows: "Iterable[LabResult]") -> list[dict[str, Any]]:
        """Return results as they are told, each with where it stands."""
        found = judging.judged(
            rows,
            self.targets,
            today=self.today,
            born_on=self.patient.born_on,
            laboratories=self.laboratories,
        )
        return [result_json(each, self.beside) for each in found]

    def versions(self, result_id: UUID) -> "list[LabResult]":
        """
        Return the versions of a result, the newest first; 404 if there is none.

        Where the one that holds now is out of sight, none of it is told or written.
        """
        try:
            return queries.chain_of(self.viewer, self.patient, result_id, at=self.at)
        except queries.ResultNotVisible as error:
            raise Http404 from error
        except queries.ResultReplaced:
            is_read = self.request.method in SAFE
            kind = Kind.NOT_FOUND if is_read else Kind.CONFLICT
            refuse(kind, _(recording.REPLACED_OUT_OF_SIGHT))

    def answer(self, row: "LabResult", *, status: int = 200) -> Response:
        """Answer with one result, its mark, and where it is found again."""
        (told,) = self.told([row])
        return answer_with(told, etag(row), place=self.place(row), status=status)

    def place(self, row: "LabResult") -> str:
        return reverse("api_result", args=[row.patient_id, row.chain])


CREATED = 201
ORDER = Order(
    (
        Key("collected_on", date, is_descending=True),
        Key("entered_at", datetime, is_descending=True),
        Key("id", UUID),
    )
)


class Results(RecordView):
    """The results of a patient."""

    @documented(
        operation="results_list",
        tag=TAG,
        asks=ResultParameters,
        answers={200: page_of(sparse(ResultOut))},
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        """List the results that hold now, the newest day first."""
        del patient_id
        asked = asked_for(ResultParameters, request.query_params)
        read = partial(
            queries.page_of_results,
            self.patient,
            viewer=self.viewer,
            at=self.at,
            filters=_filters(asked),
            behind=ORDER.after,
        )
        found, following = page_read(read, ORDER, asked, request)
        self.note("result")
        names = asked.get("fields")
        is_judged = names is None or "flag" in names
        items = self.told(found) if is_judged else map(version_json, found)
        return Response({"items": kept(items, names), "next": following})

    @documented(
        operation="results_create",
        tag=TAG,
        request=ResultIn,
        example=RESULT_EXAMPLE,
        answers={201: ResultOut},
        kinds=(Kind.NOT_FOUND, Kind.QUESTIONS),
        headers=[ONCE],
    )
    @counts_once
    def post(self, request: Request, patient_id: UUID) -> Response:
        """Enter a result; what looks odd is asked about first."""
        del patient_id
        row = enter(self, taken(ResultIn, request.data))
        return self.answer(row, status=CREATED)


FILTERS = {
    "measurand": "measurand",
    "since": "collected_on__gte",
    "until": "collected_on__lte",
}


def _filters(asked: Mapping[str, Any]) -> dict[str, Any]:
    return {FILTERS[name]: asked[name] for name in FILTERS if name in asked}


class ResultBatch(RecordView):
    """Many results at once."""

    @documented(
        operation="results_create_many",
        tag=TAG,
        request=BatchIn,
        example={"items": [RESULT_EXAMPLE]},
        answers={200: BatchOut},
        headers=[ONCE],
    )
    @counts_once
    def post(self, request: Request, patient_id: UUID) -> Response:
        """Enter many results; each is taken or refused by itself."""
        del patient_id
        items = _items(request.data)
        outcomes = [self._outcome(place, item) for place, item in enumerate(items)]
        return Response({"items": outcomes})

    def _outcome(self, place: int, item: object) -> dict[str, Any]:
        try:
            with transaction.atomic():
                row = enter(self, taken(ResultIn, item))
        except ProblemRaised as refused:
            problem = refused.problem
            status, told = problem.kind.status, problem.as_json(_)
            return {"index": place, "status": status, "result": None, "problem": told}
        (result,) = self.told([row])
        return {"index": place, "status": CREATED, "result": result, "problem": None}


def _items(data: Any) -> list[object]:  # noqa: ANN401
    """Return the items of a batch, each still as it was sent."""
    items = data["items"] if isinstance(data, dict) and set(data) == {"items"} else []
    if not isinstance(items, list) or not 1 <= len(items) <= MOST_AT_ONCE:
        words = _("Write 1 to %(most)s results here, and no more.")
        refuse_faults({"items": [words % {"most": MOST_AT_ONCE}]})
    return items


class Result(RecordView):
    """One result."""

    @documented(operation="results_read", tag=TAG, answers={200: ToldResultOut})
    def get(self, request: Request, patient_id: UUID, result_id: UUID) -> Response:
        """Return a result as it holds now, with what its page says of it."""
        del request, patient_id
        newest = self.versions(result_id)[0]
        self.note("result", object_id=newest.pk)
        answer = self.answer(newest)
        answer.data |= self._remarks(newest)
        return answer

    @cached_property
    def shared(self) -> Shared:
        return cautioning.shared_with(
            self.viewer, self.patient, at=self.at, today=self.today
        )

    def _remarks(self, row: "LabResult") -> dict[str, Any]:
        shared = self.shared
        result = next(each for each in shared.results or () if each.row.pk == row.pk)
        return remarks_json(result, shared, self.patient, queries.checks_of(row))


class Versions(RecordView):
    """The versions of one result."""

    @documented(
        operation="results_versions", tag=TAG, answers={200: VersionOut(many=True)}
    )
    def get(self, request: Request, patient_id: UUID, result_id: UUID) -> Response:
        """Return every version, the newest first."""
        del request, patient_id
        versions = self.versions(result_id)
        self.note("result", object_id=versions[0].pk)
        return Response([version_json(each) for each in versions])


class Corrections(RecordView):
    """Corrections of one result."""

    @documented(
        operation="results_correct",
        tag=TAG,
        request=CorrectionIn,
        example={**RESULT_EXAMPLE, "value": "29.0", "reason": "Typed wrongly."},
        answers={201: ResultOut},
        kinds=(Kind.NOT_FOUND, Kind.QUESTIONS, *GUARDED),
        headers=[IF_MATCH, ONCE],
    )
    @counts_once
    def post(self, request: Request, patient_id: UUID, result_id: UUID) -> Response:
        """Add a corrected version; the one before stays readable."""
        del patient_id
        versions = self.versions(result_id)
        stored = versions[0]
        sent = taken(CorrectionIn, request.data)
        check_saw(request, etag(stored), self.told([stored])[0])
        if is_withdrawn(stored):
            refuse(Kind.CONFLICT, _(WITHDRAWN))
        form = CorrectionForm(
            _as_typed(sent) | {"reason": sent["reason"]},
            today=plausibility.latest_day(self.at),
            tests=_tests_like(Measurand(stored.measurand)),
            initial={"status": stored.status, "specimen": stored.specimen},
        )
        entry, answers = _answered(self, form, sent, leaving_out=stored)
        confirms = sent["confirms"]
        if confirms:
            check_can_confirm_result(self.viewer, self.patient, at=self.at)
        entry = answering.carried_over(stored, entry, () if confirms else versions)
        if recording.says_the_same(stored, entry):
            refuse_faults({"non_field_errors": [_(NOT_CHANGED)]})
        reason = form.cleaned_data["reason"]
        # What was in no doubt, or still is, is corrected and not confirmed.
        if confirms and answering.settles(entry, versions):
            reason = answering.confirmation(reason)
        try:
            row = recording.correct(
                result=stored,
                entry=entry,
                answers=answers,
                reason=reason,
                by=self.viewer,
                at=self.at,
            )
        except VersionConflict as conflict:
            refuse_newer(self, conflict)
        return self.answer(row, status=CREATED)


class Withdrawal(RecordView):
    """The withdrawal of one result."""

    @documented(
        operation="results_withdraw",
        tag=TAG,
        request=WithdrawalIn,
        example={"reason": "It is somebody else's."},
        answers={201: ResultOut},
        kinds=(Kind.NOT_FOUND, Kind.CONFLICT, *GUARDED),
        headers=[IF_MATCH, ONCE],
    )
    @counts_once
    def post(self, request: Request, patient_id: UUID, result_id: UUID) -> Response:
        """Mark a result as entered in error; it stays readable in the history."""
        del patient_id
        stored = self.versions(result_id)[0]
        sent = taken(WithdrawalIn, request.data)
        check_saw(request, etag(stored), self.told([stored])[0])
        if is_withdrawn(stored):
            refuse(Kind.CONFLICT, _(WITHDRAWN))
        try:
            row = recording.mark_entered_in_error(
                result=stored, reason=sent["reason"], by=self.viewer, at=self.at
            )
        except VersionConflict as conflict:
            refuse_newer(self, conflict)
        return self.answer(row, status=CREATED)


def refuse_newer(view: RecordView, conflict: VersionConflict) -> NoReturn:
    """Refuse because somebody else wrote a version meanwhile, and tell it."""
    newest = conflict.newest
    changed(etag(newest), view.told([newest])[0])


# Entering -----------------------------------------------------------------------------


def enter(view: RecordView, sent: Mapping[str, Any]) -> "LabResult":
    """Store a result by the rules of the page, or refuse it as the page would ask."""
    measurand = Measurand(sent["measurand"])
    form = ResultForm(
        _as_typed(sent),
        today=plausibility.latest_day(view.at),
        tests=_tests_like(measurand),
    )
    entry, answers = _answered(view, form, sent)
    return recording.record(
        patient=view.patient,
        entry=entry,
        source=judging.typed_by(view.viewer, view.patient),
        answers=answers,
        by=view.viewer,
        at=view.at,
        entry_id=form.cleaned_data["entry_id"],
    )


def _tests_like(measurand: Measurand) -> Choices:
    return MEASURED_CHOICES if measurand in HYDROXYVITAMIN_D else other_tests()


def _as_typed(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was sent as somebody would type it into the form."""
    return {
        "entry_id": str(uuid4()),
        "measurand": sent["measurand"],
        "value": sent["value"],
        "sign": sent.get("comparator", ""),
        "unit": sent["unit"],
        "collected_on": sent["collected_on"].isoformat(),
        "laboratory": sent.get("laboratory", ""),
        "method": sent.get("method", ""),
        "specimen": sent.get("specimen", ""),
        "accession": sent.get("accession_number", ""),
        "interval_text": sent.get("interval_text", ""),
        "laboratory_flag": sent.get("laboratory_flag", ""),
        "status": sent.get("status", "final"),
        "note": sent.get("note", ""),
    }


def _answered(
    view: RecordView,
    form: ResultForm,
    sent: Mapping[str, Any],
    *,
    leaving_out: "LabResult | None" = None,
) -> tuple[Entry, dict[str, str]]:
    """Return the entry as the answers leave it; refuse it while questions are open."""
    check(form)
    if not can_record(
        view.viewer, view.patient, form.cleaned_data["collected_on"], at=view.at
    ):
        refuse_faults({"collected_on": [_(LATER_ON)]})
    entry = form.entry()
    rows = queries.results_of(view.patient, viewer=view.viewer, at=view.at).shown()
    if leaving_out is not None:
        rows = rows.exclude(chain=leaving_out.chain)
    asked = answering.ask(
        entry,
        judging.history_of(rows),
        today=plausibility.latest_day(view.at),
        born_on=view.patient.born_on,
        aliases=laboratories_of(view.patient).aliases,
    )
    answers = _answers(asked, dict(sent.get("answers", {})))
    if SAME in answers.values():
        refuse(Kind.CONFLICT, _(HERE_ALREADY))
    return asked.answered(answers), answers


def _answers(asked: Asked, sent: dict[str, str]) -> dict[str, str]:
    """Return the answers to what was asked; refuse with the questions left open."""
    open_ones = [each for each in asked.questions if each.kind.value not in sent]
    if open_ones:
        echo = plausibility.unit_echo(
            judging.entry_to_question(asked.entry).measurement
        )
        words = spoken(echo) if echo else ""
        refuse(Kind.QUESTIONS, _(QUESTIONS), **questions_json(asked.questions, words))
    form = AnswersForm(
        sent,
        questions=[
            (each.kind.value, spoken(each.sentence), answer_choices(each))
            for each in asked.questions
        ],
    )
    if not form.is_valid():
        refuse_faults({"answers": {name: list(s) for name, s in form.errors.items()}})
    answers: dict[str, str] = form.cleaned_data
    conflict = asked.in_conflict(answers)
    if conflict is not None:
        refuse_faults({"answers": {conflict.value: [_(TWO_UNITS)]}})
    return answers
