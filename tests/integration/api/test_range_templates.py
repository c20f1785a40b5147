"""A clinic's templates of ranges, through programs of its clinicians."""

import pytest

from accounts.domain.tokens import TokenScope
from accounts.models import AuditEvent, Clinic, User
from labs.models import Target, TargetTemplate
from tests.factories import a_clinic, a_clinician
from tests.integration.api.conftest import MakeProgram, Program

SENT = {
    "name": "Bone health",
    "source": "Agreed here.",
    "unit": "ng/mL",
    "low": "30",
    "high": "50.5",
}


def templates(clinic: Clinic, below: str = "") -> str:
    return f"/api/v1/clinics/{clinic.pk}/range-templates{below}"


def kept(program: Program, clinic: Clinic) -> tuple[str, str]:
    """Keep a template; return its address and the mark of its version."""
    answer = program.post(templates(clinic), SENT)
    assert answer.status_code == 201, answer.content
    return answer["Location"], answer["ETag"]


def test_it_is_kept_changed_and_retired_and_sets_nothing(
    clinic: Clinic, oseis_program: Program
) -> None:
    place, mark = kept(oseis_program, clinic)
    read = oseis_program.get(place)
    assert (read["ETag"], read.json()["high"]) == (mark, "50.5")

    changed = oseis_program.post(
        f"{place}/change", {**SENT, "high": "60"}, if_match=mark
    )

    assert changed.status_code == 201, changed.content
    listed = oseis_program.get(templates(clinic)).json()
    assert [(each["high"], each["retired_by"]) for each in listed] == [
        ("60", ""),
        ("50.5", "Dr Osei"),
    ]
    place, mark = changed["Location"], changed["ETag"]
    retired = oseis_program.post(f"{place}/retirement", if_match=mark)
    assert retired.json()["retired_by"] == "Dr Osei"
    assert not TargetTemplate.objects.filter(retired_at=None).exists()
    assert not Target.objects.exists()
    events = AuditEvent.objects.filter(object_label="range template")
    assert set(events.values_list("through", flat=True)) == {"phone app"}
    assert events.count() == 4


def test_sent_again_under_its_key_it_is_kept_once(
    clinic: Clinic, oseis_program: Program
) -> None:
    first, again = (
        oseis_program.post(templates(clinic), SENT, idempotency_key="one")
        for _ in range(2)
    )

    assert first.json() == again.json()
    assert TargetTemplate.objects.count() == 1


def test_what_was_changed_meanwhile_is_told_and_stays(
    clinic: Clinic, oseis_program: Program
) -> None:
    place, mark = kept(oseis_program, clinic)
    oseis_program.post(f"{place}/retirement", if_match=mark)

    late = oseis_program.post(f"{place}/change", SENT, if_match=mark)
    retired = oseis_program.get(place)["ETag"]
    conflict = oseis_program.post(f"{place}/retirement", if_match=retired)

    assert (late.status_code, conflict.status_code) == (412, 409)
    assert late.json()["current"]["retired_by"] == "Dr Osei"
    assert "by somebody else meanwhile" in conflict.json()["detail"]
    assert oseis_program.post(f"{place}/change", SENT).status_code == 428
    assert TargetTemplate.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({**SENT, "low": "60"}, "#/high"),
        ({**SENT, "source": ""}, "#/source"),
        ({**SENT, "urgency": "today"}, "#/alert_high"),
        ({**SENT, "starts_on": "2026-01-01"}, "#/starts_on"),
        ({"name": "x", "source": "x", "unit": "ng/mL"}, "#/low"),
    ],
)
def test_what_the_page_would_refuse_is_refused_by_its_place(
    clinic: Clinic, oseis_program: Program, body: dict[str, str], place: str
) -> None:
    answer = oseis_program.post(templates(clinic), body)

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [place]
    assert not TargetTemplate.objects.exists()


def test_two_on_offer_have_two_names(clinic: Clinic, oseis_program: Program) -> None:
    kept(oseis_program, clinic)

    answer = oseis_program.post(templates(clinic), SENT)

    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert (fault["pointer"], fault["detail"]) == (
        "#/name",
        "Another template of the clinic has this name.",
    )


def test_another_clinics_are_not_there(
    clinic: Clinic, oseis_program: Program, program_of: MakeProgram
) -> None:
    place, mark = kept(oseis_program, clinic)
    wood = a_clinic("Wood Clinic")
    gwens = program_of(a_clinician(wood, "Dr Gwen"))
    same = place.replace(str(clinic.pk), str(wood.pk))

    for address in (place, same):
        assert gwens.get(address).status_code == 404
        answer = gwens.post(f"{address}/retirement", if_match=mark)
        assert answer.status_code == 404
    assert TargetTemplate.objects.get().retired_at is None


def test_a_key_that_reads_writes_none(
    clinic: Clinic, osei: User, program_of: MakeProgram
) -> None:
    reads = program_of(osei, frozenset({TokenScope.READ_REVIEWS}))

    answer = reads.post(templates(clinic), SENT)

    assert (answer.status_code, answer.json()["scope"]) == (403, "ranges:write")
    assert reads.get(templates(clinic)).json() == []
