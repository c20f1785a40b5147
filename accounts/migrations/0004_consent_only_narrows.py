"""A consent that ended stays ended: whoever wants to share again gives a new one."""

from django.db import migrations

TRIGGER = """
CREATE FUNCTION app.consent_only_narrows() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at
     OR OLD.ends_at IS NOT NULL
        AND (NEW.ends_at IS NULL OR NEW.ends_at > OLD.ends_at) THEN
    RAISE EXCEPTION 'a consent is never widened';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER consent_only_narrows BEFORE UPDATE ON accounts_consent
  FOR EACH ROW EXECUTE FUNCTION app.consent_only_narrows();
"""

DROP = """
DROP TRIGGER consent_only_narrows ON accounts_consent;
DROP FUNCTION app.consent_only_narrows();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_sign_in")]

    operations = [migrations.RunSQL(TRIGGER, DROP)]
