"""Whatever is sent as a message, the answer is a sentence, at linear cost."""

import sys
from collections.abc import Callable
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labs.formats import hl7v2_messages
from labs.formats.hl7v2 import read_hl7v2
from labs.formats.inspection import inspect
from labs.formats.limits import MAX_MESSAGE_BYTES, MAX_WARNINGS
from labs.formats.parsed import FileRefused, ParsedFile
from tests.unit.labs.formats.hl7v2_messages import (
    ALL,
    HEADER,
    ORDER,
    PATIENT,
    message,
    result_segment,
)

EXAMPLES = [path.read_bytes() for path in ALL]


def outcome(data: bytes) -> str:
    """Return what became of a file; anything but a reading or a refusal escapes."""
    try:
        parsed = read_hl7v2(data)
    except FileRefused as refused:
        return str(refused)
    assert isinstance(parsed, ParsedFile)
    assert all(part.why for part in parsed.refused)
    return "read"


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "larger than 32 MB" in outcome(b"MSH|^~\\&|" + b"x" * MAX_MESSAGE_BYTES)
    monkeypatch.setattr(hl7v2_messages, "MAX_SEGMENTS", 4)
    assert outcome(message(*["NTE|1"] * 2)) == "read"
    assert "more than 4 segments" in outcome(message(*["NTE|1"] * 3))


def test_forty_thousand_segments_are_read() -> None:
    others = [result_segment("13.9", test="718-7^Hemoglobin^LN")] * 40_000

    parsed = read_hl7v2(message(*others, result_segment("27")))

    assert [result.where for result in parsed.results] == ["segment OBX 40001"]
    assert "40000 results are of tests not kept here" in parsed.warnings[0]


def calls(data: bytes) -> int:
    """Return how many calls reading costs: the same on every machine, at any load."""
    count = 0

    def counted(_frame: FrameType, _event: str, _argument: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(counted)
    try:
        outcome(data)
    finally:
        sys.setprofile(None)
    return count


LONG: list[Callable[[int], bytes]] = [
    lambda n: message(*[result_segment("27")] * n),
    lambda n: message(*["NTE|1||note"] * n, *[result_segment("27")] * n),
    lambda n: message(*[result_segment("27")] * n, *["SPM|1|||SER"] * n),
    lambda n: message(result_segment("27"), "NTE|1||" + "\\" * 20 * n),
    lambda n: message(result_segment("27"), "NTE|1||" + "\\X41" * 20 * n),
    lambda n: message(result_segment("27"), "wrapped\n" * 10 * n),
    lambda n: message(result_segment("^" * 20 * n)),
    lambda n: message(result_segment("~" * 20 * n)),
    lambda n: message("|" * 40 * n),
    lambda n: b"MSH|^~\\&|" * 5 * n,
    lambda n: b"\r".join([b"MSH|^~\\&|||||||ADT^A01|"] * n),
    lambda n: message(*[f"{PATIENT}\r{ORDER}\r{result_segment('27')}"] * n),
]


@pytest.mark.parametrize("long", LONG)
def test_twice_as_much_costs_twice_as_many_calls(long: Callable[[int], bytes]) -> None:
    outcome(long(10))  # what is remembered between files is remembered now

    assert calls(long(800)) < 2.5 * calls(long(400))


def test_warnings_about_single_messages_are_as_many_as_fit() -> None:
    data = HEADER.replace("|2.5", "|9").encode() + b"\r"

    warnings = read_hl7v2(data * (MAX_WARNINGS + 50)).warnings

    assert len(warnings) < MAX_WARNINGS + 5
    assert any("more warnings are not listed" in said for said in warnings)


@settings(max_examples=200)
@given(
    st.sampled_from(EXAMPLES),
    st.lists(
        st.tuples(
            st.integers(0, 1_500),
            st.integers(0, 20),
            st.sampled_from(
                [b"|", b"^", b"~", b"\\", b"&", b"\r", b"\n", b"\x0b", b'""']
            )
            | st.binary(max_size=8),
        ),
        max_size=8,
    ),
)
def test_changed_messages_are_a_reading_or_a_refusal(
    data: bytes, changes: list[tuple[int, int, bytes]]
) -> None:
    for place, length, replacement in changes:
        data = data[:place] + replacement + data[place + length :]

    outcome(data)
    inspect(data, "changed.hl7")


@given(st.sampled_from(EXAMPLES), st.integers(0, 1_300))
def test_messages_that_are_cut_off_are_a_reading_or_a_refusal(
    data: bytes, length: int
) -> None:
    outcome(data[:length])


NAMES = ["MSH", "PID", "ORC", "OBR", "OBX", "NTE", "SPM", "BTS"]
FIELDS = st.lists(
    st.sampled_from(["", '""', "27", "<4", "62292-8^x^LN", "ng/mL", "20250310", "^^^"])
    | st.text(max_size=10),
    max_size=30,
)


@settings(max_examples=200)
@given(
    st.lists(
        st.tuples(st.sampled_from(NAMES), FIELDS),
        max_size=10,
    )
)
def test_random_segments_are_a_reading_or_a_refusal(
    segments: list[tuple[str, list[str]]],
) -> None:
    lines = ["|".join([name, *fields]) for name, fields in segments]

    outcome("\r".join([HEADER, *lines]).encode("utf-8", "replace"))


@pytest.mark.parametrize("sign", ["\0", "\x01", "\x7f", "\ufffe"])
def test_control_characters_are_refused_or_replaced(sign: str) -> None:
    data = message(result_segment("27"), f"NTE|1||a{sign}b")

    if outcome(data) == "read":
        (result,) = read_hl7v2(data).results
        assert "a\N{REPLACEMENT CHARACTER}b" in result.comment
        assert "The comment held control characters." in result.remarks
    else:
        assert sign == "\0"
