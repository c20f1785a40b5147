import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.domain.change import (
    DEFAULT_CVA,
    DEFAULT_CVI,
    Change,
    ChangeRefused,
    Direction,
    ImprecisionRefused,
    Pair,
    Sample,
    Why,
    change_sentences,
    compare,
    is_mass_spectrometry,
    months_after,
    newest_pair,
    reference_change_limits,
)
from labs.domain.measurements import Measurement, ResultStatus
from labs.domain.quantities import Measurand
from labs.domain.units import Unit, convert
from tests.unit.labs.domain.making import a_pair, a_sample, pair_of

SPRING, SUMMER = date(2025, 3, 12), date(2025, 8, 20)

values = st.decimals(min_value=11, max_value=150, places=1)
imprecisions = st.decimals(min_value=1, max_value=25, places=1)


def change_of(pair: Pair) -> Change:
    change = compare(pair)
    assert isinstance(change, Change)
    return change


def refusal_of(pair: Pair) -> ChangeRefused:
    refused = compare(pair)
    assert isinstance(refused, ChangeRefused)
    return refused


def why(pair: Pair) -> Why:
    return refusal_of(pair).reason


def said(pair: Pair) -> list[str]:
    return [str(line) for line in change_sentences(change_of(pair))]


# Limits


@pytest.mark.parametrize(
    ("cva", "cvi", "up", "down"),
    [
        ("3", "5.8", "19.8", "-16.5"),
        ("5", "5.8", "23.6", "-19.1"),
        ("5", "7.1", "27.2", "-21.4"),
        ("10", "5.8", "37.7", "-27.4"),
        ("10", "7.1", "40.4", "-28.8"),
        ("12.9", "7.1", "50.2", "-33.4"),
        ("10", "12.1", "54.3", "-35.2"),
    ],
)
def test_the_limits_are_those_of_the_log_normal_form(
    cva: str, cvi: str, up: str, down: str
) -> None:
    limits = reference_change_limits(Decimal(cva), Decimal(cvi))

    assert round(limits.up * 100, 1) == Decimal(up)
    assert round(limits.down * 100, 1) == Decimal(down)


def test_the_limit_as_a_logarithm_is_the_published_one() -> None:
    assert round(reference_change_limits(Decimal(5)).log, 3) == Decimal("0.240")
    assert round(reference_change_limits(Decimal(10)).log, 3) == Decimal("0.339")


def test_a_higher_certainty_has_wider_limits() -> None:
    usual = reference_change_limits(Decimal(5))
    stricter = reference_change_limits(Decimal(5), DEFAULT_CVI, Decimal("2.58"))

    assert stricter.up > usual.up
    assert stricter.down < usual.down


@given(imprecisions, imprecisions)
def test_more_imprecision_means_wider_limits(one: Decimal, other: Decimal) -> None:
    finer, coarser = sorted((one, other))

    assert reference_change_limits(finer).log <= reference_change_limits(coarser).log


@given(imprecisions)
def test_going_up_and_coming_back_have_the_same_limit(cva: Decimal) -> None:
    limits = reference_change_limits(cva)

    assert round((1 + limits.up) * (1 + limits.down), 20) == 1


@pytest.mark.parametrize("cva", ["0.9", "25.1", "0", "-5", "NaN", "Infinity"])
def test_an_imprecision_outside_1_to_25_percent_is_refused(cva: str) -> None:
    with pytest.raises(ImprecisionRefused, match="between 1 and 25 percent"):
        compare(a_pair("24 ng/mL", "31 ng/mL", cva))


@pytest.mark.parametrize("cva", ["1", "25"])
def test_an_imprecision_of_1_or_25_percent_is_accepted(cva: str) -> None:
    assert change_of(a_pair("24 ng/mL", "31 ng/mL", cva)).cva == Decimal(cva)


@pytest.mark.parametrize("cvi", ["0", "-1", "50.1", "NaN"])
def test_a_variation_within_a_person_that_cannot_be_is_refused(cvi: str) -> None:
    with pytest.raises(ImprecisionRefused, match="more than 0 and at most 50 percent"):
        compare(a_pair("24 ng/mL", "31 ng/mL", cvi=Decimal(cvi)))


# The answer


@pytest.mark.parametrize(
    ("earlier", "later", "cva", "exceeds"),
    [
        ("24", "31", "5", True),
        ("24", "31", "10", False),
        ("24", "31", None, False),
        ("30", "21", "5", True),
        ("30", "21", "10", True),
        ("30", "42.0", "10", False),
        ("30", "42.2", "10", True),
        ("31", "24", "5", True),
    ],
)
def test_a_worked_pair_exceeds_its_limit_or_not(
    earlier: str,
    later: str,
    cva: str | None,
    exceeds: bool,  # noqa: FBT001 - a column of the table
) -> None:
    change = change_of(a_pair(f"{earlier} ng/mL", f"{later} ng/mL", cva))

    assert change.exceeds is exceeds


def test_a_change_keeps_its_inputs() -> None:
    known = change_of(a_pair("24 ng/mL", "31 ng/mL", "5"))
    assumed = change_of(a_pair("24 ng/mL", "31 ng/mL", None))

    assert (known.cva, known.cvi) == (Decimal(5), DEFAULT_CVI)
    assert not known.is_cva_assumed
    assert assumed.cva == DEFAULT_CVA
    assert assumed.is_cva_assumed


@pytest.mark.parametrize(
    ("later", "direction"),
    [("31", Direction.HIGHER), ("17", Direction.LOWER), ("24.0", Direction.SAME)],
)
def test_a_direction_is_no_judgement(later: str, direction: Direction) -> None:
    assert change_of(a_pair("24 ng/mL", f"{later} ng/mL")).direction is direction


def in_nmol(measurement: Measurement) -> Measurement:
    value = convert(measurement.value, Unit.NG_PER_ML, Unit.NMOL_PER_L, Measurand.TOTAL)
    return replace(measurement, text=str(value), value=value, unit=Unit.NMOL_PER_L)


@given(values, values, imprecisions)
def test_the_unit_does_not_alter_a_single_digit_of_the_answer(
    earlier: Decimal, later: Decimal, cva: Decimal
) -> None:
    pair = a_pair(f"{earlier} ng/mL", f"{later} ng/mL", str(cva))
    both = in_nmol(pair.earlier.measurement), in_nmol(pair.later.measurement)
    in_other_unit = replace(
        pair,
        earlier=replace(pair.earlier, measurement=both[0]),
        later=replace(pair.later, measurement=both[1]),
    )
    mixed = replace(pair, later=replace(pair.later, measurement=both[1]))

    changes = [change_of(each) for each in (pair, in_other_unit, mixed)]

    assert len({each.fraction for each in changes}) == 1
    assert len({each.exceeds for each in changes}) == 1


@given(values, values)
def test_there_and_back_exceed_or_not_alike(one: Decimal, other: Decimal) -> None:
    forth = change_of(a_pair(f"{one} ng/mL", f"{other} ng/mL"))
    back = change_of(a_pair(f"{other} ng/mL", f"{one} ng/mL"))

    assert forth.exceeds is back.exceeds


def test_about_1_in_20_pairs_exceed_by_chance_alone() -> None:
    chance = random.Random(25)  # noqa: S311 - a simulation
    limits = reference_change_limits(Decimal(5))
    sigma = (float(limits.log) / 1.96) / 2**0.5

    pairs = 20_000
    exceeding = sum(
        abs(chance.gauss(0, sigma) - chance.gauss(0, sigma)) > float(limits.log)
        for _ in range(pairs)
    )

    assert 0.045 < exceeding / pairs < 0.055


# Refusals


@pytest.mark.parametrize(
    "status",
    [
        each
        for each in ResultStatus
        if each
        not in {ResultStatus.FINAL, ResultStatus.AMENDED, ResultStatus.CORRECTED}
    ],
)
def test_a_result_that_is_not_stated_as_final_has_no_change(
    status: ResultStatus,
) -> None:
    pair = a_pair("24 ng/mL", "31 ng/mL")

    assert why(replace(pair, earlier=replace(pair.earlier, status=status))) is (
        Why.STATUS
    )
    assert why(replace(pair, later=replace(pair.later, status=status))) is Why.STATUS


@pytest.mark.parametrize("status", [ResultStatus.AMENDED, ResultStatus.CORRECTED])
def test_an_amended_or_corrected_result_is_compared(status: ResultStatus) -> None:
    pair = a_pair("24 ng/mL", "31 ng/mL")

    assert change_of(replace(pair, later=replace(pair.later, status=status))).exceeds


def test_a_held_result_has_no_change() -> None:
    pair = a_pair("24 ng/mL", "31 ng/mL")

    assert why(replace(pair, later=replace(pair.later, is_held=True))) is Why.HELD


@pytest.mark.parametrize(
    "measurand",
    [each for each in Measurand if each not in {Measurand.TOTAL, Measurand.D3}],
)
def test_another_test_has_no_change(measurand: Measurand) -> None:
    earlier, later = (a_sample("24 ng/mL", day, measurand) for day in (SPRING, SUMMER))

    assert why(pair_of(earlier, later)) is Why.OTHER_TEST


def test_two_d3_results_of_one_laboratory_are_compared() -> None:
    earlier, later = (
        a_sample("24 ng/mL", day, Measurand.D3) for day in (SPRING, SUMMER)
    )

    assert not change_of(pair_of(earlier, later)).exceeds


def test_a_unit_of_another_test_has_no_change() -> None:
    refused = refusal_of(a_pair("24 ng/mL", "31 pg/mL"))

    assert refused.reason is Why.UNIT
    assert "pg/mL is not a unit" in str(refused.sentence)


def test_a_total_and_a_d3_part_are_not_compared() -> None:
    pair = a_pair("24 ng/mL", "31 ng/mL")
    d3 = a_sample("31 ng/mL", SUMMER, Measurand.D3)

    assert why(replace(pair, later=d3)) is Why.MEASURAND


@pytest.mark.parametrize(
    ("later", "reason"),
    [
        (a_sample("31 ng/mL", SUMMER, laboratory="LabCorp"), Why.LABORATORY),
        (a_sample("31 ng/mL", SUMMER, method="LC-MS/MS"), Why.METHOD),
        (a_sample("31 ng/mL", SUMMER, specimen="dried blood spot"), Why.SPECIMEN),
        (a_sample("31 ng/mL", SUMMER, laboratory=""), Why.LABORATORY_UNKNOWN),
    ],
)
def test_results_made_differently_are_not_compared(later: Sample, reason: Why) -> None:
    assert why(replace(a_pair("24 ng/mL", "31 ng/mL"), later=later)) is reason


def test_a_clinics_aliases_hold_for_the_change_too() -> None:
    later = a_sample("31 ng/mL", SUMMER, laboratory="River Lab")
    pair = replace(a_pair("24 ng/mL", "31 ng/mL"), later=later)

    assert why(pair) is Why.LABORATORY
    assert change_of(replace(pair, aliases={"riverlab": "riverside"})).exceeds


@pytest.mark.parametrize(
    ("earlier", "later"), [("<4 ng/mL", "31 ng/mL"), ("24 ng/mL", ">150 ng/mL")]
)
def test_a_censored_result_has_no_change(earlier: str, later: str) -> None:
    assert why(a_pair(earlier, later)) is Why.CENSORED


def test_a_zero_has_no_change() -> None:
    assert why(a_pair("0 ng/mL", "31 ng/mL")) is Why.NO_VALUE
    assert why(a_pair("31 ng/mL", "0 ng/mL")) is Why.NO_VALUE


@pytest.mark.parametrize(
    ("earlier", "later", "cva", "is_refused"),
    [
        ("9.9 ng/mL", "31 ng/mL", None, True),
        ("31 ng/mL", "9.9 ng/mL", None, True),
        ("10 ng/mL", "31 ng/mL", None, False),
        ("24 nmol/L", "80 nmol/L", None, True),
        ("25 nmol/L", "80 nmol/L", None, False),
        ("9.9 ng/mL", "31 ng/mL", "10", False),
    ],
)
def test_a_low_value_needs_the_laboratorys_own_imprecision(
    earlier: str,
    later: str,
    cva: str | None,
    is_refused: bool,  # noqa: FBT001 - a column of the table
) -> None:
    answer = compare(a_pair(earlier, later, cva))

    assert isinstance(answer, ChangeRefused) is is_refused
    if isinstance(answer, ChangeRefused):
        assert answer.reason is Why.LOW_VALUE


@pytest.mark.parametrize(
    ("collected_on", "reason"),
    [
        (SPRING - timedelta(days=1), Why.ORDER),
        (SPRING, Why.TOO_SOON),
        (SPRING + timedelta(days=13), Why.TOO_SOON),
        (SPRING + timedelta(days=14), None),
        (date(2026, 6, 12), None),
        (date(2026, 6, 13), Why.TOO_FAR_APART),
        (date(2026, 7, 12), Why.TOO_FAR_APART),
    ],
)
def test_two_weeks_to_fifteen_months_lie_between_the_samples(
    collected_on: date, reason: Why | None
) -> None:
    pair = a_pair("24 ng/mL", "31 ng/mL")
    answer = compare(replace(pair, later=a_sample("31 ng/mL", collected_on)))

    assert getattr(answer, "reason", None) is reason


@pytest.mark.parametrize(
    ("born_on", "reason"),
    [
        (None, Why.AGE_UNKNOWN),
        (date(2007, 3, 13), Why.MINOR),
        (date(2007, 3, 12), None),
        (date(2015, 1, 1), Why.MINOR),
    ],
)
def test_only_adults_at_both_samples_have_a_change(
    born_on: date | None, reason: Why | None
) -> None:
    answer = compare(a_pair("24 ng/mL", "31 ng/mL", born_on=born_on))

    assert getattr(answer, "reason", None) is reason


@pytest.mark.parametrize(
    ("earlier", "later", "is_refused"),
    [
        (True, False, True),
        (False, True, True),
        (True, None, True),
        (None, True, True),
        (True, True, False),
        (False, False, False),
        (None, None, False),
        (False, None, False),
    ],
)
def test_pregnancy_at_only_one_of_two_samples_has_no_change(
    earlier: bool | None,  # noqa: FBT001 - a column of the table
    later: bool | None,  # noqa: FBT001 - a column of the table
    is_refused: bool,  # noqa: FBT001 - a column of the table
) -> None:
    pair = a_pair("24 ng/mL", "31 ng/mL")
    answer = compare(
        replace(
            pair,
            earlier=replace(pair.earlier, is_pregnant=earlier),
            later=replace(pair.later, is_pregnant=later),
        )
    )

    reason = getattr(answer, "reason", None)
    assert reason is (Why.PREGNANCY if is_refused else None)


@pytest.mark.parametrize("method", ["Liaison XL", ""])
def test_a_d2_product_started_in_between_spoils_an_immunoassay(method: str) -> None:
    earlier, later = (
        a_sample("24 ng/mL", day, method=method) for day in (SPRING, SUMMER)
    )
    pair = pair_of(earlier, later, d2_started_between=True)

    assert why(pair) is Why.D2_STARTED


@pytest.mark.parametrize("which", ["earlier", "later"])
@pytest.mark.parametrize(
    ("interference", "reason"),
    [("biotin_before", Why.BIOTIN), ("fluorescein_before", Why.FLUORESCEIN)],
)
def test_biotin_or_fluorescein_before_either_sample_spoils_an_immunoassay(
    which: str, interference: str, reason: Why
) -> None:
    pair = a_pair("24 ng/mL", "31 ng/mL")
    disturbed = replace(getattr(pair, which), **{interference: True})

    assert why(replace(pair, **{which: disturbed})) is reason


def test_mass_spectrometry_is_not_disturbed() -> None:
    earlier, later = (
        a_sample(
            "24 ng/mL",
            day,
            method="LC-MS/MS",
            biotin_before=True,
            fluorescein_before=True,
        )
        for day in (SPRING, SUMMER)
    )

    assert not change_of(pair_of(earlier, later, d2_started_between=True)).exceeds


@pytest.mark.parametrize(
    "method",
    [
        "LC-MS/MS",
        "LC/MS",
        "Tandem MS",
        "Isotope dilution mass spectrometry",
        "Massenspektrometrie",
        "Spectrométrie de masse",
        "Espectrometría de masas",
        "Spettrometria di massa",
    ],
)
def test_mass_spectrometry_is_known_by_its_names(method: str) -> None:
    assert is_mass_spectrometry(method)


@pytest.mark.parametrize("method", ["", "CLIA", "ECLIA", "Liaison XL", "RIA", "HPLC"])
def test_any_other_method_counts_as_an_immunoassay(method: str) -> None:
    assert not is_mass_spectrometry(method)


def test_every_refusal_is_said_without_a_judgement() -> None:
    pair = a_pair("24 ng/mL", "31 ng/mL")
    refused = refusal_of(replace(pair, later=replace(pair.later, is_held=True)))

    assert str(refused.sentence) == (
        "We do not calculate a change: one of the two results is kept for review."
    )


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2025, 3, 12), date(2026, 6, 12)),
        (date(2024, 11, 30), date(2026, 2, 28)),
        (date(2022, 11, 29), date(2024, 2, 29)),
        (date(2025, 9, 1), date(2026, 12, 1)),
        (date(2025, 10, 31), date(2027, 1, 31)),
    ],
)
def test_fifteen_months_are_counted_by_the_calendar(day: date, later: date) -> None:
    assert months_after(day, 15) == later


# Which two


def test_the_newest_is_compared_with_the_one_before_it() -> None:
    oldest, middle, newest = (
        a_sample("24 ng/mL", date(2025, month, 1)) for month in (1, 5, 9)
    )

    assert newest_pair([newest, oldest, middle]) == (middle, newest)


def test_a_void_result_is_not_the_one_before() -> None:
    first, last = (a_sample("24 ng/mL", date(2025, month, 1)) for month in (1, 9))
    void = [
        a_sample("99 ng/mL", date(2025, 5, 1), status=status)
        for status in (ResultStatus.CANCELLED, ResultStatus.ENTERED_IN_ERROR)
    ]

    assert newest_pair([first, *void, last]) == (first, last)


def test_one_result_has_no_pair() -> None:
    assert newest_pair([a_sample("24 ng/mL", SPRING)]) is None
    assert newest_pair([]) is None


# In words


def test_sentence_7_for_a_larger_change_reads_as_it_was_worded() -> None:
    assert said(a_pair("24 ng/mL", "31 ng/mL", "5"))[0] == (
        "From 24 to 31 ng/mL (29% higher). Measurement and short-term variation alone "
        "usually stay within 27% higher. About 1 in 20 pairs differ by more than the "
        "usual limits by chance. Season (March, August), illness or what you take can "
        "also play a part. This does not show the cause."
    )


def test_sentence_7_for_a_smaller_change_reads_as_it_was_worded() -> None:
    lines = said(a_pair("30 ng/mL", "27 ng/mL", "5"))

    assert lines[0] == (
        "From 30 to 27 ng/mL (10% lower). Repeat tests can differ this much with no "
        "real change. This does not prove that nothing changed."
    )
    assert lines[1] == (
        "About 1 in 20 pairs differ by more than the usual limits by chance. The "
        "samples were taken in March and August, and levels can differ between seasons."
    )


@pytest.mark.parametrize(
    ("earlier", "later", "months"),
    [
        (date(2025, 7, 17), date(2026, 7, 12), "Both samples were taken in July."),
        (
            date(2025, 12, 20),
            date(2026, 2, 2),
            "The samples were taken in December and February.",
        ),
    ],
)
@pytest.mark.parametrize("value", ["25 ng/mL", "60 ng/mL"])
def test_of_one_season_no_difference_between_seasons_is_suggested(
    earlier: date, later: date, months: str, value: str
) -> None:
    lines = " ".join(
        said(pair_of(a_sample("24 ng/mL", earlier), a_sample(value, later)))
    )

    assert months in lines
    assert "About 1 in 20 pairs" in lines
    assert "season" not in lines.lower()


def test_a_larger_fall_names_its_own_limit() -> None:
    assert said(a_pair("31 ng/mL", "24 ng/mL", "5"))[0].startswith(
        "From 31 to 24 ng/mL (23% lower). Measurement and short-term variation alone "
        "usually stay within 21% lower."
    )


def test_a_smaller_rise_is_said_as_a_rise() -> None:
    assert said(a_pair("30 ng/mL", "31 ng/mL"))[0].startswith(
        "From 30 to 31 ng/mL (3% higher). Repeat tests can differ this much"
    )


def test_the_same_number_twice_proves_nothing_either() -> None:
    assert said(a_pair("30 ng/mL", "30 ng/mL"))[0] == (
        "From 30 to 30 ng/mL (no difference). This does not prove that nothing changed."
    )


def test_two_units_are_both_named() -> None:
    assert said(a_pair("60 nmol/L", "31 ng/mL"))[0].startswith(
        "From 60 nmol/L to 31 ng/mL (29% higher)."
    )


def test_a_change_just_over_the_limit_does_not_read_as_within_it() -> None:
    line = said(a_pair("100 ng/mL", "127.3 ng/mL", "5"))[0]

    assert "(27.3% higher)" in line
    assert "within 27.2% higher" in line


def test_a_change_of_less_than_a_half_percent_is_not_called_zero() -> None:
    assert "(0.3% higher)" in said(a_pair("100 ng/mL", "100.3 ng/mL"))[0]


def test_the_limits_and_their_inputs_are_shown() -> None:
    assert said(a_pair("24 ng/mL", "31 ng/mL", "5"))[1] == (
        "Limits used: 27% higher and 21% lower, from this laboratory's imprecision of "
        "5% and variation within a person of 7.1%."
    )
    assert said(a_pair("24 ng/mL", "31 ng/mL", None))[2] == (
        "Limits used: 40% higher and 29% lower, from an assumed laboratory imprecision "
        "of 10% and variation within a person of 7.1%."
    )


def test_a_method_that_is_not_stated_is_said_once() -> None:
    earlier, later = (a_sample("24 ng/mL", day, method="") for day in (SPRING, SUMMER))
    pair = pair_of(earlier, later)

    assert said(pair)[-1] == "Method not stated."
    assert said(pair).count("Method not stated.") == 1


@given(values, values, imprecisions)
def test_the_shown_percentage_never_contradicts_the_answer(
    earlier: Decimal, later: Decimal, cva: Decimal
) -> None:
    pair = a_pair(f"{earlier} ng/mL", f"{later} ng/mL", str(cva))
    change = change_of(pair)

    values_shown = change_sentences(change)[0].values
    percent, limit = values_shown["percent"], values_shown["limit"]

    assert isinstance(percent, Decimal)
    assert isinstance(limit, Decimal)
    assert (percent > limit) is change.exceeds
