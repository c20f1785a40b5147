"""Writes the bill of materials."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from tracker.services import supplies


class Command(BaseCommand):
    """Prints it: `manage.py sbom > calcidiol.cdx.json`."""

    help = "Print what the program is built from as CycloneDX JSON."

    def handle(self, **_: object) -> None:
        """Print it."""
        found = supplies.supplies(Path(settings.BASE_DIR))
        self.stdout.write(supplies.bill_of_materials(found), ending="")
