"""A database that restarts under a request, with real connections that really end."""

from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import Settings

from accounts import queries
from accounts.domain.viewers import Viewer
from accounts.models import AuditEvent, Patient
from accounts.services import outages
from labs.models import LabResult
from tests.factories import a_result, owner_of
from tests.integration.api.conftest import Program, a_key
from tests.integration.conftest import SignedIn

pytestmark = pytest.mark.django_db(transaction=True)


def end_the_connection() -> None:
    """End the server's side of it, as a restart does."""
    where, link = connection.settings_dict, connection.connection
    with psycopg.connect(
        host=where["HOST"], user=where["USER"], dbname=where["NAME"], autocommit=True
    ) as other:
        other.execute("SELECT pg_terminate_backend(%s, 60000)", [link.info.backend_pid])


@dataclass
class Server:
    """Cuts the connection of the next requests, in the middle of them."""

    cuts: int = 1
    asked: int = 0
    viewer_of: Callable[..., Viewer] = field(default=queries.viewer_of)

    def cut(self, user: object) -> Viewer:
        self.asked += 1
        if self.asked <= self.cuts:
            end_the_connection()
        return self.viewer_of(user)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    made = Server()
    monkeypatch.setattr(queries, "viewer_of", made.cut)
    return made


@pytest.fixture
def browser(anna: Patient, signed_in: SignedIn) -> Client:
    a_result(anna)
    client = signed_in(owner_of(anna))
    client.raise_request_exception = False
    return client


def looks(patient: Patient) -> int:
    return AuditEvent.objects.filter(patient_id=patient.pk).count()


@pytest.mark.parametrize("path", ["/patients/{}/", "/api/v1/patients/{}/results"])
def test_who_reads_notices_nothing_and_the_look_is_written_once(
    browser: Client, anna: Patient, server: Server, path: str
) -> None:
    server.cuts = 0
    before = looks(anna)
    well = browser.get(path.format(anna.pk))
    once, server.cuts, server.asked = looks(anna) - before, 1, 0

    page = browser.get(path.format(anna.pk))

    assert well.status_code == page.status_code == 200
    assert server.asked == 2
    assert looks(anna) - before == 2 * once > 0


def test_a_read_is_run_twice_and_not_more(
    browser: Client, anna: Patient, server: Server
) -> None:
    server.cuts = 2

    page = browser.get(f"/patients/{anna.pk}/")

    assert page.status_code == 503
    assert page.headers["Retry-After"] == "5"
    assert server.asked == 2
    assert browser.get(f"/patients/{anna.pk}/").status_code == 200


def test_who_writes_is_told_and_never_run_again(
    anna: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = Program(a_key(owner_of(anna)))
    program.client.raise_request_exception = False
    asked = []

    def cut(*_: object, **__: object) -> None:
        asked.append(1)
        end_the_connection()

    monkeypatch.setattr("accounts.api.views.ProgramView.check_key", cut)

    answer = program.post(f"/api/v1/patients/{anna.pk}/results", {"value": "28"})

    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:calcidiol:problem:away"
    assert len(asked) == 1
    assert not LabResult.objects.exists()


def test_what_was_lost_while_it_was_committed_is_not_run_again(
    browser: Client, anna: Patient, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.cuts = 0
    commit = connection.commit

    def cut() -> None:
        end_the_connection()
        commit()

    monkeypatch.setattr(connection, "commit", cut)

    page = browser.get(f"/patients/{anna.pk}/")

    assert page.status_code == 503
    assert server.asked == 1


class Away:
    """A server that takes no connection, some times or for good."""

    def __init__(self, times: float) -> None:
        self.times = times
        self.tries = 0
        self.connect = connection.get_new_connection

    def __call__(self, parameters: dict[str, object]) -> object:
        self.tries += 1
        if self.tries <= self.times:
            message = "the server starts"
            raise OperationalError(message)
        return self.connect(parameters)


@pytest.mark.parametrize("method", ["get", "post"])
def test_whoever_asks_while_the_server_starts_waits_for_it(
    browser: Client, anna: Patient, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    """Also what writes: nothing of it has happened yet."""
    path = f"/patients/{anna.pk}/" if method == "get" else "/account/logout/"
    away = Away(3)
    connection.close()
    monkeypatch.setattr(connection, "get_new_connection", away)

    answer = getattr(browser, method)(path)

    assert answer.status_code == (200 if method == "get" else 302)
    assert away.tries == 4


def test_a_program_waits_with_its_key(
    anna: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = Program(a_key(owner_of(anna)))
    away = Away(3)
    connection.close()
    monkeypatch.setattr(connection, "get_new_connection", away)

    answer = program.get(f"/api/v1/patients/{anna.pk}/results")

    assert answer.status_code == 200
    assert away.tries == 4


class OwnClock:
    """A clock that sleep alone moves on, however busy the machine is."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_nobody_waits_for_ever(
    browser: Client,
    anna: Patient,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> None:
    settings.DATABASE_PATIENCE_SECONDS = 0.3
    monkeypatch.setattr(outages, "time", OwnClock())
    away = Away(float("inf"))
    connection.close()
    with monkeypatch.context() as patched:
        patched.setattr(connection, "get_new_connection", away)
        page = browser.get(f"/patients/{anna.pk}/")

    assert page.status_code == 503
    assert page.headers["Retry-After"] == "5"
    assert 1 < away.tries < 10
