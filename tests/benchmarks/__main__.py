"""
Run the benchmarks: ``python -m tests.benchmarks [ONLY]``.

One JSON object a line; ``speedup`` above 1 is faster than the reference. ONLY
is the beginning of the names to run ("chart", "import.100k").
"""

import importlib
import json
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

# The part of a name before its first dot, and the module that measures it.
MODULES = {
    "api": "tests.benchmarks.apis",
    "chart": "tests.benchmarks.charts",
    "growth": "tests.benchmarks.growth",
    "http": "tests.benchmarks.http_load",
    "import": "tests.benchmarks.imports",
    "parse": "tests.benchmarks.parsing",
    "report": "tests.benchmarks.reports",
    "worklist": "tests.benchmarks.worklists",
}
# It fills a disk for an hour: only where somebody asks for it.
BY_NAME_ALONE = {"growth"}


def chosen_rows(only: str) -> Iterator[dict[str, Any]]:
    """Yield the rows whose names begin with ``only``; without it, all."""
    for group, module in MODULES.items():
        wanted = only.startswith(group) or (
            group.startswith(only) and group not in BY_NAME_ALONE
        )
        if wanted and find_spec(module):
            found: Iterator[dict[str, Any]] = importlib.import_module(module).rows()
            yield from (row for row in found if row["name"].startswith(only))


def main(arguments: list[str]) -> int:
    """Print the rows as they come; 1 where nothing has the given name."""
    only = arguments[0] if arguments else ""
    printed = 0
    for row in chosen_rows(only):
        sys.stdout.write(json.dumps(row) + "\n")
        sys.stdout.flush()
        printed += 1
    if not printed:
        sys.stderr.write(f"No benchmark is called {only!r}.\n")
    return 0 if printed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
