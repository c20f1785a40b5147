"""
One spelling for words that people write in many: case, accents, marks and spaces.

Used to recognise column names and month names; never for what is stored.
"""

import re
import unicodedata

LONGEST_SAID = 200  # characters of a refused row that are shown beside the reason

# Letters that have no decomposition into a base letter and an accent.
_LETTERS = str.maketrans(
    {
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "æ": "ae",
        "œ": "oe",
        "ـ": "",
    }
)
# Signs that nobody sees: they turn or part a text, or mark the order of its bytes.
INVISIBLE = "".join(
    map(
        chr,
        [
            *(0x61C, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF),
            *range(0x202A, 0x202F),
            *range(0x2066, 0x206A),
        ],
    )
)
_NOT_A_WORD = re.compile(r"[\W_]+")
# Half a surrogate pair is no text that can be written anywhere.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")


def plain(text: str) -> str:
    """
    Return the words of a text in lower case without accents, one space between.

    >>> plain("  Date_de  prélèvement: "), plain("Größe"), plain("ÖLÇÜM TARİHİ")
    ('date de prelevement', 'grosse', 'olcum tarihi')
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _NOT_A_WORD.sub(" ", letters.translate(_LETTERS)).strip()


def quoted(text: str, length: int) -> str:
    r"""
    Return a cell as it may stand in a sentence: on one line, shortened, in quotes.

    >>> quoted("a\nb", 10), quoted("abcdefgh", 5)
    ("'a b'", "'abcd…'")
    """
    line = _CONTROLS.sub(" ", text).strip()
    return f"'{shortened(line, length)}'"


def shortened(text: str, length: int) -> str:
    """
    Return a text that is no longer than so many characters, and shows where it is cut.

    >>> shortened("abcde", 5), shortened("abcdef", 5)
    ('abcde', 'abcd…')
    """
    return text if len(text) <= length else text[: length - 1] + "…"


def as_said(*texts: str) -> str:
    r"""
    Return what a file says in one place, in one line and shortened.

    >>> as_said("2026-01-15", "", "40\n ng/mL")
    '2026-01-15 · 40 ng/mL'
    """
    parts = (" ".join(_CONTROLS.sub(" ", text).split()) for text in texts)
    line = " · ".join(filter(None, parts))
    return shortened(line, LONGEST_SAID)
