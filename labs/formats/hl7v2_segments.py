"""
Segments of HL7 v2: fields, repetitions, components and escape sequences.

A message brings its own delimiters in its first segment. Positions count from one, as
the standard numbers them, so that OBX-5 is `segment.field(5)`.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from labs.formats.sentences import N_

FIELDS_NOT_PARTED = N_("The header segment does not say how fields are parted.")

MAX_FIELDS = 64  # of one segment; the standard has no longer one
MAX_REPEATS = 200
NULL = '""'  # how a sender says that a field is empty on purpose
USUAL_ENCODING = "^~\\&"
_WITHOUT_ESCAPE = "^~&"  # as a program writes it that takes the sign for its own


class BadHeader(ValueError):
    """A header segment whose delimiters cannot be used."""


@dataclass(frozen=True, slots=True)
class Delimiters:
    """The signs that part a message, out of MSH-1 and MSH-2."""

    field: str
    component: str
    repetition: str
    escape: str
    subcomponent: str

    @classmethod
    def of_header(cls, line: str) -> "Delimiters":
        """Return the delimiters of a header segment; raise BadHeader."""
        field = line[3:4]
        encoding = line[4:].split(field, 1)[0] if field else ""
        if encoding == _WITHOUT_ESCAPE:
            encoding = USUAL_ENCODING
        signs = encoding[: len(USUAL_ENCODING)]
        missing = USUAL_ENCODING[len(signs) :]
        every = field + signs + missing
        if not signs or len(set(every)) != len(every) or _NOT_A_SIGN.search(every):
            raise BadHeader(FIELDS_NOT_PARTED)
        return cls(*every)


_NOT_A_SIGN = re.compile(r"[A-Za-z0-9\s\x00-\x1f\x7f.<>\"]")
_HEADERS = frozenset({"MSH", "FHS", "BHS"})


class Segment:
    """One line of a message, parted when it is asked for."""

    def __init__(self, line: str, delimiters: Delimiters) -> None:
        self.name = line[:3]
        self.delimiters = delimiters
        self._line = line

    @cached_property
    def _fields(self) -> list[str]:
        fields = self._line.split(self.delimiters.field, MAX_FIELDS)
        if self.name in _HEADERS:
            fields.insert(1, self.delimiters.field)
        return fields

    @property
    def length(self) -> int:
        """How many fields there are, the name of the segment among them."""
        return len(self._fields)

    def field(self, position: int) -> str:
        """Return a field as sent; empty where it is missing or the sender's null."""
        text = self._fields[position] if position < len(self._fields) else ""
        return "" if text.strip() == NULL else text

    def repeats(self, position: int) -> list[str]:
        """Return the repetitions of a field that are not empty, as sent."""
        sign = self.delimiters.repetition
        if not (text := self.field(position)):
            return []
        return [
            repeat
            for repeat in text.split(sign, MAX_REPEATS)
            if repeat.strip() not in ("", NULL)
        ]

    def components(self, position: int) -> list[str]:
        """Return the components of a field's first repetition, readable."""
        return self.parts(next(iter(self.repeats(position)), ""))

    def parts(self, repeat: str) -> list[str]:
        """Return the components of one repetition, readable."""
        parted = repeat.split(self.delimiters.component, MAX_FIELDS)
        return [self.readable(part).strip() for part in parted]

    def component(self, position: int, number: int) -> str:
        """Return one component of a field, readable; empty where it is missing."""
        parted = self._parted(position)
        return self.readable(parted[number - 1]).strip() if parted[number - 1 :] else ""

    def subcomponents(self, position: int, number: int) -> list[str]:
        """Return the parts of one component, readable."""
        parted = self._parted(position)
        raw = parted[number - 1] if number <= len(parted) else ""
        parts = raw.split(self.delimiters.subcomponent, MAX_FIELDS)
        return [self.readable(part).strip() for part in parts]

    def _parted(self, position: int) -> list[str]:
        repeats = self.repeats(position)
        return (
            repeats[0].split(self.delimiters.component, MAX_FIELDS) if repeats else []
        )

    def text(self, position: int) -> str:
        """Return a whole field readable, its repetitions as lines."""
        raw = self.field(position)
        sign = self.delimiters.repetition
        return self.readable(raw.replace(sign, "\n"))

    def readable(self, raw: str) -> str:
        r"""
        Return a text with its escape sequences put in.

        >>> delimiters = Delimiters.of_header(r"MSH|^~\&|")
        >>> Segment("NTE", delimiters).readable(r"20 \T\ 30\.br\new")
        '20 & 30\nnew'
        """
        escape = self.delimiters.escape
        if escape not in raw:
            return "" if raw == NULL else raw
        sequence = _SEQUENCE_BY_SIGN.get(escape) or _sequence(escape)
        return sequence.sub(self._put_in, raw)

    def _put_in(self, found: re.Match[str]) -> str:
        said = found[1]
        if said in _SIGNS:
            return str(getattr(self.delimiters, _SIGNS[said]))
        if said in _HIGHLIGHTS:
            return ""
        if _LINE_BREAK.fullmatch(said):
            return "\n"
        if _LAYOUT.fullmatch(said):
            return " "
        if said.startswith("X"):
            return _hexadecimal(said[1:]) or found[0]
        return found[0]


_TYPES_SPELLED = {"NUM": "NM", "NUMERIC": "NM", "TXT": "TX", "TEXT": "TX"}


def type_of_value(result: Segment) -> str:
    r"""
    Return the type of a result's value (OBX-2), as the standard spells it.

    >>> delimiters = Delimiters.of_header(r"MSH|^~\&|")
    >>> type_of_value(Segment("OBX|1|NUM|VITD||27", delimiters))
    'NM'
    """
    kind = result.component(2, 1).upper()
    return _TYPES_SPELLED.get(kind, kind)


_SIGNS = {
    "F": "field",
    "S": "component",
    "T": "subcomponent",
    "R": "repetition",
    "E": "escape",
}
_HIGHLIGHTS = frozenset({"H", "N", ".fi", ".nf"})
_LINE_BREAK = re.compile(r"\.(?:br|sp\s*\+?\d{0,2}|ce)", re.IGNORECASE)
_LAYOUT = re.compile(r"\.(?:in|ti|sk)\s*[+-]?\d{0,3}", re.IGNORECASE)
LONGEST_SEQUENCE = 80


def _sequence(escape: str) -> re.Pattern[str]:
    sign = re.escape(escape)
    return re.compile(f"{sign}([A-Za-z.][^{sign}]{{0,{LONGEST_SEQUENCE}}}){sign}")


_SEQUENCE_BY_SIGN = {"\\": _sequence("\\")}


def _hexadecimal(digits: str) -> str:
    r"""Return the characters of \X..\; empty where the digits are no text."""
    try:
        data = bytes.fromhex(digits)
    except ValueError:
        return ""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
