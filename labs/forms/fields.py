"""The kinds of field that the forms of this app share."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import get_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.services.languages import is_program_speaking
from labs.domain.measurements import ValueRefused, parse_reported_number
from labs.domain.sentences import Refused, in_english

Choices = Sequence[tuple[str, Any]]

EARLIEST = date(1900, 1, 1)
# What a column can keep; nothing a label or a report prints comes near it.
MOST_NUMBER = Decimal(1_000_000_000)
MOST_PLACES = 4
MOST_SERVINGS = Decimal(9999)
STORED_NUMBER = re.compile(r"[0-9]+[.,][0-9]+")
_SIGN = r"(?:[<>≤≥=]+\s*)?"
THOUSAND_OR_ONE = re.compile(rf"{_SIGN}(?P<whole>[1-9][0-9]{{0,2}})[.,](?P<rest>000)")
# Where values reach thousands, and no paper prints three decimals.
THOUSANDS_OR_THREE_PLACES = re.compile(
    rf"{_SIGN}(?P<whole>[1-9][0-9]{{0,2}})[.,](?P<rest>[0-9]{{3}})"
)
PLACES_OF_SERVINGS = 3


def refusal(error: Refused) -> ValidationError:
    """Return a refusal of the rules as a form's error, in the reader's language."""
    return ValidationError(error.sentence.in_words(gettext, in_english))


def has_decimal_comma() -> bool:
    """Say whether a comma is the decimal mark; a program always writes a point."""
    return not is_program_speaking() and str(get_format("DECIMAL_SEPARATOR")) == ","


def typed_number(number: Decimal) -> str:
    """Return a stored number as the reader would type it."""
    text = f"{number:f}"
    return text.replace(".", ",") if has_decimal_comma() else text


def with_mark(text: str) -> str:
    """Return a stored text with the reader's decimal mark, where it is one number."""
    if not STORED_NUMBER.fullmatch(text):
        return text
    return text.replace(".", ",") if has_decimal_comma() else text.replace(",", ".")


def refuse_two_readings(text: str, pattern: re.Pattern[str] = THOUSAND_OR_ONE) -> None:
    """
    Raise where a number can be read as a thousand times itself: "1.000", "1,000".

    A label or report from elsewhere groups its digits with the mark that parts
    decimals here; which one was meant is only known to whoever reads the paper.
    """
    found = pattern.fullmatch(text.strip())
    if found is None or is_program_speaking():
        return
    raise ValidationError(
        _("“%(text)s” can be read in two ways. Type %(small)s or %(large)s."),
        params={
            "text": text.strip(),
            "small": with_mark(f"{found['whole']}.{found['rest'].rstrip('0')}").rstrip(
                ".,"
            ),
            "large": found["whole"] + found["rest"],
        },
    )


class DayField(forms.DateField):
    """A calendar day, with the browser's own date picker."""

    def __init__(self, *, missing: Any = None, **kwargs: Any) -> None:  # noqa: ANN401
        """Take what to say where a required day is missing."""
        picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        messages = {"invalid": _("Type the date as day/month/year, like 12/03/2026.")}
        if missing is not None:
            messages["required"] = missing
        super().__init__(widget=picker, error_messages=messages, **kwargs)

    def validate(self, value: date | None) -> None:
        """Refuse what no calendar of a living person holds."""
        super().validate(value)
        if value is not None and value < EARLIEST:
            raise ValidationError(_("This date is before 1900. Check the year."))


class NumberField(forms.CharField):
    """A plain number above zero, as a person types it."""

    two_readings = THOUSAND_OR_ONE

    def __init__(
        self,
        *,
        css: str = "input-short",
        most: Decimal = MOST_NUMBER,
        places: int = MOST_PLACES,
        says_when_needed: bool = False,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        """
        Give the control a numeric keyboard, and know what can be kept.

        One that is needed beside some answers only says so, and is not called optional.
        """
        self.most, self.places = most, places
        self.says_when_needed = says_when_needed
        attrs = {"inputmode": "decimal", "autocomplete": "off", "class": css}
        super().__init__(widget=forms.TextInput(attrs=attrs), max_length=40, **kwargs)

    def clean(self, value: str | None) -> Decimal | None:
        """Return the number; None where nothing was typed and nothing is needed."""
        text = super().clean(value)
        if not text:
            return None
        try:
            found = parse_reported_number(text, decimal_comma=has_decimal_comma())
        except ValueRefused as error:
            raise self._refused() from error
        refuse_two_readings(text, self.two_readings)
        if found.comparator is not None or not found.value:
            raise self._refused()
        if found.value > self.most or decimals_of(found.value) > self.places:
            raise ValidationError(
                _("Type a number up to %(most)s, with up to %(places)s decimals."),
                params={"most": f"{self.most:f}", "places": self.places},
            )
        return found.value

    def prepare_value(self, value: object) -> object:
        """Show a stored number with the reader's mark; what was typed stays so."""
        return typed_number(value) if isinstance(value, Decimal) else value

    def _refused(self) -> ValidationError:
        like = "12,5" if has_decimal_comma() else "12.5"
        return ValidationError(
            _("Type a plain number above zero, like 1000 or %(like)s."),
            params={"like": like},
        )


def decimals_of(number: Decimal) -> int:
    """Return how many digits stand after the decimal mark."""
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
