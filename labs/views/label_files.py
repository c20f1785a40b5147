"""Labels from a table: looked at first, then kept for a patient or a clinic's list."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.domain.scopes import Scope
from accounts.queries import patient_for
from accounts.services.requests import ViewedRequest
from labs.formats.label_table import ParsedLabel, read_labels
from labs.formats.parsed import FileRefused
from labs.forms.label_files import TableForm, checked
from labs.presenters.people import person_words
from labs.presenters.reader_words import why_refused
from labs.presenters.supplements import label_lines, package_words, vitamin_k_words
from labs.presenters.words import spoken_all
from labs.services import cataloguing, supplementing
from labs.services.supplementing import LabelEntry, product_in
from labs.views.catalogue import clinic_or_404

form_methods = require_http_methods(["GET", "HEAD", "POST"])
UNPROCESSABLE = 422

Keep = Callable[[list[LabelEntry]], int]


@dataclass(frozen=True, slots=True)
class ReadLabel:
    """One product of the file in words, or what is wrong with it."""

    label: LabelEntry | None
    name: str
    where: str
    lines: list[str]
    package: list[str]
    vitamin_k: str
    questions: list[str]
    wrong: list[str]


@login_required
@form_methods
def for_patient(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Keep the labels of a file as products of this patient, to be picked from."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at, scope=Scope.SUPPLEMENTS)

    def keep(labels: list[LabelEntry]) -> int:
        return supplementing.keep_labels(
            patient=patient, labels=labels, by=request.viewer, at=at
        )

    context = {
        "person": person_words(patient),
        "back": reverse("supplement_add", args=[patient.pk]),
    }
    return _page(request, context, keep)


@login_required
@form_methods
def for_clinic(request: ViewedRequest, clinic_id: UUID) -> HttpResponse:
    """Put the labels of a file on a clinic's list."""
    at, clinic = timezone.now(), clinic_or_404(request, clinic_id)

    def keep(labels: list[LabelEntry]) -> int:
        return cataloguing.add_labels(
            clinic=clinic, labels=labels, by=request.viewer, at=at
        )

    context = {"clinic": clinic, "back": reverse("catalogue", args=[clinic.pk])}
    return _page(request, context, keep)


def _page(
    request: ViewedRequest, context: Mapping[str, object], keep: Keep
) -> HttpResponse:
    form = TableForm(request.POST or None, request.FILES or None)
    found: list[ReadLabel] = []
    if form.is_valid():
        data = form.data_sent()
        try:
            found = [_read(each) for each in read_labels(data)]
        except FileRefused as error:
            form.add_error("file", why_refused(error))
        else:
            good = [each.label for each in found if each.label is not None]
            if good and "confirmed" in request.POST:
                _tell(request, keep(good))
                return redirect(str(context["back"]))
            text = data.decode(errors="replace")
            form = TableForm(initial={"text": text})
    shown = {
        **context,
        "form": form,
        "found": found,
        "good": sum(each.label is not None for each in found),
    }
    status = UNPROCESSABLE if form.errors else None
    return render(request, "labs/label_file.html", shown, status=status)


def _tell(request: ViewedRequest, count: int) -> None:
    words = ngettext(
        "%(n)s label is kept. Those that were here already are not kept twice.",
        "%(n)s labels are kept. Those that were here already are not kept twice.",
        count,
    )
    messages.success(request, words % {"n": count})


def _read(parsed: ParsedLabel) -> ReadLabel:
    label, asked, wrong = checked(parsed)
    rows = ", ".join(map(str, parsed.rows))
    product = product_in(label) if label else None
    return ReadLabel(
        label=label,
        name=parsed.values["name"],
        where=rows,
        lines=label_lines(product) if product else [],
        package=package_words(label) if label else [],
        vitamin_k=vitamin_k_words(product) if product else "",
        questions=spoken_all(asked),
        wrong=wrong,
    )
