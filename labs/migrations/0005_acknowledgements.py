"""
Acknowledgements of precautions, append-only, each in its author's own name.

One tells of the parts of the record that its precaution was drawn from; who may not
see one of those parts gets no row.
"""

import django.db.models.deletion
import uuid
from django.db import migrations, models


SEES_ALL_IT_TELLS = """
  (app.can_see(patient_id, 'record')
   AND (NOT tells_of_health OR app.can_see(patient_id, 'health'))
   AND (NOT tells_of_supplements OR app.can_see(patient_id, 'supplements'))
   AND (NOT tells_of_results OR app.can_see(patient_id, 'results')))
"""
POLICIES = f"""
ALTER TABLE labs_acknowledgement ENABLE ROW LEVEL SECURITY;
CREATE POLICY acknowledgement_read ON labs_acknowledgement FOR SELECT
  USING {SEES_ALL_IT_TELLS};
CREATE POLICY acknowledgement_add ON labs_acknowledgement FOR INSERT
  WITH CHECK ({SEES_ALL_IT_TELLS} AND acknowledged_by_id = app.viewer_id());
GRANT SELECT, INSERT ON labs_acknowledgement TO calcidiol_web;
CREATE TRIGGER acknowledgement_is_never_changed BEFORE UPDATE
  ON labs_acknowledgement FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
"""
DROP_POLICIES = """
DROP TRIGGER acknowledgement_is_never_changed ON labs_acknowledgement;
DROP POLICY acknowledgement_add ON labs_acknowledgement;
DROP POLICY acknowledgement_read ON labs_acknowledgement;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_audit_seals"),
        ("labs", "0004_health_answers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Acknowledgement",
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
                ("precaution", models.CharField(max_length=60)),
                ("subject", models.CharField(max_length=64)),
                ("catalogue_version", models.CharField(max_length=20)),
                ("tells_of_health", models.BooleanField()),
                ("tells_of_supplements", models.BooleanField()),
                ("tells_of_results", models.BooleanField()),
                ("reason", models.CharField(max_length=200)),
                ("acknowledged_by_id", models.UUIDField()),
                ("acknowledged_by_name", models.CharField(max_length=120)),
                ("acknowledged_at", models.DateTimeField()),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.patient",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["patient", "subject"],
                        name="labs_acknow_patient_f84dc0_idx",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), _negated=True),
                            models.Q(("acknowledged_by_name", ""), _negated=True),
                        ),
                        name="an_acknowledgement_has_a_reason_and_a_name",
                    )
                ],
            },
        ),
        migrations.RunSQL(POLICIES, DROP_POLICIES),
    ]
