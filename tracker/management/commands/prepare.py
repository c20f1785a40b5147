"""Brings the tables up to date, gathers static files, and loads the demo once."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """What `make run` does before it serves; runs as the database's owner."""

    help = "Migrate, gather static files, and load the demo where there is none yet."

    def handle(self, **_: object) -> None:
        """Do the three, quietly."""
        self.stdout.write("Bringing the database up to date")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        if settings.IS_LOCAL:
            call_command("load_demo", stdout=self.stdout)
