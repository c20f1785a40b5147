"""
Visit reports for a selection of people, made behind the pages.

One report is one step. Whose consent ends meanwhile gets none, and a report that is
there already is handed over only while its parts are still shared (tracker.models.job).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from accounts.domain.audit import Action
from accounts.domain.scopes import Scope
from accounts.domain.viewers import Viewer
from accounts.models import Clinic, Patient
from accounts.queries import patients_visible_to, results_shared_from
from accounts.services import auditing
from tracker.models import Job, JobFile
from tracker.reports.binding import bound_pdf
from tracker.reports.values import Paper
from tracker.reports.visit_report import report_pdf
from tracker.services import dashboards, jobs, measuring, reporting
from tracker.services.chart_views import View, Window
from tracker.services.dashboards import Record
from tracker.services.jobs import JobRefused, Work
from tracker.services.report_choices import Audience, ReportChoice

MOST_REPORTS = 200
SHORT_ID = 8
PDF = "application/pdf"


class Form(StrEnum):
    """How several reports are handed over."""

    ONE_PDF = "one"
    ARCHIVE = "archive"


class SelectionRefused(Exception):
    """A selection that no reports can be made for; the message is for its maker."""


def begin(
    *,
    patients: Iterable[UUID],
    clinic: Clinic,
    form: Form,
    audience: Audience,
    window: Window,
    paper: Paper,
    by: Viewer,
    at: datetime,
) -> Job:
    """Ask for the reports of those of a selection whom the viewer may see."""
    chosen = patients_visible_to(viewer=by, at=at).filter(pk__in=list(patients))
    found = list(chosen.order_by("name", "id").values_list("pk", flat=True))
    if not found:
        raise SelectionRefused(_("Choose at least one person."))
    if len(found) > MOST_REPORTS:
        words = _(
            "These are %(n)s people. At most %(most)s reports are made at a time."
        )
        raise SelectionRefused(words % {"n": len(found), "most": MOST_REPORTS})
    return jobs.begin(
        work=VisitReports,
        arguments={
            "patients": [str(patient_id) for patient_id in found],
            "form": form.value,
            "audience": audience.value,
            "window": window.value,
            "paper": paper.value,
        },
        by=by,
        at=at,
        clinic=clinic,
    )


class VisitReports(Work):
    """Make a visit report for each of a selection of people."""

    kind = "visit-reports"
    title = _lazy("Visit reports")

    def plan(self, *, at: datetime) -> list[str]:
        """Return a step for each person, in the order of their names."""
        del at
        people = self.job.arguments["patients"]
        return [f"{number:03d} {each}" for number, each in enumerate(people, start=1)]

    def step(self, key: str, *, at: datetime) -> None:
        """Make one report; none for whom the viewer may not see any more."""
        number, patient_id = key.split(" ")
        visible = patients_visible_to(viewer=self.by, at=at)
        patient = visible.filter(pk=patient_id).first()
        if patient is None:
            return
        results_from = results_shared_from(self.by, patient, at=at)
        record = dashboards.record_of(
            patient, viewer=self.by, at=at, today=timezone.localdate(at)
        )
        choice = self._choice(record)
        report = reporting.visit_report(record, choice, at=at)
        with measuring.rendering("report"):
            content = report_pdf(report, paper=choice.paper)
        self.keep_file(
            key,
            # The name says what it is, not whose.
            name=f"visit-report-{number}-{patient_id[:SHORT_ID]}.pdf",
            content_type=PDF,
            content=content,
            at=at,
            patient=patient,
            of_results=Scope.RESULTS in record.scopes,
            results_from=results_from,
            of_supplements=Scope.SUPPLEMENTS in record.scopes,
            of_health=Scope.HEALTH in record.scopes,
        )
        self._audit(patient, at)

    def _choice(self, record: Record) -> ReportChoice:
        asked = self.job.arguments
        return ReportChoice(
            view=View(record.preferred_unit, Window(asked["window"])),
            audience=Audience(asked["audience"]),
            paper=Paper(asked["paper"]),
        )

    def _audit(self, patient: Patient, at: datetime) -> None:
        auditing.record(
            viewer=self.by,
            action=Action.READ,
            object_label="report",
            object_id=patient.pk,
            patient_id=patient.pk,
            at=at,
        )

    def finish(self, *, at: datetime) -> dict[str, Any]:
        """Count what was made, and who had to be left out."""
        del at
        made = JobFile.objects.filter(job=self.job).count()
        if not made:
            words = _("Nobody of this selection shares a record with you any more.")
            raise JobRefused(words)
        return {"made": made, "left_out": self.job.total - made}

    @classmethod
    def counted(cls, job: Job) -> str:
        """Return how many reports are done."""
        return _("%(done)s of %(total)s reports") % {
            "done": job.done,
            "total": job.total,
        }

    @classmethod
    def told(cls, job: Job) -> list[str]:
        """Return what was made, and what was not."""
        made, left_out = job.outcome["made"], job.outcome["left_out"]
        words = ngettext("%(n)s report was made.", "%(n)s reports were made.", made) % {
            "n": made
        }
        if not left_out:
            return [words]
        missing = ngettext(
            "%(n)s person does not share a record with you any more: no report.",
            "%(n)s people do not share a record with you any more: no reports.",
            left_out,
        )
        return [words, missing % {"n": left_out}]

    @classmethod
    def is_bound(cls, job: Job) -> bool:
        """Say whether one PDF was asked for."""
        return bool(job.arguments["form"] == Form.ONE_PDF)

    @classmethod
    def bound(cls, job: Job, files: Sequence[JobFile]) -> bytes | None:
        """Return the reports as one PDF, where one was asked for."""
        if not cls.is_bound(job):
            return None
        about = [file.patient_id for file in files if file.patient_id is not None]
        names = dict(Patient.objects.filter(pk__in=about).values_list("pk", "name"))
        with measuring.rendering("batch"):
            return bound_pdf(
                (names.get(file.patient_id or job.pk, ""), bytes(file.content))
                for file in files
            )
