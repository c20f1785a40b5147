"""Says what files hold, without touching the database."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

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

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:  # noqa: ANN401, ARG002
        """Print a line a file; a file that is not there ends with status 1."""
        missing = False
        for path in files:
            try:
                found = inspect(path.read_bytes(), str(path))
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
