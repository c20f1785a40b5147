"""
Which columns of a wide table are read as which test, and what else belongs to each.

Beside 25-hydroxyvitamin D stand its companions: calcium, creatinine, INR. A column of a
companion is read where its unit is known and the row's day is its day; what belongs to
it is told by its name, else by where it stands. What could be of two tests is named.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from labs.domain.measurands import Measurand, allowed_units
from labs.domain.measurements import parse_printed_interval
from labs.domain.units import Unit, unit_spelled
from labs.formats.cells import is_unit, known_here, split_value
from labs.formats.column_names import Role
from labs.formats.companion_names import companion_named
from labs.formats.headers import DATES, OF_ONE_TEST, Column, Header
from labs.formats.limits import QUOTED_LENGTH
from labs.formats.sentences import N_, listed
from labs.formats.spelling import quoted
from labs.formats.tabular import Record

LOOKED_AT = 2_000  # rows whose cells help to understand a column
NAMED_COLUMNS = 20
WITHOUT_UNIT = N_(
    "Columns of tests that are kept here and name no unit that is known, so that they "
    "were not read: %(names)s. Say the unit of each among what the columns hold, or "
    "write it behind its name, as in 'Calcium (mmol/L)'."
)
OF_ANOTHER_DAY = N_(
    "Columns of tests whose day is not the day of the row, so that they were not read: "
    "%(names)s."
)
OF_WHICH_RESULT = N_(
    "Columns that may belong to more than one result and were not read: %(names)s."
)
YES_OR_NO = N_(
    "Columns that hold yes or no, or 1 and 0, and were not read as values: %(names)s."
)
_YES_OR_NO = frozenset({"", "0", "1", "true", "false", "yes", "no", "x"})
_LEVELS = frozenset("<>\u2264\u2265")
PER_DAY = frozenset({Unit.MG_PER_DAY, Unit.MMOL_PER_DAY})  # what is taken, or urine


@dataclass(frozen=True, slots=True)
class TestColumn:
    """A column of values, and the columns that hold the other parts of its results."""

    column: Column
    own: Mapping[Role, Column] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WideColumns:
    """The tests of a wide table that are read, and what is said of the others."""

    tests: tuple[TestColumn, ...]
    left_out: tuple[Column, ...] = ()
    warnings: tuple[str, ...] = ()
    comparators: tuple[Column, ...] = ()  # of one test, and not told of which


def wide_columns(header: Header, records: Sequence[Record]) -> WideColumns:
    """Return the tests that the columns hold, each with the columns of its own."""
    comparators = _comparators_of_any(header)
    own, doubtful = _own_columns(header, records, comparators)
    read: list[TestColumn] = []
    reasons: dict[str, list[Column]] = {}
    for column in header.tests:
        test = TestColumn(column, own.get(column.place, {}))
        reason = _why_not_read(test, header, records)
        if reason:
            reasons.setdefault(reason, []).append(column)
        else:
            read.append(test)
    if doubtful:
        reasons[OF_WHICH_RESULT] = doubtful
    left_out = [column for columns in reasons.values() for column in columns]
    return WideColumns(
        tuple(read),
        tuple(left_out),
        tuple(said_of(reason, columns) for reason, columns in reasons.items()),
        comparators,
    )


def said_of(reason: str, columns: Sequence[Column]) -> str:
    """Return a sentence with the names of the columns that it is about."""
    names = [quoted(column.called, QUOTED_LENGTH) for column in columns]
    return reason % {"names": listed(names, NAMED_COLUMNS)}


def texts_in(column: Column, records: Sequence[Record]) -> set[str]:
    """Return what stands in a column."""
    return {
        record.cells[column.place]
        for record in records[:LOOKED_AT]
        if column.place < len(record.cells)
    }


# Whether a column is read -------------------------------------------------------------


def _why_not_read(test: TestColumn, header: Header, records: Sequence[Record]) -> str:
    """Return why a column named after a test is left out; empty where it is not."""
    if not any(texts := texts_in(test.column, records)):
        return ""
    if _may_be_asked(test) and {text.casefold() for text in texts} <= _YES_OR_NO:
        return YES_OR_NO
    if test.column.companion is None:
        return ""
    if _has_another_day(test.column.companion, header):
        return OF_ANOTHER_DAY
    return "" if _has_unit(test, records) else WITHOUT_UNIT


def _may_be_asked(test: TestColumn) -> bool:
    """Answer whether it may hold yes or no: it has no unit, or a level to meet."""
    has_unit = bool(test.column.unit_text) or Role.UNIT in test.own
    return not has_unit or not _LEVELS.isdisjoint(test.column.name)


def _has_another_day(companion: Measurand, header: Header) -> bool:
    """Answer whether a column named after a test holds its day, or no row has one."""
    dates = [column for column in header.columns if column.role in DATES]
    is_its_own = any(column.about and _is_of(column, companion) for column in dates)
    is_of_a_test = bool(dates) and all(column.about for column in dates)
    return is_its_own or (is_of_a_test and not header.day_in_parts)


def _has_unit(test: TestColumn, records: Sequence[Record]) -> bool:
    printed = test.column.unit_text
    if printed:
        unit = unit_spelled(printed)
        return unit is not None and unit not in PER_DAY
    if test.column.companion is Measurand.INR:
        return True
    units = test.own.get(Role.UNIT)
    if units is not None and any(map(is_unit, texts_in(units, records))):
        return True
    cells = texts_in(test.column, records)
    if any(is_unit(split_value(cell).unit_text) for cell in cells):
        return True
    interval = test.own.get(Role.INTERVAL)
    return interval is not None and any(
        (printed_one := parse_printed_interval(text)) is not None and printed_one.unit
        for text in texts_in(interval, records)
    )


# Whose a column is --------------------------------------------------------------------


def measurand_of(column: Column) -> Measurand | None:
    """Return what a column of values is named after."""
    return column.companion or known_here(column.loinc, column.test_name).measurand


def _is_of(column: Column, measurand: Measurand | None) -> bool:
    """Answer whether the name of a column names this test, too."""
    named = known_here("", column.about).measurand or companion_named(column.about)
    return named is not None and named is measurand


def _comparators_of_any(header: Header) -> tuple[Column, ...]:
    """Return the columns of comparators of which it is not plain whose they are."""
    columns = header.roles.get(Role.COMPARATOR, ())
    loose = tuple(c for c in columns if not (c.about or c.visit))
    tests = header.tests
    if not loose or len(tests) == 1 or are_beside_each(tests, loose):
        return ()
    if len(loose) == len(header.vitamin_d) == 1:
        is_next = abs(loose[0].place - header.vitamin_d[0].place) == 1
        return () if is_next else loose
    return loose


def are_beside_each(holders: Sequence[Column], loose: Sequence[Column]) -> bool:
    """
    Answer whether parts stand on one side of the values, from the first to the last.

    One alone between two columns of values may be of either.
    """
    places = [column.place for column in loose]
    if len(places) < len(("one", "another")):
        return False
    is_behind = min(places) > holders[0].place and max(places) > holders[-1].place
    return is_behind or stand_before(holders, loose)


def _own_columns(
    header: Header, records: Sequence[Record], apart: Sequence[Column]
) -> tuple[dict[int, dict[Role, Column]], list[Column]]:
    """
    Return the parts of each test by the place of its column, and those in doubt.

    A part goes by its name, else to the test that it follows; in a table that has each
    part before its test, to the test that follows; those apart are left to none.
    """
    own: dict[int, dict[Role, Column]] = {}
    doubtful: list[Column] = []
    for role in sorted(OF_ONE_TEST):
        columns = [c for c in header.roles.get(role, ()) if not c.visit]
        for test, column in _by_name(header, columns):
            own.setdefault(test.place, {}).setdefault(role, column)
        loose = [c for c in columns if not c.about and c not in apart]
        pairs, nobodys = _by_place(header, loose)
        if (only := _only_one_without(header, pairs)) and nobodys:
            column, *nobodys = nobodys
            if _is_plainly_of(only, column, header, records):
                pairs.append((only, column))
            else:
                doubtful.append(column)
        doubtful += [column for column in nobodys if any(texts_in(column, records))]
        if len(loose) == 1 and _may_be_of_another(pairs, header, own, role):
            pairs = _by_units(loose[0], header, records)
            doubtful += [] if pairs else loose
        for test, column in pairs:
            own.setdefault(test.place, {}).setdefault(role, column)
    return own, doubtful


def _by_name(
    header: Header, columns: Sequence[Column]
) -> Iterator[tuple[Column, Column]]:
    """Give the parts that name their test, each with the nearest test of that name."""
    for column in columns:
        tests = [
            test
            for test in header.tests
            if column.about and _is_of(column, measurand_of(test))
        ]
        if tests:
            yield min(tests, key=lambda test: abs(test.place - column.place)), column


def _by_place(
    header: Header, loose: Sequence[Column]
) -> tuple[list[tuple[Column, Column]], list[Column]]:
    """Return the parts that name no test with the test beside each, and the rest."""
    holders = _holders(header)
    pairs: list[tuple[Column, Column]] = []
    nobodys: list[Column] = []
    are_before = stand_before(holders, loose)
    for column in loose:
        beside = [h for h in holders if (h.place > column.place) is are_before]
        holder = beside[0 if are_before else -1] if beside else None
        if holder is not None and holder.is_test:
            pairs.append((holder, column))
        else:
            nobodys.append(column)
    return pairs, nobodys


def _holders(header: Header) -> list[Column]:
    """Return the columns that may hold values; one not known may be any other test."""
    return [c for c in header.columns if c.is_test or (c.name and c.role is None)]


def _only_one_without(
    header: Header, pairs: Sequence[tuple[Column, Column]]
) -> Column | None:
    """Return the one column of 25-hydroxyvitamin D, where it lacks the part as yet."""
    if len(header.vitamin_d) != 1:
        return None
    (only,) = header.vitamin_d
    return None if any(test is only for test, _ in pairs) else only


def _is_plainly_of(
    test: Column, column: Column, header: Header, records: Sequence[Record]
) -> bool:
    """Answer whether a part cannot be of the column that it follows instead."""
    before = [h for h in _holders(header) if h.place < column.place]
    if not before or column.role is Role.COMPARATOR:
        return True
    if column.role is Role.UNIT:
        measurand = measurand_of(test)
        units = filter(None, map(unit_spelled, texts_in(column, records)))
        return measurand is not None and set(units) <= set(allowed_units(measurand))
    return not any(map(_begins_with_number, texts_in(before[-1], records)))


def _begins_with_number(text: str) -> bool:
    return text.lstrip("<>= ")[:1].isdigit()


def stand_before(holders: Sequence[Column], loose: Sequence[Column]) -> bool:
    """Answer whether each part stands before the values it belongs to."""
    if len(loose) < len(("one", "another")) or not holders:
        return False
    places = [column.place for column in loose]
    return min(places) < holders[0].place and max(places) < holders[-1].place


def _may_be_of_another(
    pairs: Sequence[tuple[Column, Column]],
    header: Header,
    own: Mapping[int, Mapping[Role, Column]],
    role: Role,
) -> bool:
    """Answer whether the one column of its kind stands behind several tests."""
    if role is Role.COMPARATOR:
        return False
    if not pairs:
        return False
    test = pairs[0][0]
    if test.companion is None or test != header.tests[-1]:
        return False
    return any(role not in own.get(one.place, {}) for one in header.vitamin_d)


def _by_units(
    column: Column, header: Header, records: Sequence[Record]
) -> list[tuple[Column, Column]]:
    """Return whose a column of units is by what stands in it; nobody's if in doubt."""
    if column.role is not Role.UNIT:
        return []
    units = {unit for text in texts_in(column, records) if (unit := unit_spelled(text))}
    fitting = [
        test
        for test in header.tests
        if not test.unit_text
        and (measurand := measurand_of(test)) is not None
        and units
        and units <= set(allowed_units(measurand))
    ]
    return [(fitting[0], column)] if len(fitting) == 1 else []


# Units under the names ----------------------------------------------------------------


def units_from_second_row(
    header: Header, records: tuple[Record, ...]
) -> tuple[Header, tuple[Record, ...]]:
    """Take the units from a row under the names, where such a row stands there."""
    first = records[0].cells if records else ()
    under = {
        test.place: first[test.place].strip("()[] ")
        for test in header.tests
        if test.place < len(first) and first[test.place]
    }
    vitamin_d = [under[c.place] for c in header.vitamin_d if c.place in under]
    needed = vitamin_d or list(under.values())
    are_units = bool(needed) and all(map(is_unit, needed))
    if not are_units or any(_is_number(text) for text in under.values()):
        return header, records
    columns = tuple(
        replace(column, unit_text=column.unit_text or under.get(column.place, ""))
        for column in header.columns
    )
    return replace(header, columns=columns), records[1:]


def _is_number(text: str) -> bool:
    return not is_unit(text) and any(sign.isdigit() for sign in text)
