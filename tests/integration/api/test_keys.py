"""Keys for programs: made here, shown once, bound to what they open, ended at once."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.domain import tokens as rules
from accounts.domain.tokens import TokenScope
from accounts.models import ApiToken, AuditEvent, Patient, User
from accounts.queries import viewer_for
from accounts.services import tokens
from labs.domain.health import HealthTopic
from tests.access.web_connection import looking, refusal, rows_seen, web_connection
from tests.factories import a_health_fact, a_period, a_result, owner_of
from tests.integration.api.conftest import MakeProgram, Program, a_key
from tests.integration.api.test_results import SENT

READS_RESULTS = frozenset({TokenScope.READ_RESULTS})
SECRET = re.compile(r"calcidiol_[\w-]{43}")


def make_on_the_page(browser: Client, *scopes: str) -> str:
    sent = {"name": "phone app", "scopes": scopes or ["results:read"], "days": "30"}
    found = SECRET.search(browser.post("/account/keys/new/", sent).content.decode())
    assert found is not None
    return found.group()


def results_of(patient: Patient) -> str:
    return f"/api/v1/patients/{patient.pk}/results"


def test_a_key_is_shown_once_and_kept_as_a_hash(annas: Client, anna: Patient) -> None:
    secret = make_on_the_page(annas)

    row = ApiToken.objects.get()
    assert row.secret_hash == rules.secret_hash(secret)
    assert secret not in annas.get("/account/keys/").content.decode()
    assert Program(secret).get(results_of(anna)).status_code == 200


def test_a_key_needs_a_name_something_to_open_and_an_end(annas: Client) -> None:
    page = annas.post("/account/keys/new/", {}).content.decode()

    assert "Give the key a name." in page
    assert "Choose at least one thing." in page
    assert "Choose how long the key lasts." in page
    assert not ApiToken.objects.exists()


def test_who_makes_a_key_shows_again_who_it_is(annas: Client) -> None:
    session = annas.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 16 * 60
    session.save()

    answer = annas.get("/account/keys/new/")

    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/reauthenticate/")


def test_a_revoked_key_opens_nothing_from_the_next_request_on(
    annas: Client, anna: Patient
) -> None:
    program = Program(make_on_the_page(annas))
    assert program.get(results_of(anna)).status_code == 200

    annas.post(f"/account/keys/{ApiToken.objects.get().pk}/revoke/")

    answer = program.get(results_of(anna))
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="Calcidiol"'
    assert answer.json()["type"] == "urn:calcidiol:problem:not-signed-in"
    assert "revoked" in annas.get("/account/keys/").content.decode()


def test_a_key_ends_by_itself(anna: Patient) -> None:
    program = Program(a_key(owner_of(anna), lasts=timedelta(milliseconds=1)))

    assert program.get(results_of(anna)).status_code == 401


@pytest.mark.parametrize(
    "header", ["Bearer ", "Bearer x", "Basic eDp5", "Bearer \x00", "Bearer a b c", "x"]
)
def test_what_is_no_key_is_refused(anna: Patient, client: Client, header: str) -> None:
    answer = client.get(results_of(anna), headers={"authorization": header})

    assert answer.status_code == 401


def test_a_session_beside_a_wrong_key_does_not_help(
    annas: Client, anna: Patient
) -> None:
    answer = annas.get(results_of(anna), headers={"authorization": "Bearer x"})

    assert answer.status_code == 401


def test_somebody_deactivated_has_no_programs_any_more(
    anna: Patient, annas_program: Program
) -> None:
    owner_of(anna).__class__.objects.update(is_active=False)

    assert annas_program.get(results_of(anna)).status_code == 401


def test_a_clinicians_key_ends_where_the_consent_does(
    anna: Patient, annas: Client, oseis_program: Program
) -> None:
    assert oseis_program.get(results_of(anna)).status_code == 200
    consent = anna.consents.get()

    annas.post(f"/patients/{anna.pk}/sharing/{consent.pk}/revoke/")

    assert oseis_program.get(results_of(anna)).status_code == 404


def test_a_clinicians_key_needs_the_second_step_too(
    anna: Patient, osei: User, oseis_program: Program
) -> None:
    osei.authenticator_set.all().delete()  # type: ignore[attr-defined]

    answer = oseis_program.get(results_of(anna))

    assert answer.status_code == 403
    assert "second step" in answer.json()["detail"]


def test_a_key_that_reads_writes_nothing(
    anna: Patient, program_of: MakeProgram
) -> None:
    answer = program_of(owner_of(anna), READS_RESULTS).post(results_of(anna), SENT)

    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:calcidiol:problem:scope"
    assert answer.json()["scope"] == "results:write"
    assert not anna.results.exists()


def test_what_a_key_does_not_open_is_said_to_be_unchecked(
    anna: Patient, program_of: MakeProgram
) -> None:
    a_health_fact(anna, HealthTopic.VITAMIN_K_ANTAGONIST)
    program = program_of(owner_of(anna), READS_RESULTS)

    told = program.get(f"/api/v1/patients/{anna.pk}/precautions").json()

    assert told["matched"] == []
    assert any("not checked" in line for line in told["not_checked"])


def test_the_database_binds_a_key_by_itself(
    transactional_db: None, anna: Patient
) -> None:
    """Without any check in Python: the policies ask for the key's own words."""
    del transactional_db
    a_result(anna)
    a_period(anna)
    user = owner_of(anna)
    a_key(user, READS_RESULTS)
    token = ApiToken.objects.get()
    change = "UPDATE labs_supplementperiod SET ends_on = starts_on"
    with web_connection() as opened, looking(opened, "user", user.pk):
        assert len(rows_seen(opened, "labs_supplementperiod")) == 1
        opened.execute("SELECT set_config('app.token_id', %s, true)", [str(token.pk)])
        assert len(rows_seen(opened, "labs_labresult")) == 1
        assert rows_seen(opened, "labs_supplementperiod") == []
        assert rows_seen(opened, "labs_healthfact") == []
        assert rows_seen(opened, "accounts_apitoken") == []
        assert refusal(opened, change, []) == "0 rows"
        with connection.cursor() as cursor:
            cursor.execute("UPDATE accounts_apitoken SET revoked_at = now()")
        assert rows_seen(opened, "labs_labresult") == []


def test_a_key_of_somebody_else_opens_nothing_for_the_viewer(
    transactional_db: None, anna: Patient, osei: User
) -> None:
    del transactional_db
    a_result(anna)
    a_key(osei)
    token = ApiToken.objects.get()
    with web_connection() as opened, looking(opened, "user", anna.user_id):
        opened.execute("SELECT set_config('app.token_id', %s, true)", [str(token.pk)])
        assert rows_seen(opened, "labs_labresult") == []


def test_every_table_with_policies_binds_keys(db: None) -> None:
    del db
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity"
            " AND NOT relispartition"
            " AND relnamespace = 'public'::regnamespace AND NOT EXISTS ("
            "  SELECT 1 FROM pg_policy WHERE polrelid = pg_class.oid"
            "  AND polname = 'key_reads' AND NOT polpermissive)"
        )
        unbound = {name for (name,) in cursor.fetchall()}

    # Who somebody is, and who works where: what each request looks up first.
    assert unbound == {
        "accounts_caregrant",
        "accounts_clinic",
        "accounts_consent",
        "accounts_membership",
        "accounts_patient",
        "accounts_patientnumber",
        "accounts_storedanswer",
    }


def test_every_use_stands_in_the_trail_with_the_keys_name(
    anna: Patient, annas: Client, annas_program: Program
) -> None:
    annas_program.get(results_of(anna))
    annas_program.post(results_of(anna), SENT)

    told = AuditEvent.objects.filter(through="phone app").order_by("at")
    assert [(each.action, each.object_label, each.channel) for each in told] == [
        ("read", "result", "api"),
        ("created", "result", "api"),
    ]
    page = annas.get(f"/patients/{anna.pk}/looks/").content.decode()
    assert "through a program with the key “phone app”" in page


def test_what_was_denied_stands_in_the_trail(
    anna: Patient, osei: User, program_of: MakeProgram
) -> None:
    stranger = program_of(osei)
    anna.consents.update(revoked_at=timezone.now())

    assert stranger.get(results_of(anna)).status_code == 404

    event = AuditEvent.objects.get(action="denied")
    assert (event.patient_id, event.channel) == (anna.pk, "api")


def test_a_key_used_too_often_is_told_to_wait(
    anna: Patient, annas_program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "MOST_USES", 2)

    answers = [annas_program.get(results_of(anna)) for _ in range(3)]

    assert [each.status_code for each in answers] == [200, 200, 429]
    assert 1 <= int(answers[2]["Retry-After"]) <= 60
    assert answers[2].json()["type"] == "urn:calcidiol:problem:too-many"


def test_when_a_key_was_used_last_is_seen(
    anna: Patient, annas: Client, annas_program: Program
) -> None:
    assert "Not used yet." in annas.get("/account/keys/").content.decode()

    annas_program.get(results_of(anna))

    assert "Last used" in annas.get("/account/keys/").content.decode()


def test_nobody_else_revokes_a_key(anna: Patient, oseis: Client) -> None:
    a_key(owner_of(anna))

    answer = oseis.post(f"/account/keys/{ApiToken.objects.get().pk}/revoke/")

    assert answer.status_code == 404
    assert ApiToken.objects.get().revoked_at is None


def test_who_may_write_may_read(anna: Patient) -> None:
    tokens.make(
        name="x",
        scopes=frozenset({TokenScope.WRITE_RESULTS}),
        lasts=timedelta(days=1),
        by=viewer_for(owner_of(anna)),
        at=timezone.now(),
    )

    assert ApiToken.objects.get().scopes == ["results:read", "results:write"]


def test_a_session_writes_only_with_its_csrf_token(
    anna: Patient, annas: Client
) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = annas.cookies

    refused = browser.post(results_of(anna), SENT, content_type="application/json")
    token = annas.cookies["csrftoken"].value
    taken = browser.post(
        results_of(anna),
        SENT,
        content_type="application/json",
        headers={"x-csrftoken": token},
    )

    assert refused.status_code == 403
    assert refused["Content-Type"] == "application/problem+json"
    assert taken.status_code == 201


def test_other_sites_are_not_let_in(anna: Patient, annas_program: Program) -> None:
    answer = annas_program.get(results_of(anna), origin="https://elsewhere.example")

    assert "Access-Control-Allow-Origin" not in answer.headers
