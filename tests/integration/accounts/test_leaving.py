"""Leaving: what the person entered goes, what a clinic wrote stays with it alone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts import queries
from accounts.domain.roles import Role
from accounts.models import (
    AuditEvent,
    Clinic,
    Consent,
    Departure,
    Patient,
    PatientNumber,
    User,
)
from accounts.services import enrolment, joining, leaving
from labs.domain.health import HealthTopic
from labs.models import (
    HealthFact,
    Intake,
    LabResult,
    ResultSource,
    SupplementPeriod,
    SupplementProduct,
    Target,
)
from labs.services import recording
from tests.access.characters import set_up_second_factor
from tests.access.signing_in import moved_on, sign_in
from tests.factories import (
    a_clinic,
    a_clinician,
    a_consent,
    a_health_fact,
    a_period,
    a_person,
    a_result,
    a_target,
    an_entry,
    owner_of,
)
from tests.integration.accounts.mails import delivered
from tests.integration.conftest import SignedIn

DAY = timedelta(days=1)


@pytest.fixture
def hill(anna: Patient) -> Clinic:
    """A second clinic that Anna let in."""
    hill = a_clinic("Hill Clinic")
    a_clinician(hill, "Dr Gwen")
    a_consent(anna, hill)
    return hill


@pytest.fixture
def filled(anna: Patient, osei: User, hill: Clinic) -> Patient:
    """Anna's record, with what she wrote and what two clinics wrote."""
    a_result(anna, an_entry("28"))
    a_period(anna)
    a_health_fact(anna, HealthTopic.PREGNANCY)
    typed(anna, osei, "33")
    typed(anna, hill.memberships.get().user, "35")
    a_target(anna, osei)
    PatientNumber.objects.create(clinic=hill, patient=anna, number="X-7")
    return anna


def typed(patient: Patient, clinician: User, value: str) -> LabResult:
    return recording.record(
        patient=patient,
        entry=an_entry(value),
        source=ResultSource.TYPED_BY_CLINIC,
        answers={},
        by=queries.viewer_for(clinician),
        at=timezone.now(),
    )


def gone(user: User) -> None:
    """Let somebody ask, and the days of grace pass."""
    viewer = queries.viewer_for(user)
    with transaction.atomic(), queries.viewing(viewer):
        leaving.ask(by=viewer, at=timezone.now() - leaving.GRACE - DAY)
    assert leaving.carry_out_due() == 1


def records_kept_by(clinic: Clinic) -> list[Patient]:
    consents = Consent.objects.in_force(timezone.now()).filter(clinic=clinic)
    return [consent.patient for consent in consents.select_related("patient")]


def test_the_page_says_with_counts_what_goes_and_what_stays(
    filled: Patient, annas: Client
) -> None:
    del filled
    page = annas.get("/account/leave/").content.decode()

    assert "1 result, 1 supplement, 1 health answer" in page
    assert "Harbour Clinic keeps 1 result, 1 range." in page
    assert "Hill Clinic keeps 1 result." in page
    assert LabResult.objects.count() == 3  # looking changes nothing


def test_without_the_box_nobody_leaves(annas: Client) -> None:
    page = annas.post("/account/leave/", {}).content.decode()

    assert "Tick the box if you want to leave." in page
    assert not Departure.objects.exists()


def test_asking_signs_out_everywhere_tells_by_mail_and_deletes_nothing(
    filled: Patient,
    annas: Client,
    signed_in: SignedIn,
) -> None:
    elsewhere = signed_in(owner_of(filled))
    done = annas.post("/account/leave/", {"confirmed": "on"})

    assert done["Location"] == "/account/login/"
    assert "will be deleted on" in annas.get(done["Location"]).content.decode()
    for client in (annas, elsewhere):
        assert client.get(f"/patients/{filled.pk}/").status_code == 302
    assert leaving.carry_out_due() == 0
    assert LabResult.objects.filter(patient=filled).count() == 3
    told = delivered()[-1]
    assert "will be deleted" in told.subject
    assert "28" not in told.body.replace("2028", "")


def test_signing_in_again_keeps_everything(filled: Patient, annas: Client) -> None:
    annas.post("/account/leave/", {"confirmed": "on"})
    with moved_on(days=13):
        back = Client()
        sign_in(back, owner_of(filled))
        page = back.get(f"/patients/{filled.pk}/").content.decode()
        assert "Your account stays." in page
    with moved_on(days=15):
        assert leaving.carry_out_due() == 0
    assert LabResult.objects.filter(patient=filled).count() == 3


def test_who_asks_is_asked_again_who_it_is(annas: Client) -> None:
    with moved_on(minutes=30):
        asked = annas.get("/account/leave/")

    assert asked["Location"].startswith("/account/reauthenticate/")


def test_the_persons_own_entries_go_and_each_clinic_keeps_its_own(
    filled: Patient, clinic: Clinic, hill: Clinic, oseis: Client, signed_in: SignedIn
) -> None:
    user = owner_of(filled)
    before = {row.value_text: row.pk for row in LabResult.objects.all()}

    gone(user)

    assert not User.objects.filter(pk=user.pk).exists()
    assert not Patient.objects.filter(pk=filled.pk).exists()
    (harbours,), (hills,) = records_kept_by(clinic), records_kept_by(hill)
    kept = {row.patient_id: (row.value_text, row.pk) for row in LabResult.objects.all()}
    assert kept == {
        harbours.pk: ("33", before["33"]),
        hills.pk: ("35", before["35"]),
    }
    assert Target.objects.get().patient_id == harbours.pk
    assert PatientNumber.objects.get().patient_id == hills.pk
    for nothing in (SupplementPeriod, SupplementProduct, HealthFact, Intake):
        assert not nothing.objects.exists()
    assert oseis.get(f"/patients/{harbours.pk}/").status_code == 200
    assert oseis.get(f"/patients/{hills.pk}/").status_code == 404
    gwens = signed_in(hill.memberships.get().user)
    assert gwens.get(f"/patients/{hills.pk}/").status_code == 200
    assert gwens.get(f"/patients/{harbours.pk}/").status_code == 404


def test_a_result_that_a_clinic_corrected_stays_with_all_its_versions(
    anna: Patient, osei: User, clinic: Clinic
) -> None:
    first = a_result(anna, an_entry("82"))
    recording.correct(
        result=first,
        entry=an_entry("28"),
        reason="digits turned",
        by=queries.viewer_for(osei),
        at=timezone.now(),
    )

    gone(owner_of(anna))

    (kept,) = records_kept_by(clinic)
    versions = LabResult.objects.filter(patient=kept).order_by("version")
    assert [row.value_text for row in versions] == ["82", "28"]


def test_a_clinic_that_wrote_nothing_keeps_nothing(
    anna: Patient, osei: User, clinic: Clinic, oseis: Client
) -> None:
    del osei
    a_result(anna)

    gone(owner_of(anna))

    assert records_kept_by(clinic) == []
    assert not LabResult.objects.exists()
    assert "Anna Example" not in oseis.get("/patients/").content.decode()


def test_the_audit_trail_stays_and_tells_of_the_deletion(
    filled: Patient, osei: User
) -> None:
    del osei
    before = set(AuditEvent.objects.values_list("pk", flat=True))

    gone(owner_of(filled))

    after = set(AuditEvent.objects.values_list("pk", flat=True))
    assert before <= after
    erased = AuditEvent.objects.get(action="erased")
    assert erased.patient_id == filled.pk


def test_a_joined_record_goes_back_to_its_clinic(
    anna: Patient, osei: User, clinic: Clinic
) -> None:
    second = enrolment.open_clinic_record(
        clinic=clinic,
        number="H-3",
        name="Anna Example",
        born_on=date(1978, 5, 3),
        hemisphere="north",
        by=queries.viewer_for_clinic(clinic),
        at=timezone.now() - DAY,
    )
    typed(second, osei, "51")
    viewer = queries.viewer_for(osei)
    with transaction.atomic(), queries.viewing(viewer):
        joining.join(
            kept=anna, joined=second, reason="same", by=viewer, at=timezone.now()
        )

    gone(owner_of(anna))

    assert records_kept_by(clinic) == [second]
    assert LabResult.objects.get().patient_id == second.pk


def test_a_clinicians_words_stay_when_the_clinician_leaves(
    filled: Patient, osei: User
) -> None:
    gone(osei)

    assert LabResult.objects.filter(patient=filled).count() == 3
    assert Target.objects.get().set_by_name == "Dr Osei"


def test_the_only_admin_of_a_clinic_names_another_first(
    clinic: Clinic, osei: User, signed_in: SignedIn
) -> None:
    del osei
    admin = a_person("Hana Holt")
    enrolment.add_member(
        clinic=clinic, user=admin, role=Role.CLINIC_ADMIN, at=timezone.now()
    )
    set_up_second_factor(admin)

    page = signed_in(admin).post("/account/leave/", {"confirmed": "on"})

    assert "You are the only admin of Harbour Clinic." in page.content.decode()
    assert not Departure.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_killed_half_way_nothing_is_done_and_the_next_run_does_it(
    filled: Patient,
) -> None:
    user = owner_of(filled)
    viewer = queries.viewer_for(user)
    with transaction.atomic(), queries.viewing(viewer):
        leaving.ask(by=viewer, at=timezone.now() - leaving.GRACE - DAY)
    everything = census()

    with transaction.atomic():
        leaving.carry_out_due()
        transaction.set_rollback(True)  # as a killed worker's connection does
    assert census() == everything

    assert leaving.carry_out_due() == 1
    assert leaving.carry_out_due() == 0
    assert not User.objects.filter(pk=user.pk).exists()


def census() -> dict[str, Any]:
    tables = (User, Patient, Consent, LabResult, SupplementPeriod, Target, AuditEvent)
    return {table.__name__: table.objects.count() for table in tables}


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_carry_it_out_once(filled: Patient) -> None:
    viewer = queries.viewer_for(owner_of(filled))
    with transaction.atomic(), queries.viewing(viewer):
        leaving.ask(by=viewer, at=timezone.now() - leaving.GRACE - DAY)

    def run(_: int) -> int:
        try:
            return leaving.carry_out_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(run, range(2))) == 1
    assert AuditEvent.objects.filter(action="erased").count() == 1


@pytest.mark.django_db
def test_every_table_of_patients_rows_says_who_wrote_a_row_or_is_part_of_one() -> None:
    """A table that names no author would go with the patient, a clinic's rows too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relation::text FROM app.tables_of_patients()"
            " WHERE authors = '{}' AND NOT names_clinic AND NOT names_file"
        )
        nameless = {name for (name,) in cursor.fetchall()}

    parts = {"labs_supplementproduct", "labs_supplementingredient"}
    the_persons_own = {"labs_visitquestion", "labs_remindersent"}
    assert nameless <= parts | the_persons_own
