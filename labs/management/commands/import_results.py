"""Brings files of results into a clinic."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.management.terminal import add_telling_options, bar_on
from accounts.queries import (
    ClinicNotKnown,
    clinic_called,
    viewer_for_clinic,
    viewing_as_operator,
)
from accounts.queries import viewing as looking_as
from labs.formats.entries import UNITS_ASKED
from labs.formats.parsed import FileRefused, QuestionAsked
from labs.services.importing import ImportOutcome, import_table

SHOWN_REFUSALS = 20


class Command(BaseCommand):
    """All the readable rows of a file at once, or none of them."""

    help = (
        "Bring files of results into a clinic. Rows that cannot be read are refused by "
        "their place and reason, the others come in together or not at all; the same "
        "file again adds nothing. Rows that name nobody the clinic knows are refused, "
        "unless --create-patients says that people may be created."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the files and the clinic."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--clinic", required=True, help="the clinic's name or id")
        parser.add_argument(
            "--create-patients",
            action="store_true",
            help="create the people that the clinic does not know yet",
        )
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
        add_telling_options(parser, as_json="print a JSON line for each file")

    def handle(self, *, files: list[Path], **options: Any) -> None:  # noqa: ANN401
        """Import file by file; a file that is refused ends with status 1."""
        refused = False
        bar = bar_on(self.stderr, options, counted="files")
        for number, path in enumerate(files, start=1):
            try:
                outcome = self._import(path, options)
            except (FileRefused, OSError) as error:
                refused = True
                self.stderr.write(f"{path.name}: {_sentence(error)}")
            else:
                self._tell(path, outcome, options)
            bar(number, len(files))
        if refused:
            raise SystemExit(1)

    def _import(self, path: Path, options: dict[str, Any]) -> ImportOutcome:
        data = path.read_bytes()
        with transaction.atomic():
            with viewing_as_operator():
                try:
                    clinic = clinic_called(options["clinic"])
                except ClinicNotKnown as error:
                    raise CommandError(str(error)) from error
            viewer = viewer_for_clinic(clinic)
            with looking_as(viewer):
                return import_table(
                    data=data,
                    file_name=path.name,
                    clinic=clinic,
                    create_patients=options["create_patients"],
                    by=viewer,
                    at=_now(),
                    date_order=options["date_order"],
                    unit=options["unit"],
                    say=self._say(options),
                )

    def _say(self, options: dict[str, Any]) -> Any:  # noqa: ANN401
        silent = options["quiet"] or options["json"]
        return lambda line: None if silent else self.stdout.write(f"  {line}")

    def _tell(
        self, path: Path, outcome: ImportOutcome, options: dict[str, Any]
    ) -> None:
        if options["quiet"]:
            return
        if options["json"]:
            told = {"file": path.name, **asdict(outcome)}
            self.stdout.write(json.dumps(told, default=str, ensure_ascii=False))
            return
        self.stdout.write(
            f"{path.name}: {outcome.added} added ({outcome.held} of them held for "
            f"review, {outcome.corrected} corrections), {outcome.already_here} already "
            f"here, {outcome.all_refused} refused, {outcome.people_created} people "
            "created"
        )
        for warning in outcome.warnings:
            self.stdout.write(f"  {warning}")
        for refusal in outcome.refused[:SHOWN_REFUSALS]:
            self.stdout.write(f"  refused, {refusal.where}: {refusal.why}")
        more = len(outcome.refused) - SHOWN_REFUSALS
        if more > 0:
            self.stdout.write(f"  and {more} more, kept with the import")
        if outcome.more_refused:
            self.stdout.write(f"  and {outcome.more_refused} more, which are not kept")


def _now() -> datetime:
    return timezone.now()


def _sentence(error: FileRefused | OSError) -> str:
    if isinstance(error, OSError):
        return f"The file could not be opened: {error.strerror}."
    answer = ""
    if isinstance(error, QuestionAsked) and error.parameter == "date_order":
        answer = f" Answer with --date-order {' or '.join(error.choices)}."
    if isinstance(error, QuestionAsked) and error.parameter == "unit":
        answer = f" Answer with --unit {' or '.join(error.choices)}."
    return f"Nothing was imported. {error}{answer}"
