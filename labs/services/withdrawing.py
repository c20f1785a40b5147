"""
A result that a laboratory takes back without repeating its value.

Such a message names what it means by test, day, laboratory and the number of the
sample, as corrections do. It becomes the next version of that one result, with the
value that was reported before; where more than one may be meant, nothing is changed and
a person is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from accounts.domain.viewers import Viewer
from accounts.models import Patient
from labs.domain.laboratories import Laboratories
from labs.domain.measurements import ResultStatus
from labs.formats.limits import MAX_FIELD_LENGTHS, QUOTED_LENGTH
from labs.formats.parsed import Withdrawal
from labs.formats.sentences import N_, listed
from labs.formats.spelling import quoted
from labs.models import ImportBatch, LabResult
from labs.services import recording
from labs.services.judging import WITHDRAWN
from labs.services.laboratories import laboratories_of

CANCELLED_BEFORE = N_("Cancelled by the laboratory")
WITHDRAWN_BEFORE = N_("Withdrawn by the laboratory")
REASONS = {
    ResultStatus.CANCELLED: N_(
        "Cancelled by the laboratory, without a value: the value is what it had "
        "reported before"
    ),
    ResultStatus.ENTERED_IN_ERROR: N_(
        "Withdrawn by the laboratory, without a value: the value is what it had "
        "reported before"
    ),
}
BY_THE_LABORATORY = frozenset({*REASONS.values(), CANCELLED_BEFORE, WITHDRAWN_BEFORE})
MATCHES = {
    ResultStatus.CANCELLED: N_(
        "The laboratory cancelled this result. It matches %(name)s: that value counts "
        "no longer and stays in the history."
    ),
    ResultStatus.ENTERED_IN_ERROR: N_(
        "The laboratory withdrew this result. It matches %(name)s: that value counts "
        "no longer and stays in the history."
    ),
}
NOTHING_MATCHES = N_(
    "No result of this test, day and laboratory is here that it takes back. Nothing "
    "was changed."
)
NOT_CERTAIN = N_(
    "It takes a result back, and it is not certain which: %(names)s. Nothing was "
    "changed. Look at the report, and mark the right one by hand."
)
ONE_VALUE = N_("%(value)s of %(day)s")
VALUE_AND_LABORATORY = N_("%(value)s of %(day)s from %(laboratory)s")
VALUE_AND_SAMPLE = N_("%(value)s of %(day)s from %(laboratory)s, sample %(accession)s")
MOST_NAMED = 3


class Fate(StrEnum):
    """What became of what takes a result back."""

    TAKEN_BACK = "taken_back"
    HERE = "here"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it, what is said of that, and the version that tells it."""

    fate: Fate
    why: str = ""
    result: LabResult | None = None


def withdraw(
    meant: Withdrawal,
    *,
    patient: Patient,
    by: Viewer,
    at: datetime,
    batch: ImportBatch | None = None,
) -> Outcome:
    """
    Take back the one result that is meant; where that is not certain, say why.

    Whoever calls locks the record before and draws the rows of lists afterwards.
    """
    laboratories = laboratories_of(patient)
    found = _possible(meant, patient, laboratories)
    standing = [row for row in found if ResultStatus(row.status) not in WITHDRAWN]
    if not found:
        return Outcome(Fate.REFUSED, NOTHING_MATCHES)
    if not standing:
        return Outcome(Fate.HERE, result=found[0])
    # A laboratory took back another one of them: this may be the same message again.
    was_before = any(row.version_reason in BY_THE_LABORATORY for row in found)
    sure = [row for row in standing if _is_sure(row, meant, laboratories)]
    if was_before or len(standing) != 1 or not sure:
        names = listed([name_of(row) for row in standing], MOST_NAMED)
        return Outcome(Fate.REFUSED, NOT_CERTAIN % {"names": names})
    why = MATCHES[meant.status] % {"name": name_of(standing[0])}
    version = recording.take_back(
        result=standing[0],
        status=meant.status,
        comment=_comment(standing[0], meant),
        reason=REASONS[meant.status],
        batch=batch,
        by=by,
        at=at,
    )
    return Outcome(Fate.TAKEN_BACK, why, version)


def _possible(
    meant: Withdrawal, patient: Patient, laboratories: Laboratories
) -> Sequence[LabResult]:
    """Return what may be meant, those of the very sample alone where there are any."""
    rows = LabResult.objects.filter(
        patient=patient,
        collected_on=meant.collected_on,
        measurand=meant.measurand.value,
    ).latest_versions()
    here = [
        row
        for row in rows.order_by("entered_at", "id")
        if _may_be(row.accession, meant.accession)
        and _may_be(
            laboratories.called(row.laboratory), laboratories.called(meant.laboratory)
        )
    ]
    return [row for row in here if _is_same_sample(row, meant)] or here


def _may_be(known: str, said: str) -> bool:
    """Say whether two names may be of the same; nothing said is no difference."""
    return not known or not said or known == said


def _is_same_sample(row: LabResult, meant: Withdrawal) -> bool:
    return bool(meant.accession) and row.accession == meant.accession


def _is_sure(row: LabResult, meant: Withdrawal, laboratories: Laboratories) -> bool:
    """Say whether sample or laboratory is named on both sides, or on neither."""
    if _is_same_sample(row, meant):
        return True
    known, said = map(laboratories.called, (row.laboratory, meant.laboratory))
    is_same_value = meant.value is None or (row.value, row.unit) == (
        meant.value,
        meant.unit,
    )
    return known == said and is_same_value


def name_of(row: LabResult) -> str:
    """Return a result as a sentence names it: value, day, laboratory, sample."""
    template = ONE_VALUE
    if row.laboratory:
        template = VALUE_AND_SAMPLE if row.accession else VALUE_AND_LABORATORY
    return template % {
        "value": f"{row.value_text} {row.unit_text}",
        "day": row.collected_on,
        "laboratory": quoted(row.laboratory, QUOTED_LENGTH),
        "accession": quoted(row.accession, QUOTED_LENGTH),
    }


def _comment(row: LabResult, meant: Withdrawal) -> str:
    """Return what the laboratory said before, and what it says of taking it back."""
    if not meant.comment or meant.comment in row.comment:
        return row.comment
    both = "\n".join(filter(None, (meant.comment, row.comment)))
    return both[: MAX_FIELD_LENGTHS["comment"]]
