"""Operators look at lists of no record, change nothing, and leave a trace."""

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User
from tests.access.characters import set_up_second_factor
from tests.access.web_connection import protected_tables
from tests.factories import (
    a_clinic,
    a_clinician,
    a_consent,
    a_patient,
    a_person,
    a_result,
    an_entry,
    owner_of,
)
from tests.integration.conftest import SignedIn
from tracker import admin

pytestmark = pytest.mark.django_db

LISTS = (
    "index",
    "accounts_user_changelist",
    "accounts_clinic_changelist",
    "accounts_outgoingmail_changelist",
    "procrastinate_procrastinatejob_changelist",
)


@pytest.fixture
def operator(db: None) -> User:
    del db
    user = a_person("Otto Operator")
    set_up_second_factor(user)
    call_command("operator", user.email)
    user.refresh_from_db()
    return user


def address(name: str) -> str:
    return reverse(f"admin:{name}")


@pytest.mark.parametrize("name", LISTS)
def test_an_operator_reads_the_lists_and_nothing_of_any_record(
    name: str, operator: User, signed_in: SignedIn
) -> None:
    clinic = a_clinic("Harbour Clinic")
    patient = a_patient("Anna Example")
    a_consent(patient, clinic)
    a_result(patient, an_entry("28.73"))

    answer = signed_in(operator).get(address(name))
    page = answer.content.decode()

    assert answer.status_code == 200
    for word in ("28.73", "ng/mL", "Harbour Laboratory", str(patient.pk), "1978"):
        assert word not in page
    assert "no-store" in answer.headers["Cache-Control"]


def test_each_look_is_written_down(operator: User, signed_in: SignedIn) -> None:
    signed_in(operator).get(address("accounts_user_changelist"))

    event = AuditEvent.objects.get(object_label="operators' lists")
    assert (event.actor_id, event.action) == (operator.pk, "read")


def test_nobody_else_learns_that_the_lists_are_there(signed_in: SignedIn) -> None:
    clinician = a_clinician(a_clinic(), "Dr Osei")
    without_second_step = a_person("Sam Staff")
    User.objects.filter(pk=without_second_step.pk).update(is_staff=True)
    browsers = [
        Client(),
        signed_in(owner_of(a_patient())),
        signed_in(clinician),
        signed_in(without_second_step),
    ]

    for name in LISTS:
        assert [each.get(address(name)).status_code for each in browsers] == [404] * 4


@pytest.mark.parametrize("name", LISTS)
def test_nothing_can_be_sent_to_a_list(
    name: str, operator: User, signed_in: SignedIn
) -> None:
    browser = signed_in(operator)
    form = {"action": "delete_selected", "_selected_action": str(operator.pk)}

    assert browser.post(address(name), form).status_code == 404
    assert User.objects.filter(pk=operator.pk).exists()


def test_no_list_is_of_a_table_that_holds_patients_data() -> None:
    tables = {apps.get_model(name)._meta.db_table for name in admin.SHOWN}

    # Everybody who signed in may read a clinic's name and phone.
    assert tables & set(protected_tables()) == {"accounts_clinic"}


def test_no_list_leads_to_a_form(operator: User, signed_in: SignedIn) -> None:
    page = signed_in(operator).get(address("accounts_user_changelist")).content.decode()

    assert "/add/" not in page
    assert "/change/" not in page
    assert "/delete/" not in page


def test_it_ends_by_a_command_that_leaves_a_trace(
    operator: User, signed_in: SignedIn
) -> None:
    browser = signed_in(operator)

    call_command("operator", operator.email, "--end")

    assert browser.get(address("index")).status_code == 404
    trail = AuditEvent.objects.filter(object_label="operator").order_by("at")
    assert [event.action for event in trail] == ["granted", "revoked"]
    with pytest.raises(CommandError, match="Nobody signs in with"):
        call_command("operator", "nobody@example.org")
