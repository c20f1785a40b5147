"""
Whether a regular expression can be made to try exponentially many ways.

It can exactly where one text leads through a loop of the pattern in two ways: each turn
of the loop then doubles the ways that are tried before the match is given up. The
pattern is laid out as an automaton of its characters; two walkers who go through it by
the same text, start from one place, part, and meet there again have found such a loop.
Counted repeats are taken for endless ones, and what looks around or back for nothing:
more is suspected than there is, never less.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any, TypeAlias

from re import _compiler, _constants, _parser  # type: ignore[attr-defined] # isort: skip

_REPEATS = {_constants.MAX_REPEAT, _constants.MIN_REPEAT}
_LEAVES = {
    _constants.LITERAL,
    _constants.NOT_LITERAL,
    _constants.ANY,
    _constants.IN,
    _constants.CATEGORY,
    _constants.GROUPREF,
}
_LOOKS = {_constants.ASSERT, _constants.ASSERT_NOT}
# Two of each kind of character that classes tell apart, beside what a pattern names.
_PROBES = frozenset(map(chr, range(256))) | set(
    "\u0130\u0131\u017f\u0434\u0663\u2028年"
)


Tree: TypeAlias = Any  # what the parser of `re` gives has no types
_Pair: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Part:
    """Where a piece of a pattern may begin and end, and how often it is empty."""

    first: tuple[int, ...]
    last: tuple[int, ...]
    empty: int


_NOTHING = _Part((), (), empty=1)


@dataclass(slots=True)
class _Automaton:
    flags: int
    is_bytes: bool
    probes: frozenset[str]
    leaves: list[tuple[tuple[object, Tree], ...]] = field(default_factory=list)
    known: dict[str, frozenset[str]] = field(default_factory=dict)
    # How many ways lead from one place to the next: two are as bad as two places.
    steps: Counter[tuple[int, int]] = field(default_factory=Counter)
    alone: list[Tree] = field(default_factory=list)

    def lay_out(self, parsed: Tree) -> _Part:
        whole = _NOTHING
        for operator, argument in parsed:
            whole = self._joined(whole, self._piece(operator, argument))
        return whole

    def _piece(self, operator: object, argument: Tree) -> _Part:  # noqa: PLR0911
        if operator in _LEAVES:
            return self._leaf((operator, argument))
        if operator in _REPEATS:
            least, most, inner = argument
            return self._repeated(inner, least, most)
        if operator is _constants.SUBPATTERN:
            return self.lay_out(argument[-1])
        if operator is _constants.POSSESSIVE_REPEAT:
            least, _most, inner = argument
            return self._held(inner, least)
        if operator is _constants.ATOMIC_GROUP:
            return self._held(argument, 0)
        if operator is _constants.BRANCH:
            return self._either([self.lay_out(each) for each in argument[1]])
        if operator in _LOOKS:
            self.alone.append(argument[1])
            return _NOTHING
        assert operator is _constants.AT, operator
        return _NOTHING

    def taken(self, place: int) -> frozenset[str]:
        """Return the characters that a place of the pattern lets pass."""
        found: frozenset[str] = frozenset()
        for operator, argument in self.leaves[place]:
            name = f"{operator} {argument}"
            if name not in self.known:
                self.known[name] = self._let_pass(operator, argument)
            found |= self.known[name]
        return found

    def _let_pass(self, operator: object, argument: Tree) -> frozenset[str]:
        if operator is _constants.GROUPREF:
            return self.probes
        state = _parser.State()
        state.flags, state.str = self.flags, b"" if self.is_bytes else ""
        leaf = _parser.SubPattern(state, [(operator, argument)])
        one = _compiler.compile(leaf, self.flags)
        return frozenset(
            each for each in self.probes if one.fullmatch(self._typed(each))
        )

    def _typed(self, sign: str) -> str | bytes:
        return sign.encode("latin-1") if self.is_bytes else sign

    def _leaf(self, *leaves: tuple[object, Tree]) -> _Part:
        self.leaves.append(leaves)
        place = len(self.leaves) - 1
        return _Part((place,), (place,), empty=0)

    def _joined(self, one: _Part, other: _Part) -> _Part:
        self.steps.update(product(one.last, other.first))
        return _Part(
            one.first + other.first * one.empty,
            other.last + one.last * other.empty,
            min(2, one.empty * other.empty),
        )

    def _repeated(self, inner: Tree, least: int, most: int) -> _Part:
        part = self.lay_out(inner)
        if most > 1:
            self.steps.update(product(part.last, part.first))
        return _Part(part.first, part.last, min(2, part.empty + (least == 0)))

    def _held(self, inner: Tree, least: int) -> _Part:
        """What is never gone back into is one run of any of its characters outside."""
        alone = _Automaton(self.flags, self.is_bytes, self.probes)
        part = alone.lay_out(inner)
        self.alone += [inner, *alone.alone]
        run = self._leaf(*(leaf for leaves in alone.leaves for leaf in leaves))
        self.steps.update(product(run.last, run.first))
        return _Part(run.first, run.last, min(1, part.empty + (least == 0)))

    @staticmethod
    def _either(parts: list[_Part]) -> _Part:
        return _Part(
            tuple(place for part in parts for place in part.first),
            tuple(place for part in parts for place in part.last),
            min(2, sum(part.empty for part in parts)),
        )

    def has_doubling_loop(self) -> bool:
        onward: dict[int, set[int]] = {}
        for start, end in self.steps:
            onward.setdefault(start, set()).add(end)
        doubled = [step for step, ways in self.steps.items() if ways > 1]
        if any(start in {end, *_reached(end, onward)} for start, end in doubled):
            return True
        # Places are numbered from the left: each loop has a step that leads back.
        returns = {end for start, end in self.steps if end <= start}
        while returns:
            place = returns.pop()
            around = _reached(place, onward)
            loop = {each for each in around if place in _reached(each, onward)}
            returns -= loop
            if self._ways_part(loop, onward):
                return True
        return False

    def _ways_part(self, loop: set[int], onward: Mapping[int, set[int]]) -> bool:
        """Answer whether two walkers in a loop part, by one text, and meet again."""
        if len(loop) == 1:
            return False
        ahead = self._walks_of_two(loop, onward)
        back: dict[_Pair, list[_Pair]] = {}
        for pair, steps in ahead.items():
            for after in steps:
                back.setdefault(after, []).append(pair)
        apart = {pair for pair in back if pair[0] != pair[1]}
        together = [(place, place) for place in loop] if apart else []
        return any(
            apart & _reached(start, ahead) & _reached(start, back) for start in together
        )

    def _walks_of_two(
        self, loop: set[int], onward: Mapping[int, set[int]]
    ) -> dict[_Pair, list[_Pair]]:
        """Return the steps of two walkers who begin together and read one text."""
        takes = {place: self.taken(place) for place in loop}
        inside = {place: onward[place] & loop for place in loop}
        ahead: dict[_Pair, list[_Pair]] = {}
        waiting = [(place, place) for place in loop]
        while waiting:
            pair = waiting.pop()
            if pair not in ahead:
                ahead[pair] = [
                    after
                    for after in product(inside[pair[0]], inside[pair[1]])
                    if takes[after[0]] & takes[after[1]]
                ]
                waiting += ahead[pair]
        return ahead


def _reached(start: object, onward: Mapping[Any, Collection[Any]]) -> set[Any]:
    """Return what can be reached from a place in one step or more."""
    found: set[Any] = set()
    waiting = [start]
    while waiting:
        for each in onward.get(waiting.pop(), ()):
            if each not in found:
                found.add(each)
                waiting.append(each)
    return found


def is_exponential(pattern: str | bytes, flags: int = 0) -> bool:
    """Answer whether some text makes the pattern try exponentially many ways."""
    parsed = _parser.parse(pattern, flags)
    is_bytes = isinstance(pattern, bytes)
    text = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
    named = {*text, *text.lower(), *text.upper(), *map(chr, _numbers(parsed))}
    most = 0xFF if is_bytes else 0x10FFFF
    probes = frozenset(each for each in _PROBES | named if ord(each) <= most)
    waiting = [parsed]
    while waiting:
        laid = _Automaton(parsed.state.flags, is_bytes, probes)
        laid.lay_out(waiting.pop())
        if laid.has_doubling_loop():
            return True
        waiting += laid.alone
    return False


def _numbers(parsed: Tree) -> Iterator[int]:
    """Give the characters that a pattern names, from its tree, and their neighbours."""
    if isinstance(parsed, int) and not isinstance(parsed, _constants._NamedIntConstant):
        yield from (
            each for each in (parsed - 1, parsed, parsed + 1) if 0 <= each < 0x110000
        )
    elif isinstance(parsed, list | tuple | _parser.SubPattern):
        for each in parsed:
            yield from _numbers(each)
