"""Report files, checks and what clinics know of laboratories, as the web's own role."""

from typing import LiteralString

import pytest
from django.db import connection

from accounts.models import ShareLink
from labs.models import LabResult, ReportFile, ResultMove
from tests.access import records
from tests.access.characters import NOW, Cast
from tests.access.web_connection import looking, refusal, rows_seen, web_connection

pytestmark = pytest.mark.django_db(transaction=True)

REFUSED = "InsufficientPrivilege"
OUTSIDERS = ("other_patient", "partial", "revoked", "expired", "elsewhere", "admin")

FILE: LiteralString = (
    "INSERT INTO labs_reportfile (id, patient_id, chain, role, name, media_type, size,"
    " pages, sha256, content, entered_by_id, entered_by_name, entered_at,"
    " withdrawn_by_name, withdrawn_because)"
    " VALUES (gen_random_uuid(), %s, %s, 'original', 'a.pdf', 'application/pdf', 1, 1,"
    " repeat('1', 64), 'x', %s, 'x', now(), '', '')"
)
CHECK: LiteralString = (
    "INSERT INTO labs_resultcheck (id, patient_id, result_id, checked_by_id,"
    " checked_by_name, checked_at) VALUES (gen_random_uuid(), %s, %s, %s, 'x', now())"
)
KNOWLEDGE: LiteralString = (
    "INSERT INTO labs_laboratoryknowledge (id, clinic_id, kind, laboratory,"
    " laboratory_folded, method, method_folded, other_name, source, is_over,"
    " entered_by_id, entered_by_name, entered_at)"
    " VALUES (gen_random_uuid(), %s, 'alias', 'A', 'a', '', '', 'B', '', false, %s,"
    " 'x', now())"
)
WITHDRAW: LiteralString = (
    "UPDATE labs_reportfile SET withdrawn_at = now(), withdrawn_by_name = 'x'"
)


@pytest.fixture
def stage(cast: Cast) -> Cast:
    records.fill(cast)
    ShareLink.objects.update(openings=1)
    return cast


def test_nobody_attaches_or_checks_where_they_see_no_result(stage: Cast) -> None:
    newest = LabResult.objects.latest("collected_on").pk
    with web_connection() as opened:
        for part in OUTSIDERS:
            author = stage.people()[part].pk
            with looking(opened, "user", author):
                values = [stage.record.pk, newest, author]
                assert refusal(opened, FILE, values) == REFUSED, part
                assert refusal(opened, CHECK, values) == REFUSED, part


def test_everybody_attaches_and_checks_in_their_own_name(stage: Cast) -> None:
    newest = LabResult.objects.latest("collected_on").pk
    carol, alice = stage.consented.pk, stage.owner.pk
    with web_connection() as opened, looking(opened, "user", carol):
        forged = [stage.record.pk, newest, alice]
        own = [stage.record.pk, newest, carol]
        assert refusal(opened, FILE, forged) == REFUSED
        assert refusal(opened, CHECK, forged) == REFUSED
        assert refusal(opened, FILE, own) == "1 rows"


def test_a_file_is_attached_to_no_result_of_somebody_else(stage: Cast) -> None:
    """Bob names Alice's result in his own record."""
    newest = LabResult.objects.latest("collected_on").pk
    bob = stage.other_patient.pk
    with web_connection() as opened, looking(opened, "user", bob):
        values = [stage.other_record.pk, newest, bob]
        assert refusal(opened, FILE, values) == REFUSED
        assert refusal(opened, CHECK, values) == REFUSED


def test_a_file_of_a_result_before_the_shared_day_stays_closed(stage: Cast) -> None:
    oldest = LabResult.objects.earliest("collected_on").pk
    ReportFile.objects.update(chain=oldest)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_consent SET results_from = '2026-01-01' WHERE id = %s",
            [stage.harbour_consent.pk],
        )
    with web_connection() as opened:
        with looking(opened, "user", stage.consented.pk):
            assert rows_seen(opened, "labs_reportfile") == []
        with looking(opened, "user", stage.owner.pk):
            assert len(rows_seen(opened, "labs_reportfile")) == 1


def test_who_attached_a_file_or_the_patient_withdraws_it_and_changes_nothing_else(
    stage: Cast,
) -> None:
    content: LiteralString = "UPDATE labs_reportfile SET content = 'y'"
    remove: LiteralString = "DELETE FROM labs_reportfile"
    with web_connection() as opened:
        with looking(opened, "user", stage.consented.pk):
            assert refusal(opened, WITHDRAW, []) == "0 rows"
        with looking(opened, "user", stage.owner.pk):
            assert refusal(opened, WITHDRAW, []) == "1 rows"
            assert refusal(opened, content, []) == REFUSED
            assert refusal(opened, remove, []) == REFUSED


def test_a_file_changes_its_record_along_a_move_alone(stage: Cast) -> None:
    """Who does not see both people carries nothing; nobody writes it by hand."""
    move = ResultMove.objects.get()
    rehome: LiteralString = "UPDATE labs_reportfile SET patient_id = %s"
    carry: LiteralString = "SELECT app.carry_files_there(%s)"
    back: LiteralString = "SELECT app.carry_files_back(%s)"
    remember: LiteralString = "UPDATE labs_resultmove SET carried = '[1]'"
    with web_connection() as opened:
        for part in (*OUTSIDERS, "owner"):
            with looking(opened, "user", stage.people()[part].pk):
                assert refusal(opened, carry, [move.pk]) == "0 rows", part
                assert refusal(opened, back, [move.pk]) == "0 rows", part
                assert refusal(opened, rehome, [stage.other_record.pk]) == REFUSED
                assert refusal(opened, remember, []) == REFUSED


def test_a_withdrawn_file_is_never_opened_again(stage: Cast) -> None:
    ReportFile.objects.update(withdrawn_at=NOW, withdrawn_by_name="Alice Ashby")
    reopen: LiteralString = "UPDATE labs_reportfile SET withdrawn_at = NULL"
    with web_connection() as opened, looking(opened, "user", stage.owner.pk):
        assert refusal(opened, reopen, []) == "0 rows"


def test_a_clinics_knowledge_is_written_by_its_clinicians_in_their_own_name(
    stage: Cast,
) -> None:
    carol = stage.consented.pk
    with web_connection() as opened:
        for part in (*OUTSIDERS, "owner"):
            author = stage.people()[part].pk
            with looking(opened, "user", author):
                values = [stage.harbour.pk, author]
                assert refusal(opened, KNOWLEDGE, values) == REFUSED, part
        with looking(opened, "user", carol):
            forged = [stage.harbour.pk, stage.owner.pk]
            assert refusal(opened, KNOWLEDGE, forged) == REFUSED
            assert refusal(opened, KNOWLEDGE, [stage.wood.pk, carol]) == REFUSED
            assert refusal(opened, KNOWLEDGE, [stage.harbour.pk, carol]) == "1 rows"


def test_what_is_known_of_laboratories_is_read_for_a_record_that_one_may_see(
    stage: Cast,
) -> None:
    asked: LiteralString = "SELECT laboratory FROM app.laboratories_of(%s)"
    known = [("Harbour Lab",)]
    seen = {"owner": known, "consented": known, "partial": [], "elsewhere": []}
    with web_connection() as opened:
        for part, expected in seen.items():
            with looking(opened, "user", stage.people()[part].pk):
                found = opened.execute(asked, [[stage.record.pk]]).fetchall()
                assert found == expected, part
        with looking(opened, "share", stage.share_link.pk):
            assert opened.execute(asked, [[stage.record.pk]]).fetchall() == known


@pytest.mark.parametrize("table", ["labs_resultcheck", "labs_laboratoryknowledge"])
def test_checks_and_knowledge_are_neither_changed_nor_removed(
    stage: Cast, table: str
) -> None:
    change = f"UPDATE {table} SET id = id"  # noqa: S608 - names from above
    remove = f"DELETE FROM {table}"  # noqa: S608
    with web_connection() as opened, looking(opened, "user", stage.consented.pk):
        assert refusal(opened, change, []) == REFUSED
        assert refusal(opened, remove, []) == REFUSED
