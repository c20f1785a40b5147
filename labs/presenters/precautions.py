"""Precautions in words: what matched, why, who has read it, and what is open."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from labs.domain.acknowledgements import subject_of
from labs.domain.precautions import Matched, PrecautionReport, Unchecked
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
    has_open_questions: bool

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
    open_ends = dict.fromkeys(each.sentence for each in report.not_checked)
    read = list(acknowledged)
    return PrecautionWords(
        matched=[match_words(each, read, for_patient=for_patient) for each in found],
        not_checked=spoken_all(open_ends),
        closing=spoken(closing) if closing else "",
        has_open_questions=any(
            each.why in OPEN_QUESTIONS for each in report.not_checked
        ),
    )


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
    """Return one precaution in words, with who has read exactly these words."""
    names = dict.fromkeys(product.name for product in match.products)
    subject = subject_of(match)
    return MatchWords(
        products=", ".join(names),
        lines=spoken_all(match.patient if for_patient else match.clinician),
        is_urgent=match.precaution.id in URGENT_IDS,
        source=_source(match),
        reviewed_on=dated(match.precaution.reviewed_on),
        subject=subject,
        entry_id=uuid4(),
        acknowledged=[
            _acknowledged(each) for each in acknowledged if each.subject == subject
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
