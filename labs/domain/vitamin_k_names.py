"""
Names that give vitamin K away, in the scripts that labels are printed in.

Potassium shares its letter: "Kalium", "Slow-K" and "Special K" name no vitamin. A name
that is not understood says nothing; what is unknown is never read as none.
"""

import re
import unicodedata

from labs.domain.medicines import folded

# Words as `folded` leaves them: no case, no accents, one blank between two of them.
# Escapes where letters of two alphabets look alike or would turn the line round.
_VITAMIN_ARABIC = (
    r"\w{0,3}[\u0641\u06a4\u0648][\u064a\u06cc]\u062a\u0627\u0645[\u064a\u06cc]\u0646"
    r"\w{0,2}"
)
_VITAMIN_CYRILLIC = r"\u0432[\u0438\u0456]\u0442\u0430\u043c[\u0438\u0456]\u043d"
_VITAMIN_GREEK = r"\u03b2\u03b9\u03c4\u03b1\u03bc\u03b9\u03bd\w{1,3}"
_VITAMIN_HEBREW = r"\u05d5\u05d9\u05d8\u05de\u05d9\u05df"
# Arabic or Persian, also spelled out, also with "and" before it.
_KAF = r"\u0648?[\u0643\u06a9][\u064a\u06cc]?"
_KA = r"\u043a"  # Cyrillic
_KAPPA = r"\u03ba"
_QOF = r"\u05e7(?:\u05d9\u05d9)?"
_THAI = "วิตามินเค"  # with its letter
# Medicines that work against the vitamin, and the illness of having too little of it.
_NOT_IT = re.compile(
    r"\b(?:anti ?|antagonist\w* (?:d\w{1,2} )?(?:la )?)vitamin\w{0,2} k\b"
    r"|\bvitamin\w{0,2} ?k (?:antagonist|deficien|mangel|tekort|brist|epoxide)\w*"
    r"|\bvitamin\w{0,2} ?k ?(?:antagonist|mangel)\w*"
)


def _any_of(words: str) -> str:
    return "|".join(folded(word) for word in words.split())


# Chinese, Japanese, Korean, Thai: written without blanks.
_VITAMIN_UNSPACED = _any_of("维生素 維生素 维他命 維他命 ビタミン 비타민 วิตามิน")
_K_UNSPACED = _any_of(
    "甲萘醌 メナテトレノン メナキノン フィトナジオン グラケー ケイツー "
    "메나퀴논 메나테트레논 피토나디온"
)
# With up to three letters of an ending.
_K_INFLECTED = _any_of(
    "менахинон менатетренон филлохинон филохинон фитоменадион фитонадион викасол "
    "менахінон менатетренон філохінон фітоменадіон фітонадіон вікасол "
    "μενακινον φυτομεναδιον"
)

# A name for it, whatever stands around: "K2", "VitaminK2", "D3K2", "K2MK7", "MenaQ7".
_LATIN = re.compile(
    r"(?<![a-z0-9])(?:(?:vit(?:amin[aes]?)?)?(?:d[23]?)?k[12](?:mk ?\d{1,2}|vital)?"
    r"|vit(?:amin[aes]?)?(?:d[23]?)?k|(?:vita)?mk ?\d{1,2}|d3k|k2d3|adk[12]?"
    r"|a d (?:e )?k|(?:aqu)?adeks?|dekas|super k|vitalipid|mena ?q ?7|ka ?vit"
    r"|k vitam(?:in|iin)(?:e|er|i|in)?"
    r"|ph[yi]ll?o(?:qu|ch|k)inon\w{0,2}|f[iy]ll?o(?:qu|ch|k)inon\w{0,2}"
    r"|menadiol|konakion|kanavit|mephyton|aquamephyton|glakay|kaytwo"
    r"|(?:ph|f)[iy]to(?:mena|na)dion\w{0,2}"
    r"|mena(?:quin|chin|kin|tetren|dion)\w{0,8})(?![a-z0-9])"
)
_OTHER_LETTERS = re.compile(
    rf"\b(?:(?:{_KAF}|{_KA}|{_KAPPA}|\u0434[23]?[k{_KA}])[12]|\u043c{_KA} ?[4-9]"
    rf"|(?:{_K_INFLECTED})\w{{0,3}})\b|{_K_UNSPACED}"
)
# "Vitamin K", "Vitamins D & K", "D3 1000 IU + K": the bare letter counts only there.
_AND = (
    r"plus|and|und|et|con|com|mit|with|en|och|og|ve|ja|es|si"
    r"|\u0648|\u0645\u0639|\u0438|\u0442\u0430|\u03ba\u03b1\u03b9"
)
_LETTER = re.compile(
    rf"\b(?:vit(?:s|amin\w*)?|witamin\w*|{_VITAMIN_ARABIC}|{_VITAMIN_CYRILLIC}\w*"
    rf"|{_VITAMIN_GREEK}|{_VITAMIN_HEBREW}|d3)"
    rf"(?: (?:[aceiy]|d[23]?|[\u062f\u0434][23]?|{_AND}|\d+|iu|ie|ui|mcg|ug))*"
    rf" (?:k|{_KAF}|{_KAPPA}|{_QOF})\b"
    rf"|(?:{_VITAMIN_UNSPACED}) ?(?:[ace]|d[23]?| )*k(?![a-z])"
    rf"|{folded(_THAI)}(?![\u0e01-\u0e5b])"
)
# In Russian the letter alone also means "to": it counts after the word or after "and",
# and as a capital letter after any form of the word.
_LETTER_KA = re.compile(
    rf"\b{_VITAMIN_CYRILLIC} {_KA}\b"
    rf"|\b{_VITAMIN_CYRILLIC}\w*(?: [acde\u0430\u0441\u0435\u0434][23]?)+"
    rf" (?:\u0438|\u0442\u0430) {_KA}\b"
)
_AS_PRINTED = re.compile(
    rf"(?i:{_VITAMIN_CYRILLIC})\w* \u041a(?!\w)|(?<![\w-])K-[12](?!\w)"
)


def names_vitamin_k(text: str) -> bool:
    """
    Return whether a name or form gives vitamin K away; potassium (K, Kalium) does not.

    >>> names_vitamin_k("Sun D3+K2 drops"), names_vitamin_k("Slow-K 600 mg")
    (True, False)
    """
    words = _NOT_IT.sub(" ", _in_western_digits(folded(text)))
    looked_for = (_LATIN, _OTHER_LETTERS, _LETTER, _LETTER_KA)
    if any(each.search(words) for each in looked_for):
        return True
    return bool(_AS_PRINTED.search(unicodedata.normalize("NFKC", text)))


def _in_western_digits(text: str) -> str:
    return "".join(
        str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text
    )
