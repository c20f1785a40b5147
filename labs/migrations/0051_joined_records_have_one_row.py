"""
Records that are read together have one row in a clinic's list: the kept record's.

It is drawn from all of them that the clinic is let into. The row of a joined record
stays drawn from that record alone, with `under` telling in whose row it is read, and
begins to be visible only when that row ends: so nobody is missing from a list between
the end of a consent and the next drawing, and a search finds the person by the name and
the number of either record.

Who writes about any of the records waits for the one lock of their kept record.
"""

from importlib import import_module

from django.db import migrations, models

SAFE_BECAUSE = (
    "The replaced functions take and return what they did, for programs that know of no "
    "`under`; of the rows of joined records one time is written, so that a task draws "
    "them anew, as when what laboratories mean changes."
)

_FIRST = import_module("labs.migrations.0015_worklist_rows")
_STORED = import_module("labs.migrations.0028_rows_stored_by_their_own_consents")
_JUDGED = import_module("labs.migrations.0020_worklists_know_laboratories").LABORATORIES
_PARTS = import_module("labs.migrations.0034_people_found_by_a_part")


def _function(text: str, name: str) -> str:
    """Return one function of an earlier migration as what replaces another."""
    start = text.index(f"FUNCTION app.{name}(")
    return f"CREATE OR REPLACE {text[start : text.index('$$;', start) + 3]}\n"


def _changed(text: str, *changes: tuple[str, str]) -> str:
    """Return a text with parts replaced; a part that is not there once raises."""
    for old, new in changes:
        if text.count(old) != 1:
            raise ValueError(old)
        text = text.replace(old, new)
    return text


# The record in whose row each of them is read, mostly itself, once.
KEPT = """
CREATE FUNCTION app.kept_of(patients uuid[]) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET enable_seqscan = off AS $$
  SELECT coalesce(pg_catalog.array_agg(kept.id ORDER BY kept.id), '{}')
  FROM (
    SELECT DISTINCT coalesce(link.kept_id, asked.id) AS id
    FROM pg_catalog.unnest(patients) AS asked (id)
    LEFT JOIN public.accounts_recordjoin AS link
      ON link.joined_id = asked.id AND link.undone_at IS NULL) AS kept
$$;
REVOKE ALL ON FUNCTION app.kept_of(uuid[]) FROM PUBLIC;
"""

LOCK_BEFORE = _function(_FIRST.CLINICS, "lock_for_worklist")
LOCK = """
-- Whose lists a write touches; until the transaction ends, one writer a person. The lock
-- is the kept record's, in the order of ids, whichever record is written about: so two
-- writers never wait for each other. Who waited while records were joined looks again.
CREATE OR REPLACE FUNCTION app.lock_for_worklist(patients uuid[])
RETURNS TABLE (clinic_id uuid, patient_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET enable_seqscan = off AS $$
DECLARE
  seen uuid[] := ARRAY(
    SELECT patient.id FROM public.accounts_patient AS patient
    WHERE patient.id = ANY(patients)
      -- Who parted records does not see the one any more, and has its row drawn.
      AND (app.can_see(patient.id, 'record') OR EXISTS (
        SELECT 1 FROM public.accounts_recordjoin AS link
        WHERE link.joined_id = patient.id AND app.can_see(link.kept_id, 'record'))));
  held uuid[] := '{}';
  kept uuid[] := app.kept_of(seen);
BEGIN
  WHILE NOT kept <@ held LOOP
    PERFORM 1 FROM public.accounts_patient AS patient
      WHERE patient.id = ANY(kept) ORDER BY patient.id FOR NO KEY UPDATE;
    held := held || kept;
    kept := app.kept_of(seen);
  END LOOP;
  RETURN QUERY
    SELECT DISTINCT consent.clinic_id, consent.patient_id
    FROM public.accounts_consent AS consent
    WHERE consent.patient_id = ANY(kept || seen || ARRAY(
      SELECT link.joined_id FROM public.accounts_recordjoin AS link
      WHERE link.kept_id = ANY(kept) AND link.undone_at IS NULL));
END
$$;

-- Before records are joined or parted: these very records, in the same order.
CREATE FUNCTION app.hold_records(patients uuid[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT FROM public.accounts_patient AS patient
  WHERE patient.id = ANY(patients) AND app.can_see(patient.id, 'record')
  ORDER BY patient.id FOR NO KEY UPDATE
$$;
REVOKE ALL ON FUNCTION app.hold_records(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.hold_records(uuid[]) TO calcidiol_web;
"""

_PEOPLE = _function(
    import_module("labs.migrations.0019_people_of_named_clinicians").WORKLIST_OF_ALL,
    "worklist_people",
)
# Those asked for and whoever is read together with them, with the record that is kept.
PEOPLE = _changed(
    _PEOPLE,
    (
        "CREATE OR REPLACE FUNCTION app.worklist_people(",
        "CREATE FUNCTION app.worklist_families(",
    ),
    (
        "  reviewed_by text, reviewed_at timestamptz)",
        "  reviewed_by text, reviewed_at timestamptz, kept_id uuid)",
    ),
    (
        "  SELECT patient.id, patient.user_id,",
        """  WITH kin AS MATERIALIZED (
    SELECT kept.id AS patient_id, kept.id AS kept_id
    FROM pg_catalog.unnest(app.kept_of(patients)) AS kept (id)
    UNION ALL
    SELECT link.joined_id, link.kept_id FROM public.accounts_recordjoin AS link
    WHERE link.kept_id = ANY(app.kept_of(patients)) AND link.undone_at IS NULL)
  SELECT patient.id, patient.user_id,""",
    ),
    (
        "    review.reviewed_by_name, review.reviewed_at\n",
        "    review.reviewed_by_name, review.reviewed_at, kin.kept_id\n",
    ),
    (
        "  JOIN public.accounts_patient AS patient ON patient.id = consent.patient_id\n",
        "  JOIN public.accounts_patient AS patient ON patient.id = consent.patient_id\n"
        "  JOIN kin ON kin.patient_id = consent.patient_id\n",
    ),
    (
        "consent.patient_id = ANY(patients)",
        "consent.patient_id = ANY(ARRAY(SELECT kin.patient_id FROM kin))",
    ),
)
PEOPLE += """
REVOKE ALL ON FUNCTION app.worklist_families(uuid, uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.worklist_families(uuid, uuid[]) TO calcidiol_web;
"""

STORE_BEFORE = _STORED._by_hash()  # noqa: SLF001 - the newest text
STORE = _changed(
    STORE_BEFORE,
    ("precautions, tags, stamp, facts)\n", "precautions, tags, stamp, facts, under)\n"),
    ("new.tags, new.stamp, new.facts\n", "new.tags, new.stamp, new.facts, new.under\n"),
    ("    facts jsonb)", "    facts jsonb, under uuid)"),
    ("facts = excluded.facts;", "facts = excluded.facts,\n    under = excluded.under;"),
)

COUNT_BEFORE = _function(_FIRST.STORE, "count_worklist")
# A row that is read in another's is counted there alone.
_ONE = """    SELECT {0}.clinic_id, reason, {1}pg_catalog.count(*)
    FROM {0}, pg_catalog.unnest({0}.reasons || 0::smallint) AS reason
"""
_COUNTED = "CASE WHEN under IS NULL THEN reasons || 0::smallint END"
_ADDED, _GONE = "pg_catalog.unnest(reasons) AS reason, 1", "pg_catalog.unnest(reasons), -1"
COUNT = _changed(
    COUNT_BEFORE,
    (_ONE.format("added", ""), _ONE.format("added", "") + "    WHERE under IS NULL\n"),
    (
        "WHERE EXISTS (SELECT 1 FROM public.accounts_clinic WHERE id = gone.clinic_id)",
        "WHERE under IS NULL\n      AND EXISTS "
        "(SELECT 1 FROM public.accounts_clinic WHERE id = gone.clinic_id)",
    ),
    (_ADDED, _ADDED.replace("reasons", _COUNTED, 1)),
    (_GONE, _GONE.replace("reasons", _COUNTED, 1)),
)

MARK_BEFORE = _function(_JUDGED, "mark_judged_by")
MARK = _changed(
    MARK_BEFORE,
    (
        "    WHERE patient.id = ANY (patients) ORDER BY patient.id FOR NO KEY UPDATE;",
        "    WHERE patient.id = ANY (app.kept_of(patients))\n"
        "    ORDER BY patient.id FOR NO KEY UPDATE;",
    ),
)

FOUND_BEFORE = _function(_PARTS.FIND, "worklist_found")
FOUND = _changed(
    FOUND_BEFORE,
    (
        "    LIMIT most;",
        """    UNION ALL
    SELECT row.under FROM public.labs_worklistrow AS row
    WHERE the_words <> '' AND row.clinic_id = the_clinic AND row.under IS NOT NULL
      AND (app.name_parts(row.name_key) @@ app.name_asked(the_words)
           OR (row.number <> ''
               AND upper(row.number) LIKE upper(the_number) || '%'))
    LIMIT most;""",
    ),
)
# A birth date may be corrected in one record after two were joined.
BORN = """
CREATE FUNCTION app.worklist_born(the_clinic uuid, days date[]) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT row.under FROM public.labs_worklistrow AS row
  WHERE row.clinic_id = the_clinic AND row.under IS NOT NULL
    AND row.born_on = ANY (days) AND app.works_in(the_clinic)
$$;
REVOKE ALL ON FUNCTION app.worklist_born(uuid, date[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.worklist_born(uuid, date[]) TO calcidiol_web;
"""

DRAWN_ANEW = """
UPDATE labs_worklistrow SET changes_at = pg_catalog.now()
WHERE patient_id IN (
  SELECT kept_id FROM accounts_recordjoin WHERE undone_at IS NULL
  UNION ALL SELECT joined_id FROM accounts_recordjoin WHERE undone_at IS NULL);
"""
# Earlier programs draw each record's row by itself.
SHOWN_AGAIN = """
UPDATE labs_worklistrow
SET changes_at = pg_catalog.now(), visible_from = pg_catalog.now(), under = NULL
WHERE under IS NOT NULL;
"""
GONE = """
DROP FUNCTION app.worklist_born(uuid, date[]);
DROP FUNCTION app.worklist_families(uuid, uuid[]);
DROP FUNCTION app.hold_records(uuid[]);
DROP FUNCTION app.kept_of(uuid[]);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_record_joins"),
        ("labs", "0050_labels_keep_the_answers_about_slips"),
    ]

    operations = [
        migrations.AddField(
            model_name="worklistrow",
            name="under",
            field=models.UUIDField(null=True),
        ),
        migrations.RunSQL(
            KEPT + LOCK + PEOPLE + STORE + COUNT + MARK + FOUND + BORN + DRAWN_ANEW,
            LOCK_BEFORE
            + STORE_BEFORE
            + "\n"
            + COUNT_BEFORE
            + MARK_BEFORE
            + FOUND_BEFORE
            + GONE,
        ),
        migrations.RunSQL(migrations.RunSQL.noop, DRAWN_ANEW + SHOWN_AGAIN),
    ]
