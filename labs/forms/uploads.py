"""The forms of a file that comes in: the file itself, and answers to its questions."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from labs.domain.measurands import NAMES
from labs.domain.units import Unit, as_printed
from labs.formats.column_names import Role
from labs.formats.csv_table import ColumnFound

LARGEST_UPLOAD = 64 * 1024 * 1024
MEGABYTE = 1024 * 1024

# What somebody can say that a column holds; the others are for machines to find.
ROLE_CHOICES = [
    ("", _("nothing that is needed")),
    (Role.COLLECTED_ON.value, _("the day the sample was drawn")),
    (Role.DAY.value, _("of the day the sample was drawn: the day of the month")),
    (Role.MONTH.value, _("of the day the sample was drawn: the month")),
    (Role.YEAR.value, _("of the day the sample was drawn: the year")),
    (Role.VALUE.value, _("the value")),
    (Role.UNIT.value, _("the unit")),
    (Role.TEST_NAME.value, _("the name of the test")),
    (Role.LOINC.value, _("the LOINC code of the test")),
    (Role.INTERVAL.value, _("the laboratory's interval")),
    (Role.INTERVAL_LOW.value, _("the lower end of the interval")),
    (Role.INTERVAL_HIGH.value, _("the upper end of the interval")),
    (Role.LABORATORY_FLAG.value, _("the laboratory's flag")),
    (Role.LABORATORY.value, _("the laboratory")),
    (Role.METHOD.value, _("the method")),
    (Role.STATUS.value, _("the status")),
    (Role.COMMENT.value, _("a comment")),
    (Role.PATIENT_ID.value, _("the patient's number")),
    (Role.PATIENT_NAME.value, _("the patient's name")),
    (Role.GIVEN_NAME.value, _("the given name")),
    (Role.FAMILY_NAME.value, _("the family name")),
    (Role.BORN_ON.value, _("the birth date")),
]
OFFERED = {value for value, _words in ROLE_CHOICES} | {unit.value for unit in Unit}
AS_FOUND = "as found"


class UploadForm(forms.Form):
    """One file of any format."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "A table (CSV), a portal download (C-CDA or FHIR, also zipped), an Apple "
            "Health export, or an HL7 v2 message. At most 64 MB."
        ),
        error_messages={
            "required": _("Choose the file first."),
            "empty": _("The file is empty."),
        },
    )

    def clean_file(self) -> Any:  # noqa: ANN401 - Django's uploaded file
        """Refuse what is too large to be kept here."""
        file = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_UPLOAD:
            raise ValidationError(
                _("The file is larger than %(most)s MB. Split it.")
                % {"most": LARGEST_UPLOAD // MEGABYTE}
            )
        return file


class ClinicUploadForm(UploadForm):
    """A file of many people."""

    create_patients = forms.BooleanField(
        label=_("Open records for people whom the clinic does not know yet"),
        required=False,
    )


class ColumnField(forms.ChoiceField):
    """What one column holds; "nothing" is an answer, too, and not one left out."""

    says_when_needed = True


class ColumnsForm(forms.Form):
    """What each column of a table holds."""

    def __init__(self, columns: tuple[ColumnFound, ...], *args: Any) -> None:  # noqa: ANN401
        super().__init__(*args)
        self.columns = columns
        for place, column in enumerate(columns):
            known = column.role in OFFERED and not column.is_test
            first = [] if known else _as_recognised(column)
            found = column.unit.value if column.unit in column.units else AS_FOUND
            self.fields[f"column-{place}"] = ColumnField(
                label=column.name,
                choices=[*first, *ROLE_CHOICES],
                required=False,
                initial=column.role if known else found,
                help_text=", ".join(column.examples),
            )

    def answers(self) -> dict[str, str]:
        """Return the roles by the columns' names; what stays as found is left out."""
        told = {}
        for place, column in enumerate(self.columns):
            role = self.cleaned_data[f"column-{place}"]
            if role != AS_FOUND:
                told[column.name] = role
        return told


def _as_recognised(column: ColumnFound) -> list[tuple[str, str]]:
    """Return what a column was taken for, and in which units it may be said to be."""
    if column.measurand is None:
        return [(AS_FOUND, gettext("as recognised"))]
    test = gettext(NAMES[column.measurand])
    as_found = gettext("as recognised: %(test)s") % {"test": test}
    words = gettext("%(test)s, in %(unit)s")
    in_units = [
        (unit.value, words % {"test": test, "unit": as_printed(unit)})
        for unit in column.units
    ]
    return [(AS_FOUND, as_found), *in_units]
