"""
Notices and moves are read with the consents of now, and lists of tasks by tasks alone.

That a clinic was told of somebody's urgent row was read by it after the consent had
ended. A move, whose reason is words, was read by who sees the results of both people,
though the result itself is of a day that is not shared with them. And what the
calendar's task and the notices' task have to do was told to whoever asked.
"""

from importlib import import_module

from django.db import migrations

_ROWS = import_module("labs.migrations.0015_worklist_rows")
_NOTICES = import_module("labs.migrations.0017_notices")
POLICIES = """
ALTER POLICY notice_of_clinic ON labs_urgentnotice
  USING (clinic_id = ANY(ARRAY(SELECT app.my_clinics()))
         AND app.treats(patient_id, 'record', NULL));
ALTER POLICY move_read ON labs_resultmove
  USING (app.can_see(from_patient_id, 'results')
         AND app.can_see(to_patient_id, 'results')
         AND EXISTS (SELECT 1 FROM labs_labresult AS result
                     WHERE result.chain IN (from_chain, to_chain)));

CREATE OR REPLACE FUNCTION app.worklist_rows_due(moment timestamptz, most integer)
RETURNS TABLE (clinic_id uuid, patient_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT row.clinic_id, row.patient_id FROM public.labs_worklistrow AS row
  WHERE row.changes_at <= moment AND app.viewer_kind() = ''
  ORDER BY row.changes_at LIMIT most
$$;
CREATE OR REPLACE FUNCTION app.people_with_news(most integer)
RETURNS TABLE (patient_id uuid, user_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT choice.patient_id, patient.user_id
  FROM public.labs_reminderchoice AS choice
  JOIN public.accounts_patient AS patient ON patient.id = choice.patient_id
  JOIN public.accounts_user AS person ON person.id = patient.user_id
  WHERE app.viewer_kind() = '' AND choice.wants_result_notices AND person.is_active
    AND EXISTS (
      SELECT 1 FROM public.labs_labresult AS result
      WHERE result.patient_id = choice.patient_id
        AND result.entered_at > choice.told_until
        AND result.entered_by_id IS DISTINCT FROM patient.user_id)
  ORDER BY choice.patient_id LIMIT most
$$;
"""


def _as_it_was(module_text: str, name: str) -> str:
    """Return the statement by which an earlier migration made a function."""
    start = module_text.index(f"CREATE FUNCTION app.{name}(")
    end = module_text.index("$$;", module_text.index("AS $$", start) + 5) + 3
    return module_text[start:end].replace("CREATE", "CREATE OR REPLACE", 1)


AS_BEFORE = "\n".join(
    (
        """
ALTER POLICY notice_of_clinic ON labs_urgentnotice
  USING (clinic_id = ANY(ARRAY(SELECT app.my_clinics())));
ALTER POLICY move_read ON labs_resultmove
  USING (app.can_see(from_patient_id, 'results')
         AND app.can_see(to_patient_id, 'results'));
""",
        _as_it_was(_ROWS.STORE, "worklist_rows_due"),
        _as_it_was(_NOTICES.POLICIES, "people_with_news"),
    )
)


class Migration(migrations.Migration):
    dependencies = [("labs", "0053_what_comes_before_the_final_result")]

    operations = [migrations.RunSQL(POLICIES, AS_BEFORE)]
