"""Numbers, comparators, units and intervals of FHIR, kept as they were written."""

import json
from decimal import Decimal

import pytest

from labs.domain.measurands import Measurand
from labs.domain.measurements import Comparator
from labs.domain.units import Unit
from labs.formats.fhir import read_fhir
from tests.unit.labs.formats.fhir_bodies import (
    Body,
    bundle,
    observation,
    one,
    read,
    refusal,
)

VITAMIN_D = {"coding": [{"system": "http://loinc.org", "code": "62292-8"}]}


def with_number(digits: str) -> bytes:
    """Return a result whose number is written exactly so."""
    text = json.dumps(bundle(observation(valueQuantity={"value": 1, "unit": "ng/mL"})))
    return text.replace('"value": 1,', f'"value": {digits},').encode()


# Numbers ------------------------------------------------------------------------------


@pytest.mark.parametrize("digits", ["30.10", "30", "30.0", "0", "0.5", "4.000000"])
def test_a_number_keeps_the_decimals_in_which_it_was_sent(digits: str) -> None:
    (row,) = read_fhir(with_number(digits)).results

    assert row.value_text == digits
    assert (str(row.value), row.remarks) == (digits, ())


@pytest.mark.parametrize(
    ("digits", "printed"), [("2.5e1", "25"), ("1E+2", "100"), ("305e-1", "30.5")]
)
def test_an_exponent_is_written_out_and_said(digits: str, printed: str) -> None:
    (row,) = read_fhir(with_number(digits)).results

    assert row.value_text == printed
    assert row.remarks == (f"The number was sent as {digits}.",)


def test_a_number_with_the_dust_of_a_computer_is_rounded_and_held() -> None:
    (row,) = read_fhir(with_number("27.299999999999997")).results

    assert (row.value_text, row.value) == ("27.3", Decimal("27.3"))
    assert "27.299999999999997" in row.hold


@pytest.mark.parametrize(
    "digits", ["1e400", "1e-400", "-5", "1" * 13, "9" * 41, "1e99", "123456789012345"]
)
def test_a_number_that_no_laboratory_prints_is_refused(digits: str) -> None:
    parsed = read_fhir(with_number(digits))

    assert parsed.results == ()
    assert len(parsed.refused) == 1


@pytest.mark.parametrize(
    ("comparator", "meaning"),
    [
        ("<", Comparator.LESS),
        ("<=", Comparator.AT_MOST),
        (">=", Comparator.AT_LEAST),
        (">", Comparator.GREATER),
    ],
)
def test_a_comparator_stays_with_its_number(
    comparator: str, meaning: Comparator
) -> None:
    quantity = {"value": 4, "comparator": comparator, "unit": "ng/mL"}

    row = one(observation(valueQuantity=quantity))

    assert (row.value_text, row.comparator) == (f"{comparator}4", meaning)
    assert row.value == Decimal(4)


def test_a_comparator_that_is_not_known_is_refused() -> None:
    quantity = {"value": 4, "comparator": "ad", "unit": "ng/mL"}

    assert (
        "'ad' is not a comparator" in refusal(observation(valueQuantity=quantity)).why
    )


@pytest.mark.parametrize(
    ("quantity", "text"),
    [
        ({"value": "27.30", "unit": "ng/mL"}, "27.30"),
        ({"value": "<4", "unit": "ng/mL"}, "<4"),
        ({"value": "4", "comparator": "<", "unit": "ng/mL"}, "<4"),
        ({"value": "<4", "comparator": "<", "unit": "ng/mL"}, "<4"),
    ],
)
def test_a_number_that_was_sent_as_a_text_is_read_and_said(
    quantity: Body, text: str
) -> None:
    row = one(observation(valueQuantity=quantity))

    assert row.value_text == text
    assert row.remarks == ("The number was sent as a text.",)


def test_two_comparators_that_contradict_each_other_are_refused() -> None:
    quantity = {"value": ">4", "comparator": "<", "unit": "ng/mL"}

    assert "contradict" in refusal(observation(valueQuantity=quantity)).why


# Texts and other types ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value_text", "unit"),
    [
        ("<4 ng/mL", "<4", Unit.NG_PER_ML),
        ("27 ng/mL", "27", Unit.NG_PER_ML),
        ("27,5 nmol/L", "27,5", Unit.NMOL_PER_L),
        ("> 150 ng/mL H", "> 150", Unit.NG_PER_ML),
    ],
)
def test_a_value_as_text_is_read(text: str, value_text: str, unit: Unit) -> None:
    row = one(observation(valueQuantity=None, valueString=text))

    assert (row.value_text, row.unit) == (value_text, unit)


@pytest.mark.parametrize(
    "text", ["see note", "insufficient sample", "pending", "20-30", "30 - 100 ng/mL"]
)
def test_a_text_that_is_no_number_is_refused_by_name(text: str) -> None:
    refused = refusal(observation(valueQuantity=None, valueString=text))

    assert text.split(maxsplit=1)[0] in refused.why
    assert refused.where == "entry 1, Observation/o1"


def test_a_concept_whose_text_is_a_number_is_read() -> None:
    row = one(
        observation(valueQuantity=None, valueCodeableConcept={"text": "<4 ng/mL"})
    )

    assert row.value_text == "<4"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("valueRange", {"low": {"value": 20}, "high": {"value": 30}}),
        ("valueRatio", {"numerator": {"value": 1}, "denominator": {"value": 4}}),
        ("valueSampledData", {"data": "1 2 3"}),
        ("valueBoolean", True),
        ("valueDateTime", "2024-03-01"),
    ],
)
def test_what_is_no_single_number_is_refused_by_the_name_of_its_type(
    key: str, value: object
) -> None:
    refused = refusal(observation(valueQuantity=None, **{key: value}))

    assert f"({key}), not a single number" in refused.why


def test_two_values_are_refused() -> None:
    assert "two values" in refusal(observation(valueString="30 ng/mL")).why


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"dataAbsentReason": {"text": "haemolysed"}}, "'haemolysed'"),
        (
            {"dataAbsentReason": {"coding": [{"code": "not-performed"}]}},
            "'not-performed'",
        ),
        ({}, "The value is empty"),
        ({"valueQuantity": {"unit": "ng/mL"}}, "The value is empty"),
        ({"valueQuantity": {}}, "The value is empty"),
        ({"note": [{"text": "28 ng/mL"}]}, "The value is empty"),
    ],
)
def test_a_result_without_a_value_says_why(
    changed: dict[str, object], reason: str
) -> None:
    assert reason in refusal(observation(**{"valueQuantity": None, **changed})).why


# Units --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantity", "text", "unit"),
    [
        ({"unit": "NG/ML", "code": "ng/mL"}, "NG/ML", Unit.NG_PER_ML),
        ({"code": "nmol/L"}, "nmol/L", Unit.NMOL_PER_L),
        ({"unit": "nanograms", "code": "ng/mL"}, "ng/mL", Unit.NG_PER_ML),
        ({"unit": "ng/mL", "code": "258806002"}, "ng/mL", Unit.NG_PER_ML),
        ({"unit": "µg/L", "code": "ng/mL"}, "µg/L", Unit.UG_PER_L),
        ({"units": "ng/mL"}, "ng/mL", Unit.NG_PER_ML),
    ],
)
def test_the_unit_is_the_one_for_people_or_its_code(
    quantity: Body, text: str, unit: Unit
) -> None:
    row = one(observation(valueQuantity={"value": 28, **quantity}))

    assert (row.unit_text, row.unit) == (text, unit)


def test_a_unit_and_a_code_of_another_size_are_refused() -> None:
    quantity = {"value": 28, "unit": "ng/mL", "code": "nmol/L"}

    assert "two units" in refusal(observation(valueQuantity=quantity)).why


def test_a_code_of_loinc_with_a_unit_that_is_not_its_own_holds_the_result() -> None:
    quantity = {"value": 70, "unit": "nmol/L"}

    assert "disagree" in one(observation(valueQuantity=quantity)).hold


def test_a_value_without_any_unit_is_refused_not_guessed() -> None:
    refused = refusal(observation(valueQuantity={"value": 28}))

    assert refused.why == "The result gives no unit, and a unit is never guessed."


def test_a_bare_value_beside_an_interval_with_a_unit_is_held() -> None:
    row = one(
        observation(
            valueQuantity=None,
            valueString="<4",
            referenceRange=[{"low": {"value": 30, "unit": "ng/mL"}}],
        )
    )

    assert (row.value_text, row.unit) == ("<4", Unit.NG_PER_ML)
    assert "came without a unit" in row.hold


def test_an_interval_in_another_unit_than_the_value_holds_the_result() -> None:
    interval = [{"text": "20-50 ng/mL", "low": {"value": 20, "unit": "nmol/L"}}]

    row = one(
        observation(
            code={"text": "25-OH Vitamin D"},
            valueQuantity={"value": 28, "unit": "nmol/L"},
            referenceRange=interval,
        )
    )

    assert "the printed interval in ng/mL" in row.hold


@pytest.mark.parametrize("quantity", [{"value": 2.5}, {"value": 2.5, "unit": "1"}])
def test_an_inr_needs_no_unit(quantity: Body) -> None:
    inr = observation(
        code={"coding": [{"system": "http://loinc.org", "code": "6301-6"}]},
        valueQuantity=quantity,
    )

    (row,) = read(inr).companions

    assert (row.measurand, row.unit) == (Measurand.INR, Unit.INR)


# Intervals ----------------------------------------------------------------------------


def quantity(value: float) -> Body:
    return {"value": value, "unit": "ng/mL"}


@pytest.mark.parametrize(
    ("ranges", "text", "low", "high"),
    [
        ([], "", None, None),
        ([{"low": quantity(30), "high": quantity(100)}], "30-100 ng/mL", 30, 100),
        ([{"low": quantity(30)}], ">=30 ng/mL", 30, None),
        ([{"high": quantity(100)}], "<=100 ng/mL", None, 100),
        ([{"text": "30 - 100 ng/mL"}], "30 - 100 ng/mL", 30, 100),
        ([{"text": "see report"}], "see report", None, None),
        ([{"low": quantity(0), "high": quantity(0)}], "", None, None),
        ([{"low": quantity(0), "high": quantity(50)}], "0-50 ng/mL", 0, 50),
        ([{"low": quantity(90), "high": quantity(20)}], "90-20 ng/mL", None, None),
        (
            [
                {"low": quantity(30), "type": {"coding": [{"code": "normal"}]}},
                {"high": quantity(5), "type": {"coding": [{"code": "critical"}]}},
            ],
            "normal: >=30 ng/mL; critical: <=5 ng/mL",
            30,
            None,
        ),
        (
            [
                {"low": quantity(30), "type": {"coding": [{"code": "N"}]}},
                {"high": quantity(10), "type": {"coding": [{"code": "LL"}]}},
            ],
            "N: >=30 ng/mL; LL: <=10 ng/mL",
            30,
            None,
        ),
        (
            [
                {"text": "20-50", "appliesTo": [{"text": "child"}]},
                {"text": "30-100", "appliesTo": [{"text": "adult"}]},
            ],
            "child: 20-50; adult: 30-100",
            None,
            None,
        ),
    ],
)
def test_intervals_are_kept_as_printed_with_bounds_where_one_is_meant(
    ranges: list[Body], text: str, low: int | None, high: int | None
) -> None:
    row = one(observation(referenceRange=ranges))

    assert row.interval_text == text
    assert (row.interval_low, row.interval_high) == (low, high)
    assert row.hold == ""


def test_bands_that_are_too_long_for_the_interval_stay_whole_beside_the_result() -> (
    None
):
    bands = [{"text": f"{start}: " + "x" * 90} for start in ("low", "fair", "high")]

    row = one(observation(referenceRange=bands))

    assert len(row.interval_text) == 200
    assert all(band["text"] in row.comment for band in bands)


def test_an_interval_with_words_alone_keeps_its_bounds() -> None:
    ranges = [
        {"text": "Deficient", "high": {"value": 20, "unit": "ng/mL"}},
        {"text": "Normal", "low": {"value": 30}, "high": {"value": 100}},
    ]

    several, single = (
        one(observation(referenceRange=kept)) for kept in (ranges, ranges[1:])
    )

    assert several.interval_text == "Deficient: <=20 ng/mL; Normal: 30-100"
    assert single.interval_text == "Normal: 30-100"
    assert (single.interval_low, single.interval_high) == (Decimal(30), Decimal(100))


@pytest.mark.parametrize(
    ("quantity", "reason"),
    [
        (
            {"value": [28, 82], "unit": "ng/mL"},
            "'value' stands there more than once; one of them is wrong.",
        ),
        (
            {"value": 28, "unit": ["ng/mL", "nmol/L"]},
            "'unit' stands there more than once; one of them is wrong.",
        ),
        (
            {"value": 28, "unit": "ng/dL", "code": "ng/mL"},
            "The result gives two units, 'ng/mL' and 'ng/dL'; one of them is wrong.",
        ),
    ],
)
def test_a_quantity_that_says_two_things_is_refused(
    quantity: Body, reason: str
) -> None:
    """As FHIR in XML becomes lists, where an element is repeated."""
    assert refusal(observation(valueQuantity=quantity)).why == reason


@pytest.mark.parametrize(
    "changed",
    [
        {"status": ["final", "entered-in-error"]},
        {"effectiveDateTime": ["2024-03-01", "2024-05-01"]},
        {"subject": [{"display": "Ada"}, {"display": "Bo"}]},
        {"code": [VITAMIN_D, {"text": "Ferritin"}]},
        {"code": [{"text": "Ferritin"}, VITAMIN_D]},
    ],
)
def test_what_may_stand_once_and_stands_twice_is_refused(changed: Body) -> None:
    (name,) = changed

    assert refusal(observation(**changed)).why == (
        f"'{name}' stands there more than once; one of them is wrong."
    )


@pytest.mark.parametrize(
    "codes",
    [[VITAMIN_D, {"text": "Ferritin"}], [{"text": "Ferritin"}, VITAMIN_D]],
)
def test_a_component_whose_code_stands_twice_is_refused(codes: list[Body]) -> None:
    part = {"valueQuantity": {"value": 28, "unit": "ng/mL"}, "code": codes}

    parsed = read(observation(valueQuantity=None, component=[part]))

    assert not parsed.results
    assert [refused.why for refused in parsed.refused] == [
        "'code' stands there more than once; one of them is wrong."
    ]


@pytest.mark.parametrize(("other", "is_held"), [(28, False), (82, True)])
def test_a_component_that_repeats_the_test_with_another_value_is_held(
    other: int, *, is_held: bool
) -> None:
    quantity = {"value": 28, "unit": "ng/mL"}
    part = {"code": VITAMIN_D, "valueQuantity": quantity | {"value": other}}

    rows = read(
        observation(code=VITAMIN_D, valueQuantity=quantity, component=[part])
    ).results

    why = "'62292-8' stands there more than once; one of them is wrong."
    assert [row.hold for row in rows] == ([why, why] if is_held else [""])
