"""
Queries and row-level security each keep strangers out alone.

With both down the stranger gets in: so these tests would see a leak if there was one.
"""

from collections.abc import Callable, Iterator

import pytest
from django.db.models import QuerySet
from django.test import Client
from pytest_django import Settings

from accounts import queries, statements
from accounts.models import Patient
from tests.access import records
from tests.access.characters import Cast

STRANGERS = (
    "other_patient",
    "revoked",
    "expired",
    "elsewhere",
    "admin",
    "former_carer",
)


@pytest.fixture
def no_filter(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Take down the wall in Python, as a view that forgot its filter would."""

    def everybody(**_: object) -> QuerySet[Patient]:
        return Patient.objects.all()

    def take_down() -> None:
        monkeypatch.setattr(queries, "patients_visible_to", everybody)
        statements.forget()  # what was put together with the wall

    yield take_down
    statements.forget()


@pytest.fixture
def no_policies(settings: Settings) -> Callable[[], None]:
    """Take down the wall in the database: look with the owner's eyes."""
    return lambda: setattr(settings, "VIEWER_ROLE", "")


def status_for(user: object, cast: Cast) -> int:
    browser = Client(raise_request_exception=False)
    browser.force_login(user)  # type: ignore[arg-type]
    return browser.get(f"/patients/{cast.record.pk}/sharing/").status_code


@pytest.mark.parametrize("part", STRANGERS)
def test_a_forgotten_filter_lets_nobody_in(
    cast: Cast, part: str, no_filter: Callable[[], None]
) -> None:
    records.fill(cast)
    no_filter()

    assert status_for(cast.people()[part], cast) == 404


@pytest.mark.parametrize("part", STRANGERS)
def test_a_missing_policy_lets_nobody_in(
    cast: Cast, part: str, no_policies: Callable[[], None]
) -> None:
    records.fill(cast)
    no_policies()

    assert status_for(cast.people()[part], cast) == 404


def test_with_both_walls_down_the_leak_is_seen(
    cast: Cast, no_filter: Callable[[], None], no_policies: Callable[[], None]
) -> None:
    no_filter()
    no_policies()

    assert status_for(cast.elsewhere, cast) != 404
