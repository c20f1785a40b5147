"""What a person wants to ask at a visit: their own list, in their own words."""

from labs.domain.sentences import N_, Refused

MOST_QUESTIONS = 40
LONGEST_QUESTION = 300

LIST_IS_FULL = N_("There are %(most)s questions on the list. Remove one before.")
CHANGED_MEANWHILE = N_(
    "This question was changed in another window. It now reads: %(words)s"
)


class QuestionRefused(Refused):
    """A question for which there is no room, or that is not what it was."""
