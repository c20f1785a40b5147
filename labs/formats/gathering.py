"""From the outcomes of single results to what a file holds, whatever its format."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from labs.domain.measurands import HYDROXYVITAMIN_D
from labs.formats.limits import MAX_REFUSALS, QUOTED_LENGTH
from labs.formats.parsed import ParsedFile, ParsedResult, ParsedSupplement, Refusal
from labs.formats.spelling import quoted

NOTHING_FOUND = "No result of 25-hydroxyvitamin D was found."
NAMED_TESTS = 5  # how many of the tests that are not kept are named in the warning


@dataclass(frozen=True, slots=True)
class NotKept:
    """A result of a test that is not kept here."""

    name: str


Outcome = ParsedResult | Refusal | NotKept


def gathered(
    name: str,
    outcomes: Iterable[Outcome],
    warnings: tuple[str, ...],
    *,
    noun: str = "row",
    supplements: tuple[ParsedSupplement, ...] = (),
) -> ParsedFile:
    """
    Part what was read; what is not kept is counted in one warning.

    `noun` is what the format's people call one outcome: a row of a table, a result.
    """
    results: list[ParsedResult] = []
    companions: list[ParsedResult] = []
    refused: list[Refusal] = []
    count = 0
    not_kept: Counter[str] = Counter()
    for outcome in outcomes:
        match outcome:
            case Refusal():
                count += 1
                if count <= MAX_REFUSALS:
                    refused.append(outcome)
            case NotKept():
                not_kept[outcome.name] += 1
            case _ if outcome.measurand in HYDROXYVITAMIN_D:
                results.append(outcome)
            case _:
                companions.append(outcome)
    said = (*warnings, *_not_kept(not_kept, noun), *_too_many(count, noun))
    return ParsedFile(
        name,
        tuple(results),
        tuple(companions),
        supplements,
        said if results or refused else (*said, NOTHING_FOUND),
        tuple(refused),
    )


def _not_kept(counts: Counter[str], noun: str) -> tuple[str, ...]:
    if not counts:
        return ()
    names = [quoted(name, QUOTED_LENGTH) for name, _ in counts.most_common(NAMED_TESTS)]
    more = len(counts) - len(names)
    others = f" and {more} more" if more else ""
    total = counts.total()
    start = f"1 {noun} is of a test" if total == 1 else f"{total} {noun}s are of tests"
    return (f"{start} not kept here: {', '.join(names)}{others}.",)


def _too_many(count: int, noun: str) -> tuple[str, ...]:
    more = count - MAX_REFUSALS
    return (f"{more} more {noun}s were refused than are listed.",) if more > 0 else ()
