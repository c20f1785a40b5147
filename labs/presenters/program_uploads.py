"""A file that came in, as programs read it: its questions, its preview, its end."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from labs.presenters.reader_words import reader_words
from labs.presenters.uploads import (
    NOT_SHARED,
    ORDERS,
    other_person_words,
    told_words,
    warnings_told,
)
from labs.services import uploading
from labs.services.importing import NOT_SHARED as LATER_DAY

if TYPE_CHECKING:
    from labs.models import ImportBatch, ImportRow
    from labs.services.telling_files import ToldFile

Json = dict[str, Any]


def import_line_json(batch: "ImportBatch") -> Json:
    """Return a file for a list."""
    return {
        "id": batch.pk,
        "patient_id": batch.patient_id,
        "clinic_id": batch.clinic_id,
        "state": batch.state,
        "file_name": batch.file_name,
        "format": batch.file_format,
        "added": batch.added,
        "corrected": batch.corrected,
        "held": batch.held,
        "already_here": batch.already_here,
        "refused": batch.refused,
        "people_created": batch.people_created,
        "brought_by": batch.entered_by_name,
        "brought_at": batch.entered_at,
        "saved_at": batch.saved_at,
        "taken_back_by": batch.undone_by_name,
        "taken_back_at": batch.undone_at,
    }


def import_json(batch: "ImportBatch", told: "ToldFile") -> Json:
    """Return a file with what it asks and what can be said of its columns."""
    return {
        **import_line_json(batch),
        "warnings": warnings_told(told),
        "other_person": other_person_words(told),
        "question": _question(told) if told.question else None,
        "columns": [
            {
                "name": each.name,
                "role": each.role,
                "is_test": each.is_test,
                "measurand": each.measurand or "",
                "units": [unit.value for unit in each.units],
                "examples": list(each.examples) if told.is_whole else [],
            }
            for each in uploading.columns_of(batch)
        ],
        "can_save": batch.state == "read" and batch.added > 0,
        "can_undo": batch.state == "saved" and batch.added > 0,
    }


def _question(told: "ToldFile") -> Json:
    question = told.question
    return {
        "kind": question["kind"],
        "sentence": told_words(question["sentence"], told)
        if "sentence" in question
        else "",
        "column": question.get("column", ""),
        "choices": [
            {"answer": each, "words": str(_(ORDERS[each])) if each in ORDERS else each}
            for each in question.get("choices", ())
        ],
        "people": [
            {
                "mark": each["mark"],
                "said": each["said"],
                "among": [
                    {"patient_id": patient_id, "words": words}
                    for patient_id, words in each["among"]
                ],
            }
            for each in question.get("people", ())
        ],
    }


def import_row_json(row: "ImportRow", *, is_told: bool = True) -> Json:
    """
    Return a row: where it stood, what it says, what becomes of it and why.

    Of one that is not told nothing is said but where, and where its day alone is why.
    """
    told = {"kind": row.kind, "where": row.where}
    if not is_told:
        hidden = {"patient_id": None, "who": "", "what": "", "understood": None}
        why = reader_words(row.why) if row.why == LATER_DAY else _(NOT_SHARED)
        return {**told, **hidden, "why": why}
    return {
        **told,
        "patient_id": row.patient_id,
        "who": row.who,
        "what": row.what,
        "understood": {"status": "", **row.understood} if row.understood else None,
        "why": reader_words(row.why),
    }
