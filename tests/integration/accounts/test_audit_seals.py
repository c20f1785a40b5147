"""Whoever changes, removes or slips in an audit event is found out."""

import random
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts import queries
from accounts.domain.audit import Action
from accounts.models import AuditEvent, AuditSeal
from accounts.services import auditing, sealing
from tests.access.characters import NOW, Cast
from tests.access.web_connection import web_connection
from tracker import tasks
from tracker.grants import CLOSED_TABLES

TAMPERINGS = (
    "UPDATE accounts_auditevent SET actor_name = actor_name || 'x' WHERE id = %s",
    "UPDATE accounts_auditevent SET at = at + interval '1 second' WHERE id = %s",
    "UPDATE accounts_auditevent SET actor_id = gen_random_uuid() WHERE id = %s",
    "UPDATE accounts_auditevent SET patient_id = gen_random_uuid() WHERE id = %s",
    "UPDATE accounts_auditevent SET action = 'exported' WHERE id = %s",
    "UPDATE accounts_auditevent SET ip_address = '203.0.113.9' WHERE id = %s",
    "DELETE FROM accounts_auditevent WHERE id = %s",
    "DELETE FROM accounts_sealedevent WHERE event_id = %s",
    "UPDATE accounts_sealedevent SET seal_id = 4 - seal_id WHERE event_id = %s",
    (
        "UPDATE accounts_auditseal SET events = events + 1 WHERE number ="
        " (SELECT seal_id FROM accounts_sealedevent WHERE event_id = %s)"
    ),
    (
        "UPDATE accounts_auditseal SET head = md5(head) WHERE number ="
        " (SELECT seal_id FROM accounts_sealedevent WHERE event_id = %s)"
    ),
    (
        "WITH gone AS (DELETE FROM accounts_sealedevent WHERE event_id = %s"
        " RETURNING event_id) DELETE FROM accounts_auditevent WHERE id IN"
        " (SELECT event_id FROM gone)"
    ),
)


def write_events(cast: Cast, how_many: int) -> None:
    for number in range(how_many):
        auditing.record(
            viewer=queries.viewer_for(cast.consented),
            action=Action.READ,
            object_label="result",
            object_id=number,
            patient_id=cast.record.pk,
            at=NOW,
        )


@pytest.fixture
def sealed(cast: Cast) -> Cast:
    for how_many in (3, 5, 2):
        write_events(cast, how_many)
        sealing.seal()
    return cast


def test_a_whole_trail_has_no_fault(sealed: Cast) -> None:
    write_events(sealed, 2)

    assert AuditSeal.objects.count() == 3
    assert sealing.faults() == []


def test_a_thousand_random_tamperings_are_all_found(sealed: Cast) -> None:
    del sealed
    events = list(AuditEvent.objects.values_list("pk", flat=True))
    chance = random.Random(25)  # noqa: S311 - the same thousand every time
    unseen = []
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_auditevent DISABLE TRIGGER USER")
    for _ in range(1000):
        statement, event = chance.choice(TAMPERINGS), chance.choice(events)
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(statement, [event])
                has_changed = cursor.rowcount
            if has_changed and statement_matters(statement, event):
                unseen += [] if sealing.faults() else [statement]
            transaction.set_rollback(True)
    assert unseen == []


def statement_matters(statement: str, event: UUID) -> bool:
    """Return whether it changed anything: an event of seal 2 stays in seal 4 - 2."""
    return "4 - seal_id" not in statement or _seal_of(event) != 2


def _seal_of(event: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seal_id FROM accounts_sealedevent WHERE event_id = %s", [event]
        )
        return int(cursor.fetchone()[0])


def test_a_chain_rewritten_to_its_end_is_betrayed_by_the_log(sealed: Cast) -> None:
    del sealed
    head = AuditSeal.objects.get(number=3).head
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_auditevent DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM accounts_sealedevent")
        cursor.execute("DELETE FROM accounts_auditseal")
        cursor.execute("DELETE FROM accounts_auditevent WHERE object_id = '1'")
        cursor.execute(
            "INSERT INTO accounts_unsealedevent SELECT id FROM accounts_auditevent"
        )
    sealing.seal()

    assert sealing.faults() == []
    assert [fault.what for fault in sealing.faults(known_head=head)] == [
        "the head out of the log is not in the chain"
    ]


def test_an_event_past_the_trigger_stands_outside_the_chain(sealed: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_auditevent DISABLE TRIGGER USER")
    write_events(sealed, 1)

    assert "stands outside the chain" in sealing.faults()[0].what


def test_the_commands_seal_verify_and_say_what_is_wrong(cast: Cast) -> None:
    write_events(cast, 1)
    said = StringIO()
    for _ in range(2):
        call_command("audit_seal", stdout=said)
    call_command("audit_verify", stdout=said)
    assert "Seal 1 over" in said.getvalue()
    assert "Nothing to seal." in said.getvalue()
    assert "The audit trail is whole." in said.getvalue()

    AuditSeal.objects.update(events=99)
    with pytest.raises(CommandError, match="1 faults"):
        call_command("audit_verify", stdout=said)
    assert "seal 1: events were changed or removed" in said.getvalue()


def test_the_workers_task_logs_the_head(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    write_events(cast, 1)
    caplog.set_level("INFO", logger="accounts.audit")

    tasks.seal_audit(timestamp=0)

    assert AuditSeal.objects.get().head in caplog.text


@pytest.mark.django_db(transaction=True)
def test_the_web_role_seals_but_reads_and_writes_no_seal(cast: Cast) -> None:
    write_events(cast, 1)
    with web_connection() as opened:
        made = opened.execute("SELECT events FROM app.seal_audit()").fetchone()
        opened.commit()

    assert made is not None
    assert made[0] == AuditEvent.objects.count()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE',"
            " 'DELETE']) AS privilege WHERE relname = ANY(%s)"
            " AND has_table_privilege('calcidiol_web', oid, privilege)",
            [list(CLOSED_TABLES)],
        )
        assert cursor.fetchall() == []
