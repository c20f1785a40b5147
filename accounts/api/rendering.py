"""Writes JSON, with decimals and dates as they are."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson
from rest_framework.renderers import BaseRenderer


class OrjsonRenderer(BaseRenderer):
    """JSON; a decimal is a text, so that no reader rounds it."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,  # noqa: ANN401 - whatever a view returns
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Return the bytes."""
        del accepted_media_type, renderer_context
        return b"" if data is None else orjson.dumps(data, default=_as_text)


def renderer(media: str, kind: str) -> type[BaseRenderer]:
    """Return what stands for a kind of file when a program says what it accepts."""
    names: dict[str, Any] = {
        "media_type": media,
        "format": kind,
        "charset": None,
        "render": lambda _self, data, *_more: data,
    }
    return type(f"{kind.title()}Renderer", (BaseRenderer,), names)


def _as_text(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    message = f"{type(value).__name__} has no form in JSON"
    raise TypeError(message)
