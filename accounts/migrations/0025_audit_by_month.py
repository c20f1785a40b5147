"""
The audit trail in parts, a month each, made ahead.

The table there is becomes the part of everything up to a month's end; nothing of it is
written anew. A year's events can be looked at, kept and put away without the others,
and what a seal covers is read out of its month. Where nobody made a month, a part that
takes everything else does: writing an event never fails for want of one.

Policies and rights lie on the whole; the web's role has none on a part, and no policy
opens one.
"""

import time

from django.db import OperationalError, migrations, transaction

SAFE_BECAUSE = """
The rows stay where they are. What reads the whole table (the check of its times, the
index of the new key) runs beside reads and writes. The exchange itself is a matter of
the catalogue: it waits two seconds for its lock and no longer, a few times over. The
older program goes on by the same name, with the same columns; each step can be run again
after one that failed.
"""

# What is there is checked beside reads and writes: attaching it then reads no row. Its
# end is a month ahead at least, so that a migration that stopped half way refuses no
# event. Where the table is empty there is nothing to check.
CHECK = """
DO $$
DECLARE
  until timestamp;
BEGIN
  IF EXISTS (SELECT 1 FROM public.accounts_auditevent) AND NOT EXISTS (
       SELECT 1 FROM pg_constraint WHERE conname LIKE 'audit\\_before\\_%'
       AND conrelid = 'public.accounts_auditevent'::regclass) THEN
    SELECT date_trunc('month', greatest(now(), max(at)) AT TIME ZONE 'UTC')
        + interval '2 months'
      INTO until FROM public.accounts_auditevent;
    EXECUTE format(
      'ALTER TABLE public.accounts_auditevent ADD CONSTRAINT %I CHECK (at < %L) NOT VALID',
      to_char(until, '"audit_before_"YYYY_MM'),
      to_char(until, 'YYYY-MM-DD"T00:00:00Z"'));
  END IF;
END
$$
"""
VALIDATE = """
DO $$
DECLARE
  its_name text;
BEGIN
  FOR its_name IN SELECT conname FROM pg_constraint
      WHERE conname LIKE 'audit\\_before\\_%' AND NOT convalidated
      AND conrelid = 'public.accounts_auditevent'::regclass LOOP
    EXECUTE format('ALTER TABLE public.accounts_auditevent VALIDATE CONSTRAINT %I',
                   its_name);
  END LOOP;
END
$$
"""
NO_INDEX = "DROP INDEX IF EXISTS public.{}"
INDEX = "CREATE UNIQUE INDEX CONCURRENTLY {} ON public.accounts_auditevent ({})"
KEY_OF_MONTHS, KEY_OF_ONE = "audit_of_a_month_key", "audit_of_one_table_key"

# What the whole has: read before the exchange, said again after it.
RULES = """
  SELECT array_agg(each.rule) INTO rules FROM (
    SELECT format('CREATE POLICY %I ON public.accounts_auditevent AS %s FOR %s TO %s',
        polname,
        CASE WHEN polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
        CASE polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT'
          WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
        (SELECT string_agg(CASE role WHEN 0 THEN 'PUBLIC' ELSE role::regrole::text END,
                           ', ') FROM unnest(polroles) AS role))
      || coalesce(' USING (' || pg_get_expr(polqual, polrelid) || ')', '')
      || coalesce(' WITH CHECK (' || pg_get_expr(polwithcheck, polrelid) || ')', '')
      AS rule
    FROM pg_policy WHERE polrelid = 'public.accounts_auditevent'::regclass
    UNION ALL
    SELECT format('GRANT %s ON public.accounts_auditevent TO %s', privilege_type,
        CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END)
    FROM pg_class, aclexplode(relacl)
    WHERE pg_class.oid = 'public.accounts_auditevent'::regclass AND grantee <> relowner
  ) AS each;
  SELECT array_agg(each.rule) INTO closings FROM (
    SELECT format('DROP POLICY %I ON %%s', polname) AS rule
    FROM pg_policy WHERE polrelid = 'public.accounts_auditevent'::regclass
    UNION ALL
    SELECT DISTINCT format('REVOKE ALL ON %%s FROM %s',
        CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END)
    FROM pg_class, aclexplode(relacl)
    WHERE pg_class.oid = 'public.accounts_auditevent'::regclass AND grantee <> relowner
  ) AS each;
"""
TRIGGERS = """
CREATE TRIGGER audit_event_is_append_only BEFORE UPDATE OR DELETE
  ON public.accounts_auditevent FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER audit_event_waits_for_seal AFTER INSERT ON public.accounts_auditevent
  REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION app.event_waits_for_seal();
CREATE TRIGGER name_key BEFORE INSERT ON public.accounts_auditevent FOR EACH ROW
  WHEN (NEW.through = '' AND app.token_id() IS NOT NULL)
  EXECUTE FUNCTION app.name_key_in_event();
"""
NO_TRIGGERS = """
DROP TRIGGER name_key ON public.accounts_auditevent;
DROP TRIGGER audit_event_waits_for_seal ON public.accounts_auditevent;
DROP TRIGGER audit_event_is_append_only ON public.accounts_auditevent;
"""
# It takes the type of the table's rows: each table has its own.
LINE = """
CREATE FUNCTION app.audit_line(event public.accounts_auditevent) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT (pg_catalog.jsonb_build_array(event.id,
    pg_catalog.extract('epoch', event.at AT TIME ZONE 'UTC'),
    event.actor_kind, event.actor_id, event.actor_name, event.patient_id, event.action,
    event.object_label, event.object_id, event.channel, event.ip_address)
    || CASE WHEN event.through = '' THEN '[]'::jsonb
       ELSE pg_catalog.jsonb_build_array(event.through) END)::text
$$;
"""
NO_LINE = "DROP FUNCTION app.audit_line(public.accounts_auditevent);"

# Half a year ahead. A month is made beside the trail and attached, which holds up neither
# reads nor writes; only the part of everything else is locked, and nobody writes there.
# A month whose events stand there already is left to it.
MONTHS = """
CREATE FUNCTION app.make_audit_months(OUT made integer, OUT beyond bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET lock_timeout = '2s' AS $$
DECLARE
  first_month timestamp;
  month timestamp;
  part text;
BEGIN
  made := 0;
  PERFORM pg_advisory_xact_lock(hashtextextended('audit months', 0));
  SELECT to_date(right(class.relname, 7), 'YYYY_MM') INTO first_month
    FROM pg_inherits JOIN pg_class AS class ON class.oid = inhrelid
    WHERE inhparent = 'public.accounts_auditevent'::regclass
      AND class.relname LIKE 'accounts\\_auditevent\\_before\\_%';
  FOR month IN SELECT generate_series(
      greatest(first_month, date_trunc('month', now() AT TIME ZONE 'UTC')),
      date_trunc('month', now() AT TIME ZONE 'UTC') + interval '6 months',
      interval '1 month') LOOP
    part := to_char(month, '"accounts_auditevent_"YYYY_MM');
    CONTINUE WHEN to_regclass('public.' || part) IS NOT NULL;
    CONTINUE WHEN EXISTS (
      SELECT 1 FROM public.accounts_auditevent_other AS event
      WHERE event.at >= month AT TIME ZONE 'UTC'
        AND event.at < (month + interval '1 month') AT TIME ZONE 'UTC');
    EXECUTE format('CREATE TABLE public.%I (LIKE public.accounts_auditevent'
      ' INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES)', part);
    EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', part);
    EXECUTE format(
      'ALTER TABLE public.accounts_auditevent ATTACH PARTITION public.%I'
      ' FOR VALUES FROM (%L) TO (%L)', part, to_char(month, 'YYYY-MM-DD"T00:00:00Z"'),
      to_char(month + interval '1 month', 'YYYY-MM-DD"T00:00:00Z"'));
    made := made + 1;
  END LOOP;
  SELECT count(*) INTO beyond FROM public.accounts_auditevent_other;
END
$$;
REVOKE ALL ON FUNCTION app.make_audit_months() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.make_audit_months() TO calcidiol_web;
"""

INTO_MONTHS = "".join(
    (
        """
LOCK TABLE public.accounts_auditevent IN ACCESS EXCLUSIVE MODE;
""",
        NO_TRIGGERS,
        NO_LINE,
        """
DO $$
DECLARE
  rules text[];
  closings text[];
  each text;
  until timestamp;
  old text;
  its_index text;
BEGIN
""",
        RULES,
        """
  SELECT to_date(right(conname, 7), 'YYYY_MM') INTO until FROM pg_constraint
    WHERE conname LIKE 'audit\\_before\\_%'
    AND conrelid = 'public.accounts_auditevent'::regclass;
  IF until IS NULL THEN  -- it was empty; what came since are a few rows
    SELECT date_trunc('month', coalesce(max(at) + interval '1 month', now())
                      AT TIME ZONE 'UTC')
      INTO until FROM public.accounts_auditevent;
  END IF;
  old := to_char(until, '"accounts_auditevent_before_"YYYY_MM');

  ALTER TABLE public.accounts_auditevent DROP CONSTRAINT accounts_auditevent_pkey;
  ALTER TABLE public.accounts_auditevent
    ADD CONSTRAINT audit_of_a_month_key PRIMARY KEY USING INDEX audit_of_a_month_key;
  FOREACH each IN ARRAY closings LOOP
    EXECUTE format(each, 'public.accounts_auditevent');
  END LOOP;
  FOR its_index IN SELECT indexrelid::regclass::text FROM pg_index
      WHERE indrelid = 'public.accounts_auditevent'::regclass LOOP
    EXECUTE format('ALTER INDEX public.%I RENAME TO %I', its_index,
                   its_index || '_before');
  END LOOP;
  EXECUTE format('ALTER TABLE public.accounts_auditevent RENAME TO %I', old);

  EXECUTE format('CREATE TABLE public.accounts_auditevent'
    ' (LIKE public.%I INCLUDING DEFAULTS, PRIMARY KEY (id, at))'
    ' PARTITION BY RANGE (at)', old);
  CREATE INDEX accounts_au_patient_cccc9e_idx ON public.accounts_auditevent
    (patient_id, at DESC);
  CREATE INDEX audit_of_an_account ON public.accounts_auditevent
    (object_id, at DESC) WHERE patient_id IS NULL;
  ALTER TABLE public.accounts_auditevent ENABLE ROW LEVEL SECURITY;
  FOREACH each IN ARRAY rules LOOP
    EXECUTE each;
  END LOOP;
  EXECUTE format('ALTER TABLE public.accounts_auditevent ATTACH PARTITION public.%I'
    ' FOR VALUES FROM (MINVALUE) TO (%L)', old,
    to_char(until, 'YYYY-MM-DD"T00:00:00Z"'));
  EXECUTE format('ALTER TABLE public.%I DROP CONSTRAINT IF EXISTS %I', old,
                 to_char(until, '"audit_before_"YYYY_MM'));
  CREATE TABLE public.accounts_auditevent_other
    PARTITION OF public.accounts_auditevent DEFAULT;
  ALTER TABLE public.accounts_auditevent_other ENABLE ROW LEVEL SECURITY;
END
$$;
""",
        TRIGGERS,
        LINE,
        MONTHS,
        "SELECT app.make_audit_months();",
    )
)

# Back: the first part is the table again, and takes in what came after it.
INTO_ONE = "".join(
    (
        """
LOCK TABLE public.accounts_auditevent IN ACCESS EXCLUSIVE MODE;
DROP FUNCTION app.make_audit_months();
""",
        NO_TRIGGERS,
        NO_LINE,
        """
DO $$
DECLARE
  rules text[];
  closings text[];
  each text;
  old text;
  its_index text;
BEGIN
""",
        RULES,
        """
  SELECT inhrelid::regclass::text INTO old FROM pg_inherits
    JOIN pg_class AS class ON class.oid = inhrelid
    WHERE inhparent = 'public.accounts_auditevent'::regclass
      AND class.relname LIKE 'accounts\\_auditevent\\_before\\_%';
  EXECUTE format('ALTER TABLE public.accounts_auditevent DETACH PARTITION public.%I',
                 old);
  EXECUTE format('INSERT INTO public.%I SELECT * FROM public.accounts_auditevent', old);
  DROP TABLE public.accounts_auditevent;
  EXECUTE format('ALTER TABLE public.%I RENAME TO accounts_auditevent', old);
  ALTER TABLE public.accounts_auditevent DROP CONSTRAINT audit_of_a_month_key_before;
  ALTER TABLE public.accounts_auditevent
    ADD CONSTRAINT accounts_auditevent_pkey PRIMARY KEY (id);
  FOR its_index IN SELECT indexrelid::regclass::text FROM pg_index
      WHERE indrelid = 'public.accounts_auditevent'::regclass
      AND indexrelid::regclass::text LIKE '%\\_before' LOOP
    EXECUTE format('ALTER INDEX public.%I RENAME TO %I', its_index,
                   regexp_replace(its_index, '_before$', ''));
  END LOOP;
  FOREACH each IN ARRAY rules LOOP
    EXECUTE each;
  END LOOP;
END
$$;
""",
        TRIGGERS,
        LINE,
    )
)
TRIES, PAUSE_SECONDS = 10, 2


def into_months(apps, schema_editor):
    """Check and index beside reads and writes; then change names in one short step."""
    connection = schema_editor.connection
    for statement in (
        CHECK,
        VALIDATE,
        NO_INDEX.format(KEY_OF_MONTHS),
        INDEX.format(KEY_OF_MONTHS, "id, at"),
    ):
        _run(connection, statement)
    _exchange(connection, INTO_MONTHS)


def into_one(apps, schema_editor):
    """Make one table again of the first part."""
    _exchange(schema_editor.connection, INTO_ONE)


def _exchange(connection, statements):
    """Ask for the lock a few times for a moment, rather than once for long."""
    for tries_left in reversed(range(TRIES)):
        try:
            with transaction.atomic(using=connection.alias):
                _run(connection, "SET LOCAL lock_timeout = '2s'")
                _run(connection, statements)
        except OperationalError:
            if not tries_left:
                raise
            time.sleep(PAUSE_SECONDS)
        else:
            return


def _run(connection, statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


class Migration(migrations.Migration):
    atomic = False  # each step by itself: the long ones lock nobody out
    dependencies = [("accounts", "0024_seals_know_their_time")]

    operations = [migrations.RunPython(into_months, into_one)]
