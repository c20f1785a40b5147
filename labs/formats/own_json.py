"""
The product's own JSON of everything, read back: the newest version of each result.

It goes the way of the product's own table, so that nothing is believed here that a
table would not have to prove.
"""

import csv
import io
from decimal import Decimal, InvalidOperation

from labs.formats.cells import DecimalMark, read_interval
from labs.formats.csv_template import EXPORT_COLUMNS, guarded, read_rows
from labs.formats.fhir_elements import Element, elements_at, text_at
from labs.formats.gathering import gathered
from labs.formats.parsed import ParsedFile, checked_by_words
from labs.formats.sentences import N_
from labs.formats.strict_json import Json

FORMAT = "Calcidiol, everything of one record"
NAME = "JSON, everything of one record"
HISTORY_LEFT_OUT = N_(
    "The newest version of each result is read; history, ranges and "
    "supplements stay in the file."
)
BESIDE_FHIR = N_(
    "The JSON of everything beside the FHIR was not read: it says the same."
)
_WITHDRAWN = frozenset({"entered-in-error", "cancelled"})
_NOT_STATED = "not-stated"

# Our columns, by the names under which the rows are stored.
_STORED_AS = {
    "value": ("value_text",),
    "unit": ("unit_text",),
    "interval": ("interval_text",),
    "collected_time": ("collected_time_text",),
    "accession": ("accession", "accession_number"),
    "held": ("held_because",),
}
# A clinic's number is not the person's own, and stays in the clinic.
_OF_A_PERSON = {"patient_id": "", "patient_name": "name", "born_on": "born_on"}


def is_own_json(document: Json) -> bool:
    """Answer whether a document is the product's own export of everything."""
    return isinstance(document, dict) and document.get("format") == FORMAT


def read_own_json(document: Element, warnings: tuple[str, ...]) -> ParsedFile:
    """Return the results of one record, each as it was recorded last."""
    person = next(iter(elements_at(document, "accounts_patient")), {})
    newest: dict[str, Element] = {}
    for row in elements_at(document, "labs_labresult"):
        chain = text_at(row, "chain")
        known = newest.get(chain)
        if known is None or _version(row) > _version(known):
            newest[chain] = row
    rows = [row for row in newest.values() if text_at(row, "status") not in _WITHDRAWN]
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(EXPORT_COLUMNS)
    checks = _checks(document)
    for row in rows:
        here = checks.get(text_at(row, "id"), ())
        words = checked_by_words(text_at(row, "checked_elsewhere"), here)
        told = {**row, "checked_by": words}
        cells = [_cell(column, told, person) for column in EXPORT_COLUMNS]
        writer.writerow([guarded(cell) for cell in cells])
    outcomes = read_rows(io.BytesIO(table.getvalue().encode("utf-8", "replace")))
    return gathered(NAME, outcomes, (*warnings, HISTORY_LEFT_OUT), noun="result")


def _checks(document: Element) -> dict[str, list[tuple[str, str]]]:
    """Return who checked which version against the report, the first check first."""
    found: dict[str, list[tuple[str, str]]] = {}
    rows = elements_at(document, "labs_resultcheck")
    for row in sorted(rows, key=lambda each: text_at(each, "checked_at")):
        check = (text_at(row, "checked_by_name"), text_at(row, "checked_at")[:10])
        found.setdefault(text_at(row, "result_id"), []).append(check)
    return found


def _version(row: Element) -> int:
    text = text_at(row, "version")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 - digits


def _cell(column: str, row: Element, person: Element) -> str:
    if column in _OF_A_PERSON:
        return text_at(person, _OF_A_PERSON[column])
    if column in ("interval_low", "interval_high"):
        return _bound(column, row)
    text = text_at(row, *_STORED_AS.get(column, (column,)))
    return "" if (column, text) == ("status", _NOT_STATED) else text


def _bound(column: str, row: Element) -> str:
    """Return a bound where the interval's text does not say it already."""
    printed = read_interval(text_at(row, "interval_text"), DecimalMark.POINT)
    if printed.low is not None or printed.high is not None:
        return ""
    try:
        bound = Decimal(text_at(row, column) or "NaN")
    except InvalidOperation:
        return text_at(row, column)
    return f"{bound.normalize():f}" if bound.is_finite() else ""
