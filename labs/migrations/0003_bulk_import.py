"""
The bulk import's one statement, behind one check per patient.

COPY into a table with policies is refused, and a policy asked per row would cost more
than the insert. So rows are staged in two temporary tables, and this function, which
runs as the owner, asks `app.can_see` once for each distinct patient before it inserts.
The temporary tables are the caller's own: `incoming` (one row a result; rows that are
here already are removed from it) and `incoming_people` (person in the file, patient).
"""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION app.fold(word text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT pg_catalog.regexp_replace(pg_catalog.lower(word), '[^[:alnum:]]', '', 'g')
$$;

CREATE FUNCTION app.add_imported_results(
  batch uuid, author_id uuid, author_name text, moment timestamptz, channel text
) RETURNS TABLE (added bigint, held bigint, corrected bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  forbidden uuid;
  the_clinic uuid;
BEGIN
  SELECT clinic_id INTO the_clinic FROM public.labs_importbatch WHERE id = batch;
  IF the_clinic IS NULL OR NOT app.works_in(the_clinic) THEN
    RAISE EXCEPTION 'not a clinic of this viewer' USING ERRCODE = '42501';
  END IF;
  SELECT people.patient_id INTO forbidden
    FROM pg_temp.incoming_people AS people
    WHERE NOT app.can_see(people.patient_id, 'results')
    LIMIT 1;
  IF forbidden IS NOT NULL THEN
    RAISE EXCEPTION 'a patient that this viewer may not see'
      USING ERRCODE = '42501';
  END IF;

  -- The same result typed by hand, or sent before in another spelling, is here already.
  IF EXISTS (SELECT 1 FROM public.labs_labresult AS known
             WHERE known.patient_id IN (SELECT patient_id FROM pg_temp.incoming_people))
  THEN
    DELETE FROM pg_temp.incoming AS keyed
    USING pg_temp.incoming_people AS people, public.labs_labresult AS known
    WHERE people.person = keyed.person
      AND known.patient_id = people.patient_id
      AND known.collected_on = keyed.collected_on
      AND known.measurand = keyed.measurand
      AND known.unit = keyed.unit
      AND known.value = keyed.value
      AND known.comparator = keyed.comparator
      AND known.status NOT IN ('entered-in-error', 'cancelled')
      AND keyed.status NOT IN ('entered-in-error', 'cancelled')
      AND (known.laboratory = '' OR keyed.laboratory = ''
           OR app.fold(known.laboratory) = app.fold(keyed.laboratory));
  END IF;

  INSERT INTO public.labs_labresult AS result (
    id, patient_id, chain, version, version_reason, measurand, value_text, value,
    comparator, unit_text, unit, collected_on, collected_time_text, laboratory, method,
    specimen, interval_text, interval_low, interval_high, laboratory_flag, status, loinc,
    local_code, test_name, comment, note, held_because, answers, source,
    import_batch_id, import_key, entered_by_id, entered_by_name, entered_at)
  SELECT new_id, patient_id, new_id, 1, '', measurand, value_text, value,
    comparator, unit_text, unit, collected_on, '', laboratory, method,
    specimen, interval_text, interval_low, interval_high, laboratory_flag, status, loinc,
    local_code, test_name, comment, '', held_because, '{}'::jsonb, 'imported_file',
    batch, pg_catalog.md5(pg_catalog.concat_ws('|', collected_on, measurand, value_text,
      unit_text, status, laboratory, method, specimen, loinc, test_name, interval_text,
      laboratory_flag, comment))::uuid, author_id, author_name, moment
  FROM (
    SELECT pg_catalog.gen_random_uuid() AS new_id, people.patient_id, incoming.*
    FROM pg_temp.incoming JOIN pg_temp.incoming_people AS people USING (person)
    WHERE incoming.status NOT IN ('corrected', 'amended')
    ORDER BY people.patient_id, incoming.collected_on) AS keyed
  ON CONFLICT (patient_id, import_key) WHERE import_key IS NOT NULL DO NOTHING;
  GET DIAGNOSTICS added = ROW_COUNT;

  corrected := app.add_imported_corrections(batch, author_id, author_name, moment);

  SELECT pg_catalog.count(*) INTO held FROM public.labs_labresult AS result
    WHERE result.import_batch_id = batch AND result.held_because <> '';

  INSERT INTO public.accounts_auditevent (id, at, actor_kind, actor_id, actor_name,
    patient_id, action, object_label, object_id, channel)
  SELECT pg_catalog.gen_random_uuid(), moment, app.viewer_kind(), app.viewer_id(),
    author_name, people.patient_id, 'imported', 'import', batch::text, channel
  FROM (SELECT DISTINCT result.patient_id FROM public.labs_labresult AS result
        WHERE result.import_batch_id = batch) AS people;
  RETURN NEXT;
END
$$;

-- The people whose results a clinic may see, in one look instead of one policy a row.
CREATE FUNCTION app.people_of_clinic(the_clinic uuid)
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
    AND consent.starts_at <= pg_catalog.clock_timestamp()
    AND (consent.ends_at IS NULL OR consent.ends_at > pg_catalog.clock_timestamp())
    AND app.works_in(the_clinic)
$$;

-- A laboratory's corrected result is the next version of the one it corrects: same
-- patient, day, measurand and laboratory. Where there is none, it stands by itself.
CREATE FUNCTION app.add_imported_corrections(
  batch uuid, author_id uuid, author_name text, moment timestamptz
) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  written bigint;
BEGIN
  INSERT INTO public.labs_labresult (
    id, patient_id, chain, version, version_reason, measurand, value_text, value,
    comparator, unit_text, unit, collected_on, collected_time_text, laboratory, method,
    specimen, interval_text, interval_low, interval_high, laboratory_flag, status, loinc,
    local_code, test_name, comment, note, held_because, answers, source,
    import_batch_id, import_key, entered_by_id, entered_by_name, entered_at)
  SELECT new_id, keyed.patient_id, coalesce(before.chain, new_id),
    coalesce(before.version, 0)
      + pg_catalog.row_number() OVER (PARTITION BY coalesce(before.chain, new_id)
                                      ORDER BY line),
    CASE WHEN before.chain IS NULL THEN 'Sent as corrected by the laboratory'
         ELSE 'Corrected by the laboratory' END,
    keyed.measurand, keyed.value_text, keyed.value, keyed.comparator, keyed.unit_text,
    keyed.unit, keyed.collected_on, '', keyed.laboratory, keyed.method, keyed.specimen,
    keyed.interval_text, keyed.interval_low, keyed.interval_high,
    keyed.laboratory_flag, keyed.status, keyed.loinc, keyed.local_code, keyed.test_name,
    keyed.comment, '', keyed.held_because, '{}'::jsonb, 'imported_file', batch, new_key,
    author_id, author_name, moment
  FROM (
    SELECT pg_catalog.gen_random_uuid() AS new_id, people.patient_id,
      pg_catalog.md5(pg_catalog.concat_ws('|', collected_on, measurand, value_text,
        unit_text, status, laboratory, method, specimen, loinc, test_name,
        interval_text, laboratory_flag, comment))::uuid AS new_key,
      incoming.*
    FROM pg_temp.incoming JOIN pg_temp.incoming_people AS people USING (person)
    WHERE incoming.status IN ('corrected', 'amended')) AS keyed
  LEFT JOIN LATERAL (
    SELECT known.chain, known.version FROM public.labs_labresult AS known
    WHERE known.patient_id = keyed.patient_id
      AND known.collected_on = keyed.collected_on
      AND known.measurand = keyed.measurand
      AND app.fold(known.laboratory) = app.fold(keyed.laboratory)
    ORDER BY known.version DESC, known.entered_at DESC, known.id
    LIMIT 1) AS before ON true
  ON CONFLICT (patient_id, import_key) WHERE import_key IS NOT NULL DO NOTHING;
  GET DIAGNOSTICS written = ROW_COUNT;
  RETURN written;
END
$$;
REVOKE ALL ON FUNCTION app.add_imported_corrections(uuid, uuid, text, timestamptz)
  FROM PUBLIC;
"""

DROP = """
DROP FUNCTION app.add_imported_results(uuid, uuid, text, timestamptz, text);
DROP FUNCTION app.add_imported_corrections(uuid, uuid, text, timestamptz);
DROP FUNCTION app.people_of_clinic(uuid);
DROP FUNCTION app.fold(text);
"""


class Migration(migrations.Migration):
    dependencies = [("labs", "0002_row_level_security")]

    operations = [migrations.RunSQL(FUNCTION, DROP)]
