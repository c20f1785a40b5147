"""Where words may stand: what is drawn is remembered, free places are found."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from tracker.charts.scene import Spot

_COLUMN = 6.0
_OUTSIDE = 1_000_000.0


class Box(NamedTuple):
    """A rectangle that words would cover."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Say whether the two overlap."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


class Drawn:
    """
    What already covers the plot.

    Marks and lines are kept as the highest and lowest place in each narrow
    column: exact enough for a trend, and cheap for thousands of results. One
    object serves one render and is thrown away with it.
    """

    def __init__(self, plot: Box) -> None:
        self._plot = plot
        columns = int((plot.right - plot.left) / _COLUMN) + 2
        self._tops = [_OUTSIDE] * columns
        self._bottoms = [-_OUTSIDE] * columns
        self._boxes: list[Box] = []

    def add_mark(self, x: float, y: float, radius: float) -> None:
        """Remember a mark."""
        for column in self._columns(x - radius, x + radius):
            self._cover(column, y - radius, y + radius)

    def add_line(self, spots: Sequence[Spot]) -> None:
        """Remember a line through the spots."""
        for start, end in pairwise(spots):
            self._add_piece(start, end)

    def _add_piece(self, start: Spot, end: Spot) -> None:
        (x, y), (x_end, y_end) = start, end
        columns = self._columns(x, x_end)
        rise = (y_end - y) / len(columns)
        for number, column in enumerate(columns):
            one, other = y + rise * number, y + rise * (number + 1)
            self._cover(column, min(one, other) - 1, max(one, other) + 1)

    def add_box(self, box: Box) -> None:
        """Remember words."""
        self._boxes.append(box)

    def is_free(self, box: Box) -> bool:
        """Say whether words would cover nothing and stay inside the plot."""
        return (
            box.left >= self._plot.left
            and box.right <= self._plot.right
            and box.top >= self._plot.top
            and box.bottom <= self._plot.bottom
            and not any(box.meets(other) for other in self._boxes)
            and all(
                self._bottoms[column] < box.top or self._tops[column] > box.bottom
                for column in self._columns(box.left, box.right)
            )
        )

    def first_free(self, boxes: Iterable[Box]) -> Box | None:
        """Return the first box that is free, remembered; None if none is."""
        for box in boxes:
            if self.is_free(box):
                self._boxes.append(box)
                return box
        return None

    def _columns(self, left: float, right: float) -> range:
        first = int((left - self._plot.left) / _COLUMN)
        last = int((right - self._plot.left) / _COLUMN)
        final = len(self._tops) - 1
        return range(min(max(first, 0), final), min(max(last, 0), final) + 1)

    def _cover(self, column: int, top: float, bottom: float) -> None:
        self._tops[column] = min(self._tops[column], top)
        self._bottoms[column] = max(self._bottoms[column], bottom)
