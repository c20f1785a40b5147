"""A medication list: looked at line by line, and confirmed by a person."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.domain.scopes import Scope
from accounts.queries import patient_for, scopes_for
from accounts.services.commas import parted
from accounts.services.requests import ViewedRequest
from labs import queries
from labs.formats.medication_list import read_list
from labs.formats.parsed import FileRefused, ParsedSupplement
from labs.forms.label_files import TableForm
from labs.presenters.medicine_lists import line_words
from labs.presenters.people import person_words
from labs.presenters.reader_words import why_refused
from labs.services import listing, questioning, supplementing
from labs.services.judging import profile_of
from labs.services.listing import ListLine
from labs.services.sending import SentAgain

if TYPE_CHECKING:
    from accounts.models import Patient
    from labs.domain.health import HealthProfile

UNPROCESSABLE = 422


class ChoiceForm(forms.Form):
    """Whose lines, and which of them are taken over; none is chosen beforehand."""

    entry_id = forms.UUIDField()
    chosen = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args: object, most: int) -> None:
        """Know how many lines there are."""
        super().__init__(*args)  # type: ignore[arg-type]
        field = self.fields["chosen"]
        field.choices = [(number, number) for number in range(most)]  # type: ignore[attr-defined]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Look at a medication list, and take over what a person chooses of it."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at, scope=Scope.HEALTH)
    form = TableForm(request.POST or None, request.FILES or None)
    if not form.is_valid():
        return _page(request, patient, form)
    data = form.data_sent()
    try:
        read = read_list(data)
    except FileRefused as error:
        form.add_error("file", why_refused(error))
        return _page(request, patient, form)
    people = listing.people_in(read)
    person = request.POST.get("of", "")
    if len(people) == 1:
        person = next(iter(people))
    lines = _lines_of(read, person) if person in people else []
    if lines and "confirmed" in request.POST:
        chosen = ChoiceForm(request.POST, most=len(lines))
        if chosen.is_valid():
            return _take_over(request, patient, lines, chosen, at)
    shown = TableForm(initial={"text": data.decode(errors="replace")})
    context = {
        "people": people if len(people) > 1 and not lines else {},
        "of": person,
        "lines": line_words(lines),
        "entry_id": uuid4(),
        "shares_supplements": Scope.SUPPLEMENTS
        in scopes_for(request.viewer, patient, at=at),
    }
    return _page(request, patient, shown, **context)


def _lines_of(read: Sequence[ParsedSupplement], person: str) -> list[ListLine]:
    return listing.list_lines(
        each
        for each in read
        if (each.patient.identifier or each.patient.name) == person
    )


def _take_over(
    request: ViewedRequest,
    patient: "Patient",
    lines: list[ListLine],
    form: ChoiceForm,
    at: datetime,
) -> HttpResponse:
    """Store what was chosen: health facts, and names of products to be completed."""
    chosen = [lines[number] for number in form.cleaned_data["chosen"]]
    today = timezone.localdate(at)
    found = listing.taken_over(
        chosen, today=today, standing=_standing(request, patient, at)
    )
    if found.answers:
        try:
            questioning.answer_questions(
                patient=patient,
                answers=found.answers,
                asked_on=today,
                by=request.viewer,
                at=at,
                entry_id=form.cleaned_data["entry_id"],
            )
        except SentAgain:
            sentence = _(
                "This list was taken over before with other lines. Nothing was added: "
                "look at what is stored below."
            )
            messages.warning(request, sentence)
            return redirect("health", patient.pk)
    labels = listing.labels_in(chosen)
    if labels and Scope.SUPPLEMENTS in scopes_for(request.viewer, patient, at=at):
        supplementing.keep_labels(
            patient=patient, labels=labels, by=request.viewer, at=at
        )
    if found.left:
        messages.warning(request, _left_words(found.left))
    if found.count:
        words = _("%(n)s lines of the list are taken over.") % {"n": found.count}
        messages.success(request, words)
    elif not chosen:
        messages.success(request, _("Nothing of the list was chosen, nothing is kept."))
    return redirect("health", patient.pk)


def _standing(
    request: ViewedRequest, patient: "Patient", at: datetime
) -> "HealthProfile":
    facts = queries.every_health_answer_of(patient, viewer=request.viewer, at=at)
    return profile_of(facts)


def _left_words(left: Sequence[ListLine]) -> str:
    """Return what the list says is over, and the record says is taken."""
    sentence = _(
        "Not ended by this list, because the record says that a medicine of this kind "
        "is taken now: %(names)s. If it is over, write its last day below."
    )
    return sentence % {"names": parted(dict.fromkeys(each.line.name for each in left))}


def _page(
    request: ViewedRequest, patient: "Patient", form: TableForm, **context: object
) -> HttpResponse:
    shown = {"form": form, "person": person_words(patient), **context}
    status = UNPROCESSABLE if form.errors else None
    return render(request, "labs/medicine_list.html", shown, status=status)
