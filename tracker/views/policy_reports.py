"""Where browsers report what the content policy stopped."""

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.services.requests import ViewedRequest
from tracker.services import policy_reports

KIND = "application/csp-report"
TAKEN, UNREADABLE, TOO_MANY = 204, 400, 429


@csrf_exempt  # a browser sends it by itself, and it changes nothing of anybody's
@require_POST
def take(request: ViewedRequest) -> HttpResponse:
    """Take a report of a page of ours; anything else is refused without a word."""
    if not _is_from_here(request):
        return HttpResponse(status=UNREADABLE)
    if not policy_reports.may_take(request.META.get("REMOTE_ADDR", "")):
        return HttpResponse(status=TOO_MANY)
    body = request.read(policy_reports.MOST_BYTES + 1)
    origin = f"{request.scheme}://{request.get_host()}"
    try:
        report = policy_reports.read(body, origin=origin)
    except policy_reports.ReportRefused:
        return HttpResponse(status=UNREADABLE)
    policy_reports.note(report)
    return HttpResponse(status=TAKEN)


def _is_from_here(request: ViewedRequest) -> bool:
    """Say whether a page of ours can have sent it, by what browsers say themselves."""
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    return site == "same-origin" and request.content_type == KIND
