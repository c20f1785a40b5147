"""Those who watch the site see how it fares, and nothing of whom it serves."""

import json
import logging
import re
from collections.abc import Iterator
from io import StringIO

import psycopg
import pytest
from django.db import InterfaceError, InternalError, OperationalError, connection
from django.test import Client
from pytest_django import Settings

from accounts import queries
from accounts.models import Clinic, Patient
from tests.factories import a_result, an_entry, owner_of
from tests.integration.conftest import SignedIn
from tracker.logs import JsonLines, WithoutAddresses, WithoutWords
from tracker.services import measuring, readiness

WATCHER = "a long random token for those who watch"


class Kept(logging.Handler):
    """Keeps every line that it is given, as production would write it."""

    def __init__(self) -> None:
        super().__init__(level=logging.INFO)
        self.setFormatter(JsonLines())
        self.addFilter(WithoutAddresses())
        self.written: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.written.append(self.format(record))

    @property
    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.written]


@pytest.fixture
def log() -> Iterator[Kept]:
    kept = Kept()
    names = ("tracker.requests", "tracker.slow_queries", "django.request")
    loggers = [logging.getLogger(name) for name in names]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(kept)
        logger.setLevel(logging.INFO)
    yield kept
    for logger, level in zip(loggers, before, strict=True):
        logger.removeHandler(kept)
        logger.setLevel(level)


def test_a_process_that_lives_says_so_without_a_database(client: Client) -> None:
    answer = client.get("/livez", headers={"host": "10.0.0.7"})

    assert answer.status_code == 200
    assert answer.content == b"ok"


@pytest.mark.django_db
def test_a_process_that_can_serve_says_so(client: Client) -> None:
    answer = client.get("/readyz", headers={"host": "10.0.0.7"})

    assert answer.status_code == 200
    assert answer.json() == {"database": True, "migrations": True}


@pytest.mark.django_db
def test_a_process_ahead_of_its_tables_is_not_ready(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE app = 'labs' AND name ="
            " (SELECT max(name) FROM django_migrations WHERE app = 'labs')"
        )

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {"database": True, "migrations": False}


def test_a_process_without_its_database_is_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        readiness, "_needed", lambda: {"database": False, "migrations": False}
    )

    answer = client.get("/readyz")

    assert answer.status_code == 503


@pytest.mark.django_db
@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer guess", WATCHER])
def test_nobody_reads_the_numbers_without_the_token(
    client: Client, settings: Settings, given: str
) -> None:
    settings.METRICS_TOKEN = WATCHER

    answer = client.get("/metrics", headers={"authorization": given})

    assert answer.status_code == 404


@pytest.mark.django_db
def test_without_a_token_set_nobody_reads_them_at_all(
    client: Client, settings: Settings
) -> None:
    settings.METRICS_TOKEN = ""

    answer = client.get("/metrics", headers={"authorization": "Bearer "})

    assert answer.status_code == 404


def test_the_numbers_count_pages_by_their_pattern_and_name_nobody(
    annas: Client, anna: Patient, settings: Settings
) -> None:
    settings.METRICS_TOKEN = WATCHER
    annas.get(f"/patients/{anna.pk}/")

    answer = annas.get("/metrics", headers={"authorization": f"Bearer {WATCHER}"})
    numbers = answer.content.decode()

    counted = 'method="GET",route="patients/<uuid:patient_id>/",status="200"'
    assert f"calcidiol_requests_total{{{counted}}}" in numbers
    assert "calcidiol_request_seconds_bucket" in numbers
    assert "calcidiol_oldest_waiting_job_seconds" in numbers
    assert str(anna.pk) not in numbers
    assert "Anna" not in numbers


def test_drawings_and_reports_are_measured_by_kind(
    annas: Client, anna: Patient, settings: Settings
) -> None:
    settings.METRICS_TOKEN = WATCHER
    for name in ("chart.svg", "chart.png", "report.pdf"):
        assert annas.get(f"/patients/{anna.pk}/{name}").status_code == 200

    answer = annas.get("/metrics", headers={"authorization": f"Bearer {WATCHER}"})

    for kind in ("svg", "png", "report"):
        assert f'calcidiol_render_seconds_count{{kind="{kind}"}}' in (
            answer.content.decode()
        )


@pytest.mark.parametrize(
    ("place", "kinds"),
    [
        ("/patients/{patient}/", {"svg"}),
        ("/patients/{patient}/export/record.zip", {"svg", "report"}),
        ("/worklist/", {"sparkline"}),
        ("/clinics/{clinic}/overview/", {"svg"}),
    ],
)
def test_what_is_drawn_inside_pages_and_archives_is_measured_too(
    oseis: Client, anna: Patient, clinic: Clinic, place: str, kinds: set[str]
) -> None:
    a_result(anna, an_entry("28"))
    before = drawn()

    answer = oseis.get(place.format(patient=anna.pk, clinic=clinic.pk))

    assert answer.status_code == 200
    after = drawn()
    assert {kind for kind in after if after[kind] > before.get(kind, 0)} == kinds


def drawn() -> dict[str, int]:
    """Return how many drawings of each kind were measured in this process."""
    counted = re.findall(
        r'calcidiol_render_seconds_count\{kind="(\w+)"\} ([0-9.]+)',
        measuring.exposition().decode(),
    )
    return {kind: int(float(number)) for kind, number in counted}


def test_a_request_is_one_line_with_its_id_and_nobodys_data(
    signed_in: SignedIn, anna: Patient, log: Kept
) -> None:
    browser = signed_in(owner_of(anna))
    log.written.clear()

    answer = browser.get(f"/patients/{anna.pk}/?name=Anna+Example")

    (line,) = log.lines
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert line["route"] == "patients/<uuid:patient_id>/"
    assert (line["method"], line["status"]) == ("GET", 200)
    assert str(anna.pk) not in log.written[0]
    assert "Anna" not in log.written[0]


def test_a_page_that_is_not_there_is_logged_without_its_address(
    annas: Client, anna: Patient, log: Kept
) -> None:
    """Django's own line would quote it."""
    annas.get(f"/patients/{anna.pk}/nothing-here/")

    line = next(each for each in log.lines if each["logger"] == "django.request")
    assert line["message"] == "Not Found: (address)"
    assert str(anna.pk) not in "".join(log.written)


def test_the_site_writes_its_log_that_way(settings: Settings) -> None:
    for handler in settings.LOGGING["handlers"].values():
        assert "without addresses" in handler["filters"]


def as_told_by_the_server(error: psycopg.Error) -> InternalError:
    """Return an error as the framework hands it on."""
    told = InternalError(str(error))
    told.__cause__ = error
    return told


@pytest.mark.parametrize(
    "error",
    [
        OperationalError(),
        InterfaceError(),
        # What the driver says where a commit and the end of its connection both answer.
        InternalError("received 2 results from command 'COMMIT'"),
        # What a member says that was the leader a moment ago.
        as_told_by_the_server(psycopg.errors.ReadOnlySqlTransaction()),
    ],
)
def test_a_database_that_is_away_is_503_with_a_time_to_ask_again(
    annas: Client, anna: Patient, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Whether a commit held whose answer was lost is not known, and not claimed."""
    annas.raise_request_exception = False

    def away(_user: object) -> None:
        raise error

    monkeypatch.setattr(queries, "viewer_of", away)

    page = annas.get(f"/patients/{anna.pk}/")
    answer = annas.get(f"/api/v1/patients/{anna.pk}/results")

    for each in (page, answer):
        assert each.status_code == 503
        assert each.headers["Retry-After"] == "5"
        assert "no-store" in each.headers["Cache-Control"]
    assert "is not certain: look before you enter it again" in page.content.decode()
    assert answer.json()["type"] == "urn:calcidiol:problem:away"


def test_a_fault_within_the_database_is_no_outage(
    annas: Client, anna: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It will not be better in five seconds, and somebody has to look."""
    annas.raise_request_exception = False

    def faulty(_user: object) -> None:
        raise as_told_by_the_server(psycopg.errors.DataCorrupted())

    monkeypatch.setattr(queries, "viewer_of", faulty)

    assert annas.get(f"/patients/{anna.pk}/").status_code == 500


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("trusts", "given", "is_kept"),
    [
        (True, "proxy-0123456789", True),
        (True, 'x"} {"level": "forged', False),
        (False, "proxy-0123456789", False),
    ],
)
def test_an_id_is_taken_from_our_own_proxy_alone(
    client: Client,
    settings: Settings,
    *,
    trusts: bool,
    given: str,
    is_kept: bool,
) -> None:
    settings.TRUSTS_PROXY = trusts

    answer = client.get("/account/login/", headers={"x-request-id": given})

    assert (answer.headers["X-Request-ID"] == given) is is_kept


@pytest.mark.django_db
def test_a_slow_statement_is_logged_without_what_was_put_into_it(
    client: Client, settings: Settings, log: Kept
) -> None:
    settings.SLOW_QUERY_MS = 0

    client.post("/account/login/", {"login": "anna@example.org", "password": "x" * 20})

    slow = [line for line in log.lines if line["message"] == "slow query"]
    assert any("accounts_user" in str(line["sql"]) for line in slow)
    assert "anna@example.org" not in "".join(log.written)


@pytest.mark.parametrize("formatter", [JsonLines(), WithoutWords("%(message)s")])
def test_an_exceptions_own_words_stay_out_of_the_log(
    formatter: logging.Formatter,
) -> None:
    said = StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(formatter)
    logger = logging.getLogger("tests.trial")
    logger.addHandler(handler)
    logger.propagate = False

    name = "Anna Example"
    try:
        int(name)
    except ValueError:
        logger.exception("It failed")

    assert "Anna" not in said.getvalue()
    assert "ValueError" in said.getvalue()
    assert "test_observing.py" in said.getvalue()


def test_a_line_break_in_a_message_forges_no_second_line() -> None:
    record = logging.LogRecord("a", 30, "", 1, 'x\n{"level": "INFO"}\x1b[31m', (), None)

    line = JsonLines().format(record)

    assert "\n" not in line
    assert "\x1b" not in line
    assert json.loads(line)["message"] == 'x\n{"level": "INFO"}\x1b[31m'
