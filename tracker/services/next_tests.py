"""When clinicians asked for the next test, as page and report say it."""

from labs.presenters.worklist import retest_words
from tracker.services.dashboards import Record


def next_tests(record: Record) -> list[str]:
    """Return a sentence for each plan that still waits for its test."""
    latest = record.latest
    day = latest.row.collected_on if latest else None
    found = (retest_words(each, each.due_day(day)) for each in record.retests)
    return [each for each in found if each]
