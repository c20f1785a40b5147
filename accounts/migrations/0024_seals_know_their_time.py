"""
A seal knows when its events were: what it covers is looked up in the months alone.

Seals from before know no time; their events are looked up in all of the trail.
"""

from django.db import migrations, models

FUNCTIONS = """
CREATE OR REPLACE FUNCTION app.event_waits_for_seal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO public.accounts_unsealedevent (event_id, at) SELECT id, at FROM written;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION app.audit_head(before text, seal bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(
    before || coalesce(pg_catalog.string_agg(
      pg_catalog.encode(pg_catalog.sha256(
        pg_catalog.convert_to(app.audit_line(event), 'UTF8')), 'hex'), ''
      ORDER BY event.id), ''), 'UTF8')), 'hex')
  FROM public.accounts_sealedevent AS sealed
  JOIN public.accounts_auditevent AS event ON event.id = sealed.event_id
    AND event.at >= (SELECT coalesce(link.first_at, '-infinity')
                     FROM public.accounts_auditseal AS link WHERE link.number = seal)
    AND event.at <= (SELECT coalesce(link.last_at, 'infinity')
                     FROM public.accounts_auditseal AS link WHERE link.number = seal)
  WHERE sealed.seal_id = seal
$$;

CREATE OR REPLACE FUNCTION app.seal_audit()
RETURNS TABLE (number bigint, events integer, head text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  before public.accounts_auditseal;
BEGIN
  PERFORM pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('audit seal', 0));
  SELECT * INTO before FROM public.accounts_auditseal AS seal
    ORDER BY seal.number DESC LIMIT 1;
  number := coalesce(before.number, 0) + 1;
  IF NOT EXISTS (SELECT 1 FROM public.accounts_unsealedevent) THEN
    RETURN;
  END IF;
  INSERT INTO public.accounts_auditseal (number, sealed_at, events, head)
    VALUES (seal_audit.number, pg_catalog.clock_timestamp(), 0, '');
  -- What waited from before this knew times has none: then the seal has none either.
  WITH taken AS (DELETE FROM public.accounts_unsealedevent RETURNING event_id, at),
    kept AS (INSERT INTO public.accounts_sealedevent (event_id, seal_id)
             SELECT taken.event_id, seal_audit.number FROM taken RETURNING event_id),
    times AS (SELECT pg_catalog.min(taken.at) AS first_at,
                     pg_catalog.max(taken.at) AS last_at
              FROM taken HAVING pg_catalog.count(taken.at) = pg_catalog.count(*)),
    counted AS (SELECT pg_catalog.count(*)::integer AS events FROM kept)
  UPDATE public.accounts_auditseal AS seal
    SET events = counted.events, first_at = times.first_at, last_at = times.last_at
    FROM counted LEFT JOIN times ON true
    WHERE seal.number = seal_audit.number
    RETURNING seal.events INTO events;
  head := app.audit_head(coalesce(before.head, ''), number);
  UPDATE public.accounts_auditseal AS seal SET head = seal_audit.head
    WHERE seal.number = seal_audit.number;
  RETURN NEXT;
END
$$;

-- Each fault once: a broken link, a gap in the numbers, an event outside the chain.
CREATE OR REPLACE FUNCTION app.audit_faults() RETURNS TABLE (number bigint, fault text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT seal.number, 'events were changed or removed'
  FROM (SELECT *, pg_catalog.lag(link.head, 1, '') OVER (ORDER BY link.number) AS before
        FROM public.accounts_auditseal AS link) AS seal
  WHERE seal.head <> app.audit_head(seal.before, seal.number)
     OR seal.events <> (SELECT pg_catalog.count(*)
                        FROM public.accounts_sealedevent AS sealed
                        JOIN public.accounts_auditevent AS event
                          ON event.id = sealed.event_id
                          AND event.at >= coalesce(seal.first_at, '-infinity')
                          AND event.at <= coalesce(seal.last_at, 'infinity')
                        WHERE sealed.seal_id = seal.number)
  UNION ALL
  SELECT pg_catalog.max(seal.number), 'a seal is missing'
  FROM public.accounts_auditseal AS seal
  HAVING pg_catalog.count(*) <> coalesce(pg_catalog.max(seal.number), 0)
  UNION ALL
  SELECT NULL, 'an event stands outside the chain: ' || event.id::text
  FROM public.accounts_auditevent AS event
  LEFT JOIN public.accounts_sealedevent AS sealed ON sealed.event_id = event.id
  LEFT JOIN public.accounts_unsealedevent AS waiting ON waiting.event_id = event.id
  WHERE sealed.event_id IS NULL AND waiting.event_id IS NULL
  UNION ALL
  SELECT NULL, 'an event that waited for its seal is gone: ' || waiting.event_id::text
  FROM public.accounts_unsealedevent AS waiting
  LEFT JOIN public.accounts_auditevent AS event ON event.id = waiting.event_id
  WHERE event.id IS NULL
$$;
"""

OLD_FUNCTIONS = """
CREATE OR REPLACE FUNCTION app.event_waits_for_seal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO public.accounts_unsealedevent (event_id) SELECT id FROM written;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION app.audit_head(before text, seal bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(
    before || coalesce(pg_catalog.string_agg(
      pg_catalog.encode(pg_catalog.sha256(
        pg_catalog.convert_to(app.audit_line(event), 'UTF8')), 'hex'), ''
      ORDER BY event.id), ''), 'UTF8')), 'hex')
  FROM public.accounts_sealedevent AS sealed
  JOIN public.accounts_auditevent AS event ON event.id = sealed.event_id
  WHERE sealed.seal_id = seal
$$;

CREATE OR REPLACE FUNCTION app.seal_audit()
RETURNS TABLE (number bigint, events integer, head text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  before public.accounts_auditseal;
BEGIN
  PERFORM pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('audit seal', 0));
  SELECT * INTO before FROM public.accounts_auditseal AS seal
    ORDER BY seal.number DESC LIMIT 1;
  number := coalesce(before.number, 0) + 1;
  IF NOT EXISTS (SELECT 1 FROM public.accounts_unsealedevent) THEN
    RETURN;
  END IF;
  INSERT INTO public.accounts_auditseal (number, sealed_at, events, head)
    VALUES (seal_audit.number, pg_catalog.clock_timestamp(), 0, '');
  WITH taken AS (DELETE FROM public.accounts_unsealedevent RETURNING event_id)
  INSERT INTO public.accounts_sealedevent (event_id, seal_id)
    SELECT taken.event_id, seal_audit.number FROM taken;
  GET DIAGNOSTICS events = ROW_COUNT;
  head := app.audit_head(coalesce(before.head, ''), number);
  UPDATE public.accounts_auditseal AS seal
    SET events = seal_audit.events, head = seal_audit.head
    WHERE seal.number = seal_audit.number;
  RETURN NEXT;
END
$$;

CREATE OR REPLACE FUNCTION app.audit_faults() RETURNS TABLE (number bigint, fault text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT seal.number, 'events were changed or removed'
  FROM (SELECT *, pg_catalog.lag(link.head, 1, '') OVER (ORDER BY link.number) AS before
        FROM public.accounts_auditseal AS link) AS seal
  WHERE seal.head <> app.audit_head(seal.before, seal.number)
     OR seal.events <> (SELECT pg_catalog.count(*)
                        FROM public.accounts_sealedevent AS sealed
                        JOIN public.accounts_auditevent AS event
                          ON event.id = sealed.event_id
                        WHERE sealed.seal_id = seal.number)
  UNION ALL
  SELECT pg_catalog.max(seal.number), 'a seal is missing'
  FROM public.accounts_auditseal AS seal
  HAVING pg_catalog.count(*) <> coalesce(pg_catalog.max(seal.number), 0)
  UNION ALL
  SELECT NULL, 'an event stands outside the chain: ' || event.id::text
  FROM public.accounts_auditevent AS event
  LEFT JOIN public.accounts_sealedevent AS sealed ON sealed.event_id = event.id
  LEFT JOIN public.accounts_unsealedevent AS waiting ON waiting.event_id = event.id
  WHERE sealed.event_id IS NULL AND waiting.event_id IS NULL
  UNION ALL
  SELECT NULL, 'an event that waited for its seal is gone: ' || waiting.event_id::text
  FROM public.accounts_unsealedevent AS waiting
  LEFT JOIN public.accounts_auditevent AS event ON event.id = waiting.event_id
  WHERE event.id IS NULL
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0023_replicas_show_an_event")]

    operations = [
        migrations.AddField(
            model_name="auditseal",
            name="first_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="auditseal",
            name="last_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="unsealedevent",
            name="at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(FUNCTIONS, OLD_FUNCTIONS),
    ]
