"""
Which segments of a message belong together: patient, order, results, notes, specimens.

Read in one pass by position, as messages are built: a note belongs to the segment
before it, a specimen to the order that it follows.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from labs.formats.cells import NO_VALUE, says_flag
from labs.formats.hl7v2_segments import Segment, type_of_value
from labs.formats.limits import MAX_FIELD_LENGTHS, MAX_SPECIMENS


@dataclass(slots=True)
class Notes:
    """
    Notes in their order, verbatim.

    Those of an order are repeated with each of its results, so no more are collected
    than a comment can hold; the cut is said where the comment is put together.
    """

    lines: list[str] = field(default_factory=list)
    length: int = 0

    def add(self, text: str) -> None:
        if self.length <= MAX_FIELD_LENGTHS["comment"]:
            self.lines.append(text)
            self.length += len(text) + 1


@dataclass(slots=True)
class Observation:
    """
    A result segment, OBX, with its notes.

    `number` counts the results of the message from one; `specimen` is set where the
    result stands behind a specimen of its own; `flag` where a segment beside it, of the
    same code, holds a flag and nothing else.
    """

    number: int
    segment: Segment
    notes: Notes = field(default_factory=Notes)
    specimen: Segment | None = None
    flag: str = ""


@dataclass(slots=True)
class Order:
    """One order, OBR, with its results; `request` is None where none announces them."""

    patient: Segment | None
    request: Segment | None = None
    notes: Notes = field(default_factory=Notes)
    observations: list[Observation] = field(default_factory=list)
    specimens: list[Segment] = field(default_factory=list)

    def specimens_of(self, observation: Observation) -> list[Segment]:
        """Return the specimens that a result may come from."""
        return [observation.specimen] if observation.specimen else self.specimens


def orders_of(
    segments: Iterable[Segment], *, by_specimen: bool = False
) -> Iterator[Order]:
    """
    Give the orders of a message that have results, one after the other.

    `by_specimen` says that a specimen stands before its orders and not behind them.
    """
    reader = _Reader(by_specimen=by_specimen)
    for segment in segments:
        finished = reader.take(segment)
        if finished is not None and finished.observations:
            yield finished
    if reader.order.observations:
        yield reader.order


class _Reader:
    """Puts segments where they belong; hands an order on when the next one begins."""

    def __init__(self, *, by_specimen: bool) -> None:
        self.order = Order(None)
        self._by_specimen = by_specimen
        self._before: Segment | None = None
        self._count = 0
        self._notes: Notes | None = None
        self._specimen: Segment | None = None

    def take(self, segment: Segment) -> Order | None:
        """Take the next segment; return the order that it ends, if it ends one."""
        match segment.name:
            case "PID":
                self._before = None
                return self._begin(segment, None)
            case "ORC" if self._is_behind_its_request(segment):
                return None
            case "ORC":
                return self._begin(self.order.patient, None)
            case "SPM" if self._by_specimen or self._is_before_all:
                self._before = segment
                return self._begin(self.order.patient, None)
            case "OBR":
                return self._begin(self.order.patient, segment)
            case _:
                self._add(segment)
                return None

    @property
    def _is_before_all(self) -> bool:
        """Whether a specimen stands before its orders, as analysers send it."""
        return self.order.request is None and not self.order.observations

    def _is_behind_its_request(self, common: Segment) -> bool:
        """
        Whether a common order segment belongs to the request before it.

        It stands there by the standard in messages by specimen, and from some senders
        in others. One with numbers of its own begins another order.
        """
        request = self.order.request
        if request is None or self.order.observations:
            return False
        return self._by_specimen or not any(
            mine and other and mine != other
            for mine, other in (
                (common.component(place, 1), request.component(place, 1))
                for place in _NUMBERS_OF_ORDER
            )
        )

    def _add(self, segment: Segment) -> None:
        match segment.name:
            case "OBX":
                self._observe(segment)
            case "SPM":
                self._specimen = segment
                self._notes = self.order.notes
                if len(self.order.specimens) < MAX_SPECIMENS:
                    self.order.specimens.append(segment)
            case "NTE" if self._notes is not None:
                self._notes.add(_note(segment))
            case _:
                pass  # visits, insurance and a sender's own segments say nothing here

    def _begin(self, patient: Segment | None, request: Segment | None) -> Order:
        finished = self.order
        self.order = Order(patient, request)
        if self._before is not None:
            self.order.specimens.append(self._before)
        # What is noted on the patient, before any order, speaks of no result.
        self._notes = None if request is None else self.order.notes
        self._specimen = None
        return finished

    def _observe(self, segment: Segment) -> None:
        self._count += 1
        observations = self.order.observations
        before = observations[-1] if observations else None
        if before and _is_flag_of(segment, before.segment):
            before.flag = segment.component(5, 1)
            return
        if self._says_more(segment):
            observations[-1].notes.add(segment.text(5))
            return
        observation = Observation(self._count, segment, specimen=self._specimen)
        if before and _is_flag_of(before.segment, segment):
            observation.flag = before.segment.component(5, 1)
            observation.notes = before.notes
            observations.pop()
        observations.append(observation)
        self._notes = observation.notes

    def _says_more(self, segment: Segment) -> bool:
        """
        Answer whether a segment is a text on the number before it, no value itself.

        Some laboratories send their interpretation so, under the code of the result.
        """
        if not self.order.observations or type_of_value(segment) not in _TEXT_TYPES:
            return False
        before = self.order.observations[-1].segment
        is_same = before.components(3) == segment.components(3)
        is_number = type_of_value(before) not in _TEXT_TYPES
        return is_same and is_number and not _MAY_BE_VALUE.fullmatch(segment.text(5))


def _is_flag_of(flag: Segment, number: Segment) -> bool:
    """
    Answer whether a segment holds the flag alone of a number of the same code.

    It may be a text, or a code of flags ("L^Low^HL70078").
    """
    text = flag.text(5)[:LONGEST_FLAG]
    if flag.component(5, 3) in _CODES_OF_FLAGS:
        text = flag.component(5, 1)
    return (
        flag.components(3) == number.components(3)
        and text not in NO_VALUE
        and says_flag(text)
        and _HOLDS_DIGIT.search(number.text(5)) is not None
    )


def _note(segment: Segment) -> str:
    """
    Return a note with what stands behind signs in it that should have been escaped.

    The fields behind a note are codes, numbers and moments, and none has blanks in it:
    up to the last one that has, all is of the note. A comment that is coded beside it
    (NTE-9) has its words in a later component.
    """
    behind = range(4, segment.length)
    last = max((place for place in behind if _has_blank(segment, place)), default=3)
    texts = (segment.text(place) for place in range(3, last + 1))
    note = segment.delimiters.field.join(texts)
    coded = "" if last >= _CODED else segment.component(_CODED, 2)
    return "\n".join(filter(None, (note, coded)))


def _has_blank(segment: Segment, place: int) -> bool:
    return " " in segment.field(place).split(segment.delimiters.component, 1)[0]


_CODED = 9
_NUMBERS_OF_ORDER = (2, 3)  # the placer's and the filler's, in ORC and OBR alike
_TEXT_TYPES = frozenset({"TX", "FT"})
_HOLDS_DIGIT = re.compile(r"\d")
LONGEST_FLAG = 40
_CODES_OF_FLAGS = frozenset({"HL70078", "0078"})
_MAY_BE_VALUE = re.compile(r"[<>=\s]*[\d.,]+\s*\S{0,12}\s*", re.ASCII)
