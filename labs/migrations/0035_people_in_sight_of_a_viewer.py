"""
A list of people asks the database once whom it may name.

The policy of a patient's row answers for one person; asked of each of ten thousand, it
took a second. The function below finds those same people from the consents of the
viewer's clinics, puts them in order and tells their ids. It opens nothing: the rows of a
page are read under the policies as ever.
"""

from django.db import migrations

PARTS = """
CREATE INDEX CONCURRENTLY people_by_parts ON accounts_patient
  USING gin (app.name_parts(name))
"""

# As accounts.queries.patients_visible_to has it, and app.can_see: of all at once.
SIGHT = """
CREATE FUNCTION app.people_in_sight(scope text) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp ROWS 5000 AS $$
  SELECT consent.patient_id FROM public.accounts_consent AS consent
  WHERE consent.clinic_id = ANY (ARRAY(SELECT app.my_clinics()))
    AND consent.revoked_at IS NULL
    AND consent.starts_at <= pg_catalog.clock_timestamp()
    AND (consent.ends_at IS NULL OR consent.ends_at > pg_catalog.clock_timestamp())
    AND (consent.clinician_id IS NULL
         OR (app.viewer_kind() = 'user' AND consent.clinician_id = app.viewer_id()))
    AND CASE scope
      WHEN 'record' THEN true
      WHEN 'results' THEN consent.shares_results
      WHEN 'supplements' THEN consent.shares_supplements
      WHEN 'health' THEN consent.shares_health
      ELSE false
    END
  UNION
  SELECT patient.id FROM public.accounts_patient AS patient
  WHERE app.viewer_kind() = 'user' AND patient.user_id = app.viewer_id()
  UNION
  SELECT care.patient_id FROM public.accounts_caregrant AS care
  JOIN public.accounts_user AS person ON person.id = care.carer_id
  JOIN public.accounts_patient AS patient ON patient.id = care.patient_id
  WHERE app.viewer_kind() = 'user'
    AND care.carer_id = app.viewer_id()
    AND person.is_active
    AND care.accepted_at <= pg_catalog.clock_timestamp()
    AND care.revoked_at IS NULL
    AND (care.ends_at IS NULL OR care.ends_at > pg_catalog.clock_timestamp())
    AND (NOT care.is_for_a_minor OR patient.born_on IS NULL
         OR patient.born_on > (pg_catalog.clock_timestamp() AT TIME ZONE 'UTC')::date
                              - interval '18 years')
  UNION
  SELECT link.patient_id FROM public.accounts_sharelink AS link
  WHERE link.id = app.viewer_id() AND app.is_shared(link.patient_id, scope)
$$;
REVOKE ALL ON FUNCTION app.people_in_sight(text) FROM PUBLIC;

-- A number is looked at as its own policy has it, and a joining as that of joinings.
CREATE FUNCTION app.people_found(
  scope text, the_words text, the_number text, the_days date[], among uuid[],
  left_out uuid, with_joined boolean, after_name text, after_id uuid,
  skipped integer, most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  clinics uuid[] := ARRAY(SELECT app.my_clinics());
BEGIN
  RETURN QUERY
    WITH numbered AS (
      SELECT known.patient_id FROM public.accounts_patientnumber AS known
      WHERE the_number <> ''
        AND (known.clinic_id = ANY (clinics) OR app.is_own(known.patient_id))
        AND upper(known.number) LIKE upper(the_number) || '%'
        AND (app.is_own(known.patient_id)
             OR (known.clinic_id = ANY (clinics)
                 AND app.treats(known.patient_id, 'record', NULL)))),
    meant AS (
      SELECT person.id FROM public.accounts_patient AS person
      WHERE the_words <> '' AND app.name_parts(person.name) @@ app.name_asked(the_words)
      UNION SELECT numbered.patient_id FROM numbered
      UNION SELECT joined.kept_id FROM public.accounts_recordjoin AS joined
        JOIN numbered ON numbered.patient_id = joined.joined_id
        WHERE joined.undone_at IS NULL)
    SELECT person.id FROM public.accounts_patient AS person
    WHERE person.id IN (SELECT app.people_in_sight(scope))
      AND (the_words = '' OR person.id IN (SELECT meant.id FROM meant))
      AND (the_days IS NULL OR person.born_on = ANY (the_days))
      AND (among IS NULL OR person.id = ANY (among))
      AND (left_out IS NULL OR person.id <> left_out)
      AND (with_joined OR NOT EXISTS (
        SELECT 1 FROM public.accounts_recordjoin AS joined
        WHERE joined.joined_id = person.id AND joined.undone_at IS NULL
          AND joined.kept_id IN (SELECT app.people_in_sight('results'))))
      AND (after_id IS NULL OR (person.name, person.id) > (after_name, after_id))
    ORDER BY person.name, person.id
    OFFSET skipped LIMIT most;
END
$$;
REVOKE ALL ON FUNCTION app.people_found(
  text, text, text, date[], uuid[], uuid, boolean, text, uuid, integer, integer)
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.people_found(
  text, text, text, date[], uuid[], uuid, boolean, text, uuid, integer, integer)
  TO calcidiol_web;
"""
WITHOUT_SIGHT = """
DROP FUNCTION app.people_found(
  text, text, text, date[], uuid[], uuid, boolean, text, uuid, integer, integer);
DROP FUNCTION app.people_in_sight(text);
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("accounts", "0025_audit_by_month"),
        ("labs", "0034_people_found_by_a_part"),
    ]

    operations = [
        migrations.RunSQL(PARTS, "DROP INDEX CONCURRENTLY people_by_parts"),
        migrations.RunSQL(SIGHT, WITHOUT_SIGHT),
    ]
