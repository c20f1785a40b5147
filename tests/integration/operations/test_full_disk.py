"""A full disk is said in a sentence, nothing is half-saved, and room mends it."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.db import connection
from django.test import Client

from accounts.models import AuditEvent, Patient, StoredAnswer
from accounts.services.running_again import FORM
from labs.models import ImportBatch, LabResult
from tests.factories import owner_of
from tests.integration.api.conftest import Program, a_key
from tests.integration.conftest import SignedIn
from tests.integration.imports.test_uploads import TWO
from tests.integration.labs.test_entering_results import confirmed
from tests.integration.operations.test_writes_run_again import SENT, at, new_result

pytestmark = pytest.mark.django_db(transaction=True)
# The server's own word for it, at the table that grows.
FULL = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'could not extend file: No space left on device'
    USING ERRCODE = 'disk_full';
END $$;
CREATE TRIGGER no_room BEFORE INSERT ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION no_room();
"""
ROOM = "DROP TRIGGER no_room ON {table}; DROP FUNCTION no_room()"
TABLES = ["labs_labresult", "accounts_auditevent", "accounts_storedanswer"]


@contextmanager
def no_room_in(table: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(FULL.format(table=table))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(ROOM.format(table=table))


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


def everything() -> tuple[int, ...]:
    kinds = (LabResult, AuditEvent, StoredAnswer, ImportBatch)
    return tuple(kind.objects.count() for kind in kinds)


@pytest.mark.parametrize("table", TABLES)
def test_a_program_is_told_nothing_is_half_saved_and_the_same_key_does_it_later(
    program: Program, anna: Patient, table: str
) -> None:
    before = everything()

    with no_room_in(table):
        refused = program.post(at(anna), SENT, idempotency_key="one")
    after = everything()
    taken = program.post(at(anna), SENT, idempotency_key="one")

    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "60"
    assert "no room left" in refused.json()["detail"]
    assert "Nothing was saved" in refused.json()["detail"]
    assert after == before
    assert taken.status_code == 201
    assert "Idempotency-Replayed" not in taken.headers
    assert LabResult.objects.count() == 1


@pytest.mark.parametrize("table", ["labs_labresult", "accounts_auditevent"])
def test_a_person_is_told_and_the_same_form_is_taken_later(
    browser: Client, anna: Patient, table: str
) -> None:
    form = urlencode(confirmed())
    before = everything()

    with no_room_in(table):
        page = browser.post(new_result(anna), form, content_type=FORM)
    after = everything()
    taken = browser.post(new_result(anna), form, content_type=FORM)

    assert page.status_code == 503
    assert page.headers["Retry-After"] == "60"
    assert "There is no room left to save anything" in page.content.decode()
    assert after == before
    assert taken.status_code == 302
    assert LabResult.objects.count() == 1


def test_nothing_is_shown_that_cannot_be_written_down(
    browser: Client, anna: Patient
) -> None:
    with no_room_in("accounts_auditevent"):
        page = browser.get(f"/patients/{anna.pk}/")

    assert page.status_code == 503
    assert "Anna Example" not in page.content.decode()
    assert browser.get(f"/patients/{anna.pk}/").status_code == 200


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_file_that_finds_no_room_on_its_way_in_is_refused_in_a_sentence(
    program: Program,
    browser: Client,
    anna: Patient,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
) -> None:
    def no_room(*_: object) -> None:
        raise OSError(number, "No space left on device")

    monkeypatch.setattr(MemoryFileUploadHandler, "receive_data_chunk", no_room)
    file = SimpleUploadedFile("results.csv", TWO.encode())

    answer = program.upload(f"/api/v1/patients/{anna.pk}/imports", TWO)
    page = browser.post(f"/patients/{anna.pk}/import/", {"file": file})

    assert answer.status_code == page.status_code == 503
    assert "no room left" in answer.json()["detail"]
    assert "There is no room left" in page.content.decode()
    assert not ImportBatch.objects.exists()
