"""
Worklist rows judge by what clinics know of laboratories, as every page does.

The material holds as many results as the comparison on a page looks at, where a report
has parts beside its total. Every row is marked to be drawn anew.
"""

from importlib import import_module

from django.db import migrations

# Who looks after these patients, then what they know: few clinics, many patients.
LABORATORIES = """
CREATE OR REPLACE FUNCTION app.laboratories_of(wanted uuid[])
RETURNS TABLE (patient_id uuid, kind text, laboratory text, method text,
               other_name text, cva numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH let_in AS MATERIALIZED (
    SELECT DISTINCT consent.patient_id, consent.clinic_id
    FROM public.accounts_consent AS consent
    WHERE consent.patient_id = ANY (wanted)
      AND consent.shares_results
      AND consent.revoked_at IS NULL
      AND consent.starts_at <= clock_timestamp()
      AND (consent.ends_at IS NULL OR consent.ends_at > clock_timestamp())
  ), known AS MATERIALIZED (
    SELECT last.* FROM (SELECT DISTINCT clinic_id FROM let_in) AS clinic
    JOIN LATERAL (
      SELECT DISTINCT ON (row.kind, row.laboratory_folded, row.method_folded) row.*
      FROM public.labs_laboratoryknowledge AS row
      WHERE row.clinic_id = clinic.clinic_id
      ORDER BY row.kind, row.laboratory_folded, row.method_folded,
               row.entered_at DESC, row.id) AS last ON NOT last.is_over
  ), seen AS MATERIALIZED (
    SELECT patient.patient_id FROM (
      SELECT DISTINCT let_in.patient_id FROM let_in
      WHERE let_in.clinic_id IN (SELECT known.clinic_id FROM known)) AS patient
    WHERE app.can_see(patient.patient_id, 'results')
       OR app.is_shared(patient.patient_id, 'results')
  )
  SELECT DISTINCT seen.patient_id, known.kind, known.laboratory, known.method,
         known.other_name, known.cva
  FROM seen
  JOIN let_in ON let_in.patient_id = seen.patient_id
  JOIN known ON known.clinic_id = let_in.clinic_id
$$;

-- When what is known for a patient changes by itself: a consent begins or ends.
CREATE FUNCTION app.laboratories_change_at(wanted uuid[])
RETURNS TABLE (patient_id uuid, moment timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT consent.patient_id, pg_catalog.min(edge.moment)
  FROM public.accounts_consent AS consent
  CROSS JOIN LATERAL (VALUES (consent.starts_at), (consent.ends_at)) AS edge (moment)
  WHERE app.viewer_kind() = 'clinic'
    AND consent.patient_id = ANY (wanted)
    AND consent.shares_results
    AND consent.revoked_at IS NULL
    AND edge.moment > clock_timestamp()
    AND EXISTS (SELECT 1 FROM public.labs_laboratoryknowledge AS row
                WHERE row.clinic_id = consent.clinic_id)
  GROUP BY consent.patient_id
$$;

-- Every row of everybody who shows this clinic results, in whatever clinic's list, is
-- to be drawn anew; their ids. Patients are locked in the order of every other writer.
CREATE FUNCTION app.mark_judged_by(the_clinic uuid) RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  patients uuid[];
BEGIN
  IF NOT app.works_in(the_clinic) THEN
    RAISE EXCEPTION 'not a clinic of this viewer' USING ERRCODE = '42501';
  END IF;
  patients := ARRAY(
    SELECT DISTINCT consent.patient_id FROM public.accounts_consent AS consent
    WHERE consent.clinic_id = the_clinic AND consent.shares_results
      AND consent.revoked_at IS NULL
      AND (consent.ends_at IS NULL OR consent.ends_at > clock_timestamp()));
  PERFORM 1 FROM public.accounts_patient AS patient
    WHERE patient.id = ANY (patients) ORDER BY patient.id FOR NO KEY UPDATE;
  RETURN QUERY
    WITH marked AS (
      UPDATE public.labs_worklistrow AS row SET changes_at = clock_timestamp()
      WHERE row.patient_id = ANY (patients) RETURNING row.patient_id)
    SELECT DISTINCT marked.patient_id FROM marked ORDER BY 1;
END
$$;
REVOKE ALL ON FUNCTION app.laboratories_change_at(uuid[]), app.mark_judged_by(uuid)
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.laboratories_change_at(uuid[]), app.mark_judged_by(uuid)
  TO calcidiol_web;
"""
_FILES = import_module("labs.migrations.0011_report_files_and_laboratories")
_KNOWN = _FILES.POLICIES[_FILES.POLICIES.index("CREATE FUNCTION app.laboratories_of") :]
NO_LABORATORIES = (
    _KNOWN.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    + """
DROP FUNCTION app.mark_judged_by(uuid);
DROP FUNCTION app.laboratories_change_at(uuid[]);
"""
)

_BEFORE = import_module("labs.migrations.0019_people_of_named_clinicians")
_MATERIAL = _BEFORE.WORKLIST_OF_ALL
_PLACE = """          standing.entered_at DESC, standing.id) AS place
"""
_TWO = "(chosen.is_series AND chosen.place <= 2)"
_TRAIL = "app.fold(placed.laboratory) || '|' || app.fold(placed.method))"
# All rows of the newest reports, until two of them are no parts beside a total.
MATERIAL = (
    _MATERIAL.replace(
        _PLACE,
        """          standing.entered_at DESC, standing.id) AS place,
      pg_catalog.count(*) FILTER (WHERE standing.measurand NOT IN ('D2', 'D3')) OVER (
        PARTITION BY standing.patient_id,
          CASE WHEN standing.is_series THEN '' ELSE standing.measurand END
        ORDER BY standing.collected_on DESC, (standing.measurand = 'total') DESC,
          standing.entered_at DESC, standing.id ROWS UNBOUNDED PRECEDING) AS wholes
""",
    )
    .replace(
        _TWO,
        """(chosen.is_series AND (chosen.place <= 2 OR (chosen.place <= 8
        AND (chosen.wholes < 2
             OR (chosen.wholes = 2 AND chosen.measurand NOT IN ('D2', 'D3'))))))""",
    )
    .replace(
        _TRAIL,
        """app.fold(placed.laboratory) || '|' || app.fold(placed.method),
        placed.measurand)""",
    )
)
DRAWN_ANEW = "UPDATE labs_worklistrow SET changes_at = pg_catalog.now();"


class Migration(migrations.Migration):
    dependencies = [("labs", "0019_people_of_named_clinicians")]

    operations = [
        migrations.RunSQL(LABORATORIES, NO_LABORATORIES),
        migrations.RunSQL(MATERIAL, _MATERIAL),
        migrations.RunSQL(DRAWN_ANEW, DRAWN_ANEW),
    ]
