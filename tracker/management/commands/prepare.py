"""Brings the tables up to date, gathers static files, and loads the demo once."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from tracker.services import backing_up


class Command(BaseCommand):
    """What `make run` does before it serves; runs as the database's owner."""

    help = "Migrate, gather static files, and load the demo where there is none yet."

    def handle(self, **_: object) -> None:
        """Do the three, quietly; older data is backed up before it is changed."""
        if settings.IS_LOCAL and backing_up.is_behind_the_program():
            path = backing_up.back_up_before_an_upgrade(
                settings.VAR_DIR, at=timezone.now()
            )
            self.stdout.write(f"Backed the older data up to {path}")
        self.stdout.write("Bringing the database up to date")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        if settings.IS_LOCAL:
            call_command("load_demo", stdout=self.stdout)
