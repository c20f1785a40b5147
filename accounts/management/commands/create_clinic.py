"""First set-up: a clinic and its first admin, who chooses a password by e-mail."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError
from django.utils import timezone

from accounts.management.terminal import add_telling_options, tell
from accounts.services import enrolment


class Command(BaseCommand):
    """No password is given or printed: the admin asks for a link by e-mail."""

    help = (
        "Create a clinic and its first admin, who chooses a password through "
        "“Forgotten password” on the sign-in page. No password is given or printed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the clinic's name and the admin's name and address."""
        parser.add_argument("name", help="the clinic's name, as its patients know it")
        parser.add_argument("--phone", default="", help="shown beside urgent words")
        parser.add_argument(
            "--out-of-hours", default="", help="the number while it is closed"
        )
        parser.add_argument(
            "--unit",
            default="nmol/L",
            choices=["nmol/L", "ng/mL"],
            help="the unit that its laboratory reports 25-hydroxyvitamin D in",
        )
        parser.add_argument("--admin-name", required=True, help="who runs it")
        parser.add_argument(
            "--admin-email", required=True, help="the address they sign in with"
        )
        parser.add_argument(
            "--also-clinician",
            action="store_true",
            help="the admin treats patients too",
        )
        add_telling_options(parser, as_json="print one JSON object")

    def handle(self, **options: Any) -> None:  # noqa: ANN401
        """Create both, or neither."""
        try:
            enrolment.found_clinic(
                name=options["name"],
                phone=options["phone"],
                out_of_hours_line=options["out_of_hours"],
                preferred_unit=options["unit"],
                admin_name=options["admin_name"],
                admin_email=options["admin_email"],
                is_clinician=bool(options["also_clinician"]),
                at=timezone.now(),
            )
        except IntegrityError as error:
            message = "There is a clinic of this name, or a person with this address."
            raise CommandError(message) from error
        tell(
            self.stdout,
            options,
            f"Made {options['name']}. {options['admin_email']} chooses a password "
            "through “Forgotten password” on the sign-in page.",
            clinic=options["name"],
            admin=options["admin_email"],
        )
