"""No form of the product answers "This field is required.": each says what to do."""

import importlib
import pkgutil
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from django import forms

import accounts.forms
import labs.forms
import tracker.forms
from accounts.forms.asking import INVALID_DATE, REQUIRED, say_what_to_do
from accounts.forms.sharing import ShareLinkForm

# Never shown with errors: the echo is left empty, a list's address is read as it can.
SILENT = {"EchoForm", "ListViewForm", "ReviewForm", "SpecimenForm"}


def _modules() -> Iterator[Any]:
    for package in (accounts.forms, labs.forms, tracker.forms):
        for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(found.name)


FORMS = {
    form.__qualname__: form
    for module in _modules()
    for form in vars(module).values()
    if isinstance(form, type)
    and issubclass(form, forms.BaseForm)
    and form.__module__ == module.__name__
    and form.__name__ not in SILENT
}


@pytest.mark.parametrize("name", sorted(FORMS))
def test_a_form_says_what_to_do(name: str) -> None:
    form: Any = FORMS[name]
    for field_name, field in deepcopy(form.base_fields).items():
        if _is_in_our_words(form):
            say_what_to_do(field_name, field)
        is_asked = field.required and not (field.widget.is_hidden or field.initial)
        if is_asked:
            assert field.error_messages["required"] != REQUIRED, field_name
        if isinstance(field, forms.DateField):
            assert field.error_messages["invalid"] != INVALID_DATE, field_name


def test_a_link_without_a_last_day_asks_for_it() -> None:
    form = ShareLinkForm({"openings": "5"}, today=date(2026, 3, 14))

    assert form.errors["ends_on"] == ["Choose the last day."]
    assert form.errors["recipient"] == ["Write who will read it."]


def _is_in_our_words(form: type[forms.BaseForm]) -> bool:
    names = {each.__name__ for each in form.__mro__}
    return bool(names & {"AskingForm", "InOurWords"})
