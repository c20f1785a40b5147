"""The sentences that sign-up and password change answer with."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import User

ALICE = User(name="Alice Ashby", email="alice@example.org")


def refusals(password: str) -> list[str]:
    try:
        validate_password(password, ALICE)
    except ValidationError as error:
        return [str(code) for code in (part.code for part in error.error_list)]
    return []


def test_fourteen_characters_are_refused_and_fifteen_taken() -> None:
    assert refusals("quiet otters 1") == ["password_too_short"]
    assert refusals("quiet otters 12") == []


def test_the_refusal_says_how_many_are_missing() -> None:
    with pytest.raises(ValidationError, match="3 characters too short"):
        validate_password("quiet otters", ALICE)


def test_a_password_that_others_try_first_is_refused() -> None:
    assert refusals("123451234512345") == ["password_too_common"]


def test_the_persons_own_word_is_named_in_the_refusal() -> None:
    with pytest.raises(ValidationError, match="“ashby”"):
        validate_password("the ashby garden party", ALICE)


@pytest.mark.parametrize(
    "password",
    ["onlysmallletters", "ONLYCAPITALLETTERS", "846520917364825", "žluťoučký kůň úpěl"],
)
def test_no_rule_asks_for_a_kind_of_character(password: str) -> None:
    assert refusals(password) == []


def test_sixty_four_characters_and_more_are_taken() -> None:
    assert refusals("seven quiet otters paddle " * 3) == []
