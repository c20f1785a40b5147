"""Names somebody an operator, who may look at the lists under /operators/."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.management.terminal import add_telling_options, tell
from accounts.services import operators


class Command(BaseCommand):
    """For the people who run the site; written into the audit trail."""

    help = (
        "Let somebody look at the operators' lists under /operators/, or end it with "
        "--end. The lists hold no patient's record; it is written into the audit trail."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address."""
        parser.add_argument("email", help="the address they sign in with")
        parser.add_argument("--end", action="store_true", help="end it")
        add_telling_options(parser, as_json="print one JSON object")

    def handle(self, *, email: str, end: bool, **options: Any) -> None:  # noqa: ANN401
        """Appoint, or end, and say so."""
        try:
            operators.appoint(email=email, is_operator=not end, at=timezone.now())
        except ObjectDoesNotExist as error:
            message = f"Nobody signs in with {email}."
            raise CommandError(message) from error
        done = "is no operator any more" if end else "is an operator"
        tell(self.stdout, options, f"{email} {done}.", email=email, is_operator=not end)
