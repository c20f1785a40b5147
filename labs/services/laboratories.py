"""What the clinics know of laboratories that look after a record."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from labs import queries
from labs.domain.laboratories import (
    NOTHING_KNOWN,
    Laboratories,
    LaboratoryFact,
    LaboratoryFactKind,
)

if TYPE_CHECKING:
    from accounts.models import Patient


def laboratories_of(patient: "Patient") -> Laboratories:
    """Return what the clinics know that look after this patient."""
    return laboratories_by_patient([patient.pk]).get(patient.pk, NOTHING_KNOWN)


def laboratories_by_patient(patient_ids: Iterable[UUID]) -> Mapping[UUID, Laboratories]:
    """Return the same for many patients in one query."""
    facts: dict[UUID, list[LaboratoryFact]] = defaultdict(list)
    for row in queries.laboratory_facts_of(patient_ids):
        fact = LaboratoryFact(
            LaboratoryFactKind(row.kind),
            row.laboratory,
            row.method,
            row.other_name,
            row.cva,
        )
        facts[row.patient_id].append(fact)
    return {patient: Laboratories.knowing(known) for patient, known in facts.items()}


def next_changes_of(patient_ids: Iterable[UUID]) -> Mapping[UUID, datetime]:
    """Return when a consent that begins or ends will change what is known for whom."""
    return queries.laboratories_change_at(patient_ids)
