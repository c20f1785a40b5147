"""Who signs in is told of failed tries, and nobody learns an address by that."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import FailureCount, OutgoingMail, User
from accounts.services import sign_in, sign_in_warnings
from accounts.services.second_factor import code_now
from tests.access.characters import FOUR_WORDS, SEED, Cast, person
from tests.integration.accounts.test_enumeration import Cost, Measure, measure
from tracker import tasks

__all__ = ["measure"]

ALICE, NOBODY = "alice@example.org", "nobody@example.org"
WRONG = "quite the wrong words"


@pytest.fixture(autouse=True)
def _without_limits(settings: Settings) -> None:
    """Count failures in a row alone, past the windows of time."""
    settings.ACCOUNT_RATE_LIMITS = False
    settings.MFA_RATE_LIMITS = False


def fail(email: str, times: int = sign_in_warnings.MANY) -> Client:
    browser = Client()
    for _try in range(times):
        browser.post("/account/login/", {"login": email, "password": WRONG})
    return browser


def told() -> list[tuple[str, str]]:
    about = OutgoingMail.objects.filter(subject__contains="failed several times")
    mails = about.order_by("made_at")
    return [(mail.recipient, mail.body) for mail in mails]


def look(at: datetime | None = None) -> int:
    return sign_in_warnings.tell_of_failures(at=at or timezone.now())


def test_a_known_address_costs_what_an_unknown_one_does_however_often(
    measure: Measure, cast: Cast
) -> None:
    del cast

    def tries(email: str) -> list[Cost]:
        values = {"login": email, "password": WRONG}
        number = sign_in_warnings.MANY + 2
        return [measure("/account/login/", values) for _try in range(number)]

    known, unknown = tries(ALICE), tries(NOBODY)

    assert known == unknown
    assert {(cost.hashes, cost.mails) for cost in known} == {(1, 0)}
    assert look() == 1
    assert [recipient for recipient, _body in told()] == [ALICE]


def test_the_mail_says_what_to_do_and_names_no_address_and_no_health(
    cast: Cast,
) -> None:
    del cast
    fail(ALICE)

    tasks.tell_of_failures(0)

    ((recipient, body),) = told()
    assert recipient == ALICE
    assert "several times in vain" in body
    assert "/account/sessions/" in body
    for word in ("127.0.0.1", ALICE, "Alice", "vitamin", "result", "clinic"):
        assert word not in body


def test_a_few_failures_are_nothing_to_tell(cast: Cast) -> None:
    del cast
    fail(ALICE, sign_in_warnings.MANY - 1)

    assert look() == 0
    assert told() == []


def test_who_goes_on_is_told_of_once_a_day(cast: Cast) -> None:
    del cast
    now = timezone.now()
    for _round in range(3):
        fail(ALICE)
        look(now)
    assert len(told()) == 1

    # After the last failure, however long the many before it took.
    next_day = timezone.now() + sign_in_warnings.WITHIN + timedelta(minutes=1)
    look(next_day)  # the failures of yesterday are no news
    assert len(told()) == 1
    FailureCount.objects.filter(failures__gte=sign_in_warnings.MANY).update(
        last_at=next_day
    )
    look(next_day)
    assert len(told()) == 2


def test_the_right_password_after_many_wrong_ones_is_told_of_at_once(
    cast: Cast,
) -> None:
    del cast
    browser = fail(ALICE)

    browser.post("/account/login/", {"login": ALICE, "password": FOUR_WORDS})

    ((recipient, body),) = told()
    assert recipient == ALICE
    assert "then gave the right password or code" in body
    assert look() == 0


def test_the_right_password_after_a_few_wrong_ones_is_not(cast: Cast) -> None:
    del cast
    browser = fail(ALICE, sign_in_warnings.MANY - 1)

    browser.post("/account/login/", {"login": ALICE, "password": FOUR_WORDS})

    assert "_auth_user_id" in browser.session
    assert told() == []


@pytest.mark.parametrize("ends", ["wrong", "right"])
def test_failures_at_the_second_step_are_told_of_too(cast: Cast, ends: str) -> None:
    browser = Client()
    values = {"login": cast.consented.email, "password": FOUR_WORDS}
    browser.post("/account/login/", values)
    for _try in range(sign_in_warnings.MANY):
        browser.post("/account/2fa/authenticate/", {"code": "000000"})
    if ends == "right":
        browser.post("/account/2fa/authenticate/", {"code": code_now(SEED)})

    look()

    ((recipient, body),) = told()
    assert recipient == cast.consented.email
    assert ("then gave the right" in body) == (ends == "right")


@pytest.mark.parametrize("why", ["not confirmed", "switched off"])
def test_an_address_that_is_not_in_use_gets_no_mail(cast: Cast, why: str) -> None:
    fail(ALICE)
    if why == "not confirmed":
        EmailAddress.objects.filter(email=ALICE).update(verified=False)
    else:
        User.objects.filter(pk=cast.owner.pk).update(is_active=False)

    assert look() == 0
    assert told() == []


def test_the_address_is_known_in_whatever_case_it_was_typed(cast: Cast) -> None:
    del cast
    fail(" ALICE@Example.org ")

    assert look() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_write_one_mail() -> None:
    alice = person("Alice Ashby", ALICE)
    for _try in range(sign_in_warnings.MANY):
        sign_in.count_try(sign_in.PASSWORD, alice.email)
    ready = Barrier(2)

    def worker(_number: int) -> int:
        with closing():
            ready.wait(60)
            return look()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(worker, range(2))) == [0, 1]
    assert len(told()) == 1


@contextmanager
def closing() -> Iterator[None]:
    try:
        yield
    finally:
        connection.close()
