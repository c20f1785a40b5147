"""Catalogues of translations: extract, list what is missing, merge, check, compile."""

import json
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from tracker.services import catalogue_faults, catalogues


class Command(BaseCommand):
    """What a translator's work needs (CONTRIBUTING.md, "Translating")."""

    help = (
        "extract: bring every catalogue up to the sources. "
        "missing: print what waits for a translation, as JSON. "
        "merge: put such a JSON, filled in, into a catalogue. "
        "check: say what is wrong with the catalogues. "
        "compile: write what the site reads."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take a step, and for some a language and a file."""
        steps = parser.add_subparsers(dest="step", required=True)
        steps.add_parser("extract", help="bring every catalogue up to the sources")
        missing = steps.add_parser("missing", help="print what is not translated")
        missing.add_argument("language", choices=catalogues.languages())
        merge = steps.add_parser("merge", help="put translations in")
        merge.add_argument("language", choices=catalogues.languages())
        merge.add_argument("file", type=Path, help="JSON as `missing` prints it")
        steps.add_parser("check", help="say what is wrong; the exit status is 1 then")
        steps.add_parser("compile", help="write what the site reads")

    def handle(self, *, step: str, **options: object) -> None:
        """Do the step that was named."""
        match step:
            case "extract":
                self._extract()
            case "missing":
                self._missing(str(options["language"]))
            case "merge":
                self._merge(str(options["language"]), Path(str(options["file"])))
            case "check":
                self._check()
            case _:
                done = ", ".join(catalogues.compile_all())
                self.stdout.write(f"Compiled: {done}")

    def _extract(self) -> None:
        from tracker.services import extraction  # noqa: PLC0415 - needs what only a developer has

        found = extraction.messages()
        for language in catalogues.languages():
            catalogues.update(language, found)
            waiting = len(catalogues.missing(language))
            self.stdout.write(f"{language}: {len(found)} messages, {waiting} missing")

    def _missing(self, language: str) -> None:
        waiting = catalogues.missing(language)
        self.stdout.write(json.dumps(waiting, ensure_ascii=False, indent=1))

    def _merge(self, language: str, path: Path) -> None:
        try:
            filled = json.loads(path.read_text(encoding="utf-8"))
            count = catalogues.merge(language, filled)
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        left = len(catalogues.missing(language))
        self.stdout.write(f"{language}: {count} put in, {left} missing")

    def _check(self) -> None:
        from tracker.services import extraction  # noqa: PLC0415 - as above

        found = extraction.messages()
        faults = [
            fault
            for language in catalogues.languages()
            for fault in catalogue_faults.faults(language, found)
        ]
        for fault in faults:
            self.stdout.write(fault)
        if faults:
            message = f"{len(faults)} to mend."
            raise CommandError(message)
        self.stdout.write("Every catalogue is complete.")
