"""Who may see a record: given and changed by people, taken back also by their keys."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from accounts import queries
from accounts.domain.scopes import Scope
from accounts.domain.tokens import TokenScope
from accounts.models import AuditEvent, Clinic, Consent, Patient, User
from tests.factories import a_clinic, a_clinician, a_patient, owner_of
from tests.integration.api.conftest import InASession, MakeProgram, Program
from tests.integration.api.stored import description

ENDS = frozenset({TokenScope.END_SHARING})


def consents(patient: Patient, below: str = "") -> str:
    return f"/api/v1/patients/{patient.pk}/consents{below}"


def terms(**chosen: object) -> dict[str, object]:
    return {"results": True, "supplements": False, "health": False, **chosen}


@pytest.fixture
def wood(db: None) -> Clinic:
    """A clinic that Anna has not let in."""
    del db
    return a_clinic("Wood Clinic")


def given(patient: Patient) -> Consent:
    return patient.consents.get()


def seen(program: Program, patient: Patient) -> str:
    """Return the mark of the version of the one consent."""
    answer = program.get(consents(patient, f"/{given(patient).pk}"))
    assert answer.status_code == 200
    return str(answer["ETag"])


# Giving -------------------------------------------------------------------------------


def test_what_is_given_is_what_the_clinic_sees_and_stands_in_the_trail(
    anna: Patient, annas_session: InASession, wood: Clinic
) -> None:
    gwen = a_clinician(wood, "Dr Gwen")
    body = terms(clinic_id=str(wood.pk), results_from="2026-01-01")

    answer = annas_session.post(
        consents(anna), {**body, "ends_on": "2999-12-31"}, idempotency_key="one"
    )

    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["clinic"], told["clinician_id"]) == ("Wood Clinic", None)
    row = given(anna)
    assert row.ends_at == datetime(3000, 1, 1, tzinfo=UTC)
    scopes = queries.scopes_for(queries.viewer_for(gwen), anna, at=timezone.now())
    assert scopes == {Scope.RECORD, Scope.RESULTS}
    event = AuditEvent.objects.get(action="granted", object_label="consent")
    assert (event.object_id, event.through) == (str(row.pk), "")
    read = annas_session.get(answer["Location"])
    assert (read.json(), read["ETag"]) == (told, answer["ETag"])


def test_sent_again_under_its_key_it_is_given_once(
    anna: Patient, annas_session: InASession, wood: Clinic
) -> None:
    body = terms(clinic_id=str(wood.pk))

    first, again = (
        annas_session.post(consents(anna), body, idempotency_key="one")
        for _ in range(2)
    )

    assert first.json() == again.json()
    assert anna.consents.count() == 1


def test_one_clinician_is_let_in_alone(
    anna: Patient, annas_session: InASession, wood: Clinic
) -> None:
    gwen, other = a_clinician(wood, "Dr Gwen"), a_clinician(wood, "Dr Else")
    found = annas_session.get(f"/api/v1/patients/{anna.pk}/grantees").json()
    (hers,) = [each for each in found if each["clinician"] == "Dr Gwen"]
    whom = {name: hers[name] for name in ("clinic_id", "clinician_id")}

    answer = annas_session.post(consents(anna), terms(**whom))

    assert answer.json()["clinician"] == "Dr Gwen"
    at = timezone.now()
    visible = {
        user.name: queries.scopes_for(queries.viewer_for(user), anna, at=at)
        for user in (gwen, other)
    }
    assert Scope.RESULTS in visible["Dr Gwen"]
    assert not visible["Dr Else"]
    left = annas_session.get(f"/api/v1/patients/{anna.pk}/grantees").json()
    assert hers not in left


def test_no_key_lets_anybody_in_whatever_it_opens(
    anna: Patient, osei: User, annas_program: Program, wood: Clinic
) -> None:
    del osei
    before = given(anna)
    mark = seen(annas_program, anna)
    wider = terms(supplements=True, health=True)

    for path, body in (
        (consents(anna), terms(clinic_id=str(wood.pk))),
        (consents(anna, f"/{before.pk}/change"), wider),
    ):
        answer = annas_program.post(path, body, if_match=mark)
        assert answer.status_code == 403
        assert answer.json()["type"] == "urn:calcidiol:problem:forbidden"
        assert "No key lets anybody see a record" in answer.json()["detail"]
    assert given(anna) == before


def test_who_has_not_shown_who_they_are_a_moment_ago_is_asked_to(
    anna: Patient, osei: User, annas_session: InASession, wood: Clinic
) -> None:
    del osei
    mark = seen(annas_session, anna)
    annas_session.signed_in_ago(16 * 60)

    for path, body in (
        (consents(anna), terms(clinic_id=str(wood.pk))),
        (consents(anna, f"/{given(anna).pk}/change"), terms()),
    ):
        answer = annas_session.post(path, body, if_match=mark)
        assert answer.status_code == 403
        assert "before somebody is let in" in answer.json()["detail"]
    assert given(anna).revoked_at is None


def test_where_the_record_is_open_already_the_terms_are_told(
    anna: Patient, osei: User, clinic: Clinic, annas_session: InASession
) -> None:
    del osei

    answer = annas_session.post(consents(anna), terms(clinic_id=str(clinic.pk)))

    assert answer.status_code == 409
    assert answer.json()["current"]["id"] == str(given(anna).pk)


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"results": False}, ("#/results", "Choose at least one part")),
        ({"ends_on": "2020-01-01"}, ("#/ends_on", "This day has passed")),
        ({"results": "on"}, ("#/results", "true or false")),
        ({"clinic_id": "0" * 8}, ("#/clinic_id", "UUID")),
        ({"clinician_id": None}, ("#/clinician_id", "")),
        ({"basis": "clinic_record"}, ("#/basis", "not known here")),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_place(
    anna: Patient,
    annas_session: InASession,
    wood: Clinic,
    chosen: dict[str, object],
    said: tuple[str, str],
) -> None:
    body = {**terms(clinic_id=str(wood.pk)), **chosen}

    answer = annas_session.post(consents(anna), body)

    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert fault["pointer"] == said[0]
    assert said[1] in fault["detail"]
    assert not anna.consents.exists()


def test_nobody_is_let_in_who_is_no_clinic_and_works_in_none(
    anna: Patient, annas_session: InASession, wood: Clinic
) -> None:
    bob = owner_of(a_patient("Bob Birch"))
    for whom, place in (
        ({"clinic_id": str(anna.pk)}, "#/clinic_id"),
        ({"clinic_id": str(wood.pk), "clinician_id": str(bob.pk)}, "#/clinician_id"),
    ):
        answer = annas_session.post(consents(anna), terms(**whom))
        assert answer.status_code == 422
        assert [each["pointer"] for each in answer.json()["errors"]] == [place]
    assert not anna.consents.exists()


# Changing -----------------------------------------------------------------------------


def test_other_terms_take_the_place_and_the_old_ones_stay_in_the_history(
    anna: Patient, osei: User, annas_session: InASession
) -> None:
    before, mark = given(anna), seen(annas_session, anna)

    path = consents(anna, f"/{before.pk}/change")
    answer = annas_session.post(path, terms(), if_match=mark)

    assert answer.status_code == 201, answer.content
    before.refresh_from_db()
    assert before.revoked_at is not None
    at = timezone.now()
    scopes = queries.scopes_for(queries.viewer_for(osei), anna, at=at)
    assert scopes == {Scope.RECORD, Scope.RESULTS}
    listed = annas_session.get(consents(anna)).json()
    assert [each["id"] for each in listed] == [answer.json()["id"], str(before.pk)]
    assert AuditEvent.objects.filter(action="changed", object_label="consent").exists()


def test_terms_that_were_changed_meanwhile_are_told_and_stay(
    anna: Patient, osei: User, annas_session: InASession
) -> None:
    del osei
    before, mark = given(anna), seen(annas_session, anna)
    path = consents(anna, f"/{before.pk}/change")
    assert annas_session.post(path, terms()).status_code == 428
    annas_session.post(path, terms(), if_match=mark)

    answer = annas_session.post(path, terms(health=True), if_match=mark)

    assert answer.status_code == 412
    assert answer.json()["current"]["revoked_at"] is not None
    assert not anna.consents.filter(revoked_at=None, shares_health=True).exists()


# Ending -------------------------------------------------------------------------------


def test_a_key_takes_a_consent_back_from_the_next_request_on(
    anna: Patient, osei: User, oseis_program: Program, program_of: MakeProgram
) -> None:
    program = program_of(owner_of(anna), ENDS)
    results = f"/api/v1/patients/{anna.pk}/results"
    assert oseis_program.get(results).status_code == 200

    path = consents(anna, f"/{given(anna).pk}/ending")
    answer = program.post(path, if_match=seen(program, anna))

    assert answer.status_code == 200, answer.content
    assert answer.json()["revoked_at"] is not None
    assert oseis_program.get(results).status_code == 404
    event = AuditEvent.objects.get(action="revoked", object_label="consent")
    assert (event.through, event.patient_id) == ("phone app", anna.pk)
    again = program.post(path, if_match=answer["ETag"])
    assert again.json() == answer.json()
    assert AuditEvent.objects.filter(action="revoked").count() == 1
    del osei


def test_closing_a_door_does_not_ask_again_who_it_is(
    anna: Patient, osei: User, annas_session: InASession
) -> None:
    del osei
    mark = seen(annas_session, anna)
    annas_session.signed_in_ago(16 * 60)

    path = consents(anna, f"/{given(anna).pk}/ending")
    answer = annas_session.post(path, if_match=mark)

    assert answer.status_code == 200
    assert given(anna).revoked_at is not None


def test_what_was_changed_meanwhile_is_not_taken_for_closed(
    anna: Patient, osei: User, annas_session: InASession, annas_program: Program
) -> None:
    del osei
    before, mark = given(anna), seen(annas_program, anna)
    change = consents(anna, f"/{before.pk}/change")
    annas_session.post(change, terms(), if_match=mark)

    path = consents(anna, f"/{before.pk}/ending")
    answer = annas_program.post(path, if_match=mark)

    assert answer.status_code == 412
    assert anna.consents.filter(revoked_at=None).count() == 1
    assert annas_program.post(path).status_code == 428


def test_a_key_that_reads_ends_nothing_and_no_clinician_does(
    anna: Patient, osei: User, program_of: MakeProgram, oseis_program: Program
) -> None:
    del osei
    reads = program_of(owner_of(anna), frozenset({TokenScope.READ_SHARING}))
    path = consents(anna, f"/{given(anna).pk}/ending")

    closed = reads.post(path, if_match="*")
    his = oseis_program.post(path, if_match="*")

    assert (closed.status_code, closed.json()["scope"]) == (403, "sharing:end")
    assert his.status_code == 403
    assert given(anna).revoked_at is None


def test_a_consent_of_another_record_is_not_there(
    anna: Patient, osei: User, program_of: MakeProgram
) -> None:
    del osei
    bob = a_patient("Bob Birch")
    path = consents(bob, f"/{given(anna).pk}/ending")

    answer = program_of(owner_of(bob)).post(path, if_match="*")

    assert answer.status_code == 404
    assert given(anna).revoked_at is None


def test_the_description_says_that_no_key_gives_or_changes() -> None:
    told = {
        each["operationId"]: each["security"]
        for methods in description()["paths"].values()
        for each in methods.values()
    }

    closed_to_keys = {name for name, may in told.items() if may == [{"session": []}]}
    assert closed_to_keys == {"consents_give", "consents_change"}
