"""
What published bodies say about 25-hydroxyvitamin D, for a clinician to copy from.

None is a target of the product and none is ever chosen beforehand (docs/clinical.md,
"Published ranges"). Bodies differ, and a statement about a population is not one about
a patient: the page says so beside them.
"""

from dataclasses import dataclass
from decimal import Decimal

from labs.domain.units import Unit


@dataclass(frozen=True, slots=True)
class PublishedRange:
    """A range as a body printed it, with the source in full."""

    key: str
    body: str
    source: str
    low: Decimal | None
    high: Decimal | None
    unit: Unit


PUBLISHED_RANGES = (
    PublishedRange(
        "iom-2011",
        "Institute of Medicine (US), 2011",
        "Institute of Medicine (US): Dietary Reference Intakes for Calcium and Vitamin"
        " D, 2011",
        Decimal(20),
        None,
        Unit.NG_PER_ML,
    ),
    PublishedRange(
        "sacn-2016",
        "SACN (UK), 2016",
        "Scientific Advisory Committee on Nutrition (UK): Vitamin D and Health, 2016",
        Decimal(25),
        None,
        Unit.NMOL_PER_L,
    ),
    PublishedRange(
        "ros-2018",
        "Royal Osteoporosis Society (UK), 2018",
        "Royal Osteoporosis Society (UK): Vitamin D and Bone Health, 2018",
        Decimal(50),
        None,
        Unit.NMOL_PER_L,
    ),
    PublishedRange(
        "anz-2012",
        "Australia and New Zealand, 2012",
        "Nowson et al., position statement for Australia and New Zealand, Medical"
        " Journal of Australia 2012;196:686",
        Decimal(50),
        None,
        Unit.NMOL_PER_L,
    ),
    PublishedRange(
        "cee-2022",
        "Central and Eastern Europe, 2022",
        "Pludowski et al., Central and Eastern European consensus, Nutrients"
        " 2022;14:1483",
        Decimal(30),
        Decimal(50),
        Unit.NG_PER_ML,
    ),
)


def published_range(key: str) -> PublishedRange | None:
    """Return the statement of that key; None for any other word."""
    return next((each for each in PUBLISHED_RANGES if each.key == key), None)
