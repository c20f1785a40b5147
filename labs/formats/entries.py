"""From the cells of one value to a result, or to the reason why there is none."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache

from labs.domain.measurands import COMPANIONS, HYDROXYVITAMIN_D, Measurand
from labs.domain.measurements import ReportedNumber, ResultStatus
from labs.domain.units import HYDROXYVITAMIN_D_UNITS, Unit, are_equal
from labs.formats.cells import (
    NO_VALUE,
    NOT_SAID_WHAT,
    UNIT_MISSING,
    Analyte,
    CellRefused,
    DecimalMark,
    Interval,
    as_printed,
    bounded_interval,
    held_reason,
    in_plain_signs,
    is_unit,
    mark_in_use,
    name_and_interval,
    read_analyte,
    read_comparator,
    read_interval,
    read_number,
    read_status,
    read_unit,
    says_flag,
    split_value,
    text_of,
    unit_and_flag,
    unit_reason,
    unit_without_volume,
)
from labs.formats.codes import loinc_in, parted_codes
from labs.formats.collection_days import CollectionDay
from labs.formats.column_names import Role
from labs.formats.date_columns import DateColumn, date_column
from labs.formats.dates import DateOrder, has_short_year
from labs.formats.gathering import NotKept, Outcome
from labs.formats.headers import TESTS, split_unit
from labs.formats.layouts import Layout
from labs.formats.limits import QUOTED_LENGTH
from labs.formats.other_values import names_no_result
from labs.formats.parsed import (
    ParsedResult,
    PatientClue,
    QuestionAsked,
    Refusal,
    Withdrawal,
)
from labs.formats.preambles import clue, patient_named_in, test_named_in
from labs.formats.reported_results import SentStatus, Surroundings, withdrawal_of
from labs.formats.reported_values import UNIT_OF_INTERVAL, flag_reason, flags_together
from labs.formats.second_values import weighed
from labs.formats.sentences import BIRTH_DATE_NOT_READ, N_
from labs.formats.specimens import (
    NOT_OF_BLOOD,
    other_sample,
    sample_reason,
)
from labs.formats.spelling import as_said, quoted
from labs.formats.table_entries import Entry, Values
from labs.formats.tabular import Record

CONTRADICTION = N_(
    "The value %(value)s and the comparator %(comparator)s contradict each other."
)
TWO_UNITS = N_("The row gives two units, %(units)s; one of them is wrong.")
UNIT_WITHOUT_VOLUME = N_(
    "The unit is printed as %(shown)s, without a volume, and was read as %(unit)s. "
    "Check it on the report."
)
NO_VALUE_GIVEN = N_("The value is empty.")

NOBODY = PatientClue()
DISTINCT_TEXTS = 16_384  # of each kind that are remembered while one file is read
DAY_OF_REPORT = N_("The file gives only the day of the report, not of the sample.")
AS_COLLECTED = N_(
    "The birth dates fit more than one order and were read in the "
    "order that the dates of collection prove."
)
SHORT_BIRTH_YEAR = N_("The birth date has a year of two digits, so it was not read.")
PERSON_IN_TITLE = N_(
    "The patient is named above the table; rows that name none are theirs."
)
NO_UNIT_AT_ALL = N_(
    "The file names no unit for 25-hydroxyvitamin D, and a unit is "
    "never guessed. Which one is printed on the report: unit = ng/mL "
    "or nmol/L?"
)
LONGEST_HEADING = 40
NO_NAME = "of the dates"
UNITS_ASKED = ("ng/mL", "nmol/L")
NAMED_IN_TITLE = N_("What was measured is named above the table only: %(title)s.")


@dataclass(frozen=True, slots=True)
class _Test:
    """What a row is about, and under which code and name."""

    analyte: Analyte
    loinc: str
    local_code: str
    display: str
    interval_text: str = ""


@dataclass(frozen=True, slots=True)
class _Value:
    """The number of a row, as printed and as read, with what stood in its cell."""

    text: str
    number: ReportedNumber
    unit_text: str
    flag: str
    interval_text: str
    second: str
    doubt: str


@dataclass(frozen=True, slots=True)
class _Person:
    """Whose result a row is, and what of it could not be read."""

    clue: PatientClue
    remarks: tuple[str, ...] = ()
    doubt: str = ""


# Which cells are understood together, in the order in which they are handed on.
TEST_ROLES = (
    Role.LOINC,
    Role.LOCAL_CODE,
    Role.ANY_CODE,
    Role.TEST_NAME,
    Role.MEASURAND,
)
INTERVAL_ROLES = (Role.INTERVAL, Role.INTERVAL_LOW, Role.INTERVAL_HIGH)
PERSON_ROLES = (
    Role.PATIENT_ID,
    Role.PATIENT_NAME,
    Role.GIVEN_NAME,
    Role.FAMILY_NAME,
    Role.BORN_ON,
)
SAID_ROLES = (
    Role.COLLECTED_ON,
    Role.VALUE,
    Role.UNIT,
    Role.TEST_NAME,
    Role.LOINC,
    Role.LABORATORY,
)
SOURCE_ROLES = (
    Role.LABORATORY,
    Role.METHOD,
    Role.SPECIMEN,
    Role.COMMENT,
    Role.ACCESSION,
)


class EntryReader:
    """Reads the entries of one table; remembers each distinct text while it does."""

    def __init__(
        self,
        layout: Layout,
        preamble: Sequence[Record],
        order: DateOrder | None,
        unit_said: str = "",
    ) -> None:
        self._layout = layout
        self._unit_said = unit_said
        self._mark = _decimal_mark(layout)
        self._collected = _dates(layout, Role.COLLECTED_ON, order)
        proven = None if order else self._collected.proven
        self._born = _dates(layout, Role.BORN_ON, order or proven)
        self._is_born_as_collected = bool(proven and self._born.found.choices)
        self._title = "" if _names_tests(layout) else test_named_in(preamble)
        self._above = patient_named_in(preamble)
        self._doubt = self._heading = ""
        by_report = layout.date_role is Role.REPORTED_ON
        self._remarks = (DAY_OF_REPORT,) if by_report else ()
        remembering = lru_cache(DISTINCT_TEXTS)
        self._day = remembering(self._collected.read)
        self._test = remembering(self._read_test)
        self._value = remembering(self._read_value)
        self._interval = remembering(self._read_interval)
        self._person = remembering(self._read_person)
        self._unit = remembering(_read_unit)
        self._source = remembering(_read_source)
        self._status = remembering(_read_status)
        self._reason = remembering(unit_reason)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was assumed for the whole table."""
        said = [*self._collected.warnings, *self._born.warnings, *self._remarks]
        if self._is_born_as_collected:
            said.append(AS_COLLECTED)
        if self._above != NOBODY:
            said.append(PERSON_IN_TITLE)
        if self._title:
            said.append(NAMED_IN_TITLE % {"title": quoted(self._title, QUOTED_LENGTH)})
        return tuple(said)

    def read(self, entry: Entry) -> Outcome:
        """Return what an entry says."""
        try:
            test = self._test(*entry.texts(TEST_ROLES))
            if test.analyte.measurand is None:
                return NotKept(test.display or test.loinc or test.local_code)
            return self._result(entry, test, test.analyte.measurand)
        except CellRefused as refused:
            return Refusal(
                entry.where,
                str(refused),
                as_said(*entry.texts(SAID_ROLES)),
                self.named_in(entry),
                withdraws=self._withdrawal(entry),
            )

    def _withdrawal(self, entry: Entry) -> Withdrawal | None:
        """Return what an entry takes back that has no value; none that is in doubt."""
        flag = entry.text(Role.LABORATORY_FLAG)
        word, _flag = _status_and_flag(entry.text(Role.STATUS), flag)
        try:
            is_in_doubt = self._whose(entry).doubt or held_reason(entry.text(Role.HELD))
            analyte = self._test(*entry.texts(TEST_ROLES)).analyte
            day = CollectionDay(self._day(entry.text(Role.COLLECTED_ON)))
            status = SentStatus(*self._status(word))
            sources = self._source(entry.texts(SOURCE_ROLES))
        except CellRefused:
            return None
        if is_in_doubt:
            return None
        laboratory, _method, _specimen, comment, accession = sources
        around = Surroundings(
            laboratory=laboratory,
            comment=comment,
            accession=accession,
            sample=(entry.text(Role.SPECIMEN), entry.panel, self._heading),
        )
        value = entry.text(Role.VALUE)
        return withdrawal_of(analyte, day, status, around, value)

    def now_about(self, person: PatientClue) -> None:
        """Take the rows that follow for this person's, where they name none."""
        self._above, self._doubt = person, ""

    def now_under(self, heading: str) -> None:
        """Remember the line that stands alone above the rows that follow."""
        self._heading = heading

    def now_in_doubt(self, why: str) -> None:
        """Hold the rows that follow and name nobody, until a person is named."""
        self._doubt = why

    def _whose(self, entry: Entry) -> _Person:
        """Return whose an entry is: the person it names, else the one named above."""
        person = self._person(*entry.texts(PERSON_ROLES))
        if person.clue != NOBODY:
            return person
        return replace(person, clue=self._above, doubt=self._doubt)

    def named_in(self, entry: Entry) -> PatientClue:
        """Return whom an entry that is refused is about, as far as that can be read."""
        try:
            return self._whose(entry).clue
        except CellRefused:
            return NOBODY

    def _result(self, entry: Entry, test: _Test, measurand: Measurand) -> ParsedResult:
        value = self._value(entry.text(Role.VALUE), entry.text(Role.COMPARATOR))
        beside = value.interval_text or test.interval_text
        interval = self._interval(*entry.texts(INTERVAL_ROLES), beside)
        unit_text, unit, about_unit = self._unit_of(
            entry, test, measurand, value, interval
        )
        person = self._whose(entry)
        word, flag = _status_and_flag(
            entry.text(Role.STATUS),
            flags_together(
                flags_together(entry.text(Role.LABORATORY_FLAG), value.flag),
                unit_and_flag(entry.text(Role.UNIT))[1],
            ),
        )
        status, meaning, doubt = self._status(word)
        laboratory, method, specimen, comment, accession = self._source(
            entry.texts(SOURCE_ROLES)
        )
        sample = self._sample_reason(entry, test.loinc, measurand)
        reason = self._reason(measurand, test.loinc, unit, interval)
        if test.analyte.hold == NOT_SAID_WHAT and unit not in HYDROXYVITAMIN_D_UNITS:
            raise CellRefused(reason)  # nothing speaks for vitamin D
        second = value.second or _signed(entry, value.number)
        against, also = weighed(value.text, value.number, unit, second, measurand)
        day_text = entry.text(Role.COLLECTED_ON)
        return ParsedResult(
            where=entry.where,
            patient=person.clue,
            collected_on=self._day(day_text),
            day_text=day_text,
            value_text=value.text,
            value=value.number.value,
            comparator=value.number.comparator,
            unit_text=unit_text,
            unit=unit,
            measurand=measurand,
            loinc=test.loinc,
            local_code=test.local_code,
            display=test.display,
            interval_text=interval.text,
            interval_low=interval.low,
            interval_high=interval.high,
            laboratory=laboratory,
            method=method,
            specimen=specimen,
            laboratory_flag=text_of(flag, "laboratory_flag"),
            status=status or None,
            result_status=meaning,
            comment=comment,
            hold=held_reason(entry.text(Role.HELD))
            or person.doubt
            or entry.doubt
            or value.doubt
            or reason
            or sample
            or test.analyte.hold
            or doubt
            or about_unit
            or against
            or _flag_reason(flag, value.number, interval),
            remarks=(*person.remarks, *self._remarks, *filter(None, [also])),
            accession=accession,
        )

    def _sample_reason(self, entry: Entry, loinc: str, measurand: Measurand) -> str:
        """
        Return why the sample makes a person look.

        A column that is not read, or a line above, may say that it is one of urine.
        """
        told = (entry.text(Role.SPECIMEN), entry.panel, entry.text(Role.TEST_NAME))
        if reason := sample_reason(measurand, loinc, told):
            return reason
        if measurand not in COMPANIONS:
            return ""
        comment = entry.text(Role.COMMENT)
        beside = [
            cell
            for cell in entry.record.cells
            if len(cell) <= LONGEST_HEADING and cell != comment
        ]
        said = other_sample([self._heading, *beside])
        return NOT_OF_BLOOD % {"sample": quoted(said, QUOTED_LENGTH)} if said else ""

    def _unit_of(
        self,
        entry: Entry,
        test: _Test,
        measurand: Measurand,
        value: _Value,
        interval: Interval,
    ) -> tuple[str, Unit, str]:
        """
        Return the unit as printed and as read, and why a person has to look at it.

        A value that comes bare beside an interval with a unit is held, not guessed. A
        table that names no unit of vitamin D at all is asked about.
        """
        printed = value.unit_text, entry.text(Role.UNIT)
        in_header = entry.unit_in_header
        is_its_header = measurand in HYDROXYVITAMIN_D or entry.values.fixed
        if is_its_header and printed[1] != in_header and all((printed[1], in_header)):
            self._unit(printed[1], in_header)  # refuses two units that disagree
        if any(printed):
            return self._printed_unit(*printed, measurand)
        if in_name := split_unit(test.display)[1]:
            return self._printed_unit("", in_name, measurand)
        if measurand is Measurand.INR:
            return Unit.INR.value, Unit.INR, ""
        if interval.unit is not None:
            held = UNIT_OF_INTERVAL % {"unit": interval.unit}
            return interval.unit.value, interval.unit, held
        if measurand in HYDROXYVITAMIN_D and self._names_no_unit:
            if not self._unit_said:
                raise QuestionAsked(
                    NO_UNIT_AT_ALL,
                    column=entry.where,
                    parameter="unit",
                    choices=UNITS_ASKED,
                )
            return (*self._unit("", self._unit_said), "")
        raise CellRefused(UNIT_MISSING)

    def _printed_unit(
        self, in_cell: str, in_column: str, measurand: Measurand
    ) -> tuple[str, Unit, str]:
        """Return a unit as printed and as read; one without its volume is in doubt."""
        text, *others = dict.fromkeys(filter(None, (in_cell, in_column)))
        unit = unit_without_volume(text)
        if unit is None or others or measurand not in HYDROXYVITAMIN_D:
            return (*self._unit(in_cell, in_column), "")
        shown = quoted(text, QUOTED_LENGTH)
        return text, unit, UNIT_WITHOUT_VOLUME % {"shown": shown, "unit": unit}

    @cached_property
    def _names_no_unit(self) -> bool:
        """Answer whether no row and no header names a unit of a mass or of moles."""
        values = (one for one in self._layout.values if not one.is_companion)
        return not any(map(self._names_unit, values))

    def _names_unit(self, values: Values) -> bool:
        column = values.own.get(Role.UNIT) or self._layout.shared.get(Role.UNIT)
        sources = [values.source, *filter(None, [column])]
        if any(source.unit_text or any(source.unit_texts) for source in sources):
            return True
        texts = {source.text(record) for source in sources for record in self._records}
        return any(is_unit(text) or split_value(text).unit_text for text in texts)

    def _read_test(
        self, loinc: str, local_code: str, any_code: str, name: str, stated: str
    ) -> _Test:
        name, interval_text = name_and_interval(name)
        # Where names and codes share a column, a code stands for the name.
        any_code = any_code or loinc_in(name)
        code, own_code = parted_codes(loinc, local_code or any_code)
        called = name or self._title or own_code
        analyte = read_analyte(code, called, stated)
        if analyte.measurand is None:  # "Vitamin D (ng/mL)" is one with its unit
            analyte = read_analyte(code, split_unit(called)[0], stated)
        if analyte.measurand is None or (not code and names_no_result(name)):
            return _Test(Analyte(None), code, own_code, name)
        return _Test(
            analyte,
            text_of(code, "loinc"),
            text_of(own_code, "local_code"),
            text_of(name, "test_name"),
            interval_text,
        )

    @property
    def _records(self) -> tuple[Record, ...]:
        return self._layout.records

    def _read_value(self, cell: str, apart: str) -> _Value:
        """Read a value's cell; its comparator may stand in a column of its own."""
        parts = split_value(in_plain_signs(cell))
        text = text_of(parts.number_text, "value")
        if text.casefold() in NO_VALUE:
            raise CellRefused(NO_VALUE_GIVEN)
        text, doubt = as_printed(text)
        number = read_number(text, self._mark)
        comparator = read_comparator(apart)
        if comparator not in (None, number.comparator):
            if number.comparator is not None:
                raise CellRefused(_contradiction(text, apart))
            text = f"{comparator}{text}"
            number = replace(number, comparator=comparator)
        return _Value(
            text,
            number,
            parts.unit_text,
            parts.flag,
            parts.interval_text,
            parts.second_text,
            doubt,
        )

    def _read_interval(
        self, cell: str, low: str, high: str, beside_value: str
    ) -> Interval:
        """Return the interval from its text, else from two columns of bounds."""
        cell = cell if cell or low or high else beside_value
        if cell or not (low or high):
            return read_interval(text_of(cell, "interval"), self._mark)
        bounds = self._bound(low), self._bound(high)
        are_numbers = [bound is not None for bound in bounds] == [bool(low), bool(high)]
        text = _between(low, high) if are_numbers else f"{low} {high}"
        return bounded_interval(text_of(text, "interval"), *bounds)

    def _bound(self, text: str) -> Decimal | None:
        try:
            number = read_number(in_plain_signs(text), self._mark) if text else None
        except CellRefused:
            return None
        # "<30" in a column of lower bounds bounds nothing from below.
        return number.value if number and number.comparator is None else None

    def _read_person(
        self, identifier: str, full_name: str, given: str, family: str, born: str
    ) -> _Person:
        name = full_name or " ".join(filter(None, (given, family)))
        named = clue(identifier, name, "")
        born_on, remarks = self._birth(born)
        person = PatientClue(
            text_of(named.identifier, "patient_id"),
            text_of(named.name, "patient_name"),
            born_on,
        )
        return _Person(person, remarks)

    def _birth(self, text: str) -> tuple[date | None, tuple[str, ...]]:
        """Return the birth date; one that is not certain is left out with a remark."""
        if not text:
            return None, ()
        if has_short_year(text):
            return None, (SHORT_BIRTH_YEAR,)
        try:
            return self._born.read(text), ()
        except CellRefused as refused:
            return None, (BIRTH_DATE_NOT_READ % {"why": refused},)


def _flag_reason(flag: str, number: ReportedNumber, interval: Interval) -> str:
    """Return why a flag makes a person look; beside an interval "<" may say "low"."""
    is_low = interval.low is not None and number.value < interval.low
    is_high = interval.high is not None and number.value > interval.high
    explained = (is_low and flag == "<") or (is_high and flag == ">")
    return "" if explained else flag_reason(flag, number.comparator)


def _signed(entry: Entry, number: ReportedNumber) -> str:
    """Return the value in another unit; a column of comparators counts for it, too."""
    second = entry.second
    is_of_both = entry.text(Role.COMPARATOR) and second[:1].isdigit()
    return f"{number.comparator or ''}{second}" if is_of_both else second


def _contradiction(text: str, apart: str) -> str:
    return CONTRADICTION % {
        "value": quoted(text, QUOTED_LENGTH),
        "comparator": quoted(apart, QUOTED_LENGTH),
    }


def _read_unit(in_cell: str, in_column: str) -> tuple[str, Unit]:
    """Return the unit from the value's cell, or from its column or its header."""
    texts = dict.fromkeys(filter(None, (in_cell, in_column))) or {"": None}
    bare = [unit_and_flag(text)[0] for text in texts]
    units = {text: read_unit(text_of(text, "unit")) for text in bare}
    one, *others = dict.fromkeys(units.values())
    if not all(are_equal(one, other) for other in others):
        raise CellRefused(TWO_UNITS % {"units": " and ".join(map(str, units))})
    return next(iter(units.items()))


def _read_source(cells: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        "" if cell.casefold() in NO_VALUE else text_of(cell, role)
        for cell, role in zip(cells, SOURCE_ROLES, strict=True)
    )


def _status_and_flag(status: str, flag: str) -> tuple[str, str]:
    """Return both; portals call a column "Status" that says low, normal or high."""
    return ("", flag or status) if says_flag(status) else (status, flag)


def _read_status(cell: str) -> tuple[str, ResultStatus, str]:
    text = text_of(cell, "status")
    return text, *read_status(text)


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


def _decimal_mark(layout: Layout) -> DecimalMark | None:
    """Return the decimal mark that the file's values and bounds prove, if any."""
    bounds = (Role.INTERVAL_LOW, Role.INTERVAL_HIGH)
    sources = [values.source for values in layout.values]
    sources += [layout.shared[role] for role in bounds if role in layout.shared]
    cells = {source.text(record) for source in sources for record in layout.records}
    return mark_in_use(
        {split_value(in_plain_signs(cell)).number_text for cell in cells}
    )


def _dates(layout: Layout, role: Role, order: DateOrder | None) -> DateColumn:
    """Return a column of dates; the visits of a table, in one row too, are such one."""
    source = layout.shared.get(role)
    if source is not None:
        own = [values.own[role] for values in layout.values if role in values.own]
        texts = dict.fromkeys(
            each.text(record) for each in (source, *own) for record in layout.records
        )
        return date_column(source.name or NO_NAME, texts, order)
    return date_column(
        NO_NAME,
        (values.fixed[role] for values in layout.values if role in values.fixed),
        order,
    )
