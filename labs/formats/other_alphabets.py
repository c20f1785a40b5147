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
# Companions, by their whole names.
_COMPANIONS = {
    "calcium": (
        "кальций|кальцій|калций|كالسيوم|كلسيوم|الكالسيوم|钙|鈣|"
        "カルシウム|칼슘|סידן|ασβέστιο"
    ),
    "total calcium": "кальций общий|общий кальций|总钙|總鈣|血清钙",
    "ionised calcium": "кальций ионизированный|ионизированный кальций|离子钙|游离钙",
    "corrected calcium": "校正钙|補正カルシウム|補正Ca",
    "magnesium": (
        "магний|магній|магнезий|مغنيسيوم|مغنيزيوم|المغنيسيوم|镁|鎂|"
        "マグネシウム|마그네슘|מגנזיום|μαγνήσιο"
    ),
    "phosphate": (
        "фосфор|фосфор неорганический|фосфат|فوسفور|فسفور|الفوسفور|磷|"
        "无机磷|血磷|無機リン|リン|인|זרחן|φωσφόρος"
    ),
    "albumin": (
        "альбумин|альбумін|албумин|ألبومين|البومين|الألبومين|白蛋白|"
        "アルブミン|알부민|אלבומין|αλβουμίνη"
    ),
    "creatinine": (
        "креатинин|креатинін|كرياتينين|كرياتنين|الكرياتينين|肌酐|"
        "クレアチニン|크레아티닌|קריאטינין|κρεατινίνη"
    ),
    "parathormone": (
        "паратгормон|паратиреоидный гормон|паратгормон интактный|"
        "هرمون الغدة الجار درقية|甲状旁腺激素|甲狀旁腺素|"
        "副甲状腺ホルモン|부갑상선호르몬|παραθορμόνη"
    ),
    "alkaline phosphatase": (
        "щелочная фосфатаза|лужна фосфатаза|алкална фосфатаза|"
        "الفوسفاتاز القلوي|碱性磷酸酶|アルカリフォスファターゼ|"
        "アルカリホスファターゼ|αλκαλική φωσφατάση"
    ),
    "inr": "мно|мнв|国际标准化比值",
}
_COMPANION_OF = {
    " ".join(word.casefold().split()): name
    for name, words in _COMPANIONS.items()
    for word in words.split("|")
}


def companion_in_latin(name: str) -> str:
    """
    Return the English name of a companion whose whole name is in another alphabet.

    >>> companion_in_latin("Кальций (Ca)"), companion_in_latin("Calcium")
    ('calcium', 'Calcium')
    """
    if name.isascii():
        return name
    words = " ".join(_SHORT_BEHIND.sub("", name).casefold().split()).strip(" .:")
    return _COMPANION_OF.get(words, name)


_SHORT_BEHIND = re.compile(r"\s*[(（][A-Za-z]{1,4}[)）]\s*$")
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
