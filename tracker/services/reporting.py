"""Reports of a record: what the viewer may see, in finished words, ready to be set."""

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.services import languages
from tracker.reports.values import Notice, Report
from tracker.services.anticoagulation import sheet_sections
from tracker.services.catalogues import not_reviewed_words
from tracker.services.dashboards import Record
from tracker.services.report_choices import Audience, ReportChoice
from tracker.services.report_frame import frame_of
from tracker.services.report_material import material_of
from tracker.services.report_sections import left_out_listing, sections_of
from tracker.services.report_summary import (
    listings_of,
    notices_of,
    panels_of,
    picture_of,
    remark_of,
)

__all__ = ["Audience", "ReportChoice", "anticoagulation_sheet", "visit_report"]

AUDIENCE_WORDS = {
    Audience.PATIENT: gettext_noop("For the patient"),
    Audience.CLINICIAN: gettext_noop("For the clinician"),
}


def visit_report(record: Record, choice: ReportChoice, *, at: datetime) -> Report:
    """
    Return the report of a visit: a summary of one page, then everything.

    What is written for the patient is in the patient's language, whoever prints it.
    """
    if choice.audience is Audience.PATIENT:
        with languages.speaking_to_patient(record.patient):
            return _visit_report(record, choice, at)
    return _visit_report(record, choice, at)


def _visit_report(record: Record, choice: ReportChoice, at: datetime) -> Report:
    material = material_of(record, choice, at=at)
    return Report(
        frame=frame_of(
            material,
            title=_("Visit report: 25-hydroxyvitamin D"),
            audience=_(AUDIENCE_WORDS[choice.audience]),
        ),
        panels=panels_of(material),
        notices=(*_state_of_translation(), *notices_of(material)),
        picture=picture_of(material),
        listings=(*listings_of(material), *left_out_listing(material)),
        remark=remark_of(material),
        sections=sections_of(material),
    )


def anticoagulation_sheet(
    record: Record, choice: ReportChoice, *, at: datetime
) -> Report:
    """Return the sheet for the clinic that checks the INR."""
    # It speaks to that clinic, whoever prints it.
    chosen = replace(choice, audience=Audience.CLINICIAN)
    material = material_of(record, chosen, at=at)
    return Report(
        frame=frame_of(
            material,
            title=_("Vitamin K in supplements"),
            audience=_("For the clinic that checks the INR"),
        ),
        notices=_state_of_translation(),
        sections=tuple(sheet_sections(material)),
    )


def _state_of_translation() -> tuple[Notice, ...]:
    """Return the notice that no clinician signed these words, while none has."""
    lines = not_reviewed_words()
    return (Notice("", lines),) if lines else ()
