"""
A version does not hold any more though the one that replaced it is out of sight.

Where a correction moves a result to a day before the first one that is shared, the
viewer does not see the new version. `app.has_newer_version` tells that there is one, of
a version that the viewer sees, and nothing else of it. Of the record that is open, and
whose every day is shared, nothing is out of sight: nobody has to ask.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION app.has_newer_version(the_chain uuid, the_version integer)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.labs_labresult AS newer
                 WHERE newer.chain = the_chain AND newer.version > the_version) THEN
    RETURN false;
  END IF;
  RETURN EXISTS (
    SELECT FROM public.labs_labresult AS asked
    WHERE asked.chain = the_chain AND asked.version = the_version
      AND (app.can_see(asked.patient_id, 'results', asked.collected_on)
           OR app.is_shared(asked.patient_id, 'results', asked.collected_on)));
END
$$;

CREATE FUNCTION app.opened_with_every_day() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT nullif(pg_catalog.current_setting('app.patient_id', true), '')::uuid
  WHERE app.opened_results_from() = '-infinity'::date
$$;
REVOKE EXECUTE ON FUNCTION app.has_newer_version(uuid, integer),
  app.opened_with_every_day() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.has_newer_version(uuid, integer),
  app.opened_with_every_day() TO calcidiol_web;
"""
DROP = """
DROP FUNCTION app.opened_with_every_day();
DROP FUNCTION app.has_newer_version(uuid, integer);
"""


class Migration(migrations.Migration):
    dependencies = [("labs", "0039_rows_of_changed_consents")]

    operations = [migrations.RunSQL(FUNCTIONS, DROP)]
