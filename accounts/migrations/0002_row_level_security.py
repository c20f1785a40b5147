"""
Row-level security under people, consent and audit.

The policies ask `app.can_see`, which answers by who looks (two settings of the
transaction). The functions run as the owner, so that a policy may look at tables
whose own policies would hide the answer.
"""

from django.db import migrations

FUNCTIONS = """
CREATE SCHEMA IF NOT EXISTS app;
GRANT USAGE ON SCHEMA app TO calcidiol_web;
GRANT USAGE ON SCHEMA public TO calcidiol_web;

CREATE FUNCTION app.viewer_kind() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(pg_catalog.current_setting('app.viewer_kind', true), '')
$$;

-- After the first transaction of a connection the setting is '', not NULL.
CREATE FUNCTION app.viewer_id() RETURNS uuid
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT nullif(pg_catalog.current_setting('app.viewer_id', true), '')::uuid
$$;

CREATE FUNCTION app.is_own(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT app.viewer_kind() = 'user' AND EXISTS (
    SELECT 1 FROM public.accounts_patient AS patient
    JOIN public.accounts_user AS person ON person.id = patient.user_id
    WHERE patient.id = wanted
      AND patient.user_id = app.viewer_id()
      AND person.is_active)
$$;

CREATE FUNCTION app.works_in(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE app.viewer_kind()
    WHEN 'clinic' THEN wanted = app.viewer_id()
    WHEN 'user' THEN EXISTS (
      SELECT 1 FROM public.accounts_membership AS member
      JOIN public.accounts_user AS person ON person.id = member.user_id
      WHERE member.clinic_id = wanted
        AND member.user_id = app.viewer_id()
        AND member.is_active
        AND member.role = 'clinician'
        AND person.is_active)
    ELSE false
  END
$$;

-- A clinic's sight of a record: consent in force now, for that part, for that day.
CREATE FUNCTION app.treats(wanted uuid, scope text, day date) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT app.viewer_kind() <> '' AND EXISTS (
    SELECT 1 FROM public.accounts_consent AS consent
    WHERE consent.patient_id = wanted
      AND consent.revoked_at IS NULL
      AND consent.starts_at <= pg_catalog.clock_timestamp()
      AND (consent.ends_at IS NULL OR consent.ends_at > pg_catalog.clock_timestamp())
      AND CASE scope
        WHEN 'record' THEN true
        WHEN 'results' THEN consent.shares_results
          AND (day IS NULL OR consent.results_from IS NULL
               OR day >= consent.results_from)
        WHEN 'supplements' THEN consent.shares_supplements
        WHEN 'health' THEN consent.shares_health
        ELSE false
      END
      AND app.works_in(consent.clinic_id))
$$;

CREATE FUNCTION app.can_see(wanted uuid, scope text, day date DEFAULT NULL)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT app.is_own(wanted) OR app.treats(wanted, scope, day)
$$;

-- A record that nobody keeps yet: the clinic that entered it may write its basis.
CREATE FUNCTION app.has_no_keeper(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT NOT EXISTS (
      SELECT 1 FROM public.accounts_consent WHERE patient_id = wanted)
    AND NOT EXISTS (
      SELECT 1 FROM public.accounts_patient
      WHERE id = wanted AND user_id IS NOT NULL)
$$;

-- The first consent of a record cannot be read back by the policy that lets it in.
CREATE FUNCTION app.signed_in() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT app.viewer_kind() <> ''
$$;

CREATE FUNCTION app.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME;
END
$$;
"""

DROP_FUNCTIONS = "DROP SCHEMA app CASCADE;"

POLICIES = """
ALTER TABLE accounts_clinic ENABLE ROW LEVEL SECURITY;
CREATE POLICY clinic_read ON accounts_clinic FOR SELECT USING (app.signed_in());
GRANT SELECT ON accounts_clinic TO calcidiol_web;

ALTER TABLE accounts_membership ENABLE ROW LEVEL SECURITY;
CREATE POLICY membership_read ON accounts_membership FOR SELECT
  USING (user_id = app.viewer_id() OR app.works_in(clinic_id));
GRANT SELECT ON accounts_membership TO calcidiol_web;

ALTER TABLE accounts_patient ENABLE ROW LEVEL SECURITY;
CREATE POLICY patient_read ON accounts_patient FOR SELECT
  USING (user_id = app.viewer_id() OR app.can_see(id, 'record'));
CREATE POLICY patient_add ON accounts_patient FOR INSERT
  WITH CHECK (
    (app.viewer_kind() = 'user' AND user_id = app.viewer_id())
    OR (user_id IS NULL AND app.signed_in()));
CREATE POLICY patient_change ON accounts_patient FOR UPDATE
  USING (app.can_see(id, 'record'))
  WITH CHECK (app.can_see(id, 'record'));
GRANT SELECT, INSERT ON accounts_patient TO calcidiol_web;
GRANT UPDATE (name, born_on, hemisphere, preferred_unit)
  ON accounts_patient TO calcidiol_web;

ALTER TABLE accounts_patientnumber ENABLE ROW LEVEL SECURITY;
CREATE POLICY number_read ON accounts_patientnumber FOR SELECT
  USING (app.is_own(patient_id)
         OR (app.works_in(clinic_id) AND app.treats(patient_id, 'record', NULL)));
CREATE POLICY number_add ON accounts_patientnumber FOR INSERT
  WITH CHECK (app.works_in(clinic_id) AND app.treats(patient_id, 'record', NULL));
GRANT SELECT, INSERT ON accounts_patientnumber TO calcidiol_web;

ALTER TABLE accounts_consent ENABLE ROW LEVEL SECURITY;
CREATE POLICY consent_read ON accounts_consent FOR SELECT
  USING (app.is_own(patient_id) OR app.works_in(clinic_id));
CREATE POLICY consent_add ON accounts_consent FOR INSERT
  WITH CHECK (
    (basis = 'patient' AND app.is_own(patient_id))
    OR (basis = 'clinic_record' AND app.works_in(clinic_id)
        AND app.has_no_keeper(patient_id)));
CREATE POLICY consent_end ON accounts_consent FOR UPDATE
  USING (app.is_own(patient_id)) WITH CHECK (app.is_own(patient_id));
GRANT SELECT, INSERT ON accounts_consent TO calcidiol_web;
GRANT UPDATE (revoked_at, ends_at) ON accounts_consent TO calcidiol_web;

ALTER TABLE accounts_auditevent ENABLE ROW LEVEL SECURITY;
CREATE POLICY audit_read ON accounts_auditevent FOR SELECT
  USING (app.is_own(patient_id));
CREATE POLICY audit_add ON accounts_auditevent FOR INSERT
  WITH CHECK (actor_kind = app.viewer_kind()
              AND actor_id IS NOT DISTINCT FROM app.viewer_id());
GRANT SELECT, INSERT ON accounts_auditevent TO calcidiol_web;
CREATE TRIGGER audit_event_is_append_only BEFORE UPDATE OR DELETE
  ON accounts_auditevent FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
"""

DROP_POLICIES = """
DROP TRIGGER audit_event_is_append_only ON accounts_auditevent;
DROP POLICY audit_read ON accounts_auditevent;
DROP POLICY audit_add ON accounts_auditevent;
DROP POLICY consent_read ON accounts_consent;
DROP POLICY consent_add ON accounts_consent;
DROP POLICY consent_end ON accounts_consent;
DROP POLICY number_read ON accounts_patientnumber;
DROP POLICY number_add ON accounts_patientnumber;
DROP POLICY patient_read ON accounts_patient;
DROP POLICY patient_add ON accounts_patient;
DROP POLICY patient_change ON accounts_patient;
DROP POLICY membership_read ON accounts_membership;
DROP POLICY clinic_read ON accounts_clinic;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(POLICIES, DROP_POLICIES),
    ]
