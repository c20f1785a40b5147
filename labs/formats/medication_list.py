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
from labs.formats.headers import Column, Header
from labs.formats.limits import MEBIBYTE
from labs.formats.medicine_lines import code_as_sent, is_listed, names_of_codes
from labs.formats.parsed import (
    FileRefused,
    ParsedSupplement,
    PatientClue,
    QuestionAsked,
)
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
    table: Table, date_order: DateOrder | None, *, asks: bool = True
) -> tuple[ParsedSupplement, ...]:
    """
    Return every line of the table, in the order of the file.

    Days that fit several orders raise QuestionAsked; where nobody can be asked, they
    stay beside the directions as they are written.
    """
    columns = _Columns(table, date_order, asks=asks)
    return tuple(columns.line(record) for record in table.records)


def columns_read(header: Header) -> frozenset[int]:
    """Return the places of the columns of which a line tells what they hold."""
    told = {column.place for role in TOLD for column in header.roles.get(role, ())}
    coded = {c.place for c in header.columns if folded(c.name) in CODES}
    said = {c.place for c in header.columns if _is_of_a_line(c.name)}
    days = [_first_days(header), header.roles.get(Role.ENDS_ON, ())]
    return frozenset(
        told | coded | said | {column.place for one in days for column in one}
    )


def read_list(data: bytes) -> tuple[ParsedSupplement, ...]:
    """Return every line of a medication list; raise FileRefused where it is none."""
    if len(data) > MAX_LIST_BYTES:
        raise FileRefused(LIST_TOO_LARGE)
    table = find_table(decode(data, known_names_in).text)
    if not table.header.lists_products:
        raise FileRefused(NO_LIST)
    return read_medications(table, None, asks=False)


NAMES = (Role.PRODUCT, Role.ANY_NAME)
# How much of a product is taken and when, in the order of the columns.
HOW_TAKEN = frozenset(
    {
        Role.DOSE,
        Role.VALUE,
        Role.UNIT,
        Role.FREQUENCY,
        Role.DOSE_AT,
        Role.DIRECTIONS,
        Role.COMMENT,
        Role.STATUS,
    }
)
# What a log says of a line beside its amount: that it was skipped, or is the last one.
SAID_OF_A_LINE = frozenset({"taken", "skipped", "missed", "action", "event"})
TOLD = (*NAMES, *sorted(HOW_TAKEN), Role.PATIENT_ID, Role.PATIENT_NAME)
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

    def __init__(
        self, table: Table, date_order: DateOrder | None, *, asks: bool
    ) -> None:
        self._asks = asks
        self._header = table.header
        self._places = {
            role: columns[0].place for role, columns in table.header.roles.items()
        }
        if first := _first_days(table.header):
            self._places[Role.STARTS_ON] = first[0].place
        self._how_taken = [
            column
            for column in table.header.columns
            if _is_of_a_line(column.name)
            or (column.role in HOW_TAKEN and column in table.header.roles[column.role])
        ]
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
        name = self._called(role)
        texts = {self._text(record, role) for record in table.records}
        return date_column(name, texts, date_order)

    def _text(self, record: Record, *roles: Role) -> str:
        for role in roles:
            place = self._places.get(role, len(record.cells))
            if place < len(record.cells) and record.cells[place]:
                return record.cells[place][:LONGEST_TEXT]
        return ""

    def _called(self, role: Role) -> str:
        place = self._places.get(role)
        return "" if place is None else self._header.columns[place].name

    def _written_name(self, record: Record) -> str:
        """Return what a line calls its product: its substance and its brand, if so."""
        columns = self._header.roles.get(Role.PRODUCT, ())
        names = (_cell(record, column.place) for column in columns)
        together = ", ".join(dict.fromkeys(filter(None, names)))[:LONGEST_TEXT]
        return together or self._text(record, Role.ANY_NAME)

    def _name(self, record: Record) -> str:
        """Return the name of a line; without one what its code stands for, or all."""
        name = self._written_name(record)
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
        """Return how it is taken, with the days that could not be read as written."""
        days = ((Role.STARTS_ON, self._starts), (Role.ENDS_ON, self._ends))
        unread = (
            f"{self._called(role)}: {text}"
            for role, column in days
            if (text := self._text(record, role)) and self._day(column, text) is None
        )
        return "; ".join([*self._ways_taken(record), *unread])[:LONGEST_TEXT]

    def _ways_taken(self, record: Record) -> list[str]:
        """
        Return dose, frequency and directions as written, a unit behind its amount.

        A bare number is told with the name of its column: 1 is once a day, or a tablet;
        so is what a log says of a line: "taken: False".
        """
        said: list[tuple[str, str]] = []
        for column in self._how_taken:
            text = _cell(record, column.place)
            is_beside = said and _is_bare(said[-1][1])
            if text and column.role is Role.UNIT and is_beside:
                said[-1] = ("", f"{said[-1][1]} {text}")
            elif text and column.role is Role.DOSE_AT:
                said.append(("", f"{column.name} {text}"))
            elif text:
                said.append((column.name, text))
        return [
            f"{name}: {text}" if _needs_name(name, text) else text
            for name, text in said
        ]

    def _day(self, column: DateColumn, text: str) -> date | None:
        try:
            return column.read(text) if text else None
        except CellRefused:
            return None
        except QuestionAsked:
            if self._asks:
                raise
            return None

    def line(self, record: Record) -> ParsedSupplement:
        return ParsedSupplement(
            f"line {record.line}",
            PatientClue(
                self._text(record, Role.PATIENT_ID),
                self._text(record, Role.PATIENT_NAME),
            ),
            self._name(record),
            self._directions(record),
            self._day(self._starts, self._text(record, Role.STARTS_ON)),
            self._day(self._ends, self._text(record, Role.ENDS_ON)),
            has_name=bool(self._written_name(record)),
        )


def _is_bare(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def _is_of_a_line(name: str) -> bool:
    return folded(name) in SAID_OF_A_LINE


def _needs_name(name: str, text: str) -> bool:
    """Answer whether a cell is told with the name of its column."""
    return bool(name) and (_is_bare(text) or _is_of_a_line(name))


def _first_days(header: Header) -> tuple[Column, ...]:
    """
    Return the columns of first days; of a log the day that each line is about.

    A day that a line is about is no last one: what was taken once may be taken on.
    """
    return header.roles.get(Role.STARTS_ON) or header.roles.get(Role.ANY_DATE, ())


def _cell(record: Record, place: int) -> str:
    return record.cells[place][:LONGEST_TEXT] if place < len(record.cells) else ""
