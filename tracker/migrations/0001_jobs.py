"""
Background work and its files, each seen by who asked for it alone.

The owner must still work in the job's clinic, or still see the job's patient; a file
that tells of a patient is closed as soon as one of the parts that it tells of is.
"""

import django.db.models.deletion
import uuid
from django.db import migrations, models


POLICIES = """
ALTER TABLE tracker_job ENABLE ROW LEVEL SECURITY;
CREATE POLICY job_read ON tracker_job FOR SELECT
  USING (owner_kind = app.viewer_kind() AND owner_id = app.viewer_id()
         AND (clinic_id IS NULL OR app.works_in(clinic_id))
         AND (patient_id IS NULL OR app.can_see(patient_id, 'record')));
CREATE POLICY job_add ON tracker_job FOR INSERT
  WITH CHECK (owner_kind = app.viewer_kind() AND owner_id = app.viewer_id()
              AND (clinic_id IS NULL OR app.works_in(clinic_id))
              AND (patient_id IS NULL OR app.can_see(patient_id, 'record')));
CREATE POLICY job_go_on ON tracker_job FOR UPDATE
  USING (finished_at IS NULL
         AND owner_kind = app.viewer_kind() AND owner_id = app.viewer_id()
         AND (clinic_id IS NULL OR app.works_in(clinic_id))
         AND (patient_id IS NULL OR app.can_see(patient_id, 'record')))
  WITH CHECK (owner_kind = app.viewer_kind() AND owner_id = app.viewer_id());
GRANT SELECT, INSERT ON tracker_job TO calcidiol_web;
GRANT UPDATE (steps, state, done, total, outcome, sentence, started_at, finished_at,
              cancel_asked_at) ON tracker_job TO calcidiol_web;

ALTER TABLE tracker_jobfile ENABLE ROW LEVEL SECURITY;
CREATE POLICY job_file_read ON tracker_jobfile FOR SELECT
  USING (EXISTS (SELECT 1 FROM tracker_job AS job WHERE job.id = job_id)
         AND (patient_id IS NULL
              OR (app.can_see(patient_id, 'record')
                  AND (NOT tells_of_results OR app.can_see(patient_id, 'results'))
                  AND (NOT tells_of_supplements
                       OR app.can_see(patient_id, 'supplements'))
                  AND (NOT tells_of_health OR app.can_see(patient_id, 'health')))));
CREATE POLICY job_file_add ON tracker_jobfile FOR INSERT
  WITH CHECK (EXISTS (SELECT 1 FROM tracker_job AS job
                      WHERE job.id = job_id AND job.finished_at IS NULL)
              AND (patient_id IS NULL OR app.can_see(patient_id, 'record')));
CREATE POLICY job_file_remove ON tracker_jobfile FOR DELETE
  USING (EXISTS (SELECT 1 FROM tracker_job AS job WHERE job.id = job_id));
GRANT SELECT, INSERT, DELETE ON tracker_jobfile TO calcidiol_web;

-- Files are taken soon or asked for again; who calls this chooses nothing.
CREATE FUNCTION app.remove_old_job_files() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  removed bigint;
BEGIN
  DELETE FROM public.tracker_jobfile AS file USING public.tracker_job AS job
    WHERE job.id = file.job_id
      AND coalesce(job.finished_at, job.asked_at)
          < pg_catalog.clock_timestamp() - interval '7 days';
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN removed;
END
$$;
"""
DROP_POLICIES = """
DROP FUNCTION app.remove_old_job_files();
DROP POLICY job_file_remove ON tracker_jobfile;
DROP POLICY job_file_add ON tracker_jobfile;
DROP POLICY job_file_read ON tracker_jobfile;
DROP POLICY job_go_on ON tracker_job;
DROP POLICY job_add ON tracker_job;
DROP POLICY job_read ON tracker_job;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0007_invitations'),
    ]

    operations = [
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=40)),
                ('owner_kind', models.CharField(max_length=20)),
                ('owner_id', models.UUIDField()),
                ('owner_name', models.CharField(max_length=120)),
                ('arguments', models.JSONField(default=dict)),
                ('steps', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='waiting', max_length=20)),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('outcome', models.JSONField(default=dict)),
                ('sentence', models.CharField(blank=True, max_length=500)),
                ('asked_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('cancel_asked_at', models.DateTimeField(null=True)),
                ('clinic', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.clinic')),
                ('patient', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.patient')),
            ],
        ),
        migrations.CreateModel(
            name='JobFile',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=80)),
                ('tells_of_results', models.BooleanField(default=False)),
                ('tells_of_supplements', models.BooleanField(default=False)),
                ('tells_of_health', models.BooleanField(default=False)),
                ('name', models.CharField(max_length=120)),
                ('content_type', models.CharField(max_length=80)),
                ('content', models.BinaryField()),
                ('made_at', models.DateTimeField()),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='tracker.job')),
                ('patient', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.patient')),
            ],
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(fields=['owner_id', '-asked_at'], name='tracker_job_owner_i_9c6097_idx'),
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.CheckConstraint(condition=models.Q(('clinic__isnull', False), ('patient__isnull', False), _connector='OR'), name='a_job_is_about_a_clinic_or_a_patient'),
        ),
        migrations.AddConstraint(
            model_name='jobfile',
            constraint=models.UniqueConstraint(fields=('job', 'key'), name='a_job_makes_each_file_once'),
        ),
        migrations.RunSQL(POLICIES, DROP_POLICIES),
    ]
