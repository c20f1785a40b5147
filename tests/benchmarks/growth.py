"""
What a page costs as the database fills: `make bench-growth`.

GROWTH="100000 1000000" names the numbers of results; ten million take about 10 GB of
the temporary folder and an hour. A throw-away server, as for the other benchmarks.
"""

import os
from collections.abc import Iterator
from typing import Any

import django

from tracker import database

SIZES = "100000 1000000 10000000"


def rows() -> Iterator[dict[str, Any]]:
    """Yield the lines of each size, the smallest first."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    sizes = sorted(map(int, os.environ.get("GROWTH", SIZES).split()))
    with database.throw_away() as server:
        django.setup()
        from tests.benchmarks import growth_rates  # noqa: PLC0415 - after the set-up

        yield from growth_rates.measure(server, sizes)
