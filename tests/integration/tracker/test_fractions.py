"""D2, D3 and their total of one report, beside the report before."""

from datetime import date

from django.test import Client

from accounts.models import Patient
from labs.domain.quantities import Measurand
from labs.models import LabResult
from tests.factories import a_result, an_entry

MAY, MARCH = date(2025, 5, 1), date(2026, 3, 1)


def a_report(patient: Patient, day: date, d3: str, d2: str, total: str) -> LabResult:
    """Store three results of one sample; return the total."""
    for value, measurand in ((d3, Measurand.D3), (d2, Measurand.D2)):
        entry = an_entry(value, collected_on=day, measurand=measurand)
        a_result(patient, entry)
    return a_result(patient, an_entry(total, collected_on=day))


def test_a_total_stands_beside_the_total_before_it(
    annas: Client, anna: Patient
) -> None:
    earlier = a_report(anna, MAY, "21", "<4", "22")
    later = a_report(anna, MARCH, "8", "25", "33")

    page = annas.get(f"/patients/{anna.pk}/results/{later.pk}/").content.decode()

    beside = page.split("Beside the result before")[1].split("</section>")[0]
    assert str(earlier.pk) in beside
    assert "From 22 to 33 ng/mL" in beside


def test_the_first_total_has_no_part_for_a_result_before_it(
    annas: Client, anna: Patient
) -> None:
    part = a_result(anna, an_entry("21", collected_on=MAY, measurand=Measurand.D3))
    total = a_result(anna, an_entry("33", collected_on=MARCH))

    page = annas.get(f"/patients/{anna.pk}/results/{total.pk}/").content.decode()

    assert str(part.pk) not in page
