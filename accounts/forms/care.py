"""The forms by which somebody comes to look after another person's record."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.domain.care import CareBasis
from accounts.forms.asking import AskingForm

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django_stubs_ext import StrOrPromise

BASIS_WORDS: "dict[CareBasis, StrOrPromise]" = {
    CareBasis.ASKED: _("The person asked for it"),
    CareBasis.PARENT: _("Parental responsibility for a child"),
    CareBasis.REPRESENTATIVE: _("A court's order or a power of attorney"),
}


class CarerForm(AskingForm):
    """Who, on what basis, until when."""

    carer_name = forms.CharField(
        label=_("Name of the carer"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    basis = forms.ChoiceField(
        label=_("What does the access rest on?"), widget=forms.RadioSelect
    )
    basis_note = forms.CharField(
        label=_("Which document was seen"),
        help_text=_("For an order or a power of attorney: what it is, and its date."),
        max_length=200,
        required=False,
    )
    last_day = forms.DateField(
        label=_("Last day"),
        help_text=_(
            "Leave it empty if it holds until somebody ends it. A child's record "
            "closes for carers on the 18th birthday."
        ),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(
        self,
        *args: object,
        bases: "Iterable[CareBasis]",
        today: date,
        **kwargs: object,
    ) -> None:
        """Take what the access can rest on; where it is one thing, nothing is asked."""
        super().__init__(*args, **kwargs)
        self.today = today
        self.bases = tuple(bases)
        field = self.fields["basis"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(basis.value, BASIS_WORDS[basis]) for basis in self.bases]
        if len(self.bases) == 1:
            del self.fields["basis"], self.fields["basis_note"]

    def clean_last_day(self) -> date | None:
        """Refuse an end that has passed."""
        last_day: date | None = self.cleaned_data["last_day"]
        if last_day is not None and last_day < self.today:
            raise forms.ValidationError(_("This day has passed. Choose a later one."))
        return last_day

    def clean(self) -> dict[str, Any]:
        """Ask for the document where the access rests on one."""
        cleaned: dict[str, Any] = super().clean() or {}
        rests_on_paper = cleaned.get("basis") == CareBasis.REPRESENTATIVE.value
        if rests_on_paper and not cleaned.get("basis_note"):
            self.add_error("basis_note", _("Write down which document was seen."))
        return cleaned

    def chosen(self) -> dict[str, Any]:
        """Return what was chosen, complete."""
        cleaned = self.cleaned_data
        basis = cleaned.get("basis", self.bases[0].value)
        return {
            "carer_name": cleaned["carer_name"],
            "basis": CareBasis(basis),
            "basis_note": cleaned.get("basis_note", ""),
            "last_day": cleaned["last_day"],
        }


class AcceptCareForm(AskingForm):
    """What the carer was given, and what a carer knows."""

    code = forms.CharField(
        label=_("Code for carers"),
        help_text=_(
            "Twenty-five letters and digits. Spaces and hyphens do not matter."
        ),
        max_length=60,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )
    born_on = forms.DateField(
        label=_("Date of birth of the person you look after"),
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "off"}),
    )
