"""Rows as the facts that FHIR is written from; what is not ours to say is left out."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from accounts.domain.audit import Action
from labs.domain.targets import range_in_words, target_in_force
from labs.formats.fhir_json import Resource, Writable, without_blanks
from labs.formats.fhir_writing import (
    Bounds,
    ConsentFacts,
    IngredientFacts,
    PersonFacts,
    ReportFacts,
    ResultFacts,
    SupplementFacts,
    TargetFacts,
)
from labs.formats.parsed import PatientClue
from labs.presenters.words import spoken
from labs.services import judging, outgoing
from labs.services.judging import Judged

if TYPE_CHECKING:
    from accounts.models import AuditEvent, Consent, Patient
    from labs.models import LabResult, ResultCheck, SupplementPeriod
    from labs.models import Target as TargetRow


def person_facts(patient: "Patient") -> PersonFacts:
    """Return a patient, with the numbers that the viewer's clinics know them by."""
    numbers = [
        (f"urn:uuid:{each.clinic_id}", each.number) for each in patient.numbers.all()
    ]
    return PersonFacts(
        str(patient.pk), patient.name, patient.born_on, tuple(sorted(numbers))
    )


def result_facts(judged: Judged, checks: "Sequence[ResultCheck]" = ()) -> ResultFacts:
    """Return a result with the range that judges it beside the laboratory's own."""
    target = judged.flag.target
    bounds = None
    if target is not None:
        words = f"{spoken(range_in_words(target))}, {target.set_by}"
        bounds = Bounds(target.low, target.high, target.unit, words)
    return version_facts(judged.row, bounds, checks)


def version_facts(
    row: "LabResult",
    target: Bounds | None = None,
    checks: "Sequence[ResultCheck]" = (),
) -> ResultFacts:
    """Return one version of a result; its id is the one that all versions share."""
    return ResultFacts(
        id=str(row.chain),
        patient_id=str(row.patient_id),
        result=outgoing.as_read(row, PatientClue(), checks),
        version=row.version,
        entered_at=row.entered_at,
        entered_by=row.entered_by_name,
        target=target,
        version_reason=row.version_reason,
        value_by=(row.value_by or outgoing.NOT_RECORDED) if row.takes_over else "",
        checks=tuple((each.checked_by_name, each.checked_at) for each in checks),
    )


def target_facts(rows: "Sequence[TargetRow]", *, today: date) -> list[TargetFacts]:
    """Return ranges; the one that judges today's samples is in force."""
    targets = [judging.target_of(row) for row in rows]
    now = target_in_force(targets, today)
    return [
        TargetFacts(
            id=str(row.pk),
            patient_id=str(row.patient_id),
            bounds=Bounds(
                target.low, target.high, target.unit, spoken(range_in_words(target))
            ),
            starts_on=target.starts_on,
            ends_on=target.ends_on,
            is_in_force=target is now,
            reason=target.reason,
            set_by=target.set_by,
            set_at=target.set_at,
        )
        for row, target in zip(rows, targets, strict=True)
    ]


def supplement_facts(row: "SupplementPeriod", *, today: date) -> SupplementFacts:
    """Return what is or was taken, its label as printed."""
    period = judging.period_of(row)
    directions = f"{row.servings.normalize():f} x {row.product.serving or 'serving'}, "
    return SupplementFacts(
        id=str(row.pk),
        patient_id=str(row.patient_id),
        name=row.product.name,
        ingredients=tuple(
            IngredientFacts(
                each.substance,
                each.amount.normalize() if each.amount is not None else None,
                each.unit,
                each.amount_text,
            )
            for each in row.product.ingredients.all()
        ),
        directions=directions + spoken(period.schedule.described()),
        status=_status(row, today, is_taken=period.is_in_force(today)),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        entered_at=row.entered_at,
        note=row.reason,
    )


def _status(row: "SupplementPeriod", today: date, *, is_taken: bool) -> str:
    if is_taken:
        return "active"
    if row.starts_on > today:
        return "intended"
    is_over = row.ends_on is not None and row.ends_on < today
    return "completed" if is_over else "on-hold"


def consent_facts(row: "Consent", *, at: datetime) -> ConsentFacts:
    """Return what a clinic may see, and whether it may now."""
    scopes = {
        "results": row.shares_results,
        "supplements": row.shares_supplements,
        "health": row.shares_health,
    }
    has_begun = row.starts_at <= at and row.revoked_at is None
    return ConsentFacts(
        id=str(row.pk),
        patient_id=str(row.patient_id),
        clinic=row.clinic.name,
        scopes=tuple(name for name, is_shared in scopes.items() if is_shared),
        is_in_force=has_begun and (row.ends_at is None or row.ends_at > at),
        given_at=row.starts_at,
        ends_at=row.revoked_at or row.ends_at,
    )


def report_facts(
    patient: "Patient", text: str, result_ids: Sequence[UUID], *, at: datetime
) -> ReportFacts:
    """Return the visit report as it is now, as plain text."""
    return ReportFacts(
        id=str(patient.pk),
        patient_id=str(patient.pk),
        title="Visit report: 25-hydroxyvitamin D",
        made_at=at,
        content_type="text/plain; charset=utf-8",
        content=text.encode(),
        result_ids=tuple(map(str, result_ids)),
    )


# The trail ----------------------------------------------------------------------------

EVENT_TYPES = "http://terminology.hl7.org/CodeSystem/audit-event-type"
ACTIONS: Mapping[Action, str] = {
    Action.READ: "R",
    Action.EXPORTED: "R",
    Action.DENIED: "R",
    Action.CREATED: "C",
    Action.IMPORTED: "C",
    Action.GRANTED: "C",
}
REFUSED, DONE = "4", "0"


def audit_event(row: "AuditEvent") -> Resource:
    """Return who did what with the record."""
    action = Action(row.action)
    agent: list[Writable] = [
        without_blanks(
            {
                "who": {"display": row.actor_name or "somebody not signed in"},
                "requestor": True,
                "name": row.through,
            }
        )
    ]
    return without_blanks(
        {
            "resourceType": "AuditEvent",
            "id": str(row.pk),
            "type": {"system": EVENT_TYPES, "code": "rest"},
            "subtype": [{"system": "urn:calcidiol:action", "code": action.value}],
            "action": ACTIONS.get(action, "U"),
            "recorded": row.at.isoformat(timespec="milliseconds"),
            "outcome": REFUSED if action is Action.DENIED else DONE,
            "agent": agent,
            "source": {"observer": {"display": "Calcidiol"}},
            "entity": [
                {
                    "what": {"reference": f"Patient/{row.patient_id}"},
                    "description": row.object_label,
                }
            ],
        }
    )
