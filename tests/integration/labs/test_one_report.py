"""Several results of one report, entered in one go: all are kept, or none."""

import re
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import Patient
from labs.domain.measurands import ALLOWED_UNITS, loinc_for
from labs.domain.quantities import Measurand
from labs.forms.reports import BESIDE, ROWS, RowForm
from labs.models import LabResult
from tests.factories import a_result, an_entry
from tests.integration.labs.spoken_pages import flowing
from tests.integration.labs.test_entering_results import address, confirmed, report


def also(measurand: str, value: str, unit: str = "", **more: str) -> dict[str, str]:
    """A further row of the form."""
    row = {"value": value, "unit": unit, **more}
    prefix = f"also-{measurand.replace(' ', '-')}"
    return {f"{prefix}-{name}": typed for name, typed in row.items()}


def stored() -> dict[str, LabResult]:
    return {row.measurand: row for row in LabResult.objects.all()}


CALCIUM = also("calcium", "2.71", "mmol/L", interval_text="2.20-2.60 mmol/L")
KIDNEYS = also("creatinine", "71", "umol/L") | also("egfr", "88", "mL/min/{1.73_m2}")


def test_all_numbers_of_a_report_are_stored_with_its_date_and_laboratory(
    annas: Client, anna: Patient
) -> None:
    form = confirmed(accession="A-77/26") | CALCIUM | KIDNEYS

    answer = annas.post(address(anna), form)

    rows = stored()
    assert answer.status_code == 302
    assert set(rows) == {"total", "calcium", "creatinine", "egfr"}
    assert {row.collected_on for row in rows.values()} == {date(2026, 3, 12)}
    assert {row.laboratory for row in rows.values()} == {"Harbour Laboratory"}
    assert {row.accession for row in rows.values()} == {"A-77/26"}
    assert (rows["calcium"].value_text, rows["calcium"].unit) == ("2.71", "mmol/L")
    assert str(rows["calcium"].interval_high) == "2.600000"


def test_the_parts_take_the_method_and_the_sample_of_the_total(
    annas: Client, anna: Patient
) -> None:
    form = confirmed(method="LC-MS/MS", specimen="serum")

    annas.post(address(anna), form | also("D3", "26", "ng/mL") | CALCIUM)

    rows = stored()
    assert (rows["D3"].method, rows["D3"].specimen) == ("LC-MS/MS", "serum")
    assert (rows["calcium"].method, rows["calcium"].specimen) == ("", "")


def test_every_row_is_read_back_before_anything_is_kept(
    annas: Client, anna: Patient
) -> None:
    rows = CALCIUM | also("D2", "4", "ng/mL")

    page = flowing(annas.post(address(anna), report() | rows))

    assert "28 ng/mL is about 70 nmol/L." in page
    assert "4 ng/mL is about 10 nmol/L." in page
    assert "2.71 mmol/L" in page
    assert "Save all 3 results" in page
    assert not LabResult.objects.exists()


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (also("calcium", "2.35"), "Choose the unit printed on your report."),
        (also("calcium", "abc", "mmol/L"), "is not a number as a laboratory prints it"),
        (also("calcium", "2,35", "mmol/L"), "Type the decimals after a point."),
        (also("calcium", "2.35", "pmol/L"), "Choose one of the units shown."),
        (also("pth", "", "", laboratory_flag="H"), "Type the number as printed"),
    ],
)
def test_one_wrong_row_keeps_all_others_from_being_stored(
    annas: Client, anna: Patient, row: dict[str, str], sentence: str
) -> None:
    answer = annas.post(address(anna), confirmed() | KIDNEYS | row)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert 'value="71"' in page
    assert not LabResult.objects.exists()


def test_a_report_may_hold_other_tests_alone(annas: Client, anna: Patient) -> None:
    form = confirmed(value="", unit="", measurand="")

    answer = annas.post(address(anna), form | CALCIUM)

    assert answer.status_code == 302
    assert set(stored()) == {"calcium"}


def test_a_method_without_a_number_asks_for_the_number(
    annas: Client, anna: Patient
) -> None:
    form = confirmed(value="", unit="", measurand="", method="LC-MS/MS")

    answer = annas.post(address(anna), form | CALCIUM)

    assert answer.status_code == 422
    assert not LabResult.objects.exists()


def test_the_same_form_twice_stores_each_row_once(annas: Client, anna: Patient) -> None:
    form = confirmed() | CALCIUM | KIDNEYS

    annas.post(address(anna), form)
    annas.post(address(anna), form)

    assert LabResult.objects.count() == 4


def test_a_saved_form_with_one_row_changed_shows_both_and_stores_nothing(
    annas: Client, anna: Patient
) -> None:
    form = confirmed() | CALCIUM
    annas.post(address(anna), form)
    changed = form | also("calcium", "2.17", "mmol/L") | also("pth", "6", "pmol/L")

    answer = annas.post(address(anna), changed)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "2.71 <span" in page
    assert "2.17 <span" in page
    assert f"/results/{stored()['calcium'].pk}/correct/" in page
    assert 'name="also-pth-value" value="6"' in page
    assert set(stored()) == {"total", "calcium"}


def test_each_row_is_asked_about_by_itself(annas: Client, anna: Patient) -> None:
    day = date(2026, 3, 12)
    calcium = an_entry(
        "2.71", "mmol/L", collected_on=day, measurand=Measurand.CALCIUM, method=""
    )
    a_result(anna, calcium)

    asked = flowing(annas.post(address(anna), report() | CALCIUM))
    unanswered = annas.post(address(anna), confirmed() | CALCIUM)
    annas.post(
        address(anna), confirmed() | CALCIUM | {"also-calcium-duplicate": "same"}
    )

    assert "is already here" in asked
    assert unanswered.status_code == 422
    assert LabResult.objects.filter(measurand="calcium").count() == 1
    assert LabResult.objects.filter(measurand="total").count() == 1


def test_a_day_in_doubt_is_asked_about_once_and_holds_every_row(
    annas: Client, anna: Patient
) -> None:
    form = confirmed(collected_on="1970-01-05", before_birth="as_printed")

    annas.post(address(anna), form | CALCIUM)

    assert len(stored()) == 2
    assert all("birth" in row.held_because for row in stored().values())


def test_laboratory_and_units_of_the_last_entry_are_set_and_said(
    annas: Client, anna: Patient
) -> None:
    annas.post(address(anna), confirmed(unit="nmol/L", value="70") | CALCIUM)

    page = annas.get(address(anna)).content.decode()

    assert 'value="Harbour Laboratory"' in page
    assert re.search(r'name="unit" value="nmol/L"[^>]* checked', page)
    assert '<option value="mmol/L" selected>' in page
    assert "are set as in your last entry" in page


def test_what_somebody_else_typed_is_not_remembered(
    annas: Client, oseis: Client, anna: Patient
) -> None:
    annas.post(address(anna), confirmed())

    page = oseis.get(address(anna)).content.decode()

    assert "Harbour Laboratory" not in page


def test_a_unit_is_shown_as_reports_print_it_never_as_its_code(
    annas: Client, anna: Patient
) -> None:
    rows = (
        KIDNEYS | also("inr", "2.4", "{INR}") | also("urine_calcium", "4.1", "mmol/d")
    )

    annas.post(address(anna), confirmed() | rows)

    pages = [annas.get(f"/patients/{anna.pk}/")] + [
        annas.get(f"/patients/{anna.pk}/results/{row.pk}/") for row in stored().values()
    ]
    said = "".join(flowing(page) for page in pages)
    assert "88 mL/min/1.73 m²" in said
    assert "71 µmol/L" in said
    assert "2.4 INR" in said
    assert "4.1 mmol/24 h" in said
    assert "{" not in said


def test_1_25_dihydroxyvitamin_d_is_said_to_be_another_test_and_kept_apart(
    annas: Client, anna: Patient
) -> None:
    row = also("1,25-dihydroxyvitamin D", "45", "pg/mL")
    sentence = "1,25-dihydroxyvitamin D is a different test."

    asked = flowing(annas.post(address(anna), report() | row))
    annas.post(address(anna), confirmed() | row)

    kept = stored()["1,25-dihydroxyvitamin D"]
    record = " ".join(annas.get(f"/patients/{anna.pk}/").content.decode().split())
    page = flowing(annas.get(f"/patients/{anna.pk}/results/{kept.pk}/"))
    assert sentence in asked
    assert sentence in page
    assert "1 result, " in record  # the chart holds the other alone


def test_a_language_with_a_decimal_comma_reads_one_in_every_row() -> None:
    with translation.override("de"):
        row = RowForm(
            also("calcium", "2,35", "mmol/L"), measurand=Measurand.CALCIUM, name="Ca"
        )

        assert row.is_valid()
        assert row.cleaned_data["value"].value == Decimal("2.35")


def test_each_test_of_the_form_has_units_and_a_code_of_its_own() -> None:
    """eGFR alone is written without a code: its equation is not known."""
    without = {
        each
        for each in BESIDE
        if not any(loinc_for(each, unit) for unit in ALLOWED_UNITS[each])
    }

    assert set(ROWS) >= set(BESIDE)
    assert without == {Measurand.EGFR}


def test_a_row_of_somebody_elses_form_stores_nothing_for_a_stranger(
    strangers: Client, anna: Patient
) -> None:
    form = confirmed(entry_id=str(uuid4())) | CALCIUM

    assert strangers.post(address(anna), form).status_code == 404
    assert not LabResult.objects.exists()


# Taking back --------------------------------------------------------------------------


def undo(client: Client, row: LabResult) -> str:
    place = f"/patients/{row.patient_id}/results/{row.pk}/undo/"
    return flowing(client.post(place, follow=True))


def test_ones_own_last_entry_is_undone_with_all_its_rows(
    annas: Client, anna: Patient
) -> None:
    a_result(anna, an_entry("31", collected_on=date(2025, 3, 1)))
    annas.post(address(anna), confirmed() | CALCIUM)
    row = LabResult.objects.get(measurand="calcium")

    said = undo(annas, row)

    newest = {each.chain: each for each in LabResult.objects.order_by("version")}
    assert "Your entry is undone. It stays in the history." in said
    assert sorted(each.status for each in newest.values()) == [
        "entered-in-error",
        "entered-in-error",
        "final",
    ]
    assert "Undone by the person who entered it." in said


def test_an_undone_correction_leaves_what_stood_before(
    annas: Client, anna: Patient
) -> None:
    first = a_result(anna, an_entry("28"))
    correction = confirmed(value="82", reason="Mistyped")
    annas.post(f"/patients/{anna.pk}/results/{first.pk}/correct/", correction)

    undo(annas, LabResult.objects.get(version=2))

    third = LabResult.objects.get(version=3)
    assert (third.value_text, third.status) == ("28", "final")


def test_an_entry_is_undone_once(annas: Client, anna: Patient) -> None:
    annas.post(address(anna), confirmed())
    row = LabResult.objects.get()

    undo(annas, row)
    again = undo(annas, row)

    assert "Only your own last entry can be undone." in again
    assert LabResult.objects.count() == 2


def test_nobody_undoes_what_somebody_else_entered_or_has_changed_since(
    annas: Client, oseis: Client, anna: Patient
) -> None:
    annas.post(address(anna), confirmed())
    row = LabResult.objects.get()
    refused = undo(oseis, row)
    correction = confirmed(value="29", reason="Report says 29")
    oseis.post(f"/patients/{anna.pk}/results/{row.pk}/correct/", correction)

    after = undo(annas, row)

    assert "Only your own last entry" in refused
    assert "Only your own last entry" in after
    assert LabResult.objects.count() == 2
