"""
The worklist's rows are kept beside every write, and hold what a consent shares.

Whatever was done in whatever order, drawing every row anew changes none.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import queries
from accounts.models import Clinic, Patient, RecordJoin, User
from accounts.services import consent as consents
from accounts.services import joining
from accounts.services.consent import Terms
from labs.domain.acknowledgements import subject_of
from labs.domain.change import Change
from labs.domain.health import HealthAnswer, HealthTopic
from labs.domain.laboratories import LaboratoryFactKind as Kind
from labs.domain.measurements import ResultStatus
from labs.domain.quantities import Measurand
from labs.domain.worklist import LookReason
from labs.models import (
    LaboratoryKnowledge,
    LabResult,
    Review,
    SupplementPeriod,
    WorklistCount,
    WorklistRow,
)
from labs.presenters.worklist import reason_words
from labs.queries import laboratory_knowledge_of
from labs.services import (
    cautioning,
    importing,
    knowing,
    pausing,
    questioning,
    recording,
    reviewing,
    summarising,
    supplementing,
)
from labs.services.entries import Entry
from labs.services.judging import judged_today
from labs.services.questioning import GivenAnswer
from labs.services.reviewing import Seen
from tests.factories import (
    a_clinic,
    a_clinician,
    a_consent,
    a_health_fact,
    a_patient,
    a_period,
    a_result,
    a_target,
    an_entry,
    owner_of,
)
from tests.integration.conftest import SignedIn
from tracker.services import dashboards
from tracker.tasks import refresh_worklists

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def row_of(patient: Patient, clinic: Clinic) -> WorklistRow:
    return WorklistRow.objects.get(patient=patient, clinic=clinic)


def reasons_of(patient: Patient, clinic: Clinic) -> list[LookReason]:
    return [LookReason(each) for each in row_of(patient, clinic).reasons]


def all_rows() -> list[dict[str, Any]]:
    rows = WorklistRow.objects.order_by("clinic_id", "patient_id").values()
    return [{key: value for key, value in row.items() if key != "id"} for row in rows]


def counts() -> dict[tuple[object, int], int]:
    found: dict[tuple[object, int], int] = {}
    for row in WorklistCount.objects.all():
        key = (row.clinic_id, row.reason)
        found[key] = found.get(key, 0) + row.change
    return {key: number for key, number in found.items() if number}


def counted() -> dict[tuple[object, int], int]:
    found: dict[tuple[object, int], int] = {}
    for row in WorklistRow.objects.filter(under=None):
        for reason in (0, *row.reasons):
            found[row.clinic_id, reason] = found.get((row.clinic_id, reason), 0) + 1
    return found


def result(
    patient: Patient,
    value: str,
    *,
    days_ago: int = 3,
    **more: Any,  # noqa: ANN401
) -> LabResult:
    entry = an_entry(value, collected_on=TODAY() - timedelta(days=days_ago), **more)
    return a_result(patient, entry, at=timezone.now())


# What a row says ----------------------------------------------------------------------


def test_a_new_result_below_the_range_is_listed_with_both_reasons(
    anna: Patient, osei: User, clinic: Clinic
) -> None:
    a_target(anna, osei)

    result(anna, "21")

    assert reasons_of(anna, clinic) == [LookReason.BELOW, LookReason.NOT_REVIEWED]


def test_a_backdated_range_moves_the_row(
    anna: Patient, osei: User, clinic: Clinic
) -> None:
    result(anna, "61", days_ago=40)
    assert LookReason.ABOVE_CALCIUM_UNKNOWN not in reasons_of(anna, clinic)

    a_target(anna, osei, high="50", starts_on=TODAY() - timedelta(days=400))

    assert LookReason.ABOVE_CALCIUM_UNKNOWN in reasons_of(anna, clinic)


@pytest.mark.parametrize("flag", ["HH", "H, HH"])
@pytest.mark.parametrize("status", [ResultStatus.PRELIMINARY, ResultStatus.FINAL])
def test_what_the_laboratory_calls_critical_tops_the_list_at_any_status(
    anna: Patient, osei: User, clinic: Clinic, status: ResultStatus, flag: str
) -> None:
    del osei
    result(anna, "31", laboratory_flag=flag, status=status)

    assert reasons_of(anna, clinic)[0] is LookReason.ALERT


@pytest.mark.parametrize("flag", ["H, A", "High", "CRITICAL HIGH"])
def test_a_calcium_that_its_laboratory_marks_as_high_is_a_reason(
    anna: Patient, osei: User, clinic: Clinic, flag: str
) -> None:
    del osei
    result(
        anna, "2.91", unit="mmol/L", measurand=Measurand.CALCIUM, laboratory_flag=flag
    )

    assert LookReason.CALCIUM in reasons_of(anna, clinic)


@pytest.mark.parametrize("flag", ["HH~A", "H~HH"])
def test_a_critical_mark_among_several_of_a_message_tops_the_list(
    clinic: Clinic, flag: str
) -> None:
    day = f"{TODAY():%Y%m%d}"
    test = "62292-8^25-OH Vitamin D^LN"
    message = (
        f"MSH|^~\\&|LAB|HARBOUR|X|Y|{day}0900||ORU^R01|1|P|2.5.1\r"
        "PID|1||H-77^^^X||Birch^Bob||19700101|M\r"
        f"OBR|1|1|2|{test}|||{day}\r"
        f"OBX|1|NM|{test}||31|ng/mL|20-50|{flag}|||F|||{day}\r"
    )
    viewer = queries.viewer_for_clinic(clinic)
    with queries.viewing(viewer):
        importing.import_table(
            data=message.encode(),
            file_name="a.hl7",
            clinic=clinic,
            create_patients=True,
            by=viewer,
            at=timezone.now(),
        )

    stored = LabResult.objects.get()
    assert stored.laboratory_flag == flag.replace("~", ", ")
    assert reasons_of(stored.patient, clinic)[0] is LookReason.ALERT


def test_a_held_result_tops_the_list_if_either_unit_reaches_the_alert_limit(
    anna: Patient, osei: User, clinic: Clinic
) -> None:
    a_target(anna, osei, alert_high="100", urgency="today")

    result(anna, "260", unit="nmol/L", held_because="The unit is in doubt.")

    assert reasons_of(anna, clinic)[0] is LookReason.ALERT


def test_a_critical_result_of_long_ago_is_no_task_when_it_comes_in_late(
    anna: Patient, osei: User, clinic: Clinic
) -> None:
    a_target(anna, osei, alert_high="100", urgency="today")

    result(anna, "155", days_ago=2500, laboratory_flag="HH")

    assert LookReason.ALERT not in reasons_of(anna, clinic)


@pytest.mark.parametrize("changes_terms", [False, True])
def test_an_old_critical_result_of_a_record_that_is_shared_today_tells_its_age(
    anna: Patient, clinic: Clinic, *, changes_terms: bool
) -> None:
    """No urgent task (hazard H7); one that stayed open while it was shared is one."""
    long_ago = timezone.now() - timedelta(days=302)
    if changes_terms:
        a_consent(anna, clinic, at=long_ago)
    entry = an_entry("155", collected_on=long_ago.date(), laboratory_flag="HH")
    a_result(anna, entry, at=long_ago)

    if changes_terms:
        change(anna, clinic, health=False)
    else:
        a_consent(anna, clinic, at=timezone.now())

    row = row_of(anna, clinic)
    assert (row.gravity == LookReason.ALERT) is changes_terms
    assert LookReason.NOT_REVIEWED in row.reasons
    assert row.is_one_by_one
    told = [line for reason in reason_words(row) for line in reason.about]
    assert any("old when this clinic was let in" in each for each in told) is (
        not changes_terms
    )


def test_vitamin_k_with_warfarin_is_a_reason_and_is_looked_at_alone(
    anna: Patient, osei: User, clinic: Clinic
) -> None:
    del osei
    a_health_fact(anna, HealthTopic.VITAMIN_K_ANTAGONIST, detail="Warfarin")

    a_period(anna, name="D3 and K2", vitamin_k="listed")

    row = row_of(anna, clinic)
    assert row.reasons[0] == LookReason.VITAMIN_K
    assert row.is_one_by_one


def see(patient: Patient, clinic: Clinic, clinician: User) -> None:
    """Review what is open of one patient, alone."""
    reviewing.mark_reviewed(
        [Seen(patient.pk, row_of(patient, clinic).stamp)],
        clinic=clinic,
        entry_id=uuid4(),
        by=queries.viewer_for(clinician),
        at=timezone.now(),
    )


def test_a_second_pause_of_vitamin_k_rises_like_the_first(
    anna: Patient, osei: User, clinic: Clinic
) -> None:
    a_health_fact(anna, HealthTopic.VITAMIN_K_ANTAGONIST, detail="Marcumar")
    period = a_period(
        anna,
        name="D3 and K2",
        vitamin_k="listed",
        starts_on=TODAY() - timedelta(days=100),
    )
    see(anna, clinic, osei)
    by, now = queries.viewer_for(owner_of(anna)), timezone.now()
    seen = []

    for paused, again in ((20, 10), (3, 0)):
        pausing.pause(
            period=period,
            starts_on=TODAY() - timedelta(days=paused),
            reason="",
            by=by,
            at=now,
            entry_id=uuid4(),
        )
        seen.append(LookReason.VITAMIN_K in reasons_of(anna, clinic))
        see(anna, clinic, osei)
        assert LookReason.VITAMIN_K not in reasons_of(anna, clinic)
        pausing.resume(
            period=SupplementPeriod.objects.get(pk=period.pk),
            taken_again_on=TODAY() - timedelta(days=again),
            by=by,
            at=now,
        )
        seen.append(LookReason.VITAMIN_K in reasons_of(anna, clinic))
        see(anna, clinic, osei)

    assert seen == [True, True, True, True]


def test_a_review_of_the_words_alone_stays_one_of_what_had_happened_by_then(
    anna: Patient, osei: User, clinic: Clinic
) -> None:
    a_health_fact(anna, HealthTopic.VITAMIN_K_ANTAGONIST, detail="Marcumar")
    a_period(anna, name="D3 and K2", vitamin_k="listed")
    see(anna, clinic, osei)
    shared = cautioning.shared_with(
        queries.viewer_for(osei), anna, at=timezone.now(), today=TODAY()
    )
    report = cautioning.report_for(shared, today=TODAY(), born_on=anna.born_on)
    words = {
        subject_of(each): subject_of(replace(each, occasion=None))
        for each in report.matched
        if each.occasion is not None
    }

    for review in Review.objects.filter(subject__in=words):
        review.subject = words[review.subject]
        review.save()
    summarising.rebuild(at=timezone.now())

    assert Review.objects.filter(subject__in=words.values()).exists()
    assert LookReason.VITAMIN_K not in reasons_of(anna, clinic)


def test_a_new_result_of_vitamin_k_with_warfarin_is_never_reviewed_with_others(
    anna: Patient, osei: User, clinic: Clinic
) -> None:
    a_health_fact(anna, HealthTopic.VITAMIN_K_ANTAGONIST, detail="Marcumar")
    a_period(anna, name="D3 and K2", vitamin_k="listed")
    see(anna, clinic, osei)

    result(anna, "28")

    row = row_of(anna, clinic)
    assert LookReason.VITAMIN_K not in row.reasons
    assert row.is_one_by_one


TOLD = [  # the topic; asked and ended so many days ago; whether a change is said
    (HealthTopic.FLUORESCEIN, 12, None, False),
    (HealthTopic.FLUORESCEIN, 12, 12, False),
    (HealthTopic.FLUORESCEIN, 0, 10, False),
    (HealthTopic.FLUORESCEIN, 0, 112, False),
    (HealthTopic.FLUORESCEIN, 0, 9, True),
    (HealthTopic.FLUORESCEIN, 0, 39, True),
    (HealthTopic.PREGNANCY, 60, None, False),
    (HealthTopic.PREGNANCY, 120, 60, False),
    (HealthTopic.PREGNANCY, 0, 60, False),
    (HealthTopic.PREGNANCY, 0, 9, True),  # at both
    (HealthTopic.PREGNANCY, 0, 110, True),  # at neither
]


@pytest.mark.parametrize("told", TOLD)
def test_what_is_told_of_the_days_of_the_samples_afterwards_counts_as_if_told_then(
    anna: Patient,
    osei: User,
    clinic: Clinic,
    told: tuple[HealthTopic, int, int | None, bool],
) -> None:
    topic, asked, ended, is_said = told
    del osei
    for value, days_ago in (("24", 110), ("48", 10)):
        result(anna, value, days_ago=days_ago, method="Immunoassay")
    assert LookReason.CHANGED in reasons_of(anna, clinic)

    ended_on = None if ended is None else TODAY() - timedelta(days=ended)
    questioning.answer_questions(
        patient=anna,
        answers=[GivenAnswer(topic=topic, answer=HealthAnswer.YES, ended_on=ended_on)],
        asked_on=TODAY() - timedelta(days=asked),
        by=queries.viewer_for(owner_of(anna)),
        at=timezone.now(),
        entry_id=uuid4(),
    )

    assert (LookReason.CHANGED in reasons_of(anna, clinic)) is is_said


def test_a_no_that_was_asked_before_an_end_says_when_it_had_not_begun(
    anna: Patient, osei: User, clinic: Clinic
) -> None:
    del osei
    for value, days_ago in (("24", 110), ("48", 10)):
        result(anna, value, days_ago=days_ago)
    for answer, asked, ended in (
        (HealthAnswer.NO, 100, None),
        (HealthAnswer.YES, 0, TODAY() - timedelta(days=5)),
    ):
        questioning.answer_questions(
            patient=anna,
            answers=[
                GivenAnswer(topic=HealthTopic.PREGNANCY, answer=answer, ended_on=ended)
            ],
            asked_on=TODAY() - timedelta(days=asked),
            by=queries.viewer_for(owner_of(anna)),
            at=timezone.now(),
            entry_id=uuid4(),
        )

    assert LookReason.CHANGED not in reasons_of(anna, clinic)


OLD = date(2019, 5, 4)
AN_OLD_ALERT = an_entry("155", collected_on=OLD, laboratory_flag="HH")


@pytest.mark.parametrize(
    ("mended", "is_urgent"),
    [
        (replace(AN_OLD_ALERT, laboratory="Harbour Lab"), False),
        (replace(AN_OLD_ALERT, comment="Phoned through."), False),
        (replace(AN_OLD_ALERT, value=Decimal(156), value_text="156"), True),
        (replace(AN_OLD_ALERT, status=ResultStatus.CORRECTED), True),
        (replace(AN_OLD_ALERT, laboratory_flag="H"), True),
    ],
)
def test_an_old_alert_is_urgent_again_where_its_value_or_a_mark_of_it_was_corrected(
    anna: Patient,
    osei: User,
    clinic: Clinic,
    mended: Entry,
    is_urgent: bool,  # noqa: FBT001 - a column of the table
) -> None:
    a_target(anna, osei, alert_high="100", urgency="today")
    first = a_result(anna, AN_OLD_ALERT, at=timezone.now())
    assert LookReason.ALERT not in reasons_of(anna, clinic)

    by = queries.viewer_for(owner_of(anna))
    second = recording.correct(
        result=first, entry=mended, reason="mended", by=by, at=timezone.now()
    )
    assert (LookReason.ALERT in reasons_of(anna, clinic)) is is_urgent

    named = replace(mended, laboratory="Hill Lab")
    recording.correct(
        result=second, entry=named, reason="name", by=by, at=timezone.now()
    )
    assert (LookReason.ALERT in reasons_of(anna, clinic)) is is_urgent


def test_an_old_alert_that_was_held_and_is_confirmed_as_it_was_is_not_urgent(
    anna: Patient, osei: User, clinic: Clinic
) -> None:
    a_target(anna, osei, alert_high="100", urgency="today")
    held = replace(AN_OLD_ALERT, held_because="The unit is in doubt.")
    row = a_result(anna, held, at=timezone.now())

    recording.confirm(
        result=row,
        entry=AN_OLD_ALERT,
        reason="as printed",
        by=queries.viewer_for(osei),
        at=timezone.now(),
    )

    assert LookReason.ALERT not in reasons_of(anna, clinic)
    assert LookReason.NOT_REVIEWED in reasons_of(anna, clinic)


def test_an_alert_that_nobody_saw_stays_one_where_a_name_is_mended_months_later(
    anna: Patient, osei: User, clinic: Clinic
) -> None:
    a_target(anna, osei, alert_high="100", urgency="today")
    long_ago = timezone.now() - timedelta(days=60)
    entry = an_entry("155", collected_on=long_ago.date())
    row = a_result(anna, entry, at=long_ago)

    recording.correct(
        result=row,
        entry=replace(entry, laboratory="Harbour Lab"),
        reason="name",
        by=queries.viewer_for(osei),
        at=timezone.now(),
    )

    assert LookReason.ALERT in reasons_of(anna, clinic)


@pytest.mark.parametrize("takes_something", [False, True])
def test_a_low_egfr_is_a_precaution_without_an_answer_about_the_kidneys(
    anna: Patient, osei: User, clinic: Clinic, *, takes_something: bool
) -> None:
    if takes_something:
        a_period(anna)
    low = an_entry(
        "25",
        "mL/min/{1.73_m2}",
        measurand=Measurand.EGFR,
        collected_on=TODAY(),
        interval_text=">=60",
    )
    low = replace(low, interval_low=Decimal(60))

    a_result(anna, low, at=timezone.now())

    row = row_of(anna, clinic)
    assert "kidney-disease" in row.precautions
    see(anna, clinic, osei)
    assert "kidney-disease" in row_of(anna, clinic).precautions
    assert LookReason.PRECAUTION in row.reasons


def test_a_withdrawn_result_leaves_the_row(
    anna: Patient, osei: User, clinic: Clinic
) -> None:
    a_target(anna, osei)
    wrong = result(anna, "12")

    recording.mark_entered_in_error(
        result=wrong,
        reason="Not hers",
        by=queries.viewer_for(owner_of(anna)),
        at=timezone.now(),
    )

    assert reasons_of(anna, clinic) == []
    assert row_of(anna, clinic).latest_on is None


# What a row may hold ------------------------------------------------------------------


def test_a_row_holds_nothing_from_before_the_shared_day(
    anna: Patient, clinic: Clinic
) -> None:
    result(anna, "12", days_ago=400)

    a_consent(anna, clinic, results_from=TODAY() - timedelta(days=30))

    assert row_of(anna, clinic).latest_on is None
    assert "12" not in str(row_of(anna, clinic).facts["trail"])


def test_a_row_holds_nothing_of_a_part_that_is_not_shared(
    anna: Patient, clinic: Clinic
) -> None:
    a_health_fact(anna, HealthTopic.VITAMIN_K_ANTAGONIST, detail="Warfarin")
    a_period(anna, name="D3 and K2", vitamin_k="listed")
    result(anna, "12")

    a_consent(anna, clinic, results=False, health=False)

    row = row_of(anna, clinic)
    assert LookReason.VITAMIN_K not in row.reasons
    assert row.latest_on is None
    assert row.facts["shares"] == [False, True, False]


def test_a_row_is_gone_with_its_consent(anna: Patient, clinic: Clinic) -> None:
    given_now = a_consent(anna, clinic)
    assert WorklistRow.objects.filter(patient=anna).exists()

    consents.revoke(
        consent=given_now, by=queries.viewer_for(owner_of(anna)), at=timezone.now()
    )

    assert not WorklistRow.objects.filter(patient=anna).exists()


def change(patient: Patient, clinic: Clinic, **more: Any) -> None:  # noqa: ANN401
    """Let the patient put other terms in the place of what a clinic may see."""
    usual = {"results": True, "supplements": True, "health": True}
    terms = {**usual, "results_from": None, "ends_at": None, **more}
    consents.change(
        consent=patient.consents.get(clinic=clinic, revoked_at=None),
        terms=Terms(**terms),
        by=queries.viewer_for(owner_of(patient)),
        at=timezone.now(),
    )


@pytest.mark.parametrize("narrower", ["a part", "a day"])
def test_a_row_holds_nothing_that_a_changed_consent_shares_no_more(
    anna: Patient, clinic: Clinic, narrower: str
) -> None:
    a_consent(anna, clinic)
    result(anna, "12")
    assert row_of(anna, clinic).latest_on is not None

    if narrower == "a part":
        change(anna, clinic, results=False, health=False)
    else:
        change(anna, clinic, results_from=TODAY())

    row = row_of(anna, clinic)
    assert (row.latest_on, row.facts["latest"], row.facts["trail"]) == (None, None, [])
    assert row.facts["shares"][0] is (narrower == "a day")


def test_a_row_ends_when_a_changed_consent_does(anna: Patient, clinic: Clinic) -> None:
    a_consent(anna, clinic)
    ends_at = timezone.now() + timedelta(days=2)

    change(anna, clinic, ends_at=ends_at)

    assert row_of(anna, clinic).visible_until == ends_at


def test_an_import_draws_the_rows_of_everybody_in_the_file(
    clinic: Clinic, osei: User
) -> None:
    viewer = queries.viewer_for(osei)
    table = (
        "patient_id,patient_name,born_on,collected_on,value,unit,measurand,"
        "laboratory,laboratory_flag\n"
        f"H-1,Cleo Cross,1970-02-01,{TODAY()},130,ng/mL,total,Harbour,HH\n"
        f"H-2,Dora Dean,1971-02-01,{TODAY()},30,ng/mL,total,Harbour,\n"
    )

    with queries.viewing(viewer):
        importing.import_table(
            data=table.encode(),
            file_name="new.csv",
            clinic=clinic,
            create_patients=True,
            by=viewer,
            at=timezone.now(),
        )

    by_number = {row.number: row.gravity for row in WorklistRow.objects.all()}
    assert by_number["H-1"] == LookReason.ALERT
    assert by_number["H-2"] == LookReason.NOT_REVIEWED


# Whatever happened --------------------------------------------------------------------


@dataclass
class Stage:
    """Two people, one of them with two records, two clinics of unlike scope."""

    people: list[Patient]
    clinics: list[Clinic]
    clinicians: list[User]
    results: list[LabResult] = field(default_factory=list)


@pytest.fixture
def stage(db: None) -> Stage:
    del db
    clinics = [a_clinic("First"), a_clinic("Second")]
    people = [a_patient(name) for name in ("Anna Ash", "Ben Birch", "A. Ash")]
    for person in people:
        a_consent(person, clinics[0])
    return Stage(people, clinics, [a_clinician(each) for each in clinics])


@contextmanager
def history_of_its_own(stage: Stage) -> Iterator[None]:
    """Undo what the block does, so that no example starts where another ended."""
    before = list(stage.results)
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        stage.results[:] = before


def type_a_result(stage: Stage, person: int, number: int) -> None:
    made = result(
        stage.people[person],
        str(8 + number * 7),
        days_ago=number * 23,
        unit="nmol/L" if number % 3 == 0 else "ng/mL",
        laboratory_flag="HH" if number == 11 else "",
        held_because="The unit is in doubt." if number == 5 else "",
    )
    stage.results.append(made)


def correct_a_result(stage: Stage, person: int, number: int) -> None:
    if not stage.results:
        return
    place = number % len(stage.results)
    old = stage.results[place]
    entry = replace(
        an_entry(str(9 + number), collected_on=old.collected_on),
        status=ResultStatus.CORRECTED,
    )
    del person
    stage.results[place] = recording.correct(
        result=old,
        entry=entry,
        reason="Corrected",
        by=queries.viewer_for(owner_of(old.patient)),
        at=timezone.now(),
    )


def withdraw_a_result(stage: Stage, person: int, number: int) -> None:
    del person
    if stage.results:
        old = stage.results.pop(number % len(stage.results))
        recording.mark_entered_in_error(
            result=old,
            reason="Not hers",
            by=queries.viewer_for(owner_of(old.patient)),
            at=timezone.now(),
        )


def set_a_range(stage: Stage, person: int, number: int) -> None:
    """Only a clinic that reads the results sets a range; the policies see to it."""
    patient, which = stage.people[person], number % 2
    reads = patient.consents.filter(
        clinic=stage.clinics[which], shares_results=True, revoked_at=None
    )
    if not reads.exists():
        return
    a_target(
        patient,
        stage.clinicians[which],
        low=str(15 + number),
        high=str(45 + number),
        alert_high="90",
        urgency="today",
        starts_on=TODAY() - timedelta(days=number * 40),
        at=timezone.now(),
    )


def measure_calcium(stage: Stage, person: int, number: int) -> None:
    made = result(
        stage.people[person],
        "2.8" if number % 2 else "2.3",
        unit="mmol/L",
        days_ago=number * 11,
        measurand=Measurand.CALCIUM,
        laboratory_flag="H" if number % 2 else "",
    )
    stage.results.append(made)


def take_a_product(stage: Stage, person: int, number: int) -> None:
    period = a_period(
        stage.people[person],
        vitamin_k="listed" if number % 2 else "none",
        starts_on=TODAY() - timedelta(days=number * 9),
    )
    if number % 3 == 0:
        supplementing.end_period(
            period=period,
            ends_on=TODAY(),
            by=queries.viewer_for(owner_of(stage.people[person])),
            at=timezone.now(),
        )


def answer_about_health(stage: Stage, person: int, number: int) -> None:
    topics = (HealthTopic.VITAMIN_K_ANTAGONIST, HealthTopic.SARCOIDOSIS)
    answer = "no" if number % 5 == 0 else "yes"
    a_health_fact(stage.people[person], topics[number % 2], answer=answer)


def share_otherwise(stage: Stage, person: int, number: int) -> None:
    patient, clinic = stage.people[person], stage.clinics[1]
    by = queries.viewer_for(owner_of(patient))
    given_before = patient.consents.filter(clinic=clinic, revoked_at=None).first()
    terms: dict[str, Any] = {
        "results": number % 4 != 1,
        "health": number % 4 != 2,
        "results_from": TODAY() - timedelta(days=number * 20) if number % 2 else None,
    }
    if given_before is None:
        a_consent(patient, clinic, **terms)
    elif number % 4:
        change(patient, clinic, **terms)
    else:
        consents.revoke(consent=given_before, by=by, at=timezone.now())


LABORATORY_NAMES = ("Harbour Laboratory", "HL Diagnostics", "City Hospital")
KNOWN = (
    {"kind": Kind.ALIAS, "other_name": LABORATORY_NAMES[0]},
    {"kind": Kind.IMPRECISION, "cva": Decimal(2), "source": "Quality report"},
    {"kind": Kind.IMPRECISION, "cva": Decimal(20), "source": "Quality report"},
    {"kind": Kind.D3_IS_TOTAL},
)


def report_from_a_laboratory(stage: Stage, person: int, number: int) -> None:
    """One to three parts of one report, of a laboratory that may have two names."""
    name = LABORATORY_NAMES[number % 3]
    parts = [(Measurand.D3, 20 + number * 2), (Measurand.TOTAL, 24 + number * 3)]
    for measurand, value in parts[: 1 + number % 2] + parts[1:]:
        stage.results.append(
            result(
                stage.people[person],
                str(value),
                days_ago=20 + number * 30,
                measurand=measurand,
                laboratory=name,
                method="",
            )
        )


def report_a_d3_code(stage: Stage, person: int, number: int) -> None:
    made = result(
        stage.people[person],
        str(12 + number * 9),
        days_ago=number * 17,
        measurand=Measurand.D3,
        laboratory=LABORATORY_NAMES[number % 2],
    )
    stage.results.append(made)


def learn_of_a_laboratory(stage: Stage, person: int, number: int) -> None:
    which = person % 2
    knowing.write_down(
        clinic=stage.clinics[which],
        knowledge=knowing.Knowledge(
            laboratory=LABORATORY_NAMES[1 - number % 2], **KNOWN[number % 4]
        ),
        by=queries.viewer_for(stage.clinicians[which]),
        at=timezone.now(),
        entry_id=uuid4(),
    )


def forget_of_a_laboratory(stage: Stage, person: int, number: int) -> None:
    which = person % 2
    known = laboratory_knowledge_of(stage.clinics[which])
    if known:
        knowing.end(
            row=known[number % len(known)],
            by=queries.viewer_for(stage.clinicians[which]),
            at=timezone.now(),
        )


def join_or_part(stage: Stage, person: int, number: int) -> None:
    """Read Anna's two records as one, or apart again, whichever they were not."""
    del person, number
    kept, joined = stage.people[0], stage.people[2]
    by, at = queries.viewer_for(stage.clinicians[0]), timezone.now()
    made = RecordJoin.objects.in_force().filter(joined=joined).first()
    if made is not None:
        joining.part(join=made, by=by, at=at)
        return
    owner = owner_of(joined)
    # A record with a login is not joined; it has one again, to write as its owner.
    Patient.objects.filter(pk=joined.pk).update(user=None)
    joined.refresh_from_db()
    joining.join(kept=kept, joined=joined, reason="One person", by=by, at=at)
    Patient.objects.filter(pk=joined.pk).update(user=owner)
    joined.refresh_from_db()
    summarising.refresh([joined.pk], by=by, at=at)


Step = Callable[[Stage, int, int], None]
OF_LABORATORIES: list[Step] = [
    report_from_a_laboratory,
    report_a_d3_code,
    learn_of_a_laboratory,
    forget_of_a_laboratory,
]
STEPS: list[Step] = [
    type_a_result,
    correct_a_result,
    withdraw_a_result,
    set_a_range,
    measure_calcium,
    take_a_product,
    answer_about_health,
    share_otherwise,
    join_or_part,
    *OF_LABORATORIES,
]


@given(
    history=st.lists(
        st.tuples(st.sampled_from(STEPS), st.integers(0, 2), st.integers(0, 11)),
        min_size=3,
        max_size=12,
    )
)
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_drawing_every_row_anew_changes_none(
    stage: Stage, history: list[tuple[Step, int, int]]
) -> None:
    with history_of_its_own(stage):
        for step, person, number in history:
            step(stage, person, number)
        kept = all_rows()
        assert counts() == counted()

        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM labs_worklistrow")
        call_command("rebuild_worklist", verbosity=0, stdout=io.StringIO())

        assert all_rows() == kept
        assert counts() == counted()


def test_list_and_page_agree_on_a_sample_that_was_taken_before_18(
    osei: User, clinic: Clinic, signed_in: SignedIn
) -> None:
    years_ago = TODAY() - timedelta(days=5)
    born_on = date(years_ago.year - 18, years_ago.month, min(years_ago.day, 28))
    kim = a_patient("Kim Cole", born_on=born_on)
    a_consent(kim, clinic)
    sampled_on = TODAY() - timedelta(days=20)
    a_target(kim, osei, low="20", high="40", starts_on=born_on, ends_on=sampled_on)
    a_target(kim, osei, low="30", starts_on=TODAY(), alert_high="100", urgency="today")
    row = result(kim, "25", days_ago=20)

    page = signed_in(osei).get(f"/patients/{kim.pk}/results/{row.pk}/")

    range_today = page.content.decode().partition("Range today")[2][:900]
    assert "Below" not in range_today
    assert "Not compared" in range_today
    assert row_of(kim, clinic).flag == "not_compared"


def as_the_page_judges(row: WorklistRow, clinician: User) -> tuple[object, ...]:
    """Return what the clinician's own page of the patient says of the latest result."""
    viewer = queries.viewer_for(clinician)
    with queries.viewing(viewer):
        record = dashboards.record_of(
            row.patient, viewer=viewer, at=timezone.now(), today=TODAY()
        )
        change = record.change
    latest = record.latest
    if latest is None:
        return (None, None, False)
    flag = latest.flag
    if record.target_now is not None and flag.target not in (None, record.target_now):
        now = judged_today(
            latest,
            record.targets,
            today=TODAY(),
            born_on=row.patient.born_on,
            laboratories=record.laboratories,
        )
        flag = now or flag
    is_change = isinstance(change, Change) and change.exceeds
    reviewed = row.facts["latest"]["is_reviewed"]
    return (latest.row.pk, flag.position.value, is_change and not reviewed)


@given(
    history=st.lists(
        st.tuples(
            st.sampled_from(
                [*OF_LABORATORIES, type_a_result, set_a_range, join_or_part]
            ),
            st.integers(0, 2),
            st.integers(0, 11),
        ),
        min_size=4,
        max_size=14,
    )
)
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_row_judges_as_the_patients_page_does(
    stage: Stage, history: list[tuple[Step, int, int]]
) -> None:
    with history_of_its_own(stage):
        for patient in stage.people:
            if not patient.consents.filter(clinic=stage.clinics[1]).exists():
                a_consent(patient, stage.clinics[1])
        for step, person, number in history:
            step(stage, person, number)

        for row in WorklistRow.objects.select_related("patient"):
            clinician = stage.clinicians[stage.clinics.index(row.clinic)]
            latest = row.facts["latest"]
            said = (
                UUID(latest["id"]) if latest else None,
                row.flag or None,
                LookReason.CHANGED in row.reasons,
            )
            assert said == as_the_page_judges(row, clinician)


def d3_of(patient: Patient, laboratory: str = "HL Diagnostics") -> LabResult:
    return result(patient, "21", measurand=Measurand.D3, laboratory=laboratory)


def confirm(clinic: Clinic, clinician: User) -> LaboratoryKnowledge:
    return knowing.write_down(
        clinic=clinic,
        knowledge=knowing.Knowledge(kind=Kind.D3_IS_TOTAL, laboratory="HL Diagnostics"),
        by=queries.viewer_for(clinician),
        at=timezone.now(),
        entry_id=uuid4(),
    )


def test_confirming_what_a_laboratory_means_moves_the_row(
    anna: Patient, osei: User, clinic: Clinic
) -> None:
    a_target(anna, osei)
    d3_of(anna)
    assert LookReason.BELOW not in reasons_of(anna, clinic)

    known = confirm(clinic, osei)

    assert LookReason.BELOW in reasons_of(anna, clinic)
    knowing.end(row=known, by=queries.viewer_for(osei), at=timezone.now())
    assert row_of(anna, clinic).flag == "cannot_tell"


def test_what_another_clinic_knows_counts_until_its_consent_ends(
    anna: Patient, osei: User, clinic: Clinic
) -> None:
    a_target(anna, osei)
    d3_of(anna)
    other = a_clinic("Second")
    ends_at = timezone.now() + timedelta(days=2)
    a_consent(anna, other, ends_at=ends_at)

    confirm(other, a_clinician(other))

    row = row_of(anna, clinic)
    assert row.flag == "below"
    assert row.changes_at is not None
    assert row.changes_at <= ends_at


def test_the_rows_of_a_large_clinic_are_marked_and_drawn_by_a_task(
    anna: Patient, osei: User, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_target(anna, osei)
    d3_of(anna)
    monkeypatch.setattr(summarising, "MOST_AT_ONCE", 0)

    confirm(clinic, osei)
    assert row_of(anna, clinic).flag == "cannot_tell"
    refresh_worklists(0)

    assert row_of(anna, clinic).flag == "below"


def test_a_part_beside_its_total_is_not_what_a_total_is_compared_with(
    anna: Patient, osei: User, clinic: Clinic
) -> None:
    del osei
    result(anna, "20", days_ago=200)
    result(anna, "48", days_ago=3)
    result(anna, "46", days_ago=3, measurand=Measurand.D3)

    assert LookReason.CHANGED in reasons_of(anna, clinic)
    assert len(row_of(anna, clinic).facts["trail"]) == 2


def test_a_row_that_the_calendar_changes_is_drawn_anew(
    anna: Patient, osei: User, clinic: Clinic
) -> None:
    a_target(anna, osei, high="50", starts_on=TODAY() + timedelta(days=5))
    result(anna, "61", days_ago=0)
    assert LookReason.ABOVE_CALCIUM_UNKNOWN not in reasons_of(anna, clinic)

    later = timezone.now() + timedelta(days=6)
    assert summarising.refresh_due(at=later) == 1

    assert LookReason.ABOVE_CALCIUM_UNKNOWN in reasons_of(anna, clinic)
