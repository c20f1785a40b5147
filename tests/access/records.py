"""One row in every table that holds patients' data, made as the owner."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from accounts import queries
from accounts.domain.audit import Action
from accounts.models import (
    ApiToken,
    ClaimCode,
    Consent,
    Invitation,
    Patient,
    PatientNumber,
    RecordJoin,
    StoredAnswer,
)
from accounts.services import auditing
from labs.models import (
    Acknowledgement,
    CatalogueLabel,
    ClinicNote,
    ColumnMapping,
    HealthConfirmation,
    HealthFact,
    ImportBatch,
    ImportFile,
    ImportRow,
    ImportWords,
    Intake,
    LaboratoryKnowledge,
    LabResult,
    NotedEvent,
    NoticeRecipient,
    PatientTag,
    RecordedPlan,
    ReminderChoice,
    ReminderSent,
    ReportFile,
    ResultCheck,
    ResultMove,
    RetestPlan,
    Review,
    SavedView,
    SupplementIngredient,
    SupplementPause,
    SupplementPeriod,
    SupplementProduct,
    Target,
    TargetTemplate,
    UrgentNotice,
    VisitQuestion,
)
from tests.access.characters import NOW, Cast
from tracker.models import ExportRequest, Job, JobFile

# Tables of a patient's own data, by the part of the record that opens them.
RESULTS = (
    "labs_labresult",
    "labs_target",
    "labs_reportfile",
    "labs_resultcheck",
    "labs_retestplan",
)
SUPPLEMENTS = (
    "labs_supplementproduct",
    "labs_supplementingredient",
    "labs_supplementperiod",
    "labs_supplementpause",
    "labs_intake",
    "labs_recordedplan",
)
HEALTH = (
    "labs_healthfact",
    "labs_healthconfirmation",
    "labs_acknowledgement",
    "labs_notedevent",
)
PATIENTS_ALONE = ("labs_visitquestion",)


def fill(cast: Cast) -> None:
    """Put a row of Alice's into every table."""
    PatientNumber.objects.create(
        clinic=cast.harbour, patient=cast.record, number="A-17"
    )
    ClaimCode.objects.create(
        clinic=cast.harbour,
        patient=cast.record,
        code_hash="0" * 64,
        made_by=cast.consented,
        made_at=NOW,
        expires_at=NOW,
        closed_at=NOW,
    )
    Invitation.objects.create(
        clinic=cast.harbour,
        email="new.colleague@example.org",
        role="clinician",
        code_hash="0" * 64,
        invited_by=cast.admin,
        made_at=NOW,
        expires_at=NOW + timedelta(days=7),
    )
    ApiToken.objects.create(
        user=cast.owner,
        name="phone app",
        scopes=["results:read"],
        secret_hash="0" * 64,
        secret_end="abcd",
        made_at=NOW,
        expires_at=NOW + timedelta(days=7),
    )
    StoredAnswer.objects.create(
        user=cast.owner,
        patient=cast.record,
        key="0" * 64,
        request_hash="0" * 64,
        part="results",
        status=201,
        headers={},
        body="{}",
        made_at=NOW,
    )
    _add_result(cast)
    _add_supplement(cast)
    _add_job(cast)
    _add_export_request(cast)
    LaboratoryKnowledge.objects.create(
        clinic=cast.harbour,
        kind="alias",
        laboratory="Harbour Lab",
        laboratory_folded="harbourlab",
        other_name="Harbour Laboratory",
        entered_by_id=cast.consented.pk,
        entered_by_name=cast.consented.name,
        entered_at=NOW,
    )
    _add_second_record(cast)
    fact = HealthFact.objects.create(
        patient=cast.record,
        topic="pregnancy",
        answer="yes",
        asked_on=date(2026, 1, 5),
        entered_by_name="Alice Ashby",
        entered_at=NOW,
    )
    HealthConfirmation.objects.create(
        patient=cast.record,
        fact=fact,
        clinic=cast.harbour,
        clinic_name=cast.harbour.name,
        confirmed_by_id=cast.consented.pk,
        confirmed_by_name=cast.consented.name,
        confirmed_at=NOW,
    )
    Acknowledgement.objects.create(
        patient=cast.record,
        precaution="pregnancy-or-breastfeeding",
        subject="0" * 64,
        catalogue_version="1",
        tells_of_health=True,
        tells_of_supplements=False,
        tells_of_results=False,
        reason="midwife told",
        acknowledged_by_id=cast.owner.pk,
        acknowledged_by_name="Alice Ashby",
        acknowledged_at=NOW,
    )
    NotedEvent.objects.create(
        patient=cast.record,
        kind="illness",
        words="a week in bed",
        starts_on=date(2026, 1, 7),
        entered_by_id=cast.owner.pk,
        entered_by_name="Alice Ashby",
        entered_at=NOW,
    )
    VisitQuestion.objects.create(
        patient=cast.record, words="When next?", written_at=NOW, changed_at=NOW
    )
    _add_clinics_work(cast)
    auditing.record(
        viewer=queries.viewer_for(cast.consented),
        action=Action.READ,
        object_label="patient",
        patient_id=cast.record.pk,
        at=NOW,
    )


def _add_job(cast: Cast) -> None:
    job = Job.objects.create(
        kind="nothing",
        owner_kind="user",
        owner_id=cast.consented.pk,
        owner_name="Dr Carol Cole",
        clinic=cast.harbour,
        state="done",
        asked_at=NOW,
        finished_at=NOW,
    )
    JobFile.objects.create(
        job=job,
        key="1",
        patient=cast.record,
        tells_of_results=True,
        name="report.pdf",
        content_type="application/pdf",
        content=b"%PDF",
        made_at=NOW,
    )


def _add_export_request(cast: Cast) -> None:
    """Dr Carol asks for all of the harbour's records; nobody answered yet."""
    job = Job.objects.create(
        kind="clinic-export",
        owner_kind="user",
        owner_id=cast.consented.pk,
        owner_name="Dr Carol Cole",
        clinic=cast.harbour,
        asked_at=NOW,
    )
    ExportRequest.objects.create(
        job=job,
        clinic=cast.harbour,
        asked_by_id=cast.consented.pk,
        asked_by_name="Dr Carol Cole",
        reason="We move to another program.",
        asked_at=NOW,
        expires_at=NOW + timedelta(days=3),
    )


def _add_result(cast: Cast) -> None:
    batch = ImportBatch.objects.create(
        clinic=cast.harbour,
        file_name="results.csv",
        sha256="0" * 64,
        file_format="csv",
        entered_by_name="Dr Carol Cole",
        entered_at=NOW,
    )
    ImportRow.objects.create(
        batch=batch,
        where="line 3",
        why="no unit",
        who="Alice Ashby",
        patient_id=cast.record.pk,
        part="results",
    )
    ImportFile.objects.create(batch=batch, content=b"date,value", kept_at=NOW)
    ImportWords.objects.create(batch=batch, warnings=["line 3: Alice Ashby"])
    ColumnMapping.objects.create(clinic=cast.harbour, header="0" * 64, said_at=NOW)
    for day in (date(2020, 1, 5), date(2026, 1, 5)):
        chain = uuid4()
        LabResult.objects.create(
            id=chain,
            chain=chain,
            patient=cast.record,
            measurand="total",
            value_text="48",
            value=48,
            unit_text="nmol/L",
            unit="nmol/L",
            collected_on=day,
            status="final",
            source="typed_by_patient",
            entered_by_name="Alice Ashby",
            entered_at=NOW,
        )
    newest = LabResult.objects.latest("collected_on").pk
    ReportFile.objects.create(
        patient=cast.record,
        chain=newest,
        role="original",
        name="report.pdf",
        media_type="application/pdf",
        size=9,
        pages=1,
        sha256="0" * 64,
        content=b"%PDF-1.7\n",
        entered_by_id=cast.owner.pk,
        entered_by_name="Alice Ashby",
        entered_at=NOW,
    )
    ResultCheck.objects.create(
        patient=cast.record,
        result_id=newest,
        checked_by_id=cast.consented.pk,
        checked_by_name=cast.consented.name,
        checked_at=NOW,
    )
    Target.objects.create(
        patient=cast.record,
        number=1,
        low=50,
        high=125,
        unit="nmol/L",
        starts_on=date(2026, 1, 5),
        reason="bones",
        clinic=cast.harbour,
        clinic_name=cast.harbour.name,
        set_by_id=cast.consented.pk,
        set_by_name=cast.consented.name,
        set_at=NOW,
        together=uuid4(),
    )


def _add_clinics_work(cast: Cast) -> None:
    """Add what the harbour clinic keeps of its own about Alice."""
    by: dict[str, Any] = {
        "patient": cast.record,
        "clinic": cast.harbour,
        "clinic_name": cast.harbour.name,
    }
    Review.objects.create(
        **by,
        result=LabResult.objects.latest("collected_on"),
        entry_id=uuid4(),
        reviewed_by_id=cast.consented.pk,
        reviewed_by_name=cast.consented.name,
        reviewed_at=NOW,
    )
    for is_for_patient in (True, False):
        ClinicNote.objects.create(
            **by,
            is_for_patient=is_for_patient,
            text="See you in spring.",
            written_by_id=cast.consented.pk,
            written_by_name=cast.consented.name,
            written_at=NOW,
        )
    RetestPlan.objects.create(
        **by,
        every_months=6,
        set_on=NOW.date(),
        set_by_id=cast.consented.pk,
        set_by_name=cast.consented.name,
        set_at=NOW,
    )
    plan = RetestPlan.objects.get()
    ReminderSent.objects.create(
        patient=cast.record, plan=plan, due_on=NOW.date(), sent_at=NOW
    )
    ReminderChoice.objects.create(
        patient=cast.record, time_zone="Europe/London", told_until=NOW
    )
    NoticeRecipient.objects.create(
        clinic=cast.harbour, user=cast.consented, gets_urgent=True
    )
    UrgentNotice.objects.create(
        clinic=cast.harbour, patient=cast.record, stamp="0" * 32, sent_at=NOW
    )
    PatientTag.objects.create(clinic=cast.harbour, patient=cast.record, word="spring")
    SavedView.objects.create(
        id=uuid4(), user=cast.consented, name="Mine", query="reason=10"
    )
    TargetTemplate.objects.create(
        clinic=cast.harbour,
        name="Protocol",
        low=50,
        high=125,
        unit="nmol/L",
        source="Protocol of the clinic, 2026",
        made_by_name=cast.consented.name,
        made_at=NOW,
    )


def _add_second_record(cast: Cast) -> None:
    """Add a second record of Alice that the clinic opened, joined for a while."""
    second = Patient.objects.create(
        name="Alice Ashby", born_on=cast.record.born_on, created_at=NOW
    )
    Consent.objects.create(
        patient=second, clinic=cast.harbour, basis="clinic_record", starts_at=NOW
    )
    RecordJoin.objects.create(
        kept=cast.record,
        joined=second,
        reason="the same person",
        joined_by=cast.consented,
        joined_by_name=cast.consented.name,
        joined_at=NOW,
        undone_at=NOW,
        undone_by_name=cast.consented.name,
    )
    chains = LabResult.objects.order_by("collected_on").values_list("chain", flat=True)
    ResultMove.objects.create(
        from_patient=cast.record,
        to_patient=second,
        from_chain=chains[0],
        to_chain=chains[1],
        reason="mixed up",
        moved_by_id=cast.consented.pk,
        moved_by_name=cast.consented.name,
        moved_at=NOW,
    )


def _add_supplement(cast: Cast) -> None:
    label = uuid4()
    CatalogueLabel.objects.create(
        id=label,
        product_id=label,
        clinic=cast.harbour,
        name="Drops of the list",
        vitamin_k="unknown",
        ingredients=[],
        entered_by_id=cast.consented.pk,
        entered_by_name=cast.consented.name,
        entered_at=NOW,
    )
    RecordedPlan.objects.create(
        patient=cast.record,
        clinic=cast.harbour,
        clinic_name=cast.harbour.name,
        text="As agreed on the telephone.",
        recorded_by_id=cast.consented.pk,
        recorded_by_name=cast.consented.name,
        recorded_at=NOW,
    )
    product = SupplementProduct.objects.create(
        patient=cast.record,
        name="Drops",
        vitamin_k="none",
        entered_by_name="Alice Ashby",
        entered_at=NOW,
    )
    SupplementIngredient.objects.create(
        patient=cast.record, product=product, position=0, substance="D3"
    )
    period = SupplementPeriod.objects.create(
        patient=cast.record,
        product=product,
        servings=1,
        schedule="daily",
        starts_on=date(2026, 1, 5),
        entered_by_name="Alice Ashby",
        entered_at=NOW,
    )
    SupplementPause.objects.create(
        patient=cast.record,
        period=period,
        starts_on=date(2026, 1, 20),
        ends_on=date(2026, 1, 27),
        entered_by_name="Alice Ashby",
        entered_at=NOW,
    )
    Intake.objects.create(
        patient=cast.record,
        period=period,
        on_day=NOW.date(),
        round=1,
        outcome="taken",
        servings=1,
        ingredients=[],
        entry_id=uuid4(),
        logged_by_id=cast.owner.pk,
        logged_by_name="Alice Ashby",
        logged_at=NOW,
    )
