"""Says what files hold, without touching the database."""

import json
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand

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

    def handle(
        self,
        *,
        files: list[Path],
        date_order: str | None,
        unit: str | None,
        **_: object,
    ) -> None:
        """Print a line a file; a file that is not there ends with status 1."""
        missing = False
        for path in files:
            try:
                found = inspect(
                    path.read_bytes(), str(path), date_order=date_order, unit=unit
                )
            except OSError as error:
                missing = True
                found = _not_readable(path, error)
            self.stdout.write(json.dumps(found, ensure_ascii=False))
        if missing:
            raise SystemExit(1)


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
