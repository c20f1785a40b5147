import pytest

from labs.domain import sentences
from labs.domain.measurands import (
    ALLOWED_UNITS,
    COMPANIONS,
    DIHYDROXY_CODES,
    HYDROXYVITAMIN_D,
    LOINC_MEASURANDS,
    PARENT_CODES,
    WRITTEN_CODES,
    Measurand,
    Recognition,
    allowed_units,
    code_and_unit_disagree,
    code_unit_question,
    in_words,
    loinc_for,
    recognise,
    recognise_code,
    recognise_name,
)
from labs.domain.units import Unit

TOTAL, D3, D2 = Measurand.TOTAL, Measurand.D3, Measurand.D2
UNSPECIFIED = Measurand.UNSPECIFIED

RACE = "urn:oid:2.16.840.1.113883.6.238"


# Codes


@pytest.mark.parametrize(
    ("code", "measurand", "units"),
    [
        ("62292-8", TOTAL, {Unit.NG_PER_ML, Unit.UG_PER_L}),
        ("68438-1", TOTAL, {Unit.NMOL_PER_L}),
        ("83070-3", TOTAL, {Unit.NG_PER_ML, Unit.UG_PER_L}),
        ("83071-1", TOTAL, {Unit.NMOL_PER_L}),
        ("1989-3", D3, {Unit.NG_PER_ML, Unit.UG_PER_L}),
        ("14635-7", D3, {Unit.NMOL_PER_L}),
        ("49054-0", D2, {Unit.NG_PER_ML, Unit.UG_PER_L}),
        ("46269-7", D2, {Unit.NMOL_PER_L}),
        ("35365-6", UNSPECIFIED, {Unit.NG_PER_ML, Unit.UG_PER_L}),
    ],
)
def test_a_code_of_25_hydroxyvitamin_d_tells_form_and_kind_of_unit(
    code: str, measurand: Measurand, units: set[Unit]
) -> None:
    assert recognise(loinc=code).measurand is measurand
    agreeing = {unit for unit in Unit if not code_and_unit_disagree(code, unit)}
    assert agreeing == units


@pytest.mark.parametrize(
    "system",
    [
        "loinc",
        "LN",
        "http://loinc.org",
        "2.16.840.1.113883.6.1",
        "urn:oid:2.16.840.1.113883.6.1",
    ],
)
def test_a_code_counts_in_every_spelling_of_its_system(system: str) -> None:
    assert recognise(loinc=" 62292-8 ", system=system) == Recognition(TOTAL, "code")


@pytest.mark.parametrize("system", ["", RACE, "L", "http://snomed.info/sct"])
def test_a_code_of_another_system_means_nothing(system: str) -> None:
    assert recognise(loinc="62292-8", system=system) == Recognition(None, "none")


@pytest.mark.parametrize("code", ["54439-6", "87552-6", "0000-0", "", "62292"])
def test_a_code_that_was_never_confirmed_is_not_recognised(code: str) -> None:
    assert recognise(loinc=code) == Recognition(None, "none")
    assert not code_and_unit_disagree(code, Unit.NG_PER_ML)


@pytest.mark.parametrize("code", ["49054-0", "46269-7", "35365-6"])
def test_a_code_that_laboratories_use_in_several_ways_is_held(code: str) -> None:
    assert recognise(loinc=code).hold
    assert not recognise(loinc=code).refused


@pytest.mark.parametrize(
    ("code", "name", "measurand"),
    [
        ("35365-6", "Vitamin D, 25-Hydroxy", TOTAL),
        ("35365-6", "25-OH Vitamin D3", D3),
        ("49054-0", "25-OH Vitamin D2", D2),
        ("46269-7", "25-hydroxyergocalciferol", D2),
        ("49054-0", "25-OH Vitamin D, total", TOTAL),
    ],
)
def test_a_held_code_is_settled_by_a_clear_name(
    code: str, name: str, measurand: Measurand
) -> None:
    assert recognise(loinc=code, name=name) == Recognition(measurand, "name")


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("49054-0", "25-hydroxycalciferol"),
        ("49054-0", "25-OH Vitamin D"),
        ("49054-0", "Vitamin D"),
        ("35365-6", "Vitamin D"),
        ("35365-6", ""),
    ],
)
def test_a_held_code_stays_held_under_an_unclear_name(code: str, name: str) -> None:
    recognition = recognise(loinc=code, name=name)

    assert recognition.basis == "code"
    assert recognition.hold


def test_a_code_whose_name_tells_of_another_test_is_held() -> None:
    recognition = recognise(loinc="62292-8", name="1,25-dihydroxyvitamin D")

    assert recognition.measurand is TOTAL
    assert recognition.hold == sentences.HELD_CODE_AND_NAME_DISAGREE


@pytest.mark.parametrize("code", ["62292-8", "68438-1", "83070-3", "1989-3"])
def test_a_code_of_the_total_or_of_d3_beside_the_name_of_d2_is_held(code: str) -> None:
    recognition = recognise(loinc=code, name="25-OH Vitamin D2")

    assert recognition.hold == sentences.HELD_CODE_AND_NAME_DISAGREE


@pytest.mark.parametrize("name", ["25-OH Vitamin D3", "25-OH Vitamin D2 + D3"])
def test_a_total_that_is_named_d3_or_both_is_not_held(name: str) -> None:
    assert recognise(loinc="62292-8", name=name) == Recognition(TOTAL, "code")


def test_a_companion_code_that_is_named_25_hydroxyvitamin_d_is_held() -> None:
    recognition = recognise(loinc="2000-8", name="25-OH Vitamin D")

    assert recognition.measurand is Measurand.CALCIUM
    assert recognition.hold == sentences.HELD_CODE_AND_NAME_DISAGREE


def test_a_companion_code_with_a_bare_vitamin_d_name_stays_the_companion() -> None:
    recognition = recognise(loinc="2000-8", name="Vitamin D")

    assert recognition == Recognition(Measurand.CALCIUM, "code")


@pytest.mark.parametrize("name", ["25-OH Vitamin D3", "Vitamin D", "Calcium", ""])
def test_a_clear_code_comes_before_the_name(name: str) -> None:
    assert recognise(loinc="62292-8", name=name) == Recognition(TOTAL, "code")


@pytest.mark.parametrize(
    ("code", "measurand", "unit"),
    [
        ("17861-6", Measurand.CALCIUM, Unit.MG_PER_DL),
        ("2000-8", Measurand.CALCIUM, Unit.MMOL_PER_L),
        ("46099-8", Measurand.ADJUSTED_CALCIUM, Unit.MG_PER_DL),
        ("29265-6", Measurand.ADJUSTED_CALCIUM, Unit.MMOL_PER_L),
        ("1995-0", Measurand.IONISED_CALCIUM, Unit.MMOL_PER_L),
        ("1994-3", Measurand.IONISED_CALCIUM, Unit.MMOL_PER_L),
        ("1751-7", Measurand.ALBUMIN, Unit.G_PER_DL),
        ("61151-7", Measurand.ALBUMIN, Unit.G_PER_DL),
        ("61152-5", Measurand.ALBUMIN, Unit.G_PER_DL),
        ("54347-0", Measurand.ALBUMIN, Unit.UMOL_PER_L),
        ("2731-8", Measurand.PTH, Unit.PG_PER_ML),
        ("14866-8", Measurand.PTH, Unit.PMOL_PER_L),
        ("2777-1", Measurand.PHOSPHATE, Unit.MG_PER_DL),
        ("14879-1", Measurand.PHOSPHATE, Unit.MMOL_PER_L),
        ("2160-0", Measurand.CREATININE, Unit.MG_PER_DL),
        ("14682-9", Measurand.CREATININE, Unit.UMOL_PER_L),
        ("98979-8", Measurand.EGFR, Unit.ML_PER_MIN_PER_1_73_M2),
        ("62238-1", Measurand.EGFR, Unit.ML_PER_MIN_PER_1_73_M2),
        ("19123-9", Measurand.MAGNESIUM, Unit.MG_PER_DL),
        ("2601-3", Measurand.MAGNESIUM, Unit.MMOL_PER_L),
        ("6768-6", Measurand.ALP, Unit.U_PER_L),
        ("6301-6", Measurand.INR, Unit.INR),
        ("34714-6", Measurand.INR, Unit.INR),
    ],
)
def test_a_companion_code_tells_its_analyte_and_unit(
    code: str, measurand: Measurand, unit: Unit
) -> None:
    assert recognise(loinc=code) == Recognition(measurand, "code")
    assert not code_and_unit_disagree(code, unit)


def test_the_molar_code_of_adjusted_calcium_disagrees_with_mg_per_dl() -> None:
    assert code_and_unit_disagree("29265-6", Unit.MG_PER_DL)


def test_a_disagreement_is_said_with_code_and_unit() -> None:
    question = code_unit_question("14635-7", Unit.NG_PER_ML)

    assert str(question) == (
        "The code 14635-7 and the unit ng/mL disagree. This result needs review."
    )
    assert code_unit_question("14635-7", Unit.NMOL_PER_L) is None


@pytest.mark.parametrize("code", sorted(DIHYDROXY_CODES))
def test_a_dihydroxy_code_agrees_with_its_own_units_only(code: str) -> None:
    agreeing = {unit for unit in Unit if not code_and_unit_disagree(code, unit)}

    assert agreeing == {Unit.PG_PER_ML, Unit.NG_PER_L, Unit.PMOL_PER_L}


def test_no_code_has_two_meanings() -> None:
    assert not DIHYDROXY_CODES & set(LOINC_MEASURANDS)
    assert not PARENT_CODES & set(LOINC_MEASURANDS)
    assert not PARENT_CODES & DIHYDROXY_CODES


@pytest.mark.parametrize(("measurand", "unit"), WRITTEN_CODES)
def test_a_code_that_is_written_is_read_back_as_the_same(
    measurand: Measurand, unit: Unit
) -> None:
    code = loinc_for(measurand, unit)

    assert code is not None
    assert recognise_code(code) == Recognition(measurand, "code")
    assert not code_and_unit_disagree(code, unit)


@pytest.mark.parametrize(
    ("measurand", "unit"),
    [(D2, Unit.NG_PER_ML), (UNSPECIFIED, Unit.NG_PER_ML), (TOTAL, Unit.PG_PER_ML)],
)
def test_no_code_is_written_where_none_is_certain(
    measurand: Measurand, unit: Unit
) -> None:
    assert loinc_for(measurand, unit) is None


# Units and names of measurands


@pytest.mark.parametrize("measurand", Measurand)
def test_every_measurand_has_units_and_words(measurand: Measurand) -> None:
    assert allowed_units(measurand)
    assert str(in_words(measurand))


@pytest.mark.parametrize("measurand", sorted(HYDROXYVITAMIN_D))
def test_25_hydroxyvitamin_d_is_reported_in_three_units(measurand: Measurand) -> None:
    assert set(allowed_units(measurand)) == {
        Unit.NG_PER_ML,
        Unit.UG_PER_L,
        Unit.NMOL_PER_L,
    }


def test_a_measurand_is_25_hydroxyvitamin_d_a_companion_or_another_series() -> None:
    others = {Measurand.DIHYDROXY, Measurand.URINE_CALCIUM}

    assert HYDROXYVITAMIN_D | COMPANIONS | others == set(Measurand)
    assert set(ALLOWED_UNITS) == set(Measurand)
    assert not HYDROXYVITAMIN_D & COMPANIONS


# Names


@pytest.mark.parametrize(
    ("name", "measurand"),
    [
        ("25-OH-Vitamin D", TOTAL),
        ("25-Hydroxy-Vitamin D", TOTAL),
        ("Vitamin D, 25-Hydroxy", TOTAL),
        ("VITAMIN D, 25-HYDROXY, SERUM(LABCORP)", TOTAL),
        ("25-Hydroxyvitamin D", TOTAL),
        ("Vitamin D 25-OH total", TOTAL),
        ("25-hydroxycalciferol", TOTAL),
        ("25(OH)D", TOTAL),
        ("25OHD", TOTAL),
        ("VITD25OH", TOTAL),
        ("D25OH", TOTAL),
        ("OHD25", TOTAL),
        ("25OHDT", TOTAL),
        ("25VD", TOTAL),
        ("VD25T", TOTAL),
        ("Vit. D (25-OH)", TOTAL),
        ("25-OH-Vitamin D (Calcidiol)", TOTAL),
        ("25-OH Vitamin D (competitive protein binding assay)", TOTAL),
        ("25-OH-Vitamin D 125 nmol/L", TOTAL),
        ("25-Hydroxyvitamin D2+25-Hydroxyvitamin D3 [Mass/volume] in Serum", TOTAL),
        ("25OHD2+25OHD3", TOTAL),
        ("25(OH)D3 SerPl-mCnc", D3),
        ("25-OH-Vitamin D3", D3),
        ("25-OH-Vitamin D3 gesamt", D3),
        ("25-OH vitamin D₃", D3),
        ("Vitamin D3 (25-OH-Calciferol)", D3),
        ("25-Hydroxycholecalciferol", D3),
        ("Calcidiol", D3),
        ("Calcifediol", D3),
        ("Ercalcidiol [Mass/volume] in Serum or Plasma", D2),
        ("Ergocalcidiol", D2),
        ("Calcidiol+ercalcidiol [Moles/volume] in Serum or Plasma", TOTAL),
        ("Ercalcidiol + calcidiol", TOTAL),
        ("25-OH vitamin D (calcidiol + ercalcidiol)", TOTAL),
        ("25-OH vitamin D (ercalcidiol)", D2),
        ("25-OH-Vitamin D2", D2),
        ("25-hydroxyergocalciferol", D2),
        # German
        ("25-OH-Vitamin-D (gesamt)", TOTAL),
        ("25-Hydroxy-Vitamin D im Serum", TOTAL),
        ("25-OH-Vit.D3", D3),
        # French
        ("25-hydroxyvitamine D", TOTAL),
        ("Vitamine D 25-OH totale", TOTAL),
        ("25 OH vitamine D (D2 + D3)", TOTAL),
        ("25-hydroxy-cholécalciférol", D3),
        ("Calcifédiol", D3),
        # Italian
        ("25-idrossivitamina D", TOTAL),
        ("25 OH Vitamina D totale", TOTAL),
        ("Calcidiolo", D3),
        # Spanish, Portuguese
        ("25-hidroxivitamina D", TOTAL),
        ("Vitamina D (25-hidroxi)", TOTAL),
        ("25-hidroxicolecalciferol", D3),
        # Dutch
        ("25-hydroxyvitamine D totaal", TOTAL),
        ("Vitamine D (25-OH)", TOTAL),
        # Turkish
        ("25-Hidroksi Vitamin D", TOTAL),
        ("25-HİDROKSİ VİTAMİN D", TOTAL),
        ("25-OH D Vitamini", TOTAL),
        ("D vitamini (25-OH)", TOTAL),
        # Swedish, Polish
        ("D-vitamin 25-OH", TOTAL),
        ("witamina D 25(OH)", TOTAL),
    ],
)
def test_a_laboratorys_name_for_25_hydroxyvitamin_d_is_recognised(
    name: str, measurand: Measurand
) -> None:
    assert recognise_name(name) == Recognition(measurand, "name")


@pytest.mark.parametrize(
    "name",
    [
        "Vitamin D",
        "VITAMIN D, SERUM",
        "Vit. D",
        "Vitamin D total",
        "Vit D Tot",
        "VITAMIN D, TOTAL IA",
        "Vitamin D LC-MS/MS",
        "VITAMIN D TOTAL (D2+D3)",
        "Vitamin D3",
        "D vitamini",
        "Vitamin D 25",
        "VITDT",
        "VITD-TOT",
        "TVITD",
        "25VITD",
        "VITD25T",
        "Vitamin D+Metabolites [Mass/volume] in Serum or Plasma",
    ],
)
def test_a_bare_vitamin_d_is_unspecified_and_held(name: str) -> None:
    recognition = recognise(loinc="", name=name)

    assert recognition.measurand is UNSPECIFIED
    assert recognition.hold == sentences.HELD_BARE_NAME


@pytest.mark.parametrize(
    "name",
    [
        "1,25-dihydroxyvitamin D",
        "1,25-Dihydroxy Vitamin D, Total",
        "1,25(OH)2D3",
        "1.25-(OH)2-Vitamin D3",
        "1\N{GREEK SMALL LETTER ALPHA},25-dihydroxyvitamin D3",
        "1-alpha-25-hydroxyvitamin D",
        "1,25-OH Vitamin D",
        "1-25 dihydroxy vit d",
        "125-dihydroxyvitamin D",
        "125(OH)2 vit D",
        "Vitamin D (1,25)",
        "1,25-Dihydroxy",
        "Calcitriol",
        "Calcitriolo",
        "Kalzitriol",
        "Calcitriol(1,25 di-OH Vit D)",
        "1,25 diidrossivitamina D",
        "1,25-dihidroksi vitamin D",
    ],
)
def test_1_25_dihydroxyvitamin_d_is_refused_by_name(name: str) -> None:
    recognition = recognise(loinc="", name=name)

    assert recognition.measurand is Measurand.DIHYDROXY
    assert recognition.refused == sentences.DIHYDROXY_IS_ANOTHER_TEST


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Cholecalciferol", sentences.PARENT_IS_ANOTHER_TEST),
        ("Colecalciferol", sentences.PARENT_IS_ANOTHER_TEST),
        ("Vitamin D3 (Cholecalciferol)", sentences.PARENT_IS_ANOTHER_TEST),
        ("Ergocalciferol", sentences.PARENT_IS_ANOTHER_TEST),
        ("Vitamin D binding protein", sentences.BINDING_PROTEIN_IS_ANOTHER_TEST),
        ("Vitamin-D-bindendes Protein", sentences.BINDING_PROTEIN_IS_ANOTHER_TEST),
        ("24,25-dihydroxyvitamin D", sentences.OTHER_METABOLITE_IS_ANOTHER_TEST),
        ("3-epi-25-OH Vitamin D3", sentences.OTHER_METABOLITE_IS_ANOTHER_TEST),
        ("Free 25-OH vitamin D", sentences.OTHER_METABOLITE_IS_ANOTHER_TEST),
    ],
)
def test_another_substance_is_refused_by_name(name: str, reason: str) -> None:
    recognition = recognise(loinc="", name=name)

    assert recognition.measurand is None
    assert recognition.refused == reason


@pytest.mark.parametrize(
    "name",
    [
        "",
        "25",
        "Vitamin B12",
        "Vitamin E",
        "Vitamin K2",
        "25-OH-progesterone",
        "17-OH-Progesterone",
        "25-hydroxycholesterol",
        "2,3-dihydroxybutyrate",
        "Vitamin D deficiency",
        "Vitamin D3 Capsule 5000 iu",
        "Vitamin D receptor",
        "D-Dimer",
        "Digoxin",
        "Calcium",
        "CD25",
        "PROFILE 1",
    ],
)
def test_a_false_friend_is_not_recognised(name: str) -> None:
    assert recognise_name(name) == Recognition(None, "none")


@pytest.mark.parametrize("name", ["1. 25-OH Vitamin D", "1) 25-OH Vitamin D"])
def test_a_numbered_name_is_not_taken_for_1_25(name: str) -> None:
    assert recognise_name(name) == Recognition(TOTAL, "name")


@pytest.mark.parametrize(
    "name", ["\x00", "25-OH Vitamin D" + " " * 10_000], ids=["nul", "long"]
)
def test_a_hostile_name_is_not_recognised(name: str) -> None:
    assert recognise_name(name) == Recognition(None, "none")


def test_a_lone_surrogate_does_not_hide_the_name() -> None:
    assert recognise_name("\ud800 25-OH Vitamin D").measurand is TOTAL
