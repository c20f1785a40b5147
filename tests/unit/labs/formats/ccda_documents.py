"""Documents for the tests: a shell, and the observations that a test puts in."""

from pathlib import Path

from labs.formats.ccda import read_ccda
from labs.formats.parsed import ParsedFile, ParsedResult

FOLDER = Path(__file__).parents[3] / "examples" / "ccda"
ALL = sorted(FOLDER.iterdir())

NAMESPACES = (
    'xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
CODE = '<code code="62292-8" codeSystem="2.16.840.1.113883.6.1" displayName="25-OH D"/>'
DAY = '<effectiveTime value="20250310"/>'
STATUS = '<statusCode code="completed"/>'
VALUE = '<value xsi:type="PQ" value="27.50" unit="ng/mL"/>'


def example(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def observation(
    *,
    value: str = VALUE,
    code: str = CODE,
    day: str = DAY,
    status: str = STATUS,
    more: str = "",
    start: str = 'classCode="OBS" moodCode="EVN"',
) -> str:
    return f"<observation {start}>{code}{status}{day}{value}{more}</observation>"


def panel(*observations: str, more: str = "") -> str:
    components = "".join(f"<component>{part}</component>" for part in observations)
    return (
        f'<organizer classCode="BATTERY" moodCode="EVN">{more}{components}</organizer>'
    )


def section(entries: str, *, text: str = "", code: str = "30954-2") -> str:
    return (
        f'<section><code code="{code}" codeSystem="2.16.840.1.113883.6.1"/>'
        f"<text>{text}</text><entry>{entries}</entry></section>"
    )


def document(*sections: str, head: str = "") -> bytes:
    components = "".join(f"<component>{part}</component>" for part in sections)
    body = f"<component><structuredBody>{components}</structuredBody></component>"
    return f"<ClinicalDocument {NAMESPACES}>{head}{body}</ClinicalDocument>".encode()


def read(entries: str, *, text: str = "") -> ParsedFile:
    return read_ccda(document(section(entries, text=text)))


def only(entries: str, *, text: str = "") -> ParsedResult:
    """Return the one result of a document; anything refused or lost fails."""
    parsed = read(entries, text=text)
    assert parsed.refused == ()
    (result,) = (*parsed.results, *parsed.companions)
    return result


def why(entries: str, *, text: str = "") -> str:
    """Return why the one result of a document was refused."""
    parsed = read(entries, text=text)
    assert parsed.results == ()
    (refused,) = parsed.refused
    assert refused.where == "observation 1, line 1"
    return refused.why
