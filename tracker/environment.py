"""
What the environment says, read with a sentence for what is wrong.

A secret may stand in a file, named by the variable with _FILE behind it, as
containers and systemd hand them over.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

SECRETS = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "DATABASE_DIRECT_URL",
    "DATABASE_REPLICA_URL",
    "SECRET_KEY",
    "MFA_ENCRYPTION_KEYS",
    "METRICS_TOKEN",
    "EMAIL_HOST_PASSWORD",
)
Environment = MutableMapping[str, str]
MFA_KEY_BYTES = 32
SHORTEST_TOKEN = 20
HIGHEST_PORT = 65_535


def take_secrets_from_files(environ: Environment) -> None:
    """
    Set each secret whose file is named; raises ImproperlyConfigured.

    A variable that is set both ways is refused, since one of the two is stale. A file
    is read once: what is decided of the secret afterwards stays.
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
        del environ[f"{name}_FILE"]


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


def check(environ: Mapping[str, str]) -> None:
    """
    Look at every variable that is set, before anything is built on one of them.

    Raises ImproperlyConfigured with a sentence for each that cannot be meant.
    """
    wrong = [
        f"{name} {must}."
        for name, (is_right, must) in RULES.items()
        if environ.get(name) and not is_right(environ[name])
    ]
    if wrong:
        raise ImproperlyConfigured(" ".join(wrong))


def _is_database(text: str) -> bool:
    try:
        return text.startswith(("postgresql://", "postgres://")) and bool(
            conninfo_to_dict(text)
        )
    except psycopg.ProgrammingError:
        return False


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _is_switch(text: str) -> bool:
    return text in {"0", "1"}


def _is_port(text: str) -> bool:
    return _is_number(text) and 0 < int(text) <= HIGHEST_PORT


def _is_origin(text: str) -> bool:
    parts = urlsplit(text)
    return (
        parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and not (parts.path or parts.query or parts.fragment)
    )


def _are_names(text: str) -> bool:
    return all(re.fullmatch(r"[\w.*\[\]:-]+", name) for name in text.split(","))


def _are_keys(text: str) -> bool:
    try:
        found = [base64.urlsafe_b64decode(key.encode()) for key in text.split(",")]
    except (binascii.Error, ValueError):
        return False
    return all(len(key) == MFA_KEY_BYTES for key in found)


def _is_folder(text: str) -> bool:
    return Path(text).is_absolute()


def _is_address(text: str) -> bool:
    return "@" in text and not any(letter in text for letter in "\r\n")


def _is_host(text: str) -> bool:
    return bool(re.fullmatch(r"[\w.:\[\]-]+", text))


Rule = tuple[Callable[[str], bool], str]
_DATABASE: Rule = (_is_database, "must be written as postgresql://user@host/name")
_NUMBER: Rule = (_is_number, "must be a whole number")
_SWITCH: Rule = (_is_switch, "must be 1 or 0")
# What a variable must be where it is set; .env.example says what each is for.
RULES: dict[str, Rule] = {
    "DATABASE_URL": _DATABASE,
    "DATABASE_OWNER_URL": _DATABASE,
    "DATABASE_DIRECT_URL": _DATABASE,
    "DATABASE_REPLICA_URL": _DATABASE,
    "DATABASE_BEHIND_PGBOUNCER": _SWITCH,
    "DATABASE_POOL": _NUMBER,
    "SECRET_KEY": (lambda text: text.isprintable(), "must be one line of characters"),
    "MFA_ENCRYPTION_KEYS": (
        _are_keys,
        "must hold keys of 32 random bytes in URL-safe base64, with commas between",
    ),
    "SITE_ORIGIN": (_is_origin, "must be written as https://name.of.the.site"),
    "ALLOWED_HOSTS": (_are_names, "must list names with commas and without spaces"),
    "BEHIND_PROXY": _SWITCH,
    "PROXY_COUNT": _NUMBER,
    "BACKUP_RECIPIENT": (
        lambda text: text.startswith("age1"),
        "must be the public key that age-keygen printed; it begins with age1",
    ),
    "BACKUP_PASSPHRASE_FILE": (_is_folder, "must be the whole path of a file"),
    "METRICS_TOKEN": (
        lambda text: text.isprintable() and len(text) >= SHORTEST_TOKEN,
        f"must have {SHORTEST_TOKEN} characters or more",
    ),
    "PROMETHEUS_MULTIPROC_DIR": (_is_folder, "must be the whole path of a folder"),
    "SLOW_QUERY_MS": _NUMBER,
    "LOG_FORMAT": (lambda text: text in {"json", "plain"}, "must be json or plain"),
    "EMAIL_HOST": (_is_host, "must be the name of a mail server"),
    "EMAIL_PORT": (_is_port, "must be the number of a port"),
    "EMAIL_HOST_USER": (lambda text: text.isprintable(), "must be one line"),
    "EMAIL_HOST_PASSWORD": (lambda text: text.isprintable(), "must be one line"),
    "EMAIL_USE_TLS": _SWITCH,
    "DEFAULT_FROM_EMAIL": (_is_address, "must be an address of e-mail"),
    "WEB_PROCESSES": _NUMBER,
    "WEB_THREADS": _NUMBER,
}
