"""The sheet that one trend chart is laid out on: sizes of type, places, layers."""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from tracker.charts.axes import TimeAxis, ValueAxis
from tracker.charts.placing import Box, Drawn
from tracker.charts.scene import Anchor, Item, Rect, Stroke, Text
from tracker.charts.style import NARROW_BELOW, Ink
from tracker.charts.typography import isolated
from tracker.charts.values import TrendChart

_NOWHERE = Box(0, 0, 0, 0)
_NO_DAYS = TimeAxis(1, 2, 0, 1, 1)
_NO_VALUES = ValueAxis(0, 1, 1, 1)
MANY_RESULTS, VERY_MANY_RESULTS = 100, 500


class Sizes(NamedTuple):
    """Type sizes and distances, in pixels."""

    title: float
    body: float
    tick: float
    note: float
    latest: float
    margin: float
    line: float
    plot_height: float
    tick_room: float
    mark: float
    stroke: float


WIDE_SIZES = Sizes(
    title=21,
    body=13,
    tick=12.5,
    note=12,
    latest=25,
    margin=20,
    line=17,
    plot_height=330,
    tick_room=58,
    mark=5.6,
    stroke=1.75,
)
NARROW_SIZES = Sizes(
    title=18,
    body=12,
    tick=11.5,
    note=11.5,
    latest=22,
    margin=12,
    line=16,
    plot_height=250,
    tick_room=42,
    mark=4.9,
    stroke=1.6,
)


def sizes_for(width: float, results: int) -> Sizes:
    """Return the sizes for a sheet of this width with so many results."""
    sizes = NARROW_SIZES if width < NARROW_BELOW else WIDE_SIZES
    if results > VERY_MANY_RESULTS:
        return sizes._replace(mark=sizes.mark * 0.5, stroke=1.0)
    if results > MANY_RESULTS:
        return sizes._replace(mark=sizes.mark * 0.72, stroke=1.2)
    return sizes


@dataclass(slots=True)
class Sheet:
    """
    One render in the making: what is laid out so far, layer upon layer.

    Lives as long as one call; nothing of it is shared.
    """

    chart: TrendChart
    width: float
    sizes: Sizes
    narrow: bool
    y: float = 0.0
    has_band: bool = False
    plot: Box = _NOWHERE
    times: TimeAxis = _NO_DAYS
    values: ValueAxis = _NO_VALUES
    background: list[Item] = field(default_factory=list)
    bands: list[Item] = field(default_factory=list)
    grid: list[Item] = field(default_factory=list)
    lines: list[Item] = field(default_factory=list)
    texts: list[Item] = field(default_factory=list)
    drawn: Drawn = field(default_factory=lambda: Drawn(_NOWHERE))

    @property
    def left(self) -> float:
        """Return where the sheet's words begin."""
        return self.sizes.margin

    @property
    def right(self) -> float:
        """Return where the sheet's words end."""
        return self.width - self.sizes.margin

    @property
    def mirrored(self) -> bool:
        """Say whether the words run from right to left."""
        return self.chart.direction == "rtl"

    def shows(self, first: date, last: date) -> bool:
        """Say whether any day between the two is in view."""
        times = self.times
        return times.x(first) <= times.right and times.x(last) >= times.left

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
    ) -> None:
        """Put words on the sheet; they have been cleaned before."""
        kept = isolated(words, self.chart.direction)
        self.texts.append(Text(x, y, kept, size, ink, bold, anchor))

    def write_number(
        self, x: float, y: float, words: str, *, size: float, ink: Ink, anchor: Anchor
    ) -> None:
        """Put a number on the sheet; it reads from left to right everywhere."""
        self.texts.append(Text(x, y, words, size, ink, anchor=anchor))

    def rule(
        self,
        x: float,
        y: float,
        x_end: float,
        y_end: float,
        ink: Ink,
        *,
        width: float = 1.0,
        dash: tuple[float, float] | None = None,
    ) -> None:
        """Draw a straight line in the layer of the grid."""
        self.grid.append(Stroke(((x, y), (x_end, y_end)), ink, width, dash))

    def block(
        self, left: float, top: float, right: float, bottom: float, fill: Ink
    ) -> Rect:
        """Return a filled rectangle between two corners."""
        return Rect(left, top, right - left, bottom - top, fill)
