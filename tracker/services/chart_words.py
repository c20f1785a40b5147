"""Every word of the trend chart, in the reader's language."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext, pgettext

from accounts.services.commas import parted
from labs.domain.comparability import Differs
from labs.domain.flags import Flag
from labs.domain.seasons import Hemisphere
from labs.domain.units import Unit
from labs.presenters.positions import PositionMark, position_mark
from labs.presenters.words import (
    ShownValue,
    dated,
    dated_short,
    decimal_mark,
    in_unit,
    measurand_words,
)
from labs.services.judging import Judged
from tracker.charts.values import Words

MONTHS_A_YEAR = 12

DIFFERENT_THINGS = {
    Differs.LABORATORY: gettext_noop("laboratory"),
    Differs.METHOD: gettext_noop("method"),
    Differs.SPECIMEN: gettext_noop("kind of sample"),
    Differs.MEASURAND: gettext_noop("part measured"),
}
PARTS_IN_THE_TABLE = gettext_noop(
    "The D2 and D3 parts of a report that has a total stand in the table only."
)
NOTES_NOT_SHARED = gettext_noop("What the patient noted by day is not shared with you.")
WINTERS = {
    Hemisphere.NORTH: gettext_noop("December to February"),
    Hemisphere.SOUTH: gettext_noop("June to August"),
}


def chart_words() -> Words:
    """Return every word that the chart itself adds."""
    return Words(
        value_axis=_("25(OH)D, %(unit)s"),
        date_axis=_("Collection date"),
        within=_("within the range"),
        below=_("below the range"),
        above=_("above the range"),
        cannot_tell=_("cannot tell"),
        no_target=_("no range then"),
        not_compared=_("not compared"),
        preliminary=_("preliminary"),
        limit_of_test=_("limit of the test"),
        less_than=_("less than %(value)s"),
        at_most=_("%(value)s or less"),
        at_least=_("%(value)s or more"),
        more_than=_("more than %(value)s"),
        event=_("noted event"),
        target=_("range set by a clinician"),
        supplements=_("Supplements, as logged"),
        bolus=_("single dose"),
        latest=_("Latest"),
        interval=_("Laboratory's interval"),
        decimal_mark=decimal_mark(),
        day=pgettext("parts of a date", "%(day)s %(month)s %(year)s"),
        day_of_month=pgettext("parts of a date", "%(day)s %(month)s"),
        months=_month_names(),
    )


def _month_names() -> tuple[str, ...]:
    firsts = (date(2000, month, 1) for month in range(1, MONTHS_A_YEAR + 1))
    return tuple(date_format(first, "M") for first in firsts)


def boundary_words(kinds: Iterable[Differs]) -> str:
    """Return everything that breaks the line, short enough for the chart."""
    things = _(" and ").join(_(DIFFERENT_THINGS[kind]) for kind in kinds)
    return _("other %(things)s: not compared") % {"things": things}


def winter_words(hemisphere: Hemisphere) -> str:
    """Return which months are shaded; empty where no season is shown."""
    words = WINTERS.get(hemisphere)
    return _(words) if words else ""


def hidden_words(hidden: int) -> str:
    """Return how many results a range or filter hides; empty for none."""
    if not hidden:
        return ""
    words = ngettext("%(n)s result hidden", "%(n)s results hidden", hidden)
    return words % {"n": hidden}


class PointWords:
    """What readers who point at the marks of a chart should learn."""

    def __init__(self, unit: Unit) -> None:
        """Speak of values in this unit, and put what many marks share once."""
        self.unit = unit
        self._marks: dict[tuple[object, ...], tuple[Flag, PositionMark]] = {}

    def of(self, judged: Judged, shown: ShownValue) -> str:
        """Return what is said of one mark, whose value is shown so."""
        return _point_words(judged, shown, self._mark(judged.flag))

    def _mark(self, flag: Flag) -> PositionMark:
        key = (flag.position, flag.basis, id(flag.target))
        known = self._marks.get(key)
        if known is None:
            # The flag is kept, too, so that the number of its range stays its own.
            known = self._marks[key] = (flag, position_mark(flag))
        return known[1]


def point_words(judged: Judged, unit: Unit) -> str:
    """Return what a reader who points at a mark should learn."""
    return PointWords(unit).of(judged, in_unit(judged.measurement, unit))


def _point_words(judged: Judged, shown: ShownValue, mark: PositionMark) -> str:
    row = judged.row
    value = f"{shown.number} {shown.unit}"
    if shown.is_converted:
        reported = f"{row.value_text} {row.unit_text}"
        value = _("%(value)s (reported as %(reported)s)") % {
            "value": value,
            "reported": reported,
        }
    where = (row.laboratory or _("laboratory not stated"), row.method)
    parts = [value, dated(row.collected_on), mark.words, mark.basis, *where]
    if row.interval_text:
        parts.append(_("laboratory's interval %(text)s") % {"text": row.interval_text})
    return " · ".join(part for part in parts if part)


def subtitle(shown: Sequence[Judged]) -> str:
    """Return how many results are shown, from when to when, and what they are of."""
    if not shown:
        return ""
    counted = ngettext("%(n)s result", "%(n)s results", len(shown)) % {"n": len(shown)}
    first, last = shown[0].row.collected_on, shown[-1].row.collected_on
    days = dated_short(first)
    if first != last:
        days = _("%(first)s to %(last)s") % {
            "first": days,
            "last": dated_short(last),
        }
    kinds = map(measurand_words, dict.fromkeys(each.measurand for each in shown))
    return " · ".join([parted((counted, days)), *kinds])


def description(shown: Sequence[Judged], unit: Unit) -> str:
    """Return the chart in a sentence, for those who do not see it."""
    if not shown:
        return ""
    latest = point_words(shown[-1], unit)
    return _("%(subtitle)s. Latest: %(latest)s. Every number is in the table.") % {
        "subtitle": subtitle(shown),
        "latest": latest,
    }
