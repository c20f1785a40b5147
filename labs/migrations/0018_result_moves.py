"""That a result was filed under the wrong person, for who may see both people."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


POLICIES = """
ALTER TABLE labs_resultmove ENABLE ROW LEVEL SECURITY;
CREATE POLICY move_read ON labs_resultmove FOR SELECT
  USING (app.can_see(from_patient_id, 'results')
         AND app.can_see(to_patient_id, 'results'));
CREATE POLICY move_add ON labs_resultmove FOR INSERT
  WITH CHECK (moved_by_id = app.viewer_id()
              AND undone_at IS NULL
              AND app.can_see(from_patient_id, 'results')
              AND app.can_see(to_patient_id, 'results'));
CREATE POLICY move_undo ON labs_resultmove FOR UPDATE
  USING (undone_at IS NULL
         AND app.can_see(from_patient_id, 'results')
         AND app.can_see(to_patient_id, 'results'))
  WITH CHECK (undone_at IS NOT NULL);
GRANT SELECT, INSERT ON labs_resultmove TO calcidiol_web;
GRANT UPDATE (undone_at, undone_by_name) ON labs_resultmove TO calcidiol_web;
"""
DROP = """
DROP POLICY move_undo ON labs_resultmove;
DROP POLICY move_add ON labs_resultmove;
DROP POLICY move_read ON labs_resultmove;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0011_record_joins'),
        ('labs', '0017_notices'),
    ]

    operations = [
        migrations.CreateModel(
            name='ResultMove',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('from_chain', models.UUIDField()),
                ('to_chain', models.UUIDField(unique=True)),
                ('reason', models.CharField(max_length=300)),
                ('moved_by_id', models.UUIDField()),
                ('moved_by_name', models.CharField(max_length=120)),
                ('moved_at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('undone_by_name', models.CharField(blank=True, max_length=120)),
                ('from_patient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.patient')),
                ('to_patient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.patient')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('from_patient', models.F('to_patient')), _negated=True), name='a_result_moves_to_somebody_else'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='a_move_has_a_reason'), models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('from_chain',), name='a_result_is_moved_once')],
            },
        ),
        migrations.RunSQL(POLICIES, DROP),
    ]
