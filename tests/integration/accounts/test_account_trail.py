"""Whoever has an account reads how it was signed in to, and nobody else does."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from accounts import queries
from accounts.models import AuditEvent, FailureCount, User
from accounts.services import sign_in as counting
from accounts.services.second_factor import code_now
from accounts.services.sign_in_trail import OF_AN_ACCOUNT
from tests.access.characters import FOUR_WORDS, SEED, Cast
from tests.access.signing_in import moved_on, sign_in

LOGIN = "/account/login/"
SECOND_STEP = "/account/2fa/authenticate/"
PAGE = "/account/sessions/"
NEW_WORDS = "eleven brave teapots"


def events_of(user: User) -> list[tuple[str, str, str | None]]:
    """Return what the trail says of an account, the oldest first."""
    events = AuditEvent.objects.filter(
        object_id=str(user.pk), object_label__in=OF_AN_ACCOUNT
    )
    return [
        (event.action, event.object_label, event.ip_address)
        for event in events.order_by("at")
    ]


def read(client: Client) -> str:
    page = client.get(PAGE).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_signing_in_and_out_is_written_down_with_the_address(
    client: Client, cast: Cast
) -> None:
    sign_in(client, cast.owner)
    words = read(client)
    client.post("/account/logout/")

    assert events_of(cast.owner) == [
        ("signed in", "sign-in", "127.0.0.1"),
        ("signed out", "sign-in", "127.0.0.1"),
    ]
    assert "You signed in on a page" in words
    assert "from 127.0.0.1" in words


def test_a_sign_in_counts_once_the_second_step_is_done(
    client: Client, cast: Cast
) -> None:
    client.post(LOGIN, {"login": cast.consented.email, "password": FOUR_WORDS})
    assert events_of(cast.consented) == []

    client.post(SECOND_STEP, {"code": "000000"})
    client.post(SECOND_STEP, {"code": code_now(SEED)})

    assert [event[:2] for event in events_of(cast.consented)] == [
        ("failed", "second step"),
        ("signed in", "sign-in"),
    ]
    words = read(client)
    assert "was not signed in gave a wrong code for the second step" in words


def test_a_wrong_password_is_told_to_the_person_and_costs_the_same_for_nobody(
    client: Client, cast: Cast
) -> None:
    before = AuditEvent.objects.count()
    for email in (cast.owner.email.upper(), "nobody@example.org"):
        Client().post(LOGIN, {"login": email, "password": "quite the wrong words"})
        cache.clear()

    sign_in(client, cast.owner)

    assert AuditEvent.objects.count() == before + 3
    assert [event[:2] for event in events_of(cast.owner)] == [
        ("failed", "password"),
        ("signed in", "sign-in"),
    ]
    stray = AuditEvent.objects.get(object_label="password", object_id="")
    assert (stray.actor_name, stray.actor_id) == ("", None)
    assert "was not signed in tried a wrong password" in read(client)


def test_a_try_after_the_hundredth_is_written_down_too(cast: Cast) -> None:
    counting.count_try(counting.PASSWORD, cast.owner.email)
    FailureCount.objects.update(failures=counting.MOST_FAILURES)

    Client().post(LOGIN, {"login": cast.owner.email, "password": FOUR_WORDS})

    assert events_of(cast.owner)[-1][:2] == ("failed", "password")


def test_a_session_that_is_over_is_told(client: Client, cast: Cast) -> None:
    sign_in(client, cast.owner)

    client.get("/")
    with moved_on(minutes=61):
        client.get("/")

    assert events_of(cast.owner)[-1][:2] == ("signed out", "session over time")


def test_another_browser_that_is_signed_out_is_told(client: Client, cast: Cast) -> None:
    for browser in (Client(), Client(), client):
        sign_in(browser, cast.owner)
        browser.get("/")
    first = client.get(PAGE).context["sessions"][0]

    client.post(f"{PAGE}{first.pk}/end/")
    client.post(PAGE)

    told = [event[:2] for event in events_of(cast.owner)]
    assert told.count(("signed out", "other browser")) == 2
    assert "You signed out another browser" in read(client)


def test_what_opens_an_account_is_told_when_it_changes(
    client: Client, cast: Cast
) -> None:
    sign_in(client, cast.owner)
    client.post("/account/reauthenticate/", {"password": FOUR_WORDS})
    page = client.get("/account/2fa/totp/activate/")
    client.post(
        "/account/2fa/totp/activate/", {"code": code_now(page.context["form"].secret)}
    )
    client.post("/account/2fa/recovery-codes/generate/")
    client.post("/account/2fa/totp/deactivate/")
    client.post(
        "/account/password/change/",
        {"oldpassword": FOUR_WORDS, "password1": NEW_WORDS, "password2": NEW_WORDS},
    )

    told = {event[:2] for event in events_of(cast.owner)}
    assert told >= {
        ("created", "authenticator app"),
        ("created", "recovery codes"),
        ("erased", "authenticator app"),
        ("changed", "password"),
    }
    assert not Authenticator.objects.filter(user=cast.owner).exists()


def test_a_code_that_is_not_needed_any_more_changes_nothing_here(
    client: Client, cast: Cast
) -> None:
    """A recovery code signs in as an app's code does, and is told as signing in."""
    code = RecoveryCodes.activate(cast.consented).get_unused_codes()[0]
    client.post(LOGIN, {"login": cast.consented.email, "password": FOUR_WORDS})
    client.post(SECOND_STEP, {"code": code})

    assert [event[:2] for event in events_of(cast.consented)] == [
        ("signed in", "sign-in")
    ]


@pytest.mark.parametrize("who", ["other_patient", "consented", "admin", "carer"])
def test_nobody_else_reads_it_not_even_past_the_pages(
    client: Client, cast: Cast, who: str
) -> None:
    sign_in(client, cast.owner)
    other = getattr(cast, who)

    for viewer, seen in ((cast.owner, 1), (other, 0)):
        with transaction.atomic(), queries.viewing(queries.viewer_for(viewer)):
            found = AuditEvent.objects.filter(
                patient_id=None, object_id=str(cast.owner.pk)
            )
            assert found.count() == seen
