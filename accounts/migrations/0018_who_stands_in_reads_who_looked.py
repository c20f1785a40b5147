"""
A parent or representative reads who looked, in the place of the person.

Who looks after the record of somebody who asked for it does not: to whom else that
person turned is theirs to tell.
"""

from django.db import migrations

STANDS_IN = """
CREATE FUNCTION app.stands_in_for(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT app.cares_for(wanted) AND EXISTS (
    SELECT 1 FROM public.accounts_caregrant AS care
    WHERE care.patient_id IN (wanted, app.joined_into(wanted))
      AND care.carer_id = app.viewer_id()
      AND care.basis IN ('parent', 'representative')
      AND care.accepted_at <= pg_catalog.clock_timestamp()
      AND care.revoked_at IS NULL
      AND (care.ends_at IS NULL OR care.ends_at > pg_catalog.clock_timestamp()))
$$;
REVOKE ALL ON FUNCTION app.stands_in_for(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.stands_in_for(uuid) TO calcidiol_web;
ALTER POLICY audit_read ON accounts_auditevent
  USING (app.is_own(patient_id) OR app.stands_in_for(patient_id));
"""
OWN_ALONE = """
ALTER POLICY audit_read ON accounts_auditevent USING (app.is_own(patient_id));
DROP FUNCTION app.stands_in_for(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0017_clinics_answers")]

    operations = [migrations.RunSQL(STANDS_IN, OWN_ALONE)]
