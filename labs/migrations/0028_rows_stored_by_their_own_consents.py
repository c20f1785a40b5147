"""
Stores worklist rows beside the consents of those patients alone.

The join with consents was left to the planner. Without statistics of a clinic whose
people came a moment ago it read all its consents once for each row: of 5,000 people an
import took four times as long. The consents are read once, then looked up by hash.
"""

from importlib import import_module

from django.db import migrations

# As it stands since who let in one clinician alone has no row in a clinic's list.
_ROWS = import_module("labs.migrations.0019_people_of_named_clinicians").WORKLIST_OF_ALL
_START = _ROWS.index("CREATE OR REPLACE FUNCTION app.store_worklist_rows(")
_END = _ROWS.index("$$;", _ROWS.index("BEGIN", _START)) + len("$$;")
BEFORE = _ROWS[_START:_END]

_CONSENT = """accounts_consent AS consent
    ON consent.clinic_id = the_clinic AND consent.patient_id = new.patient_id
    AND consent.revoked_at IS NULL AND consent.clinician_id IS NULL
    AND (consent.ends_at IS NULL OR consent.ends_at > pg_catalog.clock_timestamp())
  WHERE new.patient_id = ANY(patients)
"""
_INSERT = "  INSERT INTO public.labs_worklistrow AS row ("
_SEEN = """  WITH consents AS MATERIALIZED (
    SELECT DISTINCT consent.patient_id FROM public.accounts_consent AS consent
    WHERE consent.clinic_id = the_clinic
      AND consent.patient_id = ANY(patients)
      AND consent.revoked_at IS NULL AND consent.clinician_id IS NULL
      AND (consent.ends_at IS NULL OR consent.ends_at > pg_catalog.clock_timestamp()))
"""
_HEAD = "  SET enable_seqscan = off AS $$"


def _by_hash() -> str:
    """Return the function as it is now; a text that is not found raises."""
    for part in (_HEAD, _INSERT, f"JOIN public.{_CONSENT}"):
        if BEFORE.count(part) != 1:
            raise ValueError(part)
    return (
        BEFORE.replace(_HEAD, _HEAD.replace(" AS ", " SET enable_nestloop = off AS "))
        .replace(_INSERT, _SEEN + _INSERT)
        .replace(f"JOIN public.{_CONSENT}", "JOIN consents USING (patient_id)\n")
    )


class Migration(migrations.Migration):
    dependencies = [("labs", "0027_links_tell_the_next_test")]

    operations = [migrations.RunSQL(_by_hash(), BEFORE)]
