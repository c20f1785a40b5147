"""What the audit trail can say."""

from enum import StrEnum


class Action(StrEnum):
    """What somebody did with somebody's data."""

    READ = "read"
    CREATED = "created"
    CHANGED = "changed"
    CORRECTED = "corrected"
    VOIDED = "voided"
    EXPORTED = "exported"
    IMPORTED = "imported"
    GRANTED = "granted"
    REVOKED = "revoked"
    CLAIMED = "claimed"
    OPENED = "opened"
    ERASED = "erased"
    JOINED = "joined"
    PARTED = "parted"
    DENIED = "denied"
    SIGNED_IN = "signed in"
    SIGNED_OUT = "signed out"
    FAILED = "failed"


class Channel(StrEnum):
    """Through what it was done."""

    PAGE = "page"
    CHART = "chart"
    PDF = "pdf"
    COMMAND = "command"
    API = "api"
    SHARE = "share"
    EXPORT = "export"
