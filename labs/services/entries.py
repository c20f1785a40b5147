"""A result on its way in, before it is stored."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from labs.domain.measurands import Measurand
from labs.domain.measurements import Comparator, ResultStatus
from labs.domain.units import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A result as it stands on the report, before it is stored."""

    measurand: Measurand
    value_text: str
    value: Decimal
    comparator: Comparator | None
    unit_text: str
    unit: Unit
    collected_on: date
    reported_on: date | None = None
    laboratory: str = ""
    method: str = ""
    specimen: str = ""
    accession: str = ""
    interval_text: str = ""
    interval_low: Decimal | None = None
    interval_high: Decimal | None = None
    laboratory_flag: str = ""
    status: ResultStatus = ResultStatus.FINAL
    held_because: str = ""
    note: str = ""
    # What a laboratory's message says beside it, and nobody types.
    loinc: str = ""
    local_code: str = ""
    test_name: str = ""
    comment: str = ""
    collected_time_text: str = ""
