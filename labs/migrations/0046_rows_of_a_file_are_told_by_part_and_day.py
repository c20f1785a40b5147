"""
A listed row of a file is read with the part of the record and the day that it tells of.

Until now the database gave every row, and the file itself, to whoever saw the results of
one day; Python alone left out the rest. Now a row asks for its part and its day, and
a file is read past Python by who sees all of it. What needs more than that asks a
function, which looks at the viewer itself:

- a page lists every row, and of one that is not shared where it stands: rows_of_file;
- looking again, saving and forgetting remove every row: clear_rows_of_file, forget_file;
- reading a file again needs all of its bytes: bytes_of_file;
- room is counted, and a large file told from a small one: size_of_file, kept_uploads.

Nobody removes rows, files and uploads otherwise any more. The monthly clearing, and what
goes with a record that is left, run as the owner, as before.
"""

from django.db import migrations

FUNCTIONS = """
-- As batch_read has it, and the words that a key needs for a file.
CREATE FUNCTION app.opens_file(the_file uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT app.token_allows(ARRAY['imports:read', 'results:read']) AND EXISTS (
    SELECT FROM public.labs_importbatch AS batch WHERE batch.id = the_file
      AND (batch.clinic_id IS NULL OR app.works_in(batch.clinic_id))
      AND (batch.patient_id IS NULL OR app.can_see(batch.patient_id, 'results')))
$$;

CREATE FUNCTION app.results_seen_from(wanted uuid) RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT pg_catalog.min(since.day) FROM (
    SELECT '-infinity'::date AS day
    UNION ALL
    SELECT consent.results_from FROM public.accounts_consent AS consent
    WHERE consent.patient_id = wanted AND consent.results_from IS NOT NULL) AS since
  WHERE app.can_see(wanted, 'results', since.day)
$$;

CREATE FUNCTION app.supplements_seen(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT app.token_allows(ARRAY['supplements:read'])
    AND app.can_see(wanted, 'supplements')
$$;

-- A row without a day that could be read is told where every day is shared. One that
-- was kept before its part was noted, and refused, may be of either part.
CREATE FUNCTION app.is_row_told(kind text, part text, understood jsonb,
  since date, has_supplements boolean) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE
    WHEN (part = 'supplements' OR (part = '' AND kind IN ('medicine', 'refused')))
      AND NOT coalesce(has_supplements, false) THEN false
    WHEN part = 'supplements' OR (part = '' AND kind = 'medicine') THEN true
    WHEN since IS NULL THEN false
    WHEN since = '-infinity' THEN true
    ELSE coalesce(
      understood ->> 'collected_on' ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
      AND (understood ->> 'collected_on') COLLATE "C"
          >= pg_catalog.to_char(since, 'YYYY-MM-DD') COLLATE "C", false)
  END
$$;

-- A clinic is told what its own file says of people whom it does not know.
CREATE FUNCTION app.sees_row(whose uuid, kind text, part text, who text,
  understood jsonb) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE
    WHEN whose IS NULL THEN part <> '' AND who <> ''
    ELSE app.is_row_told(kind, part, understood, app.results_seen_from(whose),
                         app.supplements_seen(whose))
  END
$$;

-- A row that names nobody may be anyone's of those whom the file names.
CREATE FUNCTION app.sees_everybody_of_file(the_file uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT app.opens_file(the_file) AND NOT EXISTS (
    SELECT line.patient_id FROM public.labs_importrow AS line
    WHERE line.batch_id = the_file AND line.patient_id IS NOT NULL
    EXCEPT (
      SELECT app.people_in_sight('results')
      UNION ALL
      SELECT seen.id FROM app.people_in_sight('supplements') AS seen(id)
      WHERE app.token_allows(ARRAY['supplements:read'])))
$$;

CREATE FUNCTION app.sees_all_listed(the_file uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT app.opens_file(the_file) AND (
    SELECT CASE
      WHEN batch.patient_id IS NOT NULL THEN
        app.results_seen_from(batch.patient_id) = '-infinity'
        AND app.supplements_seen(batch.patient_id)
      ELSE NOT EXISTS (
        SELECT FROM (SELECT DISTINCT line.patient_id AS whose, line.part
                     FROM public.labs_importrow AS line
                     WHERE line.batch_id = the_file) AS named
        WHERE CASE
          WHEN named.whose IS NULL THEN named.part = ''
          WHEN named.part = 'supplements' THEN NOT app.supplements_seen(named.whose)
          ELSE app.results_seen_from(named.whose) IS DISTINCT FROM '-infinity'::date
        END)
    END
    FROM public.labs_importbatch AS batch WHERE batch.id = the_file)
$$;

-- Of a clinic's file it is known when all of its rows were read, and are listed.
CREATE FUNCTION app.sees_whole_file(the_file uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp COST 1000 AS $$
  SELECT app.sees_all_listed(the_file) AND EXISTS (
    SELECT FROM public.labs_importbatch AS batch
    WHERE batch.id = the_file AND (batch.patient_id IS NOT NULL OR (
      batch.state <> 'asked'
      AND batch.added + batch.already_here + batch.refused <= (
        SELECT pg_catalog.count(*) FROM public.labs_importrow AS line
        WHERE line.batch_id = the_file AND line.kind <> 'medicine')
      AND 2000 > (
        SELECT pg_catalog.count(*) FROM public.labs_importrow AS line
        WHERE line.batch_id = the_file AND line.kind = 'medicine'))))
$$;

CREATE FUNCTION app.rows_of_file(the_file uuid, the_kind text, behind bigint,
  skipped integer, most integer)
RETURNS TABLE (id bigint, batch_id uuid, kind text, "where" text, who text,
               patient_id uuid, part text, what text, understood jsonb, why text,
               is_told boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  ROWS 100 AS $$
#variable_conflict use_column
DECLARE
  owner_of_all uuid;
BEGIN
  IF NOT app.opens_file(the_file) THEN
    RETURN;
  END IF;
  SELECT batch.patient_id INTO owner_of_all
    FROM public.labs_importbatch AS batch WHERE batch.id = the_file;
  RETURN QUERY
    WITH listed AS MATERIALIZED (
      SELECT line.*, coalesce(line.patient_id, owner_of_all) AS whose
      FROM public.labs_importrow AS line
      WHERE line.batch_id = the_file AND (the_kind = '' OR line.kind = the_kind)
        AND line.id > behind
      ORDER BY line.id OFFSET skipped LIMIT most),
    sight AS MATERIALIZED (
      SELECT known.id, app.results_seen_from(known.id) AS since,
        app.supplements_seen(known.id) AS has_supplements
      FROM (SELECT DISTINCT listed.whose AS id FROM listed) AS known
      WHERE known.id IS NOT NULL),
    judged AS (
      SELECT listed.*, CASE
          WHEN listed.whose IS NOT NULL THEN app.is_row_told(
            listed.kind, listed.part, listed.understood, sight.since,
            sight.has_supplements)
          WHEN listed.who <> '' THEN listed.part <> ''
          ELSE listed.part <> '' AND (SELECT app.sees_everybody_of_file(the_file))
        END AS told
      FROM listed LEFT JOIN sight ON sight.id = listed.whose)
    SELECT judged.id, judged.batch_id, judged.kind::text, judged."where"::text,
      CASE WHEN judged.told THEN judged.who::text ELSE '' END,
      CASE WHEN judged.told THEN judged.patient_id END,
      CASE WHEN judged.told THEN judged.part::text ELSE '' END,
      CASE WHEN judged.told THEN judged.what::text ELSE '' END,
      CASE WHEN judged.told THEN judged.understood END,
      -- Why a row was refused may quote it; that its day is not shared quotes nothing.
      CASE WHEN judged.told OR judged.why = 'The patient shares results with this'
        ' clinic from a later day on.' THEN judged.why::text ELSE '' END,
      judged.told
    FROM judged ORDER BY judged.id;
END
$$;

CREATE FUNCTION app.count_rows_of_file(the_file uuid)
RETURNS TABLE (kind text, listed bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT line.kind::text, pg_catalog.count(*) FROM public.labs_importrow AS line
  WHERE line.batch_id = the_file AND (SELECT app.opens_file(the_file))
  GROUP BY line.kind
$$;

-- To be read again: while nothing of it is saved, and afterwards by who sees all of it
-- or is told a row whose words stand in the file alone.
CREATE FUNCTION app.bytes_of_file(the_file uuid) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT file.content FROM public.labs_importfile AS file
  JOIN public.labs_importbatch AS batch ON batch.id = file.batch_id
  WHERE file.batch_id = the_file AND app.opens_file(the_file)
    AND (batch.state IN ('asked', 'read')
      OR EXISTS (
        SELECT FROM public.labs_importrow AS line
        WHERE line.batch_id = the_file AND line.kind IN ('refused', 'medicine')
          AND (app.sees_row(coalesce(line.patient_id, batch.patient_id), line.kind,
                            line.part, line.who, line.understood)
               OR (line.patient_id IS NULL AND batch.patient_id IS NULL
                   AND line.who = '' AND line.part <> ''
                   AND (SELECT app.sees_everybody_of_file(the_file)))))
      OR app.sees_whole_file(the_file))
$$;

CREATE FUNCTION app.size_of_file(the_file uuid) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT pg_catalog.octet_length(file.content) FROM public.labs_importfile AS file
  WHERE file.batch_id = the_file AND app.opens_file(the_file)
$$;

CREATE FUNCTION app.kept_uploads(the_clinic uuid, the_patient uuid)
RETURNS TABLE (files bigint, bytes bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT pg_catalog.count(*),
    coalesce(pg_catalog.sum(pg_catalog.octet_length(file.content)), 0)::bigint
  FROM public.labs_importfile AS file
  JOIN public.labs_importbatch AS batch ON batch.id = file.batch_id
  WHERE batch.clinic_id IS NOT DISTINCT FROM the_clinic
    AND batch.patient_id IS NOT DISTINCT FROM the_patient
    AND (the_clinic IS NULL OR app.works_in(the_clinic))
    AND (the_patient IS NULL OR app.can_see(the_patient, 'results'))
    AND (the_clinic IS NOT NULL OR the_patient IS NOT NULL)
$$;

CREATE FUNCTION app.clear_rows_of_file(the_file uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT app.opens_file(the_file)
     OR NOT app.token_allows(ARRAY['imports:write', 'results:write'])
     OR NOT EXISTS (SELECT FROM public.labs_importbatch AS batch
                    WHERE batch.id = the_file AND batch.state IN ('asked', 'read')) THEN
    RAISE EXCEPTION 'not an open file of this viewer' USING ERRCODE = '42501';
  END IF;
  DELETE FROM public.labs_importrow AS line WHERE line.batch_id = the_file;
END
$$;

CREATE FUNCTION app.forget_file(the_file uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM app.clear_rows_of_file(the_file);
  DELETE FROM public.labs_importfile AS file WHERE file.batch_id = the_file;
  DELETE FROM public.labs_importbatch AS batch WHERE batch.id = the_file;
END
$$;

REVOKE ALL ON FUNCTION app.opens_file(uuid), app.results_seen_from(uuid),
  app.supplements_seen(uuid), app.is_row_told(text, text, jsonb, date, boolean),
  app.sees_row(uuid, text, text, text, jsonb), app.sees_everybody_of_file(uuid),
  app.sees_all_listed(uuid), app.sees_whole_file(uuid),
  app.rows_of_file(uuid, text, bigint, integer, integer),
  app.count_rows_of_file(uuid), app.bytes_of_file(uuid), app.size_of_file(uuid),
  app.kept_uploads(uuid, uuid), app.clear_rows_of_file(uuid), app.forget_file(uuid)
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.sees_row(uuid, text, text, text, jsonb),
  app.sees_all_listed(uuid), app.sees_whole_file(uuid),
  app.rows_of_file(uuid, text, bigint, integer, integer),
  app.count_rows_of_file(uuid), app.bytes_of_file(uuid), app.size_of_file(uuid),
  app.kept_uploads(uuid, uuid), app.clear_rows_of_file(uuid), app.forget_file(uuid)
  TO calcidiol_web;
"""
DROP = """
DROP FUNCTION app.forget_file(uuid);
DROP FUNCTION app.clear_rows_of_file(uuid);
DROP FUNCTION app.kept_uploads(uuid, uuid);
DROP FUNCTION app.size_of_file(uuid);
DROP FUNCTION app.bytes_of_file(uuid);
DROP FUNCTION app.count_rows_of_file(uuid);
DROP FUNCTION app.rows_of_file(uuid, text, bigint, integer, integer);
DROP FUNCTION app.sees_whole_file(uuid);
DROP FUNCTION app.sees_all_listed(uuid);
DROP FUNCTION app.sees_everybody_of_file(uuid);
DROP FUNCTION app.sees_row(uuid, text, text, text, jsonb);
DROP FUNCTION app.is_row_told(text, text, jsonb, date, boolean);
DROP FUNCTION app.supplements_seen(uuid);
DROP FUNCTION app.results_seen_from(uuid);
DROP FUNCTION app.opens_file(uuid);
"""
MINE = """(clinic_id IS NULL OR app.works_in(clinic_id))
         AND (patient_id IS NULL OR app.can_see(patient_id, 'results'))"""
BATCH_IS_MINE = """EXISTS (SELECT 1 FROM labs_importbatch AS batch
                 WHERE batch.id = batch_id
                 AND (batch.clinic_id IS NULL OR app.works_in(batch.clinic_id))
                 AND (batch.patient_id IS NULL
                      OR app.can_see(batch.patient_id, 'results')))"""
POLICIES = """
ALTER POLICY import_row_read ON labs_importrow USING (EXISTS (
  SELECT 1 FROM labs_importbatch AS batch
  WHERE batch.id = labs_importrow.batch_id
    AND (batch.clinic_id IS NULL OR app.works_in(batch.clinic_id))
    AND (batch.patient_id IS NULL OR app.can_see(batch.patient_id, 'results'))
    AND app.sees_row(coalesce(labs_importrow.patient_id, batch.patient_id),
                     labs_importrow.kind, labs_importrow.part, labs_importrow.who,
                     labs_importrow.understood)));
ALTER POLICY import_file_read ON labs_importfile
  USING (app.sees_whole_file(batch_id));
DROP POLICY import_row_remove ON labs_importrow;
DROP POLICY import_file_remove ON labs_importfile;
DROP POLICY batch_remove ON labs_importbatch;
REVOKE DELETE ON labs_importrow, labs_importfile, labs_importbatch FROM calcidiol_web;
"""
AS_BEFORE = f"""
GRANT DELETE ON labs_importrow, labs_importfile, labs_importbatch TO calcidiol_web;
CREATE POLICY batch_remove ON labs_importbatch FOR DELETE
  USING (state IN ('asked', 'read') AND {MINE});
CREATE POLICY import_file_remove ON labs_importfile FOR DELETE USING ({BATCH_IS_MINE});
CREATE POLICY import_row_remove ON labs_importrow FOR DELETE USING ({BATCH_IS_MINE});
ALTER POLICY import_file_read ON labs_importfile USING ({BATCH_IS_MINE});
ALTER POLICY import_row_read ON labs_importrow USING ({BATCH_IS_MINE});
"""  # nosec B608


class Migration(migrations.Migration):
    dependencies = [("labs", "0045_rows_are_drawn_by_the_newer_rules")]

    operations = [
        migrations.RunSQL(FUNCTIONS, DROP),
        migrations.RunSQL(POLICIES, AS_BEFORE),
    ]
