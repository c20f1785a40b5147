"""A clinic's templates of ranges for programs; none sets anything by itself."""

from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID, uuid4

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.documenting import GUARDED, IF_MATCH, ONCE, Read, documented
from accounts.api.fields import Text, refuse_faults, taken
from accounts.api.problems import refuse
from accounts.api.versions import answer_with, check_saw, etag_of
from accounts.api.views import ClinicView, counts_once
from accounts.domain.problems import Kind
from accounts.domain.tokens import TokenScope
from labs.api.shapes import check, values_of
from labs.api.targets import UNITS, BoundsIn, as_typed
from labs.domain.targets import Urgency
from labs.forms.range_templates import TemplateForm
from labs.presenters.programs import digits
from labs.services import range_templates, worklisting
from labs.services.range_templates import (
    CHANGED_MEANWHILE,
    NAME_TAKEN,
    NameTaken,
    NotNewest,
    TemplateEntry,
)

if TYPE_CHECKING:
    from labs.models import TargetTemplate

TAG = "Range templates"
CREATED = 201
EXAMPLE = {
    "name": "Bone health",
    "source": "Meeting of the clinic, 5 January 2026",
    "unit": "ng/mL",
    "low": "30",
    "high": "50",
}


class TemplateOut(Read):
    """A range that a clinic often sets, with its source; it is in force for nobody."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    unit = serializers.ChoiceField(choices=UNITS)
    low = serializers.CharField(allow_null=True)
    high = serializers.CharField(allow_null=True)
    alert_low = serializers.CharField(allow_null=True)
    alert_high = serializers.CharField(allow_null=True)
    urgency = serializers.ChoiceField(choices=values_of(Urgency), allow_blank=True)
    made_by = serializers.CharField()
    made_at = serializers.DateTimeField()
    retired_by = serializers.CharField(allow_blank=True)
    retired_at = serializers.DateTimeField(allow_null=True)


class TemplateIn(BoundsIn):
    """A template as a clinician writes it; at least one bound."""

    name = Text(max_length=80)
    source = Text(max_length=300)  # type: ignore[assignment]


class TemplateView(ClinicView):
    """An address of a clinic's templates."""

    reads = TokenScope.READ_REVIEWS
    writes = TokenScope.WRITE_RANGES
    also: ClassVar[frozenset[TokenScope]] = frozenset({TokenScope.READ_REVIEWS})

    def template(self, template_id: UUID) -> "TargetTemplate":
        """Return a template of this clinic; 404 where there is none."""
        row = worklisting.template_of(self.clinic, template_id)
        if row is None:
            raise Http404
        return row

    def entry(self, request: Request) -> TemplateEntry:
        """Return the template that was sent, as the page's form takes it."""
        sent = taken(TemplateIn, request.data)
        form = TemplateForm({**as_typed(sent), "entry_id": str(uuid4())})
        check(form)
        return form.entry()

    def answer(self, row: "TargetTemplate", *, status: int = 200) -> Response:
        """Answer with a template and the mark of its version."""
        place = reverse("api_range_template", args=[self.clinic.pk, row.pk])
        return answer_with(_json(row), _etag(row), place=place, status=status)


class Templates(TemplateView):
    """A clinic's templates."""

    @documented(
        operation="range_templates_list",
        tag=TAG,
        answers={200: TemplateOut(many=True)},
    )
    def get(self, request: Request, clinic_id: UUID) -> Response:
        """List every template that the clinic ever had, those on offer first."""
        del request, clinic_id
        rows = worklisting.every_template_of(self.clinic)
        return Response([_json(row) for row in rows])

    @documented(
        operation="range_templates_make",
        tag=TAG,
        request=TemplateIn,
        example=EXAMPLE,
        answers={201: TemplateOut},
        kinds=(Kind.NOT_FOUND,),
        headers=[ONCE],
    )
    @counts_once
    def post(self, request: Request, clinic_id: UUID) -> Response:
        """Keep a template; nobody's range changes."""
        del clinic_id
        entry = self.entry(request)
        try:
            row = range_templates.make(
                clinic=self.clinic,
                entry=entry,
                entry_id=uuid4(),
                by=self.viewer,
                at=self.at,
            )
        except NameTaken:
            refuse_faults({"name": [_(NAME_TAKEN)]})
        return self.answer(row, status=CREATED)


class OneTemplate(TemplateView):
    """One template."""

    @documented(operation="range_templates_read", tag=TAG, answers={200: TemplateOut})
    def get(self, request: Request, clinic_id: UUID, template_id: UUID) -> Response:
        """Return a template, on offer or retired."""
        del request, clinic_id
        return self.answer(self.template(template_id))


class TemplateChange(TemplateView):
    """The next version in the place of a template."""

    @documented(
        operation="range_templates_change",
        tag=TAG,
        request=TemplateIn,
        example=EXAMPLE,
        answers={201: TemplateOut},
        kinds=(Kind.NOT_FOUND, Kind.CONFLICT, *GUARDED),
        headers=[IF_MATCH, ONCE],
    )
    @counts_once
    def post(self, request: Request, clinic_id: UUID, template_id: UUID) -> Response:
        """Retire a template and offer the next one; ranges set from it stay."""
        del clinic_id
        row = self.template(template_id)
        entry = self.entry(request)
        check_saw(request, _etag(row), _json(row))
        try:
            changed = range_templates.change(
                row=row, entry=entry, entry_id=uuid4(), by=self.viewer, at=self.at
            )
        except NameTaken:
            refuse_faults({"name": [_(NAME_TAKEN)]})
        except NotNewest:
            refuse(Kind.CONFLICT, _(CHANGED_MEANWHILE), current=_json(row))
        return self.answer(changed, status=CREATED)


class TemplateRetirement(TemplateView):
    """The end of a template's offer."""

    @documented(
        operation="range_templates_retire",
        tag=TAG,
        request=None,
        answers={200: TemplateOut},
        kinds=(Kind.NOT_FOUND, Kind.CONFLICT, *GUARDED),
        headers=[IF_MATCH, ONCE],
    )
    @counts_once
    def post(self, request: Request, clinic_id: UUID, template_id: UUID) -> Response:
        """Offer a template no longer; ranges set from it stay in force."""
        del clinic_id
        row = self.template(template_id)
        check_saw(request, _etag(row), _json(row))
        try:
            range_templates.retire(row=row, by=self.viewer, at=self.at)
        except NotNewest:
            refuse(Kind.CONFLICT, _(CHANGED_MEANWHILE), current=_json(row))
        return self.answer(self.template(template_id))


def _etag(row: "TargetTemplate") -> str:
    return etag_of(row.pk, row.retired_at)


def _json(row: "TargetTemplate") -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "source": row.source,
        "unit": row.unit,
        "low": digits(row.low),
        "high": digits(row.high),
        "alert_low": digits(row.alert_low),
        "alert_high": digits(row.alert_high),
        "urgency": row.urgency,
        "made_by": row.made_by_name,
        "made_at": row.made_at,
        "retired_by": row.retired_by_name,
        "retired_at": row.retired_at,
    }
