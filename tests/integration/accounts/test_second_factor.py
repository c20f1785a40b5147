"""No path past the second step, no code twice, no seed in the database."""

import json
from io import StringIO
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings as site
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.adapters import SecondFactorAdapter
from accounts.models import AuditEvent, FailureCount
from accounts.services.second_factor import code_now
from tests.access.characters import FOUR_WORDS, SEED, Cast
from tests.access.signing_in import moved_on, sign_in
from tests.access.test_matrix import _has_just_signed_in
from tests.integration.accounts.mails import delivered

LOGIN = "/account/login/"
SECOND_STEP = "/account/2fa/authenticate/"


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_password_alone_does_not_sign_a_clinician_in(
    client: Client, cast: Cast
) -> None:
    answer = client.post(LOGIN, {"login": cast.consented.email, "password": FOUR_WORDS})

    assert answer["Location"] == SECOND_STEP
    assert not is_signed_in(client)
    assert client.get(f"/patients/{cast.record.pk}/sharing/").status_code == 302


def test_password_and_code_sign_in(client: Client, cast: Cast) -> None:
    sign_in(client, cast.consented)

    assert is_signed_in(client)


def test_a_code_works_once(client: Client, cast: Cast) -> None:
    second = Client()

    with moved_on(seconds=0):  # both within the half minute of one code
        sign_in(client, cast.consented)
        sign_in(second, cast.consented)

    assert is_signed_in(client)
    assert not is_signed_in(second)


def test_the_code_before_is_taken_and_then_spent_too(
    client: Client, cast: Cast
) -> None:
    other = Client()
    with moved_on(seconds=0):  # the clock stands: the next half minute is the next code
        code = code_now(SEED)
        client.post(LOGIN, {"login": cast.consented.email, "password": FOUR_WORDS})
        other.post(LOGIN, {"login": cast.consented.email, "password": FOUR_WORDS})
        with moved_on(seconds=30):
            client.post(SECOND_STEP, {"code": code})
            other.post(SECOND_STEP, {"code": f" {code[:3]} {code[3:]} "})

    assert is_signed_in(client)
    assert not is_signed_in(other)


def test_a_new_password_by_mail_does_not_skip_the_second_step(
    client: Client,
    cast: Cast,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/account/password/reset/", {"email": cast.consented.email})
    body = str(delivered()[-1].body)
    path = body.split("http://localhost:8000", 1)[1].split(maxsplit=1)[0]
    form_address = client.get(path)["Location"]
    words = {"password1": "eleven brave teapots", "password2": "eleven brave teapots"}

    client.post(form_address, words)
    client.post(LOGIN, {"login": cast.consented.email, "password": words["password1"]})

    assert not is_signed_in(client)
    assert client.get(SECOND_STEP).status_code == 200


def test_who_works_in_a_clinic_goes_nowhere_before_the_second_step_is_set_up(
    client: Client, cast: Cast
) -> None:
    Authenticator.objects.filter(user=cast.admin).delete()
    client.force_login(cast.admin)

    for path in ("/", "/record/new/", "/account/email/", "/nowhere/"):
        assert client.get(path)["Location"] == "/account/2fa/"
    assert client.get("/account/2fa/").status_code == 200


def test_setting_up_an_app_ends_with_recovery_codes_shown_once(
    client: Client, cast: Cast
) -> None:
    Authenticator.objects.filter(user=cast.admin).delete()
    client.post(LOGIN, {"login": cast.admin.email, "password": FOUR_WORDS})
    client.post("/account/reauthenticate/", {"password": FOUR_WORDS})
    page = client.get("/account/2fa/totp/activate/")
    code = code_now(page.context["form"].secret)

    answer = client.post("/account/2fa/totp/activate/", {"code": code})

    assert answer["Location"] == "/account/2fa/recovery-codes/"
    assert "<code>" in client.get(answer["Location"]).content.decode()
    assert "<code>" not in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    "page", ["totp/deactivate", "recovery-codes/generate", "totp/activate"]
)
def test_who_only_looks_at_a_second_step_is_shown_the_way_back(
    client: Client, cast: Cast, page: str
) -> None:
    user = cast.owner if page == "totp/activate" else cast.consented
    sign_in(client, user)
    _has_just_signed_in(client, str(user.pk))

    words = client.get(f"/account/2fa/{page}/").content.decode()

    assert 'href="/account/2fa/">Cancel</a>' in words


def test_a_sign_in_that_fails_is_not_told_as_something_unsaved(
    client: Client, cast: Cast
) -> None:
    tried = {"login": cast.owner.email, "password": "another otter"}

    page = client.post(LOGIN, tried).content.decode()

    assert "Please try again" in page
    assert "This was not saved yet" not in page


def test_a_recovery_code_works_once(client: Client, cast: Cast) -> None:
    code = RecoveryCodes.activate(cast.consented).get_unused_codes()[0]
    for browser, outcome in ((client, True), (Client(), False)):
        browser.post(LOGIN, {"login": cast.consented.email, "password": FOUR_WORDS})
        browser.post(SECOND_STEP, {"code": code})
        assert is_signed_in(browser) is outcome


def test_codes_stop_for_good_after_a_hundred_wrong_ones(
    client: Client, cast: Cast, settings: Settings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    client.post(LOGIN, {"login": cast.consented.email, "password": FOUR_WORDS})
    client.post(SECOND_STEP, {"code": "000000"})
    FailureCount.objects.filter(failures=1).update(failures=100)

    page = client.post(SECOND_STEP, {"code": code_now(SEED)})

    assert "stopped after 100" in page.content.decode()
    assert not is_signed_in(client)


def test_the_database_does_not_hold_the_seed(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator")
        stored = " ".join(text for (text,) in cursor.fetchall())

    assert Authenticator.objects.filter(user=cast.consented).exists()
    assert SEED not in stored


def test_a_seed_is_readable_after_the_key_was_changed(settings: Settings) -> None:
    locked = SecondFactorAdapter().encrypt(SEED)
    newer = "zLRaWZ4cGkYYmJvQHHCJwC1vB0GcgTQfLq4LZxPTkAE="
    settings.MFA_ENCRYPTION_KEYS = [newer, *settings.MFA_ENCRYPTION_KEYS]

    assert SecondFactorAdapter().decrypt(locked) == SEED


def test_the_demos_code_is_the_one_that_signs_in(client: Client, cast: Cast) -> None:
    path = Path(site.VAR_DIR) / "demo_accounts.json"
    accounts = [
        {"email": cast.consented.email, "totp_secret": SEED},
        {"email": cast.owner.email, "totp_secret": ""},
    ]
    path.write_text(json.dumps(accounts))
    out = StringIO()

    call_command("demo_code", cast.consented.email.upper(), stdout=out)

    client.post(LOGIN, {"login": cast.consented.email, "password": FOUR_WORDS})
    client.post(SECOND_STEP, {"code": out.getvalue().strip()})
    assert is_signed_in(client)
    with pytest.raises(CommandError, match="without a second step"):
        call_command("demo_code", cast.owner.email)
    with pytest.raises(CommandError, match="not one of the demo"):
        call_command("demo_code", "nobody@example.org")


def test_a_reset_takes_the_second_step_ends_sessions_and_is_audited(
    client: Client, cast: Cast
) -> None:
    sign_in(client, cast.consented)

    call_command("reset_second_factor", cast.consented.email, stdout=StringIO())

    assert not Authenticator.objects.filter(user=cast.consented).exists()
    assert client.get("/record/new/")["Location"].startswith(LOGIN)
    event = AuditEvent.objects.get(object_label="second step")
    assert event.object_id == str(cast.consented.pk)


@pytest.mark.django_db
def test_a_reset_of_somebody_unknown_is_refused_in_words() -> None:
    with pytest.raises(CommandError, match="Nobody signs in with"):
        call_command("reset_second_factor", "nobody@example.org")
