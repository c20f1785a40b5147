"""Turns what the services found into words, tags and addresses for the site's pages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from accounts.domain.scopes import Scope
from accounts.domain.viewers import Viewer
from accounts.presenters import JoinWords, hand_over, join_words, moment
from labs.domain import sentences as said
from labs.domain.quantities import Measurand
from labs.domain.supplements import Period
from labs.domain.targets import range_in_words
from labs.domain.units import Unit
from labs.domain.worklist import LookReason
from labs.presenters.alerts import AlertWords
from labs.presenters.events import EventWords, event_words
from labs.presenters.glossary import Term, explained
from labs.presenters.intakes import today_words
from labs.presenters.people import PersonWords, person_words
from labs.presenters.plans import PlanWords, plan_words
from labs.presenters.positions import (
    POSITION_WORDS,
    PositionMark,
    TargetWords,
    compares_numbers,
    every_target_words,
    position_mark,
    position_sentences,
)
from labs.presenters.precaution_names import PRECAUTION_NAMES, short_name
from labs.presenters.precautions import (
    PrecautionWords,
    beside_words,
    precaution_words,
)
from labs.presenters.results import ResultRow, held_lines, remarks_of, result_row
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
from labs.presenters.worklist import (
    BEGINS_ANEW,
    REASON_WORDS,
    NoteWords,
    RowWords,
    note_words,
    review_words,
    row_words,
)
from labs.services.answering import is_held
from labs.services.overview import Overview
from labs.services.worklisting import ListView, Order
from tracker.charts.trend import trend_pdf, trend_png, trend_svg
from tracker.charts.values import TrendChart
from tracker.services import chart_files, charting
from tracker.services.alerting import alert_list, correction_list
from tracker.services.chart_views import (
    Days,
    View,
    Window,
    days_of,
    drawn_of,
    first_day_of,
    has_interval,
    has_other_methods,
)
from tracker.services.chart_words import hidden_words
from tracker.services.dashboards import SHOWN_UNITS, Charted, Record, Unjudged
from tracker.services.next_tests import next_tests
from tracker.services.report_choices import PART_WORDS, Part, ReportChoice
from tracker.services.worklist_pages import Panel, Worklist

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Clinic
    from labs.models import SupplementPeriod
    from labs.services.judging import Judged
    from tracker.models import ExportRequest

UNIT_CODES = {Unit.NG_PER_ML: "ng", Unit.NMOL_PER_L: "nmol"}
WINDOW_WORDS = {
    Window.ONE_YEAR: gettext_noop("1 year"),
    Window.TWO_YEARS: gettext_noop("2 years"),
    Window.FIVE_YEARS: gettext_noop("5 years"),
    Window.ALL: gettext_noop("All"),
}


DRAWN_AS: dict[str, Callable[[TrendChart], bytes]] = {
    "svg": lambda chart: trend_svg(chart, inline=False).encode(),
    "png": trend_png,
    "pdf": trend_pdf,
}
ROWS_AT_FIRST = 100
DAYS = "days"  # a stretch of their own, in an address
SAME = "same"  # as the newest result's, of methods
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class Link:
    """An address with the words that lead there."""

    words: str
    address: str
    is_current: bool = False


# What is looked at --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for, as it stands there."""

    unit: str = ""
    window: str = ""
    rows: str = ""
    first: str = ""
    last: str = ""
    method: str = ""
    intervals: str = ""


def view_from(record: Charted, asked: Asked) -> View:
    """Return what the reader chose by the address; else what suits the record."""
    by_code = {code: each for each, code in UNIT_CODES.items()}
    return View(
        unit=by_code.get(asked.unit, record.preferred_unit),
        window=_window_of(asked),
        most_rows=None if asked.rows == "all" else ROWS_AT_FIRST,
        days=days_from(asked),
        is_same_method=asked.method == SAME,
        shows_intervals=asked.intervals == "shown",
    )


def chart_file(read: Unjudged, asked: Asked, *, kind: str, at: datetime) -> bytes:
    """
    Return the chart that an address asks for as a file: "svg", "png" or "pdf".

    It says whose it is. A PDF says, too, when it was made, and is made each time.
    """
    draw, made_at = DRAWN_AS[kind], at if kind == "pdf" else None

    def drawn(record: Charted) -> bytes:
        chart = charting.trend(
            record,
            view_from(record, asked),
            identified=True,
            made_at=made_at,
            described=False,
        )
        return draw(chart)

    if made_at is not None:
        return chart_files.drawn_anew(read, kind, drawn)
    return chart_files.picture(read, asked, kind, drawn)


def _window_of(asked: Asked) -> Window:
    is_known = asked.window in set(Window)
    return Window(asked.window) if is_known else Window.FIVE_YEARS


def in_sight_since(asked: Asked, *, today: date) -> date | None:
    """Return a day before which the chart shows nothing; None where all may count."""
    return first_day_of(
        _window_of(asked),
        today,
        days=days_from(asked),
        is_same_method=asked.method == SAME,
    )


def days_from(asked: Asked) -> Days | None:
    """Return the stretch of days that was asked for; None for none, or no such."""
    if asked.window not in ("", DAYS):
        return None
    try:
        first, last = map(date.fromisoformat, (asked.first, asked.last))
    except ValueError:
        return None
    is_possible = EARLIEST <= first <= last <= LATEST
    return (first, last) if is_possible else None


def problem_with_days(asked: Asked) -> str:
    """Return what is wrong with the days that were asked for; empty for nothing."""
    wants_days = asked.window == DAYS or asked.first or asked.last
    if asked.window not in ("", DAYS) or not wants_days or days_from(asked):
        return ""
    return _("Type both days, the first one before the last.")


def query_of(view: View) -> str:
    """Return the choice as it stands in an address; it says nothing about a person."""
    return urlencode(_chosen(view))


def _chosen(view: View) -> dict[str, str]:
    chosen = {"range": view.window.value, "unit": UNIT_CODES[view.unit]}
    if view.days is not None:
        first, last = view.days
        chosen |= {"range": DAYS, "from": first.isoformat(), "to": last.isoformat()}
    if view.is_same_method:
        chosen["method"] = SAME
    if view.shows_intervals:
        chosen["intervals"] = "shown"
    return chosen


def _page_address(record: Record, view: View) -> str:
    return f"{reverse('patient', args=[record.patient.pk])}?{query_of(view)}"


def window_links(record: Record, view: View) -> list[Link]:
    """Return the buttons that choose how far back the chart looks."""
    return [
        Link(
            _(WINDOW_WORDS[window]),
            _page_address(record, replace(view, window=window, days=None)),
            is_current=window is view.window and view.days is None,
        )
        for window in Window
    ]


def unit_links(record: Record, view: View) -> list[Link]:
    """Return the buttons that choose the unit to read in; nothing stored changes."""
    return [
        Link(
            unit_words(unit),
            _page_address(record, replace(view, unit=unit)),
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


def choice_links(record: Record, view: View) -> Iterator[Link]:
    """Yield what else can be chosen, where it would change the picture."""
    other = replace(view, is_same_method=not view.is_same_method)
    if view.is_same_method or has_other_methods(record):
        yield Link(
            _("Only what compares with the latest"),
            _page_address(record, other),
            is_current=view.is_same_method,
        )
    has_intervals = any(has_interval(each) for each in record.series)
    if view.shows_intervals or has_intervals:
        shown = replace(view, shows_intervals=not view.shows_intervals)
        yield Link(
            _("Laboratory's intervals"),
            _page_address(record, shown),
            is_current=view.shows_intervals,
        )


@dataclass(frozen=True, slots=True)
class DayChoice:
    """The form that chooses the days of the chart, as it was sent."""

    first: str
    last: str
    problem: str
    kept: tuple[tuple[str, str], ...]


def day_choice(record: Record, view: View, asked: Asked) -> DayChoice:
    """Return the form's values: what was typed, else the days that are shown."""
    problem = problem_with_days(asked)
    first, last = (day.isoformat() for day in days_of(record, view))
    others = _chosen(replace(view, days=None)) | {"range": DAYS}
    return DayChoice(
        first=asked.first if problem else first,
        last=asked.last if problem else last,
        problem=problem,
        kept=tuple(others.items()),
    )


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
    is_for_patient: bool
    is_cared_for: bool
    stands_in: bool
    hand_over: str
    can_hand_over: bool
    can_join: bool
    joins: list[JoinWords]
    can_set_target: bool
    shares_results: bool
    shares_supplements: bool
    unit: str
    latest: LatestWords | None
    terms: list[Term]
    alerts: list[AlertWords]
    corrections: list[AlertWords]
    charts: tuple[SafeString, ...]
    companions: tuple[SafeString, ...]
    has_anything_to_draw: bool
    hidden: str
    windows: list[Link]
    units: list[Link]
    choices: list[Link]
    days: DayChoice
    downloads: list[Link]
    query: str
    rows: list[ResultRow]
    more_rows: Link | None
    other_rows: list[ResultRow]
    other_remarks: list[str]
    events: list[EventWords]
    shares_health: bool
    target: TargetWords | None
    earlier_targets: list[TargetWords]
    plans: list[PlanWords]
    can_record_plan: bool
    taken_now: list[PeriodWords]
    taken_before: list[PeriodWords]
    precautions: PrecautionWords
    precautions_in_short: list[str]
    watching: list[ClinicWords]
    nobody_watching: str
    shared_from: str
    compares_numbers: str
    looked: list[str]
    retests: list[str]
    notes: list[NoteWords]


@dataclass(frozen=True, slots=True)
class Shown:
    """What was asked for, and what was drawn for it."""

    asked: Asked
    charts: tuple[SafeString, ...] = ()
    companions: tuple[SafeString, ...] = ()


def patient_page(
    record: Record, view: View, *, number: str, shown: Shown
) -> PatientPage:
    """Return a record in finished words."""
    series = [each for each in record.results if each.is_25ohd]
    targets = _target_list(record)
    periods = _period_list(record)
    others = [
        result_row(each, view.unit)
        for each in record.results
        if not each.is_25ohd and not each.is_withdrawn
    ]
    return PatientPage(
        person=person_words(record.patient, number=number, today=record.today),
        is_own=record.is_own,
        is_for_patient=record.is_for_patient,
        is_cared_for=record.is_cared_for,
        stands_in=record.stands_in,
        can_join=record.can_join,
        joins=[join_words(each, record.patient.pk) for each in record.joins],
        hand_over=hand_over(
            record.patient, today=record.today, is_carer=record.is_cared_for
        ),
        can_hand_over=record.can_hand_over,
        can_set_target=record.clinic is not None and Scope.RESULTS in record.scopes,
        shares_results=Scope.RESULTS in record.scopes,
        shares_supplements=Scope.SUPPLEMENTS in record.scopes,
        unit=unit_words(view.unit),
        latest=_latest_words(record, view),
        terms=_terms(record, view),
        alerts=alert_list(record),
        corrections=correction_list(record),
        charts=shown.charts,
        companions=shown.companions,
        has_anything_to_draw=bool(
            record.results or record.period_rows or record.events
        ),
        hidden=hidden_words(drawn_of(record, view).hidden),
        windows=window_links(record, view),
        units=unit_links(record, view),
        choices=list(choice_links(record, view)),
        days=day_choice(record, view, shown.asked),
        downloads=_downloads(record, view),
        query=query_of(view),
        rows=[result_row(each, view.unit) for each in series[: view.most_rows]],
        more_rows=_more_rows(record, view, len(series)),
        other_rows=others,
        other_remarks=remarks_of(others),
        events=[
            event_words(row, for_patient=record.is_for_patient) for row in record.events
        ],
        shares_health=Scope.HEALTH in record.scopes,
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
            for_patient=record.is_for_patient,
            acknowledged=record.acknowledged,
        ),
        precautions_in_short=_precautions_in_short(record),
        watching=clinic_list(record.watching),
        nobody_watching=_nobody_watching(record),
        shared_from=_shared_from(record),
        compares_numbers=compares_numbers(),
        looked=looked_words(record),
        retests=next_tests(record),
        notes=[note_words(each) for each in record.notes],
    )


def _terms(record: Record, view: View) -> list[Term]:
    """Return what the latest result's words mean; a clinician knows them."""
    latest = record.latest
    if latest is None or not record.is_for_patient:
        return []
    return explained(Measurand(latest.row.measurand), view.unit)


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
        sentences=[*position_sentences(latest), *_held_lines(record, latest)],
        beside=beside_words(record.precautions, for_patient=record.is_for_patient),
    )


def _more_rows(record: Record, view: View, total: int) -> Link | None:
    if view.most_rows is None or total <= view.most_rows:
        return None
    words = _("Show all %(n)s results in the table") % {"n": total}
    return Link(words, f"{_page_address(record, view)}&rows=all#results")


def _downloads(record: Record, view: View) -> list[Link]:
    kinds = (("chart_pdf", _("PDF")), ("chart_png", _("PNG picture")))
    return [
        Link(words, f"{reverse(name, args=[record.patient.pk])}?{query_of(view)}")
        for name, words in kinds
    ]


def _held_lines(record: Record, latest: "Judged") -> list[str]:
    """Return what the patient can do where the latest result waits for somebody."""
    if not record.is_for_patient or not is_held(latest.row):
        return []
    return held_lines(latest.row, is_seen=bool(record.watching))


def _target_list(record: Record) -> list[TargetWords]:
    """Return every range that was set, the newest first."""
    return every_target_words(
        record.target_rows, record.targets, in_force=record.target_now
    )


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
        for_patient=record.is_for_patient,
        today=record.today,
    )
    return replace(words, log=log)


def clinic_list(clinics: "Iterable[Clinic]") -> list[ClinicWords]:
    """Return clinics with how they are reached."""
    return [
        ClinicWords(each.name, each.phone, each.out_of_hours_line) for each in clinics
    ]


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


# The worklist -------------------------------------------------------------------------

ORDER_WORDS = {
    Order.GRAVITY: gettext_noop("Gravest first"),
    Order.NAME: gettext_noop("By name"),
    Order.LONGEST_AGO: gettext_noop("Longest without a test"),
    Order.NEWEST: gettext_noop("Newest test first"),
}


@dataclass(frozen=True, slots=True)
class ReasonLink:
    """A reason with the number of patients who have it, and the way to them."""

    words: str
    count: int
    address: str
    is_current: bool
    is_grave: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a filter."""

    value: str
    words: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class WorklistPage:
    """The worklist in finished words."""

    clinic: str
    clinic_id: str
    clinic_key: UUID
    clinics: list[Link]
    rows: list[RowWords]
    total: int
    everybody: Link
    reasons: list[ReasonLink]
    orders: list[Link]
    flags: list[Choice]
    templates: list[Choice]
    tags: list[Choice]
    clinicians: list[Choice]
    tested_from: str
    tested_until: str
    untested_since: str
    precautions: list[Choice]
    without_target: bool
    is_filtered: bool
    order: str
    reason: str
    query: str
    following: Link | None
    is_cut: bool
    begins_anew: str
    saved: list[tuple[str, Link]]
    asked: str


def worklist_page(found: Worklist, rows: list[RowWords]) -> WorklistPage:
    """Return a page of the list in finished words."""
    view, counts = found.view, found.counts
    return WorklistPage(
        clinic=found.clinic.name,
        clinic_id=str(found.clinic.pk) if len(found.clinics) > 1 else "",
        clinic_key=found.clinic.pk,
        clinics=_clinic_links(found),
        rows=rows,
        total=counts.get(0, 0),
        everybody=_view_link(found, _("Everybody"), ListView(order=view.order)),
        reasons=[_reason_link(found, each) for each in LookReason],
        orders=[
            replace(
                _view_link(found, _(words), replace(view, order=order, after=None)),
                is_current=view.order is order,
            )
            for order, words in ORDER_WORDS.items()
        ],
        flags=[
            Choice(each.value, _(words), view.flag == each.value)
            for each, words in POSITION_WORDS.items()
        ],
        templates=_choices(
            {str(each.pk): each.name for each in found.templates},
            str(view.template or ""),
            otherwise=_("A template that is offered no longer"),
        ),
        tags=_choices({each: each for each in found.tags}, view.tag),
        clinicians=_choices({each: each for each in found.clinicians}, view.clinician),
        tested_from=view.tested_from.isoformat() if view.tested_from else "",
        tested_until=view.tested_until.isoformat() if view.tested_until else "",
        untested_since=view.untested_since.isoformat() if view.untested_since else "",
        precautions=sorted(
            (
                Choice(id_, _(words), view.precaution == id_)
                for id_, words in PRECAUTION_NAMES.items()
            ),
            key=lambda choice: choice.words,
        ),
        without_target=view.without_target,
        is_filtered=replace(view, order=Order.GRAVITY, after=None) != ListView(),
        order=view.order.value,
        reason=str(view.reason.value) if view.reason else "",
        query=list_query(found, view),
        following=_following(found),
        is_cut=found.page.next_after is not None,
        begins_anew=_(BEGINS_ANEW) if found.page.begins_anew else "",
        saved=[
            (str(each.pk), Link(each.name, f"{reverse('worklist')}?{each.query}"))
            for each in found.saved
        ],
        asked=found.asked,
    )


def _choices(
    offered: dict[str, str], chosen: str, *, otherwise: str = ""
) -> list[Choice]:
    """
    Return what a filter offers, and what is chosen though it is offered no more.

    A kept view goes on asking for a template or a tag that is gone since: the filter
    says so, or a short list would look like the whole one.
    """
    gone = {chosen: otherwise or chosen} if chosen and chosen not in offered else {}
    return [
        Choice(value, words, value == chosen)
        for value, words in {**offered, **gone}.items()
    ]


def list_query(found: Worklist, view: ListView) -> str:
    """Return a view as it stands in an address; it says nothing about a person."""
    query = chosen_of(view)
    if len(found.clinics) > 1:
        query["clinic"] = found.clinic.pk
    return urlencode(query)


def chosen_of(view: ListView) -> dict[str, object]:
    """Return what is chosen of a view, as an address carries it."""
    chosen = {each.name: getattr(view, each.name) for each in fields(view)}
    return {
        name: value.value if isinstance(value, Enum) else value
        for name, value in chosen.items()
        if value and value is not Order.GRAVITY
    }


def _view_link(found: Worklist, words: str, view: ListView) -> Link:
    query = list_query(found, view)
    return Link(words, f"{reverse('worklist')}?{query}", is_current=view == found.view)


def _reason_link(found: Worklist, reason: LookReason) -> ReasonLink:
    view = ListView(reason=reason, order=found.view.order)
    return ReasonLink(
        words=_(REASON_WORDS[reason]),
        count=found.counts.get(reason.value, 0),
        address=_view_link(found, "", view).address,
        is_current=found.view.reason is reason,
        is_grave=reason <= LookReason.CALCIUM,
    )


def _clinic_links(found: Worklist) -> list[Link]:
    if len(found.clinics) == 1:
        return []
    return [
        Link(
            each.name,
            f"{reverse('worklist')}?{urlencode({'clinic': each.pk})}",
            is_current=each.pk == found.clinic.pk,
        )
        for each in found.clinics
    ]


def _following(found: Worklist) -> Link | None:
    after = found.page.next_after
    if after is None or found.asked:
        return None
    return _view_link(found, _("Next"), replace(found.view, after=after))


@dataclass(frozen=True, slots=True)
class PanelPage:
    """One patient beside the list, in finished words."""

    row: RowWords
    chart: str
    target: TargetWords | None
    can_set_target: bool
    alerts: list[AlertWords]
    precautions: PrecautionWords
    results: list[ResultRow]
    remarks: list[str]
    to_confirm: list[ResultRow]
    looked: list[str]
    retests: list[str]
    notes: list[NoteWords]


RESULTS_IN_PANEL = 6


def panel_page(found: Panel, *, chart: str) -> PanelPage:
    """Return one patient in finished words, as far as the clinic may see."""
    record = found.record
    targets = _target_list(record)
    unit = Unit(found.clinic.preferred_unit)
    results = [
        result_row(each, unit)
        for each in record.results[:RESULTS_IN_PANEL]
        if not each.is_withdrawn
    ]
    return PanelPage(
        row=row_words(
            found.row,
            unit=unit,
            sparkline=SafeString(""),
            today=record.today,
        ),
        chart=chart,
        target=next((each for each in targets if each.is_in_force), None),
        can_set_target=found.row.facts["shares"][0],
        alerts=alert_list(record),
        precautions=precaution_words(
            record.precautions, for_patient=False, acknowledged=record.acknowledged
        ),
        results=results,
        remarks=remarks_of(results),
        to_confirm=[
            result_row(each, unit)
            for each in record.results
            if is_held(each.row) and not each.is_withdrawn
        ],
        looked=looked_words(record),
        retests=next_tests(record),
        notes=[note_words(each) for each in record.notes],
    )


def _precautions_in_short(record: Record) -> list[str]:
    """Return what stands beside the name on a clinician's page: each in few words."""
    if record.is_for_patient:
        return []
    found = dict.fromkeys(each.precaution.id for each in record.precautions.matched)
    words = [short_name(each) for each in found]
    if record.precautions.not_checked:
        words.append(_("not everything is checked"))
    return words


def looked_words(record: Record) -> list[str]:
    """Return whether a clinician has looked at the latest result."""
    latest = record.latest
    if latest is None or not record.watching:
        return []
    return review_words(list(record.reviews), latest.row.pk)


# The form of a report ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Option:
    """One box or dot of a form."""

    value: str
    words: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ReportForm:
    """What can be chosen of a report, and what is chosen already."""

    is_own: bool
    windows: list[Option]
    first: str
    last: str
    units: list[Option]
    parts: list[Option]
    shares_questions: bool


def report_form(record: Record, choice: ReportChoice) -> ReportForm:
    """Return the form, filled with what the address asked for."""
    view = choice.view
    first, last = (day.isoformat() for day in days_of(record, view))
    windows = [
        Option(each.value, _(WINDOW_WORDS[each]), each is view.window and not view.days)
        for each in Window
    ]
    windows.append(Option(DAYS, _("The days below"), view.days is not None))
    return ReportForm(
        is_own=record.is_own,
        windows=windows,
        first=first,
        last=last,
        units=[
            Option(UNIT_CODES[unit], unit_words(unit), unit is view.unit)
            for unit in SHOWN_UNITS
        ],
        parts=[
            Option(part.value, _(PART_WORDS[part]), part in choice.parts)
            for part in Part
            if record.is_own or part is not Part.QUESTIONS
        ],
        shares_questions=record.is_own,
    )


@dataclass(frozen=True, slots=True)
class AskedWords:
    """An export of a clinic's records that was asked for, ready to be shown."""

    id: UUID
    who: str
    moment: str
    reason: str
    state: str
    is_open: bool
    is_own: bool


ANSWERED = {
    "confirmed": gettext_noop("Confirmed by %(name)s"),
    "declined": gettext_noop("Declined by %(name)s"),
    "withdrawn": gettext_noop("Withdrawn"),
    "expired": gettext_noop("Not confirmed"),
}


def asked_words(asked: "ExportRequest", *, viewer: Viewer, at: datetime) -> AskedWords:
    """Return a request in words; its time is over by the clock alone."""
    is_open = asked.closed_at is None and asked.expires_at > at
    if is_open:
        state = _("Open until %(moment)s") % {"moment": moment(asked.expires_at)}
    else:
        state = _(ANSWERED[asked.outcome or "expired"]) % {"name": asked.closed_by_name}
    return AskedWords(
        id=asked.pk,
        who=asked.asked_by_name,
        moment=moment(asked.asked_at),
        reason=asked.reason,
        state=state,
        is_open=is_open,
        is_own=asked.asked_by_id == viewer.id,
    )
