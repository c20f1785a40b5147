"""
One invented record to look round in; it is written down nowhere but here.

Days count back from today, so that its chart ends near today.
"""

from tracker.demo.cast import (
    D3_1000,
    D3_2000,
    NORTHGATE,
    Person,
    Range,
    Sample,
    Taking,
)

__all__ = ["CLINIC", "CLINICIAN", "EXAMPLE"]

CLINIC = "Example Clinic"
CLINICIAN = "Dr Example"

EXAMPLE = Person(
    "Sam Sample",
    "",
    52,
    "the example record",
    (
        Sample(1420, "<10", source=NORTHGATE, interval="30-100", flag="L"),
        Sample(1240, "16.8", flag="L"),
        Sample(1060, "19.1", flag="L"),
        Sample(870, "24.6"),
        Sample(690, "31.2"),
        Sample(500, "84", "nmol/L", interval="50-125"),
        Sample(310, "92", "nmol/L", interval="50-125"),
        Sample(130, "71", "nmol/L", interval="50-125"),
        Sample(16, "66", "nmol/L", interval="50-125"),
    ),
    (
        Range(1260, "20", "50", reason="Agreed at the first visit"),
        Range(600, "75", "110", "nmol/L", reason="Agreed at the second visit"),
    ),
    (Taking("Example drops", D3_1000, 1050, 530), Taking("Example D3", D3_2000, 529)),
    unit="nmol/L",
)
