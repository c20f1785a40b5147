"""
Records of one person that were joined have one row in a list, judged over all of them.

Only over those, and the parts and days of each, that this clinic is let into.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product, starmap
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts import queries
from accounts.domain.viewers import Viewer
from accounts.models import Clinic, Patient, RecordJoin, User
from accounts.services import consent as consents
from accounts.services import joining
from accounts.services.consent import Terms
from labs.domain.health import HealthTopic
from labs.domain.worklist import LookReason
from labs.models import (
    PatientTag,
    ReminderSent,
    RetestPlan,
    Review,
    UrgentNotice,
    WorklistRow,
)
from labs.services import messaging, retesting, reviewing, summarising, tagging
from labs.services.reviewing import Seen
from tests.access.web_connection import looking, web_connection
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
from tests.integration.conftest import SignedIn, is_somebody_waiting
from tracker.services import notifying

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def other(anna: Patient, clinic: Clinic) -> Patient:
    """Another record of Anna, with another spelling, that the clinic reads, too."""
    assert anna.born_on is not None
    record = a_patient("Anne Sample", born_on=anna.born_on)
    a_consent(record, clinic)
    return record


def join(kept: Patient, joined: Patient, clinician: User) -> RecordJoin:
    """Join them as the service does; the joined one has no login meanwhile."""
    by, owner = queries.viewer_for(clinician), owner_of(joined)
    Patient.objects.filter(pk=joined.pk).update(user=None)
    joined.refresh_from_db()
    made = joining.join(
        kept=kept, joined=joined, reason="One person", by=by, at=timezone.now()
    )
    Patient.objects.filter(pk=joined.pk).update(user=owner)
    joined.refresh_from_db()
    return made


def part(made: RecordJoin, clinician: User) -> None:
    by = queries.viewer_for(clinician)
    assert joining.part(join=made, by=by, at=timezone.now())


def row_of(patient: Patient, clinic: Clinic) -> WorklistRow:
    """Return the row that the clinic sees of a patient by now."""
    return WorklistRow.objects.get(
        patient=patient, clinic=clinic, visible_from__lte=timezone.now()
    )


def reasons_of(patient: Patient, clinic: Clinic) -> list[LookReason]:
    return [LookReason(each) for each in row_of(patient, clinic).reasons]


def result(
    patient: Patient,
    value: str,
    *,
    days_ago: int = 3,
    **more: Any,  # noqa: ANN401
) -> None:
    entry = an_entry(value, collected_on=TODAY() - timedelta(days=days_ago), **more)
    a_result(patient, entry, at=timezone.now())


@dataclass(frozen=True)
class Case:
    """What meets over two records: which holds what, and what is done first."""

    is_range: bool
    is_turned: bool
    is_before: bool

    @property
    def reason(self) -> LookReason:
        return LookReason.ALERT if self.is_range else LookReason.VITAMIN_K

    def do(self, kept: Patient, joined: Patient, clinician: User) -> None:
        one, two = (joined, kept) if self.is_turned else (kept, joined)
        if self.is_range:
            a_target(two, clinician, alert_high="100", urgency="today")
            result(one, "155")
        else:
            a_health_fact(one, HealthTopic.VITAMIN_K_ANTAGONIST, detail="Warfarin")
            a_period(two, name="D3 and K2", vitamin_k="listed")


CASES = list(starmap(Case, product((False, True), repeat=3)))


@pytest.mark.parametrize("case", CASES)
def test_what_meets_over_two_records_tops_the_list(
    anna: Patient, other: Patient, osei: User, clinic: Clinic, case: Case
) -> None:
    """Whichever record holds which, and whether it came before the joining or after."""
    if case.is_before:
        case.do(anna, other, osei)
        apart = reasons_of(anna, clinic) + reasons_of(other, clinic)
        assert case.reason not in apart
    made = join(anna, other, osei)
    if not case.is_before:
        case.do(anna, other, osei)

    assert reasons_of(anna, clinic)[0] is case.reason
    assert row_of(anna, clinic).is_one_by_one

    part(made, osei)

    apart = reasons_of(anna, clinic) + reasons_of(other, clinic)
    assert case.reason not in apart


def test_a_clinic_that_is_let_into_one_record_is_told_nothing_of_the_other(
    anna: Patient, other: Patient, osei: User, clinic: Clinic
) -> None:
    """And of the other no more than the parts and the days that it shares."""
    river = a_clinic("River Clinic")
    a_clinician(river, "Dr Rita")
    a_consent(other, river)
    result(anna, "155", laboratory_flag="HH")
    result(other, "31", days_ago=5)

    join(anna, other, osei)

    row = row_of(other, river)
    assert row.under is None
    assert row.facts["joined"] == []
    assert row.facts["latest"]["text"] == "31"
    assert LookReason.ALERT not in reasons_of(other, river)
    consents.change(
        consent=anna.consents.get(clinic=clinic, revoked_at=None),
        terms=Terms(
            results=True,
            supplements=True,
            health=True,
            results_from=TODAY(),
            ends_at=None,
        ),
        by=queries.viewer_for(owner_of(anna)),
        at=timezone.now(),
    )
    row = row_of(anna, clinic)
    assert row.facts["latest"]["text"] == "31"
    assert LookReason.ALERT not in reasons_of(anna, clinic)


def test_when_the_kept_record_is_no_longer_shared_the_other_stands_by_itself(
    anna: Patient, other: Patient, osei: User, clinic: Clinic
) -> None:
    result(other, "155", laboratory_flag="HH")
    join(anna, other, osei)
    assert reasons_of(anna, clinic)[0] is LookReason.ALERT

    consents.revoke(
        consent=anna.consents.get(clinic=clinic, revoked_at=None),
        by=queries.viewer_for(owner_of(anna)),
        at=timezone.now(),
    )

    assert reasons_of(other, clinic)[0] is LookReason.ALERT
    assert not WorklistRow.objects.filter(patient=anna, clinic=clinic).exists()


def test_the_row_of_a_joined_record_begins_when_the_row_ends_that_holds_it(
    anna: Patient, other: Patient, osei: User, clinic: Clinic
) -> None:
    """Nobody is missing until the next drawing, and no part is seen too long."""
    ends_at = timezone.now() + timedelta(days=2)
    consents.change(
        consent=anna.consents.get(clinic=clinic, revoked_at=None),
        terms=Terms(
            results=True,
            supplements=True,
            health=True,
            results_from=None,
            ends_at=ends_at,
        ),
        by=queries.viewer_for(owner_of(anna)),
        at=timezone.now(),
    )
    result(other, "31")

    join(anna, other, osei)

    whole = WorklistRow.objects.get(patient=anna, clinic=clinic)
    apart = WorklistRow.objects.get(patient=other, clinic=clinic)
    assert whole.visible_until == whole.changes_at == ends_at
    assert (apart.under, apart.visible_from) == (anna.pk, ends_at)
    assert apart.facts["latest"]["text"] == "31"


def test_a_person_whose_rows_are_one_is_shown_and_told_of_once(
    anna: Patient, other: Patient, osei: User, signed_in: SignedIn
) -> None:
    result(anna, "155", laboratory_flag="HH")
    result(other, "160", days_ago=2, laboratory_flag="HH")
    join(anna, other, osei)

    notifying.tell_urgent(at=timezone.now())
    notifying.tell_urgent(at=timezone.now())

    assert list(UrgentNotice.objects.values_list("patient", flat=True)) == [anna.pk]
    page = signed_in(osei).get("/worklist/").content.decode()
    assert page.count('class="worklist-row"') == 1


def test_a_person_whose_rows_are_one_is_reminded_once(
    anna: Patient, other: Patient, osei: User, clinic: Clinic
) -> None:
    """Of the nearer of two plans, whichever record it stands in."""
    at = timezone.now()
    noon = at.replace(hour=12, minute=0)
    for days, record in ((4, anna), (3, other)):
        retesting.plan(
            patient=record,
            clinic=clinic,
            due_on=TODAY() + timedelta(days=days),
            every_months=None,
            by=queries.viewer_for(osei),
            at=at,
        )
    join(anna, other, osei)
    by = queries.viewer_for(owner_of(anna))
    messaging.choose(
        patient=anna,
        wants_reminders=True,
        wants_result_notices=False,
        time_zone="UTC",
        by=by,
        at=at,
    )

    counts = [notifying.remind(at=noon + timedelta(minutes=n)) for n in range(3)]

    assert counts == [1, 0, 0]
    assert ReminderSent.objects.get().due_on == TODAY() + timedelta(days=3)


def test_a_range_of_another_clinic_in_the_joined_record_is_a_reason(
    anna: Patient, other: Patient, osei: User, clinic: Clinic
) -> None:
    """It took the place of ours, which stands in the record that is kept."""
    city = a_clinic("City Clinic")
    a_consent(other, city)
    a_target(anna, osei, starts_on=TODAY() - timedelta(days=90))
    join(anna, other, osei)
    assert LookReason.TARGET_CHANGED not in reasons_of(anna, clinic)

    doctor = a_clinician(city, "Dr Else")
    a_target(other, doctor, low="20", starts_on=TODAY(), at=timezone.now())

    assert LookReason.TARGET_CHANGED in reasons_of(anna, clinic)
    row = row_of(anna, clinic)
    seen = [Seen(anna.pk, row.stamp)]
    by, at = queries.viewer_for(osei), timezone.now()
    reviewing.mark_reviewed(seen, clinic=clinic, entry_id=uuid4(), by=by, at=at)
    assert LookReason.TARGET_CHANGED not in reasons_of(anna, clinic)


def test_one_review_is_of_what_is_open_in_both_records(
    anna: Patient, other: Patient, osei: User, clinic: Clinic
) -> None:
    result(anna, "31")
    result(other, "33", days_ago=2)
    join(anna, other, osei)
    by, entry_id = queries.viewer_for(osei), uuid4()

    outcome = reviewing.mark_reviewed(
        [Seen(anna.pk, row_of(anna, clinic).stamp)],
        clinic=clinic,
        entry_id=entry_id,
        by=by,
        at=timezone.now(),
    )

    assert outcome.reviewed == (anna.pk,)
    reviews = Review.objects.values_list("patient", "result__patient")
    assert set(reviews) == {(anna.pk, anna.pk), (other.pk, other.pk)}
    row = row_of(anna, clinic)
    assert row.facts["open"] == []
    assert row.facts["reviewed"]["by"] == osei.name
    reviewing.undo(entry_id, clinic=clinic, by=by, at=timezone.now())
    assert LookReason.NOT_REVIEWED in reasons_of(anna, clinic)


def test_tags_and_next_tests_of_both_records_are_taken_off_in_one(
    anna: Patient, other: Patient, osei: User, clinic: Clinic
) -> None:
    by, at = queries.viewer_for(osei), timezone.now()
    tagging.tag(patient=other, clinic=clinic, word="dialysis", is_on=True, by=by, at=at)
    for days, record in ((20, anna), (10, other)):
        retesting.plan(
            patient=record,
            clinic=clinic,
            due_on=TODAY() + timedelta(days=days),
            every_months=None,
            by=by,
            at=at,
        )
    join(anna, other, osei)
    row = row_of(anna, clinic)
    assert row.tags == ["dialysis"]
    assert row.retest_on == TODAY() + timedelta(days=10)

    anna = Patient.objects.get(pk=anna.pk)
    tagging.tag(patient=anna, clinic=clinic, word="dialysis", is_on=False, by=by, at=at)
    retesting.end(patient=anna, clinic=clinic, by=by, at=at)

    row = row_of(anna, clinic)
    assert (row.tags, row.retest_on) == ([], None)
    assert not PatientTag.objects.exists()
    assert not RetestPlan.objects.filter(ended_at=None).exists()


def test_a_search_for_either_record_finds_the_one_row(
    anna: Patient, other: Patient, osei: User, clinic: Clinic, signed_in: SignedIn
) -> None:
    other.numbers.create(clinic=clinic, number="Q-77")
    join(anna, other, osei)
    Patient.objects.filter(pk=other.pk).update(born_on="1979-06-04")
    by = queries.viewer_for(osei)
    summarising.refresh([other.pk], by=by, at=timezone.now())
    client = signed_in(osei)

    for asked in ("Example", "Sample", "anne", "Q-77", "4 June 1979", "3 May 1978"):
        page = client.post("/worklist/", {"q": asked}).content.decode()
        found = re.findall(r'id="person-([0-9a-f-]{36})', page)
        assert found == [str(anna.pk)], asked


@pytest.mark.django_db(transaction=True)
def test_who_treats_in_the_clinic_sees_one_row_of_one_person(
    anna: Patient, other: Patient, osei: User
) -> None:
    made = join(anna, other, osei)

    def seen() -> set[object]:
        with web_connection() as opened, looking(opened, "user", osei.pk):
            cursor = opened.execute("SELECT patient_id FROM labs_worklistrow")
            return {row[0] for row in cursor}

    assert seen() == {anna.pk}
    part(made, osei)
    assert seen() == {anna.pk, other.pk}


def test_list_and_page_agree_where_only_one_of_the_records_shares_a_part(
    anna: Patient, other: Patient, osei: User, clinic: Clinic, signed_in: SignedIn
) -> None:
    """What meets is told, and that the rest of that part was not looked at."""
    anna.consents.filter(clinic=clinic).update(shares_health=False)
    join(anna, other, osei)
    a_period(anna, name="D3 and K2", vitamin_k="listed")
    a_health_fact(other, HealthTopic.VITAMIN_K_ANTAGONIST, detail="Warfarin")

    page = signed_in(osei).get(f"/patients/{anna.pk}/").content.decode()

    assert reasons_of(anna, clinic)[0] is LookReason.VITAMIN_K
    assert "A vitamin K antagonist is recorded together with a product" in page
    assert "Not shared with you: not checked here" in page


@dataclass(frozen=True)
class TwoWriters:
    """One writes and keeps its transaction open until the other waits for it."""

    first: Patient
    second: Patient
    by: Viewer
    has_written: Event = field(default_factory=Event)
    is_waiting: Event = field(default_factory=Event)
    is_over: Event = field(default_factory=Event)

    def write_first(self) -> None:
        try:
            with transaction.atomic():
                result(self.first, "31", days_ago=4)
                self.has_written.set()
                assert self.is_waiting.wait(timeout=300)
                # Asking for both once more, they never wait for each other.
                summarising.lock([self.first.pk, self.second.pk], by=self.by)
        finally:
            self.has_written.set()
            connection.close()

    def write_second(self) -> None:
        try:
            assert self.has_written.wait(timeout=300)
            result(self.second, "33", days_ago=2)
        finally:
            self.is_over.set()
            connection.close()

    def watch(self) -> None:
        try:
            while not self.is_over.wait(timeout=0.05):
                if is_somebody_waiting():
                    return
        finally:
            self.is_waiting.set()
            connection.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_writers_about_either_record_wait_for_one_lock(
    anna: Patient, other: Patient, osei: User, clinic: Clinic, order: tuple[int, int]
) -> None:
    """The second waits, whichever record it writes about, and draws both values."""
    join(anna, other, osei)
    one, two = ((anna, other)[each] for each in order)
    writers = TwoWriters(one, two, queries.viewer_for(osei))

    with ThreadPoolExecutor(3) as pool:
        tasks = (writers.write_first, writers.write_second, writers.watch)
        for each in [pool.submit(task) for task in tasks]:
            each.result(timeout=600)

    facts = row_of(anna, clinic).facts
    assert facts["latest"]["text"] == "33"
    assert [point[1] for point in facts["trail"]][-2:] == ["31.000000", "33.000000"]
    assert len(facts["open"]) == 2
