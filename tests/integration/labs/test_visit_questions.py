"""The patient's own list of questions for a visit."""

from uuid import uuid4

from django.test import Client

from accounts.models import Clinic, Patient
from labs.domain.visit_questions import MOST_QUESTIONS
from labs.models import VisitQuestion
from tests.factories import a_clinician, a_consent
from tests.integration.conftest import SignedIn
from tests.integration.labs.spoken_pages import text_of


def address(patient: Patient, *more: object) -> str:
    return "/".join(["/patients", str(patient.pk), "questions", *map(str, more), ""])


def ask(browser: Client, patient: Patient, words: str) -> VisitQuestion:
    browser.post(address(patient), {"entry_id": str(uuid4()), "words": words})
    return VisitQuestion.objects.get(words=words)


def test_questions_are_listed_and_printed_in_their_order(
    annas: Client, anna: Patient
) -> None:
    ask(annas, anna, "When is my next test?")
    ask(annas, anna, "Why two laboratories?")

    report = annas.get(f"/patients/{anna.pk}/report.txt").content.decode()
    page = text_of(annas.get(address(anna)))

    assert "1. When is my next test?" in report
    assert "2. Why two laboratories?" in report
    assert page.index("When is") < page.index("Why two")


def test_a_question_sent_twice_is_one(annas: Client, anna: Patient) -> None:
    sent = {"entry_id": str(uuid4()), "words": "When next?"}
    annas.post(address(anna), sent)
    annas.post(address(anna), sent)

    assert VisitQuestion.objects.count() == 1


def test_an_empty_question_is_not_taken(annas: Client, anna: Patient) -> None:
    answer = annas.post(address(anna), {"entry_id": str(uuid4()), "words": "  "})

    assert answer.status_code == 422
    assert "Write your question." in text_of(answer)


def test_a_question_is_changed_by_whoever_saw_how_it_stands(
    annas: Client, anna: Patient
) -> None:
    row = ask(annas, anna, "When next?")
    seen = row.changed_at.isoformat()
    annas.post(address(anna, row.pk), {"words": "When is the next?", "seen": seen})

    late = annas.post(address(anna, row.pk), {"words": "Where next?", "seen": seen})

    assert late.status_code == 422
    assert "It now reads: When is the next?" in text_of(late)
    row.refresh_from_db()
    assert row.words == "When is the next?"


def test_a_removed_question_is_printed_no_more(annas: Client, anna: Patient) -> None:
    row = ask(annas, anna, "When next?")
    annas.post(address(anna, row.pk, "remove"))

    report = annas.get(f"/patients/{anna.pk}/report.txt").content.decode()
    assert "When next?" not in report
    assert annas.get(address(anna, row.pk)).status_code == 404


def test_a_full_list_says_so(annas: Client, anna: Patient) -> None:
    for number in range(MOST_QUESTIONS):
        ask(annas, anna, f"Question {number}?")

    answer = annas.post(address(anna), {"entry_id": str(uuid4()), "words": "More?"})

    assert answer.status_code == 422
    assert f"There are {MOST_QUESTIONS} questions on the list." in text_of(answer)


def test_a_clinician_neither_sees_nor_prints_the_list(
    annas: Client, anna: Patient, signed_in: SignedIn, clinic: Clinic
) -> None:
    ask(annas, anna, "Should I ask somebody else?")
    a_consent(anna, clinic)
    browser = signed_in(a_clinician(clinic))

    report = browser.get(f"/patients/{anna.pk}/report.txt?for=patient")

    assert "somebody else" not in report.content.decode()
    assert browser.get(address(anna)).status_code == 403
