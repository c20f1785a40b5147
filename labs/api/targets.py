"""Ranges for programs: read by who sees results, set by clinicians alone."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.documenting import ONCE, documented
from accounts.api.fields import Day, DecimalText, Sent, Text, Whole, Word, taken
from accounts.api.problems import refuse
from accounts.api.views import ResultsView, counts_once
from accounts.domain.problems import Kind
from accounts.domain.scopes import Scope
from accounts.domain.tokens import TokenScope
from accounts.domain.words import N_
from accounts.policies import check_can_set_target
from accounts.queries import treating_clinics
from labs import queries
from labs.api.acting import acting_clinic, clinic_field
from labs.api.shapes import RangeOut, check, values_of
from labs.domain.targets import Urgency, target_in_force
from labs.domain.units import Unit
from labs.forms.targets import TargetForm
from labs.presenters.programs import digits, range_json
from labs.services import judging, targeting
from labs.services.targeting import TargetConflict

if TYPE_CHECKING:
    from labs.models import Target

UNITS = [Unit.NG_PER_ML.value, Unit.NMOL_PER_L.value]
SET_SINCE = N_("Somebody else set a range in the meantime. It is in “current”.")
TAG = "Ranges"
NOT_THE_LAST = N_("This is not the range that was set last. Nothing was taken back.")
MOST_RANGES = 10_000  # more than anybody sets


class WrittenRangeOut(RangeOut):
    """A range as it was set: who, when, why, and its alert limits."""

    alert_low = serializers.CharField(allow_null=True)
    alert_high = serializers.CharField(allow_null=True)
    urgency = serializers.ChoiceField(choices=values_of(Urgency), allow_blank=True)
    review_on = serializers.DateField(allow_null=True)
    reason = serializers.CharField()
    clinic = serializers.CharField(allow_blank=True)


class SetRangeOut(WrittenRangeOut):
    """The same as one person has it."""

    id = serializers.UUIDField()
    set_together_id = serializers.UUIDField(
        allow_null=True, help_text="What ranges set for several people at once share."
    )


class TargetOut(SetRangeOut):
    """The same among all that were set for a person."""

    number = serializers.IntegerField()
    is_in_force = serializers.BooleanField()


class RangeTakenBackOut(TargetOut):
    """A range that was taken back: who did it, and when; it judges nothing more."""

    taken_back_by = serializers.CharField()
    taken_back_at = serializers.DateTimeField()


class BoundsIn(Sent):
    """The limits of a range, of nobody yet."""

    unit = Word(choices=UNITS)
    low = DecimalText(required=False)
    high = DecimalText(required=False)
    alert_low = DecimalText(required=False)
    alert_high = DecimalText(required=False)
    urgency = Word(choices=values_of(Urgency), required=False)


class LimitsIn(BoundsIn):
    """A range as a clinician writes it; at least one bound."""

    starts_on = Day()
    reason = Text(max_length=300)
    ends_on = Day(required=False)
    review_on = Day(required=False)


def seen_field() -> Whole:
    """Return the field in which a program says which range it saw last."""
    return Whole(
        min_value=0,
        max_value=MOST_RANGES,
        help_text="The number of the newest range; 0 for none.",
    )


class TargetIn(LimitsIn):
    """A range as a clinician sets it for one person."""

    seen = seen_field()
    clinic = clinic_field()


class Targets(ResultsView):
    """The ranges that were set for a patient."""

    writes = TokenScope.WRITE_RANGES

    @documented(operation="ranges_list", tag=TAG, answers={200: TargetOut(many=True)})
    def get(self, request: Request, patient_id: UUID) -> Response:
        """List every range that was set, in the order of their first days."""
        del request, patient_id
        rows = self._standing()
        self.note("target")
        return Response(rows)

    @documented(
        operation="ranges_set",
        tag=TAG,
        request=TargetIn,
        example={
            "seen": 0,
            "unit": "ng/mL",
            "low": "30",
            "high": "50",
            "starts_on": "2026-01-05",
            "reason": "Agreed at the visit.",
        },
        answers={201: TargetOut},
        kinds=(Kind.NOT_FOUND, Kind.CONFLICT),
        headers=[ONCE],
    )
    @counts_once
    def post(self, request: Request, patient_id: UUID) -> Response:
        """Set a range; the one before stays, and judges what was collected in it."""
        del patient_id
        check_can_set_target(self.viewer, self.patient, at=self.at)
        sent = taken(TargetIn, request.data)
        form = TargetForm(as_typed(sent), author=self.viewer.name, at=self.at)
        check(form)
        clinic = acting_clinic(self, sent, scope=Scope.RESULTS)
        try:
            row = targeting.set_target(
                patient=self.patient,
                clinic=clinic,
                entry=form.entry(),
                seen=sent["seen"],
                by=self.viewer,
                at=self.at,
            )
        except TargetConflict as conflict:
            (newest,) = self._told([conflict.newest])
            current = {**newest, "number": conflict.seen}
            refuse(Kind.CONFLICT, _(SET_SINCE), current=current)
        told = [each for each in self._standing() if each["id"] == row.pk]
        return Response(told[0], status=201)

    def _standing(self) -> list[dict[str, Any]]:
        """Return the ranges that stand, each with its place among all that were set."""
        history = queries.range_history_of(self.patient, viewer=self.viewer, at=self.at)
        every = list(history)
        place = targeting.places(every)
        rows = sorted(
            (row for row in every if row.withdrawn_at is None),
            key=lambda row: (row.starts_on, place[row.pk]),
        )
        return [{**each, "number": place[each["id"]]} for each in self._told(rows)]

    def _told(self, rows: "list[Target]") -> list[dict[str, Any]]:
        targets = [judging.target_of(row) for row in rows]
        now = target_in_force(targets, self.today)
        return [
            _json(row, is_in_force=target is now)
            for row, target in zip(rows, targets, strict=True)
        ]


def written_range_json(row: "Target") -> dict[str, Any]:
    """Return a range as it was set, whoever it was set for."""
    return {
        **range_json(judging.target_of(row)),
        "alert_low": digits(row.alert_low),
        "alert_high": digits(row.alert_high),
        "urgency": row.urgency,
        "review_on": row.review_on,
        "reason": row.reason,
        "clinic": row.clinic_name,
    }


def set_range_json(row: "Target") -> dict[str, Any]:
    """Return the same as one person has it."""
    told = written_range_json(row)
    return {**told, "id": row.pk, "set_together_id": row.together}


def _json(row: "Target", *, is_in_force: bool) -> dict[str, Any]:
    told = set_range_json(row)
    return {**told, "number": row.number, "is_in_force": is_in_force}


class TargetUndoing(ResultsView):
    """The taking back of the range that was set last."""

    writes = TokenScope.WRITE_RANGES

    @documented(
        operation="ranges_undo",
        tag=TAG,
        request=None,
        answers={200: RangeTakenBackOut},
        kinds=(Kind.NOT_FOUND, Kind.CONFLICT),
        headers=[ONCE],
    )
    @counts_once
    def post(self, request: Request, patient_id: UUID, target_id: UUID) -> Response:
        """Take the range back that was set last; the one before holds again."""
        del request, patient_id
        history = queries.range_history_of(self.patient, viewer=self.viewer, at=self.at)
        if not history.filter(pk=target_id).exists():
            raise Http404
        check_can_set_target(self.viewer, self.patient, at=self.at)
        is_done = targeting.take_back(
            target_id,
            patient=self.patient,
            clinics=treating_clinics(
                self.viewer, self.patient, at=self.at, scope=Scope.RESULTS
            ),
            by=self.viewer,
            at=self.at,
        )
        if not is_done:
            refuse(Kind.CONFLICT, _(NOT_THE_LAST))
        every = {row.pk: row for row in history.all()}
        row, place = every[target_id], targeting.places(every.values())[target_id]
        told = _json(row, is_in_force=False)
        told["number"] = place  # among all of the records that are read as one
        who = {
            "taken_back_by": row.withdrawn_by_name,
            "taken_back_at": row.withdrawn_at,
        }
        return Response({**told, **who})


def as_typed(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return a range as the page's form takes it."""
    return {name: str(value) for name, value in sent.items()}
