"""
JSON read strictly: what two readers could understand differently is refused.

A key that stands twice, NaN and Infinity, and nesting beyond any real file are refused
with a sentence before or while the text is parsed. Numbers keep the characters in
which they were written, so that 30.10 stays 30.10.
"""

import codecs
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeAlias

from labs.domain.sentences import Sentence
from labs.formats.limits import (
    MAX_JSON_BYTES,
    MAX_JSON_DEPTH,
    MAX_JSON_VALUES,
    MEBIBYTE,
    QUOTED_LENGTH,
)
from labs.formats.parsed import FileRefused
from labs.formats.sentences import N_
from labs.formats.spelling import quoted
from labs.formats.text_decoding import decode, is_utf_8


@dataclass(frozen=True, slots=True)
class JsonNumber:
    """A number as it was written; whoever needs its value reads the text."""

    text: str


Json: TypeAlias = "bool | str | JsonNumber | list[Json] | dict[str, Json] | None"

NOT_UTF_8 = N_("The text is not UTF-8, as JSON has to be.")
RAW_CONTROLS = N_(
    "Texts in the file hold raw line breaks or tabs, which JSON does not allow; "
    "they were read as they are."
)
TOO_LARGE = N_("The JSON is larger than %(size)s MB. Split it.")
TOO_MANY_VALUES = N_("The JSON holds more than %(most)s values. Split it.")
TOO_DEEP = N_("The JSON is nested more than %(most)s levels deep.")
CUT_OFF = N_("The JSON is cut off: it ends in line %(line)s, before it is complete.")
REPEATED_KEY = N_(
    "The key %(key)s stands twice in one object, so the JSON can be "
    "understood in two ways."
)
NO_NUMBER = N_("The JSON holds %(word)s, which is no number.")
NOT_VALID = N_(
    "This is not valid JSON: %(problem)s (line %(line)s, column %(column)s)."
)
# What the module json says of a fault.
EXTRA_DATA = N_("Extra data")
PROBLEMS = (
    N_("Expecting value"),
    N_("Expecting property name enclosed in double quotes"),
    N_("Expecting ':' delimiter"),
    N_("Expecting ',' delimiter"),
    EXTRA_DATA,
    N_("Illegal trailing comma before end of object"),
    N_("Illegal trailing comma before end of array"),
)
# Possessive, and an open string runs to the end: one pass, whatever the bytes are.
_STRINGS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
# The same, or a bracket outside of them.
_PIECES = re.compile(_STRINGS.pattern + rb"|[\[\]{}]", re.DOTALL)
_OPENING, _CLOSING = b"[{", b"]}"
_NOT_BRACKETS = bytes(set(range(256)) - set(_OPENING + _CLOSING))
_STEPS = [(byte in _OPENING) - (byte in _CLOSING) for byte in range(256)]


class SeveralDocuments(FileRefused):
    """
    A text of several documents, as files that were put behind each other are.

    Nothing or a comma stands between them; the last may be cut off. `documents` are
    they, each with the line in which it begins.
    """

    documents: tuple[tuple[int, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class JsonDocument:
    """What a text says in JSON, and what was tolerated in it."""

    value: Json
    warnings: tuple[str, ...] = ()


def as_utf_8(data: bytes) -> tuple[bytes, str]:
    """
    Return the bytes as UTF-8 without a mark, and what was assumed of their encoding.

    Raises FileRefused where they are no text.
    """
    bare = data.removeprefix(codecs.BOM_UTF8)
    if b"\0" not in bare and is_utf_8(bare):
        return bare, ""
    decoded = decode(data, None)
    return decoded.text.encode(), decoded.warning


def parse_json(data: bytes) -> JsonDocument:
    """Return what UTF-8 bytes say in JSON; raise FileRefused with a sentence."""
    if len(data) > MAX_JSON_BYTES:
        raise FileRefused.because(
            TOO_LARGE,
            size=str(MAX_JSON_BYTES // MEBIBYTE),
        )
    _check_shape(data)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise FileRefused.because(NOT_UTF_8) from None
    return _parsed(text)


def _documents_in(data: bytes) -> list[tuple[int, bytes]]:
    """Return the documents of a text with their first lines; empty where it has one."""
    found: list[tuple[int, bytes]] = []
    end, line = 0, 1
    for begun, ended in _spans(data):
        if data[end:begun].strip() not in (b"", b","):
            return []
        line += data.count(b"\n", end, begun)
        found.append((line, data[begun:ended]))
        line += data.count(b"\n", begun, ended)
        end = ended
    return found if len(found) > 1 and not data[end:].strip() else []


def _spans(data: bytes) -> Iterator[tuple[int, int]]:
    """Give where each document begins and ends; one that is cut off, with the text."""
    depth = begun = 0
    for piece in _PIECES.finditer(data):
        mark = data[piece.start()]
        if not depth:
            begun = piece.start()
        depth += _STEPS[mark]
        if mark in _CLOSING and not depth:
            yield begun, piece.end()
    if depth > 0:
        yield begun, len(data)


def _check_shape(data: bytes) -> None:
    """Refuse what would cost too much to parse, in one pass over the bytes."""
    bare = _STRINGS.sub(b"", data)
    brackets = bare.translate(None, _NOT_BRACKETS)
    if len(brackets) // 2 + bare.count(b",") > MAX_JSON_VALUES:
        raise FileRefused.because(
            TOO_MANY_VALUES,
            most=str(MAX_JSON_VALUES),
        )
    deepest = max(accumulate(map(_STEPS.__getitem__, brackets)), default=0)
    if deepest > MAX_JSON_DEPTH:
        raise FileRefused.because(
            TOO_DEEP,
            most=str(MAX_JSON_DEPTH),
        )


def _parsed(text: str) -> JsonDocument:
    try:
        return JsonDocument(_STRICT.decode(text))
    except json.JSONDecodeError as error:
        if not error.msg.startswith("Invalid control character"):
            raise _refusal(error) from None
    try:
        return JsonDocument(_WITH_RAW_CONTROLS.decode(text), (RAW_CONTROLS,))
    except json.JSONDecodeError as error:
        raise _refusal(error) from None


def _refusal(error: json.JSONDecodeError) -> FileRefused:
    is_open_text = error.msg.startswith("Unterminated string")
    if is_open_text or error.pos >= len(error.doc.rstrip()):
        return FileRefused.because(
            CUT_OFF,
            line=str(error.lineno),
        )
    problem = error.msg.removesuffix(" at")
    place = {"line": str(error.lineno), "column": str(error.colno)}
    sentence = Sentence(NOT_VALID, {"problem": Sentence(problem), **place})
    if problem != EXTRA_DATA or not (documents := _documents_in(error.doc.encode())):
        return FileRefused(str(sentence), sentence)
    several = SeveralDocuments(str(sentence), sentence)
    several.documents = tuple(documents)
    return several


def _without_repeated_keys(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    ((repeated, _times),) = Counter(key for key, _value in pairs).most_common(1)
    raise FileRefused.because(
        REPEATED_KEY,
        key=quoted(repeated, QUOTED_LENGTH),
    )


def _no_number(word: str) -> Json:
    raise FileRefused.because(NO_NUMBER, word=word)


def _decoder(*, strict: bool) -> json.JSONDecoder:
    return json.JSONDecoder(
        object_pairs_hook=_without_repeated_keys,
        parse_float=JsonNumber,
        parse_int=JsonNumber,
        parse_constant=_no_number,
        strict=strict,
    )


_STRICT = _decoder(strict=True)
_WITH_RAW_CONTROLS = _decoder(strict=False)
