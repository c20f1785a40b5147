"""
What those who run the site look at: accounts, clinics, waiting mail, background work.

Nothing can be changed here, and nothing of any record is here: results have versions,
consents and an audit trail, which a form over a table would go round. What an operator
does is done by commands, which write down who did it. Each look is written down, too.
"""

from functools import wraps
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, re_path
from django.utils import timezone

from accounts import queries
from accounts.domain.audit import Action
from accounts.domain.viewers import NOBODY, ViewerKind
from accounts.services import auditing


class OperatorsSite(admin.AdminSite):
    """Lists, and no more; whoever is no operator is told that nothing is here."""

    site_header = "Calcidiol, for those who run it"
    site_title = "Operators"
    index_title = "Accounts, clinics and background work"
    site_url = None
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Let operators in who have set up a second step."""
        viewer = getattr(request, "viewer", NOBODY)
        user = request.user
        if viewer.kind is not ViewerKind.USER or not (user.is_active and user.is_staff):
            return False
        return viewer.token is None and queries.sign_in_state(viewer).has_second_factor

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Return the start page, a page for each app, and the lists."""
        labels = "|".join(sorted({model._meta.app_label for model in self._registry}))  # noqa: SLF001 - as Django does
        lists: list[URLResolver | URLPattern] = [
            path(
                f"{model._meta.app_label}/{model._meta.model_name}/",  # noqa: SLF001
                self.admin_view(shown.changelist_view),
                name=f"{model._meta.app_label}_{model._meta.model_name}_changelist",  # noqa: SLF001
            )
            for model, shown in self._registry.items()
        ]
        of_app = rf"^(?P<app_label>{labels})/$"
        return [
            path("", self.admin_view(self.index), name="index"),
            *lists,
            re_path(of_app, self.admin_view(self.app_index), name="app_list"),
        ]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002 - as the framework calls it
        """Wrap a list: only for operators, only for reading, and written down."""
        del cacheable

        @wraps(view)
        def look(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401
            is_look = request.method in {"GET", "HEAD"}
            if not (is_look and self.has_permission(request)):
                raise Http404
            auditing.record(
                viewer=request.viewer,  # type: ignore[attr-defined]
                action=Action.READ,
                object_label="operators' lists",
                object_id=_place(request),
                ip_address=request.META.get("REMOTE_ADDR") or None,
                at=timezone.now(),
            )
            answer = view(request, *args, **kwargs)
            return answer.render() if isinstance(answer, TemplateResponse) else answer

        return look


def _place(request: HttpRequest) -> str:
    match = request.resolver_match
    return (match.url_name if match else None) or ""


class LookOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """A list without a way to add, change or remove, and without pages behind it."""

    actions = None
    list_display_links = None
    list_per_page = 100
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        del request
        return True

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        del request, obj
        return True

    def has_add_permission(self, request: HttpRequest) -> bool:
        del request
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        del request, obj
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        del request, obj
        return False


class People(LookOnly):
    """Who signs in; whose record is whose is not told."""

    list_display = ("email", "name", "is_active", "is_staff", "joined_at")
    list_filter = ("is_active", "is_staff")
    ordering = ("-joined_at", "email")


class Clinics(LookOnly):
    """The clinics, without their people and patients."""

    list_display = ("name", "phone", "created_at")
    ordering = ("name",)


class WaitingMail(LookOnly):
    """What no mail server has taken, or ever took; codes and links are not shown."""

    list_display = ("id", "made_at", "attempts", "try_after", "given_up_at")
    ordering = ("made_at",)


class Work(LookOnly):
    """Work in the queue, by its kind and state; whose it is stays with its owner."""

    list_display = ("id", "task_name", "status", "attempts", "scheduled_at")
    list_filter = ("status", "task_name")
    ordering = ("-id",)


SHOWN: dict[str, type[LookOnly]] = {
    "accounts.User": People,
    "accounts.Clinic": Clinics,
    "accounts.OutgoingMail": WaitingMail,
    "procrastinate.ProcrastinateJob": Work,
}

site = OperatorsSite()
for _name, _shown in SHOWN.items():
    site.register(apps.get_model(_name), _shown)
