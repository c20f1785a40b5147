"""
How many queries an address asks: pinned, the same for 1, 10 and 50 rows, none counts.

Each list and each detail of the description stands in the table; a new one fails here
until its number is known.
"""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Clinic, Consent, Patient, User
from labs.models import (
    ClinicNote,
    ImportBatch,
    ImportRow,
    Intake,
    LabResult,
    PatientTag,
    Review,
    SupplementIngredient,
    SupplementPeriod,
    SupplementProduct,
    TargetTemplate,
    WorklistRow,
)
from tests.access.permissions import FHIR_KINDS
from tests.factories import (
    a_clinic,
    a_target,
    owner_of,
)
from tests.integration.api.conftest import Program, a_key
from tests.integration.api.stored import description, everything_stored
from tracker.models import Job

SIZES = (1, 10, 50)
NOW = timezone.now
PINNED: dict[str, int] = {
    "audit_list": 12,
    "clinics_list": 10,
    "consents_grantees": 14,
    "consents_list": 12,
    "consents_read": 12,
    "health_list": 13,
    "imports_of_clinic": 12,
    "imports_of_patient": 12,
    "imports_read": 17,
    "imports_rows": 15,
    "index_read": 11,
    "intakes_list": 12,
    "jobs_list": 11,
    "jobs_read": 12,
    "notes_list": 12,
    "patients_list": 12,
    "patients_read": 12,
    "periods_list": 14,
    "periods_read": 23,
    "precautions_read": 22,
    "products_list": 13,
    "range_templates_list": 11,
    "range_templates_read": 11,
    "ranges_list": 12,
    "ranges_read_together": 12,
    "report_files_list": 13,
    "results_list": 23,
    "results_moves": 13,
    "results_read": 25,
    "results_versions": 12,
    "retests_list": 32,
    "reviews_list": 12,
    "tags_list": 14,
    "worklist_list": 12,
}
FILES = (
    "chart",
    "report_pdf",
    "report_text",
    "report_file_",
    "anticoagulation",
    "export",
    "jobs_file",
    "imports_refused",
)


def gets() -> dict[str, str]:
    """Return every address that is read as JSON, by its operation."""
    found = {}
    for path, methods in description()["paths"].items():
        name = methods.get("get", {}).get("operationId", "")
        if name and not name.startswith(FILES):
            found[name] = path
    return found


class Growing:
    """A record and a clinic that grow, row by row of each kind."""

    def __init__(self, anna: Patient, osei: User) -> None:
        self.anna, self.osei = anna, osei
        self.clinic = osei.memberships.get().clinic
        self.stored = everything_stored(anna, osei)
        self.size = 1

    def grow(self, size: int) -> None:
        """Add rows of every kind until there are so many."""
        for number in range(self.size, size):
            self._of_the_record(number)
            self._of_the_clinic(number)
        self.size = size

    def _of_the_record(self, number: int) -> None:
        key = uuid4()
        result = copied(
            LabResult.objects.filter(patient=self.anna).earliest("entered_at", "id"),
            pk=key,
            chain=key,
            collected_on=date(2024, 1, 1) + timedelta(days=number),
        )
        product = copied(SupplementProduct.objects.earliest("name"))
        ingredient = SupplementIngredient.objects.earliest("pk")
        copied(ingredient, product=product)
        period = SupplementPeriod.objects.get(pk=self.stored.ids["period_id"])
        copied(period, product=product)
        day = timezone.localdate() - timedelta(days=number)
        copied(Intake.objects.earliest("on_day"), on_day=day, entry_id=uuid4())
        self._others(number, result)

    def _others(self, number: int, result: LabResult) -> None:
        shared = {"patient": self.anna, "clinic": self.clinic, "clinic_name": "x"}
        Review.objects.create(
            **shared,
            entry_id=uuid4(),
            reviewed_by_id=self.osei.pk,
            reviewed_by_name="x",
            reviewed_at=NOW(),
            result=result,
        )
        ClinicNote.objects.create(
            **shared,
            is_for_patient=True,
            text="x",
            written_by_id=self.osei.pk,
            written_by_name="x",
            written_at=NOW(),
        )
        ImportRow.objects.create(batch_id=self.stored.ids["batch_id"], where="x")
        for whose in ({"patient": self.anna}, {"clinic": self.clinic}):
            ImportBatch.objects.create(
                **whose,
                file_name="x",
                sha256="x",
                file_format="x",
                entered_by_name="x",
                entered_at=NOW(),
            )
        PatientTag.objects.create(
            patient=self.anna, clinic=self.clinic, word=f"word {number}"
        )
        template = TargetTemplate.objects.get(pk=self.stored.ids["template_id"])
        copied(template, name=f"Template {number}")
        other = a_clinic(f"Other {number}")
        Consent.objects.create(
            patient=self.anna, clinic=other, basis="patient", starts_at=NOW()
        )
        if number < 10:  # a range is set by hand: nobody has many
            a_target(self.anna, self.osei, starts_on=date(2026, 1, 1 + number))

    def _of_the_clinic(self, number: int) -> None:
        person = Patient.objects.create(name=f"Person {number}", created_at=NOW())
        Consent.objects.create(
            patient=person, clinic=self.clinic, basis="clinic_record", starts_at=NOW()
        )
        row = WorklistRow.objects.get(patient=self.anna, clinic=self.clinic)
        copied(row, patient=person, name=person.name, name_key=person.name)
        Job.objects.create(
            kind="clinic-export",
            owner_kind="user",
            owner_id=self.osei.pk,
            owner_name="x",
            clinic=self.clinic,
            asked_at=NOW(),
        )


def copied(row: Any, **changes: object) -> Any:  # noqa: ANN401 - a row of any table
    """Store a row again under another key, with a few columns changed."""
    row.pk = None if isinstance(row.pk, int) else uuid4()
    for name, value in changes.items():
        setattr(row, name, value)
    row._state.adding = True
    row.save(force_insert=True)
    return row


OWNERS = {"consents_list", "consents_read", "consents_grantees", "audit_list"}


def asked(program: Program, path: str) -> list[str]:
    """Return what is asked of the database for one answer."""
    with CaptureQueriesContext(connection) as captured:
        answer = program.get(path)
    assert answer.status_code == 200, (path, answer.content[:300])
    return [each["sql"] for each in captured.captured_queries]


def test_no_address_asks_more_for_more_rows(
    anna: Patient, osei: User, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    del clinic
    monkeypatch.setattr("accounts.services.tokens.MOST_USES", 10_000)
    growing = Growing(anna, osei)
    hers, his = Program(a_key(owner_of(anna))), Program(a_key(osei))
    found: dict[str, list[int]] = {}
    counting = set()
    for size in SIZES:
        growing.grow(size)
        for name, path in gets().items():
            program = hers if name in OWNERS else his
            queries = asked(program, growing.stored.path(path))
            found.setdefault(name, []).append(len(queries))
            counting |= {name for each in queries if "count(" in each.lower()}

    assert not counting
    pinned = {name: [number] * len(SIZES) for name, number in PINNED.items()}
    assert [each for each in found.items() if each[1] != pinned[each[0]]] == []


def test_every_address_that_is_read_has_its_number() -> None:
    assert set(PINNED) == set(gets())


def test_a_page_behind_the_first_costs_what_the_first_does(
    anna: Patient, osei: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.services.tokens.MOST_USES", 10_000)
    growing = Growing(anna, osei)
    growing.grow(4)
    program = Program(a_key(osei))
    for name in ("results_list", "worklist_list", "patients_list", "jobs_list"):
        place = growing.stored.path(gets()[name]) + "?limit=2"
        following = program.get(place).json()["next"]
        first, second = asked(program, place), asked(program, following)
        assert 0 <= len(second) - len(first) <= 2, name


# FHIR and files -----------------------------------------------------------------------

PINNED_FHIR: dict[str, int] = {
    "Patient?": 12,
    "Patient": 13,
    "Observation?": 15,
    "Observation": 16,
    "_history": 17,
    "vread": 17,
    "_sort": 15,
    "Goal?": 13,
    "Goal": 14,
    "MedicationStatement?": 14,
    "MedicationStatement": 15,
    "DiagnosticReport?": 40,
    "DiagnosticReport": 44,
    "Consent?": 12,
    "Consent": 13,
    "Provenance?": 13,
    "Provenance": 13,
    "AuditEvent?": 12,
    "AuditEvent": 14,
    "$everything": 24,
}
PINNED_FILES: dict[str, int] = {
    "anticoagulation_pdf": 37,
    "chart_numbers": 22,
    "chart_pdf": 23,
    "chart_png": 23,
    "chart_svg": 23,
    "export_archive": 97,
    "export_fhir": 44,
    "export_json": 48,
    "export_results": 34,
    "imports_refused": 17,
    "jobs_file": 12,
    "report_file_read": 12,
    "report_pdf": 39,
    "report_text": 39,
}
HERS = ("Consent", "AuditEvent")
A_FEW = (1, 10)


def fhir_addresses(program: Program, kind: str, patient_id: object) -> dict[str, str]:
    """Return how a kind is searched, and how the first one found is read."""
    search = f"/fhir/{kind}?patient=Patient/{patient_id}"
    if kind == "Patient":
        search = f"/fhir/Patient?_id={patient_id}"
    (first, *_more) = program.get(search).json()["entry"]
    key = first["resource"]["id"]
    read = f"/fhir/{kind}/{key}"
    found = {f"{kind}?": search, kind: read}
    if kind == "Observation":
        found |= {"_history": f"{read}/_history", "vread": f"{read}/_history/1"}
        found["_sort"] = f"{search}&_sort=-_lastUpdated&_count=1"
    return found


def counted(program: Program, path: str) -> int:
    """
    Return how many queries an answer asks; none of them counts rows.

    But for the picture of a chart: it says how many results it hides, and reads none.
    """
    queries = asked(program, path)
    counting = [each for each in queries if "count(" in each.lower()]
    says_how_many = path.endswith(("/chart.svg", "/chart.png", "/chart.pdf"))
    assert len(counting) == says_how_many, path
    return len(queries)


def test_fhir_asks_no_more_for_more_rows(
    anna: Patient, osei: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.services.tokens.MOST_USES", 10_000)
    growing = Growing(anna, osei)
    hers, his = Program(a_key(owner_of(anna))), Program(a_key(osei))
    found: dict[str, list[int]] = {}
    for size in A_FEW:
        growing.grow(size)
        for kind in FHIR_KINDS:
            program = hers if kind in HERS else his
            for name, path in fhir_addresses(program, kind, anna.pk).items():
                found.setdefault(name, []).append(counted(program, path))
        everything = f"/fhir/Patient/{anna.pk}/$everything"
        found.setdefault("$everything", []).append(counted(his, everything))

    assert found == {name: [number] * 2 for name, number in PINNED_FHIR.items()}


def test_files_ask_no_more_for_more_rows(
    anna: Patient, osei: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.services.tokens.MOST_USES", 10_000)
    growing = Growing(anna, osei)
    program = Program(a_key(osei))
    found: dict[str, list[int]] = {}
    for size in A_FEW:
        growing.grow(size)
        for path, methods in description()["paths"].items():
            name = methods.get("get", {}).get("operationId", "")
            if name.startswith(FILES):
                address = growing.stored.path(path)
                found.setdefault(name, []).append(counted(program, address))

    assert found == {name: [number] * 2 for name, number in PINNED_FILES.items()}
