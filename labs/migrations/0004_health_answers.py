"""
The end of what was answered with yes, and a clinician's confirmation of an answer.

An answer names its own author: nobody answers in the name of somebody else, so that
"declared by the patient" is true. Confirmations are append-only, as answers are.
"""

import uuid

import django.db.models.deletion
from django.db import migrations, models

POLICIES = """
DROP POLICY health_add ON labs_healthfact;
CREATE POLICY health_add ON labs_healthfact FOR INSERT
  WITH CHECK (app.can_see(patient_id, 'health')
              AND entered_by_id IS NOT DISTINCT FROM app.viewer_id());

ALTER TABLE labs_healthconfirmation ENABLE ROW LEVEL SECURITY;
CREATE POLICY confirmation_read ON labs_healthconfirmation FOR SELECT
  USING (app.can_see(patient_id, 'health'));
CREATE POLICY confirmation_add ON labs_healthconfirmation FOR INSERT
  WITH CHECK (app.treats(patient_id, 'health', NULL)
              AND app.works_in(clinic_id)
              AND confirmed_by_id = app.viewer_id()
              AND EXISTS (SELECT 1 FROM labs_healthfact AS fact
                          WHERE fact.id = fact_id
                            AND fact.patient_id = labs_healthconfirmation.patient_id));
GRANT SELECT, INSERT ON labs_healthconfirmation TO calcidiol_web;
CREATE TRIGGER health_confirmation_is_never_changed BEFORE UPDATE
  ON labs_healthconfirmation FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
"""

DROP_POLICIES = """
DROP TRIGGER health_confirmation_is_never_changed ON labs_healthconfirmation;
DROP POLICY confirmation_add ON labs_healthconfirmation;
DROP POLICY confirmation_read ON labs_healthconfirmation;
DROP POLICY health_add ON labs_healthfact;
CREATE POLICY health_add ON labs_healthfact FOR INSERT
  WITH CHECK (app.can_see(patient_id, 'health'));
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_consent_only_narrows"),
        ("labs", "0003_bulk_import"),
    ]

    operations = [
        migrations.AddField(
            model_name="healthfact",
            name="ended_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="healthfact",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_on", None), ("answer", "yes"), _connector="OR"),
                name="only_what_was_there_can_end",
            ),
        ),
        migrations.CreateModel(
            name="HealthConfirmation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.patient",
                    ),
                ),
                (
                    "fact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="confirmations",
                        to="labs.healthfact",
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.clinic",
                    ),
                ),
                ("clinic_name", models.CharField(max_length=120)),
                ("confirmed_by_id", models.UUIDField()),
                ("confirmed_by_name", models.CharField(max_length=120)),
                ("confirmed_at", models.DateTimeField()),
            ],
        ),
        migrations.AddConstraint(
            model_name="healthconfirmation",
            constraint=models.UniqueConstraint(
                fields=("fact", "confirmed_by_id"),
                name="a_clinician_confirms_an_answer_once",
            ),
        ),
        migrations.RunSQL(POLICIES, DROP_POLICIES),
    ]
