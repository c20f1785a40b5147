"""What a clinic keeps about laboratories, and what it does to results."""

from datetime import date
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import Clinic, Patient, User
from labs.domain.quantities import Measurand
from labs.models import LaboratoryKnowledge, LabResult
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
from tests.integration.conftest import SignedIn
from tests.integration.labs.spoken_pages import flowing
from tests.integration.labs.test_entering_results import address, report


def page_of(clinic: Clinic, page: str = "") -> str:
    return f"/clinics/{clinic.pk}/laboratories/{page}"


def written(client: Client, clinic: Clinic, page: str, **fields: str) -> str:
    form = {"entry_id": str(uuid4()), **fields}
    return flowing(client.post(page_of(clinic, page), form, follow=True))


def call_alike(client: Client, clinic: Clinic, name: str, other: str) -> str:
    return written(client, clinic, "names/new/", laboratory=name, other_name=other)


def result_page(client: Client, row: LabResult) -> str:
    return flowing(client.get(f"/patients/{row.patient_id}/results/{row.pk}/"))


@pytest.fixture
def pair(anna: Patient) -> LabResult:
    """Two results of one laboratory, under two names that no folding joins."""
    a_result(anna, an_entry("24", collected_on=date(2025, 9, 12), laboratory="Harbour"))
    return a_result(anna, an_entry("31", laboratory="HL Diagnostics"))


def test_two_names_of_one_laboratory_are_compared_once_a_clinic_says_so(
    annas: Client, oseis: Client, clinic: Clinic, pair: LabResult
) -> None:
    before = result_page(annas, pair)

    said = call_alike(oseis, clinic, "HL Diagnostics", "Harbour")

    after = result_page(annas, pair)
    assert "two laboratories, Harbour and HL Diagnostics" in before
    assert "HL Diagnostics · the same as Harbour" in said
    assert "two laboratories" not in after
    assert "From 24 to 31 ng/mL (29% higher)." in after


def test_a_name_is_no_longer_the_same_once_it_is_ended(
    annas: Client, oseis: Client, clinic: Clinic, pair: LabResult
) -> None:
    call_alike(oseis, clinic, "HL Diagnostics", "Harbour")
    row = LaboratoryKnowledge.objects.get()

    oseis.post(page_of(clinic, f"{row.pk}/end/"))
    oseis.post(page_of(clinic, f"{row.pk}/end/"))

    assert "two laboratories" in result_page(annas, pair)
    assert LaboratoryKnowledge.objects.count() == 2


def test_the_chart_draws_one_line_through_both_names(
    annas: Client, oseis: Client, anna: Patient, clinic: Clinic, pair: LabResult
) -> None:
    record = f"/patients/{anna.pk}/?range=all"
    before = annas.get(record).content.decode()

    call_alike(oseis, clinic, "HL Diagnostics", "Harbour")

    after = annas.get(record).content.decode()
    assert pair.laboratory in before
    assert "other laboratory: not compared" in before
    assert "other laboratory: not compared" not in after


def test_the_clinics_imprecision_is_used_and_named(
    annas: Client, oseis: Client, anna: Patient, clinic: Clinic
) -> None:
    a_result(anna, an_entry("24", collected_on=date(2025, 9, 12)))
    row = a_result(anna, an_entry("31"))
    assumed = result_page(annas, row)

    said = written(
        oseis,
        clinic,
        "imprecision/new/",
        laboratory="Harbour Laboratory",
        method="LC-MS/MS",
        cva="5",
        source="Quality report of 2025",
    )

    own = result_page(annas, row)
    assert "LC-MS/MS: 5%" in said
    assert "from an assumed laboratory imprecision of 10%" in assumed
    assert "usually stay within 27% higher" in own
    assert "from this laboratory's imprecision of 5%" in own


@pytest.mark.parametrize("cva", ["0.5", "26", "abc", "", "<5"])
def test_an_imprecision_that_no_laboratory_has_is_refused(
    oseis: Client, clinic: Clinic, cva: str
) -> None:
    form = {"laboratory": "A", "cva": cva, "source": "x", "entry_id": str(uuid4())}

    answer = oseis.post(page_of(clinic, "imprecision/new/"), form)

    assert answer.status_code == 422
    assert not LaboratoryKnowledge.objects.exists()


@pytest.mark.parametrize(
    ("name", "other", "sentence"),
    [
        ("Labcorp", "LabCorp,", "These two are read as one name already."),
        ("...", "LabCorp", "Type a name with letters or digits."),
        ("", "LabCorp", "Type the name of the laboratory."),
    ],
)
def test_names_that_say_nothing_are_refused(
    oseis: Client, clinic: Clinic, name: str, other: str, sentence: str
) -> None:
    said = call_alike(oseis, clinic, name, other)

    assert sentence in said
    assert not LaboratoryKnowledge.objects.exists()


def test_a_d3_coded_result_is_compared_once_a_clinician_confirmed_it(
    annas: Client, oseis: Client, anna: Patient, osei: User, clinic: Clinic
) -> None:
    a_target(anna, osei)
    row = a_result(anna, an_entry("28", measurand=Measurand.D3))
    before = result_page(annas, row)

    written(
        oseis,
        clinic,
        "totals/new/",
        laboratory="harbour laboratory",
        source="Asked by telephone",
        is_confirmed="on",
    )

    after = result_page(annas, row)
    assert "Cannot tell" in before
    assert "This is below the range Dr Osei set" in after
    assert "reports its total under the code for the D3 part" in after
    assert "Below the range" in flowing(oseis.get("/patients/"))


def test_a_confirmation_without_the_confirming_tick_is_refused(
    oseis: Client, clinic: Clinic
) -> None:
    said = written(oseis, clinic, "totals/new/", laboratory="A", source="x")

    assert "Confirm it, or leave this page." in said


def test_every_clinic_that_sees_the_record_reads_the_same_judgement(
    oseis: Client, anna: Patient, clinic: Clinic, signed_in: SignedIn, pair: LabResult
) -> None:
    hill = a_clinic("Hill Clinic")
    a_consent(anna, hill)
    hills = signed_in(a_clinician(hill, "Dr Dale"))

    call_alike(oseis, clinic, "HL Diagnostics", "Harbour")

    assert "two laboratories" not in result_page(hills, pair)


def test_a_clinic_that_does_not_see_the_record_changes_nothing_in_it(
    annas: Client, signed_in: SignedIn, pair: LabResult
) -> None:
    wood = a_clinic("Wood Clinic")
    call_alike(
        signed_in(a_clinician(wood, "Dr Gray")), wood, "HL Diagnostics", "Harbour"
    )

    assert "two laboratories" in result_page(annas, pair)


def test_a_double_under_another_name_of_the_laboratory_is_asked_about(
    annas: Client, oseis: Client, anna: Patient, clinic: Clinic
) -> None:
    a_result(anna, an_entry("28", laboratory="HL Diagnostics"))
    form = report(laboratory="Harbour")
    before = flowing(annas.post(address(anna), form))

    call_alike(oseis, clinic, "HL Diagnostics", "Harbour")

    assert "is already here" not in before
    assert "is already here" in flowing(annas.post(address(anna), form))


def test_the_same_form_twice_is_written_down_once(
    oseis: Client, clinic: Clinic
) -> None:
    form = {"entry_id": str(uuid4()), "laboratory": "A", "other_name": "B"}

    oseis.post(page_of(clinic, "names/new/"), form)
    oseis.post(page_of(clinic, "names/new/"), form)

    assert LaboratoryKnowledge.objects.count() == 1


def test_only_the_clinics_clinicians_find_the_page(
    annas: Client, oseis: Client, clinic: Clinic, signed_in: SignedIn
) -> None:
    other = signed_in(owner_of(a_patient("Bob Birch")))

    assert oseis.get(page_of(clinic)).status_code == 200
    assert annas.get(page_of(clinic)).status_code == 404
    assert other.post(page_of(clinic, "names/new/")).status_code == 404
