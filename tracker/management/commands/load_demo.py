"""Loads the demo, once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.management.terminal import add_telling_options, bar_on, tell
from tracker.services import demo


class Command(BaseCommand):
    """A clinic of invented people, to look around in."""

    help = "Load a clinic of 2,000 invented people and a cast of hard cases, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how much to say."""
        add_telling_options(parser, as_json="print one JSON object")

    def handle(self, **options: Any) -> None:  # noqa: ANN401
        """Load it, where it is not there yet."""
        if demo.is_loaded():
            if options["json"]:
                tell(self.stdout, options, "", loaded=False)
            return
        is_silent = options["json"] or options["quiet"]
        say = demo.silent if is_silent else lambda line: self.stdout.write(f"  {line}")
        if not is_silent:
            self.stdout.write("Loading the demo")
        bar = bar_on(self.stderr, options, counted="ranges")
        demo.load(at=timezone.now(), say=say, bar=bar)
        if options["json"]:
            tell(self.stdout, options, "", loaded=True)
