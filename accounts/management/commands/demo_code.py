"""Prints the code that a demo account's authenticator app would show now."""

import json
from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.services.second_factor import code_now


class Command(BaseCommand):
    """The demo's people have no phones."""

    help = (
        "Print the current second-step code of a demo account: what its authenticator "
        "app would show. The addresses stand in var/demo_accounts.json."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address."""
        parser.add_argument("email", help="the address of one of the demo's people")

    def handle(self, *, email: str, **_: object) -> None:
        """Print six digits."""
        path = settings.VAR_DIR / "demo_accounts.json"
        if not path.exists():
            raise CommandError("There is no demo here: demo_accounts.json is missing.")
        for account in json.loads(path.read_text()):
            if account["email"].lower() == email.lower():
                self.stdout.write(self._code(account))
                return
        message = f"{email} is not one of the demo's accounts."
        raise CommandError(message)

    def _code(self, account: dict[str, str]) -> str:
        if not account.get("totp_secret"):
            raise CommandError("This account signs in without a second step.")
        return code_now(account["totp_secret"])
