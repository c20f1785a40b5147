"""What Django's own checks do not know about this site's settings."""

from collections.abc import Iterable
from typing import Any

from allauth.mfa.adapter import get_adapter
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.utils.module_loading import import_string

from accounts.domain.sessions import LONGEST_SESSION

UNSHARED_CACHES = ("locmem", "dummy")
FEWEST_CACHE_ENTRIES = 10_000
# The order matters: the headers are around files, the transaction around the session,
# and the viewer inside it.
MIDDLEWARE = (
    "csp.middleware.CSPMiddleware",
    "accounts.middleware.HeadersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "accounts.middleware.TransactionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.middleware.ViewerMiddleware",
    "accounts.middleware.SignInRulesMiddleware",
)


def register_all() -> None:
    """Add the checks to Django's own."""
    for check in (content_security, sessions, shared_cache, middleware, seeds):
        register(check, Tags.security)
    register(host_cookies, Tags.security, deploy=True)


def content_security(**_: object) -> Iterable[CheckMessage]:
    """Find a policy that lets other scripts and styles run than our own."""
    policy = getattr(settings, "CONTENT_SECURITY_POLICY", {})
    directives = policy.get("DIRECTIVES", {})
    if directives.get("default-src") is None:
        yield Error("There is no Content-Security-Policy.", id="accounts.E001")
    allowed = [str(source) for sources in directives.values() for source in sources]
    if any("unsafe" in source or source in {"*", "https:"} for source in allowed):
        yield Error("The Content-Security-Policy lets too much in.", id="accounts.E002")


def sessions(**_: object) -> Iterable[CheckMessage]:
    """Find sessions that outlive a day or cannot be ended from elsewhere."""
    if LONGEST_SESSION.total_seconds() < settings.SESSION_COOKIE_AGE:
        yield Error("SESSION_COOKIE_AGE is more than a day.", id="accounts.E003")
    if not settings.SESSION_ENGINE.endswith((".db", ".cached_db")):
        yield Error(
            "Sessions must be revocable: keep them in the database.", id="accounts.E004"
        )


def shared_cache(**_: object) -> Iterable[CheckMessage]:
    """Find a cache that workers do not share, or that forgets counters for room."""
    cache: dict[str, Any] = dict(settings.CACHES["default"])
    if any(name in cache["BACKEND"] for name in UNSHARED_CACHES):
        yield Error("Each worker would count tries for itself.", id="accounts.E005")
    room = cache.get("OPTIONS", {}).get("MAX_ENTRIES", 300)
    if "db.DatabaseCache" in cache["BACKEND"] and room < FEWEST_CACHE_ENTRIES:
        yield Error("The cache is too small to keep counters.", id="accounts.E006")


def middleware(**_: object) -> Iterable[CheckMessage]:
    """Find a missing layer around requests, or one out of order."""
    present = [name for name in settings.MIDDLEWARE if name in MIDDLEWARE]
    if present != list(MIDDLEWARE):
        yield Error("A middleware is missing or out of order.", id="accounts.E007")


def seeds(**_: object) -> Iterable[CheckMessage]:
    """Find seeds stored in clear, as the library's default does, or weak hashing."""
    adapter = get_adapter()
    if (
        adapter.encrypt("seed") == "seed"
        or adapter.decrypt(adapter.encrypt("a")) != "a"
    ):
        yield Error("Second-step seeds would be stored in clear.", id="accounts.E008")
    hasher = import_string(settings.PASSWORD_HASHERS[0])
    if hasher.algorithm != "argon2":
        yield Error("Passwords are not hashed with Argon2.", id="accounts.E009")


def host_cookies(**_: object) -> Iterable[CheckMessage]:
    """Find cookies that another host or a plain connection could set."""
    names = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
    if not all(name.startswith("__Host-") for name in names):
        yield Error("Cookies are not bound to this host.", id="accounts.E010")
