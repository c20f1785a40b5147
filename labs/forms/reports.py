"""
The form of one report: its date and laboratory once, and every number that it prints.

A row in which nothing is typed is not on the report. All are kept together or none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from labs.domain.measurands import COMPANIONS, allowed_units
from labs.domain.measurements import ReportedNumber, ResultStatus
from labs.domain.quantities import HYDROXYVITAMIN_D, Measurand
from labs.domain.units import Unit, as_printed
from labs.forms.results import EchoForm, ResultForm, printed_number
from labs.services.answering import interval_in
from labs.services.recording import Entry

PARTS = (Measurand.D3, Measurand.D2)
BESIDE = tuple(each for each in Measurand if each in COMPANIONS)
KEPT_APART = (Measurand.DIHYDROXY, Measurand.URINE_CALCIUM)
FIRST_NUMBERS_OWN = ("value", "sign", "interval_text", "laboratory_flag", "note")
ROWS = (*PARTS, *BESIDE, *KEPT_APART)


def prefix_of(row: Measurand) -> str:
    """Return what the names of a row's fields begin with; an id has no blank."""
    return f"also-{row.value.replace(' ', '-')}"


def echo_form(posted: Mapping[str, Any]) -> EchoForm:
    """Return the one number that is being typed: the first, or a row's."""
    for row in ROWS:
        if posted.get("row") == row.value:
            return EchoForm(posted, row_of=row, prefix=prefix_of(row))
    return EchoForm(posted)


class RowForm(forms.Form):
    """One more number of the same report, with what is printed beside it."""

    value = forms.CharField(
        max_length=40,
        required=False,
        widget=forms.TextInput(
            attrs={
                "inputmode": "decimal",
                "autocomplete": "off",
                "class": "input-value",
            }
        ),
    )
    unit = forms.ChoiceField(
        required=False,
        error_messages={"invalid_choice": _("Choose one of the units shown.")},
    )
    interval_text = forms.CharField(
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    laboratory_flag = forms.CharField(
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"class": "input-short", "autocomplete": "off"}),
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        measurand: Measurand,
        name: str,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        """Offer the units that laboratories print for this test; one alone is it."""
        kwargs["prefix"] = prefix_of(measurand)
        super().__init__(*args, **kwargs)
        self.measurand = measurand
        self.name = name
        units = [(each.value, as_printed(each)) for each in allowed_units(measurand)]
        blank = [] if len(units) == 1 else [("", _("choose"))]
        self.fields["unit"].choices = [*blank, *units]  # type: ignore[attr-defined]
        self._label()

    def _label(self) -> None:
        labels = {
            "value": _("Result"),
            "unit": _("Unit"),
            "interval_text": _("Interval"),
            "laboratory_flag": _("Flag"),
        }
        for name, words in labels.items():
            self.fields[name].label = f"{words}: {self.name}"
            self.fields[name].short_label = words  # type: ignore[attr-defined]

    @property
    def is_filled(self) -> bool:
        """Whether the report holds this test; a unit alone says nothing."""
        typed = ("value", "interval_text", "laboratory_flag")
        return any(
            str(self.data.get(self.add_prefix(each), "")).strip() for each in typed
        )

    def clean_value(self) -> ReportedNumber | None:
        """Return number and comparator; a row with anything in it needs a number."""
        text = self.cleaned_data["value"]
        if text:
            return printed_number(text)
        if self.is_filled:
            raise ValidationError(_("Type the number as printed on the report."))
        return None

    def clean(self) -> dict[str, Any]:
        """Ask for the unit of a number."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("value") and "unit" in cleaned and not cleaned["unit"]:
            sentence = _(
                "Choose the unit printed on your report. It is next to the number."
            )
            self.add_error("unit", sentence)
        return cleaned

    def entry(self, head: ResultForm) -> Entry:
        """Return the result, with date, laboratory and status of its report."""
        data, report = self.cleaned_data, head.cleaned_data
        number: ReportedNumber = data["value"]
        unit = Unit(data["unit"])
        low, high = interval_in(unit, data["interval_text"])
        is_part = self.measurand in HYDROXYVITAMIN_D
        return Entry(
            measurand=self.measurand,
            value_text=str(self.data[self.add_prefix("value")]).strip(),
            value=number.value,
            comparator=number.comparator,
            unit_text=as_printed(unit),
            unit=unit,
            collected_on=report["collected_on"],
            laboratory=report["laboratory"],
            method=report["method"] if is_part else "",
            specimen=report["specimen"] if is_part else "",
            accession=report["accession"],
            interval_text=data["interval_text"],
            interval_low=low,
            interval_high=high,
            laboratory_flag=data["laboratory_flag"],
            status=ResultStatus(report["status"]),
        )


@dataclass(frozen=True, slots=True)
class Remembered:
    """The laboratory and the units of this person's last entries in this record."""

    laboratory: str = ""
    units: Mapping[Measurand, Unit] | None = None

    def unit_of(self, *measurands: Measurand) -> str:
        units = self.units or {}
        return next((units[each].value for each in measurands if each in units), "")


class ReportForm:
    """The number of 25-hydroxyvitamin D in front, and a row for each other test."""

    def __init__(
        self,
        posted: Mapping[str, Any] | None,
        *,
        today: date,
        entry_id: UUID,
        names: Sequence[tuple[Measurand, str]],
        remembered: Remembered,
    ) -> None:
        """Show what was remembered as chosen; it is there to be seen and changed."""
        first_unit = remembered.unit_of(Measurand.TOTAL, *HYDROXYVITAMIN_D)
        self.head = ResultForm(
            posted,
            today=today,
            initial={
                "entry_id": entry_id,
                "laboratory": remembered.laboratory,
                "unit": first_unit,
            },
        )
        self.rows = [
            RowForm(
                posted,
                measurand=measurand,
                name=name,
                initial={"unit": remembered.unit_of(measurand)},
            )
            for measurand, name in names
        ]
        self.had_rows = any(remembered.unit_of(each) for each, _name in names)
        self.is_remembered = bool(remembered.laboratory or first_unit)
        if posted is not None and not self._has_first():
            self.head.leave_out_number()

    @property
    def filled(self) -> list[RowForm]:
        return [each for each in self.rows if each.is_bound and each.is_filled]

    @property
    def shows_rows(self) -> bool:
        """Whether the further rows are open: in use now, or in one's last entries."""
        return bool(self.filled) or self.had_rows

    def _has_first(self) -> bool:
        """Whether there is a first number, or something that asks for one."""
        rows = self.filled
        has_part = any(each.measurand in PARTS for each in rows)
        wants_number = FIRST_NUMBERS_OWN if has_part else (*FIRST_NUMBERS_OWN, "method")
        typed = any(str(self.head.data.get(each, "")).strip() for each in wants_number)
        return typed or not rows

    def is_valid(self) -> bool:
        """Read every row, so that all errors are said at once."""
        read = [form.is_valid() for form in (self.head, *self.filled)]
        return all(read)

    @property
    def has_errors(self) -> bool:
        forms_read = (self.head, *self.filled)
        return self.head.is_bound and any(each.errors for each in forms_read)

    def entries(self) -> list[tuple[str, UUID, Entry]]:
        """Return each result with the prefix of its fields and its own id."""
        entry_id: UUID = self.head.cleaned_data["entry_id"]
        first = [("", entry_id, self.head.entry())] if self._has_first() else []
        rows = [
            (
                row.prefix or "",
                uuid5(entry_id, row.measurand.value),
                row.entry(self.head),
            )
            for row in self.filled
        ]
        return [*first, *rows]
