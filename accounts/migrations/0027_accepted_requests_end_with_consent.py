"""
An accepted request says whose record an address belongs to: as long as it is shared.

Until it is cleared, a clinic that the patient shut out again read it there.
"""

from django.db import migrations


POLICIES = """
ALTER POLICY request_read ON accounts_accessrequest
  USING ((app.works_in(clinic_id)
          AND (patient_id IS NULL OR app.can_see(patient_id, 'record')))
         OR (closed_at IS NULL AND expires_at > pg_catalog.clock_timestamp()
             AND app.is_asked(email, taken_by_id)));
"""
AS_BEFORE = """
ALTER POLICY request_read ON accounts_accessrequest
  USING (app.works_in(clinic_id)
         OR (closed_at IS NULL AND expires_at > pg_catalog.clock_timestamp()
             AND app.is_asked(email, taken_by_id)));
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0026_keys_know_a_language'),
    ]

    operations = [
        migrations.RunSQL(POLICIES, AS_BEFORE),
    ]
