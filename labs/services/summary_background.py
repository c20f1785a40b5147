"""
What medicines, conditions and supplements add to a worklist row.

Only for people who have any: the rules are the page's own, so that the words that
somebody acknowledged there are the words that count here.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.utils import timezone

from labs.domain.acknowledgements import is_seen, subject_of
from labs.domain.change import LEAST_CVA, Change, reference_change_limits
from labs.domain.flags import Basis, Flag
from labs.domain.health import ASKED_AGAIN_AFTER, HealthProfile
from labs.domain.laboratories import NOTHING_KNOWN, Laboratories
from labs.domain.limits import Position
from labs.domain.precautions import Matched
from labs.domain.quantities import Measurand
from labs.domain.supplements import Period
from labs.domain.vitamin_k import STAYS_VISIBLE
from labs.models import Acknowledgement, HealthFact, LabResult, Review, SupplementPeriod
from labs.models import Target as TargetRow
from labs.services import cautioning, judging
from labs.services.comparing import Background as Circumstances
from labs.services.comparing import change_to
from labs.services.fractions import PARTS, without_parts
from labs.services.judging import Judged
from labs.services.summary_material import Listed, Person, ResultLine

WITH_A_THINNER = frozenset(
    {"vitamin-k-with-antagonist", "vitamin-k-with-other-blood-thinner"}
)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Background:
    """Precautions by id, what of them is open, and when the calendar changes them."""

    precautions: tuple[str, ...] = ()
    open_precautions: tuple[str, ...] = ()
    open_vitamin_k: tuple[str, ...] = ()
    meets_thinner: bool = False
    """Whether vitamin K stands beside a blood thinner, seen or not."""
    seen_subjects: frozenset[str] = frozenset()
    periods: Sequence[Period] = ()
    profile: HealthProfile = HealthProfile()  # noqa: RUF009 - frozen
    next_days: tuple[date, ...] = ()


NO_BACKGROUND = Background()


def backgrounds_of(
    people: Sequence[Listed],
    targets: Mapping[UUID, Sequence[TargetRow]],
    laboratories: Mapping[UUID, Laboratories],
    *,
    clinic_id: UUID,
    today: date,
) -> dict[UUID, Background]:
    """Return what the clinic may see of these people's medicines and supplements."""
    ids = {one for each in people for one in each.ids}
    if not ids:
        return {}
    periods = _grouped(
        SupplementPeriod.objects.filter(patient__in=ids)
        .select_related("product")
        .prefetch_related("product__ingredients", "pauses")
        .order_by("-starts_on", "id")
    )
    facts = _grouped(
        HealthFact.objects.filter(patient__in=ids).order_by(
            "asked_on", "entered_at", "id"
        )
    )
    results = _grouped(
        LabResult.objects.filter(patient__in=ids).latest_versions().latest_first()
    )
    read = _grouped(Acknowledgement.objects.filter(patient__in=ids).order_by("id"))
    reviews = _grouped(
        Review.objects.filter(patient__in=ids, clinic=clinic_id, undone_at=None)
        .exclude(subject="")
        .order_by("id")
    )
    found = {}
    for listed in people:
        key, person = listed.key, listed.person
        answers = listed.of_all(read)
        seen = _last_days(
            [(each.subject, each.reviewed_at) for each in listed.of_all(reviews)]
            + [
                (each.subject, each.acknowledged_at)
                for each in answers
                if each.acknowledged_by_id != person.owner_id
            ]
        )
        shared = _shared(
            listed,
            periods=listed.of_all(periods, newest_first),
            facts=listed.of_all(facts, as_asked),
            results=listed.of_all(results, newest_day_first),
            targets=targets.get(key, ()),
            laboratories=laboratories.get(key, NOTHING_KNOWN),
            today=today,
        )
        found[key] = _background(person, shared, seen, today)
    return found


def newest_first(row: SupplementPeriod) -> tuple[Any, ...]:
    """Order periods as the query of one record does."""
    return (-row.starts_on.toordinal(), row.pk)


def as_asked(row: HealthFact) -> tuple[Any, ...]:
    """Order answers as the query of one record does."""
    return (row.asked_on, row.entered_at, row.pk)


def newest_day_first(row: LabResult) -> tuple[Any, ...]:
    """Order results as the query of one record does."""
    return (-row.collected_on.toordinal(), -row.entered_at.timestamp(), row.pk)


def _last_days(seen: Iterable[tuple[str, datetime]]) -> dict[str, date]:
    """Return each subject with the last day on which somebody saw it."""
    found: dict[str, date] = {}
    for subject, moment in seen:
        day = timezone.localdate(moment)
        found[subject] = max(day, found.get(subject, day))
    return found


def _grouped(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.patient_id].append(row)
    return found


def _shared(
    listed: Listed,
    *,
    periods: Sequence[SupplementPeriod],
    facts: Sequence[HealthFact],
    results: Sequence[LabResult],
    targets: Sequence[TargetRow],
    laboratories: Laboratories,
    today: date,
) -> cautioning.Shared:
    """Return the parts that the consent opens; a second wall behind the policies."""
    person = listed.person
    starts = {each.patient_id: each.results_from for each in listed.records}
    judged = judging.judged(
        [
            row
            for row in results
            if row.collected_on >= (starts[row.patient_id] or date.min)
        ],
        [judging.target_of(row) for row in targets],
        today=today,
        born_on=person.born_on,
        laboratories=laboratories,
    )
    return cautioning.Shared(
        results=judged if person.shares_results else None,
        periods=[judging.period_of(row) for row in periods]
        if person.shares_supplements
        else None,
        health=judging.profile_of(facts) if person.shares_health else None,
        laboratories=laboratories,
        results_from=person.results_from,
    )


def _background(
    person: Person, shared: cautioning.Shared, seen: Mapping[str, date], today: date
) -> Background:
    report = cautioning.report_for(shared, today=today, born_on=person.born_on)
    matched = [each for each in report.matched if _is_of_the_background(each)]
    unread = [each for each in matched if not is_seen(each, seen)]
    return Background(
        precautions=_ids(matched),
        open_precautions=_ids(each for each in unread if not _meets_thinner(each)),
        open_vitamin_k=tuple(
            sorted({subject_of(each) for each in unread if _meets_thinner(each)})
        ),
        meets_thinner=any(map(_meets_thinner, matched)),
        seen_subjects=frozenset(seen),
        periods=shared.periods or (),
        profile=shared.health or HealthProfile(),
        next_days=_next_days(shared, today),
    )


def _ids(matched: Iterable[Matched]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.precaution.id for each in matched))


def _meets_thinner(match: Matched) -> bool:
    return match.precaution.id in WITH_A_THINNER


def _is_of_the_background(match: Matched) -> bool:
    """Whether it is drawn from more than results, which have reasons of their own."""
    row = match.precaution
    return bool(row.topics or row.substances or row.meets_vitamin_k)


def _next_days(shared: cautioning.Shared, today: date) -> tuple[date, ...]:
    """Return the days on which the calendar alone may change a precaution."""
    edges: set[date] = set()
    for period in shared.periods or ():
        edges.add(period.starts_on)
        ends = [period.ends_on, *(pause.ends_on for pause in period.pauses)]
        edges |= {pause.starts_on for pause in period.pauses}
        for end in filter(None, ends):
            edges |= {end + ONE_DAY, end + STAYS_VISIBLE + ONE_DAY}
    for answer in shared.health.answers if shared.health else ():
        edges.add(answer.asked_on + ASKED_AGAIN_AFTER + ONE_DAY)
        edges.add(answer.asked_on + STAYS_VISIBLE + ONE_DAY)
        if answer.ended_on is not None:
            edges.add(answer.ended_on + STAYS_VISIBLE + ONE_DAY)
    return tuple(sorted(day for day in edges if day > today)[:1])


def with_egfr(patient_ids: Sequence[UUID]) -> frozenset[UUID]:
    """
    Return of whom a result alone may tell of the kidneys, without any answer.

    However old it is and whoever saw it: the list's own lines leave such a one out.
    """
    if not patient_ids:
        return frozenset()
    found = LabResult.objects.filter(
        patient__in=patient_ids, measurand=Measurand.EGFR.value
    )
    return frozenset(found.values_list("patient_id", flat=True))


# Change -------------------------------------------------------------------------------

# Nothing within the narrowest limits that any laboratory may have can exceed its own.
NARROWEST = float(reference_change_limits(LEAST_CVA).log)
NOT_ASKED = Flag(Position.NOT_COMPARED, Basis.NONE, None, None)


def has_changed(
    series: Sequence[ResultLine],
    background: Background,
    born_on: date | None,
    laboratories: Laboratories = NOTHING_KNOWN,
) -> bool:
    """Say whether the newest result differs from the one before by more than usual."""
    pair = _newest_pair(series, laboratories)
    if pair is None or born_on is None:
        return False
    earlier, later = pair
    if not earlier.value or not later.value:
        return False
    if earlier.unit == later.unit and (
        abs(math.log(later.value / earlier.value)) <= NARROWEST
    ):
        return False
    compared = [_as_judged(earlier), _as_judged(later)]
    circumstances = Circumstances(
        born_on, background.periods, background.profile, laboratories
    )
    found = change_to(compared[1], compared, circumstances)
    return isinstance(found, Change) and found.exceeds


def _newest_pair(
    series: Sequence[ResultLine], laboratories: Laboratories
) -> tuple[ResultLine, ResultLine] | None:
    """Return the two that a page compares: a part beside its total is none of them."""
    if any(line.measurand in PART_VALUES for line in series):
        by_id = {line.id: line for line in series}
        whole = without_parts(map(_as_judged, series), laboratories.aliases)
        series = [by_id[each.row.id] for each in whole]
    return (series[-2], series[-1]) if len(series) > 1 else None


PART_VALUES = frozenset(part.value for part in PARTS)


def _as_judged(line: ResultLine) -> Judged:
    """Return a line as comparing reads it; where it stands is not asked there."""
    return Judged(cast("LabResult", line), line.listed().measurement, NOT_ASKED)
