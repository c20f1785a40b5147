"""The forms of supplements: a product with its label, and how it is taken."""

from datetime import date
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from labs.domain.schedules import (
    DAYS_A_WEEK,
    WEEKDAYS,
    Schedule,
    ScheduleKind,
    ScheduleRefused,
)
from labs.domain.supplements import (
    AmountUnit,
    Ingredient,
    Product,
    Substance,
    VitaminKContent,
)
from labs.forms.fields import Choices, DayField, NumberField, refusal
from labs.services.supplementing import IngredientEntry, PeriodEntry

MOST_INGREDIENTS = 12

SUBSTANCE_CHOICES: Choices = [
    ("", _("Choose")),
    (Substance.D3.value, _("Vitamin D3 (cholecalciferol)")),
    (Substance.D2.value, _("Vitamin D2 (ergocalciferol)")),
    (Substance.CALCIFEDIOL.value, _("Calcifediol")),
    (Substance.K1.value, _("Vitamin K1 (phytomenadione)")),
    (Substance.MK7.value, _("Vitamin K2 as MK-7")),
    (Substance.MK4.value, _("Vitamin K2 as MK-4")),
    (Substance.K_UNSPECIFIED.value, _("Vitamin K2, form not printed")),
    (Substance.CALCIUM.value, _("Calcium")),
    (Substance.MAGNESIUM.value, _("Magnesium")),
    (Substance.ZINC.value, _("Zinc")),
    (Substance.BIOTIN.value, _("Biotin")),
    (Substance.CALCITRIOL.value, _("Calcitriol (a medicine)")),
    (Substance.ALFACALCIDOL.value, _("Alfacalcidol (a medicine)")),
    (Substance.PARICALCITOL.value, _("Paricalcitol (a medicine)")),
    (Substance.OTHER.value, _("Something else")),
]
AMOUNT_UNIT_CHOICES: Choices = [
    ("", _("Choose")),
    (AmountUnit.IU.value, _("IU (international units)")),
    (AmountUnit.UG.value, _("mcg (µg, micrograms)")),
    (AmountUnit.MG.value, "mg"),
    (AmountUnit.G.value, "g"),
    (AmountUnit.ML.value, "mL"),
]
VITAMIN_K_CHOICES: Choices = [
    (VitaminKContent.LISTED.value, _("Yes, it is on the label")),
    (VitaminKContent.NONE.value, _("No, I read the label")),
    (VitaminKContent.UNKNOWN.value, _("I do not know")),
]
SCHEDULE_CHOICES: Choices = [
    ("", _("Choose")),
    (ScheduleKind.DAILY.value, _("Every day")),
    (ScheduleKind.TIMES_A_DAY.value, _("Several times a day")),
    (ScheduleKind.EVERY_N_DAYS.value, _("Every so many days")),
    (ScheduleKind.WEEKDAYS.value, _("On certain weekdays")),
    (ScheduleKind.WEEKLY.value, _("Once a week")),
    (ScheduleKind.FORTNIGHTLY.value, _("Every two weeks")),
    (ScheduleKind.MONTHLY.value, _("Once a month")),
    (ScheduleKind.SINGLE.value, _("Once only")),
    (ScheduleKind.AS_NEEDED.value, _("As needed")),
    (ScheduleKind.GIVEN_IN_CLINIC.value, _("Given in a clinic")),
]
COUNTED_SCHEDULES = frozenset({ScheduleKind.TIMES_A_DAY, ScheduleKind.EVERY_N_DAYS})


# Others than the parent vitamins are stated by weight; "other" may be vitamin A or E.
COUNTED_IN_IU = frozenset({Substance.D2, Substance.D3, Substance.OTHER})


class IngredientForm(forms.Form):
    """One line of the label; a line without a substance is left out."""

    substance = forms.ChoiceField(
        label=_("Substance"), choices=SUBSTANCE_CHOICES, required=False
    )
    amount = NumberField(label=_("Amount"), required=False)
    unit = forms.ChoiceField(
        label=_("Unit"), choices=AMOUNT_UNIT_CHOICES, required=False
    )

    def clean(self) -> dict[str, Any]:
        """Check that amount, unit and substance belong together."""
        cleaned = super().clean() or self.cleaned_data
        amount, unit = cleaned.get("amount"), cleaned.get("unit")
        if (amount or unit) and not cleaned.get("substance"):
            self.add_error("substance", _("Choose the substance of this line."))
        if amount and not unit:
            self.add_error("unit", _("Choose the unit printed next to the amount."))
        if unit and not amount and "amount" in cleaned:
            self.add_error(
                "amount",
                _("Type the amount, or leave the unit out if none is printed."),
            )
        self._check_unit(cleaned.get("substance"), unit)
        return cleaned

    def _check_unit(self, substance: str | None, unit: str | None) -> None:
        """Refuse international units of what has none: nothing could be added up."""
        if not substance or unit != AmountUnit.IU.value:
            return
        if Substance(substance) not in COUNTED_IN_IU:
            sentence = _(
                "Unit: this substance has no international units. Choose the unit "
                "printed next to the amount."
            )
            self.add_error("unit", sentence)

    def ingredient(self) -> IngredientEntry | None:
        """Return the line; None where it was left empty."""
        data = self.cleaned_data
        if not data.get("substance"):
            return None
        return IngredientEntry(
            substance=Substance(data["substance"]),
            amount=data["amount"],
            unit=AmountUnit(data["unit"]) if data["unit"] else None,
            amount_text=str(self.data.get(self.add_prefix("amount"), "")).strip(),
        )


if TYPE_CHECKING:
    _FormSetOfLines = forms.BaseFormSet[IngredientForm]
else:
    _FormSetOfLines = forms.BaseFormSet


class BaseIngredients(_FormSetOfLines):
    """The lines of one label; at least one of them is filled."""

    def clean(self) -> None:
        """Ask for at least one substance."""
        if not any(self.errors) and not self.ingredients():
            raise ValidationError(
                _("Choose at least one substance that is printed on the label.")
            )

    def ingredients(self) -> tuple[IngredientEntry, ...]:
        """Return the filled lines in their order."""
        found = (form.ingredient() for form in self.forms)
        return tuple(each for each in found if each is not None)


IngredientFormSet = cast(
    "type[BaseIngredients]",
    forms.formset_factory(
        IngredientForm,
        formset=BaseIngredients,
        extra=3,
        max_num=MOST_INGREDIENTS,
        absolute_max=MOST_INGREDIENTS,
        validate_max=True,
    ),
)


class PeriodForm(forms.Form):
    """A product and how it is taken."""

    entry_id = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Product"),
        help_text=_("The name printed on the package."),
        max_length=120,
        error_messages={"required": _("Type the name that is printed on the product.")},
    )
    vitamin_k = forms.ChoiceField(
        label=_("Does the label list vitamin K?"),
        help_text=_("Look for vitamin K, K1, K2, MK-4, MK-7, phytomenadione."),
        choices=VITAMIN_K_CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the label says of vitamin K.")},
    )
    serving = forms.CharField(
        label=_("One serving is"),
        help_text=_("For example: 1 capsule, 1 tablet, 5 drops."),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"class": "input-medium"}),
    )
    servings = NumberField(
        label=_("Servings each time"),
        error_messages={"required": _("Type how many servings each time, like 1.")},
    )
    schedule = forms.ChoiceField(
        label=_("How often"),
        choices=SCHEDULE_CHOICES,
        error_messages={"required": _("Choose how often it is taken.")},
    )
    schedule_count = forms.IntegerField(
        label=_("How many"),
        help_text=_("Times a day, or every how many days."),
        required=False,
        min_value=1,
        max_value=366,
        widget=forms.NumberInput(attrs={"class": "input-short"}),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"),
        choices=[(day, _(WEEKDAYS[day])) for day in range(DAYS_A_WEEK)],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    starts_on = DayField(
        label=_("From"), missing=_("Type the first day, as well as you know it.")
    )
    ends_on = DayField(
        label=_("Until"),
        help_text=_("Leave empty while it is still taken."),
        required=False,
    )
    advised_by = forms.CharField(
        label=_("Who advised it"), max_length=120, required=False
    )
    reason = forms.CharField(label=_("Note"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """Check schedule and days against each other."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("schedule"):
            self._check_schedule(cleaned)
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("The last day cannot be before the first."))
        return cleaned

    def _check_schedule(self, cleaned: dict[str, Any]) -> None:
        kind = ScheduleKind(cleaned["schedule"])
        if kind not in COUNTED_SCHEDULES:
            cleaned["schedule_count"] = 1
        elif not cleaned.get("schedule_count"):
            self.add_error("schedule_count", _("Type how many."))
            return
        if kind is not ScheduleKind.WEEKDAYS:
            cleaned["weekdays"] = []
        try:
            schedule_from(cleaned)
        except ScheduleRefused as error:
            counted = kind in COUNTED_SCHEDULES
            field = "schedule_count" if counted else "weekdays"
            self.add_error(field, refusal(error))

    def entry(self, ingredients: tuple[IngredientEntry, ...]) -> PeriodEntry:
        """Return the product with its label, and how it is taken."""
        data = self.cleaned_data
        return PeriodEntry(
            name=data["name"],
            vitamin_k=data["vitamin_k"],
            ingredients=ingredients,
            servings=data["servings"],
            schedule=ScheduleKind(data["schedule"]),
            schedule_count=data["schedule_count"],
            weekdays=tuple(sorted(data["weekdays"])),
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
            serving=data["serving"],
            reason=data["reason"],
            advised_by=data["advised_by"],
        )

    def product(self, ingredients: tuple[IngredientEntry, ...]) -> Product:
        """Return the product as the rules look at it."""
        return Product(
            name=self.cleaned_data["name"],
            ingredients=tuple(
                Ingredient(each.substance, each.amount, each.unit)
                for each in ingredients
            ),
            vitamin_k=VitaminKContent(self.cleaned_data["vitamin_k"]),
        )

    def planned(self) -> Schedule:
        """Return the schedule as the rules look at it."""
        return schedule_from(self.cleaned_data)


def schedule_from(cleaned: dict[str, Any]) -> Schedule:
    return Schedule(
        ScheduleKind(cleaned["schedule"]),
        cleaned["schedule_count"],
        frozenset(cleaned["weekdays"]),
    )


class EndForm(forms.Form):
    """The last day of a period."""

    ends_on = DayField(
        label=_("Last day"), missing=_("Type the last day it was taken.")
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        starts_on: date,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        """Know when the period began."""
        super().__init__(*args, **kwargs)
        self.starts_on = starts_on

    def clean_ends_on(self) -> date:
        """Refuse an end before the beginning."""
        day: date = self.cleaned_data["ends_on"]
        if day < self.starts_on:
            raise ValidationError(_("The last day cannot be before the first."))
        return day
