import re

import pytest

from tests.unit.tracker.test_looks import themes
from tracker.charts.style import DARK, LIGHT, Ink

TEXT_INKS = (Ink.INK, Ink.MUTED, Ink.BELOW, Ink.TARGET)
MARK_INKS = (Ink.WITHIN, Ink.BELOW, Ink.ABOVE, Ink.UNSURE, Ink.LINE)


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_a_set_has_a_literal_colour_for_every_ink(colours: dict[Ink, str]) -> None:
    assert set(colours) == set(Ink)
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in colours.values())


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", [Ink.PAPER, Ink.BAND, Ink.SEASON, Ink.BAR])
def test_words_can_be_read_on_every_ground(
    colours: dict[Ink, str], ground: Ink
) -> None:
    inks = TEXT_INKS if ground is not Ink.BAR else (Ink.INK,)

    assert all(contrast(colours[ink], colours[ground]) >= 4.5 for ink in inks)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_marks_stand_out_from_band_and_paper(colours: dict[Ink, str]) -> None:
    for ground in (Ink.PAPER, Ink.BAND, Ink.SEASON):
        assert all(contrast(colours[ink], colours[ground]) >= 3 for ink in MARK_INKS)


def test_the_page_has_the_same_inks_as_the_files() -> None:
    for theme, colours in (("light", LIGHT), ("dark", DARK)):
        page = themes()[theme]
        inks = {name: page[name] for name in page if name.startswith("chart-")}
        assert inks == {ink.value[2:]: colour for ink, colour in colours.items()}
