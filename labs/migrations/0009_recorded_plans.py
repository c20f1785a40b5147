"""
Plans that clinicians recorded, in their own words.

A plan names its author and a clinic of theirs that the patient lets see supplements. Of
what is stored only its end can be written, once.
"""

import django.db.models.deletion
import uuid
from django.db import migrations, models


POLICIES = """
ALTER TABLE labs_recordedplan ENABLE ROW LEVEL SECURITY;
CREATE POLICY plan_read ON labs_recordedplan FOR SELECT
  USING (app.can_see(patient_id, 'supplements'));
CREATE POLICY plan_add ON labs_recordedplan FOR INSERT
  WITH CHECK (app.treats(patient_id, 'supplements', NULL)
              AND app.works_in(clinic_id)
              AND recorded_by_id = app.viewer_id()
              AND ended_at IS NULL);
CREATE POLICY plan_end ON labs_recordedplan FOR UPDATE
  USING (ended_at IS NULL AND app.treats(patient_id, 'supplements', NULL))
  WITH CHECK (ended_at IS NOT NULL);
GRANT SELECT, INSERT ON labs_recordedplan TO calcidiol_web;
GRANT UPDATE (ended_at, ended_by_name) ON labs_recordedplan TO calcidiol_web;
"""
DROP_POLICIES = """
DROP POLICY plan_end ON labs_recordedplan;
DROP POLICY plan_add ON labs_recordedplan;
DROP POLICY plan_read ON labs_recordedplan;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_invitations'),
        ('labs', '0008_read_by_link'),
    ]

    operations = [
        migrations.CreateModel(
            name='RecordedPlan',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('clinic_name', models.CharField(max_length=120)),
                ('text', models.CharField(max_length=1000)),
                ('recorded_by_id', models.UUIDField()),
                ('recorded_by_name', models.CharField(max_length=120)),
                ('recorded_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by_name', models.CharField(blank=True, max_length=120)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.clinic')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.patient')),
            ],
            options={
                'indexes': [models.Index(fields=['patient', 'recorded_at'], name='labs_record_patient_d863e1_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='a_plan_has_words'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by_name', '')), models.Q(models.Q(('ended_at', None), _negated=True), models.Q(('ended_by_name', ''), _negated=True)), _connector='OR'), name='who_ended_a_plan_is_named')],
            },
        ),
        migrations.RunSQL(POLICIES, DROP_POLICIES),
    ]
