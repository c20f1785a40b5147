"""What a person does in a clinic."""

from enum import StrEnum


class Role(StrEnum):
    """A person's part in a clinic; being admin alone shows no results."""

    CLINICIAN = "clinician"
    CLINIC_ADMIN = "clinic_admin"
