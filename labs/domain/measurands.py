"""
What was measured, and by which codes and names it is recognised.
"""

from enum import StrEnum


class Measurand(StrEnum):
    """The quantity that a result is a value of."""

    TOTAL = "total"
    D3 = "D3"
    D2 = "D2"
    UNSPECIFIED = "unspecified"
    CALCIUM = "calcium"
    ADJUSTED_CALCIUM = "adjusted_calcium"
    IONISED_CALCIUM = "ionised_calcium"
    ALBUMIN = "albumin"
    PTH = "pth"
    PHOSPHATE = "phosphate"
    MAGNESIUM = "magnesium"
    ALP = "alp"
    CREATININE = "creatinine"
    EGFR = "egfr"
    INR = "inr"
    DIHYDROXY = "1,25-dihydroxyvitamin D"
    URINE_CALCIUM = "urine_calcium"
