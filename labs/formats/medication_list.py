"""
Lists of medicines that come as tables: products and known medicines, as written.

Such a list holds no results of a laboratory. Its lines are handed on as text; amounts
and schedules are not read out of free directions.
"""

from datetime import date

from labs.domain.medicines import CodeSystem, folded
from labs.formats.cells import CellRefused
from labs.formats.coded_tests import Coding
from labs.formats.column_names import Role
from labs.formats.date_columns import DateColumn, date_column
from labs.formats.dates import DateOrder
from labs.formats.headers import Header
from labs.formats.limits import MEBIBYTE
from labs.formats.medicine_lines import code_as_sent, is_listed, names_of_codes
from labs.formats.parsed import FileRefused, ParsedSupplement, PatientClue
from labs.formats.sentences import N_
from labs.formats.tabular import Record, Table, find_table, known_names_in
from labs.formats.text_decoding import decode

LIST_TOO_LARGE = N_("The list is larger than 0.5 MB. Split it.")
NO_LIST = N_(
    "This is no list of medicines: no column holds names of products "
    "with their directions or first day."
)

MAX_LIST_BYTES = MEBIBYTE // 2
LONGEST_TEXT = 300  # of a product or its directions


def read_medications(
    table: Table, date_order: DateOrder | None
) -> tuple[ParsedSupplement, ...]:
    """Return every line of the table, in the order of the file."""
    columns = _Columns(table, date_order)
    return tuple(columns.line(record) for record in table.records)


def read_list(data: bytes) -> tuple[ParsedSupplement, ...]:
    """Return every line of a medication list; raise FileRefused where it is none."""
    if len(data) > MAX_LIST_BYTES:
        raise FileRefused(LIST_TOO_LARGE)
    table = find_table(decode(data, known_names_in).text)
    if not table.header.lists_products:
        raise FileRefused(NO_LIST)
    return read_medications(table, None)


NAMES = (Role.PRODUCT, Role.ANY_NAME)
CODES = {  # columns that hold a code, by their names
    "rxnorm": CodeSystem.RXNORM.value,
    "rxcui": CodeSystem.RXNORM.value,
    "rxnorm code": CodeSystem.RXNORM.value,
    "snomed": CodeSystem.SNOMED.value,
    "snomed ct": CodeSystem.SNOMED.value,
    "snomed code": CodeSystem.SNOMED.value,
    "atc": "ATC",
    "atc code": "ATC",
    "ndc": "NDC",
    "pzn": "PZN",
    "code": "",
    "drug code": "",
    "medication code": "",
}


class _Columns:
    """Takes the parts of a medication list's line from its row."""

    def __init__(self, table: Table, date_order: DateOrder | None) -> None:
        self._header = table.header
        self._places = {
            role: columns[0].place for role, columns in table.header.roles.items()
        }
        self._codes = {
            place: CODES[folded(name)]
            for place, name in enumerate(table.header.names)
            if folded(name) in CODES
        }
        self._starts = self._dates(table, Role.STARTS_ON, date_order)
        self._ends = self._dates(table, Role.ENDS_ON, date_order)

    def _dates(
        self, table: Table, role: Role, date_order: DateOrder | None
    ) -> DateColumn:
        name = _name_of(table.header, role)
        texts = {self._text(record, role) for record in table.records}
        return date_column(name, texts, date_order)

    def _text(self, record: Record, *roles: Role) -> str:
        for role in roles:
            place = self._places.get(role, len(record.cells))
            if place < len(record.cells) and record.cells[place]:
                return record.cells[place][:LONGEST_TEXT]
        return ""

    def _name(self, record: Record) -> str:
        """Return the name of a line; without one what its code stands for, or all."""
        name = self._text(record, *NAMES)
        if name and is_listed(name):
            return name
        codings = [
            Coding(record.cells[place], system)
            for place, system in self._codes.items()
            if place < len(record.cells)
        ]
        known = next(iter(names_of_codes(codings)), "")
        if name:
            return f"{name} ({known})" if known else name
        told = known or code_as_sent(codings)
        return (told or ", ".join(filter(None, record.cells)))[:LONGEST_TEXT]

    def _directions(self, record: Record) -> str:
        """Return the directions, with the days that could not be read as written."""
        days = ((Role.STARTS_ON, self._starts), (Role.ENDS_ON, self._ends))
        unread = (
            f"{_name_of(self._header, role)}: {text}"
            for role, column in days
            if (text := self._text(record, role)) and _day(column, text) is None
        )
        parts = (self._text(record, Role.DIRECTIONS), *unread)
        return "; ".join(filter(None, parts))[:LONGEST_TEXT]

    def line(self, record: Record) -> ParsedSupplement:
        return ParsedSupplement(
            f"line {record.line}",
            PatientClue(
                self._text(record, Role.PATIENT_ID),
                self._text(record, Role.PATIENT_NAME),
            ),
            self._name(record),
            self._directions(record),
            _day(self._starts, self._text(record, Role.STARTS_ON)),
            _day(self._ends, self._text(record, Role.ENDS_ON)),
            has_name=bool(self._text(record, *NAMES)),
        )


def _name_of(header: Header, role: Role) -> str:
    columns = header.roles.get(role)
    return columns[0].name if columns else ""


def _day(column: DateColumn, text: str) -> date | None:
    try:
        return column.read(text) if text else None
    except CellRefused:
        return None
