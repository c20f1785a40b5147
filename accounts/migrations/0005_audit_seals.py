"""Seals over the audit trail, written by functions that the web role may only call."""

import django.db.models.deletion
from django.db import migrations, models

SEALING = """
CREATE FUNCTION app.event_waits_for_seal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO public.accounts_unsealedevent (event_id) SELECT id FROM written;
  RETURN NULL;
END
$$;
CREATE TRIGGER audit_event_waits_for_seal AFTER INSERT ON accounts_auditevent
  REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION app.event_waits_for_seal();
INSERT INTO accounts_unsealedevent (event_id) SELECT id FROM accounts_auditevent;

-- The line of an event names each column: a column added later does not break the chain.
CREATE FUNCTION app.audit_line(event public.accounts_auditevent) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT pg_catalog.jsonb_build_array(event.id,
    pg_catalog.extract('epoch', event.at AT TIME ZONE 'UTC'),
    event.actor_kind, event.actor_id, event.actor_name, event.patient_id, event.action,
    event.object_label, event.object_id, event.channel, event.ip_address)::text
$$;

CREATE FUNCTION app.audit_head(before text, seal bigint) RETURNS text
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

CREATE FUNCTION app.seal_audit()
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

-- Each fault once: a broken link, a gap in the numbers, an event outside the chain.
CREATE FUNCTION app.audit_faults() RETURNS TABLE (number bigint, fault text)
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
REVOKE ALL ON FUNCTION app.audit_faults() FROM PUBLIC;
"""

DROP = """
DROP FUNCTION app.audit_faults();
DROP FUNCTION app.seal_audit();
DROP FUNCTION app.audit_head(text, bigint);
DROP FUNCTION app.audit_line(public.accounts_auditevent);
DROP TRIGGER audit_event_waits_for_seal ON accounts_auditevent;
DROP FUNCTION app.event_waits_for_seal();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_consent_only_narrows")]

    operations = [
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                (
                    "number",
                    models.PositiveBigIntegerField(primary_key=True, serialize=False),
                ),
                ("sealed_at", models.DateTimeField()),
                ("events", models.PositiveIntegerField()),
                ("head", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="UnsealedEvent",
            fields=[
                ("event_id", models.UUIDField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name="SealedEvent",
            fields=[
                ("event_id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "seal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.auditseal",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(SEALING, DROP),
    ]
