"""A clinic, and a shorthand for bringing a table into it."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from accounts.models import Clinic
from accounts.queries import viewer_for_clinic, viewing
from accounts.services import enrolment
from labs.domain.worklist import LookReason
from labs.models import WorklistRow
from labs.services.importing import ImportOutcome, import_table

MOMENT = datetime(2026, 6, 1, 12, tzinfo=UTC)
HEADER = (
    "patient_id,patient_name,born_on,collected_on,value,unit,measurand,loinc,"
    "laboratory,method,specimen,interval,laboratory_flag,status,comment,test_name"
)
Bring = Callable[..., ImportOutcome]

EVENING_OF_SAMPLES = datetime(2026, 6, 1, 20, tzinfo=UTC)
MORNING, EVENING = "A100", "B200"
CALCIUM = ("2000-8^Calcium^LN", "mmol/L", "2.20-2.60")
VITAMIN_D = ("62292-8^25-OH Vitamin D^LN", "ng/mL", "20-50")


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


def bring_message(
    clinic: Clinic,
    value: str,
    *,
    sample: str = MORNING,
    status: str = "F",
    flag: str = "",
    test: tuple[str, str, str] = VITAMIN_D,
) -> ImportOutcome:
    """Bring what a laboratory's message says of one sample of 1 June 2026."""
    viewer = viewer_for_clinic(clinic)
    with viewing(viewer):
        return import_table(
            data=message_of(value, sample=sample, status=status, flag=flag, test=test),
            file_name="message.hl7",
            clinic=clinic,
            create_patients=True,
            by=viewer,
            at=EVENING_OF_SAMPLES,
        )


def bring_file(clinic: Clinic, data: bytes, *, create: bool = True) -> ImportOutcome:
    """Bring any file into the clinic."""
    viewer = viewer_for_clinic(clinic)
    with viewing(viewer):
        return import_table(
            data=data,
            file_name="file",
            clinic=clinic,
            create_patients=create,
            by=viewer,
            at=EVENING_OF_SAMPLES,
        )


def message_of(
    value: str,
    *,
    sample: str = MORNING,
    status: str = "F",
    flag: str = "",
    test: tuple[str, str, str] = VITAMIN_D,
) -> bytes:
    """Return a laboratory's message about one sample of 1 June 2026."""
    code, unit, interval = test
    hour = "08" if sample == MORNING else "16"
    time = f"20260601{hour}00"
    message = (
        f"MSH|^~\\&|LAB|HARBOUR|X|Y|{time}||ORU^R01|{sample}{status}|P|2.5.1\r"
        "PID|1||7^^^X||Alder^Ada||19800203|F\r"
        f"OBR|1|1|{sample}|{code}|||{time}\r"
        f"OBX|1|NM|{code}||{value}|{unit}|{interval}|{flag}|||{status}|||{time}\r"
    )
    return message.encode()


def reasons(clinic: Clinic) -> set[LookReason]:
    """Return why the clinic's list names its one patient."""
    return set(map(LookReason, WorklistRow.objects.get(clinic=clinic).reasons))
