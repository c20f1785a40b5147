"""
The forms of results: entry, correction, withdrawal, and the questions in between.

They validate shape and turn what was typed into values of the rules; what is odd but
possible is asked about by the views, never refused here.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from labs.domain.measurands import allowed_units
from labs.domain.measurements import (
    Comparator,
    Measurement,
    ReportedNumber,
    ResultStatus,
    ValueRefused,
    parse_reported_number,
)
from labs.domain.plausibility import reason_to_hold_date
from labs.domain.quantities import Measurand
from labs.domain.units import Unit, as_printed
from labs.forms.fields import (
    THOUSANDS_OR_THREE_PLACES,
    Choices,
    DayField,
    decimals_of,
    has_decimal_comma,
    refusal,
    refuse_two_readings,
)
from labs.services.answering import interval_in
from labs.services.recording import Entry

LATEST_AHEAD = timedelta(days=366)
MOST_DECIMALS = 6  # what the column keeps; more would be rounded without a word

SIGN_CHOICES: Choices = [
    ("", _("none")),
    ("<", _("< less than")),
    ("<=", _("≤ at most")),
    (">=", _("≥ at least")),
    (">", _("> more than")),
]
MEASURED_CHOICES: Choices = [
    ("total", _("25-hydroxyvitamin D (total, or just “25-OH vitamin D”)")),
    ("D3", _("Only the D3 part (25-OH-D3)")),
    ("D2", _("Only the D2 part (25-OH-D2)")),
    ("unspecified", _("It says “vitamin D” and no more")),
]
UNIT_CHOICES: Choices = [
    (Unit.NG_PER_ML.value, "ng/mL"),
    (Unit.NMOL_PER_L.value, "nmol/L"),
    (Unit.UG_PER_L.value, "µg/L"),
]
SPECIMEN_CHOICES: Choices = [
    ("", _("not stated")),
    ("serum", _("serum")),
    ("plasma", _("plasma")),
    ("finger-prick blood", _("blood from a finger prick")),
    ("dried blood spot", _("dried blood spot")),
]
STATUS_CHOICES: Choices = [
    (ResultStatus.FINAL.value, _("final")),
    (ResultStatus.PRELIMINARY.value, _("preliminary or interim")),
    (ResultStatus.CORRECTED.value, _("corrected or amended")),
    (ResultStatus.NOT_STATED.value, _("I cannot tell")),
]


class TestSelect(forms.Select):
    """Tests to choose from; each knows its units, for the script that hides others."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401
        """Write the units beside the test."""
        option = super().create_option(*args, **kwargs)
        if option["value"]:
            units = allowed_units(Measurand(str(option["value"])))
            option["attrs"]["data-units"] = "|".join(each.value for each in units)
        return option


REACHES_THOUSANDS = frozenset({Measurand.PTH.value, Measurand.ALP.value})


class ResultForm(forms.Form):
    """A result of 25-hydroxyvitamin D as it stands on the report."""

    entry_id = forms.UUIDField(widget=forms.HiddenInput)
    collected_on = DayField(
        label=_("Date the sample was taken"),
        help_text=_("Collected, drawn or sample date."),
        missing=_("Type the date the sample was taken. It is on the report."),
    )
    laboratory = forms.CharField(
        label=_("Laboratory"),
        help_text=_("The name at the top of the report."),
        required=False,
        max_length=120,
    )
    sign = forms.ChoiceField(
        label=_("Sign"),
        choices=SIGN_CHOICES,
        required=False,
        widget=forms.Select(attrs={"class": "input-sign"}),
    )
    value = forms.CharField(
        label=_("Result"),
        max_length=40,
        error_messages={"required": _("Type the number as printed on the report.")},
        widget=forms.TextInput(
            attrs={
                "inputmode": "decimal",
                "autocomplete": "off",
                "class": "input-value",
            }
        ),
    )
    unit = forms.ChoiceField(
        label=_("Unit"),
        help_text=_("Printed next to the number."),
        choices=UNIT_CHOICES,
        widget=forms.RadioSelect,
        error_messages={
            "required": _(
                "Choose the unit printed on your report. It is next to the number."
            ),
            "invalid_choice": _("Choose one of the units shown."),
        },
    )
    measurand = forms.ChoiceField(
        label=_("What was measured"),
        help_text=_("The name of the test on the report."),
        choices=MEASURED_CHOICES,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose the test that is named on your report."),
            "invalid_choice": _("Choose one of the tests shown."),
        },
    )
    method = forms.CharField(
        label=_("Method"),
        help_text=_("For example immunoassay or LC-MS/MS, if the report says so."),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"list": "methods"}),
    )
    specimen = forms.ChoiceField(
        label=_("Kind of sample"), choices=SPECIMEN_CHOICES, required=False
    )
    accession = forms.CharField(
        label=_("Number of the sample or report"),
        help_text=_("Accession or laboratory number, if the report has one."),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    interval_text = forms.CharField(
        label=_("The laboratory's own interval"),
        help_text=_("As printed, for example 30-100 ng/mL."),
        required=False,
        max_length=200,
    )
    laboratory_flag = forms.CharField(
        label=_("The laboratory's own flag"),
        help_text=_("As printed, for example L, H, LL, HH or a star."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"class": "input-short", "autocomplete": "off"}),
    )
    status = forms.ChoiceField(
        label=_("The report is"),
        help_text=_("Reports say so where they are not final."),
        choices=STATUS_CHOICES,
        widget=forms.Select(attrs={"class": "input-medium"}),
        initial=ResultStatus.FINAL.value,
    )
    note = forms.CharField(
        label=_("Your note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        today: date,
        tests: Choices = MEASURED_CHOICES,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        """Offer these tests, and the units that laboratories print for them."""
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["measurand"].choices = tests  # type: ignore[attr-defined]
        if tests is not MEASURED_CHOICES:
            self._offer_other_tests(tests)

    def _offer_other_tests(self, tests: Choices) -> None:
        units = dict.fromkeys(
            unit for value, _words in tests for unit in allowed_units(Measurand(value))
        )
        measurand, unit = self.fields["measurand"], self.fields["unit"]
        measurand.widget = TestSelect(choices=[("", _("Choose a test")), *tests])
        unit.choices = [(each.value, as_printed(each)) for each in units]  # type: ignore[attr-defined]
        unit.help_text = _("The unit printed next to the number.")

    def clean_collected_on(self) -> date:
        """Refuse a year that is a slip; a date just ahead is asked about instead."""
        day: date = self.cleaned_data["collected_on"]
        if day > self.today + LATEST_AHEAD:
            raise ValidationError(_("This date is in the future. Check the year."))
        return day

    def leave_out_number(self) -> None:
        """Take a report that holds other tests alone."""
        for name in ("value", "unit", "measurand"):
            self.fields[name].required = False

    def clean_value(self) -> ReportedNumber | None:
        """Return number and comparator, read strictly; None where it is left out."""
        text = self.cleaned_data["value"]
        return printed_number(text) if text else None

    def clean(self) -> dict[str, Any]:
        """Check what holds between two fields."""
        cleaned = super().clean() or self.cleaned_data
        number, sign = cleaned.get("value"), cleaned.get("sign")
        if number and sign and number.comparator not in {None, Comparator(sign)}:
            self.add_error(
                "value",
                _("The sign is given twice, and differs. Keep the one printed."),
            )
        if number and cleaned.get("measurand") in REACHES_THOUSANDS:
            self._check_readings()
        if cleaned.get("unit") and cleaned.get("measurand"):
            check_unit(self, Measurand(cleaned["measurand"]), Unit(cleaned["unit"]))
        return cleaned

    def _check_readings(self) -> None:
        typed = str(self.data.get(self.add_prefix("value"), ""))
        try:
            refuse_two_readings(typed, THOUSANDS_OR_THREE_PLACES)
        except ValidationError as error:
            self.add_error("value", error)

    def entry(self) -> Entry:
        """Return the result as it stands on the report."""
        data = self.cleaned_data
        number: ReportedNumber = data["value"]
        comparator = number.comparator or (
            Comparator(data["sign"]) if data["sign"] else None
        )
        unit = Unit(data["unit"])
        low, high = interval_in(unit, data["interval_text"])
        return Entry(
            measurand=Measurand(data["measurand"]),
            value_text=self._as_printed(number, comparator),
            value=number.value,
            comparator=comparator,
            unit_text=as_printed(unit),
            unit=unit,
            collected_on=data["collected_on"],
            laboratory=data["laboratory"],
            method=data["method"],
            specimen=data["specimen"],
            accession=data["accession"],
            interval_text=data["interval_text"],
            interval_low=low,
            interval_high=high,
            laboratory_flag=data["laboratory_flag"],
            status=ResultStatus(data["status"]),
            note=data["note"],
        )

    def _as_printed(self, number: ReportedNumber, comparator: Comparator | None) -> str:
        typed = str(self.data.get(self.add_prefix("value"), "")).strip()
        chosen_apart = comparator is not None and number.comparator is None
        return f"{comparator}{typed}" if chosen_apart else typed


class CorrectionForm(ResultForm):
    """A corrected version of a result, with the reason for it."""

    reason = forms.CharField(
        label=_("Why it is corrected"),
        help_text=_("For example: typed wrongly, or the laboratory sent a new report."),
        max_length=300,
        error_messages={"required": _("Write why this result is corrected.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Offer what is stored, also where nobody could have typed it here."""
        super().__init__(*args, **kwargs)
        for name in ("status", "specimen"):
            self._offer_stored(name, str(self.initial.get(name, "")))

    def clean_value(self) -> ReportedNumber | None:
        """Read what was left alone by the mark that it was stored with."""
        text = self.cleaned_data["value"]
        if not text or text != self.initial.get("value"):
            return super().clean_value()
        return parse_reported_number(text, decimal_comma="," in text)

    def _offer_stored(self, name: str, stored: str) -> None:
        field = self.fields[name]
        offered = [(str(value), words) for value, words in field.choices]  # type: ignore[attr-defined]
        if stored not in dict(offered):
            field.choices = [*offered, (stored, stored)]  # type: ignore[attr-defined]


class ConfirmationForm(forms.Form):
    """What the report prints of a held result; nothing is chosen beforehand."""

    measurand = forms.ChoiceField(
        label=_("Which test does the report print?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the test that the report prints.")},
    )
    unit = forms.ChoiceField(
        label=_("Which unit is printed next to the number?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the unit that the report prints.")},
    )
    collected_on = DayField(
        label=_("Which date does the report print for the sample?"),
        missing=_("Type the date that the report prints."),
    )
    words = forms.CharField(
        label=_("How the report prints the test"),
        help_text=_("Word for word, if you have it in front of you."),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        tests: Choices,
        today: date,
        born_on: date | None,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        """Offer the tests that a report can name, and their units."""
        super().__init__(*args, **kwargs)
        self.today, self.born_on = today, born_on
        named = [each for each in tests if each[0] != Measurand.UNSPECIFIED.value]
        units = dict.fromkeys(
            unit for value, _words in named for unit in allowed_units(Measurand(value))
        )
        self.fields["measurand"].choices = named  # type: ignore[attr-defined]
        self.fields["unit"].choices = [  # type: ignore[attr-defined]
            (each.value, as_printed(each)) for each in units
        ]

    def clean_collected_on(self) -> date:
        """Refuse a day on which no sample can have been taken."""
        day: date = self.cleaned_data["collected_on"]
        if reason_to_hold_date(day, today=self.today, born_on=self.born_on):
            raise ValidationError(_("No sample can have been taken on this date."))
        return day

    def clean(self) -> dict[str, Any]:
        """Refuse a unit in which the test is not reported."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("unit") and cleaned.get("measurand"):
            check_unit(self, Measurand(cleaned["measurand"]), Unit(cleaned["unit"]))
        return cleaned


class ReasonForm(forms.Form):
    """Why a result is withdrawn."""

    reason = forms.CharField(
        label=_("Why it was entered in error"),
        help_text=_("For example: it belongs to somebody else, or it is here twice."),
        max_length=300,
        error_messages={"required": _("Write why this result was entered in error.")},
    )


class EchoForm(forms.Form):
    """Number and unit alone, for the line that reads them back while one types."""

    sign = forms.ChoiceField(choices=SIGN_CHOICES, required=False)
    value = forms.CharField(max_length=40)
    unit = forms.ChoiceField(choices=UNIT_CHOICES)
    measurand = forms.ChoiceField(choices=MEASURED_CHOICES, required=False)

    def __init__(
        self,
        posted: Mapping[str, Any],
        *,
        row_of: Measurand | None = None,
        prefix: str | None = None,
    ) -> None:
        """Read the first number of a report, or the row of another test."""
        super().__init__(posted, prefix=prefix)
        self.row_of = row_of
        if row_of is not None:
            units = [(each.value, each.value) for each in allowed_units(row_of)]
            self.fields["unit"].choices = units  # type: ignore[attr-defined]

    def measurement(self) -> Measurement:
        """Return what was typed, as it was understood."""
        data = self.cleaned_data
        number: ReportedNumber = data["value"]
        sign = Comparator(data["sign"]) if data["sign"] else None
        return Measurement(
            text=self.data[self.add_prefix("value")],
            value=number.value,
            comparator=number.comparator or sign,
            unit=Unit(data["unit"]),
            measurand=self.row_of or Measurand(data["measurand"] or Measurand.TOTAL),
        )

    def clean_value(self) -> ReportedNumber:
        """Return number and comparator, read strictly."""
        return printed_number(self.cleaned_data["value"])


class AnswersForm(forms.Form):
    """One choice for each question that was asked; none is answered beforehand."""

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        questions: Iterable[tuple[str, str, Choices]],
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        """Ask these questions: name, words, choices."""
        super().__init__(*args, **kwargs)
        for name, words, choices in questions:
            self.fields[name] = forms.ChoiceField(
                label=words,
                choices=choices,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose one of the answers.")},
            )


def check_unit(form: forms.Form, measurand: Measurand, unit: Unit) -> None:
    """Put it beside the unit where no laboratory reports the test in it."""
    allowed = allowed_units(measurand)
    if unit not in allowed:
        words = ", ".join(as_printed(each) for each in allowed)
        message = _("This test is reported in %(units)s. Choose one of these.")
        form.add_error("unit", ValidationError(message, params={"units": words}))


def printed_number(text: str) -> ReportedNumber:
    """Return number and comparator as they stand on a report, or refuse them."""
    try:
        number = parse_reported_number(text, decimal_comma=has_decimal_comma())
    except ValueRefused as error:
        raise refusal(error) from error
    refuse_two_readings(text)
    if decimals_of(number.value) > MOST_DECIMALS:
        raise ValidationError(
            _("Type at most %(most)s digits after the decimal mark."),
            params={"most": MOST_DECIMALS},
        )
    return number


def sent_again(entry: Entry) -> dict[str, str]:
    """Return an entry as the fields of a correction, for a form that is sent on."""
    return {
        "entry_id": str(uuid4()),
        "collected_on": entry.collected_on.isoformat(),
        "laboratory": entry.laboratory,
        "value": entry.value_text,
        "unit": entry.unit.value,
        "measurand": entry.measurand.value,
        "method": entry.method,
        "specimen": entry.specimen,
        "accession": entry.accession,
        "interval_text": entry.interval_text,
        "laboratory_flag": entry.laboratory_flag,
        "status": entry.status.value,
        "note": entry.note,
    }
