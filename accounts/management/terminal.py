"""What commands tell: a bar on a terminal, JSON for programs, nothing where asked."""

import json
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from typing import Any

from django.core.management.base import OutputWrapper

WIDTH = 24
Progress = Callable[[int, int], None]


def add_telling_options(parser: ArgumentParser, *, as_json: str) -> None:
    """Take how much to say, and in which shape."""
    parser.add_argument("--json", action="store_true", help=as_json)
    parser.add_argument("--quiet", action="store_true", help="print errors only")


def bar_on(
    terminal: OutputWrapper, options: Mapping[str, Any], *, counted: str
) -> Progress:
    """
    Return what draws how far it is, where somebody looks at a terminal.

    It is drawn on the error stream, so that what is printed can be piped on.
    """
    if options["json"] or options["quiet"] or not terminal.isatty():
        return lambda _done, _total: None

    def draw(done: int, total: int) -> None:
        full = WIDTH * done // total if total else WIDTH
        bar = "█" * full + "░" * (WIDTH - full)
        end = "\n" if done >= total else ""
        terminal.write(f"\r  {bar} {done:,} of {total:,} {counted}", ending=end)
        terminal.flush()

    return draw


def tell(
    terminal: OutputWrapper,
    options: Mapping[str, Any],
    sentence: str,
    **facts: object,
) -> None:
    """Print what was done: a sentence, the facts as JSON, or nothing."""
    if options["json"]:
        terminal.write(json.dumps(facts, ensure_ascii=False, default=str))
    elif not options["quiet"]:
        terminal.write(sentence)
