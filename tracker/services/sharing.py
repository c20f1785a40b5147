"""The visit report as somebody outside reads it, who opened a share link."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from labs.presenters.people import person_words
from labs.presenters.words import dated
from tracker.reports.values import Notice, Report
from tracker.services import dashboards, reporting
from tracker.services.dashboards import Record
from tracker.services.report_frame import SHARED, moment_words
from tracker.services.reporting import Audience, ReportChoice

if TYPE_CHECKING:
    from accounts.domain.viewers import Viewer
    from accounts.models import ShareLink
    from tracker.services.charting import View


@dataclass(frozen=True)
class SharedReport:
    """A report, the record it was written from, and the sentence that heads it."""

    record: Record
    report: Report
    sentence: str

    @property
    def printed(self) -> Report:
        """The report with the sentence at its head, for a sheet that stands alone."""
        head = Notice(_("Shared report"), (self.sentence,))
        return replace(self.report, notices=(head, *self.report.notices))


def record_behind(link: "ShareLink", *, viewer: "Viewer", at: datetime) -> Record:
    """Read what a share link shows of its patient's record."""
    return dashboards.record_of(link.patient, viewer=viewer, at=at, today=localdate(at))


def shared_report(
    link: "ShareLink", record: Record, view: "View", *, at: datetime
) -> SharedReport:
    """Return the visit report of the link, in the words for a clinician."""
    choice = ReportChoice(view=view, audience=Audience.CLINICIAN)
    report = reporting.visit_report(record, choice, at=at)
    return SharedReport(record, report, _sentence(link, record, at))


def _sentence(link: "ShareLink", record: Record, at: datetime) -> str:
    person = person_words(record.patient)
    return _(SHARED) % {
        "recipient": link.recipient,
        "name": person.name,
        "born": person.born_on,
        "until": dated(localtime(link.expires_at - timedelta(microseconds=1)).date()),
        "recorded": moment_words(at),
    }
