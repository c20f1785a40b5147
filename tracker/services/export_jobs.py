"""A clinic's records as lines of FHIR, in the background, patient by patient."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from accounts import queries
from accounts.domain.scopes import Scope
from accounts.queries import PatientNotVisible, results_shared_from
from accounts.services.days import moment
from tracker.models import ExportRequest, Job, Outcome
from tracker.services import exporting
from tracker.services.jobs import Waiting, Work

LINES = "application/fhir+ndjson"
BEGINS_OR_ENDED_BY_ASKER = (Outcome.CONFIRMED, Outcome.WITHDRAWN)


class ClinicExport(Work):
    """
    One file a patient, so that each closes with that patient's consent.

    Who takes consent back while it runs, or before it is fetched, is left out.
    """

    kind: ClassVar[str] = "clinic-export"
    title: ClassVar[str | Promise] = _lazy("Export of the clinic's records")
    takes_two: ClassVar[bool] = True

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
        results_from = results_shared_from(self.by, patient, at=at)
        self.keep_file(
            key,
            name=f"{key}.ndjson",
            content_type=LINES,
            content=exporting.as_lines(patient, by=self.by, at=at),
            patient=patient,
            of_results=True,
            results_from=results_from,
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

    @classmethod
    def waits_for(cls, job: Job) -> Waiting | None:
        """Say until when another person can confirm it, or why it did not begin."""
        asked = _request_of(job)
        if asked is None:
            return Waiting(_("Not confirmed"), "", is_over=True)
        if asked.outcome in BEGINS_OR_ENDED_BY_ASKER:
            return None
        if asked.outcome == Outcome.DECLINED:
            words = _("%(name)s declined it. Nothing was written.")
            sentence = words % {"name": asked.closed_by_name}
            return Waiting(_("Declined"), sentence, is_over=True)
        if asked.outcome == Outcome.EXPIRED or asked.expires_at <= timezone.now():
            sentence = _("Nobody confirmed it in time. Nothing was written.")
            return Waiting(_("Not confirmed"), sentence, is_over=True)
        words = _(
            "Somebody else who runs the clinic confirms it until %(moment)s; where "
            "nobody else does, the people who run this site. Until then nothing is "
            "written."
        )
        sentence = words % {"moment": moment(asked.expires_at)}
        return Waiting(_("Waiting for another person"), sentence, is_over=False)


def _request_of(job: Job) -> ExportRequest | None:
    try:
        return job.export_request
    except ExportRequest.DoesNotExist:
        return None
