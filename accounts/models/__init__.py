from accounts.models.access_request import AccessRequest
from accounts.models.api_token import ApiToken
from accounts.models.audit_event import AuditEvent
from accounts.models.audit_seal import AuditSeal, SealedEvent, UnsealedEvent
from accounts.models.care_grant import CareGrant
from accounts.models.claim_code import ClaimCode
from accounts.models.clinic import Clinic, Membership
from accounts.models.consent import Consent
from accounts.models.departure import Departure
from accounts.models.invitation import Invitation
from accounts.models.outgoing_mail import OutgoingMail
from accounts.models.patient import Patient, PatientNumber
from accounts.models.record_join import RecordJoin
from accounts.models.share_link import ShareLink
from accounts.models.sign_in import FailureCount
from accounts.models.stored_answer import StoredAnswer
from accounts.models.user import User

__all__ = [
    "AccessRequest",
    "ApiToken",
    "AuditEvent",
    "AuditSeal",
    "CareGrant",
    "ClaimCode",
    "Clinic",
    "Consent",
    "Departure",
    "FailureCount",
    "Invitation",
    "Membership",
    "OutgoingMail",
    "Patient",
    "PatientNumber",
    "RecordJoin",
    "SealedEvent",
    "ShareLink",
    "StoredAnswer",
    "UnsealedEvent",
    "User",
]
