"""
The day on which a specimen was drawn, out of the fields that may say it.

The first field that is filled decides. Where another one names another day the result
is held with both shown; where only a later moment is known, such as the arrival in the
laboratory, its day is taken with a remark.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from labs.formats.cells import CellRefused
from labs.formats.dates import DateRefused
from labs.formats.sentences import N_
from labs.formats.timestamps import PartialDate, Timestamp, read_timestamp

SAYS = N_("%(name)s says %(day)s")
ANOTHER_DAY = N_("No day of collection is given; %(day)s is that of %(name)s.")
COULD_NOT_BE_READ = N_("%(says)s, %(name)s could not be read: %(why)s")
INSTEAD_OF_IT = N_("%(name)s could not be read: %(why)s %(other)s says %(day)s.")
DAYS_DIFFER = N_("The day of collection differs: %(says)s, %(name)s says %(day)s.")
ANOTHER_ZONE = N_("%(says)s, %(name)s the same moment in another zone.")

NO_DAY = N_("No field says on which day the sample was drawn.")


@dataclass(frozen=True, slots=True)
class DatedField:
    """A field that may tell the day: its name for people, and its text."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class CollectionDay:
    """The day, why it makes a person look again, and what was tolerated."""

    day: date
    hold: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Read:
    """What a field says: a time stamp, or why it could not be read."""

    name: str
    stamp: Timestamp | None
    refused: DateRefused | None = None


def collection_day(
    fields: Sequence[DatedField],
    fallbacks: Sequence[DatedField] = (),
    read: Callable[[str], Timestamp] = read_timestamp,
) -> CollectionDay:
    """
    Choose the day; `fallbacks` count only where none of `fields` can be read.

    Raises CellRefused where no field names a full day, and says what each one names.
    """
    direct = [_read(field, read) for field in fields if field.text.strip()]
    later = [_read(field, read) for field in fallbacks if field.text.strip()]
    for field in direct:
        if field.stamp is not None:
            return _checked(field.name, field.stamp, direct)
    for field in later:
        if field.stamp is not None:
            return _by_fallback(field.name, field.stamp.day, direct)
    raise CellRefused(_why_none([*direct, *later]))


def _read(field: DatedField, read: Callable[[str], Timestamp]) -> _Read:
    try:
        return _Read(field.name, read(field.text))
    except DateRefused as refused:
        return _Read(field.name, None, refused)


def _why_none(read: Sequence[_Read]) -> str:
    return " ".join([NO_DAY, *(f"{field.name}: {field.refused}" for field in read)])


def _checked(name: str, chosen: Timestamp, fields: Sequence[_Read]) -> CollectionDay:
    """Return the chosen day, held where a field beside it names another one."""
    holds: list[str] = []
    remarks: list[str] = []
    shown = SAYS % {"name": name, "day": chosen.day}
    for field in fields:
        if field.refused is not None:
            said = COULD_NOT_BE_READ % {
                "says": shown,
                "name": field.name,
                "why": field.refused,
            }
            (remarks if _agrees(field.refused, chosen) else holds).append(said)
        elif field.stamp is not None and not field.stamp.is_same_as(chosen):
            holds.append(
                DAYS_DIFFER
                % {"says": shown, "name": field.name, "day": field.stamp.day}
            )
        elif field.stamp is not None and field.stamp.day != chosen.day:
            remarks.append(ANOTHER_ZONE % {"says": shown, "name": field.name})
    return CollectionDay(chosen.day, " ".join(holds), tuple(remarks))


def _agrees(refused: DateRefused, chosen: Timestamp) -> bool:
    return isinstance(refused, PartialDate) and refused.may_be(chosen.day)


def _by_fallback(name: str, day: date, unread: Sequence[_Read]) -> CollectionDay:
    remark = ANOTHER_DAY % {"day": day, "name": name}
    hold = " ".join(
        INSTEAD_OF_IT
        % {"name": field.name, "why": field.refused, "other": name, "day": day}
        for field in unread
    )
    return CollectionDay(day, hold, (remark,))
