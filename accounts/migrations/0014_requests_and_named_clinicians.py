"""
Consent for one clinician of a clinic, and requests for access.

A consent that names a clinician lets in nobody else: not the colleagues, not a task
that acts for the clinic. A request is seen by who asked and by whom it was sent to.
"""

import uuid

import django.db.models.deletion
from django.db import migrations, models

HERE = "-- only the named\n"
TREATS = """
CREATE OR REPLACE FUNCTION app.treats(wanted uuid, scope text, day date) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT app.viewer_kind() <> '' AND EXISTS (
    SELECT 1 FROM public.accounts_consent AS consent
    WHERE consent.patient_id = wanted
      AND consent.revoked_at IS NULL
      AND consent.starts_at <= pg_catalog.clock_timestamp()
      AND (consent.ends_at IS NULL OR consent.ends_at > pg_catalog.clock_timestamp())
-- only the named
      AND CASE scope
        WHEN 'record' THEN true
        WHEN 'results' THEN consent.shares_results
          AND (day IS NULL OR consent.results_from IS NULL
               OR day >= consent.results_from)
        WHEN 'supplements' THEN consent.shares_supplements
        WHEN 'health' THEN consent.shares_health
        ELSE false
      END
      AND app.works_in(consent.clinic_id))
$$;
"""
# Of a consent that names a clinician, nobody else makes use.
NAMED = """      AND (consent.clinician_id IS NULL
           OR (app.viewer_kind() = 'user' AND consent.clinician_id = app.viewer_id()))
"""

POLICIES = """
ALTER POLICY consent_read ON accounts_consent
  USING (app.is_own(patient_id)
         OR (app.works_in(clinic_id)
             AND (clinician_id IS NULL OR clinician_id = app.viewer_id()))
         OR app.cares_for(patient_id));

-- Whom a patient can let in: who treats patients, by clinic and name.
CREATE FUNCTION app.clinicians()
RETURNS TABLE (clinic_id uuid, clinician_id uuid, clinician_name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT member.clinic_id, person.id, person.name
  FROM public.accounts_membership AS member
  JOIN public.accounts_user AS person ON person.id = member.user_id
  WHERE member.is_active AND person.is_active AND member.role = 'clinician'
    AND app.viewer_kind() = 'user'
$$;

-- Who made use of each consent while it lasted, and when last. The trail names people;
-- which clinic they work in is what it is today.
DROP FUNCTION app.last_used(uuid);
CREATE FUNCTION app.uses_of_consents(wanted uuid)
RETURNS TABLE (consent_id uuid, who text, at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT consent.id, event.actor_name, pg_catalog.max(event.at)
  FROM public.accounts_consent AS consent
  JOIN public.accounts_auditevent AS event
    ON event.patient_id = wanted
    AND event.action NOT IN ('denied', 'imported')
    AND event.at >= consent.starts_at
    AND (consent.revoked_at IS NULL OR event.at <= consent.revoked_at)
    AND (consent.ends_at IS NULL OR event.at <= consent.ends_at)
  WHERE consent.patient_id = wanted AND app.is_own(wanted)
    AND (event.actor_id = consent.clinician_id
         OR (consent.clinician_id IS NULL
             AND (event.actor_id = consent.clinic_id
                  OR EXISTS (SELECT 1 FROM public.accounts_membership AS member
                             WHERE member.clinic_id = consent.clinic_id
                               AND member.user_id = event.actor_id))))
  GROUP BY consent.id, event.actor_name
$$;

-- Whom a request was sent to: by a confirmed address, or by having entered its code.
CREATE FUNCTION app.is_asked(address text, taken_by uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT app.viewer_kind() = 'user' AND (
    taken_by = app.viewer_id()
    OR EXISTS (
      SELECT 1 FROM public.account_emailaddress AS known
      WHERE known.user_id = app.viewer_id()
        AND known.verified
        AND pg_catalog.lower(known.email) = address))
$$;

ALTER TABLE accounts_accessrequest ENABLE ROW LEVEL SECURITY;
CREATE POLICY request_read ON accounts_accessrequest FOR SELECT
  USING (app.works_in(clinic_id)
         OR (closed_at IS NULL AND expires_at > pg_catalog.clock_timestamp()
             AND app.is_asked(email, taken_by_id)));
CREATE POLICY request_add ON accounts_accessrequest FOR INSERT
  WITH CHECK (app.viewer_kind() = 'user' AND app.works_in(clinic_id)
              AND asked_by_id = app.viewer_id()
              AND closed_at IS NULL AND taken_by_id IS NULL AND patient_id IS NULL);
CREATE POLICY request_withdraw ON accounts_accessrequest FOR UPDATE
  USING (app.works_in(clinic_id) AND outcome IN ('', 'declined'))
  WITH CHECK (app.works_in(clinic_id) AND outcome = 'withdrawn' AND patient_id IS NULL);
GRANT SELECT, INSERT ON accounts_accessrequest TO calcidiol_web;
GRANT UPDATE (closed_at, outcome) ON accounts_accessrequest TO calcidiol_web;

-- The patient's answer; false where there is nothing open to answer any more.
CREATE FUNCTION app.answer_request(request uuid, answer text, own_record uuid)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.accounts_accessrequest AS asked
    SET closed_at = pg_catalog.clock_timestamp(), outcome = answer,
        patient_id = CASE WHEN answer = 'accepted' THEN own_record END
    WHERE asked.id = request
      AND asked.closed_at IS NULL
      AND asked.expires_at > pg_catalog.clock_timestamp()
      AND answer IN ('accepted', 'declined')
      AND app.is_asked(asked.email, asked.taken_by_id)
      AND app.is_own(own_record);
  RETURN FOUND;
END
$$;

-- Who enters a code is whom it was told to; the first one, once and for all.
CREATE FUNCTION app.take_request(hash text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  taken uuid;
BEGIN
  UPDATE public.accounts_accessrequest AS asked SET taken_by_id = app.viewer_id()
    WHERE asked.code_hash = hash
      AND app.viewer_kind() = 'user'
      AND asked.closed_at IS NULL
      AND asked.expires_at > pg_catalog.clock_timestamp()
      AND (asked.taken_by_id IS NULL OR asked.taken_by_id = app.viewer_id())
    RETURNING asked.id INTO taken;
  RETURN taken;
END
$$;
"""

DROP = """
DROP FUNCTION app.take_request(text);
DROP FUNCTION app.answer_request(uuid, text, uuid);
DROP POLICY request_withdraw ON accounts_accessrequest;
DROP POLICY request_add ON accounts_accessrequest;
DROP POLICY request_read ON accounts_accessrequest;
DROP FUNCTION app.is_asked(text, uuid);
DROP FUNCTION app.uses_of_consents(uuid);
CREATE FUNCTION app.last_used(wanted uuid)
RETURNS TABLE (clinic_id uuid, at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT consent.clinic_id, pg_catalog.max(event.at)
  FROM public.accounts_consent AS consent
  JOIN public.accounts_membership AS member ON member.clinic_id = consent.clinic_id
  JOIN public.accounts_auditevent AS event
    ON event.patient_id = wanted
    AND event.action NOT IN ('denied', 'imported')
    AND event.at >= consent.starts_at
    AND (event.actor_id = member.user_id OR event.actor_id = consent.clinic_id)
  WHERE consent.patient_id = wanted AND app.is_own(wanted)
  GROUP BY consent.clinic_id
$$;
DROP FUNCTION app.clinicians();
ALTER POLICY consent_read ON accounts_consent
  USING (app.is_own(patient_id) OR app.works_in(clinic_id)
         OR app.cares_for(patient_id));
"""


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0013_outgoing_mail"),
    ]

    operations = [
        migrations.CreateModel(
            name='AccessRequest',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('asked_by_id', models.UUIDField()),
                ('asked_by_name', models.CharField(max_length=120)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('code_hash', models.CharField(max_length=64, null=True, unique=True)),
                ('taken_by_id', models.UUIDField(null=True)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('accepted', 'accepted'), ('declined', 'declined'), ('withdrawn', 'withdrawn')], max_length=20)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='consent',
            name='one_consent_in_force_per_clinic',
        ),
        migrations.AddField(
            model_name='consent',
            name='clinician_id',
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='consent',
            name='clinician_name',
            field=models.CharField(blank=True, db_default='', max_length=120),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('patient', 'clinic', 'clinician_id'), name='one_consent_in_force_for_each', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('clinician_id', None), ('clinician_name', '')), models.Q(('clinician_id__isnull', False), models.Q(('clinician_name', ''), _negated=True)), _connector='OR'), name='a_clinician_is_named_by_id_and_name'),
        ),
        migrations.AddField(
            model_name='accessrequest',
            name='clinic',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.clinic'),
        ),
        migrations.AddField(
            model_name='accessrequest',
            name='patient',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.patient'),
        ),
        migrations.AddConstraint(
            model_name='accessrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('code_hash__isnull', False), ('email', '')), models.Q(models.Q(('email', ''), _negated=True), ('code_hash', None)), _connector='OR'), name='a_request_goes_to_an_address_or_by_a_code'),
        ),
        migrations.AddConstraint(
            model_name='accessrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('outcome', '')), models.Q(('closed_at__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='a_closed_request_says_how_it_ended'),
        ),
        migrations.RunSQL(TREATS.replace(HERE, NAMED), TREATS),
        migrations.RunSQL(POLICIES, DROP),
    ]
