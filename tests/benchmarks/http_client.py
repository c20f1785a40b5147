"""One client of a web server under load."""

from collections.abc import Mapping
from http import HTTPStatus
from http.client import HTTPConnection

PATIENCE = 60


def ask(web: HTTPConnection, path: str, headers: Mapping[str, str]) -> None:
    """Ask for a page on a connection that stays open; anything but 200 is a fault."""
    web.request("GET", path, headers=dict(headers))
    answer = web.getresponse()
    content = answer.read()
    assert answer.status == HTTPStatus.OK, (path, answer.status, content[:300])


def ask_once(port: int, path: str, headers: Mapping[str, str]) -> None:
    """Ask for a page on a connection of its own."""
    web = HTTPConnection("localhost", port, timeout=PATIENCE)
    ask(web, path, headers)
    web.close()
