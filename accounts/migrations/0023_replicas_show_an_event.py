"""
Whether a server has come as far as one event of the trail.

A replica plays changes back in the order in which the primary committed them: one that
shows the event of a read shows all that the decision about it rested on. It tells
nothing but that an id is there, so that whoever may not read the event may ask.
"""

from django.db import migrations

SHOWS = """
CREATE FUNCTION app.shows_event(event_id uuid, event_at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (
    SELECT 1 FROM public.accounts_auditevent AS event
    WHERE event.id = event_id AND event.at = event_at)
$$;
"""
FORGOTTEN = "DROP FUNCTION app.shows_event(uuid, timestamptz);"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0022_uses_after_a_clock_was_set_back")]

    operations = [migrations.RunSQL(SHOWS, FORGOTTEN)]
