"""Turns consents and audit events into finished words."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _noop
from django.utils.translation import ngettext

from accounts.domain.access_requests import Outcome
from accounts.domain.audit import Action, Channel
from accounts.domain.care import CareBasis
from accounts.domain.majority import (
    asks_for_hand_over,
    comes_of_age_on,
    is_of_age,
)
from accounts.domain.roles import Role
from accounts.domain.scopes import ConsentBasis
from accounts.domain.tokens import TokenScope
from accounts.services import days
from accounts.services.commas import parted
from accounts.services.days import dated

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from accounts.models import (
        AccessRequest,
        ApiToken,
        AuditEvent,
        CareGrant,
        Consent,
        Invitation,
        Membership,
        Patient,
        RecordJoin,
        ShareLink,
    )
    from accounts.queries import Grantee, Use, WhatLeaves

ACTIONS = {
    Action.READ: _noop("looked at"),
    Action.CREATED: _noop("added"),
    Action.CHANGED: _noop("changed"),
    Action.CORRECTED: _noop("corrected"),
    Action.VOIDED: _noop("marked as entered in error"),
    Action.EXPORTED: _noop("downloaded"),
    Action.IMPORTED: _noop("imported a file with"),
    Action.GRANTED: _noop("allowed a clinic to see"),
    Action.REVOKED: _noop("took back a clinic's sight of"),
    Action.CLAIMED: _noop("took over"),
    Action.OPENED: _noop("opened"),
    Action.ERASED: _noop("deleted"),
    Action.JOINED: _noop("joined with another record of yours"),
    Action.PARTED: _noop("parted from another record"),
    Action.DENIED: _noop("tried to open, and was refused,"),
    Action.SIGNED_IN: _noop("signed in"),
    Action.SIGNED_OUT: _noop("signed out"),
    Action.FAILED: _noop("tried and failed"),
}
OBJECTS = {
    "patient": _noop("your record"),
    "consent": _noop("your record"),
    "key": _noop("a key for programs"),
    "patient list": _noop("the list of patients"),
    "looks": _noop("the list of who looked"),
    "precautions": _noop("the precautions"),
    "claim code": _noop("a one-time code for taking over your record"),
    "result": _noop("a result"),
    "results": _noop("your results as a table"),
    "target": _noop("a range"),
    "share link": _noop("a share link"),
    "audit trail": _noop("the list of who looked"),
    "access request": _noop("a request for access"),
    "chart": _noop("the chart"),
    "report": _noop("the report"),
    "import": _noop("your results"),
    "file": _noop("a file made from your record"),
    "supplement period": _noop("a supplement"),
    "health fact": _noop("the health profile"),
    "acknowledgement": _noop("a read mark at a precaution"),
    "intake": _noop("the log of intakes"),
    "review": _noop("a mark that a result was reviewed"),
    "note": _noop("a clinician's note"),
    "retest plan": _noop("when the next test was asked for"),
    "worklist": _noop("the list of patients"),
    "job": _noop("files made in the background"),
    "pause": _noop("a pause of a supplement"),
    "supplement product": _noop("a product"),
    "noted event": _noop("a dated note"),
    "plan": _noop("a plan that a clinician recorded"),
    "question": _noop("a question for a visit"),
    "report file": _noop("the file of a laboratory report"),
    "messages": _noop("the choice of messages"),
    "tag": _noop("a tag of the clinic"),
    "carer": _noop("a carer's access"),
    "account": _noop("the account"),
    "second step": _noop("the second step of signing in"),
    "join": _noop("your record"),
}
# Where verb and thing would make no sentence.
DEEDS = {
    (Action.GRANTED, "carer"): _noop("made a code for a carer of your record"),
    (Action.CLAIMED, "carer"): _noop("became a carer of your record"),
    (Action.REVOKED, "carer"): _noop("ended a carer's access to your record"),
    (Action.JOINED, "join"): _noop("joined your record with another of yours"),
    (Action.PARTED, "join"): _noop("took your record apart from another of yours"),
    (Action.REVOKED, "account"): _noop("asked for the account to be deleted"),
    (Action.ERASED, "account"): _noop("deleted the account"),
    (Action.GRANTED, "consent"): _noop("let a clinic see your record"),
    (Action.REVOKED, "consent"): _noop("took back a clinic's sight of your record"),
    (Action.CHANGED, "consent"): _noop("changed what a clinic sees of your record"),
    (Action.REVOKED, "access request"): _noop("declined a request to see your record"),
    (Action.CREATED, "share link"): _noop("made a share link"),
    (Action.REVOKED, "share link"): _noop("took back a share link"),
    (Action.OPENED, "share link"): _noop("opened your report"),
    (Action.SIGNED_IN, "sign-in"): _noop("signed in"),
    (Action.SIGNED_OUT, "sign-in"): _noop("signed out"),
    (Action.SIGNED_OUT, "other browser"): _noop("signed out another browser"),
    (Action.SIGNED_OUT, "session over time"): _noop("had been away too long"),
    (Action.FAILED, "password"): _noop("tried a wrong password"),
    (Action.FAILED, "second step"): _noop("gave a wrong code for the second step"),
    (Action.CHANGED, "password"): _noop("changed the password"),
    (Action.CHANGED, "address"): _noop("changed the e-mail address"),
    (Action.CHANGED, "second step"): _noop("removed every second step"),
    (Action.CREATED, "authenticator app"): _noop("set up an authenticator app"),
    (Action.ERASED, "authenticator app"): _noop("removed an authenticator app"),
    (Action.CREATED, "passkey"): _noop("added a passkey"),
    (Action.ERASED, "passkey"): _noop("removed a passkey"),
    (Action.CREATED, "recovery codes"): _noop("made recovery codes"),
    (Action.ERASED, "recovery codes"): _noop("removed the recovery codes"),
}
CHANNELS = {
    Channel.PAGE: _noop("on a page"),
    Channel.CHART: _noop("as a chart"),
    Channel.PDF: _noop("as a PDF"),
    Channel.COMMAND: _noop("by a program on the server"),
    Channel.API: _noop("through another program"),
    Channel.SHARE: _noop("through a share link"),
    Channel.EXPORT: _noop("as an export"),
}
ROLES = {
    Role.CLINICIAN: _noop("Treats patients"),
    Role.CLINIC_ADMIN: _noop("Looks after members"),
}


OPENS = {
    TokenScope.READ_RESULTS: _noop("reads results, ranges and charts"),
    TokenScope.WRITE_RESULTS: _noop(
        "writes results and their files: new, corrected, withdrawn, moved"
    ),
    TokenScope.READ_SUPPLEMENTS: _noop("reads supplements and intakes"),
    TokenScope.WRITE_SUPPLEMENTS: _noop("writes supplements and intakes"),
    TokenScope.READ_HEALTH: _noop("reads the health profile"),
    TokenScope.WRITE_HEALTH: _noop(
        "answers health questions, confirms answers as a clinician"
    ),
    TokenScope.WRITE_RANGES: _noop(
        "sets ranges and keeps their templates, as a clinician"
    ),
    TokenScope.OPEN_RECORD: _noop("opens the own record"),
    TokenScope.READ_SHARING: _noop("reads who may see the record, and who looked"),
    TokenScope.END_SHARING: _noop("takes back who may see the record"),
    TokenScope.READ_IMPORTS: _noop("reads files that came in"),
    TokenScope.WRITE_IMPORTS: _noop("brings files in and takes them back"),
    TokenScope.READ_EXPORTS: _noop("takes records along as files"),
    TokenScope.WRITE_EXPORTS: _noop("asks for large files, as a clinician"),
    TokenScope.READ_REVIEWS: _noop("reads reviews, notes, next tests and the worklist"),
    TokenScope.WRITE_REVIEWS: _noop(
        "marks as reviewed, writes notes and tags, asks for tests, as a clinician"
    ),
}


@dataclass(frozen=True, slots=True)
class Key:
    """A key for programs, in words."""

    id: UUID
    name: str
    opens: str
    period: str
    last_used: str
    end: str
    is_good: bool


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody's parts in a clinic, in words."""

    id: UUID
    name: str
    email: str
    parts: str
    is_active: bool
    is_viewer: bool


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that is still open, in words."""

    id: UUID
    email: str
    part: str
    ends: str


@dataclass(frozen=True, slots=True)
class Grant:
    """A clinic's permission, in words."""

    id: UUID
    clinic: str
    phone: str
    parts: str
    period: str
    basis: str
    uses: list[str]
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class Shared:
    """A share link, in words; its number among the patient's links tells it apart."""

    id: UUID
    number: int
    made: str
    recipient: str
    parts: str
    period: str
    openings: str
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class Look:
    """One line of who did what, in words."""

    moment: str
    who: str
    what: str
    how: str
    where: str = ""


def grant(consent: "Consent", *, uses: "list[Use]", at: datetime) -> Grant:
    """Return a consent as the patient reads it."""
    return Grant(
        id=consent.pk,
        clinic=grantee_name(consent),
        phone=consent.clinic.phone,
        parts=_parts(consent),
        period=_period(consent, at),
        basis=_basis(consent),
        uses=[
            _("%(who)s, last %(moment)s") % {"who": use.who, "moment": moment(use.at)}
            for use in uses
        ],
        is_in_force=_in_force(consent, at),
    )


def grantee_name(consent: "Consent") -> str:
    """Return whom a consent lets in: a clinic, or one clinician of it."""
    if not consent.clinician_name:
        return consent.clinic.name
    names = {"clinician": consent.clinician_name, "clinic": consent.clinic.name}
    return _("%(clinician)s alone, at %(clinic)s") % names


def grantee_key(grantee: "Grantee") -> str:
    """Return what a form sends for somebody who can be let in."""
    if grantee.clinician_id is None:
        return str(grantee.clinic.pk)
    return f"{grantee.clinic.pk}:{grantee.clinician_id}"


def grantee_choices(
    grantees: "list[Grantee]",
) -> list[tuple[str, str | list[tuple[str, str]]]]:
    """Return them as a form lists them: a clinic as a whole, then its people."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for each in grantees:
        words = _("%(name)s alone") % {"name": each.clinician_name}
        if each.clinician_id is None:
            everybody = _("%(clinic)s: everybody who treats patients there")
            words = everybody % {"clinic": each.clinic.name}
        groups.setdefault(each.clinic.name, []).append((grantee_key(each), words))
    return list(groups.items())


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for access, in words."""

    id: UUID
    clinic: str
    who: str
    to: str
    moment: str
    state: str
    is_open: bool


def requests_to(requests: "Iterable[AccessRequest]") -> list[Asked]:
    """Return the requests that a patient can answer."""
    return [request_to(each) for each in requests]


def request_to(request: "AccessRequest") -> Asked:
    """Return a request as the patient reads it."""
    return _asked(request, state=_("Waits for your answer."), is_open=True)


def requests_by(requests: "Iterable[AccessRequest]", *, at: datetime) -> list[Asked]:
    """
    Return the requests as the clinic reads them.

    One that was declined reads like one that nobody answered.
    """
    return [
        _asked(each, state=_state(each, at), is_open=_waits(each, at))
        for each in requests
    ]


def _asked(request: "AccessRequest", *, state: str, is_open: bool) -> Asked:
    return Asked(
        id=request.pk,
        clinic=request.clinic.name,
        who=request.asked_by_name,
        to=request.email or _("By a code"),
        moment=moment(request.made_at),
        state=state,
        is_open=is_open,
    )


def _waits(request: "AccessRequest", at: datetime) -> bool:
    """Return whether the clinic should still wait; a no is told to nobody."""
    was_declined = request.outcome == Outcome.DECLINED.value
    return (request.closed_at is None or was_declined) and request.expires_at > at


def _state(request: "AccessRequest", at: datetime) -> str:
    if request.outcome == Outcome.ACCEPTED.value:
        return _("Accepted.")
    if _waits(request, at):
        ends = moment(request.expires_at)
        return _("Waits for an answer until %(moment)s.") % {"moment": ends}
    return _("Ended without access.")


def _in_force(consent: "Consent", at: datetime) -> bool:
    has_ended = consent.ends_at is not None and consent.ends_at <= at
    return consent.revoked_at is None and consent.starts_at <= at and not has_ended


def _parts(given: "Consent | ShareLink") -> str:
    parts = [_("name and birth date")]
    if given.shares_results and given.results_from:
        day = dated(given.results_from)
        parts.append(_("results from %(day)s on") % {"day": day})
    elif given.shares_results:
        parts.append(_("all results"))
    if given.shares_supplements:
        parts.append(_("supplements"))
    if given.shares_health:
        parts.append(_("health profile"))
    return parted(parts)


def _period(consent: "Consent", at: datetime) -> str:
    since = dated(consent.starts_at)
    if consent.revoked_at is not None:
        ended = dated(consent.revoked_at)
        return _("From %(since)s; taken back on %(ended)s") % {
            "since": since,
            "ended": ended,
        }
    if consent.ends_at is None:
        return _("From %(since)s until you take it back") % {"since": since}
    last = dated(consent.ends_at - timedelta(microseconds=1))
    if consent.ends_at <= at:
        return _("From %(since)s; ended after %(last)s") % {
            "since": since,
            "last": last,
        }
    return _("From %(since)s to the end of %(last)s (UTC)") % {
        "since": since,
        "last": last,
    }


def _basis(consent: "Consent") -> str:
    if consent.basis == ConsentBasis.CLINIC_RECORD.value:
        return _("The clinic opened this record itself.")
    return _("You allowed it.")


def share_links(links: "Sequence[ShareLink]", *, at: datetime) -> list[Shared]:
    """Return all links of a patient, the newest first, each with its number."""
    return [
        _share_link(link, number=len(links) - place, at=at)
        for place, link in enumerate(links)
    ]


def _share_link(link: "ShareLink", *, number: int, at: datetime) -> Shared:
    return Shared(
        id=link.pk,
        number=number,
        made=moment(link.made_at),
        recipient=link.recipient,
        parts=_parts(link),
        period=_link_period(link, at),
        openings=_openings(link),
        is_in_force=_ended(link, at) == "",
    )


def _link_period(link: "ShareLink", at: datetime) -> str:
    made = moment(link.made_at)
    ended = _ended(link, at)
    if ended:
        return _("Made %(made)s; %(ended)s") % {"made": made, "ended": ended}
    last = dated(link.expires_at - timedelta(microseconds=1))
    words = _("Made %(made)s; opens to the end of %(last)s (UTC)")
    return words % {"made": made, "last": last}


def _ended(link: "ShareLink", at: datetime) -> str:
    """Return how a link ended; nothing while it can still be opened or read."""
    if link.revoked_at is not None:
        return _("taken back %(moment)s") % {"moment": moment(link.revoked_at)}
    if link.shut_at is not None:
        return _("shut %(moment)s after wrong PINs") % {"moment": moment(link.shut_at)}
    if link.expires_at <= at:
        return _("ended %(moment)s") % {"moment": moment(link.expires_at)}
    return ""


def _openings(link: "ShareLink") -> str:
    if link.last_opened_at is None:
        words = _("Not opened yet; can be opened %(most)s times.")
        return words % {"most": link.most_openings}
    words = _("Opened %(n)s of %(most)s times, last %(moment)s.")
    last = moment(link.last_opened_at)
    return words % {"n": link.openings, "most": link.most_openings, "moment": last}


def members(
    memberships: "Iterable[Membership]", *, own_id: UUID | None
) -> list[Member]:
    """Return each person once; what they did before counts where nothing is left."""
    by_person: dict[UUID, list[Membership]] = {}
    for membership in memberships:
        by_person.setdefault(membership.user_id, []).append(membership)
    return [_member(parts, own_id) for parts in by_person.values()]


def _member(parts: "list[Membership]", own_id: UUID | None) -> Member:
    held = [part for part in parts if part.is_active]
    person = parts[0].user
    return Member(
        id=person.pk,
        name=person.name,
        email=person.email,
        parts=parted(_(ROLES[Role(part.role)]) for part in held or parts),
        is_active=bool(held) and person.is_active,
        is_viewer=person.pk == own_id,
    )


def invitations(sent: "Iterable[Invitation]") -> list[Invited]:
    """Return the open invitations as an admin reads them."""
    return [
        Invited(
            id=invitation.pk,
            email=invitation.email,
            part=_(ROLES[Role(invitation.role)]),
            ends=moment(invitation.expires_at),
        )
        for invitation in sent
    ]


CARE_BASES = {
    CareBasis.ASKED: _noop("The person asked for it."),
    CareBasis.PARENT: _noop("Parental responsibility for a child."),
    CareBasis.REPRESENTATIVE: _noop(
        "A court's order or a power of attorney: %(note)s."
    ),
}


@dataclass(frozen=True, slots=True)
class Carer:
    """A carer's access, or a code for one, in words."""

    id: UUID
    name: str
    account: str
    basis: str
    given: str
    ends: str
    is_waiting: bool


def carer(grant: "CareGrant") -> Carer:
    """Return who looks after a record, why, and until when."""
    basis = _(CARE_BASES[CareBasis(grant.basis)])
    ends = _("Until somebody ends it")
    if grant.ends_at is not None:
        last = grant.ends_at - timedelta(microseconds=1)
        ends = _("To the end of %(day)s (UTC)") % {"day": dated(last)}
    return Carer(
        id=grant.pk,
        name=grant.carer_name,
        account=grant.carer.name if grant.carer else "",
        basis=basis % {"note": grant.basis_note} if grant.basis_note else basis,
        given=_("By %(who)s on %(day)s")
        % {
            "who": grant.granted_by_name,
            "day": dated(grant.made_at),
        },
        ends=ends,
        is_waiting=grant.accepted_at is None,
    )


def hand_over(patient: "Patient", *, today: date, is_carer: bool) -> str:
    """Return what a child's record says of the 18th birthday, once it nears."""
    if patient.user_id is not None or patient.born_on is None:
        return ""
    if not asks_for_hand_over(patient.born_on, on=today):
        return ""
    day = dated(comes_of_age_on(patient.born_on))
    name = patient.name or _("This person")
    if is_carer:
        sentence = _(
            "%(name)s turns 18 on %(day)s. From that day on this record is closed to "
            "you. The clinic that opened it can give %(name)s a code to take it over."
        )
    elif is_of_age(patient.born_on, on=today):
        sentence = _(
            "%(name)s turned 18 on %(day)s. Carers whose access rested on childhood "
            "see nothing any more: hand the record over."
        )
    else:
        sentence = _("%(name)s turns 18 on %(day)s: hand the record over then.")
    return sentence % {"name": name, "day": day}


def key(token: "ApiToken", *, at: datetime) -> Key:
    """Return a key as its owner reads it."""
    opens = [_(words) for scope, words in OPENS.items() if scope.value in token.scopes]
    used = token.last_used_at
    return Key(
        id=token.pk,
        name=token.name,
        opens=parted(opens),
        period=_key_period(token, at),
        last_used=_("Last used %(moment)s.") % {"moment": moment(used)}
        if used
        else _("Not used yet."),
        end=token.secret_end,
        is_good=token.revoked_at is None and at < token.expires_at,
    )


def _key_period(token: "ApiToken", at: datetime) -> str:
    days = {
        "made": dated(token.made_at),
        "ends": moment(token.expires_at),
    }
    if token.revoked_at is not None:
        days["ends"] = moment(token.revoked_at)
        return _("Made on %(made)s, revoked %(ends)s") % days
    if token.expires_at <= at:
        return _("Made on %(made)s, ended %(ends)s") % days
    return _("Made on %(made)s, good until %(ends)s") % days


@dataclass(frozen=True, slots=True)
class JoinWords:
    """That a record is read together with another one, in words."""

    id: UUID
    other_id: UUID
    sentence: str


def join_words(join: "RecordJoin", patient_id: UUID) -> JoinWords:
    """Return how two records of one person are read together."""
    is_kept = join.kept_id == patient_id
    template = (
        _(
            "Read together with another record of %(name)s: %(reason)s "
            "(%(who)s, %(day)s)"
        )
        if is_kept
        else _("Joined into another record of %(name)s: %(reason)s (%(who)s, %(day)s)")
    )
    other = join.joined if is_kept else join.kept
    return JoinWords(
        id=join.pk,
        other_id=other.pk,
        sentence=template
        % {
            "name": other.name or _("this person"),
            "reason": join.reason,
            "who": join.joined_by_name,
            "day": dated(join.joined_at),
        },
    )


@dataclass(frozen=True, slots=True)
class Left:
    """What goes and what stays when somebody leaves, in words."""

    goes: str
    stays: list[str]


def _rows_words(table: str, number: int) -> str:
    """Return how many rows of a table; each count is a message of its own."""
    match table:
        case "labs_labresult":
            words = ngettext("%(n)s result", "%(n)s results", number)
        case "labs_target":
            words = ngettext("%(n)s range", "%(n)s ranges", number)
        case "labs_supplementperiod":
            words = ngettext("%(n)s supplement", "%(n)s supplements", number)
        case "labs_intake":
            words = ngettext("%(n)s log entry", "%(n)s log entries", number)
        case "labs_healthfact":
            words = ngettext("%(n)s health answer", "%(n)s health answers", number)
        case _:
            words = ngettext("%(n)s other entry", "%(n)s other entries", number)
    return words % {"n": number}


COUNTED = (
    *("labs_labresult", "labs_target", "labs_supplementperiod", "labs_intake"),
    "labs_healthfact",
)
# Parts of what is counted already.
NOT_COUNTED = {"labs_supplementproduct", "labs_supplementingredient"}


def leaving(rows: "Iterable[WhatLeaves]") -> Left:
    """Return what is deleted, and what stays with which clinic."""
    by_keeper: dict[str, dict[str, int]] = {"": {}}
    for row in rows:
        if row.table in NOT_COUNTED:
            continue
        counted = by_keeper.setdefault(row.clinic, {})
        key = row.table if row.table in COUNTED else ""
        counted[key] = counted.get(key, 0) + row.rows
    goes = _counted(by_keeper.pop(""))
    return Left(
        goes=goes or _("nothing: there are no entries"),
        stays=[
            _("%(clinic)s keeps %(rows)s.")
            % {"clinic": clinic, "rows": _counted(counted)}
            for clinic, counted in sorted(by_keeper.items())
        ],
    )


def _counted(counted: "dict[str, int]") -> str:
    return parted(
        _rows_words(table, number)
        for table in (*COUNTED, "")
        if (number := counted.get(table, 0))
    )


def look(event: "AuditEvent", *, own_id: UUID | None) -> Look:
    """Return an audit event as the patient reads it."""
    return Look(
        moment=moment(event.at),
        who=_("You")
        if event.actor_id is not None and event.actor_id == own_id
        else event.actor_name or _("Somebody who was not signed in"),
        what=_deed(event),
        how=_how(event),
        where=event.ip_address or "",
    )


def _how(event: "AuditEvent") -> str:
    if event.through:
        return _("through a program with the key “%(name)s”") % {"name": event.through}
    return _(CHANNELS[Channel(event.channel)])


def _deed(event: "AuditEvent") -> str:
    action = Action(event.action)
    exact = DEEDS.get((action, event.object_label))
    if exact is not None:
        return _(exact)
    thing = OBJECTS.get(event.object_label, event.object_label)
    words = _("%(deed)s %(thing)s")
    return words % {"deed": _(ACTIONS[action]), "thing": _(thing)}


def moment(at: datetime) -> str:
    """
    Return a moment in words, with its zone.

    >>> moment(datetime(2026, 3, 12, 14, 3, tzinfo=UTC))
    '12 March 2026, 14:03 UTC'
    """
    return days.moment(at)
