"""Looks for audit events that were changed, removed or slipped in."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from accounts.services import sealing


class Command(BaseCommand):
    """Exits with an error where the chain is broken."""

    help = "Verify the chain of seals over the audit trail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take a head out of the log."""
        parser.add_argument("--head", default="", help="a head that the log shows")

    def handle(self, *, head: str, **_: object) -> None:
        """Print each fault, or that there is none."""
        found = sealing.faults(known_head=head)
        for fault in found:
            where = "" if fault.number is None else f"seal {fault.number}: "
            self.stdout.write(f"{where}{fault.what}")
        if found:
            message = f"The audit trail has {len(found)} faults."
            raise CommandError(message)
        self.stdout.write("The audit trail is whole.")
