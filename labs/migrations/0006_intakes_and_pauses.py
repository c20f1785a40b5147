"""
The log of intakes and the pauses of a period.

An intake names its own author, belongs to a period of the same patient, and is never
removed: it is undone, once, by who logged it or by the patient. A pause gets its last
day later.
"""

import django.db.models.deletion
import uuid
from django.db import migrations, models


POLICIES = """
ALTER TABLE labs_intake ENABLE ROW LEVEL SECURITY;
CREATE POLICY intake_read ON labs_intake FOR SELECT
  USING (app.can_see(patient_id, 'supplements'));
CREATE POLICY intake_add ON labs_intake FOR INSERT
  WITH CHECK (app.can_see(patient_id, 'supplements')
              AND logged_by_id = app.viewer_id()
              AND undone_at IS NULL
              AND EXISTS (SELECT 1 FROM labs_supplementperiod AS period
                          WHERE period.id = period_id
                            AND period.patient_id = labs_intake.patient_id));
CREATE POLICY intake_undo ON labs_intake FOR UPDATE
  USING (undone_at IS NULL
         AND app.can_see(patient_id, 'supplements')
         AND (logged_by_id = app.viewer_id() OR app.is_own(patient_id)))
  WITH CHECK (undone_at IS NOT NULL);
GRANT SELECT, INSERT ON labs_intake TO calcidiol_web;
GRANT UPDATE (undone_at, undone_by_name) ON labs_intake TO calcidiol_web;

ALTER TABLE labs_supplementpause ENABLE ROW LEVEL SECURITY;
CREATE POLICY pause_read ON labs_supplementpause FOR SELECT
  USING (app.can_see(patient_id, 'supplements'));
CREATE POLICY pause_add ON labs_supplementpause FOR INSERT
  WITH CHECK (app.can_see(patient_id, 'supplements')
              AND entered_by_id IS NOT DISTINCT FROM app.viewer_id()
              AND EXISTS (SELECT 1 FROM labs_supplementperiod AS period
                          WHERE period.id = period_id
                            AND period.patient_id = labs_supplementpause.patient_id));
CREATE POLICY pause_end ON labs_supplementpause FOR UPDATE
  USING (app.can_see(patient_id, 'supplements'))
  WITH CHECK (app.can_see(patient_id, 'supplements'));
GRANT SELECT, INSERT ON labs_supplementpause TO calcidiol_web;
GRANT UPDATE (ends_on) ON labs_supplementpause TO calcidiol_web;
"""
DROP_POLICIES = """
DROP POLICY pause_end ON labs_supplementpause;
DROP POLICY pause_add ON labs_supplementpause;
DROP POLICY pause_read ON labs_supplementpause;
DROP POLICY intake_undo ON labs_intake;
DROP POLICY intake_add ON labs_intake;
DROP POLICY intake_read ON labs_intake;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_audit_seals"),
        ("labs", "0005_acknowledgements"),
    ]

    operations = [
        migrations.CreateModel(
            name="Intake",
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
                ("on_day", models.DateField()),
                ("round", models.PositiveSmallIntegerField()),
                ("outcome", models.CharField(max_length=10)),
                ("servings", models.DecimalField(decimal_places=3, max_digits=8)),
                ("ingredients", models.JSONField()),
                ("entry_id", models.UUIDField()),
                ("logged_by_id", models.UUIDField()),
                ("logged_by_name", models.CharField(max_length=120)),
                ("logged_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by_name", models.CharField(blank=True, max_length=120)),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.patient",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="intakes",
                        to="labs.supplementperiod",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["patient", "on_day"],
                        name="labs_intake_patient_d3480c_idx",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at", None)),
                        fields=("period", "on_day", "round"),
                        name="an_intake_is_logged_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["taken", "skipped"])),
                        name="an_intake_is_taken_or_skipped",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("round__gte", 1), ("servings__gt", 0)),
                        name="an_intake_is_of_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("undone_at", None), ("undone_by_name", "")),
                            models.Q(
                                models.Q(("undone_at", None), _negated=True),
                                models.Q(("undone_by_name", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="who_undid_an_intake_is_named",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SupplementPause",
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
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("entered_by_id", models.UUIDField(null=True)),
                ("entered_by_name", models.CharField(max_length=120)),
                ("entered_at", models.DateTimeField()),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.patient",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pauses",
                        to="labs.supplementperiod",
                    ),
                ),
            ],
            options={
                "ordering": ["period", "starts_on", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="a_pause_ends_after_it_starts",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ends_on", None)),
                        fields=("period",),
                        name="a_period_is_paused_once_at_a_time",
                    ),
                ],
            },
        ),
        migrations.RunSQL(POLICIES, DROP_POLICIES),
    ]
