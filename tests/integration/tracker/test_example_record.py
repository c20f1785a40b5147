"""The example record is invented, stored nowhere, and reads as a real one does."""

import pytest
from django.test import Client

from accounts.models import AuditEvent, Patient
from labs.models import LabResult, Target
from tests.access.signing_in import sign_in
from tests.access.test_matrix import fingerprint
from tests.factories import a_patient, a_result, an_entry, owner_of

pytestmark = pytest.mark.django_db


def page_of(client: Client, query: str = "") -> str:
    answer = client.get(f"/example/{query}")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_it_says_that_it_is_made_up_and_that_no_range_is_meant_for_the_reader(
    client: Client,
) -> None:
    page = page_of(client)

    assert "This person does not exist" in page
    assert "It shows no range that is meant for you." in page
    assert "This compares numbers. It is not a diagnosis." in page


def test_it_shows_values_of_two_units_and_two_laboratories_against_a_range(
    client: Client,
) -> None:
    page = page_of(client)

    assert "66 nmol/L" in page
    assert "&lt;10 ng/mL" in page
    assert "Northgate Pathology" in page
    assert "This is below the range Dr Example set on" in page
    assert page.count("<svg") >= 2


def test_the_buttons_change_the_unit_and_the_stretch_of_time(client: Client) -> None:
    in_ng = page_of(client, "?unit=ng")
    last_year = page_of(client, "?range=1y")

    assert "Converted. Reported as" in in_ng
    assert "26.4 ng/mL" in in_ng
    assert "results hidden" in last_year


@pytest.mark.parametrize("query", ["?unit=x", "?range=%00", "?from=x&to=y", "?rows=0"])
def test_what_nobody_asks_for_is_passed_over(client: Client, query: str) -> None:
    assert "66 nmol/L" in page_of(client, query)


def test_it_meets_no_real_record_and_leaves_nothing_behind(client: Client) -> None:
    patient = a_patient("Anna Example")
    a_result(patient, an_entry("28.7"))
    sign_in(client, owner_of(patient))
    before, looks = fingerprint(), AuditEvent.objects.count()

    page = page_of(client)

    assert "28.7" not in page
    assert fingerprint() == before
    assert AuditEvent.objects.count() == looks
    assert not Patient.objects.filter(name="Sam Sample").exists()
    assert LabResult.objects.count() == 1
    assert not Target.objects.exists()


def test_no_link_of_it_leads_into_a_record(client: Client) -> None:
    assert "/patients/" not in page_of(client)
