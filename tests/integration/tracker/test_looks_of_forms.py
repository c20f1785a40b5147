"""
Who reads of a patient on the way to a change is in the patient's trail, too.

Pages that are read by their address alone are held to it by the table of permissions.
"""

from collections import Counter
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import AuditEvent, Clinic, Patient, User
from tests.factories import a_consent, a_patient, a_period, a_result, a_target, an_entry
from tests.integration.labs.test_entering_results import confirmed
from tests.integration.labs.test_result_versions import correction
from tests.integration.labs.test_setting_targets import confirmed as confirmed_range
from tests.integration.labs.test_setting_targets import wish


@pytest.fixture
def bob(clinic: Clinic, osei: User) -> Patient:
    """Bob Birch, who shares with the same clinic as Anna."""
    del osei
    bob = a_patient("Bob Birch")
    a_consent(bob, clinic)
    return bob


def looks(*patients: Patient | None) -> list[Counter[str]]:
    """Return what was read of each; of nobody in particular, where none is named."""
    return [
        Counter(
            AuditEvent.objects.filter(
                patient_id=each.pk if each else None, action="read"
            ).values_list("object_label", flat=True)
        )
        for each in patients
    ]


def shown(answer: HttpResponse, *words: str) -> HttpResponse:
    """Assert that the page says what it is noted for."""
    page = answer.content.decode()
    assert [each for each in words if each not in page] == []
    return answer


def test_a_held_result_that_is_shown_to_be_confirmed(
    oseis: Client, anna: Patient
) -> None:
    row = a_result(anna, an_entry("28.4", held_because="The unit was not read."))
    place = f"/patients/{anna.pk}/results/{row.pk}/confirm/"

    shown(oseis.get(place), "28.4")  # type: ignore[arg-type]

    assert looks(anna) == [{"result": 1}]


@pytest.mark.parametrize("form", ["void", "move"])
def test_a_result_that_is_shown_again_with_what_was_wrong_in_the_form(
    oseis: Client, anna: Patient, form: str
) -> None:
    row = a_result(anna, an_entry("28.4"))

    answer = oseis.post(f"/patients/{anna.pk}/results/{row.pk}/{form}/", {"x": "y"})

    assert answer.status_code == 422
    shown(answer, "28.4")  # type: ignore[arg-type]
    assert looks(anna) == [{"result": 1}]


@pytest.mark.parametrize("form", ["end", "pause", "resume", "change"])
def test_a_product_that_is_shown_again_with_what_was_wrong_in_the_form(
    oseis: Client, anna: Patient, form: str
) -> None:
    period = a_period(anna, name="Quendel drops")
    place = f"/patients/{anna.pk}/supplements/{period.pk}/{form}/"

    answer = oseis.post(place, {"x": "y"})

    assert answer.status_code == 422
    shown(answer, "Quendel drops")  # type: ignore[arg-type]
    assert looks(anna) == [{"supplement period": 1}]


@pytest.mark.parametrize("place", ["join/", "results/{}/move/"])
def test_the_search_for_the_other_person_is_a_look_at_the_list(
    oseis: Client, anna: Patient, bob: Patient, place: str
) -> None:
    path = f"/patients/{anna.pk}/{place}".format(a_result(anna).pk)

    answer = oseis.post(path, {"q": "Bob", "search": "yes"})

    shown(answer, "Bob Birch")  # type: ignore[arg-type]
    listed, of_bob = looks(None, bob)
    assert (listed["patient list"], of_bob) == (1, {})


def test_a_search_that_finds_nobody_is_no_look(
    annas: Client, anna: Patient, bob: Patient
) -> None:
    """Anna sees no record but her own: there is nobody whom it could list."""
    del bob
    annas.get(f"/patients/{anna.pk}/results/{a_result(anna).pk}/move/")

    listed, of_anna = looks(None, anna)
    assert (listed["patient list"], of_anna) == (0, {"result": 1})


def test_people_found_for_reports(oseis: Client, bob: Patient) -> None:
    shown(oseis.post("/reports/", {"q": "Bob"}), bob.name)  # type: ignore[arg-type]

    assert looks(None)[0]["patient list"] == 1


def test_ranges_that_are_looked_at_and_set_together_are_in_each_trail(
    oseis: Client, anna: Patient, bob: Patient, osei: User, clinic: Clinic
) -> None:
    for person in (anna, bob):
        a_target(person, osei)
    key = str(uuid4())
    form = {name: value for name, value in wish().items() if name != "seen"}
    typed = {**form, "entry_id": key, "person": [str(anna.pk), str(bob.pk)]}
    names = (anna.name, bob.name)

    shown(oseis.post("/worklist/ranges/", typed), *names)  # type: ignore[arg-type]
    assert looks(None, anna, bob) == [{"worklist": 1}, {}, {}]

    typed |= {"limits": "typed"}
    shown(oseis.post("/worklist/ranges/", typed), *names)  # type: ignore[arg-type]
    assert looks(anna, bob) == [{"target": 1}, {"target": 1}]

    bound = [f"{each.pk}:{each.targets.count()}" for each in (anna, bob)]
    typed |= {"bound": bound, "confirmed": "yes"}
    done = oseis.post("/worklist/ranges/", typed, follow=True)
    shown(done, *names)  # type: ignore[arg-type]
    assert looks(anna, bob) == [{"target": 2}, {"target": 2}]
    assert clinic.name in done.content.decode()


def test_what_a_colleague_stored_meanwhile_and_is_shown_beside_ones_own(
    oseis: Client, anna: Patient, osei: User
) -> None:
    row = a_result(anna)
    place = f"/patients/{anna.pk}/results/{row.pk}/correct/"
    oseis.post(place, correction(value="28"))
    a_target(anna, osei, low="20", high="40")
    assert looks(anna) == [{}]

    told = oseis.post(place, correction(value="29"))
    shown(told, "28 <span")  # type: ignore[arg-type]
    told = oseis.post(f"/patients/{anna.pk}/targets/new/", confirmed_range())
    shown(told, "20 to 40 ng/mL")  # type: ignore[arg-type]

    assert looks(anna) == [{"result": 1, "target": 1}]


def test_what_is_stored_already_and_is_asked_about(
    oseis: Client, anna: Patient
) -> None:
    place = f"/patients/{anna.pk}/results/new/"
    typed = {key: value for key, value in confirmed().items() if key != "confirmed"}
    oseis.post(place, typed)
    assert looks(anna) == [{}]
    oseis.post(place, confirmed())

    told = oseis.post(place, confirmed())

    shown(told, "already")  # type: ignore[arg-type]
    assert looks(anna) == [{"result": 1}]
