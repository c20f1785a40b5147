import re
from pathlib import Path

import pytest

from tracker.charts import style
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


TOKENS = Path(style.__file__).parents[1] / "static" / "tracker" / "css" / "tokens.css"


def test_the_page_has_the_same_inks_as_the_files() -> None:
    light, dark = TOKENS.read_text().split("prefers-color-scheme: dark", 1)

    for css, colours in ((light, LIGHT), (dark, DARK)):
        found = dict(re.findall(r"(--chart-[a-z-]+): (#[0-9a-f]{6});", css))
        assert found == {ink.value: colour for ink, colour in colours.items()}
