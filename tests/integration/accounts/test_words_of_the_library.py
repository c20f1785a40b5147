"""What the sign-in library and Django say to people, in each language."""

import re
from collections.abc import Iterator

import pytest
from allauth.account.adapter import get_adapter
from allauth.mfa.adapter import get_adapter as second_step_adapter
from django import forms
from django.conf import settings
from django.core import validators
from django.test import Client
from django.utils import translation
from django.utils.module_loading import import_string
from rest_framework import serializers

from accounts.api import fields
from accounts.models import Patient
from tests.factories import owner_of

pytestmark = pytest.mark.django_db

# Nobody here has a name to sign in with, a telephone to prove, or two to choose from.
NOT_MET = {
    *("username_blacklisted", "username_password_mismatch", "username_taken"),
    *("phone_password_mismatch", "phone_taken", "unknown_phone", "select_only_one"),
}
# A patient is no friend of ours: German has another word for them.
FAMILIAR = re.compile(
    r"\b(?:[Dd]u|[Dd]ich|[Dd]ir|[Dd]ein\w*|[Gg]ib|[Ww]ähle|[Vv]ersuche es|habe|musst|"
    r"kannst|[Ss]telle sicher|[Nn]utze|[Pp]rüfe)\b"
)
FIELDS = (
    *(forms.CharField, forms.EmailField, forms.DateField, forms.ChoiceField),
    *(forms.DecimalField, forms.IntegerField, forms.FileField, forms.TimeField),
    *(forms.MultipleChoiceField, forms.DateTimeField),
)
FIELDS_OF_PROGRAMS = (
    *(fields.Text(), fields.DecimalText(), fields.Day(), fields.Whole()),
    *(fields.Truth(), fields.Word(choices=[]), fields.Id(), fields.Names(known=[])),
    *(fields.QueryWhole(), fields.Sent(), serializers.FileField()),
    *(serializers.ListField(), serializers.DictField()),
)
VALIDATORS = (
    *(validators.MaxLengthValidator(3), validators.MinLengthValidator(3)),
    *(validators.MaxValueValidator(3), validators.MinValueValidator(3)),
    *(validators.DecimalValidator(3, 1), validators.ProhibitNullCharactersValidator()),
)


def refusals() -> Iterator[tuple[str, object]]:
    """Yield what the library refuses with, of accounts and of second steps."""
    for adapter in (get_adapter(), second_step_adapter()):
        for code, words in adapter.error_messages.items():
            if code not in NOT_MET:
                yield code, words


def words_of_forms() -> Iterator[tuple[str, object]]:
    """Yield labels and hints of every form of the library that people fill in."""
    for path in (*settings.ACCOUNT_FORMS.values(), *settings.MFA_FORMS.values()):
        for name, field in import_string(path).base_fields.items():
            yield f"{path} {name}", field.label


def words_of_django() -> Iterator[tuple[str, object]]:
    for field in FIELDS:
        for code, words in field().error_messages.items():
            yield f"{field.__name__} {code}", words
    for validator in VALIDATORS:
        alone = {"": getattr(validator, "message", "")}
        messages = getattr(validator, "messages", alone)
        for code, words in messages.items():
            yield f"{type(validator).__name__} {code}", words


def words_for_programs() -> Iterator[tuple[str, object]]:
    """Yield what the framework refuses with in fields that programs send."""
    for field in FIELDS_OF_PROGRAMS:
        for code, words in field.error_messages.items():
            yield f"{type(field).__name__} {code}", words


@pytest.mark.parametrize("language", ["de", "ar"])
@pytest.mark.parametrize(
    "source", [refusals, words_of_forms, words_of_django, words_for_programs]
)
def test_every_word_is_translated_and_addresses_nobody_as_a_friend(
    language: str, source: object
) -> None:
    found = list(source())  # type: ignore[operator]
    wrong = []
    for where, words in found:
        with translation.override("en-gb"):
            english = str(words)
        with translation.override(language):
            said = str(words)
        if english and said in {english, ""} and said != "Code":
            wrong.append(f"{where} is left in English: {said}")
        if language == "de" and FAMILIAR.search(said):
            wrong.append(f"{where} says du: {said}")

    assert found
    assert wrong == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "Die E-Mail-Adresse oder das Passwort stimmt nicht."),
        ("ar", "عنوان البريد الإلكتروني أو كلمة المرور غير صحيح."),
    ],
)
def test_a_wrong_password_is_refused_in_the_readers_language(
    client: Client, anna: Patient, language: str, words: str
) -> None:
    form = {"login": owner_of(anna).email, "password": "not this one at all"}

    page = client.post("/account/login/", form, headers={"accept-language": language})

    assert words in page.content.decode()
