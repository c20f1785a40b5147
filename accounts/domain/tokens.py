"""
Keys with which a person's programs read and write: what one may open, and how often.

A key never opens more than its person may see. The words are stored with the key and
read by the row-level policies.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from accounts.domain.scopes import Scope

PREFIX = "calcidiol_"  # so that a key is known for one where it lies about
SECRET_BYTES = 32
SHOWN_AT_THE_END = 4

LONGEST_LIFE = timedelta(days=366)
MOST_USES = 600
USES_WITHIN = timedelta(minutes=1)


class TokenScope(StrEnum):
    """What a key opens; the values are read by the row-level policies."""

    READ_RESULTS = "results:read"
    WRITE_RESULTS = "results:write"
    READ_SUPPLEMENTS = "supplements:read"
    WRITE_SUPPLEMENTS = "supplements:write"
    READ_HEALTH = "health:read"
    WRITE_HEALTH = "health:write"
    WRITE_RANGES = "ranges:write"
    OPEN_RECORD = "record:open"
    READ_SHARING = "sharing:read"
    END_SHARING = "sharing:end"  # nobody is let in by a key: docs/adr/0025
    READ_IMPORTS = "imports:read"
    WRITE_IMPORTS = "imports:write"
    READ_EXPORTS = "exports:read"
    WRITE_EXPORTS = "exports:write"
    READ_REVIEWS = "reviews:read"
    WRITE_REVIEWS = "reviews:write"


READS = {
    Scope.RESULTS: TokenScope.READ_RESULTS,
    Scope.SUPPLEMENTS: TokenScope.READ_SUPPLEMENTS,
    Scope.HEALTH: TokenScope.READ_HEALTH,
}
READS_ALL = frozenset(READS.values())
# Who may write something reads it too: what is sent back is what is stored. A file that
# comes in holds results; one that goes out holds every part of a record.
BRINGS_ALONG = {
    TokenScope.WRITE_RESULTS: {TokenScope.READ_RESULTS},
    TokenScope.WRITE_SUPPLEMENTS: {TokenScope.READ_SUPPLEMENTS},
    TokenScope.WRITE_HEALTH: {TokenScope.READ_HEALTH},
    TokenScope.WRITE_RANGES: {TokenScope.READ_RESULTS},
    TokenScope.END_SHARING: {TokenScope.READ_SHARING},
    TokenScope.READ_IMPORTS: {TokenScope.READ_RESULTS},
    TokenScope.WRITE_IMPORTS: {
        TokenScope.READ_IMPORTS,
        TokenScope.READ_RESULTS,
        TokenScope.WRITE_RESULTS,
    },
    TokenScope.READ_EXPORTS: READS_ALL,
    TokenScope.WRITE_EXPORTS: {TokenScope.READ_EXPORTS, *READS_ALL},
    TokenScope.WRITE_REVIEWS: {TokenScope.READ_REVIEWS},
}


@dataclass(frozen=True, slots=True)
class TokenPass:
    """A key that was shown and found good: which one, and what it opens."""

    id: UUID
    name: str
    scopes: frozenset[TokenScope]

    def may_read(self, scope: Scope) -> bool:
        """Answer for a part of a record; that somebody exists is no part of it."""
        return scope not in READS or READS[scope] in self.scopes


def with_what_they_need(chosen: Iterable[TokenScope]) -> frozenset[TokenScope]:
    """
    Return the scopes with those that they cannot do without.

    >>> sorted(with_what_they_need([TokenScope.WRITE_HEALTH]))
    [<TokenScope.READ_HEALTH: 'health:read'>, <TokenScope.WRITE_HEALTH: 'health:write'>]
    """
    wanted = frozenset(chosen)
    return wanted.union(*(BRINGS_ALONG.get(each, set()) for each in wanted))


def new_secret() -> str:
    """Return a fresh key: 256 random bits behind a word that says what it is."""
    return PREFIX + secrets.token_urlsafe(SECRET_BYTES)


def secret_hash(secret: str) -> str:
    """Return what is stored of a key; what is random needs no slow hash."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def end_of(secret: str) -> str:
    """Return the last signs, by which a person tells two keys apart."""
    return secret[-SHOWN_AT_THE_END:]
