"""Draw every row of every clinic's worklist anew."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.management.terminal import add_telling_options, bar_on
from labs.services import summarising


class Command(BaseCommand):
    """Rows are kept beside every write; this is for after an upgrade or a restore."""

    help = (
        "Draw every row of every clinic's worklist anew, for after an upgrade or a "
        "restore. The site goes on serving; running it twice changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how much to say."""
        add_telling_options(parser, as_json="print one JSON object")

    def handle(self, **options: Any) -> None:  # noqa: ANN401
        """Say how far it is while it runs, and how many there were."""
        bar = bar_on(self.stderr, options, counted="patients")
        done = summarising.rebuild(at=timezone.now(), say=bar)
        if options["json"]:
            self.stdout.write(json.dumps({"patients": done}))
        elif not options["quiet"]:
            self.stdout.write(f"The worklist is drawn anew: {done:,} patients")
