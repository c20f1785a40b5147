"""Writes a locked backup of the whole database."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tracker.backups.archive import BackupUnreadable
from tracker.backups.locking import LockRefused
from tracker.management.backup_keys import (
    add_key_options,
    lock_from,
    passphrase_from,
    progress_on,
)
from tracker.services import backing_up
from tracker.services.backing_up import BackupFailed


class Command(BaseCommand):
    """A consistent dump with attachments, encrypted, and read back to its end."""

    help = (
        "Write a backup of everything: people, results, attachments, audit. It is "
        "consistent while the site serves, encrypted for an age public key or with a "
        "passphrase, and there only when it is whole. With a passphrase it is read "
        "back to its last byte; what is locked for a public key is verified with "
        "`restore --verify-only` where its secret key is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the place and the lock."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--recipient",
            default="",
            help="an age public key (age1…); otherwise BACKUP_RECIPIENT",
        )
        parser.add_argument(
            "--overwrite", action="store_true", help="replace a file of this name"
        )
        add_key_options(parser)

    def handle(self, *, file: Path, **options: Any) -> None:  # noqa: ANN401
        """Write it and say what it is."""
        if file.exists() and not options["overwrite"]:
            message = f"{file.name} is there already; say --overwrite to replace it."
            raise CommandError(message)
        progress = progress_on(self.stderr, options)
        try:
            lock = lock_from(options)
            manifest = backing_up.back_up(
                file,
                lock=lock,
                at=timezone.now(),
                passphrase=passphrase_from(options) if lock.locked_key else "",
                progress=progress,
            )
        except (BackupFailed, BackupUnreadable, LockRefused, OSError) as error:
            message = f"No backup was made. {error}"
            raise CommandError(message) from error
        if options["json"]:
            told = {"file": str(file), "bytes": file.stat().st_size}
            self.stdout.write(json.dumps(told | asdict(manifest)))
        elif not options["quiet"]:
            checked = (
                "read back to its end"
                if manifest.opened_by == "passphrase"
                else "not read back: that needs its secret key"
            )
            self.stdout.write(
                f"{file}: {file.stat().st_size:,} bytes, opened by the "
                f"{manifest.opened_by}, {checked}."
            )
