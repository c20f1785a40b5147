"""A new clinic is told what comes first, and not any more once all of it is done."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts import queries
from accounts.domain.roles import Role
from accounts.models import Clinic, User
from accounts.services import enrolment
from labs.models import Review, TargetTemplate
from tests.access.characters import set_up_second_factor
from tests.factories import (
    LONG_AGO,
    a_clinic,
    a_clinician,
    a_consent,
    a_patient,
    a_person,
    a_result,
    an_entry,
)
from tests.integration.conftest import SignedIn
from tracker.services.first_steps import steps_of

pytestmark = pytest.mark.django_db
TITLE = "First steps of this clinic"


@pytest.fixture
def clinic(db: None) -> Clinic:
    del db
    return a_clinic("New Clinic")


def page_of(browser: Client, path: str = "/worklist/") -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def an_admin(clinic: Clinic) -> User:
    user = a_person("Priya Menon")
    set_up_second_factor(user)
    enrolment.add_member(clinic=clinic, user=user, role=Role.CLINIC_ADMIN, at=LONG_AGO)
    return user


def test_a_clinician_alone_reads_what_is_left_with_a_way_to_each(
    clinic: Clinic, signed_in: SignedIn
) -> None:
    page = page_of(signed_in(a_clinician(clinic, "Dr Osei")))

    assert TITLE in page
    assert "Done: The clinic is made" in page
    assert f'href="/clinics/{clinic.pk}/imports/"' in page
    assert "Done: Invite colleagues" not in page


def test_an_admin_reads_how_to_invite_and_nothing_of_patients(
    clinic: Clinic, signed_in: SignedIn
) -> None:
    page = page_of(signed_in(an_admin(clinic)), f"/clinics/{clinic.pk}/members/")

    assert TITLE in page
    assert f'<a href="/clinics/{clinic.pk}/members/new/">Invite colleagues</a>' in page
    assert "worklist" not in page.partition(TITLE)[2].partition("</section>")[0]


def test_an_admin_who_invited_somebody_reads_no_list_any_more(
    clinic: Clinic, signed_in: SignedIn
) -> None:
    admins = signed_in(an_admin(clinic))
    a_clinician(clinic, "Dr Osei")

    assert TITLE not in page_of(admins, f"/clinics/{clinic.pk}/members/")


def test_what_is_done_is_said_and_the_list_goes_away_when_all_is(
    clinic: Clinic, signed_in: SignedIn
) -> None:
    osei = a_clinician(clinic, "Dr Osei")
    oseis = signed_in(osei)
    a_clinician(clinic, "Dr Larkin")
    patient = a_patient("Anna Example")
    a_consent(patient, clinic)
    result = a_result(
        patient, an_entry(collected_on=timezone.localdate() - timedelta(days=3))
    )

    page = page_of(oseis)
    assert "Done: Invite colleagues" in page
    assert "Done: Bring results in" in page
    assert "Done: Write down" not in page

    TargetTemplate.objects.create(
        clinic=clinic,
        name="Adults",
        low=Decimal(30),
        unit="ng/mL",
        source="The clinic's protocol",
        made_by_name=osei.name,
        made_at=LONG_AGO,
    )
    assert "Done: Write down" in page_of(oseis)
    Review.objects.create(
        patient=patient,
        clinic=clinic,
        clinic_name=clinic.name,
        entry_id=uuid4(),
        result=result,
        reviewed_by_id=queries.viewer_for(osei).id,
        reviewed_by_name=osei.name,
        reviewed_at=timezone.now(),
    )
    assert TITLE not in page_of(oseis)


def test_another_clinics_steps_are_nobodys(clinic: Clinic) -> None:
    elsewhere = a_clinician(a_clinic("Hill Clinic"), "Dr Dan")

    assert steps_of(queries.viewer_for(elsewhere), clinic.pk) is None
