"""
Fields that take a value as it is, or refuse it with a sentence.

The framework's own fields are kind: they make a text of a number and a number of
Arabic digits. What is meant for a medical record is not guessed.
"""

import re
import threading
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NoReturn, cast
from uuid import UUID

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from rest_framework import serializers

from accounts.api.problems import faults_of, refuse
from accounts.domain.problems import Fault, Kind
from accounts.domain.words import N_

LONGEST_NUMBER = 40
LONGEST_NAMES = 600
EARLIEST_YEAR = 1900
TWICE = _lazy("A name stands twice here.")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,9}")
UUID_FORM = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


# What the framework says in words for friends, or for developers, is said in ours.
OF_THE_FRAMEWORK = (
    N_("Ensure this field has at least {min_length} characters."),
    N_("Ensure this field has no more than {max_length} characters."),
    N_("Ensure this filename has at most {max_length} characters (it has {length})."),
    N_("Ensure this value is greater than or equal to {min_value}."),
    N_("Ensure this value is less than or equal to {max_value}."),
    N_('Expected a dictionary of items but got type "{input_type}".'),
    N_('Expected a list of items but got type "{input_type}".'),
    N_("The submitted data was not a file. Check the encoding type on the form."),
    N_("This dictionary may not be empty."),
)


class Text(serializers.CharField):
    """A text in quotes; a number or a truth is none."""

    default_error_messages = {"no_text": _lazy("Write a text in quotes here.")}

    def to_internal_value(self, data: Any) -> str:  # noqa: ANN401
        """Return the text."""
        if not isinstance(data, str):
            self.fail("no_text")
        return str(super().to_internal_value(data))


class DecimalText(Text):
    """A number in quotes, digit by digit as printed: "30.10"."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401
        """Take no more than a report prints."""
        kwargs.setdefault("max_length", LONGEST_NUMBER)
        super().__init__(**kwargs)


class Day(serializers.DateField):
    """A day as YYYY-MM-DD, in the digits 0 to 9."""

    default_error_messages = {
        "invalid": _lazy("Write the day as YYYY-MM-DD, like 2026-03-12."),
        "too_early": _lazy("This day is before 1900. Check the year."),
    }

    def to_internal_value(self, value: Any) -> date:  # noqa: ANN401
        """Return the day."""
        if not isinstance(value, str) or not DAY.fullmatch(value):
            self.fail("invalid")
        try:
            day = date.fromisoformat(value)
        except ValueError:
            self.fail("invalid")
        if day.year < EARLIEST_YEAR:
            self.fail("too_early")
        return day


class Whole(serializers.IntegerField):
    """A whole number without quotes."""

    default_error_messages = {"invalid": _lazy("Write a whole number without quotes.")}

    def to_internal_value(self, data: Any) -> int:  # noqa: ANN401
        """Return the number."""
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return data


class Truth(serializers.BooleanField):
    """true or false."""

    default_error_messages = {"invalid": _lazy("Write true or false without quotes.")}

    def to_internal_value(self, data: Any) -> bool:  # noqa: ANN401
        """Return it."""
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


class Word(serializers.ChoiceField):
    """One of a few words."""

    default_error_messages = {"invalid_choice": _lazy("Choose one of: {choices}.")}

    def to_internal_value(self, data: Any) -> str:  # noqa: ANN401
        """Return the word."""
        if not isinstance(data, str) or data not in self.choices:
            words = ", ".join(str(choice) for choice in self.choices)
            self.fail("invalid_choice", choices=words)
        return data


class Id(serializers.UUIDField):
    """A UUID in its usual form."""

    default_error_messages = {"invalid": _lazy("Write a UUID here.")}

    def to_internal_value(self, data: Any) -> UUID:  # noqa: ANN401
        """Return it."""
        if not isinstance(data, str) or not UUID_FORM.fullmatch(data):
            self.fail("invalid")
        return UUID(data)


class Sent(serializers.Serializer[Any]):
    """What a program sends: what is not known here is refused by name."""

    default_error_messages = {"invalid": _lazy("Write an object in braces here.")}

    def to_internal_value(self, data: Any) -> dict[str, Any]:  # noqa: ANN401
        """Return the values, once every name is known."""
        if isinstance(data, Mapping):
            unknown = [str(name) for name in data if name not in self.fields]
            if unknown:
                message = _("This is not known here.")
                raise serializers.ValidationError(
                    {name[:LONGEST_NUMBER]: [message] for name in unknown}
                )
        return cast("dict[str, Any]", super().to_internal_value(data))


class Parameters(Sent):
    """What stands behind the question mark of an address; each name once."""


class Names(serializers.CharField):
    """A few names out of those that are known, with commas between them."""

    default_error_messages = {
        "unknown": _lazy("“{name}” is not known here."),
        "twice": TWICE,
    }

    def __init__(self, *, known: Iterable[str], **kwargs: Any) -> None:  # noqa: ANN401
        """Take these names and no others."""
        super().__init__(max_length=LONGEST_NAMES, **kwargs)
        self.known = frozenset(known)

    def to_internal_value(self, data: Any) -> frozenset[str]:  # type: ignore[override]  # noqa: ANN401
        """Return the names."""
        names = str(super().to_internal_value(data)).split(",")
        for name in names:
            if name not in self.known:
                self.fail("unknown", name=name[:LONGEST_NUMBER])
        if len(set(names)) < len(names):
            self.fail("twice")
        return frozenset(names)


def kept(items: Iterable[dict[str, Any]], names: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - names, or none for all
    """Return of each item what was asked for, and always whose it is."""
    if names is None:
        return list(items)
    wanted = {*names, "id"}
    return [{k: v for k, v in item.items() if k in wanted} for item in items]


class QueryWhole(serializers.IntegerField):
    """A whole number in an address, in the digits 0 to 9."""

    def to_internal_value(self, data: Any) -> int:  # noqa: ANN401
        """Return the number."""
        if not isinstance(data, str) or not WHOLE_NUMBER.fullmatch(data):
            self.fail("invalid")
        return int(data)


def taken(serializer: type[Sent], data: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return what was sent, or refuse it with every fault and its place."""
    found = serializer(data=data)
    if not found.is_valid():
        refuse_faults(found.errors)
    return cast("dict[str, Any]", found.validated_data)


def asked_for(serializer: type[Parameters], parameters: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return what an address asks for, or refuse it."""
    faults = tuple(
        Fault(f"?{name}", _("This stands twice in the address."))
        for name in parameters
        if len(parameters.getlist(name)) > 1
    )
    if faults:
        refuse(Kind.INVALID, _(SOME_FAULTS), faults=faults)
    found = serializer(data=parameters.dict())
    vars(found)["fields"] = _fields_of(serializer)
    if not found.is_valid():
        places = faults_of(found.errors, "?")
        faults = tuple(
            Fault(f"?{each.pointer.strip('?/')}", each.detail) for each in places
        )
        refuse(Kind.INVALID, _(SOME_FAULTS), faults=faults)
    return cast("dict[str, Any]", found.validated_data)


def _fields_of(serializer: type[Parameters]) -> Any:  # noqa: ANN401 - as the framework binds them
    """
    Return the fields of an address; copying them anew takes longer than reading.

    The framework keeps a sentence in the language in which it was first said, and minds
    no other thread: so each thread has its own of each language.
    """
    kept: dict[object, Any] = vars(_own_fields).setdefault("kept", {})
    key = serializer, get_language()
    if key not in kept:
        kept[key] = serializer().fields
    return kept[key]


_own_fields = threading.local()
SOME_FAULTS = N_("Some of what was sent cannot be taken. See “errors”.")


def check_form(form: forms.Form, names: Mapping[str, str] | None = None) -> None:
    """Refuse what the page's own form would, with the names that programs know."""
    if not form.is_valid():
        known = names or {}
        refuse_faults(
            {known.get(name, name): list(said) for name, said in form.errors.items()}
        )


def refuse_faults(errors: Any) -> NoReturn:  # noqa: ANN401
    """Refuse with every fault of a serializer or a form."""
    refuse(Kind.INVALID, _(SOME_FAULTS), faults=faults_of(errors))
