"""
Long work behind the pages: begun, gone through step by step, cancelled.

A kind of work plans its steps once. Each step and the count of steps done are one
transaction, in which the database looks with the eyes of who asked: consent that ends
meanwhile counts from the next step on, and so does a key that is revoked. A killed
worker leaves whole steps behind; running the job again goes on after them. Files are
offered only when all is done.
"""

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import gettext_noop
from procrastinate.contrib.django import app

from accounts.domain.audit import Action
from accounts.domain.viewers import Viewer, ViewerKind
from accounts.models import Clinic, Patient
from accounts.queries import viewing, was_revoked
from accounts.services import auditing, outages
from accounts.services.turns import Turn, take_turn
from tracker import queries
from tracker.models import Job, JobFile, JobState

log = logging.getLogger(__name__)

TASK = "run_job"  # tracker.tasks
LONGEST_SENTENCE = 500
SECONDS_BETWEEN_PULSES = 1
KEY_REVOKED = gettext_noop(
    "The key by which this was asked for was revoked, so that it ended here."
)


class JobRefused(Exception):
    """Work that cannot be done; the sentence is told to who asked for it."""


class JobCancelled(Exception):
    """The owner asked for the end in the middle of a step."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a finished job leads: the words of the link, and an address by name."""

    words: str
    view: str
    arguments: Sequence[object] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is said of work that another person must confirm, or did not."""

    state: str
    sentence: str
    is_over: bool


class Work:
    """
    One kind of work; its object lives as long as one run of the job.

    Steps are named by strings that are the same whenever the job runs again.
    """

    kind: ClassVar[str] = ""
    title: ClassVar[str | Promise] = _lazy("Work in the background")

    def __init__(self, job: Job, *, by: Viewer) -> None:
        self.job, self.by = job, by
        self._told_at = time.monotonic()

    # Whether somebody else must want it too, before it begins.
    takes_two: ClassVar[bool] = False

    def plan(self, *, at: datetime) -> list[str]:
        """Return the steps, in their order."""
        raise NotImplementedError

    def step(self, key: str, *, at: datetime) -> None:
        """Do one step; what it writes holds with the count, or not at all."""
        raise NotImplementedError

    def finish(self, *, at: datetime) -> dict[str, Any]:
        """Close the work; return its counts, never a value of somebody's."""
        raise NotImplementedError

    @classmethod
    def counted(cls, job: Job) -> str:
        """Return how far it is, in words."""
        return _("%(done)s of %(total)s") % {"done": job.done, "total": job.total}

    @classmethod
    def told(cls, job: Job) -> list[str]:
        """Return what became of it, in sentences."""
        del job
        return []

    @classmethod
    def waits_for(cls, job: Job) -> Waiting | None:
        """Return for whom it waits, or whose answer ended it; None where for nobody."""
        del job
        return None

    @classmethod
    def leads_to(cls, job: Job) -> Destination | None:
        """Return where to go on when it has ended, whatever became of it."""
        del job
        return None

    @classmethod
    def is_bound(cls, job: Job) -> bool:
        """Say whether several PDFs are handed over as one."""
        del job
        return False

    @classmethod
    def bound(cls, job: Job, files: Sequence[JobFile]) -> bytes | None:
        """Return several PDFs as one, where that was asked for; None for an archive."""
        del job, files
        return None

    def tell(self, done: int, total: int = 0) -> None:
        """
        Note how far the step is, at once, although the step's own writes wait.

        A connection of its own writes it. Raises JobCancelled where the owner asked
        for the end: the step is then undone.
        """
        now = time.monotonic()
        if now - self._told_at < SECONDS_BETWEEN_PULSES:
            return
        self._told_at = now
        if _pulse(self.job.pk, self.by, done, total):
            raise JobCancelled

    def keep_file(
        self,
        key: str,
        *,
        name: str,
        content_type: str,
        content: bytes,
        at: datetime,
        patient: Patient | None = None,
        of_results: bool = False,
        results_from: date | None = None,
        of_supplements: bool = False,
        of_health: bool = False,
    ) -> None:
        """
        Keep a file of this step, with the parts of a record it tells of.

        `results_from` is what was shared before the record was read for it: who
        narrows it meanwhile closes the file, and never the other way round.
        """
        JobFile.objects.create(
            job=self.job,
            key=key,
            patient=patient,
            tells_of_results=of_results,
            results_from=results_from,
            tells_of_supplements=of_supplements,
            tells_of_health=of_health,
            name=name,
            content_type=content_type,
            content=content,
            made_at=at,
        )


def begin(
    *,
    work: type[Work],
    arguments: dict[str, Any],
    by: Viewer,
    at: datetime,
    clinic: Clinic | None = None,
    patient: Patient | None = None,
) -> Job:
    """Note what is asked for, and hand its id to the worker unless it takes two."""
    job = Job.objects.create(
        kind=work.kind,
        owner_kind=by.kind.value,
        owner_id=by.id,
        owner_name=by.name,
        token_id=by.token.id if by.token else None,
        clinic=clinic,
        patient=patient,
        arguments=arguments,
        asked_at=at,
    )
    if not work.takes_two:
        hand_on(job.pk, owner_id=by.id, owner_kind=by.kind)
    return job


def hand_on(
    job_id: UUID, *, owner_id: UUID, owner_kind: ViewerKind = ViewerKind.USER
) -> None:
    """Hand a job's id to the worker, who works with its owner's eyes."""
    app.configure_task(TASK).defer(
        job_id=str(job_id), owner_kind=owner_kind.value, owner_id=str(owner_id)
    )


def cancel(*, job: Job, at: datetime) -> bool:
    """Ask for the end; what has finished meanwhile stays finished."""
    open_job = Job.objects.filter(pk=job.pk, finished_at=None)
    return bool(open_job.update(cancel_asked_at=at))


def run(job_id: UUID, *, by: Viewer, works: dict[str, type[Work]]) -> None:
    """
    Go through a job to its end, from wherever an earlier run left it.

    Failures of the database are raised, so that the worker tries again; any other
    failure ends the job in a sentence.
    """
    run_of = _Run(job_id, by, works)
    try:
        while run_of.advance():
            pass
    except JobRefused as refused:
        run_of.fail(str(refused))
    except JobCancelled:
        run_of.advance()  # sees that the end was asked for
    except Exception as error:
        if outages.is_away(error):
            raise
        # The message of an error, and its trace, may quote somebody's data.
        log.error("job %s failed: %s", job_id, type(error).__name__)  # noqa: TRY400
        run_of.fail(_("This could not be finished. Try again."))


def _pulse(job_id: UUID, by: Viewer, done: int, total: int) -> bool:
    """Write a step's progress past its transaction; say if the end was asked for."""
    aside = connection.copy()
    try:
        with aside.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('app.viewer_kind', %s, false),"
                " set_config('app.viewer_id', %s, false)",
                [by.kind.value, str(by.id)],
            )
            cursor.execute(
                "UPDATE tracker_job SET part_done = %s, part_total = %s"
                " WHERE id = %s RETURNING cancel_asked_at IS NOT NULL",
                [done, total, job_id],
            )
            found = cursor.fetchone()
    finally:
        aside.close()
    return bool(found and found[0])


def _count_step(job: Job) -> None:
    """
    Count a step that was done, in its own transaction.

    Raises JobCancelled where the end was asked for meanwhile, so that the step is
    undone. Who asks from here on waits for the row until the step is kept.
    """
    wanted = Job.objects.filter(pk=job.pk, cancel_asked_at=None)
    if not wanted.update(done=job.done + 1):
        raise JobCancelled


class _Run:
    """One run of a job by one worker."""

    def __init__(self, job_id: UUID, by: Viewer, works: dict[str, type[Work]]) -> None:
        self.job_id, self.by, self.works = job_id, by, works
        self._work: Work | None = None
        self._steps: list[str] = []

    def advance(self) -> bool:
        """Do the next step in a transaction of its own; False when none is left."""
        with transaction.atomic():
            # Another worker's step comes first: no step is done twice.
            take_turn(Turn.CHAIN_OR_JOB, self.job_id)
            with viewing(self.by):
                return self._next(timezone.now())

    def _next(self, at: datetime) -> bool:
        job = queries.job_of(self.by, self.job_id)
        if job is None or not job.is_open:
            return False
        self.by = replace(self.by, name=job.owner_name)
        is_all_done = job.started_at is not None and job.done >= job.total
        if job.cancel_asked_at is not None and not is_all_done:
            return self._end(job, JobState.CANCELLED, at)
        if job.token_id and was_revoked(self.by, job.token_id):
            raise JobRefused(_(KEY_REVOKED))
        work = self._work_on(job)
        if job.started_at is None and work.waits_for(job):
            return False
        if job.started_at is None:
            self._plan(job, work, at)
        elif job.done < job.total:
            work.step(self._steps[job.done], at=at)
            _count_step(job)
        else:
            job.outcome = work.finish(at=at)
            return self._end(job, JobState.DONE, at)
        return True

    def _work_on(self, job: Job) -> Work:
        if self._work is None:
            self._steps = job.steps
            self._work = self.works[job.kind](job, by=self.by)
        self._work.job = job
        return self._work

    def _plan(self, job: Job, work: Work, at: datetime) -> None:
        self._steps = work.plan(at=at)
        Job.objects.filter(pk=job.pk).update(
            steps=self._steps,
            total=len(self._steps),
            state=JobState.RUNNING,
            started_at=at,
        )

    def _end(self, job: Job, state: JobState, at: datetime) -> bool:
        Job.objects.filter(pk=job.pk).update(
            state=state, outcome=job.outcome, sentence=job.sentence, finished_at=at
        )
        if state is not JobState.DONE:
            JobFile.objects.filter(job=job).delete()
        return False

    def fail(self, sentence: str) -> None:
        """End the job; nothing of it is offered."""
        with transaction.atomic(), viewing(self.by):
            job = queries.job_of(self.by, self.job_id)
            if job is not None and job.is_open:
                job.sentence = sentence[:LONGEST_SENTENCE]
                self._end(job, JobState.FAILED, timezone.now())


def files_of(job: Job) -> QuerySet[JobFile]:
    """Return the files of a finished job that its owner may still see; else none."""
    if not job.is_done:
        return JobFile.objects.none()
    return JobFile.objects.filter(job=job).order_by("key")


def take_files(
    *, job: Job, by: Viewer, at: datetime, ip_address: str | None
) -> list[JobFile]:
    """Return a finished job's files to hand over; each patient's trail says so."""
    files = list(files_of(job))
    told_of = {file.patient_id for file in files if file.patient_id}
    patients: Iterable[UUID | None] = sorted(told_of) or [job.patient_id]
    for patient_id in patients:
        if files:
            auditing.record(
                viewer=by,
                action=Action.EXPORTED,
                object_label="file",
                object_id=job.pk,
                patient_id=patient_id,
                ip_address=ip_address,
                at=at,
            )
    return files


def remove_old_files() -> int:
    """Remove the files of jobs that ended a week ago; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.remove_old_job_files()")
        (removed,) = cursor.fetchone()
    return int(removed)
