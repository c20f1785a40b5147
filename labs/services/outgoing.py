"""Stored rows as the values that leave: results as read, targets, products."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from labs.domain.measurands import Measurand
from labs.domain.measurements import Comparator, ResultStatus
from labs.domain.targets import Target, range_in_words, target_in_force
from labs.domain.units import Unit
from labs.formats.fhir_writing import (
    Bounds,
    IngredientFacts,
    ResultFacts,
    SupplementFacts,
    TargetFacts,
)
from labs.formats.parsed import ParsedResult, PatientClue, Source, checked_by_words
from labs.services.judging import measurement_of, target_of

if TYPE_CHECKING:
    from labs.models import LabResult, ResultCheck, SupplementPeriod
    from labs.models import Target as TargetRow


# Whose value it was before it came from another person's record is not told.
NOT_RECORDED = "not recorded"


def as_read(
    row: "LabResult", patient: PatientClue, checks: Sequence["ResultCheck"] = ()
) -> ParsedResult:
    """Return a stored result as a reader would hand it on."""
    status = ResultStatus(row.status)
    here = ((each.checked_by_name, str(each.checked_at.date())) for each in checks)
    return ParsedResult(
        where="",
        patient=patient,
        collected_on=row.collected_on,
        value_text=row.value_text,
        value=measurement_of(row).number,
        comparator=Comparator(row.comparator) if row.comparator else None,
        unit_text=row.unit_text,
        unit=Unit(row.unit),
        measurand=Measurand(row.measurand),
        loinc=row.loinc,
        local_code=row.local_code,
        display=row.test_name,
        interval_text=row.interval_text,
        interval_low=_trimmed(row.interval_low),
        interval_high=_trimmed(row.interval_high),
        laboratory=row.laboratory,
        method=row.method,
        specimen=row.specimen,
        laboratory_flag=row.laboratory_flag,
        status=None if status is ResultStatus.NOT_STATED else status.value,
        result_status=status,
        comment=row.comment,
        hold=row.held_because,
        accession=row.accession,
        source=Source(row.source) if row.source in set(Source) else None,
        collected_time_text=row.collected_time_text,
        reported_on=row.reported_on,
        checked_by=checked_by_words(row.checked_elsewhere, here),
    )


def _trimmed(bound: Decimal | None) -> Decimal | None:
    """Return a bound without the zeros that the column adds."""
    if bound is None:
        return None
    whole = bound.quantize(Decimal(1))
    return whole if bound == whole else bound.normalize()


def result_facts(
    row: "LabResult",
    patient: PatientClue,
    targets: Sequence[Target],
    checks: Sequence["ResultCheck"] = (),
) -> ResultFacts:
    """Return a result with the range that a clinician had set on its day."""
    target = target_in_force(targets, row.collected_on)
    return ResultFacts(
        id=str(row.pk),
        patient_id=str(row.patient_id),
        result=as_read(row, patient, checks),
        version=row.version,
        entered_at=row.entered_at,
        entered_by=row.entered_by_name,
        target=bounds_of(target) if target else None,
        version_reason=row.version_reason,
        value_by=(row.value_by or NOT_RECORDED) if row.takes_over else "",
        checks=tuple((each.checked_by_name, each.checked_at) for each in checks),
    )


def bounds_of(target: Target) -> Bounds:
    """Return a range with its words and its author."""
    words = f"{range_in_words(target)}, {target.set_by}"
    return Bounds(target.low, target.high, target.unit, words)


def target_facts(row: "TargetRow", *, today: date, now: Target | None) -> TargetFacts:
    """Return a stored range; in force where it is the one that counts today."""
    target = target_of(row)
    has_ended = row.ends_on is not None and row.ends_on < today
    return TargetFacts(
        id=str(row.pk),
        patient_id=str(row.patient_id),
        bounds=bounds_of(target),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        is_in_force=target == now and not has_ended,
        reason=row.reason,
        set_by=row.set_by_name,
        set_at=row.set_at,
    )


def supplement_facts(row: "SupplementPeriod", *, today: date) -> SupplementFacts:
    """Return what is or was taken, with its label."""
    return SupplementFacts(
        id=str(row.pk),
        patient_id=str(row.patient_id),
        name=row.product.name,
        ingredients=tuple(
            IngredientFacts(
                each.substance, _trimmed(each.amount), each.unit, each.amount_text
            )
            for each in row.product.ingredients.all()
        ),
        directions=f"{_trimmed(row.servings):f} x {row.schedule.replace('_', ' ')}",
        status=_status(row, today),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        entered_at=row.entered_at,
        note=row.reason,
    )


def _status(row: "SupplementPeriod", today: date) -> str:
    if row.starts_on > today:
        return "intended"
    if row.ends_on is not None and row.ends_on < today:
        return "completed"
    pauses = row.pauses.all()
    is_paused = any(
        each.starts_on <= today and (each.ends_on is None or today <= each.ends_on)
        for each in pauses
    )
    return "on-hold" if is_paused else "active"
