"""What the name of a product tells, in the languages and scripts of labels."""

import pytest

from labs.domain.vitamin_k_names import names_vitamin_k
from labs.formats.medicine_lines import is_listed, is_supplement
from labs.formats.product_names import (
    is_brand_with_vitamin_d,
    names_calcium,
    names_multivitamin,
    names_vitamin_d,
    product_of_code,
)


@pytest.mark.parametrize(
    "name",
    [
        *("ビタミンD3", "维生素D3滴剂", "維生素D", "비타민 D3", "Ｄ３", "D-Vitamin"),
        *("Витамин Д3", "Витамин D3", "холекальциферол", "Βιταμίνη D3"),
        *("فيتامين د3", "فيتامين د", "ویتامین د", "ויטמין D", "ויטמין די", "วิตามินดี"),
        *("碳酸钙D3片", "肝油", "Вигантол", "Витамин А и Д"),
        # Accents, inflections and spellings of the languages of lists.
        *("vitamín D kapky", "D-vitamín", "D-vitamiinia", "vitamina-D", "Witaminy D3"),
        *("Colécalciférol", "Kolekalciferol", "kolekalsiferoli", "Cholekalcyferol"),
        *("Ergokalciferol", "Colecalcıferol damla", "D-vit 10", "VitD3", "D₃"),
        # Beside other vitamins, and with calcium.
        *("Vitamins D & K", "Vitamins A and D", "Vitamine A et D", "Vitamina A+D"),
        *(
            "D3K2",
            "ADEK",
            "ADK 10",
            "A-D-E-K",
            "Vitamins A,C,D",
            "Caltrate 600+D",
            "Kalcipos-D forte",
        ),
        *("Calcium-Sandoz D Osteo", "Calcium + D 10 mcg", "Citracal + D"),
        *("Fosavance", "Fosamax Plus D", "Actonel plus Ca D", "Adrovance"),
        *("Cod liver oil 1000", "Lebertran", "Huile de foie de morue", "Levertraan"),
        *("Baby Ddrops", "Poly-Vi-Sol", "Devit-3", "Bio-D-Mulsion", "Detremin"),
        *("Vitamin D 50 mcg", "Vitamine D 50.000 IE", "25-hydroxyvitamin D"),
    ],
)
def test_vitamin_d_is_known_in_the_words_of_its_label(name: str) -> None:
    assert names_vitamin_d(name)
    assert is_supplement(name)


@pytest.mark.parametrize(
    "name",
    [
        *("ビタミンC", "维生素C", "витамин С", "فيتامين ج", "Витамин дети"),
        *("Vitamin C", "Kalium", "Витамины детям", "ビタミンDHA", "Vitamin E"),
        *("Vitamin D deficiency", "Vitamin-D-Mangel", "Carence en vitamine D"),
        *("1,25-dihydroxyvitamin D3", "Calcitriol", "Vitamin A & D ointment"),
        *("Vitamin C D-mannose", "Vitamin E D-alpha tocopherol", "Claritin-D 24 hour"),
        *("Calcium D-Glucarate", "Calcium phosphoricum D 6", "D-Dimer", "Calcium 600"),
        *("Calcium carbonate antacid", "Calcium coated", "Calcium channel blocked"),
        *("Doxercalciferol", "Benadryl D", "Vitamin deodorant"),
    ],
)
def test_other_things_are_no_vitamin_d(name: str) -> None:
    assert not names_vitamin_d(name)


@pytest.mark.parametrize(
    "name",
    [
        *("Calcium Carbonate 1250 MG Oral Tablet", "Oyster shell calcium", "Tums"),
        *("Calciumcarbonat 500", "Kalziumtabletten", "Carbonate de calcium", "wapń"),
        *("Calcium citrate", "Caltrate 600", "Calcichew", "vápník", "kalsium"),
        *(
            "кальция карбонат",
            "ασβέστιο",
            "كالسيوم 500",
            "סידן",
            "碳酸钙",
            "カルシウム",
        ),
        *("Ultra calcium + magnesium", "Calcio carbonato 1 g", "칼슘", "kalsiyum"),
    ],
)
def test_calcium_is_known_in_the_words_of_its_label(name: str) -> None:
    assert names_calcium(name)
    assert is_supplement(name)


@pytest.mark.parametrize(
    "name",
    [
        *("Atorvastatin calcium", "Rosuvastatin (as calcium)", "Leucovorin calcium"),
        *("Calcium folinate", "Nadroparin calcium", "Acamprosate calcium"),
        *("Calcium channel blocker", "Kalziumantagonist", "Calciumkanalblocker"),
        *("antagonistas del calcio", "Docusate calcium", "Calcium dobesilate"),
        *("Calcium pantothenate", "Sodium calcium edetate", "Calcium polycarbophil"),
        *("dicalcium phosphate", "Calcium deficiency", "кальцитриол", "阿托伐他汀钙"),
        *("Calcitonin", "Potassium", "アトルバスタチンカルシウム", "钙通道阻滞剂"),
    ],
)
def test_salts_and_antagonists_are_no_calcium(name: str) -> None:
    assert not names_calcium(name)


@pytest.mark.parametrize(
    "name",
    [
        *("Multi-Vitamin with minerals", "MULTIVITAMIN PO", "Multiple vitamins", "MVI"),
        *("Prenatal vitamins", "prenatal vit-iron-folic", "Centrum Silver", "Elevit"),
        *("Multiple vitamins-minerals 50+", "Multivitaminpräparat", "Polivitamínico"),
        *("multivitaminer", "Monivitamiini", "Polivitaminico", "multiwitamina"),
        *("поливитамины", "мультивітаміни", "πολυβιταμίνη", "فيتامينات متعددة"),
        *("מולטי ויטמין", "复合维生素", "マルチビタミン", "종합비타민", "Multivitamín"),
    ],
)
def test_several_vitamins_in_one_are_known(name: str) -> None:
    assert names_multivitamin(name)
    assert is_supplement(name)


@pytest.mark.parametrize(
    "name",
    ["Vitamin B complex", "Multicare", "Prenatal visit", "Vitamin B12", "Omega 3"],
)
def test_other_products_are_no_multivitamins(name: str) -> None:
    assert not names_multivitamin(name)
    assert not is_listed(name)


@pytest.mark.parametrize("name", ["AquADEKs", "Super K", "Vitamins A, D, E, K"])
def test_vitamin_k_is_known_in_further_products(name: str) -> None:
    assert names_vitamin_k(name)


@pytest.mark.parametrize(
    "name",
    [
        *("Vitamin K antagonist", "Vitamin-K-Antagonist", "Vitamin K deficiency"),
        *("antagonistas de la vitamina K", "Antivitamine K", "anti-vitamin K"),
    ],
)
def test_what_works_against_vitamin_k_does_not_hold_it(name: str) -> None:
    assert not names_vitamin_k(name)


def test_a_brand_that_says_what_is_in_it_is_named_as_well_as_can_be() -> None:
    assert is_brand_with_vitamin_d("Dekristol 20000")
    assert not is_brand_with_vitamin_d("Dekristol vitamin D3")


@pytest.mark.parametrize(
    ("system", "code", "name"),
    [
        ("http://www.nlm.nih.gov/research/umls/rxnorm", "2418", "cholecalciferol"),
        ("http://snomed.info/sct", "66656000", "phytonadione"),
        ("http://www.whocc.no/atc", "A11CC05", "cholecalciferol"),
        ("http://snomed.info/sct", "2418", ""),
        ("http://hl7.org/fhir/sid/ndc", "2418", ""),
    ],
)
def test_a_code_tells_a_vitamin_within_its_own_system(
    system: str, code: str, name: str
) -> None:
    assert product_of_code(system, code) == name
