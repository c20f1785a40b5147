"""A clinic's admin invites and disables its members, and sees no patient by that."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts import queries
from accounts.domain.one_time_codes import fingerprint
from accounts.domain.roles import Role
from accounts.models import AuditEvent, Invitation, Membership, User
from accounts.services import members
from tests.access.characters import Cast, person
from tests.access.web_connection import looking, refusal, web_connection
from tests.integration.accounts.mails import delivered
from tests.integration.conftest import SignedIn

CODE = re.compile(r"(?:[0-9A-Z]{5}-){4}[0-9A-Z]{5}")
CommitNow = Callable[..., object]


@pytest.fixture
def ned(db: None) -> User:
    del db
    return person("Ned North", "ned@example.org")


def pages_of(cast: Cast) -> str:
    return f"/clinics/{cast.harbour.pk}/members/"


def invited(
    hanas: Client, cast: Cast, commit: CommitNow, email: str = "ned@example.org"
) -> str:
    with commit(execute=True):  # type: ignore[attr-defined]
        hanas.post(f"{pages_of(cast)}new/", {"email": email, "role": "clinician"})
    found = CODE.search(str(delivered()[-1].body))
    assert found is not None
    return found.group()


def works_there(user: User, cast: Cast) -> bool:
    viewer = queries.viewer_for(user)
    return queries.clinics_of(viewer).filter(pk=cast.harbour.pk).exists()


def test_the_code_out_of_the_mail_makes_a_member(
    cast: Cast,
    ned: User,
    signed_in: SignedIn,
    django_capture_on_commit_callbacks: CommitNow,
) -> None:
    hanas, neds = signed_in(cast.admin), signed_in(ned)
    code = invited(hanas, cast, django_capture_on_commit_callbacks)
    assert "ned@example.org" in hanas.get(pages_of(cast)).content.decode()

    joined = neds.post("/invitations/accept/", {"code": code})

    assert joined["Location"] == "/"
    assert works_there(ned, cast)
    # Who works in a clinic sets up a second step before anything else.
    assert neds.get("/patients/")["Location"] == "/account/2fa/"
    page = hanas.get(pages_of(cast)).content.decode()
    assert "Ned North" in page
    assert "Invited, not here yet" not in page


def test_the_mail_leads_to_the_site_and_holds_no_secret_in_an_address(
    cast: Cast, signed_in: SignedIn, django_capture_on_commit_callbacks: CommitNow
) -> None:
    code = invited(signed_in(cast.admin), cast, django_capture_on_commit_callbacks)

    sent = delivered()[-1]
    assert sent.to == ["ned@example.org"]
    assert "http://localhost:8000/invitations/accept/\n" in str(sent.body)
    assert "Hana Holt invites you to work in The harbour clinic" in str(sent.body)
    assert code not in str(Invitation.objects.values_list().get())
    assert not any(code in str(row) for row in AuditEvent.objects.values_list())


def test_a_code_works_once_and_for_its_own_address_alone(
    cast: Cast,
    ned: User,
    signed_in: SignedIn,
    django_capture_on_commit_callbacks: CommitNow,
) -> None:
    code = invited(signed_in(cast.admin), cast, django_capture_on_commit_callbacks)

    thief = signed_in(cast.owner).post("/invitations/accept/", {"code": code})
    assert "This code is not open for you." in thief.content.decode()
    assert not works_there(cast.owner, cast)

    signed_in(ned).post("/invitations/accept/", {"code": code})
    Membership.objects.filter(user=ned).update(is_active=False)
    signed_in(ned).post("/invitations/accept/", {"code": code})
    assert not works_there(ned, cast)


@pytest.mark.parametrize("how", ["expired", "withdrawn", "replaced", "unverified"])
def test_a_code_that_is_over_opens_nothing(
    cast: Cast,
    ned: User,
    how: str,
    signed_in: SignedIn,
    django_capture_on_commit_callbacks: CommitNow,
) -> None:
    hanas, neds = signed_in(cast.admin), signed_in(ned)
    code = invited(hanas, cast, django_capture_on_commit_callbacks)
    sent = Invitation.objects.get()
    assert sent.expires_at - sent.made_at == timedelta(days=7)
    if how == "expired":
        Invitation.objects.update(expires_at=timezone.now())
    elif how == "withdrawn":
        hanas.post(f"/clinics/{cast.harbour.pk}/invitations/{sent.pk}/withdraw/")
    elif how == "replaced":
        invited(hanas, cast, django_capture_on_commit_callbacks)
    else:
        EmailAddress.objects.filter(user=ned).update(verified=False)

    refused = neds.post("/invitations/accept/", {"code": code})

    assert "This code is not open for you." in refused.content.decode()
    assert not works_there(ned, cast)


def test_after_ten_tries_in_an_hour_the_right_code_is_not_taken_either(
    cast: Cast,
    ned: User,
    signed_in: SignedIn,
    django_capture_on_commit_callbacks: CommitNow,
) -> None:
    code = invited(signed_in(cast.admin), cast, django_capture_on_commit_callbacks)
    neds = signed_in(ned)
    for _ in range(10):
        neds.post("/invitations/accept/", {"code": "ABCDE-ABCDE-ABCDE-ABCDE"})

    stopped = neds.post("/invitations/accept/", {"code": code})

    assert "tried too often" in stopped.content.decode()
    assert not works_there(ned, cast)


def test_a_disabled_member_is_out_at_the_next_request(
    cast: Cast, signed_in: SignedIn
) -> None:
    carols, hanas = signed_in(cast.consented), signed_in(cast.admin)
    record = f"/patients/{cast.record.pk}/"
    assert carols.get(record).status_code == 200

    hanas.post(f"{pages_of(cast)}{cast.consented.pk}/disable/")

    answer = carols.get(record)
    assert answer["Location"].startswith("/account/login/")
    again = Client()
    again.force_login(cast.consented)
    assert again.get(record).status_code == 404
    assert (
        "Disabled (before: Treats patients)"
        in hanas.get(pages_of(cast)).content.decode()
    )
    event = AuditEvent.objects.get(object_label="membership")
    assert (event.actor_id, event.object_id) == (
        cast.admin.pk,
        str(cast.consented.pk),
    )


def test_disabling_somebody_ends_the_invitations_they_sent(
    cast: Cast, signed_in: SignedIn
) -> None:
    other = person("Olga", "olga@example.org")
    Membership.objects.create(
        clinic=cast.harbour,
        user=other,
        role=Role.CLINIC_ADMIN.value,
        created_at=timezone.now(),
    )
    with transaction.atomic(), queries.viewing(queries.viewer_for(other)):
        members.invite(
            clinic=cast.harbour,
            email="friend@example.org",
            role=Role.CLINICIAN,
            by=queries.viewer_for(other),
            at=timezone.now(),
        )

    signed_in(cast.admin).post(f"{pages_of(cast)}{other.pk}/disable/")

    assert Invitation.objects.get().closed_at is not None


def test_an_admin_shuts_out_neither_themself_nor_people_of_another_clinic(
    cast: Cast, signed_in: SignedIn
) -> None:
    hanas = signed_in(cast.admin)

    for whom in (cast.admin.pk, cast.elsewhere.pk, cast.owner.pk, uuid4()):
        answer = hanas.post(f"{pages_of(cast)}{whom}/disable/")
        assert answer.status_code == 404

    assert not Membership.objects.filter(is_active=False).exists()
    elsewhere = f"/clinics/{cast.wood.pk}/members/"
    assert hanas.get(elsewhere).status_code == 404


def test_an_admin_sees_members_and_no_patient(cast: Cast, signed_in: SignedIn) -> None:
    hanas = signed_in(cast.admin)

    assert pages_of(cast) in hanas.get("/account/2fa/").content.decode()
    page = hanas.get(pages_of(cast)).content.decode()

    assert "Dr Carol Cole" in page
    assert "Alice" not in page
    assert hanas.get(f"/patients/{cast.record.pk}/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_database_lets_nobody_but_an_admin_change_memberships(cast: Cast) -> None:
    whole = [cast.harbour.pk]
    end = "UPDATE accounts_membership SET is_active = false WHERE clinic_id = %s"
    revive = "UPDATE accounts_membership SET is_active = true WHERE clinic_id = %s"
    with web_connection() as opened:
        for user in (cast.owner, cast.consented, cast.elsewhere):
            with looking(opened, "user", user.pk):
                assert refusal(opened, end, whole) == "0 rows"
        with looking(opened, "user", cast.admin.pk):
            assert refusal(opened, end, whole) == "1 rows"  # not her own
            assert refusal(opened, revive, whole) == "InsufficientPrivilege"


@pytest.mark.django_db(transaction=True)
def test_an_invitation_accepted_in_two_tabs_makes_one_membership(
    cast: Cast, ned: User
) -> None:
    code = "ABCDE-ABCDE-ABCDE-ABCDE"
    Invitation.objects.create(
        clinic=cast.harbour,
        email="ned@example.org",
        role=Role.CLINICIAN.value,
        code_hash=fingerprint(code),
        invited_by=cast.admin,
        made_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=1),
    )
    viewer, both = queries.viewer_for(ned), Barrier(2)

    def accept(_: int) -> str:
        both.wait()
        try:
            with transaction.atomic(), queries.viewing(viewer):
                members.accept(code=code, by=viewer, at=timezone.now())
        except members.InvitationRefused:
            return "refused"
        finally:
            connection.close()
        return "joined"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(accept, range(2)))

    assert outcomes == ["joined", "refused"]
    assert Membership.objects.filter(user=ned).count() == 1


def test_an_admin_starts_at_the_members_of_the_clinic(
    cast: Cast, signed_in: SignedIn
) -> None:
    answer = signed_in(cast.admin).get("/")

    assert answer.headers["Location"] == pages_of(cast)
