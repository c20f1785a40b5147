"""
Lists of medicines that come as tables: their vitamin D products, as written.

Such a list holds no results of a laboratory. Its lines are handed on as text; amounts
and schedules are not read out of free directions.
"""

import re
from datetime import date

from labs.formats.cells import CellRefused
from labs.formats.column_names import Role
from labs.formats.date_columns import DateColumn, date_column
from labs.formats.dates import DateOrder
from labs.formats.headers import Header
from labs.formats.limits import MEBIBYTE
from labs.formats.parsed import FileRefused, ParsedSupplement, PatientClue
from labs.formats.sentences import N_
from labs.formats.tabular import Record, Table, find_table, known_names_in
from labs.formats.text_decoding import decode

LIST_TOO_LARGE = N_("The list is larger than 0.5 MB. Split it.")
NO_LIST = N_(
    "This is no list of medicines: no column holds names of products "
    "with their directions or first day."
)

VITAMIN_D_PRODUCT = re.compile(
    r"\bvit(?:amin[ae]?|\.)?\s*d[23]?\b|\bd\s*[23]?\s*vitamini\b|\bwitamina\s*d[23]?\b"
    r"|\bd3\b|ch?ole[ck]al[cz]iferol|ergo[ck]al[cz]iferol|[ck]al[cz]ifediol"
    r"|\bcal[cz](?:ium|io)\b[^;]{0,30}?(?:\+|\bwith\b|\bplus\b)\s*d\b",
    re.IGNORECASE,
)
# Products whose names do not say what is in them.
VITAMIN_D_BRAND = re.compile(
    r"\b(?:dekristol|vigantol\w{0,6}|drisdol|uv[e\u00e9]dose|zyma[- ]?d|adrigyl"
    r"|fultium|thorens|desunin|divisun|dibase|hidroferol|rayaldee|ostelin|deltius"
    r"|benferol)\b",
    re.IGNORECASE,
)
MAX_LIST_BYTES = MEBIBYTE // 2
LONGEST_TEXT = 300  # of a product or its directions


def read_medications(
    table: Table, date_order: DateOrder | None
) -> tuple[ParsedSupplement, ...]:
    """Return the lines that name a vitamin D product, in the order of the file."""
    columns = _Columns(table, date_order)
    lines = (columns.line(record) for record in table.records)
    return tuple(line for line in lines if names_vitamin_d(line.name))


def names_vitamin_d(name: str) -> bool:
    """Answer whether a name tells a product with vitamin D, or is known to be one."""
    return bool(VITAMIN_D_PRODUCT.search(name) or VITAMIN_D_BRAND.search(name))


def read_list(data: bytes) -> tuple[ParsedSupplement, ...]:
    """Return every line of a medication list; raise FileRefused where it is none."""
    if len(data) > MAX_LIST_BYTES:
        raise FileRefused(LIST_TOO_LARGE)
    table = find_table(decode(data, known_names_in).text)
    if not table.header.lists_products:
        raise FileRefused(NO_LIST)
    columns = _Columns(table, None)
    lines = (columns.line(record) for record in table.records)
    return tuple(line for line in lines if line.name)


class _Columns:
    """Takes the parts of a medication list's line from its row."""

    def __init__(self, table: Table, date_order: DateOrder | None) -> None:
        self._places = {
            role: columns[0].place for role, columns in table.header.roles.items()
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

    def line(self, record: Record) -> ParsedSupplement:
        return ParsedSupplement(
            f"line {record.line}",
            PatientClue(
                self._text(record, Role.PATIENT_ID),
                self._text(record, Role.PATIENT_NAME),
            ),
            self._text(record, Role.PRODUCT, Role.ANY_NAME),
            self._text(record, Role.DIRECTIONS),
            _day(self._starts, self._text(record, Role.STARTS_ON)),
            _day(self._ends, self._text(record, Role.ENDS_ON)),
        )


def _name_of(header: Header, role: Role) -> str:
    columns = header.roles.get(role)
    return columns[0].name if columns else ""


def _day(column: DateColumn, text: str) -> date | None:
    try:
        return column.read(text) if text else None
    except CellRefused:
        return None
