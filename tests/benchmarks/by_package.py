"""
The same table imported by django-import-export, as most sites of Django do it.

It looks at each row (a dry run that is rolled back, with a difference for people to
read), and then saves row by row. Nothing is checked of consent, unit or duplicates.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import tablib
from import_export.resources import ModelResource

from labs.models import LabResult

MOMENT = datetime(2026, 6, 1, 12, tzinfo=UTC)
FIELDS = (
    "patient",
    "collected_on",
    "measurand",
    "value",
    "value_text",
    "unit_text",
    "unit",
    "laboratory",
    "method",
    "interval_text",
    "status",
)


class ResultResource(ModelResource):  # type: ignore[misc]
    """A result by its own columns; known again by patient, day, test and value."""

    class Meta:
        model = LabResult
        fields = FIELDS
        import_id_fields = ("patient", "collected_on", "measurand", "value")

    def before_save_instance(
        self, instance: LabResult, row: dict[str, Any], **kwargs: object
    ) -> None:
        """Fill what no file holds."""
        del row, kwargs
        instance.chain = instance.pk
        instance.source = "imported_file"
        instance.entered_by_name = "Benchmark"
        instance.entered_at = MOMENT


def dataset(results: Iterable[LabResult]) -> tablib.Dataset:
    """Return the stored results as the table that a person would upload."""
    table = tablib.Dataset(headers=FIELDS)
    for each in results:
        cells = (getattr(each, name) for name in FIELDS if name != "patient")
        table.append((str(each.patient_id), *map(str, cells)))
    return table


def look_and_save(table: tablib.Dataset) -> None:
    """Look, then save; raise where a row is not taken."""
    for is_trial in (True, False):
        ResultResource().import_data(table, dry_run=is_trial, raise_errors=True)
