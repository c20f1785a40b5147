"""Brings a backup back."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.services import second_factor
from tracker.backups.archive import BackupUnreadable
from tracker.backups.locking import LockRefused
from tracker.management.backup_keys import (
    add_key_options,
    keys_from,
    progress_on,
)
from tracker.services import backing_up
from tracker.services.backing_up import BackupFailed, DatabaseNotEmpty


class Command(BaseCommand):
    """Into an empty database, all of it or nothing."""

    help = (
        "Bring a backup into an empty database. The file is read to its end before "
        "anything is written; then everything comes in, or nothing. Migrate afterwards "
        "where the backup is of an older version."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, its key, and what may be lost."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--identity-file",
            type=Path,
            help="a file with the age secret key; otherwise BACKUP_IDENTITY_FILE",
        )
        parser.add_argument(
            "--verify-only", action="store_true", help="read it to its end, no more"
        )
        parser.add_argument(
            "--replace",
            action="store_true",
            help="drop what the database holds now; it is lost",
        )
        add_key_options(parser)

    def handle(self, *, file: Path, **options: Any) -> None:  # noqa: ANN401
        """Restore, or verify alone, and say what came of it."""
        keys = keys_from(options)
        progress = progress_on(self.stderr, options)
        try:
            manifest = backing_up.verify(file, keys=keys, progress=progress)
            if not options["verify_only"]:
                if options["replace"]:
                    backing_up.empty_the_database()
                backing_up.restore(file, keys=keys, progress=progress)
        except (
            BackupFailed,
            BackupUnreadable,
            DatabaseNotEmpty,
            LockRefused,
            OSError,
        ) as error:
            message = f"Nothing was restored. {error}"
            raise CommandError(message) from error
        if not options["verify_only"]:
            self._say_who_is_locked_out()
        if options["json"]:
            self.stdout.write(json.dumps(asdict(manifest)))
        elif not options["quiet"]:
            did = "is whole" if options["verify_only"] else "is restored"
            self.stdout.write(
                f"{file.name} {did}: version {manifest.version}, "
                f"made on {manifest.created_at}, {manifest.size:,} bytes of data."
            )

    def _say_who_is_locked_out(self) -> None:
        """Warn where the keys of second steps did not come along with the backup."""
        if count := second_factor.locked_out():
            self.stderr.write(
                f"No key in MFA_ENCRYPTION_KEYS opens {count} of the second steps in "
                "this backup: their owners are locked out, every clinician among them. "
                "Set the keys that were in use when it was made."
            )
