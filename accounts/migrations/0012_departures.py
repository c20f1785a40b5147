"""
Leaving: what the person entered goes, what a clinic wrote stays with that clinic.

The tables are found in the catalogue, so that a table that comes later is not forgotten.
A row is a clinic's own if it names the clinic, came in by its file, or was written by
somebody who works or worked there; with it stay the rows that it speaks of.
"""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


FUNCTIONS = """
-- The tables of patients' rows, with the columns that say who wrote a row.
CREATE FUNCTION app.tables_of_patients()
RETURNS TABLE (relation regclass, authors text[], names_clinic boolean,
               names_file boolean)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT owned.conrelid::regclass,
    coalesce(pg_catalog.array_agg(attribute.attname::text ORDER BY attribute.attnum)
      FILTER (WHERE attribute.attname LIKE '%\\_by\\_id'), '{}'),
    coalesce(pg_catalog.bool_or(attribute.attname = 'clinic_id'), false),
    coalesce(pg_catalog.bool_or(attribute.attname = 'import_batch_id'), false)
  FROM pg_catalog.pg_constraint AS owned
  JOIN pg_catalog.pg_attribute AS own_column
    ON own_column.attrelid = owned.conrelid AND own_column.attnum = owned.conkey[1]
  JOIN pg_catalog.pg_class AS class ON class.oid = owned.conrelid
  LEFT JOIN pg_catalog.pg_attribute AS attribute
    ON attribute.attrelid = owned.conrelid AND attribute.attnum > 0
       AND NOT attribute.attisdropped
  WHERE owned.contype = 'f'
    AND owned.confrelid = 'public.accounts_patient'::regclass
    AND own_column.attname = 'patient_id'
    AND class.relname LIKE 'labs\\_%'  -- what is derived or made of them goes
    AND class.relname NOT LIKE 'labs\\_worklist%'
  GROUP BY owned.conrelid
  HAVING pg_catalog.bool_or(attribute.attname = 'id')
$$;

CREATE FUNCTION app.links_among(OUT child regclass, OUT child_column text,
                                OUT parent regclass)
RETURNS SETOF record
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT link.conrelid::regclass, attribute.attname::text, link.confrelid::regclass
  FROM pg_catalog.pg_constraint AS link
  JOIN pg_catalog.pg_attribute AS attribute
    ON attribute.attrelid = link.conrelid AND attribute.attnum = link.conkey[1]
  WHERE link.contype = 'f'
    AND link.conrelid IN (SELECT relation FROM app.tables_of_patients())
    AND link.confrelid IN (SELECT relation FROM app.tables_of_patients())
$$;

-- Mark in a temporary table which rows stay, and with which clinic.
CREATE FUNCTION app.mark_what_stays(leaving uuid, person uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  keeper uuid;
  item record;
  link record;
  found_one boolean;
  written text;
  marked bigint;
BEGIN
  DROP TABLE IF EXISTS pg_temp.what_stays;
  CREATE TEMPORARY TABLE what_stays (
    relation regclass, id text, clinic_id uuid, PRIMARY KEY (relation, id)
  ) ON COMMIT DROP;
  FOR keeper IN
    SELECT consent.clinic_id FROM public.accounts_consent AS consent
    WHERE consent.patient_id = leaving
    GROUP BY consent.clinic_id
    ORDER BY pg_catalog.min(consent.starts_at), consent.clinic_id
  LOOP
    FOR item IN SELECT * FROM app.tables_of_patients() LOOP
      written := 'false';
      IF item.names_clinic THEN
        written := written || ' OR row.clinic_id = $2';
      END IF;
      IF item.names_file THEN
        written := written || ' OR EXISTS (SELECT 1 FROM public.labs_importbatch AS file'
          || ' WHERE file.id = row.import_batch_id AND file.clinic_id = $2)';
      END IF;
      IF NOT item.names_clinic THEN
        SELECT written || coalesce(pg_catalog.string_agg(pg_catalog.format(
          ' OR row.%I IN (SELECT member.user_id FROM public.accounts_membership AS member'
          || ' WHERE member.clinic_id = $2 AND member.role = ''clinician'''
          || ' AND member.user_id <> $3)', author), ''), '')
        INTO written FROM pg_catalog.unnest(item.authors) AS author;
      END IF;
      EXECUTE pg_catalog.format(
        'INSERT INTO pg_temp.what_stays SELECT $4, row.id::text, $2 FROM %s AS row'
        || ' WHERE row.patient_id = $1 AND (%s) ON CONFLICT DO NOTHING',
        item.relation, written)
        USING leaving, keeper, person, item.relation;
    END LOOP;
  END LOOP;
  -- A result stays with all of its versions, whoever wrote the others.
  INSERT INTO pg_temp.what_stays
    SELECT DISTINCT ON (other.id) kept.relation, other.id::text, kept.clinic_id
    FROM pg_temp.what_stays AS kept
    JOIN public.labs_labresult AS result ON result.id::text = kept.id
    JOIN public.labs_labresult AS other
      ON other.chain = result.chain AND other.patient_id = leaving
    WHERE kept.relation = 'public.labs_labresult'::regclass
    ORDER BY other.id, result.version DESC
    ON CONFLICT DO NOTHING;
  LOOP
    found_one := false;
    FOR link IN SELECT * FROM app.links_among() LOOP
      -- What a kept row speaks of stays ...
      EXECUTE pg_catalog.format(
        'INSERT INTO pg_temp.what_stays SELECT DISTINCT ON (parent.id) $2,'
        || ' parent.id::text, kept.clinic_id FROM pg_temp.what_stays AS kept'
        || ' JOIN %1$s AS child ON child.id::text = kept.id'
        || ' JOIN %2$s AS parent ON parent.id = child.%3$I'
        || ' WHERE kept.relation = $1 AND parent.patient_id = $3'
        || ' ORDER BY parent.id, kept.clinic_id ON CONFLICT DO NOTHING',
        link.child, link.parent, link.child_column)
        USING link.child, link.parent, leaving;
      GET DIAGNOSTICS marked = ROW_COUNT;
      found_one := found_one OR marked > 0;
      -- ... and so do a kept row's parts, which name no author of their own.
      IF EXISTS (SELECT 1 FROM app.tables_of_patients() AS part
                 WHERE part.relation = link.child AND part.authors = '{}'
                   AND NOT part.names_clinic) THEN
        EXECUTE pg_catalog.format(
          'INSERT INTO pg_temp.what_stays SELECT $1, child.id::text, kept.clinic_id'
          || ' FROM pg_temp.what_stays AS kept'
          || ' JOIN %1$s AS child ON child.%2$I::text = kept.id'
          || ' WHERE kept.relation = $2 AND child.patient_id = $3'
          || ' ON CONFLICT DO NOTHING',
          link.child, link.child_column)
          USING link.child, link.parent, leaving;
        GET DIAGNOSTICS marked = ROW_COUNT;
        found_one := found_one OR marked > 0;
      END IF;
    END LOOP;
    EXIT WHEN NOT found_one;
  END LOOP;
END
$$;
REVOKE ALL ON FUNCTION app.mark_what_stays(uuid, uuid) FROM PUBLIC;

-- What the page says before somebody confirms, counted by what would do it.
CREATE FUNCTION app.what_leaving_means()
RETURNS TABLE (clinic_id uuid, relation text, rows bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  leaving uuid;
  item record;
BEGIN
  SELECT patient.id INTO leaving FROM public.accounts_patient AS patient
    WHERE app.viewer_kind() = 'user' AND patient.user_id = app.viewer_id();
  IF leaving IS NULL THEN
    RETURN;
  END IF;
  PERFORM app.mark_what_stays(leaving, app.viewer_id());
  FOR item IN SELECT * FROM app.tables_of_patients() LOOP
    RETURN QUERY EXECUTE pg_catalog.format(
      'SELECT kept.clinic_id, $3, pg_catalog.count(*) FROM %s AS row'
      || ' LEFT JOIN pg_temp.what_stays AS kept'
      || ' ON kept.relation = $2 AND kept.id = row.id::text'
      || ' WHERE row.patient_id = $1 GROUP BY kept.clinic_id', item.relation)
      USING leaving, item.relation,
        (SELECT relname::text FROM pg_catalog.pg_class WHERE oid = item.relation);
  END LOOP;
END
$$;

-- Delete rows with all that hangs on them; who was only named is named no more.
CREATE FUNCTION app.remove_with_all(gone regclass, wanted text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  link record;
  these text;
BEGIN
  FOR link IN
    SELECT part.conrelid::regclass AS child, attribute.attname::text AS child_column,
      attribute.attnotnull
        OR gone = 'public.accounts_patient'::regclass
        OR part.conrelid = 'public.accounts_caregrant'::regclass
           AND attribute.attname = 'carer_id' AS goes_too,
      referenced.attname::text AS parent_column
    FROM pg_catalog.pg_constraint AS part
    JOIN pg_catalog.pg_attribute AS attribute
      ON attribute.attrelid = part.conrelid AND attribute.attnum = part.conkey[1]
    JOIN pg_catalog.pg_attribute AS referenced
      ON referenced.attrelid = part.confrelid AND referenced.attnum = part.confkey[1]
    WHERE part.contype = 'f' AND part.confrelid = gone
  LOOP
    these := pg_catalog.format('%I IN (SELECT %I FROM %s WHERE %s)',
      link.child_column, link.parent_column, gone, wanted);
    IF link.goes_too THEN
      PERFORM app.remove_with_all(link.child, these);
    ELSE
      EXECUTE pg_catalog.format('UPDATE %s SET %I = NULL WHERE %s',
        link.child, link.child_column, these);
    END IF;
  END LOOP;
  EXECUTE pg_catalog.format('DELETE FROM %s WHERE %s', gone, wanted);
END
$$;
REVOKE ALL ON FUNCTION app.remove_with_all(regclass, text) FROM PUBLIC;

-- Give each clinic a record of its own, with what it wrote itself.
CREATE FUNCTION app.leave_clinics_their_own(leaving uuid, person uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  keeper uuid;
  left_to uuid;
  item record;
BEGIN
  PERFORM app.mark_what_stays(leaving, person);
  FOR keeper IN
    SELECT clinic_id FROM pg_temp.what_stays
    UNION SELECT clinic_id FROM public.accounts_consent
      WHERE patient_id = leaving AND basis = 'clinic_record'
  LOOP
    left_to := pg_catalog.gen_random_uuid();
    INSERT INTO public.accounts_patient
        (id, name, born_on, hemisphere, preferred_unit, created_at)
      SELECT left_to, name, born_on, hemisphere, '', pg_catalog.clock_timestamp()
      FROM public.accounts_patient WHERE id = leaving;
    INSERT INTO public.accounts_consent (id, patient_id, clinic_id, basis,
        shares_results, shares_supplements, shares_health, starts_at)
      VALUES (pg_catalog.gen_random_uuid(), left_to, keeper, 'clinic_record',
        true, true, true, pg_catalog.clock_timestamp());
    UPDATE public.accounts_patientnumber SET patient_id = left_to
      WHERE patient_id = leaving AND clinic_id = keeper;
    FOR item IN SELECT DISTINCT relation FROM pg_temp.what_stays
      WHERE clinic_id = keeper LOOP
      EXECUTE pg_catalog.format(
        'WITH taken AS (DELETE FROM %1$s AS row USING pg_temp.what_stays AS kept'
        || ' WHERE kept.relation = $1 AND kept.clinic_id = $2'
        || ' AND kept.id = row.id::text RETURNING row.*)'
        || ' INSERT INTO %1$s SELECT (pg_catalog.jsonb_populate_record(NULL::%1$s,'
        || ' pg_catalog.to_jsonb(taken) || pg_catalog.jsonb_build_object('
        || '''patient_id'', $3))).* FROM taken', item.relation)
        USING item.relation, keeper, left_to;
    END LOOP;
    INSERT INTO public.accounts_auditevent (id, at, actor_kind, actor_name, patient_id,
        action, object_label, object_id, channel)
      VALUES (pg_catalog.gen_random_uuid(), pg_catalog.clock_timestamp(), '', '',
        left_to, 'created', 'patient', left_to::text, 'command');
  END LOOP;
END
$$;
REVOKE ALL ON FUNCTION app.leave_clinics_their_own(uuid, uuid) FROM PUBLIC;

-- Carry out one departure whose days of grace are over; return whether there was one.
CREATE FUNCTION app.carry_out_departure() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  departure public.accounts_departure;
  own uuid;
BEGIN
  SELECT * INTO departure FROM public.accounts_departure
    WHERE called_off_at IS NULL AND due_at <= pg_catalog.clock_timestamp()
    ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  SELECT id INTO own FROM public.accounts_patient WHERE user_id = departure.user_id;
  IF own IS NOT NULL THEN
    PERFORM app.leave_clinics_their_own(own, departure.user_id);
    PERFORM app.remove_with_all('public.accounts_patient',
      pg_catalog.format('id = %L', own));
  END IF;
  PERFORM app.remove_with_all('public.accounts_user',
    pg_catalog.format('id = %L', departure.user_id));
  INSERT INTO public.accounts_auditevent (id, at, actor_kind, actor_name, patient_id,
      action, object_label, object_id, channel)
    VALUES (pg_catalog.gen_random_uuid(), pg_catalog.clock_timestamp(), '', '', own,
      'erased', 'account', departure.user_id::text, 'command');
  RETURN true;
END
$$;
"""

DROP = """
DROP FUNCTION app.carry_out_departure();
DROP FUNCTION app.leave_clinics_their_own(uuid, uuid);
DROP FUNCTION app.remove_with_all(regclass, text);
DROP FUNCTION app.what_leaving_means();
DROP FUNCTION app.mark_what_stays(uuid, uuid);
DROP FUNCTION app.links_among();
DROP FUNCTION app.tables_of_patients();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0011_record_joins'),
    ]

    operations = [
        migrations.CreateModel(
            name='Departure',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('asked_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('called_off_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='departures', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('called_off_at', None)), fields=('user',), name='one_departure_at_a_time'), models.CheckConstraint(condition=models.Q(('due_at__gt', models.F('asked_at'))), name='a_departure_leaves_time')],
            },
        ),
        migrations.RunSQL(FUNCTIONS, DROP),
    ]
