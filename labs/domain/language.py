"""
What the product must never say, as patterns, and the few texts that are exempt.

The product records, displays and compares; it never proposes an amount, orders a start
or a stop, names a status, claims a cause or a benefit, predicts, recommends a brand, or
reassures (docs/intended_use.md). The patterns here are those of English; German and
Arabic have theirs in modules of their own, read by the same rules.

Give a text in blocks parted by an empty line; a single line break is a wrap. What a
laboratory printed may name a status, where it stands in quotation marks right after
the word laboratory; a clinician's own message is theirs and is not given here at all.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from labs.domain.health import HealthTopic
from labs.domain.medicines import MEDICINES
from labs.domain.sentences import URGENT_HELP_HIGH, URGENT_HELP_LOW
from labs.domain.vitamin_k import URGENT_HELP_BLEEDING, WARFARIN_TYPE


class Rule(StrEnum):
    """What a sentence must not do, by the list of facts 8.2."""

    DOSE = "proposes an amount"
    ADVICE = "orders to start, stop or change"
    STATUS = "names a status"
    CAUSE_OR_BENEFIT = "claims a cause or a benefit"
    PREDICTION = "predicts a level"
    BRAND = "recommends a product or a shop"
    REASSURANCE = "reassures"


@dataclass(frozen=True, slots=True)
class Breach:
    """A sentence with the rule that it breaks."""

    rule: Rule
    sentence: str


@dataclass(frozen=True, slots=True)
class Wording:
    """
    How one language would break the rules.

    `laboratory` is the word after which a quotation is the laboratory's own; `folds`
    makes letters alike that are written in more than one way.
    """

    rules: Mapping[Rule, re.Pattern[str]]
    laboratory: str
    folds: Mapping[int, str | int | None] = field(default_factory=dict)


def any_of(*phrases: str) -> str:
    """Return a pattern for one of the phrases as whole words, however they wrap."""
    joined = "|".join(phrase.replace(" ", r"\s+") for phrase in phrases)
    return rf"\b(?:{joined})\b"


def compiled(
    wording: Mapping[Rule, tuple[str, ...]],
) -> dict[Rule, re.Pattern[str]]:
    """Return one pattern for each rule."""
    return {
        rule: re.compile(
            "|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE
        )
        for rule, patterns in wording.items()
    }


def violations(text: str) -> tuple[str, ...]:
    """
    Return the sentences that the product must not say, each once, in their order.

    >>> violations("Take 2,000 IU daily.")
    ('Take 2,000 IU daily.',)
    >>> violations("Talk to your doctor before starting, stopping or changing it.")
    ()
    """
    return tuple(dict.fromkeys(breach.sentence for breach in breaches(text)))


def breaches(text: str) -> tuple[Breach, ...]:
    """Return the same sentences, each with every rule that it breaks."""
    return _breaches(text, ENGLISH, _EXEMPT)


def breaches_in(
    text: str, wording: Wording, *, exempt: Iterable[str] = ()
) -> tuple[Breach, ...]:
    """Return the same for another language, but for its fixed texts, as patterns."""
    fixed = [f"(?:{pattern})" for pattern in exempt]
    return _breaches(text, wording, re.compile("|".join(fixed or ["(?!)"])))


def _breaches(
    text: str, wording: Wording, exempt: re.Pattern[str]
) -> tuple[Breach, ...]:
    folds = dict(wording.folds)
    return tuple(
        Breach(rule, sentence)
        for sentence, without_quotes in _sentences(text, wording)
        for rule, pattern in wording.rules.items()
        if pattern.search(
            without_quotes.translate(folds)
            if rule is Rule.STATUS
            else exempt.sub("(fixed text)", sentence).translate(folds)
        )
    )


def _sentences(text: str, wording: Wording) -> Iterator[tuple[str, str]]:
    """Yield each sentence, and the same with a laboratory's quoted words blanked."""
    quote = _laboratory_quote(wording.laboratory)
    for block in re.split(r"\n\s*\n", text):
        flowing = " ".join(block.split())
        blanked = quote.sub(_blank, flowing)
        start = 0
        for end in _SENTENCE_END.finditer(blanked):
            yield flowing[start : end.start()], blanked[start : end.start()]
            start = end.end()
        yield flowing[start:], blanked[start:]


def _blank(quote: re.Match[str]) -> str:
    """Keep the length, so that sentences end at the same place in both texts."""
    return quote["named"] + "_" * len(quote["words"])


_any = any_of


_AMOUNT = (
    r"\b\d[\d.,\s]*(?:iu|i\.u\.|international\s+units?|units?|mcg|ug|\u00b5g|\u03bcg|mg"
    r"|g|micrograms?|milligrams?)\b(?!\s*/\s*(?:dl|ml|l)\b)"
)
_UNIT_OF_USE = _any("doses?", "tablets?", "capsules?", "drops")
_ORDER_VERBS = (
    *("take", "try", "increase", "decrease", "reduce", "lower", "raise", "cut"),
    *("halve", "stop", "start", "begin", "resume", "continue", "pause", "skip"),
    *("double", "triple", "switch", "change", "avoid", "quit"),
)
_DOING = (
    *("taking", "using", "increasing", "decreasing", "reducing", "lowering"),
    *("raising", "cutting", "halving", "stopping", "starting", "beginning", "resuming"),
    *("continuing", "pausing", "skipping", "doubling", "switching", "changing"),
)
_ORDER = _any(
    *_ORDER_VERBS,
    *_DOING,
    *("you should", "you must", "you need", "we recommend", "we suggest", "we advise"),
    *("aim for",),
)
_THING = _any(
    *("vitamins?", "d[23]", "k[12]", r"mk-?\d", "calcium", "magnesium", "supplements?"),
    *("products?", "medicines?", "medications?", "tablets?", "capsules?", "doses?"),
    *("dosage", "intake", "blood thinners?", "anticoagulants?"),
    *(
        re.escape(name).replace(r"\ ", " ")
        for medicine in MEDICINES
        for name in medicine.called
    ),
)
_WHICH = (
    r"(?:\s+(?:to|from|with))?(?:\s+(?:your|the|this|these|any|all|a|an|more|less|extra|another|other)\b)"
    r"{0,2}\s+"
)
_IT = _any("it", "them")
# "Thiazides can raise calcium", "you take warfarin" describe; "you can stop" advises.
_NOT_DESCRIBING = r"(?<!can\s)(?<!may\s)(?<!could\s)(?<!might\s)(?<!you\s)"

_WORDING = {
    Rule.DOSE: (
        rf"{_ORDER}.{{0,40}}?(?:{_AMOUNT}|{_UNIT_OF_USE})",
        _any("recommended", "suggested", "ideal", "right", "correct", "usual")
        + r"\s+(?:\w+\s+)?"
        + _any("dose", "doses", "dosage", "intake", "amount"),
        _any("loading", "maintenance", "starting", "target")
        + r"\s+"
        + _any("dose", "doses", "dosage", "schedule"),
        r"\b(?:iu|units?|mcg|ug|\u00b5g|\u03bcg|micrograms?)\s*(?:/|per)\s*"
        + _any("kg", "kilograms?"),
        r"\bto\s+(?:reach|get\s+to|achieve)\s+\d",
        rf"{_AMOUNT}.{{0,30}}{_any('is', 'are', 'would be', 'should be')}\s+"
        + _any("enough", "recommended", "needed", "advised", "taken", "right"),
    ),
    Rule.ADVICE: (
        rf"{_NOT_DESCRIBING}{_any(*_ORDER_VERBS)}(?:{_WHICH}{_THING}|\s+{_IT})",
        _any(*_ORDER_VERBS, "consider", "keep", "suggest", "recommend")
        + r"\s+"
        + _any(*_DOING),
        _any("you should", "you must", "you need to", "you can", "you may")
        + r".{0,40}"
        + _any(*_ORDER_VERBS),
        _any("we recommend", "we suggest", "we advise"),
        r"\b\d+\s*"
        + _any("hours?", "h")
        + r"\s+"
        + _any("before", "after", "apart", "between"),
    ),
    Rule.STATUS: (
        _any("deficient", "deficiency", "insufficient", "insufficiency", "sufficient"),
        _any("sufficiency", "optimal", "suboptimal", "toxic", "toxicity", "normal"),
        _any("abnormal", "adequate", "inadequate", "healthy level", "healthy range"),
    ),
    Rule.CAUSE_OR_BENEFIT: (
        rf"{_THING}.{{0,20}}{_any('worked', 'working', 'helped', 'helping', 'helps')}",
        _any("because of", "thanks to", "due to", "owing to")
        + rf"{_WHICH}(?:\w+\s+)?{_THING}",
        _any("because you took", "because you take", "because you stopped"),
        _any("improves?", "improved", "improving", "improvement", "worsens?"),
        _any("worsened", "worsening", "significant", "significantly", "stable"),
        _any("boosts?", "strengthens?", "prevents?", "protects?", "supports?")
        + r".{0,40}"
        + _any("bones?", "heart", "immunity", "immune", "health", "muscles?"),
        _any("good for") + r".{0,15}" + _any("bones?", "heart", "immunity", "health"),
        r"\b(?:adherence|compliance|balance|health)\s+score\b|\bsynerg\w+",
    ),
    Rule.PREDICTION: (
        _any("levels?", "results?", "values?", "25-hydroxyvitamin d", "you")
        + r"(?:\s+\w+){0,4}\s+will\s+"
        + _any("be", "reach", "rise", "fall", "go", "increase", "decrease", "return"),
        _any("forecast", r"extrapolat\w+", "on track"),
        _any("predicted", "projected", "expected")
        + r"\s+"
        + _any("levels?", "values?", "results?", "rise", "fall"),
        _any("levels?", "results?", "values?") + r".{0,30}\bexpected\s+to\b",
    ),
    Rule.BRAND: (
        _any("buy", "purchase", "order now", "shop", "discount", "coupon"),
        _any("affiliate", r"sponsor\w*"),
        _any("best", "favou?rite", "preferred", "trusted", "recommended")
        + r"\s+"
        + _any("brands?", "products?", "supplements?"),
    ),
    Rule.REASSURANCE: (
        _any("safe", "safely", "harmless", "risk-free", "well done", "good news"),
        r"\bno\s+(?:known\s+)?" + _any("interactions?", "risks?", "problems?"),
        _any("nothing to worry", "no need to worry", "no reason to worry"),
        _any("don.?t worry", "do not worry", "congratulations", "keep it up"),
        _any("is", "are", "looks?", "seems?", "all", "everything")
        + r"\s+(?:just\s+)?"
        + _any("fine", "good", "great", "ok", "okay", "perfect", "in order", "clear"),
    ),
}
ENGLISH = Wording(
    rules=compiled(_WORDING), laboratory=r"\blaborator(?:y|ies)(?:['\u2019]s)?\b"
)

# Exempt, and only exactly as it stands ------------------------------------------------

SAFETY_TEXTS = (URGENT_HELP_BLEEDING, URGENT_HELP_HIGH, URGENT_HELP_LOW)
PRECAUTION_PHRASE = "before starting, stopping or changing"
ANTAGONIST_NAMES = (
    WARFARIN_TYPE,
    *(
        name
        for medicine in MEDICINES
        if medicine.topic is HealthTopic.VITAMIN_K_ANTAGONIST
        for name in medicine.called
    ),
)
_ANTAGONIST = f"(?:{'|'.join(map(re.escape, ANTAGONIST_NAMES))})"
_EXEMPT = re.compile(
    "|".join(
        (
            *map(re.escape, SAFETY_TEXTS),
            re.escape(PRECAUTION_PHRASE),
            rf"do not change your {_ANTAGONIST} on your own",
            re.escape("(arithmetic of your log, not a recommendation)"),
        )
    )
)

_QUOTES = (
    *(("'", "'"), ('"', '"'), ("\u2018", "\u2019"), ("\u201c", "\u201d")),
    *(("\u201e", "\u201c"), ("\u00ab", "\u00bb")),
)
_QUOTED = "|".join(
    rf"{opening}[^{opening}{closing}]{{1,400}}{closing}(?!\w)"
    for opening, closing in _QUOTES
)


@cache
def _laboratory_quote(laboratory: str) -> re.Pattern[str]:
    """Return the pattern of words that a laboratory is quoted with."""
    return re.compile(
        rf"(?P<named>{laboratory}[^.!?'\"\u2018-\u201e\u00ab]{{0,80}})(?P<words>{_QUOTED})",
        re.IGNORECASE,
    )


_SENTENCE_END = re.compile(
    r"(?<=[.!?])\s+(?=[\"'(\u201c\u2018\u201e\u00abA-Z\u00c4\u00d6\u00dc0-9])"
    r"|(?<=[.!?\u061f])\s+(?=[\"'(\u00ab\u0621-\u064a])"
)
