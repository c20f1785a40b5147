"""
A message about one sample leaves the results of another sample as they are.

Of two samples of one day the laboratory's final result, correction or withdrawal of the
one replaced the other's: a number of the sample that differs was only put last. Where
both name a number, it has to be the same one now; where one names none, as before.
"""

from importlib import import_module

from django.db import migrations

SAME_SAMPLE = """
    AND (known.accession = '' OR keyed.accession = ''
         OR known.accession = keyed.accession)"""
BEFORE_LEAVING_OUT = import_module(
    "labs.migrations.0033_what_is_here_is_found_by_patient"
).AFTER
_ADDED_AND_CORRECTED = import_module(
    "labs.migrations.0030_one_number_of_the_sample"
).AFTER
BEFORE_CORRECTING = _ADDED_AND_CORRECTED[
    _ADDED_AND_CORRECTED.index(
        "CREATE OR REPLACE FUNCTION app.add_imported_corrections"
    ) :
]
_LABORATORY = "app.fold(known.laboratory) = app.fold(keyed.laboratory))"


def _after_first(text: str, found: str, added: str) -> str:
    """Return the text with a line more; a text that is not found raises."""
    end = text.index(found) + len(found)
    return text[:end] + added + text[end:]


# The first is the final one after a preliminary one; what is here knew it already.
LEAVING_OUT = _after_first(BEFORE_LEAVING_OUT, _LABORATORY, SAME_SAMPLE)
CORRECTING = _after_first(BEFORE_CORRECTING, _LABORATORY, SAME_SAMPLE)


class Migration(migrations.Migration):
    dependencies = [("labs", "0041_rows_of_a_file_know_their_part")]

    operations = [
        migrations.RunSQL(LEAVING_OUT, BEFORE_LEAVING_OUT),
        migrations.RunSQL(CORRECTING, BEFORE_CORRECTING),
    ]
