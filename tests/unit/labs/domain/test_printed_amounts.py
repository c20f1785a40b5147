"""Amounts typed with their unit, and the digits under bars."""

import pytest

from labs.domain.printed_amounts import (
    BarcodeRefused,
    PrintedAmount,
    parse_barcode,
    split_amount,
)
from labs.domain.supplements import AmountUnit, UnknownAmountUnit


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("1000", "1000", None),
        ("1000 IU", "1000", AmountUnit.IU),
        ("1000IU", "1000", AmountUnit.IU),
        ("1,000 [iU]", "1,000", AmountUnit.IU),
        ("400 I.E.", "400", AmountUnit.IU),
        ("400 وحدة دولية", "400", AmountUnit.IU),
        (" 25 µg", "25", AmountUnit.UG),
        ("25 \u03bcg", "25", AmountUnit.UG),
        ("12,5 Mikrogramm", "12,5", AmountUnit.UG),
        ("<5", "<5", None),
    ],
)
def test_number_and_unit_are_parted(
    text: str, number: str, unit: AmountUnit | None
) -> None:
    assert split_amount(text) == PrintedAmount(number, unit)


@pytest.mark.parametrize("text", ["5 ED", "1000 IUs daily", "3 drops"])
def test_a_unit_that_is_not_known_is_refused(text: str) -> None:
    with pytest.raises(UnknownAmountUnit):
        split_amount(text)


@pytest.mark.parametrize(
    "digits", ["96385074", "036000291452", "4006381333931", "10012345678902"]
)
def test_a_barcode_is_taken(digits: str) -> None:
    assert parse_barcode(digits) == digits


@pytest.mark.parametrize("text", ["", "12345", "abcdefgh", "4006381333930", "٩٦٣٨٥٠٧٤"])
def test_what_is_no_barcode_is_refused(text: str) -> None:
    with pytest.raises(BarcodeRefused):
        parse_barcode(text)
