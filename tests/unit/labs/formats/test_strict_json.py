"""JSON that two readers could understand differently is refused with a sentence."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.formats import strict_json
from labs.formats.limits import MAX_JSON_BYTES, MAX_JSON_DEPTH, MAX_JSON_VALUES
from labs.formats.parsed import FileRefused
from labs.formats.strict_json import JsonNumber, as_utf_8, parse_json


@pytest.mark.parametrize("digits", ["30.10", "1e400", "-0", "0.0", "9" * 5_000])
def test_a_number_keeps_its_characters(digits: str) -> None:
    assert parse_json(digits.encode()).value == JsonNumber(digits)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b'{"a": 1, "a": 2}', "The key 'a' stands twice"),
        (b'[{"b": {"value": 1, "value": 1}}]', "The key 'value' stands twice"),
        (b'{"a": 1, "\\u0061": 2}', "The key 'a' stands twice"),
        (b"[NaN]", "NaN, which is no number"),
        (b"[Infinity]", "Infinity, which is no number"),
        (b"[-Infinity]", "-Infinity, which is no number"),
        (b'{"a": "x', "cut off"),
        (b'{"a": [1,\n2', "cut off: it ends in line 2"),
        (b'{"a": "x\\', "cut off"),
        (b"[1 2]", "not valid JSON: Expecting ',' delimiter (line 1, column 4)"),
        (b"[01]", "not valid JSON"),
        (b"[+1]", "not valid JSON"),
        (b"[.5]", "not valid JSON"),
        (b"{'a': 1}", "not valid JSON"),
        (b"[1,]", "not valid JSON"),
        (b'{"a": 1} {"b": 2}', "not valid JSON: Extra data"),
        (b'["\\x41"]', "not valid JSON"),
        (b"// note\n[1]", "not valid JSON"),
        (b'["\xff"]', "not UTF-8"),
        (b"[" * 200_000, f"more than {MAX_JSON_DEPTH} levels"),
        (b'{"a":' * 200_000, f"more than {MAX_JSON_DEPTH} levels"),
        (b'[{"a":' * 100_000, f"more than {MAX_JSON_DEPTH} levels"),
        (b"[]," * 3_000_000, f"more than {MAX_JSON_VALUES} values"),
        (b" " * (MAX_JSON_BYTES + 1), "larger than 32 MB"),
        (b'["' + b'\\"' * 5_000_000, "cut off"),
    ],
)
def test_what_is_not_plain_json_is_refused_with_a_sentence(
    text: bytes, reason: str
) -> None:
    with pytest.raises(FileRefused) as refused:
        parse_json(text)

    assert reason in str(refused.value)


def test_nesting_is_read_up_to_its_limit() -> None:
    deepest = b"[" * MAX_JSON_DEPTH + b"]" * MAX_JSON_DEPTH

    assert parse_json(deepest).value
    with pytest.raises(FileRefused, match="levels deep"):
        parse_json(b"[" + deepest + b"]")


def test_values_are_read_up_to_their_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strict_json, "MAX_JSON_VALUES", 4)

    assert parse_json(b"[1,2,3,4]").value
    with pytest.raises(FileRefused, match="more than 4 values"):
        parse_json(b"[1,2,3,4,5]")


def test_bytes_are_read_up_to_their_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strict_json, "MAX_JSON_BYTES", 3)

    assert parse_json(b"[1]").value
    with pytest.raises(FileRefused, match="Split it"):
        parse_json(b"[12]")


def test_brackets_in_texts_do_not_count_as_nesting() -> None:
    text = b'["' + b"[{" * 1_000 + b'\\"[[", "\\\\", "]]"]'

    assert isinstance(parse_json(text).value, list)


def test_raw_line_breaks_in_texts_are_tolerated_and_said() -> None:
    document = parse_json(b'{"a": "one\ntwo\tthree"}')

    assert document.value == {"a": "one\ntwo\tthree"}
    assert "raw line breaks" in document.warnings[0]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b'{"a": "\xc3\xa9"}', '{"a": "é"}'),
        (b'\xef\xbb\xbf{"a": "\xc3\xa9"}', '{"a": "é"}'),
        ('\ufeff{"a": "é"}'.encode("utf-16-le"), '{"a": "é"}'),
        ('{"a": "é"}'.encode("utf-16-be"), '{"a": "é"}'),
    ],
)
def test_unicode_is_read_in_any_of_its_encodings(data: bytes, text: str) -> None:
    assert as_utf_8(data) == (text.encode(), "")


def test_an_old_code_page_is_read_and_said() -> None:
    text, warning = as_utf_8(b'{"a": "caf\xe9"}')

    assert text.decode() == '{"a": "café"}'
    assert "Windows-1252" in warning


def test_a_nul_byte_is_refused() -> None:
    with pytest.raises(FileRefused, match="NUL"):
        as_utf_8(b'{"a": "' + b"x" * 99 + b'\x00"}')


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_random_bytes_are_json_or_are_refused(data: bytes) -> None:
    with suppress(FileRefused):
        text, _ = as_utf_8(data)
        assert isinstance(parse_json(text).warnings, tuple)
