"""
The quantities that a result can be a value of.

It stands below units and measurands, because a conversion asks what was measured and
a measurand knows its units.
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


HYDROXYVITAMIN_D = frozenset(
    {Measurand.TOTAL, Measurand.D3, Measurand.D2, Measurand.UNSPECIFIED}
)
