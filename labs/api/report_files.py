"""The laboratory's report beside a result, for programs: listed, attached, removed."""

from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.documenting import BINARY, ONCE, Read, documented
from accounts.api.fields import Sent, Text, Word, refuse_faults, taken
from accounts.api.rendering import renderer
from accounts.api.uploads import MULTIPART, Upload, UploadView, taken_form
from accounts.api.views import ResultsView, counts_once
from accounts.domain.problems import Kind
from labs import queries
from labs.api.results import RecordView
from labs.api.shapes import check
from labs.formats.documents import MOST_BYTES, DocumentKind
from labs.forms.fields import refusal
from labs.forms.report_files import ROLE_CHOICES, ReportFileForm, WithdrawFileForm
from labs.policies import check_can_withdraw_file
from labs.services import attaching
from labs.services.attaching import AttachmentRefused

if TYPE_CHECKING:
    from labs.models import ReportFile

TAG = "Report files"
CREATED = 201
ROLES = [str(value) for value, _words in ROLE_CHOICES]
MEDIA = [each.value for each in DocumentKind]
LONGEST_REASON = 300


class ReportFileOut(Read):
    """A file that is attached to a result; what was removed stays named."""

    id = serializers.UUIDField()
    role = serializers.ChoiceField(choices=ROLES)
    name = serializers.CharField()
    media_type = serializers.ChoiceField(choices=MEDIA)
    size = serializers.IntegerField(help_text="In bytes.")
    pages = serializers.IntegerField()
    sha256 = serializers.CharField()
    attached_by = serializers.CharField()
    attached_at = serializers.DateTimeField()
    removed_at = serializers.DateTimeField(allow_null=True)
    removed_by = serializers.CharField(allow_blank=True)
    removed_because = serializers.CharField(allow_blank=True)


class ReportFileIn(Upload):
    """The file, and what it is to the result; as it first came, if not said."""

    role = Word(choices=ROLES, required=False)


class RemovalIn(Sent):
    """Why a file is taken away."""

    reason = Text(max_length=LONGEST_REASON)


class ResultFiles(UploadView, RecordView):
    """The files beside one result."""

    largest: ClassVar[int] = MOST_BYTES

    @documented(
        operation="report_files_list", tag=TAG, answers={200: ReportFileOut(many=True)}
    )
    def get(self, request: Request, patient_id: UUID, result_id: UUID) -> Response:
        """List what is attached to a result, whichever version it came with."""
        del request, patient_id
        newest = self.versions(result_id)[0]
        self.note("result", object_id=newest.pk)
        return Response([_json(each) for each in queries.files_of(newest)])

    @documented(
        operation="report_files_attach",
        tag=TAG,
        request={MULTIPART: ReportFileIn},
        answers={201: ReportFileOut},
        headers=[ONCE],
    )
    @counts_once
    def post(self, request: Request, patient_id: UUID, result_id: UUID) -> Response:
        """Attach a file; the same again is attached once."""
        del patient_id
        newest = self.versions(result_id)[0]
        sent = taken_form(ReportFileIn, request.data)
        file = sent.pop("file")
        form = ReportFileForm({"role": ROLES[0], **sent}, {"file": file})
        check(form)
        try:
            kept = attaching.attach(
                result=newest,
                document=form.cleaned_data["file"],
                role=queries.file_role(form.cleaned_data["role"]),
                by=self.viewer,
                at=self.at,
            )
        except AttachmentRefused as error:
            refuse_faults({"file": refusal(error).messages})
        return Response(_json(kept), status=CREATED)


class FileView(ResultsView):
    """An address of one file."""

    def file(self, file_id: UUID) -> "ReportFile":
        """Return a file that can be opened; 404 for absent, foreign and removed."""
        found = queries.file_for(self.viewer, self.patient, file_id, at=self.at)
        if found is None:
            raise Http404
        return found


class OneReportFile(FileView):
    """A file itself."""

    renderer_classes = [
        renderer(each.value, each.name.lower()) for each in DocumentKind
    ]

    @documented(
        operation="report_file_read",
        tag=TAG,
        answers={(200, media): BINARY for media in MEDIA},
    )
    def get(self, request: Request, patient_id: UUID, file_id: UUID) -> HttpResponse:
        """Return the file as it is kept; never to be shown by a browser."""
        del request, patient_id
        file = self.file(file_id)
        self.note("report file", object_id=file.pk)
        disposition = content_disposition_header(True, file.name) or "attachment"  # noqa: FBT003
        return HttpResponse(
            bytes(file.content),
            content_type=file.media_type,
            headers={"Content-Disposition": disposition},
        )


class ReportFileRemoval(FileView):
    """The taking away of a file: who attached it, or the patient, does that."""

    @documented(
        operation="report_file_remove",
        tag=TAG,
        request=RemovalIn,
        example={"reason": "It belongs to somebody else."},
        answers={200: ReportFileOut},
        kinds=(Kind.NOT_FOUND, Kind.FORBIDDEN),
        headers=[ONCE],
    )
    @counts_once
    def post(self, request: Request, patient_id: UUID, file_id: UUID) -> Response:
        """Take a file away; its name stays, and nobody opens it from then on."""
        del patient_id
        file = self.file(file_id)
        check_can_withdraw_file(self.viewer, self.patient, file)
        form = WithdrawFileForm(taken(RemovalIn, request.data))
        check(form)
        reason = form.cleaned_data["reason"]
        attaching.withdraw(file=file, reason=reason, by=self.viewer, at=self.at)
        file.refresh_from_db(
            fields=["withdrawn_at", "withdrawn_by_name", "withdrawn_because"]
        )
        return Response(_json(file))


def _json(file: "ReportFile") -> dict[str, Any]:
    return {
        "id": file.pk,
        "role": file.role,
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
        "pages": file.pages,
        "sha256": file.sha256,
        "attached_by": file.entered_by_name,
        "attached_at": file.entered_at,
        "removed_at": file.withdrawn_at,
        "removed_by": file.withdrawn_by_name,
        "removed_because": file.withdrawn_because,
    }
