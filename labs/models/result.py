"""
Results of the laboratory, exactly as reported.

A row is never changed: a correction is the next version in its chain, with a
reason and an author. The web role has no right to UPDATE or DELETE here.
"""

import uuid
from collections.abc import Iterable
from typing import ClassVar

from django.db import models
from django.db.models import Case, Exists, F, Func, OuterRef, Q, When


class ResultSource(models.TextChoices):
    """Where a value came from; shown and exported with it."""

    TYPED_BY_PATIENT = "typed_by_patient"
    TYPED_BY_CARER = "typed_by_carer"
    TYPED_BY_CLINIC = "typed_by_clinic"
    IMPORTED_FILE = "imported_file"


# Beside the answers of a version that took over somebody else's value: whose it was.
VALUE_BY = "value_by"


def literals(words: Iterable[str]) -> tuple[Func, ...]:
    """
    Return words of the product's own as they stand in a statement itself.

    Handed in with a kept plan, which knows them at no time, a list of them would be put
    together anew for each row: half of what counting ten thousand rows takes.
    """
    quoted = (word.replace("'", "''").replace("%", "%%") for word in words)
    return tuple(
        Func(template=f"'{word}'", output_field=models.TextField()) for word in quoted
    )


IS_25OHD = Q(measurand__in=literals(("total", "D3", "D2", "unspecified")))
WITHDRAWN = Q(status__in=literals(("entered-in-error", "cancelled")))


class LabResultQuerySet(models.QuerySet["LabResult"]):
    """Results, in the words of people who read them."""

    def latest_versions(self) -> "LabResultQuerySet":
        """
        Keep of each chain the version that holds now.

        What was replaced holds no more, whether or not the viewer sees by what.
        """
        return self.filter(~Exists(_newer_versions()), _nothing_newer_out_of_sight())

    def replaced(self) -> "LabResultQuerySet":
        """Keep the versions that a later one replaced, where the viewer sees it."""
        return self.filter(Exists(_newer_versions()))

    def knowing_newer(self) -> "LabResultQuerySet":
        """Tell of each version whether there is a newer one, be it out of sight."""
        return self.annotate(has_newer=_has_newer())

    def of_25ohd(self) -> "LabResultQuerySet":
        """Keep 25-hydroxyvitamin D, whichever fraction."""
        return self.filter(IS_25OHD)

    def shown(self) -> "LabResultQuerySet":
        """Leave out what was withdrawn; it stays in the history."""
        return self.exclude(WITHDRAWN)

    def latest_first(self) -> "LabResultQuerySet":
        """Order by the day of collection, newest first."""
        return self.order_by("-collected_on", "-entered_at", "id")

    def newest_first(self) -> "LabResultQuerySet":
        """Order as labs.services.judging.in_time does: of one day the total leads."""
        is_total = Case(When(measurand="total", then=0), default=1)
        return self.order_by("-collected_on", is_total, "-entered_at", "id")


class LabResult(models.Model):
    """One version of one result."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        "accounts.Patient",
        on_delete=models.CASCADE,
        related_name="results",
        db_index=False,  # the index on patient and day serves it
    )
    chain = models.UUIDField()
    version = models.PositiveSmallIntegerField(default=1)

    measurand = models.CharField(max_length=30)
    value_text = models.CharField(max_length=40)
    value = models.DecimalField(max_digits=18, decimal_places=6)
    comparator = models.CharField(max_length=2, blank=True)
    unit_text = models.CharField(max_length=40)
    unit = models.CharField(max_length=30)
    collected_on = models.DateField()
    collected_time_text = models.CharField(max_length=40, blank=True)
    reported_on = models.DateField(null=True, blank=True)
    laboratory = models.CharField(max_length=120, blank=True)
    method = models.CharField(max_length=120, blank=True)
    specimen = models.CharField(max_length=60, blank=True)
    interval_text = models.CharField(max_length=200, blank=True)
    interval_low = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    interval_high = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    laboratory_flag = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=20)
    loinc = models.CharField(max_length=12, blank=True)
    accession = models.CharField(max_length=60, blank=True)
    local_code = models.CharField(max_length=60, blank=True)
    test_name = models.CharField(max_length=200, blank=True)
    comment = models.TextField(blank=True)
    note = models.TextField(blank=True)
    # Who checked it against the report where it came from, in that file's words.
    checked_elsewhere = models.TextField(blank=True, default="", db_default="")
    held_because = models.CharField(max_length=300, blank=True)
    answers = models.JSONField(default=dict, blank=True)

    source = models.CharField(max_length=30, choices=ResultSource.choices)
    import_batch = models.ForeignKey(
        "labs.ImportBatch",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="results",
    )
    import_key = models.UUIDField(null=True, blank=True)
    entered_by_id = models.UUIDField(null=True)
    entered_by_name = models.CharField(max_length=120)
    entered_at = models.DateTimeField()
    version_reason = models.CharField(max_length=300, blank=True)

    objects: ClassVar[models.Manager["LabResult"]] = LabResultQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["chain", "version"], name="a_chain_has_each_version_once"
            ),
            models.CheckConstraint(
                condition=Q(version=1) | ~Q(version_reason=""),
                name="a_later_version_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(comparator__in=("", "<", "<=", ">=", ">")),
                name="comparator_is_known",
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0), name="value_is_not_negative"
            ),
            models.CheckConstraint(
                condition=~Q(unit="") & ~Q(value_text="") & ~Q(measurand=""),
                name="value_unit_and_measurand_are_stated",
            ),
            models.UniqueConstraint(
                fields=["patient", "import_key"],
                condition=Q(import_key__isnull=False),
                name="the_same_row_is_imported_once",
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "collected_on"]),
            models.Index(
                fields=["chain", "version"],
                condition=Q(version__gt=1),
                name="later_versions",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def value_by(self) -> str:
        """
        Return who gave the value: not always who wrote this version of it.

        Empty where it came from another person's record, whose name is not told here.
        """
        return str(self.answers.get(VALUE_BY, self.entered_by_name))

    @property
    def takes_over(self) -> bool:
        """Return whether its author wrote around a value that somebody else gave."""
        return VALUE_BY in self.answers


# In the words of the statement itself: a kept plan knows no value that is handed in.
FIRST_VERSION = Func(template="1", output_field=models.IntegerField())


def _newer_versions() -> models.QuerySet[LabResult]:
    """
    Return what is newer than a result, found among the few that replaced another.

    A long record asks for each of its results, and nearly none has a second version.
    """
    later = LabResult.objects.filter(version__gt=FIRST_VERSION)
    return later.filter(chain=OuterRef("chain"), version__gt=OuterRef("version"))


def _nothing_newer_out_of_sight() -> Q:
    """
    Ask the database whether there is a newer version on a day that is not shared.

    Once a row; not at all of the record that is open, where every day of it is shared.
    """
    whole = Func(
        function="app.opened_with_every_day",
        template="(SELECT %(function)s())",
        output_field=models.UUIDField(),
    )
    return Q(patient_id=whole) | ~Q(_has_newer())


def _has_newer() -> Func:
    return Func(
        F("chain"),
        F("version"),
        function="app.has_newer_version",
        output_field=models.BooleanField(),
    )
