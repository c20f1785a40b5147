"""Names somebody an operator, who may look at the lists under /operators/."""

from argparse import ArgumentParser

from django.core.exceptions import ObjectDoesNotExist
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.services import operators


class Command(BaseCommand):
    """For the people who run the site; written into the audit trail."""

    help = "Let somebody look at the operators' lists, or end it with --end."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address."""
        parser.add_argument("email")
        parser.add_argument("--end", action="store_true", help="end it")

    def handle(self, *, email: str, end: bool, **_: object) -> None:
        """Appoint, or end, and say so."""
        try:
            operators.appoint(email=email, is_operator=not end, at=timezone.now())
        except ObjectDoesNotExist as error:
            message = f"Nobody signs in with {email}."
            raise CommandError(message) from error
        done = "is no operator any more" if end else "is an operator"
        self.stdout.write(f"{email} {done}.")
