"""
Bringing a file into a clinic: the whole file or nothing.

Rows are staged in temporary tables and inserted by one statement of the database
(labs.migrations.0003). Running the same file again adds nothing twice.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import connection, transaction

from accounts.domain.audit import Channel
from accounts.domain.scopes import ConsentBasis
from accounts.domain.viewers import Viewer
from accounts.models import Clinic, Consent, Patient, PatientNumber
from accounts.queries import patients_visible_to
from labs.formats.parsed import ParsedFile, ParsedResult, PatientClue, Refusal
from labs.models import ImportBatch, ImportRow

Progress = Callable[[str], None]

NOT_KNOWN = (
    "No patient of this clinic has this number, or this name and birth date. "
    "People are created only when asked for."
)
NOBODY_NAMED = "The row names no patient: it needs a number, or name and birth date."
TOO_LITTLE = "To create a patient, the row needs a name and a birth date."
OTHER_PERSON = (
    "The clinic knows this number under another name or birth date. "
    "Check whose result it is."
)
SEVERAL = "Several patients of this clinic have this name and birth date."
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


@transaction.atomic
def import_file(
    *,
    parsed: ParsedFile,
    data: bytes,
    file_name: str,
    clinic: Clinic,
    create_patients: bool,
    by: Viewer,
    at: datetime,
    channel: Channel = Channel.COMMAND,
    say: Progress = lambda _: None,
) -> ImportOutcome:
    """
    Store a file's results in a clinic and say what became of every row.

    People are created only when told to; a row whose person is not known, or known
    under another name, is refused by name. Raises nothing for a bad row.
    """
    batch = ImportBatch.objects.create(
        clinic=clinic,
        file_name=file_name[:200],
        sha256=hashlib.sha256(data).hexdigest(),
        file_format=parsed.format,
        entered_by_id=by.id,
        entered_by_name=by.name,
        entered_at=at,
    )
    rows = (*parsed.results, *parsed.companions)
    say(f"{len(rows)} results read; finding their patients")
    people = _People(clinic=clinic, by=by, at=at, may_create=create_patients)
    known, refused = people.sort_out(rows)
    say(f"{len(known)} results have a patient; storing them")
    _stage(known, people.patient_ids)
    added, held, corrected = _insert_staged(batch, by=by, at=at, channel=channel)
    outcome = ImportOutcome(
        batch_id=batch.pk,
        added=added + corrected,
        corrected=corrected,
        held=held,
        already_here=len(known) - added - corrected,
        people_created=people.created,
        refused=(*parsed.refused, *refused),
    )
    _keep_counts(batch, outcome)
    return outcome


class _People:
    """Finds, and where asked creates, the patients that a file's rows speak of."""

    def __init__(
        self, *, clinic: Clinic, by: Viewer, at: datetime, may_create: bool
    ) -> None:
        self.clinic, self.by, self.at, self.may_create = clinic, by, at, may_create
        self.patient_ids: dict[PatientClue, UUID] = {}
        self.created = 0
        self._reasons: dict[PatientClue, str] = {}
        self._new: list[tuple[PatientClue, Patient]] = []
        self._read_clinic()

    def _read_clinic(self) -> None:
        visible = patients_visible_to(viewer=self.by, at=self.at)
        numbers = PatientNumber.objects.filter(
            clinic=self.clinic, patient__in=visible
        ).select_related("patient")
        self._by_number = {number.number: number.patient for number in numbers}
        self._by_name: dict[tuple[str, object], list[Patient]] = {}
        for patient in visible:
            key = (_folded(patient.name), patient.born_on)
            self._by_name.setdefault(key, []).append(patient)

    def sort_out(
        self, rows: Iterable[ParsedResult]
    ) -> tuple[list[ParsedResult], list[Refusal]]:
        """Part the rows into those with a patient and those refused, with reasons."""
        known: list[ParsedResult] = []
        refused: list[Refusal] = []
        for row in rows:
            reason = self._reason_against(row.patient)
            if reason:
                refused.append(Refusal(row.where, reason))
            else:
                known.append(row)
        self._store_new()
        return known, refused

    def _reason_against(self, clue: PatientClue) -> str:
        """Return why this person's rows are refused; empty where a patient is found."""
        if clue not in self._reasons:
            self._reasons[clue] = self._find(clue)
        return self._reasons[clue]

    def _find(self, clue: PatientClue) -> str:
        if not clue.identifier and not (clue.name and clue.born_on):
            return NOBODY_NAMED
        patient = self._by_number.get(clue.identifier) if clue.identifier else None
        if patient is not None:
            if _contradicts(clue, patient):
                return OTHER_PERSON
            self.patient_ids[clue] = patient.pk
            return ""
        return self._find_by_name(clue)

    def _find_by_name(self, clue: PatientClue) -> str:
        namesakes = self._by_name.get((_folded(clue.name), clue.born_on), [])
        if len(namesakes) > 1:
            return SEVERAL
        if namesakes and not clue.identifier:
            self.patient_ids[clue] = namesakes[0].pk
            return ""
        return self._create(clue) if self.may_create else NOT_KNOWN

    def _create(self, clue: PatientClue) -> str:
        if not (clue.name and clue.born_on):
            return TOO_LITTLE
        patient = Patient(
            id=uuid4(), name=clue.name, born_on=clue.born_on, created_at=self.at
        )
        self._new.append((clue, patient))
        self.patient_ids[clue] = patient.pk
        if clue.identifier:
            self._by_number[clue.identifier] = patient
        key = (_folded(clue.name), clue.born_on)
        self._by_name.setdefault(key, []).append(patient)
        return ""

    def _store_new(self) -> None:
        """Write the new patients, each with the clinic's recorded basis."""
        self.created = len(self._new)
        Patient.objects.bulk_create(
            (patient for _, patient in self._new), batch_size=1000
        )
        Consent.objects.bulk_create(
            (
                Consent(
                    patient=patient,
                    clinic=self.clinic,
                    basis=ConsentBasis.CLINIC_RECORD.value,
                    starts_at=self.at,
                )
                for _, patient in self._new
            ),
            batch_size=1000,
        )
        for clue, patient in self._new:
            if clue.identifier:
                PatientNumber(
                    clinic=self.clinic, patient=patient, number=clue.identifier
                ).save(force_insert=True)


def _folded(name: str) -> str:
    """Return a name so that case, commas and the order of its parts do not matter."""
    return " ".join(sorted(name.replace(",", " ").casefold().split()))


def _contradicts(clue: PatientClue, patient: Patient) -> bool:
    """Say whether the file's name or birth date is another person's."""
    other_day = clue.born_on is not None and clue.born_on != patient.born_on
    other_name = bool(clue.name) and _folded(clue.name) != _folded(patient.name)
    return other_day or other_name


STAGED_COLUMNS = (
    "person integer, line integer, measurand text, value_text text, value numeric,"
    " comparator text, unit_text text, unit text, collected_on date, laboratory text,"
    " method text, specimen text, interval_text text, interval_low numeric,"
    " interval_high numeric, laboratory_flag text, status text, loinc text,"
    " local_code text, test_name text, comment text, held_because text"
)


def _stage(rows: list[ParsedResult], patient_ids: dict[PatientClue, UUID]) -> None:
    """Copy the rows into temporary tables, which the insert reads."""
    numbers = {clue: number for number, clue in enumerate(patient_ids)}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.incoming, pg_temp.incoming_people")
        cursor.execute(
            f"CREATE TEMP TABLE incoming ({STAGED_COLUMNS}) ON COMMIT DROP;"
            "CREATE TEMP TABLE incoming_people (person integer, patient_id uuid)"
            " ON COMMIT DROP;"
            "GRANT SELECT ON pg_temp.incoming, pg_temp.incoming_people TO PUBLIC"
        )
        with cursor.copy("COPY pg_temp.incoming_people FROM STDIN") as copy:
            for clue, number in numbers.items():
                copy.write_row((number, patient_ids[clue]))
        with cursor.copy("COPY pg_temp.incoming FROM STDIN") as copy:
            for line, row in enumerate(rows):
                copy.write_row(_staged(numbers[row.patient], line, row))
        cursor.execute("ANALYZE pg_temp.incoming, pg_temp.incoming_people")


def _staged(person: int, line: int, row: ParsedResult) -> tuple[object, ...]:
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
        row.hold,
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
