"""Says what files hold, without touching the database."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from accounts.management.terminal import add_telling_options, bar_on
from labs.formats.entries import UNITS_ASKED
from labs.formats.inspection import Inspection, inspect


class Command(BaseCommand):
    """One JSON object a line for each file."""

    help = (
        "Print what each file holds, one JSON object a line: format, results, "
        "supplements, warnings, refused. The database is not touched."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the files."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--date-order",
            choices=["ymd", "dmy", "mdy"],
            help="answers the question where dates can be read in several orders",
        )
        parser.add_argument(
            "--unit",
            choices=UNITS_ASKED,
            help="answers the question where a table names no unit of vitamin D",
        )
        add_telling_options(parser, as_json="print JSON lines, as without it")

    def handle(self, *, files: list[Path], **options: Any) -> None:  # noqa: ANN401
        """Print a line a file; a file that is not there ends with status 1."""
        bar = bar_on(self.stderr, options, counted="files")
        missing = False
        for number, path in enumerate(files, start=1):
            try:
                found = inspect(
                    path.read_bytes(),
                    str(path),
                    date_order=options["date_order"],
                    unit=options["unit"],
                )
            except OSError as error:
                missing = True
                found = _not_readable(path, error)
                self._complain(found, options)
            if not options["quiet"]:
                self.stdout.write(json.dumps(found, ensure_ascii=False))
            bar(number, len(files))
        if missing:
            raise SystemExit(1)

    def _complain(self, found: Inspection, options: dict[str, Any]) -> None:
        """Name on the error stream what the line would have named."""
        if options["quiet"]:
            self.stderr.write(f"{found['file']}: {found['refused'][0]['why']}")


def _not_readable(path: Path, error: OSError) -> Inspection:
    why = f"The file could not be opened: {error.strerror}."
    return {
        "file": str(path),
        "format": "unknown",
        "results": [],
        "companions": [],
        "supplements": [],
        "warnings": [],
        "refused": [{"where": "file", "why": why}],
    }
