"""The form with which two records of one person are joined."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _


class JoinForm(forms.Form):
    """Which other record, found by a search, and how one knows."""

    q = forms.CharField(
        label=_("Name, number or birth date in the other record"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    other = forms.ChoiceField(
        label=_("Which record is of the same person?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose the other record."),
            "invalid_choice": _(
                "A record is joined with one whose results are shared with you. "
                "Search again and choose from the list."
            ),
        },
    )
    reason = forms.CharField(
        label=_("How you know that it is one person"),
        help_text=_("The person can read it."),
        max_length=300,
        error_messages={"required": _("Write how you know that it is one person.")},
    )

    def __init__(
        self, *args: object, people: Iterable[tuple[str, str]], **kwargs: object
    ) -> None:
        """Take the records that the search found."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["other"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(people)
