"""
The paper pen: a scene through matplotlib's own renderers, to PNG and PDF.

No figure, no axes, no artist tree, no pyplot and no settings changed at
request time: the renderers are driven directly, which is many times faster and
shares nothing between threads. Text is drawn as text, never as mathematics.
"""

import io
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.backends.backend_pdf import PdfFile, RendererPdf
from matplotlib.colors import to_rgba
from matplotlib.font_manager import FontPath, FontProperties, get_font
from matplotlib.ft2font import FT2Font
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from tracker.charts.png import write_png
from tracker.charts.scene import Marks, Rect, Scene, Spot, Stroke, Text
from tracker.charts.shapes import (
    ARROWS,
    FEWEST_OF_A_CLOSED_OUTLINE,
    HOLLOW_STROKE,
    PAPER_STROKE,
    ROUND,
    corners_of,
    radius_of,
)
from tracker.charts.style import LIGHT, WIDE, Ink
from tracker.charts.typography import (
    BOLD_FILE,
    REGULAR_FILE,
    drawable,
    is_right_to_left,
    visual_runs,
    width_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

# Once, at import, never at request time. Type 3: a subset takes milliseconds.
# Without hinting letters keep their true shape, and are drawn twice as fast.
mpl.rcParams["pdf.fonttype"] = 3
mpl.rcParams["text.hinting"] = "none"

_LAST_PLAIN = "\xff"  # a face of the PDF holds 256 codes
_ESCAPES = str.maketrans({"\\": r"\\", "(": r"\(", ")": r"\)"})
POINTS_OF_A_WIDE_PAGE = 720.0
_POINTS_PER_INCH = 72
_SHARE_BEFORE = {"start": 0.0, "middle": 0.5, "end": 1.0}
_COLOURS = {ink: to_rgba(colour) for ink, colour in LIGHT.items()}


def paint_pdf(scene: Scene) -> bytes:
    """Return the scene as a vector PDF of one page, without a date."""
    scale = POINTS_OF_A_WIDE_PAGE / WIDE
    width, height = (
        side * scale / _POINTS_PER_INCH for side in (scene.width, scene.height)
    )
    written = io.BytesIO()
    about = {"Title": scene.title, "CreationDate": None}
    file = PdfFile(written, metadata=about)  # type: ignore[no-untyped-call]
    file.newPage(width, height)  # type: ignore[no-untyped-call]
    renderer = _PdfPen(file, height, width)
    paint(scene, renderer, scale, text_from_top=False)
    renderer.finalize()  # type: ignore[no-untyped-call]
    file.finalize()  # type: ignore[no-untyped-call]
    file.close()  # type: ignore[no-untyped-call]
    return written.getvalue()


def paint_png(scene: Scene, *, scale: float) -> bytes:
    """Return the scene as PNG on white paper."""
    width, height = round(scene.width * scale), round(scene.height * scale)
    renderer = _AggPen(width, height, _POINTS_PER_INCH)  # type: ignore[no-untyped-call]
    paint(scene, renderer, scale, text_from_top=True)
    return write_png(np.asarray(renderer.buffer_rgba()))  # type: ignore[no-untyped-call]


def paint(
    scene: Scene, renderer: RendererBase, scale: float, *, text_from_top: bool
) -> None:
    """Draw the scene with any of matplotlib's renderers."""
    brush = _Brush(renderer, scene, scale, text_from_top=text_from_top)
    brush.rect(Rect(0, 0, scene.width, scene.height, Ink.PAPER))
    strokes: dict[type, Callable[[Any], None]] = {
        Rect: brush.rect,
        Stroke: brush.stroke,
        Text: brush.text,
        Marks: brush.marks,
    }
    for item in scene.items:
        strokes[type(item)](item)
    for run in scene.marks:
        brush.marks(run)


class _AggPen(RendererAgg):
    """matplotlib's renderer of pixels; a face is named by its file, not looked for."""

    def _prepare_font(self, font_prop: FontProperties) -> FT2Font:
        font = get_font(str(font_prop.get_file()))
        font.clear()
        font.set_size(font_prop.get_size_in_points(), _POINTS_PER_INCH)
        return font


class _PdfPen(RendererPdf):
    """
    matplotlib's PDF renderer, with a short way for plain text.

    Every character of Latin-1 has one glyph, one code and one known advance, so nothing
    has to be shaped; shaping is more than half of the work of a chart.
    """

    def __init__(self, file: PdfFile, height: float, width: float) -> None:
        super().__init__(file, _POINTS_PER_INCH, height, width)  # type: ignore[no-untyped-call]
        self._tracked: dict[str, set[str]] = {}

    def draw_text(  # noqa: PLR0917  # its own form
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: bool | str = False,  # noqa: FBT001, FBT002
        mtext: object = None,
    ) -> None:
        """Write plain text as one string; let the renderer shape all other."""
        if max(s) > _LAST_PLAIN:
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)  # type: ignore[no-untyped-call]
            return
        self.check_gc(gc, gc.get_rgb())  # type: ignore[no-untyped-call]
        name, size = self._face(str(prop.get_file()), s), prop.get_size_in_points()
        shown = s.translate(_ESCAPES)
        written = f"BT /{name} {size:.4g} Tf {x:.3f} {y:.3f} Td ({shown}) Tj ET\n"
        self.file.write(written.encode("latin-1"))

    def _face(self, path: str, words: str) -> str:
        """Return the face's name in the file; have the words' glyphs embedded."""
        font = get_font(path)
        known = self._tracked.setdefault(path, set())
        new = set(words) - known
        if new:
            known |= new
            tracker = self.file._character_tracker  # noqa: SLF001  # no public way
            tracker.track(font, "".join(sorted(new)))
        named = self.file.fontName(FontPath(str(font.fname), font.face_index))
        return str(named.name.decode())


class _Brush:
    """One render in the making; lives as long as one call."""

    def __init__(
        self,
        renderer: RendererBase,
        scene: Scene,
        scale: float,
        *,
        text_from_top: bool,
    ) -> None:
        self._renderer = renderer
        self._scale = scale
        self._height = scene.height
        self._text_from_top = text_from_top
        to_paper = Affine2D.from_values(scale, 0, 0, -scale, 0, scene.height * scale)
        self._to_paper = to_paper.frozen()
        self._contexts: dict[tuple[Ink, float, object], GraphicsContextBase] = {}
        self._fonts: dict[tuple[float, bool], FontProperties] = {}

    def rect(self, rect: Rect) -> None:
        """Fill a rectangle."""
        path = _rounded(rect) if rect.radius else _cornered(rect)
        context = self._context(rect.fill, 0.0)
        self._renderer.draw_path(context, path, self._to_paper, _COLOURS[rect.fill])

    def stroke(self, stroke: Stroke) -> None:
        """Draw a line."""
        context = self._context(stroke.ink, stroke.width, stroke.dash)
        path = Path(stroke.spots)
        path.should_simplify = False
        self._renderer.draw_path(context, path, self._to_paper)

    def text(self, text: Text) -> None:
        """Write words, run by run; the anchor is resolved by measured width."""
        runs = visual_runs(drawable(text.words))
        widths = [self._width(run, text) for run in runs]
        x = text.x - _SHARE_BEFORE[text.anchor] * sum(widths)
        for run, width in zip(runs, widths, strict=True):
            indent = len(run) - len(run.lstrip())
            if is_right_to_left(run):
                indent = len(run) - len(run.rstrip())
            space = width_of(" ", text.size, bold=text.bold)
            self._write(run.strip(), x + indent * space, text)
            x += width

    def _write(self, words: str, x: float, text: Text) -> None:
        if not words:
            return
        y = text.y if self._text_from_top else self._height - text.y
        self._renderer.draw_text(
            self._context(text.ink, 1.0),
            x * self._scale,
            y * self._scale,
            words,
            self._font(text.size, bold=text.bold),
            0.0,
            ismath=False,
        )

    def _width(self, words: str, text: Text) -> float:
        if not is_right_to_left(words):
            return width_of(words, text.size, bold=text.bold)
        bare = words.strip()
        font = self._font(text.size, bold=text.bold)
        measure = self._renderer.get_text_width_height_descent
        shaped = measure(bare, font, False)[0] / self._scale  # noqa: FBT003  # its own form
        spaces = (len(words) - len(bare)) * width_of(" ", text.size)
        return shaped + spaces

    def marks(self, run: Marks) -> None:
        """Draw one mark at each spot."""
        is_open = run.shape in ARROWS or run.hollow
        edge = run.ink if is_open else Ink.PAPER
        width = HOLLOW_STROKE if is_open else PAPER_STROKE
        self._renderer.draw_markers(
            self._context(edge, width),
            _outline(run),
            Affine2D().scale(self._scale),
            Path(run.spots),
            self._to_paper,
            _COLOURS[Ink.PAPER if is_open else run.ink],
        )

    def _context(
        self, ink: Ink, width: float, dash: tuple[float, float] | None = None
    ) -> GraphicsContextBase:
        key = (ink, width, dash)
        if key not in self._contexts:
            context = self._renderer.new_gc()
            context.set_foreground(_COLOURS[ink], isRGBA=True)
            context.set_linewidth(width * self._scale)
            context.set_joinstyle("round")
            if dash:
                context.set_dashes(0, [length * self._scale for length in dash])
                context.set_capstyle("round")
            self._contexts[key] = context
        return self._contexts[key]

    def _font(self, size: float, *, bold: bool) -> FontProperties:
        key = (size, bold)
        if key not in self._fonts:
            file = BOLD_FILE if bold else REGULAR_FILE
            self._fonts[key] = FontProperties(fname=file, size=size * self._scale)
        return self._fonts[key]


def _cornered(rect: Rect) -> Path:
    left, top = rect.x, rect.y
    right, bottom = left + rect.width, top + rect.height
    corners = ((left, top), (right, top), (right, bottom), (left, bottom), (left, top))
    return Path(corners, closed=True)


def _rounded(rect: Rect) -> Path:
    left, top = rect.x, rect.y
    right, bottom = left + rect.width, top + rect.height
    r = min(rect.radius, rect.width / 2, rect.height / 2)
    spots = [
        (left + r, top),
        (right - r, top),
        (right, top),
        (right, top + r),
        (right, bottom - r),
        (right, bottom),
        (right - r, bottom),
        (left + r, bottom),
        (left, bottom),
        (left, bottom - r),
        (left, top + r),
        (left, top),
        (left + r, top),
        (left + r, top),
    ]
    line, curve = Path.LINETO, Path.CURVE3
    sides = [line, curve, curve] * 4
    return Path(spots, [Path.MOVETO, *sides, Path.CLOSEPOLY])


def _outline(run: Marks) -> Path:
    if run.shape in ROUND:
        radius = radius_of(run.shape, run.size)
        return Path.unit_circle().transformed(Affine2D().scale(radius))
    spots: list[Spot] = []
    codes: list[np.uint8] = []
    for line in corners_of(run.shape):
        upright = [(x * run.size, -y * run.size) for x, y in line]
        spots += upright
        codes += [Path.MOVETO, *[Path.LINETO] * (len(line) - 1)]
        if len(line) >= FEWEST_OF_A_CLOSED_OUTLINE:
            spots.append(upright[0])
            codes.append(Path.CLOSEPOLY)
    return Path(spots, codes)
