"""
How many pages a second real web processes serve: a throw-away server, then the load.

Django has to be set up before its models can be imported, so the comparison itself
stands in a module of its own.
"""

import os
from collections.abc import Iterator
from typing import Any

import django

from tracker import database


def rows() -> Iterator[dict[str, Any]]:
    """Yield the lines of pages under load."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    with database.throw_away(is_durable=True) as server:
        django.setup()
        from tests.benchmarks import http_rates  # noqa: PLC0415 - after the set-up

        yield from http_rates.compare(server)
