"""
What a file takes back although it brings a value of the same further on.

What takes back a result waits until every value of its file is stored. A laboratory
that cancels a sample and measures it anew may send both in one file: the value behind
the cancellation is not what it meant.
"""

from collections import defaultdict
from dataclasses import replace
from datetime import date

from labs.domain.measurands import Measurand
from labs.formats.parsed import ParsedResult, PatientClue, Refusal, Withdrawal
from labs.formats.sentences import N_

OVERTAKEN = N_(
    "A value of this test comes further on in the file, for the same sample as far as "
    "it says. Nothing was changed."
)
_Key = tuple[PatientClue, date, Measurand]


class Overtaken:
    """Remembers what takes back, and at which place, until a value comes behind it."""

    def __init__(self) -> None:
        self._before: dict[_Key, dict[int, Withdrawal]] = defaultdict(dict)

    def note(self, refusal: Refusal, place: int) -> None:
        """Remember what a refusal takes back, and where it stands."""
        meant = refusal.withdraws
        if meant is not None:
            key = (refusal.patient, meant.collected_on, meant.measurand)
            self._before[key][place] = meant

    def by(self, row: ParsedResult) -> list[int]:
        """Return the places of what takes back the same, and stands before a value."""
        if not self._before:
            return []
        key = (row.patient, row.collected_on, row.measurand)
        found = self._before.get(key, {})
        places = [place for place, meant in found.items() if _may_be_same(meant, row)]
        for place in places:
            del found[place]
        return places


def _may_be_same(meant: Withdrawal, row: ParsedResult) -> bool:
    """Say whether both may be of one sample; of that, its number tells most."""
    if meant.accession and row.accession:
        return meant.accession == row.accession
    names = {meant.laboratory.casefold(), row.laboratory.casefold()}
    return len(names) == 1 or "" in names


def without_effect(refusal: Refusal) -> Refusal:
    """Return a refusal that takes nothing back any more, and says why."""
    return replace(refusal, why=f"{refusal.why} {OVERTAKEN}", withdraws=None)
