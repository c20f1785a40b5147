"""Where words may stand: what is drawn is remembered, free places are found."""

from collections.abc import Iterable, Sequence
from math import hypot
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tracker.charts.scene import Spot, Spots

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

    def distance_to(self, spot: Spot) -> float:
        """Return how far a spot lies from the edge; 0 inside."""
        x, y = spot
        across = max(self.left - x, x - self.right, 0.0)
        down = max(self.top - y, y - self.bottom, 0.0)
        return hypot(across, down)


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
        self._tops = np.full(columns, _OUTSIDE)
        self._bottoms = np.full(columns, -_OUTSIDE)
        self._boxes: list[Box] = []

    def add_trend(self, spots: Spots, joined: Sequence[slice], radius: float) -> None:
        """Remember marks, and the lines that join the given runs of them."""
        places = np.asarray(spots).reshape(-1, 2)
        for shift in (-radius, 0.0, radius):
            columns = self._columns_of(places[:, 0] + shift)
            np.minimum.at(self._tops, columns, places[:, 1] - radius)
            np.maximum.at(self._bottoms, columns, places[:, 1] + radius)
        for run in joined:
            self._add_line(places[run])

    def _add_line(self, places: NDArray[np.float64]) -> None:
        """Cover each column between the line's heights at its two edges."""
        across, heights = places[:, 0], places[:, 1]
        columns = self._between(across[0], across[-1])
        edges = self._plot.left + _COLUMN * np.arange(columns.start, columns.stop + 1)
        at_edges = np.interp(edges, across, heights)
        one, other = at_edges[:-1], at_edges[1:]
        tops, bottoms = self._tops[columns], self._bottoms[columns]
        np.minimum(tops, np.minimum(one, other) - 1, out=tops)
        np.maximum(bottoms, np.maximum(one, other) + 1, out=bottoms)

    def _columns_of(self, across: NDArray[np.float64]) -> NDArray[np.intp]:
        columns = ((across - self._plot.left) / _COLUMN).astype(np.intp)
        return columns.clip(0, len(self._tops) - 1)

    def add_box(self, box: Box) -> None:
        """Remember words or a straight edge."""
        self._boxes.append(box)

    def is_free(self, box: Box) -> bool:
        """Say whether words would cover nothing and stay inside the plot."""
        plot = self._plot
        if box.left < plot.left or box.right > plot.right:
            return False
        if box.top < plot.top or box.bottom > plot.bottom:
            return False
        if any(box.meets(other) for other in self._boxes):
            return False
        columns = self._between(box.left, box.right)
        covered = (self._bottoms[columns] >= box.top) & (
            self._tops[columns] <= box.bottom
        )
        return not covered.any()

    def first_free(self, boxes: Iterable[Box]) -> Box | None:
        """Return the first box that is free, remembered; None if none is."""
        for box in boxes:
            if self.is_free(box):
                self._boxes.append(box)
                return box
        return None

    def _between(self, left: float, right: float) -> slice:
        final = len(self._tops) - 1
        first = int((left - self._plot.left) / _COLUMN)
        last = int((right - self._plot.left) / _COLUMN)
        return slice(min(max(first, 0), final), min(max(last, 0), final) + 1)
