"""
Results, ranges, supplements and precautions as programs read them.

Each value carries its unit, its comparator, its text as reported, the converted value,
and what it was judged by; what must travel with a flag travels with it here too.
Numbers are texts, so that 30.10 stays 30.10.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from labs.domain.acknowledgements import is_seen, subject_of
from labs.domain.flags import Flag, Position
from labs.domain.measurements import Measurement, ResultStatus
from labs.domain.plausibility import Question
from labs.domain.precautions import Matched, PrecautionReport
from labs.domain.quantities import HYDROXYVITAMIN_D
from labs.domain.sentences import COMPARES_NUMBERS
from labs.domain.targets import Target, plain
from labs.domain.units import (
    HYDROXYVITAMIN_D_UNITS,
    display_converted,
    other_unit,
)
from labs.presenters.alerts import alert_words
from labs.presenters.comparing import beside_the_one_before
from labs.presenters.positions import (
    POSITION_WORDS,
    Said,
    compared_in_words,
    high_calcium_words,
    position_sentences,
    total_confirmed_words,
)
from labs.presenters.precautions import beside_words, precaution_words
from labs.presenters.results import answer_choices
from labs.presenters.words import (
    MEASURAND_NAMES,
    Voice,
    spoken,
    voice,
)
from labs.services.judging import Judged, measurement_of

if TYPE_CHECKING:
    from accounts.models import Clinic, Patient
    from labs.models import Acknowledgement, LabResult, ResultCheck
    from labs.services.cautioning import Shared

Json = dict[str, Any]


def digits(number: Decimal | None) -> str | None:
    """
    Return a number without exponent and without a database's zeros.

    >>> digits(Decimal("1E+2")), digits(Decimal("2.500000"))
    ('100', '2.5')
    """
    return None if number is None else f"{plain(number):f}"


# Results ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Beside:
    """What every result of a record is told together with, and to whom."""

    today: date
    lines: Sequence[str]
    watching: "Sequence[Clinic]"
    for_patient: bool = True
    said: Said = field(default_factory=Said)


def result_json(judged: Judged, beside: Beside) -> Json:
    """Return a result with where it stands."""
    told = _version_json(judged.row, judged.measurement, beside.said.voice)
    told["flag"] = _flag_json(judged, beside)
    return told


def version_json(row: "LabResult") -> Json:
    """Return one version of a result as it was written down."""
    return _version_json(row, measurement_of(row), voice())


def _version_json(row: "LabResult", measurement: Measurement, now: Voice) -> Json:
    measurand = measurement.measurand
    return {
        "id": row.chain,
        "version_id": row.pk,
        "version": row.version,
        "patient_id": row.patient_id,
        "measurand": measurand.value,
        "test": now.translate(MEASURAND_NAMES[measurand]),
        "collected_on": row.collected_on,
        "reported_on": row.reported_on,
        "value": _value_json(row, measurement),
        "interval": {
            "as_printed": row.interval_text,
            "low": digits(row.interval_low),
            "high": digits(row.interval_high),
        },
        "laboratory": row.laboratory,
        "method": row.method,
        "specimen": row.specimen,
        "accession_number": row.accession,
        "laboratory_flag": row.laboratory_flag,
        "status": row.status,
        "held_because": row.held_because,
        "loinc": row.loinc,
        "note": row.note,
        "comment": row.comment,
        "source": row.source,
        "entered_by": row.entered_by_name,
        "entered_at": row.entered_at,
        "version_reason": row.version_reason,
        "answers": row.answers,
    }


def _value_json(row: "LabResult", measurement: Measurement) -> Json:
    return {
        "as_reported": row.value_text,
        "number": f"{measurement.number:f}",
        "comparator": row.comparator or None,
        "unit": row.unit,
        "unit_as_reported": row.unit_text,
        "converted": converted_json(measurement),
    }


def converted_json(measurement: Measurement) -> Json | None:
    """Return the value in the other unit; None for what has none."""
    is_convertible = measurement.measurand in HYDROXYVITAMIN_D
    if not is_convertible or measurement.unit not in HYDROXYVITAMIN_D_UNITS:
        return None
    unit = other_unit(measurement.unit)
    number = display_converted(
        measurement.number, measurement.unit, unit, measurement.measurand
    )
    return {
        "number": f"{number:f}",
        "comparator": measurement.comparator,
        "unit": unit.value,
    }


def _flag_json(judged: Judged, beside: Beside) -> Json:
    flag, now = judged.flag, beside.said.voice
    calcium = high_calcium_words(judged)
    words = None if judged.is_withdrawn else _alert(judged, beside)
    return {
        "position": flag.position.value,
        "words": now.translate(POSITION_WORDS[flag.position]),
        "basis": flag.basis.value,
        "reason": flag.reason.value,
        "range": range_json(flag.target) if flag.target else None,
        "alert": flag.alert.value if flag.alert else None,
        "sentences": [calcium] if calcium else _sentences(judged, beside),
        "alert_sentences": words or [],
        "beside": beside.lines if judged.is_25ohd else [],
        "compares_numbers": now.translate(COMPARES_NUMBERS) if _is_placed(flag) else "",
    }


def _sentences(judged: Judged, beside: Beside) -> list[str]:
    return position_sentences(judged, beside.said, for_patient=beside.for_patient)


def _alert(judged: Judged, beside: Beside) -> list[str]:
    found = alert_words(judged, beside.watching, today=beside.today)
    return found.lines if found else []


def _is_placed(flag: Flag) -> bool:
    return flag.position not in {Position.NOT_COMPARED, Position.NO_TARGET}


def remarks_json(
    judged: Judged,
    shared: "Shared",
    patient: "Patient",
    checks: "Iterable[ResultCheck]",
) -> Json:
    """Return what the page of one result says of it besides where it stands."""
    compared = beside_the_one_before(patient, judged, shared)
    before = compared.before
    return {
        "checks": [
            {"checked_by": each.checked_by_name, "checked_at": each.checked_at}
            for each in checks
        ],
        "compared_in": compared_in_words(judged),
        "total_confirmed": total_confirmed_words(judged, shared.laboratories),
        "before": {
            "version_id": before.id,
            "collected_on": before.on,
            "boundary": before.boundary,
            "not_stated": before.not_stated,
        }
        if before
        else None,
        "change": compared.change,
        "change_not_checked": compared.not_checked and bool(compared.change),
    }


def range_json(target: Target) -> Json:
    """Return a range with its author and date."""
    return {
        "low": digits(target.low),
        "high": digits(target.high),
        "unit": target.unit.value,
        "starts_on": target.starts_on,
        "ends_on": target.ends_on,
        "set_by": target.set_by,
        "set_at": target.set_at,
    }


def is_withdrawn(row: "LabResult") -> bool:
    """Say whether there is nothing left to correct or to withdraw."""
    gone = {ResultStatus.ENTERED_IN_ERROR, ResultStatus.CANCELLED}
    return ResultStatus(row.status) in gone


# Questions ----------------------------------------------------------------------------


def questions_json(questions: Iterable[Question], echo: str) -> Json:
    """Return what has to be answered, with the answers to choose from."""
    asked = [
        {
            "question": each.kind.value,
            "sentence": spoken(each.sentence),
            "choices": [
                {"answer": answer, "words": str(words)}
                for answer, words in answer_choices(each)
            ],
        }
        for each in questions
    ]
    return {"questions": asked, "echo": echo}


# Precautions --------------------------------------------------------------------------


def _is_of(who: "Acknowledgement", match: Matched) -> bool:
    return is_seen(match, {who.subject: timezone.localdate(who.acknowledged_at)})


def _acknowledged(who: "Acknowledgement") -> Json:
    return {
        "by": who.acknowledged_by_name,
        "at": who.acknowledged_at,
        "reason": who.reason,
    }


def precautions_json(
    report: PrecautionReport,
    acknowledged: "Sequence[Acknowledgement] | None",
    *,
    for_patient: bool,
) -> Json:
    """Return what matched and who read it, what was not checked, the line below."""
    words = precaution_words(report, for_patient=for_patient)
    found = report.for_patient() if for_patient else report.matched
    return {
        "matched": [
            {
                "id": match.precaution.id,
                "products": [product.name for product in match.products],
                "sentences": each.lines,
                "is_urgent": each.is_urgent,
                "source": each.source,
                "subject": subject_of(match),
                "acknowledged": None
                if acknowledged is None
                else [_acknowledged(who) for who in acknowledged if _is_of(who, match)],
            }
            for match, each in zip(found, words.matched, strict=True)
        ],
        "not_checked": words.not_checked,
        "closing": words.closing,
        "beside_results": beside_words(report, for_patient=for_patient),
    }
