"""What looks like a slip of a label, asked on the page that would save it."""

from collections.abc import Iterable

from accounts.services.requests import ViewedRequest
from labs.domain.amount_questions import AmountQuestion
from labs.domain.sentences import Sentence
from labs.forms.results import AnswersForm
from labs.presenters.slips import slip_fields


def asked_about_slips(
    request: ViewedRequest,
    slips: Iterable[AmountQuestion],
    about_day: Iterable[Sentence],
) -> AnswersForm:
    """Return what looks like a slip as a form; unanswered until it was shown."""
    was_shown = "confirmed" in request.POST
    return AnswersForm(
        request.POST if was_shown else None,
        questions=slip_fields(slips, about_day),
        prefix="asked",
    )
