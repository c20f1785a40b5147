"""
From the bytes of an HL7 v2 file to its messages.

A file holds one message, several, or a batch between FHS, BHS, BTS and FTS; network
framing (MLLP) around them is taken off. Lines may end in CR, LF or both. Each message
is decoded as its own MSH-18 says; where that is plainly wrong, the file says so.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from labs.formats.hl7v2_lines import LINE_ENDS, lines_outside, plain_lines
from labs.formats.hl7v2_segments import BadHeader, Delimiters, Segment
from labs.formats.limits import (
    MAX_MESSAGE_BYTES,
    MAX_SEGMENTS,
    MEBIBYTE,
    QUOTED_LENGTH,
)
from labs.formats.parsed import FileRefused
from labs.formats.sentences import N_
from labs.formats.spelling import quoted
from labs.formats.text_decoding import MARKS, decode

HEADER_MISSING = N_("it has no header segment, MSH.")
FILE_TOO_LARGE = N_("The file is larger than %(size)s MB. Split it.")
HEADER_DAMAGED = N_("its header segment, MSH, is damaged or cut off.")
END_MISSING = N_("The end of the message is missing; the file may be cut off.")
READ_AS_WINDOWS = N_("The message says %(shown)s and was read as Windows-1252.")
READ_AS_UTF_8 = N_("The message says %(shown)s and is in UTF-8, as it was read.")
TOO_MANY_SEGMENTS = N_("The file has more than %(most)s segments. Split it.")
HEADERS_DAMAGED = N_(
    "%(count)s messages have a damaged header, MSH, and were not read."
)
LINES_CONTINUED = N_(
    "%(count)s lines begin with no segment's name and were read as a "
    "part of the line before."
)
MISCOUNTED = N_(
    "The batch announces %(announced)s messages and %(found)s were "
    "found; it may be cut off."
)
CHARACTERS_NOT_KNOWN = N_("The character set %(shown)s is not known here.")
READ_AS_SHIFT_JIS = N_("The message says %(shown)s and was read as Shift JIS.")

_NAME = re.compile(r"[A-Z][A-Z0-9]{2}", re.ASCII)
# What is read of a message; a line of any other word in small letters is of a text.
_IN_SMALL_LETTERS_TOO = frozenset({"PID", "ORC", "OBR", "OBX", "NTE", "SPM"})
_FENCE = "```"  # around a message in a text, as documentation prints it
_HEADER_BYTES = re.compile(rb"(?:(?<=[\r\n\x0b\x1c])|\A)[ \t]*MSH(?=[^\w\s])")
_HEADERS = frozenset({"MSH", "FHS", "BHS"})
_BATCH = frozenset({"FHS", "BHS", "BTS", "FTS"})
# What some systems send with nothing in it, not even the sign that parts fields.
_WITHOUT_FIELDS = re.compile(
    r"(?:BLG|CTD|CTI|DG1|DSC|FT1|GT1|IN1|NK1|NTE|ORC|PD1|PV1|PV2|ROL|SFT|SPM|TQ1|TQ2)"
    r"[ \t]*"
)
STATUS_OF_RESULT = 11  # OBX-11
TEXT_OF_NOTE = 3  # NTE-3
NO_MESSAGE = N_("The file holds no HL7 v2 message that can be read:")


@dataclass(slots=True)
class Message:
    """The lines of one message, its header apart."""

    number: int
    header: Segment
    lines: list[str] = field(default_factory=list)

    @property
    def delimiters(self) -> Delimiters:
        return self.header.delimiters

    def segments(self) -> Iterator[Segment]:
        """Give the segments behind the header, one after the other."""
        return (Segment(line, self.delimiters) for line in self.lines)


@dataclass(frozen=True, slots=True)
class MessageFile:
    """The messages of a file, and what was tolerated while they were told apart."""

    messages: tuple[Message, ...]
    warnings: tuple[str, ...]


def messages_in(data: bytes) -> MessageFile:
    """Return the messages of a file; raise FileRefused where there is none."""
    if len(data) > MAX_MESSAGE_BYTES:
        raise FileRefused(FILE_TOO_LARGE % {"size": MAX_MESSAGE_BYTES // MEBIBYTE})
    text, warnings = _decoded(data)
    text, said = plain_lines(text)
    warnings = (*warnings, *said)
    found = _Messages()
    for line in LINE_ENDS.split(text):
        found.take(line)
    if not found.messages:
        raise FileRefused(f"{NO_MESSAGE} {found.why_none()}")
    said = (*warnings, *found.warnings())
    is_cut = _frame_is_open(data) or _last_line_is_cut(text, found.messages[-1])
    return MessageFile(tuple(found.messages), (*said, END_MISSING) if is_cut else said)


class _Messages:
    """Parts lines into messages, and counts what did not fit."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self._bad_headers = 0
        self._outside = 0
        self._continued = 0
        self._segments = 0
        self._is_open = False
        self._sign = "|"
        self._announced: list[str] = []
        self._last: list[str] = []

    def take(self, line: str) -> None:
        """Take the next line of the file."""
        start = line.lstrip(" \t")
        name = self._name_of(start)
        if name == "MSH":
            self._begin(start.rstrip(" \t"))
        elif name in _BATCH:
            self._end_message(name, start)
        elif name:
            self._add(name + start[len(name) :])
        elif start.startswith(_FENCE):
            self._end_message(name, start)
            self._outside += 1
        elif line.strip():
            self._continue(line)

    def _name_of(self, line: str) -> str:
        """Return the name of the segment that a line begins, or an empty text."""
        name, sign = line[:3], line[3:4]
        if name in _HEADERS:
            return name if sign and not sign.isalnum() else ""
        if (name in _BATCH and not sign) or _WITHOUT_FIELDS.fullmatch(line):
            return name
        if sign != self._sign:
            return ""
        if name.upper() in _IN_SMALL_LETTERS_TOO:
            return name.upper()
        return name if _NAME.match(name) else ""

    def _begin(self, line: str) -> None:
        self._end_line()
        try:
            header = Segment(line, Delimiters.of_header(line))
        except BadHeader:
            self._bad_headers += 1
            self._is_open = False
            return
        self._sign = header.delimiters.field
        self.messages.append(Message(len(self.messages) + 1, header))
        self._is_open = True

    def _end_message(self, name: str, line: str) -> None:
        self._end_line()
        self._is_open = False
        if name == "BTS":
            self._announced.append(line)

    def _add(self, line: str) -> None:
        self._end_line()
        self._segments += 1
        if self._segments > MAX_SEGMENTS:
            raise FileRefused(TOO_MANY_SEGMENTS % {"most": MAX_SEGMENTS})
        if self._is_open:
            self._last = [line]
        else:
            self._outside += 1

    def _continue(self, line: str) -> None:
        """Put a line without a segment's name behind the text that it belongs to."""
        if self._last:
            self._last.append(line)
            self._continued += 1
        else:
            self._outside += 1

    def _end_line(self) -> None:
        if self._last:
            self.messages[-1].lines.append("\n".join(self._whole(*self._last)))
        self._last = []

    def _whole(self, first: str, *more: str) -> Iterator[str]:
        """
        Give a segment and what continues it on lines of their own.

        A note is free text, in which a delimiter behind its beginning parts nothing.
        """
        yield first
        signs = self.messages[-1].delimiters
        is_note = first.startswith("NTE") and first.count(signs.field) >= TEXT_OF_NOTE
        for line in more:
            yield _escaped(line, signs) if is_note else line

    def why_none(self) -> str:
        if self._bad_headers:
            return HEADER_DAMAGED
        return HEADER_MISSING

    def warnings(self) -> Iterable[str]:
        """Return what was tolerated; the last line is taken with it."""
        self._end_line()
        if self._bad_headers:
            yield (HEADERS_DAMAGED % {"count": self._bad_headers})
        yield from lines_outside(self._outside)
        if self._continued:
            yield (LINES_CONTINUED % {"count": self._continued})
        yield from self._miscounted()

    def _miscounted(self) -> Iterable[str]:
        """Say where a batch announces another number of messages than it holds."""
        counts = [_count_in(line) for line in self._announced]
        known = [count for count in counts if count is not None]
        if known and len(known) == len(counts) and sum(known) != len(self.messages):
            yield (MISCOUNTED % {"announced": sum(known), "found": len(self.messages)})


def _escaped(text: str, signs: Delimiters) -> str:
    """Return a text with the signs in it written so that they part no fields."""
    return text.replace(signs.field, f"{signs.escape}F{signs.escape}")


def _count_in(line: str) -> int | None:
    found = re.match(r"BTS[^\w\s](\d{1,9})(?!\w)", line, re.ASCII)
    return int(found[1]) if found else None


def _frame_is_open(data: bytes) -> bool:
    """Answer whether the last message's network frame was opened and never closed."""
    return data.rfind(b"\x0b") > data.rfind(b"\x1c")


def _last_line_is_cut(text: str, last: Message) -> bool:
    """
    Answer whether a file ends within a result, before its status (OBX-11).

    Every version demands that field; what comes before it reads well when it is lost.
    """
    if not last.lines or LINE_ENDS.fullmatch(text[-1:]):
        return False
    line = last.lines[-1]
    fields = line.count(last.delimiters.field)
    return line.startswith("OBX") and fields < STATUS_OF_RESULT


# Decoding -----------------------------------------------------------------------------

JAPANESE = "iso2022_jp_ext"
_JAPANESE_BEGINS = b"\x1b$"
_CODECS = {
    "ASCII": "ascii",
    "88591": "latin-1",
    "8859": "latin-1",
    "UTF8": "utf-8",
    "UNICODE": "utf-8",
    "UNICODEUTF8": "utf-8",
    "WINDOWS1252": "cp1252",
    "CP1252": "cp1252",
    "ANSI": "cp1252",
    "WINDOWS1250": "cp1250",
    "WINDOWS1251": "cp1251",
    "ISOIR87": JAPANESE,
    "ISOIR14": JAPANESE,
    "ISOIR13": JAPANESE,
    "ISOIR159": JAPANESE,
    "GB18030": "gb18030",
    "GB180302000": "gb18030",
    "KSX1001": "cp949",
    "BIG5": "cp950",
} | {f"8859{part}": f"iso8859_{part}" for part in (2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 15)}
_LETTERS_AND_DIGITS = re.compile(r"[^A-Z0-9]")
_PREFIX = re.compile(r"^(?:ISO|IEC)+(?=8859)")
_C1_CONTROLS = re.compile("[\x80-\x9f]")


def _decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    if data.startswith(tuple(mark for mark, _, _ in MARKS)) or b"\0" in data:
        return _guessed(data)
    if data.isascii() and _JAPANESE_BEGINS not in data:
        return data.decode("ascii"), ()
    starts = [found.start() for found in _HEADER_BYTES.finditer(data)]
    bounds = [0, *starts[1:], len(data)]
    texts: list[str] = []
    warnings: dict[str, None] = {}
    for start, end in pairwise(bounds):
        text, said = _of_one_message(data[start:end])
        texts.append(text)
        warnings.update(dict.fromkeys(said))
    return "".join(texts), tuple(warnings)


def _guessed(data: bytes) -> tuple[str, tuple[str, ...]]:
    decoded = decode(data, None)
    return decoded.text, (decoded.warning,) if decoded.warning else ()


def _of_one_message(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Decode a message by its MSH-18, unless its bytes prove that to be wrong."""
    if data.isascii() and _JAPANESE_BEGINS not in data:
        return data.decode("ascii"), ()
    announced = _announced_in(data)
    codec = _codec(announced)
    if codec is None or codec in ("utf-8", "ascii"):
        text, warnings = _guessed(data)
        if codec is None and announced:
            shown = quoted(announced, QUOTED_LENGTH)
            warnings = (CHARACTERS_NOT_KNOWN % {"shown": shown}, *warnings)
        return text, warnings
    return _in_code_page(data, codec, announced)


def _in_code_page(
    data: bytes, codec: str, announced: str
) -> tuple[str, tuple[str, ...]]:
    shown = quoted(announced, QUOTED_LENGTH)
    if codec == JAPANESE and _JAPANESE_BEGINS in data:
        return data.decode(codec, "replace"), ()
    try:
        as_utf_8 = data.decode("utf-8")
    except UnicodeDecodeError:
        if codec == JAPANESE:
            said = READ_AS_SHIFT_JIS % {"shown": shown}
            return data.decode("cp932", "replace"), (said,)
        text = data.decode(codec, "replace")
        if codec != "latin-1" or not _C1_CONTROLS.search(text):
            return text, ()
        said = READ_AS_WINDOWS % {"shown": shown}
        return data.decode("cp1252", "replace"), (said,)
    return as_utf_8, (READ_AS_UTF_8 % {"shown": shown},)


def _announced_in(data: bytes) -> str:
    """Return MSH-18 of the first header in the bytes, or an empty text."""
    found = _HEADER_BYTES.search(data)
    if found is None:
        return ""
    start = found.end() - len(b"MSH")
    end = data.find(b"\r", start)
    line = re.split(b"[\r\n]", data[start : end if end > 0 else None], maxsplit=1)[0]
    text = line.decode("latin-1")
    try:
        header = Segment(text, Delimiters.of_header(text))
    except BadHeader:
        return ""
    named = [name.strip() for name in header.repeats(18) if name.strip()]
    return next((name for name in named if _codec(name) == JAPANESE), "") or next(
        iter(named), ""
    )


def _codec(announced: str) -> str | None:
    name = _LETTERS_AND_DIGITS.sub("", announced.upper()[:40])
    return _CODECS.get(_PREFIX.sub("", name))
