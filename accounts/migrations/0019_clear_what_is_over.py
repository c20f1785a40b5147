"""
Invitations, codes, requests and links are removed some time after their end.

The trail keeps that they were there. The web role can remove none of them by itself.
"""

from django.db import migrations

CLEAR = """
CREATE FUNCTION app.clear_what_is_over() RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH moment AS (
    SELECT pg_catalog.clock_timestamp() - interval '90 days' AS last_season,
           pg_catalog.clock_timestamp() - interval '1 year' AS last_year
  ), invitations AS (
    DELETE FROM public.accounts_invitation AS old USING moment
    WHERE least(old.expires_at, coalesce(old.closed_at, old.expires_at))
          < moment.last_season RETURNING 1
  ), claims AS (
    DELETE FROM public.accounts_claimcode AS old USING moment
    WHERE least(old.expires_at, coalesce(old.closed_at, old.expires_at))
          < moment.last_season RETURNING 1
  ), requests AS (
    DELETE FROM public.accounts_accessrequest AS old USING moment
    WHERE least(old.expires_at, coalesce(old.closed_at, old.expires_at))
          < moment.last_season RETURNING 1
  ), links AS (
    DELETE FROM public.accounts_sharelink AS old USING moment
    WHERE least(old.expires_at, coalesce(old.revoked_at, old.expires_at),
                coalesce(old.shut_at, old.expires_at))
          < moment.last_year RETURNING 1
  ), sessions AS (
    DELETE FROM public.usersessions_usersession AS old
    WHERE NOT EXISTS (SELECT 1 FROM public.django_session AS still
                      WHERE still.session_key = old.session_key) RETURNING 1
  )
  SELECT (SELECT count(*) FROM invitations) + (SELECT count(*) FROM claims)
    + (SELECT count(*) FROM requests) + (SELECT count(*) FROM links)
    + (SELECT count(*) FROM sessions)
$$;
REVOKE ALL ON FUNCTION app.clear_what_is_over() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.clear_what_is_over() TO calcidiol_web;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0018_who_stands_in_reads_who_looked"),
        ("usersessions", "0001_initial"),
        ("sessions", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(CLEAR, "DROP FUNCTION app.clear_what_is_over()"),
    ]
