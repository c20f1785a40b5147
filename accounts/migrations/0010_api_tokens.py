"""
Keys for programs, and the answers that are kept for a request sent again.

A key binds in the database: restrictive policies (tracker.grants) ask
`app.token_allows`, which looks at the key each time, so that a revoked one opens
nothing from the next statement on.
"""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FUNCTIONS = """
CREATE FUNCTION app.token_id() RETURNS uuid
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT nullif(pg_catalog.current_setting('app.token_id', true), '')::uuid
$$;

CREATE FUNCTION app.token_allows(wanted text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT app.token_id() IS NULL OR EXISTS (
    SELECT 1 FROM public.accounts_apitoken AS token
    WHERE token.id = app.token_id()
      AND app.viewer_kind() = 'user'
      AND token.user_id = app.viewer_id()
      AND token.revoked_at IS NULL
      AND token.expires_at > pg_catalog.clock_timestamp()
      AND token.scopes ?& wanted)
$$;

-- Before anybody is known: who shows this key, what it opens, and how long to wait.
CREATE FUNCTION app.use_token(hash text, most integer, within interval)
RETURNS TABLE (token_id uuid, token_name text, scopes text[], user_id uuid,
               user_name text, wait integer)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE public.accounts_apitoken AS token SET
    last_used_at = pg_catalog.clock_timestamp(),
    window_began_at = CASE
      WHEN token.window_began_at + within > pg_catalog.clock_timestamp()
      THEN token.window_began_at ELSE pg_catalog.clock_timestamp() END,
    window_uses = CASE
      WHEN token.window_began_at + within > pg_catalog.clock_timestamp()
      THEN token.window_uses + 1 ELSE 1 END
  FROM public.accounts_user AS person
  WHERE token.secret_hash = hash
    AND token.revoked_at IS NULL
    AND token.expires_at > pg_catalog.clock_timestamp()
    AND person.id = token.user_id
    AND person.is_active
  RETURNING token.id, token.name::text,
    ARRAY(SELECT pg_catalog.jsonb_array_elements_text(token.scopes)),
    person.id, person.name::text,
    CASE WHEN token.window_uses > most THEN greatest(1, pg_catalog.ceil(
      extract(epoch FROM token.window_began_at + within
                         - pg_catalog.clock_timestamp()))::integer)
    ELSE 0 END
$$;

-- The name of a key is part of an event's line; events without one keep their line.
CREATE OR REPLACE FUNCTION app.audit_line(event public.accounts_auditevent)
RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT (pg_catalog.jsonb_build_array(event.id,
    pg_catalog.extract('epoch', event.at AT TIME ZONE 'UTC'),
    event.actor_kind, event.actor_id, event.actor_name, event.patient_id, event.action,
    event.object_label, event.object_id, event.channel, event.ip_address)
    || CASE WHEN event.through = '' THEN '[]'::jsonb
       ELSE pg_catalog.jsonb_build_array(event.through) END)::text
$$;
"""

DROP_FUNCTIONS = """
CREATE OR REPLACE FUNCTION app.audit_line(event public.accounts_auditevent)
RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT pg_catalog.jsonb_build_array(event.id,
    pg_catalog.extract('epoch', event.at AT TIME ZONE 'UTC'),
    event.actor_kind, event.actor_id, event.actor_name, event.patient_id, event.action,
    event.object_label, event.object_id, event.channel, event.ip_address)::text
$$;
DROP FUNCTION app.use_token(text, integer, interval);
DROP FUNCTION app.token_allows(text[]) CASCADE;
DROP FUNCTION app.token_id() CASCADE;
"""

POLICIES = """
ALTER TABLE accounts_apitoken ENABLE ROW LEVEL SECURITY;
CREATE POLICY token_read_own ON accounts_apitoken FOR SELECT
  USING (app.viewer_kind() = 'user' AND user_id = app.viewer_id());
CREATE POLICY token_make ON accounts_apitoken FOR INSERT
  WITH CHECK (app.viewer_kind() = 'user' AND user_id = app.viewer_id()
              AND revoked_at IS NULL);
CREATE POLICY token_revoke ON accounts_apitoken FOR UPDATE
  USING (app.viewer_kind() = 'user' AND user_id = app.viewer_id())
  WITH CHECK (revoked_at IS NOT NULL);
GRANT SELECT, INSERT ON accounts_apitoken TO calcidiol_web;
GRANT UPDATE (revoked_at) ON accounts_apitoken TO calcidiol_web;

-- An answer holds what its request told: it is read while that part is still shared.
ALTER TABLE accounts_storedanswer ENABLE ROW LEVEL SECURITY;
CREATE POLICY answer_read ON accounts_storedanswer FOR SELECT
  USING (app.viewer_kind() = 'user' AND user_id = app.viewer_id()
         AND app.can_see(patient_id, part));
CREATE POLICY answer_add ON accounts_storedanswer FOR INSERT
  WITH CHECK (app.viewer_kind() = 'user' AND user_id = app.viewer_id()
              AND app.can_see(patient_id, part));
GRANT SELECT, INSERT ON accounts_storedanswer TO calcidiol_web;

CREATE FUNCTION app.forget_answers(before timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH gone AS (
    DELETE FROM public.accounts_storedanswer
    WHERE made_at < least(before, pg_catalog.clock_timestamp() - interval '1 day')
    RETURNING 1)
  SELECT pg_catalog.count(*) FROM gone
$$;
"""

DROP_POLICIES = """
DROP FUNCTION app.forget_answers(timestamptz);
DROP POLICY answer_add ON accounts_storedanswer;
DROP POLICY answer_read ON accounts_storedanswer;
DROP POLICY token_revoke ON accounts_apitoken;
DROP POLICY token_make ON accounts_apitoken;
DROP POLICY token_read_own ON accounts_apitoken;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_carers")]

    operations = [
        migrations.AddField(
            model_name="auditevent",
            name="through",
            field=models.CharField(blank=True, default="", max_length=80),
        ),
        # Whatever writes an event past the model leaves the name of a key empty.
        migrations.RunSQL(
            "ALTER TABLE accounts_auditevent ALTER through SET DEFAULT ''",
            "ALTER TABLE accounts_auditevent ALTER through DROP DEFAULT",
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False,
                                        primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=80)),
                ("scopes", models.JSONField()),
                ("secret_hash", models.CharField(max_length=64, unique=True)),
                ("secret_end", models.CharField(max_length=4)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("last_used_at", models.DateTimeField(null=True)),
                ("window_began_at", models.DateTimeField(null=True)),
                ("window_uses", models.PositiveIntegerField(default=0)),
                ("user", models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="+",
                    to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("made_at"))),
                        name="a_key_ends_after_it_was_made"),
                ],
            },
        ),
        migrations.CreateModel(
            name="StoredAnswer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False,
                                        primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=64)),
                ("request_hash", models.CharField(max_length=64)),
                ("part", models.CharField(max_length=20)),
                ("status", models.PositiveSmallIntegerField()),
                ("headers", models.JSONField()),
                ("body", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("patient", models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="+",
                    to="accounts.patient")),
                ("user", models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="+",
                    to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "key"), name="a_sender_uses_a_key_once"),
                ],
            },
        ),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(POLICIES, DROP_POLICIES),
    ]
