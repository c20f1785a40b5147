"""
Words made safe and measured.

Every visible word passes ``clean``: no control, no lone surrogate, nothing
that XML forbids, no bidirectional control of someone else's, never longer than
the cap. Widths come from the advances of single glyphs, so no word (a
patient's name) is ever kept in a cache.
"""

import re
import threading
from pathlib import Path
from unicodedata import bidirectional, category

import matplotlib as mpl
from matplotlib.ft2font import FT2Font, LoadFlags

LONGEST_LABEL = 80
LONGEST_DETAIL = 400
ELLIPSIS = "…"

LEFT_TO_RIGHT_ISOLATE = "\u2066"
RIGHT_TO_LEFT_ISOLATE = "\u2067"
FIRST_STRONG_ISOLATE = "\u2068"
POP_ISOLATE = "\u2069"
ISOLATES = "\u2066\u2067\u2068\u2069"

_UNWANTED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"  # Persian and Indic spelling needs them
# A run that reads from left to right wherever it stands: a number with its
# comparator, a range, a unit, "25(OH)D", "K2 (MK-7)". Two numbers with a space
# between them are two runs; a bracket counts only together with its other half.
_CORE = r"[0-9A-Za-zµμ](?:[0-9A-Za-zµμ.,/%+:\u202f\u2013-]*[0-9A-Za-zµμ%])?"
_TOKEN = rf"(?:\({_CORE}\)|{_CORE})++"
# What is written between two of them keeps them in one run: "30 - 50", "D3 + K2".
_JOIN = r"(?:(?<=[A-Za-z)%])\s|\s(?=[A-Za-z(])|\s?[\u2013\u2212-]\s|\s[&+/]\s)"
# The digit of a vitamin belongs to its Arabic letter: "د3", "ك2".
_VITAMIN = "(?<=[\u062f\u0643])[0-9](?![0-9.,])"
_LEFT_TO_RIGHT_RUN = re.compile(
    rf"{_VITAMIN}|(?:[<>≤≥]\s?)?{_TOKEN}(?:{_JOIN}{_TOKEN})*+"
)
WORDS_OF_A_SENTENCE = 4
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]{3,}")
_RTL_LETTER = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"
_RIGHT_TO_LEFT_STRETCH = re.compile(
    rf"{_RTL_LETTER}(?:[^A-Za-z\u00c0-\u024f]*{_RTL_LETTER})?[0-9]*"
)
_ISOLATED = re.compile("\u2066([^\u2066-\u2069]*)\u2069")
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_FOLDER = Path(mpl.get_data_path()) / "fonts" / "ttf"
REGULAR_FILE = _FOLDER / "DejaVuSans.ttf"
BOLD_FILE = _FOLDER / "DejaVuSans-Bold.ttf"
_UNKNOWN_GLYPH = 1.0
MISSING = "\ufffd"


def clean(words: str, longest: int = LONGEST_LABEL) -> str:
    """Return the words on one line, harmless, at most ``longest`` characters."""
    if len(words) > longest:
        words = words[: longest - 1].rstrip() + ELLIPSIS
    if words.isascii() and words.isprintable():
        return words
    return "".join(_harmless(character) for character in words)


def _harmless(character: str) -> str:
    if character in _JOINERS or category(character) not in _UNWANTED:
        return character
    return " " if character.isspace() else ""


def isolated(words: str, direction: str) -> str:
    """Return the words so that neither they nor their numbers can turn around."""
    if words.isascii() or not is_right_to_left(words):
        return words
    kept = _LEFT_TO_RIGHT_RUN.sub(_left_to_right, words)
    opening = RIGHT_TO_LEFT_ISOLATE if direction == "rtl" else FIRST_STRONG_ISOLATE
    return f"{opening}{kept}{POP_ISOLATE}"


def in_line(words: str, direction: str) -> str:
    """
    Return words so that a name from right to left turns nothing but itself.

    A sentence of another script that begins with such a name, of a product or a
    person, would else be read backwards; a name, a unit or a code beside it is no
    sentence.
    """
    if words.isascii() or direction != "ltr" or not _is_sentence(words):
        return isolated(words, direction)
    return _RIGHT_TO_LEFT_STRETCH.sub(_isolated_stretch, words)


def _is_sentence(words: str) -> bool:
    return len(_LATIN_WORD.findall(words)) >= WORDS_OF_A_SENTENCE


def _isolated_stretch(found: re.Match[str]) -> str:
    return isolated(found[0], "ltr")


def _left_to_right(found: re.Match[str]) -> str:
    return f"{LEFT_TO_RIGHT_ISOLATE}{found[0]}{POP_ISOLATE}"


def visual_runs(words: str) -> list[str]:
    """
    Return isolated words as runs of one direction, from left to right.

    For a pen that cannot pass isolates on: each run is drawn for itself.
    """
    if words[:1] not in (RIGHT_TO_LEFT_ISOLATE, FIRST_STRONG_ISOLATE):
        return [words]
    inner = words[1:-1]
    runs = [_mirrored(run) for run in _ISOLATED.split(inner) if run]
    is_left_first = words[0] == FIRST_STRONG_ISOLATE and not _starts_rtl(inner)
    return runs if is_left_first else runs[::-1]


def _mirrored(run: str) -> str:
    """Return a run of mere punctuation as it looks from right to left."""
    has_letters = any(map(str.isalnum, run))
    return run if has_letters else run[::-1].translate(_MIRRORED)


def _starts_rtl(words: str) -> bool:
    strong = (bidirectional(character) for character in words)
    return next((one for one in strong if one in {"L", "R", "AL"}), "L") != "L"


def is_right_to_left(words: str) -> bool:
    """Say whether any letter of the words runs from right to left."""
    return any(bidirectional(character) in {"R", "AL"} for character in words)


class _Advances(dict[str, float]):
    """Glyph advances in em, filled on demand; a font has finitely many."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._font = FT2Font(str(file))
        self._turn = threading.Lock()

    def __missing__(self, character: str) -> float:
        with self._turn:
            advance = self._measured(character)
        self[character] = advance
        return advance

    def knows(self, character: str) -> bool:
        """Say whether the face has a glyph for the character."""
        if character in ISOLATES:
            return True
        with self._turn:
            return self._font.get_char_index(ord(character)) != 0

    def _measured(self, character: str) -> float:
        if character in ISOLATES:
            return 0.0
        index = self._font.get_char_index(ord(character))
        if not index:
            return _UNKNOWN_GLYPH
        glyph = self._font.load_glyph(index, flags=LoadFlags.NO_SCALE)
        return glyph.horiAdvance / self._font.units_per_EM


_REGULAR, _BOLD = _Advances(REGULAR_FILE), _Advances(BOLD_FILE)


def drawable(words: str) -> str:
    """Return the words with a mark in place of what the embedded face lacks."""
    if words.isascii():
        return words
    # A chart is thousands of characters, of which few are different ones.
    lacking = [c for c in set(words) if not c.isascii() and not _REGULAR.knows(c)]
    return words.translate(dict.fromkeys(map(ord, lacking), MISSING))


def width_of(words: str, size: float, *, bold: bool = False) -> float:
    """Return how wide the words stand."""
    advances = _BOLD if bold else _REGULAR
    return size * sum(map(advances.__getitem__, words))


def shortened(words: str, size: float, room: float) -> str:
    """Return the words, cut with an ellipsis where they do not fit the room."""
    if width_of(words, size) <= room:
        return words
    room -= width_of(ELLIPSIS, size)
    kept = 0
    for character in words:
        room -= width_of(character, size)
        if room < 0:
            break
        kept += 1
    return words[:kept].rstrip() + ELLIPSIS if kept else ""


def wrapped(words: str, size: float, room: float, most_lines: int) -> list[str]:
    """Return the words on lines that fit the room; the last one is shortened."""
    lines: list[str] = []
    rest = words.split()
    while rest and len(lines) < most_lines - 1:
        taken = _words_that_fit(rest, size, room)
        lines.append(shortened(" ".join(rest[:taken]), size, room))
        rest = rest[taken:]
    if rest:
        lines.append(shortened(" ".join(rest), size, room))
    return lines


def _words_that_fit(rest: list[str], size: float, room: float) -> int:
    for taken in range(len(rest), 1, -1):
        if width_of(" ".join(rest[:taken]), size) <= room:
            return taken
    return 1
