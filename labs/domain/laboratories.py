"""
What a clinic knows of laboratories: other names, imprecision, what their codes mean.

Nothing here is guessed. Where clinics that look after one person differ, the answer
that claims less holds: the larger imprecision.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from labs.domain.comparability import folded


class LaboratoryFactKind(StrEnum):
    """What a clinic can know of a laboratory."""

    ALIAS = "alias"
    IMPRECISION = "imprecision"
    D3_IS_TOTAL = "d3_is_total"


@dataclass(frozen=True, slots=True)
class LaboratoryFact:
    """
    One thing that a clinic knows; which of the last two counts is said by the kind.

    An alias says that `laboratory` is `other_name`. An imprecision without a method
    counts for every method of that laboratory that has none of its own.
    """

    kind: LaboratoryFactKind
    laboratory: str
    method: str = ""
    other_name: str = ""
    cva: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Laboratories:
    """Everything that is known of laboratories, to be asked by name."""

    aliases: Mapping[str, str] = field(default_factory=dict)
    """Folded names, each with the folded name that stands for it."""
    imprecisions: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    totals: frozenset[str] = frozenset()

    @classmethod
    def knowing(cls, facts: Iterable[LaboratoryFact]) -> "Laboratories":
        """Return what these facts say together."""
        known = list(facts)
        aliases = _aliases(known)
        names = cls(aliases)
        imprecisions: dict[tuple[str, str], Decimal] = {}
        for each in known:
            if each.kind is LaboratoryFactKind.IMPRECISION and each.cva is not None:
                key = names.called(each.laboratory), names.called(each.method)
                imprecisions[key] = max(each.cva, imprecisions.get(key, each.cva))
        totals = frozenset(
            names.called(each.laboratory)
            for each in known
            if each.kind is LaboratoryFactKind.D3_IS_TOTAL
        )
        return cls(aliases, imprecisions, totals)

    def called(self, name: str) -> str:
        """
        Return the folded name that stands for a laboratory or a method.

        >>> facts = [LaboratoryFact(LaboratoryFactKind.ALIAS, "Lab A", other_name="B")]
        >>> Laboratories.knowing(facts).called("lab a")
        'b'
        """
        plain = folded(name)
        return self.aliases.get(plain, plain)

    def cva_of(self, laboratory: str, method: str) -> Decimal | None:
        """Return the imprecision in percent; None where the clinic keeps none."""
        name = self.called(laboratory)
        if not name:
            return None
        own = self.imprecisions.get((name, self.called(method)))
        return own if own is not None else self.imprecisions.get((name, ""))

    def reports_total_as_d3(self, laboratory: str) -> bool:
        """Say whether a clinician confirmed that its D3-coded test is its total."""
        name = self.called(laboratory)
        return bool(name) and name in self.totals


NOTHING_KNOWN = Laboratories()


def _aliases(facts: Iterable[LaboratoryFact]) -> dict[str, str]:
    """Follow each name to the last one; a circle of names is one laboratory."""
    links: dict[str, set[str]] = {}
    for each in facts:
        one, other = folded(each.laboratory), folded(each.other_name)
        if each.kind is LaboratoryFactKind.ALIAS and one and other and one != other:
            links.setdefault(one, set()).add(other)
            links.setdefault(other, set())
    return {name: _last(name, links) for name in links}


def _last(name: str, links: Mapping[str, set[str]]) -> str:
    joined = _joined(name, links)
    ends = sorted(each for each in joined if not links[each])
    return ends[0] if ends else min(joined)


def _joined(name: str, links: Mapping[str, set[str]]) -> set[str]:
    """Return every name that stands for the same laboratory, in either direction."""
    joined, waiting = {name}, [name]
    while waiting:
        here = waiting.pop()
        onward = links[here] | {each for each in links if here in links[each]}
        waiting += onward - joined
        joined |= onward
    return joined
