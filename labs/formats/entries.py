"""From the cells of one value to a result, or to the reason why there is none."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from labs.domain.measurands import Measurand
from labs.domain.measurements import ReportedNumber
from labs.domain.units import Unit
from labs.formats.cells import (
    NO_VALUE,
    Analyte,
    CellRefused,
    DecimalMark,
    Interval,
    ValueCell,
    bounded_interval,
    known_here,
    mark_in_use,
    read_analyte,
    read_comparator,
    read_interval,
    read_number,
    read_status,
    read_unit,
    split_value,
    text_of,
    unit_reason,
)
from labs.formats.codes import parted_codes
from labs.formats.column_names import Role
from labs.formats.date_columns import DateColumn, date_column
from labs.formats.dates import DateOrder, has_short_year
from labs.formats.headers import TESTS
from labs.formats.layouts import Entry, Layout
from labs.formats.limits import QUOTED_LENGTH
from labs.formats.parsed import FileRefused, ParsedResult, PatientClue, Refusal
from labs.formats.spelling import quoted

DISTINCT_TEXTS = 16_384  # of each kind that are remembered while one file is read
DAY_OF_REPORT = "The file gives only the day of the report, not of the sample."
SHORT_BIRTH_YEAR = "The birth date has a year of two digits, so it was not read."
NAMED_IN_TITLE = "What was measured is named above the table only."


@dataclass(frozen=True, slots=True)
class NotKept:
    """A row of a test that is not kept here."""

    name: str


@dataclass(frozen=True, slots=True)
class _Test:
    """What a row is about, and under which code and name."""

    analyte: Analyte
    loinc: str
    local_code: str
    display: str


class EntryReader:
    """Reads the entries of one table; remembers each distinct text while it does."""

    def __init__(
        self, layout: Layout, title: Iterable[str], order: DateOrder | None
    ) -> None:
        self._layout = layout
        self._mark = _decimal_mark(layout)
        self._collected = _dates(layout, Role.COLLECTED_ON, order)
        self._born = _dates(layout, Role.BORN_ON, order)
        self._title = "" if _names_tests(layout) else _test_in(title)
        self._day = lru_cache(DISTINCT_TEXTS)(self._collected.read)
        self._analyte = lru_cache(DISTINCT_TEXTS)(read_analyte)
        self._interval = lru_cache(DISTINCT_TEXTS)(
            lambda text: read_interval(text, self._mark)
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        said = [*self._collected.warnings, *self._born.warnings]
        if self._layout.date_role is Role.REPORTED_ON:
            said.append(DAY_OF_REPORT)
        if self._title:
            said.append(f"{NAMED_IN_TITLE[:-1]}: {quoted(self._title, QUOTED_LENGTH)}.")
        return tuple(said)

    def read(self, entry: Entry) -> ParsedResult | Refusal | NotKept:
        """Return what an entry says."""
        try:
            test = self._test(entry)
            if test.analyte.measurand is None:
                return NotKept(test.display or test.loinc or test.local_code)
            return self._result(entry, test, test.analyte.measurand)
        except CellRefused as refused:
            return Refusal(entry.where, str(refused))

    # What was measured ----------------------------------------------------------------

    def _test(self, entry: Entry) -> _Test:
        other = entry.text(Role.LOCAL_CODE) or entry.text(Role.ANY_CODE)
        loinc, local_code = parted_codes(entry.text(Role.LOINC), other)
        name = entry.text(Role.TEST_NAME)
        display = name or self._title
        stated = entry.text(Role.MEASURAND)
        analyte = self._analyte(loinc, display or local_code, stated)
        return _Test(analyte, loinc, local_code, name)

    # The parts of a result ------------------------------------------------------------

    def _result(self, entry: Entry, test: _Test, measurand: Measurand) -> ParsedResult:
        cell = split_value(entry.text(Role.VALUE))
        value_text, number = self._number(entry, cell)
        unit_text, unit = _unit(entry, cell)
        interval = self._printed_interval(entry)
        status = text_of(entry.text(Role.STATUS), "status")
        meaning, doubt = read_status(status)
        patient, remarks = self._patient(entry)
        if self._layout.date_role is Role.REPORTED_ON:
            remarks = (*remarks, DAY_OF_REPORT)
        reason = unit_reason(measurand, test.loinc, unit, interval)
        return ParsedResult(
            where=entry.where,
            patient=patient,
            collected_on=self._day(entry.text(Role.COLLECTED_ON)),
            value_text=value_text,
            value=number.value,
            comparator=number.comparator,
            unit_text=unit_text,
            unit=unit,
            measurand=measurand,
            loinc=text_of(test.loinc, "loinc"),
            local_code=text_of(test.local_code, "local_code"),
            display=text_of(test.display, "test_name"),
            interval_text=text_of(interval.text, "interval"),
            interval_low=interval.low,
            interval_high=interval.high,
            laboratory=text_of(entry.text(Role.LABORATORY), "laboratory"),
            method=text_of(entry.text(Role.METHOD), "method"),
            specimen=text_of(entry.text(Role.SPECIMEN), "specimen"),
            laboratory_flag=text_of(
                entry.text(Role.LABORATORY_FLAG) or cell.flag, "laboratory_flag"
            ),
            status=status or None,
            result_status=meaning,
            comment=text_of(entry.text(Role.COMMENT), "comment"),
            hold=reason or test.analyte.hold or doubt,
            remarks=remarks,
        )

    def _number(self, entry: Entry, cell: ValueCell) -> tuple[str, ReportedNumber]:
        """Return the number as printed and as read, its comparator from either cell."""
        text = text_of(cell.number_text, "value")
        if text.casefold() in NO_VALUE:
            raise CellRefused("The value is empty.")
        number = read_number(text, self._mark)
        apart = entry.text(Role.COMPARATOR)
        comparator = read_comparator(apart)
        if comparator is None or comparator is number.comparator:
            return text, number
        if number.comparator is not None:
            raise CellRefused(
                f"The value {quoted(text, QUOTED_LENGTH)} and the comparator "
                f"{quoted(apart, QUOTED_LENGTH)} contradict each other."
            )
        return f"{comparator}{text}", replace(number, comparator=comparator)

    def _printed_interval(self, entry: Entry) -> Interval:
        """Return the interval from its text, else from two columns of bounds."""
        if text := entry.text(Role.INTERVAL):
            return self._interval(text)
        low, high = entry.text(Role.INTERVAL_LOW), entry.text(Role.INTERVAL_HIGH)
        if not (low or high):
            return Interval()
        bounds = self._bound(low), self._bound(high)
        return bounded_interval(_between(low, high), *bounds)

    def _bound(self, text: str) -> Decimal | None:
        try:
            return read_number(text, self._mark).value if text else None
        except CellRefused:
            return None

    def _patient(self, entry: Entry) -> tuple[PatientClue, tuple[str, ...]]:
        parts = (entry.text(Role.GIVEN_NAME), entry.text(Role.FAMILY_NAME))
        name = entry.text(Role.PATIENT_NAME) or " ".join(filter(None, parts))
        born_on, remarks = self._birth(entry.text(Role.BORN_ON))
        identifier = text_of(entry.text(Role.PATIENT_ID), "patient_id")
        return PatientClue(identifier, text_of(name, "patient_name"), born_on), remarks

    def _birth(self, text: str) -> tuple[date | None, tuple[str, ...]]:
        """Return the birth date; one that is not certain is left out with a remark."""
        if not text:
            return None, ()
        if has_short_year(text):
            return None, (SHORT_BIRTH_YEAR,)
        try:
            return self._born.read(text), ()
        except CellRefused as refused:
            return None, (f"The birth date was not read: {refused}",)


def _unit(entry: Entry, cell: ValueCell) -> tuple[str, Unit]:
    """Return the unit from the value's cell, or from its column or its header."""
    texts = list(dict.fromkeys(filter(None, (cell.unit_text, entry.text(Role.UNIT)))))
    units = {text: read_unit(text_of(text, "unit")) for text in texts}
    if len(set(units.values())) > 1:
        raise CellRefused(
            f"The row gives two units, {' and '.join(map(str, units))}; "
            "one of them is wrong."
        )
    return next(iter(units.items()), None) or ("", read_unit(""))


def _between(low: str, high: str) -> str:
    """Return two columns of bounds as one text, as an interval is printed."""
    if low and high:
        return f"{low}-{high}"
    return f">={low}" if low else f"<={high}"


# Evidence of the whole file -----------------------------------------------------------


def _names_tests(layout: Layout) -> bool:
    """Answer whether rows say themselves what was measured."""
    named = {*layout.shared, *(role for value in layout.values for role in value.fixed)}
    return any(role in named for role in (*TESTS, Role.ANY_CODE))


def _test_in(title: Iterable[str]) -> str:
    """Return the first text that names vitamin D; raise where it is another test."""
    for text in title:
        found = known_here("", text)
        if found.refused:
            raise FileRefused(str(found.refused))
        if found.basis == "name":
            return text
    return ""


def _decimal_mark(layout: Layout) -> DecimalMark | None:
    """Return the decimal mark that the file's values and bounds prove, if any."""
    bounds = (Role.INTERVAL_LOW, Role.INTERVAL_HIGH)
    sources = [values.source for values in layout.values]
    sources += [layout.shared[role] for role in bounds if role in layout.shared]
    texts = {
        split_value(source.text(record)).number_text
        for source in sources
        for record in layout.records
    }
    return mark_in_use(texts)


def _dates(layout: Layout, role: Role, order: DateOrder | None) -> DateColumn:
    """Return a column of dates; the visits of a turned table are such a column."""
    source = layout.shared.get(role)
    if source is not None:
        texts = {source.text(record) for record in layout.records}
        return date_column(source.name, texts, order)
    return date_column(
        "of the dates",
        (values.fixed[role] for values in layout.values if role in values.fixed),
        order,
    )
