"""
What a key for programs opens, row by row, as the web's own role past all Python.

Dr Carol's key sees of a table what she sees herself where it opens what stands here,
and nothing of it where one of these words is missing.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import LiteralString
from uuid import uuid4

import psycopg
import pytest

from accounts.models import ApiToken
from labs.models import ImportBatch
from tests.access import records
from tests.access.characters import NOW, Cast
from tests.access.web_connection import (
    counts_seen,
    looking,
    protected_tables,
    refusal,
    rows_seen,
    web_connection,
)

pytestmark = pytest.mark.django_db(transaction=True)

RESULTS, SUPPLEMENTS = {"results:read"}, {"supplements:read"}
HEALTH, ALL_PARTS = {"health:read"}, {"results:read", "supplements:read", "health:read"}
IMPORTS, EXPORTS = {"imports:read", "results:read"}, {"exports:read"}
REVIEWS, NEVER = {"reviews:read"}, {"no key has this"}
OPENED_BY: dict[str, set[str]] = {
    "accounts_apitoken": NEVER,
    "accounts_claimcode": NEVER,
    "accounts_clinic": set(),
    "accounts_consent": set(),
    "accounts_membership": set(),
    "accounts_patient": set(),
    "accounts_patientnumber": set(),
    "accounts_recordjoin": ALL_PARTS,
    "labs_acknowledgement": ALL_PARTS,
    "labs_cataloguelabel": NEVER,
    "labs_clinicnote": REVIEWS,
    "labs_columnmapping": IMPORTS,
    "labs_healthconfirmation": HEALTH,
    "labs_healthfact": HEALTH,
    "labs_importbatch": IMPORTS,
    "labs_importfile": IMPORTS,
    "labs_importrow": IMPORTS,
    "labs_importwords": IMPORTS,
    "labs_intake": SUPPLEMENTS,
    "labs_laboratoryknowledge": RESULTS,
    "labs_labresult": RESULTS,
    "labs_notedevent": ALL_PARTS,
    "labs_noticerecipient": ALL_PARTS,
    "labs_patienttag": REVIEWS,
    "labs_recordedplan": ALL_PARTS,
    "labs_reminderchoice": ALL_PARTS,
    "labs_remindersent": ALL_PARTS,
    "labs_reportfile": RESULTS,
    "labs_resultcheck": RESULTS,
    "labs_resultmove": RESULTS,
    "labs_retestplan": REVIEWS,
    "labs_review": REVIEWS | RESULTS,  # it is of a result
    "labs_savedview": NEVER,
    "labs_supplementingredient": SUPPLEMENTS,
    "labs_supplementpause": SUPPLEMENTS,
    "labs_supplementperiod": SUPPLEMENTS,
    "labs_supplementproduct": SUPPLEMENTS,
    "labs_target": RESULTS,
    "labs_targettemplate": REVIEWS,
    "labs_urgentnotice": ALL_PARTS,
    "labs_worklistcount": REVIEWS | ALL_PARTS,
    "labs_worklistrow": REVIEWS | ALL_PARTS,
    "tracker_exportrequest": EXPORTS,
    "tracker_job": EXPORTS,
    "tracker_jobfile": EXPORTS | RESULTS,  # the file tells of results
}
READS = {
    "results:read",
    "supplements:read",
    "health:read",
    "sharing:read",
    "imports:read",
    "exports:read",
    "reviews:read",
}


@pytest.fixture
def carols(cast: Cast) -> Iterator[psycopg.Connection]:
    """A connection of the web role, with every table filled and a key of Carol's."""
    records.fill(cast)
    ApiToken.objects.create(
        user=cast.consented,
        name="ward list",
        scopes=[],
        secret_hash="1" * 64,
        secret_end="abcd",
        made_at=NOW,
        expires_at=NOW + timedelta(days=7),
    )
    with web_connection() as opened:
        yield opened


def with_key(opened: psycopg.Connection, cast: Cast, *scopes: str) -> object:
    """Let Carol's key open these things; return her id."""
    token = ApiToken.objects.get(user=cast.consented)
    token.scopes = list(scopes)
    token.save()
    opened.execute("SELECT set_config('app.token_id', %s, true)", [str(token.pk)])
    return cast.consented.pk


def seen_with(opened: psycopg.Connection, cast: Cast, scopes: set[str]) -> set[str]:
    with looking(opened, "user", cast.consented.pk):
        with_key(opened, cast, *scopes)
        return set(counts_seen(opened))


def test_every_table_that_carol_sees_says_what_a_key_must_open(
    cast: Cast, carols: psycopg.Connection
) -> None:
    with looking(carols, "user", cast.consented.pk):
        hers = counts_seen(carols)
        with_key(carols, cast, *READS)
        with_all = counts_seen(carols)

    assert set(hers) == set(OPENED_BY)
    closed = {table for table, wanted in OPENED_BY.items() if wanted is NEVER}
    assert with_all == {t: n for t, n in hers.items() if t not in closed}
    assert set(OPENED_BY) <= set(protected_tables())


@pytest.mark.parametrize("missing", sorted(READS))
def test_a_word_that_is_missing_closes_what_needs_it(
    cast: Cast, carols: psycopg.Connection, missing: str
) -> None:
    scopes = READS - {missing}

    seen = seen_with(carols, cast, scopes)

    assert seen == {table for table, wanted in OPENED_BY.items() if wanted <= scopes}


@pytest.mark.parametrize("alone", [*sorted(READS), "nothing"])
def test_a_word_alone_opens_what_needs_no_other(
    cast: Cast, carols: psycopg.Connection, alone: str
) -> None:
    seen = seen_with(carols, cast, {alone})

    assert seen == {table for table, wanted in OPENED_BY.items() if wanted <= {alone}}


# Writing: the statement, and what a key must open for it.
Values = dict[str, object]
WRITES: dict[str, tuple[LiteralString, set[str]]] = {
    "import": (
        (
            "INSERT INTO labs_importbatch (id, clinic_id, state, file_name, sha256,"
            " file_format, answers, question, warnings, added, corrected, already_here,"
            " held, refused, people_created, other_person, entered_by_name, entered_at,"
            " undone_by_name) VALUES (%(id)s, %(clinic)s, 'asked', 'a', 'a', '', '{}',"
            " '{}', '[]', 0, 0, 0, 0, 0, 0, '', 'x', now(), '')"
        ),
        {"imports:write", "results:write"},
    ),
    "row of a file": (
        (
            'INSERT INTO labs_importrow (batch_id, kind, "where", who, what, why)'
            " VALUES (%(batch)s, 'added', '', '', '', '')"
        ),
        {"imports:write", "results:write", *IMPORTS},
    ),
    "person": (
        (
            "INSERT INTO accounts_patient (id, name, hemisphere, preferred_unit,"
            " created_at) VALUES (%(id)s, 'New Person', 'north', '', now())"
        ),
        {"imports:write", "results:write"},
    ),
    "own record": (
        (
            "INSERT INTO accounts_patient (id, name, hemisphere, preferred_unit,"
            " created_at, user_id) VALUES (%(id)s, 'Dr Carol', 'north', '', now(),"
            " %(user)s)"
        ),
        {"record:open"},
    ),
    "job of files": (
        (
            "INSERT INTO tracker_job (id, kind, owner_kind, owner_id, owner_name,"
            " clinic_id, arguments, steps, state, done, total, part_done, part_total,"
            " outcome, sentence, asked_at) VALUES (%(id)s, 'save-file', 'user',"
            " %(user)s, 'x', %(clinic)s, '{}', '[]', 'waiting', 0, 0, 0, 0, '{}', '',"
            " now())"
        ),
        {"imports:write", "results:write"},
    ),
    "job of an export": (
        (
            "INSERT INTO tracker_job (id, kind, owner_kind, owner_id, owner_name,"
            " clinic_id, arguments, steps, state, done, total, part_done, part_total,"
            " outcome, sentence, asked_at) VALUES (%(id)s, 'clinic-export', 'user',"
            " %(user)s, 'x', %(clinic)s, '{}', '[]', 'waiting', 0, 0, 0, 0, '{}', '',"
            " now())"
        ),
        {"exports:write"},
    ),
    "note": (
        (
            "INSERT INTO labs_clinicnote (id, patient_id, clinic_id, clinic_name,"
            " is_for_patient, text, written_by_id, written_by_name, written_at) VALUES"
            " (%(id)s, %(patient)s, %(clinic)s, '', true, 'x', %(user)s, 'x', now())"
        ),
        {"reviews:write"},
    ),
    "report file": (
        (
            "INSERT INTO labs_reportfile (id, patient_id, chain, role, name,"
            " media_type, size, pages, sha256, content, entered_by_id,"
            " entered_by_name, entered_at, withdrawn_by_name, withdrawn_because)"
            " SELECT %(id)s, patient_id, chain, role, name, media_type, size, pages,"
            " 'x', content, %(user)s, 'x', now(), '', '' FROM labs_reportfile"
            " WHERE patient_id = %(patient)s"
        ),
        {"results:write", "results:read"},
    ),
    "tag": (
        (
            "INSERT INTO labs_patienttag (patient_id, clinic_id, word)"
            " VALUES (%(patient)s, %(clinic)s, 'x')"
        ),
        {"reviews:write"},
    ),
    "tag taken off": (
        "DELETE FROM labs_patienttag WHERE patient_id = %(patient)s",
        {"reviews:write", "reviews:read"},
    ),
    "template retired": (
        (
            "UPDATE labs_targettemplate SET retired_at = now(), retired_by_name = 'x'"
            " WHERE clinic_id = %(clinic)s"
        ),
        {"ranges:write", "reviews:read"},
    ),
    "move undone": (
        (
            "UPDATE labs_resultmove SET undone_at = now(), undone_by_name = 'x'"
            " WHERE from_patient_id = %(patient)s OR to_patient_id = %(patient)s"
        ),
        {"results:write", "results:read"},
    ),
    "review taken back": (
        (
            "UPDATE labs_review SET undone_at = now(), undone_by_name = 'x'"
            " WHERE patient_id = %(patient)s"
        ),
        {"reviews:write", "reviews:read", "results:read"},
    ),
    "next test taken back": (
        (
            "UPDATE labs_retestplan SET ended_at = now(), ended_by_name = 'x'"
            " WHERE patient_id = %(patient)s"
        ),
        {"reviews:write", "reviews:read"},
    ),
}
WORDS = sorted(
    {word for _statement, wanted in WRITES.values() for word in wanted}
    | {"results:read", "exports:read"}
)


@pytest.mark.parametrize("what", sorted(WRITES))
def test_a_key_writes_what_it_opens_and_nothing_else(
    cast: Cast, carols: psycopg.Connection, what: str
) -> None:
    statement, wanted = WRITES[what]
    values: Values = {
        "id": uuid4(),
        "clinic": cast.harbour.pk,
        "patient": cast.record.pk,
        "user": cast.consented.pk,
        "batch": ImportBatch.objects.get().pk,
    }
    with looking(carols, "user", cast.consented.pk):
        with_key(carols, cast, *wanted)
        assert refusal(carols, statement, values) == "1 rows"  # type: ignore[arg-type]
        for word in wanted:
            with_key(carols, cast, *(set(WORDS) - {word}))
            done = refusal(carols, statement, values)  # type: ignore[arg-type]
            assert done in {"InsufficientPrivilege", "0 rows"}, (word, done)


def test_no_key_lets_a_clinic_in_on_a_patients_behalf(
    cast: Cast, carols: psycopg.Connection
) -> None:
    statement: LiteralString = (
        "INSERT INTO accounts_consent (id, patient_id, clinic_id, basis,"
        " shares_results, shares_supplements, shares_health, starts_at) VALUES"
        " (%(id)s, %(patient)s, %(clinic)s, 'patient', true, true, true, now())"
    )
    values: Values = {
        "id": uuid4(),
        "patient": cast.record.pk,
        "clinic": cast.wood.pk,
    }
    token = ApiToken.objects.get(user=cast.owner)
    token.scopes = sorted([*READS, *WORDS])
    token.save()
    with looking(carols, "user", cast.owner.pk):
        assert refusal(carols, statement, values) == "1 rows"  # type: ignore[arg-type]
        carols.execute("SELECT set_config('app.token_id', %s, true)", [str(token.pk)])
        assert refusal(carols, statement, values) == "InsufficientPrivilege"  # type: ignore[arg-type]


def test_a_key_takes_a_consent_back_where_it_opens_that_and_widens_none(
    cast: Cast, carols: psycopg.Connection
) -> None:
    ending: LiteralString = (
        "UPDATE accounts_consent SET revoked_at = now() WHERE id = %(id)s"
    )
    wider: LiteralString = (
        "UPDATE accounts_consent SET shares_health = true WHERE id = %(id)s"
    )
    values: Values = {"id": cast.harbour_consent.pk}
    token = ApiToken.objects.get(user=cast.owner)
    with looking(carols, "user", cast.owner.pk):
        carols.execute("SELECT set_config('app.token_id', %s, true)", [str(token.pk)])
        for scopes, done in (
            (sorted({*READS, *WORDS}), "0 rows"),
            (["sharing:end"], "1 rows"),
        ):
            token.scopes = scopes
            token.save()
            assert refusal(carols, ending, values) == done  # type: ignore[arg-type]
        assert refusal(carols, wider, values) == "InsufficientPrivilege"  # type: ignore[arg-type]


def test_an_event_names_the_key_whatever_wrote_it(
    cast: Cast, carols: psycopg.Connection
) -> None:
    statement = (
        "INSERT INTO accounts_auditevent (id, at, actor_kind, actor_id, actor_name,"
        " patient_id, action, object_label, object_id, channel) VALUES (%s, now(),"
        " 'user', %s, 'x', %s, 'read', 'result', '', 'api')"
    )
    user, record = cast.consented.pk, cast.record.pk
    with looking(carols, "user", user):
        with_key(carols, cast, "sharing:read")
        carols.execute(statement, [uuid4(), user, record])
        carols.execute("RESET ROLE")
        (row,) = carols.execute(
            "SELECT set_config('app.viewer_kind', 'user', true),"
            " set_config('app.viewer_id', %s, true)",
            [str(cast.owner.pk)],
        ).fetchall()
        assert row
        owners = ApiToken.objects.get(user=cast.owner)
        owners.scopes = ["sharing:read"]
        owners.save()
        carols.execute("SELECT set_config('app.token_id', %s, true)", [str(owners.pk)])
        told = carols.execute(
            "SELECT through FROM accounts_auditevent WHERE through <> ''"
        ).fetchall()
    assert told == [("ward list",)]


def test_a_revoked_key_opens_nothing_in_the_middle_of_a_transaction(
    cast: Cast, carols: psycopg.Connection
) -> None:
    with looking(carols, "user", cast.consented.pk):
        with_key(carols, cast, *READS)
        assert len(rows_seen(carols, "labs_importbatch")) == 1
        ApiToken.objects.filter(user=cast.consented).update(revoked_at=NOW)
        for table in sorted(OPENED_BY):
            if OPENED_BY[table]:
                assert rows_seen(carols, table) == [], table
