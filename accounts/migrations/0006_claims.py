"""One-time codes for taking over a record that a clinic opened."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.domain.audit import Action

POLICIES = """
-- A record that has no owner yet and stands on this clinic's own basis.
CREATE FUNCTION app.may_be_claimed_through(wanted uuid, keeper uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1 FROM public.accounts_patient AS patient
    JOIN public.accounts_consent AS consent ON consent.patient_id = patient.id
    WHERE patient.id = wanted
      AND patient.user_id IS NULL
      AND consent.clinic_id = keeper
      AND consent.basis = 'clinic_record'
      AND consent.revoked_at IS NULL
      AND consent.starts_at <= pg_catalog.clock_timestamp()
      AND (consent.ends_at IS NULL OR consent.ends_at > pg_catalog.clock_timestamp()))
$$;

ALTER TABLE accounts_claimcode ENABLE ROW LEVEL SECURITY;
CREATE POLICY claim_code_read ON accounts_claimcode FOR SELECT
  USING (app.works_in(clinic_id) AND app.treats(patient_id, 'record', NULL));
CREATE POLICY claim_code_add ON accounts_claimcode FOR INSERT
  WITH CHECK (app.viewer_kind() = 'user' AND made_by_id = app.viewer_id()
              AND closed_at IS NULL
              AND app.works_in(clinic_id)
              AND app.may_be_claimed_through(patient_id, clinic_id));
CREATE POLICY claim_code_close ON accounts_claimcode FOR UPDATE
  USING (app.works_in(clinic_id) AND app.treats(patient_id, 'record', NULL))
  WITH CHECK (closed_at IS NOT NULL);
GRANT SELECT, INSERT ON accounts_claimcode TO calcidiol_web;
GRANT UPDATE (closed_at) ON accounts_claimcode TO calcidiol_web;

-- Nobody can see the record before it is theirs: so the owner looks for them, and
-- answers with the record's id or with nothing at all.
CREATE FUNCTION app.claim_record(hash text, born date, most_wrong integer)
RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  code public.accounts_claimcode;
BEGIN
  IF app.viewer_kind() <> 'user' OR EXISTS (
      SELECT 1 FROM public.accounts_patient WHERE user_id = app.viewer_id()) THEN
    RETURN NULL;
  END IF;
  SELECT * INTO code FROM public.accounts_claimcode
    WHERE code_hash = hash
      AND closed_at IS NULL
      AND expires_at > pg_catalog.clock_timestamp()
      AND made_by_id <> app.viewer_id()
    FOR UPDATE;
  IF NOT FOUND OR NOT app.may_be_claimed_through(code.patient_id, code.clinic_id) THEN
    RETURN NULL;
  END IF;
  UPDATE public.accounts_patient AS patient SET user_id = person.id
    FROM public.accounts_user AS person
    WHERE patient.id = code.patient_id
      AND patient.user_id IS NULL
      AND patient.born_on = born
      AND person.id = app.viewer_id()
      AND person.is_active;
  IF NOT FOUND THEN
    UPDATE public.accounts_claimcode
      SET wrong_birth_dates = wrong_birth_dates + 1,
          closed_at = CASE WHEN wrong_birth_dates + 1 >= most_wrong
                           THEN pg_catalog.clock_timestamp() END
      WHERE id = code.id;
    RETURN NULL;
  END IF;
  UPDATE public.accounts_claimcode SET closed_at = pg_catalog.clock_timestamp()
    WHERE id = code.id;
  RETURN code.patient_id;
END
$$;
"""

DROP = """
DROP FUNCTION app.claim_record(text, date, integer);
DROP POLICY claim_code_close ON accounts_claimcode;
DROP POLICY claim_code_add ON accounts_claimcode;
DROP POLICY claim_code_read ON accounts_claimcode;
DROP FUNCTION app.may_be_claimed_through(uuid, uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_audit_seals")]

    operations = [
        migrations.CreateModel(
            name="ClaimCode",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False,
                                        primary_key=True, serialize=False)),
                ("code_hash", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("wrong_birth_dates", models.PositiveSmallIntegerField(default=0)),
                ("closed_at", models.DateTimeField(null=True)),
                ("clinic", models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="+",
                    to="accounts.clinic")),
                ("made_by", models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="+",
                    to=settings.AUTH_USER_MODEL)),
                ("patient", models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="+",
                    to="accounts.patient")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)), fields=("patient",),
                        name="one_open_claim_code_per_patient"),
                ],
            },
        ),
        migrations.AlterField(
            model_name="auditevent",
            name="action",
            field=models.CharField(
                max_length=20, choices=[(action.value, action.value) for action in Action]
            ),
        ),
        migrations.RunSQL(POLICIES, DROP),
    ]
