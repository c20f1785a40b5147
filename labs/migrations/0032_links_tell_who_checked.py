"""A share link holds the visit report, so it tells who checked a value by the report."""

from django.db import migrations

# The result's own policy keeps what lies before the shared day out of the link.
LINKS_TOO = """
ALTER POLICY result_check_read ON labs_resultcheck
  USING ((app.can_see(patient_id, 'results') OR app.is_shared(patient_id, 'results'))
         AND EXISTS (SELECT 1 FROM labs_labresult AS result
                     WHERE result.id = result_id
                       AND result.patient_id = labs_resultcheck.patient_id));
"""
WITHOUT_LINKS = """
ALTER POLICY result_check_read ON labs_resultcheck
  USING (app.can_see(patient_id, 'results')
         AND EXISTS (SELECT 1 FROM labs_labresult AS result
                     WHERE result.id = result_id
                       AND result.patient_id = labs_resultcheck.patient_id));
"""


class Migration(migrations.Migration):
    dependencies = [("labs", "0031_worklists_find")]

    operations = [migrations.RunSQL(LINKS_TOO, WITHOUT_LINKS)]
