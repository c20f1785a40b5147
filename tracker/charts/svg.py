"""
The SVG pen: a scene written as markup.

matplotlib's own SVG writes style attributes and a style element. A strict
content security policy blocks both and every mark turns black; so this pen
writes presentation attributes only, with the page's custom properties as
colours (``inline``) or with literal ones (a file).
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from tracker.charts.scene import About, Marks, Rect, Scene, Shape, Spots, Stroke, Text
from tracker.charts.shapes import (
    ARROWS,
    FEWEST_OF_A_CLOSED_OUTLINE,
    HOLLOW_STROKE,
    PAPER_STROKE,
    ROUND,
    corners_of,
    radius_of,
)
from tracker.charts.style import FONT_FAMILY, LIGHT, NARROW_BELOW, Ink

_NAMESPACE = "http://www.w3.org/2000/svg"
_PROPERTIES = {ink: f"var({ink.value})" for ink in Ink}
_HIT_RADIUS = 14

# Coordinates are written with one decimal. Looking them up costs a tenth of
# formatting them, which is most of the work of a large chart.
_LAST_TENTH = 20_000
_FEW = 16
_TENTHS = [
    str(tenth // 10) if tenth % 10 == 0 else f"{tenth // 10}.{tenth % 10}"
    for tenth in range(_LAST_TENTH)
]


def number(value: float) -> str:
    """Return a coordinate with one decimal, none where it is whole."""
    tenth = int(value * 10 + 0.5)
    if 0 <= tenth < _LAST_TENTH:
        return _TENTHS[tenth]
    return f"{value:.1f}"


def write_svg(scene: Scene, *, inline: bool) -> str:
    """Return the scene as one svg element."""
    colours = _PROPERTIES if inline else LIGHT
    parts = [_opening(scene, inline=inline)]
    if not inline:
        parts.append(f'<rect width="100%" height="100%" fill="{LIGHT[Ink.PAPER]}"/>')
    parts.extend(_PENS[type(item)](item, colours) for item in scene.items)
    parts.append("</g>")
    if inline and any(run.about for run in scene.marks):
        parts.append(_points(scene, colours))
    else:
        parts.extend(_marks(run, colours) for run in scene.marks)
    parts.append("</svg>")
    return "".join(parts)


def _opening(scene: Scene, *, inline: bool) -> str:
    width, height = number(scene.width), number(scene.height)
    kind = "narrow" if scene.width < NARROW_BELOW else "wide"
    size = "" if inline else f' width="{width}" height="{height}"'
    family = "" if inline else f' font-family="{FONT_FAMILY}"'
    return (
        f'<svg xmlns="{_NAMESPACE}" viewBox="0 0 {width} {height}"{size}'
        f' class="chart chart-{kind}" direction="ltr"{family}{_days(scene)}>'
        f'<g role="img"><title>{escape(scene.title)}</title>'
        f"<desc>{escape(scene.description)}</desc>"
    )


def _days(scene: Scene) -> str:
    """Tell the page's script which days the plot shows, and where they lie."""
    days = scene.days
    if days is None:
        return ""
    return (
        f' data-first="{days.first}" data-last="{days.last}"'
        f' data-left="{number(days.left)}" data-right="{number(days.right)}"'
    )


def escape(words: str) -> str:
    """Return the words safe between tags and between double quotes."""
    if "&" in words:
        words = words.replace("&", "&amp;")
    if "<" in words:
        words = words.replace("<", "&lt;")
    if ">" in words:
        words = words.replace(">", "&gt;")
    return words.replace('"', "&quot;") if '"' in words else words


def _rect(rect: Rect, colours: Mapping[Ink, str]) -> str:
    radius = f' rx="{number(rect.radius)}"' if rect.radius else ""
    return (
        f'<rect x="{number(rect.x)}" y="{number(rect.y)}"'
        f' width="{number(rect.width)}" height="{number(rect.height)}"'
        f'{radius} fill="{colours[rect.fill]}"/>'
    )


def _stroke(stroke: Stroke, colours: Mapping[Ink, str]) -> str:
    dash = f' stroke-dasharray="{_pair(stroke.dash)}"' if stroke.dash else ""
    cap = ' stroke-linecap="round"' if stroke.dash else ""
    return (
        f'<path d="M{"L".join(_pairs(stroke.spots))}" fill="none"'
        f' stroke="{colours[stroke.ink]}" stroke-width="{stroke.width:g}"'
        f'{dash}{cap} stroke-linejoin="round"/>'
    )


def _pair(spot: Sequence[float]) -> str:
    return f"{number(spot[0])} {number(spot[1])}"


def _pairs(spots: Spots) -> list[str]:
    """Write many spots, each as "x y"."""
    if len(spots) < _FEW:
        return [_pair(spot) for spot in spots]
    tenths = (np.asarray(spots) * 10 + 0.5).astype(int)
    if tenths.min() < 0 or tenths.max() >= _LAST_TENTH:
        return [_pair(spot) for spot in spots]
    across, down = tenths[:, 0].tolist(), tenths[:, 1].tolist()
    return [f"{_TENTHS[x]} {_TENTHS[y]}" for x, y in zip(across, down, strict=True)]


def _text(text: Text, colours: Mapping[Ink, str]) -> str:
    weight = ' font-weight="700"' if text.bold else ""
    anchor = "" if text.anchor == "start" else f' text-anchor="{text.anchor}"'
    return (
        f'<text x="{number(text.x)}" y="{number(text.y)}"'
        f' font-size="{text.size:g}"{weight}{anchor}'
        f' fill="{colours[text.ink]}">{escape(text.words)}</text>'
    )


def _marks(run: Marks, colours: Mapping[Ink, str]) -> str:
    outline = outline_of(run.shape, run.size)
    path = f"{outline}M".join(_pairs(run.spots))
    return f'<path d="M{path}{outline}"{_mark_style(run, colours)}/>'


def _mark_style(run: Marks, colours: Mapping[Ink, str]) -> str:
    ink, paper = colours[run.ink], colours[Ink.PAPER]
    if run.shape in ARROWS or run.hollow:
        return f' fill="{paper}" stroke="{ink}" stroke-width="{HOLLOW_STROKE}"'
    return f' fill="{ink}" stroke="{paper}" stroke-width="{PAPER_STROKE}"'


_PENS: dict[type, Callable[..., str]] = {
    Rect: _rect,
    Stroke: _stroke,
    Text: _text,
    Marks: _marks,
}


def outline_of(shape: Shape, size: float) -> str:
    """Return the outline as relative path commands around the current spot."""
    if shape in ROUND:
        r = number(radius_of(shape, size))
        across = number(2 * float(r))
        return f"m-{r} 0a{r} {r} 0 1 0 {across} 0a{r} {r} 0 1 0-{across} 0z"
    return _relative(corners_of(shape), size)


def _relative(lines: Sequence[Sequence[tuple[float, float]]], size: float) -> str:
    written: list[str] = []
    x = y = 0.0
    for line in lines:
        for order, corner in enumerate(line):
            dx, dy = corner[0] * size, corner[1] * size
            written.append(f"{'l' if order else 'm'}{dx - x:.1f} {dy - y:.1f}")
            x, y = dx, dy
        if len(line) >= FEWEST_OF_A_CLOSED_OUTLINE:
            written.append("z")
            x, y = line[0][0] * size, line[0][1] * size
    return "".join(written)


def _points(scene: Scene, colours: Mapping[Ink, str]) -> str:
    """
    Return the results as elements that can be pointed at and focused.

    One of them, the newest, is a stop of the tab key; a script walks the rest.
    """
    points: list[str] = []
    days: list[str] = []
    for run in scene.marks:
        outline = outline_of(run.shape, run.size)
        mark = f'<path d="M0 0{outline}"{_mark_style(run, colours)}/></g>'
        for about, spot in zip(run.about, run.spots, strict=True):
            points.append(_point(about, spot, mark, colours))
            days.append(about.collected_on)
    newest = max(range(len(days)), key=lambda n: (days[n], n))
    points[newest] = points[newest].replace('"-1"', '"0"', 1)
    return f'<g class="chart-points">{"".join(points)}</g>'


_HIT = (
    f'<circle class="chart-hit" r="{_HIT_RADIUS}" fill="none" stroke="none"'
    ' stroke-width="3" pointer-events="all"/>'
)


def _point(
    about: About, spot: Sequence[float], mark: str, colours: Mapping[Ink, str]
) -> str:
    label, laboratory = escape(about.label), escape(about.laboratory)
    detail = escape(about.detail)
    title = detail or f"{label}, {about.collected_on}"
    interval = _interval(about, spot[1], colours) if about.interval_span else ""
    return (
        f'<g class="chart-point" role="img" tabindex="-1"'
        f' transform="translate({_pair(spot)})"'
        f' data-result="{escape(about.result_id)}" data-date="{about.collected_on}"'
        f' data-value="{label}" data-detail="{detail}"'
        f' data-laboratory="{laboratory}" data-interval="{escape(about.interval)}">'
        f"<title>{title}</title>{interval}{_HIT}{mark}"
    )


def _interval(about: About, y: float, colours: Mapping[Ink, str]) -> str:
    top, bottom = (f"{edge - y:.1f}" for edge in about.interval_span or (y, y))
    return (
        f'<path class="chart-interval" d="M-6 {top}h12M-6 {bottom}h12M0 {top}V{bottom}"'
        f' fill="none" stroke="{colours[Ink.INTERVAL]}" stroke-width="1.5"'
        ' visibility="hidden"/>'
    )
