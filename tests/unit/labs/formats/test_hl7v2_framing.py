"""Bytes, lines, delimiters and character sets of HL7 v2 files."""

from pathlib import Path

import pytest

from labs.formats.hl7v2 import read_hl7v2
from labs.formats.hl7v2_segments import BadHeader, Delimiters, Segment
from labs.formats.inspection import inspect, read_file
from labs.formats.parsed import FileRefused
from tests.unit.labs.formats.hl7v2_messages import (
    ALL,
    HEADER,
    ORDER,
    PATIENT,
    example,
    message,
    only,
    read,
    result_segment,
)

PLAIN = message(result_segment("27"), "NTE|1||note")


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\n\r", b"\r\n\r\n"])
def test_every_end_of_line_is_read(end: bytes) -> None:
    data = PLAIN.replace(b"\r", end)

    assert read_hl7v2(data) == read_hl7v2(PLAIN)


def test_network_framing_is_taken_off() -> None:
    framed = b"\x0b" + PLAIN + b"\x1c\r"

    assert read_hl7v2(framed) == read_hl7v2(PLAIN)
    assert read_file(framed) == read_hl7v2(PLAIN)
    assert len(read_hl7v2(framed * 3).results) == 3


def test_a_frame_that_never_ends_is_said_to_be_cut_off() -> None:
    parsed = read_hl7v2(b"\x0b" + PLAIN)

    assert len(parsed.results) == 1
    assert "cut off" in parsed.warnings[0]


def test_a_batch_that_holds_less_than_it_announces_is_said() -> None:
    data = example("batch.hl7").replace(b"BTS|3", b"BTS|4")

    assert (
        "The batch announces 4 messages and 3 were found; it may be cut off."
        in read_hl7v2(data).warnings
    )
    assert not any("announces" in said for said in _warnings("batch.hl7"))


def _warnings(name: str) -> tuple[str, ...]:
    return read_hl7v2(example(name)).warnings


def test_a_message_s_own_delimiters_and_escapes_are_used() -> None:
    (result,) = read_hl7v2(example("own_delimiters.hl7")).results

    assert result.patient.identifier == "77"
    assert result.patient.name == "Eva Lopez"
    assert (result.value_text, result.laboratory_flag) == ("<4.0", "L, A")
    assert result.interval_text == "30-100#"
    assert result.comment.split("\n")[0] == "5 ! 6 *"


@pytest.mark.parametrize(
    ("sent", "readable"),
    [
        (r"a\F\b\S\c\T\d\R\e\E\f", "a|b^c&d~e\\f"),
        (r"one\.br\two\.sp2\three", "one\ntwo\nthree"),
        (r"\H\bold\N\ plain", "bold plain"),
        (r"\.in+4\x", " x"),
        (r"\XC3A9\ \XE9\ \X41\ ", "é é A "),
        (r"\X4\ \XZZ\ ", r"\X4\ \XZZ\ "),
        (r"\Z12\ \unknown", r"\Z12\ \unknown"),
        ("C:\\temp", "C:\\temp"),
        ("\\", "\\"),
        ("\\\\", "\\\\"),
    ],
)
def test_escape_sequences_are_put_in_and_others_stay(sent: str, readable: str) -> None:
    segment = Segment("NTE", Delimiters("|", "^", "~", "\\", "&"))

    assert segment.readable(sent) == readable


@pytest.mark.parametrize(
    "header", ["MSH", "MSH|", "MSH||", "MSH|^^~&|", "MSHA^~\\&", "MSH|ab~&", "MSH |^~&"]
)
def test_a_header_without_usable_delimiters_is_refused(header: str) -> None:
    with pytest.raises(BadHeader):
        Delimiters.of_header(header)


@pytest.mark.parametrize(
    "data", [b"MSH|", b"MSH|^~\\&", b"MSH^~\\&|", b"FHS|^~\\&|LIS"]
)
def test_a_header_alone_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(FileRefused, match=r"header segment|no results|HL7"):
        read_hl7v2(data)


SEGMENTS = PLAIN.decode().strip().split("\r")


@pytest.mark.parametrize(
    "lines",
    [
        [f"> {segment}" for segment in SEGMENTS],
        [f"{number}: {segment}" for number, segment in enumerate(SEGMENTS, 1)],
        [f"10:41 INFO {segment}" for segment in SEGMENTS],
        [f'"{segment}"' for segment in SEGMENTS],
        ["sample = [", *(f"    '{segment}',  # one" for segment in SEGMENTS), "]"],
        [f'    + "{segment}\\r"'.replace("~\\&", "~\\\\&") for segment in SEGMENTS],
        [f"received: {SEGMENTS[0]}", *SEGMENTS[1:]],
    ],
)
def test_signs_before_the_segments_of_a_message_are_no_part_of_it(
    lines: list[str],
) -> None:
    parsed = read_file("\n".join(lines).encode())

    assert parsed.results == read_hl7v2(PLAIN).results
    assert any("before the segments" in said for said in parsed.warnings)


def test_a_message_in_a_cell_of_a_table_leaves_it_a_table() -> None:
    row = f"2025-03-10,25-OH Vitamin D,27,ng/mL,{SEGMENTS[0]}"
    parsed = read_file(f"Date,Test,Value,Unit,Raw\n{row}\n".encode())

    assert parsed.format.startswith("CSV")
    assert [result.value_text for result in parsed.results] == ["27"]


@pytest.mark.parametrize("end", ["\\x0d", "\\u000d", "<13>"])
def test_ends_of_lines_are_known_in_other_notations(end: str) -> None:
    parsed = read_hl7v2(end.join([*SEGMENTS, ""]).encode())

    assert parsed.results == read_hl7v2(PLAIN).results
    assert any("written out" in said for said in parsed.warnings)


def test_a_header_whose_escape_sign_was_lost_has_the_usual_ones() -> None:
    parsed = read_hl7v2(PLAIN.replace(b"MSH|^~\\&|", b"MSH|^~&|"))

    assert parsed.results == read_hl7v2(PLAIN).results


def test_a_damaged_header_among_good_ones_is_counted() -> None:
    parsed = read_hl7v2(PLAIN + b"MSH||\rOBX|1|NM|62292-8^^LN||27|ng/mL\r" + PLAIN)

    assert len(parsed.results) == 2
    assert any("1 messages have a damaged header" in said for said in parsed.warnings)
    assert any("1 line stands in no message" in said for said in parsed.warnings)


def test_a_note_that_was_wrapped_is_put_together_again() -> None:
    data = message(result_segment("27"), "NTE|1||first\nTSH was not done\n  27 more")

    parsed = read_hl7v2(data)

    assert parsed.results[0].comment.split("\n")[:3] == [
        "first",
        "TSH was not done",
        "  27 more",
    ]
    assert "2 lines begin with no segment's name" in parsed.warnings[0]


def test_segments_that_are_not_known_and_blank_lines_are_passed_over() -> None:
    segments = [HEADER, "", PATIENT, "PD1|x", "  ", "ZZZ|1|27", ORDER, "TQ1|1", "ZBX|1"]
    data = "\n".join([*segments, "  " + result_segment("27"), ""]).encode()

    assert len(read_hl7v2(data).results) == 1


# Character sets -----------------------------------------------------------------------


def named(name: str, *, charset: str) -> bytes:
    header = f"{HEADER}||||||{charset}"
    return "\r".join(
        [header, PATIENT.replace("Doe", "Müller"), ORDER, result_segment("27"), ""]
    ).encode(name)


@pytest.mark.parametrize(
    ("codec", "charset"),
    [
        ("utf-8", "UNICODE UTF-8"),
        ("utf-8", "UTF-8"),
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("latin-1", "8859/1"),
        ("latin-1", "8859"),
        ("latin-1", "ISO-8859-1"),
        ("iso8859-15", "8859/15"),
        ("cp1252", "WINDOWS-1252"),
        ("iso8859-2", "8859/2"),
        ("utf-16", ""),
    ],
)
def test_a_message_is_read_in_the_character_set_that_it_names(
    codec: str, charset: str
) -> None:
    parsed = read_hl7v2(named(codec, charset=charset))

    assert parsed.results[0].patient.name == "Jo Müller"
    assert parsed.warnings == ()


@pytest.mark.parametrize(
    ("codec", "charset", "said"),
    [
        ("utf-8", "8859/1", "is in UTF-8"),
        ("latin-1", "", "does not say how its letters are encoded"),
        ("latin-1", "UNICODE UTF-8", "does not say how its letters are encoded"),
        ("latin-1", "KLINGON", "'KLINGON' is not known here"),
    ],
)
def test_a_character_set_that_is_wrong_is_said(
    codec: str, charset: str, said: str
) -> None:
    parsed = read_hl7v2(named(codec, charset=charset))

    assert parsed.results[0].patient.name == "Jo Müller"
    assert any(said in warning for warning in parsed.warnings)


def test_the_euro_sign_shows_that_the_latin_sets_are_told_apart() -> None:
    data = message(
        result_segment("27"), "NTE|1||5 €", header=f"{HEADER}||||||8859/15"
    ).decode()

    assert "5 €" in read_hl7v2(data.encode("iso8859-15")).results[0].comment


def test_each_message_of_a_file_has_its_own_character_set() -> None:
    data = named("latin-1", charset="8859/1") + named("utf-8", charset="UNICODE UTF-8")

    names = [result.patient.name for result in read_hl7v2(data).results]

    assert names == ["Jo Müller", "Jo Müller"]


def test_text_that_mixes_encodings_is_refused() -> None:
    data = named("utf-8", charset="UTF-8") + b"NTE|1||\xe9 " + "é".encode()

    with pytest.raises(FileRefused, match="mixes encodings"):
        read_hl7v2(data)


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_an_example_is_known_by_its_content(path: Path) -> None:
    found = inspect(path.read_bytes(), path.name)

    assert found["format"].startswith("HL7 v2")
    assert found["results"]


def test_a_message_that_ends_before_a_status_may_be_cut_off() -> None:
    """Without it a preliminary result would look like any other."""
    whole = message(result_segment("27", interval="30-100", flag="L", status="P"))
    cut = whole.rstrip()[: -len("|||P|||")]

    parsed = read_hl7v2(cut)

    assert parsed.results[0].status is None
    assert parsed.warnings == (
        "The end of the message is missing; the file may be cut off.",
    )
    assert read_hl7v2(whole).warnings == ()
    assert read_hl7v2(whole.rstrip()).warnings == ()
    assert read_hl7v2(cut + b"\r").warnings == ()


@pytest.mark.parametrize("name", ["BLG", "PV1", "NTE", "SPM", "PV1  "])
def test_a_segment_without_any_field_ends_the_one_before_it(name: str) -> None:
    parsed = read(result_segment("27", observed="20250310"), name)

    (result,) = parsed.results
    assert (result.collected_on.isoformat(), result.hold) == ("2025-03-10", "")
    assert not any("no segment's name" in said for said in parsed.warnings)


def test_a_word_in_capitals_within_a_note_stays_in_it() -> None:
    result = only(result_segment("27"), "NTE|1||First", "LOW", "PTH")

    assert result.comment == "First\nLOW\nPTH"


def test_a_fence_around_messages_in_a_text_is_no_part_of_them() -> None:
    one = message(result_segment("27").partition("|||2")[0]).replace(b"\r", b"\n")
    fenced = b"# Samples\n\n```\n" + one + b"```\n\n## Next\n\n```\n" + PLAIN + b"```\n"
    parsed = read_hl7v2(fenced)

    assert [row.status for row in parsed.results] == ["F", "F"]
    assert [row.comment for row in parsed.results] == ["", "note"]
    assert "6 lines stand in no message and were not read." in parsed.warnings


def test_the_name_of_a_segment_may_stand_in_small_letters() -> None:
    text = message(result_segment("27"), "NTE|1||vit|see page 2").decode()
    small = text.replace("PID|", "pid|").replace("OBX|", "obx|")
    parsed = read_hl7v2(small.encode())

    (result,) = parsed.results
    assert (result.value_text, result.patient.name) == ("27", "Jo Doe")
    assert parsed.warnings == ()


def test_a_line_of_a_text_that_begins_with_a_short_word_stays_in_it() -> None:
    parsed = read(result_segment("27"), "NTE|1||Taken at home", "see|page 2")

    assert parsed.results[0].comment == "Taken at home\nsee|page 2"
