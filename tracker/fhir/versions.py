"""
The versions of a result: one of them by its number, and all of them.

Who does not see the version that holds now is told none, as on the pages.
"""

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.problems import refuse
from accounts.domain.problems import Kind
from labs import queries
from labs.formats import fhir_writing
from labs.formats.fhir_json import Resource
from labs.services import recording
from tracker.fhir import facts
from tracker.fhir.asking import ALONE, asked_of
from tracker.fhir.bundles import history
from tracker.fhir.views import Observations, address_of, one_resource

if TYPE_CHECKING:
    from labs.models import LabResult


class VersionsView(Observations):
    """An address below one result."""

    def versions(self, request: Request, resource_id: UUID) -> "list[LabResult]":
        """Return the versions that the viewer sees, the newest first; 404 if none."""
        asked_of(request.query_params, (), always=ALONE)
        self.patient = self._owner_of(resource_id)
        try:
            return queries.chain_of(self.viewer, self.patient, resource_id, at=self.at)
        except queries.ResultNotVisible as error:
            raise Http404 from error
        except queries.ResultReplaced:
            refuse(Kind.NOT_FOUND, _(recording.REPLACED_OUT_OF_SIGHT))

    def as_they_were(self, versions: "list[LabResult]") -> list[Resource]:
        """
        Return versions as resources, the one that holds now as it is read.

        What was replaced stands beside no range of a clinician's: none judges it.
        """
        checks = queries.checks_of_record(self.patient)
        replaced = (
            facts.version_facts(row, checks=checks.get(row.pk, ()))
            for row in versions[1:]
        )
        return [*self.told(versions[:1]), *map(fhir_writing.observation, replaced)]


class Versions(VersionsView):
    """Every version of one result."""

    def get(self, request: Request, resource_id: UUID) -> Response:  # type: ignore[override]
        """Return them as a history, the newest first."""
        versions = self.versions(request, resource_id)
        self.note_look(resource_id)
        address = address_of(request, request.query_params)
        return Response(history(self.as_they_were(versions), address=address))


class Version(VersionsView):
    """One version of one result."""

    def get(  # type: ignore[override]
        self, request: Request, resource_id: UUID, version_id: int
    ) -> Response:
        """Return it as it was, with the mark that it was read by."""
        versions = self.versions(request, resource_id)
        told = self.as_they_were(versions)
        for row, resource in zip(versions, told, strict=True):
            if row.version == version_id:
                self.note_look(row.pk)
                return one_resource(resource)
        raise Http404
