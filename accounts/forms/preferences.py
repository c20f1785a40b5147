"""How a person wants their own record shown."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.domain.preferences import HEMISPHERES, UNITS
from accounts.forms.records import HEMISPHERE_WORDS


class PreferencesForm(forms.Form):
    """The unit to read in, and where winter falls."""

    preferred_unit = forms.ChoiceField(
        label=_("Unit to read in"),
        help_text=_(
            "Charts and the latest result are shown in it. Each result keeps the unit "
            "it came with, and where it stands does not change."
        ),
        choices=[("", _("as in the latest report")), *((unit, unit) for unit in UNITS)],
        required=False,
        widget=forms.RadioSelect,
    )
    hemisphere = forms.ChoiceField(
        label=_("Where do you live?"),
        help_text=_("Only to shade winter and summer behind your chart."),
        choices=[(value, HEMISPHERE_WORDS[value]) for value in HEMISPHERES],
        widget=forms.RadioSelect,
    )
