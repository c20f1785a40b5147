"""Whatever is sent as XML, the answer is a sentence, at linear cost."""

import sys
from collections.abc import Callable
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labs.formats import xml_documents
from labs.formats.ccda import read_ccda
from labs.formats.inspection import inspect
from labs.formats.limits import MAX_XML_BYTES, MAX_XML_DEPTH
from labs.formats.parsed import FileRefused, ParsedFile
from labs.formats.xml_documents import HAS_DOCTYPE, TOO_DEEP, parse_xml
from tests.unit.labs.formats.ccda_documents import (
    ALL,
    document,
    example,
    observation,
    panel,
    section,
)

EXAMPLES = [path.read_bytes() for path in ALL]
PLAIN = document(section(observation()))


def outcome(data: bytes) -> str:
    """Return what became of a file; anything but a reading or a refusal escapes."""
    try:
        parsed = read_ccda(data)
    except FileRefused as refused:
        return str(refused)
    assert isinstance(parsed, ParsedFile)
    assert all(part.why for part in parsed.refused)
    return "read"


LAUGHS = b'<!DOCTYPE lolz [<!ENTITY a "lol">' + b"".join(
    b'<!ENTITY %c "%s">' % (letter, b"&%c;" % (letter - 1) * 10)
    for letter in b"bcdefghij"
)
DOCTYPES = [
    b"<!DOCTYPE ClinicalDocument>",
    b"<!doctype html>",
    LAUGHS + b"]>",
    b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">',
    b'<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p">%p;]>',
    b'<!DOCTYPE a [<!ENTITY x "' + b"x" * 100_000 + b'">]>',
]
BEFORE = [b"", b"\n \t", b'<?xml version="1.0"?>', b"<!-- - -> --><?p <!DOCTYPE?>\n"]


@pytest.mark.parametrize("doctype", DOCTYPES, ids=range(len(DOCTYPES)))
@pytest.mark.parametrize("before", BEFORE, ids=range(len(BEFORE)))
def test_a_document_type_is_refused_wherever_it_stands(
    before: bytes, doctype: bytes
) -> None:
    assert outcome(before + doctype + PLAIN) == HAS_DOCTYPE


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_a_document_type_is_refused_in_every_encoding(codec: str) -> None:
    text = '<?xml version="1.0"?><!DOCTYPE a><a/>'

    assert outcome(text.encode(codec)) == HAS_DOCTYPE


def test_the_words_of_a_document_type_inside_a_text_do_no_harm() -> None:
    data = PLAIN.replace(b"<text></text>", b"<text><![CDATA[<!DOCTYPE a>]]></text>")

    assert outcome(data) == "read"


@pytest.mark.parametrize(
    "data",
    [
        b"<a>&x;</a>",
        b"<a>&nbsp;</a>",
        b"<a>&#0;</a>",
        b"<a>&#xD800;</a>",
        b"<a>\0</a>",
        b"<a>\x01</a>",
        b"<a><b></a>",
        b"<a b='1' b='2'/>",
        b"<a/><b/>",
        b"<a",
        b"<",
        b"<?xml",
        b"<!-- never ends",
        b'<?xml version="1.0" encoding="ascii"?><a>h\xe9</a>',
        b'<?xml version="1.0" encoding="klingon"?><a/>',
        b'<?xml version="1.0" encoding="utf-7"?>+ADw-a/+AD4-',
        b"<a x:b='1'><c></a>",
        b"<a x:b='1'>&y;</a>",
    ],
)
def test_damaged_xml_is_refused_with_a_sentence(data: bytes) -> None:
    reason = outcome(data)

    assert reason.startswith("The XML ")
    assert len(reason) < 300
    assert "Traceback" not in reason


def test_a_long_text_for_people_is_cut() -> None:
    text = f"<td ID='r'>{'x' * 100_000}</td>"

    (result,) = read_ccda(
        document(section(observation(more=REFERS), text=text))
    ).results

    assert len(result.comment) <= 4_000


def test_depth_is_limited() -> None:
    inside = MAX_XML_DEPTH - 1

    parse_xml(b"<section>" + b"<a>" * inside + b"</a>" * inside + b"</section>")

    assert outcome(b"<a>" * (inside + 2) + b"</a>" * (inside + 2)) == TOO_DEEP
    assert outcome(b"<a>" * 200_000) == TOO_DEEP


def test_size_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "larger than 32 MB" in outcome(b"<a>" + b" " * MAX_XML_BYTES)
    assert "10 million" in outcome(b"<a>" + b"x" * 11_000_000 + b"</a>")
    monkeypatch.setattr(xml_documents, "MAX_XML_SIGNS", 10)
    assert parse_xml(b"<a>" + b"<b/>" * 8 + b"</a>").root.tag == "a"
    assert "more than 10 elements" in outcome(b"<a>" + b"<b/>" * 9 + b"</a>")


@pytest.mark.parametrize("encoding", ["utf-16", "UTF-16LE"])
def test_a_wrong_declaration_of_utf_16_is_tolerated_and_said(encoding: str) -> None:
    data = f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + PLAIN

    parsed = read_ccda(data)

    assert len(parsed.results) == 1
    assert "says that it is UTF-16 and is not" in parsed.warnings[0]


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_the_declared_encoding_is_used(codec: str) -> None:
    text = f'<?xml version="1.0" encoding="{codec}"?>' + PLAIN.decode().replace(
        "25-OH D", "25-OH-Vitamin-D für Müller"
    )

    assert read_ccda(text.encode(codec)).results[0].display.endswith("Müller")


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "windows-1252", "US-ASCII"])
def test_utf_8_that_is_called_another_encoding_is_read_and_said(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>' + PLAIN.decode().replace(
        "25-OH D", "25-OH-Vitamin-D für Müller"
    )

    parsed = read_ccda(text.encode())

    assert parsed.results[0].display.endswith("Müller")
    assert f"says that it is in '{encoding}'" in parsed.warnings[0]


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


ROW = "<table><tr ID='r'>" + "<td>&lt;4</td>" * 200 + "</tr></table>"
REFERS = '<text><reference value="#r"/></text>'
LONG: list[Callable[[int], bytes]] = [
    lambda n: document(section(panel(*[observation()] * n))),
    lambda n: document(section("".join([observation()] * n))),
    lambda n: document(*[section(observation())] * n),
    lambda n: document(section(panel(*[observation(more=REFERS)] * n), text=ROW)),
    lambda n: document(section(observation() * n, text="<td ID='a'>x</td>" * n)),
    lambda n: document(
        section(panel(*[observation()] * n, more="<statusCode/><specimen/>" * n))
    ),
    lambda n: document(section(observation(more="<referenceRange/>" * n))),
    lambda n: document(section(observation(more="<entryRelationship/>" * n))),
]


@pytest.mark.parametrize("long", LONG)
def test_twice_as_much_costs_twice_as_many_calls(long: Callable[[int], bytes]) -> None:
    outcome(long(10))  # what is remembered between files is remembered now

    assert calls(long(400)) < 2.5 * calls(long(200))


@settings(max_examples=200)
@given(
    st.sampled_from(EXAMPLES),
    st.lists(
        st.tuples(
            st.integers(0, 8_500),
            st.integers(0, 20),
            st.sampled_from([b"<", b">", b"/", b'"', b"&lt;", b"<a>", b"]]>", b"\0"])
            | st.binary(max_size=8),
        ),
        max_size=4,
    ),
)
def test_changed_documents_are_a_reading_or_a_refusal(
    data: bytes, changes: list[tuple[int, int, bytes]]
) -> None:
    for place, length, replacement in changes:
        data = data[:place] + replacement + data[place + length :]

    outcome(data)
    inspect(data, "changed.xml")


@given(st.integers(0, 8_300))
def test_documents_that_are_cut_off_are_refused(length: int) -> None:
    data = example("portal_download.xml")

    assert outcome(data[: min(length, len(data.rstrip()) - 1)]) != "read"


ATTRIBUTES = st.sampled_from(
    [
        'value="27"',
        'unit="ng/mL"',
        'xsi:type="PQ"',
        'xsi:type="IVL_PQ"',
        'xsi:type="ST"',
        'code="62292-8"',
        'codeSystem="2.16.840.1.113883.6.1"',
        'nullFlavor="OTH"',
        'displayName="25-OH Vitamin D"',
        'ID="r"',
        'root="2.16.840.1.113883.10.20.22.2.3.1"',
    ]
)
NAMES = """section entry organizer component observation code statusCode value text
effectiveTime low high translation originalText reference interpretationCode table tr td
referenceRange observationRange entryRelationship act procedure performer name id
substanceAdministration consumable manufacturedProduct manufacturedMaterial
recordTarget patientRole patient birthTime structuredBody"""
TAGS = st.sampled_from(NAMES.split())
elements = st.recursive(
    st.sampled_from(["27", "&lt;4.0 ng/mL", "25-OH D", "20250310", ""]),
    lambda inner: st.builds(
        lambda tag, attributes, parts: (
            f"<{tag} {' '.join(attributes)}>{''.join(parts)}</{tag}>"
        ),
        TAGS,
        st.lists(ATTRIBUTES, max_size=4, unique_by=lambda text: text.split("=")[0]),
        st.lists(inner, max_size=5),
    ),
    max_leaves=40,
)


@settings(max_examples=300)
@given(elements)
def test_random_documents_are_a_reading_or_a_refusal(body: str) -> None:
    assert outcome(document(body)) == "read" or "several" in outcome(document(body))
