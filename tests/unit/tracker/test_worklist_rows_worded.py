"""A row of the list is put into words once for all that it says, else anew."""

from datetime import date

import pytest
from django.utils.safestring import SafeString
from django.utils.translation import override

from labs.domain.units import Unit
from labs.models import WorklistRow
from labs.services.worklisting import ListPage
from tracker.services import worklists

TODAY = date(2026, 3, 12)
SAID = (1, "Anna Example", date(1980, 5, 1), (4, 9), '{"latest": null}')


def page(*told: tuple[object, ...]) -> ListPage:
    rows = [WorklistRow(id=number) for number, _ in enumerate(told)]
    for row, said in zip(rows, told, strict=True):
        row.told = said
    return ListPage(rows, None)


@pytest.fixture(autouse=True)
def worded(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Count the rows that are put into words; nothing is kept from before."""
    worklists.forget()
    done: list[object] = []

    def put_into_words(row: WorklistRow, **_others: object) -> str:
        done.append(row.told)
        return f"words {len(done)}"

    monkeypatch.setattr(worklists, "row_words", put_into_words)
    monkeypatch.setattr(worklists, "sparkline_of", lambda *_: SafeString(""))
    return done


def test_a_row_that_says_the_same_is_worded_once(worded: list[object]) -> None:
    """Another reader's row that says the very same gets the same words."""
    first = worklists.words_of(page(SAID), Unit.NG_PER_ML, today=TODAY)

    again = worklists.words_of(page(tuple(SAID)), Unit.NG_PER_ML, today=TODAY)

    assert again == first
    assert worded == [SAID]


@pytest.mark.parametrize("place", range(len(SAID)))
def test_a_row_that_says_anything_else_is_worded_anew(
    worded: list[object], place: int
) -> None:
    """No column is left out of what it is known again by."""
    other = (*SAID[:place], "else", *SAID[place + 1 :])

    worklists.words_of(page(SAID, other), Unit.NG_PER_ML, today=TODAY)

    assert worded == [SAID, other]


def test_unit_day_and_language_are_of_the_words_too(worded: list[object]) -> None:
    """A row in another unit, on another day, in another language is other words."""
    worklists.words_of(page(SAID), Unit.NG_PER_ML, today=TODAY)
    worklists.words_of(page(SAID), Unit.NMOL_PER_L, today=TODAY)
    worklists.words_of(page(SAID), Unit.NG_PER_ML, today=date(2026, 3, 13))
    with override("de"):
        worklists.words_of(page(SAID), Unit.NG_PER_ML, today=TODAY)

    assert len(worded) == 4


def test_a_row_that_was_not_read_for_a_list_is_known_by_nothing(
    worded: list[object],
) -> None:
    """Without its columns nothing says that two rows are the same."""
    worklists.words_of(page((), ()), Unit.NG_PER_ML, today=TODAY)

    assert len(worded) == 2
