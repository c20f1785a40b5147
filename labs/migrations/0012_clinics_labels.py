"""
Labels that a clinic keeps for its patients, by version.

Clinicians of the clinic add versions and read them; a patient who lets the clinic in
reads them. None is ever changed. A plan is readable by a share link as the rest is.
"""

import django.db.models.deletion
import uuid
from django.db import migrations, models


POLICIES = """
ALTER TABLE labs_cataloguelabel ENABLE ROW LEVEL SECURITY;
CREATE POLICY label_read ON labs_cataloguelabel FOR SELECT
  USING (app.works_in(clinic_id)
         OR EXISTS (SELECT 1 FROM accounts_consent AS consent
                    WHERE consent.clinic_id = labs_cataloguelabel.clinic_id
                      AND app.is_own(consent.patient_id)
                      AND consent.revoked_at IS NULL
                      AND consent.starts_at <= clock_timestamp()
                      AND (consent.ends_at IS NULL
                           OR consent.ends_at > clock_timestamp())));
CREATE POLICY label_add ON labs_cataloguelabel FOR INSERT
  WITH CHECK (app.works_in(clinic_id) AND entered_by_id = app.viewer_id());
GRANT SELECT, INSERT ON labs_cataloguelabel TO calcidiol_web;
CREATE TRIGGER catalogue_label_is_never_changed BEFORE UPDATE
  ON labs_cataloguelabel FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

CREATE POLICY read_by_link ON labs_recordedplan FOR SELECT
  USING ((SELECT current_setting('app.viewer_kind', true)) = 'share'
         AND app.is_shared(patient_id, 'supplements'));
"""
DROP_POLICIES = """
DROP POLICY read_by_link ON labs_recordedplan;
DROP TRIGGER catalogue_label_is_never_changed ON labs_cataloguelabel;
DROP POLICY label_add ON labs_cataloguelabel;
DROP POLICY label_read ON labs_cataloguelabel;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_share_links'),
        ('labs', '0011_report_files_and_laboratories'),
    ]

    operations = [
        migrations.CreateModel(
            name='CatalogueLabel',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('product_id', models.UUIDField()),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('name', models.CharField(max_length=120)),
                ('vitamin_k', models.CharField(max_length=10)),
                ('ingredients', models.JSONField()),
                ('serving', models.CharField(blank=True, max_length=60)),
                ('dosage_form', models.CharField(default='not_stated', max_length=20)),
                ('basis', models.CharField(default='not_stated', max_length=20)),
                ('units_per_serving', models.DecimalField(decimal_places=3, default=1, max_digits=8)),
                ('package_servings', models.PositiveSmallIntegerField(null=True)),
                ('mark', models.CharField(blank=True, max_length=60)),
                ('barcode', models.CharField(blank=True, max_length=14)),
                ('is_withdrawn', models.BooleanField(default=False)),
                ('entered_by_id', models.UUIDField()),
                ('entered_by_name', models.CharField(max_length=120)),
                ('entered_at', models.DateTimeField()),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.clinic')),
            ],
            options={
                'ordering': [models.OrderBy(models.F('name')), 'product_id', '-version'],
            },
        ),
        migrations.AddField(
            model_name='supplementproduct',
            name='copied_from',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='labs.cataloguelabel'),
        ),
        migrations.AddIndex(
            model_name='cataloguelabel',
            index=models.Index(fields=['clinic', 'name'], name='labs_catalo_clinic__5b22bf_idx'),
        ),
        migrations.AddConstraint(
            model_name='cataloguelabel',
            constraint=models.UniqueConstraint(fields=('product_id', 'version'), name='a_label_has_one_of_each_version'),
        ),
        migrations.AddConstraint(
            model_name='cataloguelabel',
            constraint=models.CheckConstraint(condition=models.Q(('vitamin_k__in', ('listed', 'unknown', 'none')), ('dosage_form__in', ['tablet', 'capsule', 'softgel', 'drops', 'liquid', 'spray', 'gummy', 'powder', 'ampoule', 'injection', 'not_stated']), ('basis__in', ['per_serving', 'per_unit', 'per_drop', 'per_ml', 'not_stated']), ('units_per_serving__gt', 0)), name='a_catalogue_label_is_a_label'),
        ),
        migrations.RunSQL(POLICIES, DROP_POLICIES),
    ]
