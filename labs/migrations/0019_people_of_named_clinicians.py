"""The bulk import and the worklist leave out who let in one clinician alone."""

from importlib import import_module

from django.db import migrations

HERE = "-- only the named\n"
PEOPLE_OF_CLINIC = """
CREATE OR REPLACE FUNCTION app.people_of_clinic(the_clinic uuid)
RETURNS TABLE (
  patient_id uuid, number text, name text, born_on date, results_from date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT patient.id, coalesce(number.number, ''), patient.name, patient.born_on,
    consent.results_from
  FROM public.accounts_consent AS consent
  JOIN public.accounts_patient AS patient ON patient.id = consent.patient_id
  LEFT JOIN public.accounts_patientnumber AS number
    ON number.patient_id = patient.id AND number.clinic_id = the_clinic
  WHERE consent.clinic_id = the_clinic
    AND consent.revoked_at IS NULL
    AND consent.shares_results
-- only the named
    AND consent.starts_at <= pg_catalog.clock_timestamp()
    AND (consent.ends_at IS NULL OR consent.ends_at > pg_catalog.clock_timestamp())
    AND app.works_in(the_clinic)
$$;
"""
# Of a consent that names a clinician, nobody else makes use.
NAMED = """    AND (consent.clinician_id IS NULL
         OR (app.viewer_kind() = 'user' AND consent.clinician_id = app.viewer_id()))
"""


# A worklist is its whole clinic's: who let in one clinician alone has no row in it.
_ROWS = import_module("labs.migrations.0015_worklist_rows")
_DRAWN = _ROWS.MATERIAL + _ROWS.STORE[: _ROWS.STORE.index("-- The number of rows")]
_IN_FORCE = "consent.revoked_at IS NULL"
WORKLIST = _DRAWN.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
WORKLIST_OF_ALL = WORKLIST.replace(
    _IN_FORCE, f"{_IN_FORCE} AND consent.clinician_id IS NULL"
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0014_requests_and_named_clinicians"),
        ("labs", "0018_result_moves"),
    ]

    operations = [
        migrations.RunSQL(PEOPLE_OF_CLINIC.replace(HERE, NAMED), PEOPLE_OF_CLINIC),
        migrations.RunSQL(WORKLIST_OF_ALL, WORKLIST),
    ]
