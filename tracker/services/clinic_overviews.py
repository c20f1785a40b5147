"""
A clinic's figures as tables and pictures, for its own page and for what leaves it.

On the page every count is told. In a file no count under five is, and none that would
give such a count away (labs.domain.disclosure).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from labs.domain.disclosure import FEWEST_TOLD, told
from labs.domain.flags import Position
from labs.domain.quantities import Measurand
from labs.domain.targets import plain
from labs.domain.units import Unit, display_converted
from labs.presenters.words import dated, numbered, unit_words
from labs.services.clinic_figures import ClinicFigures, Group, Month
from tracker.charts.axes import round_step
from tracker.charts.distribution import MOST_COLUMNS, Distribution, PositionRow
from tracker.charts.shares import MonthShare, MonthShares, percent

GROUP_WORDS = {
    Group.BELOW: gettext_noop("Below the range"),
    Group.WITHIN: gettext_noop("Within the range"),
    Group.ABOVE: gettext_noop("Above the range"),
    Group.NOT_PLACED: gettext_noop("A range set, and no result that it can place"),
    Group.NO_RANGE: gettext_noop("No range set"),
}
PLACED = (Group.BELOW, Group.WITHIN, Group.ABOVE)
HIDDEN = gettext_noop("hidden")


@dataclass(frozen=True, slots=True)
class Table:
    """Counts in words; `links` lead from a row's count to the list, on the page."""

    title: str
    head: list[str]
    rows: list[list[str]]
    links: dict[int, str] = field(default_factory=dict)

    @property
    def linked(self) -> list[tuple[str, list[tuple[str, str]], str | None]]:
        """Each row: its name, its cells under their heads, its way into the list."""
        return [
            (row[0], list(zip(self.head, row, strict=True))[1:], self.links.get(place))
            for place, row in enumerate(self.rows)
        ]


def tables_of(figures: ClinicFigures, *, leaves: bool) -> list[Table]:
    """Return the figures; `leaves` says that they go out of the clinic."""
    return [
        _people(figures, leaves=leaves),
        _tested(figures, leaves=leaves),
        _values(figures, leaves=leaves),
        _months(figures, leaves=leaves),
    ]


def hidden_note() -> str:
    """Return what the word for a hidden count means."""
    words = _(
        "“%(hidden)s” stands for a count under %(n)s, or for one that would give such "
        "a count away."
    )
    return words % {"hidden": _(HIDDEN), "n": FEWEST_TOLD}


def _shown(counts: Sequence[int], *, leaves: bool) -> list[str]:
    """Return the parts of a whole as they may be told."""
    kept = told(counts) if leaves else list(counts)
    return [_(HIDDEN) if each is None else str(each) for each in kept]


def _people(figures: ClinicFigures, *, leaves: bool) -> Table:
    counts = [figures.groups[group] for group in Group]
    shown = _shown(counts, leaves=leaves)
    (total,) = _shown([figures.total], leaves=leaves)
    rows = [
        [_(GROUP_WORDS[group]), words]
        for group, words in zip(Group, shown, strict=True)
    ]
    everybody = [_("Everybody on the list"), total]
    links = {0: "", list(Group).index(Group.NO_RANGE) + 1: "without_target=True"}
    for group in PLACED:
        links[list(Group).index(group) + 1] = f"flag={group.value}"
    return Table(
        _("Latest result against the range in force"),
        [_("Patients"), _("Number")],
        [everybody, *rows],
        links,
    )


def _tested(figures: ClinicFigures, *, leaves: bool) -> Table:
    without = figures.not_tested
    tested, not_tested = _shown([figures.total - without, without], leaves=leaves)
    return Table(
        _("Tests in the last 12 months"),
        [_("Patients"), _("Number")],
        [
            [_("Tested since %(day)s") % {"day": dated(figures.tested_since)}, tested],
            [_("No test since then"), not_tested],
        ],
        {1: f"untested_since={figures.tested_since.isoformat()}"},
    )


# Values -------------------------------------------------------------------------------


def _values(figures: ClinicFigures, *, leaves: bool) -> Table:
    unit = Unit(figures.clinic.preferred_unit)
    counted, step = _columns(figures, unit)
    bands = sorted({band for _group, band in counted})
    whole = _shown([figures.groups[group] for group in Group], leaves=leaves)
    by_group = {}
    for group in PLACED:
        counts = [counted[group, band] for band in bands]
        # A group whose number is hidden would be known by the sum of its columns.
        is_told = whole[list(Group).index(group)] != _(HIDDEN)
        by_group[group] = (
            _shown(counts, leaves=leaves)
            if is_told
            else [_(HIDDEN) for _each in counts]
        )
    rows = [
        [
            _band(band, step, unit),
            *(by_group[group][place] for group in PLACED),
        ]
        for place, band in enumerate(bands)
    ]
    head = [_("Latest result"), *(_(GROUP_WORDS[group]) for group in PLACED)]
    return Table(_("Latest results by value"), head, rows)


def _columns(
    figures: ClinicFigures, unit: Unit
) -> tuple[Counter[tuple[Group, int]], Decimal]:
    values = [(group, _in(value, unit)) for group, value in figures.values]
    highest = max((value for _group, value in values), default=Decimal(1))
    step = Decimal(str(round_step(float(highest) or 1.0, MOST_COLUMNS)))
    counted: Counter[tuple[Group, int]] = Counter()
    for group, value in values:
        counted[group, int(value // step)] += 1
    return counted, step


def _band(band: int, step: Decimal, unit: Unit) -> str:
    values = {
        "low": numbered(plain(band * step)),
        "high": numbered(plain((band + 1) * step)),
        "unit": unit_words(unit),
    }
    return _("%(low)s to below %(high)s %(unit)s") % values


def _in(value: Decimal, unit: Unit) -> Decimal:
    return display_converted(value, Unit.NG_PER_ML, unit, Measurand.TOTAL)


# Months -------------------------------------------------------------------------------


def _months(figures: ClinicFigures, *, leaves: bool) -> Table:
    return Table(
        _("Within the range, by month"),
        [_("Month"), _("Compared"), _("Within"), _("Share")],
        [_month(month, leaves=leaves) for month in figures.months],
    )


def _month(month: Month, *, leaves: bool) -> list[str]:
    (compared,) = _shown([month.compared], leaves=leaves)
    sides = [month.within, month.compared - month.within]
    if leaves and None in told(sides):
        return [month_words(month), compared, _(HIDDEN), _(HIDDEN)]
    share = f"{percent(_share(month))}%" if month.compared else ""
    return [month_words(month), compared, str(month.within), share]


def month_words(month: Month) -> str:
    return date_format(month.first_day, "F Y")


def _share(month: Month) -> MonthShare:
    return MonthShare(
        words=month_words(month), within=month.within, compared=month.compared
    )


# Pictures -----------------------------------------------------------------------------

OF_POSITION = {
    Group.BELOW: Position.BELOW,
    Group.WITHIN: Position.WITHIN,
    Group.ABOVE: Position.ABOVE,
}


def distribution_of(figures: ClinicFigures) -> Distribution:
    """Return the latest values as a picture for the clinic's own page."""
    unit = Unit(figures.clinic.preferred_unit)
    rows = tuple(
        PositionRow(
            position=OF_POSITION[group],
            words=_(GROUP_WORDS[group]),
            values=tuple(
                _in(value, unit) for of, value in figures.values if of is group
            ),
        )
        for group in PLACED
    )
    title = _("Latest results against the range in force")
    return Distribution(
        title=title,
        unit=unit_words(unit),
        rows=rows,
        fewest=1,
        description=title,
        axis_words=_("Latest 25(OH)D, %(unit)s"),
        count_words=_("Number: %(n)s"),
        empty_words=_("No latest result can be placed against a range yet."),
    )


def shares_of(figures: ClinicFigures, *, leaves: bool) -> MonthShares:
    """Return the months as a picture; in a file it tells what the table tells."""
    title = _("Within the range, by month")
    return MonthShares(
        title=title,
        months=tuple(_share(month) for month in figures.months),
        fewest=FEWEST_TOLD if leaves else 1,
        description=title,
        axis_words=_("Share within the range that was in force on the day of the test"),
        count_words=_("%(within)s of %(compared)s · %(share)s%%"),
        few_words=_("fewer than %(n)s compared"),
        some_few_words=_("%(compared)s compared, share hidden"),
        none_words=_("none compared"),
        empty_words=_("No result of these months can be compared with a range yet."),
    )
