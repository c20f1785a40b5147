"""Messages for the tests: a header, a patient, an order, and what a test puts in."""

from pathlib import Path

from labs.formats.hl7v2 import read_hl7v2
from labs.formats.parsed import ParsedFile, ParsedResult

FOLDER = Path(__file__).parents[3] / "examples" / "hl7v2"
ALL = sorted(FOLDER.iterdir())

HEADER = "MSH|^~\\&|LIS|LAB|EHR|CLINIC|20250401||ORU^R01|1|P|2.5"
PATIENT = "PID|1||77||Doe^Jo||19700131"
ORDER = "OBR|1||A-1|VITD^25-OH Vitamin D^L|||20250310"


def example(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def message(*segments: str, order: str = ORDER, header: str = HEADER) -> bytes:
    return "\r".join([header, PATIENT, order, *segments, ""]).encode()


def result_segment(  # one OBX, field by field
    value: str,
    *,
    kind: str = "NM",
    test: str = "62292-8^25-OH Vitamin D^LN",
    unit: str = "ng/mL",
    interval: str = "",
    flag: str = "",
    status: str = "F",
    observed: str = "",
) -> str:
    fields = ["OBX", "1", kind, test, "", value, unit, interval, flag, "", "", status]
    return "|".join([*fields, "", "", observed])


def read(*segments: str, order: str = ORDER, header: str = HEADER) -> ParsedFile:
    return read_hl7v2(message(*segments, order=order, header=header))


def only(*segments: str, order: str = ORDER, header: str = HEADER) -> ParsedResult:
    """Return the one result of a message; anything refused or lost fails."""
    parsed = read(*segments, order=order, header=header)
    assert parsed.refused == ()
    (result,) = (*parsed.results, *parsed.companions)
    return result


def why(*segments: str, order: str = ORDER, header: str = HEADER) -> str:
    """Return why the one result of a message was refused."""
    parsed = read(*segments, order=order, header=header)
    assert parsed.results == ()
    (refused,) = parsed.refused
    assert refused.where == "segment OBX 1"
    return refused.why
