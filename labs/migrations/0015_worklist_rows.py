"""
What a worklist row is drawn from and how it is stored, and the policies of reviews.

The web role only reads the rows. `app.store_worklist_rows` writes them for a viewer of
that clinic and for patients whose consent is in force, and removes all others. The
material functions answer within the consent's scope and start date, checked once for
each patient instead of once for each result. They are kept to the indexes: in an
import's own transaction no statistics know of its rows yet.
"""

from django.db import migrations

CLINICS = """
-- Asked once for each statement, not once for each row.
CREATE FUNCTION app.my_clinics() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT app.viewer_id() WHERE app.viewer_kind() = 'clinic'
  UNION ALL
  SELECT member.clinic_id FROM public.accounts_membership AS member
  JOIN public.accounts_user AS person ON person.id = member.user_id
  WHERE app.viewer_kind() = 'user' AND member.user_id = app.viewer_id()
    AND member.is_active AND member.role = 'clinician' AND person.is_active
$$;

-- Whose lists a write touches; until the transaction ends, one writer a patient.
CREATE FUNCTION app.lock_for_worklist(patients uuid[])
RETURNS TABLE (clinic_id uuid, patient_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET enable_seqscan = off AS $$
BEGIN
  PERFORM 1 FROM public.accounts_patient AS patient
    WHERE patient.id = ANY(patients) AND app.can_see(patient.id, 'record')
    ORDER BY patient.id FOR NO KEY UPDATE;
  RETURN QUERY
    SELECT DISTINCT consent.clinic_id, consent.patient_id
    FROM public.accounts_consent AS consent
    WHERE consent.patient_id = ANY(patients)
      AND app.can_see(consent.patient_id, 'record');
END
$$;
"""

MATERIAL = """
CREATE FUNCTION app.worklist_people(the_clinic uuid, patients uuid[])
RETURNS TABLE (
  patient_id uuid, owner_id uuid, name text, born_on date, number text,
  shares_results boolean, shares_supplements boolean, shares_health boolean,
  results_from date, starts_at timestamptz, ends_at timestamptz,
  has_background boolean, tags text[],
  reviewed_by text, reviewed_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET enable_seqscan = off AS $$
  SELECT patient.id, patient.user_id, patient.name, patient.born_on,
    coalesce(number.number, ''), consent.shares_results, consent.shares_supplements,
    consent.shares_health, consent.results_from, consent.starts_at, consent.ends_at,
    (consent.shares_supplements AND EXISTS (
      SELECT 1 FROM public.labs_supplementperiod AS period
      WHERE period.patient_id = patient.id))
    OR (consent.shares_health AND EXISTS (
      SELECT 1 FROM public.labs_healthfact AS fact
      WHERE fact.patient_id = patient.id)),
    ARRAY(SELECT tag.word::text FROM public.labs_patienttag AS tag
          WHERE tag.patient_id = patient.id AND tag.clinic_id = the_clinic
          ORDER BY tag.word),
    review.reviewed_by_name, review.reviewed_at
  FROM public.accounts_consent AS consent
  JOIN public.accounts_patient AS patient ON patient.id = consent.patient_id
  LEFT JOIN public.accounts_patientnumber AS number
    ON number.patient_id = patient.id AND number.clinic_id = the_clinic
  LEFT JOIN LATERAL (
    SELECT seen.reviewed_by_name, seen.reviewed_at FROM public.labs_review AS seen
    WHERE seen.patient_id = patient.id AND seen.clinic_id = the_clinic
      AND seen.undone_at IS NULL
    ORDER BY seen.reviewed_at DESC, seen.id LIMIT 1) AS review ON true
  WHERE consent.clinic_id = the_clinic
    AND consent.patient_id = ANY(patients)
    AND consent.revoked_at IS NULL
    AND (consent.ends_at IS NULL OR consent.ends_at > pg_catalog.clock_timestamp())
    AND app.works_in(the_clinic)
  ORDER BY patient.id
$$;

-- The two newest of 25-hydroxyvitamin D, the newest calcium of each kind, what is held,
-- and what was recent when it came in and is not reviewed. `trail` stands beside the
-- newest: the last twelve, for a sparkline.
CREATE FUNCTION app.worklist_results(the_clinic uuid, patients uuid[], no_day text[])
RETURNS TABLE (
  patient_id uuid, id uuid, measurand text, value_text text, value numeric,
  comparator text, unit_text text, unit text, collected_on date, reported_on date,
  came_on date, laboratory text, method text, specimen text, interval_low numeric,
  interval_high numeric, laboratory_flag text, status text, held_because text,
  version smallint, is_series boolean, place bigint, is_reviewed boolean, trail jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET enable_seqscan = off SET enable_nestloop = off AS $$
  WITH shared AS MATERIALIZED (
    SELECT consent.patient_id, consent.results_from
    FROM public.accounts_consent AS consent
    WHERE consent.clinic_id = the_clinic
      AND consent.patient_id = ANY(patients)
      AND consent.shares_results
      AND consent.revoked_at IS NULL
      AND (consent.ends_at IS NULL OR consent.ends_at > pg_catalog.clock_timestamp())
      AND app.works_in(the_clinic)
  ), newer AS MATERIALIZED (
    SELECT later.chain, pg_catalog.max(later.version) AS newest
    FROM public.labs_labresult AS later
    WHERE later.patient_id = ANY(patients) AND later.version > 1
    GROUP BY later.chain
  ), standing AS (
    SELECT result.*,
      result.measurand IN ('total', 'D3', 'D2', 'unspecified')
        AND result.held_because <> ALL(no_day) AS is_series
    FROM shared
    JOIN public.labs_labresult AS result USING (patient_id)
    LEFT JOIN newer USING (chain)
    WHERE result.patient_id = ANY(patients)
      AND (newer.newest IS NULL OR newer.newest = result.version)
      AND (shared.results_from IS NULL OR result.collected_on >= shared.results_from)
      AND result.status NOT IN ('entered-in-error', 'cancelled')
  ), placed AS (
    SELECT standing.*,
      pg_catalog.row_number() OVER (
        PARTITION BY standing.patient_id,
          CASE WHEN standing.is_series THEN '' ELSE standing.measurand END
        ORDER BY standing.collected_on DESC, (standing.measurand = 'total') DESC,
          standing.entered_at DESC, standing.id) AS place
    FROM standing
  ), trails AS (
    SELECT placed.patient_id, pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(
        placed.collected_on, placed.value::text, placed.unit, placed.comparator,
        app.fold(placed.laboratory) || '|' || app.fold(placed.method))
        ORDER BY placed.place DESC) AS trail
    FROM placed
    WHERE placed.is_series AND placed.place <= 12
      AND placed.unit IN ('ng/mL', 'nmol/L', 'ug/L')
    GROUP BY placed.patient_id
  ), chosen AS (
    SELECT placed.*,
      placed.entered_at::date
        - greatest(placed.collected_on, placed.reported_on) <= 30
        OR placed.version > 1 OR placed.status IN ('corrected', 'amended') AS is_news
    FROM placed
  )
  SELECT chosen.patient_id, chosen.id, chosen.measurand, chosen.value_text,
    chosen.value, chosen.comparator, chosen.unit_text, chosen.unit,
    chosen.collected_on, chosen.reported_on, chosen.entered_at::date,
    chosen.laboratory, chosen.method, chosen.specimen, chosen.interval_low,
    chosen.interval_high, chosen.laboratory_flag, chosen.status, chosen.held_because,
    chosen.version, chosen.is_series, chosen.place, seen.id IS NOT NULL,
    CASE WHEN chosen.is_series AND chosen.place = 1 THEN trails.trail END
  FROM chosen
  LEFT JOIN public.labs_review AS seen
    ON seen.result_id = chosen.id AND seen.clinic_id = the_clinic
    AND seen.undone_at IS NULL
  LEFT JOIN trails
    ON trails.patient_id = chosen.patient_id AND chosen.is_series AND chosen.place = 1
  WHERE (chosen.is_series AND chosen.place <= 2)
    OR (chosen.measurand IN ('calcium', 'adjusted_calcium', 'ionised_calcium')
        AND chosen.place <= 5)
    OR ((chosen.is_news
         OR (chosen.held_because <> ''
             AND chosen.measurand IN ('total', 'D3', 'D2', 'unspecified')))
        AND seen.id IS NULL)
  ORDER BY chosen.patient_id, chosen.place DESC, chosen.id
$$;
"""

STORE = """
CREATE FUNCTION app.store_worklist_rows(
  the_clinic uuid, patients uuid[], incoming jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET enable_seqscan = off AS $$
BEGIN
  IF NOT app.works_in(the_clinic) THEN
    RAISE EXCEPTION 'not a clinic of this viewer' USING ERRCODE = '42501';
  END IF;
  DELETE FROM public.labs_worklistrow AS gone
    WHERE gone.clinic_id = the_clinic AND gone.patient_id = ANY(patients)
      AND NOT EXISTS (
        SELECT 1 FROM public.accounts_consent AS consent
        WHERE consent.clinic_id = the_clinic
          AND consent.patient_id = gone.patient_id
          AND consent.revoked_at IS NULL
          AND (consent.ends_at IS NULL
               OR consent.ends_at > pg_catalog.clock_timestamp()));
  INSERT INTO public.labs_worklistrow AS row (
    clinic_id, patient_id, visible_from, visible_until, changes_at, gravity, reasons,
    since, is_one_by_one, flag, name, name_key, born_on, number, latest_on, latest_ng,
    retest_on, has_target, clinician, template_id, precautions, tags, stamp, facts)
  SELECT the_clinic, new.patient_id, new.visible_from, new.visible_until,
    new.changes_at, new.gravity, new.reasons, new.since, new.is_one_by_one, new.flag,
    new.name, new.name_key, new.born_on, new.number, new.latest_on, new.latest_ng,
    new.retest_on, new.has_target, new.clinician, new.template_id, new.precautions,
    new.tags, new.stamp, new.facts
  FROM pg_catalog.jsonb_to_recordset(incoming) AS new (
    patient_id uuid, visible_from timestamptz, visible_until timestamptz,
    changes_at timestamptz, gravity smallint, reasons smallint[], since date,
    is_one_by_one boolean, flag text, name text, name_key text, born_on date,
    number text, latest_on date, latest_ng numeric, retest_on date, has_target boolean,
    clinician text, template_id uuid, precautions text[], tags text[], stamp text,
    facts jsonb)
  JOIN public.accounts_consent AS consent
    ON consent.clinic_id = the_clinic AND consent.patient_id = new.patient_id
    AND consent.revoked_at IS NULL
    AND (consent.ends_at IS NULL OR consent.ends_at > pg_catalog.clock_timestamp())
  WHERE new.patient_id = ANY(patients)
  ON CONFLICT (clinic_id, patient_id) DO UPDATE SET
    visible_from = excluded.visible_from, visible_until = excluded.visible_until,
    changes_at = excluded.changes_at, gravity = excluded.gravity,
    reasons = excluded.reasons, since = excluded.since,
    is_one_by_one = excluded.is_one_by_one, flag = excluded.flag,
    name = excluded.name, name_key = excluded.name_key, born_on = excluded.born_on,
    number = excluded.number, latest_on = excluded.latest_on,
    latest_ng = excluded.latest_ng, retest_on = excluded.retest_on,
    has_target = excluded.has_target, clinician = excluded.clinician,
    template_id = excluded.template_id, precautions = excluded.precautions,
    tags = excluded.tags, stamp = excluded.stamp, facts = excluded.facts;
END
$$;

-- The number of rows by reason, kept as changes that are summed up when read.
CREATE FUNCTION app.count_worklist() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO public.labs_worklistcount (clinic_id, reason, change)
    SELECT added.clinic_id, reason, pg_catalog.count(*)
    FROM added, pg_catalog.unnest(added.reasons || 0::smallint) AS reason
    GROUP BY added.clinic_id, reason;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO public.labs_worklistcount (clinic_id, reason, change)
    SELECT gone.clinic_id, reason, -pg_catalog.count(*)
    FROM gone, pg_catalog.unnest(gone.reasons || 0::smallint) AS reason
    WHERE EXISTS (SELECT 1 FROM public.accounts_clinic WHERE id = gone.clinic_id)
    GROUP BY gone.clinic_id, reason;
  ELSE
    INSERT INTO public.labs_worklistcount (clinic_id, reason, change)
    SELECT moved.clinic_id, moved.reason, pg_catalog.sum(moved.change)
    FROM (
      SELECT clinic_id, pg_catalog.unnest(reasons) AS reason, 1 AS change FROM added
      UNION ALL
      SELECT clinic_id, pg_catalog.unnest(reasons), -1 FROM gone) AS moved
    GROUP BY moved.clinic_id, moved.reason
    HAVING pg_catalog.sum(moved.change) <> 0;
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER count_added_rows AFTER INSERT ON labs_worklistrow
  REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION app.count_worklist();
CREATE TRIGGER count_moved_rows AFTER UPDATE ON labs_worklistrow
  REFERENCING OLD TABLE AS gone NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION app.count_worklist();
CREATE TRIGGER count_gone_rows AFTER DELETE ON labs_worklistrow
  REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION app.count_worklist();

CREATE FUNCTION app.sum_up_worklist_counts() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH taken AS (
    DELETE FROM public.labs_worklistcount RETURNING clinic_id, reason, change)
  INSERT INTO public.labs_worklistcount (clinic_id, reason, change)
  SELECT clinic_id, reason, pg_catalog.sum(change) FROM taken
  GROUP BY clinic_id, reason HAVING pg_catalog.sum(change) <> 0
$$;

-- Rows that the calendar changes, or whose consent has run out; ids only.
CREATE FUNCTION app.worklist_rows_due(moment timestamptz, most integer)
RETURNS TABLE (clinic_id uuid, patient_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT row.clinic_id, row.patient_id FROM public.labs_worklistrow AS row
  WHERE row.changes_at <= moment ORDER BY row.changes_at LIMIT most
$$;
"""

POLICIES = """
ALTER TABLE labs_worklistrow ENABLE ROW LEVEL SECURITY;
CREATE POLICY worklist_read ON labs_worklistrow FOR SELECT
  USING (clinic_id = ANY(ARRAY(SELECT app.my_clinics()))
         AND visible_from <= pg_catalog.now()
         AND (visible_until IS NULL OR visible_until > pg_catalog.now()));
GRANT SELECT ON labs_worklistrow TO calcidiol_web;

ALTER TABLE labs_worklistcount ENABLE ROW LEVEL SECURITY;
CREATE POLICY worklist_count_read ON labs_worklistcount FOR SELECT
  USING (clinic_id = ANY(ARRAY(SELECT app.my_clinics())));
GRANT SELECT ON labs_worklistcount TO calcidiol_web;

ALTER TABLE labs_patienttag ENABLE ROW LEVEL SECURITY;
CREATE POLICY tag_read ON labs_patienttag FOR SELECT
  USING (app.works_in(clinic_id) AND app.treats(patient_id, 'record', NULL));
CREATE POLICY tag_add ON labs_patienttag FOR INSERT
  WITH CHECK (app.works_in(clinic_id) AND app.treats(patient_id, 'record', NULL));
CREATE POLICY tag_remove ON labs_patienttag FOR DELETE
  USING (app.works_in(clinic_id) AND app.treats(patient_id, 'record', NULL));
GRANT SELECT, INSERT, DELETE ON labs_patienttag TO calcidiol_web;

ALTER TABLE labs_savedview ENABLE ROW LEVEL SECURITY;
CREATE POLICY view_own ON labs_savedview
  USING (user_id = app.viewer_id()) WITH CHECK (user_id = app.viewer_id());
GRANT SELECT, INSERT, DELETE ON labs_savedview TO calcidiol_web;

ALTER TABLE labs_targettemplate ENABLE ROW LEVEL SECURITY;
CREATE POLICY template_read ON labs_targettemplate FOR SELECT
  USING (app.works_in(clinic_id));
CREATE POLICY template_add ON labs_targettemplate FOR INSERT
  WITH CHECK (app.works_in(clinic_id));
CREATE POLICY template_retire ON labs_targettemplate FOR UPDATE
  USING (app.works_in(clinic_id)) WITH CHECK (app.works_in(clinic_id));
GRANT SELECT, INSERT ON labs_targettemplate TO calcidiol_web;
GRANT UPDATE (retired_at) ON labs_targettemplate TO calcidiol_web;

ALTER TABLE labs_review ENABLE ROW LEVEL SECURITY;
CREATE POLICY review_read ON labs_review FOR SELECT
  USING (app.is_own(patient_id)
         OR (app.works_in(clinic_id) AND app.treats(patient_id, 'record', NULL)));
CREATE POLICY review_add ON labs_review FOR INSERT
  WITH CHECK (app.works_in(clinic_id)
              AND app.treats(patient_id, 'record', NULL)
              AND reviewed_by_id = app.viewer_id()
              AND undone_at IS NULL
              AND (result_id IS NULL OR EXISTS (
                SELECT 1 FROM labs_labresult AS result
                WHERE result.id = result_id
                  AND result.patient_id = labs_review.patient_id)));
CREATE POLICY review_undo ON labs_review FOR UPDATE
  USING (undone_at IS NULL AND app.works_in(clinic_id)
         AND app.treats(patient_id, 'record', NULL))
  WITH CHECK (app.works_in(clinic_id));
GRANT SELECT, INSERT ON labs_review TO calcidiol_web;
GRANT UPDATE (undone_at, undone_by_name) ON labs_review TO calcidiol_web;

ALTER TABLE labs_clinicnote ENABLE ROW LEVEL SECURITY;
CREATE POLICY note_read ON labs_clinicnote FOR SELECT
  USING ((is_for_patient AND app.is_own(patient_id))
         OR (app.works_in(clinic_id) AND app.treats(patient_id, 'record', NULL)));
CREATE POLICY note_add ON labs_clinicnote FOR INSERT
  WITH CHECK (app.works_in(clinic_id)
              AND app.treats(patient_id, 'record', NULL)
              AND written_by_id = app.viewer_id());
GRANT SELECT, INSERT ON labs_clinicnote TO calcidiol_web;
CREATE TRIGGER note_is_never_changed BEFORE UPDATE
  ON labs_clinicnote FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

ALTER TABLE labs_retestplan ENABLE ROW LEVEL SECURITY;
CREATE POLICY retest_read ON labs_retestplan FOR SELECT
  USING (app.is_own(patient_id)
         OR (app.works_in(clinic_id) AND app.treats(patient_id, 'results', NULL)));
CREATE POLICY retest_add ON labs_retestplan FOR INSERT
  WITH CHECK (app.works_in(clinic_id)
              AND app.treats(patient_id, 'results', NULL)
              AND set_by_id = app.viewer_id()
              AND ended_at IS NULL);
CREATE POLICY retest_end ON labs_retestplan FOR UPDATE
  USING (ended_at IS NULL AND app.works_in(clinic_id)
         AND app.treats(patient_id, 'results', NULL))
  WITH CHECK (app.works_in(clinic_id));
GRANT SELECT, INSERT ON labs_retestplan TO calcidiol_web;
GRANT UPDATE (ended_at, ended_by_name) ON labs_retestplan TO calcidiol_web;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO calcidiol_web;
"""

DROP = """
DROP POLICY retest_end ON labs_retestplan;
DROP POLICY retest_add ON labs_retestplan;
DROP POLICY retest_read ON labs_retestplan;
DROP TRIGGER note_is_never_changed ON labs_clinicnote;
DROP POLICY note_add ON labs_clinicnote;
DROP POLICY note_read ON labs_clinicnote;
DROP POLICY review_undo ON labs_review;
DROP POLICY review_add ON labs_review;
DROP POLICY review_read ON labs_review;
DROP POLICY template_retire ON labs_targettemplate;
DROP POLICY template_add ON labs_targettemplate;
DROP POLICY template_read ON labs_targettemplate;
DROP POLICY view_own ON labs_savedview;
DROP POLICY tag_remove ON labs_patienttag;
DROP POLICY tag_add ON labs_patienttag;
DROP POLICY tag_read ON labs_patienttag;
DROP POLICY worklist_count_read ON labs_worklistcount;
DROP POLICY worklist_read ON labs_worklistrow;
DROP FUNCTION app.worklist_rows_due(timestamptz, integer);
DROP FUNCTION app.sum_up_worklist_counts();
DROP TRIGGER count_gone_rows ON labs_worklistrow;
DROP TRIGGER count_moved_rows ON labs_worklistrow;
DROP TRIGGER count_added_rows ON labs_worklistrow;
DROP FUNCTION app.count_worklist();
DROP FUNCTION app.store_worklist_rows(uuid, uuid[], jsonb);
DROP FUNCTION app.worklist_results(uuid, uuid[], text[]);
DROP FUNCTION app.worklist_people(uuid, uuid[]);
DROP FUNCTION app.lock_for_worklist(uuid[]);
DROP FUNCTION app.my_clinics();
"""


class Migration(migrations.Migration):
    dependencies = [("labs", "0014_worklist")]

    operations = [migrations.RunSQL(CLINICS + MATERIAL + STORE + POLICIES, DROP)]
