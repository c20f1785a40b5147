"""Why somebody looks after another person's record."""

from enum import StrEnum


class CareBasis(StrEnum):
    """What a carer's access rests on; the values are read by the policies."""

    ASKED = "asked"  # the person themself asked for it
    PARENT = "parent"  # parental responsibility for a child
    REPRESENTATIVE = "representative"  # a court's order, a power of attorney


FOR_CHILDREN = (CareBasis.PARENT, CareBasis.REPRESENTATIVE)
FOR_ADULTS = (CareBasis.ASKED, CareBasis.REPRESENTATIVE)
