"""Sessions end in time, change their key, and can be ended from elsewhere."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.access.characters import FOUR_WORDS, Cast
from tests.access.signing_in import sign_in

LOGIN = "/account/login/"
PAGE = "/account/email/"


@pytest.mark.parametrize(
    ("part", "minutes", "is_open"),
    [
        ("owner", 59, True),
        ("owner", 61, False),
        ("consented", 14, True),
        ("consented", 16, False),
        ("admin", 16, False),
    ],
)
def test_a_session_left_alone_is_closed(
    client: Client, cast: Cast, part: str, minutes: int, *, is_open: bool
) -> None:
    client.force_login(cast.people()[part])
    client.get(PAGE)

    with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
        answer = client.get(PAGE)

    assert (answer.status_code == 200) is is_open
    assert ("_auth_user_id" in client.session) is is_open


def test_use_keeps_a_session_open_but_not_for_more_than_a_day(
    client: Client, cast: Cast
) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        client.force_login(cast.owner)
        client.get(PAGE)
        for _ in range(47):
            clock.shift(timedelta(minutes=30))
            assert client.get(PAGE).status_code == 200
        clock.shift(timedelta(minutes=30))
        assert client.get(PAGE).status_code == 302


def test_a_page_that_asks_by_itself_keeps_no_session_open(
    client: Client, cast: Cast
) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        client.force_login(cast.owner)
        client.get(PAGE)
        for _ in range(2):
            clock.shift(timedelta(minutes=29))
            client.get(PAGE, headers={"x-background": "1"})
        clock.shift(timedelta(minutes=29))
        assert client.get(PAGE).status_code == 302


def test_signing_in_changes_the_session_key_and_the_old_one_is_dead(
    client: Client, cast: Cast
) -> None:
    client.get(LOGIN)
    client.post(LOGIN, {"login": cast.owner.email, "password": "not the right words"})
    session = client.session
    session["planted"] = True
    session.save()
    planted = str(session.session_key)
    client.cookies["sessionid"] = planted

    sign_in(client, cast.owner)

    assert client.session.session_key != planted
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert thief.get(PAGE).status_code == 302


def test_a_new_password_ends_every_other_session(client: Client, cast: Cast) -> None:
    other = Client()
    sign_in(client, cast.owner)
    sign_in(other, cast.owner)
    client.post("/account/reauthenticate/", {"password": FOUR_WORDS})

    client.post(
        "/account/password/change/",
        {
            "oldpassword": FOUR_WORDS,
            "password1": "eleven brave teapots",
            "password2": "eleven brave teapots",
        },
    )

    assert User.objects.get(pk=cast.owner.pk).check_password("eleven brave teapots")
    assert other.get(PAGE).status_code == 302


def test_somebody_deactivated_is_out_at_the_next_request(
    client: Client, cast: Cast
) -> None:
    client.force_login(cast.owner)
    assert client.get(PAGE).status_code == 200

    User.objects.filter(pk=cast.owner.pk).update(is_active=False)

    assert client.get(PAGE).status_code == 302


def test_the_list_shows_each_browser_and_ends_the_chosen_one(
    client: Client, cast: Cast
) -> None:
    phone, laptop = Client(), Client()
    for browser, name in ((client, "Firefox"), (phone, "Phone"), (laptop, "Laptop")):
        browser.defaults["HTTP_USER_AGENT"] = name
        sign_in(browser, cast.owner)
    page = client.get("/account/sessions/")
    sessions = {session.user_agent: session for session in page.context["sessions"]}
    assert set(sessions) == {"Firefox", "Phone", "Laptop"}

    client.post(f"/account/sessions/{sessions['Phone'].pk}/end/")

    assert phone.get(PAGE).status_code == 302
    assert laptop.get(PAGE).status_code == 200
    client.post("/account/sessions/")
    assert laptop.get(PAGE).status_code == 302
    assert client.get(PAGE).status_code == 200


def test_nobody_ends_somebody_elses_session(client: Client, cast: Cast) -> None:
    other = Client()
    sign_in(other, cast.other_patient)
    session = other.get("/account/sessions/").context["sessions"][0]
    client.force_login(cast.owner)

    answer = client.post(f"/account/sessions/{session.pk}/end/")

    assert answer.status_code == 404
    assert other.get(PAGE).status_code == 200


def test_signing_out_leaves_nothing_in_the_session(client: Client, cast: Cast) -> None:
    sign_in(client, cast.owner)
    key = client.session.session_key

    left = client.post("/account/logout/")

    thief = Client()
    thief.cookies["sessionid"] = str(key)
    assert thief.get(PAGE).status_code == 302
    assert left["Clear-Site-Data"] == '"cache", "storage"'


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "http:///evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        " https://evil.example",
        "\thttps://evil.example",
        "https://localhost:8000@evil.example/",
        "https://testserver.evil.example/",
        "ftp://evil.example",
        "/%5cevil.example/../../\\evil.example",
    ],
)
def test_after_signing_in_nobody_is_sent_to_another_site(
    client: Client, cast: Cast, target: str
) -> None:
    answer = client.post(
        LOGIN, {"login": cast.owner.email, "password": FOUR_WORDS, "next": target}
    )

    assert answer["Location"].startswith("/")
    assert not answer["Location"].startswith(("//", "/\\"))
