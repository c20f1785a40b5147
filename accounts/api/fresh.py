"""Asks who is signed in to show again who it is, before something that matters."""

from django.utils.translation import gettext as _

from accounts.api.authentication import asked
from accounts.api.problems import refuse
from accounts.api.views import ProgramView
from accounts.domain.problems import Kind
from accounts.domain.words import N_
from accounts.services.fresh import has_just_signed_in

BEFORE_A_FILE = N_(
    "Show on the site again who you are: it is asked before a file leaves."
)
BEFORE_A_CONSENT = N_(
    "Show on the site again who you are: it is asked before somebody is let in."
)


def check_is_fresh(view: ProgramView, words: str = BEFORE_A_FILE) -> None:
    """Refuse a session that is not fresh; who made a key showed it then."""
    if view.viewer.token is None and not has_just_signed_in(asked(view.request)):
        refuse(Kind.FORBIDDEN, _(words))
