"""What leaves a clinic gives no small group of people away, directly or by a sum."""

from hypothesis import given
from hypothesis import strategies as st

from labs.domain.disclosure import FEWEST_TOLD, told

COUNTS = st.lists(st.integers(0, 40), min_size=1, max_size=8)


@given(COUNTS)
def test_no_small_count_is_told(counts: list[int]) -> None:
    for count, shown in zip(counts, told(counts), strict=True):
        assert shown in {None, count}
        assert shown is None or shown == 0 or shown >= FEWEST_TOLD


@given(COUNTS)
def test_nothing_hidden_can_be_worked_out_from_the_sum(counts: list[int]) -> None:
    shown = told(counts)
    hidden = [count for count, each in zip(counts, shown, strict=True) if each is None]
    others = sum(1 for each in counts if each)

    assert len(hidden) != 1 or others == 1
    if hidden and others > len(hidden):
        assert sum(hidden) >= FEWEST_TOLD


def test_what_is_not_small_is_told() -> None:
    assert told([5, 0, 12]) == [5, 0, 12]


def test_beside_one_small_count_the_smallest_other_is_hidden_too() -> None:
    assert told([30, 2, 9, 14]) == [30, None, None, 14]


def test_two_small_counts_that_are_few_together_take_a_third_along() -> None:
    assert told([30, 1, 2, 9]) == [30, None, None, None]
