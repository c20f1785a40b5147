"""
The versions of a result: one of them by its number, and all of them.

Who does not see the version that holds now is told none, as on the pages.
"""

from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.paging import Key, Order
from accounts.api.problems import refuse
from accounts.domain.problems import Kind
from labs import queries
from labs.formats import fhir_writing
from labs.formats.fhir_json import Resource
from labs.services import recording
from tracker.fhir import facts
from tracker.fhir.asking import ALONE, Asked, asked_of
from tracker.fhir.bundles import history
from tracker.fhir.views import Observations, address_of, one_resource, refused_as_cursor

if TYPE_CHECKING:
    from labs.models import LabResult

NEWEST_FIRST = Order((Key("version", int, is_descending=True),))


class VersionsView(Observations):
    """An address below one result."""

    def versions(self, resource_id: UUID) -> "list[LabResult]":
        """Return the versions that the viewer sees, the newest first; 404 if none."""
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
        """Return a page of them as a history, the newest first."""
        asked = asked_of(request.query_params, ("_count", "_cursor"), always=ALONE)
        versions = self.versions(resource_id)
        page = _page(versions, asked)
        following = None
        if page.stop < len(versions) and page.start < page.stop:
            last = NEWEST_FIRST.cursor(versions[page.stop - 1])
            following = address_of(request, asked.parameters, _cursor=last)
        self.note_look(resource_id)
        told = history(
            self.as_they_were(versions)[page.start : page.stop],
            address=address_of(request, asked.parameters),
            following=following,
            total=len(versions),
        )
        return Response(told)


def _page(versions: "list[LabResult]", asked: Asked) -> range:
    """Return the places of the versions on the page that is asked for."""
    start, count = 0, 0 if asked.is_only_counted else asked.count
    if cursor := asked.one("_cursor"):
        with refused_as_cursor():
            (number,) = NEWEST_FIRST.read(cursor)
        start = sum(row.version >= cast("int", number) for row in versions)
    return range(start, min(start + count, len(versions)))


class Version(VersionsView):
    """One version of one result."""

    def get(  # type: ignore[override]
        self, request: Request, resource_id: UUID, version_id: int
    ) -> Response:
        """Return it as it was, with the mark that it was read by."""
        asked_of(request.query_params, (), always=ALONE)
        versions = self.versions(resource_id)
        told = self.as_they_were(versions)
        for row, resource in zip(versions, told, strict=True):
            if row.version == version_id:
                self.note_look(row.pk)
                return one_resource(resource)
        raise Http404
