"""
A laboratory's report as a file: what it really is, and how large it may be.

The kind is read from the content, never from a name. A picture is written anew without
what a camera put into it: place, time, device. A PDF is kept byte for byte.
"""

import io
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from PIL import Image, ImageOps, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from labs.domain import sentences
from labs.domain.sentences import Refused

# What a scanned report of many pages needs, with room to spare.
MOST_BYTES = 10 * 1024 * 1024
MOST_PAGES = 50
MOST_PIXELS = 50_000_000
LONGEST_NAME = 80
FRESH_QUALITY = 95  # of a photograph that had to be turned


class DocumentRefused(Refused):
    """A file that is kept here in no case; the sentence says why."""


class DocumentKind(StrEnum):
    """What a report can be, as its media type."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"


SIGNATURES = {
    DocumentKind.PDF: b"%PDF-",
    DocumentKind.JPEG: b"\xff\xd8\xff",
    DocumentKind.PNG: b"\x89PNG\r\n\x1a\n",
}
ENDINGS = {
    DocumentKind.PDF: ".pdf",
    DocumentKind.JPEG: ".jpg",
    DocumentKind.PNG: ".png",
}


@dataclass(frozen=True, slots=True)
class Document:
    """A report that may be kept; `pages` is 1 for a picture."""

    kind: DocumentKind
    content: bytes
    name: str
    pages: int


def read_document(content: bytes, name: str) -> Document:
    """Return the report to keep, or raise DocumentRefused."""
    if not content:
        raise DocumentRefused.because(sentences.DOCUMENT_EMPTY)
    if len(content) > MOST_BYTES:
        most = MOST_BYTES // (1024 * 1024)
        raise DocumentRefused.because(sentences.DOCUMENT_TOO_LARGE, most=most)
    kind = _kind_of(content)
    if kind is DocumentKind.PDF:
        return Document(kind, content, safe_name(name, kind), _pages_of(content))
    return Document(kind, _without_metadata(content, kind), safe_name(name, kind), 1)


def _kind_of(content: bytes) -> DocumentKind:
    for kind, signature in SIGNATURES.items():
        if content.startswith(signature):
            return kind
    raise DocumentRefused.because(sentences.DOCUMENT_OF_ANOTHER_KIND)


# PDF ----------------------------------------------------------------------------------

BROKEN_PDF = (PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError)


def _pages_of(content: bytes) -> int:
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise DocumentRefused.because(sentences.DOCUMENT_LOCKED)
        pages = len(reader.pages)
    except (*BROKEN_PDF, RecursionError, OverflowError, NotImplementedError) as error:
        if isinstance(error, DocumentRefused):
            raise
        raise DocumentRefused.because(sentences.DOCUMENT_BROKEN) from error
    if pages < 1:
        raise DocumentRefused.because(sentences.DOCUMENT_BROKEN)
    if pages > MOST_PAGES:
        raise DocumentRefused.because(
            sentences.DOCUMENT_TOO_MANY_PAGES, most=MOST_PAGES
        )
    return pages


# Pictures -----------------------------------------------------------------------------

TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning)
BROKEN_PICTURE = (UnidentifiedImageError, OSError, SyntaxError, ValueError)


def _without_metadata(content: bytes, kind: DocumentKind) -> bytes:
    """Return the picture, turned as it was taken, with nothing but its pixels."""
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG"]) as picture:
            _check_pixels(picture)
            return _as_jpeg(picture) if kind is DocumentKind.JPEG else _as_png(picture)
    except TOO_LARGE as error:
        raise _too_many_pixels() from error
    except DocumentRefused:
        raise
    except BROKEN_PICTURE as error:
        raise DocumentRefused.because(sentences.DOCUMENT_BROKEN) from error


def _check_pixels(picture: Image.Image) -> None:
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise _too_many_pixels()


def _too_many_pixels() -> DocumentRefused:
    most = MOST_PIXELS // 1_000_000
    return DocumentRefused.because(sentences.DOCUMENT_TOO_MANY_PIXELS, most=most)


def _as_jpeg(picture: Image.Image) -> bytes:
    turned = ImageOps.exif_transpose(picture)
    is_as_it_was = picture.format == "JPEG" and turned.size == picture.size
    is_upright = picture.getexif().get(ORIENTATION, 1) == 1
    if is_as_it_was and is_upright and picture.mode in {"L", "RGB"}:
        picture.info = {}
        return _written(picture, "JPEG", quality="keep")
    turned.info = {}
    in_colour = turned if turned.mode == "L" else turned.convert("RGB")
    return _written(in_colour, "JPEG", quality=FRESH_QUALITY)


ORIENTATION = 0x0112


def _as_png(picture: Image.Image) -> bytes:
    turned = ImageOps.exif_transpose(picture)
    clear = turned.info.get("transparency")
    turned.info = {} if clear is None else {"transparency": clear}
    return _written(turned, "PNG")


def _written(picture: Image.Image, form: str, **options: object) -> bytes:
    target = io.BytesIO()
    picture.save(target, form, **options)
    return target.getvalue()


# Names --------------------------------------------------------------------------------

NOT_IN_A_NAME = frozenset("\"'<>:|?*;%&$`\\/")


def safe_name(name: str, kind: DocumentKind) -> str:
    """
    Return a name that every computer takes, with the ending of what the file is.

    >>> safe_name("../../my report.exe", DocumentKind.PDF)
    'my report.pdf'
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    stem = last.rsplit(".", 1)[0] if "." in last else last
    plain = "".join(
        "_" if sign in NOT_IN_A_NAME else sign
        for sign in stem
        if not unicodedata.category(sign).startswith("C")
    )
    return (plain.strip(" ._")[:LONGEST_NAME].strip() or "report") + ENDINGS[kind]
