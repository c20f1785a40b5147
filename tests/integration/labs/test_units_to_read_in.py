"""The unit that a reader chose changes what is shown, and nothing else."""

import hashlib
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEvent, Patient, User
from labs.domain.measurements import ResultStatus
from labs.domain.quantities import Measurand
from labs.domain.units import Unit
from labs.models import LabResult
from labs.presenters.results import result_row
from labs.presenters.words import ShownValue
from labs.services import judging
from tests.factories import a_result, a_target, an_entry
from tests.integration.labs.spoken_pages import flowing
from tests.unit.labs.domain.making import a_range

UNITS = (Unit.NG_PER_ML, Unit.NMOL_PER_L)


def stored_bytes() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(result::text, '|' ORDER BY id)"
            " FROM labs_labresult AS result"
        )
        (text,) = cursor.fetchone()
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def at_the_limits(anna: Patient, osei: User) -> Patient:
    """Results on either side of 50 nmol/L, in both units."""
    a_target(anna, osei, low="50", high="125", unit=Unit.NMOL_PER_L)
    days = iter(range(1, 20))
    for value, unit in (
        ("19.8", "ng/mL"),
        ("19.9", "ng/mL"),
        ("20", "ng/mL"),
        ("49", "nmol/L"),
        ("50", "nmol/L"),
        ("<10", "ng/mL"),
        ("50.1", "ng/mL"),
    ):
        day = an_entry().collected_on.replace(day=next(days))
        a_result(anna, an_entry(value, unit, collected_on=day))
    return anna


def flags_on(page: str) -> list[str]:
    words = ("Below the range", "Within the range", "Above the range", "Cannot tell")
    found = sorted(
        (page.index(word, at), word) for word in words for at in _ats(page, word)
    )
    return [word for _at, word in found]


def _ats(page: str, word: str) -> list[int]:
    return [at for at in range(len(page)) if page.startswith(word, at)]


def choose(client: Client, patient: Patient, unit: str) -> str:
    form = {"preferred_unit": unit, "hemisphere": "south", "language": "en-gb"}
    return flowing(
        client.post(f"/patients/{patient.pk}/preferences/", form, follow=True)
    )


def test_switching_changes_no_flag_and_no_stored_byte(
    annas: Client, at_the_limits: Patient
) -> None:
    before = stored_bytes()

    pages = [choose(annas, at_the_limits, unit.value) for unit in UNITS]

    assert len(flags_on(pages[0])) > 6
    assert flags_on(pages[0]) == flags_on(pages[1])
    assert "In ng/mL" in pages[0]
    assert "In nmol/L" in pages[1]
    assert stored_bytes() == before


def test_the_value_as_reported_stays_beside_the_converted_one(
    annas: Client, at_the_limits: Patient
) -> None:
    page = choose(annas, at_the_limits, "nmol/L")

    assert "50.1 ng/mL" in page
    assert "125 nmol/L converted" in page


@given(value=st.decimals("0.1", "400", places=1), unit=st.sampled_from(UNITS))
def test_a_line_of_the_table_stands_where_it_stands_in_either_unit(
    value: Decimal, unit: Unit
) -> None:
    row = LabResult(
        value_text=str(value),
        value=value,
        comparator="",
        unit=unit.value,
        unit_text=unit.value,
        measurand=Measurand.TOTAL.value,
        collected_on=an_entry().collected_on,
        status=ResultStatus.FINAL.value,
    )
    day = row.collected_on
    target = a_range("50", "125", Unit.NMOL_PER_L)

    (judged,) = judging.judged([row], [target], today=day, born_on=None)
    one, other = (result_row(judged, shown) for shown in UNITS)

    assert one.mark == other.mark
    assert one.mark.kind in {"below", "within", "above"}
    assert one.reported == other.reported == ShownValue(str(value), unit.value)
    assert (row.value, row.unit, row.value_text) == (value, unit.value, str(value))


def test_only_the_patient_chooses_and_it_stands_in_the_trail(
    annas: Client, oseis: Client, anna: Patient
) -> None:
    form = {"preferred_unit": "nmol/L", "hemisphere": "south"}
    forbidden = oseis.post(f"/patients/{anna.pk}/preferences/", form)

    choose(annas, anna, "nmol/L")

    anna.refresh_from_db()
    assert forbidden.status_code == 403
    assert (anna.preferred_unit, anna.hemisphere) == ("nmol/L", "south")
    assert AuditEvent.objects.filter(action="changed", object_label="patient").exists()


@pytest.mark.parametrize(
    "form", [{"preferred_unit": "mg/dL", "hemisphere": "north"}, {"hemisphere": "up"}]
)
def test_what_is_no_choice_is_refused(
    annas: Client, anna: Patient, form: dict[str, str]
) -> None:
    answer = annas.post(f"/patients/{anna.pk}/preferences/", form)

    assert answer.status_code == 422
