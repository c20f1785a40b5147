"""Results that stand in the wrong record, for programs: moved, and moved back."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import asked
from accounts.api.documenting import (
    AN_ID,
    GUARDED,
    IF_MATCH,
    ONCE,
    Read,
    documented,
)
from accounts.api.fields import Id, Sent, Text, refuse_faults, taken
from accounts.api.problems import refuse
from accounts.api.versions import check_saw
from accounts.api.views import ResultsView, counts_once
from accounts.domain.problems import Kind
from accounts.domain.scopes import Scope
from accounts.domain.words import N_
from accounts.queries import PatientNotVisible, patient_for
from labs import queries
from labs.api.results import RecordView, etag, refuse_newer
from labs.api.shapes import check
from labs.services import moving
from labs.services.moving import MoveRefused, VersionConflict
from tracker.forms.moving import MoveForm

if TYPE_CHECKING:
    from accounts.models import Patient
    from labs.models import ResultMove

TAG = "Results"
CREATED = 201
LONGEST_REASON = 300
NOBODY = N_("A result is moved to somebody whose results you can see and add to.")


class MoveOut(Read):
    """That a result went from one record to another, for who sees results of both."""

    id = serializers.UUIDField()
    from_patient_id = serializers.UUIDField()
    from_result_id = serializers.UUIDField()
    to_patient_id = serializers.UUIDField()
    to_result_id = serializers.UUIDField()
    reason = serializers.CharField()
    moved_by = serializers.CharField()
    moved_at = serializers.DateTimeField()
    undone_by = serializers.CharField(allow_blank=True)
    undone_at = serializers.DateTimeField(allow_null=True)


class MoveIn(Sent):
    """Whose result it is, and how it came into the wrong record."""

    to = Id(help_text="The id of the patient to whom the result belongs.")
    reason = Text(max_length=LONGEST_REASON)


class Moves(RecordView):
    """The moves of one result."""

    @documented(operation="results_moves", tag=TAG, answers={200: MoveOut(many=True)})
    def get(self, request: Request, patient_id: UUID, result_id: UUID) -> Response:
        """List where a result came from or went to, the latest first."""
        del request, patient_id
        newest = self.versions(result_id)[0]
        self.note("result", object_id=newest.pk)
        return Response([_json(each) for each in queries.moves_of(newest.chain)])

    @documented(
        operation="results_move",
        tag=TAG,
        request=MoveIn,
        example={"to": AN_ID, "reason": "Two people of one name."},
        answers={201: MoveOut},
        kinds=(Kind.NOT_FOUND, Kind.CONFLICT, *GUARDED),
        headers=[IF_MATCH, ONCE],
    )
    @counts_once
    def post(self, request: Request, patient_id: UUID, result_id: UUID) -> Response:
        """Withdraw a result here and file it there; both records tell of it."""
        del patient_id
        newest = self.versions(result_id)[0]
        sent = taken(MoveIn, request.data)
        check_saw(request, etag(newest), self.told([newest])[0])
        to = self._person(sent["to"])
        form = MoveForm({**sent, "to": str(to.pk)}, people=[(str(to.pk), to.name)])
        check(form)
        try:
            moved = moving.move(
                result=newest,
                to=to,
                reason=form.cleaned_data["reason"],
                by=self.viewer,
                at=self.at,
            )
        except MoveRefused as refused:
            refuse(Kind.CONFLICT, str(refused))
        except VersionConflict as conflict:
            refuse_newer(self, conflict)
        return Response(_json(moved), status=CREATED)

    def _person(self, patient_id: UUID) -> "Patient":
        try:
            return patient_for(self.viewer, patient_id, at=self.at, scope=Scope.RESULTS)
        except PatientNotVisible as error:
            asked(self.request).denied = error
            refuse_faults({"to": [_(NOBODY)]})


class MoveUndoing(ResultsView):
    """The way back."""

    @documented(
        operation="results_move_back",
        tag=TAG,
        request=None,
        answers={200: MoveOut},
        kinds=(Kind.NOT_FOUND, Kind.CONFLICT),
        headers=[ONCE],
    )
    @counts_once
    def post(self, request: Request, patient_id: UUID, move_id: UUID) -> Response:
        """Take a move back; the same again, or after a change, is refused."""
        del request, patient_id
        found = queries.move_for(self.patient, move_id)
        if found is None:
            raise Http404
        try:
            moved = moving.undo(move_id=found.pk, by=self.viewer, at=self.at)
        except MoveRefused as refused:
            refuse(Kind.CONFLICT, str(refused))
        return Response(_json(moved))


def _json(row: "ResultMove") -> dict[str, Any]:
    return {
        "id": row.pk,
        "from_patient_id": row.from_patient_id,
        "from_result_id": row.from_chain,
        "to_patient_id": row.to_patient_id,
        "to_result_id": row.to_chain,
        "reason": row.reason,
        "moved_by": row.moved_by_name,
        "moved_at": row.moved_at,
        "undone_by": row.undone_by_name,
        "undone_at": row.undone_at,
    }
