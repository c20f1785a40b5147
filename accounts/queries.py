"""
What a viewer may see.

Everything that reads patients starts here; PostgreSQL's row-level policies stand
behind it and would answer the same (accounts.migrations).
"""

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Exists,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Lower
from psycopg.pq import TransactionStatus

from accounts import statements
from accounts.domain.care import CareBasis
from accounts.domain.roles import Role
from accounts.domain.scopes import ConsentBasis, Scope
from accounts.domain.viewers import NOBODY, Viewer, ViewerKind
from accounts.links import link
from accounts.models import (
    AccessRequest,
    ApiToken,
    AuditEvent,
    CareGrant,
    Clinic,
    Consent,
    Invitation,
    Membership,
    Patient,
    RecordJoin,
    ShareLink,
    User,
)

if TYPE_CHECKING:
    from accounts.models.care_grant import CareGrantQuerySet
    from accounts.models.consent import ConsentQuerySet
    from accounts.models.record_join import RecordJoinQuerySet
    from accounts.models.share_link import ShareLinkQuerySet


NO_LIMITS: Mapping[str, str] = MappingProxyType({})


class ClinicNotKnown(LookupError):
    """There is no clinic of this name or id."""


class PatientNotVisible(LookupError):
    """There is no such patient for this viewer; which of the two is not told."""

    def __init__(self, patient_id: UUID) -> None:
        """Remember whom it was about, for the audit trail."""
        super().__init__("No such patient.")
        self.patient_id = patient_id


@contextlib.contextmanager
def viewing(
    viewer: Viewer, *, restore: bool = True, limits: Mapping[str, str] = NO_LIMITS
) -> Iterator[None]:
    """
    Tell the database who looks, until the end of the block.

    Call inside a transaction: the setting ends with it. Without `restore` the
    setting stays until then, which saves a query where nothing follows. `limits`,
    such as the longest statement, are told in the same query and hold as long.
    """
    before = _viewer_now() if restore else ("", "", "")
    look(viewer, limits)
    try:
        yield
    finally:
        if restore and _takes_commands():
            _look_as(*before)
            _look_with(settings.VIEWER_ROLE if before[0] else "")


def look(viewer: Viewer, told: Mapping[str, str] = NO_LIMITS) -> None:
    """Tell the database who looks, and what else it is told, in this transaction."""
    _look_with(settings.VIEWER_ROLE)
    token = str(viewer.token.id) if viewer.token else ""
    _look_as(viewer.kind.value, str(viewer.id_or_none or ""), token, told)


def _takes_commands() -> bool:
    """Say whether the transaction still listens; failed or lost, it forgot all."""
    connection = link()
    status = connection.connection.info.transaction_status
    deaf = {TransactionStatus.INERROR, TransactionStatus.UNKNOWN}
    return not connection.needs_rollback and status not in deaf


def _viewer_now() -> tuple[str, str, str]:
    with link().cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('app.viewer_kind', true), ''),"
            " coalesce(current_setting('app.viewer_id', true), ''),"
            " coalesce(current_setting('app.token_id', true), '')"
        )
        kind, viewer_id, token_id = cursor.fetchone()
    return str(kind), str(viewer_id), str(token_id)


def _look_with(role: str) -> None:
    """Step into the web's role where the connection is the owner's, as in tests."""
    if not settings.VIEWER_ROLE:
        return
    with link().cursor() as cursor:
        name = link().ops.quote_name(role)
        cursor.execute(f"SET LOCAL ROLE {name}" if role else "RESET ROLE")


def _look_as(
    kind: str, viewer_id: str, token_id: str, limits: Mapping[str, str] = NO_LIMITS
) -> None:
    looks = {
        "app.viewer_kind": kind,
        "app.viewer_id": viewer_id,
        "app.token_id": token_id,
    }
    pairs = [text for pair in (looks | dict(limits)).items() for text in pair]
    each = ", ".join(["set_config(%s, %s, true)"] * (len(pairs) // 2))
    with link().cursor() as cursor:
        cursor.execute(f"SELECT {each}", pairs)


def consents_in_force(
    *, viewer: Viewer, at: datetime, scope: Scope = Scope.RECORD
) -> "ConsentQuerySet":
    """Return the consents that let this viewer see that part of a record."""
    consents = Consent.objects.in_force(at)
    if not viewer.may_read(scope):
        return consents.none()
    match scope:
        case Scope.RECORD:
            pass
        case Scope.RESULTS:
            consents = consents.filter(shares_results=True)
        case Scope.SUPPLEMENTS:
            consents = consents.filter(shares_supplements=True)
        case Scope.HEALTH:
            consents = consents.filter(shares_health=True)
    if viewer.kind is ViewerKind.CLINIC:
        return consents.filter(clinic_id=viewer.id, clinician_id=None)
    if viewer.kind is ViewerKind.USER:
        for_viewer = Q(clinician_id=None) | Q(clinician_id=viewer.id)
        return consents.filter(for_viewer, clinic__in=clinics_of(viewer))
    return consents.none()


def listing_consents(patient: Patient, *, at: datetime) -> list[Consent]:
    """
    Return the consents by which a clinic's own list shows the results of this patient.

    Whoever looks sees those that they may know of. Who let in one clinician alone
    stands on no list of the clinic.
    """
    consents = Consent.objects.in_force(at).filter(
        patient=patient, shares_results=True, clinician_id=None
    )
    return list(consents.select_related("clinic").order_by("clinic__name", "id"))


def links_in_force(
    *, viewer: Viewer, at: datetime, scope: Scope = Scope.RECORD
) -> "ShareLinkQuerySet":
    """Return the share link that is the viewer, where it shows that part."""
    links = ShareLink.objects.in_force(at).filter(openings__gt=0)
    match scope:
        case Scope.RECORD:
            pass
        case Scope.RESULTS:
            links = links.filter(shares_results=True)
        case Scope.SUPPLEMENTS:
            links = links.filter(shares_supplements=True)
        case Scope.HEALTH:
            links = links.filter(shares_health=True)
    if viewer.kind is not ViewerKind.SHARE:
        return links.none()
    return links.filter(pk=viewer.id)


def clinics_of(viewer: Viewer) -> QuerySet[Clinic]:
    """Return the clinics in which this viewer works as a clinician."""
    if viewer.kind is not ViewerKind.USER:
        return Clinic.objects.filter(pk=viewer.id)
    works_there = Membership.objects.filter(
        user_id=viewer.id,
        user__is_active=True,
        is_active=True,
        role=Role.CLINICIAN.value,
    )
    return Clinic.objects.filter(pk__in=works_there.values("clinic")).order_by("name")


def clinics_worked_in(viewer: Viewer) -> list[Clinic]:
    """Return what `clinics_of` does, read at once."""
    return statements.stored(Clinic, statements.rows(_clinics_of, viewer=viewer))


def _clinics_of(blank: statements.Blanks) -> QuerySet[Any]:
    return clinics_of(blank.viewer).values_list(*statements.columns_of(Clinic))


def clinicians_named_in(clinic: Clinic) -> list[str]:
    """Return who has or had a part as a clinician in a clinic, by name."""
    return [name for (name,) in statements.rows(_clinicians, clinic_id=clinic.pk)]


def _clinicians(blank: statements.Blanks) -> QuerySet[Any]:
    members = Membership.objects.filter(
        clinic=blank["clinic_id"], role=Role.CLINICIAN.value
    )
    return members.order_by("user__name").values_list("user__name").distinct()


def clinics_run_by(viewer: Viewer) -> QuerySet[Clinic]:
    """Return the clinics whose members this viewer looks after."""
    if viewer.kind is not ViewerKind.USER:
        return Clinic.objects.none()
    runs = Membership.objects.filter(
        user_id=viewer.id,
        user__is_active=True,
        is_active=True,
        role=Role.CLINIC_ADMIN.value,
    )
    return Clinic.objects.filter(pk__in=runs.values("clinic")).order_by("name")


def clinic_run_by(viewer: Viewer, clinic_id: UUID) -> Clinic | None:
    """Return a clinic where this viewer is its admin; None for all others."""
    return clinics_run_by(viewer).filter(pk=clinic_id).first()


def members_of(clinic: Clinic) -> QuerySet[Membership]:
    """Return every part that somebody has or had in a clinic, by name."""
    members = Membership.objects.filter(clinic=clinic).select_related("user")
    return members.order_by("user__name", "user_id", "role")


def admins_of(clinic: Clinic) -> QuerySet[User]:
    """Return who runs a clinic, by name."""
    parts = Membership.objects.filter(
        clinic=clinic, is_active=True, role=Role.CLINIC_ADMIN.value
    )
    people = User.objects.filter(pk__in=parts.values("user"), is_active=True)
    return people.order_by("name", "id")


def open_invitations(clinic: Clinic, *, at: datetime) -> QuerySet[Invitation]:
    """Return the invitations that can still be accepted."""
    invitations = Invitation.objects.filter(clinic=clinic, closed_at=None)
    return invitations.filter(expires_at__gt=at).order_by("email", "role")


def patients_visible_to(
    *, viewer: Viewer, at: datetime, scope: Scope = Scope.RECORD
) -> QuerySet[Patient]:
    """
    Return the patients of whom the viewer may see that part of the record.

    The patient and a carer see everything; a clinician what a consent in force shares.
    """
    if viewer.kind is ViewerKind.SHARE:
        links = links_in_force(viewer=viewer, at=at, scope=scope)
        return Patient.objects.filter(pk__in=links.values("patient"))
    if not viewer.may_read(scope):
        return Patient.objects.none()
    # Asked for each patient: for one, "in" would go through all of a clinic's consents.
    consents = consents_in_force(viewer=viewer, at=at, scope=scope)
    shared = Q(Exists(consents.filter(patient=OuterRef("pk"))))
    if viewer.kind is ViewerKind.USER:
        care = care_in_force(viewer, at=at).filter(patient=OuterRef("pk"))
        own = Q(user_id=viewer.id)
        return Patient.objects.filter(shared | own | Q(Exists(care)))
    return Patient.objects.filter(shared)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleAsked:
    """Whom to find among the people a viewer sees; everybody where nothing is said."""

    words: str = ""
    """Parts of a name, or how a number begins."""
    born_on: tuple[date, ...] = ()
    among: tuple[UUID, ...] | None = None
    left_out: UUID | None = None
    with_joined: bool = False
    """Also the records that stand in a list under the one that they joined."""

    def parameters(self, scope: Scope) -> list[Any]:
        """Return what `app.people_found` is told first."""
        return [
            scope.value,
            self.words.casefold(),
            as_prefix(self.words),
            list(self.born_on) or None,
            None if self.among is None else list(self.among),
            self.left_out,
            self.with_joined,
        ]


def as_prefix(text: str) -> str:
    r"""
    Return a text as the beginning of what LIKE finds.

    >>> print(as_prefix("5%_a"))
    5\%\_a
    """
    for sign in "\\%_":
        text = text.replace(sign, f"\\{sign}")
    return text


FIND_PEOPLE = (
    "SELECT app.people_found("
    "%s, %s, %s, %s::date[], %s::uuid[], %s, %s, %s, %s, %s, %s)"
)
COUNT_PEOPLE = (
    "SELECT count(*) FROM app.people_found("
    "%s, %s, %s, %s::date[], %s::uuid[], %s, %s, '', NULL, 0, NULL)"
)


def people_found(
    asked: PeopleAsked,
    *,
    viewer: Viewer,
    at: datetime,
    scope: Scope = Scope.RECORD,
    after: Sequence[object] = (),
    skipped: int = 0,
    most: int | None = None,
) -> list[Patient]:
    """
    Return some of the people whom the viewer sees, by name.

    The database finds them in one go, by what lets the viewer in: its policy, asked of
    each of ten thousand, takes a second. The rows are read under it as ever, and what
    was found opens nothing. A page begins behind the name and the id that are `after`.
    """
    if not viewer.may_read(scope):
        return []
    name, last = after or ("", None)
    values = [*asked.parameters(scope), name, last, skipped, most]
    with link().cursor() as cursor:
        cursor.execute(FIND_PEOPLE, values)
        ids = [key for (key,) in cursor.fetchall()]
    people = patients_visible_to(viewer=viewer, at=at, scope=scope).in_bulk(ids)
    return [people[key] for key in ids if key in people]


def count_people(
    asked: PeopleAsked, *, viewer: Viewer, scope: Scope = Scope.RECORD
) -> int:
    """Return how many of the people whom the viewer sees are meant."""
    if not viewer.may_read(scope):
        return 0
    with link().cursor() as cursor:
        cursor.execute(COUNT_PEOPLE, asked.parameters(scope))
        return int(cursor.fetchone()[0])


def care_in_force(viewer: Viewer, *, at: datetime) -> "CareGrantQuerySet":
    """Return what lets this viewer look after other people's records."""
    if viewer.kind is not ViewerKind.USER:
        return CareGrant.objects.none()
    return CareGrant.objects.in_force(at).filter(
        carer_id=viewer.id, carer__is_active=True
    )


def care_by(viewer: Viewer, *, at: datetime) -> "CareGrantQuerySet":
    """Return whom this viewer looks after, by name."""
    care = care_in_force(viewer, at=at).select_related("patient")
    return care.order_by("patient__name", "patient_id")


def cares_for(viewer: Viewer, patient: Patient, *, at: datetime) -> bool:
    """Return whether the viewer looks after this record."""
    known = _bond_of(viewer, patient)
    if known and known.at == at:
        return known.is_cared_for
    found = statements.rows(_care_of, viewer=viewer, at=at, patient_id=patient.pk)
    return bool(found)


class Bond(NamedTuple):
    """What was read of a viewer together with a patient, at a moment."""

    viewer: Viewer
    at: datetime
    is_cared_for: bool
    became_carer: bool


def _bond_of(viewer: Viewer, patient: Patient) -> Bond | None:
    known: Bond | None = getattr(patient, "bond", None)
    return known if known and known.viewer == viewer else None


def _care_of(blank: statements.Blanks) -> QuerySet[Any]:
    care = care_in_force(blank.viewer, at=blank.at)
    return care.filter(patient=blank["patient_id"]).values_list("pk", flat=True)[:1]


def stands_in_for(viewer: Viewer, patient: Patient, *, at: datetime) -> bool:
    """Return whether the viewer looks after this record in the person's place."""
    bases = [CareBasis.PARENT.value, CareBasis.REPRESENTATIVE.value]
    care = care_in_force(viewer, at=at).filter(patient=patient, basis__in=bases)
    return care.exists()


def is_carer_of(viewer: Viewer, patient: Patient) -> bool:
    """Return whether the viewer became a carer, and nobody ended it since."""
    if viewer.kind is not ViewerKind.USER:
        return False
    if known := _bond_of(viewer, patient):
        return known.became_carer
    found = statements.rows(_became_carer, person=viewer.id, patient_id=patient.pk)
    return bool(found)


def _became_carer(blank: statements.Blanks) -> QuerySet[Any]:
    return _accepted(CareGrant.objects.all(), blank["person"], blank["patient_id"])


def _accepted(
    grants: "QuerySet[CareGrant]", person: UUID, patient_id: UUID
) -> QuerySet[Any]:
    accepted = grants.filter(
        carer_id=person, accepted_at__isnull=False, revoked_at=None
    )
    return accepted.filter(patient=patient_id).values_list("pk")[:1]


def care_grants_of(patient: Patient) -> "CareGrantQuerySet":
    """Return every code for a carer and what became of it, the newest first."""
    grants: CareGrantQuerySet = CareGrant.objects.filter(patient=patient)
    return grants.select_related("carer", "clinic").order_by("-made_at", "id")


def patient_for(
    viewer: Viewer, patient_id: UUID, *, at: datetime, scope: Scope = Scope.RECORD
) -> Patient:
    """
    Return the patient, or raise PatientNotVisible: absent and foreign look alike.

    The database is told which record is open (labs.migrations.0029); it opens nothing.
    What nearly every page asks about a patient next is read along: which records are
    joined to this one, and whether the viewer is a carer.
    """
    found = statements.rows(
        _one_visible, scope, viewer=viewer, at=at, patient_id=patient_id
    )
    if not found:
        raise PatientNotVisible(patient_id)
    *columns, _told, joined_ids, is_cared_for, became_carer = found[0]
    (patient,) = statements.stored(Patient, [tuple(columns)])
    patient.joined_ids = joined_ids  # type: ignore[attr-defined]
    patient.bond = Bond(viewer, at, is_cared_for, became_carer)  # type: ignore[attr-defined]
    return patient


def _one_visible(blank: statements.Blanks, scope: Scope) -> QuerySet[Any]:
    visible = patients_visible_to(viewer=blank.viewer, at=blank.at, scope=scope)
    told = Func(
        Value("app.patient_id"),
        Cast("pk", TextField()),
        Value(True),  # noqa: FBT003 - until the transaction ends
        function="set_config",
        output_field=TextField(),
    )
    one = visible.filter(pk=blank["patient_id"])
    is_person = blank.viewer.kind is ViewerKind.USER
    carers = CareGrant.objects.all() if is_person else CareGrant.objects.none()
    return one.values_list(
        *statements.columns_of(Patient),
        told,
        ArraySubquery(_joined_to(blank)),
        Exists(_care_of(blank)),
        Exists(_accepted(carers, blank.viewer.id, blank["patient_id"])),
    )


def joined_to(patient: Patient) -> list[UUID]:
    """
    Return the records that are read together with this one; mostly none.

    The database shows a joining to the person, and to who may see both records.
    """
    if not hasattr(patient, "joined_ids"):
        rows = statements.rows(_joined_to, patient_id=patient.pk)
        patient.joined_ids = [key for (key,) in rows]  # type: ignore[attr-defined]
    joined_ids: list[UUID] = patient.joined_ids  # type: ignore[attr-defined]
    return joined_ids


def _joined_to(blank: statements.Blanks) -> QuerySet[Any]:
    joins = RecordJoin.objects.in_force().filter(kept=blank["patient_id"])
    return joins.order_by("joined_at", "id").values_list("joined", flat=True)


def unjoined(patient_id: UUID) -> Patient:
    """Return a person without a row, to whose record none was joined."""
    patient = Patient(pk=patient_id)
    patient.joined_ids = []  # type: ignore[attr-defined]
    return patient


def records_of(
    patient: Patient, *, viewer: Viewer, at: datetime, scope: Scope
) -> list[UUID]:
    """
    Return this record and those joined to it, as far as the viewer sees that part.

    The person and a carer see all of them; a clinic each one that was shared with it,
    exactly as if they had never been joined.
    """
    ids = [patient.pk, *joined_to(patient)]
    visible = patients_visible_to(viewer=viewer, at=at, scope=scope)
    if len(ids) > 1 and visible.filter(pk=patient.pk).exists():
        is_persons = is_own(viewer, patient) or cares_for(viewer, patient, at=at)
        if is_persons:
            return ids
    return list(visible.filter(pk__in=ids).values_list("pk", flat=True))


def is_own(viewer: Viewer, patient: Patient) -> bool:
    """Return whether this is the viewer's own record."""
    return viewer.kind is ViewerKind.USER and patient.user_id == viewer.id


def joins_of(patient: Patient) -> "RecordJoinQuerySet":
    """Return what was joined to this record, or what it was joined to, and why."""
    involved = Q(kept=patient) | Q(joined=patient)
    joins: RecordJoinQuerySet = RecordJoin.objects.filter(involved)
    return joins.select_related("kept", "joined").order_by("-joined_at", "id")


def joins_in_force_of(patient: Patient) -> list[RecordJoin]:
    """Return what is joined to this record, or what it is joined to, now."""
    if not statements.rows(_joined_with, patient_id=patient.pk):
        return []
    return list(joins_of(patient).in_force())


def _joined_with(blank: statements.Blanks) -> QuerySet[Any]:
    one = blank["patient_id"]
    joins = RecordJoin.objects.in_force().filter(Q(kept=one) | Q(joined=one))
    return joins.values_list("pk", flat=True)[:1]


def joins_among(patient_ids: Iterable[UUID]) -> "RecordJoinQuerySet":
    """Return the joinings in force that one of these records is part of."""
    ids = list(patient_ids)
    involved = Q(kept__in=ids) | Q(joined__in=ids)
    joins: RecordJoinQuerySet = RecordJoin.objects.in_force().filter(involved)
    return joins.order_by("joined_at", "id")


def scopes_for(viewer: Viewer, patient: Patient, *, at: datetime) -> frozenset[Scope]:
    """Return the parts of this patient's record that the viewer may see."""
    if viewer.kind is ViewerKind.USER and patient.user_id == viewer.id:
        return frozenset(scope for scope in Scope if viewer.may_read(scope))
    if cares_for(viewer, patient, at=at):
        return frozenset(scope for scope in Scope if viewer.may_read(scope))
    grants = [
        grant
        for build in (_consents_to, _links_to)
        for grant in statements.rows(build, viewer=viewer, at=at, patient_id=patient.pk)
    ]
    shared = {scope for grant in grants for scope in _scopes_of(*grant)}
    return frozenset(scope for scope in shared if viewer.may_read(scope))


def results_shared_from(
    viewer: Viewer, patient: Patient, *, at: datetime
) -> date | None:
    """Return the first day whose results the viewer may see; None for all of them."""
    if patient.user_id is not None and patient.user_id == viewer.id:
        return None
    if cares_for(viewer, patient, at=at):
        return None
    starts = [
        *first_days_of_consents(viewer, patient, at=at),
        *first_days_of_links(viewer, patient, at=at),
    ]
    return min((start or date.min for start in starts), default=None)


def sight_in_a_word(viewer: Viewer, patient: Patient, *, at: datetime) -> str:
    """Return in one word how much of this record the viewer sees."""
    scopes = sorted(scope.value for scope in scopes_for(viewer, patient, at=at))
    start = results_shared_from(viewer, patient, at=at)
    return " ".join([*scopes, f"from {start}" if start else ""]).strip()


def has_consent_ended(clinic: Clinic, *, since: datetime, at: datetime) -> bool:
    """Answer whether anybody took back, changed or let run out what a clinic saw."""
    ended = Q(revoked_at__gte=since) | Q(ends_at__gte=since, ends_at__lte=at)
    return Consent.objects.filter(ended, clinic=clinic).exists()


SHARES = ("shares_results", "shares_supplements", "shares_health")


def _consents_to(blank: statements.Blanks) -> QuerySet[Any]:
    given = consents_in_force(viewer=blank.viewer, at=blank.at)
    return given.filter(patient=blank["patient_id"]).values_list(*SHARES)


def _links_to(blank: statements.Blanks) -> QuerySet[Any]:
    given = links_in_force(viewer=blank.viewer, at=blank.at)
    return given.filter(patient=blank["patient_id"]).values_list(*SHARES)


def _scopes_of(results: bool, supplements: bool, health: bool) -> Iterator[Scope]:  # noqa: FBT001 - as the row has them
    yield Scope.RECORD
    if results:
        yield Scope.RESULTS
    if supplements:
        yield Scope.SUPPLEMENTS
    if health:
        yield Scope.HEALTH


def treating_clinics(
    viewer: Viewer, patient: Patient, *, at: datetime, scope: Scope = Scope.RECORD
) -> list[Clinic]:
    """Return the clinics through which the viewer sees that part, by name."""
    found = statements.rows(
        _treating, scope, viewer=viewer, at=at, patient_id=patient.pk
    )
    return statements.stored(Clinic, found)


def _treating(blank: statements.Blanks, scope: Scope) -> QuerySet[Any]:
    consents = consents_in_force(viewer=blank.viewer, at=blank.at, scope=scope)
    given = consents.filter(patient=blank["patient_id"])
    clinics = Clinic.objects.filter(pk__in=given.values("clinic"))
    return clinics.order_by("name", "id").values_list(*statements.columns_of(Clinic))


def first_days_of_consents(
    viewer: Viewer, patient: Patient, *, at: datetime
) -> list[date | None]:
    """Return from which day on each consent in force shares results; None: all."""
    return _first_days(_days_of_consents, viewer, patient, at)


def first_days_of_links(
    viewer: Viewer, patient: Patient, *, at: datetime
) -> list[date | None]:
    """Return the same of the link that looks; empty for everybody else."""
    return _first_days(_days_of_links, viewer, patient, at)


def _first_days(
    build: statements.Build, viewer: Viewer, patient: Patient, at: datetime
) -> list[date | None]:
    found = statements.rows(build, viewer=viewer, at=at, patient_id=patient.pk)
    return [day for (day,) in found]


def _days_of_consents(blank: statements.Blanks) -> QuerySet[Any]:
    given = consents_in_force(viewer=blank.viewer, at=blank.at, scope=Scope.RESULTS)
    return given.filter(patient=blank["patient_id"]).values_list("results_from")


def _days_of_links(blank: statements.Blanks) -> QuerySet[Any]:
    given = links_in_force(viewer=blank.viewer, at=blank.at, scope=Scope.RESULTS)
    return given.filter(patient=blank["patient_id"]).values_list("results_from")


def treating_clinic(
    viewer: Viewer, patient: Patient, *, at: datetime, scope: Scope, chosen: str = ""
) -> Clinic | None:
    """
    Return the clinic in whose name the viewer acts; None where that was not said.

    Who sees the patient through one clinic acts for it. Who sees them through several
    says for which: a guess would put a wrong name on the record.
    """
    clinics = treating_clinics(viewer, patient, at=at, scope=scope)
    if len(clinics) == 1:
        return clinics[0]
    return next((each for each in clinics if str(each.pk) == chosen), None)


def clinic_that_can_hand_over(
    viewer: Viewer, patient: Patient, *, at: datetime
) -> Clinic | None:
    """Return the viewer's clinic that opened this record, while nobody owns it."""
    if viewer.kind is not ViewerKind.USER or patient.user_id is not None:
        return None
    consents = consents_in_force(viewer=viewer, at=at).filter(
        patient=patient, basis=ConsentBasis.CLINIC_RECORD.value
    )
    consent = consents.select_related("clinic").order_by("starts_at", "id").first()
    return consent.clinic if consent and _may_be_claimed(consent) else None


def _may_be_claimed(consent: Consent) -> bool:
    """Ask the database, which also knows of a joining that the clinic cannot see."""
    with link().cursor() as cursor:
        cursor.execute(
            "SELECT app.may_be_claimed_through(%s, %s)",
            [consent.patient_id, consent.clinic_id],
        )
        return bool(cursor.fetchone()[0])


def tokens_of(viewer: Viewer) -> QuerySet[ApiToken]:
    """Return the viewer's keys for programs, those made last first."""
    if viewer.kind is not ViewerKind.USER:
        return ApiToken.objects.none()
    return ApiToken.objects.filter(user_id=viewer.id).order_by("-made_at", "id")


def was_revoked(viewer: Viewer, token_id: UUID) -> bool:
    """Say whether a key of theirs was revoked, or is gone; one that ended was not."""
    return not tokens_of(viewer).filter(pk=token_id, revoked_at=None).exists()


class SignInState(NamedTuple):
    """What the rules of signing in ask about a person."""

    works_in_a_clinic: bool
    has_second_factor: bool


def sign_in_state(viewer: Viewer) -> SignInState:
    """Return it in one query."""
    found = statements.rows(_sign_in_state, person=viewer.id)
    return SignInState(*found[0]) if found else SignInState(False, False)  # noqa: FBT003


def _sign_in_state(blank: statements.Blanks) -> QuerySet[Any]:
    someone = blank["person"]
    works = Membership.objects.filter(user_id=someone, is_active=True)
    factors = Authenticator.objects.filter(user_id=someone).exclude(
        type=Authenticator.Type.RECOVERY_CODES
    )
    people = User.objects.filter(pk=someone)
    return people.values_list(Exists(works), Exists(factors))


def own_patient(viewer: Viewer) -> Patient | None:
    """Return the record that is the viewer's own, if there is one."""
    if viewer.kind is not ViewerKind.USER:
        return None
    return Patient.objects.filter(user_id=viewer.id).first()


class Home(NamedTuple):
    """Where a person's ways on the site begin."""

    record_id: UUID | None
    is_carer: bool
    clinic_id: UUID | None


def home_of(viewer: Viewer, *, at: datetime) -> Home:
    """
    Return a person's own record, whether they look after others, and their clinic.

    Every page asks this, so it is one statement, kept. The clinic is the first by name
    of those in which they work as a clinician.
    """
    found = statements.rows(_home, viewer=viewer, at=at)
    return Home(*found[0]) if found else Home(None, is_carer=False, clinic_id=None)


def _home(blank: statements.Blanks) -> QuerySet[Any]:
    viewer = blank.viewer
    own = Patient.objects.filter(user_id=viewer.id)
    return User.objects.filter(pk=viewer.id).values_list(
        Subquery(own.values("pk")[:1]),
        Exists(care_in_force(viewer, at=blank.at)),
        Subquery(clinics_of(viewer).values("pk")[:1]),
    )


def watching_clinics(patient: Patient) -> list[Clinic]:
    """
    Return the clinics that can see this patient's results now, by name.

    Who works in a clinic learns of no other clinic: the database answers by who looks.
    """
    names = statements.columns_of(Clinic)
    with link().cursor() as cursor:
        cursor.execute(WATCHING.format(", ".join(names)), [patient.pk])
        clinics = statements.stored(Clinic, cursor.fetchall())
    return sorted(clinics, key=lambda clinic: clinic.name)


WATCHING = "SELECT {} FROM app.watching(%s)"


def links_of(patient: Patient) -> "ShareLinkQuerySet":
    """Return all share links of a patient, the newest first."""
    links: ShareLinkQuerySet = ShareLink.objects.filter(patient=patient)
    return links.order_by("-made_at", "id")


def link_behind(viewer: Viewer, *, at: datetime) -> ShareLink | None:
    """Return the share link that the viewer is; None where it has ended."""
    links = links_in_force(viewer=viewer, at=at)
    return links.select_related("patient").first()


def viewer_by_link(link_id: UUID, *, at: datetime) -> Viewer:
    """Return the viewer whom an opened share link makes; nobody where it has ended."""
    viewer = Viewer(ViewerKind.SHARE, link_id)
    with viewing(viewer):
        link = links_in_force(viewer=viewer, at=at).first()
    return Viewer(ViewerKind.SHARE, link_id, link.recipient) if link else NOBODY


def clinics_let_in(
    viewer: Viewer, patient: Patient, *, at: datetime
) -> QuerySet[Clinic]:
    """Return the clinics that can see any of this patient's record, to this viewer."""
    is_own = viewer.kind is ViewerKind.USER and patient.user_id == viewer.id
    consents = (
        Consent.objects.in_force(at)
        if is_own
        else consents_in_force(viewer=viewer, at=at)
    )
    own = consents.filter(patient=patient)
    return Clinic.objects.filter(pk__in=own.values("clinic")).order_by("name")


def consents_of(patient: Patient) -> "ConsentQuerySet":
    """Return all consents of a patient, the newest first."""
    ids = [patient.pk, *joined_to(patient)]
    consents: ConsentQuerySet = Consent.objects.filter(patient__in=ids)
    return consents.select_related("clinic").order_by("-starts_at", "id")


@dataclass(frozen=True, slots=True)
class Grantee:
    """Whom a patient can let in: a clinic, or one clinician of it."""

    clinic: Clinic
    clinician_id: UUID | None = None
    clinician_name: str = ""


def grantees(patient: Patient, *, at: datetime) -> list[Grantee]:
    """Return whom this patient could still let in, each clinic before its people."""
    clinics = {clinic.pk: clinic for clinic in Clinic.objects.order_by("name")}
    with link().cursor() as cursor:
        cursor.execute(
            "SELECT clinic_id, clinician_id, clinician_name FROM app.clinicians()"
            " ORDER BY clinician_name, clinician_id"
        )
        people = [row for row in cursor.fetchall() if row[0] in clinics]
    found = [
        Grantee(clinic, *named)
        for clinic in clinics.values()
        for named in [(None, ""), *(row[1:] for row in people if row[0] == clinic.pk)]
    ]
    given = Consent.objects.in_force(at).filter(patient=patient)
    taken = set(given.values_list("clinic_id", "clinician_id"))
    return [each for each in found if (each.clinic.pk, each.clinician_id) not in taken]


class Use(NamedTuple):
    """Who made use of a consent, and when last."""

    who: str
    at: datetime


def uses_of_consents(patient: Patient) -> dict[UUID, list[Use]]:
    """
    Return who made use of each consent while it lasted, the latest first.

    The trail names people; a patient may not see which of them work in a clinic, so
    the database's own function answers.
    """
    uses: dict[UUID, list[Use]] = {}
    with link().cursor() as cursor:
        for patient_id in [patient.pk, *joined_to(patient)]:
            cursor.execute(
                "SELECT consent_id, who, at FROM app.uses_of_consents(%s)"
                " ORDER BY at DESC, who",
                [patient_id],
            )
            for consent_id, who, at in cursor.fetchall():
                uses.setdefault(consent_id, []).append(Use(who, at))
    return uses


def requests_by(viewer: Viewer) -> QuerySet[AccessRequest]:
    """Return what the viewer's clinics asked patients for, the newest first."""
    asked = AccessRequest.objects.filter(clinic__in=clinics_of(viewer))
    return asked.select_related("clinic", "patient").order_by("-made_at", "id")


def requests_to(viewer: Viewer, *, at: datetime) -> QuerySet[AccessRequest]:
    """Return the open requests that were sent to this viewer, the newest first."""
    if viewer.kind is not ViewerKind.USER:
        return AccessRequest.objects.none()
    addresses = EmailAddress.objects.filter(user_id=viewer.id, verified=True)
    sent_here = Q(taken_by_id=viewer.id) | Q(
        email__in=addresses.annotate(plain=Lower("email")).values("plain")
    )
    asked = AccessRequest.objects.filter(sent_here, closed_at=None, expires_at__gt=at)
    return asked.select_related("clinic").order_by("-made_at", "id")


class WhatLeaves(NamedTuple):
    """How many rows of a table go, or stay with a clinic; no clinic for what goes."""

    clinic: str
    table: str
    rows: int


def what_leaving_means() -> list[WhatLeaves]:
    """Return what the viewer's leaving deletes and leaves, by what would do it."""
    with link().cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(clinic.name, ''), left_rows.relation, left_rows.rows"
            " FROM app.what_leaving_means() AS left_rows"
            " LEFT JOIN accounts_clinic AS clinic ON clinic.id = left_rows.clinic_id"
        )
        return [WhatLeaves(*row) for row in cursor.fetchall()]


def clinics_with_no_other_admin(viewer: Viewer) -> list[Clinic]:
    """Return the clinics whose other members would be left without an admin."""
    left_alone = []
    for clinic in clinics_run_by(viewer):
        others = members_of(clinic).filter(is_active=True).exclude(user_id=viewer.id)
        admins = others.filter(role=Role.CLINIC_ADMIN.value, user__is_active=True)
        if others.exists() and not admins.exists():
            left_alone.append(clinic)
    return left_alone


def looks_at(patient: Patient) -> QuerySet[AuditEvent]:
    """Return who did what with this patient's data, the newest first."""
    ids = [patient.pk, *joined_to(patient)]
    return AuditEvent.objects.filter(patient_id__in=ids).order_by("-at", "id")


def looks_at_account(viewer: Viewer) -> QuerySet[AuditEvent]:
    """Return how the viewer's own account was signed in to, the newest first."""
    return AuditEvent.objects.filter(
        patient_id=None, object_id=str(viewer.id)
    ).order_by("-at", "id")


def viewer_of(user: object) -> Viewer:
    """Return the viewer that a request's user is; nobody where none signed in."""
    return viewer_for(user) if isinstance(user, User) else NOBODY


def viewer_for(user: User) -> Viewer:
    """Return the viewer that a signed-in person is."""
    return Viewer(ViewerKind.USER, user.pk, user.name)


def viewer_for_clinic(clinic: Clinic) -> Viewer:
    """Return the viewer that a command or task is, when it acts for a clinic."""
    return Viewer(ViewerKind.CLINIC, clinic.pk, clinic.name)


def clinic_called(name_or_id: str) -> Clinic:
    """Return the clinic of this name or id, for an operator's command."""
    clinics = Clinic.objects.all()
    try:
        found = clinics.filter(pk=UUID(name_or_id)).first()
    except ValueError:
        found = clinics.filter(name__iexact=name_or_id).first()
    if found is None:
        known = ", ".join(clinics.order_by("name").values_list("name", flat=True))
        message = f"No clinic is called {name_or_id}. There are: {known or 'none yet'}."
        raise ClinicNotKnown(message)
    return found


def viewing_as_operator() -> contextlib.AbstractContextManager[None]:
    """Look as an operator's command does: at clinics' names, at no patient."""
    return viewing(Viewer(ViewerKind.CLINIC))
