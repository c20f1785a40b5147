"""Counters of failures in a row, and when a clinic last looked at a record."""

from django.db import migrations, models

# A patient may not list a clinic's people, but may know when one of them looked.
LAST_USED = """
CREATE FUNCTION app.last_used(wanted uuid)
RETURNS TABLE (clinic_id uuid, at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT consent.clinic_id, pg_catalog.max(event.at)
  FROM public.accounts_consent AS consent
  JOIN public.accounts_membership AS member ON member.clinic_id = consent.clinic_id
  JOIN public.accounts_auditevent AS event
    ON event.patient_id = wanted
    AND event.action NOT IN ('denied', 'imported')
    AND event.at >= consent.starts_at
    AND (event.actor_id = member.user_id OR event.actor_id = consent.clinic_id)
  WHERE consent.patient_id = wanted AND app.is_own(wanted)
  GROUP BY consent.clinic_id
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_row_level_security")]

    operations = [
        migrations.CreateModel(
            name="FailureCount",
            fields=[
                (
                    "key",
                    models.CharField(max_length=64, primary_key=True, serialize=False),
                ),
                ("failures", models.PositiveIntegerField(default=0)),
                ("last_at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(LAST_USED, "DROP FUNCTION app.last_used(uuid);"),
    ]
