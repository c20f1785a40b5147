"""From where: the address that our own proxy saw, whatever a header claims."""

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import AuditEvent, Patient
from labs.models import LabResult
from tests.access.signing_in import sign_in
from tests.factories import a_patient, a_result, owner_of

PROXY = "10.0.0.2"


def address_written(client: Client, result: LabResult, forwarded: str) -> str | None:
    """Open a result through the proxy; return what the trail says of it."""
    client.get(
        f"/patients/{result.patient_id}/results/{result.pk}/",
        headers={"x-forwarded-for": forwarded, "x-real-ip": "192.0.2.9"},
        REMOTE_ADDR=PROXY,
    )
    return AuditEvent.objects.filter(object_label="result").latest("at").ip_address


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("proxies", "told", "written"),
    [
        (0, "203.0.113.7", PROXY),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.1, 203.0.113.7:4711", "203.0.113.7"),
        (1, "[2001:DB8::7]:443", "2001:db8::7"),
        (2, "198.51.100.1, 203.0.113.7, 10.0.0.9", "203.0.113.7"),
        (2, "203.0.113.7", PROXY),
        (1, "203.0.113.7, '; DROP TABLE", PROXY),
        (1, "", PROXY),
    ],
)
def test_the_trail_has_the_address_that_our_own_proxy_saw(
    settings: Settings, proxies: int, told: str, written: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    anna = a_patient("Anna Example")
    client = Client()
    sign_in(client, owner_of(anna))

    assert address_written(client, a_result(anna), told) == written


def test_a_change_says_from_where_as_a_read_does(
    annas: Client, anna: Patient, settings: Settings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    result = a_result(anna)

    annas.post(
        f"/patients/{anna.pk}/results/{result.pk}/checked/",
        headers={"x-forwarded-for": "198.51.100.1, 203.0.113.7"},
        REMOTE_ADDR=PROXY,
    )

    event = AuditEvent.objects.get(action="changed")
    assert event.ip_address == "203.0.113.7"


@pytest.mark.django_db
def test_tries_are_counted_by_the_same_address(settings: Settings) -> None:
    """Behind the proxy twelve networks are twelve; one that forges the front is one."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def pages(forwarded: str) -> list[bool]:
        return [
            "Too many failed login attempts"
            in Client()
            .post(
                "/account/login/",
                {"login": f"nobody{number}@example.org", "password": "wrong words"},
                headers={"x-forwarded-for": forwarded.format(number)},
                REMOTE_ADDR=PROXY,
            )
            .content.decode()
            for number in range(12)
        ]

    assert pages("198.51.100.1, 203.0.113.{}") == [False] * 12
    assert pages("203.0.113.{}, 192.0.2.77") == [False] * 10 + [True] * 2
