"""
What the environment says, read with a sentence for what is wrong.

A secret may stand in a file, named by the variable with _FILE behind it, as
containers and systemd hand them over.
"""

from collections.abc import MutableMapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

SECRETS = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "DATABASE_DIRECT_URL",
    "SECRET_KEY",
    "MFA_ENCRYPTION_KEYS",
    "METRICS_TOKEN",
    "EMAIL_HOST_PASSWORD",
)
Environment = MutableMapping[str, str]


def take_secrets_from_files(environ: Environment) -> None:
    """
    Set each secret whose file is named; raises ImproperlyConfigured.

    A variable that is set both ways is refused, since one of the two is stale.
    """
    for name in SECRETS:
        path = environ.get(f"{name}_FILE", "")
        if not path:
            continue
        value = _content(name, path)
        if environ.get(name, value) != value:
            message = f"{name} and {name}_FILE say different things; set one of them."
            raise ImproperlyConfigured(message)
        environ[name] = value


def _content(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        message = f"{name}_FILE names a file that cannot be read: {path} ({error})."
        raise ImproperlyConfigured(message) from error


def whole_number(environ: Environment, name: str, default: int) -> int:
    """Return a number of 0 or more; raises ImproperlyConfigured."""
    text = environ.get(name, "") or str(default)
    if not (text.isascii() and text.isdigit()):
        message = f"{name} must be a whole number; it is {text!r}."
        raise ImproperlyConfigured(message)
    return int(text)


def past_the_pooler(environ: Environment) -> None:
    """
    Let a worker connect past a PgBouncer, where one is in front of the database.

    It listens for jobs, and a pooler in transaction mode passes no notifications on.
    """
    if environ.get("DATABASE_DIRECT_URL"):
        environ["DATABASE_URL"] = environ["DATABASE_DIRECT_URL"]
        environ["DATABASE_BEHIND_PGBOUNCER"] = ""
