"""
The site's mark as pixels, for places that take no SVG: the icon of an installed app.

It is the drawing of `mark.svg`, from the same numbers; a test holds the two together.
"""

from dataclasses import dataclass

from PIL import Image, ImageDraw

PAPER, BAND, INK = "#ffffff", "#cfe3ec", "#1d6a87"
SIDE = 32
BAND_BOX = (2, 12, 28, 12, 2)  # x, y, width, height, radius
LINE = ((4, 26), (12, 17), (20, 20), (28, 8))
LINE_WIDTH = 3.0
LAST_POINT = (28, 8, 3.4)
FINER = 4  # drawn larger, then made smaller, so that slanted lines are smooth
# A launcher may cut a mask out of the middle four fifths.
MASKED_MARGIN = 0.2
MARGIN = 0.06


@dataclass(frozen=True, slots=True)
class Icon:
    """One size of the icon; a launcher may cut its edges off where it is masked."""

    side: int
    is_masked: bool = False

    @property
    def margin(self) -> float:
        """Return how much of each side stays empty."""
        return MASKED_MARGIN if self.is_masked else MARGIN


def icon_image(icon: Icon) -> Image.Image:
    """Draw the mark on paper."""
    large = icon.side * FINER
    image = Image.new("RGB", (large, large), PAPER)
    _draw(ImageDraw.Draw(image), large=large, margin=icon.margin)
    return image.resize((icon.side, icon.side), Image.Resampling.LANCZOS)


def _draw(pen: ImageDraw.ImageDraw, *, large: int, margin: float) -> None:
    scale = large * (1 - 2 * margin) / SIDE
    edge = large * margin

    def at(value: float) -> float:
        return edge + value * scale

    x, y, width, height, radius = BAND_BOX
    box = (at(x), at(y), at(x + width), at(y + height))
    pen.rounded_rectangle(box, radius * scale, fill=BAND)
    points = [(at(px), at(py)) for px, py in LINE]
    pen.line(points, fill=INK, width=round(LINE_WIDTH * scale))
    for px, py in points:  # round joints and ends
        _dot(pen, px, py, LINE_WIDTH / 2 * scale)
    last_x, last_y, last_radius = LAST_POINT
    _dot(pen, at(last_x), at(last_y), last_radius * scale)


def _dot(pen: ImageDraw.ImageDraw, x: float, y: float, radius: float) -> None:
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=INK)
