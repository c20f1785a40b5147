"""
What is shipped runs as it is shipped, and goes on when parts of it fail.

REQUIRE_STACK=1 makes the absence of nginx or PgBouncer a failure.
"""

import json
import random
import re
import socket
import ssl
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.integration.operations import drills, importing, soaking
from tests.integration.operations.conftest import made_here
from tests.integration.operations.stack import INSTANCES, Stack
from tracker.services import importing_files

PEOPLE = 3
PATIENCE = 300


def fetch(address: str, **how: Any) -> requests.Response:  # noqa: ANN401 - as requests takes it
    return requests.get(address, timeout=PATIENCE, **how)


class Unhurried(Stack):
    """The stack, where a planned restart may take as long as a slow machine needs."""

    pooler_waits = 60


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """The whole stack, started once in its own order."""
    with made_here(Unhurried) as made:
        made.start()
        yield made


@pytest.fixture(scope="module")
def people(stack: Stack) -> list[dict[str, Any]]:
    """People with records of their own, and keys of their programs."""
    said = stack.command(
        ["tests.integration.operations.people", str(PEOPLE)],
        "migrate",
    )
    made: list[dict[str, Any]] = json.loads(said.strip().splitlines()[-1])
    return made


@pytest.fixture
def browser(stack: Stack, people: list[dict[str, Any]]) -> Iterator[requests.Session]:
    """Somebody who signed in through the proxy."""
    with requests.Session() as session:
        session.verify, session.trust_env = stack.certificate, False
        page = session.get(f"{stack.address}/account/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
        assert token is not None
        answer = session.post(
            f"{stack.address}/account/login/",
            {
                "login": people[0]["email"],
                "password": people[0]["password"],
                "csrfmiddlewaretoken": token[1],
            },
            headers={"Referer": f"{stack.address}/account/login/"},
            allow_redirects=False,
        )
        assert answer.status_code == 302, answer.text
        yield session


def test_each_part_starts_once_what_it_needs_is_there(stack: Stack) -> None:
    assert stack.order == ["db", "migrate", "web", "worker", "proxy"]

    plain = fetch(f"http://localhost:{stack.port['http']}/x?y=1", allow_redirects=False)
    page = fetch(f"{stack.address}/account/login/", verify=stack.certificate)

    assert plain.headers["Location"] == "https://localhost/x?y=1"
    assert page.status_code == 200
    assert "__Host-csrftoken" in page.headers["Set-Cookie"]
    assert page.headers["Server"] == "nginx"


def test_what_the_proxy_says_itself_carries_the_headers_and_no_answer_carries_two(
    stack: Stack,
) -> None:
    plain = fetch(f"http://localhost:{stack.port['http']}/", allow_redirects=False)
    hidden = fetch(f"{stack.address}/metrics", verify=stack.certificate)
    page = fetch(f"{stack.address}/account/login/", verify=stack.certificate)

    for answer, status in ((plain, 301), (hidden, 404), (page, 200)):
        assert answer.status_code == status
        policy = answer.headers["Content-Security-Policy"]
        assert policy.count("default-src 'none'") == 1
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
    for answer in (hidden, page):
        assert "no-store" in answer.headers["Cache-Control"]
        transport = answer.headers["Strict-Transport-Security"]
        assert transport == "max-age=63072000; includeSubDomains; preload"


def test_a_program_is_not_led_from_an_open_line_to_an_encrypted_one(
    stack: Stack,
) -> None:
    for path in ("/api/v1/patients", "/fhir/metadata"):
        answer = fetch(
            f"http://localhost:{stack.port['http']}{path}", allow_redirects=False
        )

        assert answer.status_code == 403
        assert "Location" not in answer.headers


def test_the_encrypted_port_answers_nothing_in_clear(stack: Stack) -> None:
    answer = fetch(f"http://localhost:{stack.port['https']}/account/login/")

    assert answer.status_code == 400
    assert "csrfmiddlewaretoken" not in answer.text


@pytest.mark.parametrize(
    ("version", "is_taken"),
    [
        (ssl.TLSVersion.TLSv1, False),
        (ssl.TLSVersion.TLSv1_1, False),
        (ssl.TLSVersion.TLSv1_2, True),
        (ssl.TLSVersion.TLSv1_3, True),
    ],
)
def test_only_versions_of_tls_in_force_are_spoken(
    stack: Stack, version: ssl.TLSVersion, *, is_taken: bool
) -> None:
    context = tls(stack, "ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that is the point
        context.minimum_version = context.maximum_version = version

    assert (negotiated(stack, context) is not None) == is_taken


def test_the_newest_version_is_what_two_who_know_it_speak(stack: Stack) -> None:
    spoken = negotiated(stack, tls(stack, "DEFAULT"))

    assert spoken is not None
    assert spoken[1] == "TLSv1.3"


@pytest.mark.parametrize(
    ("suites", "is_taken"),
    [
        ("AES128-SHA:AES256-SHA", False),
        ("ECDHE+AES+SHA", False),
        ("ECDHE+AESGCM", True),
    ],
)
def test_only_suites_with_forward_secrecy_that_seal_are_spoken(
    stack: Stack, suites: str, *, is_taken: bool
) -> None:
    context = tls(stack, f"{suites}:@SECLEVEL=0")
    context.maximum_version = ssl.TLSVersion.TLSv1_2

    assert (negotiated(stack, context) is not None) == is_taken


def tls(stack: Stack, suites: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=stack.certificate)
    context.set_ciphers(suites)
    return context


def negotiated(
    stack: Stack, context: ssl.SSLContext
) -> tuple[str, str, int | None] | None:
    """Return what proxy and client agree on; None where they do not."""
    place = ("localhost", stack.port["https"])
    with socket.create_connection(place, PATIENCE) as plain:
        try:
            with context.wrap_socket(plain, server_hostname="localhost") as secure:
                return secure.cipher()
        except (ssl.SSLError, ConnectionError):
            return None


def test_names_are_kept_as_they_are_written(stack: Stack) -> None:
    """Also where the cluster was made with no encoding at all, as this one."""
    query = "SELECT pg_char_to_encoding(current_setting('server_encoding'))"

    assert stack.count(query) == stack.count("SELECT pg_char_to_encoding('UTF8')")


def test_whoever_is_signed_in_is_known_to_every_instance(
    stack: Stack, browser: requests.Session, people: list[dict[str, Any]]
) -> None:
    """Cookies are carried by hand: an instance itself speaks no TLS."""
    cookies = "; ".join(f"{each.name}={each.value}" for each in browser.cookies)
    forwarded = {
        "Host": f"localhost:{stack.port['https']}",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "127.0.0.1",
        "Cookie": cookies,
    }
    for port in [*stack.web_ports, *stack.web_ports]:
        home = fetch(
            f"http://127.0.0.1:{port}/patients/{people[0]['id']}/", headers=forwarded
        )
        assert home.status_code == 200
        assert "Anna Example0" in home.text
    assert len(set(stack.web_ports)) == INSTANCES


def test_numbers_and_probes_are_for_the_inside(stack: Stack) -> None:
    for path in ("/metrics", "/livez", "/readyz"):
        answer = fetch(f"{stack.address}{path}", verify=stack.certificate)
        assert answer.status_code == 404
    inside = fetch(
        f"http://127.0.0.1:{stack.web_ports[0]}/metrics",
        headers={"Authorization": f"Bearer {stack.secret('metrics_token')}"},
    )
    assert "calcidiol_requests_total" in inside.text
    assert "calcidiol_database_pool" in inside.text


def test_the_worker_listens_past_the_pooler_and_sends_what_waits(
    stack: Stack, people: list[dict[str, Any]]
) -> None:
    listening = "SELECT count(*) FROM pg_stat_activity WHERE query ILIKE 'LISTEN %'"
    mails = stack.folder / "var" / "mail"
    with requests.Session() as session:
        session.verify, session.trust_env = stack.certificate, False
        address = f"{stack.address}/account/password/reset/"
        page = session.get(address)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
        assert token is not None
        form = {"email": people[1]["email"], "csrfmiddlewaretoken": token[1]}
        answer = session.post(address, form, headers={"Referer": address})
    assert answer.status_code == 200, answer.text

    stack.wait_for(lambda: stack.count(listening) > 0, "a worker that listens")
    stack.wait_for(
        lambda: any(people[1]["email"] in at.read_text() for at in mails.glob("*")),
        "the e-mail",
    )


@pytest.mark.parametrize("kind", sorted(drills.ODD_REQUESTS))
def test_what_two_readers_could_read_differently_is_refused(
    stack: Stack, kind: str
) -> None:
    answers = drills.answer_to(stack, drills.ODD_REQUESTS[kind])

    assert answers, "no answer came"
    # HTTP itself has 505 for a version that does not exist.
    wanted = {505} if kind == "no such version" else range(400, 500)
    assert all(status in wanted for status in answers), answers


def test_slow_clients_hold_up_nobody(stack: Stack) -> None:
    """More of them than the web has threads, in headers and in bodies."""
    with drills.slow_clients(stack, 60):
        answers = drills.healthy_requests(stack, 10)

    assert [status for status, _seconds in answers] == [200] * 10


def test_postgres_restarts_and_crashes_lose_and_double_nothing(
    stack: Stack, people: list[dict[str, Any]]
) -> None:
    worker = stack.worker
    outcome = drills.restart_postgres_under_load(stack, people, restarts=2)

    assert worker is not None
    assert worker.poll() is None  # it waited, and went on by itself

    assert outcome.plain_errors == 0, (outcome, stack.complaints())
    assert outcome.rows == outcome.acknowledged > 6
    assert outcome.reads[drills.READ] > 6
    assert outcome.failed_by_plan == 0


def test_killed_web_processes_lose_and_double_nothing(
    stack: Stack, people: list[dict[str, Any]]
) -> None:
    chance = random.Random(20260314)  # noqa: S311 - moments, no secrets
    outcome = drills.kill_web_processes(stack, people, kills=3, chance=chance)

    assert outcome.plain_errors == 0, (outcome, stack.complaints())
    assert outcome.rows == outcome.acknowledged > 3


def test_files_that_come_in_while_processes_are_killed_are_whole_and_once(
    stack: Stack, people: list[dict[str, Any]]
) -> None:
    found = importing.kill_while_files_come_in(
        stack,
        people,
        kills=4,
        chance=random.Random(20260314),  # noqa: S311 - moments, no secrets
    )

    assert importing.LARGE_BYTES >= importing_files.LARGE_BYTES
    assert found.kills == {"web": 2, "worker": 2}
    assert found.saved == found.told > found.large > 0
    assert (found.half, found.doubled, found.added_again) == (0, 0, 0)


def test_programs_that_ask_for_all_there_is_are_answered_all_the_while(
    stack: Stack, people: list[dict[str, Any]]
) -> None:
    found = soaking.soak(stack, people, seconds=10)

    assert set(found.answers) == {200, 201}, (found.answers, stack.complaints())
    told = soaking.figures(found)
    assert told["of them not answered with 200 or 201"] == "0"
    assert min(min(each.web, each.worker) for each in found.samples) > 0


def test_no_line_of_any_process_tells_of_anybody(
    stack: Stack, people: list[dict[str, Any]]
) -> None:
    """Stands last: web, worker, pooler, proxy and commands wrote into one place."""
    said = stack.said()

    assert '"logger": "tracker.requests"' in said
    for person in people:
        for word in (person["id"], person["email"], person["key"]):
            telling = [line for line in said.splitlines() if word in line]
            assert telling == []
    assert "Anna Example" not in said
    assert "Harbour Laboratory" not in said
    assert "28.0417" not in said
