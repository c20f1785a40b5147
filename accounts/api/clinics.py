"""Clinics for programs: those in which somebody treats patients."""

from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import queries
from accounts.api.documenting import PageParameters, Read, documented, page_of
from accounts.api.fields import asked_for
from accounts.api.paging import Key, Order, page
from accounts.api.views import ProgramView

ORDER = Order((Key("name", str), Key("id", UUID)))


class ClinicOut(Read):
    """A clinic in which you treat patients."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    preferred_unit = serializers.CharField()


class Clinics(ProgramView):
    """The clinics in which the viewer treats patients."""

    @documented(
        operation="clinics_list",
        is_scoped=False,
        tag="Clinics",
        asks=PageParameters,
        answers={200: page_of(ClinicOut)},
        kinds=(),
    )
    def get(self, request: Request) -> Response:
        """List the clinics in which you treat patients, by name; none for a patient."""
        asked = asked_for(PageParameters, request.query_params)
        rows = queries.clinics_of(self.viewer)
        found, following = page(rows, ORDER, asked, request)
        items = [
            {"id": row.pk, "name": row.name, "preferred_unit": row.preferred_unit}
            for row in found
        ]
        return Response({"items": items, "next": following})
