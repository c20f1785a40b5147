"""A clinic's admin sees, invites and disables its members; no patients by that."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

POLICIES = """
CREATE FUNCTION app.runs(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT app.viewer_kind() = 'user' AND EXISTS (
    SELECT 1 FROM public.accounts_membership AS member
    JOIN public.accounts_user AS person ON person.id = member.user_id
    WHERE member.clinic_id = wanted
      AND member.user_id = app.viewer_id()
      AND member.is_active
      AND member.role = 'clinic_admin'
      AND person.is_active)
$$;

ALTER POLICY membership_read ON accounts_membership
  USING (user_id = app.viewer_id() OR app.works_in(clinic_id) OR app.runs(clinic_id));
-- Nobody shuts themself out, so that a clinic keeps an admin.
CREATE POLICY membership_end ON accounts_membership FOR UPDATE
  USING (app.runs(clinic_id) AND user_id <> app.viewer_id())
  WITH CHECK (NOT is_active);
GRANT UPDATE (is_active) ON accounts_membership TO calcidiol_web;

ALTER TABLE accounts_invitation ENABLE ROW LEVEL SECURITY;
CREATE POLICY invitation_read ON accounts_invitation FOR SELECT
  USING (app.runs(clinic_id));
CREATE POLICY invitation_add ON accounts_invitation FOR INSERT
  WITH CHECK (app.runs(clinic_id) AND invited_by_id = app.viewer_id()
              AND closed_at IS NULL);
CREATE POLICY invitation_close ON accounts_invitation FOR UPDATE
  USING (app.runs(clinic_id)) WITH CHECK (closed_at IS NOT NULL);
GRANT SELECT, INSERT ON accounts_invitation TO calcidiol_web;
GRANT UPDATE (closed_at) ON accounts_invitation TO calcidiol_web;

-- Who is invited sees neither invitation nor clinic's people before accepting.
CREATE FUNCTION app.accept_invitation(hash text, membership uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  invitation public.accounts_invitation;
BEGIN
  IF app.viewer_kind() <> 'user' THEN
    RETURN NULL;
  END IF;
  SELECT sent.* INTO invitation FROM public.accounts_invitation AS sent
    WHERE sent.code_hash = hash
      AND sent.closed_at IS NULL
      AND sent.expires_at > pg_catalog.clock_timestamp()
      AND EXISTS (
        SELECT 1 FROM public.account_emailaddress AS address
        JOIN public.accounts_user AS person ON person.id = address.user_id
        WHERE address.user_id = app.viewer_id()
          AND address.verified
          AND person.is_active
          AND pg_catalog.lower(address.email) = pg_catalog.lower(sent.email))
    FOR UPDATE;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  UPDATE public.accounts_invitation SET closed_at = pg_catalog.clock_timestamp()
    WHERE id = invitation.id;
  INSERT INTO public.accounts_membership
      (id, clinic_id, user_id, role, is_active, created_at)
    VALUES (membership, invitation.clinic_id, app.viewer_id(), invitation.role, true,
            pg_catalog.clock_timestamp())
    ON CONFLICT (clinic_id, user_id, role) DO UPDATE SET is_active = true;
  RETURN invitation.clinic_id;
END
$$;
"""

DROP = """
DROP FUNCTION app.accept_invitation(text, uuid);
DROP POLICY invitation_close ON accounts_invitation;
DROP POLICY invitation_add ON accounts_invitation;
DROP POLICY invitation_read ON accounts_invitation;
REVOKE UPDATE (is_active) ON accounts_membership FROM calcidiol_web;
DROP POLICY membership_end ON accounts_membership;
ALTER POLICY membership_read ON accounts_membership
  USING (user_id = app.viewer_id() OR app.works_in(clinic_id));
DROP FUNCTION app.runs(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_claims"), ("account", "0009_emailaddress_unique_primary_email")]

    operations = [
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False,
                                        primary_key=True, serialize=False)),
                ("email", models.EmailField(max_length=254)),
                ("role", models.CharField(
                    max_length=20,
                    choices=[("clinician", "clinician"), ("clinic_admin", "clinic_admin")])),
                ("code_hash", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("clinic", models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="+",
                    to="accounts.clinic")),
                ("invited_by", models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="+",
                    to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)),
                        fields=("clinic", "email", "role"),
                        name="one_open_invitation_of_a_kind"),
                ],
            },
        ),
        migrations.RunSQL(POLICIES, DROP),
    ]
