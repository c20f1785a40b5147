"""
A flag or an interval that a laboratory brings reaches the result that is here already.

A row of the same value was left out whatever stood beside the value, so that a critical
flag was lost where a patient had typed the value, or where a first message came without
it. Such a row is the next version now. What a clinic's people wrote by hand keeps its
words, and takes over the flag and the interval that it lacks.
"""

from importlib import import_module

from django.db import migrations

_SAMPLES = import_module("labs.migrations.0042_other_samples_stay")
BEFORE_LEAVING_OUT = _SAMPLES.LEAVING_OUT
BEFORE_CORRECTING = _SAMPLES.CORRECTING

# The marks of labs.domain.alerts.CRITICAL_FLAGS, alone or among several, set off or not.
_AROUND = "[] *!()[]*"
CRITICAL = (
    f"~* '(^|[,;~]){_AROUND}(hh|ll|aa|critical( +(high|low))?){_AROUND}([,;~]|$)'"
)
# By somebody of the clinic, also where a file completed it since.
BY_HAND = """(known.import_batch_id IS NULL AND known.source = 'typed_by_clinic')
    OR (known.version > 1 AND known.answers ? 'value_by')"""
# Said of a row (`keyed`) beside the version that is here (`known`). A critical flag
# counts beside an ordinary one too, unless somebody of the clinic wrote that by hand.
BRINGS_A_FLAG = f"""(keyed.laboratory_flag <> '' AND (known.laboratory_flag = ''
      OR (known.laboratory_flag <> keyed.laboratory_flag
          AND keyed.laboratory_flag {CRITICAL}
          AND NOT known.laboratory_flag {CRITICAL}
          AND NOT known.is_by_hand)))"""
HAS_NO_INTERVAL = """known.interval_text = ''
       AND known.interval_low IS NULL AND known.interval_high IS NULL"""
NAMES_NO_INTERVAL = HAS_NO_INTERVAL.replace("known", "keyed")
BRINGS_AN_INTERVAL = f"""({HAS_NO_INTERVAL}
      AND NOT ({NAMES_NO_INTERVAL})
      AND (known.unit = keyed.unit OR NOT known.is_by_hand))"""
IS_NEWEST = """known.version = (SELECT pg_catalog.max(later.version)
                             FROM public.labs_labresult AS later
                             WHERE later.chain = known.chain)"""
KNOWN = f"""WITH theirs AS MATERIALIZED (
    SELECT known.*, ({BY_HAND}) AS is_by_hand
    FROM public.labs_labresult AS known WHERE known.patient_id = ANY(patients)
  ), known AS MATERIALIZED (
    SELECT people.person, theirs.*
    FROM pg_temp.incoming_people AS people JOIN theirs USING (patient_id)
    WHERE theirs.status NOT IN ('entered-in-error', 'cancelled')
  )"""  # nosec B608

_START = BEFORE_LEAVING_OUT.rindex("WITH theirs AS MATERIALIZED")
_END = BEFORE_LEAVING_OUT.index("  -- Corrections of a file that was saved before")
_DELETING = BEFORE_LEAVING_OUT[_START:_END].rstrip().removesuffix(";")
IS_THE_SAME = _DELETING[_DELETING.rindex("WHERE known.person") :].removeprefix("WHERE ")

FINDING = f"""{KNOWN}
  DELETE FROM pg_temp.incoming AS keyed
  USING known
  WHERE {IS_THE_SAME}
    AND NOT {BRINGS_A_FLAG}
    AND NOT {BRINGS_AN_INTERVAL};

  IF NOT EXISTS (SELECT 1 FROM pg_temp.incoming) THEN
    RETURN;
  END IF;

  -- What is left and of the same value brings what is lacking here. It completes the
  -- version that holds now; a row in doubt only another in doubt. The flag of another
  -- row in doubt is kept with it, as a result of its own.
  {KNOWN}, same AS MATERIALIZED (
    SELECT DISTINCT ON (keyed.line) keyed.line, known.id, known.chain,
      newest.holds AND (keyed.held_because = '' OR known.held_because <> '')
        AS takes,
      newest.holds AND {BRINGS_A_FLAG} AS lacks_flag
    FROM pg_temp.incoming AS keyed
    JOIN known ON {IS_THE_SAME}
    CROSS JOIN LATERAL (SELECT {IS_NEWEST} AS holds) AS newest
    ORDER BY keyed.line, newest.holds DESC,
      (known.accession <> '' AND known.accession = keyed.accession) DESC,
      known.source LIKE 'typed%', known.version DESC, known.entered_at DESC, known.id
  )
  UPDATE pg_temp.incoming AS keyed SET
    is_here = NOT same.takes AND NOT (same.lacks_flag AND keyed.held_because <> ''),
    completes = CASE WHEN same.takes THEN same.chain END,
    completed = CASE WHEN same.takes THEN same.id END
  FROM same
  WHERE same.line = keyed.line;
  IF FOUND THEN
    PERFORM app.complete_what_is_here();
  END IF;

"""  # nosec B608
LEAVING_OUT = (
    BEFORE_LEAVING_OUT[:_START]
    + FINDING
    + BEFORE_LEAVING_OUT[_END:].replace(
        "WHERE supersedes AND EXISTS", "WHERE supersedes AND completes IS NULL AND EXISTS"
    )
)

COMPLETING = f"""
-- Of several rows that complete one result the gravest does; another sample's stands by
-- itself. What such a row does not say is taken over from the version before.
CREATE FUNCTION app.complete_what_is_here() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  WITH ranked AS (
    SELECT keyed.line, pg_catalog.row_number() OVER gravest AS place,
      pg_catalog.first_value(keyed.accession) OVER gravest AS sample
    FROM pg_temp.incoming AS keyed WHERE keyed.completes IS NOT NULL
    WINDOW gravest AS (PARTITION BY keyed.completes
      ORDER BY (keyed.laboratory_flag {CRITICAL}) DESC, keyed.laboratory_flag = '',
        keyed.interval_text = '', keyed.line)
  )
  UPDATE pg_temp.incoming AS keyed SET
    is_here = keyed.supersedes OR keyed.accession = '' OR ranked.sample = ''
      OR keyed.accession = ranked.sample,
    completes = NULL, completed = NULL
  FROM ranked WHERE ranked.line = keyed.line AND ranked.place > 1;

  DELETE FROM pg_temp.incoming WHERE is_here;

  UPDATE pg_temp.incoming AS keyed SET
    supersedes = true,
    note = known.note,
    measurand = CASE WHEN keyed.measurand = 'unspecified' THEN known.measurand
                     ELSE keyed.measurand END,
    status = CASE WHEN keyed.status IN ('corrected', 'amended')
                    OR known.source LIKE 'typed%'
                    OR known.status IN ('preliminary', 'registered', 'unknown',
                                        'not-stated') THEN keyed.status
                  ELSE known.status END,
    laboratory_flag = CASE
      WHEN keyed.laboratory_flag = '' THEN known.laboratory_flag
      WHEN known.laboratory_flag {CRITICAL}
        AND NOT keyed.laboratory_flag {CRITICAL} THEN known.laboratory_flag
      ELSE keyed.laboratory_flag END,
    interval_text = CASE WHEN keeps.interval THEN known.interval_text
                         ELSE keyed.interval_text END,
    interval_low = CASE WHEN keeps.interval THEN known.interval_low
                        ELSE keyed.interval_low END,
    interval_high = CASE WHEN keeps.interval THEN known.interval_high
                         ELSE keyed.interval_high END,
    laboratory = coalesce(nullif(keyed.laboratory, ''), known.laboratory),
    method = coalesce(nullif(keyed.method, ''), known.method),
    specimen = coalesce(nullif(keyed.specimen, ''), known.specimen),
    accession = coalesce(nullif(keyed.accession, ''), known.accession),
    comment = coalesce(nullif(keyed.comment, ''), known.comment),
    reported_on = coalesce(keyed.reported_on, known.reported_on)
  FROM (
    SELECT line.line, {NAMES_NO_INTERVAL.replace("keyed", "line")}
      AND line.unit = before.unit AS interval
    FROM pg_temp.incoming AS line
    JOIN public.labs_labresult AS before ON before.id = line.completed
  ) AS keeps, public.labs_labresult AS known
  WHERE keeps.line = keyed.line AND known.id = keyed.completed
    AND NOT ({BY_HAND});

  UPDATE pg_temp.incoming AS keyed SET
    supersedes = true,
    note = known.note,
    value_by = coalesce(known.answers ->> 'value_by', known.entered_by_name),
    laboratory_flag = coalesce(nullif(known.laboratory_flag, ''),
                               keyed.laboratory_flag),
    interval_text = CASE WHEN lacks.interval THEN keyed.interval_text
                         ELSE known.interval_text END,
    interval_low = CASE WHEN lacks.interval THEN keyed.interval_low
                        ELSE known.interval_low END,
    interval_high = CASE WHEN lacks.interval THEN keyed.interval_high
                         ELSE known.interval_high END,
    accession = coalesce(nullif(known.accession, ''), keyed.accession),
    comment = coalesce(nullif(known.comment, ''), keyed.comment),
    measurand = known.measurand, value_text = known.value_text, value = known.value,
    unit_text = known.unit_text, unit = known.unit,
    collected_time_text = known.collected_time_text, reported_on = known.reported_on,
    laboratory = known.laboratory, method = known.method, specimen = known.specimen,
    status = known.status, loinc = known.loinc, local_code = known.local_code,
    test_name = known.test_name, held_because = known.held_because,
    checked_elsewhere = known.checked_elsewhere, source = known.source
  FROM (
    SELECT known.id, {HAS_NO_INTERVAL} AND line.unit = known.unit AS interval
    FROM pg_temp.incoming AS line
    JOIN public.labs_labresult AS known ON known.id = line.completed
  ) AS lacks, public.labs_labresult AS known
  WHERE lacks.id = keyed.completed AND known.id = keyed.completed
    AND ({BY_HAND});
END
$$;
REVOKE ALL ON FUNCTION app.complete_what_is_here() FROM PUBLIC;
"""  # nosec B608


def _correcting() -> str:
    """Return the function of the next versions; a text that is not found raises."""
    text = BEFORE_CORRECTING
    for found, put in (
        (
            "THEN 'Sent as corrected by the laboratory'\n",
            "THEN 'Sent as corrected by the laboratory'\n"
            "         WHEN before.chain = keyed.completes\n"
            "           THEN 'Flag or interval added by the laboratory'\n",
        ),
        ("keyed.comment, '',", "keyed.comment, keyed.note,"),
        (
            "keyed.held_because, '{}'::jsonb,",
            "keyed.held_because,\n"
            "    CASE WHEN keyed.value_by IS NULL THEN '{}'::jsonb\n"
            "         ELSE pg_catalog.jsonb_build_object('value_by', keyed.value_by)\n"
            "    END,",
        ),
        (
            "AND known.measurand = keyed.measurand\n",
            "AND (known.chain = keyed.completes\n"
            "           OR ((keyed.completes IS NULL\n"
            "                OR keyed.status IN ('corrected', 'amended'))\n"
            "      AND known.measurand = keyed.measurand\n",
        ),
        (_SAMPLES.SAME_SAMPLE, _SAMPLES.SAME_SAMPLE + "))"),
        (
            "keyed.accession) DESC,\n",
            "keyed.accession) DESC,\n      (known.chain = keyed.completes) DESC"
            " NULLS LAST,\n",
        ),
    ):
        if text.count(found) != 1:
            raise ValueError(found)
        text = text.replace(found, put)
    return text


class Migration(migrations.Migration):
    dependencies = [("labs", "0042_other_samples_stay")]

    operations = [
        migrations.RunSQL(COMPLETING, "DROP FUNCTION app.complete_what_is_here();"),
        migrations.RunSQL(LEAVING_OUT, BEFORE_LEAVING_OUT),
        migrations.RunSQL(_correcting(), BEFORE_CORRECTING),
    ]
