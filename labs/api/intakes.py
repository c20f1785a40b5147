"""The log of intakes for programs."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
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
    Word,
    asked_for,
    kept,
    refuse_faults,
    taken,
)
from accounts.api.paging import Key, Order, page
from accounts.api.views import SupplementsView, counts_once
from accounts.domain.problems import Kind
from accounts.domain.words import N_
from labs import queries
from labs.api.shapes import values_of
from labs.domain.intakes import EXPOSURE_DAYS, Outcome
from labs.domain.logbook import LogRefused
from labs.domain.plausibility import latest_day
from labs.presenters.programs import digits
from labs.presenters.words import spoken
from labs.services import logbook
from labs.services.logbook import LogEntry

if TYPE_CHECKING:
    from labs.models import Intake

TAG = "Intakes"
NOT_YET = N_("This day has not come yet.")


class IntakeOut(Read):
    """One intake that was logged, with the amounts as they were that day."""

    id = serializers.UUIDField()
    period_id = serializers.UUIDField()
    on_day = serializers.DateField()
    round = serializers.IntegerField()
    outcome = serializers.ChoiceField(choices=values_of(Outcome))
    servings = serializers.CharField()
    ingredients = serializers.ListField(child=serializers.DictField())
    logged_by = serializers.CharField()
    logged_at = serializers.DateTimeField()


class IntakeIn(Sent):
    """What became of one intake; without a day it is today's."""

    period_id = Id()
    outcome = Word(choices=values_of(Outcome))
    on_day = Day(required=False)


class IntakeParameters(PageParameters):
    """Since when."""

    since = Day(required=False, help_text=f"{EXPOSURE_DAYS} days back if not said.")


INTAKE_PARAMETERS = choosing(IntakeOut, IntakeParameters)


ORDER = Order(
    (
        Key("on_day", date, is_descending=True),
        Key("round", int, is_descending=True),
        Key("id", UUID),
    )
)


class Intakes(SupplementsView):
    """The log of a patient."""

    @documented(
        operation="intakes_list",
        tag=TAG,
        asks=INTAKE_PARAMETERS,
        answers={200: page_of(sparse(IntakeOut))},
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        """List what was logged and not undone, the newest day first."""
        del patient_id
        asked = asked_for(INTAKE_PARAMETERS, request.query_params)
        since = asked.get("since", self.today - timedelta(days=EXPOSURE_DAYS - 1))
        rows = queries.intakes_of(
            self.patient, viewer=self.viewer, at=self.at, since=since
        )
        found, following = page(rows, ORDER, asked, request)
        self.note("intake")
        return Response(
            {"items": kept(map(_json, found), asked.get("fields")), "next": following}
        )

    @documented(
        operation="intakes_log",
        tag=TAG,
        request=IntakeIn,
        example={"period_id": AN_ID, "outcome": "taken"},
        answers={201: IntakeOut(many=True)},
        headers=[ONCE],
    )
    @counts_once
    def post(self, request: Request, patient_id: UUID) -> Response:
        """Log one intake of a period."""
        del patient_id
        sent = taken(IntakeIn, request.data)
        day = sent.get("on_day", self.today)
        if day > latest_day(self.at):
            refuse_faults({"on_day": [_(NOT_YET)]})
        periods = queries.periods_of(self.patient, viewer=self.viewer, at=self.at)
        period = periods.filter(pk=sent["period_id"]).first()
        if period is None:
            raise Http404
        entry = LogEntry(by=self.viewer, at=self.at, entry_id=uuid4())
        try:
            logbook.log(
                period=period,
                outcome=Outcome(sent["outcome"]),
                day=day,
                today=latest_day(self.at),
                entry=entry,
            )
        except LogRefused as error:
            refuse_faults({"on_day": [spoken(error.sentence)]})
        logged = queries.intakes_of(
            self.patient, viewer=self.viewer, at=self.at, since=day
        )
        mine = logged.filter(entry_id=entry.entry_id)
        return Response([_json(row) for row in mine], status=201)


class Undoing(SupplementsView):
    """The undoing of one intake."""

    @documented(
        operation="intakes_undo",
        tag=TAG,
        answers={204: None},
        kinds=(Kind.NOT_FOUND,),
    )
    def post(self, request: Request, patient_id: UUID, intake_id: UUID) -> Response:
        """Undo one intake: it stays in the log, and counts no more."""
        del request, patient_id
        since = self.today - timedelta(days=EXPOSURE_DAYS - 1)
        rows = queries.intakes_of(
            self.patient, viewer=self.viewer, at=self.at, since=since
        )
        row = rows.filter(pk=intake_id).first()
        if row is None or not logbook.can_undo(row, self.viewer, self.patient):
            raise Http404
        logbook.undo(intakes=[row], by=self.viewer, at=self.at)
        return Response(status=204)


def _json(row: "Intake") -> dict[str, Any]:
    return {
        "id": row.pk,
        "period_id": row.period_id,
        "on_day": row.on_day,
        "round": row.round,
        "outcome": row.outcome,
        "servings": digits(row.servings),
        "ingredients": row.ingredients,
        "logged_by": row.logged_by_name,
        "logged_at": row.logged_at,
    }
