"""Two records of one person, read together; who sees which row stays as it was."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


POLICIES = """
CREATE FUNCTION app.joined_into(wanted uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT link.kept_id FROM public.accounts_recordjoin AS link
  WHERE link.joined_id = wanted AND link.undone_at IS NULL
$$;

-- The person sees both records; a clinic's sight does not look at joins at all. The
-- viewer's own record comes first, so that a clinician's rows ask for nothing more.
CREATE OR REPLACE FUNCTION app.is_own(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT app.viewer_kind() = 'user' AND EXISTS (
    SELECT 1 FROM public.accounts_patient AS patient
    JOIN public.accounts_user AS person ON person.id = patient.user_id
    WHERE patient.user_id = app.viewer_id()
      AND person.is_active
      AND (patient.id = wanted OR patient.id = app.joined_into(wanted)))
$$;

CREATE OR REPLACE FUNCTION app.cares_for(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT app.viewer_kind() = 'user' AND EXISTS (
    SELECT 1 FROM public.accounts_caregrant AS care
    JOIN public.accounts_user AS person ON person.id = care.carer_id
    JOIN public.accounts_patient AS patient ON patient.id = care.patient_id
    WHERE care.patient_id IN (wanted, app.joined_into(wanted))
      AND care.carer_id = app.viewer_id()
      AND person.is_active
      AND care.accepted_at <= pg_catalog.clock_timestamp()
      AND care.revoked_at IS NULL
      AND (care.ends_at IS NULL OR care.ends_at > pg_catalog.clock_timestamp())
      AND (NOT care.is_for_a_minor OR patient.born_on IS NULL
           OR patient.born_on > (pg_catalog.clock_timestamp() AT TIME ZONE 'UTC')::date
                                - interval '18 years'))
$$;

CREATE OR REPLACE FUNCTION app.may_be_claimed_through(wanted uuid, keeper uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1 FROM public.accounts_patient AS patient
    JOIN public.accounts_consent AS consent ON consent.patient_id = patient.id
    WHERE patient.id = wanted
      AND patient.user_id IS NULL
      AND app.joined_into(wanted) IS NULL
      AND consent.clinic_id = keeper
      AND consent.basis = 'clinic_record'
      AND consent.revoked_at IS NULL
      AND consent.starts_at <= pg_catalog.clock_timestamp()
      AND (consent.ends_at IS NULL OR consent.ends_at > pg_catalog.clock_timestamp()))
$$;

-- Two records of one person: born on one day, not joined yet, and at most one login.
CREATE FUNCTION app.are_joinable(kept uuid, joined uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1 FROM public.accounts_patient AS one, public.accounts_patient AS other
    WHERE one.id = kept AND other.id = joined AND one.id <> other.id
      AND other.user_id IS NULL
      AND one.born_on = other.born_on
      AND NOT EXISTS (
        SELECT 1 FROM public.accounts_recordjoin AS link
        WHERE link.undone_at IS NULL
          AND (link.joined_id IN (kept, joined) OR link.kept_id = joined)))
$$;

-- A clinician joins what they may write in both; or the person did, with a code.
CREATE FUNCTION app.may_join(kept uuid, joined uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT app.treats(kept, 'results', NULL) AND app.treats(joined, 'results', NULL)
$$;

-- Who can see one of the joined records is told with the one they are read with.
CREATE OR REPLACE FUNCTION app.watching(wanted uuid) RETURNS SETOF public.accounts_clinic
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT clinic.* FROM public.accounts_clinic AS clinic
  WHERE EXISTS (
    SELECT 1 FROM public.accounts_consent AS consent
    WHERE consent.clinic_id = clinic.id
      AND consent.patient_id IN (
        SELECT wanted UNION ALL
        SELECT link.joined_id FROM public.accounts_recordjoin AS link
        WHERE link.kept_id = wanted AND link.undone_at IS NULL)
      AND consent.shares_results
      AND consent.revoked_at IS NULL
      AND consent.starts_at <= pg_catalog.clock_timestamp()
      AND (consent.ends_at IS NULL OR consent.ends_at > pg_catalog.clock_timestamp()))
    AND (app.is_own(wanted) OR app.cares_for(wanted)
         OR app.is_shared(wanted, 'record') OR app.works_in(clinic.id))
$$;

ALTER TABLE accounts_recordjoin ENABLE ROW LEVEL SECURITY;
CREATE POLICY join_read ON accounts_recordjoin FOR SELECT
  USING (app.is_own(kept_id)
         OR (app.can_see(kept_id, 'record') AND app.can_see(joined_id, 'record')));
CREATE POLICY join_add ON accounts_recordjoin FOR INSERT
  WITH CHECK (joined_by_id = app.viewer_id() AND undone_at IS NULL
              AND app.may_join(kept_id, joined_id)
              AND app.are_joinable(kept_id, joined_id));
CREATE POLICY join_undo ON accounts_recordjoin FOR UPDATE
  USING (undone_at IS NULL
         AND (app.is_own(kept_id) OR app.may_join(kept_id, joined_id)))
  WITH CHECK (undone_at IS NOT NULL);
GRANT SELECT, INSERT ON accounts_recordjoin TO calcidiol_web;
GRANT UPDATE (undone_at, undone_by_name) ON accounts_recordjoin TO calcidiol_web;

CREATE OR REPLACE FUNCTION app.claim_record(hash text, born date, most_wrong integer)
RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  code public.accounts_claimcode;
  mine public.accounts_patient;
BEGIN
  IF app.viewer_kind() <> 'user' THEN
    RETURN NULL;
  END IF;
  SELECT patient.* INTO mine FROM public.accounts_patient AS patient
    JOIN public.accounts_user AS person ON person.id = patient.user_id
    WHERE patient.user_id = app.viewer_id() AND person.is_active;
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
  IF mine.id IS NULL THEN
    UPDATE public.accounts_patient AS patient SET user_id = person.id
      FROM public.accounts_user AS person
      WHERE patient.id = code.patient_id
        AND patient.user_id IS NULL
        AND patient.born_on = born
        AND person.id = app.viewer_id()
        AND person.is_active;
  ELSE
    -- Who has a record already reads the two as one.
    INSERT INTO public.accounts_recordjoin (id, kept_id, joined_id, reason, joined_by_id,
        joined_by_name, joined_at, undone_by_name)
      SELECT pg_catalog.gen_random_uuid(), mine.id, patient.id,
        'Taken over with the code of the clinic', app.viewer_id(), mine.name,
        pg_catalog.clock_timestamp(), ''
      FROM public.accounts_patient AS patient
      WHERE patient.id = code.patient_id
        AND patient.user_id IS NULL
        AND patient.born_on = born
        AND app.are_joinable(mine.id, patient.id);
  END IF;
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
    AND (app.is_own(wanted) OR app.cares_for(wanted)
         OR app.is_shared(wanted, 'record') OR app.works_in(clinic.id))
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
DROP POLICY join_undo ON accounts_recordjoin;
DROP POLICY join_add ON accounts_recordjoin;
DROP POLICY join_read ON accounts_recordjoin;
DROP FUNCTION app.may_join(uuid, uuid);
DROP FUNCTION app.are_joinable(uuid, uuid);
CREATE OR REPLACE FUNCTION app.may_be_claimed_through(wanted uuid, keeper uuid) RETURNS boolean
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
CREATE OR REPLACE FUNCTION app.cares_for(wanted uuid) RETURNS boolean
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
CREATE OR REPLACE FUNCTION app.is_own(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT app.viewer_kind() = 'user' AND EXISTS (
    SELECT 1 FROM public.accounts_patient AS patient
    JOIN public.accounts_user AS person ON person.id = patient.user_id
    WHERE patient.id = wanted
      AND patient.user_id = app.viewer_id()
      AND person.is_active)
$$;
DROP FUNCTION app.joined_into(uuid);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0010_api_tokens'),
    ]

    operations = [
        migrations.CreateModel(
            name='RecordJoin',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('reason', models.CharField(max_length=300)),
                ('joined_by_name', models.CharField(max_length=120)),
                ('joined_at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('undone_by_name', models.CharField(blank=True, max_length=120)),
                ('joined', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='joined_into', to='accounts.patient')),
                ('joined_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('kept', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='joins', to='accounts.patient')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('joined',), name='a_record_is_joined_into_one'), models.CheckConstraint(condition=models.Q(('kept', models.F('joined')), _negated=True), name='a_record_joins_another'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='a_join_has_a_reason')],
            },
        ),
        migrations.RunSQL(POLICIES, DROP),
    ]
