"""The forms with which a patient lets somebody see parts of the record."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.domain.dates import end_of
from accounts.domain.share_links import LONGEST_DAYS, MOST_OPENINGS
from accounts.forms.asking import AskingForm
from accounts.services.consent import Terms

USUAL_OPENINGS = 5


class ScopeForm(AskingForm):
    """What is shown, and from which day on; nothing is chosen beforehand."""

    results = forms.BooleanField(
        label=_("Results and their chart"), required=False, label_suffix=""
    )
    supplements = forms.BooleanField(
        label=_("What you take: supplements and amounts"), required=False
    )
    health = forms.BooleanField(
        label=_("Health profile: conditions and medicines"), required=False
    )
    results_from = forms.DateField(
        label=_("Only results collected from this day on"),
        help_text=_("Leave it empty to show all of them."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: object, today: date, **kwargs: object) -> None:
        """Take today's date, which the view read."""
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_ends_on(self) -> date | None:
        """Refuse an end that has passed."""
        ends_on: date | None = self.cleaned_data["ends_on"]
        if ends_on is not None and ends_on < self.today:
            raise forms.ValidationError(_("This day has passed. Choose a later one."))
        return ends_on

    def clean(self) -> dict[str, Any]:
        """Refuse to share nothing."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not any(cleaned.get(part) for part in ("results", "supplements", "health")):
            self.add_error("results", _("Choose at least one part to share."))
        return cleaned


class TermsForm(ScopeForm):
    """What, from which day, until when."""

    ends_on = forms.DateField(
        label=_("Last day"),
        help_text=_("Leave it empty if it holds until you take it back."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def terms(self) -> Terms:
        """Return what was chosen, with the end as the moment after the last day."""
        chosen = self.cleaned_data
        return Terms(
            results=chosen["results"],
            supplements=chosen["supplements"],
            health=chosen["health"],
            results_from=chosen["results_from"],
            ends_at=end_of(chosen["ends_on"]) if chosen["ends_on"] else None,
        )


Choices = list[tuple[str, str | list[tuple[str, str]]]]


class ConsentForm(TermsForm):
    """Whom, too: a clinic, or one clinician of it."""

    clinic = forms.ChoiceField(label=_("Clinic or clinician"))

    def __init__(
        self,
        *args: object,
        clinics: Choices,
        **kwargs: Any,  # noqa: ANN401 - Django's own
    ) -> None:
        """Take the clinics and clinicians that can be let in."""
        super().__init__(*args, **kwargs)
        field = self.fields["clinic"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("Choose one")), *clinics]


class AnswerForm(TermsForm):
    """What the patient grants who asked."""

    WHOLE_CLINIC, ALONE = "clinic", "alone"

    whom = forms.ChoiceField(label=_("Who may see it"), widget=forms.RadioSelect)

    def __init__(
        self,
        *args: object,
        clinic: str,
        clinician: str,
        **kwargs: Any,  # noqa: ANN401 - Django's own
    ) -> None:
        """Take the names of who asked."""
        super().__init__(*args, **kwargs)
        field = self.fields["whom"]
        if isinstance(field, forms.ChoiceField):
            everybody = _("Everybody who treats patients at %(clinic)s")
            field.choices = [
                (self.ALONE, _("%(name)s alone") % {"name": clinician}),
                (self.WHOLE_CLINIC, everybody % {"clinic": clinic}),
            ]


class RequestForm(AskingForm):
    """Which clinic asks, and whom."""

    clinic = forms.ChoiceField(label=_("In whose name"))
    email = forms.EmailField(
        label=_("E-mail address of the patient"),
        help_text=_(
            "Leave it empty to get a code instead, which you hand to the patient."
        ),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(
        self,
        *args: object,
        clinics: list[tuple[str, str]],
        **kwargs: Any,  # noqa: ANN401 - Django's own
    ) -> None:
        """Take the clinics that the clinician works in."""
        super().__init__(*args, **kwargs)
        field = self.fields["clinic"]
        if isinstance(field, forms.ChoiceField):
            field.choices = clinics


class RequestCodeForm(AskingForm):
    """The code that a clinician handed over."""

    code = forms.CharField(
        label=_("Code from the clinic"),
        help_text=_(
            "Twenty-five letters and digits. Spaces and hyphens do not matter."
        ),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class ShareLinkForm(ScopeForm):
    """For whom, what, how long and how often."""

    link_id = forms.UUIDField(widget=forms.HiddenInput)
    recipient = forms.CharField(
        label=_("Who will read it"),
        help_text=_(
            "For example “Dr Weber, endocrinology”. It stands on the page, and in the "
            "list of who looked."
        ),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    ends_on = forms.DateField(
        label=_("Last day"),
        help_text=_("At most 90 days from now."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    openings = forms.IntegerField(
        label=_("How often it can be opened"),
        help_text=_("From 1 to 20 times. Each time lasts an hour at most."),
        min_value=1,
        max_value=MOST_OPENINGS,
        initial=USUAL_OPENINGS,
    )

    def clean_ends_on(self) -> date | None:
        """Refuse a day too far away, too."""
        ends_on = super().clean_ends_on()
        if ends_on is not None and ends_on - self.today > timedelta(days=LONGEST_DAYS):
            message = _("This is more than 90 days from now. Choose an earlier day.")
            raise forms.ValidationError(message)
        return ends_on


class OpenLinkForm(AskingForm):
    """The code out of the link, and the PIN that came another way."""

    code = forms.CharField(
        label=_("Code"),
        help_text=_(
            "Twenty-five letters and digits; the link you were sent fills them in. "
            "Spaces and hyphens do not matter."
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
    pin = forms.CharField(
        label=_("PIN"),
        help_text=_("Six digits, which the patient told you another way."),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
