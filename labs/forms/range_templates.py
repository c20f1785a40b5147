"""The form of a template of ranges; only a clinic's clinicians see it."""

from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from labs.domain.targets import Target, Urgency
from labs.domain.units import Unit
from labs.forms.targets import LimitsForm
from labs.services.range_templates import TemplateEntry

# A template has no days and no author of a range: it is none yet.
ANY_DAY = date(2000, 1, 1)
ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


class TemplateForm(LimitsForm):
    """A range that a clinic often sets, with the source it cites."""

    entry_id = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Name of the template"),
        max_length=80,
        error_messages={"required": _("Give the template a name.")},
    )
    source = forms.CharField(
        label=_("Source"),
        help_text=_("What it rests on, so that a colleague can look it up."),
        max_length=300,
        error_messages={"required": _("Name the source of this range.")},
    )
    field_order = ("entry_id", "name", "low", "high", "unit", "source")

    def target(self) -> Target:
        """Return the limits as the rules look at them."""
        data = self.cleaned_data
        return Target(
            low=data["low"],
            high=data["high"],
            unit=Unit(data["unit"]),
            starts_on=ANY_DAY,
            ends_on=None,
            set_by=data["name"],
            set_at=ANY_TIME,
            alert_low=data["alert_low"],
            alert_high=data["alert_high"],
            urgency=Urgency(data["urgency"]) if data["urgency"] else None,
        )

    def entry(self) -> TemplateEntry:
        """Return the template as it will be stored."""
        kept: dict[str, Any] = {
            name: self.cleaned_data[name]
            for name in (
                "name",
                "source",
                "low",
                "high",
                "alert_low",
                "alert_high",
                "urgency",
            )
        }
        return TemplateEntry(unit=Unit(self.cleaned_data["unit"]), **kept)
