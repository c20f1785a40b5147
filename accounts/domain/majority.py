"""
When somebody comes of age, and a carer's access to a child's record ends.

The rules of labs ask for adults' ages by themselves (labs.domain.ages); this is about
who decides.
"""

from datetime import date, timedelta

AGE_OF_MAJORITY = 18
HAND_OVER_ASKED = timedelta(days=180)  # how long before the day the record speaks of it


def comes_of_age_on(born_on: date) -> date:
    """
    Return the 18th birthday; somebody born on 29 February waits for 1 March.

    >>> comes_of_age_on(date(2008, 2, 29))
    datetime.date(2026, 3, 1)
    """
    year = born_on.year + AGE_OF_MAJORITY
    try:
        return born_on.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def latest_birth_of_age(today: date) -> date:
    """
    Return the latest birth date of those who are of age today.

    >>> latest_birth_of_age(date(2028, 2, 29))
    datetime.date(2010, 2, 28)
    """
    year = today.year - AGE_OF_MAJORITY
    try:
        return today.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def is_of_age(born_on: date, *, on: date) -> bool:
    """Return whether somebody decides for themself on that day."""
    return born_on <= latest_birth_of_age(on)


def asks_for_hand_over(born_on: date, *, on: date) -> bool:
    """Return whether the record of a child should speak of being handed over."""
    return on >= comes_of_age_on(born_on) - HAND_OVER_ASKED
