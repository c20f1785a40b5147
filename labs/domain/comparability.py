"""
Where a series of results is broken, because the numbers were made differently.

A laboratory, method, specimen or measurand that changed is a boundary. One that is not
stated is no boundary, but it is said.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Generic, Protocol, TypeVar

from labs.domain import sentences
from labs.domain.measurands import in_words
from labs.domain.quantities import Measurand
from labs.domain.sentences import Sentence

NO_ALIASES: Mapping[str, str] = {}
REMEMBERED_NAMES = 4096  # of laboratories, methods and specimens; never of people


class Sampled(Protocol):
    """What has to be known of a result to say whether it continues a series."""

    @property
    def laboratory(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def specimen(self) -> str: ...
    @property
    def measurand(self) -> Measurand: ...


Point = TypeVar("Point", bound=Sampled)


class Differs(StrEnum):
    """What is different on the two sides of a boundary."""

    MEASURAND = "measurand"
    LABORATORY = "laboratory"
    METHOD = "method"
    SPECIMEN = "specimen"


TEMPLATES = {
    Differs.MEASURAND: sentences.TWO_MEASURANDS,
    Differs.LABORATORY: sentences.TWO_LABORATORIES,
    Differs.METHOD: sentences.TWO_METHODS,
    Differs.SPECIMEN: sentences.TWO_SPECIMENS,
}
NOT_STATED = {
    Differs.LABORATORY: sentences.LABORATORY_NOT_STATED,
    Differs.METHOD: sentences.METHOD_NOT_STATED,
    Differs.SPECIMEN: sentences.SPECIMEN_NOT_STATED,
}


@dataclass(frozen=True, slots=True)
class Boundary:
    """Why the series is broken between two results, with the two names as stated."""

    kind: Differs
    earlier: str | Sentence
    later: str | Sentence
    also: "tuple[Boundary, ...]" = ()
    """What else is different; the first sentence speaks of the first alone."""

    @property
    def kinds(self) -> tuple[Differs, ...]:
        return (self.kind, *(each.kind for each in self.also))

    @property
    def sentence(self) -> Sentence:
        values = {"earlier": self.earlier, "later": self.later}
        return Sentence(TEMPLATES[self.kind], values)

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Everything that is different, a sentence each."""
        return (self.sentence, *(each.sentence for each in self.also))


def boundary_between(
    earlier: Sampled, later: Sampled, *, aliases: Mapping[str, str] = NO_ALIASES
) -> Boundary | None:
    """
    Return why the two may not be joined, the first reason in front, or None.

    `aliases` are the names that a clinic keeps for one laboratory or method, as
    `folded` spells them, each with the folded name that stands for it.
    """
    differ = [
        Boundary(kind, before, after)
        for kind, before, after in _stated_on_both(earlier, later)
        if is_another_name(before, after, aliases=aliases)
    ]
    if earlier.measurand is not later.measurand:
        names = in_words(earlier.measurand), in_words(later.measurand)
        differ.insert(0, Boundary(Differs.MEASURAND, *names))
    if not differ:
        return None
    first, *others = differ
    return replace(first, also=tuple(others))


def _stated_on_both(
    earlier: Sampled, later: Sampled
) -> Iterable[tuple[Differs, str, str]]:
    yield Differs.LABORATORY, earlier.laboratory, later.laboratory
    yield Differs.METHOD, earlier.method, later.method
    yield Differs.SPECIMEN, earlier.specimen, later.specimen


def is_another_name(
    one: str, other: str, *, aliases: Mapping[str, str] = NO_ALIASES
) -> bool:
    """Say whether both names are stated and mean different things."""
    first, second = folded(one), folded(other)
    if not first or not second:
        return False
    return aliases.get(first, first) != aliases.get(second, second)


@lru_cache(REMEMBERED_NAMES)
def folded(name: str) -> str:
    """
    Return the name as it is matched: without case, accents, blanks and punctuation.

    >>> folded("LabCorp") == folded("Labcorp,  ")
    True
    """
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(sign for sign in plain if sign.isalnum())


def not_stated(result: Sampled) -> tuple[Sentence, ...]:
    """Return what to say about everything that the report did not state."""
    stated = {
        Differs.LABORATORY: result.laboratory,
        Differs.METHOD: result.method,
        Differs.SPECIMEN: result.specimen,
    }
    return tuple(
        Sentence(NOT_STATED[kind]) for kind, name in stated.items() if not folded(name)
    )


# Segments of a chart ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Segment(Generic[Point]):
    """Results that one line may join, and why the line does not start earlier."""

    points: tuple[Point, ...]
    boundary: Boundary | None


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a segment so far; an unstated name leaves it as it was."""

    laboratory: str
    method: str
    specimen: str
    measurand: Measurand

    @classmethod
    def of(cls, point: Sampled) -> "_Known":
        return cls(point.laboratory, point.method, point.specimen, point.measurand)

    def says_the_same(self, point: Sampled) -> bool:
        """Say whether a point repeats every name, as nearly all of a series do."""
        return (
            point.laboratory == self.laboratory
            and point.method == self.method
            and point.specimen == self.specimen
            and point.measurand is self.measurand
        )

    def with_names_of(self, point: Sampled) -> "_Known":
        return _Known(
            point.laboratory or self.laboratory,
            point.method or self.method,
            point.specimen or self.specimen,
            point.measurand,
        )


def segments(
    points: Iterable[Point], *, aliases: Mapping[str, str] = NO_ALIASES
) -> tuple[Segment[Point], ...]:
    """
    Cut results, given in the order of their dates, wherever one may not be joined.

    A result whose laboratory is not stated continues a segment, but never bridges two
    different laboratories: the next one is held against the last name that was stated.
    """
    cut: list[tuple[list[Point], Boundary | None]] = []
    known: _Known | None = None
    for point in points:
        if known is not None and known.says_the_same(point):
            cut[-1][0].append(point)
            continue
        boundary = boundary_between(known, point, aliases=aliases) if known else None
        if known is None or boundary is not None:
            cut.append(([point], boundary))
            known = _Known.of(point)
        else:
            cut[-1][0].append(point)
            known = known.with_names_of(point)
    return tuple(Segment(tuple(joined), boundary) for joined, boundary in cut)
