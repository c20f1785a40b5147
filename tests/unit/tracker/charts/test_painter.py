import io
import re
import struct
import zlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from labs.domain.flags import Position
from tests.unit.tracker.charts.examples import POINTS, chart, point
from tests.unit.tracker.charts.test_svg import (
    ANY_WORDS,
    DIRECTIONS,
    Direction,
    filled_with,
)
from tracker.charts.png import write_png
from tracker.charts.trend import compose, trend_pdf, trend_png

LARGEST = 400_000


def streams(pdf: bytes) -> bytes:
    """Return all that the file draws, uncompressed."""
    found = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    return b"\n".join(zlib.decompress(part) for part in found)


def size_of(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def pixels_of(png: bytes) -> np.ndarray:
    """Undo the one filter that the writer uses."""
    width, height = size_of(png)
    (packed,) = re.findall(rb"IDAT(.*)....IEND", png, re.DOTALL)
    rows = np.frombuffer(zlib.decompress(packed[:-4]), np.uint8).reshape(height, -1)
    summed = np.cumsum(rows[:, 1:].astype(np.uint64), axis=0) % 256
    return summed.astype(np.uint8).reshape(height, width, -1)


def test_a_pdf_is_one_page_of_lines_and_embedded_letters() -> None:
    pdf = trend_pdf(chart())

    assert pdf.startswith(b"%PDF")
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") == 1
    assert b"DejaVuSans" in pdf
    assert b"/Subtype /Image" not in pdf
    assert b" Tf" in streams(pdf)
    assert len(re.findall(rb"\bl\b", streams(pdf))) > 20


def test_a_pdf_has_no_date() -> None:
    assert b"CreationDate" not in trend_pdf(chart())


def test_a_png_has_the_size_of_its_scene() -> None:
    scene = compose(chart())

    assert size_of(trend_png(chart(), scale=1)) == (scene.width, scene.height)
    assert size_of(trend_png(chart(), scale=2)) == (2 * scene.width, 2 * scene.height)


@pytest.mark.parametrize(
    ("position", "colour"),
    [(Position.WITHIN, (0x1D, 0x6A, 0x87)), (Position.ABOVE, (0x8A, 0x1C, 0x7C))],
)
def test_a_mark_is_painted_where_the_scene_has_it(
    position: Position, colour: tuple[int, int, int]
) -> None:
    drawn = chart(points=(point("2023-06-01", "80", position=position),))
    ((x, y),) = compose(drawn).marks[0].spots

    painted = pixels_of(trend_png(drawn, scale=2))

    assert tuple(painted[round(y * 2), round(x * 2)]) == (*colour, 255)


@settings(max_examples=40, deadline=None)
@given(words=ANY_WORDS, direction=st.sampled_from(DIRECTIONS))
@example(words="$\\frac{1$", direction="ltr")
@example(words="back\\slash ) ( %d caf\u00e9 \u00b7", direction="ltr")
def test_no_words_break_the_paper(words: str, direction: Direction) -> None:
    drawn = replace(filled_with(words), direction=direction)

    pdf, png = trend_pdf(drawn), trend_png(drawn, scale=1)

    assert pdf.startswith(b"%PDF")
    assert png.startswith(b"\x89PNG")
    assert max(len(pdf), len(png)) < LARGEST


@pytest.mark.parametrize(
    "words", ["plain (words)", "back\\slash", "caf\u00e9 \u00b7 5 %"]
)
def test_plain_words_are_read_back_from_the_pdf_as_they_were(words: str) -> None:
    pdf = trend_pdf(chart(patient_line=words))

    text = PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert words.replace(" ", "") in text.replace(" ", "")


def test_what_the_face_cannot_draw_is_a_visible_mark_and_no_warning() -> None:
    japanese = chart(patient_line="山田太郎", points=POINTS[:1])
    missing = chart(patient_line="\ufffd" * 4, points=POINTS[:1])

    assert trend_png(japanese, scale=1) == trend_png(missing, scale=1)


@pytest.mark.parametrize("channels", [3, 4])
def test_a_png_can_be_read_back(channels: int) -> None:
    pixels = np.arange(20 * channels, dtype=np.uint8).reshape(4, 5, channels)

    assert np.array_equal(pixels_of(write_png(pixels)), pixels)
