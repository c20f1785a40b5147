"""
That a result was reviewed is read by the clinic while it sees the result.

A review names its result by id, when, and by whom: also of a day, or of a part of the
record, that the clinic does not see any more.
"""

from django.db import migrations

POLICIES = """
ALTER POLICY review_read ON labs_review
  USING (app.is_own(patient_id)
         OR (app.works_in(clinic_id) AND app.treats(patient_id, 'record', NULL)
             AND (result_id IS NULL
                  OR EXISTS (SELECT 1 FROM labs_labresult AS result
                             WHERE result.id = result_id)))
         OR app.cares_for(patient_id));
"""
AS_BEFORE = """
ALTER POLICY review_read ON labs_review
  USING (app.is_own(patient_id)
         OR (app.works_in(clinic_id) AND app.treats(patient_id, 'record', NULL))
         OR app.cares_for(patient_id));
"""


class Migration(migrations.Migration):
    dependencies = [("labs", "0055_rows_tell_what_holds_no_longer")]

    operations = [migrations.RunSQL(POLICIES, AS_BEFORE)]
