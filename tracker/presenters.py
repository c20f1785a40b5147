"""Turns what the services found into words, tags and addresses for the site's pages."""

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from accounts.domain.scopes import Scope
from labs.domain import sentences as said
from labs.domain.supplements import Period
from labs.domain.targets import range_in_words
from labs.domain.units import Unit
from labs.presenters.alerts import AlertWords
from labs.presenters.intakes import today_words
from labs.presenters.people import PersonWords, person_words
from labs.presenters.plans import PlanWords, plan_words
from labs.presenters.positions import (
    PositionMark,
    TargetWords,
    compares_numbers,
    position_mark,
    position_sentences,
    target_words,
)
from labs.presenters.precautions import (
    PrecautionWords,
    beside_words,
    precaution_words,
)
from labs.presenters.results import ResultRow, result_row
from labs.presenters.supplements import PeriodWords, period_words
from labs.presenters.words import (
    ShownValue,
    as_reported,
    dated,
    dated_short,
    in_unit,
    spoken,
    unit_words,
)
from labs.services.fractions import without_parts
from labs.services.overview import Overview
from tracker.services.alerting import alert_list, correction_list
from tracker.services.chart_words import hidden_words
from tracker.services.charting import View, Window, days_of
from tracker.services.dashboards import SHOWN_UNITS, Record

if TYPE_CHECKING:
    from accounts.models import Clinic
    from labs.models import SupplementPeriod

UNIT_CODES = {Unit.NG_PER_ML: "ng", Unit.NMOL_PER_L: "nmol"}
WINDOW_WORDS = {
    Window.ONE_YEAR: gettext_noop("1 year"),
    Window.TWO_YEARS: gettext_noop("2 years"),
    Window.FIVE_YEARS: gettext_noop("5 years"),
    Window.ALL: gettext_noop("All"),
}


ROWS_AT_FIRST = 100


@dataclass(frozen=True, slots=True)
class Link:
    """An address with the words that lead there."""

    words: str
    address: str
    is_current: bool = False


# What is looked at --------------------------------------------------------------------


def view_from(record: Record, *, unit: str, window: str, rows: str = "") -> View:
    """Return what the reader chose by the address; else what suits the record."""
    by_code = {code: each for each, code in UNIT_CODES.items()}
    chosen = Window(window) if window in set(Window) else Window.FIVE_YEARS
    return View(
        unit=by_code.get(unit, record.preferred_unit),
        window=chosen,
        most_rows=None if rows == "all" else ROWS_AT_FIRST,
    )


def query_of(view: View) -> str:
    """Return the choice as it stands in an address; it says nothing about a person."""
    return urlencode({"range": view.window.value, "unit": UNIT_CODES[view.unit]})


def _page_address(record: Record, view: View) -> str:
    return f"{reverse('patient', args=[record.patient.pk])}?{query_of(view)}"


def window_links(record: Record, view: View) -> list[Link]:
    """Return the buttons that choose how far back the chart looks."""
    return [
        Link(
            _(WINDOW_WORDS[window]),
            _page_address(record, View(view.unit, window)),
            is_current=window is view.window,
        )
        for window in Window
    ]


def unit_links(record: Record, view: View) -> list[Link]:
    """Return the buttons that choose the unit to read in; nothing stored changes."""
    return [
        Link(
            unit_words(unit),
            _page_address(record, View(unit, view.window)),
            is_current=unit is view.unit,
        )
        for unit in SHOWN_UNITS
    ]


def shared_window_links(view: View) -> list[Link]:
    """Return the same buttons for the page behind a share link."""
    return [
        Link(
            _(WINDOW_WORDS[window]),
            f"?{query_of(View(view.unit, window))}",
            is_current=window is view.window,
        )
        for window in Window
    ]


def shared_unit_links(view: View) -> list[Link]:
    """Return the buttons for the unit, behind a share link."""
    return [
        Link(
            unit_words(unit),
            f"?{query_of(View(unit, view.window))}",
            is_current=unit is view.unit,
        )
        for unit in SHOWN_UNITS
    ]


# The patient's page -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LatestWords:
    """The latest result, large, with where it stands in full words."""

    result_id: str
    value: ShownValue
    reported: ShownValue | None
    day: str
    mark: PositionMark
    sentences: list[str]
    beside: list[str]


@dataclass(frozen=True, slots=True)
class ClinicWords:
    """A clinic that can see the record, and how it is reached."""

    name: str
    phone: str
    out_of_hours_line: str


@dataclass(frozen=True, slots=True)
class PatientPage:
    """Everything on the page of one patient, in finished words."""

    person: PersonWords
    is_own: bool
    has_no_owner: bool
    can_set_target: bool
    shares_results: bool
    shares_supplements: bool
    unit: str
    latest: LatestWords | None
    alerts: list[AlertWords]
    corrections: list[AlertWords]
    charts: tuple[SafeString, ...]
    hidden: str
    windows: list[Link]
    units: list[Link]
    downloads: list[Link]
    query: str
    rows: list[ResultRow]
    more_rows: Link | None
    other_rows: list[ResultRow]
    target: TargetWords | None
    earlier_targets: list[TargetWords]
    plans: list[PlanWords]
    can_record_plan: bool
    taken_now: list[PeriodWords]
    taken_before: list[PeriodWords]
    precautions: PrecautionWords
    watching: list[ClinicWords]
    nobody_watching: str
    shared_from: str
    compares_numbers: str


def patient_page(
    record: Record, view: View, *, number: str, charts: tuple[SafeString, ...]
) -> PatientPage:
    """Return a record in finished words."""
    series = [each for each in record.results if each.is_25ohd]
    targets = _target_list(record)
    periods = _period_list(record)
    return PatientPage(
        person=person_words(record.patient, number=number, today=record.today),
        is_own=record.is_own,
        has_no_owner=record.patient.user_id is None,
        can_set_target=record.clinic is not None and Scope.RESULTS in record.scopes,
        shares_results=Scope.RESULTS in record.scopes,
        shares_supplements=Scope.SUPPLEMENTS in record.scopes,
        unit=unit_words(view.unit),
        latest=_latest_words(record, view),
        alerts=alert_list(record),
        corrections=correction_list(record),
        charts=charts,
        hidden=_hidden(record, view),
        windows=window_links(record, view),
        units=unit_links(record, view),
        downloads=_downloads(record, view),
        query=query_of(view),
        rows=[result_row(each, view.unit) for each in series[: view.most_rows]],
        more_rows=_more_rows(record, view, len(series)),
        other_rows=[
            result_row(each, view.unit)
            for each in record.results
            if not each.is_25ohd and not each.is_withdrawn
        ],
        target=next((each for each in targets if each.is_in_force), None),
        earlier_targets=[each for each in targets if not each.is_in_force],
        plans=plan_words(record.plans),
        can_record_plan=record.clinic is not None
        and not record.is_own
        and Scope.SUPPLEMENTS in record.scopes,
        taken_now=[each for each in periods if each.is_current],
        taken_before=[each for each in periods if not each.is_current],
        precautions=precaution_words(
            record.precautions,
            for_patient=record.is_own,
            acknowledged=record.acknowledged,
        ),
        watching=[_clinic_words(each) for each in record.watching],
        nobody_watching=_nobody_watching(record),
        shared_from=_shared_from(record),
        compares_numbers=compares_numbers(),
    )


def _latest_words(record: Record, view: View) -> LatestWords | None:
    latest = record.latest
    if latest is None:
        return None
    shown = in_unit(latest.measurement, view.unit)
    return LatestWords(
        result_id=str(latest.row.pk),
        value=shown,
        reported=as_reported(latest.row) if shown.is_converted else None,
        day=dated(latest.row.collected_on),
        mark=position_mark(latest.flag),
        sentences=position_sentences(latest),
        beside=beside_words(record.precautions, for_patient=record.is_own),
    )


def _more_rows(record: Record, view: View, total: int) -> Link | None:
    if view.most_rows is None or total <= view.most_rows:
        return None
    words = _("Show all %(n)s results in the table") % {"n": total}
    return Link(words, f"{_page_address(record, view)}&rows=all#results")


def _hidden(record: Record, view: View) -> str:
    starts_on, _ends_on = days_of(record, view.window)
    drawn = without_parts(record.series)
    hidden = [each for each in drawn if each.row.collected_on < starts_on]
    return hidden_words(len(hidden))


def _downloads(record: Record, view: View) -> list[Link]:
    kinds = (("chart_pdf", _("PDF")), ("chart_png", _("PNG picture")))
    return [
        Link(words, f"{reverse(name, args=[record.patient.pk])}?{query_of(view)}")
        for name, words in kinds
    ]


def _target_list(record: Record) -> list[TargetWords]:
    """Return every range that was set, the newest first."""
    pairs = zip(record.target_rows, record.targets, strict=True)
    words = [
        target_words(row, target, in_force=record.target_now) for row, target in pairs
    ]
    return words[::-1]


def _period_list(record: Record) -> list[PeriodWords]:
    pairs = zip(record.period_rows, record.periods, strict=True)
    return [_with_log(row, period, record) for row, period in pairs]


def _with_log(row: "SupplementPeriod", period: Period, record: Record) -> PeriodWords:
    """Return a period with today's line of its log, while it is in force."""
    words = period_words(row, period, today=record.today)
    if not words.is_current:
        return words
    log = today_words(
        row,
        period,
        [each for each in record.intakes if each.period_id == row.pk],
        record.patient,
        viewer=record.viewer,
        today=record.today,
    )
    return replace(words, log=log)


def _clinic_words(clinic: "Clinic") -> ClinicWords:
    return ClinicWords(clinic.name, clinic.phone, clinic.out_of_hours_line)


def _shared_from(record: Record) -> str:
    start = record.shared_from
    if start is None or start == date.min:
        return ""
    day = dated(start)
    return _("Results before %(day)s are not shared with you.") % {"day": day}


def _nobody_watching(record: Record) -> str:
    return "" if record.watching else _(said.NO_CLINIC_CAN_SEE)


# The list of patients -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PatientRow:
    """One line of the list of patients."""

    person: PersonWords
    is_shared: bool
    value: ShownValue | None
    day: str
    waited: str
    mark: PositionMark | None
    range: str


def patient_row(overview: Overview, *, number: str, today: date) -> PatientRow:
    """Return one line of the list in finished words."""
    latest, target = overview.latest, overview.target
    return PatientRow(
        person=person_words(overview.patient, number=number, today=today),
        is_shared=overview.is_shared,
        value=as_reported(latest.row) if latest else None,
        day=dated_short(latest.row.collected_on) if latest else "",
        waited=days_since(latest.row.collected_on, today) if latest else "",
        mark=position_mark(latest.flag) if latest else None,
        range=spoken(range_in_words(target)) if target else "",
    )


def days_since(day: date, today: date) -> str:
    """Return how long ago a day was, counted in days."""
    days = (today - day).days
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
