"""The form in which a laboratory's report is attached."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from labs.domain import sentences
from labs.formats.documents import (
    MOST_BYTES,
    Document,
    DocumentKind,
    DocumentRefused,
    read_document,
)
from labs.forms.fields import Choices, refusal

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

ROLE_CHOICES: Choices = [
    ("original", _("The report as it first came")),
    ("supplement", _("A supplement to the report")),
    ("correction", _("A corrected report")),
]


class ReportFileForm(forms.Form):
    """A file and what it is to the result."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "PDF, JPEG or PNG, up to 10 MB. Place and time that a camera wrote into a "
            "picture are removed."
        ),
        allow_empty_file=True,
        error_messages={"required": _("Choose the file of the report.")},
        widget=forms.FileInput(
            attrs={"accept": ",".join(kind.value for kind in DocumentKind)}
        ),
    )
    role = forms.ChoiceField(
        label=_("What it is"),
        choices=ROLE_CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the file is.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Take a first report for what it is until somebody says otherwise."""
        super().__init__(*args, **kwargs)
        self.fields["role"].initial = "original"

    def clean_file(self) -> Document:
        """Read what the file really is, or refuse it with the reason."""
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        if (upload.size or 0) > MOST_BYTES:
            most = MOST_BYTES // (1024 * 1024)
            raise ValidationError(_(sentences.DOCUMENT_TOO_LARGE) % {"most": most})
        try:
            return read_document(upload.read(), upload.name or "")
        except DocumentRefused as error:
            raise refusal(error) from error


class WithdrawFileForm(forms.Form):
    """Why a file is taken away."""

    reason = forms.CharField(
        label=_("Why it is removed"),
        help_text=_("For example: it belongs to somebody else."),
        max_length=300,
        error_messages={"required": _("Write why this file is removed.")},
    )
