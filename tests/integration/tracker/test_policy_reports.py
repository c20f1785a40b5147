"""Reports of the content policy: taken from our own pages, told by pattern alone."""

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Patient
from accounts.services import sessions
from tracker.logs import JsonLines
from tracker.services import measuring, policy_reports

PLACE = "/policy-reports/"
KIND = "application/csp-report"
HERE = "http://localhost"
MANY = 12


def report(**changes: object) -> dict[str, Any]:
    told: dict[str, object] = {
        "document-uri": f"{HERE}/account/login/",
        "referrer": "",
        "violated-directive": "script-src-elem",
        "effective-directive": "script-src-elem",
        "original-policy": "default-src 'none'",
        "disposition": "enforce",
        "blocked-uri": "inline",
        "line-number": 12,
        "status-code": 200,
        "script-sample": "",
    }
    return {"csp-report": told | changes}


def send(body: object, client: Client | None = None, **more: Any) -> int:  # noqa: ANN401
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    browser = client or Client(enforce_csrf_checks=True)
    kind = more.pop("content_type", KIND)
    headers = {"host": "localhost", **more.pop("headers", {})}
    return browser.generic(
        "POST", PLACE, data, kind, headers=headers, **more
    ).status_code


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "tracker.policy_reports")
    return caplog


def lines(logged: pytest.LogCaptureFixture) -> list[str]:
    return [
        JsonLines().format(each)
        for each in logged.records
        if each.name == "tracker.policy_reports"
    ]


@pytest.mark.django_db
def test_every_answer_says_where_to_report(client: Client) -> None:
    for address in ("/account/login/", "/nowhere/", "/livez", "/api/v1/docs/"):
        policy = client.get(address).headers["Content-Security-Policy"]
        assert f"report-uri {PLACE}" in policy, address


@pytest.mark.django_db
def test_a_report_is_counted_and_told_by_pattern_alone(
    anna: Patient, logged: pytest.LogCaptureFixture
) -> None:
    secret = "Anna-25-hydroxy-sample"
    sent = report(
        **{
            "document-uri": f"{HERE}/patients/{anna.pk}/?q={secret}",
            "referrer": f"{HERE}/{secret}",
            "source-file": f"{HERE}/{secret}.js",
            "blocked-uri": f"https://elsewhere.example/{secret}",
            "script-sample": secret,
        }
    )

    assert send(sent) == 204

    (line,) = lines(logged)
    told = json.loads(line)
    shown = (told["rule"], told["page"], told["blocked"])
    assert shown == ("script-src-elem", "patient", "elsewhere")
    counted = measuring.exposition().decode()
    assert 'rule="script-src-elem"' in counted
    assert 'page="patient"' in counted
    for text in (line, counted):
        assert secret not in text
        assert str(anna.pk) not in text
        assert "elsewhere.example" not in text


HOSTILE: dict[str, object] = {
    "nothing": b"",
    "no json": b"<xml/>",
    "no utf-8": b'{"csp-report": "\xff"}',
    "a list": [report()],
    "another envelope": {"report": report()["csp-report"]},
    "more than the envelope": {**report(), "more": 1},
    "a text inside": {"csp-report": "x"},
    "no page": {"csp-report": {"blocked-uri": "", "effective-directive": "img-src"}},
    "an unknown field": report(password="x"),
    "a rule that is none": report(**{"effective-directive": "x\n2026 forged line"}),
    "a number for a text": report(**{"blocked-uri": 7}),
    "a text for a number": report(**{"line-number": "7"}),
    "yes for a number": report(**{"line-number": True}),
    "a page of somebody else": report(**{"document-uri": "https://evil.example/"}),
    "a page of nobody": report(**{"document-uri": "about:blank"}),
    "a page under our name elsewhere": report(
        **{"document-uri": "http://localhost@evil.example/"}
    ),
    "no address at all": report(**{"document-uri": "http://[::1/"}),
    "too large": report(**{"script-sample": "x" * policy_reports.MOST_BYTES}),
    "very deep": b'{"csp-report":' + b"[" * 8000 + b"]" * 8000 + b"}",
    "a key twice": b'{"csp-report": {}, "csp-report": {}}',
    "no number": b'{"csp-report": {"line-number": NaN}}',
    "half a sign": b'{"csp-report": {"document-uri": "\\ud800"}}',
}


@pytest.mark.django_db
@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_body_is_refused_without_a_word(
    logged: pytest.LogCaptureFixture, what: str
) -> None:
    before = measuring.exposition().decode().count("policy_reports_total{")

    assert send(HOSTILE[what]) == 400

    assert lines(logged) == []
    after = measuring.exposition().decode().count("policy_reports_total{")
    assert after == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    "how",
    [
        {"headers": {"sec-fetch-site": "cross-site"}},
        {"headers": {"sec-fetch-site": "none"}},
        {"content_type": "text/plain"},
        {"content_type": "application/json"},
        {"content_type": "application/x-www-form-urlencoded"},
    ],
    ids=str,
)
def test_what_another_site_or_a_form_sends_is_refused(
    logged: pytest.LogCaptureFixture, how: dict[str, Any]
) -> None:
    assert send(report(), **how) == 400
    assert lines(logged) == []


@pytest.mark.django_db
def test_an_address_that_sends_many_waits_and_another_does_not() -> None:
    answers = [send(report(), REMOTE_ADDR="192.0.2.1") for _ in range(MANY)]

    assert answers.count(204) == policy_reports.MOST_OF_AN_ADDRESS
    assert set(answers[policy_reports.MOST_OF_AN_ADDRESS :]) == {429}
    assert send(report(), REMOTE_ADDR="192.0.2.2") == 204


@pytest.mark.django_db
def test_many_addresses_together_fill_no_more_than_the_places() -> None:
    each = policy_reports.MOST_OF_AN_ADDRESS
    for number in range(policy_reports.MOST_OF_ALL // each):
        for _report in range(each):
            assert policy_reports.may_take(f"192.0.2.{number}")

    assert not policy_reports.may_take("192.0.2.200")


@pytest.mark.django_db(transaction=True)
def test_at_once_no_more_are_taken_than_one_after_the_other() -> None:
    cache.clear()
    ready = Barrier(4)

    def take(_worker: int) -> int:
        try:
            ready.wait(60)
            return sum(policy_reports.may_take("192.0.2.9") for _ in range(5))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        taken = sum(pool.map(take, range(4)))

    assert taken == policy_reports.MOST_OF_AN_ADDRESS


def test_a_report_keeps_no_session_open(annas: Client) -> None:
    session = annas.session
    at = timezone.now() - timedelta(minutes=30)
    session[sessions.SINCE] = session[sessions.SEEN] = at.isoformat()
    session.save()

    assert send(report(), annas) == 204

    assert annas.session[sessions.SEEN] == at.isoformat()
