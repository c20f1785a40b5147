"""Opens every page that the resolver knows, as somebody who is signed in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.access.characters import absent
from tests.access.test_matrix import Address, addresses

if TYPE_CHECKING:
    from uuid import UUID


@dataclass(frozen=True)
class Opened:
    """An address that was asked for, and what came."""

    name: str
    path: str
    answer: HttpResponse

    @property
    def is_page(self) -> bool:
        kind = self.answer.headers.get("Content-Type", "")
        return self.answer.status_code == 200 and kind.startswith("text/html")

    @property
    def text(self) -> str:
        return self.answer.content.decode(errors="replace")


def crawl(
    browser: Client, ids: Mapping[str, object], *, about: str = ""
) -> Iterator[Opened]:
    """
    Ask for every address, with the ids that it takes; what is not named is absent.

    With `about`, only for those that take that id.
    """
    for address in addresses():
        if about and about not in address.takes:
            continue
        path = path_of(address, ids)
        yield Opened(address.name, path, browser.get(path))  # type: ignore[arg-type]


def path_of(address: Address, ids: Mapping[str, object]) -> str:
    """Return the address with ids put in."""
    filled = {key: ids.get(key, _nothing(key)) for key in address.takes}
    return reverse(address.name, kwargs=filled)


def _nothing(key: str) -> object:
    nothing: dict[str, object] = {
        "session_id": 2_000_000_000,
        "version_id": 1,
        "pk": 2_000_000_000,
        "key": "no-such-key",
        "uidb36": "x",
    }
    missing: UUID = absent()
    return nothing.get(key, missing)
