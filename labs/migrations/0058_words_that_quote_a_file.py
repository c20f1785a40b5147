"""
Words that quote a file stand in a table of their own, for who is told all of it.

What was tolerated in a file, what it asks and whom else it names quote its rows, and
stood beside its counts, for everybody who saw that there was such a file. There it is
kept now that something was said, and what quotes nothing. The words are kept by a
function, since who brings a file may not be told all of it; another one tells of an
open question whom it offers, as far as the viewer sees these people.
"""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

SAFE_BECAUSE = (
    "Files with remarks or questions are few, and only these rows are written. The "
    "older version says of their words that they are not shared, and asks its "
    "questions without quoting, until it is gone."
)
MOVE = """
INSERT INTO public.labs_importwords (batch_id, question, warnings, other_person)
  SELECT file.id, file.question, file.warnings, file.other_person
  FROM public.labs_importbatch AS file
  WHERE file.question <> '{}' OR file.warnings <> '[]' OR file.other_person <> '';
UPDATE public.labs_importbatch AS file SET
  question = file.question
    || CASE WHEN file.question ? 'sentence' THEN '{"sentence": ""}' ELSE '{}' END::jsonb
    || CASE WHEN file.question ? 'people' THEN '{"people": []}' ELSE '{}' END::jsonb,
  warnings = (SELECT coalesce(pg_catalog.jsonb_agg(''::text), '[]')
              FROM pg_catalog.jsonb_array_elements(file.warnings)),
  other_person = CASE WHEN file.other_person = '' THEN '' ELSE 'somebody else' END
FROM public.labs_importwords AS words WHERE words.batch_id = file.id;
"""
MOVE_BACK = """
UPDATE public.labs_importbatch AS file SET question = words.question,
  warnings = words.warnings, other_person = words.other_person
FROM public.labs_importwords AS words WHERE words.batch_id = file.id;
"""
POLICIES = """
ALTER TABLE labs_importwords ENABLE ROW LEVEL SECURITY;
CREATE POLICY import_words_read ON labs_importwords FOR SELECT
  USING (app.sees_all_listed(batch_id));
GRANT SELECT ON labs_importwords TO calcidiol_web;
"""
FUNCTIONS = """
-- Of a file that is looked at; without remarks, those of the time before stay.
CREATE FUNCTION app.keep_words_of_file(the_file uuid, asked jsonb, remarks jsonb,
  somebody text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT app.opens_file(the_file)
     OR NOT app.token_allows(ARRAY['imports:write', 'results:write'])
     OR NOT EXISTS (SELECT FROM public.labs_importbatch AS batch
                    WHERE batch.id = the_file AND batch.state IN ('asked', 'read')) THEN
    RAISE EXCEPTION 'not an open file of this viewer' USING ERRCODE = '42501';
  END IF;
  INSERT INTO public.labs_importwords AS words
      (batch_id, question, warnings, other_person)
    VALUES (the_file, asked, coalesce(remarks, '[]'), coalesce(somebody, ''))
    ON CONFLICT (batch_id) DO UPDATE SET question = asked,
      warnings = coalesce(remarks, words.warnings),
      other_person = coalesce(somebody, words.other_person);
END
$$;

CREATE FUNCTION app.people_asked_about(the_file uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(pg_catalog.jsonb_agg(
      pg_catalog.jsonb_set(asked.one, '{among}', seen.among) ORDER BY asked.place), '[]')
  FROM public.labs_importwords AS words
  JOIN public.labs_importbatch AS batch
    ON batch.id = words.batch_id AND batch.state IN ('asked', 'read')
  CROSS JOIN LATERAL pg_catalog.jsonb_array_elements(words.question -> 'people')
    WITH ORDINALITY AS asked(one, place)
  CROSS JOIN LATERAL (
    SELECT pg_catalog.jsonb_agg(offered.one ORDER BY offered.place) AS among
    FROM pg_catalog.jsonb_array_elements(asked.one -> 'among')
      WITH ORDINALITY AS offered(one, place)
    WHERE app.can_see((offered.one ->> 0)::uuid, 'results')) AS seen
  WHERE words.batch_id = the_file AND seen.among IS NOT NULL
    AND (SELECT app.opens_file(the_file))
$$;
REVOKE ALL ON FUNCTION app.keep_words_of_file(uuid, jsonb, jsonb, text),
  app.people_asked_about(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.keep_words_of_file(uuid, jsonb, jsonb, text),
  app.people_asked_about(uuid) TO calcidiol_web;
"""
DROP = """
DROP FUNCTION app.people_asked_about(uuid);
DROP FUNCTION app.keep_words_of_file(uuid, jsonb, jsonb, text);
"""
_WALL = import_module("labs.migrations.0046_rows_of_a_file_are_told_by_part_and_day")
_START = _WALL.FUNCTIONS.index("CREATE FUNCTION app.forget_file")
_END = _WALL.FUNCTIONS.index("REVOKE ALL ON FUNCTION")
FORGET_BEFORE = _WALL.FUNCTIONS[_START:_END].replace("CREATE", "CREATE OR REPLACE", 1)
_FILE = "  DELETE FROM public.labs_importfile"
_WORDS_AND_FILE = """\
  DELETE FROM public.labs_importwords AS words WHERE words.batch_id = the_file;
  DELETE FROM public.labs_importfile"""
FORGET = FORGET_BEFORE.replace(_FILE, _WORDS_AND_FILE, 1)


class Migration(migrations.Migration):
    dependencies = [("labs", "0057_which_sample_a_row_without_a_number_means")]

    operations = [
        migrations.CreateModel(
            name="ImportWords",
            fields=[
                (
                    "batch",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="words",
                        serialize=False,
                        to="labs.importbatch",
                    ),
                ),
                ("question", models.JSONField(default=dict)),
                ("warnings", models.JSONField(default=list)),
                ("other_person", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.RunSQL(POLICIES, migrations.RunSQL.noop),
        migrations.RunSQL(FUNCTIONS, DROP),
        migrations.RunSQL(FORGET, FORGET_BEFORE),
        migrations.RunSQL(MOVE, MOVE_BACK),
    ]
