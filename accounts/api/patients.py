"""Patients and the trail of looks, for programs."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import queries
from accounts.api.documenting import (
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
    Sent,
    Text,
    Word,
    asked_for,
    check_form,
    kept,
    taken,
)
from accounts.api.paging import Key, Order, page, page_read
from accounts.api.problems import refuse
from accounts.api.versions import answer_with, etag_of
from accounts.api.views import PatientView, ProgramView, counts_once
from accounts.domain.audit import Action, Channel
from accounts.domain.preferences import HEMISPHERES, UNITS
from accounts.domain.problems import Kind
from accounts.domain.scopes import Scope
from accounts.domain.tokens import TokenScope
from accounts.domain.words import N_
from accounts.forms.records import OwnRecordForm
from accounts.policies import can_share, check_can_share
from accounts.services import enrolment

if TYPE_CHECKING:
    from accounts.models import AuditEvent, Patient


class PatientOut(Read):
    """A person whose record the viewer may see, and which parts of it."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    born_on = serializers.DateField(allow_null=True)
    hemisphere = serializers.CharField()
    preferred_unit = serializers.CharField(allow_blank=True)
    is_own = serializers.BooleanField()
    parts = serializers.ListField(
        child=serializers.ChoiceField(choices=[each.value for each in Scope])
    )


class PersonOut(Read):
    """A person in a list."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    born_on = serializers.DateField(allow_null=True)


class OwnRecordIn(Sent):
    """What an adult's own record needs."""

    name = Text(max_length=120, help_text="As your laboratory prints it.")
    born_on = Day()
    hemisphere = Word(choices=list(HEMISPHERES))
    preferred_unit = Word(choices=list(UNITS), required=False)


class Patients(ProgramView):
    """The patients that the viewer may see; and a person's own record, opened once."""

    writes = TokenScope.OPEN_RECORD

    @documented(
        operation="patients_list",
        is_scoped=False,
        tag="Patients",
        asks=PageParameters,
        answers={200: page_of(PersonOut)},
        kinds=(),
    )
    def get(self, request: Request) -> Response:
        """List the patients, by name."""
        asked = asked_for(PageParameters, request.query_params)
        everybody = queries.PeopleAsked(with_joined=True)
        found, following = page_read(
            partial(_people, everybody, self),
            Order((Key("name", str), Key("id", UUID)), is_private=True),
            asked,
            request,
            among=queries.patients_visible_to(viewer=self.viewer, at=self.at),
        )
        self.note("patient list")
        items = [
            {"id": row.pk, "name": row.name, "born_on": row.born_on} for row in found
        ]
        return Response({"items": items, "next": following})

    @documented(
        operation="patients_open",
        tag="Patients",
        request=OwnRecordIn,
        example={
            "name": "Anna Example",
            "born_on": "1980-03-12",
            "hemisphere": "north",
            "preferred_unit": "nmol/L",
        },
        answers={201: PatientOut},
        kinds=(Kind.CONFLICT,),
        headers=[ONCE],
    )
    @counts_once
    def post(self, request: Request) -> Response:
        """Open your own record; a clinic opens others' with a file, or for a child."""
        sent = taken(OwnRecordIn, request.data)
        self.patient = queries.own_patient(self.viewer)
        if self.patient is not None:
            refuse(Kind.CONFLICT, _(HAS_ONE), current=_patient_json(self.patient, self))
        form = OwnRecordForm(sent, today=self.at.date())
        check_form(form)
        self.patient = enrolment.open_record_of(
            self.viewer, **form.cleaned_data, at=self.at
        )
        told = _patient_json(self.patient, self)
        place = reverse("api_patient", args=[self.patient.pk])
        return answer_with(told, etag_of(*told.values()), place=place, status=201)


HAS_ONE = N_("You have a record already.")


def _people(
    everybody: queries.PeopleAsked,
    view: ProgramView,
    *,
    after: Sequence[object],
    limit: int,
) -> "list[Patient]":
    return queries.people_found(
        everybody, viewer=view.viewer, at=view.at, after=after, most=limit
    )


class OnePatient(PatientView):
    """One patient."""

    @documented(
        operation="patients_read",
        is_scoped=False,
        tag="Patients",
        answers={200: PatientOut},
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        """Return who this is, and which parts of the record are shared with you."""
        del request, patient_id
        self.note("patient", object_id=self.patient.pk)
        told = _patient_json(self.patient, self)
        return Response(told, headers={"ETag": etag_of(*told.values())})


def _patient_json(patient: "Patient", view: ProgramView) -> dict[str, Any]:
    scopes = queries.scopes_for(view.viewer, patient, at=view.at)
    return {
        "id": patient.pk,
        "name": patient.name,
        "born_on": patient.born_on,
        "hemisphere": patient.hemisphere,
        "preferred_unit": patient.preferred_unit,
        "is_own": can_share(view.viewer, patient),
        "parts": [scope.value for scope in Scope if scope in scopes],
    }


class OwnersView(PatientView):
    """An address that only the patient reads."""

    reads = TokenScope.READ_SHARING

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Refuse everybody but the patient."""
        super().initial(request, *args, **kwargs)
        check_can_share(self.viewer, self.patient)


class LookOut(Read):
    """Who did what with the record, when, and through what."""

    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    who = serializers.CharField(allow_blank=True)
    action = serializers.ChoiceField(choices=[each.value for each in Action])
    object = serializers.CharField()
    object_id = serializers.CharField(allow_blank=True)
    channel = serializers.ChoiceField(choices=[each.value for each in Channel])
    through = serializers.CharField(
        allow_blank=True, help_text="The name of the key, where a program used one."
    )


LOOK_PARAMETERS = choosing(LookOut)


class Looks(OwnersView):
    """The trail of who looked at the record."""

    @documented(
        operation="audit_list",
        tag="Sharing",
        asks=LOOK_PARAMETERS,
        answers={200: page_of(sparse(LookOut))},
        kinds=(Kind.NOT_FOUND,),
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        """List who did what with the record, the newest first."""
        del patient_id
        asked = asked_for(LOOK_PARAMETERS, request.query_params)
        order = Order((Key("at", datetime, is_descending=True), Key("id", UUID)))
        rows = queries.looks_at(self.patient)
        found, following = page(rows, order, asked, request)
        self.note("looks")
        items = [_look_json(row) for row in found]
        return Response({"items": kept(items, asked.get("fields")), "next": following})


def _look_json(row: "AuditEvent") -> dict[str, Any]:
    return {
        "id": row.pk,
        "at": row.at,
        "who": row.actor_name,
        "action": row.action,
        "object": row.object_label,
        "object_id": row.object_id,
        "channel": row.channel,
        "through": row.through,
    }
