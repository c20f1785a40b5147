"""
Reading back what our own export says beyond what FHIR has a place for.

The extension may only say again what the resource says: a printed text is taken where
it reads as the very number and unit that stand in the value. It never clears a doubt
that reading the resource raised.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from labs.domain.laboratory_flags import marks_of
from labs.domain.measurements import ResultStatus
from labs.formats.cells import (
    CellRefused,
    DecimalMark,
    is_unit,
    read_analyte,
    read_number,
    read_unit,
    text_of,
)
from labs.formats.coded_tests import CodedTest, Concept
from labs.formats.dates import DateRefused, read_date
from labs.formats.fhir_elements import Element, elements_at, text_at
from labs.formats.fhir_writing import AS_RECORDED
from labs.formats.limits import MAX_REASON_LENGTH
from labs.formats.parsed import ParsedResult, Source

AsRecorded = dict[str, str]


def as_recorded(observation: Element) -> AsRecorded:
    """Return what the extension says, by name; empty where there is none."""
    for extension in elements_at(observation, "extension"):
        if text_at(extension, "url") == AS_RECORDED:
            return {
                text_at(part, "url"): text_at(part, "valueString", "valueDecimal")
                for part in elements_at(extension, "extension")
            }
    return {}


def as_sent(node: Element) -> Element:
    """Return a code without the coding that the export added to it."""
    kept = [
        coding
        for coding in elements_at(node, "coding")
        if coding.get("userSelected") is not False
    ]
    return {**node, "coding": [*kept]}


def stated_test(concept: Concept, stated: str) -> CodedTest:
    """Return the test of a concept whose record states what was measured."""
    loinc = next((each.code for each in concept.codings if each.is_loinc), "")
    local = " ".join(each.code for each in concept.codings if not each.is_loinc)
    name = text_of(concept.text, "test_name")
    analyte = read_analyte(loinc, name, stated)
    code = text_of(loinc, "loinc")
    return CodedTest(analyte, code, text_of(local, "local_code"), name)


def restored(result: ParsedResult, said: AsRecorded) -> ParsedResult:
    """Return a result with the texts that it had where it was recorded."""
    low, high = _bound(said.get("low", "")), _bound(said.get("high", ""))
    status, meaning = _status(said.get("status", ""), result)
    return replace(
        result,
        value_text=_same_number(said.get("value", ""), result),
        unit_text=_same_unit(said.get("unit", ""), result),
        interval_text=text_of(said.get("interval", ""), "interval"),
        interval_low=low,
        interval_high=high,
        laboratory_flag=_same_marks(said.get("flag", ""), result),
        laboratory=text_of(said.get("laboratory", ""), "laboratory"),
        source=_source(said.get("source", "")) or result.source,
        hold=said.get("held", "")[:MAX_REASON_LENGTH] or result.hold,
        status=status,
        result_status=meaning,
        collected_time_text=text_of(said.get("collected-time", ""), "collected_time"),
        reported_on=_day(said.get("reported-on", "")),
        checked_by=text_of(said.get("checked-by", ""), "checked_by"),
    )


def _same_number(text: str, result: ParsedResult) -> str:
    for mark in (DecimalMark.POINT, DecimalMark.COMMA):
        try:
            number = read_number(text, mark)
        except CellRefused:
            continue
        if (number.value, number.comparator) == (result.value, result.comparator):
            return text_of(text, "value")
    return result.value_text


def _same_unit(text: str, result: ParsedResult) -> str:
    is_same = is_unit(text) and read_unit(text) is result.unit
    return text_of(text, "unit") if is_same else result.unit_text


def _same_marks(text: str, result: ParsedResult) -> str:
    is_same = marks_of(text) == marks_of(result.laboratory_flag)
    return text_of(text, "laboratory_flag") if is_same else result.laboratory_flag


def _status(stated: str, result: ParsedResult) -> tuple[str | None, ResultStatus]:
    """Return the status; FHIR has none for "not stated" and demands one."""
    if stated in ("", ResultStatus.NOT_STATED):
        return stated or None, ResultStatus.NOT_STATED
    return result.status, result.result_status


def _bound(text: str) -> Decimal | None:
    try:
        return read_number(text, DecimalMark.POINT).value if text else None
    except CellRefused:
        return None


def _day(text: str) -> date | None:
    try:
        return read_date(text) if text else None
    except DateRefused:
        return None


def _source(text: str) -> Source | None:
    return Source(text) if text in set(Source) else None
