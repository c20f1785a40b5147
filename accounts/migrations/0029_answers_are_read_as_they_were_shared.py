"""
An answer kept for a program is read while all of what its sender saw then is shared.

Its row was read with the part that it is about, so that what stands in it beside that,
and days that are not shared any more, were hidden in Python alone. What the sender saw
stands in a word: "health record results supplements from 2026-01-01".
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION app.has_consent_ended(the_clinic uuid, since timestamptz)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT app.works_in(the_clinic) AND EXISTS (
    SELECT FROM public.accounts_consent AS consent
    WHERE consent.clinic_id = the_clinic
      AND (consent.revoked_at >= since
           OR (consent.ends_at >= since
               AND consent.ends_at <= pg_catalog.clock_timestamp())))
$$;

CREATE FUNCTION app.still_sees(wanted uuid, sight text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT pg_catalog.bool_and(CASE scope
      WHEN 'results' THEN app.can_see(wanted, scope, coalesce(
        substring(sight FROM ' from ([0-9]{4}-[0-9]{2}-[0-9]{2})$')::date, '-infinity'))
      ELSE app.can_see(wanted, scope)
    END)
  FROM pg_catalog.unnest(ARRAY['record', 'results', 'supplements', 'health']) AS scope
  WHERE sight = ''
    OR scope = ANY (pg_catalog.string_to_array(sight, ' '))
$$;

-- To its own sender, also where the answer is hidden by now: which request it was.
CREATE FUNCTION app.request_of_key(the_key text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT kept.request_hash::text FROM public.accounts_storedanswer AS kept
  WHERE app.viewer_kind() = 'user' AND kept.user_id = app.viewer_id()
    AND kept.key = the_key
$$;
REVOKE EXECUTE ON FUNCTION app.has_consent_ended(uuid, timestamptz),
  app.still_sees(uuid, text), app.request_of_key(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.has_consent_ended(uuid, timestamptz),
  app.still_sees(uuid, text), app.request_of_key(text) TO calcidiol_web;

ALTER POLICY answer_read ON accounts_storedanswer
  USING (app.viewer_kind() = 'user' AND user_id = app.viewer_id()
         AND (patient_id IS NULL
              OR (app.can_see(patient_id, part) AND app.still_sees(patient_id, sight)))
         AND (clinic_id IS NULL
              OR (app.works_in(clinic_id)
                  AND NOT app.has_consent_ended(clinic_id, made_at))));
"""
AS_BEFORE = """
ALTER POLICY answer_read ON accounts_storedanswer
  USING (app.viewer_kind() = 'user' AND user_id = app.viewer_id()
         AND (patient_id IS NULL OR app.can_see(patient_id, part))
         AND (clinic_id IS NULL OR app.works_in(clinic_id)));
DROP FUNCTION app.request_of_key(text);
DROP FUNCTION app.still_sees(uuid, text);
DROP FUNCTION app.has_consent_ended(uuid, timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0028_answers_know_what_was_shared")]

    operations = [migrations.RunSQL(FUNCTIONS, AS_BEFORE)]
