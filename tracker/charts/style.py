"""
How the charts look: inks, sizes, type.

An ink is a name. On the page it is a CSS custom property, so a chart follows
the page's theme; in a file it is the literal colour of the light set.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Ink(StrEnum):
    """A colour by its job, spelled as the CSS custom property of the page."""

    PAPER = "--chart-paper"
    INK = "--chart-ink"
    MUTED = "--chart-muted"
    RULE = "--chart-rule"
    AXIS = "--chart-axis"
    SEASON = "--chart-season"
    LINE = "--chart-line"
    WITHIN = "--chart-within"
    BELOW = "--chart-below"
    ABOVE = "--chart-above"
    UNSURE = "--chart-unsure"
    BAND = "--chart-band"
    TARGET = "--chart-target"
    INTERVAL = "--chart-interval"
    NOTE = "--chart-note"
    BAR = "--chart-bar"
    BAR_EDGE = "--chart-bar-edge"
    FOCUS = "--chart-focus"


LIGHT: Mapping[Ink, str] = MappingProxyType(
    {
        Ink.PAPER: "#ffffff",
        Ink.INK: "#1b2733",
        Ink.MUTED: "#5d6b79",
        Ink.RULE: "#e6eaee",
        Ink.AXIS: "#aab5c0",
        Ink.SEASON: "#f2f4f8",
        Ink.LINE: "#43525f",
        Ink.WITHIN: "#1d6a87",
        Ink.BELOW: "#ab4f09",
        Ink.ABOVE: "#8a1c7c",
        Ink.UNSURE: "#56626e",
        Ink.BAND: "#e0eef4",
        Ink.TARGET: "#1d6a87",
        Ink.INTERVAL: "#7b8794",
        Ink.NOTE: "#5d6b79",
        Ink.BAR: "#dde3ea",
        Ink.BAR_EDGE: "#7a8896",
        Ink.FOCUS: "#1f4fa3",
    }
)

# Tuned by eye and by contrast on the dark paper, not an inversion.
DARK: Mapping[Ink, str] = MappingProxyType(
    {
        Ink.PAPER: "#12181f",
        Ink.INK: "#e8edf2",
        Ink.MUTED: "#9dabb8",
        Ink.RULE: "#26303a",
        Ink.AXIS: "#55626f",
        Ink.SEASON: "#182029",
        Ink.LINE: "#b4c0cb",
        Ink.WITHIN: "#66b7d6",
        Ink.BELOW: "#f0984f",
        Ink.ABOVE: "#df8ad3",
        Ink.UNSURE: "#aeb9c4",
        Ink.BAND: "#17323f",
        Ink.TARGET: "#66b7d6",
        Ink.INTERVAL: "#8a97a4",
        Ink.NOTE: "#9dabb8",
        Ink.BAR: "#2a3541",
        Ink.BAR_EDGE: "#6d7c8a",
        Ink.FOCUS: "#8ab4ff",
    }
)

FONT_FAMILY = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, "
    "'Liberation Sans', 'DejaVu Sans', sans-serif"
)

WIDE = 1000
NARROW = 360
NARROW_BELOW = 600
SMALLEST_WIDTH, LARGEST_WIDTH = 280, 2000
