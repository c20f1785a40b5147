"""What must never be said is found, and what must be said is left alone."""

import importlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.domain.language import (
    ANTAGONIST_NAMES,
    SAFETY_TEXTS,
    Rule,
    breaches,
    violations,
)
from labs.domain.medicines import MEDICINES

FORBIDDEN = {
    Rule.DOSE: [
        "Take 2,000 IU daily.",
        "Take\n2,000 IU.",
        "We recommend one capsule.",
        "Reduce the amount to 25 mcg.",
        "A loading dose of 50,000 IU is usual.",
        "2000 IU is enough for you.",
        "25 \u00b5g should be taken each day.",
        "25 \u03bcg are needed.",
        "The recommended daily intake is 800.",
        "40 IU per kg.",
        "More is needed to reach 40 ng/mL.",
        "Try 1,000 international units.",
        "Double the dose.",
        "You need two tablets.",
        "You get there by taking 2,000 IU.",
        "Some begin by doubling the capsules.",
        "Talk to us after starting, stopping or changing the capsules.",
    ],
    Rule.ADVICE: [
        "Stop your warfarin.",
        "You can stop your warfarin.",
        "Start vitamin K2.",
        "Skip this product.",
        "Switch to D3.",
        "Do not change your vitamin D on your own.",
        "Do not change your Eliquis on your own.",
        "Consider taking vitamin D.",
        "Consider stopping it for a while.",
        "Stop it.",
        "Wait 4 hours after the meal.",
        "You should increase it.",
        "We advise calcium.",
        "Get urgent help for bleeding that does not stop taking your medicine.",
    ],
    Rule.STATUS: [
        "Your level is deficient.",
        "Vitamin D insufficiency.",
        "This is sufficient.",
        "An optimal range.",
        "This is toxic.",
        "This is NORMAL.",
        "The result is 'deficient'.",
        "'Deficient', says the app about this laboratory.",
        "The laboratory printed a number. It is 'normal'.",
    ],
    Rule.CAUSE_OR_BENEFIT: [
        "Your supplement worked.",
        "Your supplement is not working.",
        "It rose because of your supplement.",
        "Vitamin D strengthens bones.",
        "Good for your heart.",
        "Your level improved.",
        "A significant change.",
        "Your result is stable.",
        "Your adherence score is 90.",
        "K2 works in synergy.",
    ],
    Rule.PREDICTION: [
        "Your level will reach 40 in June.",
        "You will be above the range.",
        "Your level is expected to rise.",
        "The projected value is 40.",
        "You are on track.",
    ],
    Rule.BRAND: ["Buy this here.", "The best product.", "Use coupon SUN."],
    Rule.REASSURANCE: [
        "This is safe.",
        "No interaction found.",
        "There is nothing to worry about.",
        "Don't worry.",
        "Everything is fine.",
        "Good news!",
    ],
}
ALLOWED = [
    *SAFETY_TEXTS,
    "You logged 4 x 50,000 international units (1,250 mcg) of vitamin D2.",
    "The laboratory printed: '<20 deficient. 20-30 insufficient. >30 sufficient'.",
    "The laboratory's comment: 'Toxic above 150'.",
    'Laboratory Osei reported "vitamin D deficiency".',
    "The laboratory printed: \u201cnormal\u201d.",
    "The laboratory printed: \u00abnormal\u00bb.",
    "Season (March, August), illness or what you take can also play a part.",
    "You told us that you take warfarin.",
    "Do not wait for your next visit, and do not change your warfarin on your own.",
    "Talk to your doctor before starting, stopping or changing vitamin D.",
    "Talk to your doctor before starting, stopping or changing the capsules.",
    "No precaution in our list matched what you entered. The list is not complete.",
    "Calcium 9.8 mg/dL, raised above the interval 8.5-10.2 mg/dL.",
    "The lower limit of the interval is 8.5 mg/dL.",
    "Start date: 3 March 2026.",
    "Start\n\n50 mcg",
    "28 ng/mL is about 70 nmol/L.",
    "",
]


@pytest.mark.parametrize(
    ("rule", "text"),
    [(rule, text) for rule, texts in FORBIDDEN.items() for text in texts],
)
def test_a_forbidden_sentence_is_found_by_its_rule(rule: Rule, text: str) -> None:
    assert rule in {breach.rule for breach in breaches(text)}


@pytest.mark.parametrize("text", ALLOWED)
def test_an_allowed_sentence_is_left_alone(text: str) -> None:
    assert violations(text) == ()


def test_every_rule_has_a_forbidden_example() -> None:
    assert set(FORBIDDEN) == set(Rule)


def test_only_the_sentence_that_breaks_a_rule_is_returned_and_once() -> None:
    text = "You logged 9 intakes. Take 2,000 IU. This is safe.\n\nTake 2,000 IU."

    assert violations(text) == ("Take 2,000 IU.", "This is safe.")


@pytest.mark.parametrize("text", SAFETY_TEXTS)
def test_a_safety_text_is_exempt_only_word_for_word(text: str) -> None:
    assert violations(text) == ()
    assert violations(text.replace(".", " and stop your vitamin D."))


@pytest.mark.parametrize("name", ANTAGONIST_NAMES)
def test_do_not_change_is_allowed_for_vitamin_k_antagonists(name: str) -> None:
    sentence = f"Please wait, and do not change your {name} on your own."

    assert violations(sentence) == ()


@pytest.mark.parametrize(
    "name",
    [medicine.name for medicine in MEDICINES if medicine.name not in ANTAGONIST_NAMES],
)
def test_do_not_change_is_not_allowed_for_any_other_medicine(name: str) -> None:
    assert violations(f"Please wait, and do not change your {name} on your own.")


CATALOGUES = [
    "amount_questions",
    "assay_marks",
    "health",
    "intakes",
    "precautions",
    "precaution_catalogue",
    "precaution_findings",
    "schedules",
    "sentences",
    "supplements",
    "vitamin_k",
]


def templates() -> Iterator[tuple[str, str]]:
    for name in CATALOGUES:
        module = importlib.import_module(f"labs.domain.{name}")
        for constant, value in vars(module).items():
            if constant.isupper() and isinstance(value, str):
                yield f"{name}.{constant}", value


def test_no_sentence_of_the_rules_breaks_the_language_rules() -> None:
    found = {name: violations(text) for name, text in templates() if violations(text)}

    assert found == {}
    assert len(list(templates())) > 100


amounts = st.builds(
    "{}{}".format,
    st.sampled_from(["5", "2,000", "0.5", "50 000", "1.25"]),
    st.sampled_from([" IU", "IU", " mcg", "ug", " \u00b5g", " mg", " units"]),
)


@given(
    st.sampled_from(
        [
            *("take", "Take", "INCREASE", "decrease", "reduce", "raise", "stop"),
            *("start", "skip", "double", "you should have", "we recommend"),
        ]
    ),
    st.sampled_from(["", "up to ", "it to ", "your product by ", "another "]),
    amounts,
)
def test_an_order_with_an_amount_is_always_found(
    order: str, between: str, amount: str
) -> None:
    assert violations(f"Then {order} {between}{amount} of vitamin D.")


@given(st.text(max_size=300))
def test_any_text_is_read_and_only_its_own_words_come_back(text: str) -> None:
    flowing = " ".join(text.split())

    assert all(sentence in flowing for sentence in violations(text))
