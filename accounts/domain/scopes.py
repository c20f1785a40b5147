"""The parts of a record that a patient shares, or does not."""

from enum import StrEnum


class Scope(StrEnum):
    """A part of a record; the values are read by the row-level policies."""

    RECORD = "record"  # that the person exists: name, birth date, preferences
    RESULTS = "results"
    SUPPLEMENTS = "supplements"
    HEALTH = "health"


class ConsentBasis(StrEnum):
    """Why a clinic may see a record."""

    PATIENT = "patient"  # the patient said so
    CLINIC_RECORD = "clinic_record"  # the clinic entered the patient itself
