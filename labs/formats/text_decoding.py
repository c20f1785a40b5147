"""
From bytes to text, without guessing in silence.

A byte-order mark decides; then strict UTF-8; then UTF-16 without a mark, seen by its
zero bytes; then the old code pages. Among those nothing in the bytes decides, so the
one under which the most column names are known is taken, and the file says so. Those of
other alphabets, which read almost any bytes, have to be better known for it.
"""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from labs.formats.parsed import FileRefused
from labs.formats.sentences import N_

MIXED = N_(
    "The text is damaged, cut off or mixes encodings: most of it is "
    "UTF-8, but line %(line)s is not."
)
READ_AS = N_(
    "The file does not say how its letters are encoded; it was read as %(name)s."
)
SAID_AND_DAMAGED = N_(
    "The file says that it is %(name)s, but its text is damaged or cut off."
)

HEAD = 65_536  # bytes that are looked at to tell one encoding from another
MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
# Western first: where no column name decides, it is the most frequent by far.
CODE_PAGES = (
    ("cp1252", N_("Windows-1252 (Western)")),
    ("cp1250", N_("Windows-1250 (Central European)")),
    ("iso8859_2", N_("ISO 8859-2 (Central European)")),
    ("cp1254", N_("Windows-1254 (Turkish)")),
    ("cp1257", N_("Windows-1257 (Baltic)")),
    ("cp1256", N_("Windows-1256 (Arabic)")),
    ("mac_roman", "Mac Roman"),
    ("latin-1", N_("ISO 8859-1 (Western)")),
)
MORE_CODE_PAGES = (
    ("cp850", N_("code page 850 (DOS, Western)")),
    ("cp1251", N_("Windows-1251 (Cyrillic)")),
    ("koi8_u", N_("KOI8 (Cyrillic)")),
    ("cp866", N_("code page 866 (DOS, Cyrillic)")),
    ("cp1253", N_("Windows-1253 (Greek)")),
    ("cp1255", N_("Windows-1255 (Hebrew)")),
    ("cp932", N_("Shift JIS (Japanese)")),
    ("gb18030", N_("GB 18030 (Chinese)")),
    ("cp950", N_("Big5 (Chinese)")),
    ("cp949", N_("EUC-KR (Korean)")),
    ("euc_jp", N_("EUC-JP (Japanese)")),
    ("cp852", N_("code page 852 (DOS, Central European)")),
    ("cp775", N_("code page 775 (DOS, Baltic)")),
    ("cp857", N_("code page 857 (DOS, Turkish)")),
    ("iso8859_5", N_("ISO 8859-5 (Cyrillic)")),
    ("iso8859_7", N_("ISO 8859-7 (Greek)")),
    ("mac_cyrillic", N_("Mac (Cyrillic)")),
    ("mac_latin2", N_("Mac (Central European)")),
    ("cp874", N_("Windows-874 (Thai)")),
    ("cp1258", N_("Windows-1258 (Vietnamese)")),
)
LEAST_NAMES = 2  # that have to be known under one of these
LEAST_SHARE_OF_ZEROS = 0.3  # of one half of the bytes, for UTF-16 without a mark
MOST_SHARE_OF_ZEROS_BESIDE = 0.02  # of the other half

BINARY = N_("This is a binary file (it holds NUL bytes), not a text file known here.")
# Signs and capitals inside words: letters read under another code page than theirs.
_SIGNS = frozenset(
    "\xa1\xa2\xa3\xa4\xa5\xa6\xa7\xa9\xac\xae\xaf\xb1\xb3\xb9\xbb\xbc\xbd\xbe\xbf"
)
_IN_A_WORD = re.compile("[^\\W\\d_][\x80-\uffff]|[\x80-\uffff][^\\W\\d_]")
# No text holds them: the code page is another one.
_C1_CONTROLS = re.compile("[\x80-\x9f]")
_BEYOND_ASCII = bytes(range(128, 256))
_ASCII = bytes(range(128))
_WITH_LETTERS_OF_TWO_BYTES = frozenset({"cp932", "gb18030", "cp950", "cp949", "euc_jp"})
NONE_FITS = -1

# Files that were joined keep the mark of each.
_MARK_OF_A_LINE = re.compile("^\ufeff+", re.MULTILINE)

CodePage = tuple[str, str]  # for the computer and for people
KnownWords = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class DecodedText:
    """The text of a file, the encoding's name for people, and what was assumed."""

    text: str
    encoding: str
    warning: str = ""


def decode(data: bytes, known_words: KnownWords | None) -> DecodedText:
    """
    Return the text of a file; raise FileRefused where it is not text.

    `known_words` counts, in the head of a text, the column names that are known; it
    decides between code pages. Without it only the letters of western Europe, the
    Baltic, Turkey and Arabia are thought of.
    """
    decoded = _by_mark(data) or _by_zero_bytes(data) or _as_utf_8(data)
    if decoded is None:
        decoded = _by_code_page(data, known_words)
    if "\0" in decoded.text:
        raise FileRefused(BINARY)
    return replace(decoded, text=_MARK_OF_A_LINE.sub("", decoded.text))


def is_utf_8(data: bytes) -> bool:
    """Answer whether bytes can be read as UTF-8, zero bytes among them or not."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _by_mark(data: bytes) -> DecodedText | None:
    for mark, codec, name in MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], codec, name)
    return None


def _by_zero_bytes(data: bytes) -> DecodedText | None:
    """Read UTF-16 without a mark: one half of its bytes is mostly zero."""
    head = data[:HEAD]
    if b"\0" not in head:
        return None
    for zeros, others, codec in (
        (head[1::2], head[::2], "utf-16-le"),
        (head[::2], head[1::2], "utf-16-be"),
    ):
        share = zeros.count(0) / max(len(zeros), 1)
        beside = others.count(0) / max(len(others), 1)
        if share >= LEAST_SHARE_OF_ZEROS and beside <= MOST_SHARE_OF_ZEROS_BESIDE:
            return _strictly(data, codec, "UTF-16")
    raise FileRefused(BINARY)


def _strictly(data: bytes, codec: str, name: str) -> DecodedText:
    try:
        return DecodedText(data.decode(codec), name)
    except UnicodeDecodeError:
        raise FileRefused(SAID_AND_DAMAGED % {"name": name}) from None


def _as_utf_8(data: bytes) -> DecodedText | None:
    """Return UTF-8 text, or None where the file is plainly in a one-byte code page."""
    try:
        return DecodedText(data.decode("utf-8"), "UTF-8")
    except UnicodeDecodeError as error:
        position = error.start
    if _characters_beyond_ascii(data) < _bytes_that_are_not_utf_8(data):
        return None
    line = data.count(b"\n", 0, position) + 1
    raise FileRefused(MIXED % {"line": line})


def _bytes_that_are_not_utf_8(data: bytes) -> int:
    return len(data) - len(data.decode("utf-8", "ignore").encode())


def _characters_beyond_ascii(data: bytes) -> int:
    """Count the characters that are well formed in UTF-8 and longer than a byte."""
    ascii_bytes = len(data.translate(None, _BEYOND_ASCII))
    return len(data.decode("utf-8", "ignore")) - ascii_bytes


def _by_code_page(data: bytes, known_words: KnownWords | None) -> DecodedText:
    """Take the code page under which most is understood; the first of equals."""
    known_so_far, (codec, name) = _best(data, CODE_PAGES, known_words)
    if known_words is not None:
        known, other = _best(data, MORE_CODE_PAGES, known_words)
        is_better = known >= LEAST_NAMES and known > 2 * known_so_far
        if is_better or (known == known_so_far > 0 and _has_controls(data, codec)):
            codec, name = other
    return DecodedText(
        data.decode(codec, "replace"),
        name,
        READ_AS % {"name": name},
    )


def _best(
    data: bytes, pages: tuple[CodePage, ...], known_words: KnownWords | None
) -> tuple[int, CodePage]:
    """
    Return how many column names are known under the best of some code pages, and it.

    Of those that know as many, it is the one under which the fewest signs stand in
    words. The whole file is looked at only for what may be the best.
    """
    letters = data.translate(None, _ASCII)
    heads = {page: data[:HEAD].decode(page[0], "ignore") for page in pages}
    known = {page: known_words(heads[page]) if known_words else 0 for page in pages}
    for most in sorted(set(known.values()), reverse=True):
        best = [page for page in pages if known[page] == most]
        fitting = [page for page in best if _fits(data, letters, page[0])]
        if fitting:
            return most, min(fitting, key=lambda page: _signs_in_words(heads[page]))
    return NONE_FITS, pages[0]


def _fits(data: bytes, letters: bytes, codec: str) -> bool:
    """Answer whether a code page has a letter for all bytes; most take each alone."""
    try:
        (data if codec in _WITH_LETTERS_OF_TWO_BYTES else letters).decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _has_controls(data: bytes, codec: str) -> bool:
    return bool(_C1_CONTROLS.search(data[:HEAD].decode(codec, "ignore")))


def _signs_in_words(head: str) -> int:
    return sum(map(_is_odd, _IN_A_WORD.findall(head)))


def _is_odd(pair: str) -> bool:
    """Answer whether two neighbours in a word hardly ever stand so in any language."""
    has_sign = not _SIGNS.isdisjoint(pair)
    return has_sign or (pair[0].islower() and pair[1].isupper())
