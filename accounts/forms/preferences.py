"""How a person wants their own record shown."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.domain.preferences import HEMISPHERES, UNITS
from accounts.forms.asking import AskingForm
from accounts.forms.records import HEMISPHERE_WORDS


class EachInItself(forms.RadioSelect):
    """Languages, each marked as one, so that a screen reader says its name rightly."""

    def create_option(
        self,
        name: str,
        value: Any,  # noqa: ANN401
        *args: Any,  # noqa: ANN401
        **kwargs: Any,  # noqa: ANN401
    ) -> dict[str, Any]:
        """Give the option its language."""
        option = super().create_option(name, value, *args, **kwargs)
        return {**option, "attrs": {**option["attrs"], "lang": value}}


class PreferencesForm(AskingForm):
    """The unit and the language to read in, and where winter falls."""

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
    language = forms.ChoiceField(
        label=_("Language"),
        help_text=_("Of the pages, the reports and the e-mails you get."),
        choices=settings.LANGUAGES,
        widget=EachInItself,
    )
