"""
Everything back out: as a table, as FHIR, as JSON, and all of it in one archive.

What is written is what the viewer may see; a part that is not shared is named as such.
Each export stands in the patient's trail.
"""

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.utils import timezone

from accounts import queries as people
from accounts.domain.audit import Action
from accounts.domain.scopes import Scope
from accounts.domain.viewers import Viewer
from accounts.models import AuditEvent, Consent, Patient
from accounts.services import auditing, replicas
from labs import queries
from labs.formats import fhir_writing as fhir
from labs.formats.csv_template import write_results
from labs.formats.fhir_json import Resource, fhir_text
from labs.formats.parsed import PatientClue
from labs.models import ImportFile, ImportWords
from labs.services import outgoing, telling_files
from tracker.grants import opened_by
from tracker.reports.visit_report import report_pdf
from tracker.services import dashboards, finding, measuring, reporting
from tracker.services.charting import View, Window
from tracker.services.dashboards import Record
from tracker.services.reporting import Audience, ReportChoice

NOT_EXPORTED = frozenset(
    {
        "accounts.ClaimCode",  # a secret's hash, of use to nobody
        "labs.WorklistRow",  # drawn from what stands elsewhere here, for a clinic
        "tracker.Job",
        "tracker.JobFile",  # what was made out of all this
    }
)
APPS = ("accounts", "labs", "tracker")
BATCHES = "labs_importbatch"
# What a row of theirs says where nobody may read what quotes the file.
NO_QUOTES = {"question": {}, "warnings": [], "other_person": ""}
FILES = "labs_importfile"  # hangs on a batch, and is no part of record.json
README = """Your record in Calcidiol

results.csv        the results that hold now, as a table; it can be imported again
record.fhir.json   results, ranges, supplements and consents as HL7 FHIR R4
record.json        everything that is stored and shared, earlier versions and history
                   included. "not_shared" names the parts that are not in it, and
                   "results_from" the first day whose results are. A version under
                   "replaced_out_of_sight" holds no more: a newer one is of a day whose
                   results are not shared, and is not in this archive.
report.pdf         the visit report (where results are shared)
files/             what was uploaded (where all is shared) or attached

Numbers stand as they were reported. Entries marked "typed_by_patient" were not sent by
a laboratory. This archive compares nothing, diagnoses nothing and recommends nothing.
"""


@dataclass(frozen=True, slots=True)
class Export:
    """A file that leaves, named by what it is and never by whose it is."""

    name: str
    content_type: str
    content: bytes


def results_table(
    patient: Patient, *, by: Viewer, at: datetime, ip_address: str | None = None
) -> Export:
    """Return the results that hold now as a table, without loss."""
    noted = _note(patient, "results", by=by, at=at, ip_address=ip_address)
    content = replicas.read(
        lambda: _table(_record(patient, by, at)), viewer=by, noted=noted
    )
    return Export("results.csv", "text/csv; charset=utf-8", content)


def fhir_bundle(
    patient: Patient, *, by: Viewer, at: datetime, ip_address: str | None = None
) -> Export:
    """Return the record as one FHIR R4 bundle, the report as a PDF inside."""
    noted = _note(patient, "record", by=by, at=at, ip_address=ip_address)
    content = replicas.read(
        lambda: _bundle(_record(patient, by, at), at), viewer=by, noted=noted
    )
    return Export("record.fhir.json", "application/fhir+json", content)


def everything_as_json(
    patient: Patient, *, by: Viewer, at: datetime, ip_address: str | None = None
) -> Export:
    """Return all rows of the record that the viewer may see."""
    noted = _note(patient, "record", by=by, at=at, ip_address=ip_address)
    content = replicas.read(lambda: _all_rows(patient, by, at), viewer=by, noted=noted)
    return Export("record.json", "application/json", content)


def everything(
    patient: Patient, *, by: Viewer, at: datetime, ip_address: str | None = None
) -> Export:
    """Return the whole record in one archive, with what was uploaded or attached."""
    noted = _note(patient, "record", by=by, at=at, ip_address=ip_address)
    content = replicas.read(lambda: _archive(patient, by, at), viewer=by, noted=noted)
    return Export("record.zip", "application/zip", content)


def _archive(patient: Patient, by: Viewer, at: datetime) -> bytes:
    record = _record(patient, by, at)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README)
        archive.writestr("record.json", _all_rows(patient, by, at))
        archive.writestr("record.fhir.json", _bundle(record, at))
        if Scope.RESULTS in record.scopes:
            archive.writestr("results.csv", _table(record))
        archive.writestr("report.pdf", _report(record, at))
        for name, content in _files(patient, by, at):
            archive.writestr(f"files/{name}", content)
    return packed.getvalue()


def as_lines(patient: Patient, *, by: Viewer, at: datetime) -> bytes:
    """Return a record as lines of FHIR, one resource each, for a clinic's bulk."""
    lines = (fhir_text(each) for each in resources_of(_record(patient, by, at)))
    return "".join(f"{line}\n" for line in lines).encode()


def _record(patient: Patient, by: Viewer, at: datetime) -> Record:
    today = timezone.localdate(at)
    return dashboards.record_of(patient, viewer=by, at=at, today=today)


def _note(
    patient: Patient,
    label: str,
    *,
    by: Viewer,
    at: datetime,
    ip_address: str | None,
) -> AuditEvent:
    return auditing.record(
        viewer=by,
        action=Action.EXPORTED,
        object_label="results" if label == "results" else "patient",
        object_id=patient.pk,
        patient_id=patient.pk,
        ip_address=ip_address,
        at=at,
    )


# As a table ---------------------------------------------------------------------------


def _clue(record: Record) -> PatientClue:
    patient = record.patient
    number = finding.numbers_of([patient])[patient.pk]
    return PatientClue(number, patient.name, patient.born_on)


def _table(record: Record) -> bytes:
    clue = _clue(record)
    checks = queries.checks_of_record(record.patient)
    rows = (
        outgoing.as_read(each.row, clue, checks.get(each.row.pk, ()))
        for each in record.results
    )
    return "".join(write_results(rows)).encode()


# As FHIR ------------------------------------------------------------------------------


def _bundle(record: Record, at: datetime) -> bytes:
    resources = list(resources_of(record))
    if Scope.RESULTS in record.scopes:
        resources.append(_report_resource(record, at))
    return fhir_text(fhir.bundle(resources, made_at=at)).encode()


def resources_of(record: Record) -> Iterator[Resource]:
    """Give the patient, and what of the record the viewer may see."""
    patient, clue = record.patient, _clue(record)
    yield fhir.patient(
        fhir.PersonFacts(
            str(patient.pk),
            patient.name,
            patient.born_on,
            tuple(
                (f"urn:uuid:{each.clinic_id}", each.number)
                for each in patient.numbers.all()
            ),
        )
    )
    checks = queries.checks_of_record(patient)
    for each in record.results:
        facts = outgoing.result_facts(
            each.row, clue, record.targets, checks.get(each.row.pk, ())
        )
        yield fhir.observation(facts)
        yield fhir.provenance(facts, id_=f"by-{facts.id}")
    for target in record.target_rows:
        yield fhir.goal(
            outgoing.target_facts(target, today=record.today, now=record.target_now)
        )
    for period in record.period_rows:
        yield fhir.medication_statement(
            outgoing.supplement_facts(period, today=record.today)
        )
    for consent in people.consents_of(patient):
        yield fhir.consent(_consent_facts(consent, record.today))


def _consent_facts(consent: Consent, today: date) -> fhir.ConsentFacts:
    shares = {
        "results": consent.shares_results,
        "supplements": consent.shares_supplements,
        "health": consent.shares_health,
    }
    has_ended = consent.ends_at is not None and consent.ends_at.date() < today
    return fhir.ConsentFacts(
        id=str(consent.pk),
        patient_id=str(consent.patient_id),
        clinic=consent.clinic.name,
        scopes=tuple(scope for scope, is_shared in shares.items() if is_shared),
        is_in_force=consent.revoked_at is None and not has_ended,
        given_at=consent.starts_at,
        ends_at=consent.revoked_at or consent.ends_at,
    )


def _report_resource(record: Record, at: datetime) -> Resource:
    return fhir.diagnostic_report(
        fhir.ReportFacts(
            id=f"report-{record.patient.pk}",
            patient_id=str(record.patient.pk),
            title="Visit report: 25-hydroxyvitamin D",
            made_at=at,
            content_type="application/pdf",
            content=_report(record, at),
            result_ids=tuple(str(each.row.pk) for each in record.series),
        )
    )


def _report(record: Record, at: datetime) -> bytes:
    audience = Audience.PATIENT if record.is_own else Audience.CLINICIAN
    view = View(record.preferred_unit, Window.ALL)
    choice = ReportChoice(view=view, audience=audience)
    report = reporting.visit_report(record, choice, at=at)
    with measuring.rendering("report"):
        return report_pdf(report)


# As it is stored ----------------------------------------------------------------------


def _all_rows(patient: Patient, by: Viewer, at: datetime) -> bytes:
    scopes = people.scopes_for(by, patient, at=at)
    first = people.results_shared_from(by, patient, at=at)
    told: dict[str, Any] = {
        "format": "Calcidiol, everything of one record",
        "written_at": at,
        "not_shared": sorted(scope.value for scope in Scope if scope not in scopes),
        "results_from": None if first == date.min else first,
        "replaced_out_of_sight": queries.replaced_out_of_sight(patient),
        "accounts_patient": list(_rows(Patient.objects.filter(pk=patient.pk))),
    }
    found = {
        str(model._meta.db_table): model._default_manager.filter(patient=patient)  # noqa: SLF001
        for model in _models_of_a_record()
    }
    found["accounts_auditevent"] = AuditEvent.objects.filter(patient_id=patient.pk)
    closed = [table for table in (*found, FILES) if not _opens(by, table)]
    if by.token is not None:
        told["not_opened_by_key"] = sorted(closed)
    quotes = {}
    if telling_files.is_record_told_whole(patient, viewer=by, at=at):
        words = ImportWords.objects.filter(batch__patient=patient)
        quotes = {each.pk: _quotes(each) for each in words}
    tables = {
        table: _rows(rows) for table, rows in found.items() if table not in closed
    }
    if BATCHES in tables:
        tables[BATCHES] = (
            {**each, **quotes.get(each["id"], NO_QUOTES)} for each in tables[BATCHES]
        )
    return b"".join(_written(told, tables))


def _written(
    told: Mapping[str, object], tables: Mapping[str, Iterable[dict[str, object]]]
) -> Iterator[bytes]:
    """
    Write an object with what is told, then with each table, a row at a time.

    The trail of a record that programs look after has thousands of rows: one at a time
    they take the room of their words, and not several times as much.
    """
    yield _json(told, indent=1).removesuffix("\n}").encode()
    for table, rows in tables.items():
        yield f",\n {_json(table)}: [".encode()
        between = "\n"
        for row in rows:
            # JSON writes a line's end that stands in a text as a sign of its own.
            words = _json(row, indent=1).replace("\n", "\n  ")
            yield f"{between}  {words}".encode()
            between = ",\n"
        yield b"]" if between == "\n" else b"\n ]"
    yield b"\n}"


def _json(value: object, **options: Any) -> str:  # noqa: ANN401 - the library's own
    return json.dumps(value, default=_plain, ensure_ascii=False, **options)


def _quotes(words: ImportWords) -> dict[str, Any]:
    return {name: getattr(words, name) for name in NO_QUOTES}


def _opens(by: Viewer, table: str) -> bool:
    """Say whether the key in use, if there is one, opens a table."""
    opened = {scope.value for scope in by.token.scopes} if by.token else set()
    return by.token is None or opened.issuperset(opened_by(table))


def _models_of_a_record() -> Iterator[type[models.Model]]:
    """Give every table that belongs to one patient, whichever feature made it."""
    for label in APPS:
        for model in apps.get_app_config(label).get_models():
            names = {field.name for field in model._meta.concrete_fields}  # noqa: SLF001
            is_left_out = model._meta.label in NOT_EXPORTED  # noqa: SLF001
            if "patient" in names and not is_left_out:
                yield model


def _rows(found: "models.QuerySet[Any]") -> Iterator[dict[str, object]]:
    kept = [
        field.attname
        for field in found.model._meta.concrete_fields  # noqa: SLF001
        if not isinstance(field, models.BinaryField) and "hash" not in field.name
    ]
    rows: Iterator[dict[str, object]] = found.order_by("pk").values(*kept).iterator()
    return rows


def _files(patient: Patient, by: Viewer, at: datetime) -> Iterator[tuple[str, bytes]]:
    """
    Give what was uploaded or attached, under a name that is unique.

    An uploaded file holds whatever somebody sent: it goes to who sees all of that.
    """
    uploads = ImportFile.objects.filter(batch__patient=patient)
    if not telling_files.is_record_told_whole(patient, viewer=by, at=at):
        uploads = uploads.none()
    for upload in uploads:
        name = _safe(upload.batch.file_name)
        yield f"{upload.batch_id}-{name}", bytes(upload.content)
    for model in _models_of_a_record():
        fields = model._meta.concrete_fields  # noqa: SLF001
        names = {field.name for field in fields}
        binary = [f.name for f in fields if isinstance(f, models.BinaryField)]
        for field in binary:
            for row in model._default_manager.filter(patient=patient):  # noqa: SLF001
                shown = next(
                    (str(getattr(row, n)) for n in ("name", "file_name") if n in names),
                    field,
                )
                yield f"{row.pk}-{_safe(shown)}", bytes(getattr(row, field))


def _safe(name: str) -> str:
    """Return a file's name that leads into no folder."""
    kept = "".join(sign if sign.isalnum() or sign in ".-_ " else "-" for sign in name)
    return kept.lstrip(".")[-100:] or "file"


def _plain(value: object) -> str:
    match value:
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case UUID():
            return str(value)
        case _:
            return str(value)
