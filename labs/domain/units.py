"""
Units of what is measured in blood.

A value keeps the unit it was reported in; conversion happens on read.
"""

from enum import StrEnum


class Unit(StrEnum):
    """A unit of measurement, spelled as its UCUM code."""

    NG_PER_ML = "ng/mL"
    UG_PER_L = "ug/L"
    NMOL_PER_L = "nmol/L"
    PG_PER_ML = "pg/mL"
    NG_PER_L = "ng/L"
    PMOL_PER_L = "pmol/L"
    MG_PER_DL = "mg/dL"
    MMOL_PER_L = "mmol/L"
    UMOL_PER_L = "umol/L"
    G_PER_DL = "g/dL"
    G_PER_L = "g/L"
    U_PER_L = "U/L"
    ML_PER_MIN_PER_1_73_M2 = "mL/min/{1.73_m2}"
    INR = "{INR}"
    MMOL_PER_DAY = "mmol/d"
    MG_PER_DAY = "mg/d"
