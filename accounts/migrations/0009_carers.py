"""Carers: who looks after another person's record; they see it whole, and decide nothing."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


POLICIES = """
-- A carer's sight: accepted, not taken back, not over. What was given for a child ends
-- on the 18th birthday by the clock, whoever does or forgets what.
CREATE FUNCTION app.cares_for(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT app.viewer_kind() = 'user' AND EXISTS (
    SELECT 1 FROM public.accounts_caregrant AS care
    JOIN public.accounts_user AS person ON person.id = care.carer_id
    JOIN public.accounts_patient AS patient ON patient.id = care.patient_id
    WHERE care.patient_id = wanted
      AND care.carer_id = app.viewer_id()
      AND person.is_active
      AND care.accepted_at <= pg_catalog.clock_timestamp()
      AND care.revoked_at IS NULL
      AND (care.ends_at IS NULL OR care.ends_at > pg_catalog.clock_timestamp())
      AND (NOT care.is_for_a_minor OR patient.born_on IS NULL
           OR patient.born_on > (pg_catalog.clock_timestamp() AT TIME ZONE 'UTC')::date
                                - interval '18 years'))
$$;

-- The carer comes last: a clinic's list asks this for each row and is spared it.
CREATE OR REPLACE FUNCTION app.can_see(wanted uuid, scope text, day date DEFAULT NULL)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT app.is_own(wanted) OR app.treats(wanted, scope, day) OR app.cares_for(wanted)
$$;

-- Who can see the record is told to its carers too.
CREATE OR REPLACE FUNCTION app.watching(wanted uuid) RETURNS SETOF public.accounts_clinic
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT clinic.* FROM public.accounts_clinic AS clinic
  WHERE EXISTS (
    SELECT 1 FROM public.accounts_consent AS consent
    WHERE consent.clinic_id = clinic.id
      AND consent.patient_id = wanted
      AND consent.shares_results
      AND consent.revoked_at IS NULL
      AND consent.starts_at <= pg_catalog.clock_timestamp()
      AND (consent.ends_at IS NULL OR consent.ends_at > pg_catalog.clock_timestamp()))
    AND (app.is_own(wanted) OR app.cares_for(wanted)
         OR app.is_shared(wanted, 'record') OR app.works_in(clinic.id))
$$;

-- Name and birth date are the person's and the clinic's to change.
ALTER POLICY patient_change ON accounts_patient
  USING (app.is_own(id) OR app.treats(id, 'record', NULL))
  WITH CHECK (app.is_own(id) OR app.treats(id, 'record', NULL));
ALTER POLICY consent_read ON accounts_consent
  USING (app.is_own(patient_id) OR app.works_in(clinic_id)
         OR app.cares_for(patient_id));

ALTER TABLE accounts_caregrant ENABLE ROW LEVEL SECURITY;
CREATE POLICY care_read ON accounts_caregrant FOR SELECT
  USING (carer_id = app.viewer_id() OR app.is_own(patient_id)
         OR (app.works_in(clinic_id) AND app.treats(patient_id, 'record', NULL)));
CREATE POLICY care_add ON accounts_caregrant FOR INSERT
  WITH CHECK (app.viewer_kind() = 'user' AND granted_by_id = app.viewer_id()
              AND carer_id IS NULL AND accepted_at IS NULL AND revoked_at IS NULL
              AND ((clinic_id IS NULL AND basis = 'asked' AND app.is_own(patient_id))
                   OR (app.works_in(clinic_id)
                       AND app.may_be_claimed_through(patient_id, clinic_id))));
CREATE POLICY care_end ON accounts_caregrant FOR UPDATE
  USING (carer_id = app.viewer_id() OR app.is_own(patient_id)
         OR (app.works_in(clinic_id)
             AND app.may_be_claimed_through(patient_id, clinic_id)))
  WITH CHECK (revoked_at IS NOT NULL);
GRANT SELECT, INSERT ON accounts_caregrant TO calcidiol_web;
GRANT UPDATE (revoked_at) ON accounts_caregrant TO calcidiol_web;

-- Nobody can see the record before it is theirs to look after: the owner looks for them.
CREATE FUNCTION app.accept_care(hash text, born date, most_wrong integer)
RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  care public.accounts_caregrant;
  patient public.accounts_patient;
BEGIN
  IF app.viewer_kind() <> 'user' THEN
    RETURN NULL;
  END IF;
  SELECT * INTO care FROM public.accounts_caregrant
    WHERE code_hash = hash
      AND accepted_at IS NULL
      AND revoked_at IS NULL
      AND code_expires_at > pg_catalog.clock_timestamp()
      AND (ends_at IS NULL OR ends_at > pg_catalog.clock_timestamp())
      AND granted_by_id IS DISTINCT FROM app.viewer_id()
    FOR UPDATE;
  IF NOT FOUND OR (care.clinic_id IS NOT NULL
      AND NOT app.may_be_claimed_through(care.patient_id, care.clinic_id)) THEN
    RETURN NULL;
  END IF;
  SELECT * INTO patient FROM public.accounts_patient WHERE id = care.patient_id;
  IF patient.user_id IS NOT DISTINCT FROM app.viewer_id() OR NOT EXISTS (
      SELECT 1 FROM public.accounts_user WHERE id = app.viewer_id() AND is_active) THEN
    RETURN NULL;
  END IF;
  IF patient.born_on IS DISTINCT FROM born THEN
    UPDATE public.accounts_caregrant
      SET wrong_birth_dates = wrong_birth_dates + 1,
          revoked_at = CASE WHEN wrong_birth_dates + 1 >= most_wrong
                            THEN pg_catalog.clock_timestamp() END
      WHERE id = care.id;
    RETURN NULL;
  END IF;
  UPDATE public.accounts_caregrant SET revoked_at = pg_catalog.clock_timestamp()
    WHERE patient_id = care.patient_id AND carer_id = app.viewer_id()
      AND revoked_at IS NULL;
  UPDATE public.accounts_caregrant
    SET carer_id = app.viewer_id(), accepted_at = pg_catalog.clock_timestamp()
    WHERE id = care.id;
  RETURN care.patient_id;
END
$$;

-- Taking a record over ends what a clinic gave to carers; a carer never takes it over.
CREATE OR REPLACE FUNCTION app.claim_record(hash text, born date, most_wrong integer)
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
  IF NOT FOUND OR NOT app.may_be_claimed_through(code.patient_id, code.clinic_id)
     OR EXISTS (SELECT 1 FROM public.accounts_caregrant AS care
                WHERE care.patient_id = code.patient_id
                  AND care.carer_id = app.viewer_id()) THEN
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
  UPDATE public.accounts_caregrant SET revoked_at = pg_catalog.clock_timestamp()
    WHERE patient_id = code.patient_id AND revoked_at IS NULL;
  RETURN code.patient_id;
END
$$;
"""

DROP = """
CREATE OR REPLACE FUNCTION app.watching(wanted uuid) RETURNS SETOF public.accounts_clinic
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT clinic.* FROM public.accounts_clinic AS clinic
  WHERE EXISTS (
    SELECT 1 FROM public.accounts_consent AS consent
    WHERE consent.clinic_id = clinic.id
      AND consent.patient_id = wanted
      AND consent.shares_results
      AND consent.revoked_at IS NULL
      AND consent.starts_at <= pg_catalog.clock_timestamp()
      AND (consent.ends_at IS NULL OR consent.ends_at > pg_catalog.clock_timestamp()))
    AND (app.is_own(wanted) OR app.is_shared(wanted, 'record')
         OR app.works_in(clinic.id))
$$;
CREATE OR REPLACE FUNCTION app.claim_record(hash text, born date, most_wrong integer)
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
DROP FUNCTION app.accept_care(text, date, integer);
DROP POLICY care_end ON accounts_caregrant;
DROP POLICY care_add ON accounts_caregrant;
DROP POLICY care_read ON accounts_caregrant;
ALTER POLICY consent_read ON accounts_consent
  USING (app.is_own(patient_id) OR app.works_in(clinic_id));
ALTER POLICY patient_change ON accounts_patient
  USING (app.can_see(id, 'record')) WITH CHECK (app.can_see(id, 'record'));
CREATE OR REPLACE FUNCTION app.can_see(wanted uuid, scope text, day date DEFAULT NULL)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT app.is_own(wanted) OR app.treats(wanted, scope, day)
$$;
DROP FUNCTION app.cares_for(uuid);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_share_links'),
    ]

    operations = [
        migrations.CreateModel(
            name='CareGrant',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('carer_name', models.CharField(max_length=120)),
                ('basis', models.CharField(choices=[('asked', 'asked'), ('parent', 'parent'), ('representative', 'representative')], max_length=20)),
                ('basis_note', models.CharField(blank=True, max_length=200)),
                ('is_for_a_minor', models.BooleanField()),
                ('granted_by_name', models.CharField(max_length=120)),
                ('code_hash', models.CharField(max_length=64, unique=True)),
                ('wrong_birth_dates', models.PositiveSmallIntegerField(default=0)),
                ('made_at', models.DateTimeField()),
                ('code_expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(null=True)),
                ('ends_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('carer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='care_grants', to=settings.AUTH_USER_MODEL)),
                ('clinic', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.clinic')),
                ('granted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='care_grants', to='accounts.patient')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at', None), ('ends_at__gt', models.F('made_at')), _connector='OR'), name='care_ends_after_it_is_given'), models.CheckConstraint(condition=models.Q(models.Q(('basis', 'representative'), _negated=True), models.Q(('basis_note', ''), _negated=True), _connector='OR'), name='a_representative_shows_on_what_it_rests'), models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('patient', 'carer'), name='one_open_care_of_a_kind')],
            },
        ),
        migrations.RunSQL(POLICIES, DROP),
    ]
