"""
Looks for the results that are here already among those of their own patient.

Which columns to join by first was left to the planner. Once the statistics said that
a day and a sign tell results apart, it compared every row of a file with everybody's
results of that day, spelling by spelling: a file of 4,000 rows took minutes the second
time. The results of the file's patients are gathered first now, then joined by patient,
day and sign at once, whatever the statistics say.
"""

from importlib import import_module

from django.db import migrations

_UPLOADS = import_module("labs.migrations.0013_uploads").FUNCTIONS
BEFORE = _UPLOADS[
    _UPLOADS.index("CREATE FUNCTION app.leave_out_what_is_here") :
    _UPLOADS.index("REVOKE ALL ON FUNCTION app.leave_out_what_is_here")
].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")

# `is_newest` and `was_undone` are asked of few rows, each by an index: as a join they
# would read every version and every import there is.
AFTER = """
CREATE OR REPLACE FUNCTION app.leave_out_what_is_here(batch uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  SET enable_seqscan = off SET enable_nestloop = off AS $$
DECLARE
  patients uuid[] := ARRAY(SELECT DISTINCT people.patient_id
                           FROM pg_temp.incoming_people AS people);
BEGIN
  WITH theirs AS MATERIALIZED (
    SELECT * FROM public.labs_labresult WHERE patient_id = ANY(patients)
  ), known AS MATERIALIZED (
    SELECT people.person, theirs.*
    FROM pg_temp.incoming_people AS people JOIN theirs USING (patient_id)
    WHERE theirs.status IN ('preliminary', 'registered')
  )
  UPDATE pg_temp.incoming AS keyed SET supersedes = true
  FROM known
  WHERE keyed.status = 'final'
    AND known.person = keyed.person
    AND known.collected_on = keyed.collected_on
    AND known.measurand = keyed.measurand
    AND (known.laboratory = '' OR keyed.laboratory = ''
         OR app.fold(known.laboratory) = app.fold(keyed.laboratory))
    AND known.version = (SELECT pg_catalog.max(later.version)
                         FROM public.labs_labresult AS later
                         WHERE later.chain = known.chain);

  WITH theirs AS MATERIALIZED (
    SELECT * FROM public.labs_labresult WHERE patient_id = ANY(patients)
  ), known AS MATERIALIZED (
    SELECT people.person, theirs.*
    FROM pg_temp.incoming_people AS people JOIN theirs USING (patient_id)
    WHERE theirs.status NOT IN ('entered-in-error', 'cancelled')
  )
  DELETE FROM pg_temp.incoming AS keyed
  USING known
  WHERE known.person = keyed.person
    AND known.collected_on = keyed.collected_on
    AND known.comparator = keyed.comparator
    AND app.same_amount(known.unit, known.value, keyed.unit, keyed.value)
    AND app.same_measurand(known.measurand, keyed.measurand,
                           known.source LIKE 'typed%' OR keyed.source LIKE 'typed%')
    AND keyed.status NOT IN ('entered-in-error', 'cancelled')
    AND (known.laboratory = '' OR keyed.laboratory = ''
         OR app.fold(known.laboratory) = app.fold(keyed.laboratory))
    AND (known.accession = '' OR keyed.accession = ''
         OR known.accession = keyed.accession)
    AND (SELECT other.undone_at FROM public.labs_importbatch AS other
         WHERE other.id = known.import_batch_id) IS NULL
    AND (NOT keyed.supersedes
         OR (known.status NOT IN ('preliminary', 'registered')
             AND known.version = (SELECT pg_catalog.max(later.version)
                                  FROM public.labs_labresult AS later
                                  WHERE later.chain = known.chain)));

  -- Corrections of a file that was saved before were made then.
  DELETE FROM pg_temp.incoming
  WHERE supersedes AND EXISTS (
    SELECT 1 FROM public.labs_importbatch AS this
    JOIN public.labs_importbatch AS other ON other.sha256 = this.sha256
    WHERE this.id = batch AND other.id <> batch AND other.state = 'saved'
      AND (other.clinic_id = this.clinic_id OR other.patient_id = this.patient_id));
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("labs", "0032_links_tell_who_checked")]

    operations = [migrations.RunSQL(AFTER, BEFORE)]
