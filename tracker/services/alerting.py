"""Which results are told about at once: the same on the page and in the report."""

from datetime import date

from labs.domain.alerts import is_fresh
from labs.presenters.alerts import AlertWords, alert_words, correction_words
from labs.services.judging import Judged
from tracker.services.dashboards import Record


def alert_list(record: Record) -> list[AlertWords]:
    """Return what to do about recent results, and about the latest one however old."""
    shown = (
        each
        for each in record.results
        if not each.is_withdrawn
        and (each is record.latest or _is_fresh(each, record.today))
    )
    found = (alert_words(each, record.watching, today=record.today) for each in shown)
    return [each for each in found if each is not None]


def correction_list(record: Record) -> list[AlertWords]:
    """Return what laboratories corrected of late, however old the sample is."""
    return [
        correction_words(each)
        for each in record.corrections
        if is_fresh(each.corrected_on, None, record.today)
    ]


def _is_fresh(judged: Judged, today: date) -> bool:
    return is_fresh(judged.row.collected_on, judged.row.reported_on, today)
