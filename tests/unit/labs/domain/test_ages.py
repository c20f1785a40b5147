from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from labs.domain.ages import age_on, is_minor

BORN = date(2008, 3, 12)


def test_a_year_of_life_is_complete_on_the_birthday() -> None:
    assert age_on(BORN, on=date(2026, 3, 11)) == 17
    assert age_on(BORN, on=date(2026, 3, 12)) == 18
    assert age_on(BORN, on=BORN) == 0


def test_somebody_of_29_february_waits_for_1_march() -> None:
    born = date(2008, 2, 29)

    assert is_minor(born, on=date(2026, 2, 28))
    assert not is_minor(born, on=date(2026, 3, 1))


@given(st.dates(date(1900, 1, 1), date(2025, 1, 1)), st.integers(0, 40_000))
def test_nobody_grows_younger(born_on: date, days: int) -> None:
    day = born_on + timedelta(days=days)

    assert age_on(born_on, on=day) <= age_on(born_on, on=day + timedelta(days=1))
