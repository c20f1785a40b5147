import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.domain import passwords


@pytest.mark.parametrize(
    "typed",
    [
        "correct ALICE horse",
        "ashby-and-the-tide",
        "aliceashbyrules",
        "My Calcidiol site",
    ],
)
def test_the_persons_own_words_are_found_whatever_their_case(typed: str) -> None:
    word = passwords.own_word_in(
        typed, name="Alice Ashby", email="alice.ashby@example.org"
    )

    assert word is not None


def test_parts_of_the_address_count_as_own_words() -> None:
    word = passwords.own_word_in(
        "the gardener sings", name="", email="old_gardener42@example.org"
    )

    assert word == "gardener"


def test_short_words_of_a_name_are_no_reason_to_refuse() -> None:
    assert passwords.own_word_in("kangaroo jumps on", name="Jo Li", email="") is None


@pytest.mark.parametrize(
    "typed",
    [
        "aaaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "123451234512345",
        "0123456789012345",
        "qwertyuiopasdfgh",
        "zyxwvutsrqponmlk",
        "ABCDEFGHIJKLMNOP",
    ],
)
def test_repetitions_and_runs_of_keys_are_patterns(typed: str) -> None:
    assert passwords.is_pattern(typed)


@given(st.text(alphabet="abcdefghij", min_size=1, max_size=5), st.integers(3, 20))
def test_every_short_unit_repeated_is_a_pattern(unit: str, times: int) -> None:
    assert passwords.is_pattern(unit * times)


def test_words_that_do_not_belong_together_are_no_pattern() -> None:
    assert not passwords.is_pattern("seven quiet otters paddle")
