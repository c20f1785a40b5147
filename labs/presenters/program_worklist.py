"""The rows of a worklist, reviews, notes and plans, as programs read them."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from labs.domain.worklist import LookReason
from labs.presenters.positions import compares_numbers
from labs.presenters.programs import converted_json, digits
from labs.presenters.worklist import mark_in, measurement_in, reason_words

if TYPE_CHECKING:
    from datetime import date

    from labs.models import ClinicNote, RetestPlan, Review, WorklistRow

Json = dict[str, Any]
UNPLACED = frozenset({"not_compared", "no_target"})


def worklist_row_json(row: "WorklistRow") -> Json:
    """Return whom to look at and why, with the latest value and its range."""
    facts = row.facts
    shares = dict(
        zip(("results", "supplements", "health"), facts["shares"], strict=True)
    )
    return {
        "patient_id": row.patient_id,
        "name": row.name,
        "born_on": row.born_on,
        "number": row.number,
        "stamp": row.stamp,
        "reasons": [
            {
                "reason": LookReason(reason).name.lower(),
                "words": words.words,
                "is_grave": words.is_grave,
            }
            for reason, words in zip(row.reasons, reason_words(row), strict=True)
        ],
        "is_one_by_one": row.is_one_by_one,
        "shares": shares,
        "latest": _latest_json(facts),
        "range": facts["target"] and {k: facts["target"][k] for k in RANGE},
        "retest_on": row.retest_on,
        "precautions": row.precautions,
        "tags": row.tags,
        "last_review": facts["reviewed"],
        "open_results": facts["open"],
    }


RANGE = ("low", "high", "unit", "starts_on", "set_by", "clinic", "review_on")


def _latest_json(facts: Json) -> Json | None:
    measured = measurement_in(facts)
    if measured is None:
        return None
    latest = facts["latest"]
    return {
        "result_version_id": latest["id"],
        "collected_on": latest["on"],
        "measurand": latest["measurand"],
        "value": {
            "as_reported": latest["text"],
            "number": f"{measured.number:f}",
            "comparator": latest["comparator"] or None,
            "unit": latest["unit"],
            "unit_as_reported": latest["unit_text"],
            "converted": converted_json(measured),
        },
        "status": latest["status"],
        "is_held": latest["is_held"],
        "laboratory_flag": latest["flag"],
        "is_reviewed": latest["is_reviewed"],
        "flag": _flag_json(facts),
    }


def _flag_json(facts: Json) -> Json | None:
    flag, mark = facts["flag"], mark_in(facts)
    if flag is None or mark is None:
        return None
    bounds = flag["range"]
    return {
        "position": flag["position"],
        "words": mark.words,
        "basis": flag["basis"],
        "range": bounds
        and {
            "low": bounds["low"] and digits(Decimal(bounds["low"])),
            "high": bounds["high"] and digits(Decimal(bounds["high"])),
            "unit": bounds["unit"],
            "set_by": bounds["by"],
        },
        "compares_numbers": "" if flag["position"] in UNPLACED else compares_numbers(),
    }


def review_json(review: "Review") -> Json:
    """Return who looked at which version of a result."""
    return {
        "id": review.pk,
        "entry_id": review.entry_id,
        "result_version_id": review.result_id,
        "reviewed_by": review.reviewed_by_name,
        "clinic": review.clinic_name,
        "reviewed_at": review.reviewed_at,
    }


def note_json(note: "ClinicNote") -> Json:
    """Return a clinician's words, verbatim."""
    return {
        "id": note.pk,
        "text": note.text,
        "audience": "patient" if note.is_for_patient else "clinic",
        "written_by": note.written_by_name,
        "clinic": note.clinic_name,
        "written_at": note.written_at,
    }


def retest_json(plan: "RetestPlan", latest_test: "date | None") -> Json:
    """Return when the next test was asked for; `next_on` is null once it was done."""
    return {
        "id": plan.pk,
        "due_on": plan.due_on,
        "every_months": plan.every_months,
        "next_on": plan.due_day(latest_test),
        "set_on": plan.set_on,
        "set_by": plan.set_by_name,
        "set_at": plan.set_at,
        "clinic": plan.clinic_name,
        "clinic_id": plan.clinic_id,
    }
