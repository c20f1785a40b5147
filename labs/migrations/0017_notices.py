"""Who wants which message, and what was sent: no clinic sees another's."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


POLICIES = """
ALTER TABLE labs_noticerecipient ENABLE ROW LEVEL SECURITY;
CREATE POLICY recipient_of_clinic ON labs_noticerecipient
  USING (clinic_id = ANY(ARRAY(SELECT app.my_clinics())))
  WITH CHECK (clinic_id = ANY(ARRAY(SELECT app.my_clinics())));
GRANT SELECT, INSERT ON labs_noticerecipient TO calcidiol_web;
GRANT UPDATE (gets_urgent, gets_digest, digest_sent_on)
  ON labs_noticerecipient TO calcidiol_web;

ALTER TABLE labs_urgentnotice ENABLE ROW LEVEL SECURITY;
CREATE POLICY notice_of_clinic ON labs_urgentnotice
  USING (clinic_id = ANY(ARRAY(SELECT app.my_clinics())))
  WITH CHECK (clinic_id = ANY(ARRAY(SELECT app.my_clinics()))
              AND app.treats(patient_id, 'record', NULL));
GRANT SELECT, INSERT ON labs_urgentnotice TO calcidiol_web;
GRANT UPDATE (stamp, sent_at) ON labs_urgentnotice TO calcidiol_web;

-- Clinics that asked for a test have to know who wants a reminder; they change nothing.
ALTER TABLE labs_reminderchoice ENABLE ROW LEVEL SECURITY;
CREATE POLICY choice_read ON labs_reminderchoice FOR SELECT
  USING (app.is_own(patient_id) OR app.treats(patient_id, 'results', NULL));
CREATE POLICY choice_add ON labs_reminderchoice FOR INSERT
  WITH CHECK (app.is_own(patient_id));
CREATE POLICY choice_change ON labs_reminderchoice FOR UPDATE
  USING (app.is_own(patient_id)) WITH CHECK (app.is_own(patient_id));
GRANT SELECT, INSERT ON labs_reminderchoice TO calcidiol_web;
GRANT UPDATE (wants_reminders, wants_result_notices, time_zone, told_until)
  ON labs_reminderchoice TO calcidiol_web;

ALTER TABLE labs_remindersent ENABLE ROW LEVEL SECURITY;
CREATE POLICY reminded_read ON labs_remindersent FOR SELECT
  USING (app.is_own(patient_id) OR app.treats(patient_id, 'results', NULL));
CREATE POLICY reminded_add ON labs_remindersent FOR INSERT
  WITH CHECK (app.treats(patient_id, 'results', NULL));
GRANT SELECT, INSERT ON labs_remindersent TO calcidiol_web;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO calcidiol_web;

-- Whom a new result may be told to; ids alone, so that a task can look as each of them.
CREATE FUNCTION app.people_with_news(most integer)
RETURNS TABLE (patient_id uuid, user_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT choice.patient_id, patient.user_id
  FROM public.labs_reminderchoice AS choice
  JOIN public.accounts_patient AS patient ON patient.id = choice.patient_id
  JOIN public.accounts_user AS person ON person.id = patient.user_id
  WHERE choice.wants_result_notices AND person.is_active
    AND EXISTS (
      SELECT 1 FROM public.labs_labresult AS result
      WHERE result.patient_id = choice.patient_id
        AND result.entered_at > choice.told_until
        AND result.entered_by_id IS DISTINCT FROM patient.user_id)
  ORDER BY choice.patient_id LIMIT most
$$;
"""
DROP = """
DROP FUNCTION app.people_with_news(integer);
DROP POLICY reminded_add ON labs_remindersent;
DROP POLICY reminded_read ON labs_remindersent;
DROP POLICY choice_change ON labs_reminderchoice;
DROP POLICY choice_add ON labs_reminderchoice;
DROP POLICY choice_read ON labs_reminderchoice;
DROP POLICY notice_of_clinic ON labs_urgentnotice;
DROP POLICY recipient_of_clinic ON labs_noticerecipient;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_share_links'),
        ('labs', '0016_typed_by_carer'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReminderChoice',
            fields=[
                ('patient', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='accounts.patient')),
                ('wants_reminders', models.BooleanField(default=False)),
                ('wants_result_notices', models.BooleanField(default=False)),
                ('time_zone', models.CharField(max_length=60)),
                ('told_until', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('time_zone', ''), _negated=True), name='a_reminder_knows_its_time_zone')],
            },
        ),
        migrations.CreateModel(
            name='NoticeRecipient',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('gets_urgent', models.BooleanField(default=False)),
                ('gets_digest', models.BooleanField(default=False)),
                ('digest_sent_on', models.DateField(null=True)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.clinic')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('clinic', 'user'), name='a_recipient_is_named_once')],
            },
        ),
        migrations.CreateModel(
            name='ReminderSent',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('due_on', models.DateField()),
                ('sent_at', models.DateTimeField()),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.patient')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='labs.retestplan')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('plan', 'due_on'), name='a_plan_is_reminded_of_once')],
            },
        ),
        migrations.CreateModel(
            name='UrgentNotice',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('stamp', models.CharField(max_length=32)),
                ('sent_at', models.DateTimeField()),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.clinic')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.patient')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('clinic', 'patient'), name='one_notice_for_an_urgent_row')],
            },
        ),
        migrations.RunSQL(POLICIES, DROP),
    ]
