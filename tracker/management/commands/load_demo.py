"""Loads the demo, once."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from tracker.services import demo


class Command(BaseCommand):
    """A clinic of invented people, to look around in."""

    help = "Load a clinic of 2,000 invented people and a cast of hard cases, once."

    def handle(self, **_: object) -> None:
        """Load it, where it is not there yet."""
        if demo.is_loaded():
            return
        self.stdout.write("Loading the demo")
        demo.load(at=timezone.now(), say=lambda line: self.stdout.write(f"  {line}"))
