"""
Reports as files, checks against them, and what clinics know of laboratories.

A file and a check are seen by who sees the result they belong to, and name their own
author. A file is withdrawn once, by who attached it or by the patient. What a clinic
knows of laboratories is no patient's data: everybody reads it, as patients must, and
the clinic's clinicians write it, each in their own name.
"""

import django.db.models.deletion
import uuid
from django.db import migrations, models


POLICIES = """
-- Whoever sees any version of the result sees what is attached to it.
ALTER TABLE labs_reportfile ENABLE ROW LEVEL SECURITY;
CREATE POLICY report_file_read ON labs_reportfile FOR SELECT
  USING (app.can_see(patient_id, 'results')
         AND EXISTS (SELECT 1 FROM labs_labresult AS result
                     WHERE result.chain = labs_reportfile.chain
                       AND result.patient_id = labs_reportfile.patient_id));
CREATE POLICY report_file_add ON labs_reportfile FOR INSERT
  WITH CHECK (app.can_see(patient_id, 'results')
              AND entered_by_id = app.viewer_id()
              AND withdrawn_at IS NULL
              AND EXISTS (SELECT 1 FROM labs_labresult AS result
                          WHERE result.chain = labs_reportfile.chain
                            AND result.patient_id = labs_reportfile.patient_id));
CREATE POLICY report_file_withdraw ON labs_reportfile FOR UPDATE
  USING (withdrawn_at IS NULL
         AND app.can_see(patient_id, 'results')
         AND (entered_by_id = app.viewer_id() OR app.is_own(patient_id)))
  WITH CHECK (withdrawn_at IS NOT NULL);
GRANT SELECT, INSERT ON labs_reportfile TO calcidiol_web;
GRANT UPDATE (withdrawn_at, withdrawn_by_name, withdrawn_because)
  ON labs_reportfile TO calcidiol_web;

ALTER TABLE labs_resultcheck ENABLE ROW LEVEL SECURITY;
CREATE POLICY result_check_read ON labs_resultcheck FOR SELECT
  USING (app.can_see(patient_id, 'results')
         AND EXISTS (SELECT 1 FROM labs_labresult AS result
                     WHERE result.id = result_id
                       AND result.patient_id = labs_resultcheck.patient_id));
CREATE POLICY result_check_add ON labs_resultcheck FOR INSERT
  WITH CHECK (app.can_see(patient_id, 'results')
              AND checked_by_id = app.viewer_id()
              AND EXISTS (SELECT 1 FROM labs_labresult AS result
                          WHERE result.id = result_id
                            AND result.patient_id = labs_resultcheck.patient_id));
GRANT SELECT, INSERT ON labs_resultcheck TO calcidiol_web;
CREATE TRIGGER result_check_is_never_changed BEFORE UPDATE
  ON labs_resultcheck FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

ALTER TABLE labs_laboratoryknowledge ENABLE ROW LEVEL SECURITY;
CREATE POLICY laboratory_read ON labs_laboratoryknowledge FOR SELECT
  USING (app.viewer_kind() IN ('user', 'clinic'));
CREATE POLICY laboratory_add ON labs_laboratoryknowledge FOR INSERT
  WITH CHECK (app.works_in(clinic_id) AND entered_by_id = app.viewer_id());
GRANT SELECT, INSERT ON labs_laboratoryknowledge TO calcidiol_web;
CREATE TRIGGER laboratory_knowledge_is_never_changed BEFORE UPDATE
  ON labs_laboratoryknowledge FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

-- What the clinics know that look after a patient must judge the same for everybody
-- who may see the results; which clinics those are is not told by it.
CREATE FUNCTION app.laboratories_of(wanted uuid[])
RETURNS TABLE (patient_id uuid, kind text, laboratory text, method text,
               other_name text, cva numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT DISTINCT consent.patient_id, last.kind, last.laboratory, last.method,
         last.other_name, last.cva
  FROM public.accounts_consent AS consent
  JOIN LATERAL (
    SELECT DISTINCT ON (known.kind, known.laboratory_folded, known.method_folded)
           known.*
    FROM public.labs_laboratoryknowledge AS known
    WHERE known.clinic_id = consent.clinic_id
    ORDER BY known.kind, known.laboratory_folded, known.method_folded,
             known.entered_at DESC, known.id) AS last ON NOT last.is_over
  WHERE consent.patient_id = ANY (wanted)
    AND consent.shares_results
    AND consent.revoked_at IS NULL
    AND consent.starts_at <= clock_timestamp()
    AND (consent.ends_at IS NULL OR consent.ends_at > clock_timestamp())
    AND (app.can_see(consent.patient_id, 'results')
         OR app.is_shared(consent.patient_id, 'results'))
$$;
REVOKE ALL ON FUNCTION app.laboratories_of(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.laboratories_of(uuid[]) TO calcidiol_web;
"""
DROP_POLICIES = """
DROP FUNCTION app.laboratories_of(uuid[]);
DROP TRIGGER laboratory_knowledge_is_never_changed ON labs_laboratoryknowledge;
DROP POLICY laboratory_add ON labs_laboratoryknowledge;
DROP POLICY laboratory_read ON labs_laboratoryknowledge;
DROP TRIGGER result_check_is_never_changed ON labs_resultcheck;
DROP POLICY result_check_add ON labs_resultcheck;
DROP POLICY result_check_read ON labs_resultcheck;
DROP POLICY report_file_withdraw ON labs_reportfile;
DROP POLICY report_file_add ON labs_reportfile;
DROP POLICY report_file_read ON labs_reportfile;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_share_links'),
        ('labs', '0010_dated_notes'),
    ]

    operations = [
        migrations.AddField(
            model_name='labresult',
            name='accession_number',
            field=models.CharField(blank=True, db_default='', default='', max_length=60),
        ),
        migrations.CreateModel(
            name='LaboratoryKnowledge',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('alias', 'alias'), ('imprecision', 'imprecision'), ('d3_is_total', 'd3_is_total')], max_length=20)),
                ('laboratory', models.CharField(max_length=120)),
                ('laboratory_folded', models.CharField(max_length=240)),
                ('method', models.CharField(blank=True, max_length=120)),
                ('method_folded', models.CharField(blank=True, max_length=240)),
                ('other_name', models.CharField(blank=True, max_length=120)),
                ('cva', models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ('source', models.CharField(blank=True, max_length=300)),
                ('is_over', models.BooleanField(default=False)),
                ('entered_by_id', models.UUIDField()),
                ('entered_by_name', models.CharField(max_length=120)),
                ('entered_at', models.DateTimeField()),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.clinic')),
            ],
            options={
                'indexes': [models.Index(fields=['clinic', 'kind', 'laboratory_folded'], name='labs_labora_clinic__a8e934_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('laboratory_folded', ''), _negated=True), name='a_laboratory_has_a_name'), models.CheckConstraint(condition=models.Q(('cva', None), models.Q(('cva__gte', 1), ('cva__lte', 25)), _connector='OR'), name='an_imprecision_is_one_that_laboratories_have'), models.CheckConstraint(condition=models.Q(models.Q(('cva__isnull', False), ('kind', 'imprecision')), models.Q(models.Q(('kind', 'imprecision'), _negated=True), ('cva', None)), _connector='OR'), name='an_imprecision_alone_has_a_number'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'imprecision'), _negated=True), models.Q(('source', ''), _negated=True), _connector='OR'), name='an_imprecision_has_a_source')],
            },
        ),
        migrations.CreateModel(
            name='ReportFile',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('chain', models.UUIDField()),
                ('role', models.CharField(choices=[('original', 'Original'), ('supplement', 'Supplement'), ('correction', 'Correction')], max_length=20)),
                ('name', models.CharField(max_length=120)),
                ('media_type', models.CharField(max_length=40)),
                ('size', models.PositiveIntegerField()),
                ('pages', models.PositiveSmallIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('content', models.BinaryField()),
                ('entered_by_id', models.UUIDField()),
                ('entered_by_name', models.CharField(max_length=120)),
                ('entered_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_by_name', models.CharField(blank=True, max_length=120)),
                ('withdrawn_because', models.CharField(blank=True, max_length=300)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.patient')),
            ],
            options={
                'indexes': [models.Index(fields=['patient', 'chain'], name='labs_report_patient_5595d5_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('chain', 'sha256'), name='a_file_is_attached_once'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_by_name', '')), models.Q(models.Q(('withdrawn_at', None), _negated=True), models.Q(('withdrawn_by_name', ''), _negated=True)), _connector='OR'), name='who_withdrew_a_file_is_named')],
            },
        ),
        migrations.CreateModel(
            name='ResultCheck',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('checked_by_id', models.UUIDField()),
                ('checked_by_name', models.CharField(max_length=120)),
                ('checked_at', models.DateTimeField()),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.patient')),
                ('result', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='checks', to='labs.labresult')),
            ],
            options={
                'indexes': [models.Index(fields=['patient'], name='labs_result_patient_278000_idx')],
                'constraints': [models.UniqueConstraint(fields=('result', 'checked_by_id'), name='a_person_checks_a_version_once')],
            },
        ),
        migrations.RunSQL(POLICIES, DROP_POLICIES),
    ]
