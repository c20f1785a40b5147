"""The questions about health: what is asked, what is stored, who may confirm."""

import re
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, Clinic, Patient, User
from accounts.queries import viewer_for, viewing
from labs.domain.health import HealthTopic, TopicGroup
from labs.domain.language import violations
from labs.domain.medicines import recognise_medicine
from labs.domain.plausibility import latest_day
from labs.domain.supplements import Substance
from labs.models import HealthConfirmation, HealthFact, WorklistRow
from labs.presenters.health import WELL_KNOWN
from labs.services import questioning, supplementing
from labs.services.supplementing import IngredientEntry
from tests.factories import a_clinician, a_consent, a_period, owner_of
from tests.integration.conftest import SignedIn
from tests.integration.labs.spoken_pages import flowing, text_of, words_of

TODAY = timezone.localdate


def address(patient: Patient, page: str = "") -> str:
    return f"/patients/{patient.pk}/health/{page}"


def answers(**given: str) -> dict[str, str]:
    return {"entry_id": str(uuid4())} | given


def a_fact(
    patient: Patient,
    topic: HealthTopic,
    answer: str = "yes",
    *,
    detail: str = "",
    asked_on: date | None = None,
) -> HealthFact:
    return supplementing.state_health_fact(
        patient=patient,
        topic=topic.value,
        answer=answer,
        detail=detail,
        asked_on=asked_on or TODAY(),
        by=viewer_for(owner_of(patient)),
        at=timezone.now(),
    )


def test_every_question_is_asked_and_nothing_is_chosen_beforehand(
    annas: Client, anna: Patient
) -> None:
    page = text_of(annas.get(address(anna)))

    for topic in HealthTopic:
        assert page.count(f'name="answer_{topic.value}"') == 3
    assert not re.search(r"<input[^>]* checked", page)
    assert page.count("Not asked yet") == len(HealthTopic)
    assert f"{len(HealthTopic)} of {len(HealthTopic)} questions are open" in page


def test_a_question_that_was_answered_is_not_chosen_beforehand_either(
    annas: Client, anna: Patient
) -> None:
    a_fact(anna, HealthTopic.SARCOIDOSIS)

    assert not re.search(r"<input[^>]* checked", text_of(annas.get(address(anna))))


def test_all_answers_given_in_one_go_are_stored_with_day_and_author(
    annas: Client, anna: Patient
) -> None:
    given = answers(
        answer_vitamin_k_antagonist="yes",
        detail_vitamin_k_antagonist="Marcumar",
        answer_sarcoidosis="no",
        answer_lithium="unknown",
    )

    answer = annas.post(address(anna), given, follow=True)

    stored = {fact.topic: fact for fact in HealthFact.objects.all()}
    assert {topic: fact.answer for topic, fact in stored.items()} == {
        "vitamin_k_antagonist": "yes",
        "sarcoidosis": "no",
        "lithium": "unknown",
    }
    warfarin_type = stored["vitamin_k_antagonist"]
    assert warfarin_type.detail == "Marcumar"
    assert warfarin_type.asked_on == TODAY()
    assert warfarin_type.entered_by_id == owner_of(anna).pk
    assert "3 answers are saved." in text_of(answer)
    assert "Declared by the patient, Anna Example" in text_of(answer)


def test_what_is_left_empty_is_stored_nowhere(annas: Client, anna: Patient) -> None:
    annas.post(address(anna), answers(answer_iron="no"))

    assert HealthFact.objects.count() == 1
    assert f"{len(HealthTopic) - 1} of" in text_of(annas.get(address(anna)))


def test_the_same_form_sent_twice_stores_nothing_new(
    annas: Client, anna: Patient
) -> None:
    given = answers(answer_iron="no", answer_statin="yes")

    annas.post(address(anna), given)
    annas.post(address(anna), given)

    assert HealthFact.objects.count() == 2


def test_an_empty_form_asks_for_an_answer(annas: Client, anna: Patient) -> None:
    answer = annas.post(address(anna), answers())

    assert answer.status_code == 422
    assert "Answer at least one question." in text_of(answer)


def test_a_name_without_a_yes_is_asked_about(annas: Client, anna: Patient) -> None:
    given = answers(detail_vitamin_k_antagonist="Marcumar")

    answer = annas.post(address(anna), given)

    assert answer.status_code == 422
    assert "Choose yes here" in text_of(answer)
    assert not HealthFact.objects.exists()


def test_a_last_day_in_the_future_is_refused(annas: Client, anna: Patient) -> None:
    tomorrow = latest_day(timezone.now()) + timedelta(days=1)
    given = answers(answer_digoxin="yes", ended_digoxin=tomorrow.isoformat())

    answer = annas.post(address(anna), given)

    assert answer.status_code == 422
    assert "cannot lie in the future" in text_of(answer)


def test_one_no_answers_what_was_left_open_in_a_list_and_nothing_else(
    annas: Client, anna: Patient
) -> None:
    a_fact(anna, HealthTopic.SARCOIDOSIS)
    a_fact(anna, HealthTopic.KIDNEY_STONES, "unknown")

    annas.post(address(anna), answers(rest_condition="on", answer_lymphoma="unknown"))

    conditions = [each for each in HealthTopic if each.group is TopicGroup.CONDITION]
    denied = set(HealthFact.objects.filter(answer="no").values_list("topic", flat=True))
    kept = {
        HealthTopic.SARCOIDOSIS,
        HealthTopic.KIDNEY_STONES,
        HealthTopic.LYMPHOMA,
    }
    assert denied == {each.value for each in conditions if each not in kept}


def test_blood_thinners_are_never_answered_together(
    annas: Client, anna: Patient
) -> None:
    assert "rest_blood_thinner" not in text_of(annas.get(address(anna)))

    annas.post(address(anna), answers(rest_blood_thinner="on", answer_iron="no"))

    assert [fact.topic for fact in HealthFact.objects.all()] == ["iron"]


def test_a_no_that_is_a_year_old_is_asked_again(annas: Client, anna: Patient) -> None:
    a_fact(anna, HealthTopic.IRON, "no", asked_on=TODAY() - timedelta(days=366))

    page = text_of(annas.get(address(anna)))

    assert "No, more than a year ago: asked again" in page
    assert f"{len(HealthTopic)} of" in page


def test_a_medicine_that_is_not_known_is_said_to_be_not_checked(
    annas: Client, anna: Patient
) -> None:
    given = answers(
        answer_vitamin_k_antagonist="yes", detail_vitamin_k_antagonist="Cumin"
    )

    page = flowing(annas.post(address(anna), given, follow=True))
    record = flowing(annas.get(f"/patients/{anna.pk}/"))

    sentence = "We do not know 'Cumin' as a medicine, so it has not been checked."
    assert sentence in page
    assert sentence in record


def test_a_medicine_at_the_wrong_question_is_named_as_what_it_is(
    annas: Client, anna: Patient
) -> None:
    given = answers(answer_antiplatelet="yes", detail_antiplatelet="Marcumar")

    page = flowing(annas.post(address(anna), given, follow=True))

    assert "known here as a blood thinner of the warfarin type" in page


@pytest.mark.parametrize("topic", WELL_KNOWN)
def test_every_name_that_is_given_as_an_example_is_recognised(
    topic: HealthTopic,
) -> None:
    for name in WELL_KNOWN[topic]:
        match = recognise_medicine(name)
        assert match is not None
        assert match.topics == {topic}


def test_the_end_of_a_medicine_is_an_answer_of_its_own(
    annas: Client, anna: Patient
) -> None:
    fact = a_fact(anna, HealthTopic.DIGOXIN, detail="Lanoxin")
    yesterday = TODAY() - timedelta(days=1)

    page = annas.get(address(anna, f"{fact.pk}/end/"))
    annas.post(
        address(anna, f"{fact.pk}/end/"), answers(ended_on=yesterday.isoformat())
    )

    assert "The last day: Digoxin" in text_of(page)
    ended = HealthFact.objects.exclude(pk=fact.pk).get()
    assert (ended.answer, ended.detail, ended.ended_on) == ("yes", "Lanoxin", yesterday)
    assert HealthFact.objects.get(pk=fact.pk).ended_on is None
    assert "Yes, until" in text_of(annas.get(address(anna)))


def test_a_condition_has_no_last_day(annas: Client, anna: Patient) -> None:
    fact = a_fact(anna, HealthTopic.SARCOIDOSIS)

    assert annas.get(address(anna, f"{fact.pk}/end/")).status_code == 404


def test_a_no_after_a_yes_still_says_when_the_blood_thinner_ended(
    annas: Client, anna: Patient
) -> None:
    then = TODAY() - timedelta(days=40)
    a_fact(anna, HealthTopic.VITAMIN_K_ANTAGONIST, detail="Warfarin", asked_on=then)

    annas.post(address(anna), answers(answer_vitamin_k_antagonist="no"))

    facts = list(HealthFact.objects.order_by("asked_on"))
    records = questioning.topic_records(facts, today=TODAY())
    assert records[0].state.ended_on == TODAY()


def test_not_to_know_after_a_yes_lets_the_yes_stand_and_says_so(
    annas: Client, oseis: Client, anna: Patient, clinic: Clinic
) -> None:
    then = TODAY() - timedelta(days=40)
    mk7 = IngredientEntry(substance=Substance.MK7)
    a_period(anna, name="D3 + K2", ingredients=(mk7,), vitamin_k="listed")
    a_fact(anna, HealthTopic.VITAMIN_K_ANTAGONIST, detail="Marcumar", asked_on=then)

    annas.post(address(anna), answers(answer_vitamin_k_antagonist="unknown"))

    words = flowing(annas.get(address(anna)))
    assert "Marcumar" in words
    assert "Yes, as answered before; not known now" in words
    row = WorklistRow.objects.get(patient=anna, clinic=clinic)
    assert "vitamin-k-with-antagonist" in row.precautions
    page = flowing(oseis.get(f"/patients/{anna.pk}/"))
    assert "It is checked as if they still do: a blood thinner of the warfarin" in page
    assert "Get urgent help for bleeding" in flowing(annas.get(f"/patients/{anna.pk}/"))


def test_a_blood_thinner_that_ended_at_the_wrong_question_is_told_of_as_what_it_is(
    annas: Client, anna: Patient
) -> None:
    mk7 = IngredientEntry(substance=Substance.MK7)
    a_period(anna, name="D3 + K2", ingredients=(mk7,), vitamin_k="listed")
    then = TODAY() - timedelta(days=40)
    a_fact(anna, HealthTopic.ANTIPLATELET, detail="Marcumar", asked_on=then)
    fact = HealthFact.objects.get()
    page = f"/patients/{anna.pk}/"
    begun = flowing(annas.get(page))

    annas.post(address(anna, f"{fact.pk}/end/"), answers(ended_on=TODAY().isoformat()))

    assert "INR today, or as soon as it opens" in begun
    ended = flowing(annas.get(page))
    assert "Vitamin K can change how warfarin-type blood thinners work" in ended
    assert "INR today, or as soon as it opens" not in ended


def test_a_name_that_is_over_ends_no_medicine_that_is_in_use(
    annas: Client, anna: Patient
) -> None:
    mk7 = IngredientEntry(substance=Substance.MK7)
    a_period(anna, name="D3 + K2", ingredients=(mk7,), vitamin_k="listed")
    first, then = (TODAY() - timedelta(days=days) for days in (90, 40))
    a_fact(anna, HealthTopic.VITAMIN_K_ANTAGONIST, detail="Sintrom", asked_on=first)
    fact = a_fact(anna, HealthTopic.ANTIPLATELET, detail="Marcumar", asked_on=then)

    annas.post(address(anna, f"{fact.pk}/end/"), answers(ended_on=TODAY().isoformat()))

    ended = flowing(annas.get(f"/patients/{anna.pk}/"))
    assert "INR today, or as soon as it opens" in ended


def test_a_medicine_that_begins_or_ends_says_at_once_what_it_meets(
    annas: Client, anna: Patient
) -> None:
    mk7 = IngredientEntry(substance=Substance.MK7)
    a_period(anna, name="D3 + K2", ingredients=(mk7,), vitamin_k="listed")

    begun = annas.post(
        address(anna), answers(answer_vitamin_k_antagonist="yes"), follow=True
    )
    ended = annas.post(
        address(anna), answers(answer_vitamin_k_antagonist="no"), follow=True
    )

    assert "Tell the clinic that checks your INR today" in flowing(begun)
    assert "Talk to the clinician who manages your blood thinner" in flowing(ended)


# Confirming ---------------------------------------------------------------------------


def test_a_clinician_confirms_what_the_patient_declared(
    oseis: Client, annas: Client, anna: Patient, clinic: Clinic
) -> None:
    fact = a_fact(anna, HealthTopic.SARCOIDOSIS)

    oseis.post(address(anna, f"{fact.pk}/confirm/"))
    oseis.post(address(anna, f"{fact.pk}/confirm/"))

    confirmation = HealthConfirmation.objects.get()
    assert confirmation.fact == fact
    assert confirmation.clinic == clinic
    page = text_of(annas.get(address(anna)))
    assert "Declared by the patient, Anna Example" in page
    assert "Confirmed by Dr Osei, Harbour Clinic" in page


def test_a_new_answer_is_not_confirmed_by_what_was_said_of_the_old_one(
    oseis: Client, annas: Client, anna: Patient
) -> None:
    fact = a_fact(anna, HealthTopic.SARCOIDOSIS)
    oseis.post(address(anna, f"{fact.pk}/confirm/"))

    annas.post(address(anna), answers(answer_sarcoidosis="no"))

    assert "Confirmed by" not in text_of(annas.get(address(anna)))


def test_a_patient_confirms_nothing(annas: Client, anna: Patient) -> None:
    fact = a_fact(anna, HealthTopic.SARCOIDOSIS)

    answer = annas.post(address(anna, f"{fact.pk}/confirm/"))

    assert answer.status_code == 403
    assert not HealthConfirmation.objects.exists()
    assert "/confirm/" not in text_of(annas.get(address(anna)))


def test_what_a_clinician_entered_is_not_declared_by_the_patient(
    oseis: Client, annas: Client, anna: Patient
) -> None:
    oseis.post(address(anna), answers(answer_lithium="yes"))

    page = text_of(annas.get(address(anna)))

    assert "Entered by Dr Osei, asked on" in page
    assert "Declared by the patient" not in page


# Who sees it --------------------------------------------------------------------------


def test_without_the_health_scope_there_is_no_such_page(
    anna: Patient, clinic: Clinic, signed_in: SignedIn
) -> None:
    dr_falk = a_clinician(clinic, "Dr Falk")
    a_consent(anna, clinic, health=False)
    fact = a_fact(anna, HealthTopic.SARCOIDOSIS)
    browser = signed_in(dr_falk)

    assert browser.get(address(anna)).status_code == 404
    assert browser.post(address(anna), answers(answer_iron="no")).status_code == 404
    assert browser.get(address(anna, f"{fact.pk}/end/")).status_code == 404
    assert browser.post(address(anna, f"{fact.pk}/confirm/")).status_code == 404
    assert HealthFact.objects.count() == 1


def test_a_look_at_the_profile_is_on_the_trail(oseis: Client, anna: Patient) -> None:
    oseis.get(address(anna))

    event = AuditEvent.objects.filter(object_label="health fact").latest("at")
    assert (event.action, event.actor_name) == ("read", "Dr Osei")
    assert event.patient_id == anna.pk


def refused(viewer: User, statement: str, values: list[UUID]) -> bool:
    """Try a statement with the web's role as this viewer; undo it."""
    try:
        with (
            transaction.atomic(),
            viewing(viewer_for(viewer)),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, values)
            transaction.set_rollback(True)
    except Exception as error:  # noqa: BLE001 - the kind is asserted by its words
        return "row-level security" in str(error) or "denied" in str(error)
    return False


def test_the_database_lets_nobody_answer_or_confirm_in_another_name(
    anna: Patient, osei: User, clinic: Clinic
) -> None:
    fact = a_fact(anna, HealthTopic.SARCOIDOSIS)
    answer = (
        "INSERT INTO labs_healthfact (id, patient_id, topic, answer, detail, asked_on,"
        " entered_by_id, entered_by_name, entered_at) VALUES"
        " (gen_random_uuid(), %s, 'iron', 'no', '', '2026-01-05', %s, 'x', now())"
    )
    confirmation = (
        "INSERT INTO labs_healthconfirmation (id, patient_id, fact_id, clinic_id,"
        " clinic_name, confirmed_by_id, confirmed_by_name, confirmed_at) VALUES"
        " (gen_random_uuid(), %s, %s, %s, 'x', %s, 'x', now())"
    )
    owner = owner_of(anna)

    assert refused(osei, answer, [anna.pk, owner.pk])
    assert not refused(osei, answer, [anna.pk, osei.pk])
    assert refused(owner, confirmation, [anna.pk, fact.pk, clinic.pk, owner.pk])
    assert refused(owner, confirmation, [anna.pk, fact.pk, clinic.pk, osei.pk])
    assert not refused(osei, confirmation, [anna.pk, fact.pk, clinic.pk, osei.pk])


# Language -----------------------------------------------------------------------------


def test_no_page_says_what_the_product_must_not_say(
    annas: Client, oseis: Client, anna: Patient
) -> None:
    fact = a_fact(anna, HealthTopic.VITAMIN_K_ANTAGONIST, detail="Marcumar")
    a_fact(anna, HealthTopic.SARCOIDOSIS)
    a_fact(anna, HealthTopic.IRON, "no")
    pages = [
        annas.get(address(anna)),
        annas.post(address(anna), answers()),
        annas.get(address(anna, f"{fact.pk}/end/")),
        oseis.get(address(anna)),
    ]

    for page in pages:
        assert violations(words_of(page)) == ()


def test_no_health_data_stands_in_an_address_or_a_title(
    annas: Client, anna: Patient
) -> None:
    fact = a_fact(anna, HealthTopic.SARCOIDOSIS)

    page = text_of(annas.get(address(anna)))

    head, _body = page.split("</head>")
    assert "sarcoidosis" not in head.lower()
    assert str(fact.pk) in address(anna, f"{fact.pk}/end/")
    assert "/sarcoidosis" not in page
