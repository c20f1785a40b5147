"""Addresses of people, consent and audit for programs."""

from django.urls import path

from accounts.api import clinics, consents, patients

urlpatterns = [
    path("clinics", clinics.Clinics.as_view(), name="api_clinics"),
    path("patients", patients.Patients.as_view(), name="api_patients"),
    path(
        "patients/<uuid:patient_id>", patients.OnePatient.as_view(), name="api_patient"
    ),
    path(
        "patients/<uuid:patient_id>/consents",
        consents.Consents.as_view(),
        name="api_consents",
    ),
    path(
        "patients/<uuid:patient_id>/consents/<uuid:consent_id>",
        consents.OneConsent.as_view(),
        name="api_consent",
    ),
    path(
        "patients/<uuid:patient_id>/consents/<uuid:consent_id>/change",
        consents.ConsentChange.as_view(),
        name="api_consent_change",
    ),
    path(
        "patients/<uuid:patient_id>/consents/<uuid:consent_id>/ending",
        consents.ConsentEnding.as_view(),
        name="api_consent_ending",
    ),
    path(
        "patients/<uuid:patient_id>/grantees",
        consents.Grantees.as_view(),
        name="api_grantees",
    ),
    path(
        "patients/<uuid:patient_id>/audit", patients.Looks.as_view(), name="api_looks"
    ),
]
