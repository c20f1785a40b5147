"""
Where in a table the parts of one result stand, whether it is long, wide or turned.

Long: a row is a result. Wide: a row is a visit, each test has a column. Turned: a row
is a test, each visit has a column. All three come out as entries, one per value.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from labs.formats.cells import NO_VALUE, known_here, says_flag
from labs.formats.column_names import (
    NAMES_OF_BARE_NUMBERS,
    NAMES_OF_GROUPS,
    NAMES_OF_SINGLE_TESTS,
    Role,
)
from labs.formats.date_columns import SHORT_YEARS
from labs.formats.dates import is_date
from labs.formats.headers import (
    DATES,
    DAY_PARTS,
    OF_ONE_TEST,
    TESTS,
    Column,
    Header,
)
from labs.formats.limits import QUOTED_LENGTH
from labs.formats.parsed import QuestionAsked
from labs.formats.sentences import N_
from labs.formats.spelling import plain, quoted
from labs.formats.table_entries import (
    NAME_OF_LETTERS,
    ComparatorLetters,
    DayInParts,
    Entry,
    Printed,
    Source,
    UnitBeside,
    Values,
)
from labs.formats.tabular import Record, Table
from labs.formats.value_pairs import ValueColumn, pair_of_values
from labs.formats.wide_columns import (
    LOOKED_AT,
    OF_WHICH_RESULT,
    TestColumn,
    are_beside_each,
    said_of,
    stand_before,
    units_from_second_row,
    wide_columns,
)

WHICH_COLUMN = N_("The columns %(names)s could both hold the %(part)s. Which one does?")
FIRST_COLUMN = N_("Of the columns %(names)s, the first was read as the %(part)s.")

AS_WRITTEN = N_(
    "Of the columns %(names)s, %(best)s was read as the value, as it is written."
)
ONE_OF_GROUP = N_("Of the columns %(names)s, %(test)s was read as the test name.")
COMPARATOR_OF_WHICH = N_(
    "The row has one comparator, %(sign)s, and several values; it is not told which of "
    "them it belongs to."
)
BARE_SIGNS = frozenset({"", "<", ">", "<=", ">=", "=", "\u2264", "\u2265"})
PLAIN_NUMBER = frozenset({"", "="})  # of a column of comparators
MUST_BE_ONE = frozenset({Role.VALUE, Role.UNIT, Role.PATIENT_ID, *DATES})


@dataclass(frozen=True)
class Layout:
    """How to take entries from the rows of one table."""

    shared: Mapping[Role, Source]
    values: tuple[Values, ...]
    records: tuple[Record, ...]
    warnings: tuple[str, ...] = ()
    date_role: Role = Role.COLLECTED_ON
    has_blank_cells: bool = False  # wide and turned tables: no value, nothing to say
    left_out: tuple[Column, ...] = ()  # named in a warning of their own
    comparator: Source | None = None  # of one value of a row, and not told of which

    @property
    def date(self) -> Source | None:
        return self.shared.get(Role.COLLECTED_ON)

    @property
    def places(self) -> frozenset[int]:
        """The columns from which something is read."""
        own = [source for values in self.values for source in values.own.values()]
        values = [values.source for values in self.values]
        sources = [*self.shared.values(), *own, *values]
        sources += [self.comparator] if self.comparator else []
        return frozenset(place for source in sources for place in source.places)

    def entries(self, record: Record) -> Iterator[Entry]:
        """Give the entries of one row; a wide row has one for each filled cell."""
        filled = [
            (values, parts)
            for values, parts in self._parts
            if not self.has_blank_cells
            or values.source.text(record).casefold() not in NO_VALUE
        ]
        doubt = self._doubt(record, len(filled))
        is_only_one = len(self.values) == 1
        for values, parts in filled:
            if self.comparator is not None and len(filled) == 1:
                signed = {**parts, Role.COMPARATOR: self.comparator}
                yield Entry(record, values, signed, is_only_one)
            else:
                yield Entry(record, values, parts, is_only_one, doubt)

    def _doubt(self, record: Record, count: int) -> str:
        """Return why a comparator that stands once in a row makes a person look."""
        sign = self.comparator.text(record) if self.comparator else ""
        if count < len(("one", "another")) or sign in PLAIN_NUMBER:
            return ""
        return COMPARATOR_OF_WHICH % {"sign": quoted(sign, QUOTED_LENGTH)}

    @cached_property
    def _parts(self) -> list[tuple[Values, Mapping[Role, Source | Printed]]]:
        """Return for each column of values the places of all that belongs to it."""
        return [
            (
                values,
                {
                    **(self.shared if values.shared is None else values.shared),
                    **{role: Printed(text) for role, text in values.fixed.items()},
                    **values.own,
                    Role.VALUE: values.source,
                },
            )
            for values in self.values
        ]


def layout_of(table: Table) -> Layout:
    """Return the layout of a table whose header is complete."""
    header = _with_names_settled(table.header, table.records)
    if header.is_long:
        return _long(header, table.records)
    return (_wide if header.is_wide else _turned)(header, table.records)


def _long(header: Header, records: tuple[Record, ...]) -> Layout:
    pair = pair_of_values(header, records)
    apart = frozenset({Role.VALUE, Role.UNIT} if pair else ())
    shared, date_role, warnings = _shared(header, records, apart)
    values = _paired(header, pair) if pair else Values(shared.pop(Role.VALUE))
    return Layout(shared, (values,), records, warnings, date_role)


def _paired(header: Header, pair: tuple[ValueColumn, ...]) -> Values:
    """Return the values that stand in two units in two columns."""
    first, *_ = header.roles[Role.VALUE]
    places = tuple(column.place for column in pair)
    texts = tuple(column.unit_text for column in pair)
    source = Source(first.name, places, first.unit_text, unit_texts=texts)
    beside = {Role.UNIT: UnitBeside("", places, columns=pair)}
    return Values(source, own=beside, second=pair[1])


def _wide(header: Header, records: tuple[Record, ...]) -> Layout:
    shared, date_role, warnings = _shared(header, records, OF_ONE_TEST)
    header, records = units_from_second_row(header, records)
    columns = wide_columns(header, records)
    beside = _of_every_test(shared, records)
    values = tuple(
        Values(
            Source(test.column.called, (test.column.place,), test.column.unit_text),
            {Role.TEST_NAME: test.column.test_name, Role.LOINC: test.column.loinc},
            {
                role: Source(column.name, (column.place,))
                for role, column in _own_columns(header, test).items()
            },
            None if test.column.companion is None else beside,
        )
        for test in columns.tests
    )
    return Layout(
        shared,
        values,
        records,
        (*warnings, *columns.warnings),
        date_role,
        has_blank_cells=True,
        left_out=columns.left_out,
        comparator=_one_of_several(columns.comparators),
    )


def _own_columns(header: Header, test: TestColumn) -> Mapping[Role, Column]:
    """Return the columns of a test alone; of a visit in a row its day is one, too."""
    visit = test.column.visit
    beside = {
        Role.COLLECTED_ON if column.role in DATES else column.role: column
        for column in header.columns
        if visit and column.visit == visit and column.role is not None
    }
    return {**test.own, **beside}


def _one_of_several(columns: Sequence[Column]) -> Source | None:
    """Return the column of comparators that are of one value of a row; None if none."""
    places = tuple(column.place for column in columns)
    return Source(columns[0].name, places) if places else None


# What a row says once, of 25-hydroxyvitamin D alone.
OF_VITAMIN_D = frozenset({Role.LOCAL_CODE, Role.ANY_CODE, Role.MEASURAND, Role.METHOD})


def _of_every_test(
    shared: Mapping[Role, Source], records: Sequence[Record]
) -> dict[Role, Source]:
    """Return what a row says of all its tests; a flag under "Status" is of one."""
    without = set(OF_VITAMIN_D)
    status = shared.get(Role.STATUS)
    if status and any(says_flag(status.text(record)) for record in records):
        without.add(Role.STATUS)
    return {role: source for role, source in shared.items() if role not in without}


# What each visit of a turned table may have beside its values.
OF_ONE_VISIT = OF_ONE_TEST | {Role.STATUS, Role.COMMENT}
# Of these one column can only be about one of several visits.
NEVER_OF_ALL = frozenset({Role.LABORATORY_FLAG, Role.STATUS, Role.COMPARATOR})


def _turned(header: Header, records: tuple[Record, ...]) -> Layout:
    visits = header.dates
    apart = _columns_of_visits(header, visits)
    shared, _, warnings = _shared(header, records, frozenset(apart))
    if not any(role in shared for role in TESTS):
        first = header.columns[0]
        shared[Role.TEST_NAME] = Source(first.name, (first.place,))
    values = tuple(
        Values(
            Source(visit.name, (visit.place,)),
            {Role.COLLECTED_ON: visit.name},
            {
                role: Source(columns[visit.place].name, (columns[visit.place].place,))
                for role, columns in apart.items()
                if visit.place in columns
            },
        )
        for visit in visits
    )
    nobodys = {role for role, columns in apart.items() if not columns}
    is_in_doubt = Role.COMPARATOR in nobodys
    nobodys.discard(Role.COMPARATOR)
    signs = header.roles[Role.COMPARATOR] if is_in_doubt else ()
    left_out = tuple(
        column for role in sorted(nobodys) for column in header.roles[role]
    )
    if left_out:
        warnings = (*warnings, said_of(OF_WHICH_RESULT, left_out))
    return Layout(
        shared,
        values,
        records,
        warnings,
        has_blank_cells=True,
        left_out=left_out,
        comparator=_one_of_several(signs),
    )


def _columns_of_visits(
    header: Header, visits: tuple[Column, ...]
) -> dict[Role, dict[int, Column]]:
    """
    Return the columns that are of one visit each, by the place of its values.

    Such a column stands behind its visit, as in "2025-03-12, Flag, 2026-03-12, Flag",
    or each stands before its own. A flag or a comparator that stands anywhere else
    beside several visits is left to none of them.
    """
    apart: dict[Role, dict[int, Column]] = {}
    if len(visits) == 1:
        return apart
    for role in sorted(OF_ONE_VISIT):
        columns = header.roles.get(role, ())
        of_visits = _by_visit(visits, columns)
        is_between = any(place != visits[-1].place for place in of_visits)
        is_plain = role is not Role.COMPARATOR or are_beside_each(visits, columns)
        if is_between and is_plain:
            apart[role] = of_visits
        elif columns and role in NEVER_OF_ALL:
            apart[role] = {}
    return apart


def _by_visit(
    visits: tuple[Column, ...], columns: tuple[Column, ...]
) -> dict[int, Column]:
    """Return columns by the place of the visit that each stands behind, or before."""
    of_visits: dict[int, Column] = {}
    is_before = stand_before(visits, columns)
    for column in columns:
        beside = [v.place for v in visits if (v.place > column.place) is is_before]
        if beside:
            of_visits.setdefault(beside[0 if is_before else -1], column)
    return of_visits


# One column for each part -------------------------------------------------------------


def _shared(
    header: Header, records: tuple[Record, ...], without: frozenset[Role]
) -> tuple[dict[Role, Source], Role, tuple[str, ...]]:
    """Return the one source of each part, the kind of date, and what was assumed."""
    sources: dict[Role, Source] = {}
    warnings: list[str] = []
    date_role, date_columns = _date_columns(header, records)
    for role, columns in header.roles.items():
        if role in without or role in DATES or role in DAY_PARTS:
            continue
        source, warning = _one_source(role, columns, records)
        sources[role] = _with_letters(source) if role is Role.COMPARATOR else source
        warnings += warning
    parts = header.day_in_parts
    if parts and (date_role is Role.REPORTED_ON or not date_columns):
        day = day_in_parts(parts)
        sources[Role.COLLECTED_ON], date_role = day, Role.COLLECTED_ON
        warnings += _short_years(day, records)
    elif date_columns and date_columns[0].visit:
        # Each value takes the day of its visit; a row is dated where it has any.
        places = tuple(column.place for column in date_columns)
        sources[Role.COLLECTED_ON] = Source(date_columns[0].name, places)
    elif date_columns:
        sources[Role.COLLECTED_ON], warning = _one_source(
            date_role, date_columns, records
        )
        warnings += warning
        if parts:
            said = (*date_columns, *parts)
            names = " and ".join(quoted(each.called, QUOTED_LENGTH) for each in said)
            part = Role.COLLECTED_ON.replace("_", " ")
            warnings.append(FIRST_COLUMN % {"names": names, "part": part})
    return sources, date_role, tuple(warnings)


def _with_letters(source: Source) -> Source:
    """Return a column of comparators as one of letters, where it is called so."""
    if plain(source.name) != NAME_OF_LETTERS:
        return source
    return ComparatorLetters(source.name, source.places)


def day_in_parts(columns: tuple[Column, ...]) -> DayInParts:
    """Return the source of days whose year, month and day stand in three columns."""
    names = ", ".join(column.called for column in columns)
    places = {column.role: column.place for column in columns}
    return DayInParts(names, tuple(places[role] for role in DAY_PARTS))


def _short_years(day: DayInParts, records: tuple[Record, ...]) -> list[str]:
    """Say it where two digits of the year stand in a column of their own."""
    is_short = any(day.has_short_year(record) for record in records)
    said = SHORT_YEARS % {"name": quoted(day.name, QUOTED_LENGTH)}
    return [said] if is_short else []


def _date_columns(
    header: Header, records: tuple[Record, ...]
) -> tuple[Role, tuple[Column, ...]]:
    """
    Return the columns that say when the sample was drawn.

    A column named so that holds no date, such as a time of day, does not count where
    another does. The date of the report is the last resort.
    """
    named = [(role, header.roles[role]) for role in DATES if role in header.roles]
    for role, columns in named:
        dated = tuple(column for column in columns if _holds_dates(column, records))
        if dated:
            return role, dated
    if not named or header.day_in_parts:
        return Role.COLLECTED_ON, ()
    return named[0]


def _holds_dates(column: Column, records: Sequence[Record]) -> bool:
    return any(is_date(text) for text in _texts(column, records))


def _texts(column: Column, records: Sequence[Record]) -> set[str]:
    return {
        record.cells[column.place]
        for record in records[:LOOKED_AT]
        if column.place < len(record.cells)
    }


def _one_source(
    role: Role, columns: tuple[Column, ...], records: tuple[Record, ...]
) -> tuple[Source, list[str]]:
    """Return one source of a part; ask where two columns disagree about it."""
    first, *others = columns
    places = tuple(column.place for column in columns)
    units = tuple(column.unit_text for column in columns)
    differ = units if len(set(units)) > 1 else ()
    source = Source(first.name, places, first.unit_text, unit_texts=differ)
    if not others or not any(_disagree(record, places) for record in records):
        return source, []
    names = " and ".join(quoted(column.called, QUOTED_LENGTH) for column in columns)
    part = role.replace("_", " ")
    if role is Role.VALUE and (as_written := _as_written_first(columns)):
        places = tuple(column.place for column in as_written)
        best = Source(as_written[0].name, places, as_written[0].unit_text)
        shown = quoted(best.name, QUOTED_LENGTH)
        return best, [AS_WRITTEN % {"names": names, "best": shown}]
    if role is Role.TEST_NAME and (in_groups := _in_groups(columns)):
        shown = quoted(in_groups.name, QUOTED_LENGTH)
        return in_groups, [ONE_OF_GROUP % {"names": names, "test": shown}]
    if role in MUST_BE_ONE:
        raise QuestionAsked(
            WHICH_COLUMN % {"names": names, "part": part},
            column=first.called,
            parameter="columns",
            choices=[column.called for column in columns],
        )
    only = replace(source, places=(first.place,), unit_texts=())
    return only, [FIRST_COLUMN % {"names": names, "part": part}]


def _as_written_first(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """
    Return the columns with the value as reported before those of its bare number.

    A bare number has lost its comparator: beside "<4" stands 4. Empty where the names
    do not tell them apart.
    """
    bare = tuple(c for c in columns if plain(c.name) in NAMES_OF_BARE_NUMBERS)
    written = tuple(column for column in columns if column not in bare)
    return (*written, *bare) if bare and len(written) == 1 else ()


def _in_groups(columns: tuple[Column, ...]) -> Source | None:
    """Return the column of tests beside those of panels and orders, if there is one."""
    groups = tuple(c for c in columns if plain(c.name) in NAMES_OF_GROUPS)
    tests = tuple(column for column in columns if column not in groups)
    if len(tests) > 1:
        tests = tuple(c for c in tests if plain(c.name) in NAMES_OF_SINGLE_TESTS)
        groups = tuple(column for column in columns if column not in tests)
    if not groups or len(tests) != 1:
        return None
    places = tuple(column.place for column in groups)
    return Source(tests[0].name, (tests[0].place,), tests[0].unit_text, places)


def _disagree(record: Record, places: tuple[int, ...]) -> bool:
    cells = record.cells
    return len({cells[place] for place in places if place < len(cells)} - {""}) > 1


# Names that may mean two things -------------------------------------------------------


def _with_names_settled(header: Header, records: tuple[Record, ...]) -> Header:
    """Decide by the cells what a column called "Name", "Code" or "ID" holds."""
    header = _with_comparators_found(header, records)
    roles = dict(header.roles) | _tests_among_values(header, records)
    if names := roles.pop(Role.ANY_NAME, ()):
        role = _role_of_names(header, names[0], records)
        roles[role] = (*roles.get(role, ()), *names)
    if Role.PATIENT_NAME not in roles:
        roles |= _people_told_apart(roles.get(Role.PATIENT_ID, ()), records)
    numbers = tuple(
        column
        for column in roles.pop(Role.ANY_ID, ())
        if not _counts_rows(column, records)
    )
    if numbers and Role.PATIENT_ID not in roles:
        roles[Role.PATIENT_ID] = numbers
    return replace(header, roles=roles)


def _tests_among_values(
    header: Header, records: tuple[Record, ...]
) -> dict[Role, tuple[Column, ...]]:
    """Take a column "Laborwert" that holds names for tests beside one of values."""
    values = header.roles.get(Role.VALUE, ())
    if len(values) == 1 or any(
        role in header.roles for role in (*TESTS, Role.ANY_NAME)
    ):
        return {}
    names = tuple(column for column in values if _holds_tests(_texts(column, records)))
    others = tuple(column for column in values if column not in names)
    if len(names) != 1 or not others:
        return {}
    return {Role.TEST_NAME: names, Role.VALUE: others}


def _holds_tests(texts: set[str]) -> bool:
    return any(known_here("", text).basis == "name" for text in texts)


def _people_told_apart(
    columns: tuple[Column, ...], records: tuple[Record, ...]
) -> dict[Role, tuple[Column, ...]]:
    """Take a column "Patient" that holds words beside another's numbers for names."""
    names = tuple(c for c in columns if _holds_words(_texts(c, records)))
    numbers = tuple(column for column in columns if column not in names)
    if not names or not numbers:
        return {}
    return {Role.PATIENT_NAME: names, Role.PATIENT_ID: numbers}


def _holds_words(texts: set[str]) -> bool:
    are_numbers = any(sign.isdigit() for text in texts for sign in text)
    return any(" " in text for text in texts) and not are_numbers


def _with_comparators_found(header: Header, records: tuple[Record, ...]) -> Header:
    """Take columns without a name for comparators where nothing else stands in them."""
    texts = {
        column: _texts(column, records) for column in header.columns if not column.name
    }
    found = tuple(column for column, said in texts.items() if said <= BARE_SIGNS)
    if not any(texts[column] - {""} for column in found):
        return header
    known = (*header.roles.get(Role.COMPARATOR, ()), *found)
    columns = tuple(sorted(known, key=lambda column: column.place))
    return replace(header, roles={**header.roles, Role.COMPARATOR: columns})


def _role_of_names(header: Header, column: Column, records: tuple[Record, ...]) -> Role:
    """
    Say whether a column called "Name" names tests or people.

    Where nothing decides it names tests, so that no result of an unknown test is taken
    for vitamin D.
    """
    if Role.GIVEN_NAME in header.roles:
        return Role.FAMILY_NAME
    if header.is_wide or Role.TEST_NAME in header.roles:
        return Role.PATIENT_NAME
    if _holds_tests(_texts(column, records)) or Role.BORN_ON not in header.roles:
        return Role.TEST_NAME
    return Role.PATIENT_NAME


def _counts_rows(column: Column, records: tuple[Record, ...]) -> bool:
    """Answer whether a column numbers the rows 1, 2, 3."""
    cells = [record.cells[column.place : column.place + 1] for record in records]
    numbers = [cell[0] for cell in cells if cell and cell[0]]
    return numbers == [str(number) for number in range(1, len(numbers) + 1)]
