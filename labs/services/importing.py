"""
Bringing a file into a clinic, or into one record: the whole file or nothing.

Rows are staged in temporary tables and inserted by one statement of the database
(labs.migrations.0003). Running the same file again adds nothing twice.
"""

import hashlib
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple, Protocol
from uuid import UUID, uuid4

from django.db import connection, transaction
from psycopg import Copy
from psycopg.sql import SQL, Identifier

from accounts.domain.audit import Channel
from accounts.domain.scopes import ConsentBasis
from accounts.domain.viewers import NIL, Viewer
from accounts.models import Clinic, Consent, Patient, PatientNumber
from labs.domain.plausibility import latest_day, reason_to_hold_date
from labs.formats import csv_template
from labs.formats.detect import FHIR_JSON, JSON, looks_like
from labs.formats.fhir import FhirLines, has_lines
from labs.formats.inspection import read_file
from labs.formats.overtaken import Overtaken, without_effect
from labs.formats.parsed import (
    ParsedResult,
    ParsedSupplement,
    PatientClue,
    Refusal,
    Source,
)
from labs.formats.sentences import N_
from labs.models import ImportBatch
from labs.models.import_batch import RowKind, RowPart
from labs.services import summarising, withdrawing

Progress = Callable[[str], None]
Counted = Callable[[int], None]

NOT_KNOWN = N_(
    "No patient of this clinic has this number, or this name and birth date. "
    "People are created only when asked for."
)
NOBODY_NAMED = N_(
    "The row names no patient: it needs a number, or name and birth date."
)
OTHER_PERSON = N_(
    "The clinic knows this number under another name or birth date. "
    "Check whose result it is."
)
OTHER_PERSON_HERE = N_(
    "The name or birth date on the file is not the one of this record."
)
NOT_SHARED = N_("The patient shares results with this clinic from a later day on.")
OTHER_NUMBER = N_(
    "The clinic knows somebody of this name and birth date under another number."
)
SEVERAL = N_("Several patients of this clinic have this name and birth date.")
# Why the database keeps a row for review: labs.migrations.0047.
WHICH_SAMPLE = N_(
    "It changes a result of this day without saying which, and several are here: "
    "%(names)s. Look at the report."
)
# The same: labs.migrations.0053.
COMES_LATE = N_(
    "A final result of this sample is here already: %(value)s. This preliminary one "
    "came after it."
)
# The same: labs.migrations.0057.
MAY_COME_LATE = N_(
    "It may be of a sample whose final result is here already: %(value)s. This "
    "preliminary one came after it. Look at the report."
)
TEMPLATE_FORMAT = "CSV, the product's own table"
SAMPLE_BYTES = 65_536
ROWS_A_PROGRESS = 5_000
IMPORTED = Source.IMPORTED_FILE.value
LONGEST_FILE_NAME = 200
LONGEST_WHY = 500
LONGEST_WHERE = 120
LONGEST_WHO = 200
LONGEST_WHAT = 300
REFUSED = RowKind.REFUSED.value
# Why the database wrote a version, in the words of labs.migrations.
COMPLETED = N_("Flag or interval added by the laboratory")
VERSION_REASONS = (
    COMPLETED,
    N_("Sent as corrected by the laboratory"),
    N_("Made final by the laboratory"),
    withdrawing.WITHDRAWN_BEFORE,
    N_("Corrected by the laboratory"),
    withdrawing.CANCELLED_BEFORE,
)


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What became of a file; the counts add up to its rows."""

    batch_id: UUID
    added: int
    corrected: int
    held: int
    already_here: int
    people_created: int
    refused: tuple[Refusal, ...]
    warnings: tuple[str, ...]
    more_refused: int = 0
    """How many were refused beside those that are named."""

    @property
    def all_refused(self) -> int:
        """Return how many rows were refused, named or not."""
        return len(self.refused) + self.more_refused


class Table(NamedTuple):
    """A file's format, its rows, and what was tolerated in it as a whole."""

    format: str
    rows: Iterable[ParsedResult | Refusal]
    warnings: tuple[str, ...]
    supplements: tuple[ParsedSupplement, ...] = ()
    more_refused: int = 0


class Read(Protocol):
    """What a file holds; what is said of the whole is asked after its rows."""

    @property
    def format(self) -> str: ...
    @property
    def rows(self) -> Iterable[ParsedResult | Refusal]: ...
    @property
    def warnings(self) -> tuple[str, ...]: ...
    @property
    def supplements(self) -> tuple[ParsedSupplement, ...]: ...
    @property
    def more_refused(self) -> int: ...


class ListedRow(NamedTuple):
    """A row that was taken: whose, the how manieth of the file, and why it is held."""

    patient_id: UUID
    row: ParsedResult
    line: int
    hold: str


class WithdrawnRow(NamedTuple):
    """A row that takes a result back: whose, and what became of that."""

    patient_id: UUID
    row: Refusal
    outcome: withdrawing.Outcome


class Listed:
    """
    What a preview lists: the first rows that were taken, each with whose it is.

    Rows that are held for review are listed wherever in the file they stand.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.rows: list[ListedRow] = []
        self._further = 0
        self.refused: list[tuple[Refusal, ParsedResult | None]] = []
        self.withdrawn: list[WithdrawnRow] = []

    def take(self, listed: ListedRow) -> None:
        """Keep a row while there is room."""
        if len(self.rows) - self._further < self.most:
            self.rows.append(listed)
        elif listed.hold and self._further < self.most:
            self._further += 1
            self.rows.append(listed)

    def refuse(self, refusal: Refusal, row: ParsedResult | None) -> None:
        """Keep a refusal with the row that it is about, where one was read."""
        self.refused.append((refusal, row))


class Finder(Protocol):
    """Who finds the patients that a file's rows speak of."""

    found: dict[PatientClue, "_Person"]
    latest_day: date

    @property
    def created(self) -> int:
        """Return how many people the file brought along."""

    def standing(self, clue: PatientClue) -> "_Standing":
        """Return who a row's person is here, or why the row is refused."""

    def standing_here(self, clue: PatientClue) -> "_Standing":
        """Return the same for a row for which nobody is created."""

    def whose(self, clue: PatientClue) -> UUID | None:
        """Return whom a row means; nobody is asked about or opened by that."""

    def store_new(self) -> None:
        """Write the new patients."""


@transaction.atomic
def import_table(
    *,
    data: bytes,
    file_name: str,
    clinic: Clinic,
    create_patients: bool,
    by: Viewer,
    at: datetime,
    channel: Channel = Channel.COMMAND,
    date_order: str | None = None,
    unit: str | None = None,
    say: Progress = lambda _: None,
) -> ImportOutcome:
    """
    Store a table's results in a clinic and say what became of every row.

    People are created only when told to; a row whose person is not known, or known
    under another name, is refused by name. Raises FileRefused where the file as a
    whole cannot be read; then nothing is stored. `date_order` (ymd, dmy, mdy) answers
    the question that QuestionAsked puts where dates fit several orders, `unit` the one
    where a table names none.
    """
    table = read_table(data, date_order=date_order, unit=unit)
    batch = ImportBatch.objects.create(
        clinic=clinic,
        file_name=file_name[:LONGEST_FILE_NAME],
        sha256=hashlib.sha256(data).hexdigest(),
        file_format=table.format,
        entered_by_id=by.id,
        entered_by_name=by.name,
        entered_at=at,
        saved_at=at,
    )
    people = People(clinic=clinic, at=at, may_create=create_patients)
    say("Reading the rows and finding their patients")
    outcome = import_rows(
        table, batch=batch, people=people, by=by, at=at, channel=channel
    )
    keep_refusals(batch, outcome.refused, people)
    keep_counts(batch, outcome)
    return outcome


def import_rows(
    table: Read,
    *,
    batch: ImportBatch,
    people: "Finder",
    by: Viewer,
    at: datetime,
    channel: Channel,
    progress: Counted = lambda _: None,
    listed: "Listed | None" = None,
    is_trial: bool = False,
) -> ImportOutcome:
    """
    Store a table's rows under a batch; the caller's transaction holds them together.

    `progress` is told how many rows were read; `listed` gets the first rows that were
    taken, with whose they are. A trial, which the caller takes back, draws no rows of
    worklists.
    """
    staged, refused = _stage(table.rows, people, progress, listed)
    # Of some of them a file may hold no value.
    taking_back = {
        people.standing_here(refusal.patient).patient_id
        for refusal in refused
        if refusal.withdraws is not None
    }
    people.store_new()
    touched = {each.patient_id for each in people.found.values()}
    if is_trial:
        # It inserts in the order of everybody else, and takes turns for these alone: a
        # long preview of many people must let nobody wait.
        touched &= taking_back
    held_rows = summarising.lock(touched, by=by) if touched else {}
    added, held, corrected = _insert_staged(batch, by=by, at=at, channel=channel)
    taken_back = _take_back(refused, batch, people, listed, by=by, at=at)
    refused = taken_back.refused
    if not is_trial:
        summarising.draw(held_rows, at=at)
    return ImportOutcome(
        batch_id=batch.pk,
        added=added + corrected + taken_back.results,
        corrected=corrected + taken_back.results,
        held=held,
        already_here=staged - added - corrected + taken_back.here,
        people_created=people.created,
        refused=tuple(refused),
        warnings=table.warnings,
        more_refused=table.more_refused,
    )


def read_table(
    data: bytes,
    *,
    date_order: str | None = None,
    columns: Mapping[str, str] | None = None,
    unit: str | None = None,
) -> Read:
    """
    Return the rows of a file, each a result or a refusal.

    The product's own table and FHIR of a document a line are read row by row; any other
    shape at once.
    """
    if columns is None and csv_template.is_template(data[:SAMPLE_BYTES]):
        return Table(TEMPLATE_FORMAT, csv_template.read_rows(io.BytesIO(data)), ())
    if looks_like(data) in (FHIR_JSON, JSON) and has_lines(data):
        return FhirLines(data)
    parsed = read_file(data, date_order=date_order, columns=columns, unit=unit)
    rows: list[ParsedResult | Refusal] = [*parsed.results, *parsed.companions]
    rows.extend(parsed.refused)
    products = (*parsed.supplements, *parsed.medicines)
    return Table(parsed.format, rows, parsed.warnings, products, parsed.more_refused)


class Known(NamedTuple):
    """A patient whose results the clinic may see."""

    patient_id: UUID
    number: str
    name: str
    born_on: date | None
    results_from: date | None


class _Person(NamedTuple):
    """A patient that the file speaks of, numbered within the file."""

    number: int
    patient_id: UUID


class _Standing(NamedTuple):
    """What is known of a row's person, looked up once for all their rows."""

    refusal: str
    number: int
    shared_from: date | None
    born_on: date | None
    patient_id: UUID = NIL

    def reason_against(self, collected_on: date) -> str:
        """Return why a result of that day is refused; empty where it is taken."""
        if self.refusal:
            return self.refusal
        if self.shared_from is not None and collected_on < self.shared_from:
            return NOT_SHARED
        return ""


NOBODY = PatientClue()


class People:
    """Finds, and where asked creates, the patients that a file's rows speak of."""

    def __init__(
        self,
        *,
        clinic: Clinic,
        at: datetime,
        may_create: bool,
        said: Mapping[str, str] | None = None,
    ) -> None:
        self.clinic, self.at, self.may_create = clinic, at, may_create
        # Doubtful ones that somebody told apart: a clue's mark, and a patient's id.
        self._said = {mark: UUID(known) for mark, known in (said or {}).items()}
        self.doubtful: dict[PatientClue, list[Known]] = {}
        self.found: dict[PatientClue, _Person] = {}
        self._shared_from: dict[PatientClue, date | None] = {}
        self._standings: dict[PatientClue, _Standing] = {}
        self._born_on: dict[PatientClue, date | None] = {}
        self.latest_day = latest_day(at)
        self._new: list[Known] = []
        self._read_clinic()

    def _read_clinic(self) -> None:
        self._by_id: dict[UUID, Known] = {}
        self._by_number: dict[str, Known] = {}
        self._by_name: dict[tuple[str, date | None], list[Known]] = {}
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT patient_id, number, name, born_on, results_from"
                " FROM app.people_of_clinic(%s)",
                [self.clinic.pk],
            )
            for row in cursor:
                self._add(Known(*row))

    def _add(self, known: "Known") -> None:
        self._by_id[known.patient_id] = known
        if known.number:
            self._by_number[known.number] = known
        name_and_day = (folded(known.name), known.born_on)
        self._by_name.setdefault(name_and_day, []).append(known)

    @property
    def created(self) -> int:
        """Return how many people the file brought along."""
        return len(self._new)

    def standing(self, clue: PatientClue) -> "_Standing":
        """Return who a row's person is here, or why the row is refused."""
        return self._standing(clue, may_create=self.may_create)

    def standing_here(self, clue: PatientClue) -> "_Standing":
        """Return the same for a row for which nobody is created."""
        return self._standing(clue, may_create=False)

    def _standing(self, clue: PatientClue, *, may_create: bool) -> "_Standing":
        standing = self._standings.get(clue)
        if standing is None:
            reason = self._find(clue, may_create=may_create)
            number = -1 if reason else self.found[clue].number
            standing = self._standings[clue] = _Standing(
                reason,
                number,
                self._shared_from.get(clue),
                self._born_on.get(clue),
                NIL if reason else self.found[clue].patient_id,
            )
        return standing

    def _find(self, clue: PatientClue, *, may_create: bool) -> str:
        if not _names_somebody(clue):
            return NOBODY_NAMED
        certain = self._certain(clue)
        if certain is not None:
            return self._found(clue, certain)
        known = self._by_number.get(clue.identifier)
        if known is None:
            return self._find_by_name(clue, may_create=may_create)
        return self._doubt(clue, [known], OTHER_PERSON)

    def whose(self, clue: PatientClue) -> UUID | None:
        """Return whom a row means; nobody is asked about or opened by that."""
        certain = self._certain(clue) if _names_somebody(clue) else None
        return certain.patient_id if certain else None

    def _certain(self, clue: PatientClue) -> "Known | None":
        """Return the one patient whom a row can mean, if there is one."""
        told = self._by_id.get(self._said.get(mark_of(clue), NIL))
        if told is not None:
            return told
        known = self._by_number.get(clue.identifier)
        if known is not None:
            return None if contradicts(clue, known) else known
        namesakes = self._namesakes(clue)
        if len(namesakes) != 1 or (clue.identifier and namesakes[0].number):
            return None
        return namesakes[0]

    def _namesakes(self, clue: PatientClue) -> "list[Known]":
        name_and_day = (folded(clue.name), clue.born_on)
        return self._by_name.get(name_and_day, []) if clue.born_on else []

    def _doubt(self, clue: PatientClue, among: "list[Known]", why: str) -> str:
        """Remember whom a row may be about, so that a person can be asked."""
        self.doubtful[clue] = among
        return why

    def _find_by_name(self, clue: PatientClue, *, may_create: bool) -> str:
        namesakes = self._namesakes(clue)
        if len(namesakes) > 1:
            return self._doubt(clue, namesakes, SEVERAL)
        if namesakes and not may_create:
            return self._doubt(clue, namesakes, OTHER_NUMBER)
        return self._create(clue) if may_create else NOT_KNOWN

    def _create(self, clue: PatientClue) -> str:
        """Plan a new patient; one known by number alone goes by that number."""
        new = Known(
            uuid4(), clue.identifier, clue.name or clue.identifier, clue.born_on, None
        )
        self._new.append(new)
        self._add(new)
        return self._found(clue, new)

    def _found(self, clue: PatientClue, known: "Known") -> str:
        self.found[clue] = _Person(len(self.found), known.patient_id)
        self._shared_from[clue] = known.results_from
        self._born_on[clue] = known.born_on or clue.born_on
        return ""

    def store_new(self) -> None:
        """Write the new patients, each with the clinic's recorded basis and number."""
        Patient.objects.bulk_create(
            (
                Patient(
                    id=new.patient_id,
                    name=new.name,
                    born_on=new.born_on,
                    created_at=self.at,
                )
                for new in self._new
            ),
            batch_size=1000,
        )
        Consent.objects.bulk_create(
            (
                Consent(
                    patient_id=new.patient_id,
                    clinic=self.clinic,
                    basis=ConsentBasis.CLINIC_RECORD.value,
                    starts_at=self.at,
                )
                for new in self._new
            ),
            batch_size=1000,
        )
        PatientNumber.objects.bulk_create(
            (
                PatientNumber(
                    clinic=self.clinic, patient_id=new.patient_id, number=new.number
                )
                # In one order: of two files with the same people one waits.
                for new in sorted(self._new, key=lambda new: new.number)
                if new.number
            ),
            batch_size=1000,
        )


def _names_somebody(clue: PatientClue) -> bool:
    return bool(clue.identifier or (clue.name and clue.born_on))


def folded(name: str) -> str:
    """Return a name so that case, commas and the order of its parts do not matter."""
    return " ".join(sorted(name.replace(",", " ").casefold().split()))


def mark_of(clue: PatientClue) -> str:
    """Return a mark of who a file speaks of, which tells nobody's name."""
    said = f"{clue.identifier}|{folded(clue.name)}|{clue.born_on}"
    return hashlib.sha256(said.encode()).hexdigest()[:32]


class OnePerson:
    """
    Takes every row for one record.

    A row that names somebody else is refused, unless the file speaks of that one person
    alone and somebody confirmed that it is this record's.
    """

    created = 0

    def __init__(
        self,
        patient: Patient,
        *,
        at: datetime,
        shared_from: date | None,
        is_confirmed: bool,
    ) -> None:
        self._known = Known(patient.pk, "", patient.name, patient.born_on, shared_from)
        self._is_confirmed = is_confirmed
        self.latest_day = latest_day(at)
        self.found = {NOBODY: _Person(0, patient.pk)}
        self.others: dict[PatientClue, None] = {}

    def standing(self, clue: PatientClue) -> _Standing:
        """Return this record's, or why the row is refused."""
        known = self._known
        is_other = contradicts(clue, known)
        if is_other:
            self.others[clue] = None
        is_refused = is_other and not self._is_confirmed
        return _Standing(
            OTHER_PERSON_HERE if is_refused else "",
            0,
            known.results_from,
            known.born_on,
            known.patient_id,
        )

    def standing_here(self, clue: PatientClue) -> _Standing:
        """Return this record's, or why the row is refused."""
        return self.standing(clue)

    def whose(self, clue: PatientClue) -> UUID | None:
        """Return this record's, or nobody where a row names somebody else."""
        return None if contradicts(clue, self._known) else self._known.patient_id

    def store_new(self) -> None:
        """Create nobody."""


def contradicts(clue: PatientClue, known: Known) -> bool:
    """Say whether the file's name or birth date is another person's."""
    day, known_day = clue.born_on, known.born_on
    other_day = day is not None and known_day is not None and day != known_day
    goes_by_number = known.name == known.number
    other_name = (
        bool(clue.name)
        and not goes_by_number
        and folded(clue.name) != folded(known.name)
    )
    return other_day or other_name


STAGED_COLUMNS = (
    "person integer, line integer, measurand text, value_text text, value numeric,"
    " comparator text, unit_text text, unit text, collected_on date, laboratory text,"
    " method text, specimen text, interval_text text, interval_low numeric,"
    " interval_high numeric, laboratory_flag text, status text, loinc text,"
    " local_code text, test_name text, comment text, held_because text,"
    " accession text, source text, collected_time_text text, reported_on date,"
    " checked_elsewhere text"
)


def _stage(
    rows: Iterable[ParsedResult | Refusal],
    people: Finder,
    progress: Counted,
    listed: Listed | None,
) -> tuple[int, list[Refusal]]:
    """Copy the rows into temporary tables, which the insert reads."""
    names = [column.split()[0] for column in STAGED_COLUMNS.split(",")]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.incoming, pg_temp.incoming_people")
        cursor.execute(
            "CREATE TEMP TABLE incoming ("
            + STAGED_COLUMNS
            + ", supersedes boolean NOT NULL DEFAULT false, completes uuid,"
            " completed uuid, is_here boolean NOT NULL DEFAULT false,"
            " note text NOT NULL DEFAULT '', value_by text) ON COMMIT DROP;"
            "CREATE TEMP TABLE incoming_people (person integer, patient_id uuid)"
            " ON COMMIT DROP;"
            "GRANT SELECT, UPDATE, DELETE ON pg_temp.incoming TO PUBLIC;"
            "GRANT SELECT ON pg_temp.incoming_people TO PUBLIC"
        )
        copied = SQL("COPY pg_temp.incoming ({}) FROM STDIN").format(
            SQL(", ").join(map(Identifier, names))
        )
        with cursor.copy(copied) as copy:
            staged, refused = _copy_rows(copy, rows, people, progress, listed)
        with cursor.copy("COPY pg_temp.incoming_people FROM STDIN") as copy:
            for person in people.found.values():
                copy.write_row(person)
        cursor.execute("ANALYZE pg_temp.incoming_people")
    return staged, refused


def _copy_rows(
    copy: Copy,
    rows: Iterable[ParsedResult | Refusal],
    people: Finder,
    progress: Counted,
    listed: Listed | None,
) -> tuple[int, list[Refusal]]:
    refused: list[Refusal] = []
    staged = 0
    overtaken = Overtaken()
    clue, standing = NOBODY, people.standing(NOBODY)
    for number, row in enumerate(rows, start=1):
        if not number % ROWS_A_PROGRESS:
            progress(number)
        if isinstance(row, Refusal):
            # What takes a result back waits until every value is here.
            overtaken.note(row, len(refused))
            _refuse(row, None, refused, None if row.withdraws else listed)
            continue
        _leave_overtaken(overtaken.by(row), refused, listed)
        if row.patient is not clue:  # rows of one patient mostly follow each other
            clue = row.patient
            standing = people.standing(clue)
        if reason := standing.reason_against(row.collected_on):
            refusal = Refusal(row.where, reason, patient=row.patient)
            _refuse(refusal, row, refused, listed)
            continue
        hold = _reason_to_hold(row, standing, people.latest_day)
        copy.write_row(_staged(standing.number, staged, row, hold=hold))
        if listed is not None:
            listed.take(ListedRow(standing.patient_id, row, staged, hold))
        staged += 1
    return staged, refused


def _leave_overtaken(
    places: Iterable[int], refused: list[Refusal], listed: Listed | None
) -> None:
    """Let these refusals take nothing back: a value of the same came behind them."""
    for place in places:
        refused[place] = without_effect(refused[place])
        if listed is not None:
            listed.refuse(refused[place], None)


def _refuse(
    refusal: Refusal,
    row: ParsedResult | None,
    refused: list[Refusal],
    listed: Listed | None,
) -> None:
    refused.append(refusal)
    if listed is not None:
        listed.refuse(refusal, row)


def _reason_to_hold(row: ParsedResult, standing: "_Standing", latest: date) -> str:
    """
    Return why a row is kept for review: its own reason, or a day that cannot be.

    The day comes first: until it is known, the result has no place in time.
    """
    born_on = standing.born_on
    day = reason_to_hold_date(row.collected_on, today=latest, born_on=born_on)
    return day or row.hold


def _staged(
    person: int, line: int, row: ParsedResult, *, hold: str
) -> tuple[object, ...]:
    return (
        person,
        line,
        row.measurand.value,
        row.value_text,
        row.value,
        row.comparator.value if row.comparator else "",
        row.unit_text,
        row.unit.value if row.unit else "",
        row.collected_on,
        row.laboratory,
        row.method,
        row.specimen,
        row.interval_text,
        row.interval_low,
        row.interval_high,
        row.laboratory_flag,
        row.result_status.value,
        row.loinc,
        row.local_code,
        row.display,
        row.comment,
        hold,
        row.accession,
        row.source or IMPORTED,
        row.collected_time_text,
        row.reported_on,
        row.checked_by,
    )


def _insert_staged(
    batch: ImportBatch, *, by: Viewer, at: datetime, channel: Channel
) -> tuple[int, int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT added, held, corrected"
            " FROM app.add_imported_results(%s, %s, %s, %s, %s)",
            [batch.pk, by.id, by.name, at, channel.value],
        )
        added, held, corrected = cursor.fetchone()
    return added, held, corrected


class _TakenBack(NamedTuple):
    """How many results were taken back, or had been before, and what is refused."""

    results: int
    here: int
    refused: list[Refusal]


def _take_back(
    refused: list[Refusal],
    batch: ImportBatch,
    people: Finder,
    listed: Listed | None,
    *,
    by: Viewer,
    at: datetime,
) -> _TakenBack:
    """Write what the file takes back without a value; it comes after all values."""
    fates = Counter[withdrawing.Fate]()
    left: list[Refusal] = []
    for refusal in refused:
        meant = refusal.withdraws
        if meant is None:
            left.append(refusal)
            continue
        standing = people.standing_here(refusal.patient)
        reason = standing.reason_against(meant.collected_on)
        outcome = withdrawing.Outcome(withdrawing.Fate.REFUSED, reason)
        if not reason:
            patient = Patient.objects.get(pk=standing.patient_id)
            outcome = withdrawing.withdraw(
                meant, patient=patient, by=by, at=at, batch=batch
            )
        fates[outcome.fate] += 1
        if outcome.fate is withdrawing.Fate.REFUSED:
            why = reason or f"{refusal.why} {outcome.why}"
            _refuse(replace(refusal, why=why), None, left, listed)
        elif listed is not None:
            row = WithdrawnRow(standing.patient_id, refusal, outcome)
            listed.withdrawn.append(row)
    fate = withdrawing.Fate
    return _TakenBack(fates[fate.TAKEN_BACK], fates[fate.HERE], left)


def completing_lines() -> frozenset[int]:
    """Return which rows became versions of what lacked their flag or interval."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT line FROM pg_temp.incoming WHERE completes IS NOT NULL")
        return frozenset(line for (line,) in cursor)


@dataclass(slots=True)
class RowToKeep:
    """A row of a file as the preview and the list of refusals show it."""

    kind: str
    where: str
    why: str
    who: str = ""
    what: str = ""
    patient_id: UUID | None = None
    understood: dict[str, str] | None = None
    part: str = RowPart.RESULTS.value


def refused_row(refusal: Refusal, people: Finder) -> RowToKeep:
    """Return where and why a row was refused, what it says, and whom it means."""
    return RowToKeep(
        REFUSED,
        refusal.where,
        refusal.why,
        spoken_clue(refusal.patient),
        refusal.what,
        people.whose(refusal.patient),
        part=(RowPart.SUPPLEMENTS if refusal.is_medicine else RowPart.RESULTS).value,
    )


def spoken_clue(clue: PatientClue) -> str:
    """Return whom a file speaks of: name, birth date, number, as far as it says."""
    born_on = clue.born_on.isoformat() if clue.born_on else ""
    return ", ".join(filter(None, (clue.name, born_on, clue.identifier)))[:LONGEST_WHO]


def keep_refusals(
    batch: ImportBatch, refused: Iterable[Refusal], people: Finder
) -> None:
    """Keep where and why rows were refused."""
    keep_rows(batch, [refused_row(refusal, people) for refusal in refused])


def keep_rows(batch: ImportBatch, rows: Sequence[RowToKeep]) -> None:
    """Keep a file's rows in their order, by one statement: there may be thousands."""
    if not rows:
        return
    told = [
        {
            "kind": row.kind,
            "where": row.where[:LONGEST_WHERE],
            "who": row.who[:LONGEST_WHO],
            "patient_id": str(row.patient_id) if row.patient_id else None,
            "what": row.what[:LONGEST_WHAT],
            "why": row.why[:LONGEST_WHY],
            "understood": row.understood,
            "part": row.part,
        }
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO labs_importrow (batch_id, kind, "where", who, patient_id,'
            " what, why, understood, part)"
            ' SELECT %s, row.kind, row."where", row.who, row.patient_id, row.what,'
            " row.why, row.understood, row.part"
            " FROM ROWS FROM (jsonb_to_recordset(%s) AS (kind text,"
            ' "where" text, who text, patient_id uuid, what text, why text,'
            " understood jsonb, part text))"
            " WITH ORDINALITY AS row ORDER BY row.ordinality",
            [batch.pk, json.dumps(told)],
        )


def keep_counts(batch: ImportBatch, outcome: ImportOutcome) -> None:
    """Keep what became of the rows, as counts."""
    batch.added = outcome.added
    batch.corrected = outcome.corrected
    batch.already_here = outcome.already_here
    batch.held = outcome.held
    batch.refused = outcome.all_refused
    batch.people_created = outcome.people_created
    batch.save(
        update_fields=[
            "added",
            "corrected",
            "already_here",
            "held",
            "refused",
            "people_created",
        ]
    )
