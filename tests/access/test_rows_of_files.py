"""
What the database gives of a file that came in, past all Python, as the web's own role.

Dr Carol's clinic brought a file of several people, and Alice brought one herself. Each
row is read with the part of the record and the day that it tells of, and a file by who
sees all of it. Every viewer looks twice on one connection.
"""

from datetime import date, timedelta
from importlib import import_module
from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection

from accounts.models import ApiToken, Consent
from labs.models import BatchState, ImportBatch, ImportFile, ImportRow, ImportWords
from tests.access.characters import NOW, Cast
from tests.access.web_connection import looking, refusal, rows_seen, web_connection

pytestmark = pytest.mark.django_db(transaction=True)

WALL = "labs.migrations.0046_rows_of_a_file_are_told_by_part_and_day"
QUOTE = "line 2, Alice"
BEFORE, AFTER, NO_DAY = "before the first day", "after it", "a day nobody can read"
MEDICINE, REFUSED_MEDICINE = "warfarin", "a refused medicine"
UNKNOWN, NAMELESS, OLD = "somebody unknown", "nobody named", "kept before parts"
OF_ALICE = {BEFORE, AFTER, NO_DAY, MEDICINE, REFUSED_MEDICINE}
LATER_DAY = "The patient shares results with this clinic from a later day on."
Rows = list[tuple[object, ...]]


def a_file(cast: Cast, *, of_clinic: bool, state: str = "saved") -> ImportBatch:
    """Keep a file with rows of each part, of days before and after 2026."""
    whose = {"clinic": cast.harbour} if of_clinic else {"patient": cast.record}
    batch = ImportBatch.objects.create(
        **whose,
        state=state,
        file_name="results.csv",
        sha256="0" * 64,
        file_format="csv",
        added=2,
        refused=4 if of_clinic else 2,
        entered_by_name="Dr Carol Cole",
        entered_at=NOW,
    )
    ImportFile.objects.create(batch=batch, content=b"all of it", kept_at=NOW)
    ImportWords.objects.create(
        batch=batch,
        question={"kind": "date_order", "sentence": f"{QUOTE}: 03/04/2019?"},
        warnings=[f"{QUOTE}: warfarin"],
        other_person=f"{QUOTE} Ashby",
    )
    alice: dict[str, Any] = {
        "who": "Alice Ashby",
        "patient_id": cast.record.pk if of_clinic else None,
    }
    rows = [
        a_row(BEFORE, "added", day="2025-12-31", **alice),
        a_row(AFTER, "added", day="2026-01-01", **alice),
        a_row(NO_DAY, "refused", **alice),
        a_row(MEDICINE, "medicine", part="supplements", **alice),
        a_row(REFUSED_MEDICINE, "refused", part="supplements", **alice),
    ]
    if of_clinic:
        rows += [
            a_row(UNKNOWN, "refused", who="Una Known"),
            a_row(NAMELESS, "refused"),
        ]
    for row in rows:
        row.batch = batch
    ImportRow.objects.bulk_create(rows)
    return batch


def a_row(  # noqa: PLR0917 - what a row says
    what: str,
    kind: str,
    part: str = "results",
    day: str = "",
    who: str = "",
    patient_id: UUID | None = None,
) -> ImportRow:
    return ImportRow(
        kind=kind,
        where=f"line of {what.replace(' ', '-')}",
        who=who,
        patient_id=patient_id,
        part=part,
        what=what,
        why=f"because {what}" if kind == "refused" else "",
        understood={"collected_on": day, "measurand": "total"} if day else None,
    )


def shares(consent: Consent, **terms: object) -> None:
    Consent.objects.filter(pk=consent.pk).update(**terms)


def raw(opened: psycopg.Connection) -> set[object]:
    found = opened.execute("SELECT what FROM labs_importrow").fetchall()
    return {what for (what,) in found}


def told(opened: psycopg.Connection, batch: ImportBatch, kind: str = "") -> Rows:
    asked: LiteralString = (
        "SELECT what, who, patient_id, part, understood, why, is_told"
        " FROM app.rows_of_file(%s, %s, 0, 0, NULL)"
    )
    return opened.execute(asked, [batch.pk, kind]).fetchall()


def words(opened: psycopg.Connection) -> int:
    """Return how many rows with words that quote a file are read, and in no other."""
    assert QUOTE not in repr(rows_seen(opened, "labs_importbatch"))
    found = rows_seen(opened, "labs_importwords")
    assert all(repr(row).count(QUOTE) == 3 for row in found)
    return len(found)


def files(opened: psycopg.Connection) -> int:
    return len(rows_seen(opened, "labs_importfile"))


HIDDEN = ("", "", None, "", None, "", False)
# What Alice shares with the harbour clinic, and what of her is read then.
SHARED: dict[str, tuple[dict[str, object], set[str]]] = {
    "everything": ({}, OF_ALICE),
    "from a day on": ({"results_from": date(2026, 1, 1)}, OF_ALICE - {BEFORE, NO_DAY}),
    "results alone": ({"shares_supplements": False}, {BEFORE, AFTER, NO_DAY}),
    "results alone from a day on": (
        {"shares_supplements": False, "results_from": date(2026, 1, 1)},
        {AFTER},
    ),
    "supplements alone": (
        {"shares_results": False},
        {MEDICINE, REFUSED_MEDICINE},
    ),
    "nothing any more": ({"revoked_at": NOW}, set()),
    "nothing since it ended": ({"ends_at": NOW - timedelta(seconds=1)}, set()),
}


@pytest.mark.parametrize("of_clinic", [True, False])
def test_a_row_is_read_with_its_part_and_its_day(
    cast: Cast, *, of_clinic: bool
) -> None:
    batch = a_file(cast, of_clinic=of_clinic)
    of_owner = (set(), 0) if of_clinic else (OF_ALICE, 1)
    strangers = ("other_patient", "elsewhere", "revoked", "admin", "partial")
    given = Consent.objects.get(pk=cast.harbour_consent.pk)
    with web_connection() as opened:
        for shared, (terms, seen) in SHARED.items():
            Consent.objects.filter(pk=given.pk).delete()
            given.save(force_insert=True)
            shares(given, **terms)
            read, handed = seen, seen
            if of_clinic:  # a row that names nobody hangs on everybody named
                read = {*seen, UNKNOWN}
                handed = {*read, NAMELESS} if seen else read
            elif not seen & {BEFORE, AFTER}:  # the file is opened by who sees results
                read = handed = set()
            for _ in range(2):
                with looking(opened, "user", cast.owner.pk):
                    assert (raw(opened), files(opened)) == of_owner
                    assert words(opened) == of_owner[1]
                with looking(opened, "user", cast.consented.pk):
                    assert raw(opened) == read, shared
                    assert files(opened) == (shared == "everything"), shared
                    assert words(opened) == (shared == "everything"), shared
                    rows = told(opened, batch)
                assert {row[0] for row in rows if row[-1]} == handed, shared
                assert {row for row in rows if not row[-1]} <= {HIDDEN}, shared
                for kind, who in [("", None), *(("user", one) for one in strangers)]:
                    person = cast.people()[who].pk if who else None
                    with looking(opened, kind, person):
                        assert (raw(opened), files(opened)) == (set(), 0), who
                        assert words(opened) == 0, who
                        assert told(opened, batch) == []


@pytest.mark.parametrize("of_clinic", [True, False])
def test_the_tests_above_see_a_wall_that_is_down(
    cast: Cast, *, of_clinic: bool
) -> None:
    """As the policies were before, every row, the file and its words were read."""
    a_file(cast, of_clinic=of_clinic)
    shares(cast.harbour_consent, shares_supplements=False, results_from=NOW.date())
    wall = import_module(WALL)
    with connection.cursor() as cursor:
        cursor.execute(wall.AS_BEFORE)
        cursor.execute(
            "ALTER POLICY import_words_read ON labs_importwords USING (true)"
        )
    try:
        with (
            web_connection() as opened,
            looking(opened, "user", cast.consented.pk),
        ):
            assert raw(opened) >= OF_ALICE
            assert files(opened) == words(opened) == 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute(wall.POLICIES)
            cursor.execute(
                "ALTER POLICY import_words_read ON labs_importwords"
                " USING (app.sees_all_listed(batch_id))"
            )


def test_a_row_kept_before_its_part_was_noted_is_told_with_all_it_may_be(
    cast: Cast,
) -> None:
    batch = a_file(cast, of_clinic=True)
    ImportRow.objects.filter(batch=batch).update(part="")
    with web_connection() as opened:
        with looking(opened, "user", cast.consented.pk):
            assert raw(opened) == OF_ALICE
        shares(cast.harbour_consent, shares_supplements=False)
        with looking(opened, "user", cast.consented.pk):
            assert raw(opened) == {BEFORE, AFTER}


def test_a_day_that_is_none_opens_nothing_and_breaks_nothing(cast: Cast) -> None:
    batch = a_file(cast, of_clinic=True)
    ImportRow.objects.filter(batch=batch, what=AFTER).update(
        understood={"collected_on": "9999-99-99x"}
    )
    ImportRow.objects.filter(batch=batch, what=BEFORE).update(understood=["no object"])
    shares(cast.harbour_consent, results_from=date(2026, 1, 1))
    with web_connection() as opened, looking(opened, "user", cast.consented.pk):
        assert not raw(opened) & {AFTER, BEFORE}


def test_that_a_day_is_not_shared_is_said_and_nothing_else(cast: Cast) -> None:
    batch = a_file(cast, of_clinic=True)
    ImportRow.objects.filter(batch=batch, what=NO_DAY).update(why=LATER_DAY)
    shares(cast.harbour_consent, results_from=date(2026, 1, 1))
    with web_connection() as opened, looking(opened, "user", cast.consented.pk):
        hidden = [row for row in told(opened, batch, "refused") if not row[-1]]

    assert hidden == [("", "", None, "", None, LATER_DAY, False)]


def test_a_key_reads_rows_of_what_it_opens(cast: Cast) -> None:
    batch = a_file(cast, of_clinic=True)
    key = ApiToken.objects.create(
        user=cast.consented,
        name="ward list",
        scopes=["imports:read", "results:read"],
        secret_hash="1" * 64,
        secret_end="abcd",
        made_at=NOW,
        expires_at=NOW + timedelta(days=7),
    )
    with web_connection() as opened, looking(opened, "user", cast.consented.pk):
        opened.execute("SELECT set_config('app.token_id', %s, true)", [str(key.pk)])
        assert raw(opened) == {BEFORE, AFTER, NO_DAY, UNKNOWN}
        assert files(opened) == words(opened) == 0
        assert refusal(opened, "SELECT app.forget_file(%s)", [batch.pk]) == DENIED
        ApiToken.objects.update(
            scopes=["imports:read", "results:read", "supplements:read"]
        )
        assert words(opened) == 1
        for scopes in (["imports:read"], ["results:read", "supplements:read"]):
            ApiToken.objects.update(scopes=scopes)
            assert words(opened) == 0
        ApiToken.objects.update(scopes=["imports:read"])
        assert raw(opened) == set()
        assert told(opened, batch) == []


DENIED = "InsufficientPrivilege"
HANDED: LiteralString = "SELECT app.bytes_of_file(%s)"


def test_a_clinics_file_whose_rows_are_not_all_listed_is_read_by_nobody(
    cast: Cast,
) -> None:
    batch = a_file(cast, of_clinic=True)
    with web_connection() as opened, looking(opened, "user", cast.consented.pk):
        assert files(opened) == 1
        ImportBatch.objects.filter(pk=batch.pk).update(added=3)
        assert files(opened) == 0
        ImportBatch.objects.filter(pk=batch.pk).update(added=2, state=BatchState.ASKED)
        assert files(opened) == 0


def test_the_bytes_of_a_file_are_handed_to_who_works_on_it(cast: Cast) -> None:
    batch = a_file(cast, of_clinic=True, state="read")
    shares(cast.harbour_consent, revoked_at=NOW)

    def handed(opened: psycopg.Connection, person: object) -> object:
        with looking(opened, "user", person):
            ((content,),) = opened.execute(HANDED, [batch.pk]).fetchall()
        return content

    with web_connection() as opened:
        assert handed(opened, cast.consented.pk) == b"all of it"
        for part in ("owner", "other_patient", "elsewhere", "revoked", "admin"):
            assert handed(opened, cast.people()[part].pk) is None, part
        # Saved: while a row is told whose words stand in the file alone.
        ImportBatch.objects.filter(pk=batch.pk).update(state="saved")
        assert handed(opened, cast.consented.pk) == b"all of it"
        ImportRow.objects.filter(what=UNKNOWN).delete()
        assert handed(opened, cast.consented.pk) is None


KEEP: LiteralString = "SELECT app.keep_words_of_file(%s, %s, %s, %s)"
ASKED: LiteralString = "SELECT app.people_asked_about(%s)"


def test_words_are_kept_by_who_works_on_a_file_and_by_nobody_else(cast: Cast) -> None:
    """Also by somebody who is not told them; a question leaves the remarks."""
    batch = a_file(cast, of_clinic=True, state="read")
    saved = a_file(cast, of_clinic=True)
    shares(cast.harbour_consent, shares_supplements=False)
    said = ['{"kind": "unit"}', None, None]
    change: LiteralString = "UPDATE labs_importwords SET other_person = 'x'"
    remove: LiteralString = "DELETE FROM labs_importwords"
    with web_connection() as opened:
        for part in ("owner", "other_patient", "elsewhere", "revoked", "admin"):
            with looking(opened, "user", cast.people()[part].pk):
                assert refusal(opened, KEEP, [batch.pk, *said]) == DENIED, part
        with looking(opened, "user", cast.consented.pk):
            assert refusal(opened, KEEP, [saved.pk, *said]) == DENIED
            assert refusal(opened, change, []) == DENIED
            assert refusal(opened, remove, []) == DENIED
        with opened.transaction():
            opened.execute(
                "SELECT set_config('app.viewer_kind', 'user', true),"
                " set_config('app.viewer_id', %s, true)",
                [str(cast.consented.pk)],
            )
            opened.execute(KEEP, [batch.pk, *said])
            assert words(opened) == 0
    kept = ImportWords.objects.get(batch=batch)
    assert kept.question == {"kind": "unit"}
    assert kept.warnings == [f"{QUOTE}: warfarin"]
    assert kept.other_person == f"{QUOTE} Ashby"


def test_a_question_offers_those_whose_results_are_seen(cast: Cast) -> None:
    batch = a_file(cast, of_clinic=True, state="read")
    alice, nobody = [str(cast.record.pk), ""], [str(uuid4()), ""]
    asked = [
        {"mark": "1", "said": "A. Ashby", "among": [nobody, alice]},
        {"mark": "2", "said": "Una Known", "among": [nobody]},
    ]
    ImportWords.objects.update(question={"kind": "people", "people": asked})

    def offered(opened: psycopg.Connection, person: object) -> object:
        with looking(opened, "user", person):
            ((told,),) = opened.execute(ASKED, [batch.pk]).fetchall()
        return told

    with web_connection() as opened:
        for _ in range(2):
            assert offered(opened, cast.consented.pk) == [
                {**asked[0], "among": [alice]}
            ]
            for part in ("owner", "other_patient", "elsewhere", "revoked", "admin"):
                assert offered(opened, cast.people()[part].pk) == [], part
        shares(cast.harbour_consent, shares_results=False)
        assert offered(opened, cast.consented.pk) == []
        shares(cast.harbour_consent, shares_results=True)
        ImportBatch.objects.update(state="saved")
        assert offered(opened, cast.consented.pk) == []


def test_rows_and_files_are_removed_together_and_by_nobody_else(cast: Cast) -> None:
    batch = a_file(cast, of_clinic=True, state="read")
    saved = a_file(cast, of_clinic=True)
    shares(cast.harbour_consent, revoked_at=NOW)
    clear: LiteralString = "SELECT app.clear_rows_of_file(%s)"
    forget: LiteralString = "SELECT app.forget_file(%s)"
    with web_connection() as opened:
        for table in ("labs_importrow", "labs_importfile", "labs_importbatch"):
            remove: LiteralString = f"DELETE FROM {table}"  # noqa: S608
            with looking(opened, "user", cast.consented.pk):
                assert refusal(opened, remove, []) == DENIED
        for part in ("owner", "other_patient", "elsewhere", "revoked", "admin"):
            with looking(opened, "user", cast.people()[part].pk):
                assert refusal(opened, clear, [batch.pk]) == DENIED, part
                assert refusal(opened, forget, [batch.pk]) == DENIED, part
        with looking(opened, "user", cast.consented.pk):
            assert refusal(opened, clear, [saved.pk]) == DENIED
            assert refusal(opened, forget, [saved.pk]) == DENIED
            opened.execute(clear, [batch.pk])
        with opened.transaction():
            opened.execute(
                "SELECT set_config('app.viewer_kind', 'user', true),"
                " set_config('app.viewer_id', %s, true)",
                [str(cast.consented.pk)],
            )
            opened.execute(forget, [batch.pk])
    assert list(ImportBatch.objects.values_list("pk", flat=True)) == [saved.pk]
    assert ImportRow.objects.filter(batch=saved).count() == len(OF_ALICE) + 2
    assert ImportFile.objects.get().batch_id == saved.pk
    assert ImportWords.objects.get().batch_id == saved.pk


def test_room_and_sizes_are_counted_for_who_may_bring_files(cast: Cast) -> None:
    batch = a_file(cast, of_clinic=True)
    own = a_file(cast, of_clinic=False)
    shares(cast.harbour_consent, results_from=date(2026, 1, 1))
    asked: LiteralString = (
        "SELECT files, bytes, app.size_of_file(%s) FROM app.kept_uploads(%s, %s)"
    )
    of_clinic = [batch.pk, cast.harbour.pk, None]
    of_record = [own.pk, None, cast.record.pk]
    of_nobody = [uuid4(), None, None]
    with web_connection() as opened:
        for part, counted in (("consented", (1, 9, 9)), ("elsewhere", (0, 0, None))):
            with looking(opened, "user", cast.people()[part].pk):
                for values in (of_clinic, of_record):
                    assert opened.execute(asked, values).fetchall() == [counted]
                assert opened.execute(asked, of_nobody).fetchall() == [(0, 0, None)]


def test_who_stands_in_the_way_is_named_by_no_function(cast: Cast) -> None:
    """Helpers of the policies are not the web role's to call."""
    inner = ("app.results_seen_from", "app.supplements_seen", "app.opens_file")
    with web_connection() as opened, looking(opened, "user", cast.elsewhere.pk):
        for name in inner:
            call = f"SELECT {name}(%s)"
            assert refusal(opened, call, [cast.record.pk]) == DENIED
