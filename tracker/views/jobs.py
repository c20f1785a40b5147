"""Background work: what is under way, how far it is, its end and its files."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.services.requests import ViewedRequest
from accounts.views.fresh import recently_signed_in
from tracker import queries
from tracker.services import export_requests, handing_over, job_notices, jobs
from tracker.services.job_kinds import WORKS
from tracker.services.job_words import job_words

SHOWN_JOBS = 50


@login_required
@require_safe
def page(request: ViewedRequest) -> HttpResponse:
    """List what this person asked for, the newest first."""
    found = queries.jobs_of(request.viewer)[:SHOWN_JOBS]
    job_notices.forget(request.session)
    return render(request, "tracker/jobs.html", {"jobs": [job_words(j) for j in found]})


@login_required
@require_safe
def job(request: ViewedRequest, job_id: UUID) -> HttpResponse:
    """Show how far a job is; the page asks again by itself while it is open."""
    found = queries.job_of(request.viewer, job_id)
    if found is None:
        raise Http404
    if not found.is_open:
        job_notices.forget(request.session, job_id)
    is_part = request.headers.get("HX-Target") == "job"
    template = "components/job.html" if is_part else "tracker/job.html"
    return render(request, template, {"job": job_words(found)})


@login_required
@require_POST
def cancel(request: ViewedRequest, job_id: UUID) -> HttpResponse:
    """Ask for the end of a job."""
    found = queries.job_of(request.viewer, job_id)
    if found is None:
        raise Http404
    export_requests.cancel(job=found, by=request.viewer, at=timezone.now())
    return redirect("job", found.pk)


@login_required
@recently_signed_in
@require_safe
def file(request: ViewedRequest, job_id: UUID) -> HttpResponse:
    """Hand over what a finished job made: one file as it is, several as an archive."""
    found = queries.job_of(request.viewer, job_id)
    if found is None:
        raise Http404
    made = handing_over.file_of(
        found,
        WORKS.get(found.kind, jobs.Work),
        by=request.viewer,
        at=timezone.now(),
        ip_address=request.META.get("REMOTE_ADDR") or None,
    )
    if made is None:
        raise Http404
    response = HttpResponse(made.content, content_type=made.content_type)
    response["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return response
