"""
The file of a backup: a zip of what it is, its locked key if any, and the locked data.

It is written beside its place and moved there when it is whole, so that no broken
backup ever bears a backup's name.
"""

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from tracker.backups.locking import Lock, encrypt

FORMAT = 1
MANIFEST = "manifest.json"
LOCKED_KEY = "key.age"
DATA = "database.age"
STEP_BYTES = 1 << 20
Progress = Callable[[int], None]


class BackupUnreadable(ValueError):
    """The file is no backup of this product, or it is damaged."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself in the clear; nothing of what is in it."""

    format: int
    version: str
    created_at: str
    opened_by: str
    sha256: str
    size: int


class Measured:
    """A stream that counts and hashes what is read from it."""

    def __init__(self, source: IO[bytes], progress: Progress) -> None:
        """Read from this stream, and tell how far it went."""
        self._source = source
        self._progress = progress
        self._hash = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        data = self._source.read(size)
        self._count(data)
        return data

    def write(self, data: bytes) -> int:
        """Pass bytes on."""
        self._count(data)
        self._source.write(data)
        return len(data)

    def flush(self) -> None:
        """Pass the wish on."""
        self._source.flush()

    def _count(self, data: bytes) -> None:
        before = self.size // STEP_BYTES
        self._hash.update(data)
        self.size += len(data)
        if self.size // STEP_BYTES != before:
            self._progress(self.size)

    @property
    def sha256(self) -> str:
        """Return the hash of all that passed."""
        return self._hash.hexdigest()


@contextmanager
def whole_or_nothing(path: Path) -> Iterator[Path]:
    """Give a place to write to; it takes its name only when the block succeeds."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".unfinished-")
    os.close(descriptor)
    try:
        yield Path(name)
        with Path(name).open("rb") as file:
            os.fsync(file.fileno())
        Path(name).replace(path)
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()


def write(
    path: Path,
    *,
    source: IO[bytes],
    lock: Lock,
    version: str,
    created_at: str,
    progress: Progress,
) -> Manifest:
    """Write a stream into a locked archive and return what it says of itself."""
    measured = Measured(source, progress)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        if lock.locked_key:
            archive.writestr(LOCKED_KEY, lock.locked_key)
        with archive.open(DATA, "w", force_zip64=True) as target:
            encrypt(lock, measured, target)  # type: ignore[arg-type]
        manifest = Manifest(
            format=FORMAT,
            version=version,
            created_at=created_at,
            opened_by=lock.kind,
            sha256=measured.sha256,
            size=measured.size,
        )
        archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
    return manifest


@contextmanager
def opened(path: Path) -> Iterator[tuple[Manifest, zipfile.ZipFile]]:
    """Open a backup; raises BackupUnreadable with a sentence."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        message = f"{path.name} cannot be opened as a backup: {error}"
        raise BackupUnreadable(message) from error
    with archive:
        yield _manifest(archive, path), archive


def _manifest(archive: zipfile.ZipFile, path: Path) -> Manifest:
    try:
        manifest = Manifest(**json.loads(archive.read(MANIFEST)))
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
        message = f"{path.name} is not a backup of Calcidiol, or it is damaged."
        raise BackupUnreadable(message) from error
    if manifest.format != FORMAT:
        message = (
            f"{path.name} is a backup of format {manifest.format}; "
            f"this version reads format {FORMAT}."
        )
        raise BackupUnreadable(message)
    return manifest
