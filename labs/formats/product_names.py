"""
Names of products with vitamin D or calcium, and of multivitamins, as labels write them.

What a name says is only that somebody should look at the line; how much is in it is
copied from the package. Vitamin K has names of its own, in labs/domain.
"""

import re

from labs.domain.medicines import CodeSystem, folded, system_of


def _any_of(words: str) -> str:
    """Return an alternative of names parted by commas, as `folded` leaves them."""
    return "|".join(
        folded(word).replace(" ", " ?") for word in words.split(",") if word.strip()
    )


# No letter of the Latin alphabet and no digit beside: "D3片" is a word in Chinese.
_START, _END = r"(?<![a-z0-9])", r"(?![a-z0-9])"

# Vitamin D ----------------------------------------------------------------------------

# "D" is the first letter of other things that are taken, too.
_NO_D = (
    r"(?! (?:mannos|ribos|aspart|alpha|panto|panthen|limonen|chiro|glu[ck]|pinitol"
    r"|serin|phenyl|sacchar|vitro))"
)
# Beside the letters: "a" and "e", which are words for it too, are among those.
_AND = r"and|und|et|y|i|og|och|en|ve|ja|es|si|plus|mit|with"
_WORD = r"(?:hydroxy)?(?:vits?|v[ei]tam[iy]i?n\w{0,5}|witamin\w{0,3})"
_LETTERS = rf"(?: (?:[abcek]\d{{0,2}}|{_AND}))*"
_D = r" ?d ?[23]?"
_CALCIUM_WITH_D = _any_of(
    "calcium, kalzium, kalcium, calcio, calciu, calci, kalsium, kalsiyum, Kalcipos, "
    "Calcigen, Calcichew, Adcal, Natecal, Mastical, Caltrate, Citracal, Os-Cal, "
    "Osteocare, Calfovit, Cacit, Orocal, Densical, Fixical, Calperos, Steovit, "
    "Actonel plus Ca, Actonel Combi, Minical, Biocalcium, Calcitab"
)
_VITAMIN_D = re.compile(
    rf"{_START}{_WORD}{_LETTERS}{_D}{_END}{_NO_D}"
    rf"|{_START}d ?[23]? ?(?:vit|v[ei]tam[iy]i?n\w{{0,8}}|witamin\w{{0,3}}){_END}"
    rf"|{_START}(?:k2 ?)?d3(?:k[12]?)?{_END}|{_START}(?:ade?ks?|a d (?:e )?k){_END}"
    r"|(?:c?h|c|k)ole[ckq]al[cszç][iyı]fer|ergo[ckq]al[csz][iyı]fer|\bcalciferol\b"
    r"|[ck]al[cz][iy]fediol"
    rf"|\b(?:{_CALCIUM_WITH_D})(?: \w+){{0,4}}? d{_END}{_NO_D}"
)
# Products whose names do not say what is in them.
_BRAND = re.compile(
    rf"{_START}(?:(?:dekristol|vigantol)\w{{0,6}}|"
    + _any_of(
        "Drisdol, Uvédose, Uvestérol, Stérogyl, ZymaD, Adrigyl, Fultium, InVita D3, "
        "Stexerol, Plenachol, Aviticol, Thorens, Desunin, Divisun, Detremin, Dibase, "
        "Annister, Hidroferol, Rayaldee, Ostelin, OsteVit, Deltius, Benferol, "
        "D-Cure, D-Cura, Devaron, Vi-De 3, D-Fluoretten, Dedrogyl, Didrogyl, "
        "Oleovit, Devikap, Vigalex, Devit-3, Infadin, Minisun, Jekovit, Devisol, "
        "Decara, Replesta, D-Max, D-Vi-Sol, Tri-Vi-Sol, Poly-Vi-Sol, Ddrops, "
        "D-drops, Liqui-D, D-Mulsion, Calcimagon, Calcigran, Calceos, Ideos, "
        "D-Vital, Fosavance, Adrovance, Vantavo, Fosamax plus, cod liver oil, "
        "Lebertran, Dorschleberöl, foie de morue, hígado de bacalao, "
        "fígado de bacalhau, fegato di merluzzo, torskeleverolie, levertraan, "
        "Möllers Tran, tran kapsler, masło z wątroby dorsza"
    )
    + rf"){_END}"
)
_OTHER_LETTERS = re.compile(
    rf"(?:{_any_of('维生素, 維生素, 维他命, 維他命, ビタミン, 비타민')})"
    r" ?(?:[ace] ?){0,3}d[23]?(?![a-z])"
    rf"|{_any_of('コレカルシフェロール, エルゴカルシフェロール, 胆钙化醇')}"
    rf"|{_any_of('骨化二醇, 钙尔奇 D')}"
    rf"|{_any_of('肝油, デノタス, คอเลแคลซิเฟอรอล')}"
    rf"|{folded('วิตามินดี')}"
    r"|\b\u0432[\u0438\u0456]\u0442\u0430\u043c[\u0438\u0456]\u043d\w*"
    r"(?: [ac\u0430\u0435\u0441]| \u0438| \u0442\u0430)* [d\u0434][23]?\b"
    r"|\b[d\u0434]3\b|(?:\u0445\u043e\u043b\u0435|\u0435\u0440\u0433\u043e)"
    r"\u043a\u0430\u043b\u044c\u0446[\u0438\u0456]\u0444\u0435\u0440\u043e\u043b"
    rf"|\b(?:{_any_of('Аквадетрим, Вигантол, Детримакс, Ультра-Д, Девит-3')})"
    rf"|{_any_of('тресковой печени, печени трески')}"
    r"|\u03b2\u03b9\u03c4\u03b1\u03bc\u03b9\u03bd\w+ d[23]?\b"
    r"|[\u0641\u06a4\u0648][\u064a\u06cc]\u062a\u0627\u0645[\u064a\u06cc]\u0646 "
    r"\u062f[23\u0662\u0663\u06f2\u06f3]?\b"
    r"|\u05d5\u05d9\u05d8\u05de\u05d9\u05df (?:d|\u05d3\u05d9?)[23]?\b"
)
# Illnesses, hormones, an ointment and homeopathic salts ("Calcium phosphoricum D 6").
_NOT_IT = re.compile(
    r"\bvitam[iy]n\w{0,2} ?[dk]\d? ?(?:deficien|insufficien|mangel|tekort|brist|eksikli"
    r"|hiany|puutos|puute)\w*"
    r"|\b(?:mangel|deficien\w*|deficit\w*|carence|carenza|insuffisance|niedobor)"
    r" (?:an |en |de |di |da |of |in )?(?:la )?[vw]itamin\w{0,2} d\d?\b"
    r"|\b1 (?:alpha )?(?:25 )?(?:di)?hydroxy ?(?:vitamin ?d\d?|ch?olecalciferol)"
    r"|\b(?:vit(?:amin)?s? )?a (?:and )?d (?:\w+ )?(?:ointment|cream)\b"
    r"|\bcalcium \w+icum d \d{1,2}\b|\bcalcium fluoratum d \d{1,2}\b"
)


def names_vitamin_d(name: str) -> bool:
    """
    Answer whether a name tells a product with vitamin D, or is known to be one.

    >>> names_vitamin_d("vitamín D kapky"), names_vitamin_d("Vitamin D deficiency")
    (True, False)
    """
    words = _NOT_IT.sub(" ", folded(name))
    return any(each.search(words) for each in (_VITAMIN_D, _BRAND, _OTHER_LETTERS))


def is_brand_with_vitamin_d(name: str) -> bool:
    """Answer whether a name is known, and does not itself say what is in it."""
    words = folded(name)
    return bool(_BRAND.search(words)) and not _VITAMIN_D.search(words)


# Codes of what is in a product: those with confidence V in facts 2.8, and of the WHO.
_PRODUCT_BY_CODE = {
    (CodeSystem.RXNORM, "2418"): "cholecalciferol",
    (CodeSystem.RXNORM, "11253"): "vitamin D",
    (CodeSystem.RXNORM, "11258"): "vitamin K",
    (CodeSystem.RXNORM, "8308"): "phytonadione",
    (CodeSystem.SNOMED, "18414002"): "cholecalciferol",
    (CodeSystem.SNOMED, "108943009"): "cholecalciferol",
    (CodeSystem.SNOMED, "23433006"): "ergocalciferol",
    (CodeSystem.SNOMED, "71516007"): "ergocalciferol",
    (CodeSystem.SNOMED, "66656000"): "phytonadione",
    (CodeSystem.SNOMED, "63136007"): "phytonadione",
    (CodeSystem.SNOMED, "126239001"): "menadiol",
    (CodeSystem.ATC, "A11CC05"): "cholecalciferol",
    (CodeSystem.ATC, "B02BA01"): "phytonadione",
}


def product_of_code(system: str, code: str) -> str:
    """Return the vitamin that a code stands for in its system; empty for others."""
    try:
        return _PRODUCT_BY_CODE.get((system_of(system), code.strip()), "")
    except ValueError:
        return ""


# Calcium ------------------------------------------------------------------------------

_CA = r"[ck]al(?:[cz]ium|sium|siyum|cio|ciu)"
_SALTS = (
    r"(?:[ck]arbona\w*|[cz]itra\w*|glu[ck]ona\w*|la[ck]ta\w*|phosphat\w*|fosfa\w*"
    r"|a[cz]etat\w*|tab\w*|brause\w*)"
)
_CALCIUM = re.compile(
    rf"\b{_CA}{_SALTS}?\b|\b(?:{_CALCIUM_WITH_D})\b|\bwapn(?:ia?|)\b|\bvap(?:nik|enat\w*)\b"
    r"|\b(?:calcidose|calcichew|calcium|sandocal|calvive|tums|steocar|calciprat)\b"
    r"|\b\u043a\u0430\u043b\u044c\u0446[\u0438\u0456]\w{0,2}\b"
    r"|\b\u03b1\u03c3\u03b2\u03b5\u03c3\u03c4\u03b9\w{0,2}\b"
    r"|\b(?:\u0627\u0644)?\u0643\u0627\u0644\u0633\u064a\u0648\u0645\b"
    r"|\b\u05e1\u05d9\u05d3\u05df\b"
    rf"|(?:^|\s|{_any_of('碳酸, 枸橼酸, 柠檬酸, 葡萄糖酸, 乳酸, 炭酸, クエン酸')}"
    rf"|{_any_of('탄산, 구연산')})"
    rf"(?:{_any_of('钙, 鈣, カルシウム, 칼슘')})"
)
# Salts of other medicines, and what acts on calcium without being it.
_OTHER_CALCIUM = re.compile(
    rf"\b\w*(?:statin\w*|vorin|folin\w*|folat\w*|acamprosat\w*|docusat\w*|profen|heparin"
    rf"|parin\w*|ascorb\w*|pantothen\w*|edetat\w*|polystyren\w*)(?: as)? {_CA}\w*"
    rf"|\b(?:as|als) {_CA} (?:salt|tri\w*)|\bcanal\w* (?:de |del |do )?{_CA}"
    rf"|\b(?:antagonist\w*|blo[ck]\w*) (?:de |del |do )?{_CA}"
    rf"|\b{_CA} ?(?:d )?(?:[ck]h?ann?al\w*|[ck]anal\w*|channel\w*|antagonist\w*"
    r"|antagonista\w*|blo[ck]\w*|entry|dobesilat\w*|panto\w*|l?evo\w*|folin\w*|alginat\w*"
    r"|acamprosat\w*|heparin\w*|ascorb\w*|poly\w*|edetat\w*|disodium|trisodium"
    r"|hydroxid\w*|oxalat\w*|score|stearat\w*|sul[fp]h?\w*|defici\w*|glucarat\w*"
    r"|undecylen\w*|saccharin\w*|sensing|resonium|phosphoricum|fluoratum|carbonicum)"
    rf"|(?:{_any_of('钙, 鈣, カルシウム, 칼슘')}) ?"
    rf"(?:{_any_of('通道, 拮抗, 离子, 채널, チャネル')})"
)


def names_calcium(name: str) -> bool:
    """
    Answer whether a name tells a product with calcium; salts of medicines do not.

    >>> names_calcium("Calciumcarbonat 500"), names_calcium("Atorvastatin calcium")
    (True, False)
    """
    return bool(_CALCIUM.search(_OTHER_CALCIUM.sub(" ", folded(name))))


# Multivitamins ------------------------------------------------------------------------

_MULTIVITAMIN = re.compile(
    r"\b(?:multi|poly|poli|mono)(?:ple)? ?(?:vit|wit)(?:s|es|a|am\w*)?\b"
    r"|\bmonivitamiin\w*|\bmulti ?vit\w*|\bmvi\b|\bcernevit\b|\binfuvite\b"
    r"|\bvitalipid\b"
    r"|\bp(?:re|ost) ?natal\w{0,2}(?= (?:\d|vit|multi|plus|tab|cap|gum|dha|form|one)"
    r"|$)|\bvitamin\w* pre ?natal\w*"
    r"|\b(?:centrum|supradyn|elevit|pregnacare|pregvit|femibion|forceval|dalivit|abidec"
    r"|ketovite|sanatogen|one a day|theragran|pharmaton|duovit|flintstones)\b"
    r"|\b(?:\u043f\u043e\u043b|\u043c\u0443\u043b\u044c\u0442)[\u0438\u0456]"
    r"\u0432[\u0438\u0456]\u0442\u0430\u043c[\u0438\u0456]\u043d\w*"
    rf"|\b(?:{_any_of('Супрадин, Элевит, Витрум, Компливит, Фемибион')})"
    r"|\b\u03c0\u03bf\u03bb\u03c5\u03b2\u03b9\u03c4\u03b1\u03bc\u03b9\u03bd\w*"
    r"|\u0641\u064a\u062a\u0627\u0645\u064a\u0646\u0627\u062a "
    r"\u0645\u062a\u0639\u062f\u062f\u0629"
    r"|\u0645\u062a\u0639\u062f\u062f (?:\u0627\u0644)?"
    r"\u0641\u064a\u062a\u0627\u0645\u064a\u0646"
    r"|\u05de\u05d5\u05dc\u05d8\u05d9 ?\u05d5\u05d9\u05d8\u05de\u05d9\u05df"
    rf"|{_any_of('复合维生素, 複合維生素, 多维, 多種維他命, 総合ビタミン')}"
    rf"|{_any_of('マルチビタミン')}"
    rf"|{_any_of('종합 비타민, 멀티 비타민, 종합비타민, 멀티비타민, วิตามินรวม')}"
)


def names_multivitamin(name: str) -> bool:
    """
    Answer whether a name tells a product of several vitamins.

    >>> names_multivitamin("Prenatal vitamins"), names_multivitamin("Vitamin B12")
    (True, False)
    """
    return bool(_MULTIVITAMIN.search(folded(name)))
