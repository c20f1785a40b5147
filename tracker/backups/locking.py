"""
Locks and unlocks backups with age, through the pyrage library.

A backup is locked for a public key, whose secret half stays with the operator, or
with a passphrase. The library locks streams for keys alone: a passphrase therefore
locks a key made for this one backup, and that key locks the data.
"""

from dataclasses import dataclass
from typing import IO

import pyrage

SHORTEST_PASSPHRASE = 15


class LockRefused(ValueError):
    """The key or passphrase is missing, too weak, or not the right one."""


@dataclass(frozen=True, slots=True)
class Lock:
    """What locks one backup, and what of it is kept inside the backup."""

    recipient: pyrage.x25519.Recipient
    locked_key: bytes = b""

    @property
    def kind(self) -> str:
        """Say in the manifest what opens this backup."""
        return "passphrase" if self.locked_key else "secret key"


@dataclass(frozen=True, slots=True)
class Keys:
    """What an operator can open backups with; either may be empty."""

    passphrase: str = ""
    secret_key: str = ""


def lock_for_key(public_key: str) -> Lock:
    """Return a lock that the secret half of this age public key opens."""
    try:
        return Lock(pyrage.x25519.Recipient.from_str(public_key.strip()))
    except pyrage.RecipientError as error:
        message = "This is not an age public key; one begins with age1."
        raise LockRefused(message) from error


def lock_with_passphrase(passphrase: str) -> Lock:
    """Return a lock that this passphrase opens; 15 characters at least."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        message = f"A backup's passphrase needs {SHORTEST_PASSPHRASE} characters."
        raise LockRefused(message)
    key = pyrage.x25519.Identity.generate()
    locked = pyrage.passphrase.encrypt(str(key).encode(), passphrase)
    return Lock(key.to_public(), locked)


def key_from_passphrase(locked_key: bytes, passphrase: str) -> pyrage.x25519.Identity:
    """Return the key of one backup; raises LockRefused where the words are wrong."""
    try:
        key = pyrage.passphrase.decrypt(locked_key, passphrase)
    except pyrage.DecryptError as error:
        message = "The passphrase does not open this backup."
        raise LockRefused(message) from error
    return pyrage.x25519.Identity.from_str(key.decode())


def key_from_text(secret_key: str) -> pyrage.x25519.Identity:
    """Return the key that stands in an age key file, comments left out."""
    lines = [line.strip() for line in secret_key.splitlines()]
    keys = [line for line in lines if line and not line.startswith("#")]
    try:
        return pyrage.x25519.Identity.from_str(keys[0] if keys else "")
    except pyrage.IdentityError as error:
        message = "This is not an age secret key; one begins with AGE-SECRET-KEY-."
        raise LockRefused(message) from error


def encrypt(lock: Lock, source: IO[bytes], target: IO[bytes]) -> None:
    """Lock a stream, in memory that does not grow with it."""
    pyrage.encrypt_io(source, target, [lock.recipient])


def decrypt(key: pyrage.x25519.Identity, source: IO[bytes], target: IO[bytes]) -> None:
    """Open a stream; raises LockRefused for a wrong key or a damaged stream."""
    try:
        pyrage.decrypt_io(source, target, [key])
    except (pyrage.DecryptError, OSError) as error:
        message = "The key does not open this backup, or the file is damaged."
        raise LockRefused(message) from error
