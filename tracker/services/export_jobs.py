"""A clinic's records as lines of FHIR, in the background, patient by patient."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from accounts import queries
from accounts.domain.scopes import Scope
from accounts.queries import PatientNotVisible
from tracker.models import Job
from tracker.services import exporting
from tracker.services.jobs import Work

LINES = "application/fhir+ndjson"


class ClinicExport(Work):
    """
    One file a patient, so that each closes with that patient's consent.

    Who takes consent back while it runs, or before it is fetched, is left out.
    """

    kind: ClassVar[str] = "clinic-export"
    title: ClassVar[str | Promise] = _lazy("Export of the clinic's records")

    def plan(self, *, at: datetime) -> list[str]:
        """Return the patients whose results this clinic sees."""
        consents = queries.consents_in_force(
            viewer=self.by, at=at, scope=Scope.RESULTS
        ).filter(clinic=self.job.clinic)
        ids = consents.order_by("patient_id").values_list("patient_id", flat=True)
        return [str(each) for each in ids]

    def step(self, key: str, *, at: datetime) -> None:
        """Write one patient's lines."""
        try:
            patient = queries.patient_for(
                self.by, UUID(key), at=at, scope=Scope.RESULTS
            )
        except PatientNotVisible:
            return
        scopes = queries.scopes_for(self.by, patient, at=at)
        self.keep_file(
            key,
            name=f"{key}.ndjson",
            content_type=LINES,
            content=exporting.as_lines(patient, by=self.by, at=at),
            patient=patient,
            of_results=True,
            of_supplements=Scope.SUPPLEMENTS in scopes,
            at=at,
        )

    def finish(self, *, at: datetime) -> dict[str, Any]:
        """Return how many patients were written."""
        del at
        return {"patients": self.job.files.count()}

    @classmethod
    def told(cls, job: Job) -> list[str]:
        """Say how many patients the file holds."""
        count = job.outcome.get("patients", 0)
        words = ngettext(
            "%(count)s patient's record was written.",
            "The records of %(count)s patients were written.",
            count,
        )
        return [words % {"count": count}]
