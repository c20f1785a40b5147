"""The list of people for programs, page by page."""

from accounts.models import Clinic, Consent, Patient
from tests.factories import a_consent, a_patient
from tests.integration.api.conftest import Program

PATIENTS = "/api/v1/patients?limit=2"


def test_pages_hold_everybody_once_by_name(
    oseis_program: Program, anna: Patient, clinic: Clinic
) -> None:
    for name in ("Cleo", "Anna Example", "Bob"):
        a_consent(a_patient(name), clinic)
    a_patient("Bobby")  # whom nobody shares

    read, following = [], PATIENTS
    while following:
        page = oseis_program.get(following).json()
        read += [(each["name"], each["id"]) for each in page["items"]]
        following = page["next"]

    assert [name for name, _ in read] == ["Anna Example", "Anna Example", "Bob", "Cleo"]
    assert len({key for _, key in read}) == 4
    assert str(anna.pk) in {key for _, key in read}


def test_a_page_whose_last_person_took_the_consent_back_is_refused(
    oseis_program: Program, clinic: Clinic
) -> None:
    for name in ("Bob", "Cleo"):
        a_consent(a_patient(name), clinic)
    following = oseis_program.get(PATIENTS).json()["next"]
    Consent.objects.filter(patient__name="Bob").delete()

    answer = oseis_program.get(following)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "?cursor"
    assert "is not on the list any more" in answer.json()["detail"]


def test_what_is_wrong_with_an_address_is_said_in_the_language_of_each_request(
    oseis_program: Program,
) -> None:
    said = [
        oseis_program.get("/api/v1/patients?limit=1000", accept_language=language)
        for language in ("de", "en", "de")
    ]

    german, english, again = (each.json()["errors"][0]["detail"] for each in said)
    assert german != english
    assert again == german
