"""
Keeps the worklist's rows: one for each clinic and patient, beside every write.

Joined records have one: the kept record's, drawn from all that the clinic may see. A
row is drawn with the eyes of its clinic, within the consent's scope and start date, in
the transaction of the write that touched it (docs/adr/0012). Refreshing is one path for
a form, an import of 100,000 rows and the rebuilding command.

Whoever writes results locks the records first, all in one go, then takes the turns of
results and writes, and draws the rows last. So a file and a page, or two files, wait
for each other before either has written anything that the other needs.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from accounts.domain.viewers import Viewer, ViewerKind
from accounts.models import Clinic, Consent
from accounts.queries import viewing, viewing_as_operator
from labs.domain.flags import Flag
from labs.domain.laboratories import NOTHING_KNOWN, Laboratories
from labs.domain.measurements import ResultStatus
from labs.domain.quantities import Measurand
from labs.domain.targets import Target, plain, target_in_force
from labs.domain.units import HYDROXYVITAMIN_D_UNITS, Unit, convert
from labs.domain.worklist import (
    VOID,
    ListedRecord,
    ListedResult,
    changes_on,
    is_urgent,
    look_at,
    urgent_when_new,
)
from labs.models import LabResult, RetestPlan
from labs.models import Target as TargetRow
from labs.queries import is_anything_known_of_laboratories
from labs.services.judging import target_of
from labs.services.laboratories import laboratories_by_patient, next_changes_of
from labs.services.summary_background import (
    NO_BACKGROUND,
    PART_VALUES,
    Background,
    backgrounds_of,
    has_changed,
    with_egfr,
)
from labs.services.summary_material import (
    Listed,
    Person,
    ResultLine,
    batches,
    changed_since_review,
    entered_at_of,
    lines_of,
    lines_together,
    listed_of,
    people_of,
    told_late,
)

Progress = Callable[[int, int], None]
TARGET_SUBJECT = "target:"
MOST_AT_ONCE = 300
MOST_DUE = 5000
Dated = TypeVar("Dated", TargetRow, RetestPlan)
Held = Mapping[UUID, Sequence[UUID]]  # whose rows may be drawn, by clinic


@transaction.atomic
def refresh(patient_ids: Iterable[UUID], *, by: Viewer, at: datetime) -> None:
    """Draw the rows of these patients anew, in every clinic that they let in."""
    draw(lock(patient_ids, by=by), at=at)


def draw(held: Held, *, at: datetime) -> None:
    """Draw the rows anew that `lock` told of in this transaction."""
    for clinic_id, patients in held.items():
        for ids in batches(sorted(patients)):
            refresh_in_clinic(clinic_id, ids, at=at)


def hold(patient_ids: Iterable[UUID], *, by: Viewer) -> None:
    """Let nobody write about these very records, before they are joined or parted."""
    with viewing(by), connection.cursor() as cursor:
        cursor.execute("SELECT app.hold_records(%s)", [sorted(set(patient_ids))])


def lock(patient_ids: Iterable[UUID], *, by: Viewer) -> Held:
    """
    Let nobody else write about these patients until the transaction ends.

    Return their rows by clinic, which stay the same so long.
    """
    with viewing(by):
        return _lock(sorted(set(patient_ids)))


def refresh_in_clinic(
    clinic_id: UUID, patient_ids: Sequence[UUID], *, at: datetime
) -> None:
    """Draw the rows of one clinic anew, as that clinic sees these patients."""
    with (
        transaction.atomic(),
        viewing(Viewer(ViewerKind.CLINIC, clinic_id)),
        connection.cursor() as cursor,
    ):
        # A row tells of now, whatever moment a write carries: as the policies do.
        cursor.execute("SELECT greatest(%s::timestamptz, now())", [at])
        now = cursor.fetchone()[0]
        people = people_of(clinic_id, list(patient_ids))
        rows = list(_rows(clinic_id, people, now))
        ids = sorted({*patient_ids, *(each.patient_id for each in people)})
        cursor.execute(
            "SELECT app.store_worklist_rows(%s, %s, %s)",
            [clinic_id, ids, json.dumps(rows)],
        )


def rebuild(*, at: datetime, say: Progress = lambda _done, _total: None) -> int:
    """Draw every row of every clinic anew; return how many patients were looked at."""
    done = 0
    patients = _patients_by_clinic()
    total = sum(map(len, patients.values()))
    for clinic_id, ids in patients.items():
        for batch in batches(ids):
            with transaction.atomic():
                with viewing(Viewer(ViewerKind.CLINIC, clinic_id)):
                    _lock(batch)
                refresh_in_clinic(clinic_id, batch, at=at)
            done += len(batch)
            say(done, total)
    sum_up_counts()
    return done


def _patients_by_clinic() -> dict[UUID, list[UUID]]:
    """Return whom each clinic knows or knew."""
    with transaction.atomic(), viewing_as_operator():
        clinics = list(Clinic.objects.order_by("name").values_list("pk", flat=True))
    patients = {}
    for clinic_id in clinics:
        with transaction.atomic(), viewing(Viewer(ViewerKind.CLINIC, clinic_id)):
            known = Consent.objects.filter(clinic=clinic_id).values_list("patient_id")
            patients[clinic_id] = sorted({patient_id for (patient_id,) in known})
    return patients


def refresh_due(*, at: datetime, most: int = MOST_DUE) -> int:
    """Draw the rows anew that the calendar has changed; return how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM app.worklist_rows_due(%s, %s)", [at, most])
        due = cursor.fetchall()
    by_clinic: dict[UUID, list[UUID]] = defaultdict(list)
    for clinic_id, patient_id in due:
        by_clinic[clinic_id].append(patient_id)
    for clinic_id, patients in by_clinic.items():
        for batch in batches(sorted(patients)):
            with transaction.atomic():
                with viewing(Viewer(ViewerKind.CLINIC, clinic_id)):
                    _lock(batch)
                refresh_in_clinic(clinic_id, batch, at=at)
    sum_up_counts()
    return len(due)


def refresh_for_laboratories(clinic_id: UUID, *, by: Viewer, at: datetime) -> None:
    """
    Judge anew, by what a clinic now knows of laboratories, everybody who lets it in.

    A few at once; of a larger clinic every row is marked, and a task draws them.
    """
    with viewing(by), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM app.mark_judged_by(%s)", [clinic_id])
        patients = [patient_id for (patient_id,) in cursor]
    if len(patients) <= MOST_AT_ONCE:
        refresh(patients, by=by, at=at)


def sum_up_counts() -> None:
    """Make one number of the changes that were counted since the last time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.sum_up_worklist_counts()")


def _lock(patient_ids: Sequence[UUID]) -> Held:
    """
    Let nobody else draw these rows until the end; return them by clinic.

    All in one go: records that were joined have one lock, which may be behind the ids
    of a later batch, and locks are taken in one order.
    """
    found: dict[UUID, list[UUID]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM app.lock_for_worklist(%s)", [list(patient_ids)])
        for clinic_id, patient_id in cursor:
            found[clinic_id].append(patient_id)
    return found


# What a row is drawn from -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that the row of one person is drawn from."""

    clinic_id: UUID
    listed: Listed
    lines: Sequence[ResultLine]
    targets: Sequence[TargetRow]
    retests: Sequence[RetestPlan]
    background: Background
    changed: Sequence[LabResult] = ()
    """What was reviewed as it was before, and holds otherwise now or not at all."""
    laboratories: Laboratories = NOTHING_KNOWN
    laboratories_change_at: datetime | None = None

    @property
    def person(self) -> Person:
        return self.listed.person

    @property
    def series(self) -> list[ResultLine]:
        return [each for each in self.lines if each.is_series]


def _rows(
    clinic_id: UUID, people: Sequence[Person], now: datetime
) -> Iterator[dict[str, Any]]:
    today = timezone.localdate(now)
    shared = [each.patient_id for each in people if each.shares_results]
    lines = told_late(lines_of(clinic_id, shared), people, clinic_id)
    targets = _grouped(
        TargetRow.objects.filter(patient__in=shared, withdrawn_at=None).order_by(
            "patient_id", "starts_on", "number"
        )
    )
    retests = _grouped(
        RetestPlan.objects.filter(
            patient__in=shared, clinic=clinic_id, ended_at=None
        ).order_by("patient_id")
    )
    laboratories, known_until = _known_of_laboratories(shared)
    answered = {each.patient_id for each in people if each.has_background}
    by_egfr = with_egfr([each for each in shared if each not in answered])
    every = list(listed_of(people, now))
    entered = entered_at_of(every, lines)
    changed = changed_since_review(clinic_id, shared)
    ranges = {each.key: _ranges_of(each, targets) for each in every}
    backgrounds = backgrounds_of(
        [
            each
            for each in every
            if not by_egfr.union(answered).isdisjoint(each.ids)
            or _is_set_elsewhere(clinic_id, ranges[each.key])
        ],
        ranges,
        laboratories,
        clinic_id=clinic_id,
        today=today,
    )
    for each in every:
        yield _row(
            Material(
                clinic_id,
                each,
                lines_together([lines.get(one, ()) for one in each.ids], entered),
                ranges[each.key],
                [plan for one in each.ids for plan in retests.get(one, ())],
                backgrounds.get(each.key, NO_BACKGROUND),
                [row for one in each.ids for row in changed.get(one, ())],
                laboratories.get(each.key, NOTHING_KNOWN),
                known_until.get(each.key),
            ),
            today,
        )


def _ranges_of(
    listed: Listed, targets: Mapping[UUID, Sequence[TargetRow]]
) -> list[TargetRow]:
    """Return the ranges of all records in one sequence, as if of one."""
    found = [row for one in listed.ids for row in targets.get(one, ())]
    if len(listed.ids) > 1:
        found.sort(key=lambda row: (row.starts_on, row.set_at, row.number))
    return found


def _is_set_elsewhere(clinic_id: UUID, ranges: Iterable[TargetRow]) -> bool:
    """Say whether a range of another clinic may be news, or was seen already."""
    return any(row.clinic_id != clinic_id for row in ranges)


def _known_of_laboratories(
    patient_ids: Sequence[UUID],
) -> tuple[Mapping[UUID, Laboratories], Mapping[UUID, datetime]]:
    """Return what the patients' clinics know, and when that changes by itself."""
    if not is_anything_known_of_laboratories():
        return {}, {}
    return laboratories_by_patient(patient_ids), next_changes_of(patient_ids)


def _grouped(rows: Iterable[Dated]) -> dict[UUID, list[Dated]]:
    found: dict[UUID, list[Dated]] = defaultdict(list)
    for row in rows:
        found[row.patient_id].append(row)
    return found


# Drawing ------------------------------------------------------------------------------


def _row(material: Material, today: date) -> dict[str, Any]:
    """Return the columns of one row."""
    person, background = material.person, material.background
    laboratories = material.laboratories
    pairs = [(line, line.listed(laboratories)) for line in material.lines]
    targets = [target_of(row) for row in material.targets]
    now = target_in_force(targets, today)
    row_now = material.targets[targets.index(now)] if now else None
    retest_on, retest = _next_retest(material)
    changed_by = _changed_elsewhere(material, row_now)
    record = ListedRecord(
        series=[listed for line, listed in pairs if line.is_series],
        others=[listed for line, listed in pairs if not line.is_series],
        targets=targets,
        born_on=person.born_on,
        has_changed=has_changed(
            material.series, background, person.born_on, laboratories
        ),
        has_vitamin_k_news=bool(background.open_vitamin_k),
        has_open_precaution=bool(background.open_precautions),
        meets_thinner=background.meets_thinner,
        retest_due_on=retest_on,
        is_target_changed_elsewhere=bool(changed_by),
        is_changed_since_review=bool(material.changed),
    )
    look = look_at(record, today=today)
    latest = material.series[-1] if material.series else None
    is_open = {line.id for line, each in pairs if record.is_open(each)}
    open_ids = sorted(map(str, is_open.union(row.pk for row in material.changed)))
    urgent_ids = sorted(
        str(line.id) for line, each in pairs if is_urgent(each, record, today=today)
    )
    late = tuple(urgent_when_new(record, today=today))
    subjects = sorted([*background.open_vitamin_k, *changed_by])
    changes_on_day = changes_on(record, background.next_days, today=today)
    return {
        "patient_id": str(person.patient_id),
        "visible_from": person.starts_at.isoformat(),
        "visible_until": person.ends_at.isoformat() if person.ends_at else None,
        "changes_at": _first_moment(
            changes_on_day,
            person.ends_at,
            material.laboratories_change_at,
            material.listed.changes_at,
        ),
        "gravity": look.gravity,
        "reasons": [int(each) for each in look.reasons],
        "since": (look.since or _last_seen(latest, person)).isoformat(),
        "is_one_by_one": look.is_one_by_one,
        "flag": look.flag.position.value if look.flag else "",
        "name": person.name,
        "name_key": person.name.casefold()[:LONGEST_NAME],
        "born_on": _day(person.born_on),
        "number": person.number,
        "latest_on": _day(latest.collected_on) if latest else None,
        "latest_ng": _in_ng(latest) if latest else None,
        "retest_on": _day(retest_on),
        "has_target": now is not None,
        "clinician": row_now.set_by_name if row_now else person.reviewed_by or "",
        "template_id": _text_of(row_now.template_id if row_now else None),
        "precautions": list(background.precautions),
        "tags": person.tags,
        "stamp": _stamp([*open_ids, *subjects]),
        "under": _text_of(material.listed.under),
        "facts": {
            "shares": [
                person.shares_results,
                person.shares_supplements,
                person.shares_health,
            ],
            "latest": _latest_facts(latest),
            "flag": _flag_facts(look.flag),
            "target": _target_facts(row_now),
            "trail": _trail_facts(latest, laboratories),
            "reviewed": _reviewed_facts(person),
            "retest": _retest_facts(retest, retest_on),
            "calcium": [_calcium_facts(line) for line in _outside(record, pairs)],
            "changed": [_changed_facts(row) for row in material.changed],
            "late": [
                _late_facts(line) for line, each in pairs if _is_among(each, late)
            ],
            "held": [
                str(line.id) for line, each in pairs if _is_among(each, record.held)
            ],
            "open": open_ids,
            "urgent": _stamp(urgent_ids),
            "subjects": subjects,
            "open_precautions": list(background.open_precautions),
            "has_correction": look.has_correction,
            "joined": [
                {"id": str(each.patient_id), "name": each.name, "number": each.number}
                for each in material.listed.joined
            ],
        },
    }


LONGEST_NAME = 120


def _last_seen(latest: ResultLine | None, person: Person) -> date:
    return latest.collected_on if latest else timezone.localdate(person.starts_at)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _text_of(value: object) -> str | None:
    return None if value is None else str(value)


def _first_moment(day: date | None, *others: datetime | None) -> str | None:
    """Return when the row has to be drawn anew: midnight of a day, or sooner."""
    moments = [each for each in others if each is not None]
    if day is not None:
        moments.append(timezone.make_aware(datetime.combine(day, time.min)))
    return min(moments).isoformat() if moments else None


def _in_ng(line: ResultLine) -> str | None:
    unit = Unit(line.unit)
    if unit not in HYDROXYVITAMIN_D_UNITS:
        return None
    ng = convert(line.value, unit, Unit.NG_PER_ML, Measurand(line.measurand))
    return f"{ng:.6f}"


def _stamp(parts: Sequence[str]) -> str:
    """Return a mark of what is open, so that nobody reviews what they never saw."""
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]


def _next_retest(material: Material) -> tuple[date | None, RetestPlan | None]:
    """Return the day around which a test is asked for next, and by which plan."""
    series = material.series
    latest = series[-1].collected_on if series else None
    due = [(plan.due_day(latest), plan) for plan in material.retests]
    days = [(day, plan) for day, plan in due if day is not None]
    return min(days, key=lambda each: each[0], default=(None, None))


def _changed_elsewhere(material: Material, now: TargetRow | None) -> list[str]:
    """Return the subject of a range that another clinic put in place of ours."""
    clinic_id = material.clinic_id
    is_ours = now is None or now.clinic_id == clinic_id
    if now is None or is_ours or _set_before(material, now) is None:
        return []
    subject = f"{TARGET_SUBJECT}{now.pk}"
    return [] if subject in material.background.seen_subjects else [subject]


def _set_before(material: Material, now: TargetRow) -> TargetRow | None:
    ours = (
        each
        for each in material.targets
        if each.clinic_id == material.clinic_id
        and (each.set_at, each.number) < (now.set_at, now.number)
    )
    return next(ours, None)


# What is shown ------------------------------------------------------------------------


def _latest_facts(latest: ResultLine | None) -> dict[str, Any] | None:
    if latest is None:
        return None
    return {
        "id": str(latest.id),
        "text": latest.value_text,
        "unit_text": latest.unit_text,
        "value": str(latest.value),
        "comparator": latest.comparator,
        "unit": latest.unit,
        "measurand": latest.measurand,
        "on": latest.collected_on.isoformat(),
        "status": latest.status,
        "is_held": latest.is_held,
        "flag": latest.laboratory_flag,
        "is_reviewed": latest.is_reviewed,
    }


def _outside(
    record: ListedRecord, pairs: Sequence[tuple[ResultLine, ListedResult]]
) -> list[ResultLine]:
    """Return the calcium results that stand outside their own interval."""
    outside = record.calcium_outside
    return [line for line, each in pairs if _is_among(each, outside)]


def _is_among(result: ListedResult, others: Sequence[ListedResult]) -> bool:
    return any(result is other for other in others)


def _calcium_facts(line: ResultLine) -> dict[str, Any]:
    return {
        "id": str(line.id),
        "measurand": line.measurand,
        "text": line.value_text,
        "unit_text": line.unit_text,
        "low": _text_of(line.interval_low and plain(line.interval_low)),
        "high": _text_of(line.interval_high and plain(line.interval_high)),
        "flag": line.laboratory_flag,
        "on": line.collected_on.isoformat(),
        "is_reviewed": line.is_reviewed,
    }


def _changed_facts(row: LabResult) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "measurand": row.measurand,
        "text": row.value_text,
        "unit_text": row.unit_text,
        "on": row.collected_on.isoformat(),
        "is_withdrawn": ResultStatus(row.status) in VOID,
    }


def _late_facts(line: ResultLine) -> dict[str, Any]:
    return {
        "measurand": line.measurand,
        "text": line.value_text,
        "unit_text": line.unit_text,
        "flag": line.laboratory_flag,
        "on": line.collected_on.isoformat(),
    }


def _trail_facts(
    latest: ResultLine | None, laboratories: Laboratories
) -> list[list[Any]]:
    """
    Return the last results as a small chart draws them, the oldest first.

    Parts are left out where their day has a total; names of one laboratory are one.
    """
    trail = json.loads(latest.trail) if latest and latest.trail else []
    totals = {each[0] for each in trail if each[5] == Measurand.TOTAL.value}
    return [
        [day, value, unit, comparator, _called(source, laboratories)]
        for day, value, unit, comparator, source, measurand in trail
        if measurand not in PART_VALUES or day not in totals
    ]


def _called(source: str, laboratories: Laboratories) -> str:
    return "|".join(laboratories.called(name) for name in source.split("|"))


def _flag_facts(flag: Flag | None) -> dict[str, Any] | None:
    if flag is None:
        return None
    target = flag.target
    return {
        "position": flag.position.value,
        "basis": flag.basis.value,
        "range": None if target is None else _range_facts(target),
    }


def _range_facts(target: Target) -> dict[str, str | None]:
    return {
        "low": _text_of(target.low),
        "high": _text_of(target.high),
        "unit": target.unit.value,
        "by": target.set_by,
    }


def _target_facts(row: TargetRow | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "low": _text_of(plain(row.low) if row.low is not None else None),
        "high": _text_of(plain(row.high) if row.high is not None else None),
        "unit": row.unit,
        "starts_on": row.starts_on.isoformat(),
        "set_by": row.set_by_name,
        "clinic": row.clinic_name,
        "review_on": _day(row.review_on),
    }


def _reviewed_facts(person: Person) -> dict[str, str] | None:
    if person.reviewed_at is None:
        return None
    return {"by": person.reviewed_by or "", "at": person.reviewed_at.isoformat()}


def _retest_facts(
    plan: RetestPlan | None, due_on: date | None
) -> dict[str, str] | None:
    if plan is None or due_on is None:
        return None
    return {"on": due_on.isoformat(), "by": plan.set_by_name, "plan": str(plan.pk)}
