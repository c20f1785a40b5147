"""Takes the second step from somebody who has lost it, once who it is was checked."""

from argparse import ArgumentParser

from django.core.exceptions import ObjectDoesNotExist
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.services import second_factor


class Command(BaseCommand):
    """For the people who run the site; written into the audit trail."""

    help = "Remove somebody's second step and sign them out everywhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address."""
        parser.add_argument("email")

    def handle(self, *, email: str, **_: object) -> None:
        """Remove, and say how many there were."""
        try:
            removed = second_factor.reset(email=email, at=timezone.now())
        except ObjectDoesNotExist as error:
            message = f"Nobody signs in with {email}."
            raise CommandError(message) from error
        self.stdout.write(
            f"Removed {removed} second steps of {email}, and signed them out."
        )
