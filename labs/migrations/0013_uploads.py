"""
Uploads: a file is kept, looked at, saved, and taken back; of a clinic or of one record.

A batch is a clinic's, or one record's; a row of it is patients' data like the results.
The import's statement learns what a laboratory sends besides new results: a final one
after a preliminary one, a withdrawal, and the same result in the other unit.
"""

import django.db.models.deletion
import uuid
from django.db import migrations, models


MINE = """(clinic_id IS NULL OR app.works_in(clinic_id))
         AND (patient_id IS NULL OR app.can_see(patient_id, 'results'))"""
BATCH_IS_MINE = """EXISTS (SELECT 1 FROM labs_importbatch AS batch
                 WHERE batch.id = batch_id
                 AND (batch.clinic_id IS NULL OR app.works_in(batch.clinic_id))
                 AND (batch.patient_id IS NULL
                      OR app.can_see(batch.patient_id, 'results')))"""
POLICIES = f"""
DROP POLICY batch_read ON labs_importbatch;
DROP POLICY batch_add ON labs_importbatch;
DROP POLICY batch_count ON labs_importbatch;
CREATE POLICY batch_read ON labs_importbatch FOR SELECT USING ({MINE});
CREATE POLICY batch_add ON labs_importbatch FOR INSERT WITH CHECK ({MINE});
CREATE POLICY batch_count ON labs_importbatch FOR UPDATE
  USING ({MINE}) WITH CHECK ({MINE});
CREATE POLICY batch_remove ON labs_importbatch FOR DELETE
  USING (state IN ('asked', 'read') AND {MINE});
GRANT DELETE ON labs_importbatch TO calcidiol_web;
GRANT UPDATE (state, file_format, answers, question, warnings, corrected, other_person,
              saved_at, undone_at, undone_by_name) ON labs_importbatch TO calcidiol_web;

DROP POLICY import_row_read ON labs_importrow;
DROP POLICY import_row_add ON labs_importrow;
CREATE POLICY import_row_read ON labs_importrow FOR SELECT USING ({BATCH_IS_MINE});
CREATE POLICY import_row_add ON labs_importrow FOR INSERT WITH CHECK ({BATCH_IS_MINE});
CREATE POLICY import_row_remove ON labs_importrow FOR DELETE USING ({BATCH_IS_MINE});
GRANT DELETE ON labs_importrow TO calcidiol_web;

ALTER TABLE labs_importfile ENABLE ROW LEVEL SECURITY;
CREATE POLICY import_file_read ON labs_importfile FOR SELECT USING ({BATCH_IS_MINE});
CREATE POLICY import_file_add ON labs_importfile FOR INSERT
  WITH CHECK ({BATCH_IS_MINE});
CREATE POLICY import_file_remove ON labs_importfile FOR DELETE USING ({BATCH_IS_MINE});
GRANT SELECT, INSERT, DELETE ON labs_importfile TO calcidiol_web;

ALTER TABLE labs_columnmapping ENABLE ROW LEVEL SECURITY;
CREATE POLICY mapping_read ON labs_columnmapping FOR SELECT USING ({MINE});
CREATE POLICY mapping_add ON labs_columnmapping FOR INSERT WITH CHECK ({MINE});
CREATE POLICY mapping_change ON labs_columnmapping FOR UPDATE
  USING ({MINE}) WITH CHECK ({MINE});
GRANT SELECT, INSERT ON labs_columnmapping TO calcidiol_web;
GRANT UPDATE (answers, said_at) ON labs_columnmapping TO calcidiol_web;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO calcidiol_web;

-- Uploaded files go after 30 days, with the rows that quote them; results stay.
CREATE FUNCTION app.remove_old_uploads() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  removed bigint;
  old timestamptz := pg_catalog.clock_timestamp() - interval '30 days';
BEGIN
  DELETE FROM public.labs_importrow AS line USING public.labs_importfile AS file
    WHERE line.batch_id = file.batch_id AND file.kept_at < old;
  DELETE FROM public.labs_importfile WHERE kept_at < old;
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN removed;
END
$$;
"""  # nosec B608
OLD_POLICIES = """
DROP FUNCTION app.remove_old_uploads();
DROP POLICY mapping_change ON labs_columnmapping;
DROP POLICY mapping_add ON labs_columnmapping;
DROP POLICY mapping_read ON labs_columnmapping;
DROP POLICY import_file_remove ON labs_importfile;
DROP POLICY import_file_add ON labs_importfile;
DROP POLICY import_file_read ON labs_importfile;
DROP POLICY import_row_remove ON labs_importrow;
DROP POLICY import_row_add ON labs_importrow;
DROP POLICY import_row_read ON labs_importrow;
DROP POLICY batch_remove ON labs_importbatch;
DROP POLICY batch_count ON labs_importbatch;
DROP POLICY batch_add ON labs_importbatch;
DROP POLICY batch_read ON labs_importbatch;
CREATE POLICY batch_read ON labs_importbatch FOR SELECT
  USING (app.works_in(clinic_id));
CREATE POLICY batch_add ON labs_importbatch FOR INSERT
  WITH CHECK (app.works_in(clinic_id));
CREATE POLICY batch_count ON labs_importbatch FOR UPDATE
  USING (app.works_in(clinic_id)) WITH CHECK (app.works_in(clinic_id));
CREATE POLICY import_row_read ON labs_importrow FOR SELECT
  USING (EXISTS (SELECT 1 FROM labs_importbatch AS batch
                 WHERE batch.id = batch_id AND app.works_in(batch.clinic_id)));
CREATE POLICY import_row_add ON labs_importrow FOR INSERT
  WITH CHECK (EXISTS (SELECT 1 FROM labs_importbatch AS batch
                      WHERE batch.id = batch_id AND app.works_in(batch.clinic_id)));
"""

FUNCTIONS = """
-- One amount of 25-hydroxyvitamin D in two units, as two reports would print it: by the
-- molar mass (labs.domain.units.NMOL_PER_NG_TOTAL) or by the guidelines' factor.
CREATE FUNCTION app.same_amount(
  one_unit text, one numeric, other_unit text, other numeric
) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE
    WHEN one_unit IN ('ng/mL', 'ug/L') AND other_unit IN ('ng/mL', 'ug/L')
      THEN one = other
    WHEN one_unit IN ('ng/mL', 'ug/L') AND other_unit = 'nmol/L'
      THEN round(one * 2.496) = round(other) OR round(one * 2.5) = round(other)
        OR round(other / 2.496, 1) = round(one, 1) OR round(other / 2.5, 1) = round(one, 1)
    WHEN one_unit = 'nmol/L' AND other_unit IN ('ng/mL', 'ug/L')
      THEN round(other * 2.496) = round(one) OR round(other * 2.5) = round(one)
        OR round(one / 2.496, 1) = round(other, 1) OR round(one / 2.5, 1) = round(other, 1)
    ELSE one_unit = other_unit AND one = other
  END
$$;

-- The same thing measured: by one name, or by two that people take for one another.
CREATE FUNCTION app.same_measurand(
  one text, other text, is_typed boolean
) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT one = other
    OR (one IN ('total', 'D3', 'unspecified') AND other IN ('total', 'D3', 'unspecified')
        AND (is_typed OR 'unspecified' IN (one, other)))
$$;

CREATE OR REPLACE FUNCTION app.add_imported_results(
  batch uuid, author_id uuid, author_name text, moment timestamptz, channel text
) RETURNS TABLE (added bigint, held bigint, corrected bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  the_clinic uuid;
  the_patient uuid;
  has_known boolean;
  again text;
BEGIN
  SELECT clinic_id, patient_id INTO the_clinic, the_patient
    FROM public.labs_importbatch WHERE id = batch;
  IF coalesce(the_clinic, the_patient) IS NULL
     OR (the_clinic IS NOT NULL AND NOT app.works_in(the_clinic))
     OR (the_patient IS NOT NULL AND NOT app.can_see(the_patient, 'results')) THEN
    RAISE EXCEPTION 'not a batch of this viewer' USING ERRCODE = '42501';
  END IF;
  IF EXISTS (SELECT 1 FROM pg_temp.incoming_people AS people
             WHERE NOT app.can_see(people.patient_id, 'results')
                OR (the_patient IS NOT NULL AND people.patient_id <> the_patient)) THEN
    RAISE EXCEPTION 'a patient that this viewer may not see'
      USING ERRCODE = '42501';
  END IF;

  UPDATE pg_temp.incoming SET supersedes = true
    WHERE status IN ('corrected', 'amended', 'entered-in-error');
  has_known := EXISTS (
    SELECT 1 FROM public.labs_labresult AS known
    WHERE known.patient_id IN (SELECT patient_id FROM pg_temp.incoming_people));
  IF has_known THEN
    PERFORM app.leave_out_what_is_here(batch);
  END IF;
  -- After an import was taken back, its rows may come again.
  SELECT coalesce('|again ' || nullif(pg_catalog.count(*), 0), '') INTO again
    FROM public.labs_importbatch AS other
    WHERE other.undone_at IS NOT NULL
      AND (other.clinic_id = the_clinic OR other.patient_id = the_patient);

  INSERT INTO public.labs_labresult AS result (
    id, patient_id, chain, version, version_reason, measurand, value_text, value,
    comparator, unit_text, unit, collected_on, collected_time_text, reported_on,
    laboratory, method, specimen, interval_text, interval_low, interval_high,
    laboratory_flag, status, loinc, accession, local_code, test_name, comment, note,
    held_because, answers, source, import_batch_id, import_key, entered_by_id,
    entered_by_name, entered_at)
  SELECT new_id, patient_id, new_id, 1, '', measurand, value_text, value,
    comparator, unit_text, unit, collected_on, collected_time_text, reported_on,
    laboratory, method, specimen, interval_text, interval_low, interval_high,
    laboratory_flag, status, loinc, accession, local_code, test_name, comment, '',
    held_because, '{}'::jsonb, source, batch,
    pg_catalog.md5(pg_catalog.concat_ws('|', collected_on, measurand, value_text,
      unit_text, status, laboratory, method, specimen, loinc, test_name, interval_text,
      laboratory_flag, comment) || again)::uuid, author_id, author_name, moment
  FROM (
    SELECT pg_catalog.gen_random_uuid() AS new_id, people.patient_id, incoming.*
    FROM pg_temp.incoming JOIN pg_temp.incoming_people AS people USING (person)
    WHERE NOT incoming.supersedes
    ORDER BY people.patient_id, incoming.collected_on) AS keyed
  ON CONFLICT (patient_id, import_key) WHERE import_key IS NOT NULL DO NOTHING;
  GET DIAGNOSTICS added = ROW_COUNT;

  corrected := app.add_imported_corrections(
    batch, author_id, author_name, moment, again);

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

-- The same result typed by hand, sent before in another spelling or in the other unit,
-- is here already. What was taken back is not; a correction is compared with what holds
-- now, so that one back to an earlier value is kept.
CREATE FUNCTION app.leave_out_what_is_here(batch uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE pg_temp.incoming AS keyed SET supersedes = true
  FROM pg_temp.incoming_people AS people, public.labs_labresult AS known
  WHERE keyed.status = 'final'
    AND people.person = keyed.person
    AND known.patient_id = people.patient_id
    AND known.collected_on = keyed.collected_on
    AND known.measurand = keyed.measurand
    AND known.status IN ('preliminary', 'registered')
    AND (known.laboratory = '' OR keyed.laboratory = ''
         OR app.fold(known.laboratory) = app.fold(keyed.laboratory))
    AND NOT EXISTS (SELECT 1 FROM public.labs_labresult AS later
                    WHERE later.chain = known.chain AND later.version > known.version);

  DELETE FROM pg_temp.incoming AS keyed
  USING pg_temp.incoming_people AS people, public.labs_labresult AS known
  WHERE people.person = keyed.person
    AND known.patient_id = people.patient_id
    AND known.collected_on = keyed.collected_on
    AND known.comparator = keyed.comparator
    AND app.same_amount(known.unit, known.value, keyed.unit, keyed.value)
    AND app.same_measurand(known.measurand, keyed.measurand,
                           known.source LIKE 'typed%' OR keyed.source LIKE 'typed%')
    AND known.status NOT IN ('entered-in-error', 'cancelled')
    AND keyed.status NOT IN ('entered-in-error', 'cancelled')
    AND (known.laboratory = '' OR keyed.laboratory = ''
         OR app.fold(known.laboratory) = app.fold(keyed.laboratory))
    AND (known.accession = '' OR keyed.accession = ''
         OR known.accession = keyed.accession)
    AND NOT EXISTS (SELECT 1 FROM public.labs_importbatch AS other
                    WHERE other.id = known.import_batch_id
                      AND other.undone_at IS NOT NULL)
    AND (NOT keyed.supersedes
         OR (known.status NOT IN ('preliminary', 'registered')
             AND NOT EXISTS (SELECT 1 FROM public.labs_labresult AS later
                             WHERE later.chain = known.chain
                               AND later.version > known.version)));

  -- Corrections of a file that was saved before were made then.
  DELETE FROM pg_temp.incoming
  WHERE supersedes AND EXISTS (
    SELECT 1 FROM public.labs_importbatch AS this
    JOIN public.labs_importbatch AS other ON other.sha256 = this.sha256
    WHERE this.id = batch AND other.id <> batch AND other.state = 'saved'
      AND (other.clinic_id = this.clinic_id OR other.patient_id = this.patient_id));
END
$$;
REVOKE ALL ON FUNCTION app.leave_out_what_is_here(uuid) FROM PUBLIC;

-- What a laboratory corrects, withdraws or makes final is the next version of what it
-- sent before: same patient, day, measurand and laboratory, the same sample first.
-- Where there is none, it stands by itself.
DROP FUNCTION app.add_imported_corrections(uuid, uuid, text, timestamptz);
CREATE FUNCTION app.add_imported_corrections(
  batch uuid, author_id uuid, author_name text, moment timestamptz, again text
) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  written bigint;
BEGIN
  INSERT INTO public.labs_labresult (
    id, patient_id, chain, version, version_reason, measurand, value_text, value,
    comparator, unit_text, unit, collected_on, collected_time_text, reported_on,
    laboratory, method, specimen, interval_text, interval_low, interval_high,
    laboratory_flag, status, loinc, accession, local_code, test_name, comment, note,
    held_because, answers, source, import_batch_id, import_key, entered_by_id,
    entered_by_name, entered_at)
  SELECT new_id, keyed.patient_id, coalesce(before.chain, new_id),
    coalesce(before.version, 0)
      + pg_catalog.row_number() OVER (PARTITION BY coalesce(before.chain, new_id)
                                      ORDER BY line),
    CASE WHEN before.chain IS NULL THEN 'Sent as corrected by the laboratory'
         WHEN keyed.status = 'final' THEN 'Made final by the laboratory'
         WHEN keyed.status = 'entered-in-error' THEN 'Withdrawn by the laboratory'
         ELSE 'Corrected by the laboratory' END,
    keyed.measurand, keyed.value_text, keyed.value, keyed.comparator, keyed.unit_text,
    keyed.unit, keyed.collected_on, keyed.collected_time_text, keyed.reported_on,
    keyed.laboratory, keyed.method, keyed.specimen, keyed.interval_text,
    keyed.interval_low, keyed.interval_high, keyed.laboratory_flag, keyed.status,
    keyed.loinc, keyed.accession, keyed.local_code, keyed.test_name, keyed.comment, '',
    keyed.held_because, '{}'::jsonb, keyed.source, batch, new_key, author_id,
    author_name, moment
  FROM (
    SELECT pg_catalog.gen_random_uuid() AS new_id, people.patient_id,
      pg_catalog.md5(pg_catalog.concat_ws('|', collected_on, measurand, value_text,
        unit_text, status, laboratory, method, specimen, loinc, test_name,
        interval_text, laboratory_flag, comment) || again)::uuid AS new_key,
      incoming.*
    FROM pg_temp.incoming JOIN pg_temp.incoming_people AS people USING (person)
    WHERE incoming.supersedes) AS keyed
  LEFT JOIN LATERAL (
    SELECT known.chain, known.version, known.status
    FROM public.labs_labresult AS known
    WHERE known.patient_id = keyed.patient_id
      AND known.collected_on = keyed.collected_on
      AND known.measurand = keyed.measurand
      AND (known.laboratory = '' OR keyed.laboratory = ''
           OR app.fold(known.laboratory) = app.fold(keyed.laboratory))
      AND NOT EXISTS (SELECT 1 FROM public.labs_labresult AS later
                      WHERE later.chain = known.chain
                        AND later.version > known.version)
    ORDER BY (known.accession <> '' AND known.accession = keyed.accession) DESC,
      known.version DESC, known.entered_at DESC, known.id
    LIMIT 1) AS before ON true
  WHERE NOT (keyed.status = 'entered-in-error'
             AND coalesce(before.status, '') = 'entered-in-error')
  ON CONFLICT (patient_id, import_key) WHERE import_key IS NOT NULL DO NOTHING;
  GET DIAGNOSTICS written = ROW_COUNT;
  RETURN written;
END
$$;
REVOKE ALL ON FUNCTION
  app.add_imported_corrections(uuid, uuid, text, timestamptz, text) FROM PUBLIC;
"""


def put_back(apps, schema_editor):
    """Put the functions of the bulk import's first migration back."""
    from importlib import import_module

    first = import_module("labs.migrations.0003_bulk_import").FUNCTION
    schema_editor.execute(
        "DROP FUNCTION app.add_imported_results(uuid, uuid, text, timestamptz, text);"
        "DROP FUNCTION app.add_imported_corrections("
        "uuid, uuid, text, timestamptz, text);"
        "DROP FUNCTION app.leave_out_what_is_here(uuid);"
        "DROP FUNCTION app.same_measurand(text, text, boolean);"
        "DROP FUNCTION app.same_amount(text, numeric, text, numeric);"
        "DROP FUNCTION app.people_of_clinic(uuid);"
        "DROP FUNCTION app.fold(text);",
        params=None,
    )
    schema_editor.execute(first, params=None)



class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_invitations'),
        ('labs', '0012_clinics_labels'),
    ]

    operations = [
        migrations.CreateModel(
            name='ColumnMapping',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('header', models.CharField(max_length=64)),
                ('answers', models.JSONField(default=dict)),
                ('said_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ImportFile',
            fields=[
                ('batch', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='file', serialize=False, to='labs.importbatch')),
                ('content', models.BinaryField()),
                ('kept_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='importbatch',
            name='answers',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='corrected',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='other_person',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='patient',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.patient'),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='question',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='saved_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='state',
            field=models.CharField(choices=[('asked', 'Asked'), ('read', 'Read'), ('saved', 'Saved'), ('undone', 'Undone')], default='saved', max_length=10),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='undone_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='undone_by_name',
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='warnings',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='importrow',
            name='kind',
            field=models.CharField(choices=[('added', 'Added'), ('here', 'Here'), ('held', 'Held'), ('refused', 'Refused'), ('medicine', 'Medicine')], default='refused', max_length=10),
        ),
        migrations.AddField(
            model_name='importrow',
            name='what',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='importrow',
            name='who',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='labresult',
            name='accession',
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AlterField(
            model_name='importbatch',
            name='clinic',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.clinic'),
        ),
        migrations.AlterField(
            model_name='importrow',
            name='why',
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddIndex(
            model_name='importbatch',
            index=models.Index(fields=['patient', '-entered_at'], name='labs_import_patient_115286_idx'),
        ),
        migrations.AddConstraint(
            model_name='importbatch',
            constraint=models.CheckConstraint(condition=models.Q(('clinic__isnull', False), ('patient__isnull', False), _connector='OR'), name='a_batch_is_of_a_clinic_or_of_a_record'),
        ),
        migrations.AddField(
            model_name='columnmapping',
            name='clinic',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.clinic'),
        ),
        migrations.AddField(
            model_name='columnmapping',
            name='patient',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.patient'),
        ),
        migrations.AddConstraint(
            model_name='columnmapping',
            constraint=models.UniqueConstraint(fields=('clinic', 'patient', 'header'), name='a_source_has_one_mapping', nulls_distinct=False),
        ),
        migrations.RunSQL(POLICIES, OLD_POLICIES),
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        migrations.RunPython(migrations.RunPython.noop, put_back),
    ]
