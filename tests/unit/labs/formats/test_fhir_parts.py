"""What the parts of one FHIR observation say together, in hand-written messages."""

from typing import Any

import pytest

from labs.domain.measurands import Measurand
from labs.domain.units import Unit
from tests.unit.labs.formats.fhir_bodies import (
    Body,
    observation,
    one,
    read,
    refusal,
)

TWO_UNITS = "The value is printed in two units that contradict each other, "
TWICE = "stands there more than once; one of them is wrong."
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/iso21090-PQ-translation"


def code(loinc: str = "", text: str = "") -> Body:
    coding = {"coding": [{"system": "http://loinc.org", "code": loinc}]}
    return (coding if loinc else {}) | ({"text": text} if text else {})


def quantity(value: object, unit: str, **more: Any) -> Body:  # noqa: ANN401
    return {"value": value, "unit": unit, **more}


def part(value: object, unit: str, named: Body) -> Body:
    return {"code": named, "valueQuantity": quantity(value, unit)}


TOTAL, D3, D2 = code("62292-8"), code("1989-3"), code(text="25-OH Vitamin D2")
MOLAR_TOTAL, MOLAR_D3 = code("68438-1"), code("14635-7")


# One test in two units ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "kept", "also"),
    [
        ((28.4, "ng/mL", TOTAL), (70.9, "nmol/L", MOLAR_TOTAL), "28.4", "70.9 nmol/L"),
        ((70.9, "nmol/L", MOLAR_TOTAL), (28.4, "ng/mL", TOTAL), "70.9", "28.4 ng/mL"),
        # By the guideline's factor of 2.5, and rounded to whole numbers.
        ((28, "ng/mL", TOTAL), (70, "nmol/L", MOLAR_TOTAL), "28", "70 nmol/L"),
        ((36.5, "ng/mL", D3), (91, "nmol/L", MOLAR_D3), "36.5", "91 nmol/L"),
        ((28.4, "ng/mL", TOTAL), (28.4, "ug/L", TOTAL), "28.4", "28.4 ug/L"),
    ],
)
def test_two_units_that_agree_are_one_result_as_it_was_reported(
    first: tuple[Any, ...], second: tuple[Any, ...], kept: str, also: str
) -> None:
    components = [part(*first), part(*second)]

    row = one(observation(valueQuantity=None, component=components))

    assert (row.value_text, row.hold) == (kept, "")
    assert row.remarks == (f"The same value is also printed as '{also}'.",)


def test_a_value_and_a_part_of_it_in_another_unit_are_one_result() -> None:
    row = one(
        observation(
            valueQuantity=quantity(28.4, "ng/mL"),
            component=[part(70.9, "nmol/L", TOTAL)],
        )
    )

    # The code is the one for ng/mL, in which the value stands that is kept.
    assert (row.value_text, row.unit_text, row.hold) == ("28.4", "ng/mL", "")
    assert "'70.9 nmol/L'" in row.remarks[0]


def test_of_two_that_agree_the_one_is_kept_that_nothing_else_holds() -> None:
    components = [part(70.9, "nmol/L", TOTAL), part(28.4, "ng/mL", TOTAL)]

    row = one(observation(valueQuantity=None, component=components))

    assert (row.value_text, row.hold) == ("28.4", "")


def test_a_flag_beside_either_of_the_two_is_kept() -> None:
    flagged = part(9.9, "nmol/L", MOLAR_TOTAL) | {
        "interpretation": [{"coding": [{"code": "LL"}]}]
    }

    row = one(observation(valueQuantity=quantity(4, "ng/mL"), component=[flagged]))

    assert (row.value_text, row.laboratory_flag, row.hold) == ("4", "LL", "")


@pytest.mark.parametrize(
    ("value", "unit", "named"),
    [(28.4, "nmol/L", MOLAR_TOTAL), (82, "nmol/L", MOLAR_TOTAL)],
)
def test_two_units_that_contradict_each_other_are_held_with_both_shown(
    value: float, unit: str, named: Body
) -> None:
    told = observation(
        valueQuantity=quantity(28.4, "ng/mL"), component=[part(value, unit, named)]
    )

    rows = read(told).results

    assert [row.value_text for row in rows] == ["28.4", str(value)]
    assert [row.hold for row in rows] == [
        f"{TWO_UNITS}'28.4 ng/mL' and '{value} nmol/L'."
    ] * 2


def test_a_limit_and_a_number_do_not_agree() -> None:
    below = part(10, "nmol/L", MOLAR_TOTAL)
    below["valueQuantity"]["comparator"] = "<"
    same = quantity(4, "ng/mL", comparator="<")

    agreeing = one(observation(valueQuantity=same, component=[below]))
    rows = read(
        observation(valueQuantity=quantity(4, "ng/mL"), component=[below])
    ).results

    assert (agreeing.value_text, agreeing.hold) == ("<4", "")
    assert agreeing.remarks == ("The same value is also printed as '<10 nmol/L'.",)
    assert all(TWO_UNITS in row.hold for row in rows)


def test_a_third_value_that_contradicts_the_second_holds_all() -> None:
    components = [part(70.9, "nmol/L", TOTAL), part(70.8, "nmol/L", TOTAL)]

    rows = read(
        observation(valueQuantity=quantity(28.4, "ng/mL"), component=components)
    ).results

    assert len(rows) == 3
    assert all(TWICE in row.hold for row in rows)


def test_one_number_with_more_decimals_is_one_result() -> None:
    row = one(
        observation(
            valueQuantity=quantity(28.4, "ng/mL"),
            component=[part("28.40", "ng/mL", TOTAL)],
        )
    )

    assert (row.value_text, row.hold) == ("28.4", "")


def test_what_cannot_be_read_beside_it_still_holds_a_value() -> None:
    parsed = read(
        observation(component=[part(70.9, "parsecs", MOLAR_TOTAL)]),
    )

    (row,) = parsed.results
    assert TWICE in row.hold
    assert len(parsed.refused) == 1


@pytest.mark.parametrize(("other", "is_held"), [(2.4, True), (9.6, False)])
def test_of_other_tests_no_two_units_are_weighed(
    other: float, *, is_held: bool
) -> None:
    calcium = code("17861-6", "Calcium")
    unit = "mmol/L" if is_held else "mg/dL"
    told = observation(
        code=calcium,
        valueQuantity=quantity(9.6, "mg/dL"),
        component=[part(other, unit, calcium)],
    )

    rows = read(told).companions

    assert [TWICE in row.hold for row in rows] == [True] * 2 if is_held else [False]


def test_what_agrees_and_is_taken_back_is_taken_back_once() -> None:
    row = one(
        observation(
            status="entered-in-error",
            valueQuantity=quantity(28.4, "ng/mL"),
            component=[part(70.9, "nmol/L", MOLAR_TOTAL)],
        )
    )

    assert (row.result_status.value, row.hold) == ("entered-in-error", "")


# In an extension ----------------------------------------------------------------------


def extended(value: object, unit: str, url: str = TRANSLATION) -> list[Body]:
    return [{"url": url, "valueQuantity": quantity(value, unit)}]


@pytest.mark.parametrize("is_beside", [False, True])
def test_an_extension_in_another_unit_is_weighed_against_the_value(
    *, is_beside: bool
) -> None:
    def told(value: object) -> Body:
        more = {"extension": extended(value, "nmol/L")}
        inside = {} if is_beside else more
        beside = more if is_beside else {}
        return observation(valueQuantity=quantity(28.4, "ng/mL", **inside), **beside)

    agreeing, contradicting = one(told(70.9)), one(told(28.4))

    assert (agreeing.value_text, agreeing.hold) == ("28.4", "")
    assert agreeing.remarks == ("The same value is also printed as '70.9 nmol/L'.",)
    assert contradicting.hold == f"{TWO_UNITS}'28.4 ng/mL' and '28.4 nmol/L'."


def test_of_several_extensions_the_one_that_contradicts_is_shown() -> None:
    several = [*extended(70.9, "nmol/L"), *extended(82, "nmol/L", "http://x")]

    row = one(observation(valueQuantity=quantity(28.4, "ng/mL", extension=several)))

    assert row.hold == f"{TWO_UNITS}'28.4 ng/mL' and '82 nmol/L'."


@pytest.mark.parametrize(
    "extension",
    [
        extended(4, "ng/mL", "http://limit-of-detection"),
        extended(28.4, "ug/L"),
        extended(12, "%"),
        extended("about 70", "nmol/L"),
        extended(None, "nmol/L"),
        [{"url": TRANSLATION, "valueQuantity": "70.9 nmol/L"}],
        [{"url": TRANSLATION}],
        "70.9",
    ],
)
def test_an_extension_that_says_no_second_value_is_left_aside(extension: Any) -> None:  # noqa: ANN401
    row = one(observation(valueQuantity=quantity(28.4, "ng/mL", extension=extension)))

    assert (row.value_text, row.hold, row.remarks) == ("28.4", "", ())


def test_an_extension_of_another_test_is_no_second_value() -> None:
    calcium = quantity(9.6, "mg/dL", extension=extended(70.9, "nmol/L"))

    (row,) = read(
        observation(code=code("17861-6", "Calcium"), valueQuantity=calcium)
    ).companions

    assert (row.hold, row.remarks) == ("", ())


# A part that is called "Total" --------------------------------------------------------

LOINC = "http://loinc.org"
REPORT: Body = {"resourceType": "DiagnosticReport", "id": "r", "status": "final"}
UNCERTAIN = "It is not certain what 'Total' in "


def panel(named: Body, *others: Body, total: str = "Total") -> Body:
    components = [part(28, "ng/mL", code(text=total)), *others]
    return observation(code=named, valueQuantity=None, component=components)


FRACTIONS = (part(20, "ng/mL", D3), part(8, "ng/mL", D2))


@pytest.mark.parametrize(
    "named",
    [
        TOTAL,
        code(text="25-Hydroxyvitamin D panel"),
        code(text="25-OH Vitamin D, D2 and D3"),
        code("62292-8", "Vitamin D"),
    ],
)
@pytest.mark.parametrize("word", ["Total", "TOTAL:", "Gesamt"])
def test_the_total_of_a_panel_of_hydroxyvitamin_d_is_kept(
    named: Body, word: str
) -> None:
    parsed = read(panel(named, *FRACTIONS, total=word))

    total, d3, d2 = parsed.results
    assert (total.measurand, total.value_text, total.hold) == (
        Measurand.TOTAL,
        "28",
        "",
    )
    assert word in total.display
    assert total.loinc == ""
    assert "was read as the total of" in total.remarks[0]
    assert (d3.measurand, d2.measurand) == (Measurand.D3, Measurand.D2)
    assert parsed.refused == ()


def test_parts_that_tell_no_number_or_a_fraction_by_its_letter_claim_no_total() -> None:
    others = (
        part(20, "ng/mL", code(text="D3")),
        {"code": code(text="Interpretation"), "valueString": "see report"},
    )

    total, d3 = read(panel(TOTAL, *others)).results

    assert (total.measurand, total.hold) == (Measurand.TOTAL, "")
    assert (d3.measurand, d3.value_text, d3.hold) == (Measurand.D3, "20", "")
    assert d3.remarks == ("'D3' was read as that part of '62292-8'.",)


@pytest.mark.parametrize(
    ("named", "others"),
    [
        (code(text="Vitamin D panel"), FRACTIONS),
        (code("35365-6"), FRACTIONS),
        (code("1989-3", "25-OH Vitamin D3"), ()),
        (TOTAL, (part(9.6, "mg/dL", code("17861-6", "Calcium")),)),
        (TOTAL, (part(70, "g/L", code(text="Total protein")),)),
        (TOTAL, (part(40, "pg/mL", code(text="1,25-dihydroxyvitamin D")),)),
    ],
)
def test_a_total_of_which_it_is_not_plain_what_it_is_of_is_held(
    named: Body, others: tuple[Body, ...]
) -> None:
    rows = read(panel(named, *others)).results

    (total,) = [row for row in rows if row.measurand is Measurand.TOTAL]
    assert total.hold.startswith(UNCERTAIN)


@pytest.mark.parametrize(
    "named",
    [
        code(text="Lipid panel"),
        code(text="Calcium"),
        code("62290-2", "1,25-dihydroxyvitamin D"),
        code(text="Free 25-OH vitamin D"),
        {},
    ],
)
def test_the_total_of_another_panel_is_named_and_not_kept(named: Body) -> None:
    parsed = read(panel(named))

    assert parsed.results == parsed.companions == ()
    assert "1 result is of a test not kept here: 'Total'." in parsed.warnings


@pytest.mark.parametrize(("value", "is_held"), [(28, False), (82, True)])
def test_a_total_beside_a_value_is_the_same_test(
    value: float, *, is_held: bool
) -> None:
    told = panel(TOTAL) | {"valueQuantity": quantity(value, "ng/mL")}

    rows = read(told).results

    assert [TWICE in row.hold for row in rows] == ([True] * 2 if is_held else [False])


def test_a_total_in_two_units_is_one_result() -> None:
    again = part(70, "nmol/L", code(text="Total"))

    row = one(panel(TOTAL, again))

    assert (row.value_text, row.unit_text, row.hold) == ("28", "ng/mL", "")


@pytest.mark.parametrize("unit", ["mmol/L", "mg/dL"])
def test_a_total_in_a_unit_of_other_tests_is_looked_at(unit: str) -> None:
    told = panel(TOTAL)
    told["component"][0]["valueQuantity"]["unit"] = unit

    assert one(told).hold


@pytest.mark.parametrize(("system", "is_kept"), [("urn:x", True), (LOINC, False)])
def test_a_total_with_a_code_of_loinc_is_what_its_code_says(
    system: str, *, is_kept: bool
) -> None:
    named = {"coding": [{"system": system, "code": "2885-2"}], "text": "Total"}

    parsed = read(observation(valueQuantity=None, component=[part(28, "ng/mL", named)]))

    kept = [(row.measurand, row.local_code) for row in parsed.results]
    assert kept == ([(Measurand.TOTAL, "2885-2")] if is_kept else [])


@pytest.mark.parametrize("group", ["panel", "report"])
def test_a_part_in_an_observation_of_its_own_is_of_the_panel_that_names_it(
    group: str,
) -> None:
    names = ("Total", "D3", "D2")
    members = [
        observation(
            id=name.lower(),
            code=code(text=name),
            valueQuantity=quantity(value, "ng/mL"),
        )
        for name, value in zip(names, (28, 20, 8), strict=True)
    ]
    named = [{"reference": f"Observation/{one['id']}"} for one in members]
    around = {
        "panel": observation(id="p", valueQuantity=None, hasMember=named),
        "report": {**REPORT, "code": code(text="25-OH vitamin D"), "result": named},
    }

    total, d3, d2 = read(around[group], *members).results

    # Whether another test stands beside it is not seen from a member of a panel.
    assert total.hold.startswith(UNCERTAIN)
    parts = [(row.measurand, row.value_text) for row in (total, d3, d2)]
    assert parts == [
        (Measurand.TOTAL, "28"),
        (Measurand.D3, "20"),
        (Measurand.D2, "8"),
    ]
    assert (d3.hold, d2.hold) == ("", "")


def test_a_part_of_a_panel_that_tells_no_kind_of_vitamin_d_is_held() -> None:
    fraction = part(20, "ng/mL", code(text="D3"))

    _, d3 = read(panel(code(text="Vitamin D panel"), fraction)).results

    assert d3.measurand is Measurand.D3
    assert d3.hold.endswith("confirm that it is a part of 25-hydroxyvitamin D.")


def test_an_observation_that_is_called_total_alone_is_not_kept() -> None:
    assert read(observation(code=code(text="Total"))).results == ()


# Digits that FHIR has not -------------------------------------------------------------

DIGITS = "is not written with the digits 0 to 9."


ZEROS = {"Arabic": 0x660, "Persian": 0x6F0, "Indian": 0x966, "wide": 0xFF10}


def spelled(text: str, script: str = "Arabic") -> str:
    """Return a text with the digits of another script."""
    zero = ZEROS[script]
    return text.translate({ord("0") + digit: zero + digit for digit in range(10)})


@pytest.mark.parametrize("script", ZEROS)
@pytest.mark.parametrize("name", ["effectiveDateTime", "issued"])
@pytest.mark.parametrize(
    ("spelt", "rest"), [("2026-03-01", ""), ("2026", "-03-01T08:30Z"), ("2026-03", "")]
)
def test_a_day_in_other_digits_is_refused_by_name(
    script: str, name: str, spelt: str, rest: str
) -> None:
    written = spelled(spelt, script) + rest
    told = observation(**{"effectiveDateTime": None, name: written})

    why = refusal(told).why

    assert DIGITS in why
    assert written in why


def test_a_day_in_other_digits_beside_one_that_can_be_read_holds_with_both() -> None:
    times = {"effectiveDateTime": spelled("2026-03-01"), "issued": "2026-03-05T08:00Z"}

    row = one(observation(**times))

    assert row.collected_on.isoformat() == "2026-03-05"
    assert DIGITS in row.hold
    assert "2026-03-05" in row.hold


@pytest.mark.parametrize("script", ZEROS)
@pytest.mark.parametrize("written", ["28 ng/mL", "28", "<4 ng/mL", "28.4 ng/mL"])
@pytest.mark.parametrize("key", ["valueString", "valueQuantity", "component"])
def test_a_number_in_other_digits_is_refused_by_name(
    script: str, written: str, key: str
) -> None:
    text = spelled(written, script)
    digits, _, unit = text.partition(" ")
    told: dict[str, Any] = {"valueQuantity": None, "valueString": text}
    if key == "valueQuantity":
        told = {"valueQuantity": quantity(digits, unit or "ng/mL")}
    elif key == "component":
        inside = {"code": TOTAL, "valueString": text}
        told = {"valueQuantity": None, "component": [inside]}

    assert refusal(observation(**told)).why == "Type the number with the digits 0 to 9."


# One value in two observations --------------------------------------------------------


def in_ng(number: int = 1, **changed: object) -> Body:
    return observation(id=f"n{number}", **changed)


def in_nmol(amount: int = 70, number: int = 1, **changed: object) -> Body:
    code = {"coding": [{"system": "http://loinc.org", "code": "68438-1"}]}
    quantity = {"value": amount, "unit": "nmol/L"}
    body = {"id": f"m{number}", "code": code, "valueQuantity": quantity}
    return observation(**(body | changed))


def test_one_value_in_two_observations_with_a_unit_each_is_one_result() -> None:
    result = one(in_ng(note=[{"text": "One."}]), in_nmol(note=[{"text": "Another."}]))

    assert (result.value_text, result.unit, result.hold) == ("28", Unit.NG_PER_ML, "")
    assert result.remarks == ("The same value is also printed as '70 nmol/L'.",)
    assert result.comment == "One.\nAnother."


def test_two_observations_of_one_test_that_contradict_each_other_are_held() -> None:
    parsed = read(in_ng(), in_nmol(28))

    assert [row.value_text for row in parsed.results] == ["28", "28"]
    for row in parsed.results:
        assert "contradict each other, '28 ng/mL' and '28 nmol/L'" in row.hold


def test_two_units_of_nobody_among_several_people_stay_two() -> None:
    people = [{"resourceType": "Patient", "id": one} for one in ("p1", "p2")]
    parsed = read(*people, in_ng(subject=None), in_nmol(subject=None))

    assert [row.value_text for row in parsed.results] == ["28", "70"]
    assert all("the file speaks of several" in row.hold for row in parsed.results)


@pytest.mark.parametrize(
    "changed",
    [
        {"status": "preliminary"},
        {"effectiveDateTime": "2024-03-02"},
        {"subject": {"display": "Ben Okafor"}},
        {"performer": [{"display": "Another laboratory"}]},
    ],
)
def test_two_units_of_two_days_people_or_laboratories_stay_two(changed: Body) -> None:
    results = read(in_ng(), in_nmol(**changed)).results

    assert [row.value_text for row in results] == ["28", "70"]
    assert not any("contradict" in row.hold for row in results)
