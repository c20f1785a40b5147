"""
An answer kept for a request that is sent again knows what was shared when it was made.

That a key was used is told to its own sender, also where the answer is hidden by now.
"""

from django.db import migrations, models

USED = """
CREATE FUNCTION app.is_key_used(the_key text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT app.viewer_kind() = 'user' AND EXISTS (
    SELECT FROM public.accounts_storedanswer AS kept
    WHERE kept.user_id = app.viewer_id() AND kept.key = the_key)
$$;
REVOKE EXECUTE ON FUNCTION app.is_key_used(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.is_key_used(text) TO calcidiol_web;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0027_accepted_requests_end_with_consent")]

    operations = [
        migrations.AddField(
            model_name="storedanswer",
            name="sight",
            field=models.CharField(db_default="", default="", max_length=100),
        ),
        migrations.RunSQL(USED, "DROP FUNCTION app.is_key_used(text);"),
    ]
