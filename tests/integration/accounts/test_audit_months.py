"""The audit trail stands in months: none is missing, none is a way round."""

import re
from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts import queries
from accounts.domain.audit import Action
from accounts.domain.viewers import NOBODY
from accounts.models import AuditEvent, Patient
from accounts.queries import viewing
from accounts.services import audit_months, auditing, sealing
from tests.access.web_connection import looking, web_connection
from tests.factories import owner_of

WHOLE = "accounts_auditevent"
OTHER = "accounts_auditevent_other"
THIS_MONTH = "of this month"
MADE_AT = "SELECT applied FROM django_migrations WHERE name = '0025_audit_by_month'"
LONG_AGO = datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC)
FAR_AHEAD = datetime(2090, 5, 1, tzinfo=UTC)
RULES = {
    "policies": "SELECT policyname, permissive, roles, cmd, qual, with_check"
    " FROM pg_policies WHERE tablename = 'accounts_auditevent' ORDER BY 1",
    "rights": "SELECT grantee, privilege_type FROM information_schema.table_privileges"
    " WHERE table_name = 'accounts_auditevent' ORDER BY 1, 2",
    "triggers": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger"
    " WHERE tgrelid = 'accounts_auditevent'::regclass ORDER BY 1",
    "indexes": "SELECT relname FROM pg_index JOIN pg_class ON oid = indexrelid"
    " WHERE indrelid = 'accounts_auditevent'::regclass ORDER BY 1",
    "secured": "SELECT relrowsecurity FROM pg_class"
    " WHERE oid = 'accounts_auditevent'::regclass",
}


def ask(query: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def do(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def without(part: str) -> None:
    do(f"ALTER TABLE {WHOLE} DETACH PARTITION {part}", f"DROP TABLE {part}")


def an_event(patient: Patient, at: datetime) -> AuditEvent:
    auditing.record(
        viewer=queries.viewer_for(owner_of(patient)),
        action=Action.READ,
        object_label="result",
        patient_id=patient.pk,
        at=at,
    )
    return AuditEvent.objects.filter(patient_id=patient.pk, at=at).latest("at")


def part_of(event: AuditEvent) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tableoid::regclass::text FROM accounts_auditevent WHERE id = %s",
            [event.pk],
        )
        return str(cursor.fetchone()[0])


def months_ahead(count: int, *, since: datetime | None = None) -> list[str]:
    began = since or timezone.now()
    number = [began.year * 12 + began.month - 1 + each for each in range(count)]
    return [f"{WHOLE}_{each // 12}_{each % 12 + 1:02}" for each in number]


def part_called(name: str) -> str:
    """Return the part; which month this is, is not asked before the test begins."""
    return months_ahead(1)[0] if name == THIS_MONTH else name


def test_an_event_stands_in_the_part_of_its_month(anna: Patient) -> None:
    now = timezone.now()

    assert part_of(an_event(anna, now)) == f"{WHOLE}_{now:%Y_%m}"
    assert part_of(an_event(anna, LONG_AGO)).startswith(f"{WHOLE}_before_")
    assert part_of(an_event(anna, FAR_AHEAD)) == OTHER


def test_half_a_year_is_made_ahead_and_made_once(db: None) -> None:
    del db
    # A run that passes the end of a month has its tables from the month before.
    ((moved_at,),) = ask(MADE_AT)
    assert isinstance(moved_at, datetime)
    assert {name for (name,) in ask("SELECT relname FROM pg_class")} >= {
        *months_ahead(7, since=moved_at)
    }

    with viewing(NOBODY):  # as the worker, who owns no table
        audit_months.make_months_ahead()
    without(months_ahead(7)[-1])
    with viewing(NOBODY):
        assert audit_months.make_months_ahead() == 1
        assert audit_months.make_months_ahead() == 0


def test_events_of_a_month_nobody_made_are_kept_sealed_and_told_of(
    anna: Patient, caplog: pytest.LogCaptureFixture
) -> None:
    with viewing(NOBODY):
        audit_months.make_months_ahead()
    last = months_ahead(7)[-1]
    year, month = last.split("_")[-2:]
    without(last)
    event = an_event(anna, datetime(int(year), int(month), 15, tzinfo=UTC))

    with viewing(NOBODY):
        assert audit_months.make_months_ahead() == 0

    assert "1 audit events stand outside the months" in caplog.text
    assert part_of(event) == OTHER
    assert sealing.seal() is not None
    assert sealing.faults() == []
    assert queries.looks_at(anna)[0] == event


@pytest.mark.parametrize("name", [OTHER, THIS_MONTH])
def test_a_part_is_no_way_round_the_whole(anna: Patient, name: str) -> None:
    part = part_called(name)
    an_event(anna, timezone.now())
    an_event(anna, FAR_AHEAD)

    for statement in (f"DELETE FROM {part}", f"UPDATE {part} SET action = 'read'"):  # noqa: S608 - our own names
        with pytest.raises(Exception, match="are never changed"), transaction.atomic():
            do(statement)


@pytest.mark.parametrize("name", [OTHER, THIS_MONTH])
def test_an_event_slipped_into_a_part_stands_outside_the_chain(
    anna: Patient, name: str
) -> None:
    """Only what goes through the whole waits for a seal."""
    part = part_called(name)
    at = FAR_AHEAD if part == OTHER else timezone.now()
    event = an_event(anna, at)
    sealing.seal()
    slipped_in = uuid4()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {part} SELECT %s, at, actor_kind, actor_id, 'Nobody',"  # noqa: S608 - our own names
            " patient_id, action, object_label, object_id, channel, ip_address,"
            f" through FROM {part} WHERE id = %s",
            [slipped_in, event.pk],
        )

    assert [fault.what for fault in sealing.faults()] == [
        f"an event stands outside the chain: {slipped_in}"
    ]


def test_what_a_seal_covers_is_read_from_its_month_alone(anna: Patient) -> None:
    """In the plan of a seal's hash the other parts are removed, not read."""
    sealing.seal()  # what made the record, at another time
    an_event(anna, timezone.now())
    sealing.seal()
    query = ask(
        "SELECT prosrc FROM pg_proc WHERE proname = 'audit_head'"
        " AND pronamespace = 'app'::regnamespace"
    )[0][0]
    assert isinstance(query, str)
    query = re.sub(r"= seal\b", "= 2", query.replace("before", "''"))
    plan = "\n".join(
        str(line)
        for (line,) in ask(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {query}")
    )

    parts = ask(
        "SELECT 1 FROM pg_inherits WHERE inhparent = 'accounts_auditevent'::regclass"
    )
    # An index of a part bears its name, too; which plan reads a part is not asked.
    name = re.compile(rf" on {WHOLE}_((?:before_)?\d{{4}}_\d\d|other)")
    read = {
        found[1]
        for line in plan.splitlines()
        if (found := name.search(line)) and "never executed" not in line
    }
    assert read == {f"{timezone.now():%Y_%m}"}, plan
    assert len(parts) > 7
    assert sealing.faults() == []


@pytest.fixture
def _in_months_again(transactional_db: None) -> object:
    del transactional_db
    yield
    call_command("migrate", verbosity=0)


def migrate_to(name: str) -> None:
    call_command("migrate", "accounts", name, verbosity=0)


@pytest.mark.usefixtures("_in_months_again")
def test_a_full_trail_becomes_months_and_one_table_again_while_others_write(
    anna: Patient,
) -> None:
    """Nothing is lost, rules are the same, and an older program writes on."""
    events = [an_event(anna, at) for at in (LONG_AGO, FAR_AHEAD, timezone.now())]
    sealing.seal()
    rules = {name: ask(query) for name, query in RULES.items()}
    seen: list[int] = []
    with web_connection() as older_program:

        def write_and_look() -> None:
            with older_program.transaction():
                older_program.execute(
                    "SELECT set_config('app.viewer_kind', 'user', true),"
                    " set_config('app.viewer_id', %s, true)",
                    [str(anna.user_id)],
                )
                older_program.execute(
                    "INSERT INTO accounts_auditevent (id, at, actor_kind, actor_name,"
                    " actor_id, action, object_label, object_id, channel, patient_id)"
                    " VALUES (gen_random_uuid(), clock_timestamp(), 'user', 'Anna',"
                    " %s, 'read', 'result', '', 'page', %s)",
                    [anna.user_id, anna.pk],
                    prepare=True,
                )
            with looking(older_program, "user", anna.user_id):
                found = older_program.execute(
                    "SELECT count(*) FROM accounts_auditevent WHERE patient_id = %s",
                    [anna.pk],
                    prepare=True,
                ).fetchone()
            assert found is not None
            seen.append(found[0])

        write_and_look()
        migrate_to("0020_account_events")
        assert ask("SELECT relkind FROM pg_class WHERE relname = 'accounts_auditevent'")
        assert {part_of(event) for event in events} == {WHOLE}
        assert {
            name: ask(query)
            for name, query in RULES.items()
            if name not in ("triggers", "indexes")
        } == {
            name: found
            for name, found in rules.items()
            if name not in ("triggers", "indexes")
        }
        write_and_look()
        migrate_to("0025_audit_by_month")
        write_and_look()

    assert {name: ask(query) for name, query in RULES.items()} == rules
    assert seen == [5, 6, 7]
    # All that was there keeps to its table, up to a month's end that is not near.
    assert {part_of(event) for event in events} == {f"{WHOLE}_before_2090_07"}
    assert sealing.seal() is not None
    assert sealing.faults() == []


@pytest.mark.usefixtures("_in_months_again")
def test_a_migration_that_stopped_half_way_is_run_again(anna: Patient) -> None:
    an_event(anna, timezone.now())
    migrate_to("0024_seals_know_their_time")
    month = timezone.now()
    number = month.year * 12 + month.month - 1 + 2
    until = f"{number // 12}-{number % 12 + 1:02}"
    do(
        "ALTER TABLE accounts_auditevent ADD CONSTRAINT"
        f" audit_before_{until.replace('-', '_')}"
        f" CHECK (at < '{until}-01T00:00:00Z') NOT VALID",
        "CREATE UNIQUE INDEX audit_of_a_month_key ON accounts_auditevent (id)",
    )

    migrate_to("0025_audit_by_month")

    name = f"{WHOLE}_before_{until.replace('-', '_')}"
    assert part_of(an_event(anna, month)) == name


@pytest.mark.django_db(transaction=True)
def test_the_web_role_reaches_no_part(anna: Patient) -> None:
    event = an_event(anna, timezone.now())
    with web_connection() as opened:
        for statement in (
            "SELECT * FROM {}",
            "INSERT INTO {} SELECT",
            "DELETE FROM {}",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):  # noqa: SIM117
                with opened.transaction():
                    opened.execute(statement.format(part_of(event)).encode())
        with looking(opened, "user", anna.user_id):
            assert [
                row[0]
                for row in opened.execute("SELECT id FROM accounts_auditevent")
                if row[0] == UUID(str(event.pk))
            ] == [event.pk]
