"""The outlines of marks, in multiples of the mark's size around its spot."""

from tracker.charts.scene import Shape

FEWEST_OF_A_CLOSED_OUTLINE = 3
Corners = tuple[tuple[float, float], ...]

# Two corners are an open line, three or more a closed outline. The triangles,
# the diamond and the circle cover about the same area, so none speaks louder.
_CORNERS: dict[Shape, tuple[Corners, ...]] = {
    Shape.TRIANGLE_DOWN: (((-1.2, -0.85), (1.2, -0.85), (0, 1.2)),),
    Shape.TRIANGLE_UP: (((-1.2, 0.85), (0, -1.2), (1.2, 0.85)),),
    Shape.DIAMOND: (((0, -1.3), (1.2, 0), (0, 1.3), (-1.2, 0)),),
    Shape.SQUARE: (((-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)),),
    Shape.LESS_THAN: (
        ((-1.4, 0), (1.4, 0)),
        ((0, 0), (0, 1.9)),
        ((-0.9, 1.9), (0.9, 1.9), (0, 3.3)),
    ),
    Shape.LESS_THAN_SHORT: (
        ((-1.4, 0), (1.4, 0)),
        ((-0.9, 0), (0.9, 0), (0, 1.4)),
    ),
    Shape.MORE_THAN: (
        ((-1.4, 0), (1.4, 0)),
        ((0, 0), (0, -1.9)),
        ((-0.9, -1.9), (0, -3.3), (0.9, -1.9)),
    ),
}
ROUND = frozenset({Shape.CIRCLE, Shape.DOT})
ARROWS = frozenset({Shape.LESS_THAN, Shape.LESS_THAN_SHORT, Shape.MORE_THAN})
DOT_SIZE = 0.8
ARROW_LENGTH = 3.4
ARROW_STROKE, HOLLOW_STROKE, PAPER_STROKE = 1.8, 1.8, 1.4


def corners_of(shape: Shape) -> tuple[Corners, ...]:
    """Return the lines of a shape that is not round."""
    return _CORNERS[shape]


def radius_of(shape: Shape, size: float) -> float:
    """Return the radius of a round shape."""
    return size * DOT_SIZE if shape is Shape.DOT else size
