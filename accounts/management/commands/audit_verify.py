"""Looks for audit events that were changed, removed or slipped in."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.management.terminal import add_telling_options, tell
from accounts.services import sealing


class Command(BaseCommand):
    """Exits with an error where the chain is broken."""

    help = (
        "Verify the chain of seals over the audit trail, and print each fault. Give it "
        "a head that was kept elsewhere, so that a chain rewritten whole shows, too."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take a head out of the log."""
        parser.add_argument("--head", default="", help="a head that the log shows")
        add_telling_options(parser, as_json="print one JSON object with every fault")

    def handle(self, *, head: str, **options: Any) -> None:  # noqa: ANN401
        """Print each fault, or that there is none."""
        found = sealing.faults(known_head=head)
        lines = [
            f"{'' if fault.number is None else f'seal {fault.number}: '}{fault.what}"
            for fault in found
        ]
        tell(
            self.stdout,
            options,
            "\n".join(lines) or "The audit trail is whole.",
            faults=[fault._asdict() for fault in found],
        )
        if found:
            message = f"The audit trail has {len(found)} faults."
            raise CommandError(message)
