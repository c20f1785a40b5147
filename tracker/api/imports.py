"""Files that programs bring in: read first, saved when said so, taken back if asked."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar, NoReturn, cast
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.documenting import (
    GUARDED,
    IF_MATCH,
    ONCE,
    PageParameters,
    Read,
    documented,
    page_of,
)
from accounts.api.fields import Id, Sent, Truth, Word, asked_for, refuse_faults, taken
from accounts.api.paging import Key, Order, page, page_read
from accounts.api.problems import refuse
from accounts.api.uploads import MULTIPART, Upload, UploadView, taken_form
from accounts.api.versions import answer_with, check_saw, etag_of
from accounts.api.views import ClinicView, PatientView, ProgramView, counts_once
from accounts.domain.audit import Action, Channel
from accounts.domain.problems import Kind
from accounts.domain.scopes import Scope
from accounts.domain.tokens import TokenScope
from accounts.domain.words import N_
from labs import queries
from labs.api.shapes import check, values_of
from labs.domain.quantities import Measurand
from labs.formats.entries import UNITS_ASKED
from labs.formats.parsed import FileRefused
from labs.forms.uploads import LARGEST_UPLOAD, OFFERED, UploadForm
from labs.presenters.program_uploads import (
    import_json,
    import_line_json,
    import_row_json,
)
from labs.presenters.reader_words import reader_words, why_refused
from labs.presenters.uploads import ORDERS, STATES
from labs.services import telling_files, uploading
from labs.services.uploading import NotReady
from tracker.api.files import CSV, file_answer
from tracker.services import importing_files
from tracker.services.importing_files import Batch

TAG = "Imports"
CREATED, ACCEPTED = 201, 202
KINDS = ["added", "here", "held", "refused", "medicine"]
MOST_TOLD = 500
NO_COLUMN = N_("No column of the file has this name.")
NOT_OFFERED = N_("This person was not offered for this row.")


class ImportLineOut(Read):
    """A file that came in, how far it is, and what becomes of its rows."""

    id = serializers.UUIDField()
    patient_id = serializers.UUIDField(allow_null=True)
    clinic_id = serializers.UUIDField(allow_null=True)
    state = serializers.ChoiceField(choices=list(STATES))
    file_name = serializers.CharField()
    format = serializers.CharField(allow_blank=True)
    added = serializers.IntegerField()
    corrected = serializers.IntegerField()
    held = serializers.IntegerField()
    already_here = serializers.IntegerField()
    refused = serializers.IntegerField()
    people_created = serializers.IntegerField()
    brought_by = serializers.CharField()
    brought_at = serializers.DateTimeField()
    saved_at = serializers.DateTimeField(allow_null=True)
    taken_back_by = serializers.CharField(allow_blank=True)
    taken_back_at = serializers.DateTimeField(allow_null=True)


class OfferOut(Read):
    """One answer to choose."""

    answer = serializers.CharField(allow_blank=True)
    words = serializers.CharField(allow_blank=True)


class KnownOut(Read):
    """A person whom a row may be about."""

    patient_id = serializers.UUIDField()
    words = serializers.CharField()


class DoubtfulOut(Read):
    """Whom a row names, and who that may be here."""

    mark = serializers.CharField()
    said = serializers.CharField(allow_blank=True)
    among = KnownOut(many=True)


class ImportQuestionOut(Read):
    """What the file leaves open."""

    kind = serializers.CharField()
    sentence = serializers.CharField(allow_blank=True)
    column = serializers.CharField(allow_blank=True)
    choices = OfferOut(many=True)
    people = DoubtfulOut(many=True)


class ColumnOut(Read):
    """A column of a table: what it was taken for, and what stands in it."""

    name = serializers.CharField(allow_blank=True)
    role = serializers.CharField(allow_blank=True)
    is_test = serializers.BooleanField()
    measurand = serializers.CharField(allow_blank=True)
    units = serializers.ListField(
        child=serializers.CharField(),
        help_text="What can be said of a test whose name has no unit.",
    )
    examples = serializers.ListField(child=serializers.CharField(allow_blank=True))


class ImportOut(ImportLineOut):
    """A file with what it asks; `job_id` where it is read or saved later."""

    warnings = serializers.ListField(child=serializers.CharField())
    other_person = serializers.CharField(
        allow_blank=True,
        help_text="Whom the file speaks of, where that is not the record's person.",
    )
    question = ImportQuestionOut(allow_null=True)
    columns = ColumnOut(many=True)
    can_save = serializers.BooleanField()
    can_undo = serializers.BooleanField()
    job_id = serializers.UUIDField(allow_null=True)


class UnderstoodOut(Read):
    """What would be stored of a row, to be compared with what the file says."""

    measurand = serializers.ChoiceField(choices=values_of(Measurand))
    value = serializers.CharField()
    comparator = serializers.CharField(allow_blank=True)
    unit = serializers.CharField(allow_blank=True)
    collected_on = serializers.DateField()
    status = serializers.CharField(
        allow_blank=True, help_text="The laboratory's status, in the codes of FHIR."
    )


class ImportRowOut(Read):
    """A row: where it stands in the file, what it says, what becomes of it and why."""

    kind = serializers.ChoiceField(choices=KINDS)
    where = serializers.CharField()
    patient_id = serializers.UUIDField(
        allow_null=True, help_text="Whose record it goes to, where that is known."
    )
    who = serializers.CharField(allow_blank=True)
    what = serializers.CharField(allow_blank=True)
    understood = UnderstoodOut(allow_null=True)
    why = serializers.CharField(allow_blank=True)


class TakenBackOut(Read):
    """How many results were taken back, and how many stay: corrected, or not shared."""

    taken_back = serializers.IntegerField()
    kept = serializers.IntegerField()
    not_shared = serializers.IntegerField(
        help_text="Results that stay because they are not shared any more."
    )


class RowParameters(PageParameters):
    """Which rows."""

    kind = Word(choices=KINDS, required=False)


class ClinicUpload(Upload):
    """A file of many people."""

    create_patients = Word(
        choices=["true", "false"],
        required=False,
        help_text="Open records for people whom the clinic does not know yet.",
    )


class FileAnswersIn(Sent):
    """Answers to what a file asks, and what its columns hold."""

    date_order = Word(choices=list(ORDERS), required=False)
    unit = Word(choices=list(UNITS_ASKED), required=False)
    columns = serializers.DictField(
        child=Word(choices=sorted(OFFERED)), required=False, allow_empty=False
    )
    people = serializers.DictField(child=Id(), required=False, allow_empty=False)


class SavingIn(Sent):
    """That the file is about this record, where it names somebody else."""

    is_confirmed = Truth(required=False)


ORDER = Order((Key("entered_at", datetime, is_descending=True), Key("id", UUID)))
ROW_ORDER = Order((Key("id", int),))


class ImportsView(ProgramView):
    """An address of files that come in; what they hold are results."""

    part = Scope.RESULTS
    reads = TokenScope.READ_IMPORTS
    writes = TokenScope.WRITE_IMPORTS
    also = frozenset({TokenScope.READ_RESULTS})

    def listed(self, request: Request, batches: Any) -> Response:  # noqa: ANN401 - a query
        """Answer with a page of files."""
        asked = asked_for(PageParameters, request.query_params)
        found, following = page(batches, ORDER, asked, request)
        self.note("import")
        items = [import_line_json(each) for each in found]
        return Response({"items": items, "next": following})

    def received(self, sent: dict[str, Any], **whose: Any) -> Response:  # noqa: ANN401
        """Keep a file, look at it, and answer with what saving it would do."""
        form = UploadForm({}, MultiValueDict({"file": [sent["file"]]}))
        check(form)
        file = form.cleaned_data["file"]
        batch = uploading.receive(
            data=file.read(), file_name=file.name, by=self.viewer, at=self.at, **whose
        )
        try:
            job = importing_files.look_at(batch, by=self.viewer, at=self.at)
        except FileRefused as why:
            refuse_faults({"file": [why_refused(why)]})
        self.note("import", action=Action.CREATED, object_id=batch.pk)
        return self.told(batch, job_id=job.pk if job else None, status=CREATED)

    def told(
        self, batch: Batch, *, job_id: UUID | None = None, status: int = 200
    ) -> Response:
        """Answer with one file, its mark, and where it is found again."""
        file = telling_files.told_file(batch, viewer=self.viewer, at=self.at)
        if file.people:
            self.note_told(batch, file.people)
        told = {**import_json(batch, file), "job_id": job_id}
        place = reverse("api_import", args=[batch.pk])
        return answer_with(told, etag(batch, file), place=place, status=status)

    def note_told(self, batch: Batch, people: list[UUID]) -> None:
        """Write into each trail who was told of a file."""
        telling_files.note_told(
            batch, people, viewer=self.viewer, channel=Channel.API, at=self.at
        )


def etag(batch: Batch, file: telling_files.ToldFile) -> str:
    """Return the mark of a file as far as it has come, and of what it asks."""
    counts = (batch.added, batch.held, batch.already_here, batch.refused)
    said = (sorted(batch.answers.items()), sorted(file.question.items()))
    return etag_of(batch.pk, batch.state, batch.file_format, *counts, *said)


# One class for both addresses: the description has one shape of the name.
IMPORTS_PAGE = page_of(ImportLineOut)


class RecordImports(UploadView, ImportsView, PatientView):
    """The files of one record."""

    largest: ClassVar[int] = LARGEST_UPLOAD

    @documented(
        operation="imports_of_patient",
        tag=TAG,
        asks=PageParameters,
        answers={200: IMPORTS_PAGE},
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        """List the files that were brought in for a record, the newest first."""
        del patient_id
        return self.listed(request, queries.batches_of_record(self.patient))

    @documented(
        operation="imports_bring_for_patient",
        tag=TAG,
        request={MULTIPART: Upload},
        answers={201: ImportOut},
        headers=[ONCE],
    )
    @counts_once
    def post(self, request: Request, patient_id: UUID) -> Response:
        """Bring a file for one record; nothing of it is in the record before saving."""
        del patient_id
        return self.received(taken_form(Upload, request.data), patient=self.patient)


class ClinicImports(UploadView, ImportsView, ClinicView):
    """The files of a clinic."""

    largest: ClassVar[int] = LARGEST_UPLOAD

    @documented(
        operation="imports_of_clinic",
        tag=TAG,
        asks=PageParameters,
        answers={200: IMPORTS_PAGE},
    )
    def get(self, request: Request, clinic_id: UUID) -> Response:
        """List the files that were brought in for a clinic, the newest first."""
        del clinic_id
        return self.listed(request, queries.imports_of(self.clinic))

    @documented(
        operation="imports_bring_for_clinic",
        tag=TAG,
        request={MULTIPART: ClinicUpload},
        answers={201: ImportOut},
        headers=[ONCE],
    )
    @counts_once
    def post(self, request: Request, clinic_id: UUID) -> Response:
        """Bring a file of many people; nothing of it is in a record before saving."""
        del clinic_id
        sent = taken_form(ClinicUpload, request.data)
        create = sent.get("create_patients") == "true"
        return self.received(sent, clinic=self.clinic, create_patients=create)


class ImportView(ImportsView):
    """An address below one file."""

    batch: Batch

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Find the file, or answer as if there was none."""
        super().initial(request, *args, **kwargs)
        found = queries.batch_for(self.viewer, kwargs["batch_id"], at=self.at)
        if found is None:
            raise Http404
        self.batch, self.patient, self.clinic = found, found.patient, found.clinic

    def note_file(self, action: Action = Action.READ) -> None:
        """Write who did what with this file."""
        self.note(
            "import",
            action=action,
            patient_id=self.batch.patient_id,
            object_id=self.batch.pk,
        )

    def check_seen(self, request: Request) -> None:
        """Refuse where the program saw the file otherwise than it is now."""
        file = telling_files.told_file(self.batch, viewer=self.viewer, at=self.at)
        unnamed = replace(file, question=file.question_without_people, people=[])
        stored = {**import_json(self.batch, unnamed), "job_id": None}
        check_saw(request, etag(self.batch, file), stored)


class Import(ImportView):
    """One file."""

    @documented(operation="imports_read", tag=TAG, answers={200: ImportOut})
    def get(self, request: Request, batch_id: UUID) -> Response:
        """Return what a file would do or did, and what it asks."""
        del request, batch_id
        self.note_file()
        return self.told(self.batch)


class ImportRows(ImportView):
    """The rows of a file."""

    @documented(
        operation="imports_rows",
        tag=TAG,
        asks=RowParameters,
        answers={200: page_of(ImportRowOut)},
    )
    def get(self, request: Request, batch_id: UUID) -> Response:
        """List the rows with what becomes of each; of a large file those refused."""
        del batch_id
        asked = asked_for(RowParameters, request.query_params)

        def read(*, after: Sequence[object], limit: int) -> list[Any]:
            behind = cast("int", after[0]) if after else 0
            kind = asked.get("kind", "")
            return queries.rows_of_file(
                self.batch, kind=kind, behind=behind, most=limit
            )

        found, following = page_read(read, ROW_ORDER, asked, request)
        told = telling_files.told_rows(
            self.batch, found, viewer=self.viewer, at=self.at
        )
        self.note_told(self.batch, told.people)
        items = [import_row_json(each, is_told=told.tells(each)) for each in found]
        return Response({"items": items, "next": following})


class ImportRefusedRows(ImportView):
    """The refused rows as a table."""

    renderer_classes = [CSV]

    @documented(operation="imports_refused", tag=TAG, answers={(200, "text/csv"): str})
    def get(self, request: Request, batch_id: UUID) -> HttpResponse:
        """Return the refused rows with their reasons, to mend and to bring again."""
        del request, batch_id
        if not uploading.has_file(self.batch):
            raise Http404
        text = uploading.refused_rows(
            batch=self.batch, by=self.viewer, at=self.at, say=reader_words
        )
        return file_answer(text.encode(), "text/csv; charset=utf-8", "refused-rows.csv")


class ImportAnswers(ImportView):
    """The answers to what a file asks."""

    @documented(
        operation="imports_answer",
        tag=TAG,
        request=FileAnswersIn,
        example={"date_order": "dmy"},
        answers={200: ImportOut},
        kinds=(Kind.NOT_FOUND, Kind.CONFLICT, *GUARDED),
        headers=[IF_MATCH, ONCE],
    )
    @counts_once
    def post(self, request: Request, batch_id: UUID) -> Response:
        """Answer what a file asks; it is looked at again. A refused answer is none."""
        del batch_id
        sent = taken(FileAnswersIn, request.data)
        self.check_seen(request)
        answers = {**sent, **self._people(sent), **self._columns(sent)}
        try:
            with transaction.atomic():
                uploading.answer(batch=self.batch, answers=answers)
                job = importing_files.look_at(self.batch, by=self.viewer, at=self.at)
        except NotReady as why:
            refuse(Kind.CONFLICT, str(why))
        except FileRefused as why:
            refuse_faults({"non_field_errors": [why_refused(why)]})
        self.note_file(Action.CHANGED)
        return self.told(self.batch, job_id=job.pk if job else None)

    def _people(self, sent: dict[str, Any]) -> dict[str, Any]:
        if "people" not in sent:
            return {}
        told = {mark: str(chosen) for mark, chosen in sent["people"].items()}
        file = telling_files.told_file(self.batch, viewer=self.viewer, at=self.at)
        chosen = uploading.people_told(self.batch, file.question, told)
        faults = {
            mark: [_(NOT_OFFERED)] for mark in told if chosen.get(mark) != told[mark]
        }
        if faults:
            refuse_faults({"people": faults})
        return {"people": chosen}

    def _columns(self, sent: dict[str, Any]) -> dict[str, Any]:
        if "columns" not in sent:
            return {}
        known = {each.name for each in uploading.columns_of(self.batch)}
        faults = {
            name[:60]: [_(NO_COLUMN)] for name in sent["columns"] if name not in known
        }
        if faults:
            refuse_faults({"columns": faults})
        return {"columns": sent["columns"]}


class ImportSaving(ImportView):
    """The saving of a file."""

    @documented(
        operation="imports_save",
        tag=TAG,
        request=SavingIn,
        example={"is_confirmed": True},
        answers={200: ImportOut, 202: ImportOut},
        kinds=(Kind.NOT_FOUND, Kind.CONFLICT, *GUARDED),
        headers=[IF_MATCH, ONCE],
    )
    @counts_once
    def post(self, request: Request, batch_id: UUID) -> Response:
        """Bring all of a file into the record, or nothing; a large one later (202)."""
        del batch_id
        sent = taken(SavingIn, request.data)
        self.check_seen(request)
        try:
            job = importing_files.save(
                self.batch,
                is_confirmed=sent.get("is_confirmed", False),
                by=self.viewer,
                at=self.at,
            )
        except NotReady as why:
            refuse(Kind.CONFLICT, str(why))
        except FileRefused as why:
            refuse_faults({"non_field_errors": [why_refused(why)]})
        self.note_file(Action.IMPORTED)
        self.batch.refresh_from_db()
        if job is None:
            return self.told(self.batch)
        return self.told(self.batch, job_id=job.pk, status=ACCEPTED)


class ImportUndoing(ImportView):
    """The taking back of a file."""

    @documented(
        operation="imports_undo",
        tag=TAG,
        request=None,
        answers={200: TakenBackOut},
        kinds=(Kind.NOT_FOUND, Kind.CONFLICT, *GUARDED),
        headers=[IF_MATCH, ONCE],
    )
    @counts_once
    def post(self, request: Request, batch_id: UUID) -> Response:
        """Take an import back; what was corrected since stays as it is."""
        del batch_id
        self.check_seen(request)
        try:
            undone = uploading.undo(batch=self.batch, by=self.viewer, at=self.at)
        except NotReady as why:
            _not_ready(why)
        self.note_file(Action.VOIDED)
        told = {"taken_back": undone.taken_back, "kept": undone.kept}
        return Response({**told, "not_shared": undone.not_shared})


class ImportDiscarding(ImportView):
    """The forgetting of a file of which nothing was saved."""

    @documented(
        operation="imports_discard",
        tag=TAG,
        request=None,
        answers={204: None},
        kinds=(Kind.NOT_FOUND, Kind.CONFLICT),
    )
    def post(self, request: Request, batch_id: UUID) -> Response:
        """Forget a file of which nothing was saved."""
        del request, batch_id
        try:
            uploading.discard(batch=self.batch)
        except NotReady as why:
            _not_ready(why)
        self.note_file(Action.CHANGED)
        return Response(status=204)


def _not_ready(why: NotReady) -> NoReturn:
    refuse(Kind.CONFLICT, str(why))
