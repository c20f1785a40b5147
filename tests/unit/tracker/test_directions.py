"""No number turns around on a page, and nothing else of it changes."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.services.directions import needs_care, with_isolates

LRI, RLI, FSI, PDI = "\u2066", "\u2067", "\u2068", "\u2069"
NAME = "\u0639\u0645\u0631"  # Omar


def shown(page: str) -> str:
    signs = str.maketrans({LRI: "[", RLI: "{", FSI: "{", PDI: "]"})
    return page.translate(signs)


@pytest.mark.parametrize(
    ("page", "kept"),
    [
        ("<td>&lt;4</td>", "<td>[&lt;4]</td>"),
        ("<p>30-50 ng/mL</p>", "<p>[30-50 ng/mL]</p>"),
        (
            f"<p>{NAME} &lt;4 ng/mL {NAME}</p>",
            f"<p>{{{NAME} [&lt;4 ng/mL] {NAME}]</p>",
        ),
        (f"<p>{NAME} 25(OH)D.</p>", f"<p>{{{NAME} [25(OH)D].]</p>"),
        # The digit of vitamin K2 stays with its letter, before what is in brackets.
        ("<p>\u06432 (MK-7)</p>", "<p>{\u0643[2] [(MK-7)]]</p>"),
        # An interval as laboratories print it, and a product of two vitamins.
        (f"<p>{NAME} 30 - 50 {NAME}</p>", f"<p>{{{NAME} [30 - 50] {NAME}]</p>"),
        (f"<p>{NAME} 30- 50</p>", f"<p>{{{NAME} [30- 50]]</p>"),
        (f"<p>Sun D3 + K2 {NAME}</p>", f"<p>{{[Sun D3 + K2] {NAME}]</p>"),
        (f"<p>{NAME} D3 &amp; K2</p>", f"<p>{{{NAME} [D3 &amp; K2]]</p>"),
        ("<b>x</b>, 020 55", "<b>[x]</b>, [020 55]"),
        (" <b>Dr Osei</b>\n", " <b>[Dr Osei]</b>\n"),
        ("<b>Lab</b> (<b>020 55</b>)", "<b>[Lab]</b> (<b>[020 55]</b>)"),
        ("<p>Lab (<b>020 55</b></p>", "<p>[Lab] (<b>[020 55]</b></p>"),
        ("<p> · </p>", "<p> · </p>"),
    ],
)
def test_what_runs_from_left_to_right_is_isolated(page: str, kept: str) -> None:
    assert shown(with_isolates(page, "rtl")) == kept


def test_a_name_turns_nothing_on_an_english_page() -> None:
    page = f"<p>{NAME} 28 ng/mL</p>"

    assert needs_care(page, "ltr")
    assert shown(with_isolates(page, "ltr")) == f"<p>{{{NAME} [28 ng/mL]]</p>"


def test_a_sentence_that_begins_with_a_name_is_not_read_backwards() -> None:
    sentence = "recorded from 3 March 2026 (in use). The label of this product lists K."
    page = f"<p>{NAME}2 &lt;4, {sentence} {NAME}, {NAME}</p>"

    assert shown(with_isolates(page, "ltr")) == (
        f"<p>{{{NAME}[2]] &lt;4, {sentence} {{{NAME}, {NAME}]</p>"
    )


def test_an_english_page_is_left_as_it_is() -> None:
    assert not needs_care("<p>28 ng/mL · 30-50, Grün</p>", "ltr")


@pytest.mark.parametrize("turning", ["\u202e", "\u2067", "\u202b", "\u200f"])
def test_nobody_turns_a_number_around_by_a_typed_sign(turning: str) -> None:
    page = f"<td>Lab {turning}28</td>"

    assert needs_care(page, "ltr")
    assert with_isolates(page, "ltr") == "<td>Lab 28</td>"


@pytest.mark.parametrize(
    "page",
    [
        '<script type="module" src="/a.js"></script>',
        "<style>a{b:1}</style>",
        "<textarea>\n30 ng/mL</textarea>",
        "<title>30</title>",
        "<svg><text>30-50</text><title>&lt;4</title></svg>",
        '<input value="30-50" placeholder="<4"><img alt="a > 3">',
        "<!-- 30 > 4 -->",
    ],
)
def test_what_is_no_line_of_the_page_is_left_alone(page: str) -> None:
    assert with_isolates(page, "rtl") == page


def test_after_what_is_left_alone_care_goes_on() -> None:
    page = "<svg><path/></svg><script>1</script><p>30</p>"

    assert shown(with_isolates(page, "rtl")).endswith("<p>[30]</p>")


@given(st.text(st.sampled_from(f"<>&;a1 \"'/{NAME}\u202e"), max_size=60))
def test_no_page_breaks_it(page: str) -> None:
    for direction in ("ltr", "rtl"):
        with_isolates(page, direction)


@given(st.text(st.sampled_from(f"a1 .,%<>&{NAME}"), max_size=40))
def test_the_words_stay_what_they_were(words: str) -> None:
    page = f"<p>{html.escape(words)}</p>"
    kept = with_isolates(page, "rtl").translate(
        dict.fromkeys(map(ord, LRI + RLI + FSI + PDI))
    )

    assert html.unescape(kept) == f"<p>{words}</p>"
