"""Background and periodic work; arguments are ids only."""

from django.core.management import call_command
from procrastinate.contrib.django import app

from accounts.services import sealing, sign_in


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="clear_sessions", pass_context=False)
def clear_sessions(timestamp: int) -> None:
    """Remove the sessions that have ended, once a night."""
    del timestamp  # the moment the job was due
    call_command("clearsessions")


@app.periodic(cron="37 * * * *")
@app.task(queueing_lock="clear_counters", pass_context=False)
def clear_counters(timestamp: int) -> None:
    """Remove expired counters of tries, every hour."""
    del timestamp  # the moment the job was due
    sign_in.clear_windows_that_have_passed()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="seal_audit", pass_context=False)
def seal_audit(timestamp: int) -> None:
    """Seal the audit trail, every minute."""
    del timestamp  # the moment the job was due
    sealing.seal()
