"""What looks like a slip of a label, asked of a program as the page asks a person."""

from accounts.models import Patient
from tests.integration.api.conftest import Program

LABEL = {
    "name": "Strong drops",
    "vitamin_k": "none",
    "servings": "1",
    "schedule": "weekly",
    "starts_on": "2026-01-05",
    "ingredients": [{"substance": "D3", "amount": "50000", "unit": "[iU]"}],
}
DAILY = {"servings": "1", "schedule": "daily", "starts_on": "2026-03-01"}


def test_a_slip_is_asked_about_and_what_was_answered_is_told(
    anna: Patient, annas_program: Program
) -> None:
    place = f"/api/v1/patients/{anna.pk}/periods"
    asked = annas_program.post(place, LABEL).json()
    answers = {each["question"]: "not_sure" for each in asked.get("questions", [])}
    made = annas_program.post(place, {**LABEL, "answers": answers})
    assert made.status_code == 201, made.content
    assert made.json()["answers"] == answers

    change = f"{place}/{made.json()['id']}/change"
    saw = {"if_match": made.headers["ETag"]}
    refused = annas_program.post(change, DAILY, **saw).json()
    names = [each["question"] for each in refused["questions"]]
    assert "large_unit_daily" in names
    assert {each["answer"] for each in refused["questions"][0]["choices"]} == {
        "as_printed",
        "not_sure",
    }
    told = dict.fromkeys(names, "as_printed")
    changed = annas_program.post(change, {**DAILY, "answers": told}, **saw)

    assert changed.status_code == 201, changed.content
    assert changed.json()["answers"] == told
    kept = annas_program.get(f"{place}/{changed.json()['id']}").json()
    assert kept["answers"] == told
