"""
A clinic's worklist: one page of rows, and how many there are by reason.

A page is found by its order's index from the row it begins after, so that it costs the
same in a clinic of a hundred and of a hundred thousand. What few rows match is found
first, then put in order; what many match is soon met (docs/performance.md).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.utils.crypto import salted_hmac

from accounts import statements
from accounts.links import link
from accounts.queries import as_prefix, joins_among
from labs.domain.worklist import LookReason
from labs.models import (
    PatientTag,
    SavedView,
    TargetTemplate,
    WorklistCount,
    WorklistRow,
)
from labs.queries import name_may_be

if TYPE_CHECKING:
    from accounts.domain.viewers import Viewer
    from accounts.models import Clinic

ROWS_A_PAGE = 50
MOST_TAGS = 100
# [1,000]: so many or fewer are fetched and put in order; of more, fifty are met soon.
MOST_FEW = 1000


class Order(StrEnum):
    """How a list is sorted; by gravity unless the clinician chooses otherwise."""

    GRAVITY = "gravity"
    NAME = "name"
    LONGEST_AGO = "longest"
    NEWEST = "newest"


BY_DAY = {
    Order.LONGEST_AGO: (("latest_on", "patient_id"), TupleGreaterThan),
    Order.NEWEST: (("-latest_on", "-patient_id"), TupleLessThan),
}


@dataclass(frozen=True, slots=True)
class Place:
    """
    The row after which a page begins, and a mark of where that row stood.

    A row that was reviewed moves far down. A page that began behind it there would
    leave out all in between, and nobody would know.
    """

    patient_id: UUID
    mark: str

    def __str__(self) -> str:
        """Return it as an address carries it: it says nothing about a person."""
        return f"{self.patient_id}.{self.mark}"


MARK_LENGTH = 16


def place_of(row: WorklistRow, order: Order) -> Place:
    """Return where a row stands in an order."""
    keys = {
        Order.GRAVITY: (row.gravity, row.since),
        Order.NAME: (row.name_key,),
        Order.LONGEST_AGO: (row.latest_on,),
        Order.NEWEST: (row.latest_on,),
    }
    key = "/".join(map(str, (order.value, row.patient_id, *keys[order])))
    return Place(row.patient_id, salted_hmac(__name__, key).hexdigest()[:MARK_LENGTH])


def place_in(text: str) -> Place | None:
    """Return the place that an address tells; None where it tells none."""
    sent, _dot, mark = text.partition(".")
    try:
        return Place(UUID(sent), mark)
    except ValueError:
        return None


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
    after: Place | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody typed: a birth date, parts of a name, or how a number begins."""

    text: str
    born_on: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of rows; `next_after` is None on the last one."""

    rows: list[WorklistRow]
    next_after: Place | None
    begins_anew: bool = False
    """The row it should begin after stands elsewhere by now: it is the first page."""


def page_of(
    clinic: "Clinic",
    view: ListView,
    *,
    search: Search | None = None,
    most: int = ROWS_A_PAGE,
) -> ListPage:
    """Return the rows of a view, and where the next page begins."""
    rows = _narrowed(_filtered(clinic, view), clinic, view, search)
    start = _start(clinic, view)
    found = _first(rows, view.order, start, most + 1)
    shown = found[:most]
    return ListPage(
        shown,
        place_of(shown[-1], view.order) if len(found) > most else None,
        begins_anew=start is None and view.after is not None,
    )


def _start(clinic: "Clinic", view: ListView) -> WorklistRow | None:
    """Return the row after which the page begins, if it stands where it stood."""
    if view.after is None:
        return None
    row = row_for(clinic, view.after.patient_id)
    stands = row is not None and place_of(row, view.order) == view.after
    return row if stands else None


def _narrowed(
    rows: QuerySet[WorklistRow], clinic: "Clinic", view: ListView, search: Search | None
) -> QuerySet[WorklistRow]:
    """Keep those who match by name and array, in the way that reads fewer rows."""
    if search is not None and search.born_on:
        born = Q(born_on__in=search.born_on)
        joined = _born(clinic, search.born_on)
        return rows.filter(born | Q(patient__in=joined) if joined else born)
    reason = view.reason
    if reason is not None and _is_common(clinic, reason):
        reason = None  # soon met on the way: not worth finding first
    if search is None and reason is None and not (view.tag or view.precaution):
        return rows
    few = _matches(clinic, replace(view, reason=reason), search)
    if len(few) <= MOST_FEW:
        return rows.filter(patient__in=few)
    if search is None:
        return rows
    by_number = Q(number__istartswith=search.text)
    return rows.filter(name_may_be(search.text, "name_key") | by_number)


def _is_common(clinic: "Clinic", reason: LookReason) -> bool:
    changes = WorklistCount.objects.filter(clinic=clinic, reason=reason.value)
    number = changes.aggregate(number=Sum("change"))["number"]
    return (number or 0) > MOST_FEW


def _matches(clinic: "Clinic", view: ListView, search: Search | None) -> list[UUID]:
    """Return who may match, up to one more than a few."""
    with link().cursor() as cursor:
        cursor.execute(
            "SELECT app.worklist_found(%s, %s::smallint, %s, %s, %s, %s, %s)",
            [
                clinic.pk,
                view.reason.value if view.reason is not None else None,
                view.tag,
                view.precaution,
                search.text.casefold() if search else "",
                as_prefix(search.text) if search else "",
                MOST_FEW + 1,
            ],
        )
        return [row[0] for row in cursor]


def _born(clinic: "Clinic", days: Iterable[date]) -> list[UUID]:
    """Return in whose rows a record of one of these birth dates is read."""
    with link().cursor() as cursor:
        cursor.execute("SELECT app.worklist_born(%s, %s)", [clinic.pk, list(days)])
        return [row[0] for row in cursor]


def _first(
    rows: QuerySet[WorklistRow], order: Order, start: WorklistRow | None, most: int
) -> list[WorklistRow]:
    """Return so many rows from where the page begins; who has no day comes last."""
    if order in BY_DAY:
        return _first_by_day(rows, order, start, most)
    return _read(_ordered(_after(rows, start, order), order)[:most])


def _read(rows: QuerySet[WorklistRow]) -> list[WorklistRow]:
    """Return rows that know all that they say, as it came, to be known again by it."""
    told = statements.rows_once(rows.values_list(*statements.columns_of(WorklistRow)))
    found = statements.stored(WorklistRow, told)
    for row, said in zip(found, told, strict=True):
        row.told = tuple(tuple(x) if isinstance(x, list) else x for x in said)
    return found


def _first_by_day(
    rows: QuerySet[WorklistRow], order: Order, start: WorklistRow | None, most: int
) -> list[WorklistRow]:
    """Read the days by their index, forwards or backwards; then who has none."""
    keys, beyond = BY_DAY[order]
    found: list[WorklistRow] = []
    if start is None or start.latest_on is not None:
        tested = rows.filter(latest_on__isnull=False)
        if start is not None:
            begins = (start.latest_on, start.patient_id)
            tested = tested.filter(beyond((F("latest_on"), F("patient_id")), begins))
            start = None
        found = _read(tested.order_by(*keys)[:most])
    if len(found) == most:
        return found
    untested = rows.filter(latest_on=None)
    if start is not None:
        untested = untested.filter(beyond((F("patient_id"),), (start.patient_id,)))
    return [*found, *_read(untested.order_by(keys[1])[: most - len(found)])]


def rows_for(clinic: "Clinic", patient_ids: list[UUID]) -> list[WorklistRow]:
    """Return the rows of these patients, the gravest first."""
    rows = WorklistRow.objects.filter(clinic=clinic, patient__in=patient_ids)
    return list(_ordered(rows, Order.GRAVITY))


def row_for(clinic: "Clinic", patient_id: UUID) -> WorklistRow | None:
    """Return the row of one patient; None where the clinic has none."""
    return WorklistRow.objects.filter(clinic=clinic, patient=patient_id).first()


def kept_with(patient_id: UUID) -> UUID | None:
    """Return the record with which this one is read; None where it was not joined."""
    joins = joins_among([patient_id]).exclude(kept=patient_id)
    return joins.values_list("kept", flat=True).first()


def rows_of(clinics: "QuerySet[Clinic]", patient_id: UUID) -> list[WorklistRow]:
    """Return the rows of a patient on the lists of some clinics, the gravest first."""
    rows = WorklistRow.objects.filter(clinic__in=clinics, patient=patient_id)
    return list(rows.order_by("gravity", "clinic_id"))


def is_open(row: WorklistRow) -> bool:
    """Say whether something in a row is to be reviewed."""
    return bool(row.facts["open"] or row.facts["subjects"])


def counts_of(clinic: "Clinic") -> Mapping[int, int]:
    """Return how many rows have each reason; 0 counts every row."""
    return dict(statements.rows(_counts_of, clinic_id=clinic.pk))


def _counts_of(blank: statements.Blanks) -> QuerySet[Any]:
    changes = WorklistCount.objects.filter(clinic=blank["clinic_id"])
    counted = changes.values("reason").annotate(number=Sum("change"))
    return counted.values_list("reason", "number").order_by("reason")


def tags_of(clinic: "Clinic") -> list[str]:
    """Return the words that this clinic tags patients with."""
    return [word for (word,) in statements.rows(_tags_of, clinic_id=clinic.pk)]


def _tags_of(blank: statements.Blanks) -> QuerySet[Any]:
    words = PatientTag.objects.filter(clinic=blank["clinic_id"]).values_list("word")
    return words.distinct().order_by("word")[:MOST_TAGS]


def templates_of(clinic: "Clinic") -> list[TargetTemplate]:
    """Return the clinic's templates that can still be chosen."""
    found = statements.rows(_templates_of, clinic_id=clinic.pk)
    return statements.stored(TargetTemplate, found)


def _templates_of(blank: statements.Blanks) -> QuerySet[Any]:
    offered = TargetTemplate.objects.filter(clinic=blank["clinic_id"], retired_at=None)
    return offered.values_list(*statements.columns_of(TargetTemplate))


def every_template_of(clinic: "Clinic") -> list[TargetTemplate]:
    """Return every template a clinic ever had, those that are offered first."""
    rows = _templates_with_clinic(clinic)
    return list(rows.order_by(F("retired_at").desc(nulls_first=True), "name", "id"))


def template_of(clinic: "Clinic", template_id: UUID) -> TargetTemplate | None:
    """Return one template of a clinic, on offer or retired; None where it has none."""
    return _templates_with_clinic(clinic).filter(pk=template_id).first()


def _templates_with_clinic(clinic: "Clinic") -> "QuerySet[TargetTemplate]":
    return TargetTemplate.objects.filter(clinic=clinic).select_related("clinic")


def counts_by_template(clinic: "Clinic") -> Mapping[UUID, int]:
    """Return for how many patients of a clinic's list each template is in force."""
    rows = WorklistRow.objects.filter(clinic=clinic).exclude(template_id=None)
    found = rows.values("template_id").annotate(number=Count("id")).order_by()
    counted = found.values_list("template_id", "number")
    return {template: number for template, number in counted if template}


def saved_views_of(viewer: "Viewer") -> list[SavedView]:
    """Return the views that this clinician keeps."""
    return statements.stored(SavedView, statements.rows(_saved_views, viewer=viewer))


def _saved_views(blank: statements.Blanks) -> QuerySet[Any]:
    kept = SavedView.objects.filter(user=blank.viewer.id).order_by("name")
    return kept.values_list(*statements.columns_of(SavedView))


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
    if order is Order.NAME:
        return rows.order_by("name_key", "patient_id")
    return rows.order_by("gravity", "since", "patient_id")


def _after(
    rows: QuerySet[WorklistRow], start: WorklistRow | None, order: Order
) -> QuerySet[WorklistRow]:
    """
    Keep what comes after a row; an address names it by id, never by name.

    The key is compared as a whole, so that the index begins at the row, however deep.
    """
    if start is None:
        return rows
    if order is Order.NAME:
        name, key = start.name_key, start.patient_id
        later = Q(name_key__gt=name) | Q(name_key=name, patient_id__gt=key)
        return rows.filter(later, name_key__gte=name)
    begins = (start.gravity, start.since, start.patient_id)
    return rows.filter(
        TupleGreaterThan((F("gravity"), F("since"), F("patient_id")), begins)
    )
