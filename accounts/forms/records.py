"""The form with which a person opens their own record."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.domain.majority import is_of_age
from accounts.domain.preferences import EARLIEST_BIRTH_YEAR, HEMISPHERES, UNITS
from accounts.forms.asking import AskingForm

FOR_ADULTS = _(
    "You can open a record yourself from your 18th birthday on. Until then a clinic "
    "opens it, and gives your parent or guardian a code."
)
HEMISPHERE_WORDS = {
    "north": _("North of the tropics"),
    "south": _("South of the tropics"),
    "tropics": _("In the tropics"),
    "unknown": _("I would rather not say"),
}


class OwnRecordForm(AskingForm):
    """Name, birth date, and how things are shown."""

    name = forms.CharField(
        label=_("Your name"),
        help_text=_("As your laboratory prints it, so that reports can be matched."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    born_on = forms.DateField(
        label=_("Date of birth"),
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}),
    )
    hemisphere = forms.ChoiceField(
        label=_("Where do you live?"),
        help_text=_("Only to shade winter and summer behind your chart."),
        choices=[(value, HEMISPHERE_WORDS[value]) for value in HEMISPHERES],
        widget=forms.RadioSelect,
    )
    preferred_unit = forms.ChoiceField(
        label=_("Which unit do your reports use?"),
        help_text=_("Charts are drawn in it. Each result keeps the unit it came with."),
        choices=[("", _("as in the latest report")), *((unit, unit) for unit in UNITS)],
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: object, today: date, **kwargs: object) -> None:
        """Take today's date, which the view read."""
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_born_on(self) -> date:
        """Refuse a day that nobody now living was born on."""
        born_on: date = self.cleaned_data["born_on"]
        if born_on > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        if born_on.year < EARLIEST_BIRTH_YEAR:
            raise forms.ValidationError(_("Look at the year: it is before 1900."))
        if not is_of_age(born_on, on=self.today):
            raise forms.ValidationError(FOR_ADULTS)
        return born_on
