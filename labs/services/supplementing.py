"""Writing what is taken: a product with its ingredients, and the period of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.domain.audit import Action
from accounts.domain.viewers import Viewer
from accounts.models import Patient
from accounts.services import auditing
from labs.domain.schedules import ScheduleKind
from labs.domain.supplements import (
    AmountBasis,
    AmountUnit,
    DosageForm,
    Ingredient,
    Product,
    Substance,
    VitaminKContent,
)
from labs.models import (
    HealthFact,
    SupplementIngredient,
    SupplementPeriod,
    SupplementProduct,
)
from labs.services import summarising
from labs.services.sending import lock_form


@dataclass(frozen=True, slots=True, kw_only=True)
class IngredientEntry:
    """One line of a label; the amount may be unknown."""

    substance: Substance
    amount: Decimal | None = None
    unit: AmountUnit | None = None
    amount_text: str = ""
    form: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelEntry:
    """What stands on a package, as the person copies it."""

    name: str
    vitamin_k: str
    ingredients: tuple[IngredientEntry, ...]
    serving: str = ""
    dosage_form: DosageForm = DosageForm.NOT_STATED
    basis: AmountBasis = AmountBasis.NOT_STATED
    units_per_serving: Decimal = Decimal(1)
    package_servings: int | None = None
    mark: str = ""
    lot: str = ""
    barcode: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodEntry(LabelEntry):
    """A product and how it is taken, as the person writes it."""

    servings: Decimal
    schedule: ScheduleKind
    starts_on: date
    schedule_count: int = 1
    weekdays: tuple[int, ...] = ()
    ends_on: date | None = None
    reason: str = ""
    advised_by: str = ""
    copied_from: UUID | None = None


Answers = Mapping[str, str]
NO_ANSWERS: Answers = {}
NOTHING_ASKED: Mapping[LabelEntry, Answers] = {}


class PeriodConflict(RuntimeError):
    """The same form was saved before with something else in it; both are shown."""

    def __init__(self, stored: SupplementPeriod) -> None:
        """Keep what was saved."""
        super().__init__("This form was saved before with something else in it.")
        self.stored = stored


@transaction.atomic
def start_period(
    *,
    patient: Patient,
    entry: PeriodEntry,
    by: Viewer,
    at: datetime,
    entry_id: UUID,
    answers: Mapping[str, str] | None = None,
) -> SupplementPeriod:
    """
    Store a product and its period; the same `entry_id` again stores nothing new.

    `answers` are what was said of amounts and days that looked like a slip.
    Raises PeriodConflict where it comes again with anything else in it.
    """
    lock_form(entry_id)
    stored = SupplementPeriod.objects.filter(pk=entry_id, patient=patient).first()
    if stored is not None:
        if entry_of(stored) != entry:
            raise PeriodConflict(stored)
        return stored
    product = store_product(
        patient=patient, label=entry, by=by, at=at, copied_from=entry.copied_from
    )
    period = SupplementPeriod.objects.create(
        id=entry_id,
        patient=patient,
        product=product,
        servings=entry.servings,
        schedule=entry.schedule.value,
        schedule_count=entry.schedule_count,
        weekdays=list(entry.weekdays),
        starts_on=entry.starts_on,
        ends_on=entry.ends_on,
        reason=entry.reason,
        advised_by=entry.advised_by,
        answers=dict(answers) if answers else None,
        entered_by_id=by.id,
        entered_by_name=by.name,
        entered_at=at,
    )
    _audit(period, Action.CREATED, by=by, at=at)
    summarising.refresh([patient.pk], by=by, at=at)
    return period


def store_product(
    *,
    patient: Patient,
    label: LabelEntry,
    by: Viewer,
    at: datetime,
    copied_from: UUID | None = None,
    answers: Answers = NO_ANSWERS,
) -> SupplementProduct:
    """Store a label as it was copied; every period keeps the label of its own day."""
    product = SupplementProduct.objects.create(
        patient=patient,
        name=label.name,
        vitamin_k=label.vitamin_k,
        serving=label.serving,
        dosage_form=label.dosage_form.value,
        basis=label.basis.value,
        units_per_serving=label.units_per_serving,
        package_servings=label.package_servings,
        mark=label.mark,
        lot=label.lot,
        barcode=label.barcode,
        answers=dict(answers) or None,
        copied_from_id=copied_from,
        entered_by_name=by.name,
        entered_at=at,
    )
    _store_ingredients(product, label.ingredients)
    return product


@transaction.atomic
def keep_labels(
    *,
    patient: Patient,
    labels: Iterable[LabelEntry],
    by: Viewer,
    at: datetime,
    answers: Mapping[LabelEntry, Answers] = NOTHING_ASKED,
) -> int:
    """
    Keep labels to be picked from, those that are not here yet; return how many.

    `answers` are those about what looked like a slip of a label.
    """
    stored = SupplementProduct.objects.filter(patient=patient)
    here = {
        replace(label_of(row), lot="") for row in stored.prefetch_related("ingredients")
    }
    fresh = [each for each in labels if replace(each, lot="") not in here]
    for label in fresh:
        product = store_product(
            patient=patient,
            label=label,
            by=by,
            at=at,
            answers=answers.get(label, NO_ANSWERS),
        )
        auditing.record(
            viewer=by,
            action=Action.CREATED,
            object_label="supplement product",
            object_id=product.pk,
            patient_id=patient.pk,
            at=at,
        )
    return len(fresh)


def entry_of(row: SupplementPeriod) -> PeriodEntry:
    """Return a stored period as somebody writes it."""
    return PeriodEntry(
        **copied(label_of(row.product)),
        servings=row.servings,
        schedule=ScheduleKind(row.schedule),
        schedule_count=row.schedule_count,
        weekdays=tuple(row.weekdays),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        reason=row.reason,
        advised_by=row.advised_by,
        copied_from=row.product.copied_from_id,
    )


def label_of(product: SupplementProduct) -> LabelEntry:
    """Return a stored label as somebody copies it."""
    return LabelEntry(
        name=product.name,
        vitamin_k=product.vitamin_k,
        ingredients=tuple(
            IngredientEntry(
                substance=Substance(each.substance),
                amount=each.amount,
                unit=AmountUnit(each.unit) if each.unit else None,
                amount_text=each.amount_text,
                form=each.form,
            )
            for each in product.ingredients.all()
        ),
        serving=product.serving,
        dosage_form=DosageForm(product.dosage_form),
        basis=AmountBasis(product.basis),
        units_per_serving=product.units_per_serving,
        package_servings=product.package_servings,
        mark=product.mark,
        lot=product.lot,
        barcode=product.barcode,
    )


def product_in(label: LabelEntry) -> Product:
    """Return a copied label as the rules look at it."""
    return Product(
        name=label.name,
        ingredients=tuple(
            Ingredient(each.substance, each.amount, each.unit, each.form)
            for each in label.ingredients
        ),
        vitamin_k=VitaminKContent(label.vitamin_k),
        dosage_form=label.dosage_form,
        basis=label.basis,
        units_per_serving=label.units_per_serving,
    )


def copied(label: LabelEntry) -> dict[str, Any]:
    """Return the parts of a label by name, for an entry that holds more than it."""
    return {part.name: getattr(label, part.name) for part in fields(LabelEntry)}


@transaction.atomic
def end_period(
    *, period: SupplementPeriod, ends_on: date, by: Viewer, at: datetime
) -> None:
    """Write the last day of a period."""
    period.ends_on = ends_on
    period.save(update_fields=["ends_on"])
    _audit(period, Action.CHANGED, by=by, at=at)
    summarising.refresh([period.patient_id], by=by, at=at)


@transaction.atomic
def state_health_fact(
    *,
    patient: Patient,
    topic: str,
    answer: str,
    detail: str,
    asked_on: date,
    by: Viewer,
    at: datetime,
) -> HealthFact:
    """Store an answer to a health question; earlier answers stay."""
    fact = HealthFact.objects.create(
        patient=patient,
        topic=topic,
        answer=answer,
        detail=detail,
        asked_on=asked_on,
        entered_by_id=by.id,
        entered_by_name=by.name,
        entered_at=at,
    )
    auditing.record(
        viewer=by,
        action=Action.CREATED,
        object_label="health fact",
        object_id=fact.pk,
        patient_id=patient.pk,
        at=at,
    )
    summarising.refresh([patient.pk], by=by, at=at)
    return fact


def _store_ingredients(
    product: SupplementProduct, ingredients: tuple[IngredientEntry, ...]
) -> None:
    for position, ingredient in enumerate(ingredients):
        # One by one: a bulk insert reads rows back, which the sequence does not need.
        SupplementIngredient.objects.create(
            patient_id=product.patient_id,
            product=product,
            position=position,
            substance=ingredient.substance.value,
            amount=ingredient.amount,
            unit=ingredient.unit.value if ingredient.unit else "",
            amount_text=ingredient.amount_text,
            form=ingredient.form,
        )


def _audit(
    period: SupplementPeriod, action: Action, *, by: Viewer, at: datetime
) -> None:
    auditing.record(
        viewer=by,
        action=action,
        object_label="supplement period",
        object_id=period.pk,
        patient_id=period.patient_id,
        at=at,
    )
