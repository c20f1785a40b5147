"""
Reads back what a PDF of ours says, page by page.

Only as much of the format as Typst writes: plain objects, Flate streams, two-byte
codes and a ToUnicode map for each face. Space between words is not to be relied on, so
texts are compared without any; where sentences are looked at, pypdf tells the spaces
from the places of the letters.
"""

import io
import re
import zlib
from collections.abc import Iterator

from pypdf import PdfReader

_OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
_PLAIN = rb"\\.|[^\\()]"
_NESTED = rb"\((?:" + _PLAIN + rb"|\((?:" + _PLAIN + rb")*\))*\)"
# A face being chosen, a string being shown, or properties that are to be passed over.
_PIECE = re.compile(
    rb"<<(?:.(?!>>BDC))*?.>>BDC"
    rb"|/(f\d+) [\d.]+ Tf"
    rb"|\(((?:" + _PLAIN + rb"|" + _NESTED + rb")*)\)",
    re.DOTALL,
)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_UNSEEN = re.compile(r"[\u200b\u2066-\u2069]")
_SPACE = re.compile(r"[\s\u200b\u2066-\u2069]+")

Faces = dict[bytes, dict[int, str]]


def pages_of(pdf: bytes) -> list[str]:
    """Return the words of each page, without any space."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    tree = next(body for body in objects.values() if b"/Type/Pages" in body)
    kids = re.findall(rb"(\d+) 0 R", tree[tree.index(b"/Kids") :])
    return [_page(objects, objects[int(kid)]) for kid in kids if int(kid) in objects][
        : _count(tree)
    ]


def text_of(pdf: bytes) -> str:
    """Return the words of all pages, without any space."""
    return "".join(pages_of(pdf))


def sentences_of(pdf: bytes) -> str:
    """Return the words of all pages with the spaces between them, as a reader has."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    words = "\n".join(page.extract_text() for page in pages)
    return " ".join(_UNSEEN.sub("", words).split())


def squeezed(words: str) -> str:
    """Return words as they are compared: without any space."""
    return _SPACE.sub("", words)


def _count(tree: bytes) -> int:
    found = re.search(rb"/Count (\d+)", tree)
    assert found is not None
    return int(found[1])


def _page(objects: dict[int, bytes], page: bytes) -> str:
    resources = objects[_reference(page, b"Resources")]
    faces = {
        name: _letters(objects, int(number))
        for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", resources)
    }
    content = _stream(objects[_reference(page, b"Contents")])
    return squeezed("".join(_words(content, faces)))


def _words(content: bytes, faces: Faces) -> Iterator[str]:
    letters: dict[int, str] = {}
    for found in _PIECE.finditer(content):
        if found[1]:
            letters = faces[found[1]]
        codes = _ESCAPE.sub(_unescaped, found[2] or b"")
        pairs = zip(codes[::2], codes[1::2], strict=True)
        yield "".join(letters[high * 256 + low] for high, low in pairs)


def _unescaped(found: re.Match[bytes]) -> bytes:
    sign = found[1]
    return bytes([int(sign, 8)]) if sign.isdigit() else _NAMED.get(sign, sign)


def _letters(objects: dict[int, bytes], face: int) -> dict[int, str]:
    table = _stream(objects[_reference(objects[face], b"ToUnicode")])
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", table)
    return {
        int(code, 16): bytes.fromhex(letters.decode()).decode("utf-16-be")
        for code, letters in pairs
        if (code, letters) != (b"0000", b"FFFF")
    }


def _reference(body: bytes, name: bytes) -> int:
    found = re.search(rb"/" + name + rb" (\d+) 0 R", body)
    assert found is not None, name
    return int(found[1])


def _stream(body: bytes) -> bytes:
    start = body.index(b"stream\n") + len(b"stream\n")
    return zlib.decompress(body[start:].rpartition(b"\nendstream")[0])
