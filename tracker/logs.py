"""
Logs as lines of JSON: what happened, where and in which request; never whose data.

An exception is told by its kind and its place in the program. Its own words are left
out, because a database quotes the row it complains about.
"""

import copy
import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
MOST_FRAMES = 30


class JsonLines(logging.Formatter):
    """Writes a record as one line; what stands in `told` becomes fields of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; breaks and control characters in it are escaped."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if REQUEST_ID.get():
            line["request_id"] = REQUEST_ID.get()
        line |= getattr(record, "told", {})
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = _kind(record.exc_info[0])
            frames = traceback.extract_tb(record.exc_info[2])[-MOST_FRAMES:]
            line["where"] = [f"{at.filename}:{at.lineno} {at.name}" for at in frames]
        return json.dumps(line, ensure_ascii=True, default=str)


class WithoutAddresses(logging.Filter):
    """Takes the addresses that Django's own lines quote out: they name records."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, with what begins like an address left out."""
        if isinstance(record.args, tuple):
            record.args = tuple(
                "(address)" if isinstance(each, str) and each.startswith("/") else each
                for each in record.args
            )
        return True


class WithoutWords(logging.Formatter):
    """A plain line for somebody's own machine, with exceptions told in the same way."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; what another handler made of the exception is not used."""
        own = copy.copy(record)
        own.exc_text = None
        return super().format(own)

    def formatException(  # noqa: N802 - the name that logging calls
        self, ei: object
    ) -> str:
        """Return the places, then the kind, without the exception's own words."""
        kind, _, trace = ei if isinstance(ei, tuple) else (None, None, None)
        # The lines of the program themselves stay out: some spell out what they handle.
        places = (
            f'  File "{at.filename}", line {at.lineno}, in {at.name}\n'
            for at in traceback.extract_tb(trace)
        )
        return "".join([*places, _kind(kind) if kind else ""])


def _kind(kind: type[BaseException]) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"
