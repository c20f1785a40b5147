"""From the outcomes of single results to what a file holds, whatever its format."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from labs.domain.measurands import HYDROXYVITAMIN_D
from labs.formats.limits import MAX_REFUSALS, QUOTED_LENGTH
from labs.formats.overtaken import Overtaken, without_effect
from labs.formats.parsed import ParsedFile, ParsedResult, ParsedSupplement, Refusal
from labs.formats.sentences import N_, listed
from labs.formats.spelling import quoted

NOTHING_FOUND = N_("No result of 25-hydroxyvitamin D was found.")
NOT_KEPT = {
    "row": (
        N_("1 row is of a test not kept here: %(names)s."),
        N_("%(total)s rows are of tests not kept here: %(names)s."),
    ),
    "result": (
        N_("1 result is of a test not kept here: %(names)s."),
        N_("%(total)s results are of tests not kept here: %(names)s."),
    ),
}
MORE_REFUSED = {
    "row": N_("%(more)s more rows were refused than are listed."),
    "result": N_("%(more)s more results were refused than are listed."),
}
NAMED_TESTS = 5  # how many of the tests that are not kept are named in the warning


@dataclass(frozen=True, slots=True)
class NotKept:
    """A result of a test that is not kept here."""

    name: str


Outcome = ParsedResult | Refusal | NotKept


class Gathering:
    """
    Counts what passes by; what is to be said of the whole is known at its end.

    `noun` is what the format's people call one outcome: a row of a table, a result.
    """

    def __init__(self, noun: str = "row") -> None:
        self._noun = noun
        self._not_kept: Counter[str] = Counter()
        self._refused = self._withdrawing = self._taken = 0

    def rows(self, outcomes: Iterable[Outcome]) -> Iterator[ParsedResult | Refusal]:
        """Hand on what is kept, and as many refusals as are named one by one."""
        for outcome in outcomes:
            match outcome:
                case Refusal():
                    # What takes a result back may be no refusal in the end.
                    self._withdrawing += outcome.withdraws is not None
                    self._refused += outcome.withdraws is None
                    if outcome.withdraws or self._refused <= MAX_REFUSALS:
                        yield outcome
                case NotKept():
                    self._not_kept[outcome.name] += 1
                case _:
                    self._taken += outcome.measurand in HYDROXYVITAMIN_D
                    yield outcome

    @property
    def more_refused(self) -> int:
        """How many refusals were not handed on, until now."""
        return max(0, self._refused - MAX_REFUSALS)

    def warnings(self, *before: str) -> tuple[str, ...]:
        """Return what was said before, and what is to be said of the whole."""
        noun = self._noun
        counts = (*_not_kept(self._not_kept, noun), *_too_many(self.more_refused, noun))
        said = (*before, *counts)
        is_any = self._taken or self._refused or self._withdrawing
        return said if is_any else (*said, NOTHING_FOUND)


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
    gathering = Gathering(noun)
    results: list[ParsedResult] = []
    companions: list[ParsedResult] = []
    refused: list[Refusal] = []
    overtaken = Overtaken()
    for row in gathering.rows(outcomes):
        if isinstance(row, Refusal):
            overtaken.note(row, len(refused))
            refused.append(row)
            continue
        for place in overtaken.by(row):
            refused[place] = without_effect(refused[place])
        if row.measurand in HYDROXYVITAMIN_D:
            results.append(row)
        else:
            companions.append(row)
    return ParsedFile(
        name,
        tuple(results),
        tuple(companions),
        supplements,
        gathering.warnings(*warnings),
        tuple(refused),
        more_refused=gathering.more_refused,
    )


def _not_kept(counts: Counter[str], noun: str) -> tuple[str, ...]:
    if not counts:
        return ()
    names = [quoted(name, QUOTED_LENGTH) for name, _ in counts.most_common()]
    total = counts.total()
    one, several = NOT_KEPT[noun]
    said = {"total": total, "names": listed(names, NAMED_TESTS)}
    return ((one if total == 1 else several) % said,)


def _too_many(more: int, noun: str) -> tuple[str, ...]:
    return (MORE_REFUSED[noun] % {"more": more},) if more > 0 else ()
