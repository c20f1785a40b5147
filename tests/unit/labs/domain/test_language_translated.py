"""What must never be said is found in German and Arabic too."""

import pytest

from labs.domain.language import Rule, Wording, breaches_in
from labs.domain.language_ar import ARABIC
from labs.domain.language_de import GERMAN

FORBIDDEN: dict[str, dict[Rule, list[str]]] = {
    "de": {
        Rule.DOSE: [
            "Nehmen Sie täglich 2.000 I.E. ein.",
            "Wir empfehlen eine Kapsel.",
            "Verringern Sie die Menge auf 25 µg.",
            "Eine Anfangsdosis von 50.000 IE ist üblich.",
            "2000 IE genügen.",
            "Die empfohlene Tagesdosis ist 800.",
            "40 I.E. pro kg.",
            "Sie sollten zwei Tabletten nehmen.",
            "Täglich 1.000 Internationale Einheiten einnehmen.",
        ],
        Rule.ADVICE: [
            "Setzen Sie Ihr Warfarin ab.",
            "Sie können Ihr Warfarin absetzen.",
            "Beginnen Sie mit Vitamin K2.",
            "Lassen Sie dieses Produkt weg.",
            "Nimm kein Vitamin D mehr.",
            "Ändern Sie Ihre Dosis nicht von sich aus.",
            "Warten Sie 4 Stunden nach dem Essen.",
            "Wir raten zu Calcium.",
        ],
        Rule.STATUS: [
            "Sie haben einen Vitamin-D-Mangel.",
            "Der Wert ist unzureichend.",
            "Das ist ausreichend.",
            "Ein optimaler Bereich.",
            "Das ist toxisch.",
            "Das ist NORMAL.",
            "Das Ergebnis ist „normal“.",
        ],
        Rule.CAUSE_OR_BENEFIT: [
            "Ihr Präparat hat gewirkt.",
            "Der Wert stieg wegen Ihres Präparats.",
            "Vitamin D stärkt die Knochen.",
            "Gut für Ihr Herz.",
            "Ihr Wert hat sich verbessert.",
            "Eine signifikante Änderung.",
            "Ihr Ergebnis ist stabil.",
        ],
        Rule.PREDICTION: [
            "Ihr Wert wird im Juni 40 erreichen.",
            "Sie werden über dem Bereich liegen.",
            "Die Prognose für Juni.",
            "Der erwartete Wert ist 40.",
        ],
        Rule.BRAND: [
            "Hier kaufen.",
            "Das beste Produkt.",
            "Mit dem Gutschein SONNE.",
        ],
        Rule.REASSURANCE: [
            "Das ist unbedenklich.",
            "Das ist sicher.",
            "Keine Wechselwirkungen gefunden.",
            "Es gibt keinen Grund: kein Grund zur Sorge.",
            "Machen Sie sich keine Sorgen.",
            "Alles in Ordnung.",
            "Gute Nachrichten!",
        ],
    },
    "ar": {
        Rule.DOSE: [
            "خذ 2,000 وحدة دولية يوميًا.",
            "يُرجى تناول كبسولة كل يوم.",
            "الجرعة الموصى بها 800.",
            "جرعة تحميل مقدارها 50,000 وحدة.",
            "2000 وحدة دولية كافية.",
            "40 وحدة لكل كغ.",
            "للوصول إلى 40 يلزم المزيد.",
        ],
        Rule.ADVICE: [
            "أوقِف الدواء.",
            "ابدأ بتناول فيتامين ك2.",
            "ننصحك بالكالسيوم.",
            "يجب عليك إيقاف المكمّل.",
            "انتظر 4 ساعات بعد الطعام.",
        ],
        Rule.STATUS: [
            "لديك نقص فيتامين د.",
            "المستوى غير كافٍ.",
            "هذا النطاق مثالي.",
            "هذا سامّ.",
            "النتيجة طبيعية.",
        ],
        Rule.CAUSE_OR_BENEFIT: [
            "ارتفعت النتيجة بسبب المكمّل.",
            "فيتامين د يقوّي العظام.",
            "مفيد للقلب.",
            "تحسّنت نتيجتك.",
            "النتيجة مستقرة.",
        ],
        Rule.PREDICTION: ["سيصل المستوى إلى 40.", "المستوى المتوقع 40."],
        Rule.BRAND: ["اشترِ هذا من المتجر.", "أفضل منتج."],
        Rule.REASSURANCE: [
            "هذا المنتج آمن.",
            "لا توجد تداخلات.",
            "لا داعي للقلق.",
            "كل شيء على ما يرام.",
        ],
    },
}
ALLOWED = {
    "de": [
        "31,6 ng/mL am 8. November 2026. Das liegt innerhalb des Bereichs.",
        "Das Labor druckte: „normal“.",
        "Sie haben uns mitgeteilt, dass Sie Warfarin einnehmen.",
        "Sprechen Sie mit der Praxis, bevor Sie die Einnahme von Vitamin D ändern.",
        "Sie haben 9 der 28 Einnahmen protokolliert.",
        "Vitamin D3, 25 µg (1.000 Internationale Einheiten)",
        "Wählen Sie die Einheit, die neben der Zahl gedruckt ist.",
        "",
    ],
    "ar": [
        "31.6 ng/mL بتاريخ 8 نوفمبر 2026. هذا ضمن النطاق.",
        "طبع المختبر: «طبيعي».",
        "أخبرتنا بأنك تستعمل الوارفارين.",
        "تحدّث مع طبيبك قبل البدء بفيتامين د أو إيقافه أو تغييره.",
        "سجّلت 9 من أصل 28 مرة تناول.",
        "فيتامين د3، 25 mcg (1,000 وحدة دولية)",
        "",
    ],
}
WORDINGS: dict[str, Wording] = {"de": GERMAN, "ar": ARABIC}
CASES = [
    (language, rule, text)
    for language, rules in FORBIDDEN.items()
    for rule, texts in rules.items()
    for text in texts
]


@pytest.mark.parametrize(("language", "rule", "text"), CASES)
def test_a_forbidden_sentence_is_found_by_its_rule(
    language: str, rule: Rule, text: str
) -> None:
    assert rule in {each.rule for each in breaches_in(text, WORDINGS[language])}


@pytest.mark.parametrize(
    ("language", "text"),
    [(language, text) for language, texts in ALLOWED.items() for text in texts],
)
def test_an_allowed_sentence_is_left_alone(language: str, text: str) -> None:
    assert breaches_in(text, WORDINGS[language]) == ()


@pytest.mark.parametrize("language", WORDINGS)
def test_every_rule_is_held_in_every_language(language: str) -> None:
    assert set(FORBIDDEN[language]) == set(Rule) == set(WORDINGS[language].rules)


def test_a_fixed_text_is_exempt_where_it_is_given() -> None:
    text = "Ändern Sie Ihr Warfarin nicht von sich aus."

    assert breaches_in(text, GERMAN)
    assert breaches_in(text, GERMAN, exempt=["Ändern Sie Ihr Warfarin nicht"]) == ()
