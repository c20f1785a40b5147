"""A clinic's list of labels: adding one, its next version, and taking it off."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from accounts.domain.audit import Action
from accounts.domain.viewers import Viewer
from accounts.models import Clinic
from accounts.services import auditing
from labs.domain.supplements import AmountBasis, AmountUnit, DosageForm, Substance
from labs.models import CatalogueLabel
from labs.services.sending import SentAgain, lock_form
from labs.services.supplementing import (
    NO_ANSWERS,
    NOTHING_ASKED,
    Answers,
    IngredientEntry,
    LabelEntry,
)


class NotNewest(RuntimeError):
    """Somebody else wrote a version first; nothing was saved, and both are shown."""

    def __init__(self, newest: CatalogueLabel) -> None:
        """Keep the version that holds now."""
        super().__init__("Another version of this label came first.")
        self.newest = newest


@transaction.atomic
def add_label(
    *,
    clinic: Clinic,
    label: LabelEntry,
    by: Viewer,
    at: datetime,
    entry_id: UUID,
    answers: Answers = NO_ANSWERS,
) -> CatalogueLabel:
    """
    Put a label on a clinic's list; the same `entry_id` again stores nothing new.

    Raises SentAgain where it comes back with something else in it. A lot number is of
    one package, not of a product, and is left out.
    """
    lock_form(entry_id)
    stored = CatalogueLabel.objects.filter(pk=entry_id, clinic=clinic).first()
    if stored is not None:
        if label_in(stored) != replace(label, lot=""):
            raise SentAgain(stored)
        return stored
    return _store(
        clinic,
        label,
        by=by,
        at=at,
        key=entry_id,
        product_id=entry_id,
        answers=answers,
    )


@transaction.atomic
def add_labels(
    *,
    clinic: Clinic,
    labels: Iterable[LabelEntry],
    by: Viewer,
    at: datetime,
    answers: Mapping[LabelEntry, Answers] = NOTHING_ASKED,
) -> int:
    """Put those labels on a clinic's list that it does not hold; return how many."""
    here = {
        label_in(row) for row in CatalogueLabel.objects.filter(clinic=clinic).offered()
    }
    fresh = [each for each in labels if replace(each, lot="") not in here]
    for label in fresh:
        said = answers.get(label, NO_ANSWERS)
        _store(clinic, label, by=by, at=at, answers=said)
    return len(fresh)


@transaction.atomic
def change_label(
    *,
    row: CatalogueLabel,
    label: LabelEntry,
    by: Viewer,
    at: datetime,
    entry_id: UUID,
    answers: Answers = NO_ANSWERS,
) -> CatalogueLabel:
    """
    Write the next version of a label; what was copied from earlier ones stays.

    Raises NotNewest where the row is no longer the newest, and SentAgain where the same
    form comes back with something else in it.
    """
    lock_form(entry_id)
    stored = CatalogueLabel.objects.filter(pk=entry_id).first()
    if stored is not None:
        if label_in(stored) != replace(label, lot=""):
            raise SentAgain(stored)
        return stored
    _check_newest(row)
    return _store(
        row.clinic,
        label,
        by=by,
        at=at,
        key=entry_id,
        product_id=row.product_id,
        version=row.version + 1,
        answers=answers,
    )


@transaction.atomic
def withdraw_label(*, row: CatalogueLabel, by: Viewer, at: datetime) -> None:
    """Take a label off the list; its versions stay, and so does what was copied."""
    _check_newest(row)
    if row.is_withdrawn:
        return
    _store(
        row.clinic,
        label_in(row),
        by=by,
        at=at,
        product_id=row.product_id,
        version=row.version + 1,
        answers=row.answers or NO_ANSWERS,
        is_withdrawn=True,
    )


def _check_newest(row: CatalogueLabel) -> None:
    lock_form(row.product_id)
    versions = CatalogueLabel.objects.filter(product_id=row.product_id)
    newest = versions.order_by("-version").first()
    if newest is not None and newest.version > row.version:
        raise NotNewest(newest)


def _store(
    clinic: Clinic,
    label: LabelEntry,
    *,
    by: Viewer,
    at: datetime,
    key: UUID | None = None,
    product_id: UUID | None = None,
    version: int = 1,
    answers: Answers = NO_ANSWERS,
    is_withdrawn: bool = False,
) -> CatalogueLabel:
    row = CatalogueLabel(
        clinic=clinic,
        version=version,
        name=label.name,
        vitamin_k=label.vitamin_k,
        ingredients=[_kept(each) for each in label.ingredients],
        serving=label.serving,
        dosage_form=label.dosage_form.value,
        basis=label.basis.value,
        units_per_serving=label.units_per_serving,
        package_servings=label.package_servings,
        mark=label.mark,
        barcode=label.barcode,
        answers=dict(answers) or None,
        is_withdrawn=is_withdrawn,
        entered_by_id=by.id,
        entered_by_name=by.name,
        entered_at=at,
    )
    row.pk = key or row.pk
    row.product_id = product_id or row.pk
    row.save(force_insert=True)
    auditing.record(
        viewer=by,
        action=Action.CREATED,
        object_label="catalogue label",
        object_id=row.pk,
        patient_id=None,
        at=at,
    )
    return row


def label_in(row: CatalogueLabel) -> LabelEntry:
    """Return a version of a label as somebody copies it."""
    return LabelEntry(
        name=row.name,
        vitamin_k=row.vitamin_k,
        ingredients=tuple(map(_ingredient, row.ingredients)),
        serving=row.serving,
        dosage_form=DosageForm(row.dosage_form),
        basis=AmountBasis(row.basis),
        units_per_serving=Decimal(row.units_per_serving).quantize(Decimal("0.001")),
        package_servings=row.package_servings,
        mark=row.mark,
        barcode=row.barcode,
    )


def _kept(line: IngredientEntry) -> dict[str, str]:
    return {
        "substance": line.substance.value,
        "amount": "" if line.amount is None else f"{line.amount:f}",
        "unit": line.unit.value if line.unit else "",
        "amount_text": line.amount_text,
        "form": line.form,
    }


def _ingredient(kept: Mapping[str, str]) -> IngredientEntry:
    return IngredientEntry(
        substance=Substance(kept["substance"]),
        amount=Decimal(kept["amount"]) if kept["amount"] else None,
        unit=AmountUnit(kept["unit"]) if kept["unit"] else None,
        amount_text=kept["amount_text"],
        form=kept["form"],
    )
