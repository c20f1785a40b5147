"""Confirms the export of a clinic that nobody else runs; written into the trail."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.management.terminal import add_telling_options, tell
from tracker import queries
from tracker.services import export_requests


class Command(BaseCommand):
    """For the people who run the site, where a clinic has no second person."""

    help = (
        "Confirm the export of a clinic's records, where nobody but who asked for it "
        "runs the clinic, once you have spoken with that person. Without an id it "
        "lists what waits. It is written into the audit trail."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the request and who confirms it."""
        parser.add_argument("request", nargs="?", type=UUID, help="the request's id")
        parser.add_argument("--operator", default="", help="your address")
        add_telling_options(parser, as_json="print one JSON object")

    def handle(self, *, request: UUID | None, operator: str, **options: Any) -> None:  # noqa: ANN401
        """List, or confirm and say so."""
        at = timezone.now()
        if request is None:
            waiting = [_told(each) for each in queries.waiting_for_operators(at=at)]
            lines = "\n".join("  ".join(each.values()) for each in waiting)
            tell(self.stdout, options, lines or "None waits.", waiting=waiting)
            return
        try:
            export_requests.confirm_as_operator(
                request_id=request, email=operator, at=at
            )
        except export_requests.ExportRefused as refused:
            raise CommandError(str(refused)) from refused
        tell(self.stdout, options, f"Confirmed {request}.", request=request)


def _told(asked: Any) -> dict[str, str]:  # noqa: ANN401 - a row
    return {
        "id": str(asked.pk),
        "clinic": asked.clinic.name,
        "asked_by": asked.asked_by_name,
    }
