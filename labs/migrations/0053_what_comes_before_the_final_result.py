"""
A preliminary result does not stand beside the final one of its sample.

Where both stood in one file, the preliminary one stayed as a result of its own; the
final one is its next version now. One that comes after the final one, as old messages
do that are sent again, is kept for review.
"""

from importlib import import_module

from django.db import migrations

BEFORE_ADDING = import_module("labs.migrations.0047_two_samples_of_one_day").ADDING

_MARKED = "('corrected', 'amended', 'entered-in-error', 'cancelled');\n"
_LEFT_OUT = "    PERFORM app.leave_out_what_is_here(batch);\n"
_SAME = """known.collected_on = keyed.collected_on
      AND known.measurand = keyed.measurand
      AND (known.laboratory = '' OR keyed.laboratory = ''
           OR app.fold(known.laboratory) = app.fold(keyed.laboratory))"""
# labs.services.importing.COMES_LATE, word for word
LATE = "A final result of this sample is here already: "
LATE_ENDS = ". This preliminary one came after it."
IN_ONE_FILE = f"""  IF EXISTS (SELECT 1 FROM pg_temp.incoming
             WHERE status IN ('preliminary', 'registered')) THEN
    UPDATE pg_temp.incoming AS keyed SET supersedes = true
      FROM pg_temp.incoming AS known
      WHERE keyed.status = 'final'
        AND known.status IN ('preliminary', 'registered')
        AND known.person = keyed.person
        AND {_SAME}
        AND (known.accession = '' OR keyed.accession = ''
             OR known.accession = keyed.accession);
  END IF;
"""  # nosec B608
AFTERWARDS = f"""    UPDATE pg_temp.incoming AS keyed
      SET held_because = '{LATE}' || known.value_text || ' ' || known.unit_text
                         || '{LATE_ENDS}'
      FROM pg_temp.incoming_people AS people
      JOIN public.labs_labresult AS known USING (patient_id)
      WHERE people.person = keyed.person
        AND keyed.status IN ('preliminary', 'registered')
        AND keyed.held_because = '' AND keyed.completes IS NULL
        AND keyed.accession <> '' AND known.accession = keyed.accession
        AND {_SAME}
        AND known.status IN ('final', 'corrected', 'amended')
        AND NOT EXISTS (SELECT 1 FROM public.labs_labresult AS later
                        WHERE later.chain = known.chain
                          AND later.version > known.version);
"""  # nosec B608


def _behind(text: str, found: str, put: str) -> str:
    """Return a text with something put behind a part; one that is missing raises."""
    if text.count(found) != 1:
        raise ValueError(found)
    return text.replace(found, found + put)


ADDING = _behind(_behind(BEFORE_ADDING, _MARKED, IN_ONE_FILE), _LEFT_OUT, AFTERWARDS)


class Migration(migrations.Migration):
    dependencies = [("labs", "0052_rows_of_joined_records_are_found")]

    operations = [migrations.RunSQL(ADDING, BEFORE_ADDING)]
