"""
What the product must never say in German, as patterns (`labs/domain/language.py`).

Forms follow the polite address that the German catalogue uses, and the familiar one.
"""

from labs.domain.language import Rule, Wording, any_of, compiled
from labs.domain.medicines import MEDICINES

_AMOUNT = (
    r"\b\d[\d.,\s]*(?:i\.\s?e\.|ie|iu|internationale[nr]?\s+einheit(?:en)?"
    r"|einheit(?:en)?|mcg|\u00b5g|\u03bcg|mikrogramm|mg|milligramm|g|gramm)"
    r"(?!\w)(?!\s*/\s*(?:dl|ml|l)\b)"
)
_UNIT_OF_USE = any_of(
    r"dos(?:is|en)", r"tabletten?", r"kapseln?", "tropfen", r"portion(?:en)?"
)
_STEMS = (
    *("nehm", "nimm", "beginn", "start", "erhöh", "steiger", "verringer", "reduzier"),
    *("senk", "halbier", "verdoppl", "verdoppel", "verdreifach", "pausier", "stopp"),
    *("beend", "änder", "wechsl", "wechsel", "vermeid", "meid", "unterbrech", "setz"),
)
_POLITE = rf"\b(?:{'|'.join(_STEMS)})e?n\s+sie\b"
_FAMILIAR = r"(?:^|[.!?:]\s+)(?:" + "|".join(_STEMS) + r")e?\b"
_WISH = any_of(
    *("sie sollten", "sie müssen", "sie können", "sie dürfen", "du solltest"),
    *("du musst", "du kannst", "du darfst", "wir empfehlen", "wir raten"),
    *("wir schlagen vor", "es empfiehlt sich", "empfehlenswert ist", "am besten"),
)
_TO_DO = any_of(
    *("einnehmen", "nehmen", "einzunehmen", "zu nehmen", "absetzen", "abzusetzen"),
    *("weglassen", "wegzulassen", "beginnen", "zu beginnen", "starten", "erhöhen"),
    *("zu erhöhen", "steigern", "verringern", "reduzieren", "zu reduzieren"),
    *("senken", "halbieren", "verdoppeln", "pausieren", "stoppen", "zu stoppen"),
    *("beenden", "wechseln", "vermeiden", "auslassen", "unterbrechen", "fortsetzen"),
)
_THING = any_of(
    *(r"vitamin(?:e|s)?", "d[23]", "k[12]", r"mk-?\d", "kalzium", "calcium"),
    *("magnesium", r"nahrungsergänzung\w*", r"präparat\w*", r"produkt\w*"),
    *(r"medikament\w*", r"arzneimittel\w*", r"tablett\w*", r"kapsel\w*", r"dosis"),
    *(r"dosen", r"dosierung\w*", r"einnahmen?", r"blutverdünner\w*"),
    *(r"gerinnungshemmer\w*",),
    *(name for medicine in MEDICINES for name in medicine.called),
)
_ENDS = r"(?:e[mnrs]?)?"

GERMAN = Wording(
    rules=compiled(
        {
            Rule.DOSE: (
                rf"(?:{_POLITE}|{_FAMILIAR}|{_WISH}).{{0,60}}?(?:{_AMOUNT}|{_UNIT_OF_USE})",
                rf"(?:{_AMOUNT}|{_UNIT_OF_USE}).{{0,40}}?{_TO_DO}",
                r"\b(?:empfohlen|üblich|ideal|richtig|passend)"
                + _ENDS
                + r"\s+(?:\w+\s+)?"
                + any_of("dosis", "dosierung", "menge", "einnahme", "tagesdosis"),
                r"\b(?:anfangs|erhaltungs|start|ziel|lade|aufsättigungs)dos\w+",
                r"(?:i\.\s?e\.|\b(?:ie|iu|einheiten|mcg|\u00b5g|mikrogramm))\s*(?:/|je|pro)\s*"
                + any_of("kg", "kilogramm"),
                r"\bum\s+(?:\w+\s+)?\d[\d.,]*\s*\S*\s+zu\s+erreichen",
                rf"{_AMOUNT}.{{0,30}}"
                + any_of("genügen", "genügt", "reichen", "reicht", "sind nötig"),
            ),
            Rule.ADVICE: (
                rf"{_POLITE}(?!\s+es\s+weiter).{{0,60}}?{_THING}",
                rf"(?:{_FAMILIAR}).{{0,40}}?{_THING}",
                rf"{_POLITE}\s+(?:es|sie|ihn)\b",
                rf"{_WISH}.{{0,80}}?{_TO_DO}",
                any_of("wir empfehlen", "wir raten", "wir schlagen vor"),
                rf"\b(?:setzen|lassen)\s+sie\b.{{0,40}}{_THING}.{{0,30}}\b(?:ab|weg)\b",
                r"\bhören\s+sie\s+(?:\S+\s+){0,4}auf\b",
                r"\b\d+\s*(?:stunden?|h)\s+"
                + any_of("vor", "nach", "davor", "abstand"),
            ),
            Rule.STATUS: (
                r"\b\w*(?:vitamin[- ]?d[- ])?mangel\b(?!\s+an\s+angaben)",
                r"\bmangelhaft" + _ENDS + r"\b",
                r"\b(?:un)?zureichend" + _ENDS + r"\b",
                r"\b(?:un)?ausreichend" + _ENDS + r"\b",
                r"\b(?:in)?suffizien[tz]\w*",
                r"\b(?:sub)?optimal" + _ENDS + r"\b",
                r"\btoxi(?:sch|zität)\w*|\bvergiftung\w*|\bgiftig\w*",
                r"\b(?:ab|a)?normal" + _ENDS + r"\b|\bnormalwert\w*|\bnormbereich\w*",
                r"\b(?:un)?auffällig" + _ENDS + r"\b",
                any_of(r"gesunder (?:wert|bereich|spiegel)"),
            ),
            Rule.CAUSE_OR_BENEFIT: (
                rf"{_THING}.{{0,20}}"
                + any_of("gewirkt", "geholfen", "hilft", "helfen", "half"),
                any_of("dank", "wegen", "aufgrund", "infolge", "durch")
                + rf"\s+(?:ihre[rs]?|dein\w*|der|des|das)\s+(?:\w+\s+)?{_THING}",
                any_of("weil sie", "weil du")
                + r".{0,40}"
                + any_of("nehmen", "genommen", "eingenommen", "abgesetzt", "nimmst"),
                r"\b(?:verbesser|verschlechter)\w+",
                r"\bsignifikant\w*|\bstabil" + _ENDS + r"\b",
                any_of("stärkt", "schützt", "fördert", "unterstützt", "kräftigt")
                + r".{0,40}"
                + any_of(r"knochen", "herz", r"immun\w+", "gesundheit", r"muskel\w*"),
                any_of("gut für")
                + r".{0,15}"
                + any_of(r"knochen", "herz", r"immun\w+", "gesundheit"),
                r"\btherapietreue-?\w*wert|\bgesundheits-?(?:score|punkte)|\bsynerg\w+",
            ),
            Rule.PREDICTION: (
                any_of(
                    *(r"\w*werte?", r"\w*spiegel", r"ergebnis(?:se)?", "sie"),
                    "25-hydroxyvitamin d",
                )
                + r"\s+"
                + any_of("wird", "werden")
                + r"\s+(?:\S+\s+){0,6}"
                + any_of("steigen", "sinken", "fallen", "erreichen", "liegen", "sein"),
                r"\bprognos\w+|\bvorhersag\w+|\bhochgerechnet\w*|\bextrapol\w+",
                any_of("auf gutem weg"),
                r"\b(?:erwartet|vorhergesagt|voraussichtlich)"
                + _ENDS
                + r"\s+"
                + any_of(r"\w*werte?", r"\w*spiegel", "ergebnis", "anstieg", "abfall"),
            ),
            Rule.BRAND: (
                any_of("kaufen", "jetzt bestellen", "einkaufen", r"onlineshop\w*"),
                any_of(r"rabatt\w*", r"gutschein\w*", r"gesponser\w+", r"affiliate\w*"),
                r"\b(?:best|bevorzugt|empfohlen|bewährt|beliebt)"
                + _ENDS
                + r"\s+"
                + any_of(r"marken?", r"produkte?", r"präparate?"),
            ),
            Rule.REASSURANCE: (
                r"\b(?:unbedenklich|ungefährlich|harmlos|risikolos|risikofrei|gefahrlos)"
                + _ENDS
                + r"\b",
                any_of("ist", "sind", "gilt als") + r"\s+(?:\w+\s+)?sicher\b",
                r"\bkeine?\s+(?:bekannten?\s+)?"
                + any_of(r"wechselwirkung\w*", r"risik\w+", r"probleme?", "gefahr"),
                any_of(r"kein grund zur (?:sorge|beunruhigung)", "keine sorge"),
                any_of("machen sie sich keine sorgen", "glückwunsch", "weiter so"),
                any_of("gut gemacht", r"gute nachrichten?", "sehr schön"),
                any_of("alles", "das", "ist", "sind", "sieht")
                + r"\s+(?:ganz\s+)?"
                + any_of("gut", "in ordnung", "okay", "ok", "bestens", "prima"),
            ),
        }
    ),
    laboratory=r"\b\w*labor(?:s|e|en|atori\w+)?\b",
)
