"""A clinician's recorded plan: verbatim, signed and dated, never derived."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, Patient
from accounts.queries import viewer_for
from labs.domain.intakes import Outcome
from labs.domain.supplements import AmountUnit, Substance
from labs.models import RecordedPlan
from labs.services import logbook
from labs.services.supplementing import IngredientEntry
from tests.factories import (
    a_clinic,
    a_clinician,
    a_consent,
    a_period,
    a_result,
    an_entry,
    owner_of,
)
from tests.integration.conftest import SignedIn
from tests.integration.labs.spoken_pages import flowing
from tests.pdf_reading import squeezed, text_of

WORDS = "2000 IU daily until the next visit; <b>then</b> we look again."
TODAY = timezone.localdate
STRONG = IngredientEntry(
    substance=Substance.D3,
    amount=Decimal(6000),
    unit=AmountUnit.IU,
    amount_text="6000",
)


def address(patient: Patient, page: str = "new/") -> str:
    return f"/patients/{patient.pk}/plans/{page}"


def a_form(text: str = WORDS) -> dict[str, str]:
    return {"entry_id": str(uuid4()), "text": text}


def record(client: Client, patient: Patient) -> str:
    return flowing(client.get(f"/patients/{patient.pk}/"))


def test_a_plan_is_shown_verbatim_with_name_and_day(
    oseis: Client, annas: Client, anna: Patient
) -> None:
    assert oseis.post(address(anna), a_form()).status_code == 302

    page = annas.get(f"/patients/{anna.pk}/")
    assert "Recorded by Dr Osei on" in flowing(page)
    assert WORDS in flowing(page)
    assert "<b>then</b>" not in page.content.decode()
    assert "nobody is reminded of it" in flowing(page)


def test_a_plan_stands_in_the_report_and_in_its_text(
    oseis: Client, annas: Client, anna: Patient
) -> None:
    a_result(anna, an_entry(collected_on=TODAY() - timedelta(days=20)))
    oseis.post(address(anna), a_form("As on the card."))

    text = annas.get(
        f"/patients/{anna.pk}/report.txt?audience=patient"
    ).content.decode()
    pdf = annas.get(f"/patients/{anna.pk}/report.pdf").content

    assert "“As on the card.”" in text
    assert squeezed("“As on the card.”") in text_of(pdf)


def test_a_plan_that_no_longer_holds_stays_and_says_so(
    oseis: Client, annas: Client, anna: Patient
) -> None:
    oseis.post(address(anna), a_form())
    plan = RecordedPlan.objects.get()

    for _ in range(2):
        oseis.post(address(anna, f"{plan.pk}/end/"))

    assert "No longer holds, by Dr Osei on" in record(annas, anna)
    ended = AuditEvent.objects.filter(object_label="plan", action="changed")
    assert ended.count() == 1


def test_a_saved_plan_that_comes_back_changed_is_shown_beside_it(
    oseis: Client, anna: Patient
) -> None:
    form = a_form()
    oseis.post(address(anna), form)
    assert oseis.post(address(anna), form).status_code == 302

    page = oseis.post(address(anna), form | {"text": "Something else."})

    assert page.status_code == 409
    assert "Something else." in flowing(page)
    assert RecordedPlan.objects.get().text == WORDS


def test_a_plan_needs_words(oseis: Client, anna: Patient) -> None:
    page = oseis.post(address(anna), a_form("  "))

    assert page.status_code == 422
    assert "Write the plan down." in flowing(page)


def test_a_patient_records_no_plan_and_ends_none(
    annas: Client, oseis: Client, anna: Patient
) -> None:
    oseis.post(address(anna), a_form())
    plan = RecordedPlan.objects.get()

    assert annas.get(address(anna)).status_code == 403
    assert annas.post(address(anna, f"{plan.pk}/end/")).status_code == 403
    assert "It no longer holds" not in record(annas, anna)


def test_a_clinic_without_sight_of_supplements_sees_no_plan(
    oseis: Client, anna: Patient, signed_in: SignedIn
) -> None:
    oseis.post(address(anna), a_form())
    other = a_consent(anna, a_clinic(), supplements=False).clinic
    client = signed_in(a_clinician(other, "Dr Partial"))

    assert WORDS not in record(client, anna)
    assert client.get(address(anna)).status_code == 404


# The upper level ----------------------------------------------------------------------

ABOVE = "Your log is higher than a published general upper level."
CITED = "Published upper level for adults is 4,000 international units (100 mcg)"


@pytest.fixture
def strong(anna: Patient) -> None:
    """Anna logged every day of a month above the published level."""
    period = a_period(
        anna, ingredients=(STRONG,), starts_on=TODAY() - timedelta(days=29)
    )
    for back in range(29):
        logbook.log(
            period=period,
            outcome=Outcome.TAKEN,
            day=TODAY() - timedelta(days=back),
            today=TODAY(),
            entry=logbook.LogEntry(
                by=viewer_for(owner_of(anna)), at=timezone.now(), entry_id=uuid4()
            ),
        )


@pytest.mark.usefixtures("strong")
def test_the_upper_level_is_cited_to_clinicians_and_put_plainly_to_patients(
    annas: Client, oseis: Client, anna: Patient
) -> None:
    to_patient = flowing(annas.get(f"/patients/{anna.pk}/intakes/"))
    to_clinician = flowing(oseis.get(f"/patients/{anna.pk}/intakes/"))

    assert ABOVE in to_patient
    assert "4,000" not in to_patient
    assert CITED in to_clinician
    assert "Published upper levels count all sources" in to_patient
    assert "Published upper levels count all sources" in to_clinician


@pytest.mark.usefixtures("strong")
def test_no_upper_level_where_a_clinician_recorded_a_plan(
    annas: Client, oseis: Client, anna: Patient
) -> None:
    oseis.post(address(anna), a_form())

    assert ABOVE not in flowing(annas.get(f"/patients/{anna.pk}/intakes/"))
    assert CITED not in flowing(oseis.get(f"/patients/{anna.pk}/intakes/"))


@pytest.mark.usefixtures("strong")
def test_the_days_before_each_sample_stand_in_the_report(
    annas: Client, oseis: Client, anna: Patient
) -> None:
    a_result(anna, an_entry(collected_on=TODAY()))
    a_result(anna, an_entry(collected_on=TODAY() - timedelta(days=200)))

    own = annas.get(f"/patients/{anna.pk}/report.txt").content.decode()
    clinics = oseis.get(f"/patients/{anna.pk}/report.txt").content.decode()

    assert "Logged in the 90 days before each sample" in own
    assert "you logged 28" in " ".join(own.split())
    assert "Nothing was logged in these 90 days." in " ".join(own.split())
    assert "the log holds 28" in " ".join(clinics.split())
