"""The forms in which a clinic writes down what it knows of laboratories."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from labs.domain.change import ImprecisionRefused, check_imprecision
from labs.domain.comparability import folded
from labs.domain.laboratories import LaboratoryFactKind
from labs.forms.fields import NumberField, refusal
from labs.services.knowing import Knowledge


class LaboratoryForm(forms.Form):
    """What every one of them asks: the laboratory, as its reports print it."""

    kind: LaboratoryFactKind

    entry_id = forms.UUIDField(widget=forms.HiddenInput)
    laboratory = forms.CharField(
        label=_("Laboratory"),
        help_text=_("As its reports print it. Case and punctuation do not matter."),
        max_length=120,
        error_messages={"required": _("Type the name of the laboratory.")},
    )

    def clean_laboratory(self) -> str:
        return _with_letters(self.cleaned_data["laboratory"])

    def knowledge(self) -> Knowledge:
        """Return what was written down."""
        data = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in {"entry_id", "is_confirmed"}
        }
        return Knowledge(kind=self.kind, **data)


class AliasForm(LaboratoryForm):
    """A second name of a laboratory or of a method."""

    kind = LaboratoryFactKind.ALIAS

    other_name = forms.CharField(
        label=_("Is the same as"),
        help_text=_("The name that most reports print."),
        max_length=120,
        error_messages={"required": _("Type the other name.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Speak of a name: methods have them too."""
        super().__init__(*args, **kwargs)
        self.fields["laboratory"].label = _("Name of a laboratory or method")

    def clean_other_name(self) -> str:
        return _with_letters(self.cleaned_data["other_name"])

    def clean(self) -> dict[str, Any]:
        """Refuse two spellings that are one already."""
        cleaned = super().clean() or self.cleaned_data
        names = cleaned.get("laboratory"), cleaned.get("other_name")
        if all(names) and folded(str(names[0])) == folded(str(names[1])):
            sentence = _("These two are read as one name already.")
            self.add_error("other_name", sentence)
        return cleaned


class ImprecisionForm(LaboratoryForm):
    """How exact a method is in one laboratory, as the laboratory told it."""

    kind = LaboratoryFactKind.IMPRECISION

    method = forms.CharField(
        label=_("Method"),
        help_text=_("Leave it empty if it counts for all its methods."),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"list": "methods"}),
    )
    cva = NumberField(
        label=_("Imprecision (CV) in percent"),
        help_text=_("From 1 to 25."),
        error_messages={"required": _("Type the coefficient of variation.")},
    )
    source = forms.CharField(
        label=_("Where it is from"),
        help_text=_("For example: the laboratory's quality report of 2025."),
        max_length=300,
        error_messages={"required": _("Write where this number is from.")},
    )

    def clean_cva(self) -> object:
        """Refuse what no laboratory has, and digits that would be rounded away."""
        cva = self.cleaned_data["cva"]
        try:
            check_imprecision(cva)
        except ImprecisionRefused as error:
            raise refusal(error) from error
        return round(cva, 2)


class TotalForm(LaboratoryForm):
    """A D3-coded test that is the total in this laboratory."""

    kind = LaboratoryFactKind.D3_IS_TOTAL

    source = forms.CharField(
        label=_("How you know"),
        help_text=_("For example: asked the laboratory by telephone on 3 March 2026."),
        max_length=300,
        error_messages={"required": _("Write how you know.")},
    )
    is_confirmed = forms.BooleanField(
        label=_(
            "I confirm that what this laboratory reports under a code for "
            "25-hydroxyvitamin D3 is its total 25-hydroxyvitamin D."
        ),
        error_messages={"required": _("Confirm it, or leave this page.")},
    )


def _with_letters(name: str) -> str:
    if not folded(name):
        raise ValidationError(_("Type a name with letters or digits."))
    return name
