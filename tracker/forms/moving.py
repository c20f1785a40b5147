"""The form with which a result goes to the person it belongs to."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _


class MoveForm(forms.Form):
    """Whom it belongs to, found by a search, and why it stood in the wrong record."""

    q = forms.CharField(
        label=_("Name, number or birth date of the right person"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    to = forms.ChoiceField(
        label=_("Whose result is it?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose the person whose result it is."),
            "invalid_choice": _(
                "A result is moved to somebody whose results you can see and add to. "
                "Search again and choose from the list."
            ),
        },
    )
    reason = forms.CharField(
        label=_("How it came into the wrong record"),
        help_text=_("Seen by those who may see the results of both people."),
        max_length=300,
        error_messages={"required": _("Write how it came into the wrong record.")},
    )

    def __init__(
        self, *args: object, people: Iterable[tuple[str, str]], **kwargs: object
    ) -> None:
        """Take the people that the search found."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["to"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(people)
