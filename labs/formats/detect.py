"""
What a file looks like by its content; its name is not asked.

A table of text has no mark of its own, so it is what remains when nothing else fits.
"""

import re

from labs.formats.sentences import N_

HEAD = 4_096

HL7V2 = N_("an HL7 v2 message")
XML = "XML"
CCDA = "XML (C-CDA)"
JSON = "JSON"
FHIR_JSON = "JSON (FHIR)"
FHIR_XML = "XML (FHIR)"
ZIP = N_("a ZIP archive")
GZIP = N_("a compressed file (gzip)")

WORKBOOK = N_("an Excel workbook")
OLD_WORKBOOK = N_("an old Excel workbook or another Office file")
OPEN_SHEET = N_("a spreadsheet (OpenDocument)")
SPREADSHEETS = frozenset({WORKBOOK, OLD_WORKBOOK, OPEN_SHEET})

OTHER_ARCHIVE = N_("an archive of another kind (tar, 7z, RAR, bzip2 or xz)")

APPLE_DATA = N_("the file of Apple Health without clinical records (export.xml)")

PDF = N_("a PDF document")
PNG = N_("a picture (PNG)")
JPEG = N_("a picture (JPEG)")
PHONE_PICTURE = N_("a picture (HEIC)")
OPEN_TEXT = N_("a text document (OpenDocument)")
WORD_DOCUMENT = N_("a Word document")
TO_BE_KEPT = frozenset({PDF, PNG, JPEG})  # beside a result; values are not read of them

# What FHIR in XML begins with where results or medicines may be in it.
FHIR_ROOTS = (
    "Bundle",
    "DiagnosticReport",
    "MedicationAdministration",
    "MedicationDispense",
    "MedicationOrder",
    "MedicationRequest",
    "MedicationStatement",
    "Observation",
    "Parameters",
)

_BY_FIRST_BYTES = (
    (b"%PDF", PDF),
    (b"\x89PNG", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF8", N_("a picture (GIF)")),
    (b"\xd0\xcf\x11\xe0", OLD_WORKBOOK),
    (b"\x1f\x8b", GZIP),
    (b"7z\xbc\xaf\x27\x1c", OTHER_ARCHIVE),
    (b"Rar!\x1a\x07", OTHER_ARCHIVE),
    (b"BZh91AY&SY", OTHER_ARCHIVE),
    (b"\xfd7zXZ\x00", OTHER_ARCHIVE),
    (b"SQLite format 3", N_("a database file (SQLite)")),
    (b"HEADER RECORD*******", N_("a SAS transport file (XPORT)")),
    (b"{\\rtf", N_("a text document (RTF)")),
    (b"RIFF", N_("a picture (WebP) or another media file")),
    (b"II*\x00", N_("a picture (TIFF)")),
    (b"MM\x00*", N_("a picture (TIFF)")),
)
TAR_MARK_AT = 257
BEFORE_HEADER = r"[ \t]*[^|,;\t\r\n]{1,80}?"
_PICTURE_OF_PHONES = re.compile(
    rb"....ftyp(?:heic|heix|hevc|mif1|msf1|avif)", re.DOTALL
)
_BY_TEXT = (
    (re.compile(r"[\s\x0b]*(?:<SB>\s*)?(?:MSH|FHS|BHS)[^\w\s,;]"), HL7V2),
    (
        re.compile(r"[\x02\x05]?\d?H\|[\\~^&]{2,4}\|?"),
        N_("a message of a laboratory's analyser (ASTM, HPRIM)"),
    ),
    (re.compile(r"\d{3}8000\d{4}\s"), N_("a German laboratory file (LDT, GDT)")),
    (re.compile(r"UNA.{6}\s{0,2}UN[ABH]|UNB\+"), N_("an EDIFACT message")),
    (re.compile(r"\s*<(?:!doctype\s+)?html", re.IGNORECASE), N_("a web page (HTML)")),
    (re.compile(r"\s*<(?:[?!]|[A-Za-z_])"), XML),
    (re.compile(r'\s*(?:\{\s*["}]|\[\s*[\[{"\]])'), JSON),
    # A message behind lines of something else, or segments that lost their header.
    (re.compile(r"(?s:.*?)[\r\n\x0b][ \t]*MSH([^\w\s,;])\S{3,5}\1"), HL7V2),
    (re.compile(r"\s*(?:PID|PV1|ORC|OBR|OBX)\|[^\r\n|]{0,20}\|"), HL7V2),
    # One behind signs of its line, as in a mail; behind cells it would be of a table.
    (re.compile(rf"(?:|(?s:.*?)[\r\n]){BEFORE_HEADER}MSH\|\^~\\{{0,2}}&"), HL7V2),
)
_MORE_OF_XML = (
    (re.compile("<!DOCTYPE HealthData"), APPLE_DATA),
    (re.compile(r"<(?:[\w.-]{1,60}:)?ClinicalDocument\b"), CCDA),
    (re.compile("<xsl:(?:stylesheet|transform)"), XML),  # names the documents it shows
    (re.compile("ClinicalDocument"), CCDA),
    (re.compile(r"http://hl7\.org/fhir"), FHIR_XML),
    (re.compile(rf"\A[^<]*(?:<[?!][^<]*)*<(?:{'|'.join(FHIR_ROOTS)})[\s/>]"), FHIR_XML),
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
        return _packed(data, head)
    if head[TAR_MARK_AT:].startswith(b"ustar"):
        return OTHER_ARCHIVE
    if _PICTURE_OF_PHONES.match(head):
        return PHONE_PICTURE
    return _by_text(_as_text(head))


def _packed(data: bytes, head: bytes) -> str:
    """Tell the documents of offices from other archives: all of them are ZIP."""
    if b"mimetypeapplication/vnd.oasis.opendocument" in head:
        is_sheet = b"opendocument.spreadsheet" in head
        return OPEN_SHEET if is_sheet else OPEN_TEXT
    start = data[:65_536]
    if b"word/document" in start:
        return WORD_DOCUMENT
    is_workbook = b"xl/workbook" in start or b"[Content_Types].xml" in head
    return WORKBOOK if is_workbook else ZIP


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
        return next((more for sign, more in _MORE_OF_XML if sign.search(text)), name)
    return name
