"""What a reader chooses of a report: for whom, which parts, on what paper."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_noop

from tracker.reports.values import Paper
from tracker.services.chart_views import View


class Audience(StrEnum):
    """Whom a report speaks to; the words for patients are other words."""

    PATIENT = "patient"
    CLINICIAN = "clinician"


class Part(StrEnum):
    """A part of the full report that may be left out; the report then says so."""

    RESULTS = "results"
    OTHER_TESTS = "other"
    RANGES = "ranges"
    SUPPLEMENTS = "supplements"
    NOTES = "notes"
    QUESTIONS = "questions"
    WORDS = "words"


PART_WORDS = {
    Part.RESULTS: gettext_noop("Results of 25-hydroxyvitamin D, with every version"),
    Part.OTHER_TESTS: gettext_noop("Other tests"),
    Part.RANGES: gettext_noop("Ranges that clinicians set"),
    Part.SUPPLEMENTS: gettext_noop("Supplements, now and before"),
    Part.NOTES: gettext_noop("Dated notes"),
    Part.QUESTIONS: gettext_noop("Questions for my visit"),
    Part.WORDS: gettext_noop("What the words mean"),
}
# Written for patients alone: a clinician's report has them neither in nor left out.
FOR_PATIENTS = frozenset({Part.QUESTIONS, Part.WORDS})


@dataclass(frozen=True, slots=True)
class ReportChoice:
    """What the reader asked for."""

    view: View
    audience: Audience
    is_summary: bool = False
    parts: frozenset[Part] = frozenset(Part)
    paper: Paper = Paper.A4
    is_archival: bool = False

    @property
    def left_out(self) -> list[Part]:
        """Return the parts that this reader could have had and did not ask for."""
        offered = [
            part
            for part in Part
            if self.audience is Audience.PATIENT or part not in FOR_PATIENTS
        ]
        return [part for part in offered if part not in self.parts]
