"""
Consents for programs: read, given, changed and ended as on the pages of sharing.

Nobody is let in by a key (docs/adr/0025): giving and changing want a fresh session.
"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import queries
from accounts.api.documenting import (
    AN_ID,
    GUARDED,
    IF_MATCH,
    ONCE,
    Read,
    documented,
)
from accounts.api.fields import Day, Id, Sent, Truth, check_form, refuse_faults, taken
from accounts.api.fresh import BEFORE_A_CONSENT, check_is_fresh
from accounts.api.patients import OwnersView
from accounts.api.problems import refuse
from accounts.api.versions import answer_with, check_saw, etag_of
from accounts.api.views import counts_once
from accounts.domain.problems import Kind
from accounts.domain.scopes import ConsentBasis
from accounts.domain.tokens import TokenScope
from accounts.domain.words import N_
from accounts.forms.sharing import TermsForm
from accounts.queries import Grantee
from accounts.services import consent as consents
from accounts.services.consent import OPEN_ALREADY, ConsentRefused, Terms

if TYPE_CHECKING:
    from accounts.models import Consent

TAG = "Sharing"
CREATED = 201
NOBODY = N_("Nobody who could be let in has this id.")


class GranteeOut(Read):
    """Whom the patient can let in: a clinic, or one clinician of it."""

    clinic_id = serializers.UUIDField()
    clinic = serializers.CharField()
    clinician_id = serializers.UUIDField(
        allow_null=True, help_text="Null for everybody who treats patients there."
    )
    clinician = serializers.CharField(allow_blank=True)


class ConsentOut(GranteeOut):
    """A permission: whom it lets in, what it shows, from when until when."""

    id = serializers.UUIDField()
    basis = serializers.ChoiceField(choices=[each.value for each in ConsentBasis])
    shares_results = serializers.BooleanField()
    shares_supplements = serializers.BooleanField()
    shares_health = serializers.BooleanField()
    results_from = serializers.DateField(allow_null=True)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)


class TermsIn(Sent):
    """What is shown; from which day of collection on and until when, if ever."""

    results = Truth()
    supplements = Truth()
    health = Truth()
    results_from = Day(required=False)
    ends_on = Day(required=False)


class ConsentIn(TermsIn):
    """Whom, too: a clinic, or one clinician of it alone."""

    clinic_id = Id()
    clinician_id = Id(required=False)


class ConsentsView(OwnersView):
    """An address of consents."""

    def consent(self, consent_id: UUID) -> "Consent":
        """Return a consent of this patient; 404 where there is none."""
        row = queries.consents_of(self.patient).filter(pk=consent_id).first()
        if row is None:
            raise Http404
        return row

    def answer(self, row: "Consent", *, status: int = 200) -> Response:
        """Answer with a consent and the mark of its version."""
        place = reverse("api_consent", args=[self.patient.pk, row.pk])
        told = _consent_json(row)
        return answer_with(told, _etag(row), place=place, status=status)


class Consents(ConsentsView):
    """Who may see the record."""

    is_for_people = True

    @documented(
        operation="consents_list", tag=TAG, answers={200: ConsentOut(many=True)}
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        """List who may see the record now, and who could before."""
        del request, patient_id
        self.note("consent")
        return Response(
            [_consent_json(row) for row in queries.consents_of(self.patient)]
        )

    @documented(
        operation="consents_give",
        tag=TAG,
        request=ConsentIn,
        example={
            "clinic_id": AN_ID,
            "results": True,
            "supplements": False,
            "health": False,
            "ends_on": "2099-12-31",
        },
        answers={201: ConsentOut},
        kinds=(Kind.NOT_FOUND, Kind.CONFLICT),
        headers=[ONCE],
        is_for_people=True,
    )
    @counts_once
    def post(self, request: Request, patient_id: UUID) -> Response:
        """Let a clinic in, or one clinician of it; in a fresh session, by no key."""
        del patient_id
        check_is_fresh(self, BEFORE_A_CONSENT)
        sent = taken(ConsentIn, request.data)
        whom = sent.pop("clinic_id"), sent.pop("clinician_id", None)
        self._check_is_closed_to(*whom)
        chosen = self._grantee(*whom)
        terms = _terms(sent, self)
        try:
            row = consents.let_in(
                chosen, terms, patient=self.patient, by=self.viewer, at=self.at
            )
        except ConsentRefused as refused:
            refuse(Kind.CONFLICT, str(refused))
        return self.answer(row, status=CREATED)

    def _check_is_closed_to(self, clinic_id: UUID, clinician_id: UUID | None) -> None:
        """Refuse where the record is open there already, and tell on what terms."""
        given = queries.consents_of(self.patient).in_force(self.at)
        row = given.filter(
            patient=self.patient, clinic=clinic_id, clinician_id=clinician_id
        ).first()
        if row is not None:
            refuse(Kind.CONFLICT, _(OPEN_ALREADY), current=_consent_json(row))

    def _grantee(self, clinic_id: UUID, clinician_id: UUID | None) -> Grantee:
        open_to = {
            (each.clinic.pk, each.clinician_id): each
            for each in queries.grantees(self.patient, at=self.at)
        }
        if (clinic_id, clinician_id) not in open_to:
            name = "clinician_id" if clinician_id else "clinic_id"
            refuse_faults({name: [_(NOBODY)]})
        return open_to[clinic_id, clinician_id]


class OneConsent(ConsentsView):
    """One consent."""

    @documented(operation="consents_read", tag=TAG, answers={200: ConsentOut})
    def get(self, request: Request, patient_id: UUID, consent_id: UUID) -> Response:
        """Return a consent, in force or ended."""
        del request, patient_id
        row = self.consent(consent_id)
        self.note("consent", object_id=row.pk)
        return self.answer(row)


class ConsentChange(ConsentsView):
    """Other terms in the place of those that hold."""

    is_for_people = True

    @documented(
        operation="consents_change",
        tag=TAG,
        request=TermsIn,
        example={"results": True, "supplements": True, "health": False},
        answers={201: ConsentOut},
        kinds=(Kind.NOT_FOUND, Kind.CONFLICT, *GUARDED),
        headers=[IF_MATCH, ONCE],
        is_for_people=True,
    )
    @counts_once
    def post(self, request: Request, patient_id: UUID, consent_id: UUID) -> Response:
        """Put other terms in the place of a consent's; the old one ends and stays."""
        del patient_id
        check_is_fresh(self, BEFORE_A_CONSENT)
        row = self.consent(consent_id)
        sent = taken(TermsIn, request.data)
        check_saw(request, _etag(row), _consent_json(row))
        terms = _terms(sent, self)
        try:
            changed = consents.change(
                consent=row, terms=terms, by=self.viewer, at=self.at
            )
        except ConsentRefused as refused:
            refuse(Kind.CONFLICT, str(refused), current=_consent_json(row))
        return self.answer(changed, status=CREATED)


class ConsentEnding(ConsentsView):
    """The taking back of a consent: a key may do it, and no fresh session is asked."""

    writes = TokenScope.END_SHARING

    @documented(
        operation="consents_end",
        tag=TAG,
        request=None,
        answers={200: ConsentOut},
        kinds=(Kind.NOT_FOUND, *GUARDED),
        headers=[IF_MATCH, ONCE],
    )
    @counts_once
    def post(self, request: Request, patient_id: UUID, consent_id: UUID) -> Response:
        """End a consent now; the next request there sees nothing."""
        del patient_id
        row = self.consent(consent_id)
        check_saw(request, _etag(row), _consent_json(row))
        consents.revoke(consent=row, by=self.viewer, at=self.at)
        return self.answer(self.consent(consent_id))


class Grantees(OwnersView):
    """Who is not let in yet."""

    @documented(
        operation="consents_grantees", tag=TAG, answers={200: GranteeOut(many=True)}
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        """List whom the patient could let in, each clinic before its people."""
        del request, patient_id
        self.note("consent")
        found = queries.grantees(self.patient, at=self.at)
        return Response([_grantee_json(each) for each in found])


def _terms(sent: dict[str, Any], view: OwnersView) -> Terms:
    """Return the terms that were sent, as the page's form takes them."""
    form = TermsForm(sent, today=view.at.date())
    check_form(form)
    return form.terms()


def _grantee_json(grantee: Grantee) -> dict[str, Any]:
    return {
        "clinic_id": grantee.clinic.pk,
        "clinic": grantee.clinic.name,
        "clinician_id": grantee.clinician_id,
        "clinician": grantee.clinician_name,
    }


def _consent_json(row: "Consent") -> dict[str, Any]:
    return {
        **_grantee_json(Grantee(row.clinic, row.clinician_id, row.clinician_name)),
        "id": row.pk,
        "basis": row.basis,
        "shares_results": row.shares_results,
        "shares_supplements": row.shares_supplements,
        "shares_health": row.shares_health,
        "results_from": row.results_from,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "revoked_at": row.revoked_at,
    }


def _etag(row: "Consent") -> str:
    return etag_of(*_consent_json(row).values())
