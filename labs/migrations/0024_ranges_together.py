"""
Ranges that were set for several people at once, and taking them back.

A row stays as it was written; the clinic that set it may write once that it was taken
back, by whom and when. Such a row judges nothing.
"""

from django.db import migrations, models

POLICIES = """
CREATE FUNCTION app.refuse_other_than_withdrawing() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  kept CONSTANT text[] := ARRAY['withdrawn_at', 'withdrawn_by_name'];
BEGIN
  IF OLD.withdrawn_at IS NOT NULL
     OR (to_jsonb(OLD) - kept) <> (to_jsonb(NEW) - kept) THEN
    RAISE EXCEPTION 'a range is never changed' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END
$$;
DROP TRIGGER target_is_never_changed ON labs_target;
CREATE TRIGGER target_is_only_taken_back BEFORE UPDATE ON labs_target
  FOR EACH ROW EXECUTE FUNCTION app.refuse_other_than_withdrawing();
CREATE POLICY target_take_back ON labs_target FOR UPDATE
  USING (withdrawn_at IS NULL AND app.works_in(clinic_id)
         AND app.treats(patient_id, 'results', NULL))
  WITH CHECK (withdrawn_at IS NOT NULL AND app.works_in(clinic_id));
CREATE POLICY target_starts_standing ON labs_target AS RESTRICTIVE FOR INSERT
  WITH CHECK (withdrawn_at IS NULL);
GRANT UPDATE (withdrawn_at, withdrawn_by_name) ON labs_target TO calcidiol_web;
"""
DROP = """
REVOKE UPDATE (withdrawn_at, withdrawn_by_name) ON labs_target FROM calcidiol_web;
DROP POLICY target_starts_standing ON labs_target;
DROP POLICY target_take_back ON labs_target;
DROP TRIGGER target_is_only_taken_back ON labs_target;
CREATE TRIGGER target_is_never_changed BEFORE UPDATE
  ON labs_target FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
DROP FUNCTION app.refuse_other_than_withdrawing();
"""


class Migration(migrations.Migration):
    dependencies = [("labs", "0023_rows_of_a_file_know_whose_they_are")]

    operations = [
        migrations.AddField(
            model_name="target",
            name="together",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="target",
            name="withdrawn_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="target",
            name="withdrawn_by_name",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=120
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.CheckConstraint(
                condition=models.Q(withdrawn_at=None, withdrawn_by_name="")
                | (models.Q(withdrawn_at__isnull=False) & ~models.Q(withdrawn_by_name="")),
                name="who_took_a_range_back_is_named",
            ),
        ),
        migrations.AddIndex(
            model_name="target",
            index=models.Index(
                fields=["together"],
                condition=models.Q(together__isnull=False),
                name="targets_set_together",
            ),
        ),
        migrations.RunSQL(POLICIES, DROP),
    ]
