"""Page 1 of a report: latest value, range, chart, what is taken, whom to ask."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.domain.scopes import Scope
from accounts.services.commas import parted
from labs.domain.measurements import ResultStatus
from labs.domain.precautions import NOT_SHARED
from labs.presenters.positions import (
    TargetWords,
    compares_numbers,
    every_target_words,
    position_mark,
    position_sentences,
)
from labs.presenters.precautions import (
    MatchWords,
    PrecautionWords,
    beside_words,
    precaution_words,
)
from labs.presenters.results import STATUS_WORDS, specimen_words
from labs.presenters.supplements import PeriodWords, period_words
from labs.presenters.words import as_reported, dated, in_unit
from labs.services.judging import Judged
from tracker.charts.trend import trend_svg
from tracker.reports.values import (
    Entry,
    Line,
    Listing,
    Notice,
    Panel,
    Picture,
    Tone,
)
from tracker.services import charting, measuring
from tracker.services.alerting import alert_list
from tracker.services.next_tests import next_tests
from tracker.services.report_material import Material

if TYPE_CHECKING:
    from labs.presenters.alerts import AlertWords

# Wider is flatter, with smaller words: for a page with less room.
TALL, FLAT = 760, 1000


def panels_of(material: Material) -> tuple[Panel, ...]:
    """Return the latest result and the range in force, side by side."""
    return _latest_panel(material), _range_panel(material)


def remark_of(material: Material) -> str:
    """Return the line that stands once beside every position; empty without one."""
    return compares_numbers() if material.shows_results else ""


# The latest result --------------------------------------------------------------------


def _latest_panel(material: Material) -> Panel:
    if not material.shares(Scope.RESULTS):
        return Panel(_("Latest result"), lines=(Line(_(NOT_SHARED)),))
    latest = material.record.latest
    if latest is None:
        return Panel(_("Latest result"), lines=(Line(_("No results yet.")),))
    shown = in_unit(latest.measurement, material.view.unit)
    day = dated(latest.row.collected_on)
    return Panel(
        title=f"{_('Latest result')} · {day}",
        headline=shown.number,
        unit=shown.unit,
        lines=tuple(
            _latest_lines(
                latest,
                is_converted=shown.is_converted,
                for_patient=material.is_for_patient,
            )
        ),
    )


def _latest_lines(
    latest: Judged, *, is_converted: bool, for_patient: bool
) -> Iterator[Line]:
    row = latest.row
    yield Line(
        position_mark(latest.flag).words, Tone.STRONG, position=latest.flag.position
    )
    if latest.status is not ResultStatus.FINAL:
        yield Line(_(STATUS_WORDS[latest.status]), Tone.STRONG)
    if is_converted:
        reported = as_reported(row)
        value = reported.words
        yield Line(_("Converted. Reported as %(value)s") % {"value": value})
    yield from map(Line, position_sentences(latest, for_patient=for_patient))
    specimen = specimen_words(row.specimen) if row.specimen else ""
    where = " · ".join(filter(None, (row.laboratory, row.method, specimen)))
    yield Line(where or _("Laboratory not stated."), Tone.MUTED)


# The range in force -------------------------------------------------------------------


def _range_panel(material: Material) -> Panel:
    title = _("Range in force")
    if not material.shares(Scope.RESULTS):
        return Panel(title, lines=(Line(_(NOT_SHARED)),))
    found = [each for each in targets_in_words(material) if each.is_in_force]
    if not found:
        return Panel(title, lines=(Line(_no_range(material)),))
    return Panel(title, found[0].range, lines=tuple(_range_lines(found[0])))


def _no_range(material: Material) -> str:
    if material.is_for_patient:
        return _(
            "No clinician has set a range for you here. Until then results are not "
            "compared with one."
        )
    return _(
        "No range is in force for this patient. Results are not compared until one is "
        "set."
    )


def _range_lines(target: TargetWords) -> Iterator[Line]:
    by = _("Set by %(who)s on %(day)s") % {"who": target.author, "day": target.set_on}
    yield Line(parted((by, target.clinic)))
    yield Line(target.days)
    for words in target.alerts:
        yield Line(capfirst(words))
    if target.urgency:
        yield Line(
            _("If an alert limit is reached: %(what)s") % {"what": target.urgency}
        )
    if target.reason:
        yield Line(f"“{target.reason}”", Tone.MUTED)


def targets_in_words(material: Material) -> list[TargetWords]:
    """Return every range that was set, the newest first."""
    record = material.record
    return every_target_words(
        record.target_rows, record.targets, in_force=record.target_now
    )


# What must not be overlooked ----------------------------------------------------------


def notices_of(material: Material) -> tuple[Notice, ...]:
    """Return the alerts, and vitamin K beside a vitamin K antagonist."""
    alerts = (
        _alert_notice(each, for_patient=material.is_for_patient)
        for each in alert_list(material.record)
    )
    return (*alerts, *_urgent_notices(material), *_beside_notices(material))


def _urgent_notices(material: Material) -> Iterator[Notice]:
    """Yield what is told at once; a clinician reads what is shared by all but once."""
    if not material.is_for_patient:
        yield from _merged(precautions_in_words(material).urgent)
        return
    for match in precautions_in_words(material).urgent:
        yield Notice(match.products, (*match.lines, *match.acknowledged))


def _merged(found: list[MatchWords]) -> Iterator[Notice]:
    if found:
        about = dict.fromkeys(each.products for each in found)
        yield Notice(parted(about), told_once(found))


def told_once(found: list[MatchWords]) -> tuple[str, ...]:
    """Return the words of several precautions, each sentence once."""
    lines = (line for each in found for line in (*each.lines, *each.acknowledged))
    return tuple(dict.fromkeys(lines))


def _beside_notices(material: Material) -> Iterator[Notice]:
    """Yield the lines that travel with the flag of every result."""
    precautions = material.record.precautions
    lines = beside_words(precautions, for_patient=material.is_for_patient)
    if lines and material.shows_results:
        yield Notice(_("Beside this result"), tuple(lines))


def _alert_notice(alert: "AlertWords", *, for_patient: bool) -> Notice:
    value = alert.value.words
    lines = alert.lines if for_patient else alert.facts or alert.lines
    return Notice(f"{value} · {alert.test} · {alert.day}", tuple(lines))


def precautions_in_words(material: Material) -> PrecautionWords:
    """Return what matched, in the words for whom the report is."""
    record = material.record
    return precaution_words(
        record.precautions,
        for_patient=material.is_for_patient,
        acknowledged=record.acknowledged,
    )


# The chart ----------------------------------------------------------------------------


def picture_of(material: Material) -> Picture | None:
    """Return the chart of the page; None where there is nothing to draw."""
    if not material.shows_results:
        return None
    chart = charting.trend(
        material.record,
        material.view,
        identified=True,
        with_change=False,
        described=False,
    )
    without_strip = replace(chart, bars=())  # what is taken stands in the list as well
    with measuring.rendering("svg"):
        shapes = (
            trend_svg(chart, inline=False, width=TALL),
            trend_svg(chart, inline=False, width=FLAT),
            trend_svg(without_strip, inline=False, width=FLAT),
        )
    return Picture(shapes, chart.description)


# Lists --------------------------------------------------------------------------------


def listings_of(material: Material) -> tuple[Listing, ...]:
    """Return what is taken now, the other precautions, and a test asked for."""
    return (
        _supplement_listing(material),
        _precaution_listing(material),
        *_next_test_listing(material),
    )


def _supplement_listing(material: Material) -> Listing:
    title = _("Supplements now")
    if not material.shares(Scope.SUPPLEMENTS):
        return Listing(title, remarks=(_(NOT_SHARED),))
    current = [each for each in periods_in_words(material) if each.is_current]
    if not current:
        return Listing(title, remarks=(_("Nothing is recorded as taken now."),))
    remarks = (_("As recorded. Amounts as stated on the label."),)
    return Listing(title, tuple(map(_supplement_entry, current)), remarks)


def _supplement_entry(period: PeriodWords) -> Entry:
    since = _("From %(day)s") % {"day": period.starts_on}
    lines = [Line(words) for words in period.ingredients]
    recorded = f"{period.intake}. {since}. {period.vitamin_k}."
    lines.append(Line(recorded, Tone.MUTED))
    if period.advised_by:
        advised = _("Advised by %(who)s.") % {"who": period.advised_by}
        lines.append(Line(advised, Tone.MUTED))
    return Entry(period.product, tuple(lines))


def periods_in_words(material: Material) -> list[PeriodWords]:
    """Return every supplement that is recorded, the newest first."""
    record = material.record
    pairs = zip(record.period_rows, record.periods, strict=True)
    return [period_words(row, period, today=record.today) for row, period in pairs]


def _precaution_listing(material: Material) -> Listing:
    found = precautions_in_words(material)
    remarks = [*found.not_checked, found.closing]
    if found.urgent:
        remarks.insert(0, _("What is told at once stands in the frame above."))
    return Listing(
        _("Precautions"),
        tuple(map(_precaution_entry, found.others)),
        tuple(filter(None, remarks)),
    )


def _precaution_entry(match: MatchWords) -> Entry:
    read = (Line(words, Tone.MUTED) for words in match.acknowledged)
    return Entry(match.products, (*map(Line, match.lines), *read))


def _next_test_listing(material: Material) -> Iterator[Listing]:
    """Yield when a clinician asked for the next test; nothing where none did."""
    asked = next_tests(material.record)
    if asked:
        yield Listing(_("Next test"), (Entry("", tuple(map(Line, asked))),))
