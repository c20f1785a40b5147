"""Each of our own system checks finds what it is for."""

from collections.abc import Callable, Iterable

import pytest
from django.core.checks import CheckMessage
from pytest_django import Settings

from accounts.services import checks

LOCAL = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SMALL = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache"}}
LOOSE = {"DIRECTIVES": {"default-src": ["'self'"], "script-src": ["'unsafe-inline'"]}}
Check = Callable[[], Iterable[CheckMessage]]


@pytest.mark.parametrize(
    ("check", "name", "value", "found"),
    [
        (checks.content_security, "CONTENT_SECURITY_POLICY", {}, "accounts.E001"),
        (checks.content_security, "CONTENT_SECURITY_POLICY", LOOSE, "accounts.E002"),
        (checks.sessions, "SESSION_COOKIE_AGE", 86_401, "accounts.E003"),
        (
            checks.sessions,
            "SESSION_ENGINE",
            "django.contrib.sessions.backends.signed_cookies",
            "accounts.E004",
        ),
        (checks.shared_cache, "CACHES", LOCAL, "accounts.E005"),
        (checks.shared_cache, "CACHES", SMALL, "accounts.E006"),
        (checks.middleware, "MIDDLEWARE", [], "accounts.E007"),
        (
            checks.middleware,
            "MIDDLEWARE",
            list(reversed(checks.MIDDLEWARE)),
            "accounts.E007",
        ),
        (
            checks.seeds,
            "MFA_ADAPTER",
            "allauth.mfa.adapter.DefaultMFAAdapter",
            "accounts.E008",
        ),
        (
            checks.seeds,
            "PASSWORD_HASHERS",
            ["django.contrib.auth.hashers.PBKDF2PasswordHasher"],
            "accounts.E009",
        ),
        (checks.host_cookies, "SESSION_COOKIE_NAME", "sessionid", "accounts.E010"),
    ],
)
def test_a_setting_that_weakens_the_site_is_found(
    settings: Settings, check: Check, name: str, value: object, found: str
) -> None:
    setattr(settings, name, value)

    assert [message.id for message in check()] == [found]


def test_the_settings_as_they_are_pass() -> None:
    for check in (checks.content_security, checks.sessions, checks.shared_cache):
        assert list(check()) == []
    assert [*checks.middleware(), *checks.seeds()] == []
