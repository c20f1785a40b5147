"""
How fast a page of results is answered: a throw-away server, then the comparison.

Django has to be set up before its models can be imported, so the comparison itself
stands in a module of its own.
"""

import os
from collections.abc import Iterator
from typing import Any

import django

from tracker import database


def rows() -> Iterator[dict[str, Any]]:
    """Yield the lines of the addresses for programs."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    with database.throw_away() as server:
        django.setup()
        from tests.benchmarks import api_rates  # noqa: PLC0415 - after the set-up

        yield from api_rates.compare(server)
