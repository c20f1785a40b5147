"""Where the commands of backup and restore take their keys from."""

import os
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, OutputWrapper

from tracker.backups.locking import (
    Keys,
    Lock,
    LockRefused,
    lock_for_key,
    lock_with_passphrase,
)

MEGABYTE = 1 << 20
Options = Mapping[str, Any]


def add_key_options(parser: ArgumentParser) -> None:
    """Take a passphrase's file, and how much to say."""
    parser.add_argument(
        "--passphrase-file",
        type=Path,
        help="a file with the passphrase; otherwise BACKUP_PASSPHRASE_FILE",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--quiet", action="store_true", help="print errors only")


def lock_from(options: Options) -> Lock:
    """Return the lock that was asked for; a backup is never written open."""
    recipient = options["recipient"] or os.environ.get("BACKUP_RECIPIENT", "")
    passphrase = passphrase_from(options)
    if recipient:
        return lock_for_key(recipient)
    if passphrase:
        return lock_with_passphrase(passphrase)
    message = (
        "A backup is never written open. Name an age public key with --recipient, "
        "or a file with a passphrase with --passphrase-file."
    )
    raise LockRefused(message)


def passphrase_from(options: Options) -> str:
    """Return the first line of the passphrase's file; nothing where none is named."""
    return _first_line(options["passphrase_file"], "BACKUP_PASSPHRASE_FILE")


def keys_from(options: Options) -> Keys:
    """Return all that could open a backup."""
    secret_key = _text(options["identity_file"], "BACKUP_IDENTITY_FILE")
    return Keys(passphrase_from(options), secret_key)


def _first_line(path: Path | None, variable: str) -> str:
    lines = _text(path, variable).splitlines()
    return lines[0] if lines else ""


def _text(path: Path | None, variable: str) -> str:
    named = path or os.environ.get(variable, "")
    if not named:
        return ""
    try:
        return Path(named).read_text()
    except OSError as error:
        message = f"{named} cannot be read: {error.strerror}."
        raise CommandError(message) from error


def progress_on(terminal: OutputWrapper, options: Options) -> Callable[[int], None]:
    """Return what tells somebody at a terminal how far it went."""
    if options["json"] or options["quiet"] or not terminal.isatty():
        return lambda _size: None

    def tell(size: int) -> None:
        terminal.write(f"\r  {size // MEGABYTE:,} MB", ending="")
        terminal.flush()

    return tell
