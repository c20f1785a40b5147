"""The form with which a person makes a key for a program."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.domain.tokens import TokenScope

SCOPE_CHOICES = [
    (TokenScope.READ_RESULTS.value, _("Read results, ranges and charts")),
    (
        TokenScope.WRITE_RESULTS.value,
        _("Write results and their files: new, corrected, withdrawn, moved"),
    ),
    (TokenScope.READ_SUPPLEMENTS.value, _("Read supplements and the log of intakes")),
    (TokenScope.WRITE_SUPPLEMENTS.value, _("Write supplements and the log of intakes")),
    (TokenScope.READ_HEALTH.value, _("Read the health profile")),
    (
        TokenScope.WRITE_HEALTH.value,
        _("Answer the health questions, confirm answers as a clinician"),
    ),
    (TokenScope.OPEN_RECORD.value, _("Open your own record, if you have none")),
    (TokenScope.READ_SHARING.value, _("Read who may see the record, and who looked")),
    (TokenScope.END_SHARING.value, _("Take back who may see the record")),
    (
        TokenScope.WRITE_RANGES.value,
        _("Set ranges and keep their templates, as a clinician"),
    ),
    (TokenScope.READ_IMPORTS.value, _("Read files that came in, with results")),
    (TokenScope.WRITE_IMPORTS.value, _("Bring files in, and undo that")),
    (
        TokenScope.READ_EXPORTS.value,
        _("Take records along as files, with all that can be read"),
    ),
    (TokenScope.WRITE_EXPORTS.value, _("Ask for large files, as a clinician")),
    (
        TokenScope.READ_REVIEWS.value,
        _("Read reviews, notes, next tests and the worklist"),
    ),
    (
        TokenScope.WRITE_REVIEWS.value,
        _("Mark as reviewed, write notes and tags, ask for tests, as a clinician"),
    ),
]
LIVES = [
    ("1", _("A day")),
    ("30", _("30 days")),
    ("90", _("90 days")),
    ("365", _("A year")),
]


class KeyForm(forms.Form):
    """What it is for, what it opens, and for how long; nothing is chosen beforehand."""

    name = forms.CharField(
        label=_("What is it for?"),
        help_text=_("A name of your own, like: phone app. It stands in the trail."),
        max_length=80,
        error_messages={"required": _("Give the key a name.")},
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may the program do?"),
        choices=SCOPE_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing.")},
    )
    days = forms.ChoiceField(
        label=_("How long does it last?"),
        choices=LIVES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how long the key lasts.")},
    )

    def chosen_scopes(self) -> frozenset[TokenScope]:
        return frozenset(TokenScope(each) for each in self.cleaned_data["scopes"])

    def lasts(self) -> timedelta:
        return timedelta(days=int(self.cleaned_data["days"]))

    def clean_name(self) -> str:
        """Keep a name to one line."""
        name: Any = self.cleaned_data["name"]
        return " ".join(str(name).split())
