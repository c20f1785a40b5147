"""Reports and charts in the patient's language, with numbers that do not turn."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts import queries
from accounts.models import Patient, User
from accounts.services import languages
from labs.domain.language import Wording
from labs.domain.language_ar import ARABIC
from labs.domain.language_de import GERMAN
from tests.factories import a_period, a_result, a_target, an_entry

WORDINGS: dict[str, Wording] = {"de": GERMAN, "ar": ARABIC}
NOT_REVIEWED = "This translation has not been clinically reviewed."
ISOLATES = dict.fromkeys(range(0x2066, 0x206A))


@pytest.fixture
def filled(anna: Patient, osei: User) -> Patient:
    a_target(anna, osei, low="30", high="50")
    a_result(anna, an_entry("<4", laboratory="Hill Laboratory"))
    a_result(anna, an_entry("28.5", interval_text="30-100 ng/mL"))
    a_period(anna)
    return anna


def speak(user: User, language: str) -> None:
    languages.choose(language, by=queries.viewer_for(user))


def report(browser: Client, patient: Patient, **asked: str) -> str:
    answer = browser.get(reverse("report_pdf", args=[patient.pk]), asked)
    assert answer.status_code == 200
