"""
Typst, kept warm: a template and data in, a tagged PDF out.

The data goes in as JSON and the picture as bytes; nothing is ever written into
markup. The fonts are the ones that matplotlib brings along, so that every machine sets
the same page and none needs a network.
"""

import functools
import json
import re
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import matplotlib as mpl
import typst

TEMPLATES = Path(__file__).parent / "templates"
FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
FACE = "DejaVu Sans"

# A compiler refuses a second caller while it works; it lets go of Python meanwhile.
_turn = threading.Lock()
_PLACE = re.compile(r"\w+\.typ:\d+:\d+")


class NotTypeset(RuntimeError):
    """A report that could not be set; says where in the template, never about whom."""


def typeset(
    template: str,
    data: Mapping[str, object],
    *,
    pictures: Mapping[str, str],
    made_at: datetime,
    is_archival: bool = False,
) -> bytes:
    """Return the template filled as PDF/UA-1; an archival one is PDF/A-2a as well."""
    inputs = {"data": json.dumps(data, ensure_ascii=False), **pictures}
    with _turn:
        try:
            made = compiler_of(template).compile(
                format="pdf",
                sys_inputs=inputs,
                pdf_standards=["ua-1", "a-2a"] if is_archival else ["ua-1"],
                timestamp=int(made_at.timestamp()),
            )
        except typst.TypstError as error:
            places = ", ".join(dict.fromkeys(_PLACE.findall(error.diagnostic)))
            message = f"{template} could not be set ({places or 'no place given'})."
            # The error itself quotes the data: it must not reach a log.
            raise NotTypeset(message) from None
    if not isinstance(made, bytes):
        message = f"{template} gave no single file."
        raise NotTypeset(message)
    return made


@functools.cache
def compiler_of(template: str) -> typst.Compiler:
    """Return the process's own compiler of a template; the first call reads fonts."""
    return typst.Compiler(
        TEMPLATES / template,
        root=TEMPLATES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        package_path=TEMPLATES,
        package_cache_path=TEMPLATES,
    )


@functools.cache
def _fonts() -> typst.Fonts:
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
    )
    if FACE not in fonts.families():  # Typst would leave every word out in silence
        message = f"{FACE} is not in {FONTS}."
        raise NotTypeset(message)
    return fonts
