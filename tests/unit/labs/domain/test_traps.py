"""The traps that a tracker of 25-hydroxyvitamin D falls into, each by its number."""

from dataclasses import replace
from datetime import date

import pytest

from labs.domain import sentences as said
from labs.domain.alerts import is_laboratory_critical
from labs.domain.change import Change, Pair, compare, newest_pair
from labs.domain.flags import Position, Reason, sentences
from labs.domain.measurands import (
    code_and_unit_disagree,
    code_unit_question,
    recognise,
)
from labs.domain.measurements import (
    ResultStatus,
    parse_printed_interval,
    parse_reported_number,
)
from labs.domain.quantities import Measurand
from labs.domain.seasons import Hemisphere, Season, season_of, shaded_periods
from labs.domain.units import Unit, parse_unit
from tests.unit.labs.domain.making import (
    COLLECTED,
    a_pair,
    a_range,
    a_sample,
    judged,
    measured,
)

NMOL = Unit.NMOL_PER_L


def test_trap_1_30_ng_per_ml_is_not_below_from_75_nmol_per_l() -> None:
    flag = judged(measured("30 ng/mL"), a_range("75", None, NMOL))

    assert flag.position is Position.WITHIN


def test_trap_1_75_nmol_per_l_is_not_below_from_30_ng_per_ml() -> None:
    flag = judged(measured("75 nmol/L"), a_range("30", None))

    assert flag.position is Position.WITHIN


def test_trap_2_a_molar_code_with_a_mass_unit_is_kept_and_held() -> None:
    assert recognise(loinc="14635-7").measurand is Measurand.D3
    assert code_and_unit_disagree("14635-7", Unit.NG_PER_ML)
    assert code_and_unit_disagree("14635-7", Unit.PMOL_PER_L)
    assert "needs review" in str(code_unit_question("14635-7", Unit.NG_PER_ML))
    held = judged(measured("28 ng/mL"), a_range("30", None), held=True)
    assert held.position is Position.NOT_COMPARED


@pytest.mark.parametrize("code", ["62290-2", "1649-3"])
@pytest.mark.parametrize("name", ["vitamin D", "25-OH vitamin D", ""])
def test_trap_3_a_dihydroxy_code_is_refused_whatever_it_is_called(
    code: str, name: str
) -> None:
    recognition = recognise(loinc=code, name=name)

    assert recognition.measurand is Measurand.DIHYDROXY
    assert recognition.refused == said.DIHYDROXY_IS_ANOTHER_TEST


def test_trap_3_1649_3_as_a_code_of_race_is_no_test_at_all() -> None:
    race = "urn:oid:2.16.840.1.113883.6.238"

    recognition = recognise(loinc="1649-3", system=race, name="Stockbridge")

    assert recognition.basis == "none"
    assert not recognition.refused


def test_trap_4_less_than_4_is_below_from_20() -> None:
    assert judged(measured("<4 ng/mL"), a_range("20", None)).position is Position.BELOW


def test_trap_4_less_than_20_cannot_be_told_from_12() -> None:
    flag = judged(measured("<20 ng/mL"), a_range("12", "50"))

    assert flag.position is Position.CANNOT_TELL
    assert flag.reason is Reason.BELOW_OR_WITHIN


@pytest.mark.parametrize("text", ["<4", "< 4", "less than 4", "<4.0"])
def test_trap_5_one_censored_value_is_the_same_however_it_was_sent(text: str) -> None:
    assert parse_reported_number(text) == parse_reported_number("<4")


def test_trap_6_what_was_entered_in_error_is_not_judged_nor_compared() -> None:
    error = ResultStatus.ENTERED_IN_ERROR
    first, last = (a_sample("24 ng/mL", date(2025, month, 1)) for month in (1, 9))
    void = a_sample("240 ng/mL", date(2025, 5, 1), status=error)
    flag = judged(
        measured("240 ng/mL"), a_range("20", "50", alert_high="100"), status=error
    )

    assert (flag.position, flag.alert) == (Position.NOT_COMPARED, None)
    assert newest_pair([first, void, last]) == (first, last)


@pytest.mark.parametrize("flag", ["U", "D", "<", ">"])
def test_trap_7_a_change_or_off_scale_flag_is_not_a_critical_one(flag: str) -> None:
    assert not is_laboratory_critical(flag)


def test_trap_8_the_change_is_the_same_in_either_unit() -> None:
    in_mass = compare(a_pair("25 ng/mL", "31.25 ng/mL"))
    in_moles = compare(a_pair("62.4 nmol/L", "78 nmol/L"))

    assert isinstance(in_mass, Change)
    assert isinstance(in_moles, Change)
    assert in_mass.fraction == in_moles.fraction
    assert in_mass.exceeds is in_moles.exceeds


def exceeds(pair: Pair) -> bool:
    change = compare(pair)
    assert isinstance(change, Change)
    return change.exceeds


def test_trap_9_the_laboratorys_imprecision_decides_about_24_to_31() -> None:
    assert exceeds(a_pair("24 ng/mL", "31 ng/mL", "5"))
    assert not exceeds(a_pair("24 ng/mL", "31 ng/mL", "10"))


def test_trap_13_the_south_is_shaded_the_other_way_and_the_tropics_not_at_all() -> None:
    january = date(2026, 1, 15)

    assert season_of(january, Hemisphere.NORTH) is Season.WINTER
    assert season_of(january, Hemisphere.SOUTH) is Season.SUMMER
    assert shaded_periods(january, january, Hemisphere.TROPICS) == ()


@pytest.mark.parametrize(
    "spelling", ["ug/L", "mcg/L", "\N{MICRO SIGN}g/L", "\N{GREEK SMALL LETTER MU}g/L"]
)
def test_trap_15_every_spelling_of_micro_is_one_unit(spelling: str) -> None:
    assert parse_unit(spelling) is Unit.UG_PER_L


@pytest.mark.parametrize("spelling", ["[iU]/L", "[IU]/L", "IU/L"])
def test_trap_15_every_spelling_of_the_international_unit_is_one(spelling: str) -> None:
    assert parse_unit(spelling) is Unit.U_PER_L


def test_trap_17_printed_bands_are_quoted_as_printed_and_never_reduced() -> None:
    bands = "deficient <20; insufficient 20-29; sufficient 30-100; toxic >150 ng/mL"
    measurement = measured("28 ng/mL")
    lines = sentences(
        judged(measurement), measurement, COLLECTED, printed_interval=bands
    )

    assert parse_printed_interval(bands) is None
    assert str(lines[-1]) == f"The laboratory printed: '{bands}'."


def test_trap_17_the_laboratorys_band_does_not_judge() -> None:
    sample = a_sample("28 ng/mL", COLLECTED)

    flag = judged(replace(sample.measurement, text="28 L"), a_range("20", "50"))

    assert flag.position is Position.WITHIN
