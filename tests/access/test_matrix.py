"""
Every address, every method, every character, from the table in permissions.py.

The addresses come from the resolver itself, so none can be forgotten. Each request is
undone; what it did to patients' rows is looked at before.
"""

import copy
import functools
import hashlib
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from uuid import UUID

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts.models import ApiToken, AuditEvent, CareGrant, Invitation, RecordJoin
from labs.domain.language import violations
from labs.models import (
    CatalogueLabel,
    HealthFact,
    ImportBatch,
    Intake,
    LaboratoryKnowledge,
    LabResult,
    NotedEvent,
    RecordedPlan,
    ReportFile,
    ResultMove,
    RetestPlan,
    Review,
    SupplementPeriod,
    Target,
    TargetTemplate,
    VisitQuestion,
)
from tests.access import records
from tests.access.characters import Cast, absent, assemble
from tests.access.permissions import (
    BEGUN,
    CHARACTERS,
    ELSEWHERE,
    LISTS,
    NOT_OFFERED,
    NOT_THERE,
    NOTHING_TO_NOTE,
    OK,
    TABLE,
    TAKEN,
    UNDONE,
    UNNOTED,
    readers,
)
from tests.access.web_connection import protected_tables
from tests.integration.labs.spoken_pages import words_of
from tracker.models import ExportRequest, Job

Marks = list[tuple[str, str]]
Look = tuple[str, UUID | None]  # what the trail calls it, and whose it is
# Also where one test runs alone: without a mark, no test database would be made.
pytestmark = pytest.mark.django_db
NO_ROWS = hashlib.md5(b"", usedforsecurity=False).hexdigest()
CHANGED = {OK, ELSEWHERE, UNDONE, BEGUN}
OTHER_METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


@dataclass(frozen=True)
class Address:
    """A name in the resolver, with the names of what it takes."""

    name: str
    takes: tuple[str, ...]


def addresses() -> list[Address]:
    return sorted(set(_walk(get_resolver().url_patterns, ())), key=lambda it: it.name)


def _walk(
    patterns: list[URLPattern | URLResolver], above: tuple[str, ...], within: str = ""
) -> Iterator[Address]:
    for pattern in patterns:
        takes = (*above, *pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            space = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _walk(pattern.url_patterns, takes, within + space)
        else:
            yield Address(within + (pattern.name or str(pattern.pattern)), takes)


@dataclass(frozen=True)
class Stage:
    """The cast, their browsers, and what addresses can name."""

    cast: Cast
    browsers: dict[str, Client]
    ids: dict[str, object]
    marks: Marks
    read: dict[tuple[str, str], tuple[HttpResponse, bool]] = field(default_factory=dict)
    looks: dict[tuple[str, str], set[Look]] = field(default_factory=dict)

    def ask(self, part: str, method: str, path: str) -> tuple[HttpResponse, bool]:
        """
        Ask as somebody, then undo; also say whether patients' rows were changed.

        What was read is remembered: all being undone, it would be read again as it was.
        """
        if method != "GET":
            return ask(self.browsers[part], method, path, before=self.marks)
        if (part, path) not in self.read:
            looks = self.looks[part, path] = set()
            found = ask(
                self.browsers[part], method, path, before=self.marks, looks=looks
            )
            self.read[part, path] = _without_its_making(found[0]), found[1]
        return self.read[part, path]

    def path(self, address: Address, **others: object) -> str:
        """Return the address for Alice's record, or for the others given."""
        ids = {**self.ids, **others}
        return reverse(address.name, kwargs={key: ids[key] for key in address.takes})


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    """
    Set the stage once: every request is undone, so that all find it as it was.

    Nothing of it is kept; it all stands in one transaction.
    """
    del django_db_setup
    open_doors = override_settings(
        ACCOUNT_RATE_LIMITS=False,
        MFA_RATE_LIMITS=False,
        # On a slow machine the table takes longer than a sign-in stays fresh.
        ACCOUNT_REAUTHENTICATION_TIMEOUT=24 * 60 * 60,
    )
    with django_db_blocker.unblock(), open_doors, transaction.atomic():
        cache.clear()
        cast = assemble()
        records.fill(cast)
        browsers = {"anonymous": Client(raise_request_exception=False)}
        for part, user in cast.people().items():
            browser = Client(raise_request_exception=False)
            browser.force_login(user)
            _has_just_signed_in(browser, str(user.pk))
            browsers[part] = browser
        browsers["share_link_holder"] = _with_the_link_open(cast)
        yield Stage(cast, browsers, _ids(cast), fingerprint())
        transaction.set_rollback(True)


def _without_its_making(answer: HttpResponse) -> HttpResponse:
    """Return what came of a request, without what the test's client noted beside it."""
    kept = copy.copy(answer)
    for name in ("context", "templates", "wsgi_request", "client", "resolver_match"):
        setattr(kept, name, None)
    return kept


def _with_the_link_open(cast: Cast) -> Client:
    browser = Client(raise_request_exception=False)
    browser.post("/shared/", asdict(cast.secrets))
    return browser


def _has_just_signed_in(browser: Client, user_id: str) -> None:
    session = browser.session
    record = {"method": "password", "at": time.time(), "reauthenticated": True}
    session["account_authentication_methods"] = [record]
    session["account_authentication_methods_user"] = user_id
    session.save()


def _ids(cast: Cast) -> dict[str, object]:
    return {
        "patient_id": cast.record.pk,
        "result_id": LabResult.objects.latest("collected_on").pk,
        "period_id": SupplementPeriod.objects.get().pk,
        "intake_id": Intake.objects.get().pk,
        "label_id": CatalogueLabel.objects.get().pk,
        "plan_id": RecordedPlan.objects.get().pk,
        "retest_id": RetestPlan.objects.get().pk,
        "entry_id": Review.objects.get().entry_id,
        "fact_id": HealthFact.objects.get().pk,
        "event_id": NotedEvent.objects.get().pk,
        "question_id": VisitQuestion.objects.get().pk,
        "grant_id": CareGrant.objects.get(carer=cast.carer).pk,
        "join_id": RecordJoin.objects.get().pk,
        "move_id": ResultMove.objects.get().pk,
        "consent_id": cast.harbour_consent.pk,
        "clinic_id": cast.harbour.pk,
        "person_id": cast.consented.pk,
        "batch_id": ImportBatch.objects.get().pk,
        "job_id": Job.objects.get(kind="nothing").pk,
        "asked_id": ExportRequest.objects.get().pk,
        "invitation_id": Invitation.objects.get().pk,
        "link_id": cast.share_link.pk,
        "file_id": ReportFile.objects.get().pk,
        "target_id": Target.objects.get().pk,
        "together_id": Target.objects.get().together,
        "template_id": TargetTemplate.objects.get().pk,
        "knowledge_id": LaboratoryKnowledge.objects.get().pk,
        "request_id": cast.request.pk,
        "resource_id": absent(),
        "version_id": 1,
        "app_label": "accounts",
        "icon_name": "app-192",
        "mail_name": "accounts/email/invitation",
        "key_id": ApiToken.objects.get().pk,
        "session_id": 2_000_000_000,
        "pk": 2_000_000_000,
        "key": "no-such-key",
        "uidb36": "x",
    }


def ask(
    browser: Client,
    method: str,
    path: str,
    *,
    before: Marks,
    looks: set[Look] | None = None,
) -> tuple[HttpResponse, bool]:
    """
    Ask, then undo; say whether rows differ from what they were `before`.

    What the trail then says of it goes into `looks`.
    """
    cookies = copy.deepcopy(browser.cookies)
    began = timezone.now()
    with transaction.atomic():
        written = rows_written()
        wanted = "*/*" if path.startswith(("/api/", "/fhir/")) else "text/html"
        answer = browser.generic(method, path, headers={"accept": wanted})
        # Where no row was written, none can differ: reading them all takes longer.
        has_changed = rows_written() != written and fingerprint() != before
        if looks is not None and answer.status_code == OK:
            looks |= set(looks_since(began))
        transaction.set_rollback(True)
    browser.cookies = cookies
    return answer, has_changed  # type: ignore[return-value]


def looks_since(moment: datetime) -> Iterator[Look]:
    """Return what the trail says of a request that just was answered."""
    found = AuditEvent.objects.filter(at__gte=moment)
    return found.values_list("object_label", "patient_id").iterator()


def fingerprint() -> Marks:
    """Return a mark of every row of patients' tables, but for the trail of looks."""
    marks = " UNION ALL ".join(
        f"SELECT '{name}', md5(coalesce(string_agg(row::text, '|' ORDER BY row::text),"  # noqa: S608 - names from the catalogue
        f" '')) FROM {name} AS row"
        for name in marked_tables()
    )
    with connection.cursor() as cursor:
        cursor.execute(marks)
        return list(cursor.fetchall())


@functools.cache
def marked_tables() -> list[str]:
    """Return patients' tables but for the trail of looks; no request makes another."""
    return [name for name in protected_tables() if name != "accounts_auditevent"]


def rows_written() -> int:
    """
    Count what this transaction did to rows of patients' tables, undone or not.

    It counts each part of a partitioned table, and a table that was emptied at once by
    the new file that it then has.
    """
    with connection.cursor() as cursor:
        cursor.execute(ROWS_WRITTEN, [watched_tables()])
        return int(cursor.fetchone()[0])


ROWS_WRITTEN = """
SELECT sum(
  pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
  + pg_stat_get_xact_tuples_deleted(oid) + pg_relation_filenode(oid)::bigint * 1000000
) FROM unnest(%s::oid[]) AS oid"""


@functools.cache
def watched_tables() -> list[int]:
    """Return the tables that `fingerprint` reads, and their parts, as they are kept."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::int8 FROM pg_class WHERE relkind = 'r'"
            " AND coalesce(pg_partition_root(oid), oid) = ANY(%s::text[]::regclass[])",
            [marked_tables()],
        )
        return [oid for (oid,) in cursor.fetchall()]


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert {address.name for address in addresses()} == set(TABLE)


def test_no_write_to_a_patients_row_goes_unnoticed(stage: Stage) -> None:
    """Each row is written as it was, which is the least that a request could do."""
    noticed: set[str] = set()
    unnoticed: set[str] = set()
    with connection.cursor() as cursor:
        for table, mark in stage.marks:
            if mark == NO_ROWS:
                continue
            column = connection.introspection.get_table_description(cursor, table)[0]
            as_it_was = f'UPDATE {table} SET "{column.name}" = "{column.name}"'  # noqa: S608
            written = rows_written()
            # Some tables refuse every change, which then cannot be missed.
            with suppress(DatabaseError), transaction.atomic():
                cursor.execute(as_it_was)
                (unnoticed if rows_written() == written else noticed).add(table)
                transaction.set_rollback(True)

    assert unnoticed == set()
    assert len(noticed) > len(stage.marks) / 2


@pytest.mark.parametrize("address", addresses(), ids=lambda address: address.name)
def test_everybody_gets_what_the_table_says(stage: Stage, address: Address) -> None:
    row = TABLE[address.name]
    path = stage.path(address)
    wrong = []
    for part in CHARACTERS:
        for method, expected in _expected(row.read[part], row.write[part]):
            answer, has_changed = stage.ask(part, method, path)
            may_change = method == "POST" and answer.status_code in CHANGED
            if answer.status_code not in expected or (has_changed and not may_change):
                wrong.append((part, method, answer.status_code, expected, has_changed))
    assert wrong == []


def _expected(read: int, write: int) -> Iterator[tuple[str, set[int]]]:
    yield "GET", {read}
    yield "HEAD", {read, NOT_OFFERED}
    written = {OK, ELSEWHERE, TAKEN} if write == TAKEN else {write}
    yield "POST", written
    for method in OTHER_METHODS:
        # Class-based forms take PUT as POST and answer OPTIONS; neither does more.
        refused = {NOT_OFFERED, read} | written
        yield method, refused | ({OK} if method == "OPTIONS" else set())


@pytest.mark.parametrize(
    "address",
    [each for each in addresses() if OK in TABLE[each.name].read.values()],
    ids=lambda address: address.name,
)
def test_no_page_of_anybody_advises_or_judges(stage: Stage, address: Address) -> None:
    """Every page that anybody can open says facts, and never advice."""
    found = {}
    for part, expected in TABLE[address.name].read.items():
        if expected == OK:
            answer, _ = stage.ask(part, "GET", stage.path(address))
            assert answer.status_code == OK, part
            found[part] = violations(_said_by(answer))

    assert [(part, *said) for part, said in found.items() if said] == []


def _said_by(answer: HttpResponse) -> str:
    """Return what the page says; nothing where the answer is a file or a picture."""
    kind = answer.headers.get("Content-Type", "")
    if kind.startswith("application/json"):
        return answer.content.decode()
    return words_of(answer) if kind.startswith("text/html") else ""


@pytest.mark.parametrize(
    "address",
    [
        each
        for each in addresses()
        if readers(each.name) and each.name not in NOTHING_TO_NOTE
    ],
    ids=lambda address: address.name,
)
def test_who_reads_of_a_patient_is_in_the_patients_trail(
    stage: Stage, address: Address
) -> None:
    """A page about one patient names her; a list is noted once, as what it lists."""
    path = stage.path(address)
    expected = LISTS.get(address.name, stage.cast.record.pk)
    unseen = []
    for part in readers(address.name):
        stage.ask(part, "GET", path)
        if not any(expected in look for look in stage.looks[part, path]):
            unseen.append((part, stage.looks[part, path]))
    assert unseen == []


def test_what_is_said_of_the_trail_is_said_of_addresses_that_are_read() -> None:
    said = [*LISTS, *(name for names in UNNOTED.values() for name in names)]
    assert sorted(set(said)) == sorted(said)
    assert set(said) <= set(TABLE)
    assert [name for name in LISTS if not readers(name)] == []


STRANGERS = (
    "other_patient",
    "revoked",
    "expired",
    "elsewhere",
    "admin",
    "former_carer",
)


@pytest.mark.parametrize(
    "address",
    [address for address in addresses() if "patient_id" in address.takes],
    ids=lambda address: address.name,
)
def test_a_stranger_cannot_tell_a_foreign_record_from_none(
    stage: Stage, address: Address
) -> None:
    ids = {key: absent() for key in address.takes if isinstance(stage.ids[key], UUID)}
    for part in STRANGERS:
        for method in ("GET", "POST"):
            foreign, _ = stage.ask(part, method, stage.path(address))
            none, _ = stage.ask(part, method, stage.path(address, **ids))
            assert foreign.status_code == none.status_code
            assert plain(foreign) == plain(none), (part, method)
            assert foreign.headers.keys() == none.headers.keys()


@pytest.mark.parametrize(
    "address",
    [address for address in addresses() if address.takes[1:]],
    ids=lambda address: address.name,
)
def test_an_own_record_is_no_way_to_somebody_elses_row(
    stage: Stage, address: Address
) -> None:
    """Bob asks for Alice's rows under his own record."""
    if "patient_id" not in address.takes:
        return
    path = stage.path(address, patient_id=stage.cast.other_record.pk)
    for method in ("GET", "POST"):
        answer, has_changed = stage.ask("other_patient", method, path)
        assert answer.status_code in {NOT_THERE, NOT_OFFERED}, method
        assert not has_changed


def plain(answer: HttpResponse) -> str:
    """Return a page without its one-time token and without ids of its own address."""
    page = answer.content.decode(errors="replace")
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "id", page)


@pytest.mark.parametrize("address", addresses(), ids=lambda address: address.name)
def test_no_form_is_taken_without_its_token(stage: Stage, address: Address) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = stage.browsers["owner"].cookies

    answer, has_changed = ask(browser, "POST", stage.path(address), before=stage.marks)

    # A browser sends it without a token; it is refused for what it says.
    assert answer.status_code == (400 if address.name == "policy_reports" else 403)
    assert not has_changed


@pytest.mark.parametrize("address", addresses(), ids=lambda address: address.name)
def test_every_answer_carries_the_headers_that_protect_it(
    stage: Stage, address: Address
) -> None:
    for part in ("anonymous", "owner", "elsewhere"):
        answer, _ = stage.ask(part, "GET", stage.path(address))
        headers = answer.headers
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        policy = headers["Content-Security-Policy"]
        if address.name == "api_docs":  # draws with styles on its elements
            policy = policy.replace("style-src 'self' 'unsafe-inline'", "")
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        if part != "anonymous":
            assert "no-store" in headers["Cache-Control"]
