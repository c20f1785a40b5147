"""The number in the text for people against that of the entry."""

import pytest

from tests.unit.labs.formats.ccda_documents import observation, only, panel, read

REFERS = '<text><reference value="#r"/></text>'
NAMED = (
    '<code code="62292-8" codeSystem="2.16.840.1.113883.6.1" displayName="25-OH D">'
    '<originalText><reference value="#r"/></originalText></code>'
)
HEAD = "<tr><th>Test</th><th>Result</th><th>Range</th><th>Order</th></tr>"


def value(number: str, unit: str = "ng/mL") -> str:
    return f'<value xsi:type="PQ" value="{number}" unit="{unit}"/>'


def table(*cells: str, head: str = "", name: str = "25-OH D") -> str:
    row = "".join(f"<td>{cell}</td>" for cell in cells)
    return f"<table>{head}<tr><td ID='r'>{name}</td>{row}</tr></table>"


def held(text: str, coded: str = value("28")) -> str:
    return only(observation(value=coded, more=REFERS), text=text).hold


@pytest.mark.parametrize(
    "text",
    [
        table("82 ng/mL", "30-100 ng/mL"),
        table("82", "ng/mL", "30-100"),
        table("82 ng/mL H"),
        table("82 ng/mL (30-100)"),
        table("82", "30-100", "4711", head=HEAD),
        table("82.0 (H)", ">30", "", head=HEAD),
        table("<content>82 ng/mL</content>"),
        "<paragraph>25-OH D: <content ID='r'>82</content> ng/mL</paragraph>",
        table("28 nmol/L"),
        table("&lt;4 ng/mL", "30-100", "", head=HEAD),
    ],
)
def test_another_number_in_the_text_for_people_holds_with_both_shown(text: str) -> None:
    said = held(text)

    assert said.startswith("The entry says '28 ng/mL' and the text for people '")
    assert said.endswith("Check which one the laboratory reported.")


def test_where_the_entrys_value_points_to_counts_without_a_unit() -> None:
    coded = (
        '<value xsi:type="PQ" value="28" unit="ng/mL">'
        '<translation value="70" unit="nmol/L"/>'
        '<originalText><reference value="#v"/></originalText></value>'
    )
    text = "<table><tr><td>25-OH D</td><td ID='v'>{}</td><td>9</td></tr></table>"

    assert "'82'" in only(observation(value=coded), text=text.format("82")).hold
    assert only(observation(value=coded), text=text.format("28.0")).hold == ""


def test_the_row_of_the_tests_name_counts() -> None:
    entry = observation(code=NAMED, value=value("28"))

    assert "'82 ng/mL'" in only(entry, text=table("82 ng/mL")).hold


@pytest.mark.parametrize(
    "text",
    [
        table("28.00 ng/mL"),
        table("28,0 ng/ml"),
        table("28 µg/L"),
        table("70 nmol/L"),
        table("28 ng/mL (70 nmol/L)"),
        table("28", "82 ng/mL"),  # the row holds the entry's number, too
        table("31 ng/mL", "28 ng/mL"),  # the earlier result beside it
        table("pending", "ng/mL"),
        table("see note", "4711"),
        table("30-100 ng/mL"),
        table("&gt;30 ng/mL"),
        table("&lt;20 deficient, 20-30 insufficient"),
        table("", "2025-03-10"),
        table("82 corrected to 28 ng/mL"),
        table("1.234 ng/mL"),
        table("82"),  # nothing says what this number is
        table("82", "31", "ng/mL"),
        table(
            "4711", "82", "", head="<tr><th>Test</th><th>Order</th><th>No.</th></tr>"
        ),
        table("28", "82", "", head=HEAD),
        table("see note", "82 ng/mL", "5", head=HEAD),
        table("pending", "ng/mL", name="1"),
        (
            "<table><tr><td ID='r' rowspan='2'>25-OH D</td><td>82 ng/mL</td></tr>"
            "<tr><td>28 ng/mL</td></tr></table>"
        ),
        "<paragraph ID='r'>25-OH D 82 ng/mL</paragraph>",
        "",
    ],
)
def test_a_text_that_agrees_or_is_not_plainly_the_value_changes_nothing(
    text: str,
) -> None:
    assert held(text) == ""


def test_a_rounded_number_is_said_and_not_held() -> None:
    result = only(observation(value=value("27.6"), more=REFERS), text=table("28 ng/mL"))

    assert result.hold == ""
    assert result.remarks == ("The text for people says '28 ng/mL'.",)


def test_a_row_that_several_entries_point_to_says_nothing_of_one() -> None:
    entries = panel(
        observation(value=value("28"), more=REFERS),
        observation(
            value=value("31"), day='<effectiveTime value="20250410"/>', more=REFERS
        ),
    )

    parsed = read(entries, text=table("82 ng/mL"))

    assert [row.hold for row in parsed.results] == ["", ""]


def test_a_companion_in_another_unit_is_held_where_the_number_is_the_same() -> None:
    code = (
        '<code code="17861-6" codeSystem="2.16.840.1.113883.6.1" '
        'displayName="Calcium"/>'
    )
    coded = value("9.5", "mg/dL")
    entry = observation(code=code, value=coded, more=REFERS)

    assert "'9.5 mmol/L'" in only(entry, text=table("9.5 mmol/L", name="Ca")).hold
    assert only(entry, text=table("2.37 mmol/L", name="Ca")).hold == ""
