"""Companions by the names that laboratories print, and what only sounds like them."""

import pytest

from labs.domain.measurands import Measurand
from labs.formats.cells import read_analyte
from labs.formats.companion_names import companion_named
from labs.formats.csv_table import read_csv

NAMES = {
    Measurand.CALCIUM: "Calcium|Kalzium|Ca|Calcium gesamt|Ca (total)|Calcio|Kalsium|"
    "Wapń|Calcium, Total|S-Calcium|Calcium i.S.|CALCIUM, SERUM|"
    "Calcium Lvl|Calcium (Ca)|Kalsiyum (Ca)|Calcium 01",
    Measurand.ADJUSTED_CALCIUM: "Adjusted calcium|Calcium, albumin-corrected|"
    "Calcium korrigiert|Calcium corrigé|Corrected Calcium|S-Kalcium, albuminkorr|"
    "fS-Ca-alb.korj.|Ca albumine-gecorrigeerd|Albumin-corrected calcium",
    Measurand.IONISED_CALCIUM: "Ionised calcium|Calcium ionisiert|Calcium, ionized|"
    "Calciumion frit (pH=7,4)",
    Measurand.PTH: "PTH|iPTH|PTH intact|Parathormon|Parathyroid hormone, intact|"
    "Parathyrin|Parathormon intakt|PTH, Intact",
    Measurand.PHOSPHATE: "Phosphat|Phosphate|Inorganic phosphate|Phosphor|Phosphorus|"
    "Phosphate, inorganic",
    Measurand.ALBUMIN: "Albumin|Albumine|Albumin, Serum|Albumin (ALB)",
    Measurand.CREATININE: "Creatinine|Kreatinin|Créatinine|Creatinina|Kreatynina|"
    "Creatinine Lvl|Creatinine (Cr)",
    Measurand.EGFR: "eGFR|GFR (CKD-EPI)|eGFR CKD-EPI|eGFR CKD-EPI 2021|DFG (CKD-EPI)|"
    "Estimated GFR",
    Measurand.MAGNESIUM: "Magnesium|Mg|Magnesio|Magnesium (Mg)",
    Measurand.ALP: "ALP|Alkaline phosphatase|Alkalische Phosphatase|"
    "Phosphatase alcaline|Fosfatasa alcalina|Alk. Phosphatase|Alkaline Phos|"
    "Alkal. Phosphatase|Alk.Phosphatase Se",
    Measurand.INR: "INR|International normalized ratio|"
    "International Normalised Ratio (INR)",
}
CASES = [(name, each) for each, names in NAMES.items() for name in names.split("|")]
OTHERS = (
    "Calcium, urine|Calcium im Urin|24h calcium|Calcium oxalate|Creatinine clearance|"
    "Albumin/Creatinine ratio|U-Kreatinin|PTH related peptide|Phosphatidylserine|"
    "Magnesium sulfate|Prealbumin|Microalbumin|ALP bone|Calcium channel antibodies|"
    "CA 125|CA 19-9|INR target|Phosphatase|Cr|Calcium (Mg)|Adjusted calcium (Ca)|"
    "Albumin/calcium ratio|Normalized ratio|Calcium (urine)|Sodium (Na)|Calcium (Ox)"
)


@pytest.mark.parametrize(("name", "expected"), CASES)
def test_a_printed_name_tells_the_companion(name: str, expected: Measurand) -> None:
    assert companion_named(name) is expected
    assert read_analyte("", name).measurand is expected


@pytest.mark.parametrize("name", OTHERS.split("|"))
def test_what_only_sounds_like_a_companion_is_none(name: str) -> None:
    assert companion_named(name) is None


def test_an_unknown_code_is_not_overruled_by_a_name() -> None:
    assert read_analyte("17862-4", "Calcium").measurand is None


def test_a_table_without_codes_brings_its_companions_along() -> None:
    parsed = read_csv(
        b"Datum;Analyse;Resultat;Einheit;Normbereich\n"
        b"12.03.2026;25-OH-Vitamin D3;28,5;ng/ml;30-100\n"
        b"12.03.2026;Kalzium;2,61;mmol/l;2,20-2,60\n"
        b"12.03.2026;Kreatinin;80;\xb5mol/l;50-90\n"
    )

    assert [row.measurand for row in parsed.companions] == [
        Measurand.CALCIUM,
        Measurand.CREATININE,
    ]
