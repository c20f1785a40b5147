"""The worklist for programs: whom to look at and why, reviews, notes and next tests."""

from datetime import datetime
from typing import Any, ClassVar, NoReturn
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.documenting import (
    AN_ID,
    ONCE,
    PageParameters,
    Read,
    choosing,
    documented,
    page_of,
    sparse,
)
from accounts.api.fields import (
    Day,
    Id,
    Sent,
    Text,
    Whole,
    Word,
    asked_for,
    kept,
    taken,
)
from accounts.api.paging import USUAL_ROWS, Key, page
from accounts.api.paging import Order as Sorting
from accounts.api.problems import refuse
from accounts.api.views import ClinicView, PatientView, counts_once
from accounts.domain.problems import Fault, Kind
from accounts.domain.scopes import Scope
from accounts.domain.tokens import READS_ALL, TokenScope
from accounts.domain.words import N_
from accounts.services import replicas
from labs import queries
from labs.api.acting import (
    acting_clinic,
    check_nobody_twice,
    check_treats,
    clinic_field,
)
from labs.api.shapes import MEASURANDS, STATUSES, UNITS, ValueOut, check, values_of
from labs.domain.flags import Basis
from labs.domain.limits import Position
from labs.domain.retests import MOST_MONTHS, RetestRefused
from labs.domain.worklist import LookReason
from labs.forms.fields import refusal
from labs.forms.worklist import LONGEST_NOTE, MOST_ROWS, NoteForm, RetestForm
from labs.presenters.program_worklist import (
    note_json,
    retest_json,
    review_json,
    worklist_row_json,
)
from labs.presenters.worklist import BEGINS_ANEW
from labs.services import retesting, reviewing, worklisting
from labs.services.reviewing import Seen, Why
from labs.services.worklisting import ListView, Order, Place
from tracker.services import dashboards

TAG = "Worklist"
CREATED = 201
REASONS = {each.name.lower(): each for each in LookReason}
PLANNED_SINCE = N_("Another next test was asked for meanwhile. It is in “current”.")


# The list -----------------------------------------------------------------------------


class WhyLookOut(Read):
    """Why to look at somebody; the first is the gravest."""

    reason = serializers.ChoiceField(choices=list(REASONS))
    words = serializers.CharField()
    is_grave = serializers.BooleanField()


class SharedOut(Read):
    """Which parts are shared; what is not shared was not checked."""

    results = serializers.BooleanField()
    supplements = serializers.BooleanField()
    health = serializers.BooleanField()


class BoundsOut(Read):
    """The range by which a value was placed."""

    low = serializers.CharField(allow_null=True)
    high = serializers.CharField(allow_null=True)
    unit = serializers.ChoiceField(choices=UNITS)
    set_by = serializers.CharField()


class RowFlagOut(Read):
    """Where the latest value stands today, and by which range."""

    position = serializers.ChoiceField(choices=values_of(Position))
    words = serializers.CharField()
    basis = serializers.ChoiceField(choices=values_of(Basis))
    range = BoundsOut(allow_null=True)
    compares_numbers = serializers.CharField(allow_blank=True)


class LatestOut(Read):
    """The latest 25-hydroxyvitamin D that stands."""

    result_version_id = serializers.UUIDField()
    collected_on = serializers.DateField()
    measurand = serializers.ChoiceField(choices=MEASURANDS)
    value = ValueOut()
    status = serializers.ChoiceField(choices=STATUSES)
    is_held = serializers.BooleanField()
    laboratory_flag = serializers.CharField(allow_blank=True)
    is_reviewed = serializers.BooleanField()
    flag = RowFlagOut(allow_null=True)


class RangeNowOut(Read):
    """The range in force today."""

    low = serializers.CharField(allow_null=True)
    high = serializers.CharField(allow_null=True)
    unit = serializers.ChoiceField(choices=UNITS)
    starts_on = serializers.DateField()
    set_by = serializers.CharField()
    clinic = serializers.CharField(allow_blank=True)
    review_on = serializers.DateField(allow_null=True)


class LastReviewOut(Read):
    """Who looked last; that it was seen, never that it is well."""

    by = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()


class WorklistRowOut(Read):
    """One patient: why to look, and what was open. `stamp` says what a review saw."""

    patient_id = serializers.UUIDField()
    name = serializers.CharField()
    born_on = serializers.DateField(allow_null=True)
    number = serializers.CharField(allow_blank=True)
    stamp = serializers.CharField()
    reasons = WhyLookOut(many=True)
    is_one_by_one = serializers.BooleanField(
        help_text="Is not reviewed together with others."
    )
    shares = SharedOut()
    latest = LatestOut(allow_null=True)
    range = RangeNowOut(allow_null=True)
    retest_on = serializers.DateField(allow_null=True)
    precautions = serializers.ListField(child=serializers.CharField())
    tags = serializers.ListField(child=serializers.CharField())
    last_review = LastReviewOut(allow_null=True)
    open_results = serializers.ListField(child=serializers.UUIDField())


class WorklistParameters(PageParameters):
    """Which rows, and in which order; the gravest first where nothing is said."""

    cursor = Text(
        max_length=80,
        required=False,
        help_text="Where the page before ended, as its “next” says.",
    )
    reason = Word(choices=list(REASONS), required=False)
    flag = Word(choices=values_of(Position), required=False)
    tested_from = Day(required=False)
    tested_until = Day(required=False)
    template = Id(required=False)
    tag = Text(max_length=40, required=False)
    clinician = Text(max_length=120, required=False)
    precaution = Text(max_length=60, required=False)
    without_target = Word(choices=["true", "false"], required=False)
    order = Word(choices=[each.value for each in Order], required=False)


class ListedView(ClinicView):
    """An address of a clinic's list, which tells of every part of a record."""

    reads = TokenScope.READ_REVIEWS
    writes = TokenScope.WRITE_REVIEWS
    also = READS_ALL | {TokenScope.READ_REVIEWS}


class WorklistRows(ListedView):
    """A clinic's list."""

    @documented(
        operation="worklist_list",
        tag=TAG,
        asks=WorklistParameters,
        answers={200: page_of(WorklistRowOut)},
    )
    def get(self, request: Request, clinic_id: UUID) -> Response:
        """List whom to look at and why."""
        del clinic_id
        asked = asked_for(WorklistParameters, request.query_params)
        view = _view(asked)
        if "cursor" in asked and view.after is None:
            _begin_anew()
        most = asked.get("limit", USUAL_ROWS)
        found = replicas.read(
            lambda: worklisting.page_of(self.clinic, view, most=most),
            viewer=self.viewer,
            noted=self.note("worklist"),
        )
        if found.begins_anew:
            _begin_anew()
        items = [worklist_row_json(row) for row in found.rows]
        return Response({"items": items, "next": _following(request, found.next_after)})


def _begin_anew() -> NoReturn:
    """Refuse a page whose beginning stands elsewhere: what is between would be lost."""
    fault = Fault("?cursor", _(BEGINS_ANEW))
    refuse(Kind.INVALID, _(BEGINS_ANEW), faults=(fault,))


def _view(asked: dict[str, Any]) -> ListView:
    names = ("flag", "tested_from", "tested_until", "template", "tag", "clinician")
    plain = {name: asked[name] for name in (*names, "precaution") if name in asked}
    return ListView(
        **plain,
        reason=REASONS.get(asked.get("reason", "")),
        without_target=asked.get("without_target") == "true",
        order=Order(asked.get("order", Order.GRAVITY)),
        after=worklisting.place_in(asked.get("cursor", "")),
    )


def _following(request: Request, after: Place | None) -> str | None:
    if after is None:
        return None
    parameters = request.query_params
    others = {name: parameters[name] for name in parameters if name != "cursor"}
    return f"{request.path}?{urlencode({**others, 'cursor': str(after)})}"


# Reviews ------------------------------------------------------------------------------


class SeenIn(Sent):
    """A row as it was seen."""

    patient_id = Id()
    stamp = Text(max_length=64)


class ReviewsIn(Sent):
    """The rows that somebody has looked at."""

    rows = serializers.ListField(child=SeenIn(), min_length=1, max_length=MOST_ROWS)


class NotReviewedOut(Read):
    """Who was not reviewed, and why."""

    patient_id = serializers.UUIDField()
    why = serializers.ChoiceField(choices=values_of(Why))


class ReviewedOut(Read):
    """Who was reviewed, and who was not; `entry_id` takes all of it back."""

    entry_id = serializers.UUIDField()
    reviewed = serializers.ListField(child=serializers.UUIDField())
    refused = NotReviewedOut(many=True)


class ReopenedOut(Read):
    """Whose rows stand as before."""

    reopened = serializers.ListField(child=serializers.UUIDField())


class ReviewOut(Read):
    """Who looked at which version of a result, and when."""

    id = serializers.UUIDField()
    entry_id = serializers.UUIDField()
    result_version_id = serializers.UUIDField()
    reviewed_by = serializers.CharField()
    clinic = serializers.CharField()
    reviewed_at = serializers.DateTimeField()


REVIEW_PARAMETERS = choosing(ReviewOut)


class Reviewing(ListedView):
    """Marking that a clinician has looked."""

    @documented(
        operation="reviews_mark",
        tag=TAG,
        request=ReviewsIn,
        example={"rows": [{"patient_id": AN_ID, "stamp": "0" * 32}]},
        answers={200: ReviewedOut},
        headers=[ONCE],
    )
    @counts_once
    def post(self, request: Request, clinic_id: UUID) -> Response:
        """Mark what was open of these patients as reviewed: seen, never well."""
        del clinic_id
        rows = taken(ReviewsIn, request.data)["rows"]
        ids = [each["patient_id"] for each in rows]
        check_nobody_twice(ids, "rows", "patient_id")
        entry_id = uuid4()
        outcome = reviewing.mark_reviewed(
            [Seen(each["patient_id"], each["stamp"]) for each in rows],
            clinic=self.clinic,
            entry_id=entry_id,
            by=self.viewer,
            at=self.at,
        )
        refused = [{"patient_id": who, "why": why} for who, why in outcome.refused]
        return Response(
            {"entry_id": entry_id, "reviewed": outcome.reviewed, "refused": refused}
        )


class ReviewUndoing(ListedView):
    """The taking back of one marking."""

    @documented(
        operation="reviews_undo",
        tag=TAG,
        request=None,
        answers={200: ReopenedOut},
        kinds=(Kind.NOT_FOUND,),
        headers=[ONCE],
    )
    @counts_once
    def post(self, request: Request, clinic_id: UUID, entry_id: UUID) -> Response:
        """Take one marking back; the rows stand as before."""
        del request, clinic_id
        reopened = reviewing.undo(
            entry_id, clinic=self.clinic, by=self.viewer, at=self.at
        )
        if not reopened:
            raise Http404
        return Response({"reopened": reopened})


class ReviewedView(PatientView):
    """An address of what clinicians looked at and wrote."""

    reads = TokenScope.READ_REVIEWS
    writes = TokenScope.WRITE_REVIEWS


REVIEW_ORDER = Sorting(
    (Key("reviewed_at", datetime, is_descending=True), Key("id", UUID))
)
NOTE_ORDER = Sorting((Key("written_at", datetime, is_descending=True), Key("id", UUID)))


class Reviews(ReviewedView):
    """Who looked at a patient's results."""

    also = frozenset({TokenScope.READ_RESULTS})

    @documented(
        operation="reviews_list",
        tag=TAG,
        asks=REVIEW_PARAMETERS,
        answers={200: page_of(sparse(ReviewOut))},
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        """List who looked at which result, the newest first."""
        del patient_id
        asked = asked_for(REVIEW_PARAMETERS, request.query_params)
        rows = queries.reviews_of(self.patient, viewer=self.viewer, at=self.at)
        found, following = page(rows, REVIEW_ORDER, asked, request)
        self.note("review")
        items = [review_json(row) for row in found]
        return Response({"items": kept(items, asked.get("fields")), "next": following})


# Notes --------------------------------------------------------------------------------

AUDIENCES = ["patient", "clinic"]


class NoteOut(Read):
    """A clinician's words, verbatim."""

    id = serializers.UUIDField()
    text = serializers.CharField()
    audience = serializers.ChoiceField(choices=AUDIENCES)
    written_by = serializers.CharField()
    clinic = serializers.CharField()
    written_at = serializers.DateTimeField()


NOTE_PARAMETERS = choosing(NoteOut)


class NoteIn(Sent):
    """A note, and who reads it: the patient, or clinicians of the clinic alone."""

    text = Text(max_length=LONGEST_NOTE)
    audience = Word(choices=AUDIENCES)
    clinic = clinic_field()


class Notes(ReviewedView):
    """What clinicians wrote about a patient."""

    @documented(
        operation="notes_list",
        tag=TAG,
        asks=NOTE_PARAMETERS,
        answers={200: page_of(sparse(NoteOut))},
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        """List the notes that you may read, the newest first."""
        del patient_id
        asked = asked_for(NOTE_PARAMETERS, request.query_params)
        rows = queries.notes_of(self.patient, viewer=self.viewer, at=self.at)
        found, following = page(rows, NOTE_ORDER, asked, request)
        self.note("note")
        items = [note_json(row) for row in found]
        return Response({"items": kept(items, asked.get("fields")), "next": following})

    @documented(
        operation="notes_write",
        tag=TAG,
        request=NoteIn,
        example={"text": "See you in spring.", "audience": "patient"},
        answers={201: NoteOut},
        kinds=(Kind.NOT_FOUND, Kind.FORBIDDEN),
        headers=[ONCE],
    )
    @counts_once
    def post(self, request: Request, patient_id: UUID) -> Response:
        """Write a note; it is signed, dated and never changed."""
        del patient_id
        check_treats(self, scope=Scope.RECORD)
        sent = taken(NoteIn, request.data)
        clinic = acting_clinic(self, sent, scope=Scope.RECORD)
        form = NoteForm({"entry_id": str(uuid4()), **sent})
        check(form)
        reviewing.write_note(
            patient=self.patient,
            clinic=clinic,
            text=form.cleaned_data["text"],
            is_for_patient=form.cleaned_data["audience"] == "patient",
            entry_id=form.cleaned_data["entry_id"],
            by=self.viewer,
            at=self.at,
        )
        rows = queries.notes_of(self.patient, viewer=self.viewer, at=self.at)
        row = rows.get(pk=form.cleaned_data["entry_id"])
        return Response(note_json(row), status=CREATED)


# Next tests ---------------------------------------------------------------------------


class RetestOut(Read):
    """The next test as a clinician asked for it; nothing here proposes one."""

    id = serializers.UUIDField()
    due_on = serializers.DateField(allow_null=True)
    every_months = serializers.IntegerField(allow_null=True)
    next_on = serializers.DateField(
        allow_null=True, help_text="The day around which; null once it was done."
    )
    set_on = serializers.DateField()
    set_by = serializers.CharField()
    set_at = serializers.DateTimeField()
    clinic = serializers.CharField()
    clinic_id = serializers.UUIDField()


class RetestIn(Sent):
    """A day, or every so many months; and the plan of your clinic that it replaces."""

    replaces = Id(allow_null=True, help_text="The id of the plan seen; null for none.")
    due_on = Day(required=False)
    every_months = Whole(required=False, min_value=1, max_value=MOST_MONTHS)
    clinic = clinic_field()


class RetestView(ReviewedView):
    """An address of next tests; who asks for one sees the results."""

    part: ClassVar[Scope] = Scope.RESULTS
    also = frozenset({TokenScope.READ_RESULTS})

    def plans(self) -> list[dict[str, Any]]:
        """Return the plans in force that the viewer may see."""
        rows = queries.retests_of(self.patient, viewer=self.viewer, at=self.at)
        record = dashboards.record_of(
            self.patient, viewer=self.viewer, at=self.at, today=self.today
        )
        day = record.latest.row.collected_on if record.latest else None
        return [retest_json(row, day) for row in rows]


class Retests(RetestView):
    """When the next test was asked for."""

    @documented(operation="retests_list", tag=TAG, answers={200: RetestOut(many=True)})
    def get(self, request: Request, patient_id: UUID) -> Response:
        """List the plans in force, by clinic."""
        del request, patient_id
        self.note("retest plan")
        return Response(self.plans())

    @documented(
        operation="retests_ask",
        tag=TAG,
        request=RetestIn,
        example={"replaces": None, "every_months": 6},
        answers={201: RetestOut},
        kinds=(Kind.NOT_FOUND, Kind.FORBIDDEN, Kind.CONFLICT),
        headers=[ONCE],
    )
    @counts_once
    def post(self, request: Request, patient_id: UUID) -> Response:
        """Ask for the next test, in place of what your clinic asked for before."""
        del patient_id
        check_treats(self, scope=Scope.RESULTS)
        sent = taken(RetestIn, request.data)
        clinic = acting_clinic(self, sent, scope=Scope.RESULTS)
        held = next((p for p in self.plans() if p["clinic_id"] == clinic.pk), None)
        if sent["replaces"] != (held["id"] if held else None):
            refuse(Kind.CONFLICT, _(PLANNED_SINCE), current=held)
        typed = {
            name: sent[name] for name in ("due_on", "every_months") if name in sent
        }
        form = RetestForm({name: str(value) for name, value in typed.items()})
        check(form)
        try:
            retesting.plan(
                patient=self.patient,
                clinic=clinic,
                due_on=form.cleaned_data["due_on"],
                every_months=form.cleaned_data["every_months"],
                by=self.viewer,
                at=self.at,
            )
        except RetestRefused as error:
            form.add_error(None, refusal(error))
            check(form)
        made = next(p for p in self.plans() if p["clinic_id"] == clinic.pk)
        return Response(made, status=CREATED)


class RetestEnding(RetestView):
    """The taking back of a plan."""

    @documented(
        operation="retests_end",
        tag=TAG,
        request=None,
        answers={204: None},
        kinds=(Kind.NOT_FOUND, Kind.FORBIDDEN),
    )
    def post(self, request: Request, patient_id: UUID, retest_id: UUID) -> Response:
        """Ask for no next test any more."""
        del request, patient_id
        rows = queries.retests_of(self.patient, viewer=self.viewer, at=self.at)
        held = rows.filter(pk=retest_id).first()
        if held is None:
            raise Http404
        check_treats(self, scope=Scope.RESULTS)
        # The plan says for which clinic; whoever does not treat through it has none.
        clinic = acting_clinic(
            self, {"clinic": str(held.clinic_id)}, scope=Scope.RESULTS
        )
        if clinic.pk != held.clinic_id:
            raise Http404
        retesting.end(patient=self.patient, clinic=clinic, by=self.viewer, at=self.at)
        return Response(status=204)
