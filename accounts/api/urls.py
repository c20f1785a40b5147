"""Addresses of people, consent and audit for programs."""

from django.urls import path

from accounts.api import clinics, patients

urlpatterns = [
    path("clinics", clinics.Clinics.as_view(), name="api_clinics"),
    path("patients", patients.Patients.as_view(), name="api_patients"),
    path(
        "patients/<uuid:patient_id>", patients.OnePatient.as_view(), name="api_patient"
    ),
    path(
        "patients/<uuid:patient_id>/consents",
        patients.Consents.as_view(),
        name="api_consents",
    ),
    path(
        "patients/<uuid:patient_id>/audit", patients.Looks.as_view(), name="api_looks"
    ),
]
