"""What every page shows around its content."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, assert_never

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxSelectMultiple, RadioSelect
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from accounts import queries
from accounts.domain.viewers import NOBODY, Viewer, ViewerKind
from accounts.policies import can_share
from accounts.services import commas
from labs.domain import sentences as said
from tracker import queries as site_queries
from tracker.presenters import Link, asked_words, clinic_list
from tracker.services import job_notices
from tracker.services.catalogues import not_reviewed_words
from tracker.services.first_steps import FirstStep, FirstSteps, steps_of
from tracker.services.job_words import job_words

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from accounts.models import Clinic
    from accounts.services.requests import ViewedRequest

register = template.Library()
_PERSON = ViewerKind.USER

GROUPED_WIDGETS = (RadioSelect, CheckboxSelectMultiple)


@register.inclusion_tag("components/navigation.html", takes_context=True)
def site_navigation(context: Context) -> dict[str, object]:
    """Show where this viewer can go; nothing where nobody is signed in."""
    request: HttpRequest | None = context.get("request")
    viewer: Viewer = getattr(request, "viewer", NOBODY)
    if request is None or viewer.kind is not ViewerKind.USER:
        return {"links": []}
    return {
        "links": _links(viewer, request.path),
        "person_name": viewer.name,
        "csrf_token": context.get("csrf_token"),
    }


def _links(viewer: Viewer, path: str) -> list[Link]:
    places: list[tuple[str, str]] = []
    home = queries.home_of(viewer, at=timezone.now())
    if home.record_id is not None:
        own = [home.record_id]
        places = [
            (_("My record"), reverse("patient", args=own)),
            (_("Health facts"), reverse("health", args=own)),
            (_("Sharing"), reverse("sharing", args=own)),
            (_("Who looked"), reverse("looks", args=own)),
            (_("Display"), reverse("preferences", args=own)),
        ]
    if home.is_carer:
        places.insert(0, (_("Records"), reverse("records")))
    if home.clinic_id is not None:
        places.append((_("Worklist"), reverse("worklist")))
        places.append((_("Patients"), reverse("patients")))
        places.append((_("Imports"), reverse("import_clinic", args=[home.clinic_id])))
    places.append((_("Security"), reverse("mfa_index")))
    return [Link(words, address, address == path) for words, address in places]


@register.inclusion_tag("components/language_switch.html", takes_context=True)
def language_switch(context: Context, place: str = "") -> dict[str, object]:
    """Offer the languages by their own names; the same page comes back in the one."""
    request: HttpRequest | None = context.get("request")
    return {
        "languages": settings.LANGUAGES,
        "current": get_language(),
        "next": request.get_full_path() if request else "/",
        "place": place,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("components/not_reviewed.html")
def translation_state() -> dict[str, object]:
    """Say that no clinician has signed the words of this language, while none has."""
    return {"lines": not_reviewed_words()}


@register.inclusion_tag("components/finished_jobs.html", takes_context=True)
def finished_jobs(context: Context) -> dict[str, object]:
    """Tell what this person waited for and has ended, on pages other than its own."""
    request: HttpRequest | None = context.get("request")
    viewer: Viewer = getattr(request, "viewer", NOBODY)
    if request is None or viewer is NOBODY or "job" in context:
        return {"jobs": []}
    ended = job_notices.ended(request.session, viewer=viewer)
    return {"jobs": [job_words(job) for job in ended]}


@register.inclusion_tag("components/watching.html", takes_context=True)
def who_is_watching(context: Context) -> dict[str, object]:
    """
    Say on every page about a record which clinics see it, or that none does.

    The record is the one in the address, and one that this viewer may see: a page that
    was refused says nothing.
    """
    request: ViewedRequest | None = context.get("request")
    match = getattr(request, "resolver_match", None)
    patient_id = match.kwargs.get("patient_id") if match else None
    if request is None or patient_id is None or request.viewer.kind is not _PERSON:
        return {}
    visible = queries.patients_visible_to(viewer=request.viewer, at=timezone.now())
    patient = visible.filter(pk=patient_id).first()
    if patient is None:
        return {}
    return {
        "is_told": True,
        "watching": clinic_list(queries.watching_clinics(patient)),
        "nobody": _(said.NO_CLINIC_CAN_SEE),
        "is_own": can_share(request.viewer, patient),
    }


@register.inclusion_tag("components/waiting_exports.html")
def waiting_exports(clinic: "Clinic") -> dict[str, object]:
    """Show those who run a clinic what waits for their word, where anything does."""
    at = timezone.now()
    asked = list(site_queries.open_export_requests(clinic, at=at))
    return {
        "exports": [asked_words(each, viewer=NOBODY, at=at) for each in asked],
        "clinic_id": clinic.pk,
    }


STEP_WORDS = {
    FirstStep.INVITED: gettext_noop("Invite colleagues"),
    FirstStep.HAS_PATIENTS: gettext_noop("Bring results in, or let patients share"),
    FirstStep.HAS_TEMPLATE: gettext_noop("Write down a range template"),
    FirstStep.HAS_REVIEWED: gettext_noop("Review a first patient on the worklist"),
}


@register.inclusion_tag("components/first_steps.html", takes_context=True)
def first_steps(context: Context, clinic_id: "UUID") -> dict[str, object]:
    """Show a new clinic what comes first, until all of it is done."""
    request: ViewedRequest | None = context.get("request")
    if request is None:
        return {}
    found = steps_of(request.viewer, clinic_id)
    if found is None or found.are_all_done:
        return {}
    made = {"words": _("The clinic is made"), "is_done": True, "address": ""}
    steps = [
        {
            "words": _(STEP_WORDS[step]),
            "is_done": is_done,
            "address": _where(step, found),
        }
        for step, is_done in found.done.items()
    ]
    return {"steps": [made, *steps]}


def _where(step: FirstStep, found: FirstSteps) -> str:
    match step:
        case FirstStep.INVITED:
            # A clinician who is no admin asks one.
            name = "member_invite" if found.runs_it else ""
        case FirstStep.HAS_PATIENTS:
            name = "import_clinic"
        case FirstStep.HAS_TEMPLATE:
            name = "range_templates"
        case FirstStep.HAS_REVIEWED:
            return reverse("worklist")
        case _:
            assert_never(step)
    return reverse(name, args=[found.clinic_id]) if name else ""


@register.filter
def is_group(field: BoundField) -> bool:
    """Say whether the field is several controls under one legend."""
    return isinstance(field.field.widget, GROUPED_WIDGETS)


@register.filter
def under(cells: Sequence[object], columns: Sequence[object]) -> Iterator[object]:
    """Return each cell of a row with the column that it stands under."""
    return zip(columns, cells, strict=True)


@register.simple_tag
def comma() -> str:
    """Return the comma of the reader's language, with its blank."""
    return commas.comma()


@register.simple_tag
def kept_together(number: str) -> str:
    """Return a number to call, which no end of a line may part."""
    return format_html('<span class="number">{}</span>', number)


@register.filter
def parted(words: Iterable[object]) -> str:
    """Return words one after another, parted by the comma of the reader's language."""
    return commas.parted(map(str, words))
