"""A site of nothing, for a look at the web server's configuration alone."""

from collections.abc import Callable


def application(
    _environ: dict[str, object], start_response: Callable[..., object]
) -> list[bytes]:
    start_response("204 No Content", [])
    return []
