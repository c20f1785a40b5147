"""
What a clinic's figures are counted from: results of a period, without a name.

The consent is asked once for each patient, as for the worklist's rows; its scope, its
first day and a consent for one clinician alone hold here as there.
"""

from django.db import migrations

RESULTS = """
CREATE FUNCTION app.clinic_results(the_clinic uuid, since date)
RETURNS TABLE (
  patient_id uuid, born_on date, measurand text, value_text text, value numeric,
  comparator text, unit text, collected_on date, laboratory text, status text,
  is_held boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT result.patient_id, patient.born_on, result.measurand, result.value_text,
    result.value, result.comparator, result.unit, result.collected_on,
    result.laboratory, result.status, result.held_because <> ''
  FROM public.accounts_consent AS consent
  JOIN public.accounts_patient AS patient ON patient.id = consent.patient_id
  JOIN public.labs_labresult AS result ON result.patient_id = consent.patient_id
  WHERE consent.clinic_id = the_clinic
    AND consent.shares_results
    AND consent.clinician_id IS NULL
    AND consent.revoked_at IS NULL
    AND consent.starts_at <= pg_catalog.clock_timestamp()
    AND (consent.ends_at IS NULL OR consent.ends_at > pg_catalog.clock_timestamp())
    AND app.works_in(the_clinic)
    AND (consent.results_from IS NULL OR result.collected_on >= consent.results_from)
    AND result.collected_on >= since
    AND result.measurand IN ('total', 'D3')
    AND result.status NOT IN ('entered-in-error', 'cancelled')
    AND NOT EXISTS (SELECT 1 FROM public.labs_labresult AS later
                    WHERE later.chain = result.chain
                      AND later.version > result.version)
  ORDER BY result.patient_id, result.collected_on, result.measurand DESC, result.id
$$;
REVOKE ALL ON FUNCTION app.clinic_results(uuid, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.clinic_results(uuid, date) TO calcidiol_web;
"""
DROP = "DROP FUNCTION app.clinic_results(uuid, date);"


class Migration(migrations.Migration):
    dependencies = [("labs", "0024_ranges_together")]

    operations = [migrations.RunSQL(RESULTS, DROP)]
