"""
A sheet for the small charts: words cleaned, numbers kept upright, layers in order.

The trend has a sheet of its own, because it measures much more before it draws.
"""

from dataclasses import dataclass, field
from typing import Literal

from tracker.charts.scene import Anchor, Item, Marks, Rect, Scene, Stroke, Text
from tracker.charts.sheet import NARROW_SIZES, WIDE_SIZES, Sizes
from tracker.charts.style import LARGEST_WIDTH, NARROW_BELOW, SMALLEST_WIDTH, Ink
from tracker.charts.typography import (
    LONGEST_DETAIL,
    clean,
    isolated,
    shortened,
    wrapped,
)

MOST_LINES = 4
Direction = Literal["ltr", "rtl"]


@dataclass(slots=True)
class Page:
    """One small chart in the making; lives as long as one call."""

    width: float
    direction: Direction = "ltr"
    y: float = 0.0
    items: list[Item] = field(default_factory=list)
    marks: list[Marks] = field(default_factory=list)

    @property
    def sizes(self) -> Sizes:
        """Return the sizes of type for this width."""
        return NARROW_SIZES if self.is_narrow else WIDE_SIZES

    @property
    def is_narrow(self) -> bool:
        """Say whether it is drawn for a narrow screen."""
        return self.width < NARROW_BELOW

    @property
    def left(self) -> float:
        """Return where words begin."""
        return self.sizes.margin

    @property
    def right(self) -> float:
        """Return where words end."""
        return self.width - self.sizes.margin

    def write(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float,
        ink: Ink = Ink.MUTED,
        bold: bool = False,
        anchor: Anchor = "start",
        room: float = 0.0,
    ) -> None:
        """Put words on a baseline, cut to the room where one is given."""
        kept = clean(words, LONGEST_DETAIL)
        kept = shortened(kept, size, room) if room else kept
        kept = isolated(kept, self.direction)
        self.items.append(Text(x, y, kept, size, ink, bold, anchor))

    def rule(
        self, x: float, y: float, x_end: float, y_end: float, ink: Ink = Ink.RULE
    ) -> None:
        """Draw a quiet straight line."""
        self.items.append(Stroke(((x, y), (x_end, y_end)), ink))

    def block(self, x: float, y: float, width: float, height: float, ink: Ink) -> None:
        """Fill a rectangle."""
        self.items.append(Rect(x, y, width, height, ink))

    def head(self, title: str, subtitle: str) -> None:
        """Write the title and what it is of."""
        sizes = self.sizes
        size = sizes.title * 0.86
        self.y = sizes.margin - size * 0.4
        room = (self.right - self.left) / 1.1  # bold letters stand wider
        for line in wrapped(clean(title), size, room, 2):
            self.y += size * 1.2
            self.write(self.left, self.y, line, size=size, ink=Ink.INK, bold=True)
        self.paragraph(subtitle, first=sizes.line * 1.25)

    def paragraph(self, words: str, *, first: float = 0.0) -> None:
        """Write whole sentences on as many lines as they need."""
        sizes = self.sizes
        room = self.right - self.left
        cleaned = clean(words, LONGEST_DETAIL)
        for number, line in enumerate(wrapped(cleaned, sizes.note, room, MOST_LINES)):
            self.y += first if first and not number else sizes.line
            self.write(self.left, self.y, line, size=sizes.note)

    def scene(self, title: str, description: str) -> Scene:
        """Return the finished picture."""
        return Scene(
            width=self.width,
            height=round(self.y + self.sizes.margin),
            title=clean(title),
            description=clean(description, LONGEST_DETAIL),
            items=self.items,
            marks=self.marks,
        )


def page_of(width: int, direction: Direction) -> Page:
    """Return an empty sheet of a width that can be drawn on."""
    kept = min(max(width, SMALLEST_WIDTH), LARGEST_WIDTH)
    return Page(float(kept), direction)
