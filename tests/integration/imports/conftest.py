"""A clinic, and a shorthand for bringing a table into it."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from accounts.models import Clinic
from accounts.queries import viewer_for_clinic, viewing
from accounts.services import enrolment
from labs.services.importing import ImportOutcome, import_table

MOMENT = datetime(2026, 6, 1, 12, tzinfo=UTC)
HEADER = (
    "patient_id,patient_name,born_on,collected_on,value,unit,measurand,loinc,"
    "laboratory,method,specimen,interval,laboratory_flag,status,comment,test_name"
)
Bring = Callable[..., ImportOutcome]


@pytest.fixture
def clinic(db: None) -> Clinic:
    del db
    return enrolment.create_clinic(
        name="Harbour Clinic",
        phone="020 5550 0100",
        out_of_hours_line="",
        preferred_unit="ng/mL",
        at=MOMENT,
    )


@pytest.fixture
def bring(clinic: Clinic) -> Bring:
    """Return a function that imports lines under the template's header."""

    def _bring(
        *lines: str, create: bool = True, into: Clinic = clinic
    ) -> ImportOutcome:
        viewer = viewer_for_clinic(into)
        with viewing(viewer):
            return import_table(
                data="\n".join((HEADER, *lines)).encode(),
                file_name="table.csv",
                clinic=into,
                create_patients=create,
                by=viewer,
                at=MOMENT,
            )

    return _bring


def line(  # noqa: PLR0917 - the cells of a row
    number: str = "7",
    name: str = "Ada Alder",
    born_on: str = "1980-02-03",
    day: str = "2026-01-15",
    value: str = "28.0",
    unit: str = "ng/mL",
    laboratory: str = "Harbour Laboratory",
    status: str = "final",
    loinc: str = "62292-8",
) -> str:
    """Return one row of the template."""
    return (
        f"{number},{name},{born_on},{day},{value},{unit},total,{loinc},{laboratory},"
        f"LC-MS/MS,serum,20-50,,{status},,25-OH vitamin D"
    )
