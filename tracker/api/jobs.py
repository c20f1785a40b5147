"""Long work for programs: asked for, watched, ended, and its files."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.documenting import (
    AN_ID,
    BINARY,
    ONCE,
    Read,
    choosing,
    documented,
    page_of,
    sparse,
)
from accounts.api.fields import (
    Id,
    Sent,
    Text,
    Word,
    asked_for,
    kept,
    refuse_faults,
    taken,
)
from accounts.api.fresh import check_is_fresh
from accounts.api.paging import Key, Order, page
from accounts.api.problems import refuse
from accounts.api.rendering import renderer
from accounts.api.views import SAFE, ClinicView, ProgramView, counts_once
from accounts.domain.audit import Action
from accounts.domain.problems import Kind
from accounts.domain.tokens import READS_ALL, TokenScope
from accounts.domain.words import N_
from tracker import queries
from tracker.api.files import PDF, ZIP, file_answer
from tracker.reports.values import Paper
from tracker.services import (
    export_requests,
    handing_over,
    job_words,
    jobs,
    report_batches,
)
from tracker.services.chart_views import Window
from tracker.services.export_jobs import LINES
from tracker.services.export_requests import LONGEST_REASON, ExportRefused
from tracker.services.job_kinds import WORKS
from tracker.services.report_batches import MOST_REPORTS, Form, SelectionRefused
from tracker.services.report_choices import Audience

if TYPE_CHECKING:
    from tracker.models import Job

TAG = "Background work"
ACCEPTED = 202
STATES = ["waiting", "running", "done", "failed", "cancelled"]
NOT_YET = N_("It is not finished yet.")
ENDED = N_("It has ended already.")
NDJSON = renderer(LINES, "ndjson")


class JobOut(Read):
    """Long work: what it is, how far it is, and what became of it."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=STATES)
    is_ending = serializers.BooleanField(
        help_text="Its end was asked for; it stops after the step it is at."
    )
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    counted = serializers.CharField(allow_blank=True)
    sentences = serializers.ListField(child=serializers.CharField())
    clinic_id = serializers.UUIDField(allow_null=True)
    patient_id = serializers.UUIDField(allow_null=True)
    asked_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


JOB_PARAMETERS = choosing(JobOut)


class OneJobOut(JobOut):
    """Long work, and whether there is a file of it to be fetched."""

    has_file = serializers.BooleanField()


class ReportsIn(Sent):
    """Whose reports, and how."""

    patients = serializers.ListField(child=Id(), min_length=1, max_length=MOST_REPORTS)
    form = Word(choices=[each.value for each in Form], required=False)
    audience = Word(choices=[each.value for each in Audience], required=False)
    range = Word(choices=[each.value for each in Window], required=False)
    paper = Word(choices=[each.value for each in Paper], required=False)


class ReasonIn(Sent):
    """Why a clinic's records are to leave, for the person who confirms it."""

    reason = Text(max_length=LONGEST_REASON)


READS_SOME = (TokenScope.READ_EXPORTS, TokenScope.READ_IMPORTS)
WRITES_SOME = (TokenScope.WRITE_EXPORTS, TokenScope.WRITE_IMPORTS)
ORDER = Order((Key("asked_at", datetime, is_descending=True), Key("id", UUID)))


class JobsView(ProgramView):
    """
    An address of long work.

    What a key may see of it hangs on the kind of work, and the database holds it:
    files that come in need the one scope, files that go out the other.
    """

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Refuse a key that opens no kind of work at all."""
        super().initial(request, *args, **kwargs)
        token = self.viewer.token
        wanted = READS_SOME if request.method in SAFE else WRITES_SOME
        if token is not None and not token.scopes.intersection(wanted):
            self.check_key(wanted[0])


class Jobs(JobsView):
    """What its asker asked for."""

    @documented(
        operation="jobs_list",
        tag=TAG,
        asks=JOB_PARAMETERS,
        answers={200: page_of(sparse(JobOut))},
        kinds=(),
    )
    def get(self, request: Request) -> Response:
        """List the long work that you asked for, the newest first."""
        asked = asked_for(JOB_PARAMETERS, request.query_params)
        found, following = page(queries.jobs_of(self.viewer), ORDER, asked, request)
        self.note("job")
        items = kept(map(job_json, found), asked.get("fields"))
        return Response({"items": items, "next": following})


class OneJobView(JobsView):
    """An address of one piece of long work."""

    job: "Job"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Find it, or answer as if there was none."""
        super().initial(request, *args, **kwargs)
        found = queries.job_of(self.viewer, kwargs["job_id"])
        if found is None:
            raise Http404
        self.job = found

    def note_job(self, action: Action = Action.READ) -> None:
        """Write who did what with this piece of work."""
        self.note(
            "job", action=action, patient_id=self.job.patient_id, object_id=self.job.pk
        )


class OneJob(OneJobView):
    """One piece of long work."""

    @documented(operation="jobs_read", tag=TAG, answers={200: OneJobOut})
    def get(self, request: Request, job_id: UUID) -> Response:
        """Return how far it is, and what became of it."""
        del request, job_id
        self.note_job()
        has_file = jobs.files_of(self.job).exists()
        return Response({**job_json(self.job), "has_file": has_file})


class JobCancellation(OneJobView):
    """The end of long work before its time."""

    @documented(
        operation="jobs_cancel",
        tag=TAG,
        request=None,
        answers={202: JobOut},
        kinds=(Kind.NOT_FOUND, Kind.CONFLICT),
    )
    def post(self, request: Request, job_id: UUID) -> Response:
        """Ask for the end; nothing of it is kept."""
        del request, job_id
        if not export_requests.cancel(job=self.job, by=self.viewer, at=self.at):
            refuse(Kind.CONFLICT, _(ENDED))
        self.job.cancel_asked_at = self.at
        self.note_job(Action.CHANGED)
        return Response(job_json(self.job), status=ACCEPTED)


class JobFile(OneJobView):
    """What finished work made."""

    reads = TokenScope.READ_EXPORTS
    also = READS_ALL  # what it tells is not known before it is opened
    renderer_classes: ClassVar[list[type[BaseRenderer]]] = [PDF, ZIP, NDJSON]  # type: ignore[misc]

    @documented(
        operation="jobs_file",
        tag=TAG,
        answers={
            (200, "application/pdf"): BINARY,
            (200, "application/zip"): BINARY,
            (200, LINES): BINARY,
        },
        kinds=(Kind.NOT_FOUND, Kind.CONFLICT, Kind.FORBIDDEN),
    )
    def get(self, request: Request, job_id: UUID) -> HttpResponse:
        """Return its file; several are bound, or packed into an archive."""
        del request, job_id
        check_is_fresh(self)
        if self.job.is_open:
            refuse(Kind.CONFLICT, _(NOT_YET))
        file = handing_over.file_of(
            self.job,
            WORKS.get(self.job.kind, jobs.Work),
            by=self.viewer,
            at=self.at,
            ip_address=self.request.META.get("REMOTE_ADDR") or None,
        )
        if file is None:
            raise Http404
        return file_answer(file.content, file.content_type, file.name)


def job_json(job: "Job") -> dict[str, Any]:
    """Return long work without its files."""
    words = job_words.told_of(job)
    return {
        "id": job.pk,
        "kind": job.kind,
        "title": words.title,
        "state": job.state,
        "is_ending": job.is_open and job.cancel_asked_at is not None,
        "done": job.done,
        "total": job.total,
        "counted": words.counted,
        "sentences": words.told,
        "clinic_id": job.clinic_id,
        "patient_id": job.patient_id,
        "asked_at": job.asked_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
    }


# Of a clinic --------------------------------------------------------------------------


class ClinicWorkView(ClinicView):
    """An address at which a clinician asks for files of many people."""

    writes = TokenScope.WRITE_EXPORTS
    also = READS_ALL

    def begun(self, job: "Job") -> Response:
        """Answer with what was begun, and where it is watched."""
        self.note("job", action=Action.CREATED, object_id=job.pk)
        place = reverse("api_job", args=[job.pk])
        return Response(job_json(job), status=ACCEPTED, headers={"Location": place})


class ClinicExports(ClinicWorkView):
    """The export of a clinic's records."""

    @documented(
        operation="exports_begin_for_clinic",
        tag="Exports",
        request=ReasonIn,
        example={"reason": "We move to another program."},
        answers={202: JobOut},
        kinds=(Kind.NOT_FOUND, Kind.FORBIDDEN, Kind.TOO_MANY),
        headers=[ONCE],
    )
    @counts_once
    def post(self, request: Request, clinic_id: UUID) -> Response:
        """
        Ask for all records that the clinic sees, as lines of FHIR.

        It begins once somebody else who runs the clinic has confirmed it on the site,
        within three days; no key confirms it.
        """
        del clinic_id
        sent = taken(ReasonIn, request.data)
        check_is_fresh(self)
        try:
            job = export_requests.ask(
                clinic=self.clinic, reason=sent["reason"], by=self.viewer, at=self.at
            )
        except ExportRefused as refused:
            refuse(Kind.TOO_MANY, str(refused))
        return self.begun(job)


class ClinicReports(ClinicWorkView):
    """Visit reports for several people at once."""

    @documented(
        operation="reports_begin_for_clinic",
        tag="Reports",
        request=ReportsIn,
        example={"patients": [AN_ID], "form": "one", "range": "5y"},
        answers={202: JobOut},
        headers=[ONCE],
    )
    @counts_once
    def post(self, request: Request, clinic_id: UUID) -> Response:
        """Begin the visit reports of several people; who is not shared is left out."""
        del clinic_id
        sent = taken(ReportsIn, request.data)
        try:
            job = report_batches.begin(
                patients=sent["patients"],
                clinic=self.clinic,
                form=Form(sent.get("form", Form.ONE_PDF)),
                audience=Audience(sent.get("audience", Audience.CLINICIAN)),
                window=Window(sent.get("range", Window.FIVE_YEARS)),
                paper=Paper(sent.get("paper", Paper.A4)),
                by=self.viewer,
                at=self.at,
            )
        except SelectionRefused as why:
            refuse_faults({"patients": [str(why)]})
        return self.begun(job)
