"""A medication list: what its lines are known as, and what is taken over from them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from labs.domain.health import HealthAnswer, HealthProfile, HealthTopic
from labs.domain.medicines import MedicineMatch, recognise_medicine
from labs.formats.medicine_lines import is_supplement
from labs.formats.parsed import ParsedSupplement
from labs.services.questioning import GivenAnswer
from labs.services.supplementing import LabelEntry

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class ListLine:
    """A line of a list: a product with a label, a known medicine, or not checked."""

    number: int
    line: ParsedSupplement
    match: MedicineMatch | None
    is_product: bool

    @property
    def is_checked(self) -> bool:
        return self.is_product or self.match is not None


def list_lines(lines: Iterable[ParsedSupplement]) -> list[ListLine]:
    """Return the lines with what their names are known as, in their order."""
    return [
        ListLine(
            number,
            line,
            recognise_medicine(line.name),
            is_supplement(line.name),
        )
        for number, line in enumerate(lines)
    ]


def people_in(lines: Iterable[ParsedSupplement]) -> dict[str, int]:
    """Return how many lines each person of the list has, by the list's own number."""
    found: dict[str, int] = {}
    for line in lines:
        person = line.patient.identifier or line.patient.name
        found[person] = found.get(person, 0) + 1
    return found


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What the chosen lines of a list say of health, and what is left as it was."""

    answers: tuple[GivenAnswer, ...]
    left: tuple[ListLine, ...]
    """Lines that are over in the list, of something that the record says is taken."""
    count: int
    """Of how many lines something is kept."""


def taken_over(
    lines: Sequence[ListLine], *, today: date, standing: HealthProfile
) -> TakenOver:
    """
    Return a yes to each topic that the chosen medicines stand for.

    Over is a topic only where all its lines are over, and never where the record says
    that it is taken: an old line of one medicine is no word on another that is in use
    now. That is ended by the person, on the page of health facts.
    """
    said = _answers_in(lines, today=today)
    answers = tuple(
        each
        for each in said
        if each.ended_on is None or not standing.state(each.topic, today).is_yes
    )
    kept = {each.topic for each in answers}
    withheld = {each.topic for each in said} - kept
    left = [each for each in lines if each.match and withheld & set(each.match.topics)]
    nothing = [
        each
        for each in left
        if each.match and not each.is_product and not kept & set(each.match.topics)
    ]
    return TakenOver(answers, tuple(left), len(lines) - len(nothing))


def _answers_in(lines: Sequence[ListLine], *, today: date) -> tuple[GivenAnswer, ...]:
    """Return what the lines say by themselves."""
    by_topic: dict[HealthTopic, list[tuple[str, date | None]]] = {}
    for each in lines:
        if each.match is None:
            continue
        ended = each.line.ends_on
        ended_on = ended if ended is not None and ended <= today else None
        for topic in each.match.topics:
            name = ", ".join(each.match.written_for(topic))
            by_topic.setdefault(topic, []).append((name, ended_on))
    return tuple(
        GivenAnswer(
            topic=topic,
            answer=HealthAnswer.YES,
            detail=", ".join(dict.fromkeys(name for name, _end in found))[
                :LONGEST_NAME
            ],
            ended_on=None
            if any(end is None for _name, end in found)
            else max(end for _name, end in found if end is not None),
        )
        for topic, found in sorted(by_topic.items())
    )


def labels_in(lines: Iterable[ListLine]) -> list[LabelEntry]:
    """
    Return the chosen products by name alone.

    What a label lists is copied from the package, never read out of a name, and until
    then whether it holds vitamin K is not known.
    """
    return [
        LabelEntry(
            name=each.line.name[:LONGEST_NAME], vitamin_k="unknown", ingredients=()
        )
        for each in lines
        if each.is_product
    ]
