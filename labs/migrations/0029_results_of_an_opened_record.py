"""
Results are judged visible once for the record that is open, not once for each row.

`app.patient_id` names the record that a request opened; it opens nothing. Whether the
viewer sees its results, and from which day on, `app.can_see` says as before: once a
statement. Rows of any other record are asked about one by one, as they always were.
"""

from django.db import migrations

ONCE = """
CREATE FUNCTION app.opened_results_from() RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH opened AS MATERIALIZED (
    SELECT nullif(pg_catalog.current_setting('app.patient_id', true), '')::uuid AS id)
  SELECT pg_catalog.min(since.day) FROM (
    SELECT opened.id, '-infinity'::date AS day FROM opened WHERE opened.id IS NOT NULL
    UNION ALL
    SELECT opened.id, consent.results_from FROM opened
    JOIN public.accounts_consent AS consent ON consent.patient_id = opened.id
    WHERE consent.results_from IS NOT NULL) AS since
  WHERE app.can_see(since.id, 'results', since.day)
$$;
REVOKE EXECUTE ON FUNCTION app.opened_results_from() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.opened_results_from() TO calcidiol_web;

ALTER POLICY result_read ON labs_labresult
  USING ((patient_id
            = (SELECT nullif(current_setting('app.patient_id', true), '')::uuid)
          AND collected_on >= (SELECT app.opened_results_from()))
         OR app.can_see(patient_id, 'results', collected_on));
"""
EACH = """
ALTER POLICY result_read ON labs_labresult
  USING (app.can_see(patient_id, 'results', collected_on));
DROP FUNCTION app.opened_results_from();
"""


class Migration(migrations.Migration):
    dependencies = [("labs", "0028_rows_stored_by_their_own_consents")]

    operations = [migrations.RunSQL(ONCE, EACH)]
