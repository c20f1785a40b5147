"""Writes the audit trail, in the transaction of what it tells about."""

from datetime import datetime
from uuid import UUID

from accounts.domain.audit import Action, Channel
from accounts.domain.viewers import Viewer
from accounts.models import AuditEvent


def record(
    *,
    viewer: Viewer,
    action: Action,
    object_label: str,
    at: datetime,
    patient_id: UUID | None = None,
    object_id: object = "",
    channel: Channel | None = None,
    ip_address: str | None = None,
) -> AuditEvent:
    """Add one event: labels and ids, never a value; by default from where they are."""
    return AuditEvent.objects.create(
        at=at,
        actor_kind=viewer.kind.value,
        actor_id=viewer.id_or_none,
        actor_name=viewer.name,
        patient_id=patient_id,
        action=action.value,
        object_label=object_label,
        object_id=str(object_id),
        channel=(channel or viewer.channel).value,
        through=viewer.token.name if viewer.token else "",
        ip_address=ip_address or viewer.address or None,
    )


def look(
    *,
    viewer: Viewer,
    object_label: str,
    at: datetime,
    patient_id: UUID | None = None,
    object_id: object = "",
) -> AuditEvent:
    """Add that a page showed something of a record, or a list of people."""
    return record(
        viewer=viewer,
        action=Action.READ,
        object_label=object_label,
        object_id=object_id,
        patient_id=patient_id,
        at=at,
    )


def record_for_each(
    *,
    patient_ids: list[UUID],
    viewer: Viewer,
    action: Action,
    object_label: str,
    object_id: object,
    channel: Channel,
    at: datetime,
) -> None:
    """Add one event for each patient, as an import does."""
    AuditEvent.objects.bulk_create(
        (
            AuditEvent(
                at=at,
                actor_kind=viewer.kind.value,
                actor_id=viewer.id_or_none,
                actor_name=viewer.name,
                patient_id=patient_id,
                action=action.value,
                object_label=object_label,
                object_id=str(object_id),
                channel=channel.value,
                through=viewer.token.name if viewer.token else "",
                ip_address=viewer.address or None,
            )
            for patient_id in patient_ids
        ),
        batch_size=1000,
    )
