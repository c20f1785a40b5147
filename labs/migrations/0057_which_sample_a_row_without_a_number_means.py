"""
A row that names no sample leaves open which result of its day it means.

A preliminary result without a number stood as a second result beside the final one that
had come before it; it is kept for review now, beside every final one that it may be of.
A correction without a number that equals one of several samples was taken as here
already, though it may be the other that changed to this value; it is asked now, as any
other correction that names no sample.
"""

from importlib import import_module

from django.db import migrations

_FLAGS = import_module("labs.migrations.0043_flags_reach_what_is_here")
_LATE = import_module("labs.migrations.0053_what_comes_before_the_final_result")
_SAMPLES = import_module("labs.migrations.0047_two_samples_of_one_day")
BEFORE_LEAVING_OUT = _FLAGS.LEAVING_OUT
BEFORE_ADDING = _LATE.ADDING
BEFORE_CORRECTING = _SAMPLES.CORRECTING

# labs.services.importing.MAY_COME_LATE, word for word
MAY_BE_LATE = "It may be of a sample whose final result is here already: "
MAY_BE_LATE_ENDS = ". This preliminary one came after it. Look at the report."
_CORRECTS = "keyed.status IN ('corrected', 'amended')"
_FIRST = "keyed.status IN ('preliminary', 'registered')"
_SAME_LABORATORY = """(other.laboratory = '' OR keyed.laboratory = ''
               OR app.fold(other.laboratory) = app.fold(keyed.laboratory))"""
# A correction that was made already is here, whichever it was.
MAY_MEAN_ANOTHER = f"""
    AND NOT ({_CORRECTS} AND keyed.accession = ''
      AND known.status NOT IN ('corrected', 'amended')
      AND EXISTS (
        SELECT 1 FROM public.labs_labresult AS other
        WHERE other.patient_id = known.patient_id
          AND other.collected_on = keyed.collected_on
          AND other.measurand = keyed.measurand
          AND other.chain <> known.chain
          AND {_SAME_LABORATORY}
          AND other.status NOT IN ('entered-in-error', 'cancelled')
          AND other.held_because = ''
          AND NOT (other.comparator = keyed.comparator
            AND app.same_amount(other.unit, other.value, keyed.unit, keyed.value))
          AND NOT EXISTS (SELECT 1 FROM public.labs_labresult AS later
                          WHERE later.chain = other.chain
                            AND later.version > other.version)))"""  # nosec B608
AFTERWARDS = f"""    UPDATE pg_temp.incoming AS keyed SET held_because = late.said
      FROM (
        SELECT found.line,
          CASE WHEN found.of_the_sample <> ''
               THEN '{_LATE.LATE}' || found.of_the_sample || '{_LATE.LATE_ENDS}'
               ELSE pg_catalog.left('{MAY_BE_LATE}' || found.names, 240)
                    || '{MAY_BE_LATE_ENDS}' END AS said
        FROM (
          SELECT keyed.line,
            pg_catalog.max(known.value_text || ' ' || known.unit_text)
              FILTER (WHERE known.accession <> ''
                        AND known.accession = keyed.accession) AS of_the_sample,
            pg_catalog.string_agg(known.value_text || ' ' || known.unit_text
              || CASE WHEN known.accession = '' THEN ''
                      ELSE ' (' || known.accession || ')' END, '; '
              ORDER BY known.accession, known.value_text) AS names
          FROM pg_temp.incoming AS keyed
          JOIN pg_temp.incoming_people AS people USING (person)
          JOIN public.labs_labresult AS known USING (patient_id)
          WHERE {_FIRST}
            AND keyed.held_because = '' AND keyed.completes IS NULL
            AND (known.accession = '' OR keyed.accession = ''
                 OR known.accession = keyed.accession)
            AND {_LATE._SAME}
            AND known.status IN ('final', 'corrected', 'amended')
            AND NOT EXISTS (SELECT 1 FROM public.labs_labresult AS later
                            WHERE later.chain = known.chain
                              AND later.version > known.version)
          GROUP BY keyed.line
        ) AS found
      ) AS late
      WHERE late.line = keyed.line;
"""  # nosec B608
# What came late is looked at by somebody; a correction of the day is not about it.
CAME_LATE = f"""      AND NOT ({_CORRECTS}
               AND known.status IN ('preliminary', 'registered')
               AND (pg_catalog.starts_with(known.held_because, '{_LATE.LATE}')
                    OR pg_catalog.starts_with(known.held_because, '{MAY_BE_LATE}')))
"""


def _replaced(text: str, *triples: tuple[str, str, int]) -> str:
    """Return a text with its parts replaced as often as told; otherwise raise."""
    for found, put, times in triples:
        if text.count(found) != times:
            raise ValueError(found)
        text = text.replace(found, put)
    return text


# The row is left out, and completes what is here, by the same words.
LEAVING_OUT = _replaced(
    BEFORE_LEAVING_OUT,
    (_FLAGS.IS_THE_SAME, _FLAGS.IS_THE_SAME + MAY_MEAN_ANOTHER, 2),
)
ADDING = _replaced(BEFORE_ADDING, (_LATE.AFTERWARDS, AFTERWARDS, 1))
CORRECTING = _replaced(
    BEFORE_CORRECTING,
    (
        f"{_SAMPLES.OF_THE_VALUE} AS is_value,",
        f"{_SAMPLES.OF_THE_VALUE}\n"
        f"            AND NOT ({_CORRECTS} AND keyed.accession = '') AS is_value,",
        1,
    ),
    (
        "      AND NOT EXISTS (SELECT 1 FROM public.labs_labresult AS later",
        f"{CAME_LATE}"
        "      AND NOT EXISTS (SELECT 1 FROM public.labs_labresult AS later",  # nosec B608
        1,
    ),
)


class Migration(migrations.Migration):
    dependencies = [("labs", "0056_reviews_of_what_is_seen")]

    operations = [
        migrations.RunSQL(LEAVING_OUT, BEFORE_LEAVING_OUT),
        migrations.RunSQL(ADDING, BEFORE_ADDING),
        migrations.RunSQL(CORRECTING, BEFORE_CORRECTING),
    ]
