"""Addresses of people, consent and audit."""

from django.urls import path

from accounts.views import claims, records, sessions, sharing

record_urls = [
    path("record/new/", records.open_record, name="record_open"),
    path("record/claim/", claims.claim, name="record_claim"),
    path("patients/<uuid:patient_id>/claim-code/", claims.make_code, name="claim_code"),
]

sharing_urls = [
    path("patients/<uuid:patient_id>/sharing/", sharing.sharing, name="sharing"),
    path("patients/<uuid:patient_id>/sharing/new/", sharing.give, name="consent_give"),
    path(
        "patients/<uuid:patient_id>/sharing/<uuid:consent_id>/revoke/",
        sharing.revoke,
        name="consent_revoke",
    ),
    path("patients/<uuid:patient_id>/looks/", sharing.looks, name="looks"),
]

session_urls = [
    path("account/sessions/<int:session_id>/end/", sessions.end, name="session_end"),
]

urlpatterns = [*record_urls, *sharing_urls, *session_urls]
