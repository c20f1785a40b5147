"""Every row fires on its trigger, stays silent without it, and says what is unknown."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.domain.companions import CompanionResult
from labs.domain.health import (
    CONDITIONS,
    STATES,
    HealthAnswer,
    HealthProfile,
    HealthTopic,
)
from labs.domain.language import violations
from labs.domain.measurements import Measurement, parse_reported_number
from labs.domain.precaution_catalogue import (
    CATALOGUE,
    PRECAUTIONS,
    Finding,
    Precaution,
)
from labs.domain.precautions import (
    AlertReached,
    ListedMedicine,
    MadeDifferently,
    PrecautionReport,
    ResultsSummary,
    Unchecked,
    precautions_for,
)
from labs.domain.quantities import Measurand
from labs.domain.supplements import Period, Substance
from labs.domain.units import Unit
from labs.domain.vitamin_k import Transition
from tests.unit.labs.domain.supplement_making import (
    BORN_ON,
    D3_WITH_K2,
    D_WITH_UNKNOWN_K,
    PLAIN_D,
    TODAY,
    answered,
    holding,
    labelled,
    profile,
    recorded,
)

EVERYTHING_DENIED = profile()
NO_RESULTS = ResultsSummary()
NONE_MATCHED = (
    "No precaution in our list matched what you entered. The list is not complete, and "
    "no pharmacist or doctor has checked it."
)
NOT_ANSWERED = (
    "You have not answered the questions about medicines and conditions, so this has "
    "not been checked."
)


@dataclass(frozen=True)
class Record:
    health: HealthProfile | None = EVERYTHING_DENIED
    periods: tuple[Period, ...] | None = ()
    results: ResultsSummary | None = NO_RESULTS
    medicines: tuple[ListedMedicine, ...] = ()
    born_on: date | None = BORN_ON

    def checked(self, on: date = TODAY) -> PrecautionReport:
        return precautions_for(
            health=self.health,
            periods=self.periods,
            results=self.results,
            medicines=self.medicines,
            born_on=self.born_on,
            on=on,
        )


def companion(
    text: str,
    measurand: Measurand = Measurand.CALCIUM,
    *,
    collected_on: date = date(2026, 3, 12),
    low: str | None = "2.20",
    high: str | None = "2.60",
    printed: str = "2.20\N{EN DASH}2.60 mmol/L",
    flag: str = "",
) -> CompanionResult:
    number = parse_reported_number(text)
    return CompanionResult(
        Measurement(text, number.value, number.comparator, Unit.MMOL_PER_L, measurand),
        collected_on,
        low=None if low is None else Decimal(low),
        high=None if high is None else Decimal(high),
        printed=printed,
        flag=flag,
    )


def ids(report: PrecautionReport) -> list[str]:
    return [match.precaution.id for match in report.matched]


def heard(report: PrecautionReport) -> list[str]:
    return [str(sentence) for sentence in report.sentences_for_patient()]


def words_of(report: PrecautionReport, row_id: str) -> list[str]:
    return [
        str(sentence)
        for match in report.matched
        if match.precaution.id == row_id
        for sentence in match.patient
    ]


EVIDENCE = {
    Finding.CALCIUM_HIGH: ResultsSummary((companion("2.70"),)),
    Finding.CALCIUM_HIGH_EARLIER: ResultsSummary(
        (
            companion("2.70", collected_on=date(2025, 3, 12)),
            companion("2.40", collected_on=date(2026, 3, 12)),
        )
    ),
    Finding.CALCIUM_LOW: ResultsSummary((companion("2.10"),)),
    Finding.EGFR_LOW: ResultsSummary(
        (companion("45", Measurand.EGFR, low="60", high=None, printed=">60"),)
    ),
    Finding.ABOVE_ALERT_LIMIT: ResultsSummary(
        alert_reached=AlertReached(date(2026, 3, 12), "Dr Osei")
    ),
    Finding.LABORATORY_CHANGED: ResultsSummary(
        made_differently=MadeDifferently(date(2026, 3, 12))
    ),
}


def beside(row: Precaution) -> tuple[Period, ...]:
    if row.meets_vitamin_k:
        return (recorded(D3_WITH_K2),)
    return tuple(
        recorded(labelled(holding(substance, "1 mcg")))
        for substance in sorted(row.substances)[:1]
    )


def ways_to_fire(row: Precaution) -> list[Record]:
    by_topic = [
        Record(health=profile(answered(topic)), periods=beside(row))
        for topic in sorted(row.topics)
    ]
    by_finding = [
        Record(results=EVIDENCE[finding])
        for finding in sorted(row.findings)
        if finding is not Finding.UNDER_18
    ]
    by_age = [
        Record(born_on=date(2010, 1, 1)) for _ in row.findings & {Finding.UNDER_18}
    ]
    by_product = [Record(periods=beside(row))] if not row.topics and beside(row) else []
    return [*by_topic, *by_finding, *by_age, *by_product]


FIRING = [(row.id, record) for row in CATALOGUE for record in ways_to_fire(row)]


def test_every_row_can_be_fired_in_these_tests() -> None:
    assert {row_id for row_id, _record in FIRING} == set(PRECAUTIONS)


@pytest.mark.parametrize(("row_id", "record"), FIRING)
def test_a_row_fires_on_its_trigger(row_id: str, record: Record) -> None:
    report = record.checked()

    assert row_id in ids(report)
    assert NONE_MATCHED not in heard(report)
    assert all(match.clinician for match in report.matched)
    is_for_clinicians = PRECAUTIONS[row_id].is_for_clinicians_only
    assert bool(words_of(report, row_id)) is not is_for_clinicians


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: row.id)
def test_a_row_is_silent_where_its_trigger_is_denied(row: Precaution) -> None:
    without = Record(
        periods=() if row.substances or row.meets_vitamin_k else beside(row)
    )
    denied_beside_product = Record(periods=beside(row))

    assert row.id not in ids(without.checked())
    assert not row.topics or row.id not in ids(denied_beside_product.checked())


@pytest.mark.parametrize("answer", [HealthAnswer.UNKNOWN, HealthAnswer.NOT_ASKED])
@pytest.mark.parametrize("topic", HealthTopic)
def test_an_unanswered_topic_is_named_and_nothing_is_all_clear(
    topic: HealthTopic, answer: HealthAnswer
) -> None:
    report = Record(health=profile(answered(topic, answer))).checked()

    assert ids(report) == []
    assert [open_end.topics for open_end in report.not_checked] == [(topic,)]
    assert report.closing() is None
    assert NONE_MATCHED not in heard(report)


@pytest.mark.parametrize(
    ("row_id", "record"),
    [(row.id, Record(periods=beside(row))) for row in CATALOGUE if row.topics],
)
def test_a_row_of_topics_is_unknown_where_nothing_was_answered(
    row_id: str, record: Record
) -> None:
    report = replace(record, health=HealthProfile()).checked()

    assert row_id not in ids(report)
    assert NOT_ANSWERED in heard(report)


def test_some_answers_are_not_called_none() -> None:
    told = profile(answered(HealthTopic.SARCOIDOSIS))
    told = HealthProfile(
        tuple(each for each in told.answers if each.topic is HealthTopic.SARCOIDOSIS)
    )
    some, none = Record(health=told).checked(), Record(health=HealthProfile()).checked()
    words = (
        "Some of the questions about medicines and conditions are not answered, so "
        "this has not been checked."
    )

    assert words in heard(some)
    assert NOT_ANSWERED not in heard(some)
    assert words not in heard(none)


def test_none_matched_is_said_where_all_is_answered_and_nothing_matched() -> None:
    report = Record(periods=(recorded(PLAIN_D),)).checked()

    assert heard(report) == [NONE_MATCHED]


def test_what_only_clinicians_see_is_no_none_matched_for_the_patient() -> None:
    report = Record(health=profile(answered(HealthTopic.STATIN))).checked()

    assert ids(report) == ["statins"]
    assert report.for_patient() == ()
    assert heard(report) == [
        (
            "Our list of precautions is not complete, and no pharmacist or doctor has "
            "checked it."
        )
    ]
    assert str(report.sentences_for_clinician()[0]).startswith("A statin is recorded.")


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (Record(health=None), Unchecked.HEALTH_NOT_SHARED),
        (Record(periods=None), Unchecked.SUPPLEMENTS_NOT_SHARED),
        (Record(results=None), Unchecked.RESULTS_NOT_SHARED),
    ],
)
def test_what_is_not_shared_is_said_and_never_looks_empty(
    record: Record, why: Unchecked
) -> None:
    report = record.checked()

    assert [open_end.why for open_end in report.not_checked] == [why]
    assert heard(report) == ["Not shared with you: not checked here."]


def test_medicines_of_an_unshared_profile_are_not_looked_at() -> None:
    warfarin = ListedMedicine("warfarin", date(2025, 1, 1))
    record = Record(health=None, periods=(recorded(D3_WITH_K2),), medicines=(warfarin,))

    assert ids(record.checked()) == ["vitamin-k-in-product"]


def test_a_birth_date_that_is_not_known_is_said() -> None:
    (open_end,) = Record(born_on=None).checked().not_checked

    assert open_end.why is Unchecked.AGE_UNKNOWN


@pytest.mark.parametrize(
    ("born_on", "is_minor"), [(date(2008, 4, 1), True), (date(2008, 3, 31), False)]
)
def test_the_row_for_minors_ends_on_the_18th_birthday(
    born_on: date, *, is_minor: bool
) -> None:
    assert ("under-18" in ids(Record(born_on=born_on).checked())) is is_minor


def test_an_unknown_medicine_is_said_to_be_not_checked() -> None:
    report = Record(medicines=(ListedMedicine("Foozaban", date(2026, 1, 1)),)).checked()

    assert heard(report) == [
        "We do not know 'Foozaban' as a medicine, so it has not been checked."
    ]


def test_a_listed_medicine_outweighs_an_answer_of_no() -> None:
    warfarin = ListedMedicine("Coumadin 5 mg", date(2020, 1, 1))

    report = Record(periods=(recorded(D3_WITH_K2),), medicines=(warfarin,)).checked()

    assert "vitamin-k-with-antagonist" in ids(report)
    assert "you take Coumadin. Vitamin K" in heard(report)[0]


def test_old_answers_of_no_are_said_to_be_old() -> None:
    given = profile(
        answered(
            HealthTopic.DIGOXIN,
            HealthAnswer.NO,
            asked_on=TODAY - timedelta(days=365),
        )
    )

    assert heard(Record(health=given).checked()) == [
        (
            "Your answers about this are more than a year old, so it has not been "
            "checked again: digoxin."
        )
    ]


def test_do_not_know_is_named() -> None:
    given = profile(answered(HealthTopic.DIGOXIN, HealthAnswer.UNKNOWN))

    assert heard(Record(health=given).checked()) == [
        "You told us that you do not know this, so it has not been checked: digoxin."
    ]


@pytest.mark.parametrize(
    ("topic", "row_id"),
    [
        (HealthTopic.VITAMIN_K_ANTAGONIST, "vitamin-k-with-antagonist"),
        (HealthTopic.SARCOIDOSIS, "sarcoidosis"),
    ],
)
def test_not_to_know_after_a_yes_silences_nothing_and_is_said_beside_it(
    topic: HealthTopic, row_id: str
) -> None:
    yes = answered(topic, asked_on=TODAY - timedelta(days=60))
    unknown = answered(topic, HealthAnswer.UNKNOWN, asked_on=TODAY - timedelta(days=30))
    no = answered(topic, HealthAnswer.NO, asked_on=TODAY - timedelta(days=20))
    periods = (recorded(D3_WITH_K2),)

    report = Record(health=profile(yes, unknown), periods=periods).checked()
    before = Record(health=profile(yes), periods=periods).checked()
    after = Record(health=profile(yes, unknown, no), periods=periods).checked()

    assert row_id in ids(report)
    assert [each.patient for each in report.matched] == [
        each.patient for each in before.matched
    ]
    assert [(each.why, each.topics) for each in report.not_checked] == [
        (Unchecked.NOT_KNOWN, (topic,))
    ]
    assert "It is checked as if you still do" in str(report.not_checked[0].sentence)
    assert report.closing() is None
    assert not after.not_checked
    assert [each.patient for each in after.matched] != [
        each.patient for each in before.matched
    ]


@pytest.mark.parametrize("first_day", [None, date.min, date(2026, 1, 5)])
def test_nothing_is_all_clear_where_earlier_results_are_not_shared(
    first_day: date | None,
) -> None:
    report = precautions_for(
        health=EVERYTHING_DENIED,
        periods=(),
        results=NO_RESULTS,
        on=TODAY,
        born_on=BORN_ON,
        results_from=first_day,
    )

    is_partial = first_day == date(2026, 1, 5)
    assert (report.closing() is None) is is_partial
    assert (NONE_MATCHED in heard(report)) is not is_partial
    assert [each.why for each in report.not_checked] == (
        [Unchecked.EARLIER_RESULTS_NOT_SHARED] if is_partial else []
    )


def test_a_product_of_unknown_contents_is_not_checked() -> None:
    mystery = labelled(name="Mystery drops")
    over = recorded(mystery, ends_on=date(2026, 1, 5))

    said = heard(Record(periods=(recorded(mystery),)).checked())

    assert said == [
        "We do not know what Mystery drops contains, so it has not been checked."
    ]
    assert heard(Record(periods=(over,)).checked()) == [NONE_MATCHED]


def test_unknown_vitamin_k_is_never_all_clear() -> None:
    report = Record(periods=(recorded(D_WITH_UNKNOWN_K),)).checked()

    assert ids(report) == ["vitamin-k-in-product"]
    assert heard(report)[0] == (
        "We do not know whether this product contains vitamin K. Check the label."
    )


def test_unknown_vitamin_k_beside_a_blood_thinner_is_said_once() -> None:
    given = profile(answered(HealthTopic.VITAMIN_K_ANTAGONIST, detail="warfarin"))
    report = Record(health=given, periods=(recorded(D_WITH_UNKNOWN_K),)).checked()

    assert ids(report) == ["vitamin-k-with-antagonist"]


# The sentences of the rules -----------------------------------------------------------


def test_high_calcium_says_the_sentence_of_the_rules() -> None:
    report = Record(results=EVIDENCE[Finding.CALCIUM_HIGH]).checked()

    assert words_of(report, "calcium-result-high") == [
        (
            "Your calcium result of 12 March 2026 is above the interval the laboratory "
            "printed ('2.20\N{EN DASH}2.60 mmol/L'). Contact the clinician who looks "
            "after you about it, and talk to them before starting, stopping or "
            "changing vitamin D or calcium. Get urgent help if you are confused, keep "
            "vomiting, are very thirsty or pass much more urine than usual."
        )
    ]


def test_an_interval_without_its_text_is_told_by_its_limits() -> None:
    results = ResultsSummary((companion("2.70", printed=""),))

    (said,) = words_of(Record(results=results).checked(), "calcium-result-high")

    assert "('2.20\N{EN DASH}2.60 mmol/L')" in said


@pytest.mark.parametrize(
    "result",
    [
        companion("2.70", low=None, high=None, printed="", flag="H"),
        companion("2.50", flag="HH"),
    ],
)
def test_calcium_that_is_only_marked_high_is_told_as_marked(
    result: CompanionResult,
) -> None:
    report = Record(results=ResultsSummary((result,))).checked()

    (said,) = words_of(report, "calcium-result-high")

    assert said.startswith(
        "The laboratory marked your calcium result of 12 March 2026 as high "
        f"('{result.flag}'). Contact the clinician"
    )


def test_pregnancy_and_breastfeeding_say_the_sentence_of_the_rules_once() -> None:
    given = profile(
        answered(HealthTopic.PREGNANCY), answered(HealthTopic.BREASTFEEDING)
    )

    assert words_of(Record(health=given).checked(), "pregnancy-or-breastfeeding") == [
        (
            "You told us that you are pregnant or breastfeeding. Talk to your midwife, "
            "maternity team or doctor before starting, stopping or changing vitamin D, "
            "especially high-strength products."
        )
    ]


def test_sarcoidosis_says_the_sentence_of_the_rules() -> None:
    given = profile(answered(HealthTopic.SARCOIDOSIS))

    assert words_of(Record(health=given).checked(), "sarcoidosis") == [
        (
            "You told us that you have sarcoidosis. It can raise blood calcium even "
            "when this result is low or within a range, so this result says nothing "
            "about your calcium. Talk to the clinician who treats it before starting, "
            "stopping or changing vitamin D or calcium."
        )
    ]


@pytest.mark.parametrize(
    ("detail", "name"),
    [
        ("Tuberculosis, 2019", "tuberculosis."),
        ("Crohn\N{RIGHT SINGLE QUOTATION MARK}s disease", "Crohn's disease."),
        ("leprosy and berylliosis", "leprosy, berylliosis."),
        ("", "another granulomatous disease ("),
        ("take 2,000 IU daily", "another granulomatous disease ("),
    ],
)
def test_a_granulomatous_disease_is_told_by_its_name(detail: str, name: str) -> None:
    given = profile(answered(HealthTopic.GRANULOMATOUS_DISEASE, detail=detail))

    (said,) = words_of(Record(health=given).checked(), "granulomatous-disease")

    assert said.startswith(f"You told us that you have {name}")
    assert violations(said) == ()


def test_an_alert_limit_names_who_set_it() -> None:
    (said,) = words_of(
        Record(results=EVIDENCE[Finding.ABOVE_ALERT_LIMIT]).checked(),
        "above-alert-limit",
    )

    assert said.startswith(
        "Your result of 12 March 2026 reached the alert limit that Dr Osei set."
    )


# Calcium and eGFR ---------------------------------------------------------------------


def test_an_old_high_calcium_counts_until_a_later_one_was_not_high() -> None:
    old = companion("2.70", collected_on=date(2019, 5, 4))
    unknown = companion("2.40", low=None, high=None, printed="")
    calm = companion("2.40")

    assert ids(Record(results=ResultsSummary((old,))).checked()) == [
        "calcium-result-high"
    ]
    assert "calcium-result-high" in ids(
        Record(results=ResultsSummary((unknown, old))).checked()
    )
    assert ids(Record(results=ResultsSummary((calm, old))).checked()) == [
        "calcium-result-high-earlier"
    ]


def test_kinds_of_calcium_never_stand_in_for_each_other() -> None:
    ionised_high = companion("1.40", Measurand.IONISED_CALCIUM, low="1.15", high="1.30")
    later_total = companion("2.40", collected_on=date(2026, 3, 20))
    adjusted_high = companion("2.70", Measurand.ADJUSTED_CALCIUM)
    results = ResultsSummary((later_total, ionised_high, adjusted_high))

    report = Record(results=results).checked()

    assert ids(report) == ["calcium-result-high"]


def test_the_gravest_of_one_day_counts() -> None:
    for results in (
        (companion("2.70"), companion("2.40")),
        (companion("2.40"), companion("2.70")),
    ):
        report = Record(results=ResultsSummary(results)).checked()
        assert ids(report) == ["calcium-result-high"]


@pytest.mark.parametrize(
    ("measurand", "name"),
    [
        (Measurand.CALCIUM, "calcium"),
        (Measurand.ADJUSTED_CALCIUM, "adjusted calcium"),
        (Measurand.IONISED_CALCIUM, "ionised calcium"),
        (Measurand.EGFR, "eGFR"),
    ],
)
def test_a_result_without_interval_is_not_checked(
    measurand: Measurand, name: str
) -> None:
    result = companion("2.40", measurand, low=None, high=None, printed="")

    assert heard(Record(results=ResultsSummary((result,))).checked()) == [
        (
            f"Your {name} result of 12 March 2026 cannot be compared with an interval "
            "of its own report, so it has not been checked."
        )
    ]


@pytest.mark.parametrize("value", ["2.95", "2.40", "1.90"])
@pytest.mark.parametrize("has_later", [False, True])
def test_a_held_result_fires_nothing_and_is_told_as_not_checked(
    value: str, *, has_later: bool
) -> None:
    held = replace(companion(value), is_held=True)
    later = companion("2.40", collected_on=date(2026, 3, 14))
    results = ResultsSummary((held, later) if has_later else (held,))

    report = Record(results=results).checked()

    assert ids(report) == []
    assert heard(report) == [
        (
            "Your calcium result of 12 March 2026 is held for review, so it has not "
            "been checked."
        )
    ]


def test_a_held_calcium_that_its_laboratory_marked_high_is_told_as_marked() -> None:
    held = replace(companion("2.95", flag="H"), is_held=True)

    report = Record(results=ResultsSummary((held,))).checked()

    (said,) = words_of(report, "calcium-result-high")
    assert said.startswith("The laboratory marked your calcium result of 12 March 2026")


def test_an_egfr_or_a_calcium_inside_its_interval_matches_nothing() -> None:
    egfr = companion("80", Measurand.EGFR, low="60", high=None)
    results = ResultsSummary((egfr, companion("2.40"), companion("4.5", Measurand.PTH)))

    assert heard(Record(results=results).checked()) == [NONE_MATCHED]


# The line beside a result -------------------------------------------------------------


@pytest.mark.parametrize(
    ("topic", "start"),
    [
        (HealthTopic.HYPERCALCAEMIA, "Your record holds a high calcium result or high"),
        (HealthTopic.INHERITED_HYPERCALCAEMIA, "Your record holds a high calcium"),
        (HealthTopic.SARCOIDOSIS, "You told us that you have sarcoidosis."),
        (HealthTopic.GRANULOMATOUS_DISEASE, "You told us that you have"),
        (HealthTopic.LYMPHOMA, "You told us that you have lymphoma."),
        (HealthTopic.KIDNEY_DISEASE, "You told us that you have kidney disease."),
        (HealthTopic.DIALYSIS, "You told us that you have kidney disease."),
        (HealthTopic.PRIMARY_HYPERPARATHYROIDISM, "This result says nothing about"),
    ],
)
def test_a_line_about_calcium_travels_with_the_result(
    topic: HealthTopic, start: str
) -> None:
    (line,) = Record(health=profile(answered(topic))).checked().beside_result()

    assert str(line).startswith(start)
    assert "says nothing about your calcium." in str(line)


@pytest.mark.parametrize(
    ("finding", "start"),
    [
        (Finding.CALCIUM_HIGH, "Your record holds a high calcium result"),
        (Finding.CALCIUM_HIGH_EARLIER, "Your record holds a high calcium result"),
        (Finding.EGFR_LOW, "This result says nothing about your calcium."),
    ],
)
def test_a_finding_brings_its_line_without_having_been_told(
    finding: Finding, start: str
) -> None:
    (line,) = Record(results=EVIDENCE[finding]).checked().beside_result()

    assert str(line).startswith(start)


def test_other_rows_bring_no_line() -> None:
    report = Record(health=profile(answered(HealthTopic.DIGOXIN))).checked()

    assert report.beside_result() == ()


# What is over -------------------------------------------------------------------------


@pytest.mark.parametrize("topic", sorted(set(HealthTopic) - STATES - CONDITIONS))
@pytest.mark.parametrize(("days_ago", "speaks"), [(28, True), (29, False)])
def test_a_medicine_that_ended_speaks_for_28_days(
    topic: HealthTopic, days_ago: int, *, speaks: bool
) -> None:
    ended_on = TODAY - timedelta(days=days_ago)
    given = profile(answered(topic, asked_on=date(2025, 1, 1), ended_on=ended_on))
    calcium_and_k = (
        recorded(labelled(holding(Substance.CALCIUM, "500 mg"))),
        recorded(D3_WITH_K2),
    )

    report = Record(health=given, periods=calcium_and_k).checked()

    row_ids = {row.id for row in CATALOGUE if topic in row.topics}
    assert bool(row_ids & set(ids(report))) is speaks


def test_what_is_over_is_told_as_over() -> None:
    given = profile(
        answered(HealthTopic.THIAZIDE, detail="HCTZ 25 mg", ended_on=date(2026, 3, 20))
    )

    assert words_of(Record(health=given).checked(), "thiazides") == [
        (
            "You recorded that this is over: HCTZ. Talk to your clinician before "
            "starting, stopping or changing vitamin D, calcium."
        )
    ]


def test_a_row_about_tests_alone_keeps_its_words_when_it_is_over() -> None:
    given = profile(answered(HealthTopic.FLUORESCEIN, ended_on=date(2026, 3, 20)))

    (said,) = words_of(Record(health=given).checked(), "fluorescein")

    assert said.startswith("You told us about an eye angiography")


def test_a_condition_that_ended_keeps_speaking_and_an_answer_taken_back_does_not() -> (
    None
):
    ended = profile(
        answered(
            HealthTopic.SARCOIDOSIS,
            asked_on=date(2020, 1, 1),
            ended_on=date(2021, 1, 1),
        )
    )
    taken_back = profile(
        answered(HealthTopic.SARCOIDOSIS, asked_on=date(2026, 1, 1)),
        answered(HealthTopic.SARCOIDOSIS, HealthAnswer.NO, asked_on=date(2026, 2, 1)),
    )

    report = Record(health=ended).checked()

    assert words_of(report, "sarcoidosis")[0].startswith("You recorded that this is")
    assert [str(line) for line in report.beside_result()] == [
        "This result says nothing about your calcium."
    ]
    assert ids(Record(health=taken_back).checked()) == []


def test_a_pregnancy_that_ended_is_left_in_peace() -> None:
    given = profile(answered(HealthTopic.PREGNANCY, ended_on=date(2026, 3, 30)))

    assert ids(Record(health=given).checked()) == []


def test_one_of_two_that_is_over_is_told_beside_the_one_that_holds() -> None:
    given = profile(
        answered(HealthTopic.LITHIUM),
        answered(HealthTopic.DILTIAZEM_OR_VERAPAMIL, ended_on=date(2026, 3, 30)),
    )

    first, second = words_of(
        Record(health=given).checked(), "lithium-diltiazem-verapamil"
    )

    assert first.startswith("Blood calcium matters with this medicine.")
    assert second.startswith("You recorded that this is over: diltiazem or verapamil.")


# Products -----------------------------------------------------------------------------


def test_a_product_row_ends_with_its_product() -> None:
    biotin = labelled(holding(Substance.BIOTIN, "5 mg"))
    over = recorded(biotin, ends_on=date(2026, 3, 30))
    planned = recorded(biotin, starts_on=date(2026, 4, 30))

    assert ids(Record(periods=(over,)).checked()) == []
    assert ids(Record(periods=(planned,)).checked()) == ["biotin"]


def test_a_match_tells_which_products_it_touches() -> None:
    calcium = labelled(holding(Substance.CALCIUM, "500 mg"))
    zinc = labelled(holding(Substance.ZINC, "10 mg"))
    given = profile(answered(HealthTopic.DIGOXIN), answered(HealthTopic.ANTIPLATELET))

    report = Record(health=given, periods=(recorded(D3_WITH_K2),)).checked()
    thinner, label, digoxin = report.matched

    assert digoxin.touches(calcium)
    assert digoxin.touches(PLAIN_D)
    assert not digoxin.touches(zinc)
    assert thinner.products == (D3_WITH_K2,)
    assert thinner.touches(D_WITH_UNKNOWN_K)
    assert not thinner.touches(PLAIN_D)
    assert label.transition is Transition.TAKING


def test_a_clinician_reads_which_product_it_is_and_what_happened() -> None:
    given = profile(answered(HealthTopic.VITAMIN_K_ANTAGONIST))
    ended = recorded(D3_WITH_K2, ends_on=date(2026, 3, 20))

    report = Record(health=given, periods=(ended,)).checked()

    assert str(report.matched[0].clinician[1]) == (
        "Pair, recorded from 1 January 2026 (ended). The label of this product "
        "includes vitamin K (10 mcg)."
    )
    assert ids(report) == ["vitamin-k-with-antagonist"]


# Properties ---------------------------------------------------------------------------

topics = st.sampled_from(HealthTopic)
answers = st.builds(
    answered,
    topics,
    st.sampled_from(HealthAnswer),
    detail=st.sampled_from(["", "warfarin 5 mg", "take 2,000 IU", "aspirin 100 mg"]),
    asked_on=st.dates(date(2024, 1, 1), date(2026, 6, 1)),
)
products = st.sampled_from(
    [
        D3_WITH_K2,
        D_WITH_UNKNOWN_K,
        PLAIN_D,
        labelled(),
        *(labelled(holding(substance, "5 mcg")) for substance in Substance),
    ]
)
periods = st.builds(
    lambda product, starts_on, length: recorded(
        product,
        starts_on=starts_on,
        ends_on=None if length is None else starts_on + timedelta(days=length),
    ),
    products,
    st.dates(date(2025, 1, 1), date(2026, 6, 1)),
    st.none() | st.integers(0, 500),
)
summaries = st.builds(
    ResultsSummary,
    st.lists(
        st.sampled_from(
            [
                companion("2.70"),
                companion("2.40"),
                companion("2.10", collected_on=date(2026, 3, 13)),
                companion("<2.50"),
                companion("2.50", low=None, high=None, printed=""),
            ]
        ),
        max_size=3,
    ).map(tuple),
    st.none() | st.just(AlertReached(date(2026, 3, 12), "Dr Osei")),
    st.none() | st.just(MadeDifferently(date(2026, 3, 12))),
)
records = st.builds(
    Record,
    health=st.none()
    | st.builds(HealthProfile, st.lists(answers, max_size=8).map(tuple)),
    periods=st.none() | st.lists(periods, max_size=4).map(tuple),
    results=st.none() | summaries,
    medicines=st.lists(
        st.builds(
            ListedMedicine,
            st.sampled_from(["Marcumar 3 mg", "Foozaban", "Lanoxin"]),
            st.just(date(2025, 1, 1)),
            st.none() | st.just(date(2026, 3, 20)),
        ),
        max_size=2,
    ).map(tuple),
    born_on=st.none() | st.dates(date(1930, 1, 1), date(2020, 1, 1)),
)


@given(records)
def test_any_record_gets_words_that_keep_the_language_rules(record: Record) -> None:
    report = record.checked()
    said = [*report.sentences_for_patient(), *report.beside_result()]

    assert said
    assert [violations(str(sentence)) for sentence in said] == [()] * len(said)


@given(records)
def test_none_matched_needs_everything_answered_shared_and_known(
    record: Record,
) -> None:
    report = record.checked()

    if NONE_MATCHED in heard(report):
        assert record.health is not None
        assert record.periods is not None
        assert record.results is not None
        assert record.born_on is not None
        assert record.health.unanswered(TODAY) == ()
        assert report.matched == ()
    assert heard(report) != []


@given(records, topics)
def test_one_more_yes_takes_no_match_away(record: Record, topic: HealthTopic) -> None:
    before = record.checked()
    given = record.health.answers if record.health else ()
    after = replace(
        record, health=HealthProfile((*given, answered(topic, asked_on=TODAY)))
    ).checked()

    assert record.health is None or set(ids(before)) <= {
        *ids(after),
        "vitamin-k-in-product",
    }
