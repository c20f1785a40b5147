"""
Reads a JSON body as strictly as a file from a laboratory.

The framework's own parser falls over deep nesting, takes NaN for a number and the last
of two equal keys for the truth.
"""

import codecs
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser

from accounts.api.problems import refuse
from accounts.domain.problems import Fault, Kind
from labs.formats.parsed import FileRefused
from labs.formats.strict_json import RAW_CONTROLS, Json, JsonNumber, parse_json
from labs.presenters.reader_words import why_refused

MOST_BYTES = 1_048_576
MOST_DEPTH = 16
MOST_DIGITS = 15
SURROGATES = range(0xD800, 0xE000)


class StrictJSONParser(BaseParser):
    """JSON in UTF-8, of modest depth and size, without what can be read two ways."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 - whatever the body says
        """Return what the body says, or refuse it with a sentence."""
        del parser_context
        _check_charset(media_type or "")
        data = stream.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            refuse(
                Kind.TOO_LARGE,
                _("A body has %(most)s bytes at most.") % {"most": MOST_BYTES},
            )
        return read_json(data)


def _check_charset(media_type: str) -> None:
    _type, _semicolon, parameters = media_type.lower().partition(";")
    for parameter in parameters.split(";"):
        name, _sign, value = parameter.partition("=")
        is_utf_8 = value.strip().strip('"') in {"utf-8", "utf8"}
        if name.strip() == "charset" and not is_utf_8:
            refuse(Kind.MEDIA_TYPE, _("JSON is written in UTF-8 here."))


def read_json(data: bytes) -> Any:  # noqa: ANN401
    """Return what bytes say in JSON, or refuse them."""
    return _plain(parsed(data), "#", MOST_DEPTH)


def parsed(data: bytes) -> Json:
    """Return what bytes say in JSON with numbers as written, or refuse them."""
    if data.startswith(codecs.BOM_UTF8):
        refuse(Kind.MALFORMED, _("Leave out the byte order mark before the JSON."))
    try:
        document = parse_json(data)
    except FileRefused as error:
        refuse(Kind.MALFORMED, why_refused(error))
    except RecursionError:
        refuse(Kind.MALFORMED, _("The JSON is nested too deeply."))
    if document.warnings:
        refuse(Kind.MALFORMED, _(RAW_CONTROLS))
    return document.value


def check_texts(value: Json, place: str = "#") -> None:
    """Refuse signs that no text has, wherever they stand."""
    if isinstance(value, str):
        _text(value, place)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            check_texts(each, f"{place}/{index}")
    elif isinstance(value, dict):
        for name, each in value.items():
            check_texts(each, f"{place}/{_text(name, place)}")


def _plain(value: Json, place: str, left: int) -> Any:  # noqa: ANN401
    if not left:
        sentence = _("The JSON is nested more than %(most)s levels deep.")
        refuse(Kind.MALFORMED, sentence % {"most": MOST_DEPTH})
    if isinstance(value, str):
        return _text(value, place)
    if isinstance(value, JsonNumber):
        return _number(value.text, place)
    if isinstance(value, list):
        pairs = enumerate(value)
        return [_plain(each, f"{place}/{index}", left - 1) for index, each in pairs]
    if isinstance(value, dict):
        return {
            _text(name, place): _plain(each, f"{place}/{name}", left - 1)
            for name, each in value.items()
        }
    return value


def _text(text: str, place: str) -> str:
    if any(sign == "\0" or ord(sign) in SURROGATES for sign in text):
        sentence = _("A text here holds a sign that no text has (NUL, half a pair).")
        where = place.encode(errors="replace").decode()
        refuse(Kind.INVALID, sentence, faults=(Fault(where, sentence),))
    return text


def _number(text: str, place: str) -> int | float:
    if len(text) > MOST_DIGITS:
        sentence = _("This number has too many digits.")
        refuse(Kind.INVALID, sentence, faults=(Fault(place, sentence),))
    return int(text) if text.lstrip("-").isdigit() else float(text)
