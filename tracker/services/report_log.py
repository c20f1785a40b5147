"""What a report says of the log: the days before each sample, and recorded plans."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.domain.scopes import Scope
from labs import queries
from labs.domain.intakes import EXPOSURE_DAYS
from labs.domain.precautions import NOT_SHARED
from labs.presenters.intakes import exposure_words
from labs.presenters.plans import plan_words
from labs.presenters.words import dated
from labs.services import logbook
from labs.services.judging import Judged
from tracker.reports.values import Column, Line, Row, Section, Table, Tone
from tracker.services.report_material import Material
from tracker.services.report_results import EMPTY

MOST_SAMPLES = 8


def plan_section(material: Material) -> Iterator[Section]:
    """Yield what clinicians recorded as a plan, verbatim; nothing where none is."""
    if not (material.shares(Scope.SUPPLEMENTS) and material.record.plans):
        return
    columns = (Column(_("In the clinician's words"), 100), Column(_("Recorded"), 78))
    rows = tuple(
        (
            tuple(Line(f"“{line}”") for line in plan.text.splitlines() if line.strip()),
            (
                Line(plan.recorded),
                Line(plan.clinic, Tone.MUTED),
                *([Line(plan.ended, Tone.MUTED)] if plan.ended else []),
            ),
        )
        for plan in plan_words(material.record.plans)
    )
    remark = _("Shown as it was written; nothing is derived from it.")
    title = _("Plans that clinicians recorded")
    yield Section(title, table=Table(columns, rows), remarks=(remark,))


def log_section(material: Material) -> Section:
    """Return what was logged in the 90 days before each sample."""
    title = _("Logged in the %(days)s days before each sample") % {
        "days": EXPOSURE_DAYS
    }
    if not material.shares(Scope.SUPPLEMENTS):
        return Section(title, (_(NOT_SHARED),))
    samples = [each for each in material.listed if each in material.record.series]
    shown = list(islice(samples, MOST_SAMPLES))
    if not shown:
        return Section(title, (_("No sample is listed."),))
    columns = (Column(_("Sample taken"), 36), Column(_("In the log"), 142))
    table = Table(columns, tuple(_rows(material, shown)))
    return Section(title, table=table, remarks=tuple(_not_listed(len(samples))))


def _rows(material: Material, shown: list[Judged]) -> Iterator[Row]:
    record = material.record
    since = shown[-1].row.collected_on - timedelta(days=EXPOSURE_DAYS)
    intakes = list(
        queries.intakes_of(
            record.patient, viewer=record.viewer, at=material.at, since=since
        )
    )
    records = logbook.logged_periods(record.period_rows, intakes)
    for each in shown:
        said = exposure_words(
            records, each.row.collected_on, for_patient=material.is_for_patient
        )
        day = (Line(dated(each.row.collected_on), Tone.STRONG),)
        yield day, tuple(map(Line, said)) or EMPTY


def _not_listed(total: int) -> Iterator[str]:
    hidden = total - MOST_SAMPLES
    if hidden > 0:
        words = ngettext(
            "%(n)s earlier sample is not listed here.",
            "%(n)s earlier samples are not listed here.",
            hidden,
        )
        yield words % {"n": hidden}
