from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from labs.domain.limits import (
    Alert,
    Position,
    alert_reached,
    in_unit_of,
    limit_reached,
    possible_positions,
)
from labs.domain.measurements import Comparator, Measurement
from labs.domain.quantities import Measurand
from labs.domain.units import Unit
from tests.unit.labs.domain.making import a_range, measured

NG, UG, NMOL = Unit.NG_PER_ML, Unit.UG_PER_L, Unit.NMOL_PER_L
BELOW, WITHIN, ABOVE = Position.BELOW, Position.WITHIN, Position.ABOVE

GUIDELINE_PAIRS = [
    ("20", "50"),
    ("30", "75"),
    ("50", "125"),
    ("60", "150"),
    ("80", "200"),
    ("100", "250"),
    ("150", "375"),
]

tenths = st.decimals(min_value=1, max_value=200, places=1)
whole = st.integers(min_value=5, max_value=500).map(Decimal)


def total(
    value: Decimal, unit: Unit, comparator: Comparator | None = None
) -> Measurement:
    return Measurement(str(value), value, comparator, unit, Measurand.TOTAL)


# In the range's own unit


@pytest.mark.parametrize(
    ("printed", "position"),
    [
        ("29.9 ng/mL", BELOW),
        ("30 ng/mL", WITHIN),
        ("40 ug/L", WITHIN),
        ("50.0 ng/mL", WITHIN),
        ("50.04 ng/mL", ABOVE),
        ("50.1 ug/L", ABOVE),
    ],
)
def test_in_its_own_unit_nothing_is_converted_or_rounded(
    printed: str, position: Position
) -> None:
    assert possible_positions(measured(printed), a_range("30", "50")) == {position}


def test_an_open_side_has_nothing_outside() -> None:
    assert possible_positions(measured("900 ng/mL"), a_range("30", None)) == {WITHIN}
    assert possible_positions(measured("1 ng/mL"), a_range(None, "50")) == {WITHIN}


# Across units


@pytest.mark.parametrize(("mass", "molar"), GUIDELINE_PAIRS)
def test_a_guideline_pair_agrees_as_a_lower_limit_both_ways(
    mass: str, molar: str
) -> None:
    in_mass, in_moles = measured(f"{mass} ng/mL"), measured(f"{molar} nmol/L")

    assert possible_positions(in_mass, a_range(molar, None, NMOL)) == {WITHIN}
    assert possible_positions(in_moles, a_range(mass, None, NG)) == {WITHIN}


@pytest.mark.parametrize(("mass", "molar"), GUIDELINE_PAIRS)
def test_a_guideline_pair_agrees_as_an_upper_limit_both_ways(
    mass: str, molar: str
) -> None:
    in_mass, in_moles = measured(f"{mass} ng/mL"), measured(f"{molar} nmol/L")

    assert possible_positions(in_mass, a_range(None, molar, NMOL)) == {WITHIN}
    assert possible_positions(in_moles, a_range(None, mass, NG)) == {WITHIN}


@pytest.mark.parametrize(("mass", "molar"), GUIDELINE_PAIRS)
def test_a_guideline_pair_reaches_an_alert_limit_both_ways(
    mass: str, molar: str
) -> None:
    in_mass, in_moles = measured(f"{mass} ng/mL"), measured(f"{molar} nmol/L")

    for measurement, limit, unit in ((in_mass, molar, NMOL), (in_moles, mass, NG)):
        high = a_range("1", None, unit, alert_high=limit)
        low = a_range(None, "900", unit, alert_low=limit)
        assert alert_reached(measurement, high) is Alert.HIGH
        assert alert_reached(measurement, low) is Alert.LOW


@pytest.mark.parametrize(
    ("printed", "position"),
    [
        ("19.7 ng/mL", BELOW),
        ("19.8 ng/mL", BELOW),
        ("19.9 ng/mL", WITHIN),
        ("20 ng/mL", WITHIN),
    ],
)
def test_a_value_of_19_9_ng_per_ml_is_within_from_50_nmol_per_l(
    printed: str, position: Position
) -> None:
    target = a_range("50", None, NMOL)

    assert possible_positions(measured(printed), target) == {position}


@pytest.mark.parametrize(
    ("printed", "position"),
    [
        ("50 ng/mL", WITHIN),
        ("50.1 ng/mL", WITHIN),
        ("50.2 ng/mL", WITHIN),
        ("50.3 ng/mL", ABOVE),
    ],
)
def test_a_value_is_above_up_to_125_nmol_per_l_only_by_both_conventions(
    printed: str, position: Position
) -> None:
    target = a_range(None, "125", NMOL)

    assert possible_positions(measured(printed), target) == {position}


@pytest.mark.parametrize(
    ("printed", "position"),
    [("125 nmol/L", WITHIN), ("125.1 nmol/L", ABOVE), ("126 nmol/L", ABOVE)],
)
def test_a_value_of_125_nmol_per_l_is_within_up_to_50_ng_per_ml(
    printed: str, position: Position
) -> None:
    target = a_range(None, "50", NG)

    assert possible_positions(measured(printed), target) == {position}


@pytest.mark.parametrize(
    ("printed", "position"),
    [("74 nmol/L", BELOW), ("75 nmol/L", WITHIN), ("74.8 nmol/L", WITHIN)],
)
def test_a_value_in_nmol_per_l_is_rounded_to_tenths_of_ng_per_ml(
    printed: str, position: Position
) -> None:
    assert possible_positions(measured(printed), a_range("30", None)) == {position}


def test_both_conventions_are_looked_at_across_units_and_one_in_its_own() -> None:
    target = a_range("50", None, NMOL)

    assert in_unit_of(target, measured("19.9 ng/mL")) == (
        Decimal(50),
        Decimal("49.75"),
    )
    assert in_unit_of(target, measured("49.6 nmol/L")) == (Decimal("49.6"),)


def test_a_d2_fraction_is_converted_with_its_own_factor() -> None:
    d2 = measured("100 ng/mL", Measurand.D2)

    assert in_unit_of(a_range("50", None, NMOL), d2) == (Decimal(242), Decimal(250))


def test_a_narrow_range_between_the_conventions_holds_the_value() -> None:
    # 250 ng/mL is 624 nmol/L by mass and 625 by the guidelines' factor: below the
    # range by the one and above it by the other is outside by neither.
    target = a_range("624.4", "624.6", NMOL)

    assert possible_positions(measured("250 ng/mL"), target) == {WITHIN}


@given(tenths, whole, whole)
def test_outside_across_units_means_outside_by_each_convention(
    value: Decimal, one: Decimal, other: Decimal
) -> None:
    low, high = sorted((one, other))
    target = a_range(str(low), str(high), NMOL)

    positions = possible_positions(total(value, NG), target)

    by_mass, by_guideline = in_unit_of(target, total(value, NG))
    assert (BELOW in positions) == (by_mass < low and by_guideline < low)
    assert (ABOVE in positions) == (by_mass > high and by_guideline > high)
    assert len(positions) == 1


@given(tenths, tenths, whole)
def test_a_higher_value_never_stands_lower(
    one: Decimal, other: Decimal, low: Decimal
) -> None:
    order = [BELOW, WITHIN, ABOVE]
    target = a_range(str(low), str(low * 2), NMOL)

    (first,), (second,) = (
        possible_positions(total(each, NG), target) for each in sorted((one, other))
    )

    assert order.index(first) <= order.index(second)


# Only a bound is known

CENSORED = [
    # the value, the range, every position it could have
    ("<4", "20", None, {BELOW}),
    ("<20", "20", None, {BELOW}),
    ("<20.1", "20", None, {BELOW, WITHIN}),
    ("<20", "12", "50", {BELOW, WITHIN}),
    ("<60", "20", "50", {BELOW, WITHIN, ABOVE}),
    ("<50", None, "50", {WITHIN}),
    ("<50.1", None, "50", {WITHIN, ABOVE}),
    ("<=20", "20", None, {BELOW, WITHIN}),
    ("<=19.9", "20", None, {BELOW}),
    ("<=50", None, "50", {WITHIN}),
    ("<=50.1", None, "50", {WITHIN, ABOVE}),
    ("<=60", "20", "50", {BELOW, WITHIN, ABOVE}),
    (">150", None, "100", {ABOVE}),
    (">100", None, "100", {ABOVE}),
    (">99.9", None, "100", {WITHIN, ABOVE}),
    (">20", "20", None, {WITHIN}),
    (">19.9", "20", None, {BELOW, WITHIN}),
    (">10", "20", "50", {BELOW, WITHIN, ABOVE}),
    (">30", "20", "50", {WITHIN, ABOVE}),
    (">=100", None, "100", {WITHIN, ABOVE}),
    (">=100.1", None, "100", {ABOVE}),
    (">=20", "20", None, {WITHIN}),
    (">=19.9", "20", None, {BELOW, WITHIN}),
    (">=30", "20", "50", {WITHIN, ABOVE}),
]


@pytest.mark.parametrize(("text", "low", "high", "positions"), CENSORED)
def test_a_censored_value_has_every_position_that_its_bound_allows(
    text: str, low: str | None, high: str | None, positions: set[Position]
) -> None:
    target = a_range(low, high)

    assert possible_positions(measured(f"{text} ng/mL"), target) == positions


@pytest.mark.parametrize(
    ("text", "low", "high", "positions"),
    [
        ("<20", "50", None, {BELOW}),
        ("<19.9", "50", None, {BELOW}),
        ("<20.1", "50", None, {BELOW, WITHIN}),
        (">50", None, "125", {ABOVE}),
        (">50.2", None, "125", {ABOVE}),
        (">49.9", None, "125", {WITHIN, ABOVE}),
        (">20", "50", None, {WITHIN}),
        (">19.9", "50", None, {WITHIN}),
        ("<50.1", None, "125", {WITHIN}),
    ],
)
def test_a_censored_value_is_placed_across_units_by_its_bound(
    text: str, low: str | None, high: str | None, positions: set[Position]
) -> None:
    target = a_range(low, high, NMOL)

    assert possible_positions(measured(f"{text} ng/mL"), target) == positions


@given(
    tenths,
    tenths,
    tenths,
    tenths,
    st.sampled_from(Comparator),
)
def test_no_true_value_lies_where_a_censored_one_cannot(
    limit: Decimal, true: Decimal, one: Decimal, other: Decimal, comparator: Comparator
) -> None:
    holds = {
        Comparator.LESS: true < limit,
        Comparator.AT_MOST: true <= limit,
        Comparator.AT_LEAST: true >= limit,
        Comparator.GREATER: true > limit,
    }
    assume(holds[comparator])
    low, high = sorted((one, other))
    target = a_range(str(low), str(high))

    (truly,) = possible_positions(total(true, NG), target)

    assert truly in possible_positions(total(limit, NG, comparator), target)


# Alert limits


@pytest.mark.parametrize(
    ("printed", "alert"),
    [
        ("99.9 ng/mL", None),
        ("100 ng/mL", Alert.HIGH),
        ("155 ng/mL", Alert.HIGH),
        (">100 ng/mL", Alert.HIGH),
        (">99.9 ng/mL", None),
        (">=100 ng/mL", Alert.HIGH),
        ("<400 ng/mL", None),
        ("8 ng/mL", Alert.LOW),
        ("8.1 ng/mL", None),
        ("<8 ng/mL", Alert.LOW),
        ("<=8 ng/mL", Alert.LOW),
        ("<8.1 ng/mL", None),
        (">1 ng/mL", None),
        ("30 ng/mL", None),
    ],
)
def test_an_alert_limit_is_inclusive_and_needs_certainty(
    printed: str, alert: Alert | None
) -> None:
    target = a_range("20", "50", alert_low="8", alert_high="100")

    assert alert_reached(measured(printed), target) is alert


@pytest.mark.parametrize(
    ("printed", "alert"),
    [
        ("99.9 ng/mL", None),
        # 250 by the guidelines' factor, 249.6 rounded to 250 by mass
        ("100 ng/mL", Alert.HIGH),
        # 50 rounded by mass, 49.75 by the guidelines' factor: reached by the one
        ("20 ng/mL", Alert.LOW),
        ("20.1 ng/mL", Alert.LOW),
        ("20.3 ng/mL", None),
    ],
)
def test_an_alert_limit_across_units_fires_by_either_convention(
    printed: str, alert: Alert | None
) -> None:
    target = a_range("50", None, NMOL, alert_low="50", alert_high="250")

    assert alert_reached(measured(printed), target) is alert


@pytest.mark.parametrize(
    ("printed", "is_beyond"),
    [
        ("100 ng/mL", False),
        ("100.1 ng/mL", False),
        ("100.4 ng/mL", True),
        (">100 ng/mL", True),
        (">=100 ng/mL", False),
        ("8 ng/mL", False),
        ("7.8 ng/mL", True),
        ("<8 ng/mL", True),
        ("<=8 ng/mL", False),
    ],
)
def test_a_limit_that_is_just_reached_is_not_called_passed(
    printed: str,
    is_beyond: bool,  # noqa: FBT001 - a column of the table
) -> None:
    target = a_range("50", None, NMOL, alert_low="20", alert_high="250")

    reached = limit_reached(measured(printed), target)

    assert reached is not None
    assert reached.is_beyond is is_beyond


@given(tenths, whole)
def test_a_value_above_an_upper_limit_reaches_the_same_number_as_an_alert(
    value: Decimal, limit: Decimal
) -> None:
    plain, alerting = (
        a_range(None, str(limit), NMOL),
        a_range("1", None, NMOL, alert_high=str(limit)),
    )
    assume(possible_positions(total(value, NG), plain) == {ABOVE})

    assert alert_reached(total(value, NG), alerting) is Alert.HIGH
