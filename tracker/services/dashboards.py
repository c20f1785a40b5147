"""
Everything that a page about one patient shows, read once.

The number of queries does not grow with the record.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from accounts.domain.scopes import Scope
from accounts.domain.viewers import Viewer
from accounts.policies import can_hand_over, can_join
from accounts.queries import (
    cares_for,
    joins_in_force_of,
    results_shared_from,
    scopes_for,
    stands_in_for,
    treating_clinics,
    watching_clinics,
)
from labs import queries
from labs.domain.change import Change, ChangeRefused
from labs.domain.health import HealthProfile
from labs.domain.intakes import EXPOSURE_DAYS
from labs.domain.laboratories import NOTHING_KNOWN, Laboratories
from labs.domain.precautions import PrecautionReport
from labs.domain.supplements import Period
from labs.domain.targets import Target, target_in_force
from labs.domain.units import Unit
from labs.services import cautioning, comparing, judging
from labs.services.corrections import Correction, corrections_of
from labs.services.fractions import without_parts
from labs.services.judging import Judged
from labs.services.laboratories import laboratories_of

if TYPE_CHECKING:
    from accounts.models import Clinic, Patient, RecordJoin
    from labs.models import (
        Acknowledgement,
        ClinicNote,
        Intake,
        LabResult,
        NotedEvent,
        RecordedPlan,
        RetestPlan,
        Review,
        SupplementPeriod,
    )
    from labs.models import Target as TargetRow

SHOWN_IN_LOG = timedelta(days=EXPOSURE_DAYS)
SHOWN_UNITS = (Unit.NG_PER_ML, Unit.NMOL_PER_L)


@dataclass(frozen=True, kw_only=True)
class Charted:
    """
    What a viewer may see of one patient on a chart, as values of the rules.

    `parts` are what any of the records shares that are read here. Of results of
    25-hydroxyvitamin D so old that no picture shows them, `unread` are not told one by
    one; a record that is read whole has none.
    """

    patient: "Patient"
    viewer: Viewer
    today: date
    scopes: frozenset[Scope]
    parts: frozenset[Scope] = frozenset()
    results: Sequence[Judged]
    unread: int = 0
    target_rows: "Sequence[TargetRow]"
    period_rows: "Sequence[SupplementPeriod]"
    periods: Sequence[Period]
    clinic: "Clinic | None"
    precautions: PrecautionReport
    shared_from: date | None
    is_cared_for: bool = False
    events: "Sequence[NotedEvent]" = ()
    health: HealthProfile = HealthProfile()  # noqa: RUF009 - frozen
    laboratories: Laboratories = NOTHING_KNOWN

    @property
    def is_own(self) -> bool:
        return self.patient.user_id is not None and (
            self.patient.user_id == self.viewer.id
        )

    @property
    def is_for_patient(self) -> bool:
        """Whether patient or carer reads, in a patient's words."""
        return self.is_own or self.is_cared_for

    @cached_property
    def targets(self) -> list[Target]:
        return [judging.target_of(row) for row in self.target_rows]

    @cached_property
    def target_now(self) -> Target | None:
        return target_in_force(self.targets, self.today)

    @cached_property
    def series(self) -> list[Judged]:
        """
        The results of 25-hydroxyvitamin D that stand, the oldest first.

        One whose day cannot be has no place in the row; the table shows it.
        """
        standing = [
            each
            for each in self.results
            if each.is_25ohd and not each.is_withdrawn and not each.has_day_in_doubt
        ]
        return sorted(standing, key=judging.in_time)

    @property
    def latest(self) -> Judged | None:
        return self.series[-1] if self.series else None

    @cached_property
    def change(self) -> Change | ChangeRefused | None:
        """How the latest result differs from the one before; None without a pair."""
        if self.latest is None:
            return None
        background = comparing.Background(
            born_on=self.patient.born_on,
            periods=self.periods,
            profile=self.health,
            laboratories=self.laboratories,
        )
        series = without_parts(self.series, self.laboratories.aliases)
        return comparing.change_to(self.latest, series, background)

    @property
    def preferred_unit(self) -> Unit:
        """The unit that this reader chose, else the one of the latest result."""
        chosen = self.patient.preferred_unit if self.is_for_patient else ""
        if not chosen and self.clinic is not None:
            chosen = self.clinic.preferred_unit
        if chosen in {unit.value for unit in SHOWN_UNITS}:
            return Unit(chosen)
        latest = self.latest
        is_molar = latest is not None and latest.measurement.unit is Unit.NMOL_PER_L
        return Unit.NMOL_PER_L if is_molar else Unit.NG_PER_ML


@dataclass(frozen=True, kw_only=True)
class Record(Charted):
    """What a viewer may see of one patient."""

    intakes: "Sequence[Intake]"
    plans: "Sequence[RecordedPlan]"
    watching: "Sequence[Clinic]"
    acknowledged: "Sequence[Acknowledgement]"
    stands_in: bool = False
    can_join: bool = False
    can_hand_over: bool = False
    joins: "Sequence[RecordJoin]" = ()
    corrections: Sequence[Correction] = ()
    reviews: "Sequence[Review]" = ()
    notes: "Sequence[ClinicNote]" = ()
    retests: "Sequence[RetestPlan]" = ()


def record_of(
    patient: "Patient", *, viewer: Viewer, at: datetime, today: date
) -> Record:
    """Read what the viewer may see of a patient."""
    rows = queries.every_result_of(patient, viewer=viewer, at=at)
    read = unjudged_with(rows, patient, viewer=viewer, at=at, today=today)
    charted = read.judged()
    known = {each.name: getattr(charted, each.name) for each in fields(charted)}
    return Record(
        **known,
        intakes=queries.every_intake_of(
            patient, viewer=viewer, at=at, since=today - SHOWN_IN_LOG
        ),
        plans=queries.every_plan_of(patient, viewer=viewer, at=at),
        watching=watching_clinics(patient),
        corrections=corrections_of(charted.results, patient, viewer=viewer, at=at),
        reviews=queries.every_review_of(patient, viewer=viewer, at=at),
        notes=queries.every_note_of(patient, viewer=viewer, at=at),
        retests=queries.every_retest_of(patient, viewer=viewer, at=at),
        stands_in=charted.is_cared_for and stands_in_for(viewer, patient, at=at),
        can_join=can_join(viewer, patient, at=at),
        can_hand_over=can_hand_over(viewer, patient, at=at),
        joins=joins_in_force_of(patient),
        acknowledged=queries.every_acknowledgement_of(
            patient, viewer=viewer, at=at, scopes=charted.parts
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Unjudged:
    """
    What was read of one patient for a chart, before anything is judged.

    Everything that a chart says of a record comes from here, and nothing else does.
    `parts` and `unread` are those of `Charted`; `partly` are the parts that not all of
    the records share that are read here.
    """

    patient: "Patient"
    viewer: Viewer
    today: date
    scopes: frozenset[Scope]
    parts: frozenset[Scope]
    partly: frozenset[Scope]
    rows: "Sequence[LabResult]"
    unread: int
    target_rows: "Sequence[TargetRow]"
    period_rows: "Sequence[SupplementPeriod]"
    health: HealthProfile
    events: "Sequence[NotedEvent]"
    clinic: "Clinic | None"
    laboratories: Laboratories
    shared_from: date | None
    is_cared_for: bool

    @cached_property
    def targets(self) -> list[Target]:
        return [judging.target_of(row) for row in self.target_rows]

    @cached_property
    def periods(self) -> list[Period]:
        return [judging.period_of(row) for row in self.period_rows]

    def judged(self) -> Charted:
        """Judge each result, and look for what deserves care."""
        results = judging.judged(
            self.rows,
            self.targets,
            today=self.today,
            born_on=self.patient.born_on,
            laboratories=self.laboratories,
        )
        shared = cautioning.Shared(
            results=results if Scope.RESULTS in self.parts else None,
            periods=self.periods if Scope.SUPPLEMENTS in self.parts else None,
            health=self.health if Scope.HEALTH in self.parts else None,
            laboratories=self.laboratories,
            results_from=self.shared_from,
            hidden=self.partly,
        )
        return Charted(
            patient=self.patient,
            viewer=self.viewer,
            today=self.today,
            scopes=self.scopes,
            parts=self.parts,
            results=results,
            unread=self.unread,
            target_rows=self.target_rows,
            period_rows=self.period_rows,
            periods=self.periods,
            clinic=self.clinic,
            health=self.health,
            events=self.events,
            laboratories=self.laboratories,
            shared_from=self.shared_from,
            is_cared_for=self.is_cared_for,
            precautions=cautioning.report_for(
                shared, today=self.today, born_on=self.patient.born_on
            ),
        )


def unjudged_with(
    rows: "Sequence[LabResult]",
    patient: "Patient",
    *,
    viewer: Viewer,
    at: datetime,
    today: date,
    unread: int = 0,
) -> Unjudged:
    """Read what a chart shows of a patient, with these results of theirs."""
    scopes = scopes_for(viewer, patient, at=at)
    parts, partly = cautioning.parts_shared(scopes, viewer, patient, at=at)
    return Unjudged(
        patient=patient,
        viewer=viewer,
        today=today,
        scopes=scopes,
        parts=parts,
        partly=partly,
        rows=rows,
        unread=unread,
        target_rows=queries.standing_targets_of(patient, viewer=viewer, at=at),
        laboratories=laboratories_of(patient),
        period_rows=queries.every_period_of(patient, viewer=viewer, at=at),
        health=judging.profile_of(
            queries.every_health_answer_of(patient, viewer=viewer, at=at)
        ),
        events=[
            each
            for each in queries.every_event_of(patient, viewer=viewer, at=at)
            if each.withdrawn_at is None
        ],
        clinic=next(iter(treating_clinics(viewer, patient, at=at)), None),
        shared_from=results_shared_from(viewer, patient, at=at),
        is_cared_for=cares_for(viewer, patient, at=at),
    )
