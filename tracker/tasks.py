"""Background and periodic work; arguments are ids only."""

from uuid import UUID

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from accounts.domain.viewers import Viewer, ViewerKind
from accounts.services import (
    answers,
    languages,
    leaving,
    mailing,
    sealing,
    sign_in,
    sign_in_warnings,
)
from accounts.services.outages import AWAY_ERRORS
from labs.services import summarising
from tracker.services import housekeeping, jobs, notifying
from tracker.services.job_kinds import WORKS

MOST_ROUNDS = 50  # a large clinic's rows are drawn in one go, and no fault for ever


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="tidy_up", pass_context=False)
def tidy_up(timestamp: int) -> None:
    """Remove, once a night, what nobody needs any more."""
    del timestamp  # the moment the job was due
    housekeeping.tidy_up(at=timezone.now())


@app.periodic(cron="37 * * * *")
@app.task(queueing_lock="clear_counters", pass_context=False)
def clear_counters(timestamp: int) -> None:
    """Remove expired counters of tries, every hour."""
    del timestamp  # the moment the job was due
    sign_in.clear_windows_that_have_passed()


@app.periodic(cron="47 * * * *")
@app.task(queueing_lock="forget_answers", pass_context=False)
def forget_answers(timestamp: int) -> None:
    """Remove the answers kept for programs that may ask twice, a day after."""
    del timestamp  # the moment the job was due
    answers.forget_old(at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="seal_audit", pass_context=False)
def seal_audit(timestamp: int) -> None:
    """Seal the audit trail, every minute."""
    del timestamp  # the moment the job was due
    sealing.seal()


@app.task(
    name="run_job",
    retry=RetryStrategy(
        max_attempts=8, exponential_wait=2, retry_exceptions=[*AWAY_ERRORS]
    ),
)
def run_job(job_id: str, owner_kind: str, owner_id: str) -> None:
    """Go through a job that somebody asked for, with that person's eyes."""
    viewer = Viewer(ViewerKind(owner_kind), UUID(owner_id), "")
    with languages.speaking_to_viewer(viewer):
        jobs.run(UUID(job_id), by=viewer, works=WORKS)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="take_up_lost_work", pass_context=False)
async def take_up_lost_work(timestamp: int) -> None:
    """Hand on, every minute, the work of workers that were killed."""
    del timestamp  # the moment the job was due
    for lost in await app.job_manager.get_stalled_jobs():
        await app.job_manager.retry_job(lost)


@app.periodic(cron="*/2 * * * *")
@app.task(queueing_lock="tell_urgent", pass_context=False)
def tell_urgent(timestamp: int) -> None:
    """Tell clinics of what tops their list, within minutes, until it is reviewed."""
    del timestamp  # the moment the job was due
    notifying.tell_urgent(at=timezone.now())


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="refresh_worklists", pass_context=False)
def refresh_worklists(timestamp: int) -> None:
    """Draw anew the rows of the worklists that the calendar changes."""
    del timestamp  # the moment the job was due
    for _round in range(MOST_ROUNDS):
        if summarising.refresh_due(at=timezone.now()) < summarising.MOST_DUE:
            return


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="tell_of_failures", pass_context=False)
def tell_of_failures(timestamp: int) -> None:
    """Tell people of failed sign-ins to their account, within minutes."""
    del timestamp  # the moment the job was due
    sign_in_warnings.tell_of_failures(at=timezone.now())


@app.periodic(cron="*/15 * * * *")
@app.task(queueing_lock="tell_patients", pass_context=False)
def tell_patients(timestamp: int) -> None:
    """Remind of tests that were asked for, and tell of new results, who wants it."""
    del timestamp  # the moment the job was due
    notifying.remind(at=timezone.now())
    notifying.tell_of_results(at=timezone.now())


@app.periodic(cron="5 7 * * 1")
@app.task(queueing_lock="send_digests", pass_context=False)
def send_digests(timestamp: int) -> None:
    """Send the week's numbers to the clinicians who want them."""
    del timestamp  # the moment the job was due
    notifying.send_digests(at=timezone.now())


@app.periodic(cron="23 * * * *")
@app.task(queueing_lock="carry_out_departures", pass_context=False)
def carry_out_departures(timestamp: int) -> None:
    """Delete the accounts whose days of grace are over, every hour."""
    del timestamp  # the moment the job was due
    leaving.carry_out_due()


@app.task(name=mailing.TASK)
def send_mail(mail_id: str) -> None:
    """Send a message that was queued; it stays until a server took it."""
    mailing.send(UUID(mail_id), at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="send_waiting_mail", pass_context=False)
def send_waiting_mail(timestamp: int) -> None:
    """Try again, every minute, what no mail server took so far."""
    del timestamp  # the moment the job was due
    mailing.send_waiting(at=timezone.now())
