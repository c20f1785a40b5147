"""Which version of itself a resource is, as the server that gave it says."""

from dataclasses import dataclass
from datetime import UTC, datetime

from labs.formats.fhir_elements import Element, element_at, text_at
from labs.formats.limits import QUOTED_LENGTH


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """The number of a version, 0 if none, and when it was made, in one time zone."""

    number: int = 0
    moment: str = ""

    def is_older_than(self, other: "Version") -> bool:
        """Answer whether both tell enough to know that this one came first."""
        if self.number and other.number and self.number != other.number:
            return self.number < other.number
        return bool(self.moment and other.moment) and self.moment < other.moment


def version_of(resource: Element) -> Version:
    """Return which version of itself a resource is."""
    meta = element_at(resource, "meta")
    number = text_at(meta, "versionId")
    is_number = number.isascii() and number.isdigit() and len(number) < QUOTED_LENGTH
    return Version(int(number) if is_number else 0, _moment(meta))


def _moment(meta: Element) -> str:
    try:
        moment = datetime.fromisoformat(text_at(meta, "lastUpdated").strip())
        return (moment.astimezone(UTC) if moment.tzinfo else moment).isoformat()
    except (ValueError, OverflowError):
        return ""
