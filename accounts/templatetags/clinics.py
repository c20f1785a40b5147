"""The clinics that somebody looks after, for the links beside account pages."""

from typing import TYPE_CHECKING

from django import template
from django.template import Context

from accounts import queries
from accounts.domain.viewers import NOBODY, Viewer

if TYPE_CHECKING:
    from accounts.models import Clinic

register = template.Library()


@register.simple_tag(takes_context=True)
def clinics_looked_after(context: Context) -> "list[Clinic]":
    """Return the clinics of which the viewer is an admin."""
    viewer: Viewer = getattr(context.get("request"), "viewer", NOBODY)
    return [] if viewer is NOBODY else list(queries.clinics_run_by(viewer))


@register.simple_tag(takes_context=True)
def clinics_worked_in(context: Context) -> "list[Clinic]":
    """Return the clinics in which the viewer is a clinician."""
    viewer: Viewer = getattr(context.get("request"), "viewer", NOBODY)
    return [] if viewer is NOBODY else list(queries.clinics_of(viewer))
