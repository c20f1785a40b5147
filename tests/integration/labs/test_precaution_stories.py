"""
Every row of the catalogue fires on what is stored, and is told alike everywhere.

Nothing here makes what the rules look at by hand: answers, labels and results go in by
the services, so a trigger that nothing ever sets would be found. A new row, or a new
trigger of one, fails until it has its story.
"""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import Clinic, Patient, User
from accounts.queries import viewer_for
from labs import queries
from labs.domain.health import HealthTopic
from labs.domain.laboratories import LaboratoryFactKind
from labs.domain.measurements import ResultStatus
from labs.domain.plausibility import DATES_IN_DOUBT
from labs.domain.precaution_catalogue import CATALOGUE, Finding, Precaution
from labs.domain.precautions import PrecautionReport
from labs.domain.quantities import Measurand
from labs.domain.supplements import ACTIVE_VITAMIN_D, AmountUnit, Substance
from labs.models import WorklistRow
from labs.presenters.words import spoken
from labs.services import cautioning, judging, knowing
from labs.services.knowing import Knowledge
from labs.services.laboratories import laboratories_of
from labs.services.supplementing import IngredientEntry
from tests.factories import (
    a_consent,
    a_health_fact,
    a_patient,
    a_period,
    a_result,
    a_target,
    an_entry,
    owner_of,
)
from tests.integration.api.conftest import Program, a_key
from tests.integration.labs.spoken_pages import flowing
from tests.pdf_reading import squeezed, text_of
from tracker.services import dashboards

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
ONE_OTHER_LAB = "Bay Laboratory"


def measured(patient: Patient, value: str, unit: str, **more: object) -> None:
    days_ago = int(str(more.pop("days_ago", 5)))
    day = TODAY() - timedelta(days=days_ago)
    a_result(patient, an_entry(value, unit, collected_on=day, **more))  # type: ignore[arg-type]


def has_high_calcium(patient: Patient, osei: User, *, days_ago: int = 5) -> None:
    del osei
    measured(
        patient,
        "2.71",
        "mmol/L",
        measurand=Measurand.CALCIUM,
        interval_text="2.20-2.60",
        interval_high=Decimal("2.60"),
        days_ago=days_ago,
    )


def had_high_calcium(patient: Patient, osei: User) -> None:
    has_high_calcium(patient, osei, days_ago=90)
    measured(
        patient,
        "2.41",
        "mmol/L",
        measurand=Measurand.CALCIUM,
        interval_text="2.20-2.60",
        interval_high=Decimal("2.60"),
    )


def has_low_calcium(patient: Patient, osei: User) -> None:
    del osei
    measured(patient, "1.9", "mmol/L", measurand=Measurand.CALCIUM, laboratory_flag="L")


def has_low_egfr(patient: Patient, osei: User) -> None:
    del osei
    measured(
        patient, "41", "mL/min/1.73 m2", measurand=Measurand.EGFR, laboratory_flag="L"
    )


def is_above_the_alert_limit(patient: Patient, osei: User) -> None:
    a_target(patient, osei, alert_high="100", urgency="today")
    measured(patient, "155", "ng/mL")


def changes_the_laboratory(patient: Patient, osei: User) -> None:
    del osei
    measured(patient, "28", "ng/mL", days_ago=200)
    measured(patient, "31", "ng/mL", laboratory=ONE_OTHER_LAB)


BY_FINDING: dict[Finding, Callable[[Patient, User], None]] = {
    Finding.CALCIUM_HIGH: has_high_calcium,
    Finding.CALCIUM_HIGH_EARLIER: had_high_calcium,
    Finding.CALCIUM_LOW: has_low_calcium,
    Finding.EGFR_LOW: has_low_egfr,
    Finding.ABOVE_ALERT_LIMIT: is_above_the_alert_limit,
    Finding.LABORATORY_CHANGED: changes_the_laboratory,
}


def takes(patient: Patient, substance: Substance, **more: object) -> None:
    line = IngredientEntry(
        substance=substance,
        amount=Decimal(1),
        unit=AmountUnit.UG,
        amount_text="1",
    )
    a_period(
        patient,
        name=f"Product of {substance.value}",
        ingredients=(line,),
        vitamin_k="listed" if substance is Substance.MK7 else "none",
        starts_on=TODAY() - timedelta(days=40),
        **more,  # type: ignore[arg-type]
    )


def beside(patient: Patient, row: Precaution) -> None:
    """Record what a row wants beside its answers."""
    if row.meets_vitamin_k:
        takes(patient, Substance.MK7)
    elif row.substances:
        takes(patient, min(row.substances))


def stories_of(row: Precaution) -> dict[str, Callable[[Patient, User], None]]:
    """Return a story for each trigger of a row, by what it is."""
    found: dict[str, Callable[[Patient, User], None]] = {}
    for topic in sorted(row.topics):

        def answers(patient: Patient, osei: User, topic: HealthTopic = topic) -> None:
            del osei
            a_health_fact(patient, topic)
            beside(patient, row)

        found[topic] = answers
    for finding in sorted(row.findings - {Finding.UNDER_18}):
        found[finding] = BY_FINDING[finding]
    if row.topics or row.findings:
        return found
    for substance in sorted(row.substances or {Substance.MK7}):

        def uses(patient: Patient, osei: User, taken: Substance = substance) -> None:
            del osei
            takes(patient, taken)

        found[substance] = uses
    return found


def someone(clinic: Clinic, row: Precaution | None = None) -> Patient:
    is_minor = row is not None and Finding.UNDER_18 in row.findings
    born_on = TODAY() - timedelta(days=3650) if is_minor else date(1978, 5, 3)
    patient = a_patient(f"Person {uuid4()}", born_on=born_on)
    a_consent(patient, clinic)
    return patient


def seen_by(user: User, patient: Patient) -> PrecautionReport:
    at = timezone.now()
    viewer = viewer_for(user)
    return dashboards.record_of(
        patient, viewer=viewer, at=at, today=TODAY()
    ).precautions


def ids(report: PrecautionReport) -> set[str]:
    return {each.precaution.id for each in report.matched}


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: row.id)
def test_a_row_fires_on_each_of_its_triggers_as_it_is_stored(
    row: Precaution, clinic: Clinic, osei: User, oseis: Client
) -> None:
    stories = stories_of(row)
    assert stories or row.findings == {Finding.UNDER_18}

    told: list[Patient] = []
    for trigger, happens in stories.items():
        patient = someone(clinic, row)
        quiet = ids(seen_by(osei, patient))
        happens(patient, osei)
        told.append(patient)
        assert row.id not in quiet
        assert row.id in ids(seen_by(osei, patient)), trigger
    patient = told[-1] if told else someone(clinic, row)

    page = flowing(oseis.get(f"/patients/{patient.pk}/"))
    assert row.clinician in page
    own = seen_by(owner_of(patient), patient)
    (first, *_others) = [each for each in own.matched if each.precaution is row]
    assert bool(first.patient) is not row.is_for_clinicians_only


# Laboratory or method -----------------------------------------------------------------

CHANGED = "laboratory-or-method-changed"


def test_another_laboratory_is_told_with_the_day_of_its_result(
    anna: Patient, annas: Client, osei: User, oseis: Client
) -> None:
    changes_the_laboratory(anna, osei)

    (match,) = [
        each for each in seen_by(osei, anna).matched if each.precaution.id == CHANGED
    ]
    page = flowing(annas.get(f"/patients/{anna.pk}/"))

    (line,) = match.patient
    assert match.patient[0].values["collected_on"] == TODAY() - timedelta(days=5)
    assert spoken(line) in page
    assert "Results come from different laboratories" in flowing(
        oseis.get(f"/patients/{anna.pk}/")
    )


@pytest.mark.parametrize(
    ("before", "newest"),
    [
        ({"laboratory": ""}, {"laboratory": ONE_OTHER_LAB}),
        ({"method": ""}, {"method": "immunoassay"}),
        ({"laboratory": "Harbour Laboratory"}, {"laboratory": "HARBOUR laboratory."}),
        ({"specimen": "serum"}, {"specimen": "dried blood spot"}),
        ({"measurand": Measurand.D3, "laboratory": ONE_OTHER_LAB}, {}),
        (
            {"laboratory": ONE_OTHER_LAB, "status": ResultStatus.ENTERED_IN_ERROR},
            {},
        ),
        (
            {"laboratory": ONE_OTHER_LAB, "held_because": min(DATES_IN_DOUBT)},
            {},
        ),
    ],
)
def test_what_is_not_known_to_differ_is_no_difference(
    before: dict[str, object], newest: dict[str, object], anna: Patient, osei: User
) -> None:
    measured(anna, "28", "ng/mL", days_ago=200, **before)
    measured(anna, "31", "ng/mL", **newest)

    assert CHANGED not in ids(seen_by(osei, anna))


def test_two_names_that_the_clinic_keeps_for_one_laboratory_are_one(
    anna: Patient, osei: User, oseis: Client, clinic: Clinic
) -> None:
    changes_the_laboratory(anna, osei)
    words = "Results come from different laboratories"
    assert words in flowing(oseis.get(f"/patients/{anna.pk}/"))

    knowing.write_down(
        clinic=clinic,
        knowledge=Knowledge(
            kind=LaboratoryFactKind.ALIAS,
            laboratory=ONE_OTHER_LAB,
            other_name="Harbour Laboratory",
        ),
        by=viewer_for(osei),
        at=timezone.now(),
        entry_id=uuid4(),
    )

    assert words not in flowing(oseis.get(f"/patients/{anna.pk}/"))


def test_a_newer_pair_of_one_laboratory_ends_it_and_the_list_makes_no_task_of_it(
    anna: Patient, osei: User, clinic: Clinic
) -> None:
    changes_the_laboratory(anna, osei)
    a_health_fact(anna, HealthTopic.STATIN)
    row = WorklistRow.objects.get(patient=anna, clinic=clinic)
    assert CHANGED in ids(seen_by(osei, anna))
    assert row.precautions == ["statins"]

    measured(anna, "33", "ng/mL", laboratory=ONE_OTHER_LAB, days_ago=1)

    assert CHANGED not in ids(seen_by(osei, anna))


# One record, every way out ------------------------------------------------------------


def filled(patient: Patient, osei: User) -> None:
    """Store what fires rows of every kind."""
    has_high_calcium(patient, osei)
    has_low_egfr(patient, osei)
    is_above_the_alert_limit(patient, osei)
    measured(patient, "60", "ng/mL", laboratory=ONE_OTHER_LAB, days_ago=300)
    a_health_fact(patient, HealthTopic.VITAMIN_K_ANTAGONIST, detail="Marcumar")
    a_health_fact(patient, HealthTopic.SARCOIDOSIS)
    a_health_fact(patient, HealthTopic.STATIN)
    for substance in (Substance.MK7, Substance.BIOTIN, min(ACTIVE_VITAMIN_D)):
        takes(patient, substance)


def test_every_way_out_tells_the_same_precautions(
    anna: Patient, osei: User, oseis: Client, clinic: Clinic
) -> None:
    filled(anna, osei)
    at, viewer = timezone.now(), viewer_for(osei)
    report = seen_by(osei, anna)
    program = Program(a_key(osei))

    asked = program.get(f"/api/v1/patients/{anna.pk}/precautions").json()
    results = program.get(f"/api/v1/patients/{anna.pk}/results").json()["items"]
    whole = cautioning.shared_with(viewer, anna, at=at, today=TODAY())
    page = flowing(oseis.get(f"/patients/{anna.pk}/"))
    pdf = text_of(oseis.get(f"/patients/{anna.pk}/report.pdf").content)
    row = WorklistRow.objects.get(patient=anna, clinic=clinic)
    newest = next(each for each in results if each["value"]["as_reported"] == "155")
    shown = flowing(oseis.get(f"/patients/{anna.pk}/results/{newest['version_id']}/"))

    said = {each.precaution.clinician for each in report.matched}
    assert len(said) > 9
    assert {each["id"] for each in asked["matched"]} == ids(report)
    assert ids(cautioning.report_for(whole, today=TODAY(), born_on=anna.born_on)) == (
        ids(report)
    )
    assert [each for each in said if each not in page] == []
    assert [each for each in said if each not in shown] == []
    assert [each for each in said if squeezed(each) not in pdf] == []
    assert newest["flag"]["beside"] == asked["beside_results"] != []
    of_results = {each.id for each in CATALOGUE if not each.topics and each.findings}
    assert set(row.precautions) == ids(report) - of_results


kinds = st.fixed_dictionaries(
    {
        "measurand": st.sampled_from([Measurand.TOTAL, Measurand.D3]),
        "laboratory": st.sampled_from(["Harbour Laboratory", ONE_OTHER_LAB]),
        "days_ago": st.integers(1, 3),
        "held_because": st.sampled_from(["", "", "", *sorted(DATES_IN_DOUBT)]),
        "status": st.sampled_from([*[ResultStatus.FINAL] * 3, ResultStatus.CANCELLED]),
    }
)


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(kinds, st.sampled_from(["40", "155"])), max_size=5))
@example([({}, "155"), ({"laboratory": ONE_OTHER_LAB, "days_ago": 90}, "40")])
@example([({"measurand": Measurand.D3}, "155"), ({}, "40")])
@example([({"held_because": min(DATES_IN_DOUBT)}, "40"), ({"days_ago": 9}, "155")])
def test_what_is_read_in_brief_tells_what_the_whole_record_tells(
    osei: User, clinic: Clinic, results: list[tuple[dict[str, object], str]]
) -> None:
    patient = someone(clinic)
    a_target(patient, osei, alert_high="100", urgency="today")
    for more, value in results:
        measured(patient, value, "ng/mL", **more)
    at, viewer = timezone.now(), viewer_for(osei)
    rows = queries.standing_targets_of(patient, viewer=viewer, at=at)

    brief = cautioning.shared_in_brief(
        viewer,
        patient,
        targets=[judging.target_of(row) for row in rows],
        laboratories=laboratories_of(patient),
        at=at,
        today=TODAY(),
    )

    found = cautioning.report_for(brief, today=TODAY(), born_on=patient.born_on)
    assert found == seen_by(osei, patient)
