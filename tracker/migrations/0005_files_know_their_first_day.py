"""
A file that tells of results is closed where a day that it tells of is not shared now.

Files made before this are taken to tell every day.
"""

from django.db import migrations, models


POLICIES = """
ALTER POLICY job_file_read ON tracker_jobfile
  USING (EXISTS (SELECT 1 FROM tracker_job AS job WHERE job.id = job_id)
         AND (patient_id IS NULL
              OR (app.can_see(patient_id, 'record')
                  AND (NOT tells_of_results
                       OR app.can_see(patient_id, 'results',
                                      coalesce(results_from, '-infinity')))
                  AND (NOT tells_of_supplements
                       OR app.can_see(patient_id, 'supplements'))
                  AND (NOT tells_of_health OR app.can_see(patient_id, 'health')))));
"""
AS_BEFORE = """
ALTER POLICY job_file_read ON tracker_jobfile
  USING (EXISTS (SELECT 1 FROM tracker_job AS job WHERE job.id = job_id)
         AND (patient_id IS NULL
              OR (app.can_see(patient_id, 'record')
                  AND (NOT tells_of_results OR app.can_see(patient_id, 'results'))
                  AND (NOT tells_of_supplements
                       OR app.can_see(patient_id, 'supplements'))
                  AND (NOT tells_of_health OR app.can_see(patient_id, 'health')))));
"""


class Migration(migrations.Migration):

    dependencies = [
        ('tracker', '0004_exports_of_two_people'),
    ]

    operations = [
        migrations.AddField(
            model_name='jobfile',
            name='results_from',
            field=models.DateField(null=True),
        ),
        migrations.RunSQL(POLICIES, AS_BEFORE),
    ]
