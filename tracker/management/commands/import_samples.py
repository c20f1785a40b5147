"""Shows real sample files going into a clinic of their own."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.management.terminal import add_telling_options
from accounts.queries import ClinicNotKnown, clinic_called
from accounts.services.enrolment import create_clinic

SAMPLES = Path("shared") / "samples"
SAMPLE_CLINIC = "Samples"


class Command(BaseCommand):
    """Every file of the samples folder: what it holds, and what of it comes in."""

    help = (
        "Inspect every file of the samples folder beside the project and import those "
        "that hold results into a clinic called Samples."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how much to say."""
        add_telling_options(parser, as_json="print a JSON line for each file")

    def handle(self, **options: Any) -> None:  # noqa: ANN401
        """Import, or say that the folder is not there."""
        folder = Path(settings.BASE_DIR).parent / SAMPLES
        if not folder.is_dir():
            self.stdout.write("There is no samples folder beside the project.")
            return
        call_command("migrate", interactive=False, verbosity=0)
        _ensure_clinic()
        for path in sorted(folder.glob("*/*")):
            if not (options["json"] or options["quiet"]):
                self.stdout.write(path.name)
            try:
                call_command(
                    "import_results",
                    path,
                    clinic=SAMPLE_CLINIC,
                    create_patients=True,
                    json=options["json"],
                    quiet=options["quiet"],
                    stdout=self.stdout,
                    stderr=self.stderr if options["json"] else self.stdout,
                )
            except SystemExit:
                continue


def _ensure_clinic() -> None:
    try:
        clinic_called(SAMPLE_CLINIC)
    except ClinicNotKnown:
        create_clinic(
            name=SAMPLE_CLINIC,
            phone="",
            out_of_hours_line="",
            preferred_unit="ng/mL",
            at=timezone.now(),
        )
