"""What this server says of itself; anybody may ask."""

from typing import ClassVar

from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from labs.formats.fhir_json import Resource, Writable
from tracker.fhir.bundles import base
from tracker.fhir.views import (
    AuditEvents,
    Consents,
    DiagnosticReports,
    FhirView,
    Goals,
    KindView,
    MedicationStatements,
    Observations,
    Patients,
    Provenances,
)

SINCE = "2026-11-29"  # when this statement was last changed
KINDS: tuple[type[KindView], ...] = (
    Patients,
    Observations,
    Goals,
    MedicationStatements,
    DiagnosticReports,
    Consents,
    Provenances,
    AuditEvents,
)
OF_VERSIONS = ("vread", "history-instance")
LABORATORY_PROFILE = (
    "http://hl7.org/fhir/us/core/StructureDefinition/us-core-observation-lab"
)
SEARCHES = (
    "Searches name one patient. A parameter that is not listed is refused; with "
    "Prefer: handling=lenient it is passed over, and an OperationOutcome says so. "
    "Besides what is listed, a search takes _count (100 a page at most), _cursor, "
    "_total, _format and _summary=count; _sort takes what the documentation of a "
    "resource names. With _count=0 or _summary=count the number of matches alone is "
    "given. A history takes _count and _cursor. A transaction creates Observations "
    "and MedicationStatements."
)
TYPES = {
    "date": "date",
    "effective": "date",
    "birthdate": "date",
    "_lastUpdated": "date",
    "target": "reference",
    "patient": "reference",
    "subject": "reference",
}


class Capability(FhirView):
    """The capability statement."""

    permission_classes: ClassVar[list[type]] = [AllowAny]  # type: ignore[misc]

    def get(self, request: Request) -> Response:
        """Return what can be read, searched and sent here."""
        del request
        return Response(statement())


def statement() -> Resource:
    """Return the statement."""
    resources: list[Writable] = [_of(kind) for kind in KINDS]
    rest: Resource = {
        "mode": "server",
        "documentation": SEARCHES,
        "security": {
            "cors": False,
            "description": "A key of the person, as a Bearer token.",
        },
        "resource": resources,
        "interaction": [{"code": "transaction"}],
    }
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": SINCE,
        "kind": "instance",
        "software": {"name": "Calcidiol"},
        "implementation": {"description": "Calcidiol", "url": base()},
        "fhirVersion": "4.0.1",
        "format": ["json", "application/fhir+json"],
        "rest": [rest],
    }


def _of(kind: type[KindView]) -> Resource:
    named = {"_id", *kind.knows} | (set() if kind is Patients else {"patient"})
    parameters: list[Writable] = [
        {"name": name, "type": TYPES.get(name, "token")}
        for name in sorted(named - {"_include"})
    ]
    codes = ("read", *OF_VERSIONS) if kind is Observations else ("read",)
    interactions: list[Writable] = [{"code": code} for code in (*codes, "search-type")]
    found: Resource = {
        "type": kind.kind,
        "interaction": interactions,
        "versioning": "versioned" if kind is Observations else "no-version",
        "searchParam": parameters,
    }
    if kind.sorts:
        found["documentation"] = f"_sort takes {', '.join(kind.sorts)}; - reverses."
    if kind is Observations:
        found["readHistory"] = True
        found["supportedProfile"] = [LABORATORY_PROFILE]
        found["searchInclude"] = ["Observation:patient"]
    if kind in {Observations, MedicationStatements}:
        found["conditionalCreate"] = True
    if kind is Patients:
        name = "everything"
        definition = "http://hl7.org/fhir/OperationDefinition/Patient-everything"
        found["operation"] = [{"name": name, "definition": definition}]
    return found
