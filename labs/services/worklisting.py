"""
A clinic's worklist: one page of rows, and how many there are by reason.

A page is found by its order's index from the row it begins after, so that it costs the
same in a clinic of a hundred and of a hundred thousand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.fields.tuple_lookups import TupleGreaterThan

from labs.domain.worklist import LookReason
from labs.models import (
    PatientTag,
    SavedView,
    TargetTemplate,
    WorklistCount,
    WorklistRow,
)

if TYPE_CHECKING:
    from accounts.domain.viewers import Viewer
    from accounts.models import Clinic

ROWS_A_PAGE = 50
MOST_TAGS = 100


class Order(StrEnum):
    """How a list is sorted; by gravity unless the clinician chooses otherwise."""

    GRAVITY = "gravity"
    NAME = "name"
    LONGEST_AGO = "longest"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListView:
    """What of a list is shown, and in which order; empty means everything."""

    reason: LookReason | None = None
    flag: str = ""
    tested_from: date | None = None
    tested_until: date | None = None
    untested_since: date | None = None
    """No test on that day or later; also who was never tested."""
    template: UUID | None = None
    tag: str = ""
    clinician: str = ""
    precaution: str = ""
    without_target: bool = False
    order: Order = Order.GRAVITY
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of rows; `next_after` is None on the last one."""

    rows: list[WorklistRow]
    next_after: UUID | None


def page_of(
    clinic: "Clinic",
    view: ListView,
    *,
    search: Q | None = None,
    most: int = ROWS_A_PAGE,
) -> ListPage:
    """Return the rows of a view, and where the next page begins."""
    rows = _filtered(clinic, view)
    if search is not None:
        rows = rows.filter(search)
    rows = _ordered(_after(rows, clinic, view), view.order)
    found = list(rows[: most + 1])
    shown = found[:most]
    more = len(found) > most
    return ListPage(shown, shown[-1].patient_id if more else None)


def rows_for(clinic: "Clinic", patient_ids: list[UUID]) -> list[WorklistRow]:
    """Return the rows of these patients, the gravest first."""
    rows = WorklistRow.objects.filter(clinic=clinic, patient__in=patient_ids)
    return list(_ordered(rows, Order.GRAVITY))


def row_for(clinic: "Clinic", patient_id: UUID) -> WorklistRow | None:
    """Return the row of one patient; None where the clinic has none."""
    return WorklistRow.objects.filter(clinic=clinic, patient=patient_id).first()


def counts_of(clinic: "Clinic") -> Mapping[int, int]:
    """Return how many rows have each reason; 0 counts every row."""
    counted = WorklistCount.objects.filter(clinic=clinic).values("reason")
    found = counted.annotate(number=Sum("change")).values_list("reason", "number")
    return dict(found.order_by("reason"))


def tags_of(clinic: "Clinic") -> list[str]:
    """Return the words that this clinic tags patients with."""
    words = PatientTag.objects.filter(clinic=clinic).values_list("word", flat=True)
    return list(words.distinct().order_by("word")[:MOST_TAGS])


def templates_of(clinic: "Clinic") -> list[TargetTemplate]:
    """Return the clinic's templates that can still be chosen."""
    return list(TargetTemplate.objects.filter(clinic=clinic, retired_at=None))


def every_template_of(clinic: "Clinic") -> list[TargetTemplate]:
    """Return every template a clinic ever had, those that are offered first."""
    rows = TargetTemplate.objects.filter(clinic=clinic).select_related("clinic")
    return list(rows.order_by(F("retired_at").desc(nulls_first=True), "name", "id"))


def counts_by_template(clinic: "Clinic") -> Mapping[UUID, int]:
    """Return for how many patients of a clinic's list each template is in force."""
    rows = WorklistRow.objects.filter(clinic=clinic).exclude(template_id=None)
    found = rows.values("template_id").annotate(number=Count("id")).order_by()
    counted = found.values_list("template_id", "number")
    return {template: number for template, number in counted if template}


def saved_views_of(viewer: "Viewer") -> list[SavedView]:
    """Return the views that this clinician keeps."""
    return list(SavedView.objects.filter(user=viewer.id).order_by("name"))


def meant_by(words: str, day: date | None) -> Q:
    """Return the rows that somebody may mean: by birth date, name or number."""
    if day is not None:
        return Q(born_on=day)
    by_name = Q()
    for word in words.casefold().split():
        by_name &= Q(name_key__contains=word)
    return by_name | Q(number__istartswith=words)


def _filtered(clinic: "Clinic", view: ListView) -> QuerySet[WorklistRow]:
    rows = WorklistRow.objects.filter(clinic=clinic)
    if view.reason is not None:
        rows = rows.filter(reasons__contains=[view.reason.value])
    if view.without_target:
        rows = rows.filter(has_target=False)
    if view.untested_since is not None:
        rows = rows.filter(Q(latest_on=None) | Q(latest_on__lt=view.untested_since))
    if view.tag:
        rows = rows.filter(tags__contains=[view.tag])
    if view.precaution:
        rows = rows.filter(precautions__contains=[view.precaution])
    columns = {
        "flag": view.flag or None,
        "clinician": view.clinician or None,
        "template_id": view.template,
        "latest_on__gte": view.tested_from,
        "latest_on__lte": view.tested_until,
    }
    asked = {name: value for name, value in columns.items() if value is not None}
    return rows.filter(**asked)


def _ordered(rows: QuerySet[WorklistRow], order: Order) -> QuerySet[WorklistRow]:
    match order:
        case Order.GRAVITY:
            return rows.order_by("gravity", "since", "patient_id")
        case Order.NAME:
            return rows.order_by("name_key", "patient_id")
        case Order.LONGEST_AGO:
            return rows.order_by(F("latest_on").asc(nulls_last=True), "patient_id")
        case Order.NEWEST:
            return rows.order_by(F("latest_on").desc(nulls_last=True), "-patient_id")


def _after(
    rows: QuerySet[WorklistRow], clinic: "Clinic", view: ListView
) -> QuerySet[WorklistRow]:
    """Keep what comes after a row; an address names it by id, never by name."""
    start = row_for(clinic, view.after) if view.after else None
    if start is None:
        return rows
    key = start.patient_id
    match view.order:
        case Order.GRAVITY:
            # Compared as a whole, so that the index begins at the row, however deep.
            begins = (start.gravity, start.since, key)
            return rows.filter(
                TupleGreaterThan((F("gravity"), F("since"), F("patient_id")), begins)
            )
        case Order.NAME:
            name = start.name_key
            later = Q(name_key__gt=name) | Q(name_key=name, patient_id__gt=key)
            return rows.filter(later, name_key__gte=name)
        case Order.LONGEST_AGO:
            return rows.filter(_after_day(start, newest_first=False))
        case Order.NEWEST:
            return rows.filter(_after_day(start, newest_first=True))


def _after_day(start: WorklistRow, *, newest_first: bool) -> Q:
    """Return what follows a row by its day; who has no result comes last."""
    day, key = start.latest_on, start.patient_id
    beyond = Q(patient_id__lt=key) if newest_first else Q(patient_id__gt=key)
    if day is None:
        return Q(beyond, latest_on=None)
    other_days = Q(latest_on__lt=day) if newest_first else Q(latest_on__gt=day)
    return other_days | Q(beyond, latest_on=day) | Q(latest_on=None)
