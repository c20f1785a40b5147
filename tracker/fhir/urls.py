"""Addresses of FHIR R4."""

from django.urls import path

from tracker.fhir import capability, sending, versions, views

urlpatterns = [
    path("", sending.Sending.as_view(), name="fhir"),
    path("metadata", capability.Capability.as_view(), name="fhir_metadata"),
    path(
        "Patient/<uuid:patient_id>/$everything",
        views.Everything.as_view(),
        name="fhir_everything",
    ),
    path(
        "Observation/<uuid:resource_id>/_history",
        versions.Versions.as_view(http_method_names=["get", "head"]),
        name="fhir_Observation_history",
    ),
    path(
        "Observation/<uuid:resource_id>/_history/<int:version_id>",
        versions.Version.as_view(http_method_names=["get", "head"]),
        name="fhir_Observation_version",
    ),
    *(
        each
        for kind in capability.KINDS
        for each in (
            path(
                kind.kind,
                kind.as_view(http_method_names=["get", "head"]),
                name=f"fhir_{kind.kind}",
            ),
            path(
                f"{kind.kind}/_search",
                kind.as_view(http_method_names=["post"]),
                name=f"fhir_{kind.kind}_search",
            ),
            path(
                f"{kind.kind}/<uuid:resource_id>",
                kind.as_view(http_method_names=["get", "head"]),
                name=f"fhir_{kind.kind}_read",
            ),
        )
    ),
]
