"""The patient's own list of questions for a visit: added to, changed, crossed off."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from accounts.domain.audit import Action
from accounts.domain.viewers import Viewer
from accounts.services import auditing
from labs.domain.visit_questions import (
    CHANGED_MEANWHILE,
    LIST_IS_FULL,
    MOST_QUESTIONS,
    QuestionRefused,
)
from labs.models import VisitQuestion

if TYPE_CHECKING:
    from accounts.models import Patient


@transaction.atomic
def add(
    *, patient: "Patient", words: str, by: Viewer, at: datetime, entry_id: UUID
) -> None:
    """Put a question on the list; sent twice it is one. Raises QuestionRefused."""
    standing = VisitQuestion.objects.filter(patient=patient)
    if standing.filter(pk=entry_id).exists():
        return
    if standing.filter(removed_at=None).count() >= MOST_QUESTIONS:
        raise QuestionRefused.because(LIST_IS_FULL, most=MOST_QUESTIONS)
    row = VisitQuestion.objects.create(
        id=entry_id, patient=patient, words=words, written_at=at, changed_at=at
    )
    _audit(row, Action.CREATED, by=by, at=at)


@transaction.atomic
def reword(
    *, question: VisitQuestion, words: str, seen: datetime, by: Viewer, at: datetime
) -> None:
    """
    Write a question anew.

    Raises QuestionRefused where it is not any more what the writer saw.
    """
    standing = VisitQuestion.objects.filter(pk=question.pk, removed_at=None)
    if not standing.filter(changed_at=seen).update(words=words, changed_at=at):
        now = standing.values_list("words", flat=True).first() or ""
        if now == words:
            return  # the same form, sent twice
        raise QuestionRefused.because(CHANGED_MEANWHILE, words=now)
    _audit(question, Action.CHANGED, by=by, at=at)


@transaction.atomic
def remove(*, question: VisitQuestion, by: Viewer, at: datetime) -> None:
    """Take a question off the list."""
    standing = VisitQuestion.objects.filter(pk=question.pk, removed_at=None)
    if standing.update(removed_at=at):
        _audit(question, Action.VOIDED, by=by, at=at)


def _audit(row: VisitQuestion, action: Action, *, by: Viewer, at: datetime) -> None:
    auditing.record(
        viewer=by,
        action=action,
        object_label="question",
        object_id=row.pk,
        patient_id=row.patient_id,
        at=at,
    )
