import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from labs.domain import sentences
from labs.domain.sentences import Refused, Sentence, Value, in_english, quotable

EVERY_TEMPLATE = {
    name: text
    for name, text in vars(sentences).items()
    if name.isupper() and isinstance(text, str)
}

FIXED_SAFETY_TEXTS = (sentences.URGENT_HELP_HIGH, sentences.URGENT_HELP_LOW)


def test_a_sentence_fills_its_blanks_in_english() -> None:
    sentence = Sentence(
        "%(value)s on %(day)s", {"value": Decimal("28.0"), "day": date(2026, 3, 2)}
    )

    assert str(sentence) == "28.0 on 2 March 2026"


def test_a_sentence_inside_a_sentence_is_translated_too() -> None:
    german = {
        "from %(low)s": "ab %(low)s",
        "The range: %(range)s": "Bereich: %(range)s",
    }
    sentence = Sentence(
        "The range: %(range)s", {"range": Sentence("from %(low)s", {"low": 20})}
    )

    assert sentence.in_words(german.__getitem__, str) == "Bereich: ab 20"


def test_a_sentence_can_stand_in_a_set() -> None:
    same = Sentence("%(a)s", {"a": 1}), Sentence("%(a)s", {"a": 1})

    assert len(set(same)) == 1
    assert Sentence("%(a)s", {"a": 2}) not in set(same)


def test_a_moment_is_spelled_as_its_day() -> None:
    assert in_english(datetime(2025, 3, 1, 9, 30, tzinfo=UTC)) == "1 March 2025"


def test_a_number_is_never_spelled_with_an_exponent() -> None:
    assert in_english(Decimal("1E+3")) == "1000"
    assert in_english(Decimal("0.0000001")) == "0.0000001"


def test_a_refusal_carries_its_sentence_and_reads_as_it() -> None:
    refusal = Refused.because("No %(what)s.", what="unit")

    assert str(refusal) == "No unit."
    assert refusal.sentence == Sentence("No %(what)s.", {"what": "unit"})


def test_what_is_quoted_back_is_short_and_printable() -> None:
    assert quotable("28 ng/mL") == "28 ng/mL"
    assert quotable("28\x00\ud800") == "28??"
    assert quotable("x" * 10_000) == "x" * 40 + "\N{HORIZONTAL ELLIPSIS}"


@pytest.mark.parametrize("name", EVERY_TEMPLATE)
def test_every_template_has_named_blanks_only_and_can_be_filled(name: str) -> None:
    template = EVERY_TEMPLATE[name]
    blanks = re.findall(r"%\((\w+)\)s", template)

    filled = template % dict.fromkeys(blanks, "x")

    assert "%(" not in filled
    assert template.count("%") == len(blanks) + 2 * template.count("%%")


@pytest.mark.parametrize("name", EVERY_TEMPLATE)
def test_no_template_judges_a_person_or_proposes_a_dose(name: str) -> None:
    text = EVERY_TEMPLATE[name]
    for fixed in FIXED_SAFETY_TEXTS:
        text = text.replace(fixed, "")
    text = text.replace("before starting, stopping or changing", "")

    assert not re.search(
        r"(?i)\b(deficien|insufficien|sufficient|optimal|toxic|normal|healthy|safe\b"
        r"|improve|worse|better|significant|stable|day-to-day|you should|recommend"
        r"|increase|decrease|reduce|raise your|double|dose|tablet|capsule)",
        text,
    )


def test_sentence_1_reads_as_it_was_worded() -> None:
    values: dict[str, Value] = {
        "value": "28 ng/mL",
        "collected_on": date(2026, 3, 12),
        "author": "Dr Osei",
        "set_on": date(2025, 3, 1),
        "range": "30 to 50 ng/mL",
    }

    assert str(Sentence(sentences.IS_BELOW, values)) == (
        "28 ng/mL on 12 March 2026. This is below the range Dr Osei set on "
        "1 March 2025 (30 to 50 ng/mL)."
    )
    assert sentences.COMPARES_NUMBERS == (
        "This compares numbers. It is not a diagnosis."
    )


def test_sentence_2_reads_as_it_was_worded() -> None:
    values: dict[str, Value] = {
        "author": "Dr Osei",
        "set_on": date(2026, 4, 1),
        "range": "30 to 50 ng/mL",
    }

    assert str(Sentence(sentences.LATER_RANGE_BELOW, values)) == (
        "No range was set on that date. Compared with the range Dr Osei set on "
        "1 April 2026 (30 to 50 ng/mL), it is below."
    )


def test_sentence_5_reads_as_it_was_worded() -> None:
    assert sentences.NO_TARGET == (
        "No clinician has set a range for you here, so we do not compare this result."
    )
    printed = Sentence(
        sentences.LABORATORY_PRINTED, {"printed": "30\N{EN DASH}100 ng/mL"}
    )
    assert str(printed) == "The laboratory printed: '30\N{EN DASH}100 ng/mL'."


def test_sentence_11_reads_as_it_was_worded() -> None:
    values: dict[str, Value] = {
        "collected_on": date(2026, 3, 12),
        "printed": "2.20\N{EN DASH}2.60 mmol/L",
    }

    assert str(Sentence(sentences.CALCIUM_ABOVE_INTERVAL, values)) == (
        "Your calcium result of 12 March 2026 is above the interval the laboratory "
        "printed ('2.20\N{EN DASH}2.60 mmol/L'). Contact the clinician who looks after "
        "you about it, and talk to them before starting, stopping or changing vitamin "
        "D or calcium. Get urgent help if you are confused, keep vomiting, are very "
        "thirsty or pass much more urine than usual."
    )


def test_sentence_18_reads_as_it_was_worded() -> None:
    assert sentences.DIHYDROXY_IS_ANOTHER_TEST == (
        "1,25-dihydroxyvitamin D is a different test. It can look ordinary when "
        "25-hydroxyvitamin D is low, and it has other units (pg/mL or pmol/L). We keep "
        "it apart from this chart. Check the name of the test on your report."
    )
