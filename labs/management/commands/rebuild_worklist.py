"""Draw every row of every clinic's worklist anew."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from labs.services import summarising


class Command(BaseCommand):
    """Rows are kept beside every write; this is for after an upgrade or a restore."""

    help = "Draw every row of every clinic's worklist anew."

    def handle(self, *_args: Any, **_options: Any) -> None:  # noqa: ANN401
        """Say how far it is while it runs."""
        done = summarising.rebuild(
            at=timezone.now(),
            say=lambda count: self.stdout.write(f"{count} patients"),
        )
        self.stdout.write(f"The worklist is drawn anew: {done} patients")
