from hypothesis import given
from hypothesis import strategies as st

from accounts.domain.one_time_codes import ALPHABET, LENGTH, fingerprint, new_code


def test_a_code_has_more_than_112_bits_and_no_letters_that_are_misread() -> None:
    code = new_code()

    assert len(ALPHABET) == len(set(ALPHABET)) == 32
    assert LENGTH * 5 >= 112
    assert [len(group) for group in code.split("-")] == [5] * 5
    assert not set(code) & set("OILU")


def test_no_code_comes_twice() -> None:
    assert len({new_code() for _ in range(10_000)}) == 10_000


@given(st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH), st.integers(1, 9))
def test_case_spaces_and_hyphens_do_not_matter(code: str, every: int) -> None:
    parts = [code[start : start + every] for start in range(0, LENGTH, every)]

    assert fingerprint(" ".join(parts).lower()) == fingerprint(code)
    assert fingerprint("-".join(parts)) == fingerprint(code)


@given(
    st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH),
    st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH),
)
def test_different_codes_have_different_fingerprints(one: str, other: str) -> None:
    assert (fingerprint(one) == fingerprint(other)) == (one == other)
    assert one not in fingerprint(one)
