"""Large files in the background: looked at, and saved, with progress and cancel."""

from datetime import datetime
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from labs import queries
from labs.formats.parsed import FileRefused
from labs.models import ImportBatch
from labs.presenters.reader_words import reader_words
from labs.services import uploading
from tracker.models import Job
from tracker.services.jobs import Destination, JobRefused, Work


class _OfABatch(Work):
    """Work on one uploaded file, all of it in one step: the whole file or nothing."""

    def plan(self, *, at: datetime) -> list[str]:
        """Return the one step."""
        del at
        return ["all"]

    def finish(self, *, at: datetime) -> dict[str, Any]:
        """Return nothing: the batch keeps its counts itself."""
        del at
        return {}

    @classmethod
    def counted(cls, job: Job) -> str:
        """Return how many rows were read."""
        if not job.part_done:
            return ""
        return _("%(count)s rows read") % {"count": f"{job.part_done:,}"}

    @classmethod
    def leads_to(cls, job: Job) -> Destination:
        """Lead to the file's page."""
        return Destination(_("Go on"), "import_batch", [job.arguments["batch"]])

    def _batch(self, at: datetime) -> ImportBatch:
        batch = queries.batch_for(self.by, self.job.arguments["batch"], at=at)
        if batch is None:
            raise JobRefused(_("The file is not there any more."))
        return batch


class LookAtFile(_OfABatch):
    """Read a large file and note what saving it would do."""

    kind: ClassVar[str] = "look-at-file"
    title: ClassVar[str | Promise] = _lazy("Reading a file")

    def step(self, key: str, *, at: datetime) -> None:
        """Look at the file."""
        del key
        try:
            uploading.look(batch=self._batch(at), by=self.by, at=at, progress=self.tell)
        except (FileRefused, uploading.NotReady) as refused:
            raise JobRefused(reader_words(str(refused))) from None


class SaveFile(_OfABatch):
    """Bring all of a large file into the record."""

    kind: ClassVar[str] = "save-file"
    title: ClassVar[str | Promise] = _lazy("Saving a file's results")

    def step(self, key: str, *, at: datetime) -> None:
        """Save the file, or nothing of it."""
        del key
        try:
            uploading.save(
                batch=self._batch(at),
                is_confirmed=bool(self.job.arguments.get("is_confirmed")),
                seen=str(self.job.arguments.get("seen", "")),
                by=self.by,
                at=at,
                progress=self.tell,
            )
        except (FileRefused, uploading.NotReady) as refused:
            raise JobRefused(reader_words(str(refused))) from None
