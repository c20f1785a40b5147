"""One range for several people: looked at, set for all or nobody, taken back."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from accounts import queries
from accounts.models import AuditEvent, Clinic, Patient, User
from accounts.services import consent as consents
from labs.models import Target, WorklistRow
from labs.services import summarising, targeting, targeting_together
from labs.services.targeting_together import Bound
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
from tests.integration.labs.spoken_pages import flowing
from tests.integration.labs.test_setting_targets import wish
from tests.integration.labs.test_worklist_joined import join

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
ADDRESS = "/worklist/ranges/"
BOUND = re.compile(r'name="bound" value="([^"]+)"')
SEEN = re.compile(r'name="seen" value="(\d+)"')


@pytest.fixture
def ben(clinic: Clinic) -> Patient:
    person = a_patient("Ben Birch")
    a_consent(person, clinic)
    return person


def typed(*people: Patient, **more: object) -> dict[str, object]:
    form = {key: value for key, value in wish().items() if key != "seen"}
    return {
        **form,
        "entry_id": str(uuid4()),
        "limits": "typed",
        "person": [str(each.pk) for each in people],
        **more,
    }


def bound(*people: Patient) -> list[str]:
    return [f"{each.pk}:{each.targets.count()}" for each in people]


def confirmed(*people: Patient, **more: object) -> dict[str, object]:
    return typed(**{"bound": bound(*people), "confirmed": "yes", **more})


def test_rows_of_the_list_lead_to_a_form_without_any_limit(
    oseis: Client, anna: Patient, ben: Patient
) -> None:
    rows = [f"{each.pk}:x" for each in (anna, ben)]

    page = oseis.post(ADDRESS, {"row": rows, "view": ""}).content.decode()

    assert "For 2 patients of the list." in page
    assert page.count('name="person"') == 2
    assert "checked" not in page
    assert not Target.objects.exists()


def test_everybody_of_the_view_is_chosen_at_once(
    oseis: Client, anna: Patient, ben: Patient, osei: User
) -> None:
    a_target(anna, osei)

    view = "without_target=True"
    page = oseis.post(ADDRESS, {"everyone": "yes", "view": view}).content.decode()

    assert str(ben.pk) in page
    assert str(anna.pk) not in page


def test_the_look_tells_for_each_what_holds_now_and_what_it_will_judge(
    oseis: Client, anna: Patient, ben: Patient, clinic: Clinic
) -> None:
    other = a_clinic("City Clinic")
    a_consent(ben, other)
    a_target(ben, a_clinician(other, "Dr Else"), low="20", high="40")
    a_result(anna, an_entry("28"))
    silent = a_patient("Cleo Cross")
    a_consent(silent, clinic, results=False)

    answer = oseis.post(ADDRESS, typed(anna, ben, silent))

    page = flowing(answer)
    assert "It will judge 1 result that is here already." in page
    assert "20 to 40 ng/mL" in page
    assert "Dr Else, City Clinic" in page
    assert "1 patient has a range of another clinic" in page
    assert "1 patient does not share results with the clinic" in page
    assert answer.content.decode().count('name="bound"') == 2
    assert not Target.objects.filter(clinic=clinic).exists()


def test_the_look_tells_whose_range_counts_from_later_on(
    oseis: Client, anna: Patient, ben: Patient, osei: User
) -> None:
    for low, day in (("20", date(2026, 3, 2)), ("25", date(2026, 2, 1))):
        a_target(ben, osei, low=low, high="40", starts_on=day)

    page = flowing(oseis.post(ADDRESS, typed(anna, ben, starts_on="2026-01-01")))

    told = "From 1 February 2026 on another range counts: 25 to 40 ng/mL, Dr Osei"
    assert page.count("another range counts") == 1
    assert told in page


def test_it_is_set_for_all_with_author_reason_and_trail(
    oseis: Client, anna: Patient, ben: Patient, clinic: Clinic
) -> None:
    form = confirmed(anna, ben)

    oseis.post(ADDRESS, form)
    again = oseis.post(ADDRESS, form, follow=True)

    rows = Target.objects.filter(clinic=clinic)
    assert {row.patient_id for row in rows} == {anna.pk, ben.pk}
    assert {(row.set_by_name, row.reason) for row in rows} == {
        ("Dr Osei", "Agreed at the visit.")
    }
    assert all(row.has_target for row in WorklistRow.objects.all())
    assert "Anna Example" in flowing(again)
    created = AuditEvent.objects.filter(object_label="target", action="created")
    assert {event.patient_id for event in created} == {anna.pk, ben.pk}


def test_only_who_is_still_ticked_gets_it(
    oseis: Client, anna: Patient, ben: Patient
) -> None:
    del ben
    oseis.post(ADDRESS, confirmed(anna))

    assert Target.objects.get().patient_id == anna.pk


@pytest.mark.parametrize("change", [{"reason": ""}, {"low": "60"}, {"unit": ""}])
def test_what_cannot_be_is_refused_for_all(
    oseis: Client, anna: Patient, ben: Patient, change: dict[str, str]
) -> None:
    answer = oseis.post(ADDRESS, confirmed(anna, ben, **change))

    assert answer.status_code == 422
    assert not Target.objects.exists()


def test_a_range_set_since_the_look_stops_all_and_is_shown(
    oseis: Client, osei: User, anna: Patient, ben: Patient
) -> None:
    form = confirmed(anna, ben)
    a_target(ben, osei, low="20", high="40")

    answer = oseis.post(ADDRESS, form)

    page = flowing(answer)
    assert answer.status_code == 409
    assert "Nothing was set." in page
    assert page.count("Changed since you looked") == 1
    assert "20 to 40 ng/mL" in page
    assert Target.objects.count() == 1
    oseis.post(ADDRESS, confirmed(anna, ben))
    assert Target.objects.count() == 3


def test_a_consent_that_ended_since_the_look_stops_all(
    oseis: Client, anna: Patient, ben: Patient
) -> None:
    form = confirmed(anna, ben)
    consents.revoke(
        consent=ben.consents.get(),
        by=queries.viewer_for(owner_of(ben)),
        at=timezone.now(),
    )

    answer = oseis.post(ADDRESS, form)

    assert answer.status_code == 409
    assert not Target.objects.exists()


def test_taking_it_back_keeps_every_trail_and_the_range_before_holds_again(
    oseis: Client, annas: Client, osei: User, anna: Patient, ben: Patient
) -> None:
    a_target(anna, osei, low="20", high="40")
    a_result(anna, an_entry("45", collected_on=TODAY() - timedelta(days=3)))
    form = confirmed(anna, ben)
    oseis.post(ADDRESS, form)
    assert WorklistRow.objects.get(patient=anna).flag == "within"

    address = f"{ADDRESS}{form['entry_id']}/"
    oseis.post(f"{address}undo/")
    oseis.post(f"{address}undo/")

    taken = Target.objects.filter(together=str(form["entry_id"]))
    assert {row.withdrawn_by_name for row in taken} == {"Dr Osei"}
    assert taken.count() == 2
    assert WorklistRow.objects.get(patient=anna).flag == "above"
    assert not WorklistRow.objects.get(patient=ben).has_target
    assert "Taken back by Dr Osei" in flowing(oseis.get(address))
    changed = AuditEvent.objects.filter(object_label="target", action="changed")
    assert changed.count() == 2
    assert "30 to 50 ng/mL" not in annas.get("/").content.decode()
    rows = list(WorklistRow.objects.order_by("pk").values("flag", "has_target"))
    summarising.rebuild(at=timezone.now())
    assert list(WorklistRow.objects.order_by("pk").values("flag", "has_target")) == rows
    oseis.post(ADDRESS, confirmed(ben))
    assert Target.objects.filter(patient=ben, withdrawn_at=None).count() == 1


def test_who_ended_the_consent_since_keeps_what_was_set(
    oseis: Client, anna: Patient, ben: Patient
) -> None:
    form = confirmed(anna, ben)
    oseis.post(ADDRESS, form)
    consents.revoke(
        consent=ben.consents.get(),
        by=queries.viewer_for(owner_of(ben)),
        at=timezone.now(),
    )

    oseis.post(f"{ADDRESS}{form['entry_id']}/undo/")

    assert Target.objects.get(patient=anna).withdrawn_at is not None
    assert Target.objects.get(patient=ben).withdrawn_at is None


def test_another_clinic_finds_no_such_setting(
    oseis: Client, anna: Patient, signed_in: object
) -> None:
    form = confirmed(anna)
    oseis.post(ADDRESS, form)
    other = a_clinic("City Clinic")
    a_consent(anna, other)
    stranger = signed_in(a_clinician(other, "Dr Else"))  # type: ignore[operator]

    address = f"{ADDRESS}{form['entry_id']}/"

    assert stranger.get(address).status_code == 404
    assert stranger.post(f"{address}undo/").status_code == 404
    assert Target.objects.get().withdrawn_at is None


def test_nobody_chosen_and_too_many_are_said(
    oseis: Client, anna: Patient, ben: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.views.ranges_together.MOST_TOGETHER", 1)
    nobody = oseis.post(ADDRESS, {"view": ""}, follow=True).content.decode()
    many = oseis.post(ADDRESS, typed(anna, ben), follow=True).content.decode()

    assert "Choose at least one row." in nobody
    assert "At most 1 person at a time." in many
    assert not Target.objects.exists()


def test_a_range_is_never_changed_but_for_being_taken_back_once(
    osei: User, anna: Patient, clinic: Clinic
) -> None:
    row = a_target(anna, osei)
    entry_id = uuid4()
    targeting_together.set_for_all(
        [Bound(anna.pk, 1)],
        clinic=clinic,
        entry=targeting.entry_of(row),
        entry_id=entry_id,
        by=queries.viewer_for(osei),
        at=timezone.now(),
    )
    targeting_together.take_back(
        entry_id, clinic=clinic, by=queries.viewer_for(osei), at=timezone.now()
    )
    taken = Target.objects.filter(together=entry_id)
    for change in ({"low": 1}, {"withdrawn_at": None}, {"reason": "Another"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            taken.update(**change)


# Records that are read as one ---------------------------------------------------------


@pytest.fixture
def joined(anna: Patient, osei: User, clinic: Clinic) -> Patient:
    """Another record of Anna, read with hers, that City Clinic sees as well."""
    other = a_patient("Anne Sample")
    a_consent(other, clinic)
    a_consent(other, a_clinic("City Clinic"))
    join(anna, other, osei)
    return other


def test_the_look_tells_what_holds_in_either_of_two_joined_records(
    oseis: Client, anna: Patient, joined: Patient, osei: User
) -> None:
    """One person has one sequence of ranges and one of results."""
    a_target(joined, osei, low="20", high="40")
    a_result(joined, an_entry("28"))
    a_result(anna, an_entry("29", collected_on=date(2026, 2, 2)))

    page = flowing(oseis.post(ADDRESS, typed(anna)))

    assert "20 to 40 ng/mL" in page
    assert "It will judge 2 results that are here already." in page


def test_a_range_set_in_the_joined_record_since_the_look_stops_all(
    oseis: Client, anna: Patient, ben: Patient, joined: Patient
) -> None:
    looked = oseis.post(ADDRESS, typed(anna, ben)).content.decode()
    form = typed(anna, ben, bound=BOUND.findall(looked), confirmed="yes")
    city = Clinic.objects.get(name="City Clinic")
    a_target(joined, a_clinician(city, "Dr Else"), low="20", high="40")

    answer = oseis.post(ADDRESS, form)

    page = flowing(answer)
    assert answer.status_code == 409
    assert page.count("Changed since you looked") == 1
    assert "Dr Else, City Clinic" in page
    assert Target.objects.count() == 1
    oseis.post(
        ADDRESS,
        typed(anna, ben, bound=BOUND.findall(answer.content.decode()), confirmed="yes"),
    )
    assert Target.objects.count() == 3


def test_a_range_set_in_the_joined_record_meanwhile_is_shown_beside_ones_own(
    oseis: Client, anna: Patient, joined: Patient
) -> None:
    """On the page of one person, too, whichever record the other one was set in."""
    address = f"/patients/{anna.pk}/targets/new/"
    found = SEEN.search(oseis.get(address).content.decode())
    assert found is not None
    city = Clinic.objects.get(name="City Clinic")
    a_target(joined, a_clinician(city, "Dr Else"), low="20", high="40")

    refused = oseis.post(address, wish(seen=found[1], confirmed="yes"))

    page = flowing(refused)
    assert refused.status_code == 409
    assert "20 to 40 ng/mL" in page
    assert "30 to 50 ng/mL" in page
    again = SEEN.search(refused.content.decode())
    assert again is not None
    oseis.post(address, wish(seen=again[1], confirmed="yes"))
    assert Target.objects.filter(patient=anna).count() == 1
