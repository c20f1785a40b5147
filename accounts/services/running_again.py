"""
Whether a request that lost its connection to the database may be run once more.

Lost before its commit, nothing of it holds. Lost in the commit, it may hold or not:
then only what leaves a mark under its key, in the same transaction, can be run again.
The second run finds the mark and does nothing, or finds none and does it. It waits for
the first one, where the server still works at that: both take the turn of the key.
"""

import logging

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import UnreadablePostError

from accounts.services.answers import KEY_HEADER
from accounts.services.programs import is_for_programs
from accounts.services.requests import ViewedRequest

READING = frozenset({"GET", "HEAD"})
FORM = "application/x-www-form-urlencoded"
FORM_KEY = "entry_id"  # made with the form, and the name of what it writes
UNREADABLE = (BadRequest, SuspiciousOperation, UnreadablePostError)
logger = logging.getLogger(__name__)


def prepare(request: ViewedRequest) -> bool:
    """Make a request ready to be run once more; False where it may not be."""
    if not _may_be_run(request) or not _is_whole(request):
        return False
    # Who is signed in is looked up anew, with all the rest.
    vars(request).pop("_cached_user", None)
    logger.warning("A request that lost its connection is run once more.")
    return True


def _may_be_run(request: ViewedRequest) -> bool:
    if request.was_stopped:
        return False
    if request.is_committing:
        return request.is_kept or bool(_key_of_form(request))
    return request.is_cut_off and (
        request.method in READING
        or KEY_HEADER in request.headers
        or bool(_key_of_form(request))
    )


def _key_of_form(request: ViewedRequest) -> str:
    """Return the key that a page's form carries, which counts once by it."""
    is_read = "_post" in vars(request)
    if is_for_programs(request) or not (is_read or request.content_type == FORM):
        return ""
    try:
        return request.POST.get(FORM_KEY, "")
    except UNREADABLE:
        return ""


def _is_whole(request: ViewedRequest) -> bool:
    """Say whether the body can be read again, with its files from their beginning."""
    held = vars(request)
    if "_body" in held or not held.get("_read_started", False):
        return True
    if "_post" not in held:
        return False
    files = [each for _name, several in request.FILES.lists() for each in several]
    if any(each.closed for each in files):
        return False
    for each in files:
        each.seek(0)
    return True
