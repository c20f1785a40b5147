"""
A filter that few rows match, and a search, find them without reading the clinic.

Arrays and words cannot be looked up in an index under the row-level policies, because
their operators promise nothing about what they tell (they are not leakproof). So one
function finds who may match, for a viewer of that clinic and up to a number; what is
shown of them is read under the policies as ever.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

# One statement each: an index is built beside the writes only outside a transaction.
MARKS = """
CREATE INDEX CONCURRENTLY worklist_by_marks ON labs_worklistrow USING gin (
  reasons, precautions, tags, to_tsvector('simple', name_key))
"""
NUMBERS = """
CREATE INDEX CONCURRENTLY worklist_by_number ON labs_worklistrow (
  clinic_id, upper(number) text_pattern_ops) WHERE number <> ''
"""
FIND = """
CREATE FUNCTION app.worklist_matches(
  the_clinic uuid, a_reason smallint, a_tag text, a_precaution text,
  the_words text, the_number text, most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET plan_cache_mode = force_custom_plan SET enable_seqscan = off AS $$
BEGIN
  IF NOT app.works_in(the_clinic) THEN
    RETURN;
  END IF;
  RETURN QUERY
    SELECT row.patient_id FROM public.labs_worklistrow AS row
    WHERE row.clinic_id = the_clinic
      AND row.visible_from <= now()
      AND (row.visible_until IS NULL OR row.visible_until > now())
      AND (a_reason IS NULL OR row.reasons @> ARRAY[a_reason])
      AND (a_tag = '' OR row.tags @> ARRAY[a_tag]::varchar[])
      AND (a_precaution = '' OR row.precautions @> ARRAY[a_precaution]::varchar[])
      AND (the_words = ''
           OR to_tsvector('simple', row.name_key) @@ to_tsquery('simple', the_words)
           OR (row.number <> ''
               AND upper(row.number) LIKE upper(the_number) || '%'))
    LIMIT most;
END
$$;
REVOKE ALL ON FUNCTION app.worklist_matches(
  uuid, smallint, text, text, text, text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.worklist_matches(
  uuid, smallint, text, text, text, text, integer) TO calcidiol_web;
"""
DROP = """
DROP FUNCTION app.worklist_matches(
  uuid, smallint, text, text, text, text, integer);
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("labs", "0030_one_number_of_the_sample")]

    operations = [
        AddIndexConcurrently(
            model_name="worklistrow",
            index=models.Index(
                fields=["clinic", "flag", "gravity", "since", "patient"],
                name="worklist_by_flag",
            ),
        ),
        AddIndexConcurrently(
            model_name="worklistrow",
            index=models.Index(
                fields=["clinic", "clinician", "gravity", "since", "patient"],
                name="worklist_by_clinician",
            ),
        ),
        AddIndexConcurrently(
            model_name="worklistrow",
            index=models.Index(
                fields=["clinic", "template_id", "gravity", "since", "patient"],
                condition=models.Q(template_id__isnull=False),
                name="worklist_by_template",
            ),
        ),
        AddIndexConcurrently(
            model_name="worklistrow",
            index=models.Index(
                fields=["clinic", "gravity", "since", "patient"],
                condition=models.Q(has_target=False),
                name="worklist_without_range",
            ),
        ),
        AddIndexConcurrently(
            model_name="worklistrow",
            index=models.Index(
                fields=["clinic", "born_on"], name="worklist_by_birth"
            ),
        ),
        migrations.RunSQL(MARKS, "DROP INDEX CONCURRENTLY worklist_by_marks"),
        migrations.RunSQL(NUMBERS, "DROP INDEX CONCURRENTLY worklist_by_number"),
        migrations.RunSQL(FIND, DROP),
    ]
