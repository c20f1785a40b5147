"""
Which column of a table holds what, told by its header row.

A column is known by its name alone ("Entnahmedatum"), by a name with a unit beside it
("Ergebnis [nmol/L]"), or because it is named like a test ("25-OH-D (nmol/L)"): then the
table is wide and the column holds that test's values.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from labs.domain.measurands import COMPANIONS
from labs.domain.quantities import Measurand
from labs.domain.units import HYDROXYVITAMIN_D_UNITS, Unit, unit_spelled
from labs.formats.cells import is_unit, known_here, unit_without_volume
from labs.formats.column_names import (
    ROLE_OF_NAME,
    ROLE_OF_SHORT_NAME,
    TEST_OF_NAME,
    WORDS_BESIDE_A_TEST,
    WORDS_OF_CATEGORIES,
    WORDS_OF_INTAKE,
    Role,
    part_of_a_day,
    role_of_words,
    without_neutral_words,
)
from labs.formats.companion_names import companion_named
from labs.formats.dates import DateOrder, is_date
from labs.formats.other_values import names_no_result
from labs.formats.spelling import plain
from labs.formats.visit_names import name_of_repeated, visit_in_name

LONGEST_NAME = 200
DATES = (Role.COLLECTED_ON, Role.ANY_DATE, Role.REPORTED_ON)
DAY_PARTS = (Role.YEAR, Role.MONTH, Role.DAY)
TESTS = (Role.TEST_NAME, Role.LOINC, Role.LOCAL_CODE, Role.MEASURAND)

# What a column named after a test may hold beside its values: "25-OH-D unit".
OF_ONE_TEST = frozenset(
    {
        Role.UNIT,
        Role.COMPARATOR,
        Role.INTERVAL,
        Role.INTERVAL_LOW,
        Role.INTERVAL_HIGH,
        Role.LABORATORY_FLAG,
    }
)
_BESIDE_A_TEST = OF_ONE_TEST | {
    Role.ANY_DATE,
    Role.COLLECTED_ON,
    Role.REPORTED_ON,
    Role.COMMENT,
    Role.LABORATORY,
    Role.METHOD,
}

# What a list of medicines says of a product; in a table of results nothing reads it.
OF_A_PRODUCT = frozenset(
    {
        Role.PRODUCT,
        Role.DIRECTIONS,
        Role.DOSE,
        Role.DOSE_AT,
        Role.FREQUENCY,
        Role.STARTS_ON,
        Role.ENDS_ON,
    }
)

_BRACKETED = re.compile(r"[(\[{]([^()\[\]{}]{1,40})[)\]}]")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_GLUED_UNIT = re.compile(
    r"(ng|nmol|ug|mcg|\u00b5g|pg|pmol|mg|mmol|umol|\u00b5mol|g(?=dl))(ml|l|dl)",
    re.IGNORECASE,
)
# As R writes the names of columns: "X25.OH.D..nmol.L.".
_WITH_DOTS = re.compile(r"\w+(?:\.{1,2}\w+){2,}\.*")
_WORD = re.compile(r"[^\s_,;:]+")
_LOINC = re.compile(r"\d{1,7}-\d", re.ASCII)
_DATE_PATTERN = re.compile(r"([a-z]{1,4})[./-]([a-z]{1,4})[./-]([a-z]{1,4})")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name as printed, what it holds, and the unit in its name."""

    place: int
    name: str
    role: Role | None = None
    test_name: str = ""
    loinc: str = ""
    unit_text: str = ""
    number: int = 1  # of the columns of this name, from the left
    about: str = ""  # the test whose part it holds, where its name tells that too
    companion: Measurand | None = None  # that a column of values is named after
    visit: str = ""  # of which visit its day or values are, where a row has several

    @property
    def called(self) -> str:
        """Return what tells it from every other column of the table."""
        return self.name if self.number == 1 else f"{self.name} ({self.number})"

    @property
    def is_test(self) -> bool:
        return bool(self.test_name or self.loinc)


@dataclass(frozen=True, slots=True)
class Header:
    """A header row, understood."""

    columns: tuple[Column, ...]
    roles: Mapping[Role, tuple[Column, ...]] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def tests(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.is_test)

    @property
    def vitamin_d(self) -> tuple[Column, ...]:
        """The columns that hold tests, companions left out."""
        return tuple(column for column in self.tests if column.companion is None)

    @property
    def dates(self) -> tuple[Column, ...]:
        """The columns that are headed by a date, one visit each."""
        return tuple(column for column in self.columns if is_date(column.name))

    @property
    def day_in_parts(self) -> tuple[Column, ...]:
        """The columns of the year, month and day of one date; empty where not all."""
        if not all(role in self.roles for role in DAY_PARTS):
            return ()
        found = [column for role in DAY_PARTS for column in self.roles[role]]
        return tuple(sorted(found, key=lambda column: column.place))

    @property
    def has_dated_rows(self) -> bool:
        is_any = any(role in self.roles for role in DATES)
        return is_any or bool(self.day_in_parts)

    @property
    def is_long(self) -> bool:
        """Answer whether each row names its value in one column."""
        return self.has_dated_rows and Role.VALUE in self.roles

    @property
    def is_wide(self) -> bool:
        """Answer whether each row has a date and one column per test."""
        return self.has_dated_rows and not self.is_long and bool(self.tests)

    @property
    def is_turned(self) -> bool:
        """Answer whether each row is a test and each visit has a column."""
        if self.has_dated_rows or Role.BORN_ON in self.roles:
            return False
        return bool(self.dates) and self.has_names_of_tests

    @property
    def has_names_of_tests(self) -> bool:
        named = any(role in self.roles for role in (*TESTS, Role.ANY_NAME))
        return Role.VALUE not in self.roles and (named or not self.columns[0].name)

    @property
    def lists_products(self) -> bool:
        """Answer whether the table lists medicines, not results."""
        # "Calcium" may head what a product contains.
        if any(role in self.roles for role in TESTS) or self.vitamin_d:
            return False
        if Role.PRODUCT in self.roles:
            return True
        return Role.ANY_NAME in self.roles and (
            Role.DIRECTIONS in self.roles or (self.says_how_taken and not self.is_long)
        )

    @property
    def says_how_taken(self) -> bool:
        """Answer whether columns say how often, or how much from which day on."""
        is_from_a_day = Role.DOSE in self.roles and Role.STARTS_ON in self.roles
        return Role.FREQUENCY in self.roles or is_from_a_day

    @property
    def is_complete(self) -> bool:
        return self.is_long or self.is_wide or self.is_turned or self.lists_products

    @property
    def score(self) -> int:
        """How many columns are known, each kind once."""
        return len(self.roles) + min(len(self.tests), 3)


# What a person said of a column: what it holds, nothing, or in which unit it does.
Said = Role | Unit | None


def read_header(
    cells: Sequence[str], chosen: Mapping[str, Said] | None = None
) -> Header:
    """
    Return what the columns hold; `chosen` holds what a person said of some by name.

    >>> header = read_header(["Datum", "25-OH-D (nmol/L)"])
    >>> header.is_wide, header.tests[0].unit_text
    (True, 'nmol/L')
    """
    columns = []
    counts: Counter[str] = Counter()
    for place, cell in enumerate(cells):
        name = cell.strip()
        counts[name] += 1
        column = replace(_known(name, place), number=counts[name])
        if chosen and column.called in chosen:
            column = _as_said(column, chosen[column.called])
        columns.append(column)
    return with_roles(_with_values_by_unit(columns, chosen or {}))


def _as_said(column: Column, said: Said) -> Column:
    if isinstance(said, Unit):
        return replace(column, unit_text=column.unit_text or said.value)
    return Column(
        column.place,
        column.name,
        said,
        unit_text=column.unit_text,
        number=column.number,
    )


# A column called so names the test where no other does, else who measured.
_TEST_OR_LABORATORY = frozenset({"lab", "labor", "labo"})


LEAST_VISITS = 2


def _with_visits_in_columns(columns: Sequence[Column]) -> Sequence[Column]:
    """
    Take a first column called "Collection dates" for the names of the tests below it.

    So it stands over them where every column beside it is headed by a date.
    """
    first, *others = columns or (Column(0, ""),)
    if first.role not in DATES or len(others) < LEAST_VISITS:
        return columns
    if not all(is_date(column.name) for column in others):
        return columns
    return [replace(first, role=Role.TEST_NAME), *others]


def _with_days_in_parts(columns: Sequence[Column]) -> Sequence[Column]:
    """
    Take columns called "Day", "Month" and "Year" for one date, where all three stand.

    Alone a column called "Month" holds no date, and one called "Day" whole ones.
    """
    parts = {column.place: _part_of_a_day(column) for column in columns}
    found = [part for part in parts.values() if part]
    are_all = sorted(found) == sorted(DAY_PARTS)
    return [
        replace(column, role=parts[column.place])
        if are_all and parts[column.place]
        else replace(column, role=None)
        if column.role in DAY_PARTS
        else column
        for column in columns
    ]


def _part_of_a_day(column: Column) -> Role | None:
    if column.role in DAY_PARTS:
        return column.role
    if column.role is Role.ANY_DATE:
        return part_of_a_day(plain(column.name))
    return None


def _with_visits_in_a_row(columns: Sequence[Column]) -> Sequence[Column]:
    """
    Take "date_v1, vitd_v1, date_v2, vitd_v2" for a day and a value of each visit.

    So it is where every value has a day of its own visit, and no other day is there.
    """
    repeated = Counter(name_of_repeated(column.name) for column in columns)
    seen: Counter[str] = Counter()
    named: dict[int, Column | None] = {}
    for column in columns:
        name = name_of_repeated(column.name)
        seen[name] += 1
        is_again = bool(name) and repeated[name] > 1
        named[column.place] = (
            _read_of_a_visit(column, name, str(seen[name]))
            if is_again
            else _of_a_visit(column)
        )
    found = [column for column in named.values() if column is not None]
    others = [column for column in columns if named[column.place] is None]
    if not _are_visits(found, others):
        return columns
    return [named[column.place] or column for column in columns]


def _are_visits(found: Sequence[Column], others: Sequence[Column]) -> bool:
    """Answer whether columns give each visit one day, and each value such a visit."""
    days = [column.visit for column in found if column.role in DATES]
    tests = [column.visit for column in found if column.is_test]
    parts = [(c.role, c.visit) for c in found if c.role in OF_ONE_TEST]
    is_one_test_each = len(set(tests)) == len(tests)
    return (
        len(set(days)) == len(days) >= LEAST_VISITS
        and set(tests) == set(days)
        # "date2, 25ohd2, date3, 25ohd3" may be of two forms of vitamin D.
        and not set(days) <= {"2", "3"}
        and (not parts or (is_one_test_each and len(set(parts)) == len(parts)))
        and not any(c.role in (*DATES, Role.VALUE) or c.is_test for c in others)
    )


def _of_a_visit(column: Column) -> Column | None:
    """Return a column as it reads without its visit; None where it names none."""
    label, unit_text = split_unit(column.name)
    stem, visit = visit_in_name(label)
    if not visit:
        return None
    called = f"{stem} ({unit_text})" if unit_text else stem
    return _read_of_a_visit(column, called, visit)


def _read_of_a_visit(column: Column, called: str, visit: str) -> Column:
    read = _known(called, column.place)
    return replace(read, name=column.name, number=column.number, visit=visit)


_BY_RANGE = frozenset({"in range", "out of range"})


# Beside its first day only a medicine has a column called so.
_OF_DISPENSING = frozenset({"dispenses", "dispensed", "refills", "days supply"})


def _with_products_dispensed(columns: Sequence[Column]) -> Sequence[Column]:
    """
    Take a column called "Description" for the products, where they are dispensed.

    So record systems export medicines: a first day, a last one, and how many refills.
    """
    called = {plain(column.name) for column in columns}
    roles = {column.role for column in columns}
    if Role.STARTS_ON not in roles or called.isdisjoint(_OF_DISPENSING):
        return columns
    if Role.VALUE in roles or any(column.is_test for column in columns):
        return columns
    return [
        replace(column, role=Role.PRODUCT) if column.role is Role.TEST_NAME else column
        for column in columns
    ]


# A medicine has no unit beside a coded value, and what it is stands under these.
_TOLD_OF_A_RESULT = frozenset({Role.VALUE, Role.UNIT})
_CODES = frozenset({Role.LOINC, Role.ANY_CODE, Role.LOCAL_CODE})


def _with_starts_of_results(columns: Sequence[Column]) -> Sequence[Column]:
    """
    Take "Start date" for the day of coded results, where no other day stands.

    So tables of facts name it (i2b2), where a result begins and ends in one moment.
    """
    roles = {column.role for column in columns}
    is_of_results = roles >= _TOLD_OF_A_RESULT and not roles.isdisjoint(_CODES)
    of_products = OF_A_PRODUCT - {Role.STARTS_ON, Role.ENDS_ON}
    if not is_of_results or not roles.isdisjoint({*DATES, *of_products}):
        return columns
    return [
        replace(column, role=Role.ANY_DATE) if column.role is Role.STARTS_ON else column
        for column in columns
    ]


def _with_values_by_range(columns: Sequence[Column]) -> Sequence[Column]:
    """
    Take columns called "In Range" and "Out of Range" for values, where both stand.

    One laboratory prints each value in one of them. Alone the second holds flags.
    """
    called = {plain(column.name) for column in columns}
    if not called >= _BY_RANGE or any(c.role is Role.VALUE for c in columns):
        return columns
    return [
        replace(column, role=Role.VALUE) if plain(column.name) in _BY_RANGE else column
        for column in columns
    ]


def _with_values_by_unit(
    columns: Sequence[Column], said: Collection[str]
) -> Sequence[Column]:
    """
    Take columns called "ng/mL" or "nmol/L" for values, where no others stand.

    A person who writes down one test only needs no other name for it.
    """
    if any(column.role is Role.VALUE or column.is_test for column in columns):
        return columns
    return [
        replace(column, role=Role.VALUE, unit_text=column.name)
        if is_called_by_unit(column) and column.called not in said
        else column
        for column in columns
    ]


def is_called_by_unit(column: Column) -> bool:
    return unit_spelled(column.name) in HYDROXYVITAMIN_D_UNITS


def with_roles(columns: Sequence[Column]) -> Header:
    columns = _with_days_in_parts(_with_visits_in_columns(columns))
    columns = _with_products_dispensed(_with_values_by_range(columns))
    columns = _with_starts_of_results(columns)
    columns = _with_visits_in_a_row(columns)
    tests = [column for column in columns if column.role is Role.TEST_NAME]
    if len(tests) > 1:
        columns = [
            replace(column, role=Role.LABORATORY)
            if column in tests and plain(column.name) in _TEST_OR_LABORATORY
            else column
            for column in columns
        ]
    roles: dict[Role, tuple[Column, ...]] = {}
    for column in columns:
        if column.role is not None and not _is_of_companion(column):
            roles[column.role] = (*roles.get(column.role, ()), column)
    return Header(tuple(columns), roles)


def _is_of_companion(column: Column) -> bool:
    """Answer whether a column says something that is true of one companion alone."""
    is_elsewhere = column.role not in OF_ONE_TEST
    return (
        bool(column.about) and is_elsewhere and _test_named(column.about)[1] is not None
    )


def count_known_names(cells: Sequence[str]) -> int:
    """Count the cells that name a column; it tells encodings and separators apart."""
    return sum(_is_known(cell) for cell in cells if 0 < len(cell) <= LONGEST_NAME)


@lru_cache(maxsize=4_096)
def _is_known(cell: str) -> bool:
    column = _known(cell.strip(), 0)
    return column.role is not None or column.is_test


def _known(name: str, place: int) -> Column:
    if not name or len(name) > LONGEST_NAME:
        return Column(place, name[:LONGEST_NAME])
    return replace(_reading(name), place=place)


@lru_cache(maxsize=2_048)
def _reading(name: str) -> Column:
    """Return role, name of a test, its code and its unit, as far as a name says."""
    column = Column(0, name)
    if role := ROLE_OF_NAME.get(plain(name)):
        return replace(column, role=role)
    if test_name := TEST_OF_NAME.get(name.casefold().replace("_", "")):
        return replace(column, test_name=test_name)
    label, unit_text = split_unit(name)
    column = replace(column, unit_text=unit_text)
    for text in (label, _BRACKETED.sub(" ", label), _CAMEL.sub(" ", label)):
        if role := _role_of(plain(text)):
            return replace(column, role=role)
    if _LOINC.fullmatch(label) and (told := known_here(label, "")).basis == "code":
        is_companion = told.measurand in COMPANIONS
        companion = told.measurand if is_companion else None
        return replace(column, loinc=label, companion=companion)
    named = _test_or_what_is_beside(column, label)
    if named.role or named.is_test:
        return named
    return replace(column, role=role_of_words(plain(_CAMEL.sub(" ", label))))


def _role_of(words: str) -> Role | None:
    short = without_neutral_words(words)
    return (
        ROLE_OF_NAME.get(words)
        or part_of_a_day(words)
        or ROLE_OF_NAME.get(short)
        or ROLE_OF_SHORT_NAME.get(short)
    )


def split_unit(name: str) -> tuple[str, str]:
    """
    Part a column's name from the unit in it.

    >>> split_unit("25-OH-D (nmol/L)"), split_unit("vitamin_d_ng_ml")
    (('25-OH-D', 'nmol/L'), ('vitamin_d', 'ng/ml'))
    """
    for found in reversed(list(_BRACKETED.finditer(name))):
        label = (name[: found.start()] + name[found.end() :]).strip(" _,;:-")
        if label and _may_be_unit(found[1]) and not is_date_like(name):
            return label, found[1].strip()
    words = list(_WORD.finditer(name))
    for count in (1, 2, 3):
        if len(words) <= count:
            break
        tail = [found[0] for found in words[-count:]]
        glued = _GLUED_UNIT.sub(r"\1/\2", "".join(tail))
        for unit_text in (" ".join(tail), "/".join(tail), glued):
            if is_unit(unit_text) or unit_without_volume(unit_text):
                return name[: words[-count].start()].strip(" _,;:-"), unit_text
    if _WITH_DOTS.fullmatch(name):
        return split_unit(name.replace(".", " ").strip())
    return name, ""


def _may_be_unit(text: str) -> bool:
    return is_unit(text) or "/" in text or unit_without_volume(text) is not None


def is_date_like(name: str) -> bool:
    return order_in_name(name) is not None


def order_in_name(name: str) -> DateOrder | None:
    """
    Return the order that a column's name states, as in "Date (DD/MM/YYYY)".

    >>> order_in_name("Datum (TT.MM.JJJJ)"), order_in_name("Date")
    (<DateOrder.DMY: 'dmy'>, None)
    """
    found = _DATE_PATTERN.search(name.casefold())
    if found is None or any(len(set(part)) > 1 for part in found.groups()):
        return None
    first, second, third = found.groups()
    if len(first) == len("yyyy"):
        return DateOrder.YMD
    if len(third) != len("yyyy"):
        return None
    return DateOrder.MDY if first.startswith("m") else _day_first(second)


def _day_first(second: str) -> DateOrder | None:
    """Return day first where the month is second; in Turkish it begins with a."""
    return DateOrder.DMY if second[0] in "ma" else None


def _test_or_what_is_beside(column: Column, label: str) -> Column:
    """Return the test that a column is named after, or what of it the column holds."""
    words = plain(label).split()
    if WORDS_OF_INTAKE.intersection(words):
        return column
    role, about = _beside_a_test(words)
    if role:
        return replace(column, role=role, about=about)
    if not column.unit_text and WORDS_OF_CATEGORIES.intersection(words):
        return column
    if label == MILLIGRAMS:
        return column
    test_name, companion = _test_named(label)
    return replace(column, test_name=test_name, companion=companion)


MILLIGRAMS = "mg"  # and Mg is magnesium


def _beside_a_test(words: list[str]) -> tuple[Role | None, str]:
    """Return what a column holds that a test and a part of its result name together."""
    for count in (3, 2, 1):
        for part, rest in (
            (words[-count:], words[:-count]),
            (words[:count], words[count:]),
        ):
            role = ROLE_OF_NAME.get(" ".join(part))
            about = " ".join(rest)
            if role in _BESIDE_A_TEST and _test_named(about)[0]:
                return role, about
    return None, ""


def _test_named(label: str) -> tuple[str, Measurand | None]:
    """Return the name of the test in a label, and which companion it is, if one."""
    parted = _CAMEL.sub(" ", label)
    if names_no_result(parted):
        return "", None
    for name in (label, *map(_without_words_beside, (label, parted))):
        if known_here("", name).basis == "name":
            return name, None
        if companion := companion_named(name):
            return name, companion
    return "", None


def _without_words_beside(label: str) -> str:
    words = (found[0] for found in _WORD.finditer(label))
    return " ".join(word for word in words if plain(word) not in WORDS_BESIDE_A_TEST)
