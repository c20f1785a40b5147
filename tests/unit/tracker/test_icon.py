"""The icon of an installed app is the site's mark."""

import re
from pathlib import Path

import pytest

from tracker.charts import icon as drawn
from tracker.charts.icon import Icon, icon_image

MARK = Path(drawn.__file__).parents[1] / "static" / "tracker" / "mark.svg"


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[n : n + 2], 16) for n in (1, 3, 5))


def test_it_has_the_numbers_and_colours_of_the_svg() -> None:
    svg = MARK.read_text()
    x, y, width, height, radius = drawn.BAND_BOX
    last_x, last_y, last_radius = drawn.LAST_POINT
    line = re.search(r'd="M([^"]+)"', svg)
    assert line is not None

    numbers = [int(number) for number in re.findall(r"\d+", line[1])]
    assert numbers == [number for point in drawn.LINE for number in point]
    assert f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}"' in (
        svg
    )
    assert f'cx="{last_x}" cy="{last_y}" r="{last_radius}"' in svg
    assert {drawn.BAND, drawn.INK} == set(re.findall("#[0-9a-f]{6}", svg))


@pytest.mark.parametrize("icon", [Icon(192), Icon(512, is_masked=True)])
def test_it_is_as_large_as_asked_on_paper_with_band_and_line(icon: Icon) -> None:
    image = icon_image(icon)
    found = {colour for _, colour in image.getcolors(maxcolors=100_000) or []}

    assert image.size == (icon.side, icon.side)
    assert image.getpixel((0, 0)) == rgb(drawn.PAPER)
    assert {rgb(drawn.BAND), rgb(drawn.INK)} <= found


def test_a_mask_cuts_nothing_off_the_mark() -> None:
    side = 200
    image = icon_image(Icon(side, is_masked=True))
    reach = side * 0.4

    outside = [
        (x, y)
        for x in range(side)
        for y in range(side)
        if (x - side / 2) ** 2 + (y - side / 2) ** 2 > reach**2
        and image.getpixel((x, y)) == rgb(drawn.INK)
    ]
    assert outside == []
