"""A clinic's overview as a tagged PDF: its tables, and the months as a picture."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from tracker.charts.shares import MonthShares, shares_svg
from tracker.reports.printable import data_of
from tracker.reports.typesetting import FACE, typeset
from tracker.reports.values import Direction


class Printed(Protocol):
    """A table in finished words."""

    @property
    def title(self) -> str: ...
    @property
    def head(self) -> list[str]: ...
    @property
    def rows(self) -> list[list[str]]: ...


def overview_pdf(
    *,
    title: str,
    day: str,
    note: str,
    purpose: str,
    tables: Sequence[Printed],
    shares: MonthShares,
    language: str,
    direction: Direction,
    at: datetime,
) -> bytes:
    """Return the overview; who is counted in it is named nowhere."""
    words = {
        "title": title,
        "day": day,
        "note": note,
        "purpose": purpose,
        "picture": shares.title,
        "tables": [
            {"title": each.title, "head": each.head, "rows": each.rows}
            for each in tables
            if each.rows
        ],
    }
    # Typst is told these by name: nothing is put round them, as it is round words.
    told = {
        "face": FACE,
        "language": language.split("-", maxsplit=1)[0],
        "direction": direction,
    }
    return typeset(
        "clinic_overview.typ",
        {**data_of(words, direction), **told},
        pictures={"shares": shares_svg(shares, inline=False)},
        made_at=at,
    )
