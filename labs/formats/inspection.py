"""
What a file holds, told without a database: one JSON object for each file.

Formats that are recognised but not read yet are refused by name.
"""

from collections.abc import Callable, Mapping
from typing import TypedDict

from labs.formats.archive import NESTED, TAKE_IT_OUT, read_archive
from labs.formats.ccda import read_ccda
from labs.formats.compressed import unpacked
from labs.formats.csv_table import read_csv
from labs.formats.detect import (
    APPLE_DATA,
    CCDA,
    FHIR_JSON,
    FHIR_XML,
    GZIP,
    HL7V2,
    JSON,
    OTHER_ARCHIVE,
    SPREADSHEETS,
    TO_BE_KEPT,
    XML,
    ZIP,
    looks_like,
)
from labs.formats.fhir import read_fhir
from labs.formats.fhir_xml import read_fhir_xml
from labs.formats.hl7v2 import read_hl7v2
from labs.formats.parsed import (
    FileRefused,
    ParsedFile,
    ParsedResult,
    ParsedSupplement,
    PatientClue,
    QuestionAsked,
    Refusal,
)
from labs.formats.sentences import N_

LOOKS_LIKE = N_("This looks like %(kind)s.")
KEPT = "kept for review."  # for programs, in English
EMPTY_FILE = N_("The file is empty.")

NOT_READ = "unknown"
TABLE = "CSV"
WHOLE_FILE = "file"
ATTACH_ONLY = N_(
    "Values are never read out of it: it can be kept beside a result "
    "in the record, and the values are typed."
)
NOT_READ_YET = N_(
    "This format is not read yet; enter the values by hand, as the report prints them."
)
TAKE_THE_ARCHIVE = N_(
    "Take the whole export.zip: the clinical records in it are read, where it has any."
)
SAVE_AS_CSV = N_("Save the sheet with the results as CSV in UTF-8 and take that file.")


class InspectedResult(TypedDict):
    """A result as the inspection prints it; what the file does not say is null."""

    date: str
    value: str
    comparator: str | None
    unit: str | None
    loinc: str | None
    local_code: str | None
    display: str | None
    measurand: str
    status: str | None
    patient: str | None


class InspectedSupplement(TypedDict):
    """A line of a medication list, its directions as written."""

    date: str | None
    until: str | None
    name: str
    sig: str | None
    patient: str | None


class InspectedRefusal(TypedDict):
    """A part of the file that was refused."""

    where: str
    why: str


class Inspection(TypedDict):
    """What one file holds: 25-hydroxyvitamin D apart from its companions."""

    file: str
    format: str
    results: list[InspectedResult]
    companions: list[InspectedResult]
    supplements: list[InspectedSupplement]
    warnings: list[str]
    refused: list[InspectedRefusal]


def read_file(
    data: bytes,
    *,
    date_order: str | None = None,
    columns: Mapping[str, str] | None = None,
    unit: str | None = None,
) -> ParsedFile:
    """
    Read a file of any format that is read here, told by its content.

    `columns` says what the columns of a table hold. Raises FileRefused with a
    sentence; QuestionAsked where `date_order` or `unit` answers it.
    """
    if not data.strip(b" \t\r\n\0"):
        raise FileRefused(EMPTY_FILE)
    kind = looks_like(data)
    if kind == ZIP:
        return read_archive(
            data,
            _READERS,
            lambda table: read_csv(
                table, date_order=date_order, columns=columns, unit=unit
            ),
        )
    if kind in _READERS:
        return _READERS[kind](data)
    if kind == GZIP:
        return _inside(unpacked(data), date_order, columns, unit)
    if kind in TO_BE_KEPT:
        raise FileRefused(f"{LOOKS_LIKE % {'kind': kind}} {ATTACH_ONLY}")
    if kind:
        raise FileRefused(
            f"{LOOKS_LIKE % {'kind': kind}} {_INSTEAD.get(kind, NOT_READ_YET)}"
        )
    return read_csv(data, date_order=date_order, columns=columns, unit=unit)


def _inside(
    data: bytes,
    date_order: str | None,
    columns: Mapping[str, str] | None,
    unit: str | None,
) -> ParsedFile:
    """Read what was compressed; what is compressed twice is not opened."""
    if looks_like(data) in (GZIP, ZIP):
        raise FileRefused(NESTED)
    return read_file(data, date_order=date_order, columns=columns, unit=unit)


_INSTEAD = {
    **dict.fromkeys(SPREADSHEETS, SAVE_AS_CSV),
    APPLE_DATA: TAKE_THE_ARCHIVE,
    OTHER_ARCHIVE: TAKE_IT_OUT,
}

_READERS: Mapping[str, Callable[[bytes], ParsedFile]] = {
    HL7V2: read_hl7v2,
    CCDA: read_ccda,
    XML: read_ccda,
    FHIR_XML: read_fhir_xml,
    FHIR_JSON: read_fhir,
    JSON: read_fhir,  # the head of a file need not say that it is FHIR
}


def inspect(
    data: bytes,
    filename: str,
    *,
    date_order: str | None = None,
    unit: str | None = None,
) -> Inspection:
    """Return what a file holds; a file that cannot be read is a refusal in it."""
    try:
        parsed = read_file(data, date_order=date_order, unit=unit)
    except FileRefused as refused:
        refusal = Refusal(WHOLE_FILE, str(refused))
        table = TABLE if isinstance(refused, QuestionAsked) else NOT_READ
        parsed = ParsedFile(looks_like(data) or table, refused=(refusal,))
    return Inspection(
        file=filename,
        format=parsed.format,
        results=[_result(result) for result in parsed.results],
        companions=[_result(result) for result in parsed.companions],
        supplements=[_supplement(line) for line in parsed.supplements],
        warnings=[*parsed.warnings, *_held(parsed)],
        refused=[{"where": part.where, "why": part.why} for part in parsed.refused],
    )


def _held(parsed: ParsedFile) -> list[str]:
    """Say which results are kept for review, and why."""
    rows = (*parsed.results, *parsed.companions)
    return [f"{row.where}: {KEPT} {row.hold}" for row in rows if row.hold]


def _result(result: ParsedResult) -> InspectedResult:
    return InspectedResult(
        date=result.collected_on.isoformat(),
        value=f"{result.value:f}",
        comparator=result.comparator.value if result.comparator else None,
        unit=result.unit.value if result.unit else None,
        loinc=result.loinc or None,
        local_code=result.local_code or None,
        display=result.display or None,
        measurand=result.measurand.value,
        status=result.status,
        patient=_patient(result.patient),
    )


def _supplement(line: ParsedSupplement) -> InspectedSupplement:
    return InspectedSupplement(
        date=line.starts_on.isoformat() if line.starts_on else None,
        until=line.ends_on.isoformat() if line.ends_on else None,
        name=line.name,
        sig=line.directions or None,
        patient=_patient(line.patient),
    )


def _patient(clue: PatientClue) -> str | None:
    return clue.name or clue.identifier or None
