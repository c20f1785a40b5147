"""Medicines are recognised by curated names and verified codes, never by likeness."""

import unicodedata
from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.domain.health import BLOOD_THINNERS, CONDITIONS, STATES, HealthTopic
from labs.domain.medicines import (
    CONDITION_CODES,
    MEDICINES,
    CodeSystem,
    ListedMedicine,
    Medicine,
    answers_from,
    folded,
    not_checked,
    recognise_condition_code,
    recognise_medicine,
    recognise_medicine_code,
)
from tests.unit.labs.domain.supplement_making import TODAY


@pytest.mark.parametrize(
    ("written", "name", "topic"),
    [
        ("Warfarin 5 MG Oral Tablet [Coumadin]", "warfarin", "vitamin_k_antagonist"),
        ("COUMADIN", "warfarin", "vitamin_k_antagonist"),
        ("Warfarin-Natrium", "warfarin", "vitamin_k_antagonist"),
        ("varfarina 2 mg", "warfarin", "vitamin_k_antagonist"),
        ("\u0648\u0627\u0631\u0641\u0627\u0631\u064a\u0646", "warfarin", None),
        ("\u0412\u0430\u0440\u0444\u0430\u0440\u0438\u043d", "warfarin", None),
        ("Таблетки Варфарина 2,5 мг", "warfarin", None),
        ("Варфарекс", "warfarin", None),
        (
            "\u0627\u0644\u0648\u0627\u0631\u0641\u0627\u0631\u064a\u0646",
            "warfarin",
            None,
        ),
        ("كومادين ٥ مغ", "warfarin", None),
        ("ワーファリン錠1mg", "warfarin", None),
        ("ワルファリンカリウム", "warfarin", None),
        ("华法林钠片", "warfarin", None),
        ("華法林", "warfarin", None),
        ("와파린정", "warfarin", None),
        ("βαρφαρίνη", "warfarin", None),
        ("קומדין", "warfarin", None),
        ("Ｗａｒｆａｒｉｎ", "warfarin", None),
        ("warfarine", "warfarin", None),
        ("Синкумар", "acenocoumarol", "vitamin_k_antagonist"),
        ("acénocoumarol", "acenocoumarol", "vitamin_k_antagonist"),
        ("ασενοκουμαρόλη", "acenocoumarol", None),
        ("Фенилин", "phenindione", "vitamin_k_antagonist"),
        ("エリキュース錠", "apixaban", "direct_oral_anticoagulant"),
        ("Ксарелто 20 мг", "rivaroxaban", "direct_oral_anticoagulant"),
        ("Marcumar\N{REGISTERED SIGN} 3 mg", "phenprocoumon", None),
        ("Falithrom", "phenprocoumon", "vitamin_k_antagonist"),
        ("Sintrom 4mg", "acenocoumarol", "vitamin_k_antagonist"),
        ("PREVISCAN", "fluindione", "vitamin_k_antagonist"),
        ("Pr\u00e9viscan 20 mg", "fluindione", "vitamin_k_antagonist"),
        ("phenindione", "phenindione", "vitamin_k_antagonist"),
        ("Eliquis 5 mg", "apixaban", "direct_oral_anticoagulant"),
        ("dabigatran etexilate", "dabigatran", "direct_oral_anticoagulant"),
        ("Lovenox", "enoxaparin", "heparin"),
        ("ASS 100 ratio", "aspirin", "antiplatelet"),
        ("acide ac\u00e9tylsalicylique", "aspirin", "antiplatelet"),
        ("clopidogrel 75 MG Oral Tablet [Plavix]", "clopidogrel", "antiplatelet"),
        ("Atenolol 100 MG / Chlorthalidone 25 MG", "chlortalidone", "thiazide"),
        ("Verapamil SR Tablet 240mg", "verapamil", "diltiazem_or_verapamil"),
        ("Thyroxine 0.112 MG Oral Tablet [Synthroid]", "levothyroxine", None),
        ("Prolia", "denosumab", "strong_bone_medicine"),
        ("cholestyramine", "colestyramine", "bile_acid_binder"),
        ("Rocaltrol", "calcitriol", "active_vitamin_d"),
        ("Mimpara", "cinacalcet", "calcimimetic"),
        # In the spelling of other languages, in Latin, and as a salt in one word.
        ("Karbamazepin", "carbamazepine", "anticonvulsant"),
        ("karbamatsepiini", "carbamazepine", "anticonvulsant"),
        ("фенобарбитал 100 мг", "phenobarbital", "anticonvulsant"),
        ("フェニトイン錠", "phenytoin", "anticonvulsant"),
        ("Metylprednisolon", "methylprednisolone", "steroid_tablets"),
        ("deksametazon", "dexamethasone", "steroid_tablets"),
        ("Prednisolonum", "prednisolone", "steroid_tablets"),
        ("Рифампицин", "rifampicin", "rifampicin"),
        ("rifampicyna", "rifampicin", "rifampicin"),
        ("Ketokonazol", "ketoconazole", "azole"),
        ("Kolestyramin", "colestyramine", "bile_acid_binder"),
        ("Hydroklortiazid", "hydrochlorothiazide", "thiazide"),
        ("Hyzaar", "hydrochlorothiazide", "thiazide"),
        ("digoksiini", "digoxin", "digoxin"),
        ("Warfarinum natricum", "warfarin", "vitamin_k_antagonist"),
        ("Warfarinnatrium", "warfarin", "vitamin_k_antagonist"),
        ("Dabigatranetexilat", "dabigatran", "direct_oral_anticoagulant"),
        ("1,25-dihydroxyvitamin D3", "calcitriol", "active_vitamin_d"),
        ("Levotyroxin", "levothyroxine", "levothyroxine"),
        ("ASA 81 MG", "aspirin", "antiplatelet"),
        ("エディロールカプセル", "eldecalcitol", "active_vitamin_d"),
    ],
)
def test_a_medicine_is_recognised_by_its_names(
    written: str, name: str, topic: str | None
) -> None:
    match = recognise_medicine(written)

    assert match is not None
    assert match.names == (name,)
    assert topic is None or match.topics == {HealthTopic(topic)}


@pytest.mark.parametrize(
    "written",
    [
        *("Cumin", "Curcumin 500 mg", "Coumarin", "Wafarin", "Wafer", "Marcain"),
        *("vitamin K", "Vitamin K2 45 mcg", "Kalium", "Kaliumchlorid", "Slow-K"),
        *("Potassium Chloride 10 MEQ", "Penicillin V Potassium", "K-Dur", "Klor-Con"),
        *("Elixir", "Plaquenil", "Metformin 500 MG", "Lisinopril", "Sinutab"),
        *(
            "クミン",
            "孜然",
            "كمون",
            "кумин",
            "Варфоломей",
            "カリウム",
            "كاليوم",
            "칼륨",
        ),
        *("ビタミンK2", "维生素K", "витамин К", "Kumarin", "Tonka coumarin scent"),
        *("الكمون", "Special K", "ワーム", "阿司"),
        *(
            "5-ASA 400 mg",
            "Curumin",
            "Dioxin",
            "Digestin",
            "Apixa",
            "Warfar in",
            "",
            "  ",
            "5 mg",
            "%s %(x)s",
        ),
    ],
)
def test_false_friends_and_unknown_names_are_not_recognised(written: str) -> None:
    assert recognise_medicine(written) is None


def test_a_combined_product_stands_for_each_of_its_medicines() -> None:
    match = recognise_medicine("Ciprofloxacin 3 MG/ML / Dexamethasone 1 MG/ML Otic")

    assert match is not None
    assert match.names == ("ciprofloxacin", "dexamethasone")
    assert match.topics == {
        HealthTopic.TETRACYCLINE_OR_QUINOLONE,
        HealthTopic.STEROID_TABLETS,
    }
    assert match.written_for(HealthTopic.STEROID_TABLETS) == ("dexamethasone",)


def test_what_is_written_back_carries_no_strength() -> None:
    match = recognise_medicine("marcumar 3 mg daily")

    assert match is not None
    assert match.written == ("Marcumar",)


def test_an_unknown_name_is_said_to_be_not_checked() -> None:
    assert str(not_checked(" Foozaban ")) == (
        "We do not know 'Foozaban' as a medicine, so it has not been checked."
    )
    assert len(str(not_checked("x" * 5000))) < 200


def test_no_name_stands_for_two_medicines() -> None:
    names = Counter(
        name for medicine in MEDICINES for name in {*map(folded, medicine.called)}
    )

    assert [name for name, times in names.items() if times > 1] == []
    assert all(names), "a curated name folds to nothing"


def test_every_topic_of_medicines_has_medicines() -> None:
    known = {medicine.topic for medicine in MEDICINES}

    assert known == set(HealthTopic) - CONDITIONS - STATES
    assert known >= BLOOD_THINNERS


@given(st.sampled_from(MEDICINES), st.data())
def test_a_curated_name_is_found_in_any_case_form_and_company(
    medicine: Medicine, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(medicine.called))
    cased = data.draw(st.sampled_from([name, name.upper()]))
    shown = data.draw(
        st.sampled_from(
            [unicodedata.normalize("NFC", cased), unicodedata.normalize("NFD", cased)]
        )
    )

    match = recognise_medicine(f"Tablets: {shown}, 5 mg")

    assert match is not None
    assert medicine in match.medicines


@given(st.text(max_size=200))
def test_any_text_is_recognised_or_not_without_an_error(text: str) -> None:
    match = recognise_medicine(text)

    assert match is None or match.names


@pytest.mark.parametrize(
    ("system", "code", "name"),
    [
        (CodeSystem.RXNORM, "11289", "warfarin"),
        (CodeSystem.SNOMED, "48603004", "warfarin"),
        (CodeSystem.SNOMED, " 698090000 ", "apixaban"),
        (CodeSystem.SNOMED, "387461009", "digoxin"),
        (CodeSystem.ATC, "B01AA03", "warfarin"),
        ("http://fhir.de/CodeSystem/bfarm/atc", "B01AA04", "phenprocoumon"),
        ("ATC", "B01AA07", "acenocoumarol"),
        ("urn:oid:2.16.840.1.113883.6.73", "B01AF01", "rivaroxaban"),
    ],
)
def test_a_code_counts_within_its_own_system(system: str, code: str, name: str) -> None:
    match = recognise_medicine_code(system, code)

    assert match is not None
    assert match.names == (name,)


@pytest.mark.parametrize(
    ("system", "code"),
    [
        (CodeSystem.SNOMED, "11289"),
        (CodeSystem.RXNORM, "6809"),
        (CodeSystem.ATC, "B01AA"),
        (CodeSystem.SNOMED, "B01AA03"),
        (CodeSystem.RXNORM, "4018"),
        ("http://loinc.org", "11289"),
        ("", "11289"),
    ],
)
def test_a_code_of_another_system_or_unverified_is_not_recognised(
    system: str, code: str
) -> None:
    assert recognise_medicine_code(system, code) is None


@pytest.mark.parametrize(
    ("system", "code", "topic"),
    [
        (CodeSystem.SNOMED, "31541009", HealthTopic.SARCOIDOSIS),
        (CodeSystem.ICD_10_CM, "E83.52", HealthTopic.HYPERCALCAEMIA),
        (CodeSystem.SNOMED, "66931009", HealthTopic.HYPERCALCAEMIA),
        (CodeSystem.ICD_10_CM, "31541009", None),
        (CodeSystem.SNOMED, "34713006", None),
        ("http://example.org", "31541009", None),
    ],
)
def test_a_condition_is_recognised_by_its_code(
    system: str, code: str, topic: HealthTopic | None
) -> None:
    assert recognise_condition_code(system, code) is topic


def test_condition_codes_stand_for_conditions_and_states() -> None:
    assert set(CONDITION_CODES.values()) <= CONDITIONS | STATES


def test_a_listed_medicine_answers_its_topics_and_unknown_ones_answer_nothing() -> None:
    listed = [
        ListedMedicine("Warfarin 5 mg", date(2020, 1, 1)),
        ListedMedicine("Digoxin", date(2020, 1, 1), ended_on=date(2026, 3, 9)),
        ListedMedicine("Foozaban", date(2020, 1, 1)),
    ]

    warfarin, digoxin = answers_from(listed, TODAY)

    assert (warfarin.topic, warfarin.asked_on, warfarin.detail) == (
        HealthTopic.VITAMIN_K_ANTAGONIST,
        TODAY,
        "warfarin",
    )
    assert (digoxin.asked_on, digoxin.ended_on) == (date(2020, 1, 1), date(2026, 3, 9))
