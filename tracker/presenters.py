"""Turns what the services found into words, tags and addresses for the site's pages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """An address with the words that lead there."""

    words: str
    address: str
    is_current: bool = False
