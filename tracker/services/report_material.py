"""
What a report is written from: the record as the page reads it, and what a page leaves.

Everything is scoped to who looks; a part that is not shared is never the same as none.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from accounts.domain.scopes import Scope
from labs import queries
from labs.services.judging import Judged
from labs.services.questioning import TopicRecord, topic_records
from tracker.services import finding
from tracker.services.chart_views import View, days_of
from tracker.services.dashboards import Record
from tracker.services.report_choices import Audience, ReportChoice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from labs.models import HealthFact, LabResult, ResultCheck


@dataclass(frozen=True)
class Material:
    """A record, what was asked for, and the moment."""

    record: Record
    choice: ReportChoice
    at: datetime
    number: str
    replaced: "Sequence[LabResult]"
    health_facts: "Sequence[HealthFact]"
    questions: "Sequence[str]" = ()

    @property
    def is_for_patient(self) -> bool:
        return self.choice.audience is Audience.PATIENT

    @property
    def view(self) -> View:
        return self.choice.view

    def shares(self, scope: Scope) -> bool:
        return scope in self.record.scopes

    @property
    def shows_results(self) -> bool:
        """Whether there is a result to draw and to compare."""
        return self.shares(Scope.RESULTS) and bool(self.record.series)

    @cached_property
    def checks(self) -> "Mapping[UUID, Sequence[ResultCheck]]":
        """Who checked which version of a result against the laboratory's report."""
        shared = self.shares(Scope.RESULTS)
        return queries.checks_of_record(self.record.patient) if shared else {}

    @cached_property
    def listed(self) -> list[Judged]:
        """The results of the time that was asked for, the newest first."""
        starts_on, ends_on = days_of(self.record, self.view)
        return [
            each
            for each in self.record.results
            if starts_on <= each.row.collected_on <= ends_on
        ]

    @property
    def count_outside(self) -> int:
        """How many results lie outside the time that was asked for."""
        return len(self.record.results) - len(self.listed)

    @property
    def topics(self) -> list[TopicRecord]:
        return topic_records(self.health_facts, today=self.record.today)


def material_of(record: Record, choice: ReportChoice, *, at: datetime) -> Material:
    """Read what a report says beyond the page, as the record's own viewer."""
    patient, viewer = record.patient, record.viewer
    return Material(
        record=record,
        choice=choice,
        at=at,
        number=finding.numbers_of([patient])[patient.pk],
        replaced=list(queries.replaced_versions_of(patient, viewer=viewer, at=at)),
        health_facts=list(
            queries.health_answers_of(patient, viewer=viewer, at=at).prefetch_related(
                "confirmations"
            )
        ),
        questions=[
            each.words
            for each in queries.visit_questions_of(patient, viewer=viewer, at=at)
        ],
    )
