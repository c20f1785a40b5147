"""A file comes in whole, once, and for the right people."""

from decimal import Decimal

import pytest
from django.db import ProgrammingError, connection, transaction

from accounts.models import AuditEvent, Clinic, Consent, Patient, PatientNumber
from accounts.queries import viewer_for_clinic, viewing
from accounts.services import enrolment
from labs.domain import sentences
from labs.formats.parsed import FileRefused
from labs.models import ImportBatch, ImportRow, LabResult
from labs.services import importing
from tests.integration.imports.conftest import MOMENT, Bring, line


def test_a_row_keeps_what_the_laboratory_wrote(bring: Bring) -> None:
    bring(line(value="<4.0"))

    result = LabResult.objects.get()

    assert (result.value_text, result.value, result.comparator) == (
        "<4.0",
        Decimal("4.0"),
        "<",
    )
    assert (result.unit_text, result.loinc, result.source) == (
        "ng/mL",
        "62292-8",
        "imported_file",
    )
    assert (result.interval_low, result.interval_high) == (
        Decimal(20),
        Decimal(50),
    )


def test_people_are_created_only_when_told_to(bring: Bring) -> None:
    outcome = bring(line(), create=False)

    assert outcome.added == 0
    assert [refusal.why for refusal in outcome.refused] == [importing.NOT_KNOWN]
    assert not Patient.objects.exists()


def test_a_created_person_belongs_to_the_clinic_that_entered_them(
    bring: Bring, clinic: Clinic
) -> None:
    outcome = bring(line(), line(day="2026-03-01", value="31.0"))

    consent = Consent.objects.get()
    assert outcome.people_created == 1
    assert (consent.clinic, consent.basis) == (clinic, "clinic_record")
    assert PatientNumber.objects.get().number == "7"


def test_the_same_file_again_adds_nothing(bring: Bring) -> None:
    rows = (line(), line(day="2026-03-01", value="31.0"))
    first = bring(*rows)

    second = bring(*rows)

    assert (first.added, first.already_here) == (2, 0)
    assert (second.added, second.already_here) == (0, 2)
    assert LabResult.objects.count() == 2


def test_a_row_twice_in_one_file_is_one_result(bring: Bring) -> None:
    outcome = bring(line(), line())

    assert (outcome.added, outcome.already_here) == (1, 1)


def test_a_result_of_another_laboratory_that_day_is_another_result(
    bring: Bring,
) -> None:
    outcome = bring(line(), line(laboratory="Northgate Pathology"))

    assert outcome.added == 2


def test_the_laboratory_in_another_spelling_is_the_same_result(bring: Bring) -> None:
    bring(line(laboratory="Lab Corp"))

    outcome = bring(line(laboratory="LABCORP"))

    assert (outcome.added, outcome.already_here) == (0, 1)


def test_a_corrected_result_is_the_next_version_of_the_one_it_corrects(
    bring: Bring,
) -> None:
    bring(line(value="82.0"))

    outcome = bring(line(value="28.0", status="corrected"))

    first, second = LabResult.objects.order_by("version")
    assert (outcome.added, outcome.corrected) == (1, 1)
    assert second.chain == first.chain
    assert [first.value, second.value] == [Decimal(82), Decimal(28)]
    assert second.version_reason == "Corrected by the laboratory"


def test_a_correction_in_the_same_file_follows_its_original(bring: Bring) -> None:
    bring(line(value="28.0", status="corrected"), line(value="82.0"))

    versions = LabResult.objects.order_by("version").values_list("version", "value")

    assert list(versions) == [(1, Decimal(82)), (2, Decimal(28))]


def test_the_same_correction_again_adds_nothing(bring: Bring) -> None:
    bring(line(value="82.0"))
    bring(line(value="28.0", status="corrected"))

    outcome = bring(line(value="28.0", status="corrected"))

    assert (outcome.added, outcome.already_here) == (0, 1)


def test_a_number_known_under_another_name_is_refused(bring: Bring) -> None:
    bring(line())

    outcome = bring(line(name="Bruno Bright", day="2026-03-01"))

    assert [refusal.why for refusal in outcome.refused] == [importing.OTHER_PERSON]
    assert LabResult.objects.count() == 1


def test_a_number_known_with_another_birth_date_is_refused(bring: Bring) -> None:
    bring(line())

    outcome = bring(line(born_on="1981-02-03", day="2026-03-01"))

    assert [refusal.why for refusal in outcome.refused] == [importing.OTHER_PERSON]


def test_the_order_of_a_name_does_not_matter(bring: Bring) -> None:
    bring(line())

    outcome = bring(line(name='"ALDER, Ada"', day="2026-03-01"))

    assert (outcome.added, len(outcome.refused)) == (1, 0)


def test_name_and_birth_date_find_a_patient_without_a_number(bring: Bring) -> None:
    bring(line())

    outcome = bring(line(number="", day="2026-03-01"), create=False)

    assert outcome.added == 1
    assert Patient.objects.count() == 1


def test_two_namesakes_are_never_told_apart_by_guessing(bring: Bring) -> None:
    bring(line(number="7"), line(number="8"))

    outcome = bring(line(number="", day="2026-03-01"))

    assert Patient.objects.count() == 2
    assert [refusal.why for refusal in outcome.refused] == [importing.SEVERAL]


def test_a_row_without_a_person_is_refused_by_its_line(bring: Bring) -> None:
    outcome = bring(line(number="", name="", born_on=""))

    refused = ImportRow.objects.get()
    assert [refusal.where for refusal in outcome.refused] == ["line 2"]
    assert (refused.where, refused.why) == ("line 2", importing.NOBODY_NAMED)


def test_a_bad_row_leaves_the_good_ones(bring: Bring) -> None:
    outcome = bring(line(value="about 28"), line(day="2026-03-01"))

    assert (outcome.added, len(outcome.refused)) == (1, 1)
    assert ImportBatch.objects.get().refused == 1


def test_a_code_that_contradicts_its_unit_is_kept_and_held(bring: Bring) -> None:
    outcome = bring(line(loinc="68438-1"))

    assert (outcome.added, outcome.held) == (1, 1)
    assert LabResult.objects.get().held_because


@pytest.mark.parametrize(
    ("day", "held"),
    [
        ("2026-06-01", ""),
        ("2026-06-03", sentences.HELD_FUTURE_DATE),
        ("1980-02-03", ""),
        ("1980-02-02", sentences.HELD_BEFORE_BIRTH),
    ],
)
def test_a_day_that_cannot_be_is_kept_and_held(
    bring: Bring, day: str, held: str
) -> None:
    outcome = bring(line(day=day))

    assert LabResult.objects.get().held_because == held
    assert (outcome.added, outcome.held) == (1, int(bool(held)))


def test_the_birth_date_that_the_clinic_knows_holds_an_earlier_sample(
    bring: Bring,
) -> None:
    bring(line())

    bring(line(born_on="", day="1979-12-31", value="31.0"))

    held = LabResult.objects.get(value_text="31.0").held_because
    assert held == sentences.HELD_BEFORE_BIRTH


def test_results_before_the_shared_day_are_not_taken(bring: Bring) -> None:
    bring(line())
    Consent.objects.update(results_from="2026-02-01")

    outcome = bring(line(day="2026-01-31", value="31.0"))

    assert outcome.added == 0
    assert [refusal.why for refusal in outcome.refused] == [importing.NOT_SHARED]


def test_a_patient_who_took_consent_back_is_not_found(bring: Bring) -> None:
    bring(line())
    Consent.objects.update(revoked_at=MOMENT)

    outcome = bring(line(day="2026-03-01"), create=False)

    assert [refusal.why for refusal in outcome.refused] == [importing.NOT_KNOWN]


def test_one_audit_event_is_written_for_each_patient(bring: Bring) -> None:
    bring(line(), line(day="2026-03-01"), line(number="8", name="Bela Blom"))

    events = AuditEvent.objects.filter(action="imported")

    assert events.count() == 2
    assert {event.actor_kind for event in events} == {"clinic"}


def test_a_file_that_is_no_table_stores_nothing(clinic: Clinic) -> None:
    viewer = viewer_for_clinic(clinic)

    with pytest.raises(FileRefused), viewing(viewer):
        importing.import_table(
            data=b"\x00\x01\x02 not a table",
            file_name="x",
            clinic=clinic,
            create_patients=True,
            by=viewer,
            at=MOMENT,
        )

    assert not ImportBatch.objects.exists()


def test_a_clinic_cannot_import_into_another_clinic(clinic: Clinic) -> None:
    other = enrolment.create_clinic(
        name="Hillside",
        phone="",
        out_of_hours_line="",
        preferred_unit="ng/mL",
        at=MOMENT,
    )

    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
        viewing(viewer_for_clinic(other)),
    ):
        importing.import_table(
            data=b"patient_id,collected_on,value,unit\n7,2026-01-01,28,ng/mL\n",
            file_name="x.csv",
            clinic=clinic,
            create_patients=True,
            by=viewer_for_clinic(other),
            at=MOMENT,
        )


def test_staged_rows_of_a_foreign_patient_are_refused_by_the_database(
    bring: Bring, clinic: Clinic
) -> None:
    bring(line())
    mine = ImportBatch.objects.get()
    stranger = Patient.objects.create(
        name="Cara Cole", born_on="1970-01-01", created_at=MOMENT
    )

    with (
        pytest.raises(ProgrammingError, match="may not see"),
        transaction.atomic(),
        viewing(viewer_for_clinic(clinic)),
    ):
        _insert_for(stranger, mine, clinic)


def _insert_for(stranger: Patient, batch: ImportBatch, clinic: Clinic) -> None:
    """Call the database's insert as one who forged the staged people would."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pg_temp.incoming_people SET patient_id = %s", [stranger.pk]
        )
        cursor.execute(
            "SELECT * FROM app.add_imported_results(%s, %s, 'x', now(), 'page')",
            [batch.pk, clinic.pk],
        )
