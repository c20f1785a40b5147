"""Everything that an address for programs can name, and the description of them all."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from pytest_django import DjangoDbBlocker

from accounts.models import Patient, User
from accounts.queries import viewer_for, viewing
from labs.domain.health import HealthTopic
from labs.domain.intakes import Outcome
from labs.domain.units import Unit
from labs.formats.documents import read_document
from labs.models import (
    ImportBatch,
    Intake,
    LabResult,
    ReportFile,
    ResultMove,
    RetestPlan,
    Target,
    TargetTemplate,
    WorklistRow,
)
from labs.models.report_file import FileRole
from labs.services import (
    attaching,
    logbook,
    moving,
    range_templates,
    retesting,
    reviewing,
    targeting_together,
    uploading,
)
from labs.services.logbook import LogEntry
from labs.services.range_templates import TemplateEntry
from labs.services.reviewing import Seen
from labs.services.targeting import TargetEntry
from labs.services.targeting_together import Bound
from tests.factories import (
    a_clinic,
    a_clinician,
    a_confirmed_export,
    a_consent,
    a_health_fact,
    a_patient,
    a_period,
    a_result,
    an_entry,
    owner_of,
)
from tests.integration.imports.test_uploads import TWO
from tests.unit.labs.formats.test_documents import a_pdf
from tracker.models import Job
from tracker.services import export_requests, job_kinds, jobs


def description() -> dict[str, Any]:
    """Return the description of the addresses for programs."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    described: dict[str, Any] = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return described


@dataclass(frozen=True)
class Stored:
    """Ids by the names that addresses give them."""

    ids: dict[str, str]

    def path(self, template: str) -> str:
        """Return an address of the description with these ids in it."""
        return template.format(**self.ids)


def everything_stored(anna: Patient, osei: User) -> Stored:
    """Fill Anna's record, and return the ids that addresses can name."""
    target = _a_range(anna, osei)
    result = a_result(anna, an_entry("<20"))
    a_result(anna, an_entry("31.5", collected_on=date(2026, 5, 1)))
    fact = a_health_fact(anna, HealthTopic.VITAMIN_K_ANTAGONIST)
    today, at = timezone.localdate(), timezone.now()
    period = a_period(anna, starts_on=today - timedelta(days=60))
    logbook.log(
        period=period,
        outcome=Outcome.TAKEN,
        day=today,
        today=today,
        entry=LogEntry(by=viewer_for(owner_of(anna)), at=at, entry_id=period.pk),
    )
    clinic = osei.memberships.get().clinic
    job = _work(osei)
    move = _a_move(anna, osei)
    return Stored(
        {
            "patient_id": str(anna.pk),
            "result_id": str(result.chain),
            "period_id": str(period.pk),
            "intake_id": str(Intake.objects.get().pk),
            "clinic_id": str(clinic.pk),
            "other_clinic_id": str(a_clinic("Wood Clinic").pk),
            "consent_id": str(anna.consents.get().pk),
            "batch_id": str(_a_file(anna, osei).pk),
            "job_id": str(job.pk),
            "retest_id": str(_a_plan(anna, osei).pk),
            "file_id": str(_a_report(result, osei).pk),
            "fact_id": str(fact.pk),
            "move_id": str(move.pk),
            "other_patient_id": str(move.from_patient_id),
            "template_id": str(_a_template(osei).pk),
            "entry_id": str(_a_review(anna, osei)),
            "target_id": str(target.pk),
            "together_id": str(target.together),
        }
    )


@contextlib.contextmanager
def a_stage(blocker: DjangoDbBlocker) -> Iterator[tuple[Patient, User, Stored]]:
    """
    Set the stage once for many tests: Anna, Dr Osei who treats her, and her record.

    All of it stands in one transaction that is undone; so is what each test does.
    """
    with blocker.unblock(), transaction.atomic():
        anna, clinic = a_patient("Anna Example"), a_clinic("Harbour Clinic")
        osei = a_clinician(clinic, "Dr Osei")
        a_consent(anna, clinic)
        yield anna, osei, everything_stored(anna, osei)
        transaction.set_rollback(True)


def an_agreed_range() -> TargetEntry:
    """Return a range as it is set for several people."""
    return TargetEntry(
        low=Decimal(30),
        high=Decimal(50),
        unit=Unit.NG_PER_ML,
        starts_on=date(2025, 3, 1),
        reason="Agreed at the visit.",
    )


def _a_range(anna: Patient, osei: User) -> Target:
    """Set a range, as for several people at once."""
    viewer, at = viewer_for(osei), timezone.now()
    targeting_together.set_for_all(
        [Bound(anna.pk, seen=0)],
        clinic=osei.memberships.get().clinic,
        entry=an_agreed_range(),
        entry_id=uuid4(),
        by=viewer,
        at=at,
    )
    return Target.objects.get()


def _a_report(result: LabResult, osei: User) -> ReportFile:
    """Attach a report to a result."""
    return attaching.attach(
        result=result,
        document=read_document(a_pdf(1), "report.pdf"),
        role=FileRole.ORIGINAL,
        by=viewer_for(osei),
        at=timezone.now(),
    )


def _a_file(anna: Patient, osei: User) -> ImportBatch:
    """Bring a file in for Anna, and look at it."""
    viewer, at = viewer_for(osei), timezone.now()
    with transaction.atomic(), viewing(viewer):
        batch = uploading.receive(
            data=TWO.encode(), file_name="a.csv", patient=anna, by=viewer, at=at
        )
        uploading.look(batch=batch, by=viewer, at=at)
    return batch


def _work(osei: User) -> Job:
    """Have an export of the clinic's records made."""
    viewer, at = viewer_for(osei), timezone.now()
    clinic = osei.memberships.get().clinic
    with transaction.atomic(), viewing(viewer):
        job = export_requests.ask(clinic=clinic, reason="We move.", by=viewer, at=at)
    a_confirmed_export(job)
    jobs.run(job.pk, by=viewer, works=job_kinds.WORKS)
    job.refresh_from_db()
    return job


def _a_plan(anna: Patient, osei: User) -> RetestPlan:
    """Ask for Anna's next test."""
    retesting.plan(
        patient=anna,
        clinic=osei.memberships.get().clinic,
        due_on=None,
        every_months=6,
        by=viewer_for(osei),
        at=timezone.now(),
    )
    return RetestPlan.objects.get()


def _a_move(anna: Patient, osei: User) -> ResultMove:
    """File a result of Bob's under Bob, which came into Anna's record."""
    bob = a_patient("Bob Birch")
    a_consent(bob, osei.memberships.get().clinic)
    stray = a_result(bob, an_entry("40.5", collected_on=date(2026, 4, 1)))
    viewer, at = viewer_for(osei), timezone.now()
    with transaction.atomic(), viewing(viewer):
        return moving.move(result=stray, to=anna, reason="One name.", by=viewer, at=at)


def _a_template(osei: User) -> TargetTemplate:
    """Keep a template of the clinic's."""
    return range_templates.make(
        clinic=osei.memberships.get().clinic,
        entry=TemplateEntry(
            name="Of the clinic",
            source="Agreed here.",
            low=Decimal(30),
            high=Decimal(50),
            alert_low=None,
            alert_high=None,
            urgency="",
            unit=Unit.NG_PER_ML,
        ),
        entry_id=uuid4(),
        by=viewer_for(osei),
        at=timezone.now(),
    )


def _a_review(anna: Patient, osei: User) -> object:
    """Mark Anna's row as reviewed."""
    entry_id = uuid4()
    row = WorklistRow.objects.get(patient=anna)
    viewer, at = viewer_for(osei), timezone.now()
    with transaction.atomic(), viewing(viewer):
        reviewing.mark_reviewed(
            [Seen(anna.pk, row.stamp)],
            clinic=row.clinic,
            entry_id=entry_id,
            by=viewer,
            at=at,
        )
    return entry_id
