"""
The questions that every policy asks cost a third of what they did; the answers stay.

A function in SQL starts an executor for each call, and what says who looks was wrapped
in one of its own. Who looks is part of the asking statement now; the others are in
PL/pgSQL, which keeps its plans and goes no further than an answer needs.
"""

from importlib import import_module

from django.db import migrations

# Their words are bound to what they name when they are written, so no search path can
# change them, and the statement that asks takes them over.
WHO_LOOKS = """
CREATE OR REPLACE FUNCTION app.viewer_kind() RETURNS text
LANGUAGE sql STABLE
RETURN coalesce(pg_catalog.current_setting('app.viewer_kind', true), '');

-- After the first transaction of a connection the setting is '', not NULL.
CREATE OR REPLACE FUNCTION app.viewer_id() RETURNS uuid
LANGUAGE sql STABLE
RETURN nullif(pg_catalog.current_setting('app.viewer_id', true), '')::uuid;

CREATE OR REPLACE FUNCTION app.token_id() RETURNS uuid
LANGUAGE sql STABLE
RETURN nullif(pg_catalog.current_setting('app.token_id', true), '')::uuid;
"""
RIGHTS = """
CREATE OR REPLACE FUNCTION app.token_allows(wanted text[]) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF app.token_id() IS NULL THEN
    RETURN true;
  END IF;
  RETURN EXISTS (
    SELECT 1 FROM public.accounts_apitoken AS token
    WHERE token.id = app.token_id()
      AND app.viewer_kind() = 'user'
      AND token.user_id = app.viewer_id()
      AND token.revoked_at IS NULL
      AND token.expires_at > pg_catalog.clock_timestamp()
      AND token.scopes ?& wanted);
END
$$;

CREATE OR REPLACE FUNCTION app.joined_into(wanted uuid) RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (
    SELECT link.kept_id FROM public.accounts_recordjoin AS link
    WHERE link.joined_id = wanted AND link.undone_at IS NULL);
END
$$;

CREATE OR REPLACE FUNCTION app.is_own(wanted uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF app.viewer_kind() <> 'user' THEN
    RETURN false;
  END IF;
  RETURN EXISTS (
    SELECT 1 FROM public.accounts_patient AS patient
    JOIN public.accounts_user AS person ON person.id = patient.user_id
    WHERE patient.user_id = app.viewer_id()
      AND person.is_active
      AND (patient.id = wanted OR patient.id = app.joined_into(wanted)));
END
$$;

CREATE OR REPLACE FUNCTION app.works_in(wanted uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF app.viewer_kind() = 'clinic' THEN
    RETURN coalesce(wanted = app.viewer_id(), false);
  END IF;
  IF app.viewer_kind() <> 'user' THEN
    RETURN false;
  END IF;
  RETURN EXISTS (
    SELECT 1 FROM public.accounts_membership AS member
    JOIN public.accounts_user AS person ON person.id = member.user_id
    WHERE member.clinic_id = wanted
      AND member.user_id = app.viewer_id()
      AND member.is_active
      AND member.role = 'clinician'
      AND person.is_active);
END
$$;

-- A clinic's sight of a record: consent in force now, for that part, for that day.
CREATE OR REPLACE FUNCTION app.treats(wanted uuid, scope text, day date) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF app.viewer_kind() NOT IN ('user', 'clinic') THEN
    RETURN false;
  END IF;
  RETURN EXISTS (
    SELECT 1 FROM public.accounts_consent AS consent
    WHERE consent.patient_id = wanted
      AND consent.revoked_at IS NULL
      AND consent.starts_at <= pg_catalog.clock_timestamp()
      AND (consent.ends_at IS NULL OR consent.ends_at > pg_catalog.clock_timestamp())
      AND (consent.clinician_id IS NULL
           OR (app.viewer_kind() = 'user' AND consent.clinician_id = app.viewer_id()))
      AND CASE scope
        WHEN 'record' THEN true
        WHEN 'results' THEN consent.shares_results
          AND (day IS NULL OR consent.results_from IS NULL
               OR day >= consent.results_from)
        WHEN 'supplements' THEN consent.shares_supplements
        WHEN 'health' THEN consent.shares_health
        ELSE false
      END
      AND app.works_in(consent.clinic_id));
END
$$;

CREATE OR REPLACE FUNCTION app.cares_for(wanted uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF app.viewer_kind() <> 'user' THEN
    RETURN false;
  END IF;
  RETURN EXISTS (
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
                                - interval '18 years'));
END
$$;

CREATE OR REPLACE FUNCTION app.can_see(wanted uuid, scope text, day date DEFAULT NULL)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN app.is_own(wanted) OR app.treats(wanted, scope, day)
    OR app.cares_for(wanted);
END
$$;

CREATE OR REPLACE FUNCTION app.is_shared(wanted uuid, scope text, day date DEFAULT NULL)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF app.viewer_kind() <> 'share' THEN
    RETURN false;
  END IF;
  RETURN EXISTS (
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
      END);
END
$$;
"""
# Where each was written last before.
BEFORE = (
    ("0002_row_level_security", "FUNCTIONS", "viewer_kind"),
    ("0002_row_level_security", "FUNCTIONS", "viewer_id"),
    ("0002_row_level_security", "FUNCTIONS", "works_in"),
    ("0010_api_tokens", "FUNCTIONS", "token_id"),
    ("0010_api_tokens", "FUNCTIONS", "token_allows"),
    ("0011_record_joins", "POLICIES", "joined_into"),
    ("0011_record_joins", "POLICIES", "is_own"),
    ("0011_record_joins", "POLICIES", "cares_for"),
    ("0009_carers", "POLICIES", "can_see"),
    ("0008_share_links", "POLICIES", "is_shared"),
)


def as_written(module: str, constant: str, name: str) -> str:
    """Return how a function was written, so that it takes the place of another."""
    text = getattr(import_module(module), constant)
    start = text.index(f"FUNCTION app.{name}(")
    end = text.index("$$;", text.index("AS $$", start) + 5) + 3
    return f"CREATE OR REPLACE {text[start:end]}"


def _as_before() -> str:
    named = import_module("accounts.migrations.0014_requests_and_named_clinicians")
    texts = [
        as_written(f"accounts.migrations.{module}", constant, name)
        for module, constant, name in BEFORE
    ]
    return "\n".join([*texts, named.TREATS.replace(named.HERE, named.NAMED)])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0031_who_takes_a_record_over_locks_first")]

    operations = [migrations.RunSQL(WHO_LOOKS + RIGHTS, _as_before())]
