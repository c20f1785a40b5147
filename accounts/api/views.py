"""What every address for programs has in common."""

from collections.abc import Callable
from datetime import date, datetime
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.encoding import force_str
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import queries
from accounts.api.authentication import asked
from accounts.api.problems import refuse
from accounts.api.rendering import OrjsonRenderer
from accounts.domain.audit import Action
from accounts.domain.problems import Fault, Kind
from accounts.domain.scopes import Scope
from accounts.domain.tokens import READS, TokenScope
from accounts.domain.viewers import Viewer
from accounts.domain.words import N_
from accounts.policies import reads_as_patient
from accounts.services import answers, auditing
from accounts.services.answers import KEY_HEADER, KeyUsed, NotToldAgain, Sent

if TYPE_CHECKING:
    from accounts.models import AuditEvent, Clinic, Patient, StoredAnswer

NO_KEY = N_("No key lets anybody see a record: do this signed in on the site.")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SUCCESS = range(200, 300)


class ProgramView(APIView):
    """Knows who looks, and whether the key in use opens this."""

    http_method_names: ClassVar[list[str]] = ["get", "head", "post"]  # type: ignore[misc]
    reads: ClassVar[TokenScope | None] = None
    writes: ClassVar[TokenScope | None] = None
    also: ClassVar[frozenset[TokenScope]] = frozenset()  # what both need besides
    is_for_people: ClassVar[bool] = False  # no key writes here, whatever it opens
    part: ClassVar[Scope] = Scope.RECORD
    kept_as: ClassVar[type[BaseRenderer]] = OrjsonRenderer  # an answer given again
    patient: "Patient | None" = None
    clinic: "Clinic | None" = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Refuse a key that does not open this, before anything is looked up."""
        super().initial(request, *args, **kwargs)
        if self.viewer.token and not self.takes_keys(request.method or ""):
            refuse(Kind.FORBIDDEN, _(NO_KEY))
        wanted = self.wanted(request.method or "")
        self.check_key(*filter(None, [wanted]), *sorted(self.also))

    def takes_keys(self, method: str) -> bool:
        """Say whether a program with a key may use a method at all."""
        return method in SAFE or not self.is_for_people

    def wanted(self, method: str) -> TokenScope | None:
        """Return what a key has to open for a method."""
        return self.reads if method in SAFE else self.writes

    def check_key(self, *wanted: TokenScope) -> None:
        """Refuse a key that lacks one of these; who is signed in has no key."""
        token = self.viewer.token
        lacks = [each for each in wanted if token and each not in token.scopes]
        if lacks:
            words = _("This key lacks “%(scope)s”.") % {"scope": lacks[0].value}
            refuse(Kind.SCOPE, words, scope=lacks[0].value)

    def body(self) -> bytes:
        """Return what was sent, by which a request sent again is known."""
        return asked(self.request).body

    @property
    def viewer(self) -> Viewer:
        return asked(self.request).viewer

    @cached_property
    def at(self) -> datetime:
        return timezone.now()

    @property
    def today(self) -> date:
        return timezone.localdate(self.at)

    def note(
        self,
        label: str,
        *,
        action: Action = Action.READ,
        patient_id: UUID | None = None,
        object_id: object = "",
    ) -> "AuditEvent":
        """Write who looked at what into the audit trail."""
        return auditing.record(
            viewer=self.viewer,
            action=action,
            object_label=label,
            object_id=object_id,
            patient_id=patient_id,
            ip_address=self.request.META.get("REMOTE_ADDR") or None,
            at=self.at,
        )

    def note_what_a_refusal_tells(self) -> None:
        """Write that a refusal showed what is stored of the patient, if of one."""
        if self.patient is not None:
            self.note("patient", patient_id=self.patient.pk)


class PatientView(ProgramView):
    """An address below one patient; absent and foreign records look the same."""

    patient: "Patient"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Find the patient, or raise as if there was none."""
        super().initial(request, *args, **kwargs)
        self.patient = queries.patient_for(
            self.viewer, kwargs["patient_id"], at=self.at, scope=self.part
        )

    @property
    def is_own(self) -> bool:
        return self.patient.user_id is not None and (
            self.patient.user_id == self.viewer.id
        )

    @cached_property
    def for_patient(self) -> bool:
        """Whether the words are those for the patient, or for a carer."""
        return reads_as_patient(self.viewer, self.patient)

    def note(
        self,
        label: str,
        *,
        action: Action = Action.READ,
        patient_id: UUID | None = None,
        object_id: object = "",
    ) -> "AuditEvent":
        """Write who looked at what of this patient."""
        about = patient_id or self.patient.pk
        return super().note(label, action=action, patient_id=about, object_id=object_id)


class ClinicView(ProgramView):
    """An address below one clinic, for those who treat patients in it."""

    clinic: "Clinic"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Find the clinic, or answer as if there was none."""
        super().initial(request, *args, **kwargs)
        found = queries.clinics_of(self.viewer).filter(pk=kwargs["clinic_id"]).first()
        if found is None:
            raise Http404
        self.clinic = found


class ResultsView(PatientView):
    """An address of results."""

    part = Scope.RESULTS
    reads = READS[Scope.RESULTS]
    writes = TokenScope.WRITE_RESULTS


class SupplementsView(PatientView):
    """An address of what is taken."""

    part = Scope.SUPPLEMENTS
    reads = READS[Scope.SUPPLEMENTS]
    writes = TokenScope.WRITE_SUPPLEMENTS


class HealthView(PatientView):
    """An address of the health profile."""

    part = Scope.HEALTH
    reads = READS[Scope.HEALTH]
    writes = TokenScope.WRITE_HEALTH


# Sent again ---------------------------------------------------------------------------

LONGEST_KEY = 255
AGAIN = "Idempotency-Replayed"
KEPT_HEADERS = ("ETag", "Location")
Handler = Callable[..., Response | HttpResponse]


def counts_once(handler: Handler) -> Handler:
    """
    Let a request count once, however often it is sent under one Idempotency-Key.

    The first success is kept for a day and given again; what was refused is not kept,
    so that it may be sent again with what was missing.
    """

    @wraps(handler)
    def once(
        view: ProgramView,
        request: Request,
        *args: Any,  # noqa: ANN401
        **kwargs: Any,  # noqa: ANN401
    ) -> Response | HttpResponse:
        key = request.headers.get(KEY_HEADER)
        if key is None:
            return handler(view, request, *args, **kwargs)
        _check_key(key)
        own = asked(request)
        line = f"{own.method} {own.path} {own.content_type}\n".encode()
        sent = Sent(view.viewer, key, line + view.body())
        try:
            stored = answers.answer_to(sent)
        except KeyUsed:
            _refuse_used_key()
        except NotToldAgain:
            _refuse_to_tell_again()
        if stored is not None:
            return _again(stored, sent, view)
        answer = handler(view, request, *args, **kwargs)
        _keep(answer, sent, view)
        return answer

    return once


def _check_key(key: str) -> None:
    is_plain = key.isascii() and key.isprintable()
    if not is_plain or not 0 < len(key) <= LONGEST_KEY:
        sentence = _("1 to %(most)s printable ASCII characters are wanted here.")
        fault = Fault(f"header:{KEY_HEADER}", sentence % {"most": LONGEST_KEY})
        words = _("The header %(header)s is not a key.") % {"header": KEY_HEADER}
        refuse(Kind.INVALID, words, faults=(fault,))


def _again(stored: "StoredAnswer", sent: Sent, view: ProgramView) -> HttpResponse:
    if stored.request_hash != sent.request_hash:
        _refuse_used_key()
    if not answers.is_shared_as_then(stored, by=view.viewer, at=view.at):
        _refuse_to_tell_again()
    label = "patient" if stored.patient_id else "patient list"
    view.note(label, patient_id=stored.patient_id)
    answer = HttpResponse(
        stored.body, status=stored.status, content_type=view.kept_as.media_type
    )
    for name, value in {**stored.headers, AGAIN: "true"}.items():
        answer.headers[name] = value
    return answer


def _refuse_to_tell_again() -> NoReturn:
    words = _(
        "This was done when it was sent first. What is shared with you has changed "
        "since, so the answer is not told again: read afresh what you need."
    )
    refuse(Kind.NOT_TOLD_AGAIN, words)


def _refuse_used_key() -> NoReturn:
    words = _("%(header)s was used for another request before.")
    refuse(Kind.KEY_USED, words % {"header": KEY_HEADER})


def _keep(answer: Response | HttpResponse, sent: Sent, view: ProgramView) -> None:
    if not isinstance(answer, Response) or answer.status_code not in SUCCESS:
        return
    answers.keep(
        sent,
        patient=view.patient,
        clinic=view.clinic,
        part=view.part,
        status=answer.status_code,
        headers={
            "Content-Language": get_language() or "",
            **{name: answer[name] for name in KEPT_HEADERS if name in answer},
        },
        body=force_str(view.kept_as().render(answer.data)),
        at=view.at,
    )
    asked(view.request).is_kept = True
