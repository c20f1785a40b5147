"""
Reads of results, targets, supplements and health facts.

Each starts from a viewer; a part that is not shared gives nothing, and the page says
so (accounts.queries.scopes_for).
"""

import json
from collections import namedtuple
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar, cast
from uuid import UUID

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    F,
    Func,
    Max,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    prefetch_related_objects,
)
from django.utils.translation import gettext_noop
from psycopg.sql import SQL, Identifier

from accounts import statements
from accounts.domain.scopes import Scope
from accounts.domain.viewers import Viewer, ViewerKind
from accounts.links import link
from accounts.models import Clinic, Patient
from accounts.queries import (
    care_in_force,
    clinics_let_in,
    clinics_of,
    consents_in_force,
    is_own,
    joined_to,
    patients_visible_to,
    records_of,
    scopes_for,
    unjoined,
)
from labs.domain.plausibility import DATES_IN_DOUBT
from labs.models import (
    Acknowledgement,
    CatalogueLabel,
    ClinicNote,
    FileRole,
    HealthFact,
    ImportBatch,
    ImportRow,
    ImportWords,
    Intake,
    LaboratoryKnowledge,
    LabResult,
    NotedEvent,
    PatientTag,
    RecordedPlan,
    ReportFile,
    ResultCheck,
    ResultMove,
    RetestPlan,
    Review,
    SupplementPeriod,
    SupplementProduct,
    Target,
    VisitQuestion,
)
from labs.models.result import IS_25OHD, LabResultQuerySet, literals

# The reason of a version that takes an entry back.
UNDONE = gettext_noop("Undone by the person who entered it.")
HAS_DAY_IN_DOUBT = Q(held_because__in=literals(sorted(DATES_IN_DOUBT)))
ClinicsOwn = TypeVar("ClinicsOwn", Review, ClinicNote, RetestPlan)
Stored = TypeVar("Stored", bound=Model)
# Each stands in one person's history, so neither speaks of the other person.
MOVED_OUT = "Filed under the wrong person; moved out of this record"
MOVED_IN = "Moved in from another record, where it was filed by mistake"
MOVED_BACK = "Moving it was undone"
NOT_UNDONE_ALONE = (UNDONE, MOVED_OUT, MOVED_IN, MOVED_BACK)


class ResultNotVisible(LookupError):
    """There is no such result for this viewer; which of the two is not told."""


class ResultReplaced(LookupError):
    """Of this result a version holds that the viewer does not see."""


def _whose(patient: Patient, *, viewer: Viewer, at: datetime, scope: Scope) -> Q:
    """Return whose rows are read: the patient's, with those of joined records."""
    if joined_to(patient):
        ids = records_of(patient, viewer=viewer, at=at, scope=scope)
        return Q(patient__in=ids)
    visible = patients_visible_to(viewer=viewer, at=at, scope=scope)
    # Asked once a statement: "in" would have it asked of each row of the record.
    return Q(patient=patient) & Q(Exists(visible.filter(pk=patient.pk)))


def results_of(patient: Patient, *, viewer: Viewer, at: datetime) -> LabResultQuerySet:
    """Return the patient's results that hold now, the newest day first."""
    whose = _whose(patient, viewer=viewer, at=at, scope=Scope.RESULTS)
    results: LabResultQuerySet = LabResult.objects.filter(whose)
    return results.latest_versions().latest_first()


# What a program is told of a result; `told` reads no other column.
TOLD = (
    "id",
    "patient_id",
    "chain",
    "version",
    "measurand",
    "value_text",
    "value",
    "comparator",
    "unit_text",
    "unit",
    "collected_on",
    "reported_on",
    "laboratory",
    "method",
    "specimen",
    "accession",
    "interval_text",
    "interval_low",
    "interval_high",
    "laboratory_flag",
    "status",
    "held_because",
    "loinc",
    "note",
    "comment",
    "source",
    "entered_by_name",
    "entered_at",
    "version_reason",
    "answers",
)
_Told = namedtuple("_Told", TOLD)  # type: ignore[misc]


class ToldResult(_Told):
    """A result as light as it is told, under the names of its columns."""

    __slots__ = ()

    @property
    def answers(self) -> dict[str, str]:
        """Return what was answered, which comes as JSON's text here."""
        found: dict[str, str] = json.loads(tuple(self)[-1])
        return found

    # The key, as a stored row names it.
    pk = property(itemgetter(0))


def _told(found: Iterable[tuple[Any, ...]]) -> list[LabResult]:
    """Return rows of those columns; they stand in for stored results."""
    return cast("list[LabResult]", [ToldResult(*row) for row in found])


Behind = Callable[[Sequence[object]], Q]


def page_of_results(
    patient: Patient,
    *,
    viewer: Viewer,
    at: datetime,
    filters: Mapping[str, Any],
    behind: Behind,
    after: Sequence[object],
    limit: int,
) -> list[LabResult]:
    """
    Return as many of `results_of` as fit on a page, with what is told of them alone.

    `after` are the values by which the page before ended; `behind` puts them into a
    condition.
    """
    ends = {f"after_{place}": value for place, value in enumerate(after)}
    words = (tuple(filters), tuple(ends), behind, limit)
    return _told(
        _of_record(
            _page_of_results, words, patient, viewer=viewer, at=at, **filters, **ends
        )
    )


def _page_of_results(
    blank: statements.Blanks,
    filters: Sequence[str],
    ends: Sequence[str],
    behind: Behind,
    limit: int,
) -> QuerySet[Any]:
    rows = results_of(_record(blank), viewer=blank.viewer, at=blank.at)
    rows = rows.filter(**{name: blank[name] for name in filters})
    if ends:
        rows = rows.filter(behind([blank[name] for name in ends]))
    return rows.values_list(*TOLD)[:limit]


def precaution_results_of(
    patient: Patient, companions: tuple[str, ...], *, viewer: Viewer, at: datetime
) -> list[LabResult]:
    """
    Return what precautions look at: all companions, and of vitamin D the newest two.

    These are the newest and the one before it of the same kind; one whose day cannot be
    has no place in time (labs.services.cautioning.summary_of).
    """
    newest = _of_record(_newest_25ohd, (), patient, viewer=viewer, at=at)
    beside = _of_record(_companions, (companions,), patient, viewer=viewer, at=at)
    return _told([*newest, *beside])


def _newest_25ohd(blank: statements.Blanks) -> QuerySet[Any]:
    rows = results_of(_record(blank), viewer=blank.viewer, at=blank.at)
    placed = rows.shown().of_25ohd().exclude(HAS_DAY_IN_DOUBT)
    series = placed.newest_first()
    kind = Subquery(series.values("measurand")[:1])
    return series.filter(measurand=kind).values_list(*TOLD)[:2]


def _companions(blank: statements.Blanks, measurands: Sequence[str]) -> QuerySet[Any]:
    rows = results_of(_record(blank), viewer=blank.viewer, at=blank.at)
    return rows.shown().filter(measurand__in=measurands).values_list(*TOLD)


# What a chart, and the precautions that leave with it, tell of a result.
DRAWN = (
    "id",
    "measurand",
    "value_text",
    "value",
    "comparator",
    "unit_text",
    "unit",
    "collected_on",
    "laboratory",
    "method",
    "specimen",
    "interval_text",
    "interval_low",
    "interval_high",
    "laboratory_flag",
    "status",
    "held_because",
    "entered_at",
)
_Drawn = namedtuple("_Drawn", DRAWN)  # type: ignore[misc]


class DrawnResult(_Drawn):
    """A result as light as it is drawn, under the names of its columns."""

    __slots__ = ()

    # The key, as a stored row names it; a long record is asked for it many times.
    pk = property(itemgetter(0))


def drawn_results_of(
    patient: Patient,
    *,
    viewer: Viewer,
    at: datetime,
    since: date | None = None,
    besides: tuple[str, ...] = (),
) -> list[LabResult]:
    """
    Return what `results_of` does, with what a chart tells of each alone.

    `since` leaves out what is older, but for the measurands named `besides`.
    """
    if since is None:
        found = _of_record(_drawn_results, (), patient, viewer=viewer, at=at)
    else:
        found = _of_record(
            _drawn_since, (besides,), patient, viewer=viewer, at=at, since=since
        )
    return cast("list[LabResult]", list(map(DrawnResult._make, found)))


def _drawn_results(blank: statements.Blanks) -> QuerySet[Any]:
    rows = results_of(_record(blank), viewer=blank.viewer, at=blank.at)
    return rows.values_list(*DRAWN)


def _drawn_since(blank: statements.Blanks, besides: Sequence[str]) -> QuerySet[Any]:
    wanted = Q(collected_on__gte=blank["since"])
    if besides:
        wanted |= Q(measurand__in=besides)
    rows = results_of(_record(blank), viewer=blank.viewer, at=blank.at)
    return rows.filter(wanted).values_list(*DRAWN)


class OlderResults(NamedTuple):
    """
    What is known of the results before a day without reading them.

    `number` stand in the row of 25-hydroxyvitamin D, the newest that is not in doubt on
    `last_on`. `parts` are D2 or D3, `others` are of another test.
    """

    number: int
    last_on: date | None
    parts: int
    others: int


def results_counted_before(
    patient: Patient, day: date, *, viewer: Viewer, at: datetime
) -> OlderResults:
    """Return how many results `results_of` tells of older days, by what they are."""
    found = _of_record(_counted_before, (), patient, viewer=viewer, at=at, day=day)
    return OlderResults(*found[0]) if found else OlderResults(0, None, 0, 0)


def _counted_before(blank: statements.Blanks) -> QuerySet[Any]:
    rows = results_of(_record(blank), viewer=blank.viewer, at=blank.at)
    older = rows.shown().filter(collected_on__lt=blank["day"]).order_by()
    # One group: for several the planner sorts thousands of rows. Each test costs, too.
    counted: QuerySet[Any] = older.values(all=Value(1)).annotate(
        number=Count("pk", filter=IS_25OHD & ~HAS_DAY_IN_DOUBT),
        last_on=Max("collected_on", filter=Q(held_because="") & IS_25OHD),
        parts=Count("pk", filter=Q(measurand__in=literals(("D2", "D3")))),
        others=Count("pk", filter=~IS_25OHD),
    )
    return counted.values_list(*OlderResults._fields)


def every_result_of(
    patient: Patient, *, viewer: Viewer, at: datetime
) -> list[LabResult]:
    """Return what `results_of` does, read at once."""
    return _at_once(results_of, LabResult, patient, viewer=viewer, at=at)


def standing_targets_of(
    patient: Patient, *, viewer: Viewer, at: datetime
) -> list[Target]:
    """Return what `targets_of` does, read at once."""
    return _at_once(targets_of, Target, patient, viewer=viewer, at=at)


def every_plan_of(
    patient: Patient, *, viewer: Viewer, at: datetime
) -> list[RecordedPlan]:
    """Return what `plans_of` does, read at once."""
    return _at_once(plans_of, RecordedPlan, patient, viewer=viewer, at=at)


def every_intake_of(
    patient: Patient, *, viewer: Viewer, at: datetime, since: date
) -> list[Intake]:
    """Return what `intakes_of` does, read at once."""
    return _at_once(intakes_of, Intake, patient, viewer=viewer, at=at, since=since)


def every_event_of(
    patient: Patient, *, viewer: Viewer, at: datetime
) -> list[NotedEvent]:
    """Return what `events_of` does, read at once."""
    return _at_once(events_of, NotedEvent, patient, viewer=viewer, at=at)


def every_acknowledgement_of(
    patient: Patient, *, viewer: Viewer, at: datetime, scopes: frozenset[Scope]
) -> list[Acknowledgement]:
    """Return what `acknowledgements_of` does, read at once."""
    fixed = (("scopes", scopes),)
    return _at_once(
        acknowledgements_of, Acknowledgement, patient, viewer=viewer, at=at, fixed=fixed
    )


def every_review_of(patient: Patient, *, viewer: Viewer, at: datetime) -> list[Review]:
    """Return what `reviews_of` does, read at once."""
    return _at_once(reviews_of, Review, patient, viewer=viewer, at=at)


def every_note_of(
    patient: Patient, *, viewer: Viewer, at: datetime
) -> list[ClinicNote]:
    """Return what `notes_of` does, read at once."""
    return _at_once(notes_of, ClinicNote, patient, viewer=viewer, at=at)


def every_retest_of(
    patient: Patient, *, viewer: Viewer, at: datetime
) -> list[RetestPlan]:
    """Return what `retests_of` does, read at once."""
    return _at_once(retests_of, RetestPlan, patient, viewer=viewer, at=at)


def _at_once(
    rows_of: Callable[..., QuerySet[Any]],
    model: type[Stored],
    patient: Patient,
    *,
    viewer: Viewer,
    at: datetime,
    fixed: tuple[tuple[str, Hashable], ...] = (),
    **values: object,
) -> list[Stored]:
    """
    Return the rows of a query that is built once; `values` are told to it, too.

    A statement is kept apart for each of what is `fixed`, and for one's own record.
    """
    asked = _Asked(rows_of, model, is_own(viewer, patient), fixed, tuple(values))
    found = _of_record(_whole_rows, (asked,), patient, viewer=viewer, at=at, **values)
    return statements.stored(model, found)


class _Asked(NamedTuple):
    """By what a statement for whole rows is kept."""

    rows_of: Callable[..., QuerySet[Any]]
    model: type[Model]
    is_own: bool
    fixed: tuple[tuple[str, Hashable], ...]
    names: tuple[str, ...]


def _whole_rows(blank: statements.Blanks, asked: _Asked) -> QuerySet[Any]:
    patient = _record(blank)
    if asked.is_own:
        patient.user_id = blank.viewer.id
    told = {**dict(asked.fixed), **{name: blank[name] for name in asked.names}}
    rows = asked.rows_of(patient, viewer=blank.viewer, at=blank.at, **told)
    return rows.values_list(*statements.columns_of(asked.model))


def every_period_of(
    patient: Patient, *, viewer: Viewer, at: datetime
) -> list[SupplementPeriod]:
    """Return what `periods_of` does, read at once."""
    found = _of_record(_every_period, (), patient, viewer=viewer, at=at)
    own = len(statements.columns_of(SupplementPeriod))
    periods = statements.stored(SupplementPeriod, [row[:own] for row in found])
    products = statements.stored(SupplementProduct, [row[own:] for row in found])
    for period, product in zip(periods, products, strict=True):
        period.product = product
    prefetch_related_objects(periods, "product__ingredients", "pauses")
    return periods


def _every_period(blank: statements.Blanks) -> QuerySet[Any]:
    rows = periods_of(_record(blank), viewer=blank.viewer, at=blank.at)
    plain = rows.select_related(None).prefetch_related(None)
    product = statements.columns_of(SupplementProduct)
    return plain.values_list(
        *statements.columns_of(SupplementPeriod),
        *(f"product__{name}" for name in product),
    )


def every_health_answer_of(
    patient: Patient, *, viewer: Viewer, at: datetime
) -> list[HealthFact]:
    """Return what `health_answers_of` does, read at once."""
    return _at_once(health_answers_of, HealthFact, patient, viewer=viewer, at=at)


def _of_record(
    build: statements.Build,
    words: tuple[Hashable, ...],
    patient: Patient,
    *,
    viewer: Viewer,
    at: datetime,
    **values: object,
) -> list[tuple[Any, ...]]:
    """Return rows of one record; with others joined to it, in the usual way."""
    if joined_to(patient):
        blank = statements.Blanks(viewer, at, {"patient": patient, **values})
        return statements.rows_of(build(blank, *words))
    return statements.rows(
        build, *words, viewer=viewer, at=at, patient_id=patient.pk, **values
    )


def _record(blank: statements.Blanks) -> Patient:
    known: Patient | None = blank.values.get("patient")
    return known or unjoined(blank["patient_id"])


def last_typed_by(
    viewer: Viewer, patient: Patient, *, at: datetime
) -> QuerySet[LabResult]:
    """Return what this very person typed into this record, the last entry first."""
    visible = patients_visible_to(viewer=viewer, at=at, scope=Scope.RESULTS)
    typed = LabResult.objects.filter(
        patient=patient,
        patient__in=visible,
        entered_by_id=viewer.id_or_none,
        import_batch=None,
    )
    return typed.order_by("-entered_at", "-collected_on", "id")


def own_last_entry(
    viewer: Viewer, patient: Patient, *, at: datetime
) -> list[LabResult]:
    """
    Return what the viewer wrote last in one go, as far as it holds now.

    Empty where somebody wrote after it, and where the last thing was taking it back.
    """
    typed = last_typed_by(viewer, patient, at=at)
    last = typed.first()
    if last is None or last.version_reason in NOT_UNDONE_ALONE:
        return []
    together = list(typed.filter(entered_at=last.entered_at))
    results = results_of(patient, viewer=viewer, at=at)
    hold_now = results.filter(pk__in=[row.pk for row in together])
    return together if hold_now.count() == len(together) else []


def result_for(
    viewer: Viewer, patient: Patient, result_id: UUID, *, at: datetime
) -> LabResult:
    """Return one version of one of this patient's results, or raise."""
    whose = _whose(patient, viewer=viewer, at=at, scope=Scope.RESULTS)
    result = LabResult.objects.filter(whose, pk=result_id).first()
    if result is None:
        message = "No such result."
        raise ResultNotVisible(message)
    return result


def chain_of(
    viewer: Viewer, patient: Patient, chain: UUID, *, at: datetime
) -> list[LabResult]:
    """
    Return every version of one of this patient's results, newest first, or raise.

    Raises ResultReplaced where the version that holds now is not seen.
    """
    visible = patients_visible_to(viewer=viewer, at=at, scope=Scope.RESULTS)
    versions: LabResultQuerySet = LabResult.objects.filter(
        chain=chain, patient=patient, patient__in=visible
    )
    found = list(versions.knowing_newer().order_by("-version"))
    if not found:
        message = "No such result."
        raise ResultNotVisible(message)
    if found[0].has_newer:  # type: ignore[attr-defined]
        message = "Another version holds."
        raise ResultReplaced(message)
    return found


def versions_of(result: LabResult) -> QuerySet[LabResult]:
    """Return every version of a result, the newest first."""
    return LabResult.objects.filter(
        chain=result.chain, patient_id=result.patient_id
    ).order_by("-version")


def is_replaced_out_of_sight(result: LabResult) -> bool:
    """Answer whether the newest version that is seen holds no more: one is not seen."""
    versions: LabResultQuerySet = LabResult.objects.filter(chain=result.chain)
    newest = versions.knowing_newer().order_by("-version").first()
    return newest is not None and newest.has_newer  # type: ignore[attr-defined]


def replaced_out_of_sight(patient: Patient) -> list[UUID]:
    """Return the versions that hold no more though no newer one of them is seen."""
    versions: LabResultQuerySet = LabResult.objects.filter(patient=patient)
    replaced = versions.exclude(pk__in=versions.replaced().values("pk"))
    found = replaced.knowing_newer().order_by("pk")
    return [each.pk for each in found if each.has_newer]  # type: ignore[attr-defined]


def tags_of(patient: Patient, *, clinics: Iterable[Clinic]) -> QuerySet[PatientTag]:
    """
    Return these clinics' words for a patient, each once.

    A word on a record that is read as one with this one is a word on this person.
    """
    records = [patient.pk, *joined_to(patient)]
    tags = PatientTag.objects.filter(patient__in=records, clinic__in=list(clinics))
    each_once = tags.order_by("clinic__name", "clinic", "word", "id")
    return each_once.distinct("clinic__name", "clinic", "word").select_related("clinic")


def moves_of(chain: UUID) -> QuerySet[ResultMove]:
    """
    Return that a result was moved from one person to another, the latest first.

    The database shows a move only to who may see the results of both.
    """
    moves = ResultMove.objects.filter(Q(from_chain=chain) | Q(to_chain=chain))
    return moves.select_related("from_patient", "to_patient").order_by("-moved_at")


def move_for(patient: Patient, move_id: UUID) -> ResultMove | None:
    """Return a move out of or into this patient's record; None for any other."""
    involved = Q(from_patient=patient) | Q(to_patient=patient)
    return ResultMove.objects.filter(involved, pk=move_id).first()


def replaced_versions_of(
    patient: Patient, *, viewer: Viewer, at: datetime
) -> LabResultQuerySet:
    """Return the versions that a later one replaced, the newest of each day first."""
    whose = _whose(patient, viewer=viewer, at=at, scope=Scope.RESULTS)
    results: LabResultQuerySet = LabResult.objects.filter(whose)
    return results.replaced().order_by("-collected_on", "chain", "-version")


def files_of(result: LabResult) -> QuerySet[ReportFile]:
    """Return what is attached to a result, whichever version; without the content."""
    files = ReportFile.objects.filter(
        chain=result.chain, patient_id=result.patient_id
    ).defer("content")
    return files.order_by("entered_at", "id")


def file_for(
    viewer: Viewer, patient: Patient, file_id: UUID, *, at: datetime
) -> ReportFile | None:
    """Return a file that can be opened; None for absent, foreign and withdrawn."""
    shown = results_of(patient, viewer=viewer, at=at).values("chain")
    files = ReportFile.objects.filter(patient=patient, chain__in=shown)
    return files.filter(pk=file_id, withdrawn_at=None).first()


def file_role(value: str) -> FileRole:
    return FileRole(value)


def newest_of_chain(chain: UUID) -> UUID:
    """Return the id of the version that holds now."""
    rows = LabResult.objects.filter(chain=chain).order_by("-version")
    return rows.values_list("pk", flat=True)[0]


def checks_of(result: LabResult) -> QuerySet[ResultCheck]:
    """Return who held this version against the report, the first one first."""
    checks = ResultCheck.objects.filter(result=result, patient_id=result.patient_id)
    return checks.order_by("checked_at", "id")


def checks_of_record(patient: Patient) -> dict[UUID, list[ResultCheck]]:
    """Return who checked which version against the report, the first check first."""
    found: dict[UUID, list[ResultCheck]] = {}
    for check in ResultCheck.objects.filter(patient=patient).order_by("checked_at"):
        found.setdefault(check.result_id, []).append(check)
    return found


def every_version_of(
    patient: Patient, *, viewer: Viewer, at: datetime
) -> LabResultQuerySet:
    """Return every version of every result, those entered last first."""
    visible = patients_visible_to(viewer=viewer, at=at, scope=Scope.RESULTS)
    results: LabResultQuerySet = LabResult.objects.filter(
        patient=patient, patient__in=visible
    )
    return results.order_by("-entered_at", "id")


def targets_of(patient: Patient, *, viewer: Viewer, at: datetime) -> QuerySet[Target]:
    """Return every range that was set for this patient and stands, by its start."""
    rows = range_history_of(patient, viewer=viewer, at=at)
    return rows.filter(withdrawn_at=None).order_by("starts_on", "number")


def range_history_of(
    patient: Patient, *, viewer: Viewer, at: datetime
) -> QuerySet[Target]:
    """Return every range ever set for this patient, also what was taken back."""
    whose = _whose(patient, viewer=viewer, at=at, scope=Scope.RESULTS)
    return Target.objects.filter(whose).order_by("-set_at", "-number")


def every_range_by_patient(patient_ids: Iterable[UUID]) -> dict[UUID, list[Target]]:
    """Return the same for many patients, whose access was looked at before."""
    found: dict[UUID, list[Target]] = {}
    rows = Target.objects.filter(patient__in=list(patient_ids))
    for row in rows.order_by("patient_id", "starts_on", "number"):
        found.setdefault(row.patient_id, []).append(row)
    return found


def periods_of(
    patient: Patient, *, viewer: Viewer, at: datetime
) -> QuerySet[SupplementPeriod]:
    """Return what is and was taken, with products and ingredients, newest first."""
    whose = _whose(patient, viewer=viewer, at=at, scope=Scope.SUPPLEMENTS)
    return (
        SupplementPeriod.objects.filter(whose)
        .select_related("product")
        .prefetch_related("product__ingredients", "pauses")
        .order_by("-starts_on", "id")
    )


def products_of(
    patient: Patient, *, viewer: Viewer, at: datetime
) -> QuerySet[SupplementProduct]:
    """Return every label that was copied for this patient, the newest first."""
    whose = _whose(patient, viewer=viewer, at=at, scope=Scope.SUPPLEMENTS)
    products = SupplementProduct.objects.filter(whose)
    return products.prefetch_related("ingredients").order_by("-entered_at", "id")


def plans_of(
    patient: Patient, *, viewer: Viewer, at: datetime
) -> QuerySet[RecordedPlan]:
    """Return what clinicians recorded as a plan; those that hold come first."""
    whose = _whose(patient, viewer=viewer, at=at, scope=Scope.SUPPLEMENTS)
    plans = RecordedPlan.objects.filter(whose)
    return plans.order_by(F("ended_at").desc(nulls_first=True), "-recorded_at", "id")


def labels_of(clinic: Clinic) -> QuerySet[CatalogueLabel]:
    """Return what stands on a clinic's list of labels, by name."""
    return CatalogueLabel.objects.filter(clinic=clinic).offered().order_by("name", "id")


def label_versions_of(clinic: Clinic) -> QuerySet[CatalogueLabel]:
    """Return every version of a clinic's labels, also of those taken off."""
    return CatalogueLabel.objects.filter(clinic=clinic)


def labels_offered_to(
    patient: Patient, *, viewer: Viewer, at: datetime
) -> QuerySet[CatalogueLabel]:
    """Return the labels of the clinics that the patient lets in, for this viewer."""
    clinics = clinics_let_in(viewer, patient, at=at)
    labels = CatalogueLabel.objects.filter(clinic__in=clinics).offered()
    return labels.select_related("clinic").order_by("clinic__name", "name", "id")


def intakes_of(
    patient: Patient, *, viewer: Viewer, at: datetime, since: date
) -> QuerySet[Intake]:
    """Return what was logged from a day on and not undone, the newest first."""
    whose = _whose(patient, viewer=viewer, at=at, scope=Scope.SUPPLEMENTS)
    logged = Intake.objects.filter(whose, on_day__gte=since, undone_at=None)
    return logged.order_by("-on_day", "-round", "id")


def events_of(
    patient: Patient, *, viewer: Viewer, at: datetime
) -> QuerySet[NotedEvent]:
    """Return every dated note, the withdrawn ones too, the newest day first."""
    whose = _whose(patient, viewer=viewer, at=at, scope=Scope.HEALTH)
    notes = NotedEvent.objects.filter(whose)
    return notes.order_by("-starts_on", "-entered_at", "id")


def visit_questions_of(
    patient: Patient, *, viewer: Viewer, at: datetime
) -> QuerySet[VisitQuestion]:
    """Return the list of questions that the patient keeps; only they see it."""
    visible = patients_visible_to(viewer=viewer, at=at).filter(user=viewer.id)
    asked = VisitQuestion.objects.filter(
        patient=patient, patient__in=visible, removed_at=None
    )
    return asked.order_by("written_at", "id")


def health_answers_of(
    patient: Patient, *, viewer: Viewer, at: datetime
) -> QuerySet[HealthFact]:
    """
    Return every answer that was given to a health question, in the order it was given.

    The earlier ones count too: a no after a yes says when something ended.
    """
    whose = _whose(patient, viewer=viewer, at=at, scope=Scope.HEALTH)
    facts = HealthFact.objects.filter(whose)
    return facts.order_by("asked_on", "entered_at", "id")


def acknowledgements_of(
    patient: Patient,
    *,
    viewer: Viewer,
    at: datetime,
    scopes: frozenset[Scope] | None = None,
) -> QuerySet[Acknowledgement]:
    """Return who acknowledged what; only where all that it tells of is shared."""
    scopes = scopes_for(viewer, patient, at=at) if scopes is None else scopes
    whose = _whose(patient, viewer=viewer, at=at, scope=Scope.RECORD)
    found = Acknowledgement.objects.filter(whose)
    for scope, told in TOLD_OF.items():
        if scope not in scopes:
            found = found.filter(**{told: False})
    return found.order_by("acknowledged_at", "id")


TOLD_OF = {
    Scope.HEALTH: "tells_of_health",
    Scope.SUPPLEMENTS: "tells_of_supplements",
    Scope.RESULTS: "tells_of_results",
}


class KnownOfLaboratory(NamedTuple):
    """One thing that a clinic knows which looks after this patient."""

    patient_id: UUID
    kind: str
    laboratory: str
    method: str
    other_name: str
    cva: Decimal | None


def laboratory_facts_of(patient_ids: Iterable[UUID]) -> list[KnownOfLaboratory]:
    """
    Return what the clinics know that look after these patients.

    The database answers the same to everybody who may see the results, so that a
    patient and two clinics read one judgement.
    """
    with link().cursor() as cursor:
        cursor.execute(
            "SELECT patient_id, kind, laboratory, method, other_name, cva"
            " FROM app.laboratories_of(%s)",
            [list(patient_ids)],
        )
        return [KnownOfLaboratory(*row) for row in cursor.fetchall()]


def is_anything_known_of_laboratories() -> bool:
    """Say whether any clinic wrote anything down, so that most need not ask further."""
    return LaboratoryKnowledge.objects.exists()


def laboratories_change_at(patient_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """Return when a consent begins or ends of a clinic that knows something."""
    with link().cursor() as cursor:
        cursor.execute(
            "SELECT patient_id, moment FROM app.laboratories_change_at(%s)",
            [list(patient_ids)],
        )
        return dict(cursor.fetchall())


def laboratory_knowledge_of(clinic: Clinic) -> list[LaboratoryKnowledge]:
    """Return what a clinic knows of laboratories now, by kind and name."""
    rows = LaboratoryKnowledge.objects.filter(clinic=clinic)
    newest = rows.order_by(
        "kind", "laboratory_folded", "method_folded", "-entered_at", "id"
    ).distinct("kind", "laboratory_folded", "method_folded")
    return [row for row in newest if not row.is_over]


def imports_of(clinic: Clinic) -> QuerySet[ImportBatch]:
    """Return the files that came into a clinic, the newest first."""
    return ImportBatch.objects.filter(clinic=clinic).order_by("-entered_at", "id")


def batches_of_record(patient: Patient) -> QuerySet[ImportBatch]:
    """Return the files that were uploaded for one record, the newest first."""
    return ImportBatch.objects.filter(patient=patient).order_by("-entered_at", "id")


def batch_for(viewer: Viewer, batch_id: UUID, *, at: datetime) -> ImportBatch | None:
    """Return a batch of the viewer's clinic, or of a record whose results are seen."""
    batch = (
        ImportBatch.objects.select_related("clinic", "patient")
        .filter(pk=batch_id)
        .first()
    )
    if batch is None:
        return None
    if batch.clinic_id is not None:
        clinics = clinics_of(viewer).filter(pk=batch.clinic_id)
        return batch if clinics.exists() else None
    seen = patients_visible_to(viewer=viewer, at=at, scope=Scope.RESULTS)
    is_seen = batch.patient is not None and seen.filter(pk=batch.patient.pk).exists()
    return batch if is_seen else None


def results_to_keep_a_report_beside(
    patient: Patient, *, viewer: Viewer, at: datetime
) -> QuerySet[LabResult]:
    """Return the newest versions of the results that a person sees, newest first."""
    seen = results_of(patient, viewer=viewer, at=at).latest_versions()
    return seen.order_by("-entered_at", "-collected_on", "measurand")


def seen_among(
    viewer: Viewer, patient_ids: Iterable[UUID], *, at: datetime
) -> list[Patient]:
    """Return those of some people whose results the viewer sees now, with numbers."""
    seen = patients_visible_to(viewer=viewer, at=at, scope=Scope.RESULTS)
    return list(seen.filter(pk__in=list(patient_ids)).prefetch_related("numbers"))


class Sight(NamedTuple):
    """What of somebody's record a viewer sees: results from a day on, supplements."""

    results_from: date | None
    has_supplements: bool

    @property
    def is_whole(self) -> bool:
        """Say whether results of every day are seen, and supplements."""
        return self.results_from == date.min and self.has_supplements


NOTHING_SEEN = Sight(None, has_supplements=False)


def sight_of(
    viewer: Viewer, patient_ids: Iterable[UUID], *, at: datetime
) -> dict[UUID, Sight]:
    """Return what the viewer sees now of some people; whom they see nothing of, not."""
    among = list(patient_ids)
    if not among:
        return {}
    results, supplements = (
        viewer.may_read(scope) for scope in (Scope.RESULTS, Scope.SUPPLEMENTS)
    )
    whole = Sight(date.min if results else None, supplements)
    shared: dict[UUID, Sight] = {}
    given = consents_in_force(viewer=viewer, at=at).filter(patient__in=among)
    for consent in given:
        start = consent.results_from or date.min if consent.shares_results else None
        other = shared.get(consent.patient_id, NOTHING_SEEN)
        starts = [each for each in (start, other.results_from) if results and each]
        has_supplements = consent.shares_supplements and supplements
        shared[consent.patient_id] = Sight(
            min(starts, default=None), has_supplements or other.has_supplements
        )
    sight = shared | dict.fromkeys(_own_and_cared_for(viewer, among, at=at), whole)
    return {pk: each for pk, each in sight.items() if each != NOTHING_SEEN}


def _own_and_cared_for(
    viewer: Viewer, among: Sequence[UUID], *, at: datetime
) -> set[UUID]:
    """Return whose record is the viewer's, or of somebody they look after."""
    if viewer.kind is not ViewerKind.USER:
        return set()
    own = Patient.objects.filter(user_id=viewer.id, pk__in=among).values_list("pk")
    care = care_in_force(viewer, at=at).filter(patient__in=among)
    return {pk for (pk,) in own.union(care.values_list("patient_id"))}


def named_among(
    viewer: Viewer, patient_ids: Iterable[UUID], *, at: datetime
) -> dict[UUID, str]:
    """Return the names of those of some people whose supplements the viewer sees."""
    seen = patients_visible_to(viewer=viewer, at=at, scope=Scope.SUPPLEMENTS)
    named = seen.filter(pk__in=list(patient_ids)).order_by("name", "pk")
    return dict(named.values_list("pk", "name"))


def rows_of_file(
    batch: ImportBatch,
    *,
    kind: str = "",
    behind: int = 0,
    skipped: int = 0,
    most: int | None = None,
) -> list[ImportRow]:
    """
    Return rows that a preview of a file lists, in the file's order, all the same.

    Of a row that the viewer is not told, `is_told` says so, and it says where it stands
    and what becomes of it alone.
    """
    found = ImportRow.objects.raw(
        "SELECT * FROM app.rows_of_file(%s, %s, %s, %s, %s)",
        [batch.pk, kind, behind, skipped, most],
    )
    return list(found)


def counts_of_rows(batch: ImportBatch) -> dict[str, int]:
    """Return how many rows of each fate a page can list, whoever is told them."""
    with link().cursor() as cursor:
        cursor.execute("SELECT * FROM app.count_rows_of_file(%s)", [batch.pk])
        return dict(cursor.fetchall())


def is_all_listed_told(batch: ImportBatch) -> bool:
    """Say whether the viewer sees every part of whomever the rows of a file name."""
    return bool(_of_file("sees_all_listed", batch))


def words_of_file(batch: ImportBatch) -> ImportWords | None:
    """Return the words that quote a file, where all of it is seen."""
    return ImportWords.objects.filter(batch=batch).first()


def people_asked_about(batch: ImportBatch) -> list[dict[str, Any]]:
    """Return who is in doubt in a file, with those meant whom the viewer sees."""
    return list(json.loads(_of_file("people_asked_about", batch)))


def bytes_of_file(batch: ImportBatch) -> bytes | None:
    """Return a kept file to be read again; None where it is gone, or not given."""
    content = _of_file("bytes_of_file", batch)
    return None if content is None else bytes(content)


def size_of_file(batch: ImportBatch) -> int | None:
    """Return how many bytes a kept file has; None where it is gone."""
    size: int | None = _of_file("size_of_file", batch)
    return size


def _of_file(name: str, batch: ImportBatch) -> Any:  # noqa: ANN401 - as each tells it
    with link().cursor() as cursor:
        asked = SQL("SELECT app.{}(%s)").format(Identifier(name))
        cursor.execute(asked, [batch.pk])
        (told,) = cursor.fetchone()
    return told


def kept_uploads(batch: ImportBatch) -> tuple[int, int]:
    """Return how many files are kept where this one came in, and their bytes."""
    with link().cursor() as cursor:
        cursor.execute(
            "SELECT files, bytes FROM app.kept_uploads(%s, %s)",
            [batch.clinic_id, batch.patient_id],
        )
        files, size = cursor.fetchone()
    return files, size


def newest_of_batch(batch: ImportBatch) -> QuerySet[LabResult]:
    """Return what a batch brought and nobody changed since."""
    results: QuerySet[LabResult] = LabResult.objects.filter(import_batch=batch)
    return results.filter(pk__in=LabResult.objects.latest_versions().values("pk"))


def reviews_of(patient: Patient, *, viewer: Viewer, at: datetime) -> QuerySet[Review]:
    """Return who looked at which result that the viewer sees, the newest first."""
    reviews = Review.objects.filter(patient=patient, undone_at=None)
    found = _of_own_clinics(reviews, patient, viewer=viewer, at=at, scope=Scope.RESULTS)
    seen = LabResult.objects.filter(pk=OuterRef("result"))
    return found.filter(Exists(seen)).order_by("-reviewed_at", "id")


def notes_of(patient: Patient, *, viewer: Viewer, at: datetime) -> QuerySet[ClinicNote]:
    """Return the notes that this viewer may read, the newest first."""
    notes = ClinicNote.objects.filter(patient=patient)
    told = Q(is_for_patient=True)
    if not is_own(viewer, patient):
        told |= Q(clinic__in=clinics_of(viewer))
    notes = notes.filter(told)
    found = _of_own_clinics(notes, patient, viewer=viewer, at=at, scope=Scope.RECORD)
    return found.order_by("-written_at", "id")


def retests_of(
    patient: Patient, *, viewer: Viewer, at: datetime
) -> QuerySet[RetestPlan]:
    """Return the retest plans in force that this viewer may see, by clinic."""
    plans = RetestPlan.objects.filter(patient=patient, ended_at=None)
    if viewer.kind is ViewerKind.SHARE:  # the visit report tells the next test
        visible = patients_visible_to(viewer=viewer, at=at, scope=Scope.RESULTS)
        found = plans.filter(patient__in=visible)
    else:
        found = _of_own_clinics(
            plans, patient, viewer=viewer, at=at, scope=Scope.RESULTS
        )
    return found.order_by("clinic_name", "id")


def _of_own_clinics(
    rows: QuerySet[ClinicsOwn],
    patient: Patient,
    *,
    viewer: Viewer,
    at: datetime,
    scope: Scope,
) -> QuerySet[ClinicsOwn]:
    """Keep what the viewer's clinics wrote; patient and carer read every clinic's."""
    visible = patients_visible_to(viewer=viewer, at=at, scope=scope)
    found = rows.filter(patient__in=visible)
    if is_own(viewer, patient):
        return found
    cared_for = care_in_force(viewer, at=at).filter(patient=patient)
    return found.filter(Q(clinic__in=clinics_of(viewer)) | Exists(cared_for))


def name_may_be(typed: str, field: str) -> Q:
    """Keep whose name holds each typed word, accents aside, in whatever order."""
    found = Func(
        Value(typed.casefold()),
        F(field),
        function="app.may_mean",
        output_field=BooleanField(),
    )
    return Q(found)
