"""Labels from a table: looked at first, then kept for a patient or a clinic's list."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.domain.scopes import Scope
from accounts.queries import patient_for
from accounts.services.commas import parted
from accounts.services.requests import ViewedRequest
from labs.formats.label_table import ParsedLabel, read_labels
from labs.formats.parsed import FileRefused
from labs.forms.label_files import TableForm, checked
from labs.forms.results import AnswersForm
from labs.presenters.people import person_words
from labs.presenters.reader_words import why_refused
from labs.presenters.slips import CHANGE
from labs.presenters.supplements import label_lines, package_words, vitamin_k_words
from labs.presenters.words import spoken_all
from labs.services import cataloguing, supplementing
from labs.services.supplementing import LabelEntry, product_in
from labs.views.catalogue import clinic_or_404
from labs.views.slips import asked_about

form_methods = require_http_methods(["GET", "HEAD", "POST"])
UNPROCESSABLE = 422

Kept = dict[LabelEntry, Mapping[str, str]]
Keep = Callable[[Kept], int]


@dataclass(frozen=True, slots=True)
class ReadLabel:
    """One product of the file in words, or what is wrong with it."""

    label: LabelEntry | None
    name: str
    rows: tuple[int, ...]
    lines: list[str]
    package: list[str]
    vitamin_k: str
    questions: list[str]
    wrong: list[str]
    asked: AnswersForm | None = None

    @property
    def where(self) -> str:
        return parted(map(str, self.rows))

    @property
    def is_open(self) -> bool:
        """Whether something that was asked about it is not answered."""
        return self.asked is not None and not self.asked.is_valid()

    @property
    def is_left_out(self) -> bool:
        return (
            self.asked is not None
            and self.asked.is_valid()
            and CHANGE in self.asked.cleaned_data.values()
        )


@login_required
@form_methods
def for_patient(request: ViewedRequest, patient_id: UUID) -> HttpResponse:
    """Keep the labels of a file as products of this patient, to be picked from."""
    at = timezone.now()
    patient = patient_for(request.viewer, patient_id, at=at, scope=Scope.SUPPLEMENTS)

    def keep(labels: Kept) -> int:
        return supplementing.keep_labels(
            patient=patient, labels=labels, by=request.viewer, at=at, answers=labels
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

    def keep(labels: Kept) -> int:
        return cataloguing.add_labels(
            clinic=clinic, labels=labels, by=request.viewer, at=at, answers=labels
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
        is_sent = "confirmed" in request.POST
        try:
            read = read_labels(data)
        except FileRefused as error:
            form.add_error("file", why_refused(error))
        else:
            posted = request.POST.dict() if is_sent else None
            found = [_read(each, place, posted) for place, each in enumerate(read)]
            if is_sent and not any(each.is_open for each in found):
                kept = _kept(found)
                _tell(request, found, keep(kept) if kept else 0)
                return redirect(str(context["back"]))
            text = data.decode(errors="replace")
            form = TableForm(initial={"text": text})
    is_unanswered = any(each.asked and each.asked.errors for each in found)
    shown = {
        **context,
        "form": form,
        "found": found,
        "good": sum(each.label is not None for each in found),
        "is_unanswered": is_unanswered,
    }
    status = UNPROCESSABLE if form.errors or is_unanswered else None
    return render(request, "labs/label_file.html", shown, status=status)


def _kept(found: Iterable[ReadLabel]) -> Kept:
    return {
        each.label: dict(each.asked.cleaned_data) if each.asked else {}
        for each in found
        if each.label is not None and not each.is_left_out
    }


def _tell(request: ViewedRequest, found: Iterable[ReadLabel], count: int) -> None:
    words = ngettext(
        "%(n)s label is kept. Those that were here already are not kept twice.",
        "%(n)s labels are kept. Those that were here already are not kept twice.",
        count,
    )
    messages.success(request, words % {"n": count})
    left = [each.name for each in found if each.is_left_out]
    if left:
        sentence = _("Left out, as you answered: %(names)s.")
        messages.warning(request, sentence % {"names": parted(left)})


def _read(
    parsed: ParsedLabel, place: int, posted: Mapping[str, str] | None
) -> ReadLabel:
    label, said, wrong = checked(parsed)
    asked = None
    if label is not None:
        asked, label = asked_about(label, posted, prefix=f"label-{place}")
    product = product_in(label) if label else None
    return ReadLabel(
        label=label,
        name=parsed.values["name"],
        rows=tuple(parsed.rows),
        lines=label_lines(product) if product else [],
        package=package_words(label) if label else [],
        vitamin_k=vitamin_k_words(product) if product else "",
        questions=spoken_all(said),
        wrong=wrong,
        asked=asked,
    )
