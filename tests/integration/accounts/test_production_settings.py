"""Production's settings are clean, and a weak one keeps the site from starting."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

RANDOM = "0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX2yZ3-_0aB1cD2eF3gH4i"
KEY = "zLRaWZ4cGkYYmJvQHHCJwC1vB0GcgTQfLq4LZxPTkAE="
PRODUCTION = {
    "DATABASE_URL": "postgresql://calcidiol_web@database.example/calcidiol",
    "SECRET_KEY": RANDOM,
    "SITE_ORIGIN": "https://results.example",
    "ALLOWED_HOSTS": "results.example",
    "MFA_ENCRYPTION_KEYS": KEY,
    "EMAIL_HOST": "mail.example",
}
DROPPED = {
    "DATABASE_ROLE",
    "CALCIDIOL_VIEWER_ROLE",
    "CALCIDIOL_LOCAL",
    "DJANGO_ALLOW_ASYNC_UNSAFE",  # what drives a browser sets it for this process
}


def manage(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run a command as production would, with some settings changed."""
    kept = {name: value for name, value in os.environ.items() if name not in DROPPED}
    environment = {
        **kept,
        **PRODUCTION,
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "STATIC_MANIFEST": "1",
        **changes,
    }
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), *arguments],
        env={name: value for name, value in environment.items() if value},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_passes_every_check_without_a_warning() -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING")

    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too weak"),
        ({"SECRET_KEY": "ab" * 40}, "SECRET_KEY is too weak"),
        ({"SECRET_KEY": "django-insecure-" + RANDOM}, "SECRET_KEY is too weak"),
        ({"SITE_ORIGIN": ""}, "SITE_ORIGIN is not set"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is not set"),
        ({"MFA_ENCRYPTION_KEYS": ""}, "MFA_ENCRYPTION_KEYS is not set"),
        ({"DEBUG": "1"}, "DEBUG"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"SITE_ORIGIN": "http://results.example"}, "SITE_ORIGIN"),
    ],
)
def test_a_weak_or_missing_setting_keeps_the_site_from_starting(
    changes: dict[str, str], sentence: str
) -> None:
    done = manage("check", **changes)

    assert done.returncode != 0
    assert sentence in done.stderr
