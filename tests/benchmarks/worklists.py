"""
How fast a clinic's list opens: a throw-away server, then the comparison.

Django has to be set up before its models can be imported, so the comparison itself
stands in a module of its own.
"""

import os
from collections.abc import Iterator
from typing import Any

import django

from tracker import database


def rows() -> Iterator[dict[str, Any]]:
    """Yield the lines of the worklist."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    with database.throw_away() as server:
        django.setup()
        from tests.benchmarks import worklist_rates  # noqa: PLC0415 - after the set-up

        yield from worklist_rates.compare(server)
