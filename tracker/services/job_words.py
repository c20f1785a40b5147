"""Background work in words, for its page and for the notice that it has ended."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from tracker.models import Job, JobState
from tracker.services.job_kinds import WORKS
from tracker.services.jobs import Waiting, Work, files_of

STATES = {
    JobState.WAITING: gettext_noop("Waiting for its turn"),
    JobState.RUNNING: gettext_noop("At work"),
    JobState.DONE: gettext_noop("Finished"),
    JobState.FAILED: gettext_noop("Not finished"),
    JobState.CANCELLED: gettext_noop("Cancelled. Nothing of it was kept"),
}


@dataclass(frozen=True, slots=True)
class JobWords:
    """One job, ready to be shown."""

    id: UUID
    title: str
    state: str
    counted: str
    done: int
    total: int
    is_open: bool
    is_waiting: bool  # for another person, so that nothing moves by itself
    is_ending: bool
    told: list[str]
    next_words: str
    next_address: str
    file_words: str
    asked: str


@dataclass(frozen=True, slots=True)
class JobTold:
    """What a job is, how far it is, and what became of it, in words."""

    title: str
    counted: str
    told: list[str]


def told_of(job: Job) -> JobTold:
    """Return what a job tells without looking at its files."""
    work = WORKS.get(job.kind, Work)
    told = work.told(job) if job.is_done else []
    waiting = _waits_for(job)
    if waiting is not None and waiting.sentence:
        told = [waiting.sentence]
    return JobTold(
        title=str(work.title),
        counted=work.counted(job) if job.total else "",
        told=[job.sentence] if job.sentence else told,
    )


def _waits_for(job: Job) -> Waiting | None:
    """Return whose word is missing before it begins; None once it began."""
    if job.started_at is not None or job.sentence:
        return None
    return WORKS.get(job.kind, Work).waits_for(job)


def job_words(job: Job) -> JobWords:
    """Return one job in words; files are named only when all of it is done."""
    work = WORKS.get(job.kind, Work)
    told = told_of(job)
    waiting = _waits_for(job)
    is_open = job.is_open and not (waiting is not None and waiting.is_over)
    leads_to = None if job.is_open else work.leads_to(job)
    files = files_of(job).count()
    return JobWords(
        id=job.pk,
        title=told.title,
        state=waiting.state if waiting else _state(job),
        counted=told.counted,
        done=job.done,
        total=job.total,
        is_open=is_open,
        is_waiting=waiting is not None,
        is_ending=is_open and job.cancel_asked_at is not None,
        told=told.told,
        next_words=leads_to.words if leads_to else "",
        next_address=reverse(leads_to.view, args=leads_to.arguments)
        if leads_to
        else "",
        file_words=_file_words(1 if work.is_bound(job) else files) if files else "",
        asked=date_format(job.asked_at, "DATETIME_FORMAT"),
    )


def _state(job: Job) -> str:
    if job.is_open and job.cancel_asked_at is not None:
        return _("Stopping after the step it is at")
    return _(STATES[JobState(job.state)])


def _file_words(count: int) -> str:
    return ngettext("Download the file", "Download the %(count)s files", count) % {
        "count": count
    }
