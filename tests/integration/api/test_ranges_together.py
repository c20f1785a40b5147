"""One range for several people through programs: what the page refuses is refused."""

from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.domain.tokens import TokenScope
from accounts.models import AuditEvent, Clinic, Patient, User
from accounts.queries import viewer_for
from accounts.services import consent as consents
from labs.models import Target
from labs.services.targeting_together import MOST_TOGETHER
from tests.access.characters import absent
from tests.factories import (
    a_clinic,
    a_clinician,
    a_consent,
    a_patient,
    a_result,
    a_target,
    an_entry,
    owner_of,
)
from tests.integration.api.conftest import MakeProgram, Program
from tests.integration.labs.test_worklist_joined import join

LIMITS = {
    "unit": "ng/mL",
    "low": "30",
    "high": "50",
    "starts_on": "2025-03-01",
    "reason": "Agreed at the visit.",
}


@pytest.fixture
def ben(clinic: Clinic) -> Patient:
    person = a_patient("Ben Birch")
    a_consent(person, clinic)
    return person


def ranges(clinic: Clinic, below: str = "") -> str:
    return f"/api/v1/clinics/{clinic.pk}/ranges{below}"


def asked(*people: Patient, **more: object) -> dict[str, object]:
    return {**LIMITS, "patient_ids": [str(each.pk) for each in people], **more}


def sent(*people: Patient, **more: object) -> dict[str, object]:
    bound = [
        {"patient_id": str(each.pk), "seen": each.targets.count()} for each in people
    ]
    return {**LIMITS, "people": bound, **more}


def test_the_look_tells_for_each_what_holds_now_and_what_it_would_judge(
    anna: Patient, ben: Patient, clinic: Clinic, osei: User, oseis_program: Program
) -> None:
    a_target(anna, osei, low="20", high="40")
    a_result(anna, an_entry("28"))
    silent = a_patient("Cleo Cross")
    a_consent(silent, clinic, results=False)
    stranger = a_patient("Dora Dew")

    answer = oseis_program.post(
        ranges(clinic, "/looking"), asked(anna, ben, silent, stranger)
    )

    assert answer.status_code == 200
    hers, his, silents, strangers = answer.json()["people"]
    assert (hers["stands"], hers["seen"], hers["judges"]) == ("ready", 1, 1)
    assert (hers["range"]["low"], hers["range"]["set_by"]) == ("20", "Dr Osei")
    assert (his["stands"], his["seen"], his["range"]) == ("ready", 0, None)
    assert (silents["stands"], silents["name"]) == ("not_shared", "Cleo Cross")
    assert (silents["seen"], silents["judges"]) == (None, None)
    assert (strangers["stands"], strangers["name"]) == ("not_here", "")
    assert Target.objects.count() == 1
    noted = AuditEvent.objects.filter(object_label="target", action="read")
    assert {each.patient_id for each in noted} == {anna.pk, ben.pk, silent.pk}
    assert {each.through for each in noted} == {"phone app"}


def test_a_stranger_and_nobody_look_the_same(
    anna: Patient, clinic: Clinic, oseis_program: Program
) -> None:
    stranger = a_patient("Dora Dew")
    body = asked(anna, stranger)
    body["patient_ids"] = [str(stranger.pk), str(absent())]

    theirs, nobodys = oseis_program.post(ranges(clinic, "/looking"), body).json()[
        "people"
    ]

    assert {**theirs, "patient_id": ""} == {**nobodys, "patient_id": ""}


def test_it_is_set_for_all_read_again_and_taken_back(
    anna: Patient, ben: Patient, clinic: Clinic, oseis_program: Program
) -> None:
    body = sent(anna, ben, alert_high="100", urgency="today")

    answer = oseis_program.post(ranges(clinic), body, idempotency_key="one")
    again = oseis_program.post(ranges(clinic), body, idempotency_key="one")

    told = answer.json()
    assert answer.status_code == 201
    assert again.json() == told
    assert again["Idempotency-Replayed"] == "true"
    assert [each["name"] for each in told["people"]] == ["Anna Example", "Ben Birch"]
    assert (told["range"]["low"], told["range"]["alert_high"]) == ("30", "100")
    assert (told["range"]["reason"], told["range"]["set_by"]) == (
        "Agreed at the visit.",
        "Dr Osei",
    )
    rows = Target.objects.filter(together=told["set_together_id"])
    assert {row.patient_id for row in rows} == {anna.pk, ben.pk}
    created = AuditEvent.objects.filter(object_label="target", action="created")
    assert {each.patient_id for each in created} == {anna.pk, ben.pk}

    address = ranges(clinic, f"/{told['set_together_id']}")
    assert oseis_program.get(address).json() == told
    oseis_program.post(f"{address}/undoing")

    taken = oseis_program.get(address).json()["people"]
    assert {each["taken_back_by"] for each in taken} == {"Dr Osei"}
    noted = AuditEvent.objects.filter(
        object_label="target", action="read", object_id=told["set_together_id"]
    )
    assert noted.filter(patient_id=ben.pk).count() == 2


def test_the_key_with_another_body_is_refused(
    anna: Patient, ben: Patient, clinic: Clinic, oseis_program: Program
) -> None:
    oseis_program.post(ranges(clinic), sent(anna), idempotency_key="one")

    other = oseis_program.post(ranges(clinic), sent(ben), idempotency_key="one")

    assert other.status_code == 422
    assert other.json()["type"] == "urn:calcidiol:problem:key-used"
    assert Target.objects.get().patient_id == anna.pk


def test_a_range_set_since_the_look_stops_all_and_is_told(
    anna: Patient, ben: Patient, clinic: Clinic, osei: User, oseis_program: Program
) -> None:
    body = sent(anna, ben)
    a_target(ben, osei, low="20", high="40")

    answer = oseis_program.post(ranges(clinic), body)

    assert answer.status_code == 409
    told = answer.json()
    assert told["type"] == "urn:calcidiol:problem:conflict"
    hers, his = told["current"]
    assert (hers["stands"], his["stands"]) == ("ready", "changed")
    assert (his["seen"], his["range"]["low"]) == (1, "20")
    assert Target.objects.count() == 1
    noted = AuditEvent.objects.filter(object_label="target", action="read")
    assert {each.patient_id for each in noted} == {anna.pk, ben.pk}
    assert oseis_program.post(ranges(clinic), sent(anna, ben)).status_code == 201


def test_a_range_set_in_a_joined_record_since_the_look_stops_all(
    anna: Patient, ben: Patient, clinic: Clinic, osei: User, oseis_program: Program
) -> None:
    other = a_patient("Anne Sample")
    city = a_clinic("City Clinic")
    a_consent(other, clinic)
    a_consent(other, city)
    join(anna, other, osei)
    body = sent(anna, ben)
    a_target(other, a_clinician(city, "Dr Else"), low="20", high="40")

    answer = oseis_program.post(ranges(clinic), body)

    hers, his = answer.json()["current"]
    assert answer.status_code == 409
    assert (hers["stands"], his["stands"]) == ("changed", "ready")
    assert hers["is_of_another_clinic"] is True
    assert (hers["seen"], hers["range"]["set_by"]) == (1, "Dr Else")
    body["people"][0]["seen"] = hers["seen"]  # type: ignore[index]
    assert oseis_program.post(ranges(clinic), body).status_code == 201


def test_who_does_not_share_or_is_not_there_stops_all_alike(
    anna: Patient, ben: Patient, clinic: Clinic, oseis_program: Program
) -> None:
    consents.revoke(
        consent=ben.consents.get(), by=viewer_for(owner_of(ben)), at=timezone.now()
    )
    nobody = sent(anna)
    nobody["people"] = [*sent(anna)["people"], {"patient_id": str(absent()), "seen": 0}]  # type: ignore[misc]

    ended = oseis_program.post(ranges(clinic), sent(anna, ben))
    unknown = oseis_program.post(ranges(clinic), nobody)

    for answer in (ended, unknown):
        assert answer.status_code == 409
        assert [each["stands"] for each in answer.json()["current"]] == [
            "ready",
            "not_here",
        ]
    assert not Target.objects.exists()


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"low": "60"}, "#/high"),
        ({"low": "٣٠"}, "#/low"),
        ({"low": 30}, "#/low"),
        ({"reason": ""}, "#/reason"),
        ({"set_by": "Dr Else"}, "#/set_by"),
        ({"people": []}, "#/people"),
        ({"people": [{"patient_id": "x", "seen": 0}]}, "#/people/0/patient_id"),
        ({"people": [{"patient_id": str(uuid4())}]}, "#/people/0/seen"),
        (
            {"people": [{"patient_id": str(uuid4()), "seen": True}]},
            "#/people/0/seen",
        ),
        (
            {"people": [{"patient_id": str(uuid4()), "seen": 0, "x": 1}]},
            "#/people/0/x",
        ),
        (
            {
                "people": [
                    {"patient_id": str(uuid4()), "seen": 0}
                    for _each in range(MOST_TOGETHER + 1)
                ]
            },
            "#/people",
        ),
    ],
)
def test_what_cannot_be_is_refused_by_its_place(
    anna: Patient,
    clinic: Clinic,
    oseis_program: Program,
    change: dict[str, object],
    place: str,
) -> None:
    answer = oseis_program.post(ranges(clinic), sent(anna, **change))

    assert answer.status_code == 422, answer.content
    assert place in {each["pointer"] for each in answer.json()["errors"]}
    assert not Target.objects.exists()


def test_the_same_person_twice_is_refused_by_the_place_of_the_second(
    anna: Patient, clinic: Clinic, oseis_program: Program
) -> None:
    looked = oseis_program.post(ranges(clinic, "/looking"), asked(anna, anna))
    posted = oseis_program.post(ranges(clinic), sent(anna, anna))

    (at_look,) = looked.json()["errors"]
    (at_set,) = posted.json()["errors"]
    assert (looked.status_code, at_look["pointer"]) == (422, "#/patient_ids/1")
    assert (posted.status_code, at_set["pointer"]) == (422, "#/people/1/patient_id")


def test_only_who_treats_in_the_clinic_with_the_right_key_sets_it(
    anna: Patient,
    clinic: Clinic,
    osei: User,
    annas_program: Program,
    program_of: MakeProgram,
) -> None:
    reads = program_of(osei, frozenset({TokenScope.READ_RESULTS}))
    other = program_of(a_clinician(a_clinic("Hill Clinic"), "Dr Lind"))

    for address, body in (
        (ranges(clinic), sent(anna)),
        (ranges(clinic, "/looking"), asked(anna)),
    ):
        assert annas_program.post(address, body).status_code == 404
        assert other.post(address, body).status_code == 404
        lacks = reads.post(address, body)
        assert (lacks.status_code, lacks.json()["scope"]) == (403, "ranges:write")
    assert not Target.objects.exists()


def test_another_clinic_reads_nothing_of_what_was_set_together(
    anna: Patient, clinic: Clinic, oseis_program: Program, program_of: MakeProgram
) -> None:
    told = oseis_program.post(ranges(clinic), sent(anna)).json()
    other = a_clinic("Hill Clinic")
    lind = program_of(a_clinician(other, "Dr Lind"))
    a_consent(anna, other)

    for each in (clinic, other):
        address = ranges(each, f"/{told['set_together_id']}")
        assert lind.get(address).status_code == 404
