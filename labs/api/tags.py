"""A clinic's own words for a patient, for programs of those who treat there."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.documenting import ONCE, Read, documented
from accounts.api.fields import Sent, Text, check_form, taken
from accounts.api.views import PatientView, counts_once
from accounts.domain.problems import Kind
from accounts.domain.scopes import Scope
from accounts.domain.tokens import TokenScope
from accounts.queries import treating_clinics
from labs import queries
from labs.api.acting import acting_clinic, check_treats, clinic_field
from labs.forms.worklist import NameForm
from labs.services import tagging
from labs.services.tagging import LONGEST_TAG

TAG = "Reviews"
KINDS = (Kind.NOT_FOUND, Kind.FORBIDDEN)


class TagOut(Read):
    """A word of a clinic's own."""

    word = serializers.CharField()
    clinic = serializers.CharField()
    clinic_id = serializers.UUIDField()


class TagIn(Sent):
    """A word, and for which of your clinics."""

    word = Text(max_length=LONGEST_TAG)
    clinic = clinic_field()


class TagsView(PatientView):
    """An address of tags: the patient does not read them."""

    reads = TokenScope.READ_REVIEWS
    writes = TokenScope.WRITE_REVIEWS

    def told(self) -> list[dict[str, Any]]:
        """Return the words of the clinics through which the viewer treats."""
        clinics = treating_clinics(
            self.viewer, self.patient, at=self.at, scope=Scope.RECORD
        )
        return [
            {"word": row.word, "clinic": row.clinic.name, "clinic_id": row.clinic_id}
            for row in queries.tags_of(self.patient, clinics=clinics)
        ]

    def mark(self, request: Request, *, is_on: bool) -> Response:
        """Put a word on the patient, or take it off; twice changes nothing."""
        check_treats(self, scope=Scope.RECORD)
        sent = taken(TagIn, request.data)
        clinic = acting_clinic(self, sent, scope=Scope.RECORD)
        form = NameForm({"name": sent["word"]})
        check_form(form, {"name": "word"})
        tagging.tag(
            patient=self.patient,
            clinic=clinic,
            word=form.cleaned_data["name"],
            is_on=is_on,
            by=self.viewer,
            at=self.at,
        )
        return Response(self.told())


def _marking(operation: str) -> Callable[[Any], Any]:
    return documented(
        operation=operation,
        tag=TAG,
        request=TagIn,
        example={"word": "Osteoporosis clinic"},
        answers={200: TagOut(many=True)},
        kinds=KINDS,
        headers=[ONCE],
    )


class Tags(TagsView):
    """The words on a patient."""

    @documented(
        operation="tags_list", tag=TAG, kinds=KINDS, answers={200: TagOut(many=True)}
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        """List the words of your clinics."""
        del request, patient_id
        check_treats(self, scope=Scope.RECORD)
        self.note("tag")
        return Response(self.told())

    @_marking("tags_add")
    @counts_once
    def post(self, request: Request, patient_id: UUID) -> Response:
        """Put a word on a patient; the same again changes nothing."""
        del patient_id
        return self.mark(request, is_on=True)


class TagRemoval(TagsView):
    """The taking off of a word."""

    @_marking("tags_remove")
    @counts_once
    def post(self, request: Request, patient_id: UUID) -> Response:
        """Take a word off; the same again changes nothing."""
        del patient_id
        return self.mark(request, is_on=False)
