"""The demo shows every hard case, through the product's own doors."""

import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import authenticate

from accounts.models import Clinic, Patient, PatientNumber, User
from accounts.queries import viewer_for, viewing
from labs.domain.worklist import LookReason
from labs.models import (
    HealthFact,
    LabResult,
    SupplementIngredient,
    Target,
    WorklistRow,
)
from labs.services import worklisting
from labs.services.worklisting import ListView
from tracker.services import demo

MOMENT = datetime(2026, 6, 1, 12, tzinfo=UTC)
ACCOUNTS = Path(settings.VAR_DIR) / "demo_accounts.json"


@pytest.fixture
def loaded(db: None) -> None:
    del db
    Path(settings.VAR_DIR).mkdir(exist_ok=True)
    demo.load(at=MOMENT, people=12, say=lambda _: None)


@pytest.mark.usefixtures("loaded")
def test_the_population_comes_in_by_the_bulk_import() -> None:
    imported = LabResult.objects.filter(import_batch__isnull=False)

    assert PatientNumber.objects.count() == 12
    assert imported.exists()
    assert {result.source for result in imported} == {"imported_file"}


@pytest.mark.usefixtures("loaded")
def test_the_cast_shows_each_hard_case() -> None:
    def results(name: str) -> list[LabResult]:
        return list(LabResult.objects.filter(patient__name=name))

    assert {result.unit for result in results("Anna Brandt")} == {"ng/mL", "nmol/L"}
    assert len({result.laboratory for result in results("Marek Novak")}) == 2
    assert any(result.value_text == "<4" for result in results("Greta Lind"))
    assert {result.measurand for result in results("Yusuf Kaya")} >= {"D2", "D3"}
    assert Target.objects.filter(
        patient__name="Leila Haddad", ends_on__isnull=False
    ).exists()
    assert HealthFact.objects.filter(topic="vitamin_k_antagonist").exists()
    assert SupplementIngredient.objects.filter(substance="MK-7").exists()
    assert any(result.measurand == "calcium" for result in results("Ida Storm"))
    assert HealthFact.objects.filter(topic="sarcoidosis").exists()
    assert any(result.version == 2 for result in results("Petra Dorn"))
    assert any(result.status == "entered-in-error" for result in results("Nils Eklund"))
    assert Patient.objects.get(name="Kofi Danso").hemisphere == "south"
    assert not Target.objects.filter(patient__name="Mina Sato").exists()


@pytest.mark.usefixtures("loaded")
def test_the_worklist_has_somebody_for_each_reason_to_look() -> None:
    rows = WorklistRow.objects.filter(clinic__name=demo.DEMO_CLINIC)
    found = {
        reason
        for reasons in rows.values_list("reasons", flat=True)
        for reason in reasons
    }

    missing = [each.name for each in LookReason if each.value not in found]
    assert missing == []


@pytest.mark.usefixtures("loaded")
def test_the_list_can_be_filtered_by_a_template_and_by_a_tag() -> None:
    clinic = Clinic.objects.get(name=demo.DEMO_CLINIC)
    [template] = worklisting.templates_of(clinic)
    [tag] = worklisting.tags_of(clinic)

    def shown(view: ListView) -> set[str]:
        with viewing(viewer_for(User.objects.get(email="osei@demo.example"))):
            page = worklisting.page_of(clinic, view)
        return {row.patient.name for row in page.rows}

    assert {"Greta Lind"} <= shown(ListView(template=template.pk))
    assert "Olga Winther" not in shown(ListView(template=template.pk))
    assert shown(ListView(tag=tag)) == {"Olga Winther"}
    other = Clinic.objects.get(name=demo.OTHER_CLINIC)
    assert not Target.objects.filter(clinic=other, template__isnull=False).exists()


@pytest.mark.usefixtures("loaded")
def test_the_sign_ins_work_and_only_their_owner_reads_them() -> None:
    accounts = json.loads(ACCOUNTS.read_text())

    assert stat.S_IMODE(ACCOUNTS.stat().st_mode) == 0o600
    assert {account["role"] for account in accounts} == {
        "clinician",
        "clinic_admin",
        "patient",
    }
    anna = next(account for account in accounts if account["name"] == "Anna Brandt")
    assert authenticate(None, email=anna["email"], password=anna["password"])


@pytest.mark.usefixtures("loaded")
def test_passwords_are_made_anew_at_each_load() -> None:
    first = {account["password"] for account in json.loads(ACCOUNTS.read_text())}

    assert len(first) == len(json.loads(ACCOUNTS.read_text()))
    assert min(len(password) for password in first) >= 15


@pytest.mark.usefixtures("loaded")
def test_the_demo_is_loaded_once() -> None:
    assert demo.is_loaded()
