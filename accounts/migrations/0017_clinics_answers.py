"""
Answers kept for a request about a clinic, and the key's name in every event.

Whatever writes an event while a key is in use, a function of the database included,
names that key.
"""

import django.db.models.deletion
from django.db import migrations, models

POLICIES = """
DROP POLICY answer_read ON accounts_storedanswer;
DROP POLICY answer_add ON accounts_storedanswer;
CREATE POLICY answer_read ON accounts_storedanswer FOR SELECT
  USING (app.viewer_kind() = 'user' AND user_id = app.viewer_id()
         AND (patient_id IS NULL OR app.can_see(patient_id, part))
         AND (clinic_id IS NULL OR app.works_in(clinic_id)));
CREATE POLICY answer_add ON accounts_storedanswer FOR INSERT
  WITH CHECK (app.viewer_kind() = 'user' AND user_id = app.viewer_id()
              AND (patient_id IS NULL OR app.can_see(patient_id, part))
              AND (clinic_id IS NULL OR app.works_in(clinic_id)));

CREATE FUNCTION app.name_key_in_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.through := coalesce((
    SELECT token.name FROM public.accounts_apitoken AS token
    WHERE token.id = app.token_id()), '');
  RETURN NEW;
END
$$;
CREATE TRIGGER name_key BEFORE INSERT ON accounts_auditevent FOR EACH ROW
  WHEN (NEW.through = '' AND app.token_id() IS NOT NULL)
  EXECUTE FUNCTION app.name_key_in_event();
"""
OLD_POLICIES = """
DROP TRIGGER name_key ON accounts_auditevent;
DROP FUNCTION app.name_key_in_event();
DROP POLICY answer_add ON accounts_storedanswer;
DROP POLICY answer_read ON accounts_storedanswer;
DELETE FROM accounts_storedanswer WHERE patient_id IS NULL;
CREATE POLICY answer_read ON accounts_storedanswer FOR SELECT
  USING (app.viewer_kind() = 'user' AND user_id = app.viewer_id()
         AND app.can_see(patient_id, part));
CREATE POLICY answer_add ON accounts_storedanswer FOR INSERT
  WITH CHECK (app.viewer_kind() = 'user' AND user_id = app.viewer_id()
              AND app.can_see(patient_id, part));
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0016_language_of_a_person")]

    operations = [
        migrations.AlterField(
            model_name="storedanswer",
            name="patient",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE,
                related_name="+", to="accounts.patient"),
        ),
        migrations.AddField(
            model_name="storedanswer",
            name="clinic",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE,
                related_name="+", to="accounts.clinic"),
        ),
        migrations.AddConstraint(
            model_name="storedanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("clinic__isnull", False), ("patient__isnull", False),
                    _connector="OR"),
                name="an_answer_is_about_a_clinic_or_a_patient"),
        ),
        migrations.RunSQL(POLICIES, OLD_POLICIES),
    ]
