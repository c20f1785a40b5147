"""
Dated notes, and the patient's own list of questions for a visit.

A note belongs to the health part of a record, names its own author and never changes
its words; it gets a last day, or is withdrawn by who wrote it or by the patient. The
list of questions is the patient's alone.
"""

import django.db.models.deletion
import uuid
from django.db import migrations, models


POLICIES = """
ALTER TABLE labs_notedevent ENABLE ROW LEVEL SECURITY;
CREATE POLICY noted_event_read ON labs_notedevent FOR SELECT
  USING (app.can_see(patient_id, 'health'));
CREATE POLICY read_by_link ON labs_notedevent FOR SELECT
  USING ((SELECT current_setting('app.viewer_kind', true)) = 'share'
         AND app.is_shared(patient_id, 'health'));
CREATE POLICY noted_event_add ON labs_notedevent FOR INSERT
  WITH CHECK (app.can_see(patient_id, 'health')
              AND entered_by_id = app.viewer_id()
              AND withdrawn_at IS NULL);
CREATE POLICY noted_event_change ON labs_notedevent FOR UPDATE
  USING (withdrawn_at IS NULL
         AND app.can_see(patient_id, 'health')
         AND (entered_by_id = app.viewer_id() OR app.is_own(patient_id)))
  WITH CHECK (app.can_see(patient_id, 'health'));
GRANT SELECT, INSERT ON labs_notedevent TO calcidiol_web;
GRANT UPDATE (ends_on, withdrawn_at, withdrawn_by_name)
  ON labs_notedevent TO calcidiol_web;

ALTER TABLE labs_visitquestion ENABLE ROW LEVEL SECURITY;
CREATE POLICY visit_question_read ON labs_visitquestion FOR SELECT
  USING (app.is_own(patient_id));
CREATE POLICY visit_question_add ON labs_visitquestion FOR INSERT
  WITH CHECK (app.is_own(patient_id) AND removed_at IS NULL);
CREATE POLICY visit_question_change ON labs_visitquestion FOR UPDATE
  USING (app.is_own(patient_id) AND removed_at IS NULL)
  WITH CHECK (app.is_own(patient_id));
GRANT SELECT, INSERT ON labs_visitquestion TO calcidiol_web;
GRANT UPDATE (words, changed_at, removed_at) ON labs_visitquestion TO calcidiol_web;
"""
DROP_POLICIES = """
DROP POLICY visit_question_change ON labs_visitquestion;
DROP POLICY visit_question_add ON labs_visitquestion;
DROP POLICY visit_question_read ON labs_visitquestion;
DROP POLICY noted_event_change ON labs_notedevent;
DROP POLICY noted_event_add ON labs_notedevent;
DROP POLICY read_by_link ON labs_notedevent;
DROP POLICY noted_event_read ON labs_notedevent;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_invitations'),
        ('labs', '0009_recorded_plans'),
    ]

    operations = [
        migrations.CreateModel(
            name='NotedEvent',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=20)),
                ('words', models.CharField(blank=True, max_length=80)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('entered_by_id', models.UUIDField()),
                ('entered_by_name', models.CharField(max_length=120)),
                ('entered_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_by_name', models.CharField(blank=True, max_length=120)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.patient')),
            ],
            options={
                'indexes': [models.Index(fields=['patient', 'starts_on'], name='labs_notede_patient_c55795_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['sunny_holiday', 'illness', 'change_of_diet', 'pregnancy', 'new_medicine', 'other'])), name='a_noted_event_is_of_a_known_kind'), models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='a_noted_event_ends_after_it_starts'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_by_name', '')), models.Q(models.Q(('withdrawn_at', None), _negated=True), models.Q(('withdrawn_by_name', ''), _negated=True)), _connector='OR'), name='who_withdrew_a_noted_event_is_named')],
            },
        ),
        migrations.CreateModel(
            name='VisitQuestion',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('words', models.CharField(max_length=300)),
                ('written_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(null=True)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.patient')),
            ],
            options={
                'indexes': [models.Index(fields=['patient', 'written_at'], name='labs_visitq_patient_e5446b_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='a_question_has_words')],
            },
        ),
        migrations.RunSQL(POLICIES, DROP_POLICIES),
    ]
