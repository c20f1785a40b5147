"""
Files of a report go where their result is moved to, and come back with it.

The web role cannot put a file into another record: this function does, along a move
that stands, for who sees the results of both people. In the other record a file is
told as attached by who moved it, so that neither person learns the other's name; the
move remembers who had attached it. What was withdrawn before stays where it was.
"""

from django.db import migrations, models

CARRY = """
DROP POLICY move_add ON labs_resultmove;
CREATE POLICY move_add ON labs_resultmove FOR INSERT
  WITH CHECK (moved_by_id = app.viewer_id()
              AND undone_at IS NULL
              AND carried = '[]'::jsonb
              AND app.can_see(from_patient_id, 'results')
              AND app.can_see(to_patient_id, 'results'));

CREATE FUNCTION app.carry_files_there(the_move uuid) RETURNS SETOF uuid
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH moved AS (
    SELECT move.* FROM public.labs_resultmove AS move
    WHERE move.id = the_move AND move.undone_at IS NULL
      AND app.can_see(move.from_patient_id, 'results')
      AND app.can_see(move.to_patient_id, 'results')
  ), leaving AS (
    SELECT file.id, file.entered_by_id, file.entered_by_name, file.entered_at
    FROM public.labs_reportfile AS file JOIN moved
      ON file.chain = moved.from_chain AND file.patient_id = moved.from_patient_id
    WHERE file.withdrawn_at IS NULL
  ), remembered AS (
    UPDATE public.labs_resultmove AS move
    SET carried = move.carried
      || (SELECT pg_catalog.jsonb_agg(pg_catalog.to_jsonb(leaving)) FROM leaving)
    FROM moved WHERE move.id = moved.id AND EXISTS (SELECT 1 FROM leaving)
  )
  UPDATE public.labs_reportfile AS file
  SET patient_id = moved.to_patient_id, chain = moved.to_chain,
      entered_by_id = moved.moved_by_id, entered_by_name = moved.moved_by_name,
      entered_at = moved.moved_at
  FROM moved, leaving
  WHERE file.id = leaving.id
  RETURNING file.id
$$;

-- The same file may have been attached anew to what the move had left behind.
CREATE FUNCTION app.carry_files_back(the_move uuid) RETURNS SETOF uuid
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH moved AS (
    SELECT move.* FROM public.labs_resultmove AS move
    WHERE move.id = the_move AND move.undone_at IS NOT NULL
      AND app.can_see(move.from_patient_id, 'results')
      AND app.can_see(move.to_patient_id, 'results')
  ), remembered AS (
    SELECT known.id, known.entered_by_id, known.entered_by_name, known.entered_at
    FROM moved, pg_catalog.jsonb_to_recordset(moved.carried) AS known(
      id uuid, entered_by_id uuid, entered_by_name text, entered_at timestamptz)
  ), coming AS (
    SELECT file.id, EXISTS (
        SELECT 1 FROM public.labs_reportfile AS same
        WHERE same.chain = moved.from_chain AND same.sha256 = file.sha256
          AND same.withdrawn_at IS NULL) AS is_there
    FROM public.labs_reportfile AS file JOIN moved
      ON file.chain = moved.to_chain AND file.patient_id = moved.to_patient_id
    WHERE file.withdrawn_at IS NULL
  )
  UPDATE public.labs_reportfile AS file
  SET patient_id = moved.from_patient_id, chain = moved.from_chain,
      entered_by_id = coalesce(known.entered_by_id, app.viewer_id()),
      entered_by_name = coalesce(known.entered_by_name, moved.undone_by_name),
      entered_at = coalesce(known.entered_at, moved.undone_at),
      withdrawn_at = CASE WHEN coming.is_there THEN moved.undone_at END,
      withdrawn_by_name = CASE WHEN coming.is_there THEN moved.undone_by_name ELSE '' END
  FROM moved, coming LEFT JOIN remembered AS known ON known.id = coming.id
  WHERE file.id = coming.id
  RETURNING file.id
$$;
REVOKE ALL ON FUNCTION app.carry_files_there(uuid), app.carry_files_back(uuid)
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.carry_files_there(uuid), app.carry_files_back(uuid)
  TO calcidiol_web;
"""
LEAVE = """
DROP FUNCTION app.carry_files_back(uuid);
DROP FUNCTION app.carry_files_there(uuid);
DROP POLICY move_add ON labs_resultmove;
CREATE POLICY move_add ON labs_resultmove FOR INSERT
  WITH CHECK (moved_by_id = app.viewer_id()
              AND undone_at IS NULL
              AND app.can_see(from_patient_id, 'results')
              AND app.can_see(to_patient_id, 'results'));
"""


class Migration(migrations.Migration):
    dependencies = [("labs", "0021_range_templates")]

    operations = [
        migrations.AddField(
            model_name="resultmove",
            name="carried",
            field=models.JSONField(default=list, db_default=[]),
        ),
        migrations.RunSQL(CARRY, LEAVE),
    ]
