"""A row of the list is drawn once for all that it says, and anew for anything else."""

from dataclasses import fields, replace
from typing import Any
from uuid import UUID

import pytest
from django.utils.safestring import mark_safe
from django.utils.translation import override

from labs.presenters.people import PersonWords
from labs.presenters.positions import PositionMark
from labs.presenters.words import ShownValue
from labs.presenters.worklist import JoinedWords, ReasonWords, RowWords
from tracker.templatetags import worklist

ANNA = PersonWords(UUID(int=1), "Anna Example", "1 May 1980", "4711", 46)
BEN = PersonWords(UUID(int=2), "Ben Example", "2 May 1980", "4712", 45)
CLINIC = UUID(int=3)
ROW = RowWords(
    person=ANNA,
    stamp="stamp-one",
    reasons=(ReasonWords("Below the range", is_grave=False, about=("Calcium 2.1",)),),
    is_one_by_one=False,
    can_review=True,
    shares_results=True,
    value=ShownValue("28", "ng/mL"),
    reported=ShownValue("70", "nmol/L"),
    day="1 Mar 2026",
    mark=PositionMark("below", "Below", "30 to 50 ng/mL, Dr A"),
    own_flag="Laboratory: critical (LL)",
    sparkline=mark_safe("<svg></svg>"),
    target="30 to 50 ng/mL",
    target_since="since 1 Mar 2025, Dr A",
    waited="13 days",
    retest="1 Jun 2026",
    precautions="1 to acknowledge",
    reviewed="Dr A, 2 Mar 2026",
    tags=("asks by phone",),
    joined=(JoinedWords(str(BEN.id), BEN.name, BEN.number),),
)
OTHERS: dict[str, Any] = {
    "person": BEN,
    "stamp": "stamp-two",
    "reasons": (),
    "can_review": False,
    "shares_results": False,
    "value": ShownValue("29", "ng/mL"),
    "reported": None,
    "day": "2 Mar 2026",
    "mark": PositionMark("above", "Above"),
    "own_flag": "",
    "sparkline": mark_safe("<svg><path/></svg>"),
    "target": "",
    "target_since": "since 2 Mar 2025, Dr B",
    "waited": "12 days",
    "retest": "",
    "precautions": "",
    "reviewed": "",
    "tags": (),
    "joined": (),
}
IN_NO_CELL = {"is_one_by_one"}  # it is told after one tried to review many


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    worklist.forget()


def test_a_row_that_says_the_same_is_drawn_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = worklist.worklist_row(ROW, CLINIC)
    monkeypatch.setattr(worklist, "render_to_string", None)

    again = worklist.worklist_row(replace(ROW), CLINIC)

    assert again == first
    assert "Anna Example" in first


@pytest.mark.parametrize(
    "name", [each.name for each in fields(RowWords) if each.name not in IN_NO_CELL]
)
def test_whatever_changes_in_a_row_is_seen_at_once(name: str) -> None:
    before = worklist.worklist_row(ROW, CLINIC)

    after = worklist.worklist_row(replace(ROW, **{name: OTHERS[name]}), CLINIC)

    assert after != before
    assert worklist.worklist_row(ROW, CLINIC) == before


def test_a_row_leads_into_the_list_of_its_own_clinic() -> None:
    other = UUID(int=4)
    worklist.worklist_row(ROW, CLINIC)

    assert str(other) in worklist.worklist_row(ROW, other)
    assert str(CLINIC) not in worklist.worklist_row(ROW, other)


def test_a_row_speaks_the_language_of_whoever_reads_it() -> None:
    english = worklist.worklist_row(ROW, CLINIC)
    with override("de"):
        german = worklist.worklist_row(ROW, CLINIC)

    assert german != english
    assert worklist.worklist_row(ROW, CLINIC) == english


def test_a_name_is_never_taken_for_markup() -> None:
    row = replace(ROW, person=replace(ANNA, name="<b>Anna</b>"))

    assert "<b>" not in worklist.worklist_row(row, CLINIC)
