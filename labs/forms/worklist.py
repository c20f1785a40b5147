"""What a clinician sends from the worklist, in its shape."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from labs.domain.flags import Position
from labs.domain.retests import MOST_MONTHS
from labs.domain.worklist import LookReason
from labs.forms.fields import DayField
from labs.services.reviewing import Seen
from labs.services.worklisting import ListView, Order, Place, place_in

LONGEST_NOTE = 4000
LONGEST_NAME = 60
MOST_ROWS = 200


class ListViewForm(forms.Form):
    """Filters and order as an address carries them; what it cannot be is left out."""

    reason = forms.TypedChoiceField(
        choices=[(each.value, "") for each in LookReason],
        coerce=lambda value: LookReason(int(value)),
        empty_value=None,
        required=False,
    )
    flag = forms.ChoiceField(
        choices=[(each.value, "") for each in Position], required=False
    )
    tested_from = forms.DateField(required=False)
    tested_until = forms.DateField(required=False)
    untested_since = forms.DateField(required=False)
    template = forms.UUIDField(required=False)
    tag = forms.CharField(max_length=40, required=False)
    clinician = forms.CharField(max_length=120, required=False)
    precaution = forms.CharField(max_length=60, required=False)
    without_target = forms.BooleanField(required=False)
    order = forms.TypedChoiceField(
        choices=[(each.value, "") for each in Order],
        coerce=Order,
        empty_value=Order.GRAVITY,
        required=False,
    )
    after = forms.CharField(max_length=80, required=False)

    def clean_after(self) -> Place | None:
        """Return where the page before ended, as its link carries it."""
        return place_in(self.cleaned_data["after"])

    def view(self) -> ListView:
        """Return what is asked for; everything where it cannot be read."""
        self.is_valid()
        asked = {
            name: value
            for name, value in self.cleaned_data.items()
            if value is not None
        }
        return ListView(**asked)


class ReviewForm(forms.Form):
    """The rows that somebody has looked at, each with the mark of what was open."""

    entry_id = forms.UUIDField()

    def rows(self) -> list[Seen]:
        """Return the rows that were chosen, as the page showed them."""
        alone = self.data.get("one")
        several = self.data.getlist("row") if hasattr(self.data, "getlist") else []
        chosen = [alone] if alone else several
        return [_seen(each) for each in dict.fromkeys(chosen[:MOST_ROWS])]

    def clean(self) -> dict[str, Any]:
        """Refuse where no row was chosen, or one is no row at all."""
        try:
            chosen = self.rows()
        except ValueError as error:
            raise ValidationError(_("This is no row of the list.")) from error
        if not chosen:
            raise ValidationError(_("Choose at least one row."))
        return super().clean() or self.cleaned_data


def _seen(text: str) -> Seen:
    patient_id, _colon, stamp = text.partition(":")
    return Seen(UUID(patient_id), stamp)


class NoteForm(forms.Form):
    """A note, verbatim; for whom it is has to be chosen."""

    entry_id = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Note"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_NOTE,
        error_messages={"required": _("Write the note first.")},
    )
    audience = forms.ChoiceField(
        label=_("Who reads it"),
        choices=[
            ("patient", _("The patient, word for word, with your name")),
            ("clinic", _("Clinicians of this clinic only")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who reads this note.")},
    )


class RetestForm(forms.Form):
    """The next test as a clinician asks for it: a day or an interval."""

    due_on = DayField(label=_("On or about"), required=False)
    every_months = forms.IntegerField(
        label=_("Or every so many months"),
        required=False,
        min_value=1,
        max_value=MOST_MONTHS,
        widget=forms.NumberInput(attrs={"class": "input-short"}),
    )


class NameForm(forms.Form):
    """The name of a view, or a tag."""

    name = forms.CharField(
        max_length=LONGEST_NAME,
        label=_("Name"),
        error_messages={"required": _("Type a name first.")},
    )
