"""
XML from strangers, parsed without entities, network or document type.

What comes out is a plain tree: elements of HL7 version 3 go by their bare names,
whatever prefix the sender uses. What is not well-formed is refused with its line.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.etree import _Element as Element

from labs.formats.limits import (
    MAX_XML_BYTES,
    MAX_XML_DEPTH,
    MAX_XML_SIGNS,
    MEBIBYTE,
    QUOTED_LENGTH,
)
from labs.formats.parsed import FileRefused
from labs.formats.sentences import N_
from labs.formats.spelling import quoted
from labs.formats.text_decoding import HEAD, decode, is_utf_8

DAMAGED = N_("The XML is damaged or cut off, so nothing was read: %(shown)s.")
XML_TOO_LARGE = N_("The XML is larger than %(size)s MB.")
TOO_MANY_SIGNS = N_("The XML has more than %(most)s elements and attributes.")
ENCODING_NOT_KNOWN = N_("The XML says that it is encoded as %(shown)s, not known here.")

__all__ = ["HL7V3", "Element", "XmlDocument", "parse_xml", "text_in", "type_of"]

HL7V3 = "urn:hl7-org:v3"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"

HAS_DOCTYPE = N_(
    "The XML has a document type (DOCTYPE). Such files are not read, "
    "because it can make a reader fetch or repeat what the file does "
    "not hold."
)
UNDECLARED_PREFIX = N_(
    "The XML uses a prefix without declaring it; it was read as usual."
)
DEEPER_THAN = N_("The elements of the XML stand more than %(most)s deep.")
TOO_DEEP = DEEPER_THAN % {"most": MAX_XML_DEPTH}
TOO_LONG = N_("A text in the XML is longer than 10 million characters.")
NOT_UTF_8 = N_("The XML should be in UTF-8 and is not; it was read as %(encoding)s.")
WRONGLY_UTF_16 = N_("The XML says that it is UTF-16 and is not; it was read as UTF-8.")
IS_UTF_8 = N_("The XML says that it is in %(shown)s and is in UTF-8, as it was read.")


@dataclass(frozen=True, slots=True)
class XmlDocument:
    """The root of a document, and what was tolerated to read it."""

    root: Element
    warnings: tuple[str, ...] = ()


def parse_xml(data: bytes) -> XmlDocument:
    """Return a document's tree; raise FileRefused with a sentence."""
    _check_size(data)
    data, warnings = _as_declared(_without_blanks_before(data))
    ascii_part = data.replace(b"\0", b"")
    if _has_doctype(ascii_part):
        raise FileRefused(HAS_DOCTYPE)
    encoding, about_encoding = _encoding(data, ascii_part)
    root, tolerated = _parsed(data, encoding)
    if root.getroottree().docinfo.internalDTD is not None:
        raise FileRefused(HAS_DOCTYPE)
    _check_depth(root)
    _strip_namespace(root)
    _strip_attributes(root)
    return XmlDocument(root, (*warnings, *about_encoding, *tolerated))


def _without_blanks_before(data: bytes) -> bytes:
    """Leave out the empty lines that a copied file has before its declaration."""
    mark = BOM_UTF8 if data.startswith(BOM_UTF8) else b""
    bare = data.removeprefix(mark).lstrip(b" \t\r\n")
    return mark + bare if bare.startswith(b"<") else data


def _as_declared(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """
    Return what claims to be UTF-8 and is in an old code page as UTF-8, with a warning.

    Raises FileRefused where a file mixes both: no letter of it can be trusted.
    """
    found = _DECLARED.match(data)
    if b"\0" in data[:HEAD] or (found and found[1].upper() not in (b"UTF-8", b"UTF8")):
        return data, ()
    if is_utf_8(data):
        return data, ()
    decoded = decode(data, None)
    said = NOT_UTF_8 % {"encoding": decoded.encoding}
    return decoded.text.encode(), (said,)


def _check_size(data: bytes) -> None:
    if len(data) > MAX_XML_BYTES:
        raise FileRefused(XML_TOO_LARGE % {"size": MAX_XML_BYTES // MEBIBYTE})
    if data.count(b"<") + data.count(b"=") > MAX_XML_SIGNS:
        raise FileRefused(TOO_MANY_SIGNS % {"most": MAX_XML_SIGNS})


_SPACE = re.compile(rb"[\s\xef\xbb\xbf\xfe\xff]*")
_MISC = ((b"<?", b"?>"), (b"<!--", b"-->"))


def _has_doctype(data: bytes) -> bool:
    """Look for a document type in what comes before the first element."""
    place = 0
    while True:
        if found := _SPACE.match(data, place):
            place = found.end()
        ends = [end for start, end in _MISC if data.startswith(start, place)]
        if not ends:
            return data[place : place + len("<!DOCTYPE")].upper() == b"<!DOCTYPE"
        end = data.find(ends[0], place)
        if end < 0:
            return False
        place = end + len(ends[0])


_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([^"'>]{1,60})["']""")
_KNOWN_ENCODING = re.compile(
    r"utf-?8|utf-?16(?:le|be)?|us-ascii|ascii|(?:iso[-_]?)?8859[-_]\d{1,2}|latin-?1"
    r"|(?:windows-|cp)125\d",
    re.IGNORECASE,
)


def _encoding(data: bytes, ascii_part: bytes) -> tuple[str | None, tuple[str, ...]]:
    """Return the encoding to read with, where the one declared is plainly wrong."""
    found = _DECLARED.match(ascii_part.lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n"))
    if found is None:
        return None, ()
    name = found[1].decode("ascii", "replace")
    if not _KNOWN_ENCODING.fullmatch(name):
        shown = quoted(name, QUOTED_LENGTH)
        raise FileRefused(ENCODING_NOT_KNOWN % {"shown": shown})
    if not name.casefold().startswith("utf"):
        said = IS_UTF_8 % {"shown": quoted(name, QUOTED_LENGTH)}
        # Bytes beyond ASCII are UTF-8 in no code page by chance.
        is_other = not data.isascii() and is_utf_8(data)
        return ("utf-8", (said,)) if is_other else (None, ())
    is_wrong = "16" in name and b"\0" not in data
    return ("utf-8", (WRONGLY_UTF_16,)) if is_wrong else (None, ())


def _parser(encoding: str | None, *, recover: bool) -> etree.XMLParser[Element]:
    return etree.XMLParser(
        encoding=encoding,
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _parsed(data: bytes, encoding: str | None) -> tuple[Element, tuple[str, ...]]:
    """Parse strictly; a prefix that nobody declared is the one fault tolerated."""
    try:
        return etree.fromstring(data, _parser(encoding, recover=False)), ()
    except etree.XMLSyntaxError as error:
        if error.code != etree.ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE:
            raise _damaged(str(error.msg)) from None
    parser = _parser(encoding, recover=True)
    root = etree.fromstring(data, parser)
    for entry in parser.error_log:
        if entry.type != etree.ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE:
            raise _damaged(entry.message)
    return root, (UNDECLARED_PREFIX,)


_OWN_LIMITS_OF_PARSER = (
    ("Excessive depth", TOO_DEEP),
    ("Resource limit exceeded", TOO_LONG),
)


def _damaged(message: str) -> FileRefused:
    for start, sentence in _OWN_LIMITS_OF_PARSER:
        if message.startswith(start):
            return FileRefused(sentence)
    shown = quoted(message, 3 * QUOTED_LENGTH)
    return FileRefused(DAMAGED % {"shown": shown})


def _check_depth(root: Element) -> None:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_XML_DEPTH:
            raise FileRefused(TOO_DEEP)


def _strip_namespace(root: Element) -> None:
    start = f"{{{HL7V3}}}"
    for element in root.iter(f"{start}*"):
        element.tag = str(element.tag).removeprefix(start)


def _strip_attributes(root: Element) -> None:
    """Take blanks off the ends of attributes: " 30954-2" is the code that it holds."""
    for element in root.iter("*"):
        for name, value in element.items():
            if value[:1].isspace() or value[-1:].isspace():
                element.set(name, value.strip())


def type_of(element: Element) -> str:
    """Return an element's xsi:type without its prefix; empty where it has none."""
    return (element.get(_TYPE) or element.get("xsi:type") or "").rpartition(":")[2]


# Elements of a text for people that begin a new line or cell.
_BREAKS = frozenset(
    ("br", "caption", "item", "list", "paragraph", "table", "td", "th", "tr")
)


def text_in(element: Element, longest: int) -> str:
    """Return the first characters of an element's text, blanks made single."""
    return " ".join("".join(_pieces(element, longest)).split())


def _pieces(root: Element, longest: int) -> Iterator[str]:
    """Give the texts in and behind the elements, until there are enough."""
    length = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            piece = (" " if element.tag in _BREAKS else "") + (element.text or "")
        else:
            piece = element.tail or "" if element is not root else ""
        yield piece[: longest - length]
        length += len(piece)
        if length >= longest:
            return
