"""Every page of the demo's cast says facts, never advice (docs/intended_use.md)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Patient, User
from labs.domain.language import violations
from labs.models import LabResult
from tests.integration.labs.spoken_pages import words_of
from tracker.demo.cast import CAST
from tracker.services import demo

PAGES = ("patient", "result_add", "supplement_add", "sharing", "looks", "health")
CLINICIANS_PAGES = ("patient", "result_add", "supplement_add", "target_add", "health")


@pytest.fixture
def cast(db: None) -> list[Patient]:
    del db
    Path(settings.VAR_DIR).mkdir(exist_ok=True)
    demo.load(at=timezone.now(), people=3, say=lambda _: None)
    names = [person.name for person in CAST]
    return list(Patient.objects.filter(name__in=names, user__isnull=False))


def addresses(patient: Patient, pages: tuple[str, ...]) -> Iterator[str]:
    for page in pages:
        yield reverse(page, args=[patient.pk])
    for result in LabResult.objects.filter(patient=patient):
        yield reverse("result", args=[patient.pk, result.pk])


def said(client: Client, address: str) -> tuple[str, ...]:
    answer = client.get(address)
    assert answer.status_code == 200, address
    words = words_of(answer)
    assert "Nobody monitors it" in words, address
    return violations(words)


def test_no_page_of_a_patient_advises_or_judges(cast: list[Patient]) -> None:
    found = {}
    for patient in cast:
        client = Client()
        assert patient.user is not None
        client.force_login(patient.user)
        for address in addresses(patient, PAGES):
            found[address] = said(client, address)

    assert len(cast) == len(CAST)
    assert {address: words for address, words in found.items() if words} == {}


def test_no_page_of_a_clinician_advises_or_judges(cast: list[Patient]) -> None:
    client = Client()
    clinician = User.objects.get(email="osei@demo.example")
    client.force_login(clinician)
    shared = [patient for patient in cast if patient.consents.exists()]

    found = {
        address: said(client, address)
        for patient in shared
        for address in addresses(patient, CLINICIANS_PAGES)
    }

    assert len(shared) == len(CAST) - 1
    assert {address: words for address, words in found.items() if words} == {}
