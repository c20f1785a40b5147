"""What a laboratory corrected: the value that stood before, and since when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from accounts.domain.viewers import Viewer
from accounts.models import Patient
from accounts.queries import listing_consents
from labs import queries
from labs.domain.measurements import Measurement, ResultStatus
from labs.models import LabResult, Review
from labs.services.judging import Judged, measurement_of

CORRECTED = frozenset({ResultStatus.CORRECTED, ResultStatus.AMENDED})


@dataclass(frozen=True, slots=True)
class Correction:
    """A result that a laboratory corrected, with what it was before."""

    result: Judged
    before: Measurement
    corrected_on: date
    on_the_list_of: str = ""
    """Who is to look at it again; empty once that clinic has, or where none can see."""


def corrections_of(
    results: Iterable[Judged], patient: Patient, *, viewer: Viewer, at: datetime
) -> list[Correction]:
    """
    Return the corrections that changed a value, in the order of the results.

    A record without a corrected result costs no query.
    """
    corrected = [
        each for each in results if each.status in CORRECTED and each.row.version > 1
    ]
    if not corrected:
        return []
    replaced = queries.replaced_versions_of(patient, viewer=viewer, at=at)
    chains = [each.row.chain for each in corrected]
    earlier = {
        (row.chain, row.version): row for row in replaced.filter(chain__in=chains)
    }
    found = (_correction(each, earlier) for each in corrected)
    changed = [each for each in found if each is not None]
    lists = _lists_with(changed, patient, at=at)
    return [
        replace(each, on_the_list_of=lists.get(each.result.row.pk, ""))
        for each in changed
    ]


def _lists_with(
    changed: Sequence[Correction], patient: Patient, *, at: datetime
) -> Mapping[UUID, str]:
    """
    Return whose list each corrected result is on: a correction opens its review again.

    It is the author of the range that judges it, else the clinic, as far as the reader
    may know of either.
    """
    if not changed:
        return {}
    rows = [each.result.row.pk for each in changed]
    consents = listing_consents(patient, at=at)
    seen = set(
        Review.objects.filter(result__in=rows, undone_at=None).values_list(
            "result_id", "clinic_id"
        )
    )
    found = {}
    for each in changed:
        row, target = each.result.row, each.result.flag.target
        names = {
            consent.clinic.name
            for consent in consents
            if (row.pk, consent.clinic_id) not in seen
            and (consent.results_from or row.collected_on) <= row.collected_on
        }
        if target is not None and target.clinic in names:
            found[row.pk] = target.set_by
        elif names:
            found[row.pk] = min(names)
    return found


def _correction(
    result: Judged, earlier: Mapping[tuple[UUID, int], LabResult]
) -> Correction | None:
    before = earlier.get((result.row.chain, result.row.version - 1))
    if before is None or (before.value_text, before.unit) == (
        result.row.value_text,
        result.row.unit,
    ):
        return None
    return Correction(result, measurement_of(before), _corrected_on(result.row, before))


def _corrected_on(row: LabResult, before: LabResult) -> date:
    """Return the day of the corrected report, else the day on which it came here."""
    came_on = timezone.localdate(row.entered_at)
    if row.reported_on is None or row.reported_on == before.reported_on:
        return came_on
    return row.reported_on
