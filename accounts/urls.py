"""Addresses of people, consent and audit."""

from django.urls import path

from accounts.views import (
    access_requests,
    care,
    claims,
    keys,
    languages,
    leaving,
    members,
    preferences,
    records,
    sessions,
    share_links,
    sharing,
)

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
    path(
        "patients/<uuid:patient_id>/sharing/links/new/",
        share_links.make,
        name="share_link_make",
    ),
    path(
        "patients/<uuid:patient_id>/sharing/links/<uuid:link_id>/revoke/",
        share_links.revoke,
        name="share_link_revoke",
    ),
    path(
        "patients/<uuid:patient_id>/sharing/<uuid:consent_id>/change/",
        sharing.change,
        name="consent_change",
    ),
    path("patients/<uuid:patient_id>/looks/", sharing.looks, name="looks"),
]

request_urls = [
    path("requests/", access_requests.asked, name="requests"),
    path("requests/new/", access_requests.ask, name="request_new"),
    path(
        "requests/<uuid:request_id>/withdraw/",
        access_requests.withdraw,
        name="request_withdraw",
    ),
    path(
        "patients/<uuid:patient_id>/requests/code/",
        access_requests.enter_code,
        name="request_code",
    ),
    path(
        "patients/<uuid:patient_id>/requests/<uuid:request_id>/",
        access_requests.answer,
        name="request_answer",
    ),
    path(
        "patients/<uuid:patient_id>/requests/<uuid:request_id>/decline/",
        access_requests.decline,
        name="request_decline",
    ),
]

# Whoever has a code comes here; the code stands in no address.
shared_urls = [
    path("shared/", share_links.open_link, name="share_open"),
    path("shared/close/", share_links.close, name="share_close"),
]

member_urls = [
    path("clinics/<uuid:clinic_id>/members/", members.members, name="members"),
    path("clinics/<uuid:clinic_id>/members/new/", members.invite, name="member_invite"),
    path(
        "clinics/<uuid:clinic_id>/members/<uuid:person_id>/disable/",
        members.disable,
        name="member_disable",
    ),
    path(
        "clinics/<uuid:clinic_id>/invitations/<uuid:invitation_id>/withdraw/",
        members.withdraw,
        name="invitation_withdraw",
    ),
    path("invitations/accept/", members.accept, name="invitation_accept"),
]

preference_urls = [
    path("language/", languages.choose, name="language_choose"),
    path(
        "patients/<uuid:patient_id>/preferences/",
        preferences.preferences,
        name="preferences",
    ),
]

care_urls = [
    path("records/", care.records, name="records"),
    path("care/accept/", care.accept, name="care_accept"),
    path("patients/<uuid:patient_id>/carers/", care.carers, name="carers"),
    path("patients/<uuid:patient_id>/carers/new/", care.give, name="carer_add"),
    path(
        "patients/<uuid:patient_id>/carers/<uuid:grant_id>/end/",
        care.end,
        name="carer_end",
    ),
]

session_urls = [
    path("account/sessions/", sessions.Sessions.as_view(), name="usersessions_list"),
    path("account/leave/", leaving.leave, name="leave"),
    path("account/sessions/<int:session_id>/end/", sessions.end, name="session_end"),
]

key_urls = [
    path("account/keys/", keys.keys, name="keys"),
    path("account/keys/new/", keys.make, name="key_make"),
    path("account/keys/<uuid:key_id>/revoke/", keys.revoke, name="key_revoke"),
]

urlpatterns = [
    *record_urls,
    *sharing_urls,
    *request_urls,
    *shared_urls,
    *member_urls,
    *preference_urls,
    *care_urls,
    *session_urls,
    *key_urls,
]
