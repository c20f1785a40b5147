"""Reports as files: what they really are, their limits, and what a camera wrote."""

import contextlib
import io
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin
from pypdf import PdfWriter

from labs.formats import documents
from labs.formats.documents import (
    LONGEST_NAME,
    DocumentKind,
    DocumentRefused,
    read_document,
    safe_name,
)

EXIF_ORIENTATION, EXIF_MODEL = 0x0112, 0x0110
PLACE = b"GPS 51.5 N"


def a_pdf(pages: int = 1, *, password: str = "") -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(72, 72)
    if password:
        writer.encrypt(password)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def a_picture(
    form: str = "JPEG", *, size: tuple[int, int] = (8, 4), orientation: int = 1
) -> bytes:
    picture = Image.new("RGB", size, (200, 30, 30))
    exif = picture.getexif()
    exif[EXIF_MODEL] = PLACE.decode()
    exif[EXIF_ORIENTATION] = orientation
    target = io.BytesIO()
    if form == "PNG":
        notes = PngImagePlugin.PngInfo()
        notes.add_text("Location", PLACE.decode())
        picture.save(target, form, exif=exif, pnginfo=notes)
    else:
        picture.save(target, form, exif=exif, comment=PLACE)
    return target.getvalue()


def refusal(content: bytes, name: str = "report.pdf") -> str:
    with pytest.raises(DocumentRefused) as refused:
        read_document(content, name)
    return str(refused.value)


@pytest.mark.parametrize(
    ("content", "kind", "ending"),
    [
        (a_pdf(), DocumentKind.PDF, ".pdf"),
        (a_picture("JPEG"), DocumentKind.JPEG, ".jpg"),
        (a_picture("PNG"), DocumentKind.PNG, ".png"),
    ],
)
def test_the_kind_is_read_from_the_content_whatever_the_name_says(
    content: bytes, kind: DocumentKind, ending: str
) -> None:
    document = read_document(content, "holiday.exe")

    assert document.kind is kind
    assert document.name == f"holiday{ending}"


def test_a_pdf_is_kept_byte_for_byte_with_its_pages_counted() -> None:
    content = a_pdf(3)

    document = read_document(content, "a.pdf")

    assert (document.content, document.pages) == (content, 3)


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_nothing_that_a_camera_wrote_is_kept(form: str) -> None:
    content = a_picture(form)

    kept = read_document(content, "a").content

    with Image.open(io.BytesIO(kept)) as picture:
        assert not picture.getexif()
        assert picture.size == (8, 4)
    assert PLACE in content
    assert PLACE not in kept


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_picture_taken_sideways_is_kept_upright(form: str) -> None:
    kept = read_document(a_picture(form, orientation=6), "a").content

    with Image.open(io.BytesIO(kept)) as picture:
        assert picture.size == (4, 8)


def test_the_same_picture_gives_the_same_bytes() -> None:
    read = partial(read_document, a_picture(), "a")

    assert read().content == read().content


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty."),
        (b"<svg onload='alert(1)'/>", "no PDF, JPEG or PNG"),
        (b"GIF89a", "no PDF, JPEG or PNG"),
        (b"%PDF-1.7\nnothing", "cannot be read"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "cannot be read"),
        (a_picture()[:200], "cannot be read"),
        (a_pdf(password="secret"), "locked with a password"),
        (a_pdf(51), "may have 50 pages"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_a_sentence(
    content: bytes, sentence: str
) -> None:
    assert sentence in refusal(content)


def test_a_file_above_the_limit_is_not_even_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(documents, "MOST_BYTES", 1024 * 1024)

    assert "may have 1 MB" in refusal(b"%PDF-" + b"0" * 1024 * 1024)


def test_a_small_file_that_unpacks_into_a_huge_picture_is_refused() -> None:
    target = io.BytesIO()
    Image.new("1", (9000, 9000)).save(target, "PNG")

    assert len(target.getvalue()) < 100_000
    assert "50 million pixels" in refusal(target.getvalue())


@given(st.binary(max_size=300), st.sampled_from(list(documents.SIGNATURES.values())))
def test_any_bytes_are_read_or_refused_and_never_break(
    rest: bytes, start: bytes
) -> None:
    with contextlib.suppress(DocumentRefused):
        read_document(start + rest, "a")


@given(st.text(max_size=200))
def test_a_name_is_safe_everywhere(name: str) -> None:
    safe = safe_name(name, DocumentKind.PDF)

    assert safe.endswith(".pdf")
    assert 4 < len(safe) <= LONGEST_NAME + 4
    assert not set(safe) & set("/\\\"'<>:|?*;%\r\n\0\u202e")
    assert not safe.startswith(".")


def test_a_name_that_turns_its_direction_is_put_straight() -> None:
    assert safe_name("report\u202efdp.exe", DocumentKind.PDF) == "reportfdp.pdf"
