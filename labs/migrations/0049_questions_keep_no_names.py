"""
Whom a row of a file may mean is kept by id; the name is read when somebody is told.

A question kept the names, birth dates and numbers of those who were offered: also of
somebody who shares nothing any more. And of a file whose rows are cleared, after a
month, nobody knows any more that all of it is seen: its remarks are not told then.
"""

from importlib import import_module

from django.db import migrations

SAFE_BECAUSE = (
    "Questions of files are few, and open for a month at most. The older version shows "
    "those who are offered without their names until it is gone."
)
WITHOUT_NAMES = """
UPDATE public.labs_importbatch AS file SET question = pg_catalog.jsonb_set(
  file.question, '{people}', (
    SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_set(asked, '{among}', (
      SELECT coalesce(pg_catalog.jsonb_agg(
               pg_catalog.jsonb_build_array(offered -> 0, '')), '[]')
      FROM pg_catalog.jsonb_array_elements(asked -> 'among') AS offered)))
    FROM pg_catalog.jsonb_array_elements(file.question -> 'people') AS asked))
WHERE pg_catalog.jsonb_array_length(file.question -> 'people') > 0;
"""
_WALL = import_module("labs.migrations.0046_rows_of_a_file_are_told_by_part_and_day")
_START = _WALL.FUNCTIONS.index("CREATE FUNCTION app.sees_all_listed")
_END = _WALL.FUNCTIONS.index("-- Of a clinic's file it is known")
BEFORE = _WALL.FUNCTIONS[_START:_END].replace("CREATE", "CREATE OR REPLACE", 1)
_OF_CLINICS = "      ELSE NOT EXISTS ("
_CLEARED = """      WHEN batch.state <> 'asked'
        AND batch.added + batch.already_here + batch.refused > 0
        AND NOT EXISTS (SELECT FROM public.labs_importrow AS line
                        WHERE line.batch_id = the_file) THEN false
      ELSE NOT EXISTS ("""
AFTER = BEFORE.replace(_OF_CLINICS, _CLEARED, 1)


class Migration(migrations.Migration):
    dependencies = [("labs", "0048_rows_know_more_names")]

    operations = [
        migrations.RunSQL(WITHOUT_NAMES, migrations.RunSQL.noop),
        migrations.RunSQL(AFTER, BEFORE),
    ]
