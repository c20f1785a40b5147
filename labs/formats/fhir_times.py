"""
On which day a FHIR result's specimen was drawn, and what a FHIR date prints.

The specimen's own collection counts first, then the observation's effective time.
What stands in for them is taken with a remark: the panel's time, the arrival of the
specimen, the report's time, the day of issue.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

from labs.formats.collection_days import CollectionDay, DatedField, collection_day
from labs.formats.dates import LONGEST_DATE, DateRefused, read_date
from labs.formats.fhir_elements import (
    Element,
    element_at,
    elements_at,
    text_at,
    texts_at,
)
from labs.formats.fhir_library import Resource
from labs.formats.limits import QUOTED_LENGTH
from labs.formats.sentences import N_
from labs.formats.spelling import quoted
from labs.formats.timestamps import PartialDate, Timestamp

PANELS_TIME = N_("the panel's effective time")
REPORTS_TIME = N_("the report's effective time")
ARRIVAL = N_("the arrival of the specimen")
ISSUE = N_("the issue of the result")
START_OF = N_("the start of %(name)s")
END_OF = N_("the end of %(name)s")
SPECIMEN = N_("the specimen's collection")
EFFECTIVE = N_("the observation's effective time")
FOREIGN_DIGITS = N_("%(shown)s is not written with the digits 0 to 9.")
# SNOMED CT, "date sample received in laboratory": German university hospitals say by an
# extension of the effective time of which of both it is.
_SAMPLE_RECEIVED = ("http://snomed.info/sct", "281271004")
_PART = re.compile(r"\d{4}(?:-\d{2})?", re.ASCII)
_DAY_WITH_ZONE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2})", re.ASCII)


class PartialDateOfFhir(PartialDate):
    """A year, or a year and a month: 2024, 2024-03."""

    def may_be(self, day: date) -> bool:
        """Answer whether a day lies in the printed month or year."""
        return day.isoformat().startswith(self.digits)


def read_drawn(text: str) -> Timestamp:
    """
    Return what `read_time` does; refuse digits that FHIR has not.

    A program that writes them writes its days by the habits of a place, and perhaps
    those of another calendar.
    """
    if any(sign.isdigit() and not sign.isascii() for sign in text):
        raise DateRefused(FOREIGN_DIGITS % {"shown": quoted(text, QUOTED_LENGTH)})
    return read_time(text)


def read_time(text: str) -> Timestamp:
    """
    Return the day that a date or a moment prints, in no time zone.

    Raises DateRefused, PartialDate for a year or a month alone.

    >>> read_time("2024-03-01T23:30:00-05:00").day.isoformat()
    '2024-03-01'
    """
    written = text.strip()
    if len(written) <= LONGEST_DATE:
        if _PART.fullmatch(written):
            raise PartialDateOfFhir(written)
        if with_zone := _DAY_WITH_ZONE.fullmatch(written):
            written = with_zone[1]
    return Timestamp(read_date(written), _moment(written))


def _moment(written: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def day_of(text: str) -> date | None:
    """Return the day that a text prints in full; None for anything else."""
    try:
        return read_time(text).day if text else None
    except DateRefused:
        return None


def collected(
    observation: Element, specimen: Element, groups: tuple[Resource, ...]
) -> CollectionDay:
    """Return the day of collection; raise CellRefused where none is named in full."""
    drawn = element_at(specimen, "collection")
    fields = [*_times(drawn, "collected", SPECIMEN)]
    if not _is_of_arrival(observation):
        fields += _times(observation, "effective", EFFECTIVE)
    return collection_day(
        fields, tuple(_stand_ins(observation, specimen, groups)), read_drawn
    )


def _is_of_arrival(observation: Element) -> bool:
    """Answer whether the effective time says that it is that of the arrival."""
    extensions = elements_at(element_at(observation, "_effectiveDateTime"), "extension")
    kinds = (element_at(extension, "valueCoding") for extension in extensions)
    told = ((text_at(kind, "system"), text_at(kind, "code")) for kind in kinds)
    return _SAMPLE_RECEIVED in told


def _stand_ins(
    observation: Element, specimen: Element, groups: tuple[Resource, ...]
) -> Iterator[DatedField]:
    panels = [group for group in groups if group.kind == "Observation"]
    reports = [group for group in groups if group.kind != "Observation"]
    for panel in panels:
        yield from _times(panel.element, "effective", PANELS_TIME)
    yield DatedField(ARRIVAL, text_at(specimen, "receivedTime"))
    if _is_of_arrival(observation):
        yield DatedField(ARRIVAL, text_at(observation, "effectiveDateTime"))
    for report in reports:
        yield from _times(report.element, "effective", REPORTS_TIME)
    for element in (observation, *(group.element for group in groups)):
        yield DatedField(ISSUE, text_at(element, "issued"))


def _times(node: Element, stem: str, name: str) -> Iterator[DatedField]:
    """Give the times that an element with a choice of types may hold."""
    for key, value in node.items():
        if not key.startswith(stem) or value is None:
            continue
        if key == f"{stem}Period":
            period = element_at(node, key)
            yield DatedField(START_OF % {"name": name}, text_at(period, "start"))
            yield DatedField(END_OF % {"name": name}, text_at(period, "end"))
        elif key == f"{stem}Timing":
            for event in texts_at(element_at(node, key), "event"):
                yield DatedField(name, event)
        else:
            yield DatedField(name, text_at(node, key))
