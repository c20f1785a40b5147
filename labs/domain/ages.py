"""Age on a date, for the rules that hold for adults only."""

from datetime import date

ADULT_AGE = 18


def age_on(born_on: date, *, on: date) -> int:
    """
    Return the completed years of life; somebody born on 29 February waits for 1 March.

    >>> age_on(date(2008, 2, 29), on=date(2026, 2, 28))
    17
    """
    had_birthday = (on.month, on.day) >= (born_on.month, born_on.day)
    return on.year - born_on.year - (0 if had_birthday else 1)


def is_minor(born_on: date, *, on: date) -> bool:
    return age_on(born_on, on=on) < ADULT_AGE
