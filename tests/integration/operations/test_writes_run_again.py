"""A write that lost its connection is run once more by its key, and exists once."""

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from accounts import queries
from accounts.models import AuditEvent, Patient, StoredAnswer
from accounts.services import answers, tokens
from accounts.services.running_again import FORM
from labs.models import ImportBatch, LabResult
from tests.factories import owner_of
from tests.integration.api.conftest import Program, a_key
from tests.integration.conftest import SignedIn
from tests.integration.imports.test_uploads import TWO
from tests.integration.labs.test_entering_results import confirmed
from tests.integration.operations.test_lost_connections import end_the_connection

pytestmark = pytest.mark.django_db(transaction=True)
SENT = {
    "measurand": "total",
    "value": "28.0",
    "unit": "ng/mL",
    "collected_on": "2026-03-12",
    "laboratory": "Harbour Laboratory",
}
Patch = pytest.MonkeyPatch


class Cut:
    """Does something, and loses the connection beside it, the first times."""

    def __init__(self, does: Callable[..., object], times: float = 1) -> None:
        self.does = does
        self.times = times
        self.asked = 0

    @property
    def is_due(self) -> bool:
        self.asked += 1
        return self.asked <= self.times


class CutBefore(Cut):
    """The connection is gone before it is done."""

    def __call__(self, *given: object, **named: object) -> object:
        if self.is_due:
            end_the_connection()
        return self.does(*given, **named)


class CutAfter(Cut):
    """It is done, and nobody hears of it."""

    def __call__(self, *given: object, **named: object) -> object:
        is_due = self.is_due
        done = self.does(*given, **named)
        if is_due:
            end_the_connection()
            with connection.cursor() as cursor:
                cursor.execute("SELECT 'the word that it is done'")
        return done


@pytest.fixture
def program(anna: Patient) -> Program:
    made = Program(a_key(owner_of(anna)))
    made.client.raise_request_exception = False
    return made


@pytest.fixture
def browser(anna: Patient, signed_in: SignedIn) -> Client:
    client = signed_in(owner_of(anna))
    client.raise_request_exception = False
    return client


def at(patient: Patient) -> str:
    return f"/api/v1/patients/{patient.pk}/results"


def written(patient: Patient) -> int:
    """Return how many results stand in the trail as made."""
    made = AuditEvent.objects.filter(patient_id=patient.pk, object_label="result")
    return made.filter(action="created").count()


PLACES = {
    "in the key's turn": (answers, "answer_to"),
    "once all is written": (answers, "keep"),
}


@pytest.mark.parametrize("cut", [CutBefore, CutAfter])
@pytest.mark.parametrize("where", PLACES)
def test_cut_before_its_commit_it_is_run_once_more(
    program: Program, anna: Patient, monkeypatch: Patch, where: str, cut: type[Cut]
) -> None:
    place, name = PLACES[where]
    server = cut(getattr(place, name))
    monkeypatch.setattr(place, name, server)

    answer = program.post(at(anna), SENT, idempotency_key="one")

    assert answer.status_code == 201
    assert "Idempotency-Replayed" not in answer.headers
    assert server.asked == 2
    assert LabResult.objects.count() == StoredAnswer.objects.count() == 1
    assert written(anna) == 1


@pytest.mark.parametrize("held", [False, True])
def test_cut_in_its_commit_it_exists_once_whether_that_held_or_not(
    program: Program, anna: Patient, monkeypatch: Patch, *, held: bool
) -> None:
    server = (CutAfter if held else CutBefore)(connection.commit)
    monkeypatch.setattr(connection, "commit", server)

    answer = program.post(at(anna), SENT, idempotency_key="one")

    stored = StoredAnswer.objects.get()
    assert answer.status_code == 201
    assert answer.headers.get("Idempotency-Replayed") == ("true" if held else None)
    assert answer.content.decode() == stored.body
    assert LabResult.objects.count() == written(anna) == 1


def test_cut_after_its_commit_it_is_told_and_told_the_same_again(
    program: Program, anna: Patient, monkeypatch: Patch
) -> None:
    commit = connection.commit

    def cut() -> None:
        commit()
        end_the_connection()

    with monkeypatch.context() as patched:
        patched.setattr(connection, "commit", cut)
        first = program.post(at(anna), SENT, idempotency_key="one")
    again = program.post(at(anna), SENT, idempotency_key="one")

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again["Idempotency-Replayed"] == "true"
    assert LabResult.objects.count() == written(anna) == 1


def test_it_is_run_twice_and_not_more(
    program: Program, anna: Patient, monkeypatch: Patch
) -> None:
    server = CutBefore(answers.answer_to, times=2)
    monkeypatch.setattr(answers, "answer_to", server)

    answer = program.post(at(anna), SENT, idempotency_key="one")

    assert answer.status_code == 503
    assert server.asked == 2
    assert not LabResult.objects.exists()
    assert program.post(at(anna), SENT, idempotency_key="one").status_code == 201


def test_what_has_no_key_is_told_whether_it_was_cut_before_its_commit_or_in_it(
    program: Program, anna: Patient, monkeypatch: Patch
) -> None:
    server = CutAfter(connection.commit)
    monkeypatch.setattr(connection, "commit", server)

    answer = program.post(at(anna), SENT)

    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:calcidiol:problem:away"
    assert server.asked == 1
    assert LabResult.objects.count() == 1  # as said: that is not certain


def test_a_key_that_nothing_is_kept_under_does_not_count_in_a_commit(
    program: Program, anna: Patient, monkeypatch: Patch
) -> None:
    """An address that knows no keys would do it twice."""
    seen = program.upload(f"/api/v1/patients/{anna.pk}/imports", TWO)
    server = CutAfter(connection.commit)
    monkeypatch.setattr(connection, "commit", server)

    answer = program.post(f"{seen['Location']}/discarding", idempotency_key="one")

    assert answer.status_code == 503, answer.content
    assert server.asked == 1
    assert not ImportBatch.objects.exists()


def test_a_transaction_of_fhir_exists_once_by_its_key(
    program: Program, anna: Patient, monkeypatch: Patch
) -> None:
    server = CutAfter(connection.commit)
    monkeypatch.setattr(connection, "commit", server)
    observation = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "62292-8"}]},
        "subject": {"reference": f"Patient/{anna.pk}"},
        "effectiveDateTime": "2026-03-12",
        "valueQuantity": {
            "value": 28.0,
            "unit": "ng/mL",
            "system": "http://unitsofmeasure.org",
            "code": "ng/mL",
        },
        "performer": [{"display": "Harbour Laboratory"}],
    }
    entry = {
        "resource": observation,
        "request": {"method": "POST", "url": "Observation"},
    }
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}

    answer = program.post(
        "/fhir/",
        bundle,
        idempotency_key="one",
        content_type="application/fhir+json",
    )

    assert answer.status_code == 200, answer.content
    assert answer["Idempotency-Replayed"] == "true"
    assert LabResult.objects.count() == written(anna) == 1


def test_what_was_stopped_for_taking_too_long_is_not_run_again(
    program: Program, anna: Patient, monkeypatch: Patch
) -> None:
    """Its connection is lost as well, and it would take as long again."""
    asked = []

    def pause(*_: object, **__: object) -> None:
        asked.append(1)
        link = connection.connection
        try:
            with connection.cursor() as cursor:
                # The server's word for it; a real limit races with the next statement.
                cursor.execute("DO 'BEGIN RAISE SQLSTATE ''25P03''; END'")
        finally:
            link.close()

    monkeypatch.setattr(answers, "keep", pause)

    answer = program.post(at(anna), SENT, idempotency_key="one")

    assert answer.status_code == 503
    assert "took too long" in answer.json()["detail"]
    assert len(asked) == 1


def test_a_file_that_was_read_already_is_read_again(
    program: Program, anna: Patient, monkeypatch: Patch
) -> None:
    server = CutAfter(answers.keep)
    monkeypatch.setattr(answers, "keep", server)
    place = f"/api/v1/patients/{anna.pk}/imports"

    seen = program.upload(place, TWO, key="one")
    again = program.upload(place, TWO, key="one")

    assert seen.status_code == 201, seen.content
    assert seen.json()["added"] == 2
    assert server.asked == 2
    assert again.content == seen.content
    assert again["Idempotency-Replayed"] == "true"
    assert ImportBatch.objects.count() == 1


def test_a_use_of_a_key_that_was_cut_is_looked_up_again(
    program: Program, anna: Patient, monkeypatch: Patch
) -> None:
    server = CutBefore(tokens.show)
    monkeypatch.setattr(tokens, "show", server)

    answer = program.post(at(anna), SENT)

    assert answer.status_code == 201
    assert server.asked == 2


# Pages.


def new_result(patient: Patient) -> str:
    return f"/patients/{patient.pk}/results/new/"


@pytest.mark.parametrize("where", ["before", "in, not held", "in, held"])
def test_a_form_with_a_key_of_its_own_is_run_once_more(
    browser: Client, anna: Patient, monkeypatch: Patch, where: str
) -> None:
    form = confirmed()
    if where == "before":
        monkeypatch.setattr(queries, "viewer_of", CutBefore(queries.viewer_of))
    else:
        cut = CutAfter if where == "in, held" else CutBefore
        monkeypatch.setattr(connection, "commit", cut(connection.commit))

    answer = browser.post(new_result(anna), urlencode(form), content_type=FORM)

    assert answer.status_code == 302
    assert LabResult.objects.count() == written(anna) == 1


def test_a_form_without_one_is_told(browser: Client, monkeypatch: Patch) -> None:
    server = CutBefore(queries.viewer_of)
    monkeypatch.setattr(queries, "viewer_of", server)

    answer = browser.post("/account/logout/")

    assert answer.status_code == 503
    assert server.asked == 1


def test_a_form_that_cannot_be_read_has_no_key(
    browser: Client, anna: Patient, monkeypatch: Patch
) -> None:
    server = CutBefore(queries.viewer_of)
    monkeypatch.setattr(queries, "viewer_of", server)
    fields = "&".join(f"f{number}=1" for number in range(500))

    answer = browser.post(
        new_result(anna),
        f"entry_id={uuid4()}&{fields}",
        content_type=FORM,
    )

    assert answer.status_code == 503
    assert server.asked == 1
    assert not LabResult.objects.exists()
