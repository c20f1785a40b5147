"""What a file that came in tells later: what the patient shows now, and no more."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html import unescape
from importlib import import_module
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import queries
from accounts.domain.roles import Role
from accounts.domain.scopes import Scope
from accounts.domain.tokens import TokenPass, TokenScope
from accounts.models import (
    AuditEvent,
    CareGrant,
    Clinic,
    Patient,
    PatientNumber,
    User,
)
from accounts.queries import results_shared_from
from accounts.services import consent as consents
from accounts.services import enrolment
from labs.formats.entries import DAY_OF_REPORT
from labs.models import ImportBatch, ImportRow, ImportWords, LabResult
from labs.queries import NOTHING_SEEN, sight_of
from labs.services import recording
from tests.factories import (
    a_clinic,
    a_clinician,
    a_consent,
    a_patient,
    a_person,
    an_entry,
    owner_of,
)
from tests.integration.api.conftest import MakeProgram, Program
from tests.integration.imports.test_medicines_of_files import a_bundle, of_patients
from tests.integration.imports.test_uploads import (
    HEADER,
    act,
    batch,
    page_of,
    upload,
    upload_to,
)

NEW_YEAR = date(2026, 1, 1)
TWO_YEARS = (
    HEADER
    + "2019-01-15,25-OH vitamin D,11.7,ng/mL,North Lab\n"
    + "2026-02-15,25-OH vitamin D,31.3,ng/mL,North Lab\n"
)
REFUSED = HEADER + "2019-01-15,25-OH vitamin D,11.7,furlongs,North Lab\n"
MANY = "patient_id,name,born_on,date,test,value,unit\n"
TAKEN = MANY + "A-17,Anna Example,1978-05-03,2026-01-15,25OHD,28.77,ng/mL\n"
NO_UNIT = MANY + "A-17,Anna Example,1978-05-03,2026-01-15,25OHD,28.77,furlongs\n"
NEW = MANY + "N1,New Person,1990-01-02,2026-01-15,25OHD,28.77,ng/mL\n"
DOUBTFUL = MANY + "A-17,Anna Sample,,2026-01-15,25OHD,28,ng/mL\n"
WARFARIN = of_patients(("Anna Example", "1978-05-03", "Warfarin 5 mg tablet"))
WORDS_OF_FILES = "labs.migrations.0058_words_that_quote_a_file"
NAMES_OF_QUESTIONS = "labs.migrations.0049_questions_keep_no_names"
PARTS_OF_ROWS = "labs.migrations.0041_rows_of_a_file_know_their_part"
HIDDEN = "Not shared with you."
Seen = Callable[[], str]


def take_back(patient: Patient) -> None:
    """End what the patient allowed."""
    by = queries.viewer_for(owner_of(patient))
    consents.revoke(
        consent=patient.consents.get(revoked_at=None), by=by, at=timezone.now()
    )


def share_instead(patient: Patient, clinic: Clinic, **terms: bool | date) -> None:
    """Allow something else than before."""
    take_back(patient)
    a_consent(patient, clinic, at=timezone.now(), **terms)  # type: ignore[arg-type]


def address(more: str = "") -> str:
    return f"/api/v1/imports/{batch().pk}{more}"


def told_by(program: Program, more: str = "/rows") -> str:
    answer = program.get(address(more), accept="*/*")
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def shown_to(browser: Client) -> str:
    return page_of(browser.get(f"/imports/{batch().pk}/"))  # type: ignore[arg-type]


def refused_for(browser: Client) -> str:
    return browser.get(f"/imports/{batch().pk}/refused.csv").content.decode()


def in_archive(program: Program, patient: Patient) -> bytes:
    """Return all that stands in the files of a record's archive."""
    place = f"/api/v1/patients/{patient.pk}/export/record.zip"
    answer = program.get(place, accept="*/*")
    assert answer.status_code == 200
    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    return b"".join(map(packed.read, packed.namelist()))


def reads_of(patient: Patient) -> int:
    return AuditEvent.objects.filter(
        patient_id=patient.pk, object_label="import", action__in=("read", "exported")
    ).count()


@pytest.fixture
def number(anna: Patient, clinic: Clinic) -> PatientNumber:
    """The number under which the clinic knows Anna."""
    return PatientNumber.objects.create(clinic=clinic, patient=anna, number="A-17")


# Of one record ------------------------------------------------------------------------


def test_rows_before_the_shared_day_are_told_to_the_patient_alone(  # noqa: PLR0917
    annas: Client,
    annas_program: Program,
    oseis: Client,
    oseis_program: Program,
    anna: Patient,
    clinic: Clinic,
) -> None:
    upload(annas, anna, TWO_YEARS)
    act(annas, "save")
    assert "11.7" in told_by(oseis_program)

    share_instead(anna, clinic, results_from=NEW_YEAR)

    for told in (told_by(oseis_program), shown_to(oseis)):
        assert "31.3" in told
        assert "11.7" not in told
        assert "2019" not in told
        assert told.count(HIDDEN) == 1
    for told in (told_by(annas_program), shown_to(annas)):
        assert "11.7" in told
        assert HIDDEN not in told


def test_refused_rows_have_no_day_and_are_told_where_every_day_is_shared(
    annas: Client, oseis: Client, oseis_program: Program, anna: Patient, clinic: Clinic
) -> None:
    upload(annas, anna, REFUSED)
    places: list[Seen] = [
        lambda: told_by(oseis_program),
        lambda: shown_to(oseis),
        lambda: told_by(oseis_program, "/refused.csv"),
        lambda: refused_for(oseis),
        lambda: told_by(oseis_program, ""),
    ]
    assert all("11.7" in told() for told in places)

    share_instead(anna, clinic, results_from=NEW_YEAR)

    assert [told() for told in places if "11.7" in told()] == []
    assert "11.7" in refused_for(annas)


def test_medicines_of_a_record_are_told_with_the_supplements(
    annas: Client, oseis: Client, oseis_program: Program, anna: Patient, clinic: Clinic
) -> None:
    upload(annas, anna, a_bundle())
    act(annas, "save")
    places: list[Seen] = [lambda: told_by(oseis_program), lambda: shown_to(oseis)]
    assert all("Warfarin" in told() for told in places)
    assert b"Warfarin" in in_archive(oseis_program, anna)

    share_instead(anna, clinic, supplements=False, health=False)

    assert [told() for told in places if "Warfarin" in told()] == []
    assert "Go through them one by one" not in shown_to(oseis)
    assert '"27' in told_by(oseis_program)
    assert b"Warfarin" not in in_archive(oseis_program, anna)
    assert "Warfarin" in shown_to(annas)


def test_a_medicine_that_is_refused_is_told_with_the_supplements(
    annas: Client, oseis: Client, oseis_program: Program, anna: Patient, clinic: Clinic
) -> None:
    bundle = json.loads(a_bundle())
    bundle["entry"][2]["resource"]["status"] = "entered-in-error"
    upload(annas, anna, json.dumps(bundle))
    places: list[Seen] = [
        lambda: told_by(oseis_program),
        lambda: shown_to(oseis),
        lambda: told_by(oseis_program, "/refused.csv"),
    ]
    assert all("Warfarin" in told() for told in places)

    share_instead(anna, clinic, supplements=False, health=False)

    assert [told() for told in places if "Warfarin" in told()] == []


def test_a_key_without_supplements_is_told_no_medicine(
    annas: Client, program_of: MakeProgram, anna: Patient
) -> None:
    upload(annas, anna, a_bundle())
    asks = {TokenScope.READ_IMPORTS, TokenScope.READ_RESULTS}
    less = program_of(owner_of(anna), frozenset(asks))
    more = program_of(owner_of(anna), frozenset({*asks, TokenScope.READ_SUPPLEMENTS}))

    assert "Warfarin" not in told_by(less)
    assert "Warfarin" in told_by(more)


def test_an_uploaded_file_is_archived_where_all_of_it_is_shared(
    annas: Client, oseis_program: Program, anna: Patient, clinic: Clinic
) -> None:
    upload(annas, anna, TWO_YEARS)
    act(annas, "save")
    assert b"11.7,ng/mL,North Lab" in in_archive(oseis_program, anna)

    share_instead(anna, clinic, results_from=NEW_YEAR)

    assert b"11.7" not in in_archive(oseis_program, anna)


def test_whom_a_file_names_instead_is_told_where_all_of_it_is_shared(
    annas: Client, oseis: Client, oseis_program: Program, anna: Patient, clinic: Clinic
) -> None:
    upload(annas, anna, MANY + "B-2,Bo Other,,2026-01-15,25OHD,28,ng/mL\n")
    places: list[Seen] = [lambda: told_by(oseis_program, ""), lambda: shown_to(oseis)]
    assert all("Bo Other" in told() for told in places)
    assert b"Bo Other" in in_archive(oseis_program, anna)

    share_instead(anna, clinic, results_from=date(2026, 6, 1))

    for told in places:
        assert "Bo Other" not in told()
        assert "somebody else" in told()
    assert b"Bo Other" not in in_archive(oseis_program, anna)


# Of a clinic --------------------------------------------------------------------------


def test_rows_of_a_record_that_the_file_opened_are_that_persons(
    oseis: Client, oseis_program: Program, clinic: Clinic
) -> None:
    upload_to(oseis, clinic, NEW, create_patients="on")
    assert "a new record" in shown_to(oseis)
    act(oseis, "save")
    person = Patient.objects.get(name="New Person")
    before = reads_of(person)

    (row,) = json.loads(told_by(oseis_program))["items"]
    page = shown_to(oseis)

    assert row["patient_id"] == str(person.pk)
    assert "28.77" in row["what"]
    assert "a new record" not in page
    assert reads_of(person) == before + 2

    person.consents.update(revoked_at=timezone.now())

    for told in (told_by(oseis_program), shown_to(oseis)):
        assert "28.77" not in told
        assert "New Person" not in told
        assert HIDDEN in told
    assert reads_of(person) == before + 2


def test_medicines_of_a_clinics_file_are_told_with_the_persons_supplements(
    oseis: Client, oseis_program: Program, anna: Patient, clinic: Clinic
) -> None:
    upload_to(oseis, clinic, WARFARIN)
    before = reads_of(anna)
    told = told_by(oseis_program, "/rows?kind=medicine")
    assert "Warfarin" in told
    assert str(anna.pk) in told
    assert reads_of(anna) == before + 1

    share_instead(anna, clinic, supplements=False, health=False)

    told, page = told_by(oseis_program, "/rows?kind=medicine"), shown_to(oseis)
    assert "Warfarin" not in told + page
    assert "Anna Example" not in told
    assert "27 ng/mL" in page

    take_back(anna)

    rows, page = told_by(oseis_program), shown_to(oseis)
    assert "27 ng/mL" not in rows + page
    assert "Anna Example" not in rows + page


def test_refused_rows_of_a_clinics_file_are_the_persons_whom_they_name(
    oseis: Client,
    oseis_program: Program,
    anna: Patient,
    clinic: Clinic,
    number: PatientNumber,
) -> None:
    upload_to(oseis, clinic, NO_UNIT + NEW.splitlines()[1] + "\n")
    places: list[Seen] = [
        lambda: told_by(oseis_program),
        lambda: shown_to(oseis),
        lambda: told_by(oseis_program, "/refused.csv"),
        lambda: refused_for(oseis),
    ]
    before = reads_of(anna)
    assert all(number.number in told() for told in places)
    assert reads_of(anna) == before + len(places)

    take_back(anna)

    for told in places:
        assert "Anna Example" not in told()
        assert number.number not in told()
        assert "New Person" in told()
    assert reads_of(anna) == before + len(places)


def test_what_is_refused_for_its_day_says_so_and_nothing_else(
    oseis: Client,
    oseis_program: Program,
    anna: Patient,
    clinic: Clinic,
    number: PatientNumber,
) -> None:
    del number
    share_instead(anna, clinic, results_from=date(2026, 6, 1))

    upload_to(oseis, clinic, TAKEN)

    for told in (told_by(oseis_program), shown_to(oseis)):
        assert "shares results with this clinic from a later day on" in told
        assert "28.77" not in told


def test_a_row_that_names_nobody_is_told_while_everybody_of_the_file_is_seen(
    oseis: Client,
    oseis_program: Program,
    anna: Patient,
    clinic: Clinic,
    number: PatientNumber,
) -> None:
    del number
    upload_to(oseis, clinic, TAKEN + ",,,2026-01-16,25OHD,33.19,ng/mL\n")
    places: list[Seen] = [lambda: told_by(oseis_program), lambda: shown_to(oseis)]
    assert all("33.19" in told() for told in places)

    take_back(anna)

    assert [told() for told in places if "33.19" in told()] == []


@pytest.mark.parametrize("kind", ["added", "refused", "medicine"])
def test_rows_kept_before_it_was_looked_for_whose_they_are_are_not_told(
    oseis: Client, oseis_program: Program, clinic: Clinic, kind: str
) -> None:
    upload_to(oseis, clinic, NEW, create_patients="on")
    act(oseis, "save")
    ImportBatch.objects.update(refused=1)
    ImportRow.objects.update(kind=kind, part="", patient_id=None)

    for told in (told_by(oseis_program), shown_to(oseis)):
        assert "28.77" not in told
        assert "New Person" not in told


def test_rows_that_opened_a_record_before_are_found_to_be_that_persons(
    oseis: Client, oseis_program: Program, clinic: Clinic
) -> None:
    other = "N2,Other Person,1991-01-02,2026-01-15,25OHD,19.31,ng/mL\n"
    upload_to(oseis, clinic, NEW + other, create_patients="on")
    act(oseis, "save")
    ImportRow.objects.update(part="", patient_id=None)

    with connection.cursor() as cursor:
        cursor.execute(import_module(PARTS_OF_ROWS).WHOSE)

    Patient.objects.get(name="Other Person").consents.update(revoked_at=timezone.now())
    told = told_by(oseis_program)
    assert "28.77" in told
    assert "19.31" not in told


def test_what_is_not_shared_any_more_stays_when_a_file_is_taken_back(
    oseis: Client, oseis_program: Program, clinic: Clinic
) -> None:
    other = "N2,Other Person,1991-01-02,2026-01-15,25OHD,19.31,ng/mL\n"
    upload_to(oseis, clinic, NEW + other, create_patients="on")
    act(oseis, "save")
    Patient.objects.get(name="Other Person").consents.update(revoked_at=timezone.now())

    words = "1 stays as it is: it is not shared with you any more."
    assert words in act(oseis, "undo")

    assert {
        (row.patient.name, row.version, row.status)
        for row in LabResult.objects.select_related("patient")
    } == {
        ("New Person", 1, "not-stated"),
        ("New Person", 2, "entered-in-error"),
        ("Other Person", 1, "not-stated"),
    }
    undone = oseis_program.post(address("/undoing"), {}, if_match="*")
    assert undone.status_code == 409


def test_what_was_corrected_out_of_sight_stays_when_a_file_is_taken_back(
    annas: Client, oseis_program: Program, anna: Patient, clinic: Clinic
) -> None:
    upload(annas, anna, TWO_YEARS.replace("2019-01-15", "2026-01-15"))
    act(annas, "save")
    row = LabResult.objects.get(collected_on=date(2026, 1, 15))
    recording.correct(
        result=row,
        entry=an_entry(collected_on=date(2019, 1, 15)),
        reason="Wrong year",
        by=queries.viewer_for(owner_of(anna)),
        at=timezone.now(),
    )
    share_instead(anna, clinic, results_from=NEW_YEAR)

    undone = oseis_program.post(address("/undoing"), {}, if_match="*")

    assert undone.json() == {"taken_back": 1, "kept": 1, "not_shared": 0}
    newest = LabResult.objects.filter(chain=row.chain).latest("version")
    assert (newest.version, newest.status) == (2, "final")


# What a file asks ---------------------------------------------------------------------


def test_a_question_names_those_who_share_their_results(
    oseis: Client,
    oseis_program: Program,
    anna: Patient,
    clinic: Clinic,
    number: PatientNumber,
) -> None:
    del number
    upload_to(oseis, clinic, DOUBTFUL)
    (asked,) = batch().words.question["people"]
    assert asked["among"] == [[str(anna.pk), ""]]  # the name is read when it is told
    before = reads_of(anna)
    assert str(anna.pk) in told_by(oseis_program, "")
    assert "Anna Example" in shown_to(oseis)
    assert reads_of(anna) == before + 2
    stale = oseis_program.post(address("/answers"), {}, if_match='"other"')
    assert stale.status_code == 412
    assert "Anna Example" not in stale.content.decode()

    take_back(anna)

    for told in (told_by(oseis_program, ""), shown_to(oseis)):
        assert "Anna Example" not in told
        assert str(anna.pk) not in told
    chosen = {"people": {asked["mark"]: str(anna.pk)}}
    answer = oseis_program.post(address("/answers"), chosen, if_match="*")
    assert answer.status_code == 422
    assert reads_of(anna) == before + 2


def test_names_that_questions_kept_are_taken_out_of_them(clinic: Clinic) -> None:
    """As the older version wrote them; what else they ask stays."""
    among = [["11111111-1111-4111-8111-111111111111", "A-17, Anna Example"]]
    asked = {"mark": "x", "said": "Anna Sample", "among": among}
    questions = [{"kind": "people", "people": [asked]}, {"kind": "unit"}, {}]
    for question in questions:
        ImportBatch.objects.create(
            clinic=clinic, question=question, entered_at=timezone.now()
        )

    with connection.cursor() as cursor:
        cursor.execute(import_module(NAMES_OF_QUESTIONS).WITHOUT_NAMES)

    stored = ImportBatch.objects.order_by("entered_at").values_list("question")
    without = asked | {"among": [[among[0][0], ""]]}
    assert [question for (question,) in stored] == [
        {"kind": "people", "people": [without]},
        *questions[1:],
    ]


def test_words_that_quote_a_file_are_moved_there_and_back(clinic: Clinic) -> None:
    asked = {"kind": "unit", "sentence": "Of '7 May'?", "choices": ["nmol/L"]}
    whom = {"kind": "people", "people": [{"mark": "x", "said": "A", "among": []}]}
    before = [
        (asked, ["line 7: 2019", "line 8: 2020"], ""),
        (whom, [], "Anna Sample"),
        ({}, [], ""),
    ]
    for question, warnings, other_person in before:
        ImportBatch.objects.create(
            clinic=clinic,
            question=question,
            warnings=warnings,
            other_person=other_person,
            entered_at=timezone.now(),
        )
    move = import_module(WORDS_OF_FILES)

    def stored() -> list[tuple[object, ...]]:
        found = ImportBatch.objects.order_by("entered_at")
        return list(found.values_list("question", "warnings", "other_person"))

    with connection.cursor() as cursor:
        cursor.execute(move.MOVE)
    assert stored() == [
        ({**asked, "sentence": ""}, ["", ""], ""),
        ({"kind": "people", "people": []}, [], "somebody else"),
        ({}, [], ""),
    ]
    assert ImportWords.objects.count() == 2

    with connection.cursor() as cursor:
        cursor.execute(move.MOVE_BACK)
    assert stored() == before


def test_who_is_not_told_all_of_a_file_brings_one_and_saves_it(
    oseis: Client, oseis_program: Program, anna: Patient, clinic: Clinic
) -> None:
    """The words that quote it wait for who is told them; nothing else is missing."""
    share_instead(anna, clinic, supplements=False, health=False)
    columns = "Name,Date,Test,Value,Unit,Ferritin\n"
    row = "Anna Sample,{},25-OH vitamin D,31.3,ng/mL,12\n"
    upload(oseis, anna, columns + row.format("03/04/2019"))
    asked = oseis_program.get(address()).json()["question"]
    assert (asked["kind"], asked["sentence"]) == ("date_order", HIDDEN)
    assert "03/04/2019" in batch().words.question["sentence"]
    assert "2019" not in str(batch().question)

    answered = oseis_program.post(
        address("/answers"), {"date_order": "dmy"}, if_match="*"
    ).json()

    assert answered["other_person"] == "somebody else"
    assert HIDDEN in answered["warnings"]
    assert "Anna Sample" in batch().words.other_person
    assert "Ferritin" in str(batch().words.warnings)
    assert "Ferritin" not in str(batch().warnings)
    act(oseis, "save", is_confirmed="yes")
    assert LabResult.objects.get(patient=anna).collected_on == date(2019, 4, 3)


def test_what_quotes_a_file_is_told_where_all_of_it_is_shared(  # noqa: PLR0917
    annas: Client,
    annas_program: Program,
    oseis: Client,
    oseis_program: Program,
    anna: Patient,
    clinic: Clinic,
) -> None:
    upload(annas, anna, TWO_YEARS)
    said = [DAY_OF_REPORT, "The units of 'Warfarin 5 mg' were read.", "line 7: 2019"]
    ImportBatch.objects.update(warnings=[said[0], "", ""])
    ImportWords.objects.update(warnings=said)
    places: list[Seen] = [lambda: told_by(oseis_program, ""), lambda: shown_to(oseis)]
    for told in places:
        assert all(words in unescape(told()) for words in said)

    for terms in ({"results_from": NEW_YEAR}, {"supplements": False, "health": False}):
        share_instead(anna, clinic, **terms)
        for told in places:
            assert DAY_OF_REPORT in unescape(told())
            assert "Warfarin" not in told()
            assert "line 7" not in told()
            assert HIDDEN in told()
        archived = in_archive(oseis_program, anna)
        assert b"Warfarin" not in archived
    assert "Warfarin" in told_by(annas_program, "")
    assert b"Warfarin" in in_archive(annas_program, anna)


def test_what_quotes_a_clinics_file_is_told_while_its_rows_say_that_all_is_seen(
    oseis: Client, oseis_program: Program, clinic: Clinic
) -> None:
    upload_to(oseis, clinic, NEW, create_patients="on")
    act(oseis, "save")
    ImportBatch.objects.update(warnings=[""])
    ImportWords.objects.update(warnings=["line 2: New Person"])
    places: list[Seen] = [lambda: told_by(oseis_program, ""), lambda: shown_to(oseis)]
    assert all("line 2: New Person" in told() for told in places)

    ImportRow.objects.all().delete()  # as after a month

    assert not any("New Person" in told() for told in places)


def test_the_days_that_a_question_quotes_are_told_where_every_day_is_shared(
    annas: Client, oseis: Client, oseis_program: Program, anna: Patient, clinic: Clinic
) -> None:
    upload(
        annas,
        anna,
        TWO_YEARS.replace("2019-01-15", "03/04/2019").replace(
            "2026-02-15", "05/06/2026"
        ),
    )
    places: list[Seen] = [lambda: told_by(oseis_program, ""), lambda: shown_to(oseis)]
    assert all("03/04/2019" in told() for told in places)

    share_instead(anna, clinic, results_from=NEW_YEAR)

    for told in places:
        assert "2019" not in told()
        assert "date_order" in told()
    assert "03/04/2019" in shown_to(annas)


def test_columns_show_what_stands_in_them_while_everybody_of_the_file_is_seen(
    oseis: Client, oseis_program: Program, anna: Patient, clinic: Clinic
) -> None:
    upload_to(oseis, clinic, MANY + TAKEN.splitlines()[1].removeprefix("A-17") + "\n")
    places: list[Seen] = [lambda: told_by(oseis_program, ""), lambda: shown_to(oseis)]
    assert all("28.77" in told() for told in places)

    take_back(anna)

    for told in places:
        assert "28.77" not in told()
        assert "Anna Example" not in told()
    names = [one["name"] for one in json.loads(places[0]())["columns"]]
    assert names == MANY.strip().split(",")


# What somebody sees of several people -------------------------------------------------


def test_what_is_seen_of_several_people_is_what_is_seen_of_each(
    anna: Patient, osei: User, clinic: Clinic
) -> None:
    other = a_clinic("Other Clinic")
    colleague = a_clinician(other, "Dr Okafor")
    people = [anna, *(a_patient(name) for name in ("Bea", "Cleo", "Dan", "Eve"))]
    _anna, bea, cleo, dan, eve = people
    a_consent(bea, clinic, results_from=NEW_YEAR, supplements=False)
    a_consent(bea, other, supplements=False, health=False)
    a_consent(cleo, clinic, results=False, health=False)
    a_consent(dan, clinic)
    take_back(dan)
    at = timezone.now()
    enrolment.add_member(clinic=other, user=osei, role=Role.CLINICIAN, at=at)
    carer = a_person("Cara Carer")
    CareGrant.objects.create(
        patient=eve,
        carer=carer,
        carer_name=carer.name,
        basis="asked",
        is_for_a_minor=False,
        granted_by_name=eve.name,
        code_hash="x",
        made_at=at,
        code_expires_at=at,
        accepted_at=at,
    )
    users = [osei, colleague, carer, *(owner_of(one) for one in people)]
    viewers = [queries.viewer_for(user) for user in users]
    keys = [
        TokenPass(UUID(int=1), "key", frozenset({opened}))
        for opened in (TokenScope.READ_RESULTS, TokenScope.READ_SUPPLEMENTS)
    ]
    viewers += [replace(each, token=key) for each in viewers for key in keys]
    viewers.append(queries.viewer_for_clinic(clinic))

    for viewer in viewers:
        told = sight_of(viewer, [one.pk for one in people], at=at)
        for patient in people:
            scopes = queries.scopes_for(viewer, patient, at=at)
            start = results_shared_from(viewer, patient, at=at) or date.min
            first = start if Scope.RESULTS in scopes else None
            sight = told.get(patient.pk, NOTHING_SEEN)
            assert sight == (first, Scope.SUPPLEMENTS in scopes), (viewer, patient)
