"""What clinics know of laboratories, put together."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.domain.laboratories import (
    NOTHING_KNOWN,
    Laboratories,
    LaboratoryFact,
    LaboratoryFactKind,
)

NAMES = st.sampled_from(["A", "B", "C", "D", "E"])


def alias(name: str, other: str) -> LaboratoryFact:
    return LaboratoryFact(LaboratoryFactKind.ALIAS, name, other_name=other)


def imprecision(laboratory: str, cva: str, method: str = "") -> LaboratoryFact:
    kind = LaboratoryFactKind.IMPRECISION
    return LaboratoryFact(kind, laboratory, method, cva=Decimal(cva))


def total(laboratory: str) -> LaboratoryFact:
    return LaboratoryFact(LaboratoryFactKind.D3_IS_TOTAL, laboratory)


def test_a_name_stands_for_another_whatever_its_spelling() -> None:
    known = Laboratories.knowing([alias("Lab Corp of America", "LabCorp")])

    assert known.called("LAB CORP OF AMERICA!") == known.called("Labcorp")


def test_a_chain_of_names_ends_in_one() -> None:
    known = Laboratories.knowing([alias("A", "B"), alias("B", "C")])

    assert known.called("A") == known.called("B") == "c"


@given(st.lists(st.tuples(NAMES, NAMES), max_size=12))
def test_names_that_are_joined_are_called_alike_in_any_order(
    pairs: list[tuple[str, str]],
) -> None:
    facts = [alias(one, other) for one, other in pairs]

    known, again = Laboratories.knowing(facts), Laboratories.knowing(facts[::-1])

    assert known == again
    assert all(known.called(one) == known.called(other) for one, other in pairs)
    assert all(known.called(known.called(one)) == known.called(one) for one, _ in pairs)


def test_the_imprecision_of_a_method_goes_before_that_of_the_laboratory() -> None:
    known = Laboratories.knowing(
        [imprecision("A", "8"), imprecision("A", "5", "LC-MS/MS"), alias("Lab A", "A")]
    )

    assert known.cva_of("lab a", "lcmsms") == Decimal(5)
    assert known.cva_of("A", "ECLIA") == Decimal(8)
    assert known.cva_of("A", "") == Decimal(8)
    assert known.cva_of("B", "LC-MS/MS") is None


def test_of_two_clinics_numbers_the_larger_holds() -> None:
    known = Laboratories.knowing([imprecision("A", "5"), imprecision("a.", "9")])

    assert known.cva_of("A", "") == Decimal(9)


@pytest.mark.parametrize(("asked", "is_total"), [("A", True), ("B", False)])
def test_a_total_is_confirmed_for_one_laboratory_alone(
    asked: str, *, is_total: bool
) -> None:
    assert Laboratories.knowing([total("a")]).reports_total_as_d3(asked) is is_total


def test_a_laboratory_that_is_not_stated_is_known_for_nothing() -> None:
    known = Laboratories.knowing([total("A"), imprecision("A", "5")])

    assert not known.reports_total_as_d3("")
    assert known.cva_of("", "") is None
    assert NOTHING_KNOWN.called("A") == "a"
