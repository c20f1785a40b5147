"""
A range keeps the source it was set from, as patients and other clinics see no templates.

A range may name only a template of the clinic that sets it.
"""

from django.db import migrations, models

POLICIES = """
CREATE POLICY target_of_own_template ON labs_target AS RESTRICTIVE FOR INSERT
  WITH CHECK (template_id IS NULL OR EXISTS (
    SELECT 1 FROM labs_targettemplate AS template
    WHERE template.id = template_id
      AND template.clinic_id = labs_target.clinic_id));
GRANT UPDATE (retired_by_name) ON labs_targettemplate TO calcidiol_web;
"""
DROP = """
REVOKE UPDATE (retired_by_name) ON labs_targettemplate FROM calcidiol_web;
DROP POLICY target_of_own_template ON labs_target;
"""


class Migration(migrations.Migration):
    dependencies = [("labs", "0020_worklists_know_laboratories")]

    operations = [
        migrations.AddField(
            model_name="target",
            name="source",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=300
            ),
        ),
        migrations.AddField(
            model_name="targettemplate",
            name="retired_by_name",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=120
            ),
        ),
        migrations.RunSQL(POLICIES, DROP),
    ]
