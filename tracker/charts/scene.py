"""
A picture as plain values: what lies where, in which ink.

Units are CSS pixels, y points down. A scene knows no renderer, so page, PNG
and PDF are the same picture.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tracker.charts.style import Ink

Anchor = Literal["start", "middle", "end"]
Spot = tuple[float, float]
# Many spots are rows of an array: thousands of tuples would take longer to make than
# to draw.
Spots = Sequence[Spot] | NDArray[np.float64]


class Shape(StrEnum):
    """The form of a mark; the form alone tells the position in grey print."""

    CIRCLE = "circle"
    TRIANGLE_DOWN = "triangle down"
    TRIANGLE_UP = "triangle up"
    DIAMOND = "diamond"
    DOT = "dot"
    SQUARE = "square"
    LESS_THAN = "less than"
    LESS_THAN_SHORT = "less than, close above zero"
    MORE_THAN = "more than"


class Rect(NamedTuple):
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    fill: Ink
    radius: float = 0.0


class Stroke(NamedTuple):
    """A line through the given spots, straight from one to the next."""

    spots: Spots
    ink: Ink
    width: float = 1.0
    dash: tuple[float, float] | None = None


class Text(NamedTuple):
    """Words on a baseline, already cleaned and isolated."""

    x: float
    y: float
    words: str
    size: float
    ink: Ink
    bold: bool = False
    anchor: Anchor = "start"


class About(NamedTuple):
    """What a reader learns who points at a mark."""

    result_id: str
    collected_on: str
    label: str
    detail: str
    laboratory: str
    interval: str
    interval_span: tuple[float, float] | None


class Marks(NamedTuple):
    """A run of marks that look the same; ``about`` is empty or one for each."""

    shape: Shape
    size: float
    ink: Ink
    hollow: bool
    spots: Spots
    about: Sequence[About] = ()


Item = Rect | Stroke | Text | Marks


class Days(NamedTuple):
    """The plot's first and last day, and where they lie: for choosing days on it."""

    first: str
    last: str
    left: float
    right: float


class Scene(NamedTuple):
    """One finished picture: ``items`` from back to front, results on top."""

    width: float
    height: float
    title: str
    description: str
    items: Sequence[Item]
    marks: Sequence[Marks]
    days: Days | None = None
