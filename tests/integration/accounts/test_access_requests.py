"""A clinician asks to be let in; the patient chooses, and nobody learns who is here."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts import queries
from accounts.domain.scopes import Scope
from accounts.models import AccessRequest, AuditEvent, Consent
from accounts.services import consent as consents
from tests.access.characters import Cast
from tests.integration.accounts.mails import delivered
from tests.integration.conftest import SignedIn
from tests.integration.labs.spoken_pages import flowing

CODE = re.compile(r"(?:[0-9A-Z]{5}-){4}[0-9A-Z]{5}")


@pytest.fixture
def gwens(cast: Cast, signed_in: SignedIn) -> Client:
    return signed_in(cast.elsewhere)


@pytest.fixture
def alices(cast: Cast, signed_in: SignedIn) -> Client:
    return signed_in(cast.owner)


def ask(browser: Client, cast: Cast, email: str = "") -> HttpResponse:
    values = {"clinic": str(cast.wood.pk), "email": email}
    return browser.post("/requests/new/", values)  # type: ignore[return-value]


def answer_path(cast: Cast, request: AccessRequest | None = None) -> str:
    asked = request or cast.request
    return f"/patients/{cast.record.pk}/requests/{asked.pk}/"


def sees(cast: Cast) -> frozenset[Scope]:
    viewer = queries.viewer_for(cast.elsewhere)
    return queries.scopes_for(viewer, cast.record, at=timezone.now())


def test_the_patient_accepts_on_terms_of_their_own(alices: Client, cast: Cast) -> None:
    page = flowing(alices.get(f"/patients/{cast.record.pk}/sharing/"))
    assert "The wood clinic asks to see your record" in page
    assert "Asked by Dr Gwen Gray" in page

    alices.post(answer_path(cast), {"whom": "alone", "supplements": "on"})

    assert sees(cast) == {Scope.RECORD, Scope.SUPPLEMENTS}
    given = Consent.objects.get(clinic=cast.wood)
    assert given.clinician_id == cast.elsewhere.pk
    page = flowing(alices.get(f"/patients/{cast.record.pk}/sharing/"))
    assert "asks to see your record" not in page


def test_the_whole_clinic_can_be_let_in(alices: Client, cast: Cast) -> None:
    alices.post(answer_path(cast), {"whom": "clinic", "results": "on"})

    assert Consent.objects.get(clinic=cast.wood).clinician_id is None
    assert Scope.RESULTS in sees(cast)


def test_whose_address_it_was_is_told_as_long_as_the_record_is_shared(
    alices: Client, gwens: Client, cast: Cast
) -> None:
    alices.post(answer_path(cast), {"whom": "clinic", "results": "on"})
    assert AccessRequest.objects.get(pk=cast.request.pk).patient_id == cast.record.pk
    assert cast.request.email in flowing(gwens.get("/requests/"))

    consents.revoke(
        consent=Consent.objects.get(clinic=cast.wood),
        by=queries.viewer_for(cast.owner),
        at=timezone.now(),
    )

    assert cast.request.email not in flowing(gwens.get("/requests/"))


def test_who_asked_is_not_told_of_a_no(
    alices: Client, gwens: Client, cast: Cast
) -> None:
    gwens.get("/requests/")  # greets her once
    before = flowing(gwens.get("/requests/"))

    alices.post(f"{answer_path(cast)}decline/")

    assert flowing(gwens.get("/requests/")) == before
    gwens.post(f"/requests/{cast.request.pk}/withdraw/")
    assert "Ended without access." in flowing(gwens.get("/requests/"))
    assert not sees(cast)
    looks = flowing(alices.get(f"/patients/{cast.record.pk}/looks/"))
    assert "You declined a request to see your record" in looks
    assert alices.get(answer_path(cast)).status_code == 404


def test_nothing_is_shared_by_accepting_nothing(alices: Client, cast: Cast) -> None:
    page = alices.post(answer_path(cast), {"whom": "alone"})

    assert "Choose at least one part" in page.content.decode()
    assert not sees(cast)


def test_a_request_is_answered_once(alices: Client, cast: Cast) -> None:
    terms = {"whom": "alone", "results": "on"}

    alices.post(answer_path(cast), terms)
    again = alices.post(answer_path(cast), terms)

    assert again.status_code == 404
    assert Consent.objects.filter(clinic=cast.wood).count() == 1


def test_a_request_that_waited_too_long_is_not_there(
    alices: Client, cast: Cast
) -> None:
    AccessRequest.objects.update(expires_at=timezone.now())

    assert alices.get(answer_path(cast)).status_code == 404
    page = flowing(alices.get(f"/patients/{cast.record.pk}/sharing/"))
    assert "asks to see your record" not in page


def test_the_answer_is_the_same_for_an_address_that_nobody_has(
    gwens: Client,
    cast: Cast,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    """Same page, one mail each, and the mail says nothing of a record."""
    before = len(delivered())
    listed = []
    for address in ("bob@example.org", "nobody.here@example.org"):
        with django_capture_on_commit_callbacks(execute=True):
            sent = ask(gwens, cast, address)
        assert sent["Location"] == "/requests/"
        page = flowing(gwens.get("/requests/"))
        listed.append(page[page.index(address) :][len(address) :][:60])

    first, second = (message.body for message in delivered()[before:])
    assert first == second
    assert "Dr Gwen Gray of The wood clinic asks to see your record" in first
    assert "If you keep no record there" in first
    assert listed[0] == listed[1]


def test_an_address_counts_once_it_is_confirmed(alices: Client, cast: Cast) -> None:
    EmailAddress.objects.filter(user=cast.owner).update(verified=False)

    assert alices.get(answer_path(cast)).status_code == 404


def test_a_code_is_shown_once_and_belongs_to_who_enters_it_first(
    alices: Client, gwens: Client, cast: Cast, signed_in: SignedIn
) -> None:
    found = CODE.search(ask(gwens, cast).content.decode())
    assert found is not None
    code = found.group()
    assert code not in gwens.get("/requests/").content.decode()
    path = f"/patients/{cast.record.pk}/requests/code/"

    entered = alices.post(path, {"code": code.lower().replace("-", " ")})
    bobs = signed_in(cast.other_patient)
    late = bobs.post(f"/patients/{cast.other_record.pk}/requests/code/", {"code": code})

    asked = AccessRequest.objects.get(email="")
    assert entered["Location"] == answer_path(cast, asked)
    assert "Dr Gwen Gray" in flowing(alices.get(entered["Location"]))
    assert "No request is open under this code" in late.content.decode()
    alices.post(entered["Location"], {"whom": "clinic", "health": "on"})
    assert sees(cast) == {Scope.RECORD, Scope.HEALTH}


def test_codes_cannot_be_guessed_at(alices: Client, cast: Cast) -> None:
    path = f"/patients/{cast.record.pk}/requests/code/"

    wrong = {"code": "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE"}
    *counted, stopped = (alices.post(path, wrong) for _ in range(11))

    assert "No request is open under this code" in counted[-1].content.decode()
    assert "tried too often" in stopped.content.decode()


def test_a_clinician_cannot_flood_addresses(
    gwens: Client,
    cast: Cast,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    before = len(delivered())
    with django_capture_on_commit_callbacks(execute=True):
        *_, last = (ask(gwens, cast, f"person{n}@example.org") for n in range(31))

    assert "You have asked often" in last.content.decode()
    assert len(delivered()) - before == 30


def test_asking_again_ends_the_request_before(gwens: Client, cast: Cast) -> None:
    ask(gwens, cast, cast.owner.email.upper())

    states = AccessRequest.objects.order_by("made_at").values_list("outcome", flat=True)
    assert list(states) == ["withdrawn", ""]


def test_a_colleague_withdraws_it_and_the_patient_sees_no_more_of_it(
    alices: Client, gwens: Client, cast: Cast
) -> None:
    gwens.post(f"/requests/{cast.request.pk}/withdraw/")

    assert alices.get(answer_path(cast)).status_code == 404
    assert "Ended without access." in flowing(gwens.get("/requests/"))
    assert AuditEvent.objects.filter(
        action="revoked", object_id=cast.request.pk
    ).exists()


def test_bob_cannot_answer_what_alice_was_asked(
    cast: Cast, signed_in: SignedIn
) -> None:
    bobs = signed_in(cast.other_patient)
    path = f"/patients/{cast.other_record.pk}/requests/{cast.request.pk}/"

    assert bobs.get(path).status_code == 404
    assert bobs.post(path, {"whom": "alone", "results": "on"}).status_code == 404
    assert bobs.post(f"{path}decline/").status_code == 404
    cast.request.refresh_from_db()
    assert cast.request.closed_at is None
