"""Signing in as people do, for tests that need the session to be a real one."""

from datetime import timedelta

import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.services.second_factor import code_now
from tests.access.characters import FOUR_WORDS, SEED


def sign_in(client: Client, user: User) -> None:
    """Sign in by password, and by code where the person has one."""
    answer = client.post(
        "/account/login/", {"login": user.email, "password": FOUR_WORDS}
    )
    if answer["Location"] == "/account/2fa/authenticate/":
        client.post("/account/2fa/authenticate/", {"code": code_now(SEED)})


def moved_on(**how_long: float) -> time_machine.travel:
    """Return a block in which the clock has moved on."""
    return time_machine.travel(timezone.now() + timedelta(**how_long), tick=False)
