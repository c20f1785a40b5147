"""
Names of vitamin D in other alphabets, spelled so that its rules can read them.

A word is exchanged for the English one and nothing is left out, so that what is told
apart in Latin letters, 1,25-dihydroxyvitamin D above all, stays told apart.
"""

import re

# Longer words first: what holds a shorter one is exchanged before it.
_WORDS = {
    # Cyrillic; its letters that look like O and H often stand in "25-OH", too.
    "дигидрокси": " dihydroxy ",
    "дигідрокси": " dihydroxy ",
    "дихидрокси": " dihydroxy ",
    "гидрокси|хидрокси": " hydroxy ",
    "гідрокси": " hydroxy ",
    "кальцитриол": " calcitriol ",
    "кальцидиол": " calcidiol ",
    "кальциферол": " calciferol ",
    "витамина?": " vitamin ",
    "вітамін": " vitamin ",
    "общий": " total ",
    "суммарный": " total ",
    "(?<=25)([-( ]{0,2})[оo][нh]": r"\1OH",
    # Greek
    "διυδροξυ": " dihydroxy ",
    "υδροξυ": " hydroxy ",
    "βιταμ[ιί]νη": " vitamin ",
    "(?<=25)([-( ]{0,2})[οo][ηh]": r"\1OH",
    # Hebrew
    "דיהידרוקסי": " dihydroxy ",
    "הידרוקסי": " hydroxy ",
    "ויטמין": " vitamin ",
    # Chinese and Japanese
    "二羟基?|二羥基?": " dihydroxy ",
    "羟基?|羥基?": " hydroxy ",
    "骨化三醇": " calcitriol ",
    "骨化二醇": " calcidiol ",
    "维生素|維生素|維他命|维他命": " vitamin ",
    "总|總": " total ",
    "ジヒドロキシ": " dihydroxy ",
    "ヒドロキシ": " hydroxy ",
    "ビタミン": " vitamin ",
    # Korean
    "디하이드록시|디히드록시": " dihydroxy ",
    "하이드록시|히드록시": " hydroxy ",
    "비타민": " vitamin ",
    # Arabic
    "ثنائي هيدروكسي": " dihydroxy ",
    "هيدروكسي": " hydroxy ",
    "فيتامين\\s*(?:د|دال)(?![\u0600-\u06ff])": " vitamin d ",
    "فيتامين": " vitamin ",
    # Persian
    "دی\\s?هیدروکسی": " dihydroxy ",
    "هیدروکسی": " hydroxy ",
    "ویتامین\\s*(?:دی?)(?![\u0600-\u06ff])": " vitamin d ",
    "ویتامین": " vitamin ",
    # Hindi and Thai
    "डा[इय]\\s?हाइड्रॉक्सी": " dihydroxy ",
    "हाइड्रॉक्सी": " hydroxy ",
    "विटामिन\\s*डी": " vitamin d ",
    "विटामिन": " vitamin ",
    "ไดไฮดรอกซี": " dihydroxy ",
    "ไฮดรอกซี": " hydroxy ",
    "วิตามิน\\s*ดี": " vitamin d ",
    "วิตามิน": " vitamin ",
}
_PATTERNS = tuple(
    (re.compile(word, re.IGNORECASE), english) for word, english in _WORDS.items()
)
_LATIN_D = re.compile("(?<=vitamin  )[дд](?=[ 23]|$)", re.IGNORECASE)


def in_latin(name: str) -> str:
    """
    Return a name with the words of other alphabets in English.

    >>> " ".join(in_latin("25-ОН витамин D").split())
    '25-OH vitamin D'
    """
    if name.isascii():
        return name
    for pattern, english in _PATTERNS:
        name = pattern.sub(english, name)
    return _LATIN_D.sub("D", name)
