"""Takes the second step from somebody who has lost it, once who it is was checked."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.management.terminal import add_telling_options, tell
from accounts.services import second_factor


class Command(BaseCommand):
    """For the people who run the site; written into the audit trail."""

    help = (
        "Remove somebody's second step and sign them out everywhere, once you have "
        "checked who they are. It is written into the audit trail."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address."""
        parser.add_argument("email", help="the address they sign in with")
        add_telling_options(parser, as_json="print one JSON object")

    def handle(self, *, email: str, **options: Any) -> None:  # noqa: ANN401
        """Remove, and say how many there were."""
        try:
            removed = second_factor.reset(email=email, at=timezone.now())
        except ObjectDoesNotExist as error:
            message = f"Nobody signs in with {email}."
            raise CommandError(message) from error
        tell(
            self.stdout,
            options,
            f"Removed {removed} second steps of {email}, and signed them out.",
            email=email,
            removed=removed,
        )
