"""The hazards of docs/hazards.md that are controlled by a rule, each by its number."""

import re
from datetime import date, timedelta
from itertools import product

import pytest

from labs.domain.alerts import (
    Contact,
    alert_sentences,
    laboratory_critical_sentences,
)
from labs.domain.change import ChangeRefused, Why, change_sentences, compare
from labs.domain.flags import (
    Alert,
    Basis,
    CalciumConcern,
    Position,
    Reason,
    judge,
    sentences,
    worklist_alert,
)
from labs.domain.limits import alert_reached, possible_positions
from labs.domain.measurands import (
    DIHYDROXY_CODES,
    HYDROXYVITAMIN_D_CODES,
    PARENT_CODES,
    recognise,
)
from labs.domain.measurements import ResultStatus
from labs.domain.plausibility import Entry, QuestionKind, questions
from labs.domain.quantities import HYDROXYVITAMIN_D, Measurand
from labs.domain.units import Unit
from labs.domain.worklist import ListedRecord, ListedResult, LookReason, look_at
from tests.unit.labs.domain.making import (
    COLLECTED,
    TODAY,
    a_pair,
    a_range,
    a_sample,
    judged,
    measured,
    pair_of,
)

NG, NMOL = Unit.NG_PER_ML, Unit.NMOL_PER_L

GUIDELINE_PAIRS = [
    ("20", "50"),
    ("30", "75"),
    ("50", "125"),
    ("60", "150"),
    ("80", "200"),
    ("100", "250"),
    ("150", "375"),
]


# H2: a slip of the unit, without any history


def test_h2_28_nmol_per_l_with_a_printed_20_to_50_ng_per_ml_asks() -> None:
    entry = Entry(measured("28 nmol/L"), COLLECTED, "Riverside", "20-50 ng/mL")

    (question,) = questions(entry, [], today=TODAY, born_on=None)

    assert question.kind is QuestionKind.UNIT_AGAINST_PRINTED_INTERVAL
    assert "keep for review" in question.choices[-1]


def test_h2_the_question_leaves_the_entry_as_it_was() -> None:
    entry = Entry(measured("28 nmol/L"), COLLECTED, "Riverside", "20-50 ng/mL")

    questions(entry, [], today=TODAY, born_on=None)

    assert entry.measurement == measured("28 nmol/L")


# H3: the wrong side of a range, across units


@pytest.mark.parametrize(("mass", "molar"), GUIDELINE_PAIRS)
def test_h3_a_guideline_pair_is_never_outside_a_limit_of_its_twin(
    mass: str, molar: str
) -> None:
    for value, limit, unit in (
        (f"{mass} ng/mL", molar, NMOL),
        (f"{molar} nmol/L", mass, NG),
    ):
        low, high = a_range(limit, None, unit), a_range(None, limit, unit)
        alert = a_range("1", None, unit, alert_high=limit)

        assert possible_positions(measured(value), low) == {Position.WITHIN}
        assert possible_positions(measured(value), high) == {Position.WITHIN}
        assert alert_reached(measured(value), alert) is Alert.HIGH


def test_h3_a_value_clearly_outside_is_outside_in_either_unit() -> None:
    low = a_range("50", None, NMOL), a_range("20", None, NG)
    high = a_range(None, "125", NMOL), a_range(None, "50", NG)

    for target in low:
        assert judged(measured("19 ng/mL"), target).position is Position.BELOW
        assert judged(measured("48 nmol/L"), target).position is Position.BELOW
    for target in high:
        assert judged(measured("51 ng/mL"), target).position is Position.ABOVE
        assert judged(measured("128 nmol/L"), target).position is Position.ABOVE


# H5: 1,25-dihydroxyvitamin D or parent vitamin D taken for 25-hydroxyvitamin D


@pytest.mark.parametrize("code", sorted(DIHYDROXY_CODES | PARENT_CODES))
@pytest.mark.parametrize("name", ["", "Vitamin D", "25-OH Vitamin D", "25(OH)D3"])
def test_h5_a_code_of_another_test_never_becomes_25_hydroxyvitamin_d(
    code: str, name: str
) -> None:
    recognition = recognise(loinc=code, name=name)

    assert recognition.refused
    assert recognition.measurand not in HYDROXYVITAMIN_D


def test_h5_every_code_of_another_test_is_known() -> None:
    assert {"1649-3", "14566-4", "62290-2", "62291-0"} == DIHYDROXY_CODES
    assert {"1990-1", "2236-8", "47094-8"} == PARENT_CODES


@pytest.mark.parametrize(
    "name",
    ["1,25-dihydroxyvitamin D", "Calcitriol", "Cholecalciferol", "Ergocalciferol"],
)
def test_h5_a_text_only_name_of_another_test_is_refused(name: str) -> None:
    recognition = recognise(loinc="", system="", name=name)

    assert recognition.refused
    assert recognition.measurand not in HYDROXYVITAMIN_D


@pytest.mark.parametrize("code", HYDROXYVITAMIN_D_CODES)
def test_h5_a_name_of_1_25_under_a_right_code_is_held(code: str) -> None:
    assert recognise(loinc=code, name="1,25-dihydroxyvitamin D").hold


def test_h5_a_value_of_1_25_is_never_compared_with_the_range() -> None:
    flag = judged(measured("41 pg/mL", Measurand.DIHYDROXY), a_range("20", "50"))

    assert flag.position is Position.NOT_COMPARED


# H6: a critical result that nobody sees, as far as a rule can help


def test_h6_a_preliminary_or_held_result_still_tops_the_worklist() -> None:
    target = a_range("20", "50", alert_high="100")

    for status, held in ((ResultStatus.PRELIMINARY, False), (ResultStatus.FINAL, True)):
        alert = worklist_alert(
            measured("155 ng/mL"),
            [target],
            collected_on=TODAY,
            today=TODAY,
            status=status,
            held=held,
        )
        assert alert is Alert.HIGH


# H7: an old critical result told as new


@pytest.mark.parametrize(
    ("days", "is_told_as_new"), [(0, True), (30, True), (31, False), (2500, False)]
)
def test_h7_a_text_that_says_today_is_for_the_last_30_days_only(
    days: int,
    is_told_as_new: bool,  # noqa: FBT001 - a column of the table
) -> None:
    collected_on = TODAY - timedelta(days=days)
    target = a_range("20", "50", alert_high="100", starts_on=date(2000, 1, 1))
    measurement = measured("155 ng/mL")
    flag = judged(measurement, target, collected_on=collected_on)
    contact = Contact(phone="555 0101", out_of_hours="555 0199")

    by_limit = alert_sentences(
        flag,
        measurement,
        contact,
        collected_on=collected_on,
        reported_on=None,
        today=TODAY,
    )
    by_laboratory = laboratory_critical_sentences(
        "HH", contact, collected_on=collected_on, reported_on=None, today=TODAY
    )

    for lines in (by_limit, by_laboratory):
        text = " ".join(str(line) for line in lines)
        assert ("today" in text) is is_told_as_new
        assert ("If nobody has talked to you about it" in text) is not is_told_as_new


def test_h7_an_import_of_2019_gets_the_calm_line() -> None:
    measurement = measured("155 ng/mL")
    target = a_range("20", "50", alert_high="100")
    collected_on = date(2019, 5, 4)
    flag = judged(measurement, target, collected_on=collected_on)

    (line,) = alert_sentences(
        flag,
        measurement,
        Contact(),
        collected_on=collected_on,
        reported_on=date(2019, 5, 5),
        today=TODAY,
    )

    assert str(line) == (
        "This is a result from 4 May 2019. It was above the limit now set. If nobody "
        "has talked to you about it, ask your clinician."
    )


# H9: "within" or "below" taken as comfort about calcium


@pytest.mark.parametrize("printed", ["12 ng/mL", "28 ng/mL", "90 ng/mL", "<40 ng/mL"])
@pytest.mark.parametrize("concern", CalciumConcern)
def test_h9_the_line_about_calcium_travels_with_every_flag(
    printed: str, concern: CalciumConcern
) -> None:
    measurement = measured(printed)
    target = a_range("20", "50")
    later = a_range("20", "50", starts_on=TODAY)

    for targets, held in product(((target,), (later,), ()), (False, True)):
        flag = judged(measurement, *targets, held=held)
        lines = sentences(flag, measurement, COLLECTED, calcium_concerns={concern})

        assert "this result says nothing about your calcium" in str(lines[-1])


@pytest.mark.parametrize("printed", ["12 ng/mL", "28 ng/mL", "90 ng/mL", "<40 ng/mL"])
def test_h9_no_flag_reassures(printed: str) -> None:
    measurement = measured(printed)

    for targets in ((a_range("20", "50"),), ()):
        flag = judged(measurement, *targets)
        text = " ".join(str(line) for line in sentences(flag, measurement, COLLECTED))

        assert not re.search(
            r"(?i)\b(safe|fine|good|normal|worry|all clear|ok)\b", text
        )


# H10: a D2 product with a D3-only result or an assay that does not see D2


def test_h10_d3_8_beside_d2_25_is_never_below() -> None:
    target = a_range("20", "50", alert_low="10")

    d3 = judged(measured("8 ng/mL", Measurand.D3), target)
    d2 = judged(measured("25 ng/mL", Measurand.D2), target)

    assert (d3.position, d3.alert) == (Position.CANNOT_TELL, None)
    assert d3.reason is Reason.D3_PART_ONLY
    assert (d2.position, d2.alert) == (Position.NOT_COMPARED, None)


@pytest.mark.parametrize("printed", ["1 ng/mL", "8 ng/mL", "<4 ng/mL", "12 nmol/L"])
@pytest.mark.parametrize("measurand", [Measurand.D3, Measurand.D2])
def test_h10_no_low_part_is_ever_below(printed: str, measurand: Measurand) -> None:
    flag = judged(measured(printed, measurand), a_range("20", "50", alert_low="15"))

    assert flag.position is not Position.BELOW
    assert flag.alert is None


def test_h10_the_flag_says_that_only_a_part_was_measured() -> None:
    measurement = measured("8 ng/mL", Measurand.D3)

    (line,) = sentences(
        judged(measurement, a_range("20", "50")), measurement, COLLECTED
    )

    assert "D3 part only" in str(line)


# H12: a value that was corrected after somebody read it


def test_h12_what_was_reviewed_and_holds_no_longer_is_looked_at_by_itself() -> None:
    """With nothing else open, and with nothing of it left to be seen as a result."""
    nothing = look_at(ListedRecord(), today=TODAY)
    changed = look_at(ListedRecord(is_changed_since_review=True), today=TODAY)

    assert not nothing.reasons
    assert changed.reasons == (LookReason.NOT_REVIEWED,)
    assert changed.has_correction
    assert changed.is_one_by_one


@pytest.mark.parametrize("days", [1, 31, 2500])
def test_h12_a_later_version_is_news_however_old_its_sample_is(days: int) -> None:
    day = COLLECTED - timedelta(days=days)
    mended = ListedResult(
        measurement=measured("28 ng/mL"),
        collected_on=day,
        reported_on=day,
        came_on=TODAY,
        status=ResultStatus.FINAL,
        is_later_version=True,
    )

    look = look_at(ListedRecord(series=[mended]), today=TODAY)

    assert LookReason.NOT_REVIEWED in look.reasons
    assert look.is_one_by_one


# H13: a change read as success or alarm


@pytest.mark.parametrize("cva", ["5", "10"])
def test_h13_24_to_31_never_claims_a_cause_or_a_success(cva: str) -> None:
    change = compare(a_pair("24 ng/mL", "31 ng/mL", cva))
    assert not isinstance(change, ChangeRefused)

    text = " ".join(str(line) for line in change_sentences(change))

    assert "About 1 in 20 pairs" in text
    assert "March" in text
    assert "August" in text
    assert not re.search(
        r"(?i)improv|worse|success|work(s|ing|ed)\b|significant|stable|day-to-day", text
    )


def test_h13_16_months_apart_are_not_compared() -> None:
    earlier = a_sample("24 ng/mL", date(2024, 11, 12))
    later = a_sample("31 ng/mL", date(2026, 3, 12))

    refused = compare(pair_of(earlier, later))

    assert isinstance(refused, ChangeRefused)
    assert refused.reason is Why.TOO_FAR_APART


def test_h13_two_laboratories_are_not_compared_and_both_are_named() -> None:
    earlier = a_sample("24 ng/mL", date(2025, 3, 12), laboratory="Riverside")
    later = a_sample("31 ng/mL", date(2025, 8, 20), laboratory="LabCorp")

    refused = compare(pair_of(earlier, later))

    assert isinstance(refused, ChangeRefused)
    assert str(refused.sentence) == (
        "These results come from two laboratories, Riverside and LabCorp. Laboratories "
        "can measure differently, so we do not calculate a change between them."
    )


# H15: a child, a pregnancy or an ended range judged by the wrong range


@pytest.mark.parametrize(
    ("collected_on", "low"),
    [
        (date(2025, 9, 29), "40"),  # the day before its last
        (date(2025, 9, 30), "40"),  # its last day
        (date(2025, 10, 1), "20"),  # the day after
    ],
)
def test_h15_a_pregnancy_range_judges_to_its_last_day_and_no_further(
    collected_on: date, low: str
) -> None:
    lasting = a_range("20", "50", starts_on=date(2024, 1, 1))
    pregnancy = a_range(
        "40", "60", starts_on=date(2025, 1, 1), ends_on=date(2025, 9, 30)
    )

    flag = judged(measured("30 ng/mL"), lasting, pregnancy, collected_on=collected_on)

    assert flag.basis is Basis.TARGET_THEN
    assert flag.target is (pregnancy if low == "40" else lasting)
    assert flag.position is (Position.BELOW if low == "40" else Position.WITHIN)


def test_h15_an_ended_range_alone_judges_nothing_after_its_end() -> None:
    ended = a_range("40", "60", ends_on=date(2025, 9, 30))

    flag = judged(measured("30 ng/mL"), ended, collected_on=date(2025, 10, 1))

    assert flag.position is Position.NO_TARGET


@pytest.mark.parametrize(
    ("collected_on", "position", "reason"),
    [
        # born on 12 March 2007: 17 years and 364 days old, then 18
        (date(2025, 3, 11), Position.NOT_COMPARED, Reason.MINOR_THEN),
        (date(2025, 3, 12), Position.BELOW, Reason.NONE),
    ],
)
def test_h15_a_childs_sample_is_not_judged_by_a_range_set_for_the_adult(
    collected_on: date, position: Position, reason: Reason
) -> None:
    adult = a_range("30", "50", starts_on=date(2026, 1, 1), alert_low="29")
    measurement = measured("28 ng/mL")

    flag = judge(
        measurement,
        [adult],
        collected_on=collected_on,
        today=TODAY,
        status=ResultStatus.FINAL,
        born_on=date(2007, 3, 12),
    )

    assert (flag.position, flag.reason) == (position, reason)
    assert flag.alert is (Alert.LOW if position is Position.BELOW else None)
    assert sentences(flag, measurement, collected_on)


def test_h15_a_childs_sample_is_judged_by_the_range_of_its_own_time() -> None:
    child = a_range("20", "50", starts_on=date(2020, 1, 1))

    flag = judged(
        measured("28 ng/mL"),
        child,
        collected_on=date(2025, 3, 11),
        born_on=date(2007, 3, 12),
    )

    assert (flag.position, flag.target) == (Position.WITHIN, child)


@pytest.mark.parametrize(
    ("born_on", "reason"),
    [(date(2007, 3, 13), Why.MINOR), (date(2007, 3, 12), None)],
    ids=["17 years and 364 days", "18 years"],
)
def test_h15_under_18_no_change_is_calculated(
    born_on: date, reason: Why | None
) -> None:
    answer = compare(a_pair("24 ng/mL", "31 ng/mL", born_on=born_on))

    assert getattr(answer, "reason", None) is reason
