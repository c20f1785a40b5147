"""
What the readers of files say, in the language of the page.

It is kept in English, word for word as a reader said it, so that a file brought in
once can be read in every language later. Here the template is found that a sentence
came from, and said with the same values. A sentence that no template fits is shown as
it is; what is quoted from the file is never changed.
"""

import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from django.utils.translation import get_language, gettext, gettext_noop

import labs.formats
from accounts.services.commas import COMMA, parted
from labs.domain import sentences as rules
from labs.domain.sentences import Sentence
from labs.formats.parsed import FileRefused
from labs.formats.sentences import templates
from labs.presenters.words import spoken

LONGEST_READ = 4_000  # characters; what is longer is shown as it is
MOST_PARTS = 24  # sentences in one text
DEEPEST = 4  # sentences within sentences
LEAST_OF_A_RULE = 12  # letters of its own by which a sentence of the rules is known

_BLANK = re.compile(r"%\((\w+)\)s")
_END = re.compile(r"(?<=[.?:]) ")
_QUOTED = re.compile(r"(?<![\w'])'.*?'(?=[\s.,;:?)]|$)", re.DOTALL)
_SENTENCE = re.compile(r"(?:[.?:]|: %\(why\)s)\Z")

Part = Sentence | str


def reader_words(text: str) -> str:
    """Return what a reader said in English in the language that is spoken now."""
    language = get_language() or "en"
    if language.startswith("en") or len(text) > LONGEST_READ:
        return text
    return " ".join(map(_words, understood(text)))


def quotes_nothing(text: str) -> bool:
    """Say whether a text is words of ours alone, without a place or a value."""
    return all(
        not part.values if isinstance(part, Sentence) else part in templates()
        for part in understood(text)
    )


def _words(part: Part) -> str:
    """Return a part in words; what is stored of a rule is a message by itself."""
    if isinstance(part, Sentence):
        return spoken(part)
    if part.endswith(":"):  # the place in the file that a sentence is about
        return f"{place_words(part[:-1])}:"
    return gettext(part) if part else ""


def place_words(place: str) -> str:
    """Return a place in a file, or its format, in the language that is spoken."""
    return parted(_place(part) for part in place.split(COMMA))


def _place(part: str) -> str:
    for template in PLACES:
        values = template.values_in(part)
        if values is not None:
            return spoken(Sentence(template.words, values))
    return gettext(part) if part in templates() else part


def why_refused(error: FileRefused) -> str:
    """Return why a file is refused, in the reader's language where it has words."""
    return spoken(error.sentence) if error.sentence else reader_words(str(error))


def understood(text: str) -> tuple[Part, ...]:
    """Return the sentences of a text, each as it was before its blanks were filled."""
    return _parted(text, _Reading.of(text), 0).parts


@dataclass(frozen=True, slots=True)
class Template:
    """A template, parted at its blanks."""

    words: str
    literals: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, words: str) -> "Template":
        """Part a template."""
        parts = [part.replace("%%", "%") for part in _BLANK.split(words)]
        return cls(words, tuple(parts[::2]), tuple(parts[1::2]))

    @property
    def is_sentence(self) -> bool:
        """Say whether it may stand alone; others are parts of sentences."""
        return _SENTENCE.search(self.words) is not None

    @property
    def size(self) -> int:
        """Return how many letters of its own it has."""
        return sum(map(len, self.literals))

    @property
    def longest(self) -> str:
        return max(self.literals, key=len)

    def values_in(self, text: str) -> Mapping[str, str] | None:
        """Return what fills its blanks in a text; None where the text is another's."""
        start, *others = self.literals
        if not others:
            return {} if text == start else None
        *inner, end = others
        if not (text.startswith(start) and text.endswith(end)):
            return None
        values: dict[str, str] = {}
        place, last = len(start), len(text) - len(end)
        for name, literal in zip(self.names, inner, strict=False):
            stop = self._found(literal, text, place, last)
            if stop < 0:
                return None
            values[name] = text[place:stop]
            place = stop + len(literal)
        if place > last:
            return None
        values[self.names[-1]] = text[place:last]
        return values

    def _found(self, literal: str, text: str, place: int, last: int) -> int:
        """Return where a literal stands next, best where it parts no quoted text."""
        first = stop = text.find(literal, place, last)
        while stop >= 0:
            if _is_whole(text[place:stop]):
                return stop
            stop = text.find(literal, stop + 1, last)
        return first if self.is_sentence else -1


def _is_whole(value: str) -> bool:
    return value.startswith("'") == (value.endswith("'") and len(value) > 1)


PLACES = tuple(
    map(
        Template.of,
        (
            gettext_noop("segment OBX %(number)s"),
            gettext_noop("section at line %(number)s"),
            gettext_noop("medication at line %(number)s"),
            gettext_noop("observation %(number)s"),
            gettext_noop("line %(number)s"),
            gettext_noop("row %(number)s"),
            gettext_noop("message %(number)s"),
            gettext_noop("component %(number)s"),
            gettext_noop("item %(number)s"),
            gettext_noop("entry %(number)s"),
            gettext_noop("column %(name)s"),
        ),
    )
)


@cache
def known_templates() -> tuple[Template, ...]:
    """Return every template of the readers, and those of the rules they repeat."""
    for module in pkgutil.iter_modules(labs.formats.__path__, "labs.formats."):
        importlib.import_module(module.name)
    importlib.import_module("labs.services.importing")
    own = [Template.of(words) for words in templates()]
    said = {each.words for each in own}
    of_rules = [
        Template.of(words)
        for name, words in vars(rules).items()
        if name.isupper() and isinstance(words, str) and words not in said
    ]
    return (
        *own,
        *(
            each
            for each in of_rules
            if each.is_sentence and each.size >= LEAST_OF_A_RULE
        ),
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    """The templates that a text may have come from."""

    sentences: tuple[Template, ...]
    phrases: tuple[Template, ...]

    @classmethod
    def of(cls, text: str) -> "_Reading":
        fitting = [each for each in known_templates() if each.longest in text]
        return cls(
            tuple(each for each in fitting if each.is_sentence),
            tuple(each for each in fitting if not each.is_sentence),
        )


@dataclass(frozen=True, slots=True)
class _Found:
    """Parts of a text, and how many of its letters are a template's."""

    size: int
    parts: tuple[Part, ...]


def _parted(text: str, reading: _Reading, depth: int) -> _Found:
    """Return the sentences that explain the most letters of a text."""
    marks = [0, *_ends(text), len(text) + 1]
    best = [_Found(0, ())]
    for end in range(1, len(marks)):
        found = [
            _joined(best[start], text[marks[start] : marks[end] - 1], reading, depth)
            for start in range(end)
        ]
        best.append(max(found, key=lambda each: each.size))
    return best[-1]


def _ends(text: str) -> Iterator[int]:
    """Give where a sentence may begin: behind the end of one, in no quoted text."""
    spans = [found.span() for found in _QUOTED.finditer(text)]
    places = (found.end() for found in _END.finditer(text))
    free = (
        place
        for place in places
        if not any(start < place < end for start, end in spans)
    )
    for _count, place in zip(range(MOST_PARTS), free, strict=False):
        yield place


def _joined(before: _Found, text: str, reading: _Reading, depth: int) -> _Found:
    one = _explained(text, reading.sentences, reading, depth)
    return _Found(before.size + one.size, (*before.parts, *one.parts))


def _explained(
    text: str, among: tuple[Template, ...], reading: _Reading, depth: int
) -> _Found:
    """Return the template that explains most of a text, or the text itself."""
    best = _Found(0, (text,))
    for template in among:
        values = template.values_in(text)
        if values is None:
            continue
        inner = {name: _inside(value, reading, depth) for name, value in values.items()}
        size = template.size + sum(each.size for each in inner.values())
        if size > best.size:
            filled = {name: _as_one(each.parts) for name, each in inner.items()}
            best = _Found(size, (Sentence(template.words, filled),))
    return best


def _inside(value: str, reading: _Reading, depth: int) -> _Found:
    """Return what fills a blank: a word that has a translation, sentences, or data."""
    if depth >= DEEPEST or not value or _is_data(value):
        return _Found(0, (value,))
    phrase = _explained(value, reading.phrases, reading, depth + 1)
    return max(phrase, _parted(value, reading, depth + 1), key=lambda each: each.size)


def _is_data(value: str) -> bool:
    is_quoted = value.startswith("'") and _QUOTED.fullmatch(value) is not None
    return is_quoted or not any(sign.isalpha() for sign in value)


def _as_one(parts: tuple[Part, ...]) -> Part:
    if len(parts) == 1:
        return parts[0]
    names = [f"part{number}" for number in range(len(parts))]
    return Sentence(
        " ".join(f"%({name})s" for name in names), dict(zip(names, parts, strict=True))
    )
