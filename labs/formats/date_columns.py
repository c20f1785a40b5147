"""The dates of one column: one order for all of them, or a question to a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from labs.formats.cells import CellRefused
from labs.formats.dates import (
    IN_WORDS,
    ColumnOrder,
    DateOrder,
    DateRefused,
    order_of_column,
    orders_that_fit,
    read_date,
)
from labs.formats.headers import order_in_name
from labs.formats.limits import QUOTED_LENGTH
from labs.formats.parsed import QuestionAsked
from labs.formats.sentences import N_
from labs.formats.spelling import quoted

FITS = N_("The dates in the column %(name)s fit %(orders)s, for example %(examples)s.")
FITS_NONE = N_(
    "The dates in the column %(name)s do not fit one order of %(orders)s, for example "
    "%(examples)s."
)
SAY_WHICH = N_("Say which order holds: %(parameter)s = %(choices)s.")
DAY_FIRST = N_("The dates in the column %(name)s were read day first.")
FIT_ONLY = N_("The dates in the column %(name)s fit %(orders)s only.")
SHORT_YEARS = N_(
    "The years in the column %(name)s have two digits; 24 was read as 2024."
)

PARAMETER = "date_order"


@dataclass(frozen=True, slots=True)
class DateColumn:
    """A column of dates, its name as printed, and the order that holds in it."""

    name: str
    found: ColumnOrder
    order: DateOrder | None
    chosen: DateOrder | None = None

    def read(self, text: str) -> date:
        """Return the day; raise CellRefused, or QuestionAsked where none is certain."""
        if self.order is None and self.found.choices and orders_that_fit(text):
            raise self._question()
        try:
            return read_date(text, self.order)
        except DateRefused as refused:
            raise CellRefused(str(refused)) from None

    def _question(self) -> QuestionAsked:
        choices = [order.value for order in self.found.choices]
        words = " and ".join(IN_WORDS[order] for order in self.found.choices)
        fits = FITS if len(self.found.examples) == 1 else FITS_NONE
        examples = " and ".join(
            quoted(text, QUOTED_LENGTH) for text in self.found.examples
        )
        found = fits % {
            "name": quoted(self.name, QUOTED_LENGTH),
            "orders": words,
            "examples": examples,
        }
        answers = SAY_WHICH % {"parameter": PARAMETER, "choices": " or ".join(choices)}
        return QuestionAsked(
            f"{found} {answers}",
            found=found,
            column=self.name,
            parameter=PARAMETER,
            choices=choices,
        )

    @property
    def proven(self) -> DateOrder | None:
        """The one order that all its dates fit; None where they leave a choice."""
        return self.order if len(self.found.common) == 1 else None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was assumed about the dates, for people to check."""
        name = quoted(self.name, QUOTED_LENGTH)
        said = []
        if self.found.is_assumed_by_dots and self.order is self.found.order:
            said.append(DAY_FIRST % {"name": name})
        if self.chosen and self.found.common and self.order is not self.chosen:
            orders = " and ".join(IN_WORDS[order] for order in self.found.common)
            said.append(FIT_ONLY % {"name": name, "orders": orders})
        if self.found.has_short_years:
            said.append(SHORT_YEARS % {"name": name})
        return tuple(said)


def date_column(
    name: str, texts: Iterable[str], chosen: DateOrder | None
) -> DateColumn:
    """
    Return the column with the order in which it is read.

    That is the one that its dates prove, else the chosen one, else the one that its
    name states. What the dates prove is not overruled.
    """
    found = order_of_column(texts)
    stated = order_in_name(name)
    by_name = stated if stated in found.common else None
    order = _proven(found, chosen) or chosen or by_name or found.order
    return DateColumn(name, found, order, chosen)


def _proven(found: ColumnOrder, chosen: DateOrder | None) -> DateOrder | None:
    """Return the one order that all dates fit; 24/03/15 may be a year first if said."""
    year_first = chosen is DateOrder.YMD and found.has_short_years
    is_certain = len(found.common) == 1 and not year_first
    return found.order if is_certain else None
