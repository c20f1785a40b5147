"""
The database itself refuses, as the web's own role, on one connection used again.

Every request of a pooled connection is a transaction of its own; what one viewer saw
must not be left for the next. So each viewer looks twice, one after the other.
"""

from datetime import date, timedelta
from typing import LiteralString
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from accounts import queries
from accounts.domain.roles import Role
from accounts.models import Clinic, Consent, ShareLink
from accounts.services import enrolment
from labs.models import LabResult
from labs.services import recording, summarising
from tests.access import records
from tests.access.characters import NOW, Cast, absent
from tests.access.web_connection import (
    all_tables,
    counts_seen,
    looking,
    parts,
    protected_tables,
    refusal,
    rows_seen,
    web_connection,
)
from tests.factories import an_entry
from tracker.database import WEB_ROLE
from tracker.grants import EXEMPT_TABLES

pytestmark = pytest.mark.django_db(transaction=True)

EVERYTHING_OF_ALICE = {
    "accounts_patient": 1,
    "labs_labresult": 2,
    "labs_target": 1,
    "labs_reportfile": 1,
    "labs_resultcheck": 1,
    "labs_supplementproduct": 1,
    "labs_supplementingredient": 1,
    "labs_supplementperiod": 1,
    "labs_supplementpause": 1,
    "labs_intake": 1,
    "labs_recordedplan": 1,
    "labs_healthfact": 1,
    "labs_healthconfirmation": 1,
    "labs_acknowledgement": 1,
    "labs_notedevent": 1,
    "labs_review": 1,
    "labs_retestplan": 1,
}
# What holds no patient, and is read by whoever asks.
CLINICS = {"accounts_clinic": 5, "labs_laboratoryknowledge": 1}
COLLEAGUES = {"accounts_membership": 2}  # a clinician, and the harbour's admin
MYSELF = {"accounts_membership": 1}
OWN_CLINICS_CONSENT = {"accounts_consent": 1}

SEEN = {
    "nobody": {},
    "owner": {
        **EVERYTHING_OF_ALICE,
        **CLINICS,
        "labs_visitquestion": 1,
        "accounts_consent": 4,
        "accounts_apitoken": 1,
        "accounts_storedanswer": 1,
        "accounts_patientnumber": 1,
        "accounts_sharelink": 1,
        "labs_cataloguelabel": 1,
        "labs_clinicnote": 1,  # the one for her, none among clinicians
        "labs_reminderchoice": 1,
        "labs_remindersent": 1,
        "accounts_caregrant": 2,
        "accounts_recordjoin": 1,  # undone: she sees that it was, and not the record
        # Opened; four consents given, one taken back; a link made; two carers given
        # and accepted, one ended; one look.
        "accounts_auditevent": 13,
        "accounts_accessrequest": 1,
    },
    # What clinics tell Alice they tell Ida; who looked stays between Alice and them.
    "carer": {
        **EVERYTHING_OF_ALICE,
        **CLINICS,
        "labs_clinicnote": 1,
        "accounts_consent": 4,
        "accounts_caregrant": 1,
    },
    "former_carer": {**CLINICS, "accounts_caregrant": 1},
    "other_patient": {**CLINICS, "accounts_patient": 1, "accounts_auditevent": 1},
    "consented": {
        **EVERYTHING_OF_ALICE,
        **CLINICS,
        **COLLEAGUES,
        # Alice's, and a second record of hers that the clinic opened.
        "accounts_patient": 2,
        "accounts_consent": 2,
        "accounts_recordjoin": 1,
        "labs_resultmove": 1,
        "accounts_patientnumber": 1,
        "accounts_claimcode": 1,
        "labs_importbatch": 1,
        "labs_cataloguelabel": 1,
        "labs_importrow": 1,
        "labs_importfile": 1,
        "labs_importwords": 1,
        "labs_columnmapping": 1,
        "tracker_exportrequest": 1,
        "tracker_job": 2,
        "tracker_jobfile": 1,
        "labs_clinicnote": 2,
        "labs_patienttag": 1,
        "labs_noticerecipient": 1,
        "labs_reminderchoice": 1,
        "labs_remindersent": 1,
        "labs_urgentnotice": 1,
        "labs_savedview": 1,
        "labs_targettemplate": 1,
        "labs_worklistrow": 1,
        "labs_worklistcount": 1,
    },
    "partial": {
        **CLINICS,
        **MYSELF,
        **OWN_CLINICS_CONSENT,
        "accounts_patient": 1,
        "labs_supplementproduct": 1,
        "labs_supplementingredient": 1,
        "labs_supplementperiod": 1,
        "labs_supplementpause": 1,
        "labs_intake": 1,
        "labs_recordedplan": 1,
        "labs_worklistrow": 1,
        "labs_worklistcount": 1,
    },
    # One row was counted and counted out again; no row is left.
    "revoked": {
        **CLINICS,
        **MYSELF,
        **OWN_CLINICS_CONSENT,
        "labs_worklistcount": 2,
    },
    "expired": {**CLINICS, **MYSELF, **OWN_CLINICS_CONSENT},
    "elsewhere": {**CLINICS, **MYSELF, "accounts_accessrequest": 1},
    # What the visit report is written from, in the scope of the link; nothing else.
    "share": {
        "accounts_sharelink": 1,
        "accounts_patient": 1,
        "labs_labresult": 1,  # of two: the other day is before the shared one
        "labs_resultcheck": 1,  # the report says who checked a value
        "labs_target": 1,
        "labs_healthfact": 1,
        "labs_healthconfirmation": 1,
        "labs_acknowledgement": 1,
        "labs_notedevent": 1,
        "labs_retestplan": 1,  # the report says when the next test was asked for
    },
    # Who works there, and who is invited; nobody who is treated.
    "admin": {
        **CLINICS,
        **COLLEAGUES,
        "accounts_invitation": 1,
        "tracker_exportrequest": 1,
    },
}


@pytest.fixture
def stage(cast: Cast) -> Cast:
    records.fill(cast)
    ShareLink.objects.update(openings=1)
    return cast


def test_each_viewer_gets_their_own_rows_twice_on_one_connection(stage: Cast) -> None:
    people: dict[str, UUID | None] = {
        part: user.pk for part, user in stage.people().items()
    }
    everybody = {"nobody": None, **people, "share": stage.share_link.pk}
    kinds = {"nobody": "", "share": "share"}
    with web_connection() as opened:
        for part, viewer_id in [*everybody.items(), *everybody.items()]:
            with looking(opened, kinds.get(part, "user"), viewer_id):
                assert counts_seen(opened) == SEEN[part], part


def test_the_rows_seen_are_the_patients_own(stage: Cast) -> None:
    with web_connection() as opened, looking(opened, "user", stage.consented.pk):
        seen = rows_seen(opened, "accounts_patient")

    names = [(row[1], row[2]) for row in seen]
    assert names == [("Alice Ashby", stage.record.born_on)] * 2


@pytest.mark.parametrize(
    ("kind", "viewer"),
    [("user", absent()), ("clinic", absent()), ("share", absent()), ("user", "")],
)
def test_a_viewer_that_does_not_exist_sees_no_patient(
    stage: Cast, kind: str, viewer: UUID | str
) -> None:
    del stage
    with web_connection() as opened, looking(opened, kind, viewer):
        seen = counts_seen(opened)

    assert set(seen) <= set(CLINICS)


def test_a_clinic_that_acts_for_itself_sees_what_its_clinicians_see(
    stage: Cast,
) -> None:
    with web_connection() as opened:
        with looking(opened, "clinic", stage.harbour.pk):
            assert len(rows_seen(opened, "labs_labresult")) == 2
        with looking(opened, "clinic", stage.river.pk):
            assert rows_seen(opened, "labs_labresult") == []


def test_results_before_the_shared_day_stay_closed(stage: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_consent SET results_from = '2026-01-01' WHERE id = %s",
            [stage.harbour_consent.pk],
        )
    with web_connection() as opened, looking(opened, "user", stage.consented.pk):
        days = opened.execute(
            "SELECT collected_on::text FROM labs_labresult"
        ).fetchall()

    assert days == [("2026-01-05",)]


def test_of_a_version_in_sight_alone_it_is_told_that_a_newer_one_is_there(
    stage: Cast,
) -> None:
    """Which of a stranger's results were corrected is nobody's business."""
    seen = LabResult.objects.get(patient=stage.record, collected_on="2026-01-05")
    chain = seen.chain
    recording.correct(
        result=seen,
        entry=an_entry(collected_on=date(2025, 1, 5)),
        reason="Wrong year",
        by=queries.viewer_for(stage.owner),
        at=NOW,
    )
    Consent.objects.filter(patient=stage.record).update(results_from="2026-01-01")
    links = ShareLink.objects.filter(patient=stage.record, shares_results=True)
    links.update(results_from="2026-01-01")
    asked = "SELECT app.has_newer_version(%s, 1), app.has_newer_version(%s, 2)"
    told = {}
    with web_connection() as opened:
        for kind, viewer in (
            ("user", stage.owner.pk),
            ("user", stage.consented.pk),
            ("share", stage.share_link.pk),
            ("user", stage.other_patient.pk),
            ("", ""),
        ):
            with looking(opened, kind, viewer):
                told[str(viewer)] = opened.execute(asked, [chain, chain]).fetchone()

    assert list(told.values()) == [
        (True, False),
        (True, False),
        (True, False),
        (False, False),
        (False, False),
    ]


def test_naming_a_record_as_open_opens_nothing(stage: Cast) -> None:
    """`app.patient_id` spares the database work; whoever sets it sees the same rows."""
    records_named = [stage.record.pk, stage.other_record.pk, absent(), ""]
    viewers: list[tuple[str, object]] = [
        ("user", person.pk) for person in stage.people().values()
    ]
    viewers += [("clinic", stage.harbour.pk), ("clinic", stage.river.pk)]
    viewers += [("share", stage.share_link.pk), ("", "")]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_consent SET results_from = '2026-01-01' WHERE id = %s",
            [stage.harbour_consent.pk],
        )
    with web_connection() as opened:
        for kind, viewer in viewers:
            with looking(opened, kind, viewer):
                usual = rows_seen(opened, "labs_labresult")
                for named in records_named:
                    opened.execute(
                        "SELECT set_config('app.patient_id', %s, true)", [str(named)]
                    )
                    seen = rows_seen(opened, "labs_labresult")
                    assert seen == usual, (kind, viewer, named)


def test_a_consent_for_one_clinician_is_used_by_nobody_else(stage: Cast) -> None:
    """Neither a colleague nor a task of the clinic, and they learn nothing of it."""
    colleague = enrolment.create_person(
        email="ivo@example.org", name="Dr Ivo Iles", password=None
    )
    enrolment.add_member(
        clinic=stage.harbour, user=colleague, role=Role.CLINICIAN, at=NOW
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_consent SET clinician_id = %s, clinician_name = 'x'"
            " WHERE id = %s",
            [stage.consented.pk, stage.harbour_consent.pk],
        )
    with web_connection() as opened:
        for _ in range(2):
            with looking(opened, "user", stage.consented.pk):
                assert len(rows_seen(opened, "labs_labresult")) == 2
            for kind, other in (("user", colleague.pk), ("clinic", stage.harbour.pk)):
                with looking(opened, kind, other):
                    assert rows_seen(opened, "labs_labresult") == []
                    for table in ("accounts_patient", "accounts_consent"):
                        seen = str(rows_seen(opened, table))
                        assert str(stage.record.pk) not in seen, table


def test_consent_ends_by_the_clock_without_any_job(stage: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_consent SET ends_at = clock_timestamp() WHERE id = %s",
            [stage.harbour_consent.pk],
        )
    with web_connection() as opened, looking(opened, "user", stage.consented.pk):
        assert rows_seen(opened, "labs_labresult") == []


def test_a_revocation_counts_for_the_next_request_of_an_open_connection(
    stage: Cast,
) -> None:
    with web_connection() as opened:
        with looking(opened, "user", stage.consented.pk):
            assert len(rows_seen(opened, "labs_labresult")) == 2
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE accounts_consent SET revoked_at = now() WHERE id = %s",
                [stage.harbour_consent.pk],
            )
        with looking(opened, "user", stage.consented.pk):
            assert rows_seen(opened, "labs_labresult") == []
            seen = {row[0] for row in rows_seen(opened, "accounts_patient")}
            assert stage.record.pk not in seen


@pytest.mark.parametrize(
    "ended",
    [
        "revoked_at = clock_timestamp()",
        "shut_at = clock_timestamp()",
        "expires_at = clock_timestamp()",
        "openings = 0",
    ],
)
def test_a_share_link_that_has_ended_shows_nothing_on_an_open_connection(
    stage: Cast, ended: LiteralString
) -> None:
    end: LiteralString = f"UPDATE accounts_sharelink SET {ended}"  # noqa: S608
    with web_connection() as opened:
        with looking(opened, "share", stage.share_link.pk):
            assert counts_seen(opened) == SEEN["share"]
        with connection.cursor() as cursor:
            cursor.execute(end)
        for _ in range(2):
            with looking(opened, "share", stage.share_link.pk):
                assert counts_seen(opened) == {}


@pytest.mark.parametrize("table", sorted(SEEN["share"]))
def test_who_reads_by_a_link_writes_nowhere(stage: Cast, table: str) -> None:
    copy: LiteralString = f"INSERT INTO {table} SELECT * FROM {table}"  # noqa: S608
    remove: LiteralString = f"DELETE FROM {table}"  # noqa: S608
    with web_connection() as opened, looking(opened, "share", stage.share_link.pk):
        assert refusal(opened, copy, []) == REFUSED
        assert refusal(opened, remove, []) == REFUSED
        for column in ("revoked_at", "ends_on", "undone_at", "name", "born_on"):
            change: LiteralString = f"UPDATE {table} SET {column} = NULL"  # noqa: S608
            outcome = refusal(opened, change, [])
            assert outcome in {REFUSED, "UndefinedColumn", "0 rows"}, column


def test_somebody_deactivated_sees_nothing_any_more(stage: Cast) -> None:
    stage.consented.is_active = False
    stage.consented.save()

    with web_connection() as opened, looking(opened, "user", stage.consented.pk):
        assert rows_seen(opened, "labs_labresult") == []


CONSENT: LiteralString = (
    "INSERT INTO accounts_consent (id, patient_id, clinic_id, basis, shares_results,"
    " shares_supplements, shares_health, starts_at)"
    " VALUES (gen_random_uuid(), %s, %s, %s, true, true, true, now())"
)
EVENT: LiteralString = (
    "INSERT INTO accounts_auditevent (id, at, actor_kind, actor_id, actor_name,"
    " patient_id, action, object_label, object_id, channel)"
    " VALUES (gen_random_uuid(), now(), %s, %s, 'x', %s, 'read', 'patient', '', 'page')"
)
TARGET: LiteralString = (
    "INSERT INTO labs_target (id, patient_id, number, low, urgency, unit, starts_on,"
    " reason, clinic_id, clinic_name, set_by_id, set_by_name, set_at)"
    " VALUES (gen_random_uuid(), %s, 2, 50, '', 'nmol/L', '2026-02-01', 'x', %s, 'x',"
    " %s, 'x', now())"
)
REFUSED = "InsufficientPrivilege"


def test_nobody_but_the_patient_gives_consent(stage: Cast) -> None:
    values = {
        "elsewhere": [stage.record.pk, stage.wood.pk],
        "revoked": [stage.record.pk, stage.river.pk],
        "consented": [stage.record.pk, stage.wood.pk],
        "admin": [stage.record.pk, stage.wood.pk],
        "other_patient": [stage.record.pk, stage.wood.pk],
    }
    with web_connection() as opened:
        for part, ids in values.items():
            for basis in ("patient", "clinic_record"):
                with looking(opened, "user", stage.people()[part].pk):
                    assert refusal(opened, CONSENT, [*ids, basis]) == REFUSED, part
        with looking(opened, "user", stage.owner.pk):
            own = [stage.record.pk, stage.wood.pk, "patient"]
            assert refusal(opened, CONSENT, own) == "1 rows"


def test_nobody_but_the_patient_changes_a_consent(stage: Cast) -> None:
    end = "UPDATE accounts_consent SET ends_at = NULL, revoked_at = NULL"
    for_part = {"partial": "0 rows", "expired": "0 rows", "revoked": "0 rows"}
    with web_connection() as opened:
        for part, outcome in for_part.items():
            with looking(opened, "user", stage.people()[part].pk):
                assert refusal(opened, end, []) == outcome, part


def test_a_consent_taken_back_is_never_revived_not_even_by_the_patient(
    stage: Cast,
) -> None:
    revive = "UPDATE accounts_consent SET revoked_at = NULL WHERE clinic_id = %s"
    longer = "UPDATE accounts_consent SET ends_at = NULL WHERE clinic_id = %s"
    with web_connection() as opened, looking(opened, "user", stage.owner.pk):
        assert refusal(opened, revive, [stage.river.pk]) == "RaiseException"
        assert refusal(opened, longer, [stage.lake.pk]) == "RaiseException"


def test_the_scope_of_a_consent_is_never_widened(stage: Cast) -> None:
    widen = "UPDATE accounts_consent SET shares_results = true"
    with web_connection() as opened, looking(opened, "user", stage.owner.pk):
        assert refusal(opened, widen, []) == REFUSED


def test_an_audit_event_names_its_own_author(stage: Cast) -> None:
    with web_connection() as opened, looking(opened, "user", stage.elsewhere.pk):
        carol = ["user", stage.consented.pk, stage.record.pk]
        nobody = ["", None, stage.record.pk]
        herself = ["user", stage.elsewhere.pk, stage.record.pk]
        assert refusal(opened, EVENT, carol) == REFUSED
        assert refusal(opened, EVENT, nobody) == REFUSED
        assert refusal(opened, EVENT, herself) == "1 rows"


def test_a_range_is_set_by_a_clinician_in_their_own_name(stage: Cast) -> None:
    by_carol = [stage.record.pk, stage.harbour.pk, stage.consented.pk]
    with web_connection() as opened:
        for part in ("owner", "partial", "revoked", "expired", "elsewhere", "admin"):
            with looking(opened, "user", stage.people()[part].pk):
                author = stage.people()[part].pk
                own_name = [stage.record.pk, stage.harbour.pk, author]
                assert refusal(opened, TARGET, own_name) == REFUSED, part
                assert refusal(opened, TARGET, by_carol) == REFUSED, part
        with looking(opened, "user", stage.consented.pk):
            assert refusal(opened, TARGET, by_carol) == "1 rows"


def test_who_matches_a_filter_is_told_to_the_clinic_of_that_list_alone(
    stage: Cast,
) -> None:
    summarising.rebuild(at=timezone.now())
    asked: LiteralString = (
        "SELECT app.worklist_found(%s, NULL, '', '', 'alice', 'x', 10)"
    )

    def found(opened: psycopg.Connection, part: str, clinic: Clinic) -> set[object]:
        person = stage.people()[part]
        with looking(opened, "user", person.pk):
            return {row[0] for row in opened.execute(asked, [clinic.pk]).fetchall()}

    with web_connection() as opened:
        assert stage.record.pk in found(opened, "consented", stage.harbour)
        for part in ("owner", "revoked", "expired", "elsewhere", "admin"):
            assert found(opened, part, stage.harbour) == set(), part
        assert found(opened, "consented", stage.wood) == set()


@pytest.mark.parametrize(
    "table", ["labs_labresult", "labs_target", "labs_healthfact", "accounts_auditevent"]
)
def test_what_is_recorded_is_neither_changed_nor_removed(
    stage: Cast, table: str
) -> None:
    column = "action" if table == "accounts_auditevent" else "patient_id"
    change = f"UPDATE {table} SET {column} = {column}"  # noqa: S608 - names from above
    remove = f"DELETE FROM {table}"  # noqa: S608
    with web_connection() as opened:
        for user in (stage.owner, stage.consented):
            with looking(opened, "user", user.pk):
                assert refusal(opened, change, []) == REFUSED
                assert refusal(opened, remove, []) == REFUSED


def test_not_even_the_owner_changes_the_audit_trail(stage: Cast) -> None:
    del stage
    with connection.cursor() as cursor:
        with pytest.raises(Exception, match="are never changed"):
            cursor.execute("DELETE FROM accounts_auditevent")
        with pytest.raises(Exception, match="are never changed"):
            cursor.execute("UPDATE accounts_auditevent SET action = 'read'")


def test_no_table_can_be_emptied_altered_or_listened_to() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, privilege FROM pg_class, unnest(ARRAY['TRUNCATE',"
            " 'REFERENCES', 'TRIGGER']) AS privilege"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
            " AND has_table_privilege(%s, oid, privilege)",
            [WEB_ROLE],
        )
        assert cursor.fetchall() == []


def test_every_table_has_a_policy_or_a_written_reason() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relrowsecurity"
            " AND EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = pg_class.oid)"
        )
        protected = {name for (name,) in cursor.fetchall()}

    assert protected == set(protected_tables())
    assert EXEMPT_TABLES.keys() <= set(all_tables())
    assert all(reason.endswith(".") for reason in EXEMPT_TABLES.values())


def test_no_part_of_a_table_has_a_right_or_a_policy_of_its_own() -> None:
    """What the whole allows is asked of the whole; a part opens to nobody."""
    assert parts() != []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relispartition"
            " AND relkind IN ('r', 'p', 'f') AND (NOT relrowsecurity"
            " OR EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = pg_class.oid)"
            " OR has_any_column_privilege(%s, pg_class.oid,"
            "   'SELECT, INSERT, UPDATE, REFERENCES')"
            " OR has_table_privilege(%s, pg_class.oid,"
            "   'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER'))",
            [WEB_ROLE, WEB_ROLE],
        )
        assert cursor.fetchall() == []


def test_every_policy_is_read_by_the_tests_above() -> None:
    looked_at = {table for seen in SEEN.values() for table in seen}

    assert looked_at == set(protected_tables())


def test_functions_that_run_as_the_owner_fix_their_search_path() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc JOIN pg_namespace"
            " ON pg_namespace.oid = pronamespace"
            " WHERE nspname IN ('app', 'public') AND prosecdef AND NOT"
            " coalesce(proconfig, '{}') @> ARRAY['search_path=pg_catalog, pg_temp']"
        )
        assert cursor.fetchall() == []


def test_the_web_role_is_bound_and_owns_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,"
            " EXISTS (SELECT 1 FROM pg_class WHERE relowner = role.oid)"
            " FROM pg_roles AS role WHERE rolname = %s",
            [WEB_ROLE],
        )
        assert cursor.fetchone() == (False, False, False, False, False)


def test_the_web_role_cannot_step_into_the_owner(stage: Cast) -> None:
    del stage
    with web_connection() as opened, pytest.raises(psycopg.Error, match="permission"):
        opened.execute("SET ROLE calcidiol_owner")


def test_the_cast_is_as_the_comments_say(stage: Cast) -> None:
    """The expired consent has really run out, and the others have not."""
    assert stage.harbour_consent.starts_at < NOW - timedelta(days=1)
