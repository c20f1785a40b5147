"""A record as files for programs: the very files of the page."""

from collections.abc import Callable
from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request

from accounts.api.documenting import BINARY, documented
from accounts.api.fresh import check_is_fresh
from accounts.api.rendering import renderer
from accounts.api.views import PatientView
from accounts.domain.problems import Kind
from accounts.domain.scopes import Scope
from accounts.domain.tokens import READS_ALL, TokenScope
from tracker.api.files import CSV, ZIP, file_answer
from tracker.services import exporting
from tracker.services.exporting import Export

TAG = "Exports"
KINDS = (Kind.NOT_FOUND, Kind.FORBIDDEN)
FHIR = renderer("application/fhir+json", "fhir")
JSON = renderer("application/json", "json")
Write = Callable[..., Export]


class ExportView(PatientView):
    """An address of a file that leaves."""

    reads = TokenScope.READ_EXPORTS
    also = READS_ALL
    write: ClassVar[Write]

    def handed_over(self) -> HttpResponse:
        """Return the file; the trail says that it was taken."""
        check_is_fresh(self)
        made = type(self).write(
            self.patient,
            by=self.viewer,
            at=self.at,
            ip_address=self.request.META.get("REMOTE_ADDR") or None,
        )
        return file_answer(made.content, made.content_type, made.name)


class ExportedResults(ExportView):
    """The results as a table."""

    part = Scope.RESULTS
    also = frozenset({TokenScope.READ_RESULTS})
    renderer_classes = [CSV]
    write = staticmethod(exporting.results_table)

    @documented(
        operation="export_results",
        tag=TAG,
        kinds=KINDS,
        answers={(200, "text/csv"): str},
    )
    def get(self, request: Request, patient_id: UUID) -> HttpResponse:
        """Return the results that hold now as a table, to be imported again."""
        del request, patient_id
        return self.handed_over()


class ExportedFhir(ExportView):
    """The record as FHIR."""

    renderer_classes = [FHIR]
    write = staticmethod(exporting.fhir_bundle)

    @documented(
        operation="export_fhir",
        tag=TAG,
        kinds=KINDS,
        answers={(200, "application/fhir+json"): OpenApiTypes.OBJECT},
    )
    def get(self, request: Request, patient_id: UUID) -> HttpResponse:
        """Return the record as one FHIR R4 Bundle, with the visit report in it."""
        del request, patient_id
        return self.handed_over()


class ExportedJson(ExportView):
    """The record as it is stored."""

    renderer_classes = [JSON]
    write = staticmethod(exporting.everything_as_json)

    @documented(
        operation="export_json",
        tag=TAG,
        kinds=KINDS,
        answers={(200, "application/json"): OpenApiTypes.OBJECT},
    )
    def get(self, request: Request, patient_id: UUID) -> HttpResponse:
        """Return all rows of the record that are shared, earlier versions included."""
        del request, patient_id
        return self.handed_over()


class ExportedArchive(ExportView):
    """All of it."""

    renderer_classes = [ZIP]
    write = staticmethod(exporting.everything)

    @documented(
        operation="export_archive",
        tag=TAG,
        kinds=KINDS,
        answers={(200, "application/zip"): BINARY},
    )
    def get(self, request: Request, patient_id: UUID) -> HttpResponse:
        """Return the whole record in one archive, with what was uploaded to it."""
        del request, patient_id
        return self.handed_over()
