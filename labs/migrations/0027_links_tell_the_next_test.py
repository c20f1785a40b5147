"""A share link holds the visit report, so it tells when the next test was asked for."""

from django.db import migrations

LINKS_TOO = """
ALTER POLICY retest_read ON labs_retestplan
  USING (app.is_own(patient_id)
         OR (app.works_in(clinic_id) AND app.treats(patient_id, 'results', NULL))
         OR app.cares_for(patient_id)
         OR app.is_shared(patient_id, 'results'));
"""
WITHOUT_LINKS = """
ALTER POLICY retest_read ON labs_retestplan
  USING (app.is_own(patient_id)
         OR (app.works_in(clinic_id) AND app.treats(patient_id, 'results', NULL))
         OR app.cares_for(patient_id));
"""


class Migration(migrations.Migration):
    dependencies = [("labs", "0026_carers_read_what_clinics_say")]

    operations = [migrations.RunSQL(LINKS_TOO, WITHOUT_LINKS)]
