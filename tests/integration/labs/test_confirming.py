"""A clinician confirms what was kept for review; nobody else releases it."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts import queries
from accounts.domain.care import CareBasis
from accounts.models import AuditEvent, Patient, User
from accounts.services import care
from labs.domain.measurements import ResultStatus
from labs.domain.quantities import Measurand
from labs.domain.sentences import HELD_BARE_NAME
from labs.models import LabResult
from labs.services.answering import CONFIRMED, HELD_BECAUSE
from tests.factories import a_person, a_result, a_target, an_entry, owner_of
from tests.integration.conftest import SignedIn
from tests.integration.labs.spoken_pages import flowing
from tests.integration.labs.test_entering_results import confirmed
from tests.integration.labs.test_result_versions import address, correction

PRINTED = {"measurand": "total", "unit": "nmol/L", "collected_on": "2026-03-12"}


@pytest.fixture
def held(annas: Client, anna: Patient) -> LabResult:
    """33 ng/mL that Anna typed in as "vitamin D" and no more."""
    form = confirmed(value="33", measurand="unspecified")
    annas.post(f"/patients/{anna.pk}/results/new/", form)
    return LabResult.objects.get()


def newest() -> LabResult:
    return LabResult.objects.order_by("-version")[0]


def a_carer(anna: Patient) -> User:
    """Make somebody whom Anna asked to look after her record."""
    user = a_person("Ida Ash")
    owner, at = queries.viewer_for(owner_of(anna)), timezone.now()
    with transaction.atomic():
        with queries.viewing(owner):
            code = care.give(
                patient=anna,
                clinic=None,
                carer_name="Ida Ash",
                basis=CareBasis.ASKED,
                basis_note="",
                last_day=None,
                by=owner,
                at=at,
            )
        viewer = queries.viewer_for(user)
        with queries.viewing(viewer):
            care.accept(code=code, born_on=date(1978, 5, 3), by=viewer, at=at)
    return user


def test_a_test_that_is_not_named_is_held_from_the_start(
    held: LabResult, annas: Client
) -> None:
    page = flowing(annas.get(address(held)))

    assert held.held_because == HELD_BARE_NAME
    assert "until a clinician has confirmed it" in page


def test_what_the_patient_or_a_carer_corrects_stays_held_with_the_new_claim(
    held: LabResult,
    annas: Client,
    oseis: Client,
    anna: Patient,
    signed_in: SignedIn,
) -> None:
    idas = signed_in(a_carer(anna))

    annas.post(address(held, "correct/"), correction(value="33", reason="Total"))
    by_anna = newest()
    idas.post(address(by_anna, "correct/"), correction(value="34", reason="So it says"))
    by_ida = newest()
    page = flowing(oseis.get(address(by_ida, "confirm/")))

    assert (by_anna.measurand, by_anna.held_because) == ("total", HELD_BARE_NAME)
    assert (by_ida.version, by_ida.held_because) == (3, HELD_BARE_NAME)
    assert HELD_BARE_NAME in page
    assert "Vitamin D, form not stated" in page
    assert "Typed by carer: Ida Ash" in page
    assert "So it says" in page


def test_a_detour_over_a_doubt_of_ones_own_releases_nothing(
    held: LabResult, annas: Client
) -> None:
    ahead = (timezone.localdate() + timedelta(days=9)).isoformat()
    impossible = correction(value="33", collected_on=ahead, future_date="as_printed")
    annas.post(address(held, "correct/"), impossible)
    assert newest().version == 2

    annas.post(address(newest(), "correct/"), correction(value="33"))

    assert newest().version == 3
    assert newest().held_because == HELD_BARE_NAME


def test_a_doubt_of_ones_own_ends_with_ones_own_correction(
    annas: Client, anna: Patient
) -> None:
    result = a_result(anna, an_entry("82", held_because=HELD_BECAUSE))

    page = flowing(annas.get(address(result)))
    annas.post(address(result, "correct/"), correction())

    assert "You can correct it to what the report prints" in page
    assert newest().held_because == ""


def test_without_a_clinic_the_patient_reads_what_can_be_done(
    held: LabResult, annas: Client, anna: Patient
) -> None:
    page = flowing(annas.get(address(held)))
    home = flowing(annas.get(f"/patients/{anna.pk}/"))

    assert "You can share your record with a clinic." in page
    assert "You can share your record with a clinic." in home


def test_a_clinician_confirms_and_the_result_is_compared(
    held: LabResult, osei: User, oseis: Client, anna: Patient
) -> None:
    a_target(anna, osei, low="12", high="20")
    asked = oseis.get(address(held, "confirm/")).content.decode()
    assert "checked" not in asked.split("<form method", 1)[1]
    assert 'value="2026' not in asked
    assert address(held, "confirm/") in oseis.get(address(held)).content.decode()

    answer = oseis.post(
        address(held, "confirm/"), PRINTED | {"words": "25-OH vitamin D"}
    )

    version = newest()
    page = flowing(oseis.get(answer["Location"]))
    assert (version.measurand, version.unit) == ("total", "nmol/L")
    assert (version.value_text, version.held_because) == ("33", "")
    assert version.version_reason == f"{CONFIRMED} 25-OH vitamin D"
    assert "Dr Osei confirmed on" in page
    assert "Typed by patient: Anna Example. This version: Dr Osei" in page
    assert "within the range Dr Osei set" in page
    assert AuditEvent.objects.filter(
        object_id=version.pk, action="corrected", actor_name="Dr Osei"
    ).exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"measurand": ""}, "Choose the test that the report prints."),
        ({"unit": ""}, "Choose the unit that the report prints."),
        ({"collected_on": ""}, "Type the date that the report prints."),
        ({"unit": "pg/mL"}, "This test is reported in"),
        ({"measurand": "unspecified"}, "is not one of the available choices"),
        ({"collected_on": "2090-01-01"}, "No sample can have been taken"),
        ({"collected_on": "1940-01-01"}, "No sample can have been taken"),
    ],
)
def test_nothing_is_confirmed_that_was_not_said(
    held: LabResult, oseis: Client, changes: dict[str, str], words: str
) -> None:
    answer = oseis.post(address(held, "confirm/"), PRINTED | changes)

    assert answer.status_code == 422
    assert words in flowing(answer)
    assert LabResult.objects.count() == 1


def test_another_test_is_confirmed_as_that(held: LabResult, oseis: Client) -> None:
    other = PRINTED | {"measurand": Measurand.DIHYDROXY.value, "unit": "pg/mL"}

    oseis.post(address(held, "confirm/"), other)

    assert Measurand(newest().measurand) is Measurand.DIHYDROXY


def test_nobody_but_a_clinician_confirms(
    held: LabResult, annas: Client, anna: Patient, signed_in: SignedIn
) -> None:
    idas = signed_in(a_carer(anna))

    answers = [who.post(address(held, "confirm/"), PRINTED) for who in (annas, idas)]

    assert [each.status_code for each in answers] == [403, 403]
    assert "confirm/" not in annas.get(address(held)).content.decode()
    assert LabResult.objects.count() == 1


def test_confirmed_twice_counts_once_and_otherwise_shows_both(
    held: LabResult, oseis: Client
) -> None:
    oseis.post(address(held, "confirm/"), PRINTED)
    again = oseis.post(address(held, "confirm/"), PRINTED)
    other = oseis.post(address(held, "confirm/"), PRINTED | {"unit": "ng/mL"})
    settled = oseis.get(address(newest(), "confirm/"))

    assert again.status_code == settled.status_code == 302
    assert other.status_code == 409
    assert LabResult.objects.count() == 2


def test_each_version_has_the_source_of_its_own_value(
    annas: Client, oseis: Client, anna: Patient
) -> None:
    result = a_result(anna, an_entry("82"))

    corrected = oseis.post(address(result, "correct/"), correction())
    page = flowing(oseis.get(corrected["Location"]))
    withdrawn = annas.post(address(newest(), "void/"), {"reason": "Twice"})
    gone = flowing(annas.get(withdrawn["Location"]))

    sources = LabResult.objects.order_by("version").values_list("source", flat=True)
    assert list(sources) == ["typed_by_patient", "typed_by_clinic", "typed_by_clinic"]
    assert "Typed by clinic: Dr Osei" in page
    assert "Typed by clinic: Dr Osei. This version: Anna Example" in gone
    assert newest().status == ResultStatus.ENTERED_IN_ERROR
    assert newest().collected_on == date(2026, 3, 12)


def test_a_clinicians_correction_alone_settles_no_doubt(
    held: LabResult, oseis: Client
) -> None:
    """Mending the laboratory's name says nothing about the test."""
    mended = correction(value="33", reason="Its name", laboratory="Harbour Laboratory")

    saved = oseis.post(address(held, "correct/"), mended, follow=True)
    by_osei = newest()
    oseis.post(address(by_osei, "confirm/"), {**PRINTED, "unit": "ng/mL"})

    assert "It stays kept for review until it is confirmed." in flowing(saved)
    assert (by_osei.version, by_osei.measurand) == (2, "total")
    assert by_osei.held_because == HELD_BARE_NAME
    assert (newest().version, newest().held_because) == (3, "")
    assert newest().version_reason.startswith(CONFIRMED)
    assert newest().entered_by_name


def test_what_a_correction_was_asked_is_kept_with_it(
    annas: Client, anna: Patient
) -> None:
    result = a_result(anna, an_entry("82"))
    unanswered = annas.post(address(result, "correct/"), correction(value="1.8"))
    said = correction(value="1.8", outside_usual_numbers="as_printed")

    annas.post(address(result, "correct/"), said)

    assert unanswered.status_code == 422
    assert newest().version == 2
    assert newest().answers["outside_usual_numbers"] == "as_printed"
