"""The headers stand on every answer, errors included."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as site
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.access.characters import Cast

EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store, private",
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "address", "host", "status"),
    [
        ("get", "/nowhere/", "localhost", 404),
        ("get", "/account/login/", "evil.example", 400),
        ("post", "/account/login/", "localhost", 403),
        ("put", "/account/inactive/", "localhost", 403),
        ("get", "/patients/" + "x" * 5000 + "/", "localhost", 404),
        ("get", "/patients/%00/", "localhost", 404),
    ],
)
def test_errors_carry_the_headers_too(
    method: str, address: str, host: str, status: int
) -> None:
    client = Client(enforce_csrf_checks=True)

    answer = client.generic(method.upper(), address, headers={"host": host})

    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "camera=()" in answer.headers["Permissions-Policy"]


@pytest.fixture
def stylesheet() -> Iterator[str]:
    """Return the address of a file that the site serves itself."""
    path = Path(site.STATIC_ROOT) / "of-this-test.css"
    path.write_text("body { color: black }")
    yield f"/{site.STATIC_URL.strip('/')}/{path.name}"
    path.unlink()


@pytest.mark.django_db
def test_a_file_carries_the_headers_too_and_may_be_kept(stylesheet: str) -> None:
    answer = Client().get(stylesheet)
    again = Client().get(
        stylesheet, headers={"if-modified-since": answer["Last-Modified"]}
    )

    assert (answer.status_code, again.status_code) == (200, 304)
    for one in (answer, again):
        one.close()
        kept = {name: one.headers.get(name) for name in EXPECTED}
        assert kept | {"Cache-Control": ""} == EXPECTED | {"Cache-Control": ""}
        assert "max-age" in one.headers["Cache-Control"]
        assert "default-src 'none'" in one.headers["Content-Security-Policy"]
        assert "camera=()" in one.headers["Permissions-Policy"]
        assert "Access-Control-Allow-Origin" not in one.headers


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status"),
    [("/livez", 200), ("/readyz", 200), ("/metrics", 404), ("/static/../x", 404)],
)
def test_probes_carry_the_headers_too(address: str, status: int) -> None:
    answer = Client().get(address)

    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.django_db
def test_the_way_to_https_carries_the_headers_too(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True

    answer = Client().get("/account/login/")

    assert answer.status_code == 301
    assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


UNREADABLE = "What was sent could not be read"
FORM = "application/x-www-form-urlencoded"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"login=anna", f"{FORM}; charset=latin-1"),
        (b"login=anna", f"{FORM}; charset=utf-7"),
        (b"login=anna", f"{FORM}; charset=utf-16"),
        (b"note=" + b"a" * 5_000_000, FORM),
        (b"a=1&" * 50_000, FORM),
        (b"login=anna", "multipart/form-data; boundary="),
    ],
)
def test_a_form_that_cannot_be_read_is_refused_in_a_sentence(
    body: bytes, content_type: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/account/login/")

    answer = client.generic("POST", "/account/login/", body, content_type)

    assert answer.status_code == 400
    assert UNREADABLE in answer.content.decode()
    assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.urls("tests.access.urls_that_fail")
def test_what_a_page_wrote_before_it_could_not_read_on_is_undone() -> None:
    answer = Client().get("/gives/up/")

    assert answer.status_code == 400
    assert UNREADABLE in answer.content.decode()
    assert not User.objects.filter(email="half@example.org").exists()


@pytest.mark.urls("tests.access.urls_that_fail")
def test_a_page_that_falls_over_says_nothing_of_why_and_keeps_its_headers(
    cast: Cast,
) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(cast.owner)

    answer = client.get("/falls/over/")

    assert answer.status_code == 500
    assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED
    assert "Content-Security-Policy" in answer.headers
    assert "Ashby 48" not in answer.content.decode()


def test_signed_in_pages_vary_by_cookie(client: Client, cast: Cast) -> None:
    client.force_login(cast.owner)

    answer = client.get(f"/patients/{cast.record.pk}/sharing/")

    assert "Cookie" in answer.headers["Vary"]


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(
    client: Client, cast: Cast
) -> None:
    client.force_login(cast.owner)
    client.get("/account/email/")

    session = client.cookies["sessionid"]
    token = client.cookies["csrftoken"]

    assert session["httponly"]
    assert session["samesite"] == "Lax"
    assert token["samesite"] == "Strict"
    assert int(session["max-age"]) <= 24 * 60 * 60


@pytest.mark.django_db
def test_a_refused_csrf_answer_is_in_our_own_words(settings: Settings) -> None:
    assert settings.DEBUG is False
    answer = Client(enforce_csrf_checks=True).post("/account/login/")

    assert "This page was open for too long" in answer.content.decode()
