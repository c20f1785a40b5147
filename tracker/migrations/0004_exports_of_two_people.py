"""
A clinic's records leave together only where two people want it.

Who asks sees the records; who confirms runs the clinic and is another person, signed in
and not by a key. The database starts no export without that, whatever the code says.
"""

import django.db.models.deletion
import uuid
from django.db import migrations, models


POLICIES = """
ALTER TABLE tracker_exportrequest ENABLE ROW LEVEL SECURITY;
CREATE POLICY export_request_read ON tracker_exportrequest FOR SELECT
  USING (app.runs(clinic_id)
         OR (asked_by_id = app.viewer_id() AND app.works_in(clinic_id)));
CREATE POLICY export_request_add ON tracker_exportrequest FOR INSERT
  WITH CHECK (app.viewer_kind() = 'user' AND asked_by_id = app.viewer_id()
              AND app.works_in(clinic_id)
              AND closed_at IS NULL AND outcome = ''
              AND expires_at <= pg_catalog.clock_timestamp() + interval '3 days'
              AND EXISTS (SELECT 1 FROM tracker_job AS job
                          WHERE job.id = job_id AND job.kind = 'clinic-export'
                            AND job.clinic_id = tracker_exportrequest.clinic_id));
GRANT SELECT, INSERT ON tracker_exportrequest TO calcidiol_web;

-- Answer an open request, once; false where it is not open, or not this viewer's to do.
CREATE FUNCTION app.answer_export(wanted uuid, how text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  answered uuid;
BEGIN
  IF app.viewer_kind() <> 'user' THEN
    RETURN false;
  END IF;
  UPDATE public.tracker_exportrequest AS asked
    SET closed_at = pg_catalog.clock_timestamp(), outcome = how,
        closed_by_id = app.viewer_id(),
        closed_by_name = coalesce((SELECT person.name FROM public.accounts_user AS person
                                   WHERE person.id = app.viewer_id()), '')
    WHERE asked.id = wanted AND asked.closed_at IS NULL
      AND CASE how
        WHEN 'withdrawn' THEN asked.asked_by_id = app.viewer_id()
        WHEN 'confirmed' THEN asked.asked_by_id <> app.viewer_id()
          AND app.token_id() IS NULL AND app.runs(asked.clinic_id)
          AND asked.expires_at > pg_catalog.clock_timestamp()
        WHEN 'declined' THEN asked.asked_by_id <> app.viewer_id()
          AND app.token_id() IS NULL AND app.runs(asked.clinic_id)
          AND asked.expires_at > pg_catalog.clock_timestamp()
        ELSE false
      END
    RETURNING asked.job_id INTO answered;
  IF answered IS NOT NULL AND how <> 'confirmed' THEN
    UPDATE public.tracker_job
      SET state = 'cancelled', finished_at = pg_catalog.clock_timestamp()
      WHERE id = answered AND finished_at IS NULL;
  END IF;
  RETURN answered IS NOT NULL;
END
$$;
REVOKE ALL ON FUNCTION app.answer_export(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.answer_export(uuid, text) TO calcidiol_web;

-- Who calls this chooses nothing: what nobody confirmed in time is over by the clock.
CREATE FUNCTION app.end_unanswered_exports() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  ended bigint;
BEGIN
  WITH over AS (
    UPDATE public.tracker_exportrequest
    SET closed_at = pg_catalog.clock_timestamp(), outcome = 'expired'
    WHERE closed_at IS NULL AND expires_at <= pg_catalog.clock_timestamp()
    RETURNING job_id)
  UPDATE public.tracker_job AS job
    SET state = 'cancelled', finished_at = pg_catalog.clock_timestamp()
    FROM over WHERE job.id = over.job_id AND job.finished_at IS NULL;
  GET DIAGNOSTICS ended = ROW_COUNT;
  RETURN ended;
END
$$;
REVOKE ALL ON FUNCTION app.end_unanswered_exports() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.end_unanswered_exports() TO calcidiol_web;

-- What is under way while this comes goes on; nothing begins any more.
CREATE FUNCTION app.begin_export_with_two() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF (TG_OP = 'INSERT' OR OLD.started_at IS NULL)
     AND (NEW.started_at IS NOT NULL OR NEW.state IN ('running', 'done'))
     AND NOT EXISTS (
       SELECT 1 FROM public.tracker_exportrequest AS asked
       WHERE asked.job_id = NEW.id AND asked.outcome = 'confirmed'
         AND asked.asked_by_id = NEW.owner_id
         AND asked.closed_by_id <> asked.asked_by_id) THEN
    RAISE EXCEPTION 'an export of a clinic begins once another person confirmed it'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION app.begin_export_with_two() FROM PUBLIC;
CREATE TRIGGER begin_export_with_two
  BEFORE INSERT OR UPDATE OF state, started_at ON tracker_job
  FOR EACH ROW WHEN (NEW.kind = 'clinic-export')
  EXECUTE FUNCTION app.begin_export_with_two();
"""
DROP = """
DROP TRIGGER begin_export_with_two ON tracker_job;
DROP FUNCTION app.begin_export_with_two();
DROP FUNCTION app.end_unanswered_exports();
DROP FUNCTION app.answer_export(uuid, text);
DROP POLICY export_request_add ON tracker_exportrequest;
DROP POLICY export_request_read ON tracker_exportrequest;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0020_account_events'),
        ('tracker', '0003_jobs_of_keys'),
    ]

    operations = [
        migrations.CreateModel(
            name='ExportRequest',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('asked_by_id', models.UUIDField()),
                ('asked_by_name', models.CharField(max_length=120)),
                ('reason', models.CharField(max_length=300)),
                ('asked_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_by_id', models.UUIDField(null=True)),
                ('closed_by_name', models.CharField(blank=True, max_length=120)),
                ('outcome', models.CharField(blank=True, choices=[('confirmed', 'Confirmed'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn'), ('expired', 'Expired')], max_length=20)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.clinic')),
                ('job', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='export_request', to='tracker.job')),
            ],
            options={
                'indexes': [models.Index(fields=['clinic', 'expires_at'], name='tracker_exp_clinic__a7bbaa_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('outcome', '')), models.Q(('closed_at__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='an_answered_export_says_how'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'confirmed'), _negated=True), models.Q(('closed_by_id__isnull', False), models.Q(('closed_by_id', models.F('asked_by_id')), _negated=True)), _connector='OR'), name='another_person_confirms_an_export')],
            },
        ),
        migrations.RunSQL(POLICIES, DROP),
    ]
