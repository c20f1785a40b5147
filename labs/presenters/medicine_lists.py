"""The lines of a medication list in words: as written, and what they are known as."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from labs.domain.health import TOPIC_NAMES
from labs.domain.medicines import MedicineMatch, not_checked
from labs.presenters.words import dated, spoken
from labs.services.listing import ListLine


@dataclass(frozen=True, slots=True)
class ListLineWords:
    """One line, verbatim, with what can be taken over from it."""

    number: int
    name: str
    directions: str
    days: str
    known_as: list[str]
    offer: str
    is_product: bool


def line_words(lines: Iterable[ListLine]) -> list[ListLineWords]:
    """Return the lines of one person's list in words, in their order."""
    return [
        ListLineWords(
            number=each.number,
            name=each.line.name,
            directions=each.line.directions,
            days=_days(each),
            known_as=_known_as(each),
            offer=_offer(each),
            is_product=each.is_product and each.match is None,
        )
        for each in lines
    ]


def _days(each: ListLine) -> str:
    start, end = each.line.starts_on, each.line.ends_on
    if start and end:
        days = {"first": dated(start), "last": dated(end)}
        return _("from %(first)s to %(last)s") % days
    if start:
        return _("from %(first)s") % {"first": dated(start)}
    return _("until %(last)s") % {"last": dated(end)} if end else ""


def _known_as(each: ListLine) -> list[str]:
    found = []
    if each.is_product:
        found.append(
            _(
                "A product whose label is looked at: until it is copied from the "
                "package, what it contains is not known."
            )
        )
    if each.match is not None:
        found.append(_("Known here as %(names)s.") % {"names": _kinds(each.match)})
    return found or [spoken(not_checked(each.line.name))]


def _kinds(match: MedicineMatch) -> str:
    return "; ".join(
        f"{medicine.name} ({_(TOPIC_NAMES[medicine.topic])})"
        for medicine in dict.fromkeys(match.medicines)
    )


def _offer(each: ListLine) -> str:
    """Return what ticking the line does; empty where nothing can be taken over."""
    if each.match is not None:
        return _("Add it to the health facts")
    return _("Keep its name, to copy its label") if each.is_product else ""
