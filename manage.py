#!/usr/bin/env python
"""
Django's command line for Calcidiol.

Commands that change tables or make people run as the database's owner; all others
as the web's role, which row-level security binds. Without DATABASE_URL the embedded
server is started for the length of a command, where it does not run yet.
"""

import contextlib
import os
import sys

OWNER_COMMANDS = {
    "prepare",
    "migrate",
    "createcachetable",
    "load_demo",
    "import_samples",
    "create_clinic",
    "audit_verify",
    "backup",
    "restore",
    "reset_second_factor",
    "flush",
    "sqlflush",
}
# A step of long work may take minutes, not for ever; a request has far less.
LIMITS_OF_LONG_WORK = (
    "-c statement_timeout=15min -c lock_timeout=5min"
    " -c idle_in_transaction_session_timeout=15min"
)
WITHOUT_DATABASE = {
    "catalogues",
    "check",
    "collectstatic",
    "compilemessages",
    "demo_code",
    "help",
    "inspect_results",
    "licences",
    "makemessages",
    "makemigrations",
    "sbom",
}


def main(arguments: list[str]) -> None:
    """Run one command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    command = arguments[1] if len(arguments) > 1 else "help"
    if command in {"version", "--version"}:
        from tracker.services.release import PRODUCT, VERSION

        sys.stdout.write(f"{PRODUCT} {VERSION}\n")
        return
    from tracker import environment

    environment.take_secrets_from_files(os.environ)
    if command == "procrastinate":
        environment.past_the_pooler(os.environ)
    if command == "migrate":
        # Whoever waits for a table's lock holds up all who come after.
        os.environ.setdefault("PGOPTIONS", "-c lock_timeout=5s")
    if command == "procrastinate" and not os.environ.get("DATABASE_BEHIND_PGBOUNCER"):
        os.environ.setdefault("PGOPTIONS", LIMITS_OF_LONG_WORK)
    if command in OWNER_COMMANDS:
        os.environ.setdefault("DATABASE_ROLE", "owner")
    from django.core.management import execute_from_command_line

    with database_for(command):
        if command == "procrastinate":
            refuse_a_powerful_worker()
        execute_from_command_line(arguments)


def refuse_a_powerful_worker() -> None:
    """Stop a worker whose role no policy would bind, as the web server does."""
    import django

    from tracker.grants import refuse_powerful_role

    django.setup()
    refuse_powerful_role()


def database_for(command: str) -> contextlib.AbstractContextManager[object]:
    """Return a block in which the command finds its database."""
    from django.conf import settings

    from tracker import database

    if command in WITHOUT_DATABASE or not database.is_embedded(os.environ):
        return contextlib.nullcontext()
    return database.running(settings.VAR_DIR / "postgres")


if __name__ == "__main__":
    main(sys.argv)
