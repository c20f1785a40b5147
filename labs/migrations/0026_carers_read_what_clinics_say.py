"""A carer reads what clinics tell the patient: reviews, words for them, next tests."""

from django.db import migrations

CARERS_TOO = """
ALTER POLICY review_read ON labs_review
  USING (app.is_own(patient_id)
         OR (app.works_in(clinic_id) AND app.treats(patient_id, 'record', NULL))
         OR app.cares_for(patient_id));
ALTER POLICY note_read ON labs_clinicnote
  USING ((is_for_patient AND app.is_own(patient_id))
         OR (app.works_in(clinic_id) AND app.treats(patient_id, 'record', NULL))
         OR (is_for_patient AND app.cares_for(patient_id)));
ALTER POLICY retest_read ON labs_retestplan
  USING (app.is_own(patient_id)
         OR (app.works_in(clinic_id) AND app.treats(patient_id, 'results', NULL))
         OR app.cares_for(patient_id));
"""
PATIENTS_ALONE = """
ALTER POLICY review_read ON labs_review
  USING (app.is_own(patient_id)
         OR (app.works_in(clinic_id) AND app.treats(patient_id, 'record', NULL)));
ALTER POLICY note_read ON labs_clinicnote
  USING ((is_for_patient AND app.is_own(patient_id))
         OR (app.works_in(clinic_id) AND app.treats(patient_id, 'record', NULL)));
ALTER POLICY retest_read ON labs_retestplan
  USING (app.is_own(patient_id)
         OR (app.works_in(clinic_id) AND app.treats(patient_id, 'results', NULL)));
"""


class Migration(migrations.Migration):
    dependencies = [("labs", "0025_clinic_figures")]

    operations = [migrations.RunSQL(CARERS_TOO, PATIENTS_ALONE)]
