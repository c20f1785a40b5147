"""
Bringing a file into a clinic: the whole file or nothing.

Rows are staged in temporary tables and inserted by one statement of the database
(labs.migrations.0003). Running the same file again adds nothing twice.
"""

import hashlib
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils import timezone
from psycopg import Copy

from accounts.domain.audit import Channel
from accounts.domain.scopes import ConsentBasis
from accounts.domain.viewers import Viewer
from accounts.models import Clinic, Consent, Patient, PatientNumber
from labs.domain.plausibility import reason_to_hold_date
from labs.formats import csv_template
from labs.formats.inspection import read_file
from labs.formats.parsed import ParsedResult, PatientClue, Refusal
from labs.models import ImportBatch, ImportRow

Progress = Callable[[str], None]

NOT_KNOWN = (
    "No patient of this clinic has this number, or this name and birth date. "
    "People are created only when asked for."
)
NOBODY_NAMED = "The row names no patient: it needs a number, or name and birth date."
OTHER_PERSON = (
    "The clinic knows this number under another name or birth date. "
    "Check whose result it is."
)
NOT_SHARED = "The patient shares results with this clinic from a later day on."
SEVERAL = "Several patients of this clinic have this name and birth date."
TEMPLATE_FORMAT = "CSV, the product's own table"
SAMPLE_BYTES = 65_536
LONGEST_FILE_NAME = 200
LONGEST_WHY = 500
LONGEST_WHERE = 120


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


class Table(NamedTuple):
    """A file's format, its rows, and what was tolerated in it as a whole."""

    format: str
    rows: Iterable[ParsedResult | Refusal]
    warnings: tuple[str, ...]


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
    say: Progress = lambda _: None,
) -> ImportOutcome:
    """
    Store a table's results in a clinic and say what became of every row.

    People are created only when told to; a row whose person is not known, or known
    under another name, is refused by name. Raises FileRefused where the file as a
    whole cannot be read; then nothing is stored. `date_order` (ymd, dmy, mdy) answers
    the question that QuestionAsked puts where dates fit several orders.
    """
    table = read_table(data, date_order=date_order)
    batch = ImportBatch.objects.create(
        clinic=clinic,
        file_name=file_name[:LONGEST_FILE_NAME],
        sha256=hashlib.sha256(data).hexdigest(),
        file_format=table.format,
        entered_by_id=by.id,
        entered_by_name=by.name,
        entered_at=at,
    )
    people = _People(clinic=clinic, at=at, may_create=create_patients)
    say("Reading the rows and finding their patients")
    staged, refused = _stage(table.rows, people)
    people.store_new()
    say(f"Storing {staged} results")
    added, held, corrected = _insert_staged(batch, by=by, at=at, channel=channel)
    outcome = ImportOutcome(
        batch_id=batch.pk,
        added=added + corrected,
        corrected=corrected,
        held=held,
        already_here=staged - added - corrected,
        people_created=people.created,
        refused=tuple(refused),
        warnings=table.warnings,
    )
    _keep_counts(batch, outcome)
    return outcome


def read_table(data: bytes, *, date_order: str | None = None) -> Table:
    """
    Return the rows of a file, each a result or a refusal.

    The product's own table is read row by row; any other shape at once.
    """
    if csv_template.is_template(data[:SAMPLE_BYTES]):
        return Table(TEMPLATE_FORMAT, csv_template.read_rows(io.BytesIO(data)), ())
    parsed = read_file(data, date_order=date_order)
    rows: list[ParsedResult | Refusal] = [*parsed.results, *parsed.companions]
    rows.extend(parsed.refused)
    return Table(parsed.format, rows, parsed.warnings)


class _Known(NamedTuple):
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

    def reason_against(self, collected_on: date) -> str:
        """Return why a result of that day is refused; empty where it is taken."""
        if self.refusal:
            return self.refusal
        if self.shared_from is not None and collected_on < self.shared_from:
            return NOT_SHARED
        return ""


NOBODY = PatientClue()


class _People:
    """Finds, and where asked creates, the patients that a file's rows speak of."""

    def __init__(self, *, clinic: Clinic, at: datetime, may_create: bool) -> None:
        self.clinic, self.at, self.may_create = clinic, at, may_create
        self.found: dict[PatientClue, _Person] = {}
        self._shared_from: dict[PatientClue, date | None] = {}
        self._standings: dict[PatientClue, _Standing] = {}
        self._born_on: dict[PatientClue, date | None] = {}
        self.today = timezone.localdate(at)
        self._new: list[_Known] = []
        self._read_clinic()

    def _read_clinic(self) -> None:
        self._by_number: dict[str, _Known] = {}
        self._by_name: dict[tuple[str, date | None], list[_Known]] = {}
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT patient_id, number, name, born_on, results_from"
                " FROM app.people_of_clinic(%s)",
                [self.clinic.pk],
            )
            for row in cursor:
                self._add(_Known(*row))

    def _add(self, known: "_Known") -> None:
        if known.number:
            self._by_number[known.number] = known
        name_and_day = (_folded(known.name), known.born_on)
        self._by_name.setdefault(name_and_day, []).append(known)

    @property
    def created(self) -> int:
        """Return how many people the file brought along."""
        return len(self._new)

    def standing(self, clue: PatientClue) -> "_Standing":
        """Return who a row's person is here, or why the row is refused."""
        standing = self._standings.get(clue)
        if standing is None:
            reason = self._find(clue)
            number = -1 if reason else self.found[clue].number
            standing = self._standings[clue] = _Standing(
                reason, number, self._shared_from.get(clue), self._born_on.get(clue)
            )
        return standing

    def _find(self, clue: PatientClue) -> str:
        if not clue.identifier and not (clue.name and clue.born_on):
            return NOBODY_NAMED
        known = self._by_number.get(clue.identifier)
        if known is None:
            return self._find_by_name(clue)
        if _contradicts(clue, known):
            return OTHER_PERSON
        return self._found(clue, known)

    def _find_by_name(self, clue: PatientClue) -> str:
        name_and_day = (_folded(clue.name), clue.born_on)
        namesakes = self._by_name.get(name_and_day, []) if clue.born_on else []
        if len(namesakes) > 1:
            return SEVERAL
        if namesakes and not (clue.identifier and namesakes[0].number):
            return self._found(clue, namesakes[0])
        return self._create(clue) if self.may_create else NOT_KNOWN

    def _create(self, clue: PatientClue) -> str:
        """Plan a new patient; one known by number alone goes by that number."""
        new = _Known(
            uuid4(), clue.identifier, clue.name or clue.identifier, clue.born_on, None
        )
        self._new.append(new)
        self._add(new)
        return self._found(clue, new)

    def _found(self, clue: PatientClue, known: "_Known") -> str:
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
                for new in self._new
                if new.number
            ),
            batch_size=1000,
        )


def _folded(name: str) -> str:
    """Return a name so that case, commas and the order of its parts do not matter."""
    return " ".join(sorted(name.replace(",", " ").casefold().split()))


def _contradicts(clue: PatientClue, known: _Known) -> bool:
    """Say whether the file's name or birth date is another person's."""
    day, known_day = clue.born_on, known.born_on
    other_day = day is not None and known_day is not None and day != known_day
    goes_by_number = known.name == known.number
    other_name = (
        bool(clue.name)
        and not goes_by_number
        and _folded(clue.name) != _folded(known.name)
    )
    return other_day or other_name


STAGED_COLUMNS = (
    "person integer, line integer, measurand text, value_text text, value numeric,"
    " comparator text, unit_text text, unit text, collected_on date, laboratory text,"
    " method text, specimen text, interval_text text, interval_low numeric,"
    " interval_high numeric, laboratory_flag text, status text, loinc text,"
    " local_code text, test_name text, comment text, held_because text"
)


def _stage(
    rows: Iterable[ParsedResult | Refusal], people: _People
) -> tuple[int, list[Refusal]]:
    """Copy the rows into temporary tables, which the insert reads."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.incoming, pg_temp.incoming_people")
        cursor.execute(
            f"CREATE TEMP TABLE incoming ({STAGED_COLUMNS}) ON COMMIT DROP;"
            "CREATE TEMP TABLE incoming_people (person integer, patient_id uuid)"
            " ON COMMIT DROP;"
            "GRANT SELECT, DELETE ON pg_temp.incoming TO PUBLIC;"
            "GRANT SELECT ON pg_temp.incoming_people TO PUBLIC"
        )
        with cursor.copy("COPY pg_temp.incoming FROM STDIN") as copy:
            staged, refused = _copy_rows(copy, rows, people)
        with cursor.copy("COPY pg_temp.incoming_people FROM STDIN") as copy:
            for person in people.found.values():
                copy.write_row(person)
        cursor.execute("ANALYZE pg_temp.incoming_people")
    return staged, refused


def _copy_rows(
    copy: Copy, rows: Iterable[ParsedResult | Refusal], people: _People
) -> tuple[int, list[Refusal]]:
    refused: list[Refusal] = []
    staged = 0
    clue, standing = NOBODY, people.standing(NOBODY)
    for row in rows:
        if isinstance(row, Refusal):
            refused.append(row)
            continue
        if row.patient is not clue:  # rows of one patient mostly follow each other
            clue = row.patient
            standing = people.standing(clue)
        reason = standing.reason_against(row.collected_on)
        if reason:
            refused.append(Refusal(row.where, reason))
            continue
        hold = _reason_to_hold(row, standing, people.today)
        copy.write_row(_staged(standing.number, staged, row, hold=hold))
        staged += 1
    return staged, refused


def _reason_to_hold(row: ParsedResult, standing: "_Standing", today: date) -> str:
    """
    Return why a row is kept for review: its own reason, or a day that cannot be.

    The day comes first: until it is known, the result has no place in time.
    """
    born_on = standing.born_on
    day = reason_to_hold_date(row.collected_on, today=today, born_on=born_on)
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


def _keep_counts(batch: ImportBatch, outcome: ImportOutcome) -> None:
    ImportRow.objects.bulk_create(
        (
            ImportRow(
                batch=batch,
                where=refusal.where[:LONGEST_WHERE],
                why=refusal.why[:LONGEST_WHY],
            )
            for refusal in outcome.refused
        ),
        batch_size=1000,
    )
    batch.added = outcome.added
    batch.already_here = outcome.already_here
    batch.held = outcome.held
    batch.refused = len(outcome.refused)
    batch.people_created = outcome.people_created
    batch.save(
        update_fields=["added", "already_here", "held", "refused", "people_created"]
    )
