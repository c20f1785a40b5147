"""Values and intervals of C-CDA, and the text for people beside them."""

from decimal import Decimal

import pytest

from labs.domain.measurements import Comparator
from labs.domain.units import Unit
from tests.unit.labs.formats.ccda_documents import observation, only, why


def interval(low: str = "", high: str = "") -> str:
    return f'<value xsi:type="IVL_PQ">{low}{high}</value>'


def limit(side: str, value: str, more: str = "") -> str:
    return f'<{side} value="{value}" unit="ng/mL" {more}/>'


STRICT = 'inclusive="false"'


@pytest.mark.parametrize(
    ("value", "text", "comparator"),
    [
        ('<value xsi:type="PQ" value="27.50" unit="ng/mL"/>', "27.50", None),
        ('<value value="27" unit="ng/mL"/>', "27", None),
        ('<value xsi:type="PQ" value="&lt;4" unit="ng/mL"/>', "<4", Comparator.LESS),
        (
            interval(limit("low", "0"), limit("high", "4.0")),
            "<=4.0",
            Comparator.AT_MOST,
        ),
        (interval(high=limit("high", "4.0")), "<=4.0", Comparator.AT_MOST),
        (
            interval('<low nullFlavor="NINF"/>', limit("high", "4.0", STRICT)),
            "<4.0",
            Comparator.LESS,
        ),
        (
            interval(limit("low", "150", STRICT), '<high nullFlavor="PINF"/>'),
            ">150",
            Comparator.GREATER,
        ),
        (interval(limit("low", "150")), ">=150", Comparator.AT_LEAST),
        (interval(limit("low", "27"), limit("high", "27")), "27", None),
        (interval('<center value="27" unit="ng/mL"/>'), "27", None),
        ('<value xsi:type="ST">27 ng/mL</value>', "27", None),
        ('<value xsi:type="ED">&gt;150 ng/mL</value>', ">150", Comparator.GREATER),
        (
            (
                '<value xsi:type="PQ" nullFlavor="OTH"><translation value="27" '
                'nullFlavor="OTH"><originalText>NG/ML</originalText></translation></value>'
            ),
            "27",
            None,
        ),
        (
            (
                '<value xsi:type="PQ" value="27">'
                '<translation value="67" code="nmol/L"/>'
                "<originalText>ng/mL</originalText></value>"
            ),
            "27",
            None,
        ),
        (
            (
                '<value xsi:type="IVL_PQ"><high nullFlavor="OTH">'
                '<translation value="4.0">'
                "<originalText>ng/ml</originalText></translation></high></value>"
            ),
            "<=4.0",
            Comparator.AT_MOST,
        ),
        (
            '<value xsi:type="CD" code="1" displayName="&lt;4 ng/mL"/>',
            "<4",
            Comparator.LESS,
        ),
    ],
)
def test_a_value_is_read_by_its_structure(
    value: str, text: str, comparator: Comparator | None
) -> None:
    result = only(observation(value=value))

    assert (result.value_text, result.comparator) == (text, comparator)
    assert result.unit is Unit.NG_PER_ML


@pytest.mark.parametrize("kind", ["INT", "REAL", "ST"])
def test_a_unit_may_stand_in_an_entry_beside_the_value(kind: str) -> None:
    number = ">27</value>" if kind == "ST" else ' value="27"/>'
    units = (
        '<entryRelationship><observation moodCode="EVN"><code code="246514001"/>'
        '<value xsi:type="ST">nmol/L</value></observation></entryRelationship>'
    )
    code = '<code displayName="25-OH Vitamin D"/>'

    result = only(
        observation(value=f'<value xsi:type="{kind}"{number}', more=units, code=code)
    )

    assert (result.value_text, result.unit) == ("27", Unit.NMOL_PER_L)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "The value is empty"),
        ('<value xsi:type="PQ"/>', "The value is empty"),
        ('<value xsi:type="PQ" nullFlavor="NA"/>', "does not apply"),
        ('<value xsi:type="PQ" nullFlavor="NAV"/>', "not available yet"),
        ('<value xsi:type="IVL_PQ" nullFlavor="UNK"/>', "is not known"),
        ('<value xsi:type="IVL_PQ"/>', "The value is empty"),
        ('<value xsi:type="PQ" value="27"/>', "a unit is never guessed"),
        ('<value xsi:type="PQ" value="27" unit="1"/>', "a unit is never guessed"),
        ('<value xsi:type="PQ" value="27" unit="[iU]"/>', "[iU]"),
        ('<value xsi:type="PQ" value="1e400" unit="ng/mL"/>', "1e400"),
        ('<value xsi:type="PQ" value="NaN" unit="ng/mL"/>', "The value is empty"),
        ('<value xsi:type="PQ" value="INF" unit="ng/mL"/>', "INF"),
        ('<value xsi:type="PQ" value="-3" unit="ng/mL"/>', "less than zero"),
        (interval(limit("low", "4"), limit("high", "8")), "'4-8' is a range"),
        (
            (
                '<value xsi:type="IVL_PQ"><low value="0" unit="ng/mL"/>'
                '<high value="4" unit="nmol/L"/></value>'
            ),
            "two units",
        ),
        ('<value xsi:type="RTO"><numerator value="1"/></value>', "'RTO'"),
        ('<value xsi:type="TS" value="20250310"/>', "'TS'"),
        ('<value xsi:type="CD" code="27"/>', "a code, not a number"),
        ('<value xsi:type="CD" code="27" displayName="Low"/>', "Low"),
        ('<value xsi:type="ST">see comment</value>', "see comment"),
        ('<value xsi:type="ED" representation="B64">Mjc=</value>', "'ED'"),
        (
            (
                '<value xsi:type="PQ" value="1" unit="ng/mL"/>'
                '<value xsi:type="PQ" value="2" unit="ng/mL"/>'
            ),
            "several values",
        ),
    ],
)
def test_what_is_no_single_number_is_refused_by_name(value: str, reason: str) -> None:
    assert reason in why(observation(value=value))


def test_a_value_in_another_unit_beside_it_is_said_and_not_used() -> None:
    value = (
        '<value xsi:type="PQ" value="30" unit="ng/mL">'
        '<translation value="75" code="nmol/L"/></value>'
    )

    result = only(observation(value=value))

    assert (result.value_text, result.unit) == ("30", Unit.NG_PER_ML)
    assert result.remarks == ("The same value is also printed as '75 nmol/L'.",)
    assert result.hold == ""


def test_a_value_in_another_unit_that_contradicts_makes_a_person_look() -> None:
    value = (
        '<value xsi:type="PQ" value="30" unit="ng/mL">'
        '<translation value="30" unit="nmol/L"/>'
        '<translation value="30" unit="ug/L"/></value>'
    )

    result = only(observation(value=value))

    assert result.hold == (
        "The value is printed in two units that contradict each other, '30 ng/mL' and "
        "'30 nmol/L'."
    )
    assert "The same value was also sent as '30 ug/L'." in result.remarks


def test_a_value_that_is_called_missing_makes_a_person_look() -> None:
    value = '<value xsi:type="PQ" value="30" unit="ng/mL" nullFlavor="UNK"/>'

    result = only(observation(value=value))

    assert result.value_text == "30"
    assert result.hold == "There is no value: it is not known (nullFlavor 'UNK')."


def test_a_unit_in_the_number_is_not_passed_over() -> None:
    value = '<value xsi:type="PQ" value="30 nmol/L" unit="ng/mL"/>'

    assert why(observation(value=value)) == (
        "The result gives two units, 'nmol/L' and 'ng/mL'; one of them is wrong."
    )


def test_bands_with_words_alone_keep_their_bounds() -> None:
    bands = "".join(
        f"<referenceRange><observationRange><text>{text}</text>"
        f'<value xsi:type="IVL_PQ">{bounds}</value></observationRange></referenceRange>'
        for text, bounds in (
            ("Deficient", '<high value="20" unit="ng/mL" inclusive="false"/>'),
            ("Normal", '<low value="30" unit="ng/mL"/>'),
        )
    )

    result = only(observation(more=bands))

    assert result.interval_text == "Deficient: <20 ng/mL; Normal: >=30 ng/mL"


@pytest.mark.parametrize(
    ("band", "text", "low"),
    [
        ('<high value="100" unit="ng/mL"/>', "<=100 ng/mL", None),
        ('<low value="thirty" unit="ng/mL"/>', ">=thirty ng/mL", None),
        ('<low value="30" unit="MOC"/><high value="50"/>', "30-50 MOC", None),
        ('<low value="30"/><high value="50"/>', "30-50", Decimal(30)),
    ],
)
def test_a_band_that_cannot_be_read_keeps_its_text(
    band: str, text: str, low: Decimal | None
) -> None:
    more = (
        '<referenceRange><observationRange><value xsi:type="IVL_PQ">'
        f"{band}</value></observationRange></referenceRange>"
    )

    result = only(observation(more=more))

    assert (result.interval_text, result.interval_low) == (text, low)


def test_a_low_limit_that_is_no_number_makes_a_range() -> None:
    value = interval(limit("low", "none"), limit("high", "4"))

    assert "'none-4' is a range" in why(observation(value=value))


def test_a_range_of_reference_keeps_unit_and_bounds_and_checks_the_value_s() -> None:
    bands = (
        '<referenceRange><observationRange><value xsi:type="IVL_PQ">'
        '<low value="50" unit="nmol/L"/></value></observationRange></referenceRange>'
    )

    result = only(observation(more=bands))

    assert result.interval_text == ">=50 nmol/L"
    assert result.interval_low == Decimal(50)
    assert "nmol/L" in result.hold


# The text for people ------------------------------------------------------------------

UP_TO_FOUR = interval(limit("low", "0"), limit("high", "4.0"))
REFERS = '<text><reference value="#r"/></text>'


def row(*cells: str) -> str:
    return f"<table><tr><td ID='r'>25-OH D</td>{''.join(cells)}</tr></table>"


@pytest.mark.parametrize(
    "cell",
    ["&lt;4.0 ng/mL", "&lt; 4.0", "less than 4 ng/mL", "&lt;4 L"],
)
def test_the_text_wins_over_an_inclusive_limit_with_a_remark(cell: str) -> None:
    text = row(f"<td>{cell}</td>", "<td>30-100</td>")

    result = only(observation(value=UP_TO_FOUR, more=REFERS), text=text)

    assert (result.value_text, result.comparator) == ("<4.0", Comparator.LESS)
    assert result.remarks == (
        "The structure says <=4.0 and the text <4.0: the text was taken.",
    )
    assert result.hold == ""


@pytest.mark.parametrize(
    "cells",
    [
        ("<td>&lt;= 4.0 ng/mL</td>",),
        ("<td>&lt;5 ng/mL</td>",),
        ("<td>pending</td>",),
        ("<td>&lt;4</td>", "<td>&lt;=4</td>"),
        (),
    ],
)
def test_a_text_that_agrees_changes_nothing(
    cells: tuple[str, ...],
) -> None:
    result = only(observation(value=UP_TO_FOUR, more=REFERS), text=row(*cells))

    assert (result.value_text, result.hold, result.remarks) == ("<=4.0", "", ())


def test_a_text_of_the_other_side_holds_the_result_with_both_shown() -> None:
    text = row("<td>&gt;4.0 ng/mL</td>")

    result = only(observation(value=UP_TO_FOUR, more=REFERS), text=text)

    assert result.comparator is Comparator.AT_MOST
    assert "<=4.0" in result.hold
    assert ">4.0" in result.hold


def test_a_comparator_that_the_structure_dropped_holds_the_result() -> None:
    exact = '<value xsi:type="PQ" value="4" unit="ng/mL"/>'

    result = only(
        observation(value=exact, more=REFERS), text=row("<td>&lt;4 ng/mL</td>")
    )

    assert result.comparator is None
    assert result.hold == "The structure says 4 and the text for people <4."


def test_a_printed_band_is_not_taken_for_the_value_s_text() -> None:
    exact = '<value xsi:type="PQ" value="30" unit="ng/mL"/>'
    band = (
        "<referenceRange><observationRange><text>&gt;30</text></observationRange>"
        "</referenceRange>"
    )
    text = row("<td>30</td>", "<td>&gt;30</td>")

    assert only(observation(value=exact, more=REFERS + band), text=text).hold == ""


def test_an_id_that_is_there_twice_points_to_nothing() -> None:
    text = row("<td>&lt;4</td>") * 2

    assert only(observation(value=UP_TO_FOUR, more=REFERS), text=text).remarks == ()


@pytest.mark.parametrize(
    "address", ["http://example.org/#r", "file:///etc/passwd", "#", "#missing", "27"]
)
def test_only_a_place_in_the_document_is_followed(address: str) -> None:
    more = f'<text><reference value="{address}"/></text>'

    result = only(observation(more=more), text="<paragraph ID='r'>Read it</paragraph>")

    assert result.comment == ""


@pytest.mark.parametrize("address", ["#r", "r", " #r ", "# r"])
def test_an_id_is_followed_with_and_without_its_sign(address: str) -> None:
    more = f'<text><reference value="{address}"/></text>'

    result = only(observation(more=more), text="<paragraph ID='r'>Read it</paragraph>")

    assert result.comment == "Read it"
