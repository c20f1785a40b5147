"""Seals the audit trail now; the worker does the same every minute."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from accounts.management.terminal import add_telling_options, tell
from accounts.services import sealing


class Command(BaseCommand):
    """Prints the head, to be kept elsewhere."""

    help = (
        "Seal the audit events written since the last seal, and print the head of the "
        "chain. Keep it where nobody who writes this database can change it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how much to say."""
        add_telling_options(parser, as_json="print one JSON object; null for no seal")

    def handle(self, **options: Any) -> None:  # noqa: ANN401
        """Seal, and say what was sealed."""
        made = sealing.seal()
        if made is None:
            tell(self.stdout, options, "Nothing to seal.", number=None)
        else:
            sentence = f"Seal {made.number} over {made.events} events: {made.head}"
            tell(self.stdout, options, sentence, **made._asdict())
