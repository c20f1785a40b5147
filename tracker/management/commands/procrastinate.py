"""
The library's command, whose worker outlives a restart of the database.

The library ends its worker when a connection is lost, sometimes as if it had been asked
to. Here it begins anew, after a pause that grows, until somebody does ask.
"""

import asyncio
import contextlib
import logging
import os
import signal
import time
from collections.abc import Iterator
from typing import Any

from procrastinate import cli
from procrastinate.contrib.django import app
from procrastinate.contrib.django.management.commands import procrastinate

from tracker.services import tracing

log = logging.getLogger(__name__)
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
GOOD_WHILE = 60.0  # after which the next pause is a short one again


class Command(procrastinate.Command):
    """Runs the library's command; a worker until it is asked to stop."""

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
        """Run it; a worker that waits for work is kept running."""
        stays = options.get("func") is cli.worker_ and options.get("wait", True)
        if not stays:
            super().handle(*args, **options)
            return
        if tracing.is_wanted(os.environ):
            tracing.start(os.environ)
            app.worker_defaults.setdefault("task_middleware", []).append(tracing.task)
        own = {k: v for k, v in options.items() if k not in self._django_options}
        pauses = _pauses()
        while not _work(own):
            seconds = next(pauses)
            log.warning("The worker lost its database; again in %.0f s", seconds)
            time.sleep(seconds)


def _pauses() -> Iterator[float]:
    """Yield how long to wait each time; a good while of work counts as a new start."""
    pause = FIRST_PAUSE
    while True:
        began = time.monotonic()
        yield pause
        lasted = time.monotonic() - began
        is_new = lasted > GOOD_WHILE + pause
        pause = FIRST_PAUSE if is_new else min(pause * 2, LONGEST_PAUSE)


def _work(options: dict[str, Any]) -> bool:
    """Work until the end; return whether somebody asked for it."""
    asked = asyncio.Event()
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
    # The library ends its process with a status where it cannot go on.
    with contextlib.suppress(SystemExit), app.replace_connector(connector):
        asyncio.run(_until_asked(options, asked))
    return asked.is_set()


async def _until_asked(options: dict[str, Any], asked: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for kind in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(kind, asked.set)
    command = {**options, "app": app, "install_signal_handlers": False}
    working = asyncio.ensure_future(cli.execute_command(command))
    waiting = asyncio.ensure_future(asked.wait())
    await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if asked.is_set():
        working.cancel()  # what it does now is done to its end
    with contextlib.suppress(asyncio.CancelledError):
        await working
