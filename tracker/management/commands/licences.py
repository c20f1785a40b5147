"""Writes down the licences of what the program is built from."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from tracker.services import supplies


class Command(BaseCommand):
    """Prints the page; `manage.py licences > docs/licences.md` writes it anew."""

    help = "Print docs/licences.md from what is installed."

    def handle(self, **_: object) -> None:
        """Print it."""
        found = supplies.supplies(Path(settings.BASE_DIR))
        self.stdout.write(supplies.licences_page(found), ending="")
