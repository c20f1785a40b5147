"""The colours and the weight of the pages, computed from the files that are served."""

import re
from itertools import product
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[3] / "tracker" / "static" / "tracker"
TEXT = 4.5  # WCAG 2.2, 1.4.3
GRAPHICS = 3.0  # WCAG 2.2, 1.4.11
LARGEST_STYLES = 40_000
LARGEST_SCRIPTS = 40_000

SURFACES = ("paper", "panel")
INKS = (
    "ink",
    "muted",
    "accent",
    "accent-strong",
    "failed",
    "attention",
    "within",
    "below",
    "above",
    "unsure",
)
READ_ON = [
    *product(INKS, SURFACES),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("paper", "ink"),  # the chosen part of a switch, and a grave reason
    ("ink", "rule"),  # a tag
    ("ink", "within-panel"),  # the result that was just saved
    ("muted", "within-panel"),
    ("within", "within-panel"),
    ("below", "within-panel"),
    ("above", "within-panel"),
    ("unsure", "within-panel"),
    ("ink", "failed-panel"),
    ("failed", "failed-panel"),
    ("ink", "attention-panel"),
    ("muted", "attention-panel"),
    ("attention", "attention-panel"),
    ("accent", "attention-panel"),
    ("chart-ink", "chart-paper"),
    ("chart-muted", "chart-paper"),
    ("chart-muted", "chart-season"),
    ("chart-note", "chart-paper"),
    ("chart-note", "chart-season"),
    ("chart-ink", "chart-bar"),
]
SEEN_ON = [
    *product(("edge", "focus"), SURFACES),
    *product(
        (
            "chart-within",
            "chart-below",
            "chart-above",
            "chart-unsure",
            "chart-line",
            "chart-target",
            "chart-bar-edge",
            "chart-focus",
        ),
        ("chart-paper", "chart-season", "chart-band"),
    ),
    ("chart-interval", "chart-paper"),
]


def themes() -> dict[str, dict[str, str]]:
    """Return the colours of each theme; dark changes what it names."""
    light, dark = (STATIC / "css" / "tokens.css").read_text().split("@media screen", 1)
    named = {"light": _colours(light), "dark": _colours(light) | _colours(dark)}
    return {theme: _looked_up(colours) for theme, colours in named.items()}


def _colours(text: str) -> dict[str, str]:
    """Return each colour, or the name of the colour that it is the same as."""
    return dict(re.findall(r"--([\w-]+): (?:var\(--)?(#[0-9a-f]{6}|[\w-]+)\)?;", text))


def _looked_up(colours: dict[str, str]) -> dict[str, str]:
    found = {name: colours.get(colour, colour) for name, colour in colours.items()}
    return {name: colour for name, colour in found.items() if colour.startswith("#")}


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_black_on_white_has_the_contrast_that_is_known() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_can_be_read_on_what_it_stands_on(theme: str) -> None:
    colours = themes()[theme]

    weak = [
        (text, ground, round(contrast(colours[text], colours[ground]), 2))
        for text, ground in READ_ON
        if contrast(colours[text], colours[ground]) < TEXT
    ]

    assert weak == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_shape_and_edge_can_be_seen(theme: str) -> None:
    colours = themes()[theme]

    weak = [
        (shape, ground, round(contrast(colours[shape], colours[ground]), 2))
        for shape, ground in SEEN_ON
        if contrast(colours[shape], colours[ground]) < GRAPHICS
    ]

    assert weak == []


def test_dark_is_a_set_of_its_own() -> None:
    both = themes()

    assert len(both["dark"]) == len(both["light"])
    assert both["dark"]["paper"] != both["light"]["paper"]


def test_the_styles_stay_light() -> None:
    assert size_of("*.css") < LARGEST_STYLES


def test_the_scripts_of_our_own_stay_light() -> None:
    assert size_of("*.js") < LARGEST_SCRIPTS


def size_of(pattern: str) -> int:
    sizes = [path.stat().st_size for path in STATIC.rglob(pattern)]
    assert sizes
    return sum(sizes)


def test_what_is_closed_on_the_screen_is_left_out_on_paper() -> None:
    (hidden,) = re.findall(
        r"([^{}]*)\{ display: none !important; \}",
        (STATIC / "css" / "print.css").read_text(),
    )

    assert {"details:not([open])", ".no-print", "button", ".site-nav"} <= set(
        map(str.strip, hidden.split(","))
    )


def test_a_range_in_large_type_goes_on_in_a_second_line_where_it_has_to() -> None:
    """Its number is of one line elsewhere; on narrow paper it was cut."""
    rules = (STATIC / "css" / "components.css").read_text()

    assert ":is(.value-large, .target-range) .number { white-space: normal; }" in rules


def test_colours_are_named_in_one_place_alone() -> None:
    """Paper excepted, which is black on white."""
    wild = [
        (path.name, colour)
        for path in (STATIC / "css").glob("*.css")
        if path.name not in {"tokens.css", "print.css"}
        for colour in re.findall(
            r"#[0-9a-fA-F]{3,8}\b(?=[;\s])|rgb\(", path.read_text()
        )
    ]

    assert wild == []
