"""Nobody learns which addresses are known: neither from an answer nor from its cost."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client

from accounts.hashers import TunedArgon2Hasher
from accounts.models import OutgoingMail, User
from tests.access.characters import FOUR_WORDS, Cast
from tests.integration.accounts.test_guessing import without_tokens


@dataclass(frozen=True)
class Cost:
    """What an answer cost, and what it was."""

    hashes: int
    mails: int
    status: int
    location: str
    page: str


Measure = Callable[[str, dict[str, str]], Cost]


@pytest.fixture
def measure(
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
) -> Measure:
    del cast
    hashed: list[str] = []
    for name in ("encode", "verify"):
        monkeypatch.setattr(
            TunedArgon2Hasher, name, counting(getattr(TunedArgon2Hasher, name), hashed)
        )

    def post(path: str, values: dict[str, str]) -> Cost:
        hashed.clear()
        before = OutgoingMail.objects.count()
        answer = Client().post(path, values)
        page = answer.content.decode()
        for value in values.values():
            page = page.replace(value, "")
        return Cost(
            hashes=len(hashed),
            mails=OutgoingMail.objects.count() - before,
            status=answer.status_code,
            location=answer.headers.get("Location", ""),
            page=without_tokens(page),
        )

    return post


def counting(
    original: Callable[..., object], calls: list[str]
) -> Callable[..., object]:
    def count(*args: object, **kwargs: object) -> object:
        calls.append(original.__name__)
        return original(*args, **kwargs)

    return count


def test_sign_up_costs_one_hash_and_one_mail_on_both_paths(measure: Measure) -> None:
    def sign_up(email: str) -> Cost:
        values = {"name": "Ida", "email": email, "password1": FOUR_WORDS}
        return measure("/account/signup/", values)

    known, unknown = sign_up("alice@example.org"), sign_up("ida@example.org")

    assert known == unknown
    assert (known.hashes, known.mails, known.location) == (
        1,
        1,
        "/account/confirm-email/",
    )


def test_a_second_sign_up_changes_nothing_of_the_person(measure: Measure) -> None:
    before = User.objects.get(email="alice@example.org").password

    values = {"name": "Mallory", "email": "alice@example.org", "password1": FOUR_WORDS}
    measure("/account/signup/", values)

    alice = User.objects.get(email="alice@example.org")
    assert (alice.password, alice.name) == (before, "Alice Ashby")


def test_a_wrong_password_and_an_unknown_address_cost_and_say_the_same(
    measure: Measure,
) -> None:
    def sign_in(email: str) -> Cost:
        values = {"login": email, "password": "quite the wrong words"}
        return measure("/account/login/", values)

    known, unknown = sign_in("alice@example.org"), sign_in("nobody@example.org")

    assert known == unknown
    assert known.hashes == 1


def test_a_forgotten_password_is_answered_alike_with_one_mail(measure: Measure) -> None:
    def reset(email: str) -> Cost:
        return measure("/account/password/reset/", {"email": email})

    known, unknown = reset("alice@example.org"), reset("nobody@example.org")

    assert known == unknown
    assert known.mails == 1
