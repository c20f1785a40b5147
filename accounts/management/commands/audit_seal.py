"""Seals the audit trail now; the worker does the same every minute."""

from django.core.management.base import BaseCommand

from accounts.services import sealing


class Command(BaseCommand):
    """Prints the head, to be kept elsewhere."""

    help = "Seal the audit events written since the last seal."

    def handle(self, **_: object) -> None:
        """Seal, and say what was sealed."""
        made = sealing.seal()
        if made is None:
            self.stdout.write("Nothing to seal.")
        else:
            self.stdout.write(
                f"Seal {made.number} over {made.events} events: {made.head}"
            )
