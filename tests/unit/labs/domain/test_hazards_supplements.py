"""
The hazards and traps of supplements, each by its name in docs/hazards.md.

H1 vitamin K beside a blood thinner, H8 a false all-clear, H11 a wrong amount in the
log; and the traps 10, 11, 12 and 14 of the facts.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.domain.amount_questions import Slip, amount_questions
from labs.domain.health import HealthAnswer, HealthProfile, HealthTopic
from labs.domain.intakes import Lane, LoggedPeriod, Outcome, summarise
from labs.domain.language import violations
from labs.domain.precautions import (
    ListedMedicine,
    PrecautionReport,
    ResultsSummary,
    precautions_for,
)
from labs.domain.schedules import Pause, Schedule, ScheduleKind
from labs.domain.supplements import (
    AmountBasis,
    AmountNotConvertible,
    AmountUnit,
    DosageForm,
    Period,
    Product,
    Substance,
    VitaminKContent,
    international_units,
    parse_amount_unit,
)
from labs.domain.vitamin_k import (
    Meeting,
    Transition,
    vitamin_k_of,
    with_antagonist,
    with_other_thinner,
)
from tests.unit.labs.domain.supplement_making import (
    BORN_ON,
    D3_WITH_K2,
    D_WITH_UNKNOWN_K,
    DAILY,
    FOUR_WEEKS,
    MK7,
    PLAIN_D,
    TODAY,
    VITAMIN_D,
    WEEKLY,
    answered,
    each_day,
    holding,
    labelled,
    logged,
    profile,
    recorded,
)

VKA = HealthTopic.VITAMIN_K_ANTAGONIST
DOAC = HealthTopic.DIRECT_ORAL_ANTICOAGULANT
NONE_MATCHED = "No precaution in our list matched"
NOT_CHECKED = "has not been checked"

HEALTH = {
    "antagonist": profile(answered(VKA, detail="warfarin")),
    "other thinner": profile(answered(DOAC, detail="apixaban")),
    "none": profile(),
    "not asked": HealthProfile(),
}
PRODUCTS = {
    VitaminKContent.LISTED: D3_WITH_K2,
    VitaminKContent.UNKNOWN: D_WITH_UNKNOWN_K,
    VitaminKContent.NONE: PLAIN_D,
}


def period_after(transition: Transition, product: Product) -> list[Period]:
    """Return a record in which this has just happened to the product."""
    yesterday = TODAY - timedelta(days=1)
    paused = Period(product, Decimal(1), DAILY, date(2026, 1, 1))
    match transition:
        case Transition.ADDED:
            return [recorded(product, starts_on=TODAY + timedelta(days=1))]
        case Transition.CHANGED:
            return [
                recorded(product, ends_on=yesterday),
                recorded(product, starts_on=TODAY),
            ]
        case Transition.PAUSED:
            return [replace(paused, pauses=(Pause(TODAY),))]
        case Transition.RESUMED:
            return [replace(paused, pauses=(Pause(yesterday, yesterday),))]
        case Transition.ENDED:
            return [recorded(product, ends_on=yesterday)]
        case _:
            return [recorded(product)]


def checked(
    health: HealthProfile | None,
    periods: Sequence[Period] | None,
    *,
    results: ResultsSummary | None = ResultsSummary(),  # noqa: B008 - frozen
    medicines: Sequence[ListedMedicine] = (),
) -> PrecautionReport:
    return precautions_for(
        health=health,
        periods=periods,
        results=results,
        medicines=medicines,
        on=TODAY,
        born_on=BORN_ON,
    )


def heard(report: PrecautionReport) -> str:
    return " ".join(str(sentence) for sentence in report.sentences_for_patient())


def fired(report: PrecautionReport) -> set[str]:
    return {match.precaution.id for match in report.matched}


EXPECTED = {
    ("antagonist", VitaminKContent.LISTED): {"vitamin-k-with-antagonist"},
    ("antagonist", VitaminKContent.UNKNOWN): {"vitamin-k-with-antagonist"},
    ("other thinner", VitaminKContent.LISTED): {"vitamin-k-with-other-blood-thinner"},
    ("other thinner", VitaminKContent.UNKNOWN): {"vitamin-k-with-other-blood-thinner"},
}
MEETING_ROWS = {"vitamin-k-with-antagonist", "vitamin-k-with-other-blood-thinner"}


@pytest.mark.parametrize("transition", Transition)
@pytest.mark.parametrize("content", VitaminKContent)
@pytest.mark.parametrize("medicine", HEALTH)
def test_h1_vitamin_k_fires_on_every_transition_for_every_state_of_knowledge(
    transition: Transition, content: VitaminKContent, medicine: str
) -> None:
    product = PRODUCTS[content]
    health = HEALTH[medicine]
    if transition is Transition.MEDICINE_STARTED and medicine in {
        "antagonist",
        "other thinner",
    }:
        (topic,) = (
            answer.topic
            for answer in health.answers
            if answer.answer is HealthAnswer.YES
        )
        health = profile(answered(topic, asked_on=TODAY, detail="apixaban, warfarin"))
    if transition is Transition.MEDICINE_ENDED:
        health = HealthProfile(
            tuple(
                replace(answer, ended_on=TODAY)
                if answer.answer is HealthAnswer.YES
                else answer
                for answer in health.answers
            )
        )

    report = checked(health, period_after(transition, product))

    assert fired(report) & MEETING_ROWS == EXPECTED.get((medicine, content), set())
    if medicine == "not asked":
        assert NOT_CHECKED in heard(report)
    if content is VitaminKContent.NONE and medicine != "not asked":
        assert NONE_MATCHED in heard(report)
    if content is not VitaminKContent.NONE and transition not in {
        Transition.ENDED,
        Transition.CHANGED,
    }:
        assert NONE_MATCHED not in heard(report)


@pytest.mark.parametrize("transition", Transition)
def test_h1_both_sides_read_of_it_on_every_transition(transition: Transition) -> None:
    (match, *_others) = checked(
        HEALTH["antagonist"], period_after(transition, D3_WITH_K2)
    ).matched

    assert match.precaution.id == "vitamin-k-with-antagonist"
    assert match.patient
    assert "vitamin K antagonist" in str(match.clinician[0])
    assert "Pair, recorded from" in str(match.clinician[1])


@pytest.mark.parametrize(
    ("days_after_the_end", "is_visible"), [(1, True), (28, True), (29, False)]
)
def test_h1_it_stays_visible_28_days_after_the_product_ended(
    days_after_the_end: int, *, is_visible: bool
) -> None:
    ended = recorded(D3_WITH_K2, ends_on=TODAY - timedelta(days=days_after_the_end))

    report = checked(HEALTH["antagonist"], [ended])

    assert ("vitamin-k-with-antagonist" in fired(report)) is is_visible
    assert ("Warfarin may then work more strongly." in heard(report)) is is_visible


def test_h1_a_medicine_list_alone_is_enough() -> None:
    marcumar = ListedMedicine("MARCUMAR 3 mg", date(2020, 1, 1))

    report = checked(profile(), [recorded(D3_WITH_K2)], medicines=[marcumar])

    assert "you take Marcumar. Vitamin K can make Marcumar work less" in heard(report)
    assert "do not change your Marcumar on your own" in heard(report)


def test_h1_hidden_vitamin_k_fires_although_the_box_says_none() -> None:
    hidden = labelled(VITAMIN_D, name="Sun D3 + K2 drops")

    report = checked(HEALTH["antagonist"], [recorded(hidden)])

    assert "vitamin-k-with-antagonist" in fired(report)


EVERYTHING = ("health", "periods", "results")


@pytest.mark.parametrize("hidden", EVERYTHING)
def test_h8_a_missing_scope_is_never_an_all_clear(hidden: str) -> None:
    report = checked(
        None if hidden == "health" else profile(),
        None if hidden == "periods" else [recorded(PLAIN_D)],
        results=None if hidden == "results" else ResultsSummary(),
    )

    assert NONE_MATCHED not in heard(report)
    assert "Not shared with you: not checked here." in heard(report)


@given(st.sets(st.sampled_from(HealthTopic), min_size=1), st.data())
def test_h8_no_record_with_anything_unanswered_says_none_matched(
    topics: set[HealthTopic], data: st.DataObject
) -> None:
    open_answers = st.sampled_from([HealthAnswer.UNKNOWN, HealthAnswer.NOT_ASKED])
    health = profile(*(answered(topic, data.draw(open_answers)) for topic in topics))

    report = checked(health, [recorded(PLAIN_D)])

    assert NONE_MATCHED not in heard(report)
    assert NOT_CHECKED in heard(report)


def test_h8_an_unknown_medicine_is_never_an_all_clear() -> None:
    foozaban = ListedMedicine("Foozaban", date(2026, 1, 1))

    report = checked(profile(), [recorded(PLAIN_D)], medicines=[foozaban])

    assert NONE_MATCHED not in heard(report)
    assert "'Foozaban'" in heard(report)


def test_h8_all_clear_is_no_reassurance() -> None:
    said = heard(checked(profile(), [recorded(PLAIN_D)]))

    assert said == (
        "No precaution in our list matched what you entered. The list is not complete, "
        "and no pharmacist or doctor has checked it."
    )
    assert violations(said) == ()


def product_of(
    printed: str,
    *,
    substance: Substance = Substance.D3,
    dosage_form: DosageForm = DosageForm.NOT_STATED,
    basis: AmountBasis = AmountBasis.NOT_STATED,
    units_per_serving: int = 1,
) -> Product:
    return Product(
        name="Entered",
        ingredients=(holding(substance, printed),),
        dosage_form=dosage_form,
        basis=basis,
        units_per_serving=Decimal(units_per_serving),
    )


@pytest.mark.parametrize(
    ("meant", "entered", "schedule", "slip"),
    [
        ("1000 IU", product_of("1000 mcg"), DAILY, Slip.UNITS_OR_MCG),
        ("25 mcg", product_of("25 IU"), DAILY, Slip.UNITS_OR_MCG),
        ("25 mcg", product_of("25 mg"), DAILY, Slip.MG_OR_MCG),
        (
            "45 mcg",
            product_of("45 mg", substance=Substance.MK7),
            DAILY,
            Slip.MG_OR_MCG,
        ),
        ("50,000 IU weekly", product_of("50000 IU"), DAILY, Slip.LARGE_UNIT_DAILY),
        ("20,000 IU weekly", product_of("20000 IU"), DAILY, Slip.LARGE_UNIT_DAILY),
        ("1,200 IU", product_of("12000 IU"), DAILY, Slip.HIGH_DAILY),
        ("10 mcg", product_of("1 mcg"), DAILY, Slip.LOW),
        (
            "2 capsules of 1,000 IU",
            product_of("2000 IU", dosage_form=DosageForm.CAPSULE, units_per_serving=2),
            DAILY,
            Slip.SERVING_OR_UNIT,
        ),
        (
            "400 IU per drop",
            product_of("400 IU", dosage_form=DosageForm.DROPS),
            DAILY,
            Slip.DROP_OR_ML,
        ),
        (
            "20 drops of a product with 20,000 IU per mL",
            product_of(
                "20000 IU",
                dosage_form=DosageForm.DROPS,
                basis=AmountBasis.PER_ML,
                units_per_serving=20,
            ),
            DAILY,
            Slip.DROP_OR_ML,
        ),
    ],
)
def test_h11_each_slip_of_an_amount_is_asked_about_and_none_is_fixed(
    meant: str, entered: Product, schedule: Schedule, slip: Slip
) -> None:
    before = entered.ingredients

    asked = amount_questions(entered, schedule)

    assert slip in {question.slip for question in asked}, meant
    assert all(str(question.sentence).endswith("?") for question in asked)
    assert all(violations(str(question.sentence)) == () for question in asked)
    assert entered.ingredients == before


@pytest.mark.parametrize(
    ("printed", "schedule"),
    [
        ("400 IU", DAILY),
        ("2000 IU", DAILY),
        ("25 mcg", DAILY),
        ("50000 IU", WEEKLY),
        ("20000 IU", Schedule(ScheduleKind.FORTNIGHTLY)),
    ],
)
def test_h11_usual_labels_are_not_asked_about(printed: str, schedule: Schedule) -> None:
    stated = replace(product_of(printed), basis=AmountBasis.PER_UNIT)

    assert amount_questions(stated, schedule) == ()


def test_h11_an_incomplete_log_is_never_averaged() -> None:
    summary = summarise(
        [logged(recorded(PLAIN_D), each_day(FOUR_WEEKS)[:9])], FOUR_WEEKS
    )

    assert (
        "You logged 9 of the 28 intakes expected in these 28 days, so no average"
        in (" ".join(str(sentence) for sentence in summary.sentences()))
    )


@pytest.mark.parametrize("transition", Transition)
def test_trap_10_d3_with_k2_beside_warfarin_fires_at_10_mcg_also_when_removed(
    transition: Transition,
) -> None:
    warfarin = HEALTH["antagonist"].state(VKA, TODAY)

    said = with_antagonist(
        Meeting(D3_WITH_K2, transition, date(2026, 3, 3)), warfarin, TODAY
    )

    assert MK7.amount == 10
    assert str(said[-1]).startswith("Get urgent help for bleeding")
    assert len(said) >= 2


def test_trap_11_unknown_vitamin_k_is_not_absent() -> None:
    unknown = Meeting(D_WITH_UNKNOWN_K, Transition.TAKING, date(2026, 3, 3))
    warfarin = HEALTH["antagonist"].state(VKA, TODAY)
    apixaban = HEALTH["other thinner"].state(DOAC, TODAY)

    assert vitamin_k_of(D_WITH_UNKNOWN_K) is VitaminKContent.UNKNOWN
    assert Product("New", (VITAMIN_D,)).vitamin_k is VitaminKContent.UNKNOWN
    for said in (
        with_antagonist(unknown, warfarin, TODAY),
        with_other_thinner(unknown, apixaban, TODAY),
    ):
        assert "Until then it has not been checked" in str(said[0])


def test_trap_12_calcifediol_is_not_converted_to_international_units() -> None:
    product = labelled(VITAMIN_D, holding(Substance.CALCIFEDIOL, "10 mcg"))

    with pytest.raises(AmountNotConvertible):
        international_units(Decimal(10), AmountUnit.UG, Substance.CALCIFEDIOL)
    summary = summarise([logged(recorded(product), each_day(FOUR_WEEKS))], FOUR_WEEKS)
    totals = {line.lane: line.total for line in summary.lines}
    assert totals == {Lane.VITAMIN_D: 28_000, Lane.CALCIFEDIOL: 280}


@pytest.mark.parametrize("text", ["[IU]", "[iU]", "IU"])
def test_trap_15_both_spellings_of_the_international_unit_are_one(text: str) -> None:
    assert parse_amount_unit(text) is AmountUnit.IU


@pytest.mark.parametrize("text", ["\u00b5g", "\u03bcg", "mcg", "ug"])
def test_trap_15_both_micro_signs_are_one(text: str) -> None:
    assert parse_amount_unit(text) is AmountUnit.UG


logs = st.lists(
    st.builds(
        logged,
        st.builds(
            recorded,
            st.sampled_from([PLAIN_D, D3_WITH_K2, D_WITH_UNKNOWN_K, labelled(MK7)]),
            st.sampled_from(
                [
                    DAILY,
                    WEEKLY,
                    Schedule(ScheduleKind.MONTHLY),
                    Schedule(ScheduleKind.SINGLE),
                ]
            ),
        ),
        st.lists(st.sampled_from(each_day(FOUR_WEEKS)), max_size=40),
        outcome=st.sampled_from(Outcome),
    ),
    max_size=4,
)


@given(logs)
def test_trap_14_no_log_is_ever_told_with_an_order_and_an_amount(
    records: list[LoggedPeriod],
) -> None:
    said = [str(sentence) for sentence in summarise(records, FOUR_WEEKS).sentences()]

    assert said
    assert [violations(sentence) for sentence in said] == [()] * len(said)


@pytest.mark.parametrize(
    "sentence",
    [
        "Take 2,000 IU daily.",
        "You should increase your vitamin D to 50 mcg.",
        "We recommend 1000 IU.",
        "Reduce it by one capsule.",
        "Skip your drops today.",
    ],
)
def test_trap_14_an_order_with_an_amount_is_found(sentence: str) -> None:
    assert violations(f"You logged 9 intakes. {sentence}") == (sentence,)
