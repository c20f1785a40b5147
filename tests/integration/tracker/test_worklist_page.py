"""The clinician's list: whom to look at and why, and what is done from it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts import queries
from accounts.domain.roles import Role
from accounts.models import (
    AuditEvent,
    Clinic,
    Patient,
    PatientNumber,
    User,
)
from accounts.services import enrolment
from labs.domain.health import HealthTopic
from labs.domain.measurements import ResultStatus
from labs.domain.precaution_catalogue import CATALOGUE
from labs.domain.quantities import Measurand
from labs.domain.sentences import HELD_BARE_NAME
from labs.domain.worklist import LookReason
from labs.models import (
    ClinicNote,
    LabResult,
    RetestPlan,
    Review,
    TargetTemplate,
    WorklistRow,
)
from labs.presenters.precaution_names import PRECAUTION_NAMES
from labs.presenters.worklist import BEGINS_ANEW
from labs.services import recording, retesting, summarising, worklisting
from tests.factories import (
    a_clinic,
    a_clinician,
    a_consent,
    a_health_fact,
    a_patient,
    a_result,
    a_target,
    an_entry,
    owner_of,
)
from tests.integration.conftest import SignedIn
from tests.integration.labs.spoken_pages import flowing

QUERIES_OF_THE_LIST = 23
TODAY = timezone.localdate


def page_of(client: Client, query: str = "") -> str:
    answer = client.get(f"/worklist/{query}")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def result(
    patient: Patient, value: str, *, days_ago: int = 3, flag: str = ""
) -> LabResult:
    entry = an_entry(
        value, collected_on=TODAY() - timedelta(days=days_ago), laboratory_flag=flag
    )
    return a_result(patient, entry, at=timezone.now())


def row_of(patient: Patient) -> WorklistRow:
    return WorklistRow.objects.get(patient=patient)


def chosen(*patients: Patient) -> list[str]:
    return [f"{each.pk}:{row_of(each).stamp}" for each in patients]


def review(client: Client, *patients: Patient, entry_id: object = None) -> str:
    answer = client.post(
        "/worklist/review/",
        {"row": chosen(*patients), "entry_id": entry_id or uuid4(), "view": ""},
        follow=True,
    )
    return " ".join(answer.content.decode().split())


@pytest.fixture
def ben(clinic: Clinic) -> Patient:
    person = a_patient("Ben Birch")
    a_consent(person, clinic)
    return person


# The page -----------------------------------------------------------------------------


def test_a_row_says_whom_to_look_at_and_why(
    oseis: Client, anna: Patient, osei: User, clinic: Clinic
) -> None:
    a_target(anna, osei)
    PatientNumber.objects.create(clinic=clinic, patient=anna, number="HC-0001")
    result(anna, "40", days_ago=400)
    result(anna, "21")

    page = page_of(oseis)

    for words in (
        "Anna Example",
        "3 May 1978",
        "HC-0001",
        '21 <span class="unit">ng/mL</span>',
        "Below the range",
        "30 to 50 ng/mL, Dr Osei",
        "New, not reviewed",
        "3 days ago",
        "<svg",
    ):
        assert words in page


def test_the_gravest_comes_first(
    oseis: Client, anna: Patient, ben: Patient, osei: User
) -> None:
    a_target(anna, osei)
    result(anna, "21")
    result(ben, "31", flag="HH")

    page = page_of(oseis)

    assert page.index("Ben Birch") < page.index("Anna Example")
    by_name = page_of(oseis, "?order=name")
    assert by_name.index("Anna Example") < by_name.index("Ben Birch")


def test_counts_and_filters_go_by_reason(
    oseis: Client, anna: Patient, ben: Patient, osei: User
) -> None:
    a_target(anna, osei)
    result(anna, "21")
    assert ben.name in page_of(oseis)

    page = page_of(oseis, f"?reason={LookReason.BELOW}")

    assert "Anna Example" in page
    assert "Ben Birch" not in page
    assert 'Below the range</span><span class="number">1</span>' in page
    assert "Ben Birch" in page_of(oseis, "?without_target=1")
    assert "Anna Example" not in page_of(oseis, "?without_target=1")


@pytest.mark.parametrize(
    "query",
    ["?reason=no", "?after=x", "?order=up", "?tested_from=2024-13-45", "?tag=%00"],
)
def test_what_cannot_be_read_in_an_address_is_left_out(
    oseis: Client, anna: Patient, query: str
) -> None:
    assert anna.name in page_of(oseis, query)


@pytest.mark.parametrize(
    "words", ["anna", "EXAMPLE", "exa ann", "03/05/1978", "05/03/1978", "1978-05-03"]
)
def test_people_are_found_as_one_types(
    oseis: Client, anna: Patient, ben: Patient, words: str
) -> None:
    del anna, ben
    answer = oseis.post(
        "/worklist/", {"q": words}, headers={"HX-Target": "worklist"}
    ).content.decode()

    assert answer.lstrip().startswith("<section")
    assert "Anna Example" in answer


def test_a_search_goes_by_parts_of_names_whatever_stands_in_them(
    oseis: Client, clinic: Clinic
) -> None:
    names = (
        "Seán O'Brien",
        "Ada Müller-Šmit",
        "ليلى حسن",
        "Ann 100%",
        "Jens Sørensen",
        "Иван Петров",
        "Omar Al-Sayed",
    )
    people = [a_patient(name) for name in names]
    for person in people:
        a_consent(person, clinic)
    PatientNumber.objects.create(clinic=clinic, patient=people[1], number="50%_A\\7")
    summarising.rebuild(at=timezone.now())

    def found(words: str) -> set[str]:
        page = oseis.post("/worklist/", {"q": words}).context["page"]
        listed = oseis.post("/patients/", {"q": words}).context["rows"]
        rows = {row.person.name for row in page.rows}
        assert {line.person.name for line in listed} == rows, words
        return rows

    brien, ada, leila, ann, jens, ivan, omar = names
    assert found("o'br") == found("brien se") == found("O\u2019BRIEN") == {brien}
    assert found("obri sean") == found("rien") == {brien}
    assert found("MÜLLER-Š") == found("šmit") == found("smit, ada") == {ada}
    assert found("muller") == found("Mueller") == found("üller") == {ada}
    assert found("حس") == found("حَسَن") == found("ليل") == {leila}
    assert found("sorensen") == found("Soerensen") == found("SØREN") == {jens}
    assert found("ПЕТР") == found("тро ива") == {ivan}
    assert found("sayed") == found("alsayed") == found("al-say") == {omar}
    assert found("50%_a\\") == {ada}
    assert found("50%%") == found("5_%") == set()
    assert found("ann 1") == {ann}
    assert found("nn") == set(), "two letters are a beginning"
    for signs in ("' | & !()", "a' | 'x", "\\'", "--"):
        assert found(signs) == set()


def test_of_a_search_that_finds_more_than_a_page_the_first_are_shown(
    oseis: Client, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name stands in no address, so there is no next page of a search."""
    monkeypatch.setattr(worklisting, "ROWS_A_PAGE", 2)
    for number in range(4):
        a_consent(a_patient(f"Person {number}"), clinic)

    page = oseis.post("/worklist/", {"q": "person"}).content.decode()

    assert page.count('class="worklist-row"') == 2
    assert "The first are shown; type more to narrow them." in page
    assert 'class="pages' not in page
    assert 'class="pages' in page_of(oseis)


@pytest.mark.parametrize("few", [0, 1000])
def test_a_filter_finds_the_same_whether_few_or_many_match(
    oseis: Client,
    anna: Patient,
    ben: Patient,
    few: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The two ways to the same rows: found first, and met on the way."""
    monkeypatch.setattr(worklisting, "MOST_FEW", few)
    result(anna, "21")
    a_health_fact(anna, HealthTopic.SARCOIDOSIS)
    oseis.post(f"/worklist/{anna.pk}/tag/", {"name": "spring"})

    for query in (
        f"?reason={LookReason.NOT_REVIEWED}",
        "?tag=spring",
        "?precaution=sarcoidosis",
        f"?tag=spring&precaution=sarcoidosis&reason={LookReason.NOT_REVIEWED}",
    ):
        page = page_of(oseis, query)
        assert anna.name in page, query
        assert ben.name not in page, query
    searched = oseis.post("/worklist/?tag=spring", {"q": "exam"}).content.decode()
    assert anna.name in searched
    other = oseis.post("/worklist/?tag=spring", {"q": "birch"}).content.decode()
    assert ben.name not in other


def test_filters_by_template_and_tag_are_told_of_until_there_is_one(
    oseis: Client, anna: Patient, clinic: Clinic
) -> None:
    page = page_of(oseis)
    assert "By template: once the clinic has one" in page
    assert "By tag: once somebody has one" in page
    oseis.post(f"/worklist/{anna.pk}/tag/", {"name": "hip"})
    limits = {"low": "30", "high": "50", "unit": "ng/mL", "source": "Ours"}
    sent = limits | {"name": "Usual", "entry_id": str(uuid4())}
    oseis.post(f"/clinics/{clinic.pk}/ranges/new/", sent)

    page = page_of(oseis)

    assert 'id="filter-tag"' in page
    assert 'id="filter-template"' in page
    assert "once " not in page.partition('id="filter-flag"')[2].split("</form>")[0]


def test_each_filter_keeps_whom_it_names(
    oseis: Client, anna: Patient, ben: Patient, osei: User
) -> None:
    a_target(anna, osei)
    result(anna, "21", days_ago=10)
    result(ben, "30", days_ago=400)

    def day(ago: int) -> str:
        return (TODAY() - timedelta(days=ago)).isoformat()

    for query in (
        "?flag=below",
        f"?tested_from={day(30)}",
        f"?tested_from={day(11)}&tested_until={day(9)}",
        "?clinician=Dr+Osei",
    ):
        page = page_of(oseis, query)
        assert anna.name in page, query
        assert ben.name not in page, query
    for query in (
        "?without_target=1",
        f"?untested_since={day(30)}",
        f"?tested_until={day(30)}",
        "?flag=no_target",
    ):
        page = page_of(oseis, query)
        assert ben.name in page, query
        assert anna.name not in page, query


def test_a_value_stands_in_the_clinics_unit_beside_what_was_reported(
    oseis: Client, anna: Patient, clinic: Clinic
) -> None:
    Clinic.objects.filter(pk=clinic.pk).update(preferred_unit="nmol/L")
    result(anna, "21")

    words = flowing(oseis.get("/worklist/"))

    assert "52 nmol/L" in words
    assert "reported 21 ng/mL" in words


def test_a_retest_that_is_overdue_is_a_reason_and_its_day_is_told(
    oseis: Client, anna: Patient, osei: User, clinic: Clinic
) -> None:
    result(anna, "30", days_ago=200)
    retesting.plan(
        patient=anna,
        clinic=clinic,
        due_on=None,
        every_months=3,
        by=queries.viewer_for(osei),
        at=timezone.now(),
    )

    page = page_of(oseis, f"?reason={LookReason.RETEST_OVERDUE}")

    assert anna.name in page
    assert "Retest overdue" in page
    due = row_of(anna).retest_on
    assert due is not None
    assert due < TODAY()
    assert f"next {due.day} " in page


def test_everybody_in_this_view_are_those_of_the_search_alone(
    oseis: Client, anna: Patient, ben: Patient
) -> None:
    searched = oseis.post("/worklist/", {"q": "birch"}).content.decode()
    assert '<input type="hidden" name="q" value="birch">' in searched

    sent = {"everyone": "yes", "view": "", "q": "birch"}
    page = oseis.post("/worklist/ranges/", sent).content.decode()

    assert str(ben.pk) in page
    assert str(anna.pk) not in page


def test_pages_follow_each_other_without_a_gap(
    oseis: Client, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worklisting, "ROWS_A_PAGE", 3)
    people = [a_patient(f"Person {number}") for number in range(7)]
    for number, person in enumerate(people):
        a_consent(person, clinic)
        if number % 2:
            result(person, "30", days_ago=number + 1)
    for order in ("gravity", "name", "longest", "newest"):
        seen, query, pages = [], f"?order={order}", 0
        while query:
            answer = oseis.get(f"/worklist/{query}")
            page = answer.context["page"]
            pages += 1
            seen += [row.person.id for row in page.rows]
            query = (
                "?" + page.following.address.partition("?")[2] if page.following else ""
            )
        assert (len(seen), len(set(seen)), pages) == (8, 8, 3), order
        if order in ("longest", "newest"):
            days = [WorklistRow.objects.get(patient=each).latest_on for each in seen]
            tested = [day for day in days if day is not None]
            assert days == tested + [None] * (8 - len(tested))
            assert tested == sorted(tested, reverse=order == "newest")


@pytest.mark.parametrize("order", list(worklisting.Order))
@pytest.mark.parametrize("is_moved", [True, False])
def test_a_page_whose_beginning_moved_begins_at_the_top_and_says_so(
    oseis: Client,
    clinic: Clinic,
    monkeypatch: pytest.MonkeyPatch,
    order: worklisting.Order,
    *,
    is_moved: bool,
) -> None:
    """Behind where the row stands by now, all in between would be left out."""
    monkeypatch.setattr(worklisting, "ROWS_A_PAGE", 2)
    for number in range(6):
        person = a_patient(f"Person {number}")
        a_consent(person, clinic)
        result(person, "30", days_ago=number + 1)
    first = oseis.get(f"/worklist/?order={order}").context["page"]
    last = Patient.objects.get(pk=first.rows[-1].person.id)
    if is_moved:
        review(oseis, last)
        day = TODAY() - timedelta(days=900 if order == "newest" else 0)
        WorklistRow.objects.filter(patient=last).update(name_key="zoe", latest_on=day)

    answer = oseis.get(first.following.address)

    seen = {row.person.id for row in answer.context["page"].rows}
    assert (BEGINS_ANEW in flowing(answer)) == is_moved
    others = {row.person.id for row in first.rows[:-1]}
    assert (others <= seen) == is_moved


def test_the_list_goes_on_paper_whole(
    oseis: Client, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worklisting, "ROWS_A_PAGE", 2)
    for number in range(5):
        a_consent(a_patient(f"Person {number}"), clinic)

    listed = page_of(oseis, "?order=name")
    assert listed.count('class="worklist-row"') == 2
    assert "?order=name&amp;print=1" in listed
    page = page_of(oseis, "?order=name&print=1")

    assert page.count('class="worklist-row"') == 6
    assert 'role="search"' not in page


@pytest.mark.parametrize("people", [1, 6])
def test_the_list_asks_the_database_as_often_for_any_number_of_people(
    oseis: Client,
    clinic: Clinic,
    people: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(people):
        person = a_patient(f"Person {number}")
        a_consent(person, clinic)
        result(person, "30")

    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        page_of(oseis)


def test_a_part_that_is_not_shared_says_so(
    anna: Patient, clinic: Clinic, signed_in: SignedIn
) -> None:
    result(anna, "21")
    a_consent(anna, clinic, results=False)

    page = page_of(signed_in(a_clinician(clinic, "Dr Partial")))

    assert "Not shared with you" in page
    assert "21 <span" not in page


# Reviews ------------------------------------------------------------------------------


def test_a_review_answers_the_reasons_and_is_taken_back(
    oseis: Client, anna: Patient, osei: User
) -> None:
    a_target(anna, osei)
    result(anna, "21")
    entry_id = uuid4()

    page = review(oseis, anna, entry_id=entry_id)
    assert "Undo" in page
    assert row_of(anna).reasons == []
    assert "Dr Osei" in page

    oseis.post("/worklist/undo/", {"entry_id": entry_id})
    assert LookReason.BELOW in row_of(anna).reasons
    assert Review.objects.get().undone_by_name == "Dr Osei"
    assert AuditEvent.objects.filter(object_label="review").count() == 2


@pytest.mark.parametrize("measurand", [Measurand.TOTAL, Measurand.UNSPECIFIED])
@pytest.mark.parametrize("days_ago", [3, 900])
def test_a_held_result_stays_on_the_list_until_somebody_settled_it(
    oseis: Client, anna: Patient, measurand: Measurand, days_ago: int
) -> None:
    day = TODAY() - timedelta(days=days_ago)
    why = HELD_BARE_NAME if measurand is Measurand.TOTAL else ""
    entry = an_entry("33", measurand=measurand, collected_on=day, held_because=why)
    held = a_result(anna, entry, at=timezone.now())
    result(anna, "40")
    result(anna, "41", days_ago=2)

    review(oseis, anna)
    assert Review.objects.filter(result=held).exists()
    assert row_of(anna).reasons == [LookReason.HELD]
    assert "Held for review" in page_of(oseis)

    by = queries.viewer_for(owner_of(anna))
    recording.mark_entered_in_error(
        result=held, reason="Twice", by=by, at=timezone.now()
    )
    assert LookReason.HELD not in row_of(anna).reasons


def test_the_same_marking_sent_twice_counts_once(oseis: Client, anna: Patient) -> None:
    result(anna, "21")
    row, entry_id = chosen(anna), uuid4()
    for _time in range(2):
        oseis.post("/worklist/review/", {"row": row, "entry_id": entry_id})

    assert Review.objects.count() == 1


def test_what_came_in_since_is_not_reviewed_unseen(
    oseis: Client, anna: Patient
) -> None:
    result(anna, "21")
    before = chosen(anna)
    result(anna, "155", days_ago=1)

    answer = oseis.post(
        "/worklist/review/", {"row": before, "entry_id": uuid4()}, follow=True
    )

    assert "Something new came in for Anna Example" in answer.content.decode()
    assert not Review.objects.exists()


def test_grave_rows_are_not_reviewed_in_bulk(
    oseis: Client, anna: Patient, ben: Patient
) -> None:
    result(anna, "155", flag="HH")
    result(ben, "31")

    page = review(oseis, anna, ben)

    assert "Anna Example is reviewed alone" in page
    assert {each.patient for each in Review.objects.all()} == {ben}
    review(oseis, anna)
    assert row_of(anna).reasons == []


def test_a_correction_opens_a_review_again(oseis: Client, anna: Patient) -> None:
    first = result(anna, "21")
    review(oseis, anna)
    assert row_of(anna).reasons == []

    recording.correct(
        result=first,
        entry=an_entry("31", collected_on=TODAY(), status=ResultStatus.CORRECTED),
        reason="Corrected",
        by=queries.viewer_for(owner_of(anna)),
        at=timezone.now(),
    )

    assert LookReason.NOT_REVIEWED in row_of(anna).reasons
    assert row_of(anna).is_one_by_one


def test_the_patient_reads_whether_a_clinician_has_looked(
    oseis: Client, annas: Client, anna: Patient
) -> None:
    result(anna, "21")
    before = annas.get(f"/patients/{anna.pk}/").content.decode()
    assert "No clinician has marked this result as reviewed yet." in before

    review(oseis, anna)

    after = annas.get(f"/patients/{anna.pk}/").content.decode()
    assert (
        "Reviewed means Dr Osei has seen this result. It does not say whether "
        "anything needs to change." in after
    )


def test_a_patients_page_leads_with_the_review_where_there_is_something_to_review(
    oseis: Client, anna: Patient
) -> None:
    address = f"/patients/{anna.pk}/"
    primary = re.compile(r'<button type="submit">Mark reviewed</button>')
    nothing = oseis.get(address).content.decode()
    assert not primary.search(nothing)
    assert '<a class="button" href="/patients/' in nothing
    result(anna, "21")

    page = oseis.get(address).content.decode()
    assert primary.search(page)
    head = page.partition('class="patient-actions')[2].partition("</header>")[0]
    assert '<a class="button"' not in head
    entry_id = uuid4()
    sent = {"row": chosen(anna), "entry_id": entry_id, "back": anna.pk}
    answer = oseis.post("/worklist/review/", sent, follow=True)
    after = answer.content.decode()

    assert answer.redirect_chain[-1][0] == f"{address}?reviewed={entry_id}"
    assert "Marked as reviewed." in after
    assert not primary.search(after)
    assert row_of(anna).reasons == []
    undone = oseis.post(
        "/worklist/undo/", {"entry_id": entry_id, "back": anna.pk}, follow=True
    )
    assert primary.search(undone.content.decode())
    assert "The review is taken back." in undone.content.decode()


def test_what_came_in_since_the_patients_page_was_drawn_is_not_reviewed(
    oseis: Client, anna: Patient
) -> None:
    result(anna, "21")
    before = chosen(anna)
    result(anna, "155", days_ago=1)

    sent = {"row": before, "entry_id": uuid4(), "back": anna.pk}
    answer = oseis.post("/worklist/review/", sent, follow=True).content.decode()

    assert "Something new came in for Anna Example" in answer
    assert "Marked as reviewed." not in answer
    assert not Review.objects.exists()


def test_of_two_clinics_the_one_whose_list_is_open_has_reviewed(
    anna: Patient, clinic: Clinic, signed_in: SignedIn
) -> None:
    second = a_clinic("Zenith Clinic")
    a_consent(anna, second)
    both = a_clinician(clinic, "Dr Both")
    enrolment.add_member(
        clinic=second, user=both, role=Role.CLINICIAN, at=timezone.now()
    )
    result(anna, "21")
    client = signed_in(both)
    panel = f"/worklist/{anna.pk}/?clinic={second.pk}"
    assert panel in page_of(client, f"?clinic={second.pk}")
    assert f'name="clinic" value="{second.pk}"' in client.get(panel).content.decode()
    row = WorklistRow.objects.get(patient=anna, clinic=second)

    client.post(
        "/worklist/review/",
        {"one": f"{anna.pk}:{row.stamp}", "entry_id": uuid4(), "clinic": second.pk},
    )
    client.post(
        f"/worklist/{anna.pk}/note/?clinic={second.pk}",
        {"entry_id": uuid4(), "text": "Seen.", "audience": "clinic"},
    )

    assert Review.objects.get().clinic == second
    assert ClinicNote.objects.get().clinic == second


# Panel, notes, retests ----------------------------------------------------------------


def test_the_panel_shows_one_patient_and_is_audited(
    oseis: Client, anna: Patient, osei: User
) -> None:
    a_target(anna, osei)
    result(anna, "21")

    answer = oseis.get(f"/worklist/{anna.pk}/", headers={"HX-Target": "panel"})

    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
    assert "Range in force" in answer.content.decode()
    assert AuditEvent.objects.filter(patient_id=anna.pk, action="read").exists()


def test_a_note_for_the_patient_is_shown_word_for_word(
    oseis: Client, annas: Client, anna: Patient
) -> None:
    for audience, text in (("patient", "See you <b>soon</b>."), ("clinic", "Ask Ben.")):
        oseis.post(
            f"/worklist/{anna.pk}/note/",
            {"entry_id": uuid4(), "text": text, "audience": audience},
        )

    page = annas.get(f"/patients/{anna.pk}/").content.decode()

    assert "See you &lt;b&gt;soon&lt;/b&gt;." in page
    assert "Dr Osei, Harbour Clinic" in page
    assert "Ask Ben." not in page
    assert ClinicNote.objects.count() == 2


def test_a_note_needs_words_and_a_reader(oseis: Client, anna: Patient) -> None:
    answer = oseis.post(f"/worklist/{anna.pk}/note/", {"entry_id": uuid4()})

    assert answer.status_code == 422
    assert "Choose who reads this note." in answer.content.decode()


def test_the_next_test_is_asked_for_and_the_patient_reads_it(
    oseis: Client, annas: Client, anna: Patient
) -> None:
    due = TODAY() + timedelta(days=90)
    oseis.post(f"/worklist/{anna.pk}/retest/", {"due_on": due.isoformat()})

    page = annas.get(f"/patients/{anna.pk}/").content.decode()
    assert "Dr Osei asked for the next test around" in page
    assert row_of(anna).retest_on == due

    oseis.post(f"/worklist/{anna.pk}/retest/", {"every_months": "6"})
    assert RetestPlan.objects.filter(ended_at=None).count() == 1
    oseis.post(f"/worklist/{anna.pk}/retest/", {"end": "yes"})
    assert row_of(anna).retest_on is None


def test_a_clinician_writes_and_asks_on_the_patients_own_page(
    oseis: Client, anna: Patient
) -> None:
    """The same forms as in the panel; what is wrong with one comes back filled in."""
    address = f"/patients/{anna.pk}/"
    page = oseis.get(address).content.decode()
    for part in ("note", "retest", "tag"):
        action = f'action="/worklist/{anna.pk}/{part}/?clinic='
        assert page.count(action) == 1
    assert (
        "hx-post" not in page.partition('id="clinic-notes"')[2].split("</section>")[0]
    )

    wrong = {"entry_id": uuid4(), "text": "Ring her.", "back": anna.pk}
    refused = oseis.post(f"/worklist/{anna.pk}/note/", wrong)
    assert refused.status_code == 422
    assert "Ring her." in refused.content.decode()
    assert f'name="back" value="{anna.pk}"' in refused.content.decode()
    note = oseis.post(f"/worklist/{anna.pk}/note/", wrong | {"audience": "clinic"})
    due_on = TODAY() + timedelta(days=60)
    sent = {"due_on": due_on.isoformat(), "back": anna.pk}
    retest = oseis.post(f"/worklist/{anna.pk}/retest/", sent)
    tag = oseis.post(f"/worklist/{anna.pk}/tag/", {"name": "hip", "back": anna.pk})

    for answer in (note, retest, tag):
        assert answer.headers["Location"] == f"{address}#clinic-notes"
    page = oseis.get(address).content.decode()
    for words in (
        "Ring her.",
        "Dr Osei asked for the next test",
        "Take off the tag hip",
    ):
        assert words in page


def test_nobody_but_a_clinic_that_lists_the_patient_writes_there(
    annas: Client, anna: Patient
) -> None:
    assert "/worklist/" not in annas.get(f"/patients/{anna.pk}/").content.decode()


def test_the_page_by_itself_posts_its_forms_as_any_page_does(
    oseis: Client, anna: Patient
) -> None:
    """Beside the list they are swapped; alone there is nothing to swap them into."""
    address = f"/worklist/{anna.pk}/"
    assert "hx-" not in oseis.get(address).content.decode().partition("<main")[2]
    panel = oseis.get(address, headers={"HX-Target": "panel"}).content.decode()
    assert panel.count("hx-post") == 3

    unnamed = oseis.post(f"{address}tag/", {"name": ""}, follow=True)

    assert "Type a name first." in unnamed.content.decode()


def test_the_precautions_stay_beside_the_name_on_a_clinicians_page(
    oseis: Client, annas: Client, anna: Patient
) -> None:
    a_health_fact(anna, HealthTopic.SARCOIDOSIS)

    def head(client: Client) -> str:
        page = client.get(f"/patients/{anna.pk}/").content.decode()
        return page.partition('<header class="patient-head">')[2]

    told = head(oseis).partition("</header>")[0]
    assert "Precautions</a>: Sarcoidosis" in told
    assert "not everything is checked" in told
    assert "Precautions" not in head(annas).partition("</header>")[0]


def test_the_history_of_ranges_is_one_step_away_from_the_first_range_on(
    oseis: Client, anna: Patient, osei: User
) -> None:
    link = f'href="/patients/{anna.pk}/targets/"'
    page = f"/patients/{anna.pk}/"
    assert link not in oseis.get(page).content.decode()
    a_target(anna, osei)
    assert oseis.get(page).content.decode().count(link) == 1
    a_target(anna, osei, low="40")
    assert oseis.get(page).content.decode().count(link) == 1


def test_a_retest_in_the_past_is_refused(oseis: Client, anna: Patient) -> None:
    answer = oseis.post(f"/worklist/{anna.pk}/retest/", {"due_on": "2020-01-01"})

    assert answer.status_code == 422
    assert "must lie in the future" in answer.content.decode()


def test_tags_and_saved_views_are_ones_own(oseis: Client, anna: Patient) -> None:
    oseis.post(f"/worklist/{anna.pk}/tag/", {"name": "spring"})
    assert "Anna Example" in page_of(oseis, "?tag=spring")
    assert "Anna Example" not in page_of(oseis, "?tag=autumn")

    oseis.post("/worklist/views/", {"name": "Mine", "view": "tag=spring&after=x"})
    page = page_of(oseis)
    assert "/worklist/?tag=spring" in page
    oseis.post(f"/worklist/{anna.pk}/tag/", {"name": "spring", "remove": "yes"})
    assert row_of(anna).tags == []


def test_a_kept_view_says_that_its_tag_or_template_is_gone(
    oseis: Client, anna: Patient, osei: User, clinic: Clinic
) -> None:
    limits = {"low": "30", "high": "50", "unit": "ng/mL", "source": "Ours"}
    sent = limits | {"name": "Usual", "entry_id": str(uuid4())}
    oseis.post(f"/clinics/{clinic.pk}/ranges/new/", sent)
    template = TargetTemplate.objects.get(clinic=clinic)
    a_target(anna, osei)
    WorklistRow.objects.update(template_id=template.pk)
    for name, view in (("T", f"template={template.pk}"), ("G", "tag=spring")):
        oseis.post("/worklist/views/", {"name": name, "view": view})
    TargetTemplate.objects.update(retired_at=timezone.now())

    page = page_of(oseis)
    by_template = page_of(oseis, f"?template={template.pk}")
    by_tag = page_of(oseis, "?tag=spring")

    assert f"/worklist/?template={template.pk}" in page
    assert "selected>A template that is offered no longer</option>" in by_template
    assert anna.name in by_template
    assert "selected>spring</option>" in by_tag
    assert "Nobody on this list matches." in by_tag


def test_reports_of_the_chosen_ones_are_one_step_away(
    oseis: Client, anna: Patient, ben: Patient
) -> None:
    ticked = oseis.post("/reports/", {"row": chosen(ben), "view": ""}).content.decode()
    everybody = oseis.post("/reports/", {"everyone": "yes", "view": ""})
    nobody = oseis.post("/reports/", {"view": ""}, follow=True)

    assert f'value="{ben.pk}" checked' in ticked
    assert str(anna.pk) not in ticked
    assert everybody.content.decode().count("checked><span>") >= 2
    assert "Choose at least one row." in nobody.content.decode()


def test_the_list_filters_by_precaution(
    oseis: Client, anna: Patient, ben: Patient
) -> None:
    a_health_fact(anna, HealthTopic.SARCOIDOSIS)

    page = page_of(oseis, "?precaution=sarcoidosis")

    assert '<option value="sarcoidosis" selected>Sarcoidosis</option>' in page
    assert "Anna Example" in page
    assert ben.name not in page
    background = {
        row.id
        for row in CATALOGUE
        if row.topics or row.substances or row.meets_vitamin_k
    }
    assert background == set(PRECAUTION_NAMES)


def test_the_panel_tells_an_alert_in_a_clinicians_words(
    oseis: Client, anna: Patient, osei: User
) -> None:
    a_target(anna, osei, alert_high="100", urgency="today")
    result(anna, "155", flag="HH")

    page = " ".join(oseis.get(f"/worklist/{anna.pk}/").content.decode().split())

    assert "Laboratory: critical (HH)" in page
    assert "Reaches the alert limit above, 100 ng/mL (Dr Osei: contact today)" in page
    assert "The patient has not answered the questions about medicines" in page
    assert "You have not answered" not in page
    before, _summary, after = page.partition("What the patient reads")
    assert "Contact Dr Osei" not in before
    assert "Contact Dr Osei" in after
