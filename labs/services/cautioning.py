"""
Precautions for one record, from the rows that a viewer may see.

None for a part means that it is not shared; the rules then say what was not checked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from accounts.domain.scopes import Scope
from accounts.domain.viewers import Viewer
from accounts.models import Patient
from accounts.queries import (
    is_own,
    joined_to,
    results_shared_from,
    scopes_for,
    unjoined,
)
from labs import queries
from labs.domain.companions import CompanionResult
from labs.domain.comparability import NO_ALIASES, Differs, boundary_between
from labs.domain.health import HealthProfile, HealthTopic, TopicGroup
from labs.domain.laboratories import NOTHING_KNOWN, Laboratories
from labs.domain.limits import Alert
from labs.domain.measurands import COMPANIONS
from labs.domain.precautions import (
    AlertReached,
    ListedMedicine,
    MadeDifferently,
    PrecautionReport,
    ResultsSummary,
    parts_not_shared,
    precautions_for,
)
from labs.domain.supplements import Period
from labs.domain.targets import Target
from labs.services import judging
from labs.services.judging import Judged
from labs.services.laboratories import laboratories_of

NAMED_GROUPS = frozenset({TopicGroup.BLOOD_THINNER, TopicGroup.MEDICINE})
MADE_OTHERWISE = frozenset({Differs.LABORATORY, Differs.METHOD})
PAIR = 2


@dataclass(frozen=True, slots=True)
class Shared:
    """What a viewer may see of a record; None for a part that is not shared."""

    results: Sequence[Judged] | None
    periods: Sequence[Period] | None
    health: HealthProfile | None
    laboratories: Laboratories = NOTHING_KNOWN
    results_from: date | None = None
    """The first day whose results are shared; None for all of them."""
    hidden: frozenset[Scope] = frozenset()
    """What only some of the records share that are read as one."""


def shared_with(
    viewer: Viewer, patient: Patient, *, at: datetime, today: date
) -> Shared:
    """Return the parts of a record that the viewer may see, as values of the rules."""
    scopes, hidden = parts_shared(
        scopes_for(viewer, patient, at=at), viewer, patient, at=at
    )
    targets = [
        judging.target_of(row)
        for row in queries.standing_targets_of(patient, viewer=viewer, at=at)
    ]
    rows = queries.every_result_of(patient, viewer=viewer, at=at)
    laboratories = laboratories_of(patient)
    results = judging.judged(
        rows,
        targets,
        today=today,
        born_on=patient.born_on,
        laboratories=laboratories,
    )
    periods = [
        judging.period_of(row)
        for row in queries.every_period_of(patient, viewer=viewer, at=at)
    ]
    health = queries.every_health_answer_of(patient, viewer=viewer, at=at)
    return Shared(
        results=results if Scope.RESULTS in scopes else None,
        periods=periods if Scope.SUPPLEMENTS in scopes else None,
        health=judging.profile_of(health) if Scope.HEALTH in scopes else None,
        laboratories=laboratories,
        results_from=results_shared_from(viewer, patient, at=at),
        hidden=hidden,
    )


def parts_shared(
    own: frozenset[Scope], viewer: Viewer, patient: Patient, *, at: datetime
) -> tuple[frozenset[Scope], frozenset[Scope]]:
    """Return what any record shares that is read here, and what not all of them do."""
    joined = [] if is_own(viewer, patient) else joined_to(patient)
    others = [scopes_for(viewer, unjoined(each), at=at) for each in joined]
    shared = own.union(*others)
    return shared, shared - own.intersection(*others)


def shared_in_brief(
    viewer: Viewer,
    patient: Patient,
    *,
    targets: Sequence[Target],
    laboratories: Laboratories,
    at: datetime,
    today: date,
) -> Shared:
    """
    Return the parts of a record with no more of its results than precautions look at.

    A page of a long list needs no more, however long the list is.
    """
    scopes, hidden = parts_shared(
        scopes_for(viewer, patient, at=at), viewer, patient, at=at
    )
    companions = tuple(each.value for each in COMPANIONS)
    rows = queries.precaution_results_of(patient, companions, viewer=viewer, at=at)
    found = judging.judged(
        rows,
        targets,
        today=today,
        born_on=patient.born_on,
        laboratories=laboratories,
    )
    periods = queries.every_period_of(patient, viewer=viewer, at=at)
    health = queries.every_health_answer_of(patient, viewer=viewer, at=at)
    return Shared(
        results=found if Scope.RESULTS in scopes else None,
        periods=[judging.period_of(row) for row in periods]
        if Scope.SUPPLEMENTS in scopes
        else None,
        health=judging.profile_of(health) if Scope.HEALTH in scopes else None,
        laboratories=laboratories,
        results_from=results_shared_from(viewer, patient, at=at),
        hidden=hidden,
    )


def report_for(
    shared: Shared,
    *,
    today: date,
    born_on: date | None,
    planned: Period | None = None,
) -> PrecautionReport:
    """Return what matches this record today, with a period that is about to begin."""
    periods = shared.periods
    if planned is not None:
        periods = [*(periods or ()), planned]
    report = precautions_for(
        health=shared.health,
        periods=periods,
        results=_summary_of(shared),
        on=today,
        born_on=born_on,
        medicines=medicines_named(shared.health, today),
        results_from=shared.results_from,
    )
    # What matches in the one record does not say that the other was looked at.
    not_checked = (*report.not_checked, *parts_not_shared(shared.hidden))
    return replace(report, not_checked=not_checked)


def medicines_named(
    health: HealthProfile | None, today: date
) -> tuple[ListedMedicine, ...]:
    """
    Return the medicines by the names that stand beside a yes, also one that is over.

    A name may belong to another question than the one it was written at ("Marcumar"
    as a medicine against platelets): it is checked as what it is, and a name that is
    not known is said to be not checked.
    """
    if health is None:
        return ()
    topics = [each for each in HealthTopic if each.group in NAMED_GROUPS]
    return tuple(
        ListedMedicine(state.detail, state.since or today, state.ended_on)
        for state in health.states(topics, today)
        if (state.is_yes or state.is_over) and state.detail
    )


def _summary_of(shared: Shared) -> ResultsSummary | None:
    if shared.results is None:
        return None
    return summary_of(shared.results, shared.laboratories.aliases)


def summary_of(
    judged: Sequence[Judged], aliases: Mapping[str, str] = NO_ALIASES
) -> ResultsSummary:
    """
    Return what precautions look at in the results.

    Of 25-hydroxyvitamin D that is the newest one, and the one before it of its kind:
    labs.queries.precaution_results_of reads no others.
    """
    standing = [each for each in judged if not each.is_withdrawn]
    series = sorted(
        (each for each in standing if each.is_25ohd and not each.has_day_in_doubt),
        key=judging.in_time,
    )
    latest = series[-1] if series else None
    return ResultsSummary(
        companions=tuple(
            companion_of(each) for each in standing if each.measurand in COMPANIONS
        ),
        alert_reached=_alert_of(latest) if latest else None,
        made_differently=_made_differently(series, aliases),
    )


def _made_differently(
    series: Sequence[Judged], aliases: Mapping[str, str]
) -> MadeDifferently | None:
    """Return the newest where laboratory or method differ; not stated is no other."""
    of_kind = [each for each in series if each.measurand is series[-1].measurand]
    if len(of_kind) < PAIR:
        return None
    before, newest = of_kind[-PAIR:]
    boundary = boundary_between(before, newest, aliases=aliases)
    if boundary is None or MADE_OTHERWISE.isdisjoint(boundary.kinds):
        return None
    return MadeDifferently(newest.row.collected_on)


def companion_of(judged: Judged) -> CompanionResult:
    """Return a companion with the interval and the flag of its own report."""
    row = judged.row
    return CompanionResult(
        measurement=judged.measurement,
        collected_on=row.collected_on,
        low=row.interval_low,
        high=row.interval_high,
        printed=row.interval_text,
        flag=row.laboratory_flag,
        is_held=bool(row.held_because),
    )


def _alert_of(judged: Judged) -> AlertReached | None:
    target = judged.flag.alert_target
    if target is None or judged.flag.alert is not Alert.HIGH:
        return None
    return AlertReached(judged.row.collected_on, target.set_by)
