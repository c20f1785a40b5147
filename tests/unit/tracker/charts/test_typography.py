import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.charts.typography import (
    LONGEST_LABEL,
    clean,
    isolated,
    shortened,
    visual_runs,
    width_of,
    wrapped,
)

PERSIAN = "می\u200cروم"
ANY_TEXT = st.text(st.characters(), max_size=200)


@given(ANY_TEXT)
def test_clean_words_are_short_and_can_be_encoded(words: str) -> None:
    kept = clean(words)

    assert len(kept) <= LONGEST_LABEL
    kept.encode("utf-8")
    assert not set(kept) & {*map(chr, range(32)), "\ufffe", "\uffff", "\u202e"}


def test_a_line_break_becomes_a_space() -> None:
    assert clean("City\nLaboratory\x00") == "City Laboratory"


def test_the_joiner_that_persian_needs_stays() -> None:
    assert clean(PERSIAN) == PERSIAN


def test_words_beyond_the_cap_end_in_an_ellipsis() -> None:
    assert clean("a" * 10_000) == "a" * (LONGEST_LABEL - 1) + "…"


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("הטווח 30-50", "⟦הטווח [30-50]⟧"),
        ("הטווח <4", "⟦הטווח [<4]⟧"),
        ("25(OH)D، nmol/L وحدة", "⟦[25(OH)D]، [nmol/L] وحدة⟧"),
        ("فيتامين د3 25 ميكروغرام", "⟦فيتامين د[3] [25] ميكروغرام⟧"),
        ("nmol/L 30-50", "nmol/L 30-50"),
    ],
)
def test_numbers_cannot_turn_around_in_right_to_left_words(
    words: str, kept: str
) -> None:
    signs = str.maketrans("\u2066\u2067\u2069", "[⟦]")

    marked = isolated(words, "rtl").translate(signs)

    assert (marked[:-1] + "⟧" if marked.startswith("⟦") else marked) == kept


def test_runs_come_in_the_order_in_which_they_are_seen() -> None:
    assert visual_runs(isolated("הטווח 30-50", "rtl")) == ["30-50", "הטווח "]


def test_a_foreign_name_in_english_words_keeps_the_english_order() -> None:
    assert visual_runs(isolated("Dr דוד", "ltr")) == ["Dr", " דוד"]


def test_mere_brackets_are_mirrored_between_right_to_left_runs() -> None:
    assert visual_runs(isolated("א 25)", "rtl"))[0] == "("


@given(st.text(string.printable[:95]), st.integers(5, 300))
def test_shortened_words_fit(words: str, room: int) -> None:
    assert width_of(shortened(words, 12, room), 12) <= room


def test_letters_are_wider_in_bold() -> None:
    assert width_of("Target", 12, bold=True) > width_of("Target", 12)


def test_a_character_without_a_glyph_still_takes_room() -> None:
    assert width_of("日", 12) > 0


def test_words_wrap_into_lines_that_fit() -> None:
    lines = wrapped("No results yet. Add the first one.", 12, 100, 4)

    assert " ".join(lines) == "No results yet. Add the first one."
    assert len(lines) > 1
    assert all(width_of(line, 12) <= 100 for line in lines)


def test_what_does_not_fit_the_last_line_is_cut_openly() -> None:
    assert wrapped("one two three four five six", 12, 50, 2)[-1].endswith("…")
