"""What to do about a result that reached a limit, in finished words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from labs.domain.alerts import (
    Contact,
    alert_sentences,
    corrected_sentences,
    laboratory_critical_sentences,
)
from labs.presenters.words import (
    ShownValue,
    as_reported,
    dated,
    measurand_words,
    spoken_all,
)
from labs.services.corrections import Correction
from labs.services.judging import Judged

if TYPE_CHECKING:
    from accounts.models import Clinic


@dataclass(frozen=True, slots=True)
class AlertWords:
    """One result that reached a limit, and what to do about it."""

    result_id: str
    value: ShownValue
    test: str
    day: str
    lines: list[str]


def alert_words(
    judged: Judged, watching: Iterable["Clinic"], *, today: date
) -> AlertWords | None:
    """
    Return what a clinician's limit and the laboratory's own flag say; None for neither.

    Both voices are heard first, then each thing to do is said once.
    """
    row = judged.row
    target = judged.flag.alert_target
    contact = contact_for(target.clinic if target else "", watching)
    reached = alert_sentences(
        judged.flag,
        judged.measurement,
        contact,
        collected_on=row.collected_on,
        reported_on=row.reported_on,
        today=today,
    )
    critical = laboratory_critical_sentences(
        row.laboratory_flag,
        contact,
        collected_on=row.collected_on,
        reported_on=row.reported_on,
        today=today,
    )
    lines = (*critical[:1], *reached[:1], *reached[1:], *critical[1:])
    if not lines:
        return None
    return AlertWords(
        result_id=str(row.pk),
        value=as_reported(row),
        test=measurand_words(judged.measurand),
        day=dated(row.collected_on),
        lines=list(dict.fromkeys(spoken_all(lines))),
    )


def correction_words(correction: Correction) -> AlertWords:
    """Return what a laboratory corrected, beside the result as it is now."""
    row = correction.result.row
    found = corrected_sentences(
        correction.before,
        correction.result.measurement,
        corrected_on=correction.corrected_on,
    )
    return AlertWords(
        result_id=str(row.pk),
        value=as_reported(row),
        test=measurand_words(correction.result.measurand),
        day=dated(row.collected_on),
        lines=spoken_all(found),
    )


def contact_for(clinic_name: str, watching: Iterable["Clinic"]) -> Contact:
    """Return how the clinic of a range is reached, else any clinic that watches."""
    clinics = list(watching)
    named = [each for each in clinics if each.name == clinic_name]
    chosen = next(iter([*named, *clinics]), None)
    if chosen is None:
        return Contact(is_watched=False)
    return Contact(phone=chosen.phone, out_of_hours=chosen.out_of_hours_line)
