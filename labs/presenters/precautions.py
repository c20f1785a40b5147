"""Precautions in words: what matched, why, who has read it, and what is open."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.services.commas import parted
from labs.domain.acknowledgements import is_seen, subject_of
from labs.domain.precautions import (
    GROWN_OLD,
    NONE_MATCHED,
    NOT_ANSWERED,
    NOT_KNOWN,
    NOT_KNOWN_NOW,
    Matched,
    PrecautionReport,
    Unchecked,
)
from labs.domain.sentences import N_, Sentence
from labs.domain.supplements import Product
from labs.presenters.words import dated, spelled, spoken, spoken_all

if TYPE_CHECKING:
    from collections.abc import Iterable

    from labs.models import Acknowledgement

# What is told at once, above everything else.
URGENT_IDS = frozenset({"vitamin-k-with-antagonist", "calcium-result-high"})
# What the person can do something about, on the page of health facts.
OPEN_QUESTIONS = frozenset(
    {Unchecked.NOT_ANSWERED, Unchecked.NOT_KNOWN, Unchecked.GROWN_OLD}
)


@dataclass(frozen=True, slots=True)
class MatchWords:
    """What is said of some products, or of the record as a whole, and why."""

    products: str
    lines: list[str]
    is_urgent: bool
    source: str
    reviewed_on: str
    subject: str
    entry_id: UUID
    acknowledged: list[str]


@dataclass(frozen=True, slots=True)
class PrecautionWords:
    """What matched, what was not checked, and the line below both."""

    matched: list[MatchWords]
    not_checked: list[str]
    closing: str
    open_questions: str
    """What leads to the questions that nobody answered; empty where all are."""

    @property
    def urgent(self) -> list[MatchWords]:
        return [each for each in self.matched if each.is_urgent]

    @property
    def others(self) -> list[MatchWords]:
        return [each for each in self.matched if not each.is_urgent]


def precaution_words(
    report: PrecautionReport,
    *,
    for_patient: bool,
    about: Product | None = None,
    acknowledged: "Iterable[Acknowledgement]" = (),
) -> PrecautionWords:
    """Return a report in the reader's words; with `about`, what touches one product."""
    found = report.for_patient() if for_patient else report.matched
    if about is not None:
        touching = [each for each in found if each.touches(about)]
        found = tuple(sorted(touching, key=lambda each: about not in each.products))
    closing = report.closing()
    if closing is not None and not for_patient:
        closing = _for_clinician(closing)
    open_ends = dict.fromkeys(
        each.sentence if for_patient else _for_clinician(each.sentence)
        for each in report.not_checked
    )
    has_open_questions = any(each.why in OPEN_QUESTIONS for each in report.not_checked)
    link = _("Answer the questions") if for_patient else _("Open the questions")
    read = list(acknowledged)
    return PrecautionWords(
        matched=[match_words(each, read, for_patient=for_patient) for each in found],
        not_checked=spoken_all(open_ends),
        closing=spoken(closing) if closing else "",
        open_questions=link if has_open_questions else "",
    )


# What speaks to the patient, in the words for everybody else. Whether all or some of
# the questions are open is decided once, in labs.domain.precautions.
FOR_CLINICIANS = {
    NONE_MATCHED: N_(
        "No precaution in our list matched what was entered. The list is not complete, "
        "and no pharmacist or doctor has checked it."
    ),
    NOT_ANSWERED: N_(
        "The patient has not answered the questions about medicines and conditions: "
        "not checked."
    ),
    NOT_KNOWN: N_(
        "The patient does not know this, so it has not been checked: %(topics)s."
    ),
    NOT_KNOWN_NOW: N_(
        "The patient told us before that they have or take this, and later that they "
        "do not know. It is checked as if they still do: %(topics)s."
    ),
    GROWN_OLD: N_(
        "The patient's answers about this are more than a year old, so it has not been "
        "checked again: %(topics)s."
    ),
}


def _for_clinician(sentence: Sentence) -> Sentence:
    template = FOR_CLINICIANS.get(sentence.template, sentence.template)
    return replace(sentence, template=template)


def beside_words(report: PrecautionReport, *, for_patient: bool) -> list[str]:
    """Return the lines that travel with the flag of a result, in the reader's words."""
    if for_patient:
        return spoken_all(report.beside_result())
    told = [each for each in report.matched if each.beside_result]
    lines = (line for match in told for line in match.clinician)
    return spoken_all(dict.fromkeys(lines))


def match_words(
    match: Matched, acknowledged: "Iterable[Acknowledgement]", *, for_patient: bool
) -> MatchWords:
    """Return one precaution in words, with who has read exactly these words now."""
    names = dict.fromkeys(product.name for product in match.products)
    subject = subject_of(match)
    return MatchWords(
        products=parted(names),
        lines=spoken_all(
            match.patient if for_patient else (*match.clinician, *match.facts)
        ),
        is_urgent=match.precaution.id in URGENT_IDS,
        source=_source(match),
        reviewed_on=dated(match.precaution.reviewed_on),
        subject=subject,
        entry_id=uuid4(),
        acknowledged=[
            _acknowledged(each)
            for each in acknowledged
            if is_seen(match, {each.subject: timezone.localdate(each.acknowledged_at)})
        ],
    )


def _source(match: Matched) -> str:
    """Return the source, with the article that all this stands on in full."""
    article = _("the article on vitamin D3 and K2 that this list began with")
    return match.precaution.source.replace("source article", article)


def _acknowledged(row: "Acknowledgement") -> str:
    return _("Read by %(who)s on %(day)s: “%(reason)s”") % {
        "who": row.acknowledged_by_name,
        "day": spelled(row.acknowledged_at),
        "reason": row.reason,
    }
