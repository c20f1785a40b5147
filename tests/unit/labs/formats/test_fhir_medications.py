"""Vitamin D and K products out of FHIR, handed on as written."""

from datetime import date

import pytest

from labs.formats.fhir import read_fhir
from labs.formats.medicine_lines import NAMELESS, OTHERS
from labs.formats.parsed import ParsedSupplement, PatientClue
from tests.unit.labs.formats.fhir_bodies import Body, example, read

EVA = PatientClue("", "Eva Novak", date(1970, 1, 2))


def statement(**changed: object) -> Body:
    return {
        "resourceType": "MedicationStatement",
        "id": "m",
        "status": "active",
        "medicationCodeableConcept": {"text": "Vitamin D3 1000 IU"},
        "subject": {"display": "Eva Novak"},
        **changed,
    }


def test_supplements_of_several_versions_of_fhir_are_handed_on_as_written() -> None:
    parsed = read_fhir(example("medicines.json"))

    assert parsed.results == parsed.companions == ()
    assert parsed.supplements == (
        ParsedSupplement(
            "entry 3, MedicationStatement/s1",
            EVA,
            "Vitamin D3 + K2 (MK-7) drops",
            "5 drops with breakfast",
            date(2024, 10, 1),
            date(2025, 3, 31),
        ),
        ParsedSupplement(
            "entry 4, MedicationRequest/r1",
            EVA,
            "Drisdol (ergocalciferol 1.25 MG Oral Capsule)",
            "1 capsule once a week. Swallow whole",
            date(2024, 6, 3),
            None,
        ),
        ParsedSupplement(
            "entry 5, MedicationOrder/d2",
            EVA,
            "phytonadione 5 mg tablet",
            "QD",
            None,
            None,
        ),
    )
    (refused,) = parsed.refused
    assert refused.where == "entry 6, MedicationStatement/s2"


@pytest.mark.parametrize(
    "name",
    [
        "Cholecalciferol 25 mcg",
        "Ergocalciferol Capsule 50,000 iu",
        "vit. D3",
        "Vitamin K2 MK-7 100 mcg",
        "Phytomenadione 10mg/ml",
        "menaquinones",
        "Konakion MM 2 mg",
        "Phytomenadion Tropfen",
        "Menachinon-7 Kapseln",
        "ADK 5000",
    ],
)
def test_vitamin_d_and_k_products_are_known_by_name(name: str) -> None:
    (line,) = read(statement(medicationCodeableConcept={"text": name})).supplements

    assert line.name == name


@pytest.mark.parametrize(
    "name", ["Warfarin 5 mg", "Vitamin C", "Calcitriol 0.25 mcg", "Potassium"]
)
def test_other_medicines_are_no_supplements(name: str) -> None:
    parsed = read(statement(medicationCodeableConcept={"text": name}))

    assert (parsed.supplements, parsed.refused) == ((), ())


def test_medicines_that_nobody_knows_are_counted_and_not_lost() -> None:
    names = ("Vitamin C", "Potassium", "Warfarin 5 mg")
    parsed = read(
        *(statement(medicationCodeableConcept={"text": name}) for name in names)
    )

    assert [line.name for line in parsed.medicines] == ["Warfarin 5 mg"]
    assert OTHERS % {"count": 2} in parsed.warnings


@pytest.mark.parametrize(
    ("intent", "told"),
    [
        ("proposal", "1 daily; intent: proposal"),
        ("plan", "1 daily; intent: plan"),
        ("order", "1 daily"),
    ],
)
def test_that_a_medicine_was_only_proposed_stands_beside_its_directions(
    intent: str, told: str
) -> None:
    dosage = [{"text": "1 daily"}]
    body = statement(
        resourceType="MedicationRequest", intent=intent, dosageInstruction=dosage
    )
    (line,) = read(body).supplements

    assert line.directions == told


@pytest.mark.parametrize("status", ["stopped", "completed", "on-hold"])
def test_that_a_medicine_was_stopped_stands_beside_its_directions(status: str) -> None:
    (line,) = read(statement(status=status, dosage=[{"text": "1 daily"}])).supplements

    assert line.directions == f"1 daily; status: {status}"


def test_a_medicine_that_nothing_names_is_said_to_be_nameless() -> None:
    parsed = read(statement(medicationCodeableConcept={"text": ""}))

    assert [(each.why, each.is_medicine) for each in parsed.refused] == [
        (NAMELESS, True)
    ]


def test_a_medicine_that_stands_elsewhere_is_known_by_where() -> None:
    elsewhere = {"reference": "Medication/from-another-system"}
    parsed = read(
        statement(medicationCodeableConcept=None, medicationReference=elsewhere)
    )

    assert [each.name for each in parsed.medicines] == [elsewhere["reference"]]


RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
SNOMED = "http://snomed.info/sct"


@pytest.mark.parametrize(
    ("concept", "name"),
    [
        ({"coding": [{"system": RXNORM, "code": "11289"}]}, "warfarin"),
        ({"coding": [{"system": SNOMED, "code": "48603004"}]}, "warfarin"),
        (
            {"text": "Tablet A", "coding": [{"system": RXNORM, "code": "11289"}]},
            "Tablet A (warfarin)",
        ),
        (
            {"text": "Coumadin", "coding": [{"system": RXNORM, "code": "11289"}]},
            "Coumadin",
        ),
        ({"coding": [{"system": SNOMED, "code": "11289"}]}, f"11289 ({SNOMED})"),
        ({"coding": [{"system": "urn:else", "code": "11289"}]}, "11289 (urn:else)"),
        ({"coding": [{"system": RXNORM, "code": "9999999"}]}, f"9999999 ({RXNORM})"),
        ({"coding": [{"code": "B01AA03"}]}, "B01AA03"),
    ],
)
@pytest.mark.parametrize("is_contained", [False, True])
def test_a_medicine_is_known_by_its_code_alone(
    concept: Body, name: str, *, is_contained: bool
) -> None:
    drug = {"resourceType": "Medication", "id": "p", "code": concept}
    inside = {
        "medicationCodeableConcept": None,
        "medicationReference": {"reference": "#p"},
        "contained": [drug],
    }
    outside = {"medicationCodeableConcept": concept}
    parsed = read(statement(**(inside if is_contained else outside)))

    assert parsed.refused == ()
    assert [line.name for line in parsed.medicines] == [name]


def test_a_coded_medicine_that_was_not_taken_is_refused_by_name() -> None:
    coded = {"coding": [{"system": RXNORM, "code": "11289"}]}
    parsed = read(statement(status="not-taken", medicationCodeableConcept=coded))

    assert parsed.medicines == ()
    assert "warfarin is not handed on" in parsed.refused[0].why


@pytest.mark.parametrize(
    "changed",
    [
        {"status": "entered-in-error"},
        {"status": "not-taken"},
        {"status": "cancelled"},
        {"wasNotTaken": True},
        {"taken": "n"},
        {"doNotPerform": True},
    ],
)
def test_what_was_not_taken_is_refused_by_name(changed: dict[str, object]) -> None:
    parsed = read(statement(**changed))

    assert parsed.supplements == ()
    assert "Vitamin D3 1000 IU is not handed on" in parsed.refused[0].why


def test_a_medicine_of_r5_and_one_that_is_contained_are_found() -> None:
    r5 = statement(
        medicationCodeableConcept=None, medication={"concept": {"text": "Vitamin D3"}}
    )
    contained = statement(
        medicationCodeableConcept=None,
        medicationReference={"reference": "#drug"},
        contained=[
            {"resourceType": "Medication", "id": "drug", "code": {"text": "Vitamin K1"}}
        ],
    )

    names = [line.name for line in read(r5, contained).supplements]

    assert names == ["Vitamin D3", "Vitamin K1"]


def test_texts_are_cut_and_freed_of_control_characters() -> None:
    (line,) = read(statement(dosage=[{"text": "1\x00" + "x" * 400}])).supplements

    assert len(line.directions) == 300
    assert "\x00" not in line.directions


@pytest.mark.parametrize(
    ("medicine", "name"),
    [
        ({"code": {"text": "Vigantol"}}, "Vigantol"),
        (
            {
                "code": {"text": "Vigantol"},
                "ingredient": [{"itemCodeableConcept": {"text": "Colecalciferol"}}],
            },
            "Vigantol (Colecalciferol)",
        ),
        (
            {
                "code": {"text": "Bone drops"},
                "ingredient": [{"item": {"concept": {"text": "Menaquinone-7"}}}],
            },
            "Bone drops (Menaquinone-7)",
        ),
        ({"code": {"text": "Calcium 600 + D"}}, "Calcium 600 + D"),
        ({"code": {"text": "Calcium 600"}}, "Calcium 600"),
        ({"code": {"text": "Magnesium 300"}}, None),
    ],
)
def test_a_product_is_known_by_its_name_or_by_what_is_in_it(
    medicine: Body, name: str | None
) -> None:
    contained = {"resourceType": "Medication", "id": "p", **medicine}
    parsed = read(
        statement(
            medicationCodeableConcept=None,
            medicationReference={"reference": "#p"},
            contained=[contained],
        )
    )

    assert [line.name for line in parsed.supplements] == ([name] if name else [])


def test_a_text_in_the_place_of_a_medicines_concept_is_its_name() -> None:
    parsed = read(statement(medicationCodeableConcept="Vitamin D3 800 IU"))

    assert [line.name for line in parsed.supplements] == ["Vitamin D3 800 IU"]


def test_a_medicine_whose_type_stands_inside_is_known() -> None:
    """As Aidbox keeps and exports what may be of several types."""
    named = {"CodeableConcept": {"text": "Warfarin 3 mg"}}
    referred = {"Reference": {"display": "Vitamin D3 drops"}}
    body = {"medicationCodeableConcept": None, "effective": {"dateTime": "2024-02-01"}}

    parsed = read(
        statement(**body, medication=named), statement(**body, medication=referred)
    )

    assert [line.name for line in parsed.medicines] == ["Warfarin 3 mg"]
    (drops,) = parsed.supplements
    assert (drops.name, drops.starts_on) == ("Vitamin D3 drops", date(2024, 2, 1))


@pytest.mark.parametrize(
    ("ingredients", "name"),
    [
        (
            ("Calcium", "Cholecalciferol", "Menaquinone-7"),
            "Bone Plus (Calcium, Cholecalciferol, Menaquinone-7)",
        ),
        (("Vitamin D3 1000 IU", "Cholecalciferol"), "Bone Plus (Vitamin D3 1000 IU)"),
        (("Vitamin K1", "Magnesium"), "Bone Plus (Vitamin K1)"),
    ],
)
def test_each_ingredient_that_tells_something_new_is_named(
    ingredients: tuple[str, ...], name: str
) -> None:
    items = [{"itemCodeableConcept": {"text": each}} for each in ingredients]
    product = {
        "resourceType": "Medication",
        "id": "p",
        "code": {"text": "Bone Plus"},
        "ingredient": items,
    }
    line = statement(
        medicationCodeableConcept=None,
        medicationReference={"reference": "#p"},
        contained=[product],
    )

    assert [each.name for each in read(line).supplements] == [name]


def test_a_product_that_is_called_by_one_vitamin_is_named_with_the_other() -> None:
    concept = {"coding": [{"display": "Vitamin K2"}], "text": "Vitamin D3 forte"}

    (line,) = read(statement(medicationCodeableConcept=concept)).supplements

    assert line.name == "Vitamin D3 forte (Vitamin K2)"


def test_a_prescription_of_the_first_version_is_handed_on() -> None:
    prescription = {
        "resourceType": "MedicationPrescription",
        "status": "active",
        "patient": {"display": "Eva Novak"},
        "medication": {"reference": "Medication/9", "display": "Warfarin 5 mg"},
        "dateWritten": "2014-05-06",
    }

    (line,) = read(prescription).medicines

    assert (line.name, line.starts_on) == ("Warfarin 5 mg", date(2014, 5, 6))


@pytest.mark.parametrize(
    "brand",
    ["D-Cure 25000 IE", "DEVARON tabl", "Vi-De 3 Tropfen", "Dédrogyl", "D-Fluoretten"],
)
def test_brands_with_vitamin_d_of_several_countries_are_known(brand: str) -> None:
    parsed = read(statement(medicationCodeableConcept={"text": brand}))

    assert [line.name for line in parsed.supplements] == [brand]
    assert (
        read(statement(medicationCodeableConcept={"text": "Video 3"})).medicines == ()
    )


@pytest.mark.parametrize(
    ("coding", "name"),
    [
        ({"system": "http://www.whocc.no/atc", "code": "A11CC05"}, "cholecalciferol"),
        (
            {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "8308"},
            "phytonadione",
        ),
    ],
)
def test_a_vitamin_is_known_by_its_code_where_its_name_tells_nothing(
    coding: Body, name: str
) -> None:
    concept = {"text": "Tablet A", "coding": [coding]}

    parsed = read(statement(medicationCodeableConcept=concept))

    assert [line.name for line in parsed.supplements] == [f"Tablet A ({name})"]


def test_an_anticoagulant_is_known_by_its_code_of_the_who() -> None:
    coding = {"system": "http://fhir.de/CodeSystem/bfarm/atc", "code": "B01AA04"}

    parsed = read(statement(medicationCodeableConcept={"coding": [coding]}))

    assert [line.name for line in parsed.medicines] == ["phenprocoumon"]
