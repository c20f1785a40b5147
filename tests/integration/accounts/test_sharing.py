"""The patient lets a clinic in, sees who looked, and closes the door again."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts import queries
from accounts.domain.roles import Role
from accounts.domain.scopes import Scope
from accounts.models import AuditEvent, Consent
from accounts.services import enrolment
from tests.access.characters import FOUR_WORDS, Cast, person
from tests.access.signing_in import moved_on, sign_in
from tests.integration.labs.spoken_pages import flowing


@pytest.fixture
def alice(client: Client, cast: Cast) -> Client:
    sign_in(client, cast.owner)
    return client


def shown(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_what_the_patient_chose_is_what_the_clinic_sees(
    alice: Client, cast: Cast
) -> None:
    path = f"/patients/{cast.record.pk}/sharing/new/"
    assert "The wood clinic" in shown(alice, path)

    answer = alice.post(
        path,
        {
            "clinic": cast.wood.pk,
            "results": "on",
            "results_from": "2026-01-01",
            "ends_on": "2999-12-31",
        },
    )

    assert answer["Location"] == f"/patients/{cast.record.pk}/sharing/"
    scopes = queries.scopes_for(
        queries.viewer_for(cast.elsewhere), cast.record, at=timezone.now()
    )
    assert scopes == {Scope.RECORD, Scope.RESULTS}
    given = Consent.objects.get(clinic=cast.wood)
    assert given.ends_at == datetime(3000, 1, 1, tzinfo=UTC)
    page = shown(alice, answer["Location"])
    assert "results from 1 January 2026 on" in page
    assert "to the end of 31 December 2999" in page
    assert AuditEvent.objects.filter(action="granted", object_id=given.pk).exists()


def test_taking_it_back_counts_from_the_next_request_on(
    alice: Client, cast: Cast
) -> None:
    carol = Client()
    carol.force_login(cast.consented)
    sharing = f"/patients/{cast.record.pk}/sharing/"
    assert carol.get(sharing).status_code == 403
    assert "The harbour clinic (020 7946 0018)" in flowing(alice.get(sharing))

    alice.post(f"{sharing}{cast.harbour_consent.pk}/revoke/")

    assert carol.get(sharing).status_code == 404
    page = shown(alice, sharing)
    assert "No clinic can see this." in page
    assert "taken back on" in page


def test_taking_it_back_twice_writes_one_event(alice: Client, cast: Cast) -> None:
    path = f"/patients/{cast.record.pk}/sharing/{cast.harbour_consent.pk}/revoke/"

    for _ in range(2):
        alice.post(path)

    events = AuditEvent.objects.filter(
        action="revoked", object_id=cast.harbour_consent.pk
    )
    assert events.count() == 1


def test_sharing_twice_by_a_double_click_gives_one_consent(
    alice: Client, cast: Cast
) -> None:
    path = f"/patients/{cast.record.pk}/sharing/new/"

    for _ in range(2):
        alice.post(path, {"clinic": cast.wood.pk, "health": "on"})

    assert Consent.objects.filter(clinic=cast.wood).count() == 1


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({}, "Choose at least one part"),
        ({"results": "on", "ends_on": "2020-01-01"}, "This day has passed"),
        ({"results": "on", "ends_on": "31/31/2026"}, "Type the date as day/month/year"),
    ],
)
def test_a_form_that_makes_no_sense_is_answered_in_words(
    alice: Client, cast: Cast, answers: dict[str, str], sentence: str
) -> None:
    path = f"/patients/{cast.record.pk}/sharing/new/"

    page = alice.post(path, {"clinic": str(cast.wood.pk), **answers})

    assert sentence in page.content.decode()
    assert not Consent.objects.filter(clinic=cast.wood).exists()


def test_a_consent_of_another_record_is_not_there(alice: Client, cast: Cast) -> None:
    bob = Client()
    bob.force_login(cast.other_patient)

    answer = bob.post(
        f"/patients/{cast.other_record.pk}/sharing/{cast.harbour_consent.pk}/revoke/"
    )

    assert answer.status_code == 404
    assert "The harbour clinic" in shown(alice, f"/patients/{cast.record.pk}/sharing/")


def test_the_looks_page_names_who_did_what_in_plain_words(
    alice: Client, cast: Cast
) -> None:
    carol = Client()
    carol.force_login(cast.consented)
    carol.get(f"/patients/{cast.record.pk}/looks/")

    page = shown(alice, f"/patients/{cast.record.pk}/looks/")

    assert "<strong>Dr Carol Cole</strong> tried to open, and was refused," in page
    assert "<strong>You</strong> let a clinic see your record" in page


def test_the_grant_says_when_somebody_there_last_looked(
    alice: Client, cast: Cast
) -> None:
    AuditEvent.objects.create(
        at=datetime(2026, 3, 12, 14, 3, tzinfo=UTC),
        actor_kind="user",
        actor_id=cast.consented.pk,
        actor_name=cast.consented.name,
        patient_id=cast.record.pk,
        action="read",
        object_label="patient",
        channel="page",
    )

    page = shown(alice, f"/patients/{cast.record.pk}/sharing/")

    assert "Dr Carol Cole, last 12 March 2026, 14:03 UTC" in page
    assert "Nobody there has looked yet." in page


def test_before_sharing_it_is_asked_again_who_this_is(
    alice: Client, cast: Cast
) -> None:
    path = f"/patients/{cast.record.pk}/sharing/new/"

    with moved_on(minutes=16):
        asked = alice.get(path)
        refused = alice.post(path, {"clinic": cast.wood.pk, "results": "on"})
        again = alice.post(
            f"/account/reauthenticate/?next={path}", {"password": FOUR_WORDS}
        )
        opened = alice.get(path)

    assert asked["Location"].startswith("/account/reauthenticate/?next=")
    assert refused["Location"] == asked["Location"]
    assert not Consent.objects.filter(clinic=cast.wood).exists()
    assert again["Location"] == path
    assert opened.status_code == 200


def changes(alice: Client, cast: Cast, **chosen: str) -> HttpResponse:
    path = f"/patients/{cast.record.pk}/sharing/{cast.harbour_consent.pk}/change/"
    return alice.post(path, chosen)  # type: ignore[return-value]


def test_terms_are_changed_at_any_moment_and_count_from_the_next_request(
    alice: Client, cast: Cast
) -> None:
    carol = Client()
    carol.force_login(cast.consented)
    assert carol.get(f"/patients/{cast.record.pk}/results/new/").status_code == 200

    changes(alice, cast, supplements="on", ends_on="2999-12-31")

    viewer = queries.viewer_for(cast.consented)
    scopes = queries.scopes_for(viewer, cast.record, at=timezone.now())
    assert scopes == {Scope.RECORD, Scope.SUPPLEMENTS}
    assert carol.get(f"/patients/{cast.record.pk}/results/new/").status_code == 404
    page = flowing(alice.get(f"/patients/{cast.record.pk}/sharing/"))
    assert "name and birth date, supplements" in page
    assert "to the end of 31 December 2999" in page
    assert "taken back on" in page  # what held before stays in the list
    looks = flowing(alice.get(f"/patients/{cast.record.pk}/looks/"))
    assert "You changed what a clinic sees of your record" in looks


def test_terms_can_be_widened_too(alice: Client, cast: Cast) -> None:
    hill = Consent.objects.get(clinic=cast.hill)
    path = f"/patients/{cast.record.pk}/sharing/{hill.pk}/change/"
    shown_now = shown(alice, path)

    alice.post(path, {"results": "on", "supplements": "on", "health": "on"})

    assert 'name="supplements" id="id_supplements" checked' in shown_now
    viewer = queries.viewer_for(cast.partial)
    assert queries.scopes_for(viewer, cast.record, at=timezone.now()) == set(Scope)


def test_terms_changed_in_another_tab_are_not_overwritten(
    alice: Client, cast: Cast
) -> None:
    changes(alice, cast, health="on")
    page = alice.post(
        f"/patients/{cast.record.pk}/sharing/{cast.harbour_consent.pk}/change/",
        {"results": "on"},
        follow=True,
    )

    assert "changed or taken back in the meantime" in page.content.decode()
    holds = Consent.objects.get(clinic=cast.harbour, revoked_at=None)
    assert (holds.shares_results, holds.shares_health) == (False, True)


def test_one_clinician_alone_can_be_let_in(alice: Client, cast: Cast) -> None:
    path = f"/patients/{cast.record.pk}/sharing/new/"
    assert "Dr Gwen Gray alone" in shown(alice, path)
    colleague = person("Dr Ivo Iles", "ivo@example.org")
    enrolment.add_member(
        clinic=cast.wood, user=colleague, role=Role.CLINICIAN, at=timezone.now()
    )

    alice.post(path, {"clinic": f"{cast.wood.pk}:{cast.elsewhere.pk}", "results": "on"})

    at = timezone.now()
    gwen, ivo = queries.viewer_for(cast.elsewhere), queries.viewer_for(colleague)
    assert Scope.RESULTS in queries.scopes_for(gwen, cast.record, at=at)
    assert not queries.scopes_for(ivo, cast.record, at=at)
    page = shown(alice, f"/patients/{cast.record.pk}/sharing/")
    assert "Dr Gwen Gray alone, at The wood clinic" in page
    assert "Dr Gwen Gray alone" not in shown(alice, path)  # let in already


def test_nobody_is_let_in_under_a_name_that_was_not_offered(
    alice: Client, cast: Cast
) -> None:
    path = f"/patients/{cast.record.pk}/sharing/new/"
    for made_up in (
        f"{cast.wood.pk}:{cast.consented.pk}",
        f"{cast.wood.pk}:{cast.owner.pk}",
        f"{cast.wood.pk}:x",
        "x",
    ):
        page = alice.post(path, {"clinic": made_up, "results": "on"})
        assert "not one of the available choices" in page.content.decode()


def test_the_whole_trail_is_taken_along_as_a_table_no_spreadsheet_runs(
    alice: Client, cast: Cast
) -> None:
    cast.consented.name = "=HYPERLINK(1)"
    cast.consented.save()
    carol = Client()
    carol.force_login(cast.consented)
    carol.get(f"/patients/{cast.record.pk}/")

    answer = alice.get(f"/patients/{cast.record.pk}/looks.csv")

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["When", "Who", "What", "How", "From where"]
    assert rows[1][1:] == [
        "'=HYPERLINK(1)",
        "looked at your record",
        "on a page",
        "127.0.0.1",
    ]
    assert (
        len(rows)
        == 1
        + AuditEvent.objects.filter(patient_id=cast.record.pk)
        .exclude(object_label="audit trail")
        .count()
    )
    assert "Ashby" not in answer["Content-Disposition"]
    page = flowing(alice.get(f"/patients/{cast.record.pk}/looks/"))
    assert "You downloaded the list of who looked as an export" in page


def test_before_the_trail_is_taken_along_it_is_asked_again_who_this_is(
    alice: Client, cast: Cast
) -> None:
    with moved_on(minutes=16):
        asked = alice.get(f"/patients/{cast.record.pk}/looks.csv")

    assert asked["Location"].startswith("/account/reauthenticate/")
