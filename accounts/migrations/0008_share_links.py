"""
Share links: read a report, write nothing.

Who opened one is a viewer of the kind `share`, whose id is the link's. `app.can_see`
does not know that kind, so that no policy for writing lets it in; each table that a
report is written from lets it read by a policy of its own.
"""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.domain.audit import Channel

POLICIES = """
CREATE FUNCTION app.is_shared(wanted uuid, scope text, day date DEFAULT NULL)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT app.viewer_kind() = 'share' AND EXISTS (
    SELECT 1 FROM public.accounts_sharelink AS link
    WHERE link.id = app.viewer_id()
      AND link.patient_id = wanted
      AND link.openings > 0
      AND link.revoked_at IS NULL
      AND link.shut_at IS NULL
      AND link.expires_at > pg_catalog.clock_timestamp()
      AND CASE scope
        WHEN 'record' THEN true
        WHEN 'results' THEN link.shares_results
          AND (day IS NULL OR link.results_from IS NULL OR day >= link.results_from)
        WHEN 'supplements' THEN link.shares_supplements
        WHEN 'health' THEN link.shares_health
        ELSE false
      END)
$$;

-- Who reads by a link has not signed in: no clinic's list, no record to open.
CREATE OR REPLACE FUNCTION app.signed_in() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT app.viewer_kind() NOT IN ('', 'share')
$$;

-- The clinics that can see the results now. A clinic learns of no other clinic.
CREATE FUNCTION app.watching(wanted uuid) RETURNS SETOF public.accounts_clinic
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

ALTER TABLE accounts_sharelink ENABLE ROW LEVEL SECURITY;
CREATE POLICY share_link_read ON accounts_sharelink FOR SELECT
  USING (app.is_own(patient_id)
         OR (id = app.viewer_id() AND app.is_shared(patient_id, 'record')));
CREATE POLICY share_link_add ON accounts_sharelink FOR INSERT
  WITH CHECK (app.is_own(patient_id) AND made_by_id = app.viewer_id()
              AND openings = 0 AND wrong_pins = 0
              AND revoked_at IS NULL AND shut_at IS NULL);
CREATE POLICY share_link_end ON accounts_sharelink FOR UPDATE
  USING (app.is_own(patient_id)) WITH CHECK (revoked_at IS NOT NULL);
GRANT SELECT, INSERT ON accounts_sharelink TO calcidiol_web;
GRANT UPDATE (revoked_at) ON accounts_sharelink TO calcidiol_web;

CREATE POLICY patient_read_by_link ON accounts_patient FOR SELECT
  USING (app.is_shared(id, 'record'));

-- Nobody is known yet: the secrets themselves are looked up. The link's row is locked,
-- so that tries at the same moment are counted one after the other. One that is known
-- but stays closed is told to the caller, who writes down the attempt.
CREATE FUNCTION app.open_share_link(hash text, pin text, most_wrong integer)
RETURNS TABLE (link_id uuid, patient_id uuid, recipient text, is_open boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  link public.accounts_sharelink;
BEGIN
  SELECT * INTO link FROM public.accounts_sharelink AS known
    WHERE known.code_hash = hash FOR UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  link_id := link.id;
  patient_id := link.patient_id;
  recipient := link.recipient;
  is_open := link.revoked_at IS NULL AND link.shut_at IS NULL
    AND link.expires_at > pg_catalog.clock_timestamp()
    AND link.openings < link.most_openings;
  IF is_open AND link.pin_hash <> pin THEN
    is_open := false;
    UPDATE public.accounts_sharelink AS known
      SET wrong_pins = known.wrong_pins + 1,
          shut_at = CASE WHEN known.wrong_pins + 1 >= most_wrong
                         THEN pg_catalog.clock_timestamp() END
      WHERE known.id = link.id;
  ELSIF is_open THEN
    UPDATE public.accounts_sharelink AS known
      SET openings = known.openings + 1,
          last_opened_at = pg_catalog.clock_timestamp()
      WHERE known.id = link.id;
  END IF;
  RETURN NEXT;
END
$$;
"""

DROP = """
DROP FUNCTION app.open_share_link(text, text, integer);
DROP POLICY patient_read_by_link ON accounts_patient;
DROP POLICY share_link_end ON accounts_sharelink;
DROP POLICY share_link_add ON accounts_sharelink;
DROP POLICY share_link_read ON accounts_sharelink;
DROP FUNCTION app.watching(uuid);
CREATE OR REPLACE FUNCTION app.signed_in() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT app.viewer_kind() <> ''
$$;
DROP FUNCTION app.is_shared(uuid, text, date);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_invitations'),
    ]

    operations = [
        migrations.AlterField(
            model_name='auditevent',
            name='channel',
            field=models.CharField(choices=[(channel.value, channel.value) for channel in Channel], max_length=20),
        ),
        migrations.CreateModel(
            name='ShareLink',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('recipient', models.CharField(max_length=120)),
                ('code_hash', models.CharField(max_length=64, unique=True)),
                ('pin_hash', models.CharField(max_length=64)),
                ('shares_results', models.BooleanField()),
                ('shares_supplements', models.BooleanField()),
                ('shares_health', models.BooleanField()),
                ('results_from', models.DateField(null=True)),
                ('most_openings', models.PositiveSmallIntegerField()),
                ('openings', models.PositiveSmallIntegerField(default=0)),
                ('wrong_pins', models.PositiveSmallIntegerField(default=0)),
                ('last_opened_at', models.DateTimeField(null=True)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('shut_at', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.patient')),
            ],
            options={
                'indexes': [models.Index(fields=['patient', '-made_at'], name='accounts_sh_patient_8fb5d9_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('openings__lte', models.F('most_openings'))), name='a_share_link_is_opened_no_more_than_agreed'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='a_share_link_ends_after_it_is_made'), models.CheckConstraint(condition=models.Q(('shares_results', True), ('shares_supplements', True), ('shares_health', True), _connector='OR'), name='a_share_link_shares_something')],
            },
        ),
        migrations.RunSQL(POLICIES, DROP),
    ]
