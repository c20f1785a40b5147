"""Vitamin K in names and labels, and the words where it meets a blood thinner."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.domain.health import HealthTopic, TopicState
from labs.domain.schedules import Pause
from labs.domain.supplements import (
    Period,
    Product,
    Substance,
    VitaminKContent,
)
from labs.domain.vitamin_k import (
    Meeting,
    Transition,
    antagonist_named,
    label_includes,
    meetings,
    vitamin_k_named,
    vitamin_k_of,
    with_antagonist,
    with_other_thinner,
)
from labs.domain.vitamin_k_names import names_vitamin_k
from tests.unit.labs.domain.supplement_making import (
    D3_WITH_K2,
    D_WITH_UNKNOWN_K,
    DAILY,
    MK7,
    PLAIN_D,
    TODAY,
    VITAMIN_D,
    answered,
    holding,
    labelled,
    profile,
    recorded,
)

BEGAN = date(2026, 3, 3)
VKA = HealthTopic.VITAMIN_K_ANTAGONIST


def taking(topic: HealthTopic, detail: str) -> TopicState:
    return profile(answered(topic, detail=detail)).state(topic, TODAY)


WARFARIN = taking(VKA, "warfarin")
APIXABAN = taking(HealthTopic.DIRECT_ORAL_ANTICOAGULANT, "Eliquis 5 mg twice daily")


@pytest.mark.parametrize(
    "name",
    [
        *("Sun D3+K2", "Sun D3/K2 drops", "D3K2", "K2D3", "Vitamin K", "Vit. K 100"),
        *(
            "MK-7 forte",
            "MK7",
            "MK 4",
            "Vitamina K2",
            "vitamine K1",
            "Vitamin-K-Tropfen",
        ),
        *("Vitamins D & K", "Vitamin D3 + K", "Vitamin D3 1000 IU + K", "D3 plus K"),
        *("Vitamin A, D, E und K", "ADEK", "DEKAs Plus", "Menaquinone-7"),
        *("Menachinon", "Menatetrenon", "Phylloquinone", "Phytomenadione"),
        *("phytonadione", "Fitomenadiona", "Menadiol", "Konakion MM", "Kanavit"),
        *("\u0641\u064a\u062a\u0627\u0645\u064a\u0646 \u0643", "VITAMINE D3 ET K2"),
        *("VitaminK2", "VitK2", "VitD3K2", "VitaminD3K2", "VitaminK 100"),
        *("ADK 5000", "Vitamin ADK", "ADK2", "D3K2MK7", "K2MK7", "K2VITAL"),
        *("VitaMK7", "MenaQ7", "MenaQ-7", "Ka-Vit Tropfen"),
        # Arabic and Persian, with digits of their own
        *("فيتامين ك2", "فيتامين ك٢", "فيتامين د٣ و ك", "فيتامين د3 وك2"),
        *("فيتامينات د و ك", "ویتامین ک۲"),
        # Cyrillic
        *("Витамин К2", "Витамин Д3К2", "D3 + К2", "Витамин К"),
        *("Витамины Д и К", "МК-7"),
        *("Настойка витамина К", "Витамин Д3 + К2"),
        *("Менахинон-7", "Викасол", "вітамін К", "Фитоменадион"),
        # Greek, Hebrew, Arabic spelled otherwise
        *("Βιταμίνη Κ", "Βιταμίνη D3 + Κ2", "Βιταμίνη D και Κ"),
        *("Βιταμίνη Κ2", "μενακινόνη-7", "ויטמין K", "ויטמין ק"),
        *("\u06a4\u064a\u062a\u0627\u0645\u064a\u0646 \u0643", "فيتامين كي ٢"),
        # Japanese, Chinese, Korean, Thai; full-width letters
        *(
            "ビタミンK2",
            "ビタミンＫ",
            "ビタミンD3+K2",
            "メナテトレノン",
            "メナキノン-7",
        ),
        *(
            "グラケーカプセル15mg",
            "ケイツーN静注",
            "维生素K2软胶囊",
            "維生素K",
            "维他命D3K2",
        ),
        *("甲萘醌-7", "植物甲萘醌", "비타민K", "비타민 D3 K2", "วิตามินเค", "วิตามิน K2"),
        *("Ｋ２", "ＶｉｔａｍｉｎＫ２", "Vitamin K\u2082", "विटामिन K2"),
        # Latin letters elsewhere
        *("K-Vitamin", "K2-Vitamin", "K vitamini", "K-vitamiini", "witamina K"),
        *("Vitamine D en K", "Vitamina D com K", "Vitaminas D y K", "Vitamin D ve K"),
        *("Vitamin D och K", "vitamín K2", "Vitamine D et K", "Vitamina D e K"),
        *("ménaquinone-7", "menakinon", "fyllokinon", "Filoquinona", "MenaquinGold"),
        *("Mephyton 5 mg", "fitomenadione", "fytomenadion", "A-D-K", "K-2 100 mcg"),
    ],
)
def test_a_name_gives_vitamin_k_away(name: str) -> None:
    assert names_vitamin_k(name)


@pytest.mark.parametrize(
    "name",
    [
        *("Kalium", "Slow-K 600 mg", "Potassium K 99 mg", "K-Dur", "Kaliumcitrat"),
        *("Vitamin D3", "Vitamin D3 2000 IU", "Vitamin B12", "Vitamin C + Kalium"),
        *("Kalzium mit Vitamin D", "Kombi D3", "Vitamin D Kinder", "Special K cereal"),
        *("K", "Sun drops", "", "Vitakids", "MK677", "Vitamin D3 5K"),
        *("Adkins bar", "ADKL", "DK Drops", "CK2", "Week2", "MK 677"),
        *("MenaQ10", "Kavitin", "VitaKids2", "K12", "Vitkalium"),
        # Arabic: the letter alone, potassium, capsules, D3, no K there is
        *("ك", "بوتاسيوم ك", "فيتامين د كبسولة", "فيتامين د٣", "فيتامين ك12"),
        # Cyrillic: potassium, drops, and the word for "to"
        *("Калий К", "Витамин Д капли", "Витамин Д к завтраку"),
        *("Витамин Д к 2 часам", "Витамины к столу", "75 мк 60"),
        *("добавка витамина к рациону", "Хлорид калия"),
        # Potassium, calcium, kale and other vitamins elsewhere
        *(
            "カリウム",
            "カルシウム",
            "ケール",
            "ビタミンD",
            "ビタミンC",
            "氯化钾",
            "钾",
            "칼륨",
        ),
        *("維生素D3", "维生素C", "كاليوم", "كلوريد البوتاسيوم", "Κάλιο", "אשלגן"),
        *("Βιταμίνη D", "วิตามินเคลือบ", "วิตามินซี", "Special K", "K-Y", "Klor-Con M20"),
        *("Vitamin D 50K", "K9 vitamins", "Kelp", "Coumarin", "Cumin", "Ketamine"),
    ],
)
def test_potassium_and_other_words_with_k_are_no_vitamin_k(name: str) -> None:
    assert not names_vitamin_k(name)


def named(name: str, vitamin_k: VitaminKContent) -> Product:
    return labelled(VITAMIN_D, name=name, vitamin_k=vitamin_k)


@pytest.mark.parametrize(
    ("product", "expected"),
    [
        (D3_WITH_K2, VitaminKContent.LISTED),
        (replace(D3_WITH_K2, vitamin_k=VitaminKContent.NONE), VitaminKContent.LISTED),
        (labelled(holding(Substance.K1)), VitaminKContent.LISTED),
        (named("Sun D3+K2", VitaminKContent.NONE), VitaminKContent.LISTED),
        (named("Sun", VitaminKContent.LISTED), VitaminKContent.LISTED),
        (named("Sun", VitaminKContent.UNKNOWN), VitaminKContent.UNKNOWN),
        (named("Multivitamin", VitaminKContent.UNKNOWN), VitaminKContent.UNKNOWN),
        (named("Multivitamin", VitaminKContent.NONE), VitaminKContent.NONE),
        (PLAIN_D, VitaminKContent.NONE),
        (
            labelled(replace(holding(Substance.OTHER), form="as menaquinone-7")),
            VitaminKContent.LISTED,
        ),
    ],
)
def test_any_sign_of_vitamin_k_wins_and_unknown_is_not_none(
    product: Product, expected: VitaminKContent
) -> None:
    assert vitamin_k_of(product) is expected


def said(
    transition: Transition, product: Product = D3_WITH_K2, state: TopicState = WARFARIN
) -> list[str]:
    meeting = Meeting(product, transition, BEGAN)
    return [str(sentence) for sentence in with_antagonist(meeting, state, TODAY)]


LISTS = (
    "This product lists vitamin K2, and you told us that you take warfarin. Vitamin K "
    "can make warfarin work less strongly. Talk to the clinic that checks your INR "
    "before starting, stopping or changing it."
)
TELL_TODAY = (
    "You recorded this product from 3 March 2026. Tell the clinic that checks your INR "
    "today, or as soon as it opens. Do not wait for your next visit, and do not change "
    "your warfarin on your own."
)
HAS_CHANGED = (
    "The vitamin K in your products has changed. A change in vitamin K can change your "
    "INR. Tell the clinic that checks your INR today, or as soon as it opens."
)
HAS_ENDED = (
    "You recorded that this product with vitamin K has ended. Warfarin may then work "
    "more strongly. Tell the clinic that checks your INR today, or as soon as it opens."
)
URGENT = (
    "Get urgent help for bleeding that does not stop, black stools, a head injury, a "
    "sudden severe headache, chest pain, trouble breathing, or face, arm or speech "
    "problems."
)
UNKNOWN = (
    "We do not know whether this product contains vitamin K. Look on the label for "
    "vitamin K, K1, K2, MK-4, MK-7, phytomenadione or menaquinone. Until then it has "
    "not been checked against your blood thinner."
)


@pytest.mark.parametrize(
    ("transition", "words"),
    [
        (Transition.ADDED, [LISTS, URGENT]),
        (Transition.TAKING, [LISTS, TELL_TODAY, URGENT]),
        (Transition.MEDICINE_STARTED, [LISTS, TELL_TODAY, URGENT]),
        (Transition.CHANGED, [HAS_CHANGED, URGENT]),
        (Transition.PAUSED, [HAS_CHANGED, URGENT]),
        (Transition.RESUMED, [HAS_CHANGED, URGENT]),
        (Transition.ENDED, [HAS_ENDED, URGENT]),
    ],
)
def test_each_transition_has_its_words(
    transition: Transition, words: list[str]
) -> None:
    assert said(transition) == words


def test_the_end_of_the_medicine_has_its_words() -> None:
    ended = replace(WARFARIN, ended_on=TODAY)

    first, last = said(Transition.TAKING, state=ended)

    assert first == (
        "This product lists vitamin K. Vitamin K can change how warfarin-type blood "
        "thinners work. Talk to the clinician who manages your blood thinner before "
        "starting, stopping or changing any product with vitamin K."
    )
    assert last == URGENT


@pytest.mark.parametrize("transition", Transition)
def test_unknown_vitamin_k_says_that_it_has_not_been_checked(
    transition: Transition,
) -> None:
    assert said(transition, D_WITH_UNKNOWN_K) == [UNKNOWN]


@pytest.mark.parametrize(("days_ago", "is_said"), [(0, True), (28, True), (29, False)])
def test_an_ended_medicine_speaks_for_28_days(days_ago: int, *, is_said: bool) -> None:
    ended_on = TODAY - timedelta(days=days_ago)
    antagonist = replace(WARFARIN, ended_on=ended_on)
    other = replace(APIXABAN, ended_on=ended_on)
    meeting = Meeting(D3_WITH_K2, Transition.TAKING, BEGAN)

    assert bool(with_antagonist(meeting, antagonist, TODAY)) is is_said
    assert bool(with_other_thinner(meeting, other, TODAY)) is is_said


@pytest.mark.parametrize(
    ("detail", "name", "first"),
    [
        ("warfarin", "warfarin", "Warfarin"),
        ("Marcumar 3 mg, half a tablet", "Marcumar", "Marcumar"),
        ("acenocoumarol", "acenocoumarol", "Acenocoumarol"),
        ("", "warfarin-type medicine", "Warfarin-type medicine"),
        ("take 5 mg daily", "warfarin-type medicine", "Warfarin-type medicine"),
        ("Eliquis", "warfarin-type medicine", "Warfarin-type medicine"),
    ],
)
def test_the_medicine_is_named_by_a_curated_name_only(
    detail: str, name: str, first: str
) -> None:
    within, at_start = antagonist_named(detail)

    assert (str(within), str(at_start)) == (name, first)


def test_another_blood_thinner_has_its_words() -> None:
    meeting = Meeting(D3_WITH_K2, Transition.ADDED, BEGAN)
    unknown = Meeting(D_WITH_UNKNOWN_K, Transition.ADDED, BEGAN)
    ended = replace(APIXABAN, ended_on=TODAY)

    (taken,) = with_other_thinner(meeting, APIXABAN, TODAY)
    (over,) = with_other_thinner(meeting, ended, TODAY)
    (not_known,) = with_other_thinner(unknown, APIXABAN, TODAY)

    assert str(taken) == (
        "You told us that you take Eliquis. Check with the clinician who prescribes it "
        "before starting, stopping or changing products with vitamin K."
    )
    assert str(over) == (
        "You recorded that Eliquis has ended. Check with the clinician who prescribed "
        "it before starting, stopping or changing products with vitamin K."
    )
    assert str(not_known) == UNKNOWN


@pytest.mark.parametrize(
    ("topic", "detail", "name"),
    [
        (HealthTopic.ANTIPLATELET, "aspirin and Plavix", "aspirin, Plavix"),
        (HealthTopic.HEPARIN, "", "heparin or a similar injection"),
        (HealthTopic.HEPARIN, "Foozaban 3", "heparin or a similar injection"),
    ],
)
def test_other_blood_thinners_are_named_by_curated_names_or_their_kind(
    topic: HealthTopic, detail: str, name: str
) -> None:
    meeting = Meeting(D3_WITH_K2, Transition.TAKING, BEGAN)

    (sentence,) = with_other_thinner(meeting, taking(topic, detail), TODAY)

    assert str(sentence).startswith(f"You told us that you take {name}. ")


@pytest.mark.parametrize(
    ("product", "name"),
    [
        (labelled(MK7), "vitamin K2"),
        (labelled(holding(Substance.MK4)), "vitamin K2"),
        (labelled(holding(Substance.K_UNSPECIFIED)), "vitamin K2"),
        (labelled(holding(Substance.K1)), "vitamin K1"),
        (labelled(holding(Substance.K1), MK7), "vitamin K1 and vitamin K2"),
        (named("Sun D3+K2", VitaminKContent.UNKNOWN), "vitamin K"),
    ],
)
def test_vitamin_k_is_named_as_far_as_the_label_tells(
    product: Product, name: str
) -> None:
    assert str(vitamin_k_named(product)) == name


@pytest.mark.parametrize(
    ("product", "words"),
    [
        (D3_WITH_K2, "The label of this product includes vitamin K (10 mcg)."),
        (
            labelled(holding(Substance.K1, "70 mcg"), holding(Substance.MK7, "0.1 mg")),
            "The label of this product includes vitamin K (70 mcg, 0.1 mg).",
        ),
        (
            labelled(holding(Substance.K1)),
            "The label of this product includes vitamin K.",
        ),
        (
            named("Sun", VitaminKContent.LISTED),
            "The label of this product includes vitamin K.",
        ),
        (
            named("Sun D3+K2", VitaminKContent.NONE),
            "The name of this product points to vitamin K. Check the label.",
        ),
        (
            D_WITH_UNKNOWN_K,
            "We do not know whether this product contains vitamin K. Check the label.",
        ),
    ],
)
def test_a_product_says_plainly_what_is_known_of_vitamin_k(
    product: Product, words: str
) -> None:
    assert str(label_includes(product)) == words


def transitions(*periods: Period, on: date = TODAY) -> list[Transition]:
    return [meeting.transition for meeting in meetings(periods, on)]


def paused(*pauses: Pause) -> Period:
    return Period(D3_WITH_K2, Decimal(1), DAILY, BEGAN, pauses=pauses)


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        (recorded(D3_WITH_K2), [Transition.TAKING]),
        (recorded(D3_WITH_K2, starts_on=date(2026, 4, 1)), [Transition.ADDED]),
        (recorded(D3_WITH_K2, ends_on=TODAY), [Transition.TAKING]),
        (recorded(D3_WITH_K2, ends_on=date(2026, 3, 30)), [Transition.ENDED]),
        (recorded(D3_WITH_K2, ends_on=date(2026, 3, 3)), [Transition.ENDED]),
        (recorded(D3_WITH_K2, ends_on=date(2026, 3, 2)), []),
        (recorded(D_WITH_UNKNOWN_K), [Transition.TAKING]),
        (recorded(PLAIN_D), []),
        (paused(Pause(date(2026, 3, 20))), [Transition.PAUSED]),
        (paused(Pause(date(2026, 3, 20), TODAY)), [Transition.PAUSED]),
        (paused(Pause(date(2026, 3, 20), date(2026, 3, 30))), [Transition.RESUMED]),
        (paused(Pause(date(2026, 3, 1), date(2026, 3, 3))), [Transition.RESUMED]),
        (paused(Pause(date(2026, 3, 1), date(2026, 3, 2))), [Transition.TAKING]),
        (paused(Pause(date(2026, 4, 9), date(2026, 4, 10))), [Transition.TAKING]),
    ],
)
def test_the_record_tells_what_happened_to_a_product(
    period: Period, expected: list[Transition]
) -> None:
    assert transitions(period) == expected


ENDED = recorded(D3_WITH_K2, ends_on=date(2026, 3, 20))


@pytest.mark.parametrize(
    ("other", "of_ended"),
    [
        (recorded(D3_WITH_K2, starts_on=date(2026, 3, 21)), Transition.CHANGED),
        (recorded(D3_WITH_K2, starts_on=date(2026, 3, 1)), Transition.CHANGED),
        (recorded(D3_WITH_K2, starts_on=date(2026, 2, 20)), Transition.ENDED),
        (recorded(D3_WITH_K2, starts_on=date(2026, 4, 2)), Transition.ENDED),
        (recorded(PLAIN_D, starts_on=date(2026, 3, 21)), Transition.ENDED),
        (
            Period(
                D3_WITH_K2,
                Decimal(1),
                DAILY,
                date(2026, 3, 21),
                pauses=(Pause(date(2026, 3, 25)),),
            ),
            Transition.ENDED,
        ),
    ],
)
def test_a_product_that_was_replaced_has_changed_rather_than_ended(
    other: Period, of_ended: Transition
) -> None:
    assert transitions(ENDED, other)[0] is of_ended


@given(
    st.decimals("0.000001", "100000", places=6),
    st.sampled_from([Substance.K1, Substance.MK4, Substance.MK7]),
    st.sampled_from(Transition),
)
def test_no_amount_of_vitamin_k_is_too_small_to_be_told(
    amount: Decimal, substance: Substance, transition: Transition
) -> None:
    product = labelled(replace(MK7, amount=amount, substance=substance))

    assert URGENT in said(transition, product)


@pytest.mark.parametrize("transition", list(Transition))
@pytest.mark.parametrize("on_label", [VitaminKContent.NONE, VitaminKContent.UNKNOWN])
def test_a_name_alone_warns_and_is_not_said_to_be_a_label(
    transition: Transition, on_label: VitaminKContent
) -> None:
    words = " ".join(said(transition, named("Bone D3 K2", on_label)))

    assert "name" in words
    assert "points to vitamin K" in words
    assert "lists vitamin K" not in words
    assert "this product with vitamin K" not in words
    assert "Talk to" in words or "Tell the clinic" in words
