"""
What a file looks like by its content; its name is not asked.

A table of text has no mark of its own, so it is what remains when nothing else fits.
"""

import re

HEAD = 4_096

HL7V2 = "an HL7 v2 message"
XML = "XML"
CCDA = "XML (C-CDA)"
JSON = "JSON"
FHIR_JSON = "JSON (FHIR)"
FHIR_XML = "XML (FHIR)"
ZIP = "a ZIP archive"
GZIP = "a compressed file (gzip)"

PDF = "a PDF document"
PNG = "a picture (PNG)"
JPEG = "a picture (JPEG)"
TO_BE_KEPT = frozenset({PDF, PNG, JPEG})  # beside a result; values are not read of them

_BY_FIRST_BYTES = (
    (b"%PDF", PDF),
    (b"\x89PNG", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF8", "a picture (GIF)"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook or another Office file"),
    (b"\x1f\x8b", GZIP),
    (b"SQLite format 3", "a database file (SQLite)"),
    (b"HEADER RECORD*******", "a SAS transport file (XPORT)"),
    (b"{\\rtf", "a text document (RTF)"),
)
_BY_TEXT = (
    (re.compile(r"[\s\x0b]*(?:MSH|FHS|BHS)[^\w\s,;]"), HL7V2),
    (re.compile(r"\s*<(?:!doctype\s+)?html", re.IGNORECASE), "a web page (HTML)"),
    (re.compile(r"\s*<(?:[?!]|[A-Za-z_])"), XML),
    (re.compile(r'\s*(?:\{\s*["}]|\[\s*[\[{"\]])'), JSON),
)
_MORE_OF_XML = (
    ("ClinicalDocument", CCDA),
    ("http://hl7.org/fhir", FHIR_XML),
)


def looks_like(data: bytes) -> str:
    """
    Name the format in words; empty where the file may be a table of text.

    >>> looks_like(b'{"resourceType": "Bundle"}'), looks_like(b"date;value;unit")
    ('JSON (FHIR)', '')
    """
    head = data[:HEAD]
    for start, name in _BY_FIRST_BYTES:
        if head.startswith(start):
            return name
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        is_workbook = b"xl/workbook" in data[:65_536] or b"[Content_Types].xml" in head
        return "an Excel workbook" if is_workbook else ZIP
    return _by_text(_as_text(head))


def _as_text(head: bytes) -> str:
    """Return what can be read of the head; zero bytes of UTF-16 are left out."""
    text = head.replace(b"\0", b"").decode("utf-8", "ignore")
    return text.lstrip("\ufeff")


def _by_text(text: str) -> str:
    for pattern, name in _BY_TEXT:
        if pattern.match(text):
            return _nearer(name, text)
    return ""


def _nearer(name: str, text: str) -> str:
    if name == JSON and '"resourceType"' in text:
        return FHIR_JSON
    if name == XML:
        return next((more for sign, more in _MORE_OF_XML if sign in text), name)
    return name
