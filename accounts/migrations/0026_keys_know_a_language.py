"""
A key tells the language that its owner chose.

A program that asks for no language is answered in that one, from its first refusal on.
"""

from django.db import migrations

USE = """
DROP FUNCTION app.use_token(text, integer, interval);
CREATE FUNCTION app.use_token(hash text, most integer, within interval)
RETURNS TABLE (token_id uuid, token_name text, scopes text[], user_id uuid,
               user_name text, user_language text, wait integer)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE public.accounts_apitoken AS token SET
    last_used_at = pg_catalog.clock_timestamp(),
    window_began_at = CASE
      WHEN pg_catalog.clock_timestamp() BETWEEN token.window_began_at
                                             AND token.window_began_at + within
      THEN token.window_began_at ELSE pg_catalog.clock_timestamp() END,
    window_uses = CASE
      WHEN pg_catalog.clock_timestamp() BETWEEN token.window_began_at
                                             AND token.window_began_at + within
      THEN token.window_uses + 1 ELSE 1 END
  FROM public.accounts_user AS person
  WHERE token.secret_hash = hash
    AND token.revoked_at IS NULL
    AND token.expires_at > pg_catalog.clock_timestamp()
    AND person.id = token.user_id
    AND person.is_active
  RETURNING token.id, token.name::text,
    ARRAY(SELECT pg_catalog.jsonb_array_elements_text(token.scopes)),
    person.id, person.name::text, person.language::text,
    CASE WHEN token.window_uses > most THEN greatest(1, pg_catalog.ceil(
      extract(epoch FROM token.window_began_at + within
                         - pg_catalog.clock_timestamp()))::integer)
    ELSE 0 END
$$;
"""
AS_IT_WAS = """
DROP FUNCTION app.use_token(text, integer, interval);
CREATE FUNCTION app.use_token(hash text, most integer, within interval)
RETURNS TABLE (token_id uuid, token_name text, scopes text[], user_id uuid,
               user_name text, wait integer)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE public.accounts_apitoken AS token SET
    last_used_at = pg_catalog.clock_timestamp(),
    window_began_at = CASE
      WHEN pg_catalog.clock_timestamp() BETWEEN token.window_began_at
                                             AND token.window_began_at + within
      THEN token.window_began_at ELSE pg_catalog.clock_timestamp() END,
    window_uses = CASE
      WHEN pg_catalog.clock_timestamp() BETWEEN token.window_began_at
                                             AND token.window_began_at + within
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
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0025_audit_by_month")]

    operations = [migrations.RunSQL(USE, AS_IT_WAS)]
