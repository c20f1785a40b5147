"""
One column for the number of the sample, and who checked a result before it came here.

The number typed by hand and the one in a file stood in two columns, so that a double
was not told apart by it and a correction of an imported result lost it.
"""

from importlib import import_module

from django.db import migrations, models

SAFE_BECAUSE = "Written before the first release: no older version serves."

# Rows are moved by their owner, past the guard against changing what was reported.
ONE_COLUMN = """
ALTER TABLE labs_labresult DISABLE TRIGGER result_is_never_changed;
UPDATE labs_labresult SET accession = accession_number WHERE accession_number <> '';
ALTER TABLE labs_labresult ENABLE TRIGGER result_is_never_changed;
"""
TWO_COLUMNS = """
ALTER TABLE labs_labresult DISABLE TRIGGER result_is_never_changed;
UPDATE labs_labresult SET accession_number = accession, accession = ''
  WHERE accession <> '' AND import_batch_id IS NULL;
ALTER TABLE labs_labresult ENABLE TRIGGER result_is_never_changed;
"""

_UPLOADS = import_module("labs.migrations.0013_uploads").FUNCTIONS
_ADDING = _UPLOADS[
    _UPLOADS.index("CREATE OR REPLACE FUNCTION app.add_imported_results") :
    _UPLOADS.index("-- The same result typed by hand")
]
_CORRECTING = _UPLOADS[
    _UPLOADS.index("CREATE FUNCTION app.add_imported_corrections") :
    _UPLOADS.index("REVOKE ALL ON FUNCTION\n  app.add_imported_corrections")
].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
BEFORE = _ADDING + _CORRECTING
# Both take along who checked a result before it came here.
AFTER = BEFORE.replace(
    "loinc, accession, local_code", "loinc, accession, checked_elsewhere, local_code"
).replace(
    "keyed.accession, keyed.local_code",
    "keyed.accession, keyed.checked_elsewhere, keyed.local_code",
)


class Migration(migrations.Migration):
    dependencies = [("labs", "0029_results_of_an_opened_record")]

    operations = [
        migrations.RunSQL(ONE_COLUMN, TWO_COLUMNS),
        migrations.RemoveField("labresult", "accession_number"),
        migrations.AddField(
            "labresult",
            "checked_elsewhere",
            models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.RunSQL(AFTER, BEFORE),
    ]
