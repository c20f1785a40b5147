"""
Sheets in which each line names one thing and says it: "Result;28.4", "Unit: ng/mL".

Such a sheet is read as the table that it would be with the names as its columns. A
block of lines is a row: an empty line ends it, and so does a name that comes again,
which shares with the row before only what stood above its first place. A block without
a value is about all blocks behind it, until another one is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from labs.formats.column_names import OF_PERSONS, Role
from labs.formats.days_above import with_day_above
from labs.formats.headers import TESTS, read_header
from labs.formats.headless_tables import table_by_content
from labs.formats.limits import MAX_FIELD_LENGTHS, QUOTED_LENGTH
from labs.formats.parsed import FileRefused
from labs.formats.preambles import test_named_in
from labs.formats.sentences import N_, listed
from labs.formats.spelling import plain, quoted
from labs.formats.tabular import (
    SEPARATORS,
    Chosen,
    Record,
    Table,
    announced_separator,
    find_table,
    rows_of,
)

COLON = ":"
MAX_LINES = 20_000  # of a sheet that a person wrote, or a portal for one person
MAX_NAMES = 80  # that differ
LEAST_KNOWN = 2  # names, for a person to be shown them as columns
_PAIR = re.compile(r"([^:\uff1a]{1,80})[:\uff1a](.*)", re.DOTALL)
_AROUND_NAMES = " \t*-_#>\N{BULLET}\N{MIDDLE DOT}"
SAID_ON = frozenset({Role.COMMENT})  # over several lines
MOST_NAMED = 20
LINES_NOT_READ = N_("Lines that were not read: %(lines)s.")


def find_table_or_sheet(text: str, chosen: Chosen | None = None) -> Table:
    """Return the table in a text, also one below its day, else the sheet that it is."""
    table = find_table(text, chosen)
    if table.header.is_complete:
        return table
    if headless := table_by_content(text, chosen):
        return headless
    sheets = list(_sheets(text, chosen))
    for sheet in sheets:
        if _names_a_test(sheet):
            return sheet
    dated = with_day_above(table)
    if dated.header.is_complete:
        return dated
    known = len(table.header.roles)
    most = max(sheets, key=lambda sheet: len(sheet.header.roles), default=table)
    is_better = len(most.header.roles) >= max(known + 1, LEAST_KNOWN)
    return most if is_better and not most.header.is_complete else table


def _names_a_test(sheet: Table) -> bool:
    """Answer whether a sheet says all that a result needs, and what was measured."""
    header = sheet.header
    if not (header.is_long or header.is_wide):
        return False
    is_named = any(role in header.roles for role in (*TESTS, Role.ANY_NAME))
    return is_named or header.is_wide or bool(test_named_in(sheet.preamble))


# Lines --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a sheet: its name and what it says; one without a name is bare."""

    number: int
    name: str
    said: str

    @property
    def is_empty(self) -> bool:
        return not self.name and not self.said


def _sheets(text: str, chosen: Chosen | None) -> Iterator[Table]:
    """Give what a text is as a sheet, with each separator that fits its lines."""
    announced, body, skipped = announced_separator(text)
    for separator in (announced,) if announced else (*SEPARATORS, COLON):
        lines = _lines(body, separator, skipped)
        if lines and (sheet := _sheet(lines, separator, chosen)):
            yield sheet


def _lines(body: str, separator: str, skipped: int) -> list[_Line]:
    """Return the lines of a sheet; none where this is not what parts them."""
    if separator != COLON and separator not in body:
        return []
    if body.count("\n") + body.count("\r") > 2 * MAX_LINES:
        return []
    read, parts = (_parted, "\0") if separator == COLON else (_of_cells, separator)
    lines: list[_Line] = []
    try:
        for record in rows_of(body, parts, skipped):
            if (line := read(record)) is None:
                return []
            lines.append(line)
    except FileRefused:
        return []
    pairs = sum(bool(line.name) for line in lines)
    bare = sum(bool(line.said) and not line.name for line in lines)
    return lines if pairs >= max(bare, LEAST_KNOWN) else []


def _parted(record: Record) -> _Line | None:
    text = record.cells[0] if record.cells else ""
    found = _PAIR.fullmatch(text)
    if found is None:
        return _Line(record.line, "", text)
    return _Line(record.line, found[1].strip(_AROUND_NAMES), found[2].strip(" \t*"))


def _of_cells(record: Record) -> _Line | None:
    """Return a row of two cells as a line; None for a row of a table."""
    filled = [cell for cell in record.cells[1:] if cell]
    if not record.cells or not (record.cells[0] or filled):
        return _Line(record.line, "", "")
    name = record.cells[0].strip(_AROUND_NAMES)
    if len(record.cells) == 1 or not name:
        return _Line(record.line, "", " ".join([name, *filled]).strip())
    if len(filled) > 1:
        column = read_header([name]).columns[0]
        if column.role or column.is_test:
            return None
    return _Line(record.line, name, " ".join(filled))


# Blocks -------------------------------------------------------------------------------

Said = dict[str, str]  # what is said by the place of its name among the columns


@dataclass(slots=True)
class _Block:
    """Lines that belong together: what they say by name, and those without a name."""

    line: int
    said: dict[str, str] = field(default_factory=dict)
    bare: list[_Line] = field(default_factory=list)


class _Names:
    """What the names of a sheet mean, as the header of a table would say it."""

    def __init__(self, lines: Sequence[_Line], chosen: Chosen | None) -> None:
        shown: dict[str, str] = {}
        for line in lines:
            if line.name:
                shown.setdefault(_key(line), line.name)
        self.header = read_header(list(shown.values()), chosen)
        self._columns = dict(zip(shown, self.header.columns, strict=True))

    def __len__(self) -> int:
        return len(self._columns)

    def role(self, key: str) -> Role | None:
        return self._columns[key].role

    def is_known(self, key: str) -> bool:
        return self._columns[key].role is not None or self._columns[key].is_test

    def is_value(self, key: str) -> bool:
        return self.role(key) is Role.VALUE or self._columns[key].is_test

    def has_value(self, block: _Block) -> bool:
        return any(map(self.is_value, block.said))

    def cells(self, block: _Block) -> tuple[str, ...]:
        return tuple(block.said.get(key, "") for key in self._columns)

    def called(self, key: str) -> str:
        return self._columns[key].name


def _key(line: _Line) -> str:
    return plain(line.name) or line.name


def _sheet(
    lines: Sequence[_Line], separator: str, chosen: Chosen | None
) -> Table | None:
    lines = _without_heading(lines)
    names = _Names(lines, chosen)
    if not LEAST_KNOWN <= len(names) <= MAX_NAMES:
        return None
    blocks = _blocks(lines, names)
    first = next((at for at, block in enumerate(blocks) if block.said), len(blocks))
    above = [line for block in blocks[: first + 1] for line in block.bare]
    for block in blocks[: first + 1]:
        block.bare = []
    rows = _Rows(blocks[first:], names)
    if not rows.records:
        return None
    preamble = tuple(Record(line.number, (line.said,)) for line in above)
    return Table(
        separator,
        names.header,
        rows.records[0].line,
        preamble,
        rows.records,
        rows.warnings([line.said for line in above]),
        is_sheet=True,
    )


def _without_heading(lines: Sequence[_Line]) -> Sequence[_Line]:
    """Leave out a first line such as "Parameter;Value", which heads both columns."""
    at = next((at for at, line in enumerate(lines) if not line.is_empty), 0)
    words = plain(lines[at].name), plain(lines[at].said)
    return lines[at + 1 :] if words[0] in _HEADS and words[1] in _HEADS else lines


_HEADINGS = """
    field key name parameter item attribute property label value values content feld
    schlussel merkmal wert inhalt bezeichnung angabe champ valeur parametre libelle
    campo valor dato alan deger veld waarde test result information info
"""
_HEADS = frozenset(_HEADINGS.split())


def _blocks(lines: Sequence[_Line], names: _Names) -> list[_Block]:
    """Return the blocks; where each has one line, empty lines mean nothing."""
    parts: list[list[_Line]] = [[]]
    for line in lines:
        if line.is_empty:
            parts.append([])
        else:
            parts[-1].append(line)
    filled = list(filter(None, parts))
    if all(len(part) == 1 for part in filled):
        filled = [[line for part in filled for line in part]]
    return [block for part in filled for block in _parted_by_names(part, names)]


def _parted_by_names(lines: Sequence[_Line], names: _Names) -> Iterator[_Block]:
    """Give the blocks of lines that no empty line parts."""
    block = _Block(lines[0].number)
    last = ""
    for line in lines:
        key = _key(line) if line.name else ""
        if not key and last and names.role(last) in SAID_ON:
            _say_on(block, last, line.said)
        elif not key:
            block.bare.append(line)
        elif key not in block.said:
            block.said[key] = line.said
        elif names.role(key) in SAID_ON or not names.is_known(key):
            _say_on(block, key, line.said)
        else:
            before = _before(key, block, names)
            yield block
            block = _Block(line.number, {**before, key: line.said})
        last = key or last
    yield block


def _say_on(block: _Block, key: str, text: str) -> None:
    """Say more under a name; what is too long for a comment already is refused so."""
    if len(block.said[key]) <= MAX_FIELD_LENGTHS["comment"]:
        block.said[key] += f"\n{text}"


def _before(key: str, block: _Block, names: _Names) -> dict[str, str]:
    """Return what stood above a name; nothing where a value is among it."""
    keys = list(block.said)
    above = keys[: keys.index(key)]
    if any(map(names.is_value, above)) and not names.is_value(key):
        return {}
    return {each: block.said[each] for each in above if not names.is_value(each)}


# Rows ---------------------------------------------------------------------------------


class _Rows:
    """The blocks of results with what stands around them, and what went nowhere."""

    def __init__(self, blocks: Sequence[_Block], names: _Names) -> None:
        self._names = names
        self._rows: list[Record | _Block] = []
        self._unread: list[str] = []
        results = [block for block in blocks if names.has_value(block)]
        if len(results) == 1:
            self._take_all_for(results[0], blocks)
        elif results:
            self._take_in_turn(blocks, is_above=not names.has_value(blocks[0]))
        else:  # nobody has said yet what holds the value
            self._rows += [block for block in blocks if block.said]

    @property
    def records(self) -> tuple[Record, ...]:
        return tuple(
            Record(row.line, self._names.cells(row)) if isinstance(row, _Block) else row
            for row in self._rows
        )

    def warnings(self, above: Sequence[str]) -> tuple[str, ...]:
        """Name the lines that are no part of a result, those above the first too."""
        lines = [*(quoted(text, QUOTED_LENGTH) for text in above), *self._unread]
        said = LINES_NOT_READ % {"lines": listed(lines, MOST_NAMED)}
        return (said,) if lines else ()

    def _take_all_for(self, result: _Block, blocks: Sequence[_Block]) -> None:
        """Say of the only result all that is said anywhere."""
        for block in blocks:
            self._rows += _bare(block)
            if block is not result:
                self._add(block, result)
        self._rows.append(result)

    def _take_in_turn(self, blocks: Sequence[_Block], *, is_above: bool) -> None:
        """
        Say of each result what stands around it.

        Blocks without a value are all above the results that they are about, or all
        below the one.
        """
        above = _Block(0)
        waiting: list[_Block] = []  # for a result to follow
        last = blocks[0]
        for block in blocks:
            self._rows += _bare(block)
            if self._names.has_value(block):
                block.said = {**self._shared(above, block), **block.said}
                self._rows.append(block)
                waiting, last = [], block
            elif not is_above:
                self._add(block, last)
            else:
                kept = above.said if waiting else self._person_of(above, block)
                above = _Block(0, {**kept, **block.said})
                waiting.append(block)
        for block in waiting:
            self._unread += [self._shown(key, said) for key, said in block.said.items()]

    def _add(self, block: _Block, result: _Block) -> None:
        """Say of a result what a block says; what contradicts it is named as unread."""
        for key, said in block.said.items():
            if result.said.setdefault(key, said) != said:
                self._unread.append(self._shown(key, said))

    def _shared(self, above: _Block, result: _Block) -> dict[str, str]:
        """Return what stands above a result that does not name another person."""
        known = self._by_role(above)
        own = self._by_role(result)
        is_another = any(known.get(role, own[role]) != own[role] for role in own)
        return {
            key: said
            for key, said in above.said.items()
            if not (is_another and self._names.role(key) in OF_PERSONS)
        }

    def _person_of(self, above: _Block, block: _Block) -> dict[str, str]:
        """Return whom all is about, where a new block above results does not say it."""
        names = self._names
        if any(names.role(key) in OF_PERSONS for key in block.said):
            return {}
        return {
            k: said for k, said in above.said.items() if names.role(k) in OF_PERSONS
        }

    def _by_role(self, block: _Block) -> dict[Role | None, str]:
        roles = {self._names.role(key): said for key, said in block.said.items()}
        return {role: said for role, said in roles.items() if role in OF_PERSONS}

    def _shown(self, key: str, said: str) -> str:
        return quoted(f"{self._names.called(key)}: {said}", QUOTED_LENGTH)


def _bare(block: _Block) -> list[Record]:
    return [Record(line.number, (line.said,)) for line in block.bare]
