"""The forms of a label: its lines, and what else stands on the package."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from labs.domain.printed_amounts import BarcodeRefused, parse_barcode, split_amount
from labs.domain.supplements import (
    COUNTED_BASES,
    VITAMIN_K,
    AmountBasis,
    AmountUnit,
    DosageForm,
    Product,
    Substance,
    UnknownAmountUnit,
    VitaminKContent,
)
from labs.forms.fields import (
    MOST_SERVINGS,
    PLACES_OF_SERVINGS,
    THOUSANDS_OR_THREE_PLACES,
    Choices,
    NumberField,
    refusal,
    typed_number,
    with_mark,
)
from labs.services.supplementing import IngredientEntry, LabelEntry, product_in

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
DOSAGE_FORM_CHOICES: Choices = [
    ("", _("Not stated")),
    (DosageForm.TABLET.value, _("Tablet")),
    (DosageForm.CAPSULE.value, _("Capsule")),
    (DosageForm.SOFTGEL.value, _("Softgel")),
    (DosageForm.DROPS.value, _("Drops")),
    (DosageForm.LIQUID.value, _("Liquid")),
    (DosageForm.SPRAY.value, _("Spray")),
    (DosageForm.GUMMY.value, _("Gummy")),
    (DosageForm.POWDER.value, _("Powder")),
    (DosageForm.AMPOULE.value, _("Ampoule")),
    (DosageForm.INJECTION.value, _("Injection")),
]
BASIS_CHOICES: Choices = [
    ("", _("The label does not say")),
    (AmountBasis.PER_SERVING.value, _("One serving")),
    (AmountBasis.PER_UNIT.value, _("One piece (a tablet, a capsule, a spray)")),
    (AmountBasis.PER_DROP.value, _("One drop")),
    (AmountBasis.PER_ML.value, _("One mL")),
]
# Others than the parent vitamins are stated by weight; "other" may be vitamin A or E.
COUNTED_IN_IU = frozenset({Substance.D2, Substance.D3, Substance.OTHER})


class AmountField(NumberField):
    """A number above zero, with or without the unit that is printed beside it."""

    two_readings = THOUSANDS_OR_THREE_PLACES

    written: AmountUnit | None = None

    def clean(self, value: str | None) -> Decimal | None:
        """Return the number, and keep the unit that was written beside it."""
        self.written = None
        text = (value or "").strip()
        if not text:
            return super().clean(value)
        try:
            printed = split_amount(text)
        except UnknownAmountUnit as error:
            raise refusal(error) from error
        self.written = printed.unit
        return super().clean(printed.number or text)


class IngredientForm(forms.Form):
    """One line of the label; a line without a substance is left out."""

    substance = forms.ChoiceField(
        label=_("Substance"), choices=SUBSTANCE_CHOICES, required=False
    )
    amount = AmountField(label=_("Amount"), required=False)
    unit = forms.ChoiceField(
        label=_("Unit"), choices=AMOUNT_UNIT_CHOICES, required=False
    )
    form = forms.CharField(
        label=_("Form, as printed"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "input-medium"}),
    )

    def clean(self) -> dict[str, Any]:
        """Check that amount, unit and substance belong together."""
        cleaned = super().clean() or self.cleaned_data
        self._take_written_unit(cleaned)
        amount, unit = cleaned.get("amount"), cleaned.get("unit")
        is_filled = amount or unit or cleaned.get("form")
        if is_filled and not cleaned.get("substance"):
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

    def _take_written_unit(self, cleaned: dict[str, Any]) -> None:
        """Take "1000 IU" as it is printed; it must not differ from what was chosen."""
        written = cast("AmountField", self.fields["amount"]).written
        if written is None or "amount" not in cleaned:
            return
        if not cleaned.get("unit"):
            cleaned["unit"] = written.value
        elif cleaned["unit"] != written.value:
            sentence = _(
                "Unit: another one is written in the amount. Which is printed next to "
                "the number?"
            )
            self.add_error("unit", sentence)

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
            form=data["form"],
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


class LabelForm(forms.Form):
    """What stands on a package beside its lines."""

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
    dosage_form = forms.ChoiceField(
        label=_("What it is"), choices=DOSAGE_FORM_CHOICES, required=False
    )
    basis = forms.ChoiceField(
        label=_("The amounts are printed for"), choices=BASIS_CHOICES, required=False
    )
    units_per_serving = NumberField(
        label=_("How many make one serving"),
        help_text=_(
            "Pieces, drops or mL, by the label. Needed where the amounts are printed "
            "for one piece, one drop or one mL."
        ),
        says_when_needed=True,
        most=MOST_SERVINGS,
        places=PLACES_OF_SERVINGS,
        required=False,
    )
    package_servings = forms.IntegerField(
        label=_("Servings in the package"),
        required=False,
        min_value=1,
        max_value=10_000,
        widget=forms.NumberInput(attrs={"class": "input-short"}),
    )
    mark = forms.CharField(
        label=_("Testing mark, as printed"),
        help_text=_("For example USP or NSF. It is kept as a fact; nothing is ranked."),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"class": "input-medium"}),
    )
    lot = forms.CharField(
        label=_("Lot number"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "input-medium"}),
    )
    barcode = forms.CharField(
        label=_("Barcode"),
        help_text=_("The digits under the bars."),
        max_length=24,
        required=False,
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "off",
                "class": "input-medium",
            }
        ),
    )

    def clean_barcode(self) -> str:
        """Refuse digits that no barcode has."""
        text: str = self.cleaned_data["barcode"]
        try:
            return parse_barcode(text) if text else ""
        except BarcodeRefused as error:
            raise refusal(error) from error

    def clean(self) -> dict[str, Any]:
        """Ask how many make a serving where the amounts are not those of one."""
        cleaned = super().clean() or self.cleaned_data
        basis = AmountBasis(cleaned.get("basis") or AmountBasis.NOT_STATED)
        is_open = "units_per_serving" not in self.errors
        is_missing = is_open and not cleaned.get("units_per_serving")
        if basis in COUNTED_BASES and is_missing:
            sentence = _("Type how many pieces, drops or mL make one serving.")
            self.add_error("units_per_serving", sentence)
        return cleaned

    def check_against(self, lines: BaseIngredients) -> bool:
        """
        Refuse "no vitamin K" beside a line of vitamin K; answer whether all is well.

        Call when form and lines are valid, each for itself.
        """
        chosen = VitaminKContent(self.cleaned_data["vitamin_k"])
        listed = {each.substance for each in lines.ingredients()} & VITAMIN_K
        if chosen is VitaminKContent.NONE and listed:
            sentence = _(
                "A line of this label is vitamin K. Choose yes here, or take that line "
                "out."
            )
            self.add_error("vitamin_k", sentence)
        return not self.errors

    def label_parts(self, ingredients: tuple[IngredientEntry, ...]) -> dict[str, Any]:
        """Return the parts of the label by name."""
        data = self.cleaned_data
        return {
            "name": data["name"],
            "vitamin_k": data["vitamin_k"],
            "ingredients": ingredients,
            "serving": data["serving"],
            "dosage_form": DosageForm(data["dosage_form"] or DosageForm.NOT_STATED),
            "basis": AmountBasis(data["basis"] or AmountBasis.NOT_STATED),
            "units_per_serving": data["units_per_serving"] or Decimal(1),
            "package_servings": data["package_servings"],
            "mark": data["mark"],
            "lot": data.get("lot", ""),
            "barcode": data["barcode"],
        }

    def label_entry(self, ingredients: tuple[IngredientEntry, ...]) -> LabelEntry:
        """Return the label as it was copied."""
        return LabelEntry(**self.label_parts(ingredients))

    def product(self, ingredients: tuple[IngredientEntry, ...]) -> Product:
        """Return the product as the rules look at it."""
        return product_in(self.label_entry(ingredients))


class CatalogueForm(LabelForm):
    """A label of a clinic's list; a lot number is of one package alone."""

    lot = None  # type: ignore[assignment]
    entry_id = forms.UUIDField(widget=forms.HiddenInput)


def typed_label(label: LabelEntry) -> dict[str, Any]:
    """Return a label as the values of an empty form, to be copied from."""
    return {
        "name": label.name,
        "vitamin_k": label.vitamin_k,
        "serving": label.serving,
        "dosage_form": _or_blank(label.dosage_form),
        "basis": _or_blank(label.basis),
        "units_per_serving": typed_number(label.units_per_serving.normalize())
        if label.basis in COUNTED_BASES or label.units_per_serving != 1
        else "",
        "package_servings": label.package_servings,
        "mark": label.mark,
        "lot": label.lot,
        "barcode": label.barcode,
    }


def typed_lines(label: LabelEntry) -> list[dict[str, Any]]:
    """Return the lines of a label as the values of empty forms."""
    return [
        {
            "substance": each.substance.value,
            "amount": with_mark(each.amount_text)
            or (typed_number(each.amount.normalize()) if each.amount else ""),
            "unit": each.unit.value if each.unit else "",
            "form": each.form,
        }
        for each in label.ingredients
    ]


def _or_blank(choice: DosageForm | AmountBasis) -> str:
    return "" if choice.value == "not_stated" else choice.value
